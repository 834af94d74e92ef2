"""Job: what was revised between two days and what changed: the same period told otherwise, and a newer period told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.figures import Stage
from qanat.jobs.knowing import told_first
from qanat.jobs.show import group_code
from qanat.reconcile.movements import SERIES, movements
from qanat.reconcile.newest import newest
from qanat.reconcile.revisions import largest, revisions, summed
from qanat.reconcile.totals import View, totals
from qanat.store import Ask, Engine

MOST: Final = 50  # revisions and movements listed one by one
_VIEWS: Final[tuple[View, ...]] = ("inside", "origin", "host")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffRequest:
    """Between which two days; of which country, group and counter (null: all); by sex, age and finer cuts too or not."""

    first: date
    last: date
    country: str | None = None
    group: str | None = None
    counter: str | None = None
    divided: bool = False


def diff(request: DiffRequest, store: Engine) -> dict[str, Any]:
    """Counts a group, counter and year (`by_year`), the largest revisions one by one (`revisions`, at most MOST), and what
    lies between the newest figure of a series then and now (`movements`, at most MOST, the largest first).

    A figure is `revised` where a release published between the two days says something else of the same period,
    `new` where only the later day knows it. A movement is told in two parts that never mix: `revision` (of the period that
    was the newest then) and `change` (from that period, as told now, to the newest now); of a country they are its totals
    by view, else single figures. Vintages are never overwritten: both values stay citable as run:row.
    Raises AskError for days in the wrong order or an unknown word, NothingFound where nothing was known by the later day.
    """
    if request.first >= request.last:
        raise AskError(f"--from {request.first} is not before --to {request.last}; give the earlier day first")
    before, after = _sides(request, store)
    found = revisions(before, after)
    listed = largest(found, MOST)
    counts = {kind: int((found.get_column("kind") == kind).sum()) for kind in ("revised", "new", "same")}
    return {
        "schema": "qanat.diff/1", "from": request.first.isoformat(), "to": request.last.isoformat(), "country": request.country and places().find(request.country).code,
        "group": request.group and group_code(request.group), **counts,
        "by_year": [row for row in summed(found).drop("gone").iter_rows(named=True) if row["revised"] or row["new"]],
        "revisions": [_told(row) for row in listed.iter_rows(named=True)],
        "movements": [_moved(row) for row in _movements(request, before, after).iter_rows(named=True)],
    }  # fmt: skip


def _sides(request: DiffRequest, store: Engine) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What was known on the first day, and on the last."""
    ask = Ask(
        stage=Stage.PUBLISHED, about=places().find(request.country).code if request.country else None, counter=request.counter,
        groups=(group_code(request.group),) if request.group else (), known_by=request.last, undivided=not request.divided,
    )  # fmt: skip
    figures = store.get(ask)
    if figures.is_empty():
        came = told_first(ask, store)
        raise NothingFound(f"nothing that fits was known by {request.last}{came}; `qanat status` shows what is here")
    return newest(figures, request.first), newest(figures, request.last)


def _movements(request: DiffRequest, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The largest movements; what stayed as it was is left out."""
    if request.country is None:
        found = movements(before, after).with_columns(view=pl.lit(None, dtype=pl.String))
    else:
        code = places().find(request.country).code
        sides = [(view, totals(before, code, view), totals(after, code, view)) for view in _VIEWS]
        found = pl.concat([movements(then, now).with_columns(view=pl.lit(view)) for view, then, now in sides])
    size = pl.max_horizontal(pl.col("revision").abs(), pl.col("change").abs())
    moved = found.filter((size > 0) | pl.col("end_then").ne_missing(pl.col("end_now")))
    return moved.sort(size, *SERIES, descending=[True, *([False] * len(SERIES))], nulls_last=True).head(MOST)


def _moved(row: dict[str, Any]) -> dict[str, Any]:
    ends = {name: row[name] and row[name].isoformat() for name in ("end_then", "end_now")}
    return {name: row[name] for name in ("view", *SERIES, "then", "revision", "change", "now")} | ends


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A revision with the citations of both sides."""
    plain = ("group", "measure", "unit", "origin", "place", "counter", "sex", "age_from", "age_to", "facet", "before", "after", "change", "log_change")  # fmt: skip
    return {
        **{name: row[name] for name in plain}, "start": row["start"].isoformat(), "end": row["end"].isoformat(),
        "known_before": row["known_before"].isoformat(), "known_after": row["known_after"].isoformat(),
        "cite_before": f"{row['run_before']}:{row['row_before']}", "cite_after": f"{row['run_after']}:{row['row_after']}",
    }  # fmt: skip
