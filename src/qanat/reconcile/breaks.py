"""Why a series steps: people moving, a method that changed, or, in one year, a revision of what was published."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final, Literal

import polars as pl

from qanat.reconcile.said import Figure

Kind = Literal["quiet", "movement", "method break", "unexplained"]

REVISED: Final = 0.05  # ln change of the same period between two vintages above which a revision is recorded
STEP: Final = 0.35  # ln change from one year to the next above which a step wants an explanation
EXPLAINED: Final = 0.5  # share of a step that movements must make up to explain it


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What is known of a year's movements: newly displaced (movements) and returned (people); null = not known."""

    new: float | None = None
    returned: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A counter's change from one year to the next.

    change     ln of the later over the earlier value
    explained  share of a growth that new displacement makes up, of a decline that returns do; null where not known
    kind       quiet: within 0.35; movement: explained by at least half; method break: not; unexplained: nothing is known
               of the year's movements
    """

    counter: str
    before: Figure
    after: Figure
    change: float
    explained: float | None
    kind: Kind


def steps(figures: Sequence[Figure], moved: Mapping[int, Moved]) -> list[Step]:
    """Every change between neighbouring years of each counter's year-end figures, by counter and year.

    figures  of one group in one place, one vintage a counter and day (a new vintage of one year is a revision, no step)
    moved    the year's movements by year
    A step is a method break where people's movements do not account for it: it is left out of trends unless bridged.
    """
    out: list[Step] = []
    for counter in sorted({one.counter for one in figures}):
        series = sorted((one for one in figures if one.counter == counter and one.value > 0), key=lambda one: one.end)
        rise = 0.0
        for before, after in itertools.pairwise(series):
            if after.year == before.year + 1:
                out.append(_step(before, after, moved, rise))
                rise = after.value - before.value
            elif after.year > before.year:
                rise = 0.0
    return out


def _step(before: Figure, after: Figure, moved: Mapping[int, Moved], rise: float) -> Step:
    change = log(after.value / before.value)
    explained = _explained(after.value - before.value, moved, after.year, rise)
    kind: Kind = "quiet"
    if abs(change) > STEP:
        kind = "unexplained" if explained is None else "movement" if explained >= EXPLAINED else "method break"
    return Step(counter=after.counter, before=before, after=after, change=change, explained=explained, kind=kind)


def _explained(step: float, moved: Mapping[int, Moved], year: int, rise: float) -> float | None:
    """Growth is explained by new displacement, decline by returns; null where the one that matters is not known.

    Returns are not taken off the growth: a counter may give the people displaced before they went home. Where it did,
    they are missing from its figure a year later, so that returns of the year before explain a decline too.
    """
    here = moved.get(year, Moved())
    if step > 0:
        return None if here.new is None else here.new / step
    known = [one for one in (here.returned, _not_taken_off(moved.get(year - 1, Moved()), rise)) if one is not None]
    return sum(known) / -step if known and step else None


def _not_taken_off(before: Moved, rise: float) -> float | None:
    """Returns of a year whose rise was too large to have had them taken off; null where they were or nothing is known."""
    if before.new is None or before.returned is None or rise <= 0:
        return None
    return before.returned if rise + before.returned > before.new else None


def recorded_revisions(found: pl.DataFrame) -> pl.DataFrame:
    """The rows of reconcile.revisions whose values changed by more than 5 % (ln): same period, another vintage."""
    return found.filter((pl.col("kind") == "revised") & (pl.col("log_change").abs() > REVISED))
