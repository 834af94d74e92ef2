"""The fourteen flags: what a reader must know before two figures are set against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from qanat.figures.words import CROSS_BORDER
from qanat.reconcile.breaks import Moved
from qanat.reconcile.concepts import comparable
from qanat.reconcile.eras import Break
from qanat.reconcile.intervals import rounding_dominates
from qanat.reconcile.lineage import Cluster
from qanat.reconcile.said import Figure

Code = Literal[
    "SAME_LINEAGE", "STALE_COPY", "CARRIED_FORWARD", "CAUSE_MISMATCH", "COVERAGE_PARTIAL", "DATE_MISMATCH", "REGISTER_CUMULATIVE",
    "METHOD_BREAK", "ROUNDING_DOMINATES", "UNIT_MIX", "SUM_MISMATCH", "BOUND_VIOLATION", "SEX_AGE_MISSING", "LICENCE_RESTRICTED",
]  # fmt: skip
How = Literal["bridged", "left_out", "declared"]
CODES: Final[tuple[Code, ...]] = (
    "SAME_LINEAGE", "STALE_COPY", "CARRIED_FORWARD", "CAUSE_MISMATCH", "COVERAGE_PARTIAL", "DATE_MISMATCH", "REGISTER_CUMULATIVE",
    "METHOD_BREAK", "ROUNDING_DOMINATES", "UNIT_MIX", "SUM_MISMATCH", "BOUND_VIOLATION", "SEX_AGE_MISSING", "LICENCE_RESTRICTED",
)  # fmt: skip
STALE_DAYS: Final = 183  # a copy of an older count than half a year
DATES_DAYS: Final = 92
DIFFERS: Final = 0.25
_GAP: Final = 0.1  # returns within this share of the gap between two counters explain it
_SUM: Final = 0.005
_KNOWN: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One flag: its code, the counters it is about (the first chiefly), and the day or year its sentence names.

    how     which of a code's sentences says it, where there are several; null: the code's own
    factor  what earlier figures were multiplied by, for a bridged method break
    """

    code: Code
    counters: tuple[str, ...]
    day: date | None = None
    how: How | None = None
    factor: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A counter's total and what its sexes add up to: known = women, girls, men and boys; all = with the unknown."""

    known: float
    all: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Everything a comparison of one group in one place on one day knows.

    current     what each counter says for the year, one figure each
    history     every figure up to the day
    clusters    of the history
    moved       movements by year;  population  everyone living there;  parts  by counter, where divided by sex
    missing     people of places a counter leaves out and another counts (the world's sums only)
    breaks      method breaks between figures that would bear on the picture of the day
    """

    group: str
    day: date
    current: tuple[Figure, ...]
    history: tuple[Figure, ...]
    clusters: tuple[Cluster, ...]
    moved: Mapping[int, Moved] = field(default_factory=dict[int, Moved])
    population: float | None = None
    parts: Mapping[str, Parts] = field(default_factory=dict[str, Parts])
    missing: Mapping[str, float] = field(default_factory=dict[str, float])
    breaks: tuple[Break, ...] = ()


def flags(setting: Setting) -> list[Flag]:
    """Every flag that holds, each code and set of counters once, in the order of CODES."""
    found = [
        *_lineage(setting), *_concepts(setting), *_coverage(setting), *_dates(setting), *_breaks(setting), *_sums(setting), *_terms(setting),
    ]  # fmt: skip
    once = {(one.code, one.counters): one for one in reversed(found)}
    return sorted(once.values(), key=lambda one: (CODES.index(one.code), one.counters))


def _lineage(setting: Setting) -> Iterator[Flag]:
    now = set(setting.current)
    for cluster in setting.clusters:
        here = [one for one in cluster.members if one in now]
        if here and cluster.shared:
            said = [one.counter for one in here if one.cite in cluster.declared]
            how: How | None = "declared" if said else None
            counters = dict.fromkeys((cluster.root.counter, *said)) if said else cluster.counters
            yield Flag(code="SAME_LINEAGE", counters=tuple(counters), day=cluster.day, how=how)
        for one in here:
            own = [other for other in cluster.members if other.counter == one.counter and other.end < one.end]
            if (one.end - cluster.day).days > STALE_DAYS:
                yield Flag(code="STALE_COPY", counters=(one.counter, *(c for c in cluster.counters if c != one.counter)), day=cluster.day)  # fmt: skip
            if any(other.year < one.year and other.value == one.value for other in own):
                yield Flag(code="CARRIED_FORWARD", counters=(one.counter,), day=min(other.end for other in own))


def _concepts(setting: Setting) -> Iterator[Flag]:
    like = [one for one in setting.current if one.concept is not None]
    for at, one in enumerate(like):
        for other in like[:at]:
            if one.concept is None or other.concept is None or comparable(one.concept, other.concept):
                continue
            pair = (one, other) if one.group != setting.group else (other, one)
            if one.unit != other.unit or one.measure != other.measure:
                yield Flag(code="UNIT_MIX", counters=(pair[0].counter, pair[1].counter))
            elif one.concept.cause != other.concept.cause:
                yield Flag(code="CAUSE_MISMATCH", counters=(pair[0].counter, pair[1].counter))


def _coverage(setting: Setting) -> Iterator[Flag]:
    largest = max((one.value for one in setting.current), default=0.0)
    copies = {one for cluster in setting.clusters if cluster.shared for one in cluster.members}
    for one in setting.current:
        roots = [cluster.root for cluster in setting.clusters if one in cluster.members]
        if (
            any(source.limited("coverage") for source in (one, *roots))
            or (
                one.concept is not None
                and one.concept.narrower
                and one not in copies
                and one.value * (1 + DIFFERS) < largest
            )
            or setting.missing.get(one.counter, 0.0) > 0
            or _registered(one, setting.current)
        ):
            yield Flag(code="COVERAGE_PARTIAL", counters=(one.counter,))
        if one.limited("cumulative"):
            yield Flag(code="REGISTER_CUMULATIVE", counters=(one.counter,))


def _registered(one: Figure, current: Sequence[Figure]) -> bool:
    """Whether a count of people with a status stands beside a larger estimate of everyone who would have it."""
    return (
        one.group in CROSS_BORDER
        and one.status == "counted"
        and any(
            other.status == "estimated" and other.group == one.group and other.value > one.value * (1 + DIFFERS)
            for other in current
        )
    )


def _dates(setting: Setting) -> Iterator[Flag]:
    own = [one for one in setting.current if one.measure == "stock"]
    returned = setting.moved.get(setting.day.year, Moved()).returned
    for at, one in enumerate(own):
        for other in own[:at]:
            apart = abs(one.value - other.value)
            differs = apart > DIFFERS * min(one.value, other.value)
            far = abs((one.end - other.end).days) > DATES_DAYS
            explained = returned is not None and returned > 0 and abs(apart - returned) <= _GAP * apart
            if far or (differs and explained):
                yield Flag(code="DATE_MISMATCH", counters=(other.counter, one.counter), day=one.end)


def _breaks(setting: Setting) -> Iterator[Flag]:
    for one in setting.breaks:
        how: How = "left_out" if one.factor is None else "bridged"
        yield Flag(code="METHOD_BREAK", counters=(one.step.counter,), day=one.day, how=how, factor=one.factor)


def _sums(setting: Setting) -> Iterator[Flag]:
    most = max(setting.current, key=lambda one: one.value, default=None)
    before = [one for one in setting.history if one.group == setting.group and one.year == setting.day.year - 1]
    returned = setting.moved.get(setting.day.year, Moved())
    for one in setting.current:
        parts = setting.parts.get(one.counter)
        if parts is not None and parts.all > 0 and abs(parts.all - one.value) > max(_SUM * one.value, 50.0):
            yield Flag(code="SUM_MISMATCH", counters=(one.counter,))
        if setting.population is not None and one.unit == "people" and one.value > setting.population:
            yield Flag(code="BOUND_VIOLATION", counters=(one.counter,))
        if rounding_dominates(one.value, one.counter):
            yield Flag(code="ROUNDING_DOMINATES", counters=(one.counter,))
    stocks = [one.high for one in before if one.measure == "stock"]
    if stocks and returned.returned is not None and returned.returned > max(stocks) + (returned.new or 0.0):
        yield Flag(code="BOUND_VIOLATION", counters=tuple(sorted({one.counter for one in before})))
    known = max((parts.known for parts in setting.parts.values()), default=0.0)
    if most is not None and most.measure == "stock" and known < _KNOWN * most.value:
        yield Flag(code="SEX_AGE_MISSING", counters=(most.counter,))


def _terms(setting: Setting) -> Iterator[Flag]:
    for one in setting.current:
        if not one.may_travel:
            yield Flag(code="LICENCE_RESTRICTED", counters=(one.counter,))
