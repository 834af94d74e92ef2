"""Job's part: one file read anew, by another mapping or on another day, so that each of its cells says one thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from qanat.store import Disk
from qanat.store.seal import Manifest, opened

IMPORTED = "import-"  # the names of runs of a person's own files begin so


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What a store holds of the same bytes.

    known     the earliest day taken for their publication where nobody said one; null where they are new
    answering  the runs that answer questions, with the digests of their figures
    """

    known: date | None
    answering: dict[str, str]


def earlier(store: Disk, sha256: str) -> Earlier:
    """The imports of these bytes that the store holds."""
    found = [(_manifest(store, name), answers) for name, answers in store.ledger.citing(sha256).items()]
    own = sorted(
        ((told, answers) for told, answers in found if told.run.id.startswith(IMPORTED)), key=lambda one: one[0].run.id
    )
    days = [one.published for told, _ in own for one in told.documents if one.sha256 == sha256 and one.note]
    return Earlier(
        known=min(days, default=None),
        answering={told.run.id: told.figures for told, answers in own if answers},
    )


def replaced(store: Disk, run: str, figures: pl.DataFrame, before: Earlier) -> list[str]:
    """The earlier readings of cells that a run's figures read too: they stay citable and answer no more questions."""
    others = {one: file for one, file in before.answering.items() if one != run}
    if not others:
        return []
    cells = _cells(figures)
    gone = [one for one, file in others.items() if not cells.isdisjoint(_cells(_read(store, file)))]
    store.supersede(gone)
    return gone


def _manifest(store: Disk, name: str) -> Manifest:
    return opened(store.record.checked(name).read_bytes())


def _read(store: Disk, file: str) -> pl.DataFrame:
    return pl.read_parquet(store.record.checked(file), columns=["locator"])


def _cells(figures: pl.DataFrame) -> frozenset[str]:
    return frozenset(figures.get_column("locator").drop_nulls())
