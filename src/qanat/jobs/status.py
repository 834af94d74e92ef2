"""Job: what the store holds and how fresh it is."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from qanat.sources.known import SOURCES
from qanat.store import Engine

_GRACE: Final = 60  # days a yearly release may be late before it is called overdue


def status(store: Engine, today: date) -> dict[str, Any]:
    """Each source of the store: publisher, newest document, its age in days, the publisher's own rhythm, and whether a
    newer release is due ("fresh", "due", "overdue"; "earlier release" for documents a newer one follows)."""
    documents = store.documents()
    newest = {d.id.split("@")[0]: d.published for d in sorted(documents, key=lambda d: d.published)}
    rows = [
        {
            "source": d.id, "publisher": d.publisher, "title": d.title, "licence": d.licence, "published": d.published.isoformat(),
            "retrieved": d.retrieved.isoformat(), "age_days": (today - d.published).days, "every_days": _every(d.id),
            "state": _state(d.id, d.published, newest, today), "sha256": d.sha256,
        }
        for d in sorted(documents, key=lambda d: (d.id, d.sha256))
    ]  # fmt: skip
    return {"schema": "qanat.status/1", "runs": len(store.runs()), "sources": rows}


def _every(document: str) -> int | None:
    """Days between releases by the source's own record; null for a source this qanat does not know."""
    source = SOURCES.get(document.split("@", maxsplit=1)[0])
    return source.every if source else None


def _state(document: str, published: date, newest: dict[str, date], today: date) -> str:
    if newest[document.split("@", maxsplit=1)[0]] > published:
        return "earlier release"
    every, age = _every(document), (today - published).days
    if every is None or age <= every:
        return "fresh"
    return "due" if age <= every + _GRACE else "overdue"
