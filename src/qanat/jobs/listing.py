"""Job: what the newest answers of a source list: HDX's data sets, ReliefWeb's reports, appeals with their numbers, notes."""

from __future__ import annotations

from typing import Any

from qanat.errors import AskError, NothingFound
from qanat.figures import Document
from qanat.sources.known import chosen
from qanat.sources.listing import LISTS
from qanat.store import Engine


def listed(source: str, store: Engine, about: str | None = None) -> dict[str, Any]:
    """The rows, in the publisher's order, and the day the newest answers were asked for.

    about  only rows that have this text in a cell of theirs, whatever its case
    Raises AskError for a source that lists nothing, NothingFound where nothing of it is held or no row is about that.
    """
    fits = [adapter.source for adapter in chosen(source) if adapter.source.id in LISTS]
    if len(fits) != 1:
        raise AskError(f"{source} names no one list; there are {', '.join(LISTS)}")
    asked = fits[0]
    documents = _newest(asked.id, store)
    rows = [row for one in documents for row in _rows(asked.id, one, store)]
    found = [row for row in rows if about is None or about.lower() in _words(row)]
    if not found:
        need = "".join(f" --{way.split('-or-')[0]} ..." for way in asked.needs)
        hint = (
            f"no row of {len(rows)} is about {about!r}"
            if rows
            else f"nothing is held; ask for it: qanat pull {asked.id}{need}"
        )
        raise NothingFound(f"{asked.id}: {hint}")
    return {
        "schema": "qanat.listed/1", "source": asked.id, "retrieved": max(one.retrieved for one in documents).isoformat(),
        "documents": [one.id for one in documents], "of": len(rows), "rows": found,
    }  # fmt: skip


def _newest(source: str, store: Engine) -> list[Document]:
    """The documents of the last pull of a source, as its pages came; none where it was never pulled."""
    runs = [run for run in store.runs() if run.id.startswith(f"pull-{source}-")]
    last = max((run.made for run in runs), default=None)
    named = [name for run in runs if run.made == last for name in run.documents]
    held = {one.id: one for one in store.documents()}
    return [held[name] for name in dict.fromkeys(named)]


def _rows(source: str, document: Document, store: Engine) -> list[dict[str, Any]]:
    data = store.bytes_of(document.sha256)
    return [] if data is None else LISTS[source](data, document.retrieved)


def _words(row: dict[str, Any]) -> str:
    return " ".join(str(cell) for cell in row.values()).lower()
