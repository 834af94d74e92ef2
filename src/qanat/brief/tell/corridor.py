"""A corridor, told: how many moved from one country to another, in which interval, beside what others publish, and why it changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from qanat.brief import numbers
from qanat.brief.numbers import Number, Row
from qanat.brief.prose import Name, Voice

FLAGGED_MOST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A flow of a period: people who lived in one country at its start and in another at its end.

    maker  who estimated it: the id of the source without its release, or qanat; method as figures carry it
    level  probability of the row's interval; null where it has none
    kind   outward, return or transit; null = all of them
    """

    row: Row
    start: date
    maker: str
    method: str
    level: float | None = None
    kind: str | None = None

    @property
    def period(self) -> str:
        """The years it begins and ends in."""
        return f"{self.start.year}\u2013{self.row.end.year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a change: driver, people, and its 95 % interval (null where it has none)."""

    driver: str
    people: float
    low95: float | None
    high95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """A change taken apart: between the periods that begin in two years, whose parts add up to after - before (people)."""

    start: int
    end: int
    before: float
    after: float
    parts: tuple[Part, ...]
    circular: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """All that is known of a corridor, as figures.

    there, back  flows of every period and maker, each way;  partners: from the origin to every country, newest period of the main maker
    stocks       migrant stocks: born in one of the two, living in the other;  odd: those that stand far apart, worst first
    checked      the stocks were looked through for such
    """

    origin: str
    place: str
    there: tuple[Moved, ...]
    back: tuple[Moved, ...]
    partners: tuple[Moved, ...]
    stocks: tuple[Row, ...]
    odd: tuple[Row, ...]
    checked: bool
    reasons: Reasons | None


@dataclass(frozen=True)
class CorridorScene:
    """A corridor with the voice that tells it. name, spoken: a place's name by code, as charts print it and as a sentence takes it."""

    corridor: Corridor
    voice: Voice
    name: Callable[[str], str]
    spoken: Callable[[str], str]

    @cached_property
    def ends(self) -> dict[str, str]:
        """Both ends as labels take them."""
        return {"origin": self.spoken(self.corridor.origin), "place": self.spoken(self.corridor.place)}

    @cached_property
    def names(self) -> dict[str, Name]:
        """Both ends as sentences take them."""
        return {end: Name(name) for end, name in self.ends.items()}

    @cached_property
    def newest(self) -> Moved:
        """The newest undivided flow of the main maker."""
        return max((one for one in whole(self.corridor.there) if one.maker == self.main), key=lambda one: one.start)

    @cached_property
    def main(self) -> str:
        """Whose estimate is told: qanat's where there is one, else the first published one."""
        makers = [one.maker for one in whole(self.corridor.there)]
        return next(maker for maker in ("qanat", "abel-cohen.flows", "abel-cohen.flows-by-sex") if maker in makers)

    @cached_property
    def before(self) -> Moved | None:
        """The main maker's flow of the period before; null where there is none."""
        earlier = [
            one for one in whole(self.corridor.there) if one.maker == self.main and one.start < self.newest.start
        ]
        return max(earlier, key=lambda one: one.start, default=None)

    @cached_property
    def returning(self) -> Moved | None:
        """The other way in the newest period, by the main maker; null where it is not known."""
        return self.same(whole(self.corridor.back))

    def same(self, flows: Sequence[Moved]) -> Moved | None:
        """The main maker's flow of the newest period among these; null where there is none."""
        return next((one for one in flows if one.maker == self.main and one.start == self.newest.start), None)

    def maker(self, one: Moved, *, short: bool = False) -> str:
        """Who estimated a flow, as a table names it, or (short) a narrow drawing."""
        if short:
            return self.voice.label(f"maker.short.{one.maker}")
        method = one.method.removeprefix("flows.").split("@")[0]
        return self.voice.label(f"maker.{one.maker}", **({"method": method} if one.maker == "qanat" else {}))


def whole(flows: Sequence[Moved]) -> list[Moved]:
    """The undivided flows: both sexes, every kind."""
    return [one for one in flows if one.row.sex == "all" and one.kind is None]


def people(row: Row) -> Number:
    """A figure's own value; every digit of a small one, whose interval is an estimate's and no rounding's."""
    return numbers.published(row, "full" if row.value < 10_000 else "short")


def bound(one: Moved, end: str) -> Number:
    """An end of a flow's interval; the flow must have one."""
    value = one.row.low if end == "low" else one.row.high
    assert value is not None
    return Number(value=value, form="full" if value < 10_000 else "short", how="as published", rows=(one.row,))


def year(one: Moved, end: str = "start") -> Number:
    """The year a period begins or ends in."""
    value = one.start.year if end == "start" else one.row.end.year
    return Number(value=value, form="year", how="reference date", rows=(one.row,))


def net(there: Moved, back: Moved) -> Number:
    """Arrivals less departures, without its sign."""
    return numbers.difference(back.row, there.row)


def level(one: Moved) -> Number:
    """The probability of a flow's interval; the flow must have one."""
    assert one.level is not None
    return Number(value=one.level, form="percent", how="as published", rows=(one.row,))
