"""Job: how a figure came to be, as one document."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from qanat.figures import Document
from qanat.jobs.knowing import require_published
from qanat.sources.known import SOURCES
from qanat.sources.passage import passages
from qanat.store import Engine
from qanat.store.trace import Trace
from qanat.store.trace import trace as traced


def trace(cite: str, store: Engine, as_of: date | None = None) -> dict[str, Any]:
    """The figure, its run, its documents (and whether their bytes are held here) and, nested, what it was made from.

    Raises AskError for a citation that is none, NothingFound for one this store does not have, or that was not known on
    a day (telling since when it is).
    """
    found = traced(store, cite)
    require_published(found.cite, _known(found), as_of)
    return {"schema": "qanat.trace/1", "as_of": as_of.isoformat() if as_of else None, **_told(found, store)}


def _known(found: Trace) -> date:
    """The day the last of a figure's parts became known."""
    own: date = found.figure["known"]
    return max([own, *map(_known, found.inputs)])


def _passages(found: Trace, document: Document, store: Engine) -> list[str]:
    """The records of the document's own bytes that the figure was read from; empty where they are not held here."""
    locator, data = found.figure["locator"], store.bytes_of(document.sha256)
    if found.inputs or locator is None or data is None:
        return []
    return list(passages(data, locator, SOURCES.get(document.series), _said(found.figure)))


def _said(figure: dict[str, Any]) -> dict[str, str]:
    """The cuts of a figure and its unit, by which its record is told from others of the same people."""
    cuts = (part.partition("=") for part in (figure["facet"] or "").split(";"))
    return {"unit": figure["unit"], **{name: word for name, mark, word in cuts if mark}}


def _told(found: Trace, store: Engine) -> dict[str, Any]:
    documents = [
        {**asdict(document), "held": document.sha256 in found.held, "passages": _passages(found, document, store)}
        for document in found.documents
    ]
    return {
        "cite": found.cite, "figure": found.figure, "run": asdict(found.run), "documents": documents,
        "inputs": [_told(one, store) for one in found.inputs], "of": found.of,
    }  # fmt: skip
