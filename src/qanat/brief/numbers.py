"""Numbers a brief may print: each one carries the figures it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qanat.errors import BriefError

Form = Literal["full", "short", "percent", "times", "year", "date", "day"]
How = Literal[
    "as published", "sum", "share", "change", "difference", "spread", "reference date", "count", "interval", "picture"
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure handed to the brief: what a Number is made from."""

    cite: str  # run:row
    group: str
    measure: str
    origin: str | None
    place: str
    end: date
    counter: str
    source: str
    sex: str
    age_from: int | None
    age_to: int | None
    value: float
    low: float | None
    high: float | None
    locator: str | None

    @property
    def year(self) -> int:
        """The calendar year the figure speaks of (a flow ends on the first day of the next)."""
        return (
            self.end.year - 1 if self.measure != "stock" and (self.end.month, self.end.day) == (1, 1) else self.end.year
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A value to print, in which form, how it was made and from which figures; never without at least one."""

    value: float
    form: Form
    how: How
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        if not self.rows:
            raise BriefError(f"the number {self.value} ({self.how}) rests on no figure; cite one or leave it out")

    @property
    def sources(self) -> tuple[str, ...]:
        """The documents behind it, each once, in order."""
        return tuple(dict.fromkeys(row.source for row in self.rows))

    @property
    def cites(self) -> tuple[str, ...]:
        """The figures behind it as run:row."""
        return tuple(row.cite for row in self.rows)


def published(row: Row, form: Form = "short") -> Number:
    """A figure's own value."""
    return Number(value=row.value, form=form, how="as published", rows=(row,))


def total(rows: Iterable[Row], form: Form = "short") -> Number:
    """The sum of figures that may be added (the caller's duty: disjoint people, one unit, one date)."""
    parts = tuple(rows)
    return Number(value=sum(row.value for row in parts), form=form, how="sum", rows=parts)


def share(part: Number, whole: Number) -> Number | None:
    """One number as a share of another, 0 to 1; null where the whole is zero."""
    if whole.value == 0:
        return None
    return Number(value=part.value / whole.value, form="percent", how="share", rows=(*part.rows, *whole.rows))


def change(before: Row, after: Row) -> Number | None:
    """Relative change between two figures of one series, signed; null where it began at zero."""
    if before.value == 0:
        return None
    return Number(value=after.value / before.value - 1, form="percent", how="change", rows=(before, after))


def difference(before: Row, after: Row) -> Number:
    """How many more (or, without its sign, fewer) between two figures of one series."""
    return Number(value=abs(after.value - before.value), form="short", how="difference", rows=(before, after))


def year_of(row: Row) -> Number:
    """The year a figure speaks of."""
    return Number(value=row.year, form="year", how="reference date", rows=(row,))


def counted(rows: Iterable[Row]) -> Number:
    """How many figures there are (countries in a list, sources that spoke)."""
    parts = tuple(rows)
    return Number(value=len(parts), form="full", how="count", rows=parts)
