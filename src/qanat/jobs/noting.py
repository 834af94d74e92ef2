"""Job: what publishers' notes in the store declare of whose count their figures are."""

from __future__ import annotations

from datetime import date
from typing import Final

from qanat.reconcile.declared import DECLARED, Stated, statements
from qanat.sources.unhcr_reference import FOOTNOTE, footnotes
from qanat.store import Engine

_ID: Final = f"{FOOTNOTE.id}@"


def stated(store: Engine, known_by: date | None = None) -> tuple[Stated, ...]:
    """The house's list and, where UNHCR's footnotes were pulled, what the newest of them (known by a day) declare.

    A footnote that names nobody, two counters or hedges declares nothing (reconcile/declared.py). Raises StoreError where a
    document's bytes are damaged.
    """
    papers = [
        one for one in store.documents() if one.id.startswith(_ID) and (known_by is None or one.published <= known_by)
    ]
    newest = max((one.published for one in papers), default=None)
    found = list(DECLARED)
    for paper in sorted((one for one in papers if one.published == newest), key=lambda one: one.id):
        data = store.bytes_of(paper.sha256)
        if data is not None:
            found += statements(footnotes(data)[0], FOOTNOTE.counter, paper.id)
    return tuple(found)
