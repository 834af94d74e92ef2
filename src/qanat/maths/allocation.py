"""Spreading recorded totals over corridors: what a migrant sends by incomes, shares, whole units, and draws.

Rows are receivers (countries of origin of migrants), columns senders (countries where they live).
Source: Ratha and Shaw (2007), South-South Migration and Remittances, World Bank Working Paper 102, annex.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_FREEDOM: Final = 2.0  # of the t errors of a corridor: tails as heavy as the published matrices' differences
_MOST: Final = 9.92  # scales; a t draw beyond its 99.5 % point is held there, so that no corridor takes a whole total


def sent_by_one(home: Floats, abroad: Floats, power: float | Floats) -> Floats:
    """What one migrant sends in a year, as a weight: the income at home, or more where the host is richer.

    home, abroad  income per person of the receiver and of the sender, international dollars; arrays that broadcast
    power         the exponent of the difference of incomes
    Gives         home + (abroad - home)^power where abroad > home, else home; not a number where an income is
    """
    with np.errstate(invalid="ignore"):
        richer = np.maximum(abroad - home, 0.0)
        return np.asarray(np.where(abroad > home, home + richer**power, home) + 0.0 * abroad, dtype=np.float64)


def shares(weights: Floats) -> Floats:
    """Weights (…, senders) as shares of their row; a row without any weight is all zero."""
    total = weights.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(weights, total, out=np.zeros_like(weights), where=total > 0), dtype=np.float64)


def whole(parts: Floats, total: float) -> Floats:
    """A total spread by shares so that the parts add up to it: whole units, largest remainders first, ties by place; what
    the total has below one unit goes to the largest part.

    parts  shares of one row, adding up to 1 or all zero (then nothing is spread)
    """
    if total <= 0 or not parts.any():
        return np.zeros_like(parts)
    units = int(np.floor(total))
    exact = parts * units
    floor = np.floor(exact)
    left = units - int(floor.sum())
    order = np.lexsort((np.arange(len(parts)), -(exact - floor)))
    floor[order[:left]] += 1.0
    floor[int(np.argmax(parts))] += total - units
    return floor


def stock_scale(stock: Floats, constants: tuple[float, float]) -> Floats:
    """Scale of a corridor's ln error by how many migrants live in it: exp(a + b log10(1 + stock))."""
    return np.asarray(np.exp(constants[0] + constants[1] * np.log10(1.0 + stock)), dtype=np.float64)


def drawn(stock: Floats, weight: Floats, scale: Floats, rng: np.random.Generator) -> Floats:
    """Draws of one row's shares: each corridor's weight strays by an error of its own.

    stock   migrants in each corridor (senders); none, no money
    weight  draws x senders: what one migrant sends, by draw
    scale   of each corridor's ln error
    """
    errors = np.clip(rng.standard_t(_FREEDOM, size=weight.shape), -_MOST, _MOST)
    return shares(stock * weight * np.exp(scale * errors))


def apart(ours: Floats, theirs: Floats) -> float:
    """Relative L1 distance: the sum of absolute differences over the sum of theirs."""
    return float(np.abs(ours - theirs).sum() / theirs.sum())
