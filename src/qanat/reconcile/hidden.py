"""One counter hidden: how well the picture foretells a figure it was not shown, and the constants that do it best."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import log
from typing import Final

from qanat.reconcile.breaks import Moved
from qanat.reconcile.eras import eras
from qanat.reconcile.lineage import clusters
from qanat.reconcile.one_picture import LEARNT, Constants, One, one_picture
from qanat.reconcile.said import Figure

SINCE: Final = 2009
_COUNTERS: Final = ("unhcr", "idmc")
_ERRORS: Final = (0.12, 0.17)
_STEPS: Final = (0.2, 0.3)
_LEANS: Final = (0.15, 0.2)
_CAP: Final = 1.0  # ln; a figure off by more is off, and must not choose the constants for all others


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A figure that is hidden, the figures left, and who else counted for its day.

    copied   a copy of it is left
    earlier  older vintages of the figures left;  moved  the movements known of the years up to its own
    """

    figure: Figure
    left: tuple[Figure, ...]
    beside: tuple[Figure, ...]
    copied: bool
    earlier: tuple[Figure, ...] = ()
    moved: Mapping[int, Moved] = field(default_factory=dict[int, Moved])


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How the picture did on hidden figures.

    cases     how many
    coverage  share of hidden figures inside the picture's 80 % interval
    error     mean absolute ln error of the median;  newest  of the newest figure left;  mean  of the mean of all left
    """

    cases: int
    coverage: float
    error: float
    newest: float
    mean: float


def hidden(
    figures: Sequence[Figure], *, moved: Mapping[int, Moved] | None = None, earlier: Sequence[Figure] = ()
) -> list[Hidden]:
    """Every figure of UNHCR and IDMC that has the other's for the same day, hidden one at a time, since 2009.

    figures  of one group in one place, newest vintages;  earlier  older vintages;  moved  movements by year
    What is left is what is known up to that day: no later year helps, and nothing the hidden counter said of that day.
    """
    found = [one for one in figures if one.counter in _COUNTERS and one.value > 0]
    out: list[Hidden] = []
    for one in found:
        beside = tuple(other for other in found if other.end == one.end and other.counter != one.counter)
        if not beside or one.year < SINCE:
            continue
        left = tuple(other for other in found if other is not one and other.end <= one.end)
        whole = next(cluster for cluster in clusters([*left, one]) if one in cluster.members)
        older = (
            other for other in earlier if other.end <= one.end and (other.counter, other.end) != (one.counter, one.end)
        )
        known = {year: flow for year, flow in (moved or {}).items() if year <= one.year}
        out.append(
            Hidden(
                figure=one, left=left, beside=beside, copied=whole.shared or whole.day < one.end, earlier=tuple(older), moved=known,
            )
        )  # fmt: skip
    return out


def tried(cases: Iterable[Hidden], group: str, constants: Constants = LEARNT) -> list[tuple[Hidden, One]]:
    """The picture of each case's day, made without the hidden figure."""
    return [
        (case, one_picture(case.left, case.figure.end, group, constants, eras(case.left, case.moved, case.earlier)))
        for case in cases
    ]


def judged(pictures: Sequence[tuple[Hidden, One]]) -> Trial:
    """Coverage and errors over cases with a picture. Raises ValueError where there is none."""
    told = [(case, one, one.median, one.low80, one.high80) for case, one in pictures]
    rows = [
        (low <= case.figure.value <= high, _miss(case, median), _miss(case, _newest(case)), _miss(case, _mean(case)))
        for case, _, median, low, high in told
        if median is not None and low is not None and high is not None
    ]
    if not rows:
        raise ValueError("no hidden figure has a picture; give figures of two counters for one day")
    many = len(rows)
    inside, error, newest, mean = (sum(column) / many for column in zip(*rows, strict=True))
    return Trial(cases=many, coverage=inside, error=error, newest=newest, mean=mean)


def learnt(cases: Sequence[Hidden], group: str) -> Constants:
    """The constants of a small grid whose median errs least on the cases that are no copies, with the reach that holds
    80 % of them."""
    counted = [case for case in cases if not case.copied]
    grid = [
        replace(LEARNT, error=error, step=step, lean=lean) for error, step, lean in product(_ERRORS, _STEPS, _LEANS)
    ]
    best = min(grid, key=lambda one: _error(counted, group, one))
    return replace(best, reach=_reach(counted, group, best))


def folds(places: Iterable[str], many: int = 5) -> list[frozenset[str]]:
    """Places dealt into parts, in order of their codes, so that constants are never learnt on a place they are tried on."""
    ordered = sorted(places)
    return [frozenset(ordered[at::many]) for at in range(many)]


def crossed(cases: Mapping[str, Sequence[Hidden]], group: str) -> list[tuple[Hidden, One]]:
    """Pictures of every place's cases with constants learnt on the other places only."""
    out: list[tuple[Hidden, One]] = []
    for part in folds(cases):
        others = [case for place, some in cases.items() if place not in part for case in some]
        constants = learnt(others, group)
        out += tried([case for place in sorted(part) for case in cases[place]], group, constants)
    return out


def lone_misses(pictures: Iterable[tuple[Hidden, One]]) -> list[float]:
    """How far (ln) hidden figures lie from the one lone count that was left, in ascending order."""
    return sorted(_miss(case, one.median) for case, one in pictures if one.lone is not None and one.median is not None)


def lone_reach(misses: Sequence[float]) -> float:
    """The half-width (ln) that holds four in five of these misses, in ascending order; at least one of them."""
    return misses[max(round(0.8 * len(misses)), 1) - 1]


def lone_crossed(cases: Mapping[str, Sequence[Hidden]], group: str) -> float:
    """The share of hidden figures beside a lone count that a half-width learnt on the other places holds."""
    inside, many = 0, 0
    for part in folds(cases):
        rest = lone_misses(tried((case for place, some in cases.items() if place not in part for case in some), group))
        mine = lone_misses(tried((case for place in part for case in cases[place]), group))
        inside += sum(miss <= lone_reach(rest) for miss in mine) if rest else 0
        many += len(mine)
    return inside / many if many else 0.0


def _error(cases: Sequence[Hidden], group: str, constants: Constants) -> float:
    misses = [_miss(case, one.median) for case, one in tried(cases, group, constants) if one.median is not None]
    return sum(min(miss, _CAP) for miss in misses) / len(misses)


def _reach(cases: Sequence[Hidden], group: str, constants: Constants) -> float:
    """The reach with which 80 % of all hidden figures lie inside, those beside one count alone (no reach) among them."""
    pictures = tried(cases, group, replace(constants, reach=1.0))
    inside = sum(one.lone is not None and _within(case, one) for case, one in pictures)
    strays = sorted(_stray(case, one) for case, one in pictures if one.basis == "model")
    wanted = round(0.8 * len(pictures)) - inside
    return strays[min(max(wanted, 1), len(strays)) - 1] if strays else 1.0


def _stray(case: Hidden, one: One) -> float:
    """How far a hidden figure lies from the median, in half-intervals of its side."""
    if one.median is None or one.low80 is None or one.high80 is None:
        return 0.0
    gone = log(case.figure.value / one.median)
    side = log(one.high80 / one.median) if gone > 0 else log(one.low80 / one.median)
    return gone / side if side else 0.0


def _within(case: Hidden, one: One) -> bool:
    return one.low80 is not None and one.high80 is not None and one.low80 <= case.figure.value <= one.high80


def _miss(case: Hidden, value: float) -> float:
    return abs(log(case.figure.value / value))


def _newest(case: Hidden) -> float:
    """The newest figure left: by day, then by publication."""
    return max(case.left, key=lambda one: (one.end, one.known, one.counter)).value


def _mean(case: Hidden) -> float:
    """The mean of all that is said for the day."""
    return sum(one.value for one in case.beside) / len(case.beside)
