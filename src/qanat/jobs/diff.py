"""Job: what was revised between two days and what changed: the same period told otherwise, and a newer period told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.figures import F, Stage
from qanat.jobs.knowing import told_first
from qanat.jobs.show import group_code
from qanat.reconcile.breaks import recorded_revisions
from qanat.reconcile.movements import SERIES, movements
from qanat.reconcile.newest import newest
from qanat.reconcile.revisions import largest, revisions, summed
from qanat.reconcile.totals import View, totals
from qanat.store import Ask, Engine

MOST: Final = 50  # revisions and movements listed one by one
_OF_INPUTS: Final = ("releases", "assumed")  # options of a run that tell what it was made from, not what was asked
_VIEWS: Final[tuple[View, ...]] = ("inside", "origin", "host")


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
    """Counts a group, counter and year (`by_year`), the largest revisions one by one (`revisions`, at most MOST), and what
    lies between the newest figure of a series then and now (`movements`, at most MOST, the largest first).

    A figure is `revised` where a release published between the two days says something else of the same period,
    `new` where only the later day knows it; `recorded` are the revisions by more than 5 % (ln). A movement is told in two
    parts that never mix: `revision` (of the period that was the newest then) and `change` (from that period, as told now,
    to the newest now); of a country they are its totals by view, else single figures; of estimates none is told. Vintages
    are never overwritten: both values stay citable as run:row.
    Raises AskError for days in the wrong order or an unknown word, NothingFound where nothing was known by the later day.
    """
    if request.first >= request.last:
        raise AskError(f"--from {request.first} is not before --to {request.last}; give the earlier day first")
    sides = _sides(request, store)
    parts = [revisions(one.before, one.after).with_columns(method=pl.lit(one.method)) for one in sides]
    found = pl.concat(parts)
    listed = largest(found, MOST)
    counts = {kind: int((found.get_column("kind") == kind).sum()) for kind in ("revised", "new", "same")}
    years = pl.concat(summed(part).with_columns(method=pl.lit(part.item(0, "method"))) for part in parts)
    return {
        "schema": "qanat.diff/1", "from": request.first.isoformat(), "to": request.last.isoformat(), "country": request.country and places().find(request.country).code,
        "group": request.group and group_code(request.group), "stage": request.stage.value, **counts, "recorded": recorded_revisions(found).height,
        "by_year": [row for row in years.drop("gone").iter_rows(named=True) if row["revised"] or row["new"]],
        "revisions": [_told(row) for row in listed.iter_rows(named=True)],
        "movements": _movements(request, sides),
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """What was known on the first day, and on the last, of figures made by one method."""

    method: str
    before: pl.DataFrame
    after: pl.DataFrame


def _sides(request: DiffRequest, store: Engine) -> list[_Sides]:
    """Published figures as one; estimates by their method and its options."""
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
        came = told_first(ask, store)
        raise NothingFound(
            f"nothing that fits was known by {request.last}{came}; `qanat status` shows what is here{more}"
        )
    return [
        _Sides(
            method="published" if published else str(part.item(0, "method")),
            before=newest(part, request.first), after=newest(part, request.last),
        )
        for part in ([figures] if published else _alike(figures, store))
    ]  # fmt: skip


def _alike(figures: pl.DataFrame, store: Engine) -> list[pl.DataFrame]:
    """The figures parted by what was asked of the runs that made them: only estimates made alike can be revisions."""
    asked = {run.id: (run.method, _asked(run.options)) for run in store.runs()}
    keys = sorted(set(asked.values()))
    part = F.run.replace_strict({run: keys.index(key) for run, key in asked.items()}, return_dtype=pl.Int64)
    return figures.with_columns(_part=part).sort("_part", maintain_order=True).partition_by("_part", include_key=False)


def _asked(options: str) -> str:
    told: dict[str, Any] = json.loads(options)
    return json.dumps({name: value for name, value in told.items() if name not in _OF_INPUTS}, sort_keys=True)


def _movements(request: DiffRequest, sides: list[_Sides]) -> list[dict[str, Any]]:
    """The largest movements of published figures; what stayed as it was is left out."""
    if request.stage is not Stage.PUBLISHED:
        return []
    before, after = sides[0].before, sides[0].after
    if request.country is None:
        found = movements(before, after).with_columns(view=pl.lit(None, dtype=pl.String))
    else:
        code = places().find(request.country).code
        views = [(view, totals(before, code, view), totals(after, code, view)) for view in _VIEWS]
        found = pl.concat([movements(then, now).with_columns(view=pl.lit(view)) for view, then, now in views])
    size = pl.max_horizontal(pl.col("revision").abs(), pl.col("change").abs())
    moved = found.filter((size > 0) | pl.col("end_then").ne_missing(pl.col("end_now")))
    largest_first = moved.sort(size, *SERIES, descending=[True, *([False] * len(SERIES))], nulls_last=True)
    return [_moved(row) for row in largest_first.head(MOST).iter_rows(named=True)]


def _moved(row: dict[str, Any]) -> dict[str, Any]:
    ends = {name: row[name] and row[name].isoformat() for name in ("end_then", "end_now")}
    return {name: row[name] for name in ("view", *SERIES, "then", "revision", "change", "now")} | ends


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A revision with the citations of both sides."""
    plain = ("group", "measure", "unit", "origin", "place", "counter", "sex", "age_from", "age_to", "facet", "before", "after", "change", "log_change", "method")  # fmt: skip
    return {
        **{name: row[name] for name in plain}, "start": row["start"].isoformat(), "end": row["end"].isoformat(),
        "known_before": row["known_before"].isoformat(), "known_after": row["known_after"].isoformat(),
        "cite_before": f"{row['run_before']}:{row['row_before']}", "cite_after": f"{row['run_after']}:{row['row_after']}",
    }  # fmt: skip
