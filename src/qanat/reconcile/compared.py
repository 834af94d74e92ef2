"""Everyone who counted a group in a place in one year, side by side: clusters, picture, headline and flags together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import polars as pl

from qanat.figures import UNDIVIDED, F
from qanat.figures.words import CROSS_BORDER
from qanat.reconcile.alongside import Alongside
from qanat.reconcile.breaks import Moved
from qanat.reconcile.declared import DECLARED, Declared, Stated, declared, pairs
from qanat.reconcile.eras import Break, eras, revised
from qanat.reconcile.flags import Flag, Parts, Setting, flags
from qanat.reconcile.intervals import Interval
from qanat.reconcile.lineage import Cluster, clusters
from qanat.reconcile.nowcast import Nowcast, nowcast
from qanat.reconcile.one_picture import LEARNT, Constants, One, pictured
from qanat.reconcile.precedence import Precedence, headline
from qanat.reconcile.said import Figure

MOVEMENTS: Final = ("idps-new", "returned-idps")
_DIGIT: Final = (8.0, 12.5)
_KNOWN_SEX: Final = ("female", "male", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is known beside the figures compared.

    moved    movements by year;  population  everyone living there;  parts  by sex, of each counter
    earlier  older vintages of the figures
    stated   publishers' statements of whose count their figures are;  origin  the country whose people are compared, null: any
    along    who else stands beside these people
    """

    moved: Mapping[int, Moved] = field(default_factory=dict[int, Moved])
    population: float | None = None
    parts: Mapping[str, Parts] = field(default_factory=dict[str, Parts])
    earlier: tuple[Figure, ...] = ()
    stated: tuple[Stated, ...] = DECLARED
    origin: str | None = None
    along: tuple[Alongside, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A group in a place in a year.

    figures   what each counter says, the headline first, then by value from the largest
    cluster   each figure's cluster by its citation;  shown = the headline, null where none speaks for the day
    breaks    method breaks among the figures that bear on the picture
    revised   what counters said of this very year before, by more than 5 % otherwise, and what they say now
    declared  by citation: whose count a figure's own publisher says it is
    along     who else stands beside these people, and may be the same or not
    """

    place: str
    group: str
    year: int
    day: date
    figures: tuple[Figure, ...]
    cluster: Mapping[str, Cluster]
    one: One
    shown: Figure | None
    flags: tuple[Flag, ...]
    breaks: tuple[Break, ...] = ()
    revised: tuple[tuple[Figure, Figure], ...] = ()
    declared: Mapping[str, Declared] = field(default_factory=dict[str, Declared])
    along: tuple[Alongside, ...] = ()

    @property
    def ten_times_off(self) -> tuple[Figure, ...]:
        """Figures eight to twelve and a half times the picture of several counts, or that much below it: a digit off."""
        middle = self.one.median if self.one.basis == "model" else None
        own = [one for one in self.figures if one.group == self.group and one.value > 0]
        return tuple(one for one in own if middle is not None and _DIGIT[0] <= max(one.value / middle, middle / one.value) <= _DIGIT[1])  # fmt: skip

    @property
    def named(self) -> tuple[Figure, ...]:
        """Every figure the comparison rests on or names: of its counts, of the picture, on both sides of a break, revised."""
        counts = [figure for cluster in (*self.cluster.values(), *self.one.used) for figure in cluster.members]
        steps = [figure for one in self.breaks for figure in (one.step.after, one.step.before, one.old) if figure is not None]  # fmt: skip
        return tuple(
            {one.cite: one for one in (*counts, *steps, *(one for pair in self.revised for one in pair))}.values()
        )

    def nowcast(self, moved: Mapping[int, Moved], today: date) -> Nowcast | None:
        """The picture brought forward to a day, as reconcile.nowcast."""
        return nowcast(self.one, moved, today)


def compared(
    figures: Sequence[Figure],
    group: str,
    year: int,
    *,
    beside: Beside | None = None,
    order: Precedence | None = None,
    constants: Constants = LEARNT,
) -> Compared | None:
    """What all counters say of a group in a place in a year; null where none has a figure for it.

    figures  of the group and its family in one place, all years, one vintage a counter and day (said.spoken)
    """
    beside = beside or Beside()
    now = current(figures, year)
    if not any(one.group == group for one in now):
        return None
    day = day_of(now, year)
    history = tuple(one for one in figures if one.end <= day)
    said_so = declared(history, beside.stated, beside.origin)
    found = clusters(history, pairs(said_so))
    shown = headline(now, group, day, order)
    spans = eras([said for said in history if said.group == group], beside.moved, beside.earlier)
    broken = spans.touching(day, constants.window)
    setting = Setting(
        group=group, day=day, current=now, history=history, clusters=tuple(found), moved=beside.moved, population=beside.population,
        parts=beside.parts, breaks=broken,
    )  # fmt: skip
    one = pictured(found, day, group, constants, spans)
    ranked = sorted((_left_open(said, one) for said in now), key=lambda said: (shown is None or said.cite != shown.cite, -said.value, said.counter))  # fmt: skip
    return Compared(
        place=now[0].place, group=group, year=year, day=day, figures=tuple(ranked), one=one, shown=shown,
        cluster={said.cite: cluster for cluster in found for said in cluster.members if said in now}, flags=tuple(flags(setting)),
        breaks=broken, revised=tuple(revised(now, beside.earlier)), declared={one.copy: one for one in said_so}, along=beside.along,
    )  # fmt: skip


def _left_open(figure: Figure, one: One) -> Figure:
    """The figure; with the picture's default interval where it stands alone."""
    if one.lone is None or one.low80 is None or one.high80 is None or figure.cite != one.lone.cite:
        return figure
    return replace(figure, interval=Interval(low=one.low80, high=one.high80, level=0.8, why="alone"))


def current(figures: Sequence[Figure], year: int) -> tuple[Figure, ...]:
    """What each counter says for a year: of several rounds or days the last, of several operations the largest."""
    best: dict[tuple[str, str], Figure] = {}
    for one in sorted((one for one in figures if one.year == year), key=lambda one: (one.end, one.value, one.cite)):
        best[one.counter, one.group] = one
    return tuple(best.values())


def day_of(now: Sequence[Figure], year: int) -> date:
    """The day a year's picture speaks of: 31 December where anyone counts for it, else the last day anyone counts for."""
    last = date(year, 12, 31)
    return last if any(one.end == last for one in now) else max(one.end for one in now)


def beside(figures: pl.DataFrame, place: str, group: str, year: int, origin: str | None = None) -> Beside:
    """What is known beside a group's figures in a place at the end of a year.

    figures  published figures about the place, one vintage each: movements, population, the group by sex
    origin   only people from there, where the group crosses borders; null: from anywhere else
    """
    day = date(year, 12, 31)
    divided = figures.filter((F.group == group) & (F.place == place) & (F.end == day) & F.facet.is_null() & (F.sex != "all"))  # fmt: skip
    elsewhere = F.origin == place if group not in CROSS_BORDER else F.origin != place if origin is None else F.origin == origin  # fmt: skip
    living = (F.group == "people") & (F.measure == "stock") & (F.place == place) & (F.end == day) & UNDIVIDED
    people: list[float] = figures.filter(living).get_column("value").drop_nulls().to_list()
    flows = F.group.is_in(MOVEMENTS) & (F.place == place) & (F.origin == place) & UNDIVIDED
    return Beside(
        moved=moved(figures.filter(flows)) if group == "idps" else {}, parts=parts(divided.filter(elsewhere)),
        population=max(people, default=None),
    )  # fmt: skip


def moved(figures: pl.DataFrame) -> dict[int, Moved]:
    """Movements by year from rows of new displacement by conflict and of returned IDPs in one place; a rounded zero of
    UNHCR, which may stand for "not applicable", is not known."""
    zero = ((F.value == 0) & (F.high == 2)).fill_null(value=False)
    rows = figures.filter((F.measure == "flow") & F.value.is_not_null() & ~zero)
    out: dict[int, Moved] = {}
    for year, part in rows.group_by(F.start.dt.year().alias("year")):
        out[int(str(year[0]))] = Moved(new=_largest(part, "idps-new"), returned=_largest(part, "returned-idps"))
    return out


def _largest(rows: pl.DataFrame, group: str) -> float | None:
    values = rows.filter(F.group == group).get_column("value").to_list()
    return float(max(values)) if values else None


def parts(divided: pl.DataFrame) -> dict[str, Parts]:
    """Each counter's people by sex in one place and year; bands are added up where a sex has no row of its own.

    divided  rows of one group, place and day by sex (and age), without finer cuts
    """
    whole = (F.age_from == 0) & F.age_to.is_null()
    out: dict[str, Parts] = {}
    for key, rows in divided.filter((F.sex != "all") & F.value.is_not_null()).group_by("counter"):
        sums: dict[str, float] = {}
        for sex, some in rows.group_by("sex"):
            own = some.filter(whole)
            sums[str(sex[0])] = float((own if own.height else some).get_column("value").sum())
        known = sum(sums.get(sex, 0.0) for sex in _KNOWN_SEX)
        out[str(key[0])] = Parts(known=known, all=known + sums.get("unknown", 0.0))
    return out
