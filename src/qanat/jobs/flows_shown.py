"""Job: a place's corridors in a period, and how the figure of one corridor came to be."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.figures import F
from qanat.figures.places import Place
from qanat.jobs.flows import found_flows
from qanat.jobs.flows_asked import USUAL, FlowsRequest, require_engines
from qanat.jobs.flows_kept import kept_rows
from qanat.jobs.flows_told import Found, aside
from qanat.jobs.knowing import told_day
from qanat.store import Engine

MOST: Final = 10  # birthplaces told one by one
KINDS: Final = ("outward", "return", "transit")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorsRequest:
    """Which place, and which of its corridors.

    origin, to  only from this place, only to this place (at most one of them)
    start       first year of the period; year: any year within it; neither: the newest period
    method      one method's flows; null: the newest kept, else pseudo-bayes computed now
    top         how many corridors each way
    as_of       as known on this day (null: everything)
    """

    place: str
    origin: str | None = None
    to: str | None = None
    start: int | None = None
    year: int | None = None
    method: str | None = None
    top: int = 10
    as_of: date | None = None


def corridors(request: CorridorsRequest, store: Engine) -> dict[str, Any]:
    """The largest corridors into and out of a place, its totals and net, as stable JSON.

    From the newest kept estimate where there is one (`run` names it), else computed now from the releases in the store.
    Raises AskError for a place that is none, NothingFound where no estimate has the place or period.
    """
    place = places().country(request.place)
    rows, run, method, period = _rows(request, store)
    mine = rows.filter((F.origin == place.code) | (F.place == place.code))
    if mine.is_empty():
        raise NothingFound(f"{place.short} ({place.code}) is in no flows of {period[0]}-{period[1]}; `qanat flows estimate` tells who is left aside")  # fmt: skip
    into, out = _one_way(mine, "place", place, request.origin), _one_way(mine, "origin", place, request.to)
    arrived, departed = (float(part.get_column("value").sum()) for part in (into, out))
    whole = request.origin is None and request.to is None
    return {
        "schema": "qanat.flows-show/1", "place": {"code": place.code, "name": place.short}, "start": period[0], "end": period[1], "method": method,
        "as_of": told_day(request.as_of), "concept": "transition", "run": run, "arrived": round(arrived), "departed": round(departed), "net": round(arrived - departed) if whole else None,
        "transit_share": _transit(mine), "into": [] if request.to else _listed(into, "origin", request.top),
        "out_of": [] if request.origin else _listed(out, "place", request.top),
    }  # fmt: skip


def _rows(request: CorridorsRequest, store: Engine) -> tuple[pl.DataFrame, str | None, str, tuple[int, int]]:
    """Flows of one period and method, kept or computed now: rows, run, method, period."""
    if request.origin is not None and request.to is not None:
        raise AskError("--from and --to: give one of them; `qanat flows explain` tells of a single corridor")
    kept = kept_rows(store, request.method, request.start, request.year, request.as_of)
    if kept is not None:
        return kept
    require_engines()
    from qanat.estimate.rows import figures

    found = found_flows(computed(request, store), store)
    assert found.release is not None  # from the store
    rows = figures(found.estimate, found.release).figures
    return rows, None, found.estimate.method, found.estimate.world.period


def computed(request: CorridorsRequest, store: Engine) -> FlowsRequest:
    """The request for a period that is computed now: the one asked for among those the stocks in the store tell."""
    from qanat.jobs.flows import stock_years

    start, year = request.start, request.year
    years = stock_years(store, request.as_of)
    spans = list(itertools.pairwise(years))
    fits = [
        span for span in spans if (start is None or span[0] == start) and (year is None or span[0] <= year < span[1])
    ]
    if not fits:
        asked = f"--start {start}" if start is not None else f"--year {year}"
        there = ", ".join(f"{first}-{last}" for first, last in spans) or "none"
        raise NothingFound(f"{asked}: no period of the stocks in the store fits; there are {there}")
    return FlowsRequest(start=fits[-1][0], end=fits[-1][1], method=request.method or USUAL, as_of=request.as_of)


def _one_way(rows: pl.DataFrame, end: str, place: Place, other: str | None) -> pl.DataFrame:
    """The undivided corridors with `place` at one end, largest first, with the kinds beside."""
    far = "origin" if end == "place" else "place"
    mine = rows.filter((pl.col(end) == place.code) & (F.sex == "all"))
    if other is not None:
        mine = mine.filter(pl.col(far) == places().country(other).code)
    whole = mine.filter(F.facet == "concept=transition").select(
        "origin", "place", "value", "low", "high", "level", "run", "row"
    )
    for kind in KINDS:
        part = mine.filter(F.facet == f"concept=transition;kind={kind}").select("origin", "place", F.value.alias(kind))
        whole = whole.join(part, on=["origin", "place"], how="left", maintain_order="left").with_columns(
            pl.col(kind).fill_null(0)
        )  # no row: nobody of the kind
    return whole.sort("value", far, descending=[True, False])


def _transit(mine: pl.DataFrame) -> float | None:
    """The share of all who came or left in people born in neither end; null where nobody moved."""
    everyone = mine.filter((F.sex == "all") & (F.facet == "concept=transition")).get_column("value").sum()
    transit = mine.filter((F.sex == "all") & (F.facet == "concept=transition;kind=transit")).get_column("value").sum()
    return None if not everyone else round(float(transit) / float(everyone), 4)


def _listed(rows: pl.DataFrame, far: str, top: int) -> list[dict[str, Any]]:
    return [
        {
            "code": row[far], "name": places()[row[far]].short, "flow": round(row["value"]), "low": row["low"], "high": row["high"], "level": row["level"],
            **{kind: round(row[kind]) for kind in KINDS}, "cite": f"{row['run']}:{row['row']}" if row["run"] else None,
        }
        for row in rows.filter(F.value >= 0.5).head(top).iter_rows(named=True)
    ]  # fmt: skip


def corridor(request: CorridorsRequest, store: Engine) -> dict[str, Any]:
    """How a corridor's figure came to be, as stable JSON: `place` the origin, `to` the destination.

    Drawn up anew from the releases in the store, by the method asked for. Raises as `corridors` does.
    """
    require_engines()
    from qanat.estimate.explained import explained

    origin, place = places().country(request.place), places().country(request.to or "")
    if origin.code == place.code:
        raise AskError(f"{origin.short} twice; a corridor has two ends")
    found = found_flows(computed(request, store), store)
    here = found.estimate.world.places
    absent = [one for one in (origin, place) if one.code not in here]
    if absent:
        why = {row["place"]: row["why"] for row in aside(found)}
        told = "; ".join(f"{one.short} ({one.code}): {why.get(one.code, 'in no stock table')}" for one in absent)
        raise NothingFound(f"no flow is estimated: {told}")
    parts = explained(found.estimate, origin.code, place.code)
    return {
        "schema": "qanat.flows-explain/1", "origin": {"code": origin.code, "name": origin.short}, "place": {"code": place.code, "name": place.short},
        "as_of": told_day(request.as_of), **_account(found), "flow": round(parts.flow, 1), "kinds": {"outward": round(parts.outward, 1), "return": round(parts.back, 1), "transit": round(parts.transit, 1)},
        "ends": [_rounded(row) for row in parts.ends.iter_rows(named=True)],
        "born": [_rounded(row) for row in parts.born.head(MOST).iter_rows(named=True)], "birthplaces": parts.born.filter(pl.col("moved") > 0).height,
    }  # fmt: skip


def _account(found: Found) -> dict[str, Any]:
    from qanat.estimate.ways import WAYS

    one, told = found.estimate, found.release
    known: date | None = None if told is None else told.known
    return {
        "start": one.world.period[0], "end": one.world.period[1], "method": one.method, "concept": "transition", "says": WAYS[one.how.method].says,
        "paper": WAYS[one.how.method].paper, "releases": [] if told is None else list(told.releases), "runs": [] if told is None else list(told.runs),
        "known": None if known is None else known.isoformat(), "assumed": list(found.assumed),
    }  # fmt: skip


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 1) if isinstance(value, float) else value for key, value in row.items()}
