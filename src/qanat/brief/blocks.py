"""What a brief is made of: blocks any renderer can set, HTML or print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from qanat.brief.charts import Chart
from qanat.brief.numbers import Number, Row
from qanat.brief.prose import Sentence
from qanat.figures import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """One of the four large numbers: the number, what it counts, and its range where sources differ."""

    number: Number
    label: Sentence
    range: Sentence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table: text, or a number with its figure; both null where nobody counted."""

    text: str | None = None
    number: Number | None = None
    bounds: str | None = None  # "3-5" for a rounded small count


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The table twin of a chart: the same figures, readable without seeing."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: Sentence | None = None  # what the table does not show, and where it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with its caption, its sources, its table twin and, where it needs some, a paragraph of its own."""

    name: str  # map, trend, pyramid-abroad, ...
    title: str
    subtitle: str
    chart: Chart
    small: Chart | None  # the same for a narrow screen; null = the wide one serves both
    table: Table
    sources: tuple[str, ...]  # document ids
    notes: tuple[str, ...] = ()
    told: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part with a heading, a few sentences and figures or tables."""

    name: str
    title: str
    sentences: tuple[Sentence, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Figures of a document that may not be passed on: left out of a brief that may be, used in one that may not."""

    source: str
    licence: str
    figures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What an agency said of a figure that a brief may cite: endorse, dispute, supersede.

    about  the figure as a line of its own (place and date told);  cites: its citation and those of the figures made from it
    own    the figure it counts instead; null where it endorses, or that figure may not be told
    """

    says: str
    agency: str
    about: Row
    cites: frozenset[str]
    own: Row | None
    made: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a policy finds of a figure: it is official, or who has not endorsed it yet."""

    policy: str
    rule: str
    met: bool
    about: Row
    cites: frozenset[str]
    missing: tuple[tuple[int, tuple[str, ...]], ...]  # of these agencies so many


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A whole brief, every number of it cited; the same value becomes HTML, print, JSON and CSV."""

    country: str
    name: str
    language: str
    right_to_left: bool
    reference: date
    as_of: date | None
    made: datetime
    run: str  # the picture's run
    code: str
    kicker: str
    headline: Sentence
    lede: tuple[Sentence, ...]
    keys: tuple[KeyFigure, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    disclaimers: tuple[str, ...]
    documents: tuple[Document, ...]  # in the order of their reference marks
    internal: bool = False  # not to be passed on
    bound: tuple[Bound, ...] = ()

    def mark(self, source: str) -> int:
        """The reference mark of a document, from 1."""
        return next(place for place, document in enumerate(self.documents, 1) if document.id == source)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Every number printed, in reading order."""
        spoken = [
            self.headline,
            *self.lede,
            *(key.label for key in self.keys),
            *(key.range for key in self.keys if key.range),
        ]
        spoken += [sentence for section in self.sections for sentence in section.sentences]
        spoken += [sentence for section in self.sections for figure in section.figures for sentence in figure.told]
        tables = [figure.table for section in self.sections for figure in section.figures]
        tables += [table for section in self.sections for table in section.tables]
        cells = [cell.number for table in tables for row in table.rows for cell in row if cell.number is not None]
        left_out = [number for table in tables if table.left_out for number in table.left_out.numbers]
        return (*(key.number for key in self.keys), *(n for s in spoken for n in s.numbers), *cells, *left_out)
