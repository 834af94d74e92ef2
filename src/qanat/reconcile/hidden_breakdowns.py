"""Counted breakdowns hidden: how well the donors foretell them, and the spreads that make 80 % of them lie inside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Final

from qanat.reconcile.breakdowns import STEPS, Breakdown
from qanat.reconcile.donors import LEAST, ORDER, Class, Donor, Donors, Kind
from qanat.reconcile.spreading import Filled, Spans, Spreads, filled

KNOWN: Final = 0.9  # share of a record's people of known age for its breakdown to be hidden and foretold
PEOPLE: Final = 100.0
_HALVINGS: Final = 12
_WIDEST: Final = 6.0
_ADULTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A counted breakdown, and what the first donor of a kind that could lend says of it."""

    record: Breakdown
    donor: Donor


def hideable(records: Sequence[Breakdown]) -> list[Breakdown]:
    """Records of at least 100 people of which at least nine in ten are counted by sex and age."""
    return [one for one in records if one.total is not None and one.total >= PEOPLE and sum(one.aged) >= KNOWN * one.total]  # fmt: skip


def trials(records: Sequence[Breakdown], donors: Donors) -> Iterator[Trial]:
    """Every kind of donor tried on every hidden record, the record's own breakdown left out."""
    for record in records:
        for donor in donors.of(record):
            if donor.kind != "own" and able(donor):
                yield Trial(record=bare(record), donor=donor)


def able(donor: Donor) -> bool:
    """Whether it can lend sexes and ages both."""
    return donor.pool.sexed and all(donor.pool.aged(sex) >= LEAST / 2 for sex in (0, 1))


def bare(record: Breakdown) -> Breakdown:
    """The record as it is told by its cells alone: everyone of known age, so that foretold and counted are of the same."""
    women, men = record.aged
    return replace(record, total=women + men, women=women, men=men, other=0.0, unknown=None, least=women + men)


def blank(record: Breakdown) -> Breakdown:
    """The record with its breakdown hidden: only its total is left."""
    none = (0.0,) * (2 * STEPS)
    return replace(record, cells=none, low=none, high=none, women=None, men=None, other=0.0, unknown=None, least=0.0)


def foretold(trial: Trial, spreads: Spreads) -> Filled | None:
    """What the donor says of the hidden record."""
    return filled(blank(trial.record), [trial.donor], spreads)


def inside(trial: Trial, said: Filled) -> Iterator[tuple[Class, int]]:
    """For the women and for every cell: -1 where the count lies below the interval, 1 above, 0 inside. A rounded count is
    inside where its bounds meet the interval."""
    record = trial.record
    yield "sex", _side(record.of_sex[0], record.of_sex[0], said.sexes, 0)
    if said.cells is not None:
        for at in range(2 * STEPS):
            part: Class = "adults" if at % STEPS == _ADULTS else "ages"
            yield part, _side(record.low[at], record.high[at], said.cells, at)


def _side(low: float, high: float, said: Spans, at: int) -> int:
    if high < floor(said.low[at]):
        return -1
    return 1 if low > ceil(said.high[at]) else 0


def coverage(found: Sequence[Trial], spreads: Spreads) -> dict[Class, tuple[float, float, int]]:
    """By class: shares of hidden counts below and above the interval, and how many there are."""
    sides: dict[Class, list[int]] = defaultdict(list)
    for one in found:
        said = foretold(one, spreads)
        for part, side in inside(one, said) if said is not None else ():
            sides[part].append(side)
    return {part: (some.count(-1) / len(some), some.count(1) / len(some), len(some)) for part, some in sides.items()}


def learnt(found: Sequence[Trial]) -> dict[Kind, dict[Class, tuple[float, float]]]:
    """The spreads with which a tenth of the hidden counts lies below and a tenth above, by kind of donor; by halving."""
    by_kind: dict[Kind, list[Trial]] = defaultdict(list)
    for one in found:
        by_kind[one.donor.kind].append(one)
    return {kind: _learnt(kind, by_kind[kind]) for kind in ORDER if by_kind.get(kind)}


def _learnt(kind: Kind, some: Sequence[Trial]) -> dict[Class, tuple[float, float]]:
    parts: tuple[Class, ...] = ("sex", "adults", "ages")
    low: dict[tuple[Class, int], float] = {(part, end): 0.0 for part in parts for end in (0, 1)}
    high = dict.fromkeys(low, _WIDEST)
    for _ in range(_HALVINGS):
        middle = {key: (low[key] + high[key]) / 2 for key in low}
        covered = coverage(some, {kind: {part: (middle[part, 0], middle[part, 1]) for part in parts}})
        for (part, end), value in middle.items():
            (high if covered[part][end] <= 0.1 else low)[part, end] = value
    return {part: (round(high[part, 0], 2), round(high[part, 1], 2)) for part in parts}


def missed(trial: Trial, said: Filled) -> float:
    """Mean absolute error of the ten shares."""
    if said.cells is None or not trial.record.total:
        return 0.0
    return sum(abs(a - b) for a, b in zip(trial.record.cells, said.cells.value, strict=True)) / trial.record.total / (2 * STEPS)  # fmt: skip
