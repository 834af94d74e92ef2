"""Everything a teller needs at hand: the situation, the voice, the names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from qanat.brief import numbers
from qanat.brief.numbers import Number, Row
from qanat.brief.prose import Name, Voice
from qanat.brief.situation import ABROAD, Situation, View
from qanat.figures import UNDIVIDED, F
from qanat.reconcile.breaks import Step
from qanat.reconcile.compared import MOVEMENTS, Compared, moved
from qanat.reconcile.eras import eras
from qanat.reconcile.said import Figure, spoken
from qanat.reconcile.side_by_side import Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A comparison that a brief shows. rows = the figures it rests on as lines of the brief, by citation."""

    found: Compared
    rows: Mapping[str, Row]

    def row(self, figure: Figure) -> Row:
        """A figure as a line of the brief."""
        return self.rows[figure.cite]

    def dated(self, day: date) -> Row:
        """A line of that day among the figures a comparison names, for a sentence that tells the day."""
        return next(self.row(figure) for figure in self.found.named if day in (figure.end, figure.known))


@dataclass(frozen=True)
class Scene:
    """A country's situation, told in one language.

    name         a place's name by code, as charts and tables print it
    spoken       the same with its article, as a sentence takes it ("the Philippines")
    comparisons  every counter's figures inside the country, by group and date (reconcile.comparisons)
    evidence     the groups of the newest year that several counters counted, or one copied, the largest first
    """

    situation: Situation
    voice: Voice
    name: Callable[[str], str]
    spoken: Callable[[str], str]
    comparisons: list[Comparison]
    evidence: tuple[Evidence, ...] = ()

    @property
    def country(self) -> Name:
        """The country as a sentence takes it."""
        return Name(self.spoken(self.situation.country))

    @cached_property
    def inside(self) -> Row | None:
        """People displaced inside the country by conflict or violence, as displayed; null where nobody counted."""
        return self.situation.newest("idps", "inside")

    @cached_property
    def abroad(self) -> Row | None:
        """People from the country in need of protection elsewhere; null where none are counted."""
        return self.situation.newest(ABROAD, "origin")

    @cached_property
    def hosted(self) -> Row | None:
        """People from elsewhere in need of protection in the country; null where none are counted."""
        return self.situation.newest(ABROAD, "host")

    @cached_property
    def hosts(self) -> list[Row]:
        """Where people from the country are, most first."""
        return self.situation.partners("origin")

    @cached_property
    def origins(self) -> list[Row]:
        """Where people hosted by the country are from, most first."""
        return self.situation.partners("host")

    @cached_property
    def ranked(self) -> list[tuple[View, Row | None]]:
        """The three views with their people, most first; views nobody is counted in last."""
        views: list[tuple[View, Row | None]] = [("inside", self.inside), ("origin", self.abroad), ("host", self.hosted)]
        return sorted(views, key=lambda one: -value_of(one[1]))

    @cached_property
    def broken(self) -> tuple[Step, ...]:
        """Every counter's method breaks among people displaced inside the country by conflict, the newest first."""
        rows = self.situation.published.filter(UNDIVIDED & inside(self.situation.country))
        stocks = rows.filter((F.group == "idps") & (F.measure == "stock"))
        found = eras(spoken(stocks), moved(rows.filter(F.group.is_in(MOVEMENTS)))).breaks
        return tuple(sorted((one.step for one in found), key=lambda step: (step.after.end, step.counter), reverse=True))

    def compared(self, group: str) -> Comparison | None:
        """The comparison of a group at the reference date; null where nobody spoke."""
        reference = self.situation.reference
        found = [c for c in self.comparisons if c.group == group and reference and c.end == reference]
        return found[0] if found else None

    def named(self, row: Row, end: str) -> Name:
        """The other end of a pair as a sentence takes it."""
        code = row.place if end == "place" else row.origin
        return Name(self.spoken(code or ""))


def inside(country: str) -> pl.Expr:
    """Whether a figure is about people of the country counted in it."""
    return (F.place == country) & (F.origin.is_null() | (F.origin == country))


def value_of(row: Row | None) -> float:
    """For choosing what to say first: a figure's value, and nothing where there is none."""
    return -1.0 if row is None else row.value


def before(series: list[Row], row: Row) -> Row | None:
    """The same series a year earlier; null where it was not counted then."""
    found = [one for one in series if one.year == row.year - 1]
    return found[-1] if found else None


def year(row: Row) -> Number:
    """The year a figure speaks of, as a number to print."""
    return numbers.year_of(row)
