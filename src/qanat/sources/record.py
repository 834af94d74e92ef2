"""The facts about a source and what reading one of its documents gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

import polars as pl

from qanat.figures import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A published table: whose it is, on what terms it may travel, how often it is renewed.

    columns  what the table must have; `optional` what it may have
    """

    id: str
    counter: str
    publisher: str
    title: str
    licence: str
    credit: str
    url: str
    terms: str
    every: int  # days between releases, as the publisher states them
    columns: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    def document(self, data: bytes, published: date, retrieved: date, note: str | None = None) -> Document:
        """The document these bytes are; its id names the source and the release."""
        return Document(
            id=f"{self.id}@{published}", publisher=self.publisher, title=self.title, url=self.url, licence=self.licence,
            citation=self.credit, published=published, retrieved=retrieved, sha256=sha256(data).hexdigest(), size=len(data),
            note=note,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Figures read from one document, and an account of every cell that did not become one.

    figures          figures.SCHEMA's columns, run and row null
    rows             records in the document
    empty            cells without a number ("-", null): not counted; kept as rows without a value where asked
    not_broken_down  zero cells of demographic rows that publish a total only: no figures at all
    """

    figures: pl.DataFrame
    rows: int
    empty: int = 0
    not_broken_down: int = 0
    notes: tuple[str, ...] = field(default=())


Read = Callable[[pl.DataFrame, Document], Reading]
