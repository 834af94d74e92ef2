"""What else the flows could have been: the estimate run again with stocks, constants and corridors as they may be wrong.

Each draw (a) disturbs the stocks as two revisions of them differ, (b) draws the constants of the prior, (c) fits the flows anew,
(d) disturbs each corridor by what reported arrivals differ from the estimate beyond (a) and (b), (e) restores every country's
net migration. So an interval says where a careful report of arrivals by previous residence, added up over the period, would
lie, definitions of reporting countries included; the flow as it truly was is likelier nearer to the estimate.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from qanat.estimate.best import margins, near, net, stickiness
from qanat.estimate.learned import LEARNED, REPORTS, SPREAD, STOCKS, Corridor, Prior, StockError
from qanat.estimate.parts import Serial, done, random
from qanat.estimate.setting import Setting
from qanat.maths.accounting import Closing, Margins, closed
from qanat.maths.moves import Moves, pseudo_bayes
from qanat.maths.netting import with_net
from qanat.maths.sticky import loose, sticky
from qanat.maths.transport import Table

Drawn = npt.NDArray[np.float32]  # [draw, i, j]

PART: Final = 20  # draws a part: two seconds or so of work
LOOSE: Final = Closing(tolerance=1.0, room=True)  # a disturbed table may leave no way to its totals
WITHIN: Final = 100.0  # people a draw's margins may be off by birthplace; net migration is exact all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some draws of one period, seeded by what they are and not by who computes them."""

    setting: Setting
    key: str
    numbers: tuple[int, ...]
    prior: Prior = LEARNED
    errors: StockError = STOCKS
    reports: Corridor = REPORTS


def parts(setting: Setting, draws: int, seed: int, prior: Prior = LEARNED, reports: Corridor = REPORTS) -> list[Part]:
    """All draws of a period, cut into parts. The same period and seed give the same draws, cut however."""
    key = f"{seed}|best|{setting.period[0]}-{setting.period[1]}|{','.join(setting.places)}"
    cuts = [tuple(range(first, min(first + PART, draws))) for first in range(0, draws, PART)]
    return [Part(setting=setting, key=key, numbers=one, prior=prior, reports=reports) for one in cuts]


def drawn(every: list[Part], executor: Executor | None = None) -> Drawn:
    """The draws of all parts, in order, (draws, n, n); none on the diagonal. Without an executor, one after another here."""
    return np.concatenate(done(computed, every, executor or Serial()))


def computed(part: Part) -> Drawn:
    """The draws of one part."""
    account = margins(part.setting)
    centre = sticky(account, near(part.setting, part.prior), stickiness(account, part.setting.recent, part.prior), 1.0)
    made = [_one(part, account, centre, random(part.key, number)) for number in part.numbers]
    return np.stack(made).astype(np.float32)


def _one(part: Part, account: Margins, centre: Moves, rng: np.random.Generator) -> Table:
    prior = constants(part.prior, rng)
    start, end = disturbed(part.setting.start, part.setting.end, part.errors, rng)
    other = closed(start, end, part.setting.births, part.setting.deaths, LOOSE)
    shaped = loose(other, near(part.setting, prior), stickiness(other, part.setting.recent, prior), WITHIN, centre)
    mixed = prior.weight * shaped + (1 - prior.weight) * pseudo_bayes(other).total
    return with_net(mixed * reported(mixed, part.reports, rng), net(account), 0.01)


def constants(prior: Prior, rng: np.random.Generator) -> Prior:
    """The prior with each constant drawn around its value by SPREAD."""
    stay, size, new, distance, language, weight = rng.standard_normal(6)
    return replace(
        prior,
        stay=prior.stay * float(np.exp(SPREAD.stay * stay)),
        size=max(prior.size + SPREAD.size * size, 0.0),
        new=prior.new + SPREAD.new * new,
        distance=prior.distance + SPREAD.distance * distance,
        language=prior.language + SPREAD.language * language,
        weight=float(np.clip(prior.weight + SPREAD.weight * weight, 0.0, 1.0)),
    )


def disturbed(start: Table, end: Table, errors: StockError, rng: np.random.Generator) -> tuple[Table, Table]:
    """Both stock tables with migrants as another revision might have them; the population of each place stays.

    A cell is revised at both dates or at neither, by a factor whose logarithm is Laplace's; see StockError.
    """
    abroad = start.copy()
    np.fill_diagonal(abroad, 0.0)
    size = np.log10(np.maximum(np.maximum(start, end), 1.0))
    revised = rng.random(start.shape) < np.clip(errors.often * (size - errors.from_), 0.0, 1.0)
    scale = np.where(size < 4, errors.sd_small, errors.sd_large) / np.sqrt(2.0) * revised
    first, own = rng.laplace(size=start.shape) * scale, rng.laplace(size=start.shape) * scale
    second = errors.tie * first + np.sqrt(1 - errors.tie**2) * own
    return _revised(start, first), _revised(end, second)


def _revised(stocks: Table, change: Table) -> Table:
    """Migrants times exp(change), never more than nine tenths of a place; the native-born take up the difference."""
    people, abroad = stocks.sum(0), stocks * np.exp(np.clip(change, -2.5, 2.5))
    np.fill_diagonal(abroad, 0.0)
    given = people - np.diag(stocks)
    most = np.maximum(given, 0.9 * people)
    total = abroad.sum(0)
    out: Table = abroad * np.where(total > most, most / np.where(total > 0, total, 1.0), 1.0)
    out[np.diag_indices_from(out)] = people - out.sum(0)
    return out


def reported(flows: Table, reports: Corridor, rng: np.random.Generator) -> Table:
    """A factor for each corridor by which a report may differ; larger ones differ less, lower ones more than higher ones."""
    chance = rng.standard_t(reports.tails, size=flows.shape)
    small = reports.small**2 * np.minimum(1000.0 / np.maximum(flows, 10.0), 4.0)
    side = np.where(chance < 0, reports.below, reports.above)
    noise: Table = np.exp(np.clip(np.sqrt(side**2 + small) * chance, -5.0, 5.0))
    return noise


def span(draws: Drawn, level: float) -> tuple[Table, Table]:
    """The middle `level` of the draws, corridor by corridor: low and high."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low.astype(np.float64), high.astype(np.float64)
