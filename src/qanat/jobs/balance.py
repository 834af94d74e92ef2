"""Job: the figures of a place and year, or of the world, adjusted as little as can be so that they add up."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

import polars as pl

from qanat import __version__
from qanat.edition.places import places
from qanat.errors import NothingFound
from qanat.figures import F
from qanat.jobs.constraining import Scope, scope
from qanat.jobs.engines import engines
from qanat.reconcile.adjusting import Bounds, Weights
from qanat.reconcile.balance import Balance, Balancing
from qanat.reconcile.balance import balance as nearest
from qanat.reconcile.balanced import BALANCED, derived, rests
from qanat.reconcile.naming import whom
from qanat.reconcile.year import opening
from qanat.store import Batch, Engine, Run

_KEY: Final = ("counter", "measure", "unit", "group", "origin", "place", "sex", "age_from", "age_to", "facet")


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRequest:
    """Which country (null: the world) and year, as known on which day; how firmly figures stand.

    bounds  people: nothing below zero; rounding: within what a figure's rounding allows, too
    hold    figures (RUN:ROW) that must not move
    keep    keep the balance in the store as a run
    every   tell the figures that stay as they were, too
    """

    country: str | None
    year: int
    as_of: date | None = None
    bounds: Bounds = "people"
    hold: tuple[str, ...] = ()
    keep: bool = False
    every: bool = False


def balance(request: BalanceRequest, store: Engine, now: datetime) -> dict[str, Any]:
    """The balance as a document: each adjustment with before, after, difference, its own interval and flags, the largest
    first in standard deviations; what sexes and bands leave of totals; how far off any hard constraint is at most.

    Raises AskError for a place that is none, a figure to hold that is not there, or where the libraries are not installed;
    NothingFound where nothing constrains anything; ConflictError naming the smallest set of constraints that cannot hold.
    """
    found = scope(store, request.country, request.year, request.as_of)
    with engines("a balance"):
        made = nearest(found.figures, _options(request))
    if made.cells.is_empty():
        raise NothingFound(f"no two figures of {request.year} constrain each other; there is nothing to balance")
    run = _kept(store, request, found, (made, now)) if request.keep else None
    own = made.cells.filter(~pl.col("opening"))
    new = F.value.is_null() & pl.col("after").is_not_null()
    adjusted, filled = own.filter("moved"), own.filter(new)
    shown = own if request.every else own.filter(pl.col("moved") | new)
    far = ((pl.col("after") - F.value) / pl.col("sd")).abs()
    return {
        "schema": "qanat.balance/1", "place": found.told, "year": found.year, "as_of": request.as_of and request.as_of.isoformat(), "run": run,
        "figures": own.height, "constraints": made.before.filter("hard").height, "broken_before": int(broken(made.before).sum()),
        "most_off": round(float(off(made.after).max() or 0.0), 6), "adjusted": adjusted.height, "filled": filled.height,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        "leaving": adjusted.filter("leaves").height,
        "adjustments": [_adjustment(row) for row in shown.sort(far, "at", descending=[True, False], nulls_last=True).iter_rows(named=True)],
        "rests": [_rest(row) for row in rests(made).iter_rows(named=True)],
    }  # fmt: skip


def off(state: pl.DataFrame) -> pl.Series:
    """By how many people each hard constraint is off; a division with a part that is not published, or not known, may fall
    short of its total."""
    sums = pl.col("equal") & pl.col("closed") & (pl.col("unknown") == 0)
    over = pl.when(sums).then(pl.col("size").abs()).otherwise(pl.col("size").clip(lower_bound=0))
    return state.filter(pl.col("hard") & (pl.col("size").is_not_null())).select(over.alias("off")).to_series()


def broken(state: pl.DataFrame) -> pl.Series:
    """Which hard constraints are off by more than a person."""
    return off(state) > 1.0


def _options(request: BalanceRequest) -> Balancing:
    weights = Weights(bounds=request.bounds, hold=request.hold)
    return Balancing(weights=weights, opening=opening(request.year), units=places().units)


def _kept(store: Engine, request: BalanceRequest, found: Scope, made: tuple[Balance, datetime]) -> str:
    """The balance's run, kept once: the same request of the same runs has the same name."""
    balanced, now = made
    inputs = tuple(sorted(balanced.cells.get_column("run").unique().to_list()))
    place = found.place.code if found.place else "WLD"
    told = {
        "place": place,
        "year": found.year,
        "as_of": request.as_of and request.as_of.isoformat(),
        **asdict(_options(request).weights),
    }
    options = json.dumps(told, sort_keys=True)
    key = sha256("\n".join([BALANCED.name, options, *inputs]).encode()).hexdigest()[:10]
    result = derived(balanced)
    run = Run(
        id=f"balance-{place}-{found.year}-{key}", method=BALANCED.name, options=options, made=now.replace(microsecond=0), code=__version__,
        inputs=inputs,
    )  # fmt: skip
    if run.id not in {one.id for one in store.runs()}:
        store.put(Batch(run=run, figures=result.figures, lineage=result.lineage))
    return run.id


def _adjustment(row: dict[str, Any]) -> dict[str, Any]:
    before, after = row["value"], row["after"]
    return {
        **{name: row[name] for name in _KEY}, "date": row["end"].isoformat(), "of": whom(row, lambda code: places().name(code)),
        "cite": f"{row['run']}:{row['row']}", "source": row["source"], "before": before, "after": None if after is None else round(after, 3),
        "difference": None if before is None or after is None else round(after - before, 3), "low": row["own_low"], "high": row["own_high"],
        "leaves": row["leaves"], "flags": row["flags"],
    }  # fmt: skip


def _rest(row: dict[str, Any]) -> dict[str, Any]:
    told = {name: row[name] for name in _KEY}
    return {
        **told,
        "date": row["end"].isoformat(),
        "of": whom(row, lambda code: places().name(code)),
        "value": row["value"],
    }
