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
from qanat.figures import UNDIVIDED, F, Stage
from qanat.figures.check import COUNTRY
from qanat.figures.places import Place
from qanat.figures.words import CROSS_BORDER
from qanat.jobs.knowing import told_first
from qanat.jobs.ordering import ordered
from qanat.jobs.show import group_code
from qanat.reconcile.compared import MOVEMENTS, Beside, Compared, beside, compared
from qanat.reconcile.concepts import family
from qanat.reconcile.newest import newest
from qanat.reconcile.nowcast import Nowcast
from qanat.reconcile.one_picture import influence, weights
from qanat.reconcile.precedence import Precedence
from qanat.reconcile.said import Figure, spoken
from qanat.reconcile.totals import WORLD, totals
from qanat.reconcile.world import world
from qanat.store import Ask, Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRequest:
    """Which place, group and year.

    origin  only people from this country, where a group crosses borders; null: everyone hosted
    as_of   as known on this day (null: everything)
    order   whose figure is shown first;  prefer  counters that come before all of it, for this group
    today   bring the picture forward to this day (null: do not)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A comparison with what its renderers need."""

    place: Place
    found: Compared
    telling: Telling
    ahead: Nowcast | None = None
    as_of: date | None = None
    order: Precedence = field(default_factory=Precedence)

    @property
    def why(self) -> str:
        """Why the counters differ, in one paragraph."""
        return self.telling.why(self.found, self.ahead)

    @property
    def chart(self) -> Chart:
        """The comparison as a drawing."""
        name = self.place.name(self.telling.words.language) if self.telling.words.language != "en" else self.place.short
        return chart(self.found, name, self.telling)


def compare_year(request: CompareRequest, store: Engine) -> Answer:
    """The comparison.

    Raises AskError for a place, group, counter or language that is none, NothingFound where no counter has a figure.
    """
    place, group = places().find(request.country), group_code(request.group)
    telling = Telling.of(request.language)
    order = ordered({group: request.prefer}, request.order) if request.prefer else request.order
    if place.code == WORLD:
        return Answer(
            place=place, found=_world(request, group, store, order), telling=telling, as_of=request.as_of, order=order
        )
    said = spoken(_rows(request, place.code, group, store))
    around = _beside(request, place.code, group, store)
    found = compared(said, group, request.year, beside=around, order=order)
    if found is None:
        years = sorted({one.year for one in said if one.group == group})
        there = f"; there are figures for {years[0]} to {years[-1]}" if years else "; `qanat status` shows what is here"
        when = f" known by {request.as_of}" if request.as_of else ""
        day = date(request.year, 12, 31)
        came = told_first(Ask(stage=Stage.PUBLISHED, place=place.code, groups=(group,), known_by=request.as_of, since=date(request.year, 1, 1), until=day), store)  # fmt: skip
        raise NothingFound(f"no {group} figure for {place.short} ({place.code}) in {request.year}{when}{came}{there}")
    ahead = found.nowcast(around.moved, request.today) if request.today else None
    return Answer(place=place, found=found, telling=telling, ahead=ahead, as_of=request.as_of, order=order)


def _rows(request: CompareRequest, code: str, group: str, store: Engine) -> pl.DataFrame:
    """The newest rows of the group and its family: inside the place, or hosted by it where the group crosses borders."""
    crosses = group in CROSS_BORDER
    ask = Ask(stage=Stage.PUBLISHED, place=code, groups=family(group), known_by=request.as_of, undivided=crosses)
    now = newest(store.get(ask).filter(F.sex == "all"))
    if request.origin is not None:
        return now.filter(F.origin == places().find(request.origin).code)
    if not crosses:
        return now.filter(F.origin.is_null() | (F.origin == code))
    hosted = totals(now, code, "host")
    cited = hosted.with_columns(
        run=pl.col("inputs").list.first().struct.field("run"), row=pl.col("inputs").list.first().struct.field("row")
    )
    return pl.concat([cited.select(now.columns), now.filter(F.origin.is_null() & UNDIVIDED)])


def _beside(request: CompareRequest, code: str, group: str, store: Engine) -> Beside:
    """Movements, population and parts by sex, as known by the day asked."""
    day = date(request.year, 12, 31)
    year = Ask(stage=Stage.PUBLISHED, place=code, since=day, until=day, known_by=request.as_of)
    asked = [replace(year, groups=(group,)), replace(year, groups=("people",), measure="stock", undivided=True)]
    if group == "idps":
        asked.append(replace(year, since=None, until=None, groups=MOVEMENTS, undivided=True))
    chosen = None if request.origin is None else places().find(request.origin).code
    return beside(newest(pl.concat([store.get(one) for one in asked])), code, group, request.year, chosen)


def _world(request: CompareRequest, group: str, store: Engine, order: Precedence) -> Compared:
    if group in CROSS_BORDER or request.origin is not None:
        raise AskError(
            "the world's sides are compared for people inside their countries (idps, stateless, ...); name a country for others"
        )
    now = newest(store.get(Ask(stage=Stage.PUBLISHED, groups=family(group), known_by=request.as_of, undivided=True)))
    inside = now.filter(
        F.place.str.contains(COUNTRY) & (F.place != WORLD) & (F.origin.is_null() | (F.origin == F.place))
    )
    countries = [
        one
        for _, rows in inside.group_by("place", maintain_order=True)
        if (one := compared(spoken(rows), group, request.year, order=order)) is not None
    ]
    found = world(countries, order)
    if found is None:
        raise NothingFound(f"no {group} figure of any country in {request.year}; `qanat status` shows what is here")
    return found


def document(answer: Answer) -> dict[str, Any]:
    """The comparison as its stable JSON: place, group, year, figures, picture, flags, why; nowcast where it was asked for.

    figures  counter, value, low, high (the value itself where nothing is left open), known, cluster (counter@day of the
             count it is), source; the headline first
    picture  median, low80, high80, headline (the displayed value) and headline_from (its counter); null where none speaks
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
        },
        "flags": list(dict.fromkeys(flag.code for flag in found.flags)), "why": answer.why,
    }  # fmt: skip
    if answer.ahead is not None:
        ahead = answer.ahead
        told["nowcast"] = {
            "day": ahead.day.isoformat(), "median": _whole(ahead.median), "low80": _whole(ahead.low80), "high80": _whole(ahead.high80),
            "status": "estimated",
        }  # fmt: skip
    return told


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
        "cluster": found.cluster[figure.cite].name, "source": figure.source,
    }  # fmt: skip


def _whole(value: float | None) -> float | None:
    return None if value is None else float(round(value))
