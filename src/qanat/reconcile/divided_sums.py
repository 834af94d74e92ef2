"""Divided records added up, rounded to people so that they agree with the undivided figure, with how far they may lie off."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, exp, floor, log, sqrt
from typing import Final

from qanat.figures.ages import ALL, Band
from qanat.maths.shares import apportioned, margin_of_sum
from qanat.reconcile.breakdowns import CELLS, SEXES, STEPS
from qanat.reconcile.donors import ORDER
from qanat.reconcile.spreading import Filled, Spans

TOGETHER: Final = (
    0.3  # how far records' errors go together: with it four in five sums over a country lie inside (bench/divided.py)
)
Row = tuple[str, Band, float, float, float]  # sex, ages, value, low, high
_TOLD: Final = re.compile(r"([a-z]+) (\d+): of known sex (\d+), of known age (\d+)(?:; by (.+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a division's locator tells: whose undivided figure it is, how many people are of known sex and age, and how many
    each kind of donor put in place, in people."""

    counter: str
    total: float
    sex: float
    age: float
    by: Mapping[str, float]

    @property
    def text(self) -> str:
        """As a locator."""
        by = ", ".join(f"{kind} {round(people)}" for kind, people in self.by.items())
        return f"{self.counter} {round(self.total)}: of known sex {round(self.sex)}, of known age {round(self.age)}" + (
            f"; by {by}" if by else ""
        )

    @classmethod
    def read(cls, text: str) -> Told:
        """From a locator. Raises ValueError for a text that is none."""
        found = _TOLD.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} tells of no division")
        by = dict(one.rsplit(" ", 1) for one in found[5].split(", ")) if found[5] else {}
        return cls(
            counter=found[1], total=float(found[2]), sex=float(found[3]), age=float(found[4]), by={kind: float(people) for kind, people in by.items()}
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Summed:
    """Records divided and added up, in people. rows: the ten cells where ages are told, then women and men.

    counted  whether women and men, and whether the ten cells, are the published ones: nobody was spread, nothing scaled
    """

    total: float
    of_known_sex: float
    of_known_age: float
    spread: Mapping[str, float]
    rows: tuple[Row, ...]
    counted: tuple[bool, bool]

    def status(self, ages: Band) -> str:
        """Whether the rows of all ages, or those of an age, are counted or estimated."""
        return "counted" if self.counted[0 if ages == ALL else 1] else "estimated"


def summed(parts: Sequence[Filled]) -> Summed | None:
    """The sum of divided records; null where there are none, or nobody in them.

    Whole people: the cells add up to the total less people of another sex, women and men to their cells. Margins of
    records add between by themselves and all one way (TOGETHER).
    """
    total = sum(one.record.total or 0.0 for one in parts)
    other = sum(_fit(one) * one.record.other for one in parts)
    whole = round(total) - round(other)
    if not parts or whole <= 0:
        return None
    aged = [one.cells for one in parts if one.cells is not None]
    sexes = _rounded(whole, [one.sexes for one in parts])
    rows: list[Row] = []
    if len(aged) == len(parts):
        cells = _rounded(whole, aged)
        rows = [(sex, ages, *cell) for (sex, ages), cell in zip(CELLS, cells, strict=True)]
        by_sex = (sum(value for value, _, _ in cells[:STEPS]), sum(value for value, _, _ in cells[STEPS:]))
        sexes = [
            (value, min(low, value), max(high, value)) for value, (_, low, high) in zip(by_sex, sexes, strict=True)
        ]
    rows += [(sex, ALL, *one) for sex, one in zip(SEXES, sexes, strict=True)]
    by = {kind: sum(one.spread.get(kind, 0.0) for one in parts) for kind in ORDER}
    spread: dict[str, float] = {kind: people for kind, people in by.items() if people > 0}
    known = [
        (min(one.record.known, one.record.total or 0.0), _fit(one) * min(sum(one.record.aged), one.record.known))
        for one in parts
    ]
    counted = [_counted(one) for one in parts]
    return Summed(total=total, of_known_sex=sum(sex for sex, _ in known), of_known_age=sum(age for _, age in known), spread=spread, rows=tuple(rows), counted=(all(sex for sex, _ in counted), all(age for _, age in counted)))  # fmt: skip


def agreed(rows: Sequence[Row], whole: float, low: float | None = None, high: float | None = None) -> list[Row]:
    """The same division of another undivided figure: cells add up to it to the person, women and men to their cells.

    rows  as Summed's;  low, high  the figure's own 80 % interval: its factor and a cell's own are taken as independent
    """
    cells = [row for row in rows if row[1] != ALL]
    sexes = [row for row in rows if row[1] == ALL]
    added = sum(row[2] for row in sexes)
    factor, target = whole / added if added else 0.0, round(whole)
    off = (log(whole / low) if low else 0.0, log(high / whole) if high and whole else 0.0)
    parts = cells or sexes
    people = apportioned(target, [row[2] for row in parts]) if added else [0] * len(parts)
    out = [_scaled(row, float(one), factor, off) for row, one in zip(parts, people, strict=True)]
    if not cells:
        return out
    for row in sexes:
        out.append(_scaled(row, sum(one[2] for one in out if one[0] == row[0] and one[1] != ALL), factor, off))
    return out


def _scaled(row: Row, value: float, factor: float, off: tuple[float, float]) -> Row:
    sex, ages, was, low, high = row
    if was <= 0:
        return sex, ages, value, 0.0, max(float(ceil(high * factor * exp(off[1]))), value)
    down = sqrt(log(was / low) ** 2 + off[0] ** 2) if low > 0 else None
    up = sqrt(log(high / was) ** 2 + off[1] ** 2)
    least = 0.0 if down is None else float(floor(was * factor * exp(-down)))
    return sex, ages, value, min(least, value), max(float(ceil(was * factor * exp(up))), value)


def _counted(one: Filled) -> tuple[bool, bool]:
    """Whether a record's sexes, and its ages too, are all published and add up."""
    record = one.record
    sexes = abs(record.known - (record.total or 0.0)) < 0.5
    return sexes, sexes and all(abs(aged - whole) < 0.5 for aged, whole in zip(record.aged, record.of_sex, strict=True))


def _fit(one: Filled) -> float:
    known = one.record.known
    return min((one.record.total or 0.0) / known, 1.0) if known > 0 else 1.0


def _rounded(whole: int, parts: Sequence[Spans]) -> list[tuple[float, float, float]]:
    """Sums in whole people that add up to the whole, with their intervals, never below zero or above the whole."""
    width = len(parts[0].value)
    people = apportioned(whole, [sum(one.value[at] for one in parts) for at in range(width)])
    out: list[tuple[float, float, float]] = []
    for at, value in enumerate(people):
        down, up = (margin_of_sum([_apart(one, at, end) for one in parts], TOGETHER) for end in (0, 1))
        out.append(
            (
                float(value),
                float(max(min(floor(value - down), value), 0)),
                float(min(max(ceil(value + up), value), whole)),
            )
        )
    return out


def _apart(one: Spans, at: int, end: int) -> float:
    return max(one.high[at] - one.value[at] if end else one.value[at] - one.low[at], 0.0)
