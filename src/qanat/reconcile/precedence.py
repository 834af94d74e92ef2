"""The displayed headline: one figure by a precedence that is recorded and can be set otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from qanat.figures.words import COUNTERS, nearest
from qanat.reconcile.said import Figure
from qanat.reconcile.side_by_side import PRECEDENCE, USUAL

ROUND_DAYS: Final = 92  # an operational round speaks for a day at most three months later


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedence:
    """Who is shown first: by group, else in the usual order; counters in neither come last, by name.

    official  figures (run:row) that agencies have endorsed as official: they come before everything else
    """

    by_group: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: PRECEDENCE)
    usual: tuple[str, ...] = USUAL
    official: frozenset[str] = frozenset()

    def rank(self, figure: Figure, group: str) -> tuple[int, int, str]:
        """Where a figure stands among those of its group; the smallest is shown."""
        order = (*self.by_group.get(group, ()), *self.usual)
        place = order.index(figure.counter) if figure.counter in order else len(order)
        return (0 if figure.cite in self.official else 1, place, figure.counter)

    def order(self, group: str) -> tuple[str, ...]:
        """The counters of a group in their order, as answers and runs record it."""
        return tuple(dict.fromkeys((*self.by_group.get(group, ()), *self.usual)))

    @property
    def recorded(self) -> dict[str, tuple[str, ...]]:
        """The whole order as a run's options record it."""
        return {**self.by_group, "every other": self.usual}


def preferring(counters: Sequence[str], group: str, base: Precedence | None = None) -> Precedence:
    """A precedence (null: the usual one) but for one group, where these counters come first.

    Raises ValueError naming words that are no counters and the nearest that are.
    """
    wrong = [f"{one!r} (nearest: {nearest(one, list(COUNTERS))})" for one in counters if one not in COUNTERS]
    if wrong:
        raise ValueError(f"no counter {', '.join(wrong)}; there are: {', '.join(COUNTERS)}")
    before = base or Precedence()
    first = tuple(dict.fromkeys((*counters, *before.by_group.get(group, ()))))
    return replace(before, by_group={**before.by_group, group: first})


def headline(figures: Sequence[Figure], group: str, day: date, order: Precedence | None = None) -> Figure | None:
    """The figure displayed for a group on a day; null where none speaks for it.

    figures  what counters say for the day or shortly before, one each
    A figure of another cause or unit, of a part of the place or of a cumulative register is shown only where it is
    endorsed as official; a round only within three months of the day.
    """
    order = order or Precedence()
    fit = [one for one in figures if one.cite in order.official or _fits(one, group, day)]
    return min(fit, key=lambda one: order.rank(one, group), default=None)


def _fits(figure: Figure, group: str, day: date) -> bool:
    return figure.group == group and not figure.limits and 0 <= (day - figure.end).days <= ROUND_DAYS
