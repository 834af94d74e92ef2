"""Known limits of particular series: what a column's definition cannot tell, as data with citations.

A figure's own words come first: a facet `coverage=partial` or `register=cumulative` says the same of that figure alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

What = Literal["coverage", "cumulative"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit of a counter's series in a place, for figures that speak of a day in [since, until).

    what   coverage: a part of the place was assessed; cumulative: entry is easy, exit is rare
    where  the part that was assessed, or how it is cumulative, in plain words
    checked  the source cited was read or measured for this list; false: it is cited from memory
    """

    counter: str
    groups: tuple[str, ...]
    place: str
    what: What
    where: str
    cites: str
    since: date = date.min
    until: date = date.max
    checked: bool = False


LIMITS: Final[tuple[Limit, ...]] = (
    Limit(
        counter="iom", groups=("idps", "idps-any"), place="TCD", what="coverage", where="the province of Lac",
        cites="IOM, DTM API: Chad's one operation is the Lake Chad Basin Crisis, its rows are of Lac; the years are recalled", since=date(2015, 1, 1),
        until=date(2025, 1, 1), checked=True,
    ),
    Limit(
        counter="iom", groups=("idps", "idps-any"), place="AFG", what="cumulative", where="arrivals since 2012 that have not left",
        cites="IOM, DTM Afghanistan, Baseline Mobility Assessment, methodology notes",
    ),
    Limit(
        counter="government", groups=("idps",), place="COL", what="cumulative", where="victims of displacement ever registered (Registro Único de Víctimas)",
        cites="Unidad para las Víctimas, page on the figures of the register", checked=True,
    ),
)  # fmt: skip


def limits(counter: str, group: str, place: str, day: date, facet: str | None = None) -> tuple[Limit, ...]:
    """The limits of a figure: those written here for its series, and those its facet declares."""
    known = [
        one
        for one in LIMITS
        if (one.counter, one.place) == (counter, place) and group in one.groups and one.since <= day < one.until
    ]
    said = dict(part.split("=", 1) for part in (facet or "").split(";") if "=" in part)
    if said.get("coverage", "whole") != "whole":
        known.append(_declared(counter, group, place, "coverage", said["coverage"]))
    if said.get("register") == "cumulative":
        known.append(_declared(counter, group, place, "cumulative", "a register"))
    return tuple({one.what: one for one in reversed(known)}.values())


def _declared(counter: str, group: str, place: str, what: What, where: str) -> Limit:
    return Limit(
        counter=counter,
        groups=(group,),
        place=place,
        what=what,
        where=where,
        cites="the figure's own facet",
        checked=True,
    )
