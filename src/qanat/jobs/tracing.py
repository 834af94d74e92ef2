"""Job: how a figure came to be, as one document."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qanat.store import Engine
from qanat.store.trace import Trace
from qanat.store.trace import trace as traced


def trace(cite: str, store: Engine) -> dict[str, Any]:
    """The figure, its run, its documents (and whether their bytes are held here) and, nested, what it was made from.

    Raises AskError for a citation that is none, NothingFound for one this store does not have.
    """
    return {"schema": "qanat.trace/1", **_told(traced(store, cite))}


def _told(found: Trace) -> dict[str, Any]:
    documents = [{**asdict(document), "held": document.sha256 in found.held} for document in found.documents]
    return {
        "cite": found.cite, "figure": found.figure, "run": asdict(found.run), "documents": documents,
        "inputs": [_told(one) for one in found.inputs], "of": found.of,
    }  # fmt: skip
