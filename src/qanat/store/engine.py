"""The seam: a handful of verbs and one question. Nothing of an engine is visible above this line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol

import polars as pl

from qanat.figures import Document, Stage
from qanat.register.statements import Statement

# records that were set aside when a run was read: the figures' `source`, the record's number in it (from 1), its wrong
# cell, the rule it broke and a sentence
ASIDE: Final = pl.Schema(
    {
        "source": pl.String(), "row": pl.Int64(), "column": pl.String(), "found": pl.String(), "rule": pl.String(), "why": pl.String(),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution that made figures: what with, from which earlier runs. Never changed once kept."""

    id: str
    method: str  # published, or a method's id@version
    options: str  # JSON, sorted keys
    made: datetime  # UTC, second
    code: str  # version of qanat
    inputs: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()  # ids of figures.Document
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one run adds: its figures, the documents they cite and, where at hand, the documents' bytes by sha256."""

    run: Run
    figures: pl.DataFrame
    documents: tuple[Document, ...] = ()
    sources: tuple[bytes, ...] = ()
    lineage: pl.DataFrame | None = None  # methods.LINEAGE; row = position in `figures`, renumbered when kept
    aside: pl.DataFrame | None = None  # ASIDE; null or empty = nothing was set aside


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The one question: command line, query string and Python keywords all become this. Null = any."""

    stage: Stage | None = None
    measure: str | None = None
    groups: tuple[str, ...] = ()
    origin: str | None = None
    place: str | None = None  # exactly this place
    pcodes: tuple[str, ...] = ()  # p-codes with one of these prefixes before their first digit ("SD", "SDN")
    about: str | None = None  # origin or place is this country
    counter: str | None = None
    source: str | None = None
    run: str | None = None
    rows: tuple[int, ...] = ()  # places in the run
    since: date | None = None  # end >= since
    until: date | None = None  # end <= until
    known_by: date | None = None
    undivided: bool = False  # only sex = all, all ages, no facet
    uncut: bool = False  # no facet; sexes and ages stay


class Engine(Protocol):
    """Append-only keeping of figures, of the runs that made them and of the documents they cite."""

    def put(self, batch: Batch) -> Run:
        """Keep a batch whole or not at all; a run already kept is left alone and given back."""
        ...

    def prepare(self, batch: Batch) -> Callable[[], Run]:
        """A batch checked and made ready, in little memory; calling what is given keeps it. Several large batches are
        made ready one after the other and then kept together, or none of them."""
        ...

    def get(self, ask: Ask) -> pl.DataFrame:
        """Figures with figures.SCHEMA in the house's order; empty where nothing fits."""
        ...

    def runs(self) -> list[Run]:
        """All runs by id."""
        ...

    def standing(self) -> frozenset[str]:
        """The ids of the runs that answer questions; a superseded one answers where it is asked for by name only."""
        ...

    def supersede(self, runs: list[str]) -> None:
        """Let these runs answer only where they are asked for by name, for ever: their figures stay citable."""
        ...

    def documents(self) -> list[Document]:
        """All documents by id."""
        ...

    def lineage(self, run: str) -> pl.DataFrame:
        """The figures each row of a run was made from (methods.LINEAGE); empty for published runs."""
        ...

    def held(self) -> pl.DataFrame:
        """What is held of each document that figures cite: source, figures (how many), newest (the last day any of
        them speaks of, projections beyond the day of publication left out). Superseded runs are not counted."""
        ...

    def aside(self, run: str) -> pl.DataFrame:
        """The records set aside when a run was read (ASIDE), in their order; empty where none were."""
        ...

    def attested(self, entry: bytes, cites: Iterable[str]) -> dict[str, Any] | None:
        """What lets anyone check a document offline (verify.brief): `entry`, put into the log once, a checkpoint, a proof of
        every figure it cites and the statements about them; null where no register is kept."""
        ...

    def statements(self) -> list[Statement]:
        """What agencies said of figures, in the order it was taken in; empty where no register is kept."""
        ...

    def bytes_of(self, sha256: str) -> bytes | None:
        """A document's bytes, their digest checked; null where the store was never given them."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...
