"""Demographic accounting: from two tables of stocks, with births and deaths, to the margins that flows must fit.

A stock table is square: [k, i] = people born in k who live in i, the native-born on its diagonal. What comes out are, birthplace
by birthplace, the people at the start who survive to the end (by where they lived) and the people at the end who were alive
at the start (by where they live): moves between the two are what `maths.moves` lays out.
Source: Abel 2013, Demographic Research 28(18); Abel and Sander 2014, Science 343; Abel 2018, International Migration Review 52;
Abel and Cohen 2019, Scientific Data 6:82. The steps a to c carry their letters in docs/explanation/flows.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from qanat.errors import MarginError
from qanat.maths.transport import Line, Table, scaled

FAINT: Final = 1e-9  # of what independence expects in a cell: all such cells of the world together hold a few people


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How stocks, births and deaths are brought to one account.

    births  native: all births are taken off the native-born at the end (and in proportion where that would fall below
            zero); proportional: off every birthplace living there
    world   the gap between growth of the world's stocks and its births less deaths is closed in the native-born `before` or
            `after` births and deaths are taken out
    whole   the native-born stay whole numbers while that gap is closed, as migest's do; largest remainders get the odd persons
    room    where zeros of a stock table leave no way to the totals, a few people may be put into cells in which nobody is
            counted, in proportion to the totals of birthplace and place; else the table is refused
    tolerance  most that a margin may be off, in people
    """

    births: Literal["native", "proportional"] = "native"
    world: Literal["before", "after"] = "before"
    whole: bool = False
    room: bool = False
    tolerance: float = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """What flows must fit, [birthplace, place], in people.

    start     alive at both ends, by where they lived at the start
    end       the same people by where they live at the end: row sums equal those of start
    left      moved out of the world of the table, by where they lived (zero where the account is closed)
    entered   moved into it, by where they live
    placed    people put into cells without stock so that totals could be met (see Closing.room)
    """

    start: Table
    end: Table
    left: Table
    entered: Table
    placed: float = 0.0


def closed(start: Table, end: Table, births: Line, deaths: Line, how: Closing = Closing()) -> Margins:
    """Margins of a closed world: nobody leaves the table, so the totals of each birthplace are made to meet half way.

    start, end      (n, n) stocks, [birthplace, place], native-born on the diagonal
    births, deaths  (n,) in the period, by place
    Raises MarginError where a stock cannot bear its births or deaths, or no table has the totals that follow.
    """
    if how.world == "before":
        start, end = balanced_world(start, end, float(births.sum() - deaths.sum()), whole=how.whole)
    alive, grown = without_deaths(start, deaths), without_births(end, births, how)
    if how.world == "after":
        alive, grown = balanced_world(alive, grown, 0.0, whole=how.whole)
    gap = alive.sum(1) - grown.sum(1)
    lived, live = _met(alive, -gap / 2, how), _met(grown, gap / 2, how)
    placed = float(lived[alive == 0].sum() + live[grown == 0].sum())
    none = np.zeros_like(alive)
    return Margins(start=lived, end=live, left=none, entered=none, placed=placed)


def _met(table: Table, change: Line, how: Closing) -> Table:
    """Step c: the table with each birthplace's total changed, its places' totals kept."""
    rows, columns = table.sum(1) + change, table.sum(0)
    try:
        return scaled(table, rows, columns, how.tolerance)
    except MarginError:
        if not how.room:
            raise
    expected = np.outer(rows, columns) / columns.sum()
    return scaled(np.where(table > 0, table, FAINT * expected), rows, columns, how.tolerance)


def opened(start: Table, end: Table, births: Line, deaths: Line, how: Closing = Closing()) -> Margins:
    """Margins of an open world: what a birthplace gains beyond births and deaths came from outside, what it lacks went there.

    Arrivals from outside are spread as those at the end live, departures as those at the start lived, so that no margin
    falls below zero. Arguments and errors as for `closed`; the world's gap is left as it is.
    """
    alive, grown = without_deaths(start, deaths), without_births(end, births, how)
    before, after = alive.sum(1), grown.sum(1)
    both = np.minimum(before, after)
    stay = alive * _ratio(both, before)[:, None]
    here = grown * _ratio(both, after)[:, None]
    return Margins(start=stay, end=here, left=alive - stay, entered=grown - here)


def balanced_world(start: Table, end: Table, natural: float, *, whole: bool = False) -> tuple[Table, Table]:
    """Step a: both tables with the native-born scaled so that the world's stock grows by `natural` (births less deaths).

    Half of the gap is put right in each table. whole: see Closing.
    """
    gap = natural - float(end.sum() - start.sum())
    return _natives_to(start, -gap / 2, whole=whole), _natives_to(end, gap / 2, whole=whole)


def without_deaths(start: Table, deaths: Line) -> Table:
    """Step b: the start table less the period's deaths, at one death rate for all who live in a place."""
    people = start.sum(0)
    short = np.flatnonzero(deaths > people)
    if short.size:
        raise MarginError("more deaths in the period than people at its start", tuple(int(line) for line in short))
    return start * (1 - _ratio(deaths, people))


def without_births(end: Table, births: Line, how: Closing = Closing()) -> Table:
    """Step b: the end table less the period's births; see Closing.births."""
    people, natives = end.sum(0), np.diag(end)
    short = np.flatnonzero(births > people)
    if short.size:
        raise MarginError("more births in the period than people at its end", tuple(int(line) for line in short))
    out = end.astype(np.float64)
    spread = np.full(births.shape, how.births == "proportional") | (births > natives)
    out[:, spread] *= 1 - _ratio(births, people)[spread]
    own = np.flatnonzero(~spread)
    out[own, own] -= births[own]
    return out


def _natives_to(table: Table, change: float, *, whole: bool) -> Table:
    natives = np.diag(table).astype(np.float64)
    total = float(natives.sum()) + change
    if total < 0 or (natives.sum() == 0 and change != 0):
        raise MarginError("the world's gap is larger than all native-born", tuple(range(natives.size)))
    scale = total / float(natives.sum()) if natives.sum() else 1.0
    out = table.astype(np.float64)
    np.fill_diagonal(out, _whole(natives * scale) if whole else natives * scale)
    return out


def _whole(values: Line) -> Line:
    """Whole numbers of the same (rounded) total: rounded down, then one more for the largest remainders."""
    floor = np.floor(values)
    odd = round(float(values.sum())) - int(floor.sum())
    floor[np.argsort(floor - values, kind="stable")[:odd]] += 1
    return floor


def _ratio(part: Line, of: Line) -> Line:
    """part / of, where of is 0 (and part then too): 0."""
    return np.divide(part, of, out=np.zeros(np.shape(of)), where=of > 0)
