"""Job: what the store holds and how fresh it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from qanat.jobs.sources import state
from qanat.sources.known import PAST, SOURCES
from qanat.store import Engine, Run


def status(store: Engine, today: date, as_of: date | None = None) -> dict[str, Any]:
    """Each source of the store: publisher, newest document, its age in days, the publisher's own rhythm, and whether a
    newer release is due ("fresh", "due", "overdue"; "earlier release" for documents a newer one follows).

    as_of  as it stood on this day: documents published by then, runs of nothing else, derived runs made by then
    """
    today = min(as_of, today) if as_of else today
    documents = [one for one in store.documents() if one.published <= today or not as_of]
    names = {one.id for one in documents}
    runs = [one for one in store.runs() if not as_of or _then(one, names, as_of)]
    newest = {d.series: d.published for d in sorted(documents, key=lambda d: d.published)}
    rows = [
        {
            "source": d.id, "publisher": d.publisher, "title": d.title, "licence": d.licence, "published": d.published.isoformat(),
            "retrieved": d.retrieved.isoformat(), "age_days": (today - d.published).days, "every_days": _every(d.series),
            "state": _state(d.series, d.published, newest, today), "sha256": d.sha256,
        }
        for d in sorted(documents, key=lambda d: (d.id, d.sha256))
    ]  # fmt: skip
    return {
        "schema": "qanat.status/1",
        "as_of": as_of.isoformat() if as_of else None,
        "runs": len(runs),
        "sources": rows,
    }


def _then(run: Run, documents: set[str], as_of: date) -> bool:
    return set(run.documents) <= documents if run.documents else run.made.date() <= as_of


def _every(series: str) -> int | None:
    """Days between releases by the source's own record; null for a source this qanat does not know."""
    source = SOURCES.get(series)
    return source.every if source else None


def _state(series: str, published: date, newest: dict[str, date], today: date) -> str:
    if newest[series] > published or series in PAST:
        return "earlier release"
    every = _every(series)
    return "fresh" if every is None else state(every, published, today)
