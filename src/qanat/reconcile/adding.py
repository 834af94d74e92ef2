"""The never-add list: what two figures must have in common before their values may be added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.errors import MixError
from qanat.reconcile.overlaps import overlap

_MOST: Final = 8
_SEPARATE: Final = ("assessment", "operation", "round")  # cuts of one field operation that count the same people again


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What of a figure decides whether it may be added to another: everything but its value."""

    measure: str
    unit: str
    group: str
    counter: str
    origin: str | None
    place: str
    start: date
    end: date
    sex: str
    age_from: int | None
    age_to: int | None
    facet: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Kind:
        """The kind of a figure's row."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})

    @property
    def cuts(self) -> dict[str, str]:
        """Its facet as names and words."""
        return dict(part.split("=", 1) for part in (self.facet or "").split(";") if "=" in part)

    def __str__(self) -> str:
        where = f"{self.place} from {self.origin}" if self.origin else self.place
        return f"{self.counter} {self.group} ({self.measure}, {self.unit}) {where} {self.end}"


def addable(one: Kind, other: Kind) -> None:
    """Nothing where the values of the two may be added; one MixError with every reason where they may not."""
    found = list(reasons(one, other))
    if found:
        raise MixError(f"{one} and {other} must not be added: {'; '.join(found)}")


def added(figures: pl.DataFrame) -> float | None:
    """The sum of figures, each of which may be added to every other; null where none has a value.

    Raises MixError naming the pairs that must not be added, at most eight, and why.
    """
    kinds = [Kind.of(row) for row in figures.iter_rows(named=True)]
    wrong: list[str] = []
    for at, one in enumerate(kinds):
        for other in kinds[:at]:
            if len(wrong) < _MOST and (found := list(reasons(other, one))):
                wrong.append(f"{other} and {one}: {'; '.join(found)}")
    if wrong:
        raise MixError("these figures must not be added:\n  " + "\n  ".join(wrong))
    values = figures.get_column("value").drop_nulls()
    return float(values.sum()) if len(values) else None


def reasons(one: Kind, other: Kind) -> Iterator[str]:
    """Every reason why the values of two figures must not be added; none where they may."""
    if one.measure != other.measure:
        yield f"a {one.measure} and a {other.measure}: a stock counts people on a day, a flow what happened in a period"
    if one.unit != other.unit:
        yield f"{one.unit} and {other.unit}: a case holds one or more people, a person may move more than once"
    if one.counter != other.counter:
        yield f"{one.counter} and {other.counter} may have counted the same people; they stand side by side"
    yield from _times(one, other)
    yield from _groups(one, other)
    yield from _parts(one, other)


def _times(one: Kind, other: Kind) -> Iterator[str]:
    if one.measure == "stock" and one.end != other.end:
        yield f"stocks of two days, {one.end} and {other.end}, hold the same people twice"
    elif one.measure != "stock" and max(one.start, other.start) < min(one.end, other.end) and one.start != other.start:
        yield "the periods overlap"


def _groups(one: Kind, other: Kind) -> Iterator[str]:
    if one.group == other.group:
        return
    known = overlap(one.group, other.group)
    if known.relation != "disjoint":
        yield f"{one.group} and {other.group} ({known.relation}): {known.why}"


def _parts(one: Kind, other: Kind) -> Iterator[str]:
    """Whole and part, the same cell twice, overlapping ages, one operation's assessments."""
    if one.group != other.group or not _meet(one.place, other.place) or not _same_origin(one, other):
        return
    mine, theirs = one.cuts, other.cuts
    for cut in _SEPARATE:
        if mine.get(cut) != theirs.get(cut):
            yield f"{cut} {mine.get(cut)} and {theirs.get(cut)} of one place count the same people"
    apart = {name for name in (mine.keys() & theirs.keys()) - set(_SEPARATE) if mine[name] != theirs[name]}
    sexes = one.sex != other.sex and "all" not in (one.sex, other.sex)
    if apart or sexes or not _ages_meet(one, other):
        return
    yield "one is part of the other, or the same people again (a total is never added to its parts)"


def _same_origin(one: Kind, other: Kind) -> bool:
    return one.origin is None or other.origin is None or one.origin == other.origin


def _meet(one: str, other: str) -> bool:
    """Whether two places may share ground: the same, the world, a unit within a unit, or a country and a unit that is not
    plainly another country's."""
    if one == other or "WLD" in (one, other):
        return True
    countries = [place for place in (one, other) if len(place) == 3 and place.isalpha()]
    if len(countries) == 1:
        unit = other if one in countries else one
        letters = unit.rstrip("0123456789-")
        return not (len(letters) == 3 and letters != countries[0])
    return not countries and (one.startswith(other) or other.startswith(one))


def _ages_meet(one: Kind, other: Kind) -> bool:
    if one.age_from is None or other.age_from is None:
        whole = [kind for kind in (one, other) if kind.age_from == 0 and kind.age_to is None]
        return bool(whole) or one.age_from == other.age_from
    return max(one.age_from, other.age_from) < min(one.age_to or 999, other.age_to or 999)
