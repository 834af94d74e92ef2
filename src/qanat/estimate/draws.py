"""Draws of a period's flows: its stocks shaken by a model of their errors, the account drawn up anew each time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from qanat.estimate.flows import estimated
from qanat.estimate.parts import done, random
from qanat.estimate.ways import How
from qanat.estimate.worlds import World
from qanat.maths.transport import Table

Single = npt.NDArray[np.float32]
NATIVE: Final = 0.5  # of the native-born stay native-born in every draw
# what a draw of a world's tables is; must be picklable (a function of a module, or a frozen dataclass with __call__)
Shake = Callable[[World, np.random.Generator], World]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some draws of one account: `key` names the account, `numbers` the draws; both make each draw's seed."""

    key: str
    numbers: tuple[int, ...]
    world: World
    how: How
    shake: Shake


@dataclass(frozen=True, slots=True, kw_only=True)
class StockError:
    """Stocks of the foreign-born known but for a factor: its logarithm is normal with this standard deviation, one error a
    cell shared by both ends (a census stays wrong) and one of each end's own. The native-born give or take the difference,
    so that populations stay."""

    shared: float = 0.2
    own: float = 0.05

    def __call__(self, world: World, rng: np.random.Generator) -> World:
        """The world with stocks drawn anew."""
        both = rng.normal(0.0, self.shared, world.start.shape)
        start, end = (
            _shaken(table, both + rng.normal(0.0, self.own, table.shape)) for table in (world.start, world.end)
        )
        return replace(world, start=start, end=end)


def _shaken(table: Table, error: Table) -> Table:
    out = table * np.exp(error)
    np.fill_diagonal(out, 0.0)
    people, abroad = table.sum(0), out.sum(0)
    room = people - NATIVE * np.diag(table)
    fits = np.ones_like(abroad)
    np.divide(room, abroad, out=fits, where=abroad > 0)
    out *= np.minimum(1.0, fits)
    np.fill_diagonal(out, people - out.sum(0))
    return out


def drawn(part: Part) -> Single:
    """(draws, n, n) flows, [from, to], in people, as 32-bit numbers: seven digits, a draw has fewer that mean anything."""
    n = len(part.world.places)
    out = np.empty((len(part.numbers), n, n), dtype=np.float32)
    for at, number in enumerate(part.numbers):
        shaken = part.shake(part.world, random(part.key, number))
        out[at] = estimated(shaken, part.how).kinds.total
    return out


def _slices(many: int, each: int) -> list[tuple[int, ...]]:
    return [tuple(range(first, min(first + each, many))) for first in range(0, many, each)]


def draws(
    accounts: dict[str, tuple[World, How]], shake: Shake, executor: Executor, many: int = 200, each: int = 20
) -> dict[str, Single]:
    """Draws of several accounts, (many, n, n) by key; the same whichever executor does them, and however many at a time.

    accounts  by a key that names them ("2015-2020/female"), which seeds their draws
    each      draws a part: large enough to outlast handing it over
    """
    parts = [
        Part(key=key, numbers=numbers, world=world, how=how, shake=shake)
        for key, (world, how) in accounts.items() for numbers in _slices(many, each)
    ]  # fmt: skip
    found = done(drawn, parts, executor)
    return {
        key: np.concatenate([one for part, one in zip(parts, found, strict=True) if part.key == key])
        for key in accounts
    }
