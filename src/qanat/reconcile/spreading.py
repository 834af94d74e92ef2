"""One record divided by sex and age: what is counted as published, and the unknown spread by what donors show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from qanat.maths.shares import span_of_share
from qanat.reconcile.breakdowns import STEPS, Breakdown, Ten
from qanat.reconcile.donors import LEAST, ORDER, SPREADS, Class, Donor, Kind

Spreads = Mapping[Kind, Mapping[Class, tuple[float, float]]]
_ADULTS: Final = 3  # the ladder's step of 18 to 59
_WORST: Final = list(ORDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """Numbers of people, not rounded, each with the least and the most it is with probability 0.8."""

    value: Ten
    low: Ten
    high: Ten

    def plus(self, other: Spans) -> Spans:
        """Both together, bounds added: of one record, whose parts are off together."""
        return Spans(
            value=_added(self.value, other.value), low=_added(self.low, other.low), high=_added(self.high, other.high)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A record divided.

    cells    the ten cells, adding up to the total less people of another sex; null where no donor tells ages
    sexes    women and men, adding up to the same
    spread   people who were put into a sex or an age by a donor, by kind of donor
    used     the donors they were taken from
    """

    record: Breakdown
    sexes: Spans
    cells: Spans | None
    spread: Mapping[Kind, float] = field(default_factory=dict[Kind, float])
    used: tuple[Donor, ...] = ()


def filled(record: Breakdown, donors: Iterable[Donor], spreads: Spreads = SPREADS) -> Filled | None:
    """The record with nobody unknown; null where its total is not known or zero, or no donor tells the sexes.

    Counted cells stay and are only scaled down where they exceed the total (a sum that does not fit is for
    unsound.reasons to tell). The unknown of a sex are put on its ages, the unknown of both on sexes and ages, by the
    first donor in the order given with enough people; sexes and ages may come from two.
    """
    if record.total is None or record.total <= 0:
        return None
    lenders = list(donors)
    fit = min(record.total / record.known, 1.0) if record.known > 0 else 1.0
    unknown = max(record.total - record.known, 0.0)
    by_sex = next((one for one in lenders if one.pool.sexed), None)
    if unknown > 0 and by_sex is None:
        return None
    task = _Task(record=record, fit=fit, unknown=unknown, by_sex=by_sex, spreads=spreads)
    by_age = [next((one for one in lenders if one.pool.aged(sex) >= LEAST / 2), None) for sex in (0, 1)]
    cells, spread = task.cells(by_age)
    used = [one for one in (by_sex if unknown > 0 else None, *(by_age if cells else ())) if one is not None]
    return Filled(
        record=record, sexes=task.sexes(), cells=cells, spread=spread, used=tuple({one.kind: one for one in used}.values())
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A record to be divided: by how much its counts are scaled to fit its total, how many are of unknown sex, who tells
    the sexes."""

    record: Breakdown
    fit: float
    unknown: float
    by_sex: Donor | None
    spreads: Spreads

    def sexes(self) -> Spans:
        """Women and men."""
        counted = _exact([one * self.fit for one in self.record.of_sex])
        if self.by_sex is None or self.unknown <= 0:
            return counted
        pool = self.by_sex.pool
        off = self.by_sex.spread("sex", self.spreads)
        return counted.plus(_parts(self.unknown, _shares((pool.women, pool.men)), [off, (off[1], off[0])], (pool.women + pool.men, self.by_sex.alike)))  # fmt: skip

    def cells(self, by_age: Sequence[Donor | None]) -> tuple[Spans | None, dict[Kind, float]]:
        """The ten cells, null where a sex has people of unknown age and no donor for them; who put how many people there."""
        spread: dict[Kind, float] = {}
        sexes: list[Spans] = []
        for sex in (0, 1):
            own, left = self._counted(sex)
            people, donor = (left, self.unknown * self._share(sex)), by_age[sex]
            if sum(people) <= 1e-9:
                sexes.append(own)
                continue
            if donor is None:
                return None, self._of_sexes()
            kind = max((donor.kind, *(self._lender(people[1]))), key=_WORST.index)
            spread[donor.kind] = spread.get(donor.kind, 0.0) + people[0]
            spread[kind] = spread.get(kind, 0.0) + people[1]
            sexes.append(own.plus(self._spread(sex, left, donor)))
        women, men = sexes
        both = Spans(value=women.value + men.value, low=women.low + men.low, high=women.high + men.high)
        return both, {kind: people for kind, people in spread.items() if people > 0}

    def _of_sexes(self) -> dict[Kind, float]:
        return {self.by_sex.kind: self.unknown} if self.by_sex is not None and self.unknown > 0 else {}

    def _lender(self, people: float) -> tuple[Kind, ...]:
        return (self.by_sex.kind,) if self.by_sex is not None and people > 0 else ()

    def _share(self, sex: int) -> float:
        if self.by_sex is None:
            return 0.0
        return _shares((self.by_sex.pool.women, self.by_sex.pool.men))[sex]

    def _counted(self, sex: int) -> tuple[Spans, float]:
        """The counted cells of a sex as far as they fit, and how many of it are of unknown age."""
        at = slice(sex * STEPS, (sex + 1) * STEPS)
        whole, aged = self.record.of_sex[sex] * self.fit, sum(self.record.cells[at])
        scale = min(whole / aged, 1.0) if aged > 0 else 1.0
        value, low, high = (tuple(one * scale for one in part[at]) for part in (self.record.cells, self.record.low, self.record.high))  # fmt: skip
        return Spans(value=value, low=low, high=high), max(whole - aged * scale, 0.0)

    def _spread(self, sex: int, left: float, donor: Donor) -> Spans:
        """The unknown ages of a sex, and its part of the unknown sexes, on its ages."""
        at = slice(sex * STEPS, (sex + 1) * STEPS)
        ages = _shares(donor.pool.cells[at])
        own = [self._off((donor,), step) for step in range(STEPS)]
        out = _parts(left, ages, own, (donor.pool.aged(sex), donor.alike))
        if self.by_sex is None or self.unknown <= 0:
            return out
        joint = tuple(self._share(sex) * one for one in ages)
        both = [self._off((donor, self.by_sex), step) for step in range(STEPS)]
        alike = min(donor.alike, self.by_sex.alike)
        return out.plus(_parts(self.unknown, joint, both, (donor.pool.aged(0) + donor.pool.aged(1), alike)))

    def _off(self, worse: tuple[Donor, ...], step: int) -> tuple[float, float]:
        """The spread of the worst of some donors."""
        part: Class = "adults" if step == _ADULTS else "ages"
        return max(one.spread(part, self.spreads)[0] for one in worse), max(one.spread(part, self.spreads)[1] for one in worse)  # fmt: skip


def _parts(
    people: float, shares: Sequence[float], offs: Sequence[tuple[float, float]], lent: tuple[float, float]
) -> Spans:
    """People on shares of a donor's, each with how far it may lie off.

    lent  people the donor has, and how many times they are for chance
    """
    seen, alike = lent
    if people <= 0:
        return _exact([0.0] * len(shares))
    spans = [span_of_share(share, seen * alike, people * alike, off) for share, off in zip(shares, offs, strict=True)]
    return Spans(
        value=tuple(people * share for share in shares), low=tuple(people * low for low, _ in spans), high=tuple(people * high for _, high in spans)
    )  # fmt: skip


def _shares(parts: Sequence[float]) -> Ten:
    whole = sum(parts)
    return tuple(one / whole for one in parts) if whole else (0.0,) * len(parts)


def _exact(people: Sequence[float]) -> Spans:
    same = tuple(people)
    return Spans(value=same, low=same, high=same)


def _added(one: Ten, other: Ten) -> Ten:
    return tuple(a + b for a, b in zip(one, other, strict=True))
