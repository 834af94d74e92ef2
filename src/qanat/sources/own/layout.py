"""What each column of a sheet is: where the place stands, what is counted, by which sex, age and cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from qanat.figures.ages import Band
from qanat.sources.own.numbers import Mark

Role = Literal[
    "country", "place", "pcode", "date", "start", "end", "origin", "sex", "age", "group", "measure", "facet",
    "count", "skip",
]  # fmt: skip
ROLES: Final[tuple[Role, ...]] = (
    "country", "place", "pcode", "date", "start", "end", "origin", "sex", "age", "group", "measure", "facet",
    "count", "skip",
)  # fmt: skip
Totals = Literal["check", "told"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    at, head  its place from 0 and its head as joined
    level     of a place or p-code: 1, 2 or further down
    key       of a facet;  whole  the words that mean "not divided" in it
    words     what the file's own words stand for
    measure, unit, group, sex, age, facet  what a column of counts counts; null: another column says it
    """

    at: int
    head: str
    role: Role
    level: int | None = None
    key: str | None = None
    whole: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    measure: str | None = None
    unit: str = "people"
    group: str | None = None
    sex: str | None = None
    age: Band | None = None
    facet: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def counts(self) -> tuple[object, ...]:
        """What tells this column of counts from another."""
        return (self.measure, self.unit, self.group, self.sex, self.age, tuple(sorted(self.facet.items())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One sheet's plan.

    sheet         its name; null for a file without sheets
    heads, first  the row numbers of the heads (first and last) and of the first record
    skip          row numbers that are no records
    country, date, origin  what holds for every row; null: a column says it
    blank_place   whether a row without any place speaks of the country; else it is a total or set aside
    decimal, day_first  what the file itself may not show
    totals        "check": a total that does not agree stops the import; "told": it is noted
    notes         what was not read, what was taken for what
    """

    sheet: str | None
    heads: tuple[int, int]
    first: int
    columns: tuple[Column, ...]
    skip: frozenset[int] = frozenset()
    country: str | None = None
    date: str | None = None
    origin: str | None = None
    blank_place: bool = False
    decimal: Mark | None = None
    day_first: bool | None = None
    totals: Totals = "check"
    notes: tuple[str, ...] = ()

    def of(self, *roles: Role) -> list[Column]:
        """The columns of these roles, in the order of the sheet."""
        return [column for column in self.columns if column.role in roles]

    def given(self, *, country: str | None, day: str | None) -> Layout:
        """The same plan with what the person said besides."""
        return replace(self, country=country or self.country, date=day or self.date)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What the document is, as far as a mapping file says; null: it does not."""

    title: str | None = None
    publisher: str | None = None
    counter: str | None = None
    licence: str | None = None
    published: date | None = None


def lacking(layout: Layout) -> list[str]:
    """What a plan must still be told, as words: "count", "place", "date"; empty when all is there.

    A p-code leads to its country; a name or nothing needs the country told.
    """
    missing: list[str] = []
    if not layout.of("count"):
        missing.append("count")
    if not layout.of("country", "pcode") and layout.country is None:
        missing.append("country" if layout.of("place") else "place")
    if not layout.of("date", "start", "end") and layout.date is None:
        missing.append("date")
    return missing
