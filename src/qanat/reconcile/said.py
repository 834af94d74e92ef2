"""What counters said of one group of people in one place: published figures with interval, concept and limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.figures import F
from qanat.figures.words import LICENCES
from qanat.reconcile.concepts import Concept, concept
from qanat.reconcile.intervals import Interval, interval
from qanat.reconcile.limits import Limit, limits

_ROUND: Final = (
    "assessment",
    "operation",
    "round",
    "coverage",
    "register",
    "qualifier",
    "told-by",
)  # cuts that divide no people
_COLUMNS: Final = (
    "counter", "group", "place", "measure", "unit", "start", "end", "known", "basis", "facet", "value", "low", "high",
    "level", "status", "source", "licence", "run", "row",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One counter's figure; end = the day a stock speaks of, or the day after a flow. interval = null: exact to a person.

    bridged  the value was rescaled over a method break (reconcile/eras.py) and is not what was published
    """

    counter: str
    group: str
    place: str
    measure: str
    unit: str
    start: date
    end: date
    known: date
    basis: str | None
    facet: str | None
    value: float
    status: str
    source: str
    licence: str
    cite: str
    interval: Interval | None
    concept: Concept | None
    limits: tuple[Limit, ...]
    bridged: bool = False

    @property
    def year(self) -> int:
        """The calendar year it speaks of."""
        return self.start.year if self.measure != "stock" else self.end.year

    @property
    def low(self) -> float:
        """Lower end of its interval, the value itself where there is none."""
        return self.value if self.interval is None else self.interval.low

    @property
    def high(self) -> float:
        """Upper end of its interval, the value itself where there is none."""
        return self.value if self.interval is None else self.interval.high

    @property
    def may_travel(self) -> bool:
        """Whether its licence lets it, and what is made from it, be passed on."""
        terms = LICENCES.get(self.licence)
        return terms is not None and terms.may_redistribute and terms.may_derive

    @property
    def told_by(self) -> tuple[str, ...]:
        """Whose count its facet says it is ("Government", "iom@2021-09-30"); nothing where it says nothing."""
        return tuple(word for name, word in _cuts(self.facet) if name == "told-by")

    def limited(self, what: str) -> Limit | None:
        """Its limit of this sort ("coverage", "cumulative"), null where none is known."""
        return next((one for one in self.limits if one.what == what), None)


def spoken(figures: pl.DataFrame) -> list[Figure]:
    """Every figure that says something, in order of day, counter and citation.

    figures  published figures or totals of one place, one row a counter, day and round (see reconcile.newest)
    Left out: rows without a value, rounded zeros (UNHCR's may as well stand for "not applicable"), divisions by sex, age
    or any cut but those that name a field operation's round.
    """
    whole = (F.sex == "all") & (F.age_from == 0) & F.age_to.is_null()
    zero = ((F.value == 0) & (F.high == 2)).fill_null(value=False)
    rows = figures.filter(whole & F.value.is_not_null() & ~zero).select(_COLUMNS)
    found = [figure(row) for row in rows.iter_rows(named=True) if undivided(row["facet"])]
    return sorted(found, key=lambda one: (one.end, one.counter, one.group, one.cite))


def figure(row: Mapping[str, Any]) -> Figure:
    """A figure from a row of figures.SCHEMA; an interval it brings along stands, else its digits and words give one."""
    cuts = dict(_cuts(row["facet"]))
    own = None
    if row["low"] is not None and row["high"] is not None:
        own = Interval(low=row["low"], high=row["high"], level=row["level"], why="published")
    bare = {name: row[name] for name in _COLUMNS if name not in ("low", "high", "level", "run", "row")}
    return Figure(
        **bare, cite=f"{row['run']}:{row['row']}", interval=own or interval(row["value"], row["counter"], qualifier=cuts.get("qualifier")),
        concept=concept(row["counter"], row["group"]),
        limits=limits(row["counter"], row["group"], row["place"], row["end"], row["facet"]),
    )  # fmt: skip


def undivided(facet: str | None) -> bool:
    """Whether a facet divides nobody: none at all, or only the name of an operation, an assessment or a round."""
    return all(name in _ROUND for name, _ in _cuts(facet))


def _cuts(facet: str | None) -> Iterator[tuple[str, str]]:
    for part in (facet or "").split(";"):
        if "=" in part:
            name, word = part.split("=", 1)
            yield name, word
