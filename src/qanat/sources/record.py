"""The facts about a source and what reading one of its documents gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Final, Literal, Protocol

import polars as pl

from qanat.figures import Document
from qanat.sources.request import Key, Question, Request

REJECTED: Final = pl.Schema(
    {"row": pl.Int64(), "column": pl.String(), "found": pl.String(), "rule": pl.String(), "why": pl.String()}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A published table: whose it is, on what terms it may travel, how often it is renewed, what its cells must be.

    year      the column of the year; empty for a table that has none
    columns   what the table must have; `optional` what it may have; anything else is a fault
    counts    columns of whole numbers, zero or more; `decimals` of numbers, zero or more; `signed` of any number
    codes     columns of ISO 3166 alpha-3 codes; `aliases` the publisher's own codes for them
    words     columns of a closed list of words, with the list
    renamed   the publisher's other names for columns, as in UNHCR's CSV files
    keys      secrets its service wants; empty for an open one
    needs     what a question must name, since the service answers nothing else
    parts     what its service calls a part that a question may name, with an example; empty: it has none
    hosts     further hosts its answers come from, beside that of `url`
    service   whether it can be pulled; false for tables that come as files only (`qanat pull --from FILE`)
    caution   what a reader must know before using the figures
    key       the columns whose values, joined by "/", begin a locator: the record is found again by them (an empty name: a
              part that is no column); no columns where
              locators are pointers or row numbers
    cuts      by the words of a figure's facet (and "at", the place a locator names, and "unit"), the columns a record tells
              them in: records of one key are told apart by them
    dated     where an answer says when it was published: a JSON pointer ("/last_updated"); null where it does not
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
    keys: tuple[Key, ...] = ()
    needs: tuple[Literal["country", "part", "country-or-part"], ...] = ()
    parts: str = ""
    hosts: tuple[str, ...] = ()
    service: bool = True
    caution: str | None = None
    dated: str | None = None
    key: tuple[str, ...] = ()
    cuts: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every column of numbers, the year first where the table has one."""
        return (*((self.year,) if self.year else ()), *self.counts, *self.decimals, *self.signed)

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
    rejected         REJECTED's columns, one row a fault: records set aside, counted from 1, with the rule they broke
    superseded       records that a newer or preferred record of the same document replaces (an older round, an event's
                     earlier version): they are no figures
    """

    figures: pl.DataFrame
    rows: int
    empty: int = 0
    not_broken_down: int = 0
    notes: tuple[str, ...] = field(default=())
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTED))
    superseded: int = 0

    @property
    def accepted(self) -> int:
        """Records that were read: rows = accepted + rejected + superseded, always."""
        return self.rows - self.set_aside - self.superseded

    @property
    def set_aside(self) -> int:
        """Records that were set aside; one may have several faults."""
        return self.rejected.get_column("row").n_unique()


class Read(Protocol):
    """An adapter: one document's bytes to figures. Countries outside `places` are faults; null leaves them unchecked."""

    def __call__(self, data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
        """Raises SourceError for bytes that are not this table, FigureError with every cell that is wrong."""
        ...


class ReadMany(Protocol):
    """Several documents of one source at once, which may be quicker: the same readings as one after the other."""

    def __call__(
        self, pages: Sequence[tuple[bytes, Document]], *, places: frozenset[str] | None = None
    ) -> list[Reading]:
        """Raises what the adapter raises for the first that cannot be read."""
        ...


def published_in(data: bytes, source: Source) -> date | None:
    """The day an answer says it was published, of several joined pages the first; null where the source's answers do not
    say, or this one does not."""
    if source.dated is None:
        return None
    try:
        found: Any = json.loads(data)
        found = found[0] if data.lstrip()[:1] == b"[" else found
        for part in source.dated.strip("/").split("/"):
            found = found[int(part) if part.isdigit() else part]
        return date.fromisoformat(str(found)[:10])
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return None


def one_page(_asked: Request, _answer: bytes) -> Request | None:
    """Nothing follows: the service gives its whole answer at once."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """How a source is asked and read: its facts and three pure functions over bytes.

    ask        the first page of every request a question needs; raises AskError for a question it cannot put
    following  the request for the page after an answer; null after the last
    read       one answer to figures
    many       reads several documents at once; null: each is read by itself
    together   the pages of a request are read as one document (pages.joined): figures count over all of them
    until_short  pages go on until one is not full, so that the last may be empty
    """

    source: Source
    read: Read
    ask: Callable[[Source, Question], list[Request]]
    following: Callable[[Request, bytes], Request | None] = one_page
    together: bool = False
    many: ReadMany | None = None
    until_short: bool = False
