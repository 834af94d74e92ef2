"""From whom the sex and age of the uncounted are taken, in which order, and how far off each of them is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import sqrt
from typing import Any, Final, Literal

import polars as pl

from qanat.figures import F
from qanat.reconcile.breakdowns import SEXES, STEPS, Breakdown, Ten, breakdowns, recorded

Kind = Literal["own", "beside", "year", "host", "origin", "population", "anywhere"]
ORDER: Final[dict[Kind, str]] = {
    "own": "the same people who were counted by sex and age",
    "beside": "the same group, place and day as another agency counted it",
    "year": "the same group in the same place, nearest years before and after, within five",
    "host": "the same group from other origins in the same place and year",
    "origin": "the same group from the same origin in other places, same year",
    "population": "everyone living in the place of origin, newest day within a year, as far as ages nest",
    "anywhere": "the same group anywhere, same year",
}
MEANING: Final[Mapping[str, str]] = {str(kind): what for kind, what in ORDER.items()}  # by any text
COUNTS: Final = ("unhcr",)  # whose breakdowns are counts and may be lent
# whose published breakdowns are the population's: IDMC's shares of 2024 lie within 0.4 points of WPP's in half of 60 countries
COMPUTED: Final = ("idmc",)
LEAST: Final = 100.0  # people of known sex a donor must have, and half as many of known age of a sex
YEARS: Final = 5
Class = Literal["sex", "adults", "ages"]

# Standard deviations of log odds, downwards and upwards, by donor: of women among both sexes; of people of 18 to 59; of another
# age. Learnt by hiding counted breakdowns (reconcile/hidden_breakdowns.py, bench/divided.py); years: times the root of the gap.
_OWN: Final[Mapping[Class, tuple[float, float]]] = {"sex": (0.13, 0.11), "adults": (0.18, 0.15), "ages": (0.33, 0.24)}
SPREADS: Final[Mapping[Kind, Mapping[Class, tuple[float, float]]]] = {
    "own": _OWN,
    "beside": _OWN,  # two agencies seldom both count the ages of the same people: taken to be as near as their own
    "year": {"sex": (0.08, 0.11), "adults": (0.12, 0.15), "ages": (0.18, 0.18)},
    "host": {"sex": (0.52, 0.42), "adults": (0.58, 0.54), "ages": (0.79, 0.56)},
    "origin": {"sex": (0.58, 0.36), "adults": (0.54, 0.62), "ages": (1.0, 0.61)},
    "population": {"sex": (0.8, 0.11), "adults": (0.32, 0.97), "ages": (1.54, 0.25)},
    "anywhere": {"sex": (0.64, 0.29), "adults": (0.45, 0.69), "ages": (1.23, 0.41)},
}
# people of a neighbouring year are largely the people themselves: chance moves them as little as so many times the people;
# with it small and large records are covered alike (bench/divided.py)
ALIKE: Final[Mapping[Kind, float]] = {"year": 1 / 0.3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Counted people whose division is lent: women, men, and the ten cells of those of known age."""

    women: float = 0.0
    men: float = 0.0
    cells: Ten = (0.0,) * (2 * STEPS)

    @property
    def sexed(self) -> bool:
        """Whether it can lend the sexes."""
        return self.women + self.men >= LEAST and self.women > 0 and self.men > 0

    def aged(self, sex: int) -> float:
        """People of known age of a sex (0 women, 1 men)."""
        return sum(self.cells[sex * STEPS : (sex + 1) * STEPS])

    def less(self, other: Pool) -> Pool:
        """The pool without those of another that are in it."""
        return Pool(
            women=max(self.women - other.women, 0.0), men=max(self.men - other.men, 0.0),
            cells=tuple(max(a - b, 0.0) for a, b in zip(self.cells, other.cells, strict=True)),
        )  # fmt: skip

    def times(self, share: float) -> Pool:
        """The same division of so many times the people."""
        return Pool(women=self.women * share, men=self.men * share, cells=tuple(one * share for one in self.cells))

    def plus(self, other: Pool) -> Pool:
        """Both together."""
        return Pool(
            women=self.women + other.women, men=self.men + other.men,
            cells=tuple(a + b for a, b in zip(self.cells, other.cells, strict=True)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Donor:
    """A pool, of which kind, how many years away (1 for anything of the same year), and the records it is made of."""

    kind: Kind
    pool: Pool
    years: float = 1.0
    ends: tuple[date, ...] = ()

    @property
    def alike(self) -> float:
        """How many times the people chance is that of."""
        return ALIKE.get(self.kind, 1.0)

    def spread(self, part: Class, spreads: Mapping[Kind, Mapping[Class, tuple[float, float]]]) -> tuple[float, float]:
        """How far a share taken from it lies off, in log odds, downwards and upwards."""
        down, up = spreads[self.kind][part]
        return down * sqrt(self.years), up * sqrt(self.years)


def lent(record: Breakdown) -> Pool:
    """What a record can lend: its sexes where both are told, its ages where they are."""
    women, men = (0.0, 0.0) if record.one_sex else record.of_sex
    return Pool(women=women, men=men, cells=record.cells)


@dataclass(frozen=True)
class Donors:
    """Everyone who may lend.

    wide    records (breakdowns.recorded) of the year asked, all places, for the pools;  near  records of other years
    people  figures of group people by sex (and age) in the places of origin
    closed  kinds that must not lend: for seeing how well the others do
    """

    wide: pl.DataFrame
    near: list[Breakdown]
    people: pl.DataFrame
    closed: frozenset[Kind] = field(default_factory=frozenset[Kind])

    def of(self, record: Breakdown) -> Iterator[Donor]:
        """Who may lend to a record, in ORDER; one that has too few people is passed over by the borrower."""
        found: dict[Kind, Donor | None] = {
            "own": Donor(kind="own", pool=lent(record)), "beside": self._beside(record), "year": self._year(record),
            "host": self._pooled("host", record), "origin": self._pooled("origin", record),
            "population": self._population(record), "anywhere": self._pooled("anywhere", record),
        }  # fmt: skip
        return (one for kind, one in found.items() if one is not None and kind not in self.closed)

    def _beside(self, record: Breakdown) -> Donor | None:
        key = record.key
        others = self._same.get((key.measure, key.group, key.origin, key.place), [])
        here = [one for one in others if one.key.end == key.end and one.key.counter != key.counter]
        return Donor(kind="beside", pool=lent(here[0])) if here else None

    def _year(self, record: Breakdown) -> Donor | None:
        """The nearest years before and after, the nearer one more: weights by one over the years between."""
        key = record.key
        others = self._same.get((key.measure, key.group, key.origin, key.place), [])
        apart = [(one.key.end.year - key.end.year, one) for one in others if lent(one).sexed or sum(one.aged) >= LEAST]
        sides = [
            min(((abs(gap), one) for gap, one in apart if 0 < gap * side <= YEARS), key=lambda pair: pair[0], default=None)
            for side in (-1, 1)
        ]  # fmt: skip
        near = [one for one in sides if one is not None]
        if not near:
            return None
        pool, smallest = Pool(), min(max(lent(one).women + lent(one).men, 1.0) for _, one in near)
        for gap, one in near:
            whole = max(lent(one).women + lent(one).men, 1.0)
            pool = pool.plus(lent(one).times(smallest / whole / gap))
        return Donor(kind="year", pool=pool, years=1 / sum(1 / gap for gap, _ in near), ends=tuple(one.key.end for _, one in near))  # fmt: skip

    @cached_property
    def _same(self) -> dict[tuple[str, str, str | None, str], list[Breakdown]]:
        out: dict[tuple[str, str, str | None, str], list[Breakdown]] = defaultdict(list)
        for one in self.near:
            if one.key.counter in COUNTS:
                out[one.key.measure, one.key.group, one.key.origin, one.key.place].append(one)
        return out

    def _pooled(self, kind: Kind, record: Breakdown) -> Donor | None:
        key = record.key
        names = {"host": key.place, "origin": key.origin, "anywhere": None}
        pool = self._pools[kind].get((key.measure, key.group, key.end, names[kind]))
        if pool is None:
            return None
        mine = lent(record) if key.counter in COUNTS else Pool()
        return Donor(kind=kind, pool=pool.less(mine))

    @cached_property
    def _pools(self) -> dict[str, dict[tuple[Any, ...], Pool]]:
        return {"host": pools(self.wide, "place"), "origin": pools(self.wide, "origin"), "anywhere": pools(self.wide, None)}  # fmt: skip

    def _population(self, record: Breakdown) -> Donor | None:
        """The newest population of the place of origin within a year; a band that does not nest lends no ages."""
        found = self._peopled.get(record.key.origin or record.key.place, [])
        near = [(abs((end - record.key.end).days), end, pool) for end, pool in found]
        days, end, pool = min(near, key=lambda one: one[:2], default=(999, record.key.end, Pool()))
        return Donor(kind="population", pool=pool, ends=(end,)) if days <= 366 else None

    @cached_property
    def _peopled(self) -> dict[str, list[tuple[date, Pool]]]:
        out: dict[str, list[tuple[date, Pool]]] = defaultdict(list)
        sexes = self.people.filter((F.group == "people") & F.sex.is_in(SEXES))
        for one in breakdowns(recorded(sexes)):
            if one.women is not None and one.men is not None:
                out[one.key.place].append((one.key.end, lent(one)))
        return out


def pools(wide: pl.DataFrame, end: str | None) -> dict[tuple[Any, ...], Pool]:
    """Counted people added up over records, by measure, group, day and one end (place or origin; null: all together)."""
    counted = wide.filter(F.counter.is_in(COUNTS))
    both = pl.col("female").is_not_null() & pl.col("male").is_not_null()
    names = [f"{sex}_{at}" for sex in SEXES for at in range(STEPS)]
    sums = [*(pl.when(both).then(pl.col(sex)).sum() for sex in SEXES), *(pl.col(name).sum() for name in names)]
    other = pl.lit(None, dtype=pl.String).alias("_end") if end is None else pl.col(end).alias("_end")
    found = counted.group_by("measure", "group", "end", other).agg(sums)
    return {(row["measure"], row["group"], row["end"], row["_end"]): _pool(row) for row in found.iter_rows(named=True)}


def _pool(row: Mapping[str, Any]) -> Pool:
    cells = tuple(float(row[f"{sex}_{at}"] or 0.0) for sex in SEXES for at in range(STEPS))
    women, men = float(row["female"] or 0.0), float(row["male"] or 0.0)
    return Pool(women=women, men=men, cells=cells)
