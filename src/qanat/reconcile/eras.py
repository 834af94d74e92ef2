"""What a counter's figures mean today: before a method break they speak another language, which an overlap may translate.

A break has an overlap where the counter once published the year after it by the old method: an earlier vintage of that
year that continues the old series. New over old figure of that one day is the factor for the years before, as index
numbers are spliced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import log
from typing import Final

from qanat.reconcile.breaks import REVISED, STEP, Moved, Step, steps
from qanat.reconcile.intervals import SPREAD, Interval
from qanat.reconcile.lineage import same_count
from qanat.reconcile.said import Figure

_YEAR: Final = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A method break: its step, and the figure of the step's later day by the old method, null where there is none."""

    step: Step
    old: Figure | None = None

    @property
    def factor(self) -> float | None:
        """What figures before the break are multiplied by; null where no overlap tells."""
        return None if self.old is None else self.step.after.value / self.old.value

    @property
    def day(self) -> date:
        """The first day told by the new method."""
        return self.step.after.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Eras:
    """The method breaks of one group's counters in one place."""

    breaks: tuple[Break, ...] = ()

    def today(self, figure: Figure) -> Figure | None:
        """The figure by its counter's newest method: itself after the last break, rescaled before a bridged one, null
        where a break without an overlap lies between."""
        factor = 1.0
        for one in self.breaks:
            if one.step.counter == figure.counter and one.step.after.group == figure.group and figure.end < one.day:
                if one.factor is None:
                    return None
                factor *= one.factor
        return figure if factor == 1.0 else _rescaled(figure, factor)

    def touching(self, day: date, window: float) -> tuple[Break, ...]:
        """The breaks between whose two sides the evidence for a day would lie, given the years it reaches back."""
        reach = [one for one in self.breaks if one.day <= day]
        return tuple(one for one in reach if (day - one.step.before.end).days <= window * _YEAR)


def eras(figures: Sequence[Figure], moved: Mapping[int, Moved], earlier: Sequence[Figure] = ()) -> Eras:
    """The method breaks in counters' series, each with its overlap where an earlier vintage gives one.

    figures  of one group in one place, the newest vintage a counter and day
    earlier  older vintages of the same figures
    A step that another counter makes alike in the same year by a count of its own is no break: two methods do not change
    by the same measure (Chad 2020: IDMC 176,000 to 342,000, UNHCR 170,278 to 336,124).
    """
    every = steps(figures, moved)
    broken = [step for step in every if step.kind == "method break" and not any(_alike(step, one) for one in every)]
    return Eras(breaks=tuple(Break(step=step, old=_overlap(step, earlier)) for step in broken))


def _alike(step: Step, other: Step) -> bool:
    return (
        other.counter != step.counter
        and other.after.year == step.after.year
        and abs(other.change - step.change) <= SPREAD
        and not same_count(other.after, step.after)
    )


def unbroken(figures: Sequence[Figure], found: Eras) -> list[Figure]:
    """A series a trend may be drawn through: every figure by its counter's newest method, in the order given."""
    return [now for one in figures if (now := found.today(one)) is not None]


def _overlap(step: Step, earlier: Sequence[Figure]) -> Figure | None:
    """The newest older vintage of the later day that continues the earlier day's figure, which stood as it stands now."""
    old = [
        one
        for one in _vintages(step.after, earlier)
        if one.value > 0 and abs(log(one.value / step.before.value)) <= STEP
    ]
    for one in old:
        stood = [was for was in _vintages(step.before, earlier) if was.known <= one.known]
        if not stood or abs(log(stood[0].value / step.before.value)) <= REVISED:
            return one
    return None


def _vintages(figure: Figure, earlier: Sequence[Figure]) -> list[Figure]:
    """What its counter published of the same figure before, the newest first."""
    same = [
        one
        for one in earlier
        if (one.counter, one.group, one.end, one.facet) == (figure.counter, figure.group, figure.end, figure.facet) and one.known < figure.known
    ]  # fmt: skip
    return sorted(same, key=lambda one: (one.known, one.source, one.cite), reverse=True)


def revised(figures: Sequence[Figure], earlier: Sequence[Figure]) -> list[tuple[Figure, Figure]]:
    """What counters published of these very figures before, where it differs by more than 5 % (ln), and what they say now.

    The same period told otherwise is a revision, whatever else the series does; it is no step from one year to the next.
    """
    pairs = [(old[0], one) for one in figures if (old := _told_otherwise(one, earlier))]
    return sorted(pairs, key=lambda pair: (pair[1].counter, pair[1].cite))


def _told_otherwise(figure: Figure, earlier: Sequence[Figure]) -> list[Figure]:
    old = [one for one in _vintages(figure, earlier) if one.value > 0 and figure.value > 0]
    return [one for one in old if abs(log(figure.value / one.value)) > REVISED]


def _rescaled(figure: Figure, factor: float) -> Figure:
    span = figure.interval
    scaled = (
        None
        if span is None
        else Interval(low=span.low * factor, high=span.high * factor, level=span.level, why=span.why)
    )
    return replace(figure, value=figure.value * factor, interval=scaled, bridged=True)
