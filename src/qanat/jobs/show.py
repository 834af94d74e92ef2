"""Job: a group's figures for a country, by view and year, by sex and age where asked; and agencies side by side."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.figures import F, Stage
from qanat.figures.periods import dated, year_of
from qanat.figures.words import GROUPS, group_of, nearest
from qanat.jobs.by_unit import elsewhere
from qanat.jobs.divided_show import divisions_told, with_unknown
from qanat.jobs.dividing import DivideRequest
from qanat.reconcile.newest import newest
from qanat.reconcile.precedence import Precedence
from qanat.reconcile.side_by_side import Comparison, comparisons, place_in
from qanat.reconcile.totals import View, abroad, totals
from qanat.store import Ask, Engine

SHOWN: Final = (
    "idps",
    "refugees",
    "asylum-seekers",
    "other-in-need",
    "returned-refugees",
    "returned-idps",
    "stateless",
    "migrants",
    "people",
)
_VIEWS: Final[tuple[View, ...]] = ("inside", "origin", "host")
_CROSSED: Final = ("refugees", "asylum-seekers", "other-in-need")
COUNTS: Final = (
    "stock",
    "flow",
)  # who is there and who moved: births, needs and scores are no counts to set beside them
_SAME: Final = ("view", "group", "measure", "unit", "start", "end", "sex", "age_from", "age_to")
_MOST_CITES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRequest:
    """Which country and group (any spelling; null group: the main ones), which year (null: all, or the newest where
    several groups are shown), as known on which day, divided by sex and age or not, whose figure comes first."""

    country: str
    group: str | None = None
    year: int | None = None
    as_of: date | None = None
    by: tuple[str, ...] = ()
    order: Precedence = field(default_factory=Precedence)


def group_code(text: str) -> str:
    """A group's code for any of its spellings. Raises AskError naming the nearest, or all where none is near."""
    code = group_of(text)
    if code is None:
        near = nearest(text.lower(), list(GROUPS))
        raise AskError(
            f"no group {text!r}; " + (f"did you mean {near}?" if near else f"there are: {', '.join(GROUPS)}")
        )
    return code


def show(request: ShowRequest, store: Engine, today: date | None = None) -> dict[str, Any]:
    """The figures as one document: place, group and rows, newest year first.

    Each row: view (inside, origin: people from there elsewhere, host: people from elsewhere there), group, year, date
    (of a flow the day after it), period (as periods.dated), sex, age_from, age_to, value (null = not counted), low, high,
    level, status, counter, source, licence (the strictest of the figures it rests on), known, cites (these figures, at most
    five), figures (how many there are) and shown (it comes first of what counters say here).
    Rows by sex and age are what is counted, people of unknown sex or age a row of their own; `divided` has the estimate
    beside them (divided_show.divisions_told).
    Raises AskError for a place, group or division that is none; NothingFound where nothing fits.
    """
    place = places().find(request.country)
    unknown = sorted(set(request.by) - {"sex", "age"})
    if unknown:
        raise AskError(f"figures are divided by sex and age, not by {', '.join(unknown)}")
    groups = SHOWN if request.group is None else (group_code(request.group),)
    now = newest(store.get(_ask(place.code, groups, request)))
    rows = _rows(now, place.code, groups, request)
    if request.year is None:  # what lies ahead is shown only where its year is asked for
        rows = [row for row in rows if row["date"] <= (today or _last_known(rows)).isoformat()]
    year = request.year if request.year is not None else _newest(rows, request)
    kept = [row for row in rows if year is None or row["year"] == year]
    if not kept:
        came = elsewhere(place, _ask(place.code, groups, request), store)
        raise NothingFound(_nothing(place.short, place.code, request, rows, came))
    told: dict[str, Any] = {
        "schema": "qanat.show/1", "place": {"code": place.code, "name": place.short}, "groups": list(groups), "year": year,
        "as_of": request.as_of.isoformat() if request.as_of else None, "by": list(request.by), "rows": kept,
    }  # fmt: skip
    if request.by:
        told["divided"] = _estimates(store, place.code, groups, replace(request, year=year), now)
    return told


def _estimates(
    store: Engine, code: str, groups: tuple[str, ...], request: ShowRequest, now: pl.DataFrame
) -> list[dict[str, Any]]:
    """The division of the year's last day; empty where no stock of that day could be divided."""
    if request.year is None:
        return []
    asked = DivideRequest(place=code, day=date(request.year, 12, 31), known_by=request.as_of)
    return divisions_told(asked, request.by, groups, now, store)


def _newest(rows: list[dict[str, Any]], request: ShowRequest) -> int | None:
    """The newest year anybody but the Population Division counted in, where one year is shown; null where all are."""
    if request.group and not request.by:
        return None
    counted = [row["year"] for row in rows if row["counter"] != "unpd"]
    return max(counted or (row["year"] for row in rows), default=None)


def _last_known(rows: list[dict[str, Any]]) -> date:
    """The newest day anything here was published."""
    return max((date.fromisoformat(row["known"]) for row in rows), default=date.max)


def _nothing(name: str, code: str, request: ShowRequest, rows: list[dict[str, Any]], came: str) -> str:
    what = f"{request.group} " if request.group else ""
    years = sorted({row["year"] for row in rows})
    if years:
        return f"no {what}figure for {name} ({code}) in {request.year}; there are figures for {years[0]} to {years[-1]}"
    when = f" known by {request.as_of}" if request.as_of else ""
    return f"no {what}figure for {name} ({code}){when}{came or '; `qanat status` shows what is here'}"


def _ask(code: str, groups: tuple[str, ...], request: ShowRequest) -> Ask:
    wanted = tuple(
        dict.fromkeys(part for group in groups for part in (_CROSSED if group == "displaced-abroad" else (group,)))
    )
    return Ask(stage=Stage.PUBLISHED, about=code, groups=wanted, known_by=request.as_of, undivided=not request.by)


def _rows(now: pl.DataFrame, code: str, groups: tuple[str, ...], request: ShowRequest) -> list[dict[str, Any]]:
    by_view = {view: totals(now.filter(F.measure.is_in(COUNTS)), code, view) for view in _VIEWS}
    if "displaced-abroad" in groups:
        by_view = {view: abroad(frame) for view, frame in by_view.items()}
    frames = [frame.with_columns(view=pl.lit(view)) for view, frame in by_view.items()]
    frames.append(_residents(now, code).with_columns(view=pl.lit("inside")))
    every = pl.concat(frames)
    if request.by:
        every = with_unknown(every)
    return _told(_divided(every, request.by), request.order)


def _residents(now: pl.DataFrame, code: str) -> pl.DataFrame:
    """Everyone living in the place on 31 December, with no origin: the population."""
    found = now.filter(
        (F.place == code)
        & F.origin.is_null()
        & F.facet.is_null()
        & (F.group == "people")
        & (F.measure == "stock")
        & (F.end.dt.month() == 12)
    )
    return found.with_columns(inputs=pl.concat_list(pl.struct("run", "row")))


def _divided(frame: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    whole_age = (F.age_from == 0) & F.age_to.is_null()
    if not by:
        return frame.filter((F.sex == "all") & whole_age)
    if by == ("sex",):
        return frame.filter((F.sex != "all") & whole_age)
    if by == ("age",):
        raise AskError("UNHCR publishes ages only within a sex; ask for --by sex,age")
    return frame.filter((F.sex != "all") & (~whole_age.fill_null(value=False) | (F.sex == "unknown")))


def _told(frame: pl.DataFrame, order: Precedence) -> list[dict[str, Any]]:
    ordered = frame.with_columns(_place=place_in(order.by_group)).sort(
        "end",
        "group",
        "view",
        "_place",
        "counter",
        "sex",
        "age_from",
        descending=[True, False, False, False, False, False, False],
        nulls_last=True,
    )
    out: list[dict[str, Any]] = []
    spoken: set[tuple[Any, ...]] = set()
    for row in ordered.iter_rows(named=True):
        inputs = row["inputs"]
        same = tuple(row[name] for name in _SAME)
        first = row["value"] is not None and same not in spoken
        spoken |= {same} if first else set()
        out.append(
            {name: row[name] for name in ("view", "group", "measure", "unit", "value", "low", "high", "level", "status", "counter", "source", "licence", "sex", "age_from", "age_to")}
            | {
                "year": year_of(row["start"], row["end"]), "date": row["end"].isoformat(), "period": dated(row["start"], row["end"]), "known": row["known"].isoformat(),
                "cites": [f"{one['run']}:{one['row']}" for one in inputs[:_MOST_CITES]], "figures": len(inputs), "shown": first,
            }
        )  # fmt: skip
    return out


def compare(request: ShowRequest, store: Engine) -> dict[str, Any]:
    """What every counter says of a group inside the country, year by year, and which is shown.

    Each year (of flows shorter than one, each span): period, figures (counter, value, low, high, known, source, licence,
    cite; the shown one first), low, high, spread (null
    where the smallest is zero), copied (the same number but for rounding), differs (by more than 25 %).
    Raises NothingFound where no counter has a figure.
    """
    place = places().find(request.country)
    group = group_code(request.group or "idps")
    found = [
        c
        for c in _comparisons(store, _said(place.code, group, request.as_of), request.order)
        if request.year is None or year_of(c.start, c.end) == request.year
    ]
    if not found:
        came = elsewhere(place, _said(place.code, group, request.as_of), store)
        raise NothingFound(_nothing(place.short, place.code, request, [], came))
    years = [_comparison(one) for one in sorted(found, key=lambda c: c.end, reverse=True)]
    return {
        "schema": "qanat.compare/1", "place": {"code": place.code, "name": place.short}, "group": group, "years": years,
        "as_of": request.as_of.isoformat() if request.as_of else None, "precedence": list(request.order.order(group)),
    }  # fmt: skip


def _comparisons(store: Engine, ask: Ask, order: Precedence) -> list[Comparison]:
    now = newest(store.get(ask)).filter(F.measure.is_in(COUNTS))
    return comparisons(now.filter(F.origin.is_null() | (F.origin == ask.place)), order.by_group)


def _said(code: str, group: str, known_by: date | None) -> Ask:
    return Ask(stage=Stage.PUBLISHED, place=code, groups=(group,), known_by=known_by, undivided=True)


def _comparison(one: Comparison) -> dict[str, Any]:
    said = [
        {"counter": s.counter, "value": s.value, "low": s.low, "high": s.high, "known": s.known.isoformat(), "source": s.source, "licence": s.licence, "cite": s.cite}
        for s in one.said
    ]  # fmt: skip
    return {
        "year": year_of(one.start, one.end), "period": dated(one.start, one.end), "figures": said, "shown": one.chosen.counter, "low": one.low, "high": one.high, "spread": one.spread,
        "copied": one.copied, "differs": one.differs,
    }  # fmt: skip
