"""Job: a period's flows year by year, transitions and moves told apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from qanat.edition.places import places
from qanat.errors import AskError, FigureError, MarginError
from qanat.figures import F, Stage
from qanat.figures.licensing import withheld
from qanat.jobs.flows import found_flows
from qanat.jobs.flows_asked import FlowsRequest, read_table
from qanat.jobs.flows_written import bound, marked, written
from qanat.jobs.knowing import require_no_files, told_day
from qanat.jobs.passing import require_passable
from qanat.store import Ask, Engine

DATED: Final = ("orig", "dest", "year", "people")


@dataclass(frozen=True, slots=True, kw_only=True)
class YearsRequest:
    """Which period, by which method, which corridor.

    origin, to  a corridor to be told; null: the world
    dated       table of arrivals known by calendar year (orig, dest, year, people); null: corridors lie evenly in time
    back        yearly rate at which arrivals leave again, behind moves that no two dates show
    out         where to write year, orig, dest, concept, flow of every corridor; null: nowhere
    as_of       as known on this day (null: everything); then without dated
    internal    write the file where the releases may not be passed on, too: a column tells their terms
    """

    start: int
    end: int
    method: str = "best"
    origin: str | None = None
    to: str | None = None
    dated: Path | None = None
    back: float = 0.08
    out: Path | None = None
    as_of: date | None = None
    internal: bool = False


def years(request: YearsRequest, store: Engine) -> dict[str, Any]:
    """Flows of each year from 1 July to 30 June, as stable JSON.

    Transitions add up to the period's flow by corridor and, by place and year, to net migration as the population figures in
    the store tell it, brought to the period's. Moves are more; the two are never added. Raises AskError for a request that cannot be met.
    """
    if (request.origin is None) != (request.to is None):
        raise AskError("a corridor has two ends: give --from and --to, or neither")
    if not 0 <= request.back < 1:
        raise AskError(f"--back {request.back}: a yearly rate from 0 to below 1; 0.08 is usual")
    require_no_files(["--dated"] if request.dated is not None else [], request.as_of)
    codes = [places().country(one).code for one in (request.origin, request.to) if one is not None]
    found = found_flows(
        FlowsRequest(start=request.start, end=request.end, method=request.method, as_of=request.as_of), store
    )
    from qanat.estimate.yearly import Layout, yearly

    dated = None if request.dated is None else _dated(request.dated)
    net = net_told(store, request.as_of)
    try:
        table = yearly(found.estimate, yearly_net(net), dated, Layout(back=request.back))
    except MarginError as cause:
        named = ", ".join(found.estimate.world.places[line] for line in cause.lines)
        raise AskError(f"{cause.fault}: {named}; check --dated, or net migration in the store") from cause
    if request.out is not None:
        terms = pl.concat([bound(found), withheld(net)])
        require_passable(terms, "the table of flows", internal=request.internal)
        written(marked(table, terms), request.out)
    told = table.filter(pl.col("orig") == codes[0], pl.col("dest") == codes[1]) if codes else table
    return {
        "schema": "qanat.flows-years/1", "start": request.start, "end": request.end, "as_of": told_day(request.as_of), "method": found.estimate.method,
        "origin": codes[0] if codes else None, "place": codes[1] if codes else None, "back": request.back,
        "years": _years(told), "assumed": [*found.assumed, f"arrivals leave again at {request.back:g} a year, behind moves that no two dates show"],
        "releases": list(found.release.releases) if found.release else [], "out": None if request.out is None else str(request.out),
    }  # fmt: skip


def _years(told: pl.DataFrame) -> list[dict[str, Any]]:
    wide = told.group_by("year", "concept").agg(pl.col("flow").sum()).sort("year", "concept")
    by_year: dict[int, dict[str, Any]] = {}
    for year, concept, flow in wide.iter_rows():
        by_year.setdefault(year, {"from": f"{year}-07-01", "transition": 0.0, "move": 0.0})[concept] = round(flow, 1)
    return [row for _, row in sorted(by_year.items())]


def net_told(store: Engine, as_of: date | None = None) -> pl.DataFrame:
    """Net migration by place and calendar year, of the newest population figures in the store, as known on a day (null: today)."""
    asked = Ask(stage=Stage.PUBLISHED, groups=("people",), counter="unpd", measure="net-flow", known_by=as_of)
    rows = store.get(asked).filter(F.sex == "all", F.value.is_not_null())
    return rows.sort("known").unique(["place", "start"], keep="last", maintain_order=True)


def yearly_net(told: pl.DataFrame) -> pl.DataFrame:
    """place, year, net of such figures."""
    return told.select(place="place", year=F.start.dt.year().cast(pl.Int64), net="value")


def _dated(path: Path) -> pl.DataFrame:
    """Arrivals by calendar year. Raises FigureError with every row that is none."""
    frame = read_table(path)
    missing = [name for name in DATED if name not in frame.columns]
    if missing:
        raise AskError(f"{path} has no column {', '.join(missing)}; --dated needs {', '.join(DATED)}")
    shaped = frame.select(pl.col("orig", "dest").cast(pl.String), pl.col("year").cast(pl.Int64, strict=False), pl.col("people").cast(pl.Float64, strict=False))  # fmt: skip
    bad = shaped.with_row_index("row").filter(pl.any_horizontal(pl.all().is_null()) | ~(pl.col("people") >= 0))
    if bad.height:
        problems = bad.select(
            row=pl.col("row").cast(pl.Int64), column=pl.lit("people"), found=pl.col("people").cast(pl.String),
            fault=pl.lit("an arrival needs orig, dest, year and people of 0 or more; leave out what is not known"), nearest=pl.lit(None, dtype=pl.String),
        )  # fmt: skip
        raise FigureError(str(path), problems)
    return shaped
