"""Job: what was revised between two days: the same figures as known then and as known later."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.figures import F, Stage
from qanat.jobs.show import group_code
from qanat.reconcile.newest import newest
from qanat.reconcile.revisions import largest, revisions, summed
from qanat.store import Ask, Engine

MOST: Final = 50  # revisions listed one by one
_OF_INPUTS: Final = ("releases", "assumed")  # options of a run that tell what it was made from, not what was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffRequest:
    """Between which two days; of which country, group and counter (null: all); by sex, age and finer cuts too or not.

    stage  published figures, or those estimated from them: what a new release of inputs changes
    """

    first: date
    last: date
    country: str | None = None
    group: str | None = None
    counter: str | None = None
    divided: bool = False
    stage: Stage = Stage.PUBLISHED


def diff(request: DiffRequest, store: Engine) -> dict[str, Any]:
    """Counts a group, counter and year (`by_year`), and the largest revisions one by one (`revisions`, at most MOST).

    A figure is `revised` where a release published between the two days says something else of the same period,
    `new` where only the later day knows it. Vintages are never overwritten: both values stay citable as run:row.
    Raises AskError for days in the wrong order or an unknown word, NothingFound where nothing was known by the later day.
    """
    if request.first >= request.last:
        raise AskError(f"--from {request.first} is not before --to {request.last}; give the earlier day first")
    parts = _compared(request, store)
    found = pl.concat(parts)
    listed = largest(found, MOST)
    counts = {kind: int((found.get_column("kind") == kind).sum()) for kind in ("revised", "new", "same")}
    years = pl.concat(summed(part).with_columns(method=pl.lit(part.item(0, "method"))) for part in parts)
    return {
        "schema": "qanat.diff/1", "from": request.first.isoformat(), "to": request.last.isoformat(), "country": request.country and places().find(request.country).code,
        "group": request.group and group_code(request.group), "stage": request.stage.value, **counts,
        "by_year": [row for row in years.drop("gone").iter_rows(named=True) if row["revised"] or row["new"]],
        "revisions": [_told(row) for row in listed.iter_rows(named=True)],
    }  # fmt: skip


def _compared(request: DiffRequest, store: Engine) -> list[pl.DataFrame]:
    """Revisions with their method: one table for published figures, one for each method and its options for others."""
    published = request.stage is Stage.PUBLISHED
    ask = Ask(
        stage=request.stage, about=places().find(request.country).code if request.country else None, counter=request.counter,
        groups=(group_code(request.group),) if request.group else (), known_by=request.last, undivided=published and not request.divided,
    )  # fmt: skip
    figures = store.get(ask)
    if not published and not request.divided:
        figures = figures.filter((F.sex == "all") & (F.facet.is_null() | ~F.facet.str.contains("kind=")))
    if figures.is_empty():
        more = "" if published else "; `qanat flows estimate --keep` keeps estimates"
        raise NothingFound(f"nothing that fits was known by {request.last}; `qanat status` shows what is here{more}")
    return [
        revisions(newest(part, request.first), newest(part, request.last)).with_columns(
            method=pl.lit("published" if published else str(part.item(0, "method")))
        )
        for part in ([figures] if published else _alike(figures, store))
    ]


def _alike(figures: pl.DataFrame, store: Engine) -> list[pl.DataFrame]:
    """The figures parted by what was asked of the runs that made them: only estimates made alike can be revisions."""
    asked = {run.id: (run.method, _asked(run.options)) for run in store.runs()}
    keys = sorted(set(asked.values()))
    part = F.run.replace_strict({run: keys.index(key) for run, key in asked.items()}, return_dtype=pl.Int64)
    return figures.with_columns(_part=part).sort("_part", maintain_order=True).partition_by("_part", include_key=False)


def _asked(options: str) -> str:
    told: dict[str, Any] = json.loads(options)
    return json.dumps({name: value for name, value in told.items() if name not in _OF_INPUTS}, sort_keys=True)


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A revision with the citations of both sides."""
    plain = ("group", "measure", "unit", "origin", "place", "counter", "sex", "age_from", "age_to", "facet", "before", "after", "change", "log_change", "method")  # fmt: skip
    return {
        **{name: row[name] for name in plain}, "start": row["start"].isoformat(), "end": row["end"].isoformat(),
        "known_before": row["known_before"].isoformat(), "known_after": row["known_after"].isoformat(),
        "cite_before": f"{row['run_before']}:{row['row_before']}", "cite_after": f"{row['run_after']}:{row['row_after']}",
    }  # fmt: skip
