"""Job: every counter of a group in a place and year side by side, with clusters, picture, flags and why they differ."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from math import expm1
from typing import Any

import polars as pl

from qanat.brief.charts.sheet import Chart
from qanat.brief.tell.why import Telling, chart
from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.figures import F, Stage
from qanat.figures.places import Place
from qanat.jobs.compare_asks import behind, beside_of, rows_of, world_of
from qanat.jobs.knowing import told_first
from qanat.jobs.ordering import ordered
from qanat.jobs.parting import Parted, parted, parted_told
from qanat.jobs.passing import bound_behind, named, require_passable
from qanat.jobs.show import group_code
from qanat.reconcile.alongside import Alongside
from qanat.reconcile.compared import Compared, compared
from qanat.reconcile.eras import Break
from qanat.reconcile.intervals import LONE_CASES, LONE_HELD, Interval
from qanat.reconcile.nowcast import Nowcast
from qanat.reconcile.one_picture import influence, weights
from qanat.reconcile.precedence import Precedence
from qanat.reconcile.said import Figure, spoken
from qanat.reconcile.totals import WORLD
from qanat.store import Ask, Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRequest:
    """Which place, group and year.

    origin  only people from this country, where a group crosses borders; null: everyone hosted
    as_of   as known on this day (null: everything)
    order   whose figure is shown first;  prefer  counters that come before all of it, for this group
    today   bring the picture forward to this day (null: do not)
    by      divide the picture by "sex", or by "sex" and "age"; empty: do not
    """

    country: str
    group: str
    year: int
    origin: str | None = None
    as_of: date | None = None
    order: Precedence = field(default_factory=Precedence)
    prefer: tuple[str, ...] = ()
    language: str = "en"
    today: date | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A comparison with what its renderers need."""

    place: Place
    found: Compared
    telling: Telling
    ahead: Nowcast | None = None
    as_of: date | None = None
    order: Precedence = field(default_factory=Precedence)
    by: tuple[str, ...] = ()
    parted: Parted | None = None

    @property
    def why(self) -> str:
        """Why the counters differ, in one paragraph."""
        return self.telling.why(self.found, self.ahead)

    def chart(self, *, internal: bool = False) -> Chart:
        """The comparison as a drawing; one that is internal says that it must stay."""
        name = self.place.name(self.telling.words.language) if self.telling.words.language != "en" else self.place.short
        return chart(self.found, name, self.telling, internal=internal)


def compare_year(request: CompareRequest, store: Engine) -> Answer:
    """The comparison.

    Raises AskError for a place, group, counter or language that is none, NothingFound where no counter has a figure.
    """
    place, group = places().find(request.country), group_code(request.group)
    _divisible(request, place.code)
    telling = Telling.of(request.language)
    order = ordered({group: request.prefer}, request.order) if request.prefer else request.order
    if place.code == WORLD:
        everywhere = world_of(request, group, store, order)
        return Answer(place=place, found=everywhere, telling=telling, as_of=request.as_of, order=order)
    now, older = rows_of(request, place.code, group, store)
    said = spoken(now)
    beside = replace(beside_of(request, place.code, group, store), earlier=tuple(spoken(older)))
    found = compared(said, group, request.year, beside=beside, order=order)
    if found is None:
        raise NothingFound(_nothing(request, place, group, said, store))
    return Answer(
        place=place, found=found, telling=telling, as_of=request.as_of, order=order, by=request.by,
        ahead=found.nowcast(beside.moved, request.today) if request.today else None,
        parted=parted(found, place.code, request, store) if request.by else None,
    )  # fmt: skip


def chart_to_pass(answer: Answer, request: CompareRequest, store: Engine, *, internal: bool = False) -> Chart:
    """The comparison as a drawing for a file. Raises LicenceError where it rests on what may not be passed on and is not
    asked for as an internal one, which then says that it must stay."""
    group, last = group_code(request.group), date(request.year, 12, 31)
    cites = [cite for one in answer.found.along for cite in one.cites]
    bound = pl.concat(
        [named(behind(request, answer.place.code, group, store).filter(F.end <= last)), bound_behind(store, cites)]
    )
    require_passable(bound.unique(maintain_order=True), "the chart", internal=internal)
    return answer.chart(internal=bool(bound.height))


def _nothing(request: CompareRequest, place: Place, group: str, said: list[Figure], store: Engine) -> str:
    """That no counter has a figure for the year, when one became known where it did later, and which years have some."""
    years = sorted({one.year for one in said if one.group == group})
    there = f"; there are figures for {years[0]} to {years[-1]}" if years else "; `qanat status` shows what is here"
    when = f" known by {request.as_of}" if request.as_of else ""
    first, last = date(request.year, 1, 1), date(request.year, 12, 31)
    asked = Ask(stage=Stage.PUBLISHED, place=place.code, groups=(group,), known_by=request.as_of, since=first, until=last)  # fmt: skip
    came = told_first(asked, store)
    return f"no {group} figure for {place.short} ({place.code}) in {request.year}{when}{came}{there}"


def _divisible(request: CompareRequest, code: str) -> None:
    """Nothing where the picture asked for can be divided; AskError with the way round where not."""
    if request.by not in ((), ("sex",), ("sex", "age")):
        raise AskError(f"a picture is divided by sex, or by sex,age, not by {','.join(request.by)}")
    if request.by and request.origin is not None:
        raise AskError(
            "a picture of one origin is not divided by sex and age; leave --from out, or use qanat show --by"
        )
    if request.by and code == WORLD:
        raise AskError("the world's picture is not divided by sex and age; name a country")


def document(answer: Answer) -> dict[str, Any]:
    """The comparison as its stable JSON: place, group, year, figures, picture, flags, why; nowcast and divided where asked for.

    figures  counter, value, low, high (the value itself where nothing is left open), known, cluster (counter@day of the
             count it is), source, licence; the headline first
             evidence: how it belongs to its cluster (alone, root, equal, declared, repeated); declared_from: whose count its own
             publisher says it is, null where it says nothing
    picture  median, low80, high80, headline (the displayed value) and headline_from (its counter); null where none speaks.
             lone: where one count stands alone, how many of the figures ever published beside such a one its low80 to high80
             held, and the wider range that held four in five
    breaks   method breaks that bear on the picture: explained = the share of the step that movements make up; bridged_by = what
             figures before it are multiplied by, null where they are left out; overlap = the citation that tells the factor
    overlaps  who else stands beside these people: relation = disjoint (may be added) or overlap (may be the same people)
    revisions  what counters said of this very year before, by more than 5 % otherwise
    """
    found, one = answer.found, answer.found.one
    shown = found.shown
    told: dict[str, Any] = {
        "schema": "qanat.picture/1",
        "place": {"code": answer.place.code, "name": answer.place.short}, "group": found.group, "year": found.year, "as_of": answer.as_of.isoformat() if answer.as_of else None, "precedence": list(answer.order.order(found.group)),
        "figures": [_figure(figure, found) for figure in found.figures],
        "picture": {
            "median": _whole(one.median), "low80": _whole(one.low80), "high80": _whole(one.high80),
            "headline": shown.value if shown else None, "headline_from": shown.counter if shown else None,
            "lone": None if one.held is None else _lone(one.held),
        },
        "flags": list(dict.fromkeys(flag.code for flag in found.flags)), "why": answer.why,
        "breaks": [_break(one) for one in found.breaks],
        "overlaps": [_overlap(one) for one in found.along],
        "revisions": [_revision(before, after) for before, after in found.revised],
    }  # fmt: skip
    if answer.ahead is not None:
        ahead = answer.ahead
        told["nowcast"] = {
            "day": ahead.day.isoformat(), "median": _whole(ahead.median), "low80": _whole(ahead.low80), "high80": _whole(ahead.high80),
            "status": "estimated",
        }  # fmt: skip
    if answer.by:
        told["divided"] = parted_told(answer.parted)
    return told


def _break(one: Break) -> dict[str, Any]:
    step = one.step
    return {
        "counter": step.counter, "from": step.before.end.isoformat(), "to": step.after.end.isoformat(), "before": step.before.value,
        "after": step.after.value, "explained": step.explained, "bridged_by": one.factor, "overlap": None if one.old is None else one.old.cite,
    }  # fmt: skip


def _lone(span: Interval) -> dict[str, Any]:
    return {"low": _whole(span.low), "high": _whole(span.high), "held": LONE_HELD, "of": LONE_CASES}


def _overlap(one: Alongside) -> dict[str, Any]:
    return {
        "kind": one.kind, "groups": list(one.groups), "relation": one.relation, "counter": one.counter, "value": one.value, "share": one.share,
        "cites": list(one.cites),
    }  # fmt: skip


def _revision(before: Figure, after: Figure) -> dict[str, Any]:
    return {
        "counter": after.counter, "before": before.value, "after": after.value, "known_before": before.known.isoformat(),
        "known_after": after.known.isoformat(), "cite_before": before.cite, "cite_after": after.cite,
    }  # fmt: skip


def weighed(answer: Answer) -> list[tuple[str, float, float | None]]:
    """Every cluster the picture rests on: name, weight (shares of 1), and how far (as a share) the median would move
    without it, null where it stands alone. Empty for the world's sums."""
    if answer.place.code == WORLD:
        return []
    heavy, moves = weights(answer.found.one), influence(answer.found.one)
    return [(name, heavy[name], expm1(moves[name]) if name in moves else None) for name in heavy]


def _figure(figure: Figure, found: Compared) -> dict[str, Any]:
    return {
        "counter": figure.counter, "value": figure.value, "low": figure.low, "high": figure.high, "known": figure.known.isoformat(),
        "cluster": found.cluster[figure.cite].name, "source": figure.source, "licence": figure.licence,
        "evidence": found.cluster[figure.cite].evidence(figure), "declared_from": said.counter if (said := found.declared.get(figure.cite)) else None,
    }  # fmt: skip


def _whole(value: float | None) -> float | None:
    return None if value is None else float(round(value))
