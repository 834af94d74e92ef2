"""Job: estimates of flows kept as runs of their own, and found again."""

from __future__ import annotations

import json
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from qanat import __version__
from qanat.errors import AskError
from qanat.jobs.flows_asked import FlowsRequest
from qanat.jobs.flows_told import Found, left_aside
from qanat.store import Ask, Batch, Engine, Run
from qanat.store.engine import ASIDE

if TYPE_CHECKING:
    from qanat.estimate.releases import Release


def kept(found: Found, request: FlowsRequest, store: Engine, now: datetime) -> str:
    """The name of the run the estimate is kept as; one that is already there is left alone."""
    from qanat.estimate.rows import figures

    told = found.release
    if told is None:
        raise AskError("flows from files of one's own have no source to cite; import them first: qanat import")
    asked = {
        "start": request.start, "end": request.end, "method": request.method, "others": request.others, "leave_out": list(request.leave_out),
        "unite": list(request.unite), "by_sex": request.by_sex, "weight": found.estimate.how.weight, "whole": request.whole,
        "assumed": list(found.assumed), "releases": list(told.releases),
        **({} if found.ranged is None else {"draws": request.draws, "seed": request.seed}),
    }  # fmt: skip
    options = json.dumps(asked, sort_keys=True)
    key = sha256("\n".join([found.estimate.method, options, *told.runs]).encode()).hexdigest()[:10]
    identity = f"flows-{request.method}-{request.start}-{request.end}-{key}"
    made = figures(found.estimate, told, found.sexes, None if found.ranged is None else found.ranged.table)
    run = Run(
        id=identity, method=found.estimate.method, options=options, made=now.replace(microsecond=0), code=__version__, inputs=told.runs,
    )  # fmt: skip
    store.put(Batch(run=run, figures=made.figures, lineage=made.lineage, aside=_set_aside(found, told)))
    return identity


def _set_aside(found: Found, told: Release) -> pl.DataFrame:
    """The people left aside as the store keeps such things."""
    summed = left_aside(found).group_by("why", "place", "year").agg(pl.col("people").sum()).sort("why", "place", "year")
    return summed.select(
        source=pl.lit(" + ".join(told.releases)), row=pl.lit(None, dtype=pl.Int64), column=pl.lit("place"),
        found=pl.format("{} {}: {} people", "place", "year", pl.col("people").round(0).cast(pl.Int64)), rule=pl.lit("flows.aside"), why="why",
    ).cast(ASIDE)  # fmt: skip


def kept_rows(
    store: Engine, method: str | None, start: int | None, year: int | None, as_of: date | None = None
) -> tuple[pl.DataFrame, str, str, tuple[int, int]] | None:
    """Rows, run, method and period of the newest kept estimate that fits; null where none is kept.

    Newest is the one of the latest period, among those the one from the newest releases, among those the one made last.
    start, year  the period's first year, any year within it; neither: the newest period
    as_of        only estimates from releases that were known by a day, whenever they were made; null: all
    """
    fitting: list[tuple[int, date, datetime, str, Run, tuple[int, int]]] = []
    for run in store.runs():
        if not run.method.startswith("flows.") or (method is not None and run.method != f"flows.{method}@1"):
            continue
        asked = json.loads(run.options)
        span = (int(asked["start"]), int(asked["end"]))
        if (start is None or span[0] == start) and (year is None or span[0] <= year < span[1]):
            known = _known(store, run.id)
            if known is not None and (as_of is None or known <= as_of):
                fitting.append((span[0], known, run.made, run.id, run, span))
    if not fitting:
        return None
    *_, identity, run, span = max(fitting, key=lambda one: one[:4])
    return store.get(Ask(run=identity)), identity, run.method, span


def _known(store: Engine, run: str) -> date | None:
    """Since when an estimate is known: the day of the newer of its releases, which all its rows bear; null for a run without rows."""
    found: list[date] = store.get(Ask(run=run, rows=(0,))).get_column("known").to_list()
    return max(found, default=None)
