"""The facts about a source and what reading one of its documents gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Protocol

import polars as pl

from qanat.figures import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A published table: whose it is, on what terms it may travel, how often it is renewed, what its cells must be.

    columns   what the table must have; `optional` what it may have; anything else is a fault
    counts    columns of whole numbers, zero or more; `decimals` of numbers, zero or more; `signed` of any number
    codes     columns of ISO 3166 alpha-3 codes; `aliases` the publisher's own codes for them
    words     columns of a closed list of words, with the list
    renamed   the publisher's other names for columns, as in UNHCR's CSV files
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
    year: str = "year"
    counts: tuple[str, ...] = ()
    decimals: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every column of numbers, the year first."""
        return (self.year, *self.counts, *self.decimals, *self.signed)

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


class Read(Protocol):
    """An adapter: one document's bytes to figures. Countries outside `places` are faults; null leaves them unchecked."""

    def __call__(self, data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
        """Raises SourceError for bytes that are not this table, FigureError with every cell that is wrong."""
        ...
