"""Job's part: one file read anew, by another mapping or on another day, so that each of its cells says one thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from qanat.store import Ask, Disk

IMPORTED = "import-"  # the names of runs of a person's own files begin so


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What a store holds of the same bytes.

    known     the earliest day taken for their publication where nobody said one; null where they are new
    answering, silent  runs that answer questions, and runs that a later reading replaced
    """

    known: date | None
    answering: tuple[str, ...]
    silent: frozenset[str]


def earlier(store: Disk, sha256: str) -> Earlier:
    """The imports of these bytes that the store holds."""
    found = [(told, answers) for told, answers in store.citing(sha256) if told.run.id.startswith(IMPORTED)]
    days = [one.published for told, _ in found for one in told.documents if one.sha256 == sha256 and one.note]
    return Earlier(
        known=min(days, default=None),
        answering=tuple(told.run.id for told, answers in found if answers),
        silent=frozenset(told.run.id for told, answers in found if not answers),
    )


def replaced(store: Disk, run: str, before: Earlier) -> list[str]:
    """The earlier readings of cells that a run reads too: they stay citable by name and answer no more questions."""
    cells = _cells(store, run)
    gone = [one for one in before.answering if one != run and not cells.isdisjoint(_cells(store, one))]
    store.ledger.supersede(gone)
    return gone


def _cells(store: Disk, run: str) -> frozenset[str]:
    return frozenset(store.get(Ask(run=run)).select(pl.col("locator").drop_nulls()).to_series())
