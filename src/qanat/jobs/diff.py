"""Job: what was revised between two days: the same figures as known then and as known later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.figures import Stage
from qanat.jobs.show import group_code
from qanat.reconcile.breaks import recorded_revisions
from qanat.reconcile.newest import newest
from qanat.reconcile.revisions import largest, revisions, summed
from qanat.store import Ask, Engine

MOST: Final = 50  # revisions listed one by one


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
    """Counts a group, counter and year (`by_year`), and the largest revisions one by one (`revisions`, at most MOST).

    A figure is `revised` where a release published between the two days says something else of the same period,
    `new` where only the later day knows it; `recorded` are the revisions by more than 5 % (ln). Vintages are never overwritten: both values stay citable as run:row.
    Raises AskError for days in the wrong order or an unknown word, NothingFound where nothing was known by the later day.
    """
    if request.first >= request.last:
        raise AskError(f"--from {request.first} is not before --to {request.last}; give the earlier day first")
    found = _compared(request, store)
    listed = largest(found, MOST)
    counts = {kind: int((found.get_column("kind") == kind).sum()) for kind in ("revised", "new", "same")}
    return {
        "schema": "qanat.diff/1", "from": request.first.isoformat(), "to": request.last.isoformat(), "country": request.country and places().find(request.country).code,
        "group": request.group and group_code(request.group), **counts, "recorded": recorded_revisions(found).height,
        "by_year": [row for row in summed(found).drop("gone").iter_rows(named=True) if row["revised"] or row["new"]],
        "revisions": [_told(row) for row in listed.iter_rows(named=True)],
    }  # fmt: skip


def _compared(request: DiffRequest, store: Engine) -> pl.DataFrame:
    ask = Ask(
        stage=Stage.PUBLISHED, about=places().find(request.country).code if request.country else None, counter=request.counter,
        groups=(group_code(request.group),) if request.group else (), known_by=request.last, undivided=not request.divided,
    )  # fmt: skip
    figures = store.get(ask)
    if figures.is_empty():
        raise NothingFound(f"nothing that fits was known by {request.last}; `qanat status` shows what is here")
    return revisions(newest(figures, request.first), newest(figures, request.last))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """A revision with the citations of both sides."""
    plain = ("group", "measure", "unit", "origin", "place", "counter", "sex", "age_from", "age_to", "facet", "before", "after", "change", "log_change")  # fmt: skip
    return {
        **{name: row[name] for name in plain}, "start": row["start"].isoformat(), "end": row["end"].isoformat(),
        "known_before": row["known_before"].isoformat(), "known_after": row["known_after"].isoformat(),
        "cite_before": f"{row['run_before']}:{row['row_before']}", "cite_after": f"{row['run_after']}:{row['row_after']}",
    }  # fmt: skip
