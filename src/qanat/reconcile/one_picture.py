"""One picture of one group in one place on one day: median and 80 % interval from what everyone said, copies counted once.

A measurement-error model: each cluster of copies reads the logarithm of the true number with its counter's lean and an
error with heavy tails; the number itself walks at random. Nobody sees the truth, so the interval answers what can be
tested: where would the figure of one more sound counter lie? (See reconcile/hidden.py.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import exp, log, sqrt
from typing import Final, Literal

from qanat.maths.beliefs import Belief, Heard, belief
from qanat.maths.level import Level, Reading, Scales, level
from qanat.reconcile.concepts import concept
from qanat.reconcile.eras import Eras
from qanat.reconcile.intervals import Interval, alone, held
from qanat.reconcile.lineage import Cluster, clusters
from qanat.reconcile.said import Figure

Basis = Literal["model", "one count", "nothing"]
_YEAR: Final = 365.25
_WITHIN: Final = 92  # days: a cluster speaks for the day asked about
_NUDGE: Final = 0.01
_BRIDGED: Final = sqrt(3)  # a rescaled count carries its own error and those of the two figures its factor is made of


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """What the model must be told; ln units but for window, reach and calm.

    error   scale of a count's error (Student t, 4 degrees of freedom)
    step    scale of a year's change of the number (Student t with `calm` degrees of freedom)
    lean    standard deviation of a counter's lean within the window
    window  years a counter's lean and a count speak for, longer where somebody still publishes it for the day asked about
    reach   what the 80 % interval is stretched by; 1 = as the model says
    calm    how rare leaps are: of IDMC's yearly changes half are below 7 %, one in twenty is above sixfold, as a Cauchy
            distribution (1) has them and a normal has not
    """

    error: float
    step: float
    lean: float
    window: float
    reach: float
    calm: float = 1.0

    @property
    def scales(self) -> Scales:
        """As the kernel wants them."""
        return Scales(step=self.step, lean=self.lean, freedom_step=self.calm)


# learnt on every country where UNHCR and IDMC both counted, 2009 to 2025 (reconcile/hidden.py, bench/picture.py)
LEARNT: Final = Constants(error=0.12, step=0.3, lean=0.15, window=2.6, reach=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """The picture of a group in a place on a day, in people.

    median, low80, high80  null where nobody said anything comparable
    basis    model: at least two counters' independent counts; one count: a lone cluster with its default interval
    used     the clusters it rests on;  current  those that speak for the day itself
    lone     the figure, where it is one count's;  held  the wider interval that held four in five figures published beside such
             a one; of people displaced inside a country only, since nobody else is counted twice often enough to learn it
    """

    day: date
    median: float | None
    low80: float | None
    high80: float | None
    basis: Basis
    used: tuple[Cluster, ...]
    lone: Figure | None = None
    held: Interval | None = None


def one_picture(
    figures: Sequence[Figure], day: date, group: str, constants: Constants = LEARNT, found: Eras | None = None
) -> One:
    """What everyone's figures up to a day say together.

    figures  of the group (or its family) in one place, any dates; later days and other concepts are left aside
    found    the method breaks in these figures (null: none)
    Figures that count other causes, a part of the place or a cumulative register are no evidence for the median, unless
    another agency publishes the same count as one of its own. Nor are a counter's figures from before a method break,
    but where an overlap of old and new method rescales them: they then count with a wider error.
    """
    return pictured(clusters([one for one in figures if one.end <= day]), day, group, constants, found)


def pictured(
    found: Sequence[Cluster], day: date, group: str, constants: Constants = LEARNT, eras: Eras | None = None
) -> One:
    """As one_picture, from clusters already made of figures up to the day."""
    spans = eras or Eras()
    sound = [narrowed for cluster in found if (narrowed := _evidence(cluster, group, spans)) is not None]
    recent = [one for one in sound if _years(one.day, day) <= constants.window or _said_for(one, day)]
    if len({one.root.counter for one in recent} | {c for one in recent for c in one.counters}) > 1 and len(recent) > 1:
        return _modelled(recent, day, constants)
    latest = _latest(sound, day)
    if latest is None:
        return One(day=day, median=None, low80=None, high80=None, basis="nothing", used=())
    cluster, said = latest
    years = _years(cluster.day, day)
    around = alone(said.value, years)
    return One(
        day=day, median=said.value, low80=around.low, high80=around.high, basis="one count", used=(cluster,), lone=said,
        held=held(said.value, years) if group == "idps" else None,
    )  # fmt: skip


def influence(one: One, constants: Constants = LEARNT) -> dict[str, float]:
    """By cluster: how far (ln) the median would move were the cluster left out; empty where the picture is one count's."""
    if one.basis != "model" or one.median is None:
        return {}
    moved: dict[str, float] = {}
    for cluster in one.used:
        rest = [other for other in one.used if other is not cluster]
        if rest:
            moved[cluster.name] = _believed(rest, one.day, constants).quantile(0.5) - log(one.median)
    return moved


def weights(one: One, constants: Constants = LEARNT) -> dict[str, float]:
    """By cluster: by how much the median's logarithm rises where the cluster's does by a little, as shares of 1."""
    if one.basis != "model" or one.median is None:
        return {cluster.name: 1.0 for cluster in one.used}
    pull: dict[str, float] = {}
    for at, cluster in enumerate(one.used):
        up = _believed(one.used, one.day, constants, (at, _NUDGE)).quantile(0.5)
        down = _believed(one.used, one.day, constants, (at, -_NUDGE)).quantile(0.5)
        pull[cluster.name] = max((up - down) / (2 * _NUDGE), 0.0)
    whole = sum(pull.values())
    return {name: share / whole for name, share in pull.items()} if whole else pull


def _modelled(found: Sequence[Cluster], day: date, constants: Constants) -> One:
    known = _believed(found, day, constants)
    middle, further = known.quantile(0.5), sqrt(constants.error**2 + constants.lean**2)
    low, high = (known.further(share, further) - middle for share in (0.1, 0.9))
    return One(
        day=day, median=exp(middle), low80=exp(middle + constants.reach * min(low, 0.0)), high80=exp(middle + constants.reach * max(high, 0.0)),
        basis="model", used=tuple(found),
    )  # fmt: skip


def _believed(
    found: Sequence[Cluster], day: date, constants: Constants, nudged: tuple[int, float] = (-1, 0.0)
) -> Belief:
    """What is believed of the number's logarithm on the day: what earlier counts foretell, and the counts of the day."""
    counters = sorted({counter for one in found for counter in one.counters})
    told = [(one, log(one.root.value) + (nudged[1] if at == nudged[0] else 0.0)) for at, one in enumerate(found)]
    before = [(one, value) for one, value in told if (day - one.day).days > _WITHIN]
    leans, unsure = [0.0] * len(counters), [constants.lean**2] * len(counters)
    heard: list[Heard] = []
    if before:
        solved = _levelled(before, day, counters, constants)
        leans, unsure = list(solved.leans), list(solved.lean_variance)
        heard.append(Heard(solved.mean[-1], sqrt(solved.variance[-1]), constants.calm))
    for one, value in told:
        if (day - one.day).days <= _WITHIN:
            shares = _shares(one, counters)
            lean = sum(share * leans[at] for at, share in enumerate(shares))
            spread = sum(share * share * unsure[at] for at, share in enumerate(shares))
            heard.append(Heard(value - lean, sqrt(_error(one, constants) ** 2 + spread)))
    return belief(heard)


def _levelled(before: Sequence[tuple[Cluster, float]], day: date, counters: list[str], constants: Constants) -> Level:
    """The level at the days of earlier counts and, last, foretold for the day asked about."""
    days = sorted({one.day for one, _ in before} | {day})
    readings = [
        Reading(time=days.index(one.day), shares=_shares(one, counters), value=value, scale=_error(one, constants))
        for one, value in before
    ]
    return level([(one - days[0]).days / _YEAR for one in days], readings, constants.scales)


def _error(cluster: Cluster, constants: Constants) -> float:
    return constants.error * (_BRIDGED if cluster.root.bridged else 1.0)


def _shares(cluster: Cluster, counters: list[str]) -> tuple[float, ...]:
    """Whose lean a cluster carries: its root's, shared by all who publish it for one date."""
    near = {one.counter for one in cluster.members if abs((one.end - cluster.day).days) <= _WITHIN}
    return tuple(1 / len(near) if counter in near else 0.0 for counter in counters)


def _evidence(cluster: Cluster, group: str, eras: Eras) -> Cluster | None:
    """The cluster as evidence for a group: what it says by its earliest comparable member, dated at its root, and by the
    method its counters use today."""
    sound = [one for one in cluster.members if one.value > 0 and _fits(one, group)]
    fit = [now for one in sound if (now := eras.today(one)) is not None]
    if not fit:
        return None
    first = min(fit, key=lambda one: one.end)
    if first is cluster.root:
        return cluster if len(fit) == len(cluster.members) else replace(cluster, members=tuple(fit))
    dated = replace(first, end=cluster.root.end)
    return Cluster(root=dated, members=(dated, *fit))


def _fits(figure: Figure, group: str) -> bool:
    """Whether a figure counts what the group means, in the whole place, and only those who are still in it."""
    if figure.limits or figure.concept is None:
        return figure.group == group and not figure.limits
    wanted = concept(figure.counter, group)
    return wanted is not None and figure.concept.cause == wanted.cause and figure.unit == wanted.unit


def _said_for(cluster: Cluster, day: date) -> bool:
    """Whether somebody publishes it for the day, however long ago the people were counted."""
    return any(0 <= (day - one.end).days <= _WITHIN for one in cluster.members)


def _latest(found: Sequence[Cluster], day: date) -> tuple[Cluster, Figure] | None:
    """The newest figure that speaks for the day, and its cluster; null where none is within a year before it."""
    said = [(one.end, cluster.day, at) for at, cluster in enumerate(found) for one in cluster.members if one.end <= day]
    if not said:
        return None
    end, _, at = max(said)
    if _years(end, day) > 1.0:
        return None
    return found[at], next(one for one in found[at].members if one.end == end)


def _years(earlier: date, later: date) -> float:
    return (later - earlier).days / _YEAR
