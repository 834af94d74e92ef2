"""Job: what goes with larger flows between countries, and why a flow changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl

from qanat.edition.places import places
from qanat.errors import AskError
from qanat.jobs.driver_tables import Tables, TablesRequest, flows_of, gathered
from qanat.jobs.knowing import require_no_files, told_day
from qanat.store import Engine

if TYPE_CHECKING:
    from qanat.estimate.contributions import Why
    from qanat.estimate.drivers import Fitted
    from qanat.estimate.panel import Panel

Effects = Literal["two-way", "pair", "year"]
NAMES: Final = ("distance", "ties", "diaspora", "income", "population", "conflict")
CIRCULAR: Final = (
    "These flows were computed from stocks of migrants, so that people already living there are partly how the flows were made: "
    "read the diaspora's coefficient as an upper end, and the fit on reported flows beside it."
)
SHAPED: Final = (
    "They were shaped by distance and shared language too (methods best and prior), so that these coefficients are partly how the flows "
    "were made as well."
)
GIVEN_BY: Final = {
    "distance": "--ties", "ties": "--ties", "diaspora": "--stocks", "income": "--countries", "population": "--countries", "conflict": "--deaths",
}  # fmt: skip
DESCRIPTIVE: Final = (
    "The coefficients tell what goes with larger flows, corridor by corridor. They are no proof of cause."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DriversRequest:
    """Which flows, which tables, which effects.

    without   drivers left out of the model, of NAMES
    reported  a file of flows as countries reported them (column: reported_by_destination or flow), fitted beside
    as_of     the store's figures as known on this day (null: everything); then without files of figures
    """

    tables: TablesRequest
    effects: Effects = "two-way"
    without: tuple[str, ...] = ()
    reported: Path | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyRequest:
    """The change of which corridor (one end null: of everyone who left, or who came), between the periods that begin in two years, as known on which day."""

    tables: TablesRequest
    origin: str | None
    place: str | None
    start: int
    end: int
    effects: Effects = "pair"
    without: tuple[str, ...] = ()
    as_of: date | None = None


def drivers(request: DriversRequest, store: Callable[[], Engine]) -> dict[str, Any]:
    """The fit as a document: a row a coefficient in words, what was left out and why, the warning, the fit on reported flows.

    Raises AskError where the extra `drivers` is not installed or too little is known, and what `gathered` raises.
    """
    require_no_files([] if request.reported is None else ["--reported"], request.as_of)
    found = _gathered(request.tables, store, request.as_of)
    data, fit = _fit(found, request.effects, request.without)
    beside = None if request.reported is None else _reported(request, found)
    return {
        "schema": "qanat.flows-drivers/1", "as_of": told_day(request.as_of), **_about(found, data), "fit": _told(fit), "left_out": _left_out(data),
        "reported": beside, "warnings": _warnings(found, data, request.effects, request.without),
    }  # fmt: skip


def why(request: WhyRequest, store: Callable[[], Engine]) -> dict[str, Any]:
    """A change taken apart, as a document: people before and after, a row a driver, a sentence, the fit it rests on.

    Raises AskError for places that are none, effects without periods, or a missing extra; NothingFound where a term is not known.
    """
    ends = [None if one is None else places().country(one).code for one in (request.origin, request.place)]
    if ends[0] is None and ends[1] is None:
        raise AskError("name a corridor, or one end of it: qanat flows why SYR TUR, qanat flows why --from UKR")
    if ends[0] == ends[1]:
        raise AskError(f"{ends[0]} to {ends[1]}: a flow goes from one country to another; name two")
    if request.effects == "two-way":
        raise AskError(
            "two-way effects take up everything that changes over time in a country; use --effects pair or year"
        )
    found = _gathered(request.tables, store, request.as_of)
    data, fit = _fit(found, request.effects, request.without)
    from qanat.estimate.contributions import Change
    from qanat.estimate.contributions import why as apart

    change = Change(origin=ends[0], place=ends[1], start=request.start, end=request.end)
    result = apart(data, fit, change)
    spans = dict(data.rows.select("start", "end").unique().iter_rows())
    return {
        "schema": "qanat.flows-why/1", "as_of": told_day(request.as_of), **_about(found, data), "origin": ends[0], "place": ends[1],
        "periods": [{"start": year, "end": spans[year]} for year in (request.start, request.end)],
        "before": result.before, "after": result.after, "change": result.after - result.before, "corridors": result.corridors,
        "drivers": result.rows.to_dicts(), "told": sentence(result, change.origin, change.place, spans, (request.start, request.end)),
        "fit": _told(fit), "warnings": _warnings(found, data, request.effects, request.without),
    }  # fmt: skip


def _gathered(request: TablesRequest, store: Callable[[], Engine], as_of: date | None) -> Tables:
    try:
        import pyfixest  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ModuleNotFoundError as cause:
        raise AskError(
            f'the drivers of flows need {cause.name}; install it with: pip install "qanat[drivers]"'
        ) from cause
    return gathered(request, store, as_of)


def _fit(found: Tables, effects: Effects, without: tuple[str, ...], *, zeros: bool = True) -> tuple[Panel, Fitted]:
    from qanat.estimate.drivers import Drivers, fitted, terms_of
    from qanat.estimate.panel import TERMS, panel

    strange = [name for name in without if name not in NAMES]
    if strange:
        raise AskError(f"--without {','.join(strange)}: no such driver; there are {', '.join(NAMES)}")
    terms = tuple(name for name in terms_of(effects, diaspora=True) if TERMS[name].driver not in without)
    data = panel(found.flows, found.evidence, terms, zeros=zeros)
    return data, fitted(data, Drivers(effects=effects))


def _reported(request: DriversRequest, found: Tables) -> dict[str, Any]:
    """The same model on flows that countries reported; what nobody reported stays out."""
    assert request.reported is not None
    column = request.tables.column if request.tables.flows is None else None
    flows, name = _reported_flows(request.reported, column)
    evidence = replace(found.evidence, stocks=_every_year(found.evidence.stocks))
    data, fit = _fit(replace(found, flows=flows, evidence=evidence), request.effects, request.without, zeros=False)
    return {
        "flows": request.reported.name,
        "column": name,
        "rows": data.whole,
        "fit": _told(fit),
        "left_out": _left_out(data),
    }


def _reported_flows(file: Path, column: str | None) -> tuple[pl.DataFrame, str]:
    from qanat.jobs.corridor_tables import opened

    there = opened(file).columns
    name = column or next((one for one in ("reported_by_destination", "flow", "value") if one in there), None)
    return flows_of(file, name)


def _every_year(stocks: pl.DataFrame | None) -> pl.DataFrame | None:
    """Stocks of every fifth year carried forward to the years between, for flows of single years."""
    if stocks is None:
        return None
    years = sorted(stocks.get_column("year").unique().to_list())
    spans = {
        first: (following - first if following - first <= 5 else 1)
        for first, following in zip(years, [*years[1:], years[-1] + 1], strict=True)
    }
    later = [
        stocks.filter(pl.col("year") == year).with_columns(year=pl.lit(year + step))
        for year, span in spans.items()
        for step in range(span)
    ]
    return pl.concat([one.cast({"year": pl.Int32}) for one in later])


def _warnings(found: Tables, data: Panel, effects: Effects, without: tuple[str, ...]) -> list[str]:
    """What a reader must know: how the flows were made, which drivers no table tells, that it proves nothing."""
    from qanat.estimate.drivers import terms_of
    from qanat.estimate.panel import TERMS

    absent = dict.fromkeys(TERMS[name].driver for name in terms_of(effects, diaspora=True) if name not in data.terms)
    lacking = [
        f"{driver} ({GIVEN_BY[driver]})"
        for driver in absent
        if driver not in without and driver not in {TERMS[name].driver for name in data.terms}
    ]
    told = [CIRCULAR] if found.built else []
    if found.names["flows"].startswith(("flows.best@", "flows.prior@")):
        told.append(SHAPED)
    if lacking:
        told.append(f"Not in the model, since no table tells it: {', '.join(lacking)}.")
    return [*told, DESCRIPTIVE]


def _about(found: Tables, data: Panel) -> dict[str, Any]:
    return {
        "tables": found.names,
        "built_from_stocks": found.built,
        "same_place_rows": found.dropped,
        "rows": data.whole,
        "people": data.people,
    }


def _told(fit: Fitted) -> dict[str, Any]:
    return {
        "effects": fit.effects, "formula": fit.formula, "rows": fit.rows, "corridors": fit.corridors, "separated": fit.separated,
        "likeness": fit.likeness, "errors": "clustered by corridor", "coefficients": fit.coefficients.to_dicts(),
    }  # fmt: skip


def _left_out(data: Panel) -> list[dict[str, Any]]:
    from qanat.estimate.panel import TERMS

    return [row | {"driver": TERMS[row["term"]].driver} for row in data.short.to_dicts()]


def sentence(result: Why, origin: str | None, place: str | None, spans: dict[int, int], years: tuple[int, int]) -> str:
    """The change and its largest drivers, in one or two sentences."""
    name = places().spoken
    who = (
        "People"
        + (f" who moved from {name(origin)}" if origin else " who came")
        + (f" to {name(place)}" if place else " to other countries")
    )
    periods = [f"{year}\u2013{spans[year]}" for year in years]
    told = f"{who}: {result.before:,.0f} in {periods[0]}, {result.after:,.0f} in {periods[1]}."
    parts = [f"{row['driver']} {row['people']:+,.0f}" for row in result.largest[:5]]
    return f"{told} Of the change of {result.after - result.before:+,.0f}: {', '.join(parts)}." if parts else told
