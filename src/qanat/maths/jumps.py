"""Cells of a table of series that stand apart from their own series in time, on a log scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
RUNS: Final = (1, 2)
_SIZES: Final = (10.0, 100.0, 1_000.0, 10_000.0)  # persons, where one class of size ends and the next begins
_TAIL: Final = 0.95
_FEWEST: Final = 50  # cells a class needs before its own spread is believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """How far each cell, as part of a run of `length` cells, stands off what surrounds the run.

    jump    log ratio to the nearest of the surrounding cells, the same sign against all of them; 0 where the run lies
            between them, null (nan) where the cell is empty or too few cells surround it
    within  the log level of the surrounding cell it was measured against
    edge    the run begins or ends its series, so that all surrounding cells lie on one side
    """

    length: int
    jump: Floats
    within: Floats
    edge: NDArray[np.bool_]


def apart(levels: Floats, length: int) -> Apart:
    """Runs of `length` cells against the cell before and the cell after; at an end against `length + 1` cells beyond.

    levels  log values, one row a series in the order of time, nan where nothing was counted (gaps are stepped over)
    A cell that two runs contain takes the one that stands off further.
    """
    packed, order, counts = _packed(levels)
    shape = packed.shape
    jump, within, edge = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, dtype=np.bool_)
    for start in range(shape[1] - length + 1):
        run = slice(start, start + length)
        off, against, at_end = _against(packed, counts, start, length)
        better = ~np.isnan(off) & (np.isnan(jump[:, run].T) | (np.abs(off) > np.abs(jump[:, run].T)))
        for column in range(length):
            rows = better[column]
            jump[rows, start + column] = off[rows]
            within[rows, start + column] = against[rows]
            edge[rows, start + column] = at_end[rows]
    back = np.argsort(order, axis=1, kind="stable")
    jump, within, edge = (np.take_along_axis(one, back, 1) for one in (jump, within, edge))
    return Apart(length=length, jump=jump, within=within, edge=edge)


def _packed(levels: Floats) -> tuple[Floats, NDArray[np.intp], NDArray[np.intp]]:
    """Each series without its gaps, nan behind; where each cell came from; how many cells each series has."""
    order = np.argsort(np.isnan(levels), axis=1, kind="stable")
    return np.take_along_axis(levels, order, 1), order, np.sum(~np.isnan(levels), axis=1)


def _against(
    packed: Floats, counts: NDArray[np.intp], start: int, length: int
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Jump, level measured against, and whether the run is at an end, of the run that begins at `start`."""
    end, reach = start + length, length + 1
    around, inner = _around(packed, counts, start, length)
    usable = (counts >= end) & (np.sum(~np.isnan(around), axis=1) == np.where(inner, 2, reach))
    run = packed[:, start:end]
    low: Floats = np.min(run, axis=1)
    high: Floats = np.max(run, axis=1)
    floor = np.min(np.where(np.isnan(around), np.inf, around), axis=1)
    ceiling = np.max(np.where(np.isnan(around), -np.inf, around), axis=1)
    jump = np.where(low > ceiling, low - ceiling, np.where(high < floor, high - floor, 0.0))
    nearest: Floats = np.where(low > ceiling, ceiling, np.where(high < floor, floor, low))
    return np.where(usable, jump, np.nan), np.where(usable, nearest, np.nan), ~inner


def _around(packed: Floats, counts: NDArray[np.intp], start: int, length: int) -> tuple[Floats, NDArray[np.bool_]]:
    """The cells around a run, nan where there are fewer, and whether it has cells on both sides."""
    end, reach = start + length, length + 1
    beyond = _padded(packed[:, end : end + reach], reach)
    if start == 0:
        return beyond, np.zeros(len(packed), dtype=np.bool_)
    inner = counts > end
    sides = _padded(packed[:, [start - 1, min(end, packed.shape[1] - 1)]], reach)
    earlier = _padded(packed[:, max(0, start - reach) : start], reach)
    return np.where(inner[:, None], sides, earlier), inner


def _padded(cells: Floats, wide: int) -> Floats:
    empty = np.full((cells.shape[0], max(0, wide - cells.shape[1])), np.nan)
    return np.hstack([cells, empty])[:, :wide]


def usual(off: Floats, people: Floats) -> Floats:
    """How far cells of the same size usually stand off: the 95th percentile of |off| in their class of size.

    off     log ratios, nan where unknown
    people  persons by which a cell is classed (under 10, 100, 1,000, 10,000, above)
    Up to one cell in twenty may be wrong before it moves; a class of fewer than 50 cells takes the whole table's,
    and a table of fewer than 50 has none (0).
    """
    known = ~np.isnan(off)
    classes = np.digitize(people, _SIZES)
    every = float(np.quantile(np.abs(off[known]), _TAIL)) if known.sum() >= _FEWEST else 0.0
    out = np.full(off.shape, every)
    for one in range(len(_SIZES) + 1):
        mine = known & (classes == one)
        if mine.sum() >= _FEWEST:
            out[classes == one] = np.quantile(np.abs(off[mine]), _TAIL)
    return out
