"""Records of a service's JSON answer as a table of texts, each with the pointer that leads back to it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, cast

import polars as pl

from qanat.errors import FigureError, NoRecords, SourceError
from qanat.figures.words import nearest
from qanat.sources.begin import begin
from qanat.sources.cells import SUMMED
from qanat.sources.heading import listed as named
from qanat.sources.locators import pointers
from qanat.sources.long_answers import by_column, first_fields
from qanat.sources.pages import envelope
from qanat.sources.record import REJECTED, Source
from qanat.sources.weight import require_narrow, require_short, require_table

QUICK: Final = 8_000_000  # bytes from which an answer is read by column


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an answer holds.

    records  the source's columns and optional ones as text (null where not sent), `row` from 1, `at` its JSON pointer
    unread   fields that were sent beside them
    """

    records: pl.DataFrame
    unread: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence that names the unread fields, where there are any."""
        return (f"fields that are not read: {named(list(self.unread))}",) if self.unread else ()


def told(
    data: bytes,
    source: Source,
    path: tuple[str, ...] = (),
    *,
    wanted: tuple[str, ...] | None = None,
    quick: int = QUICK,
) -> Told:
    """The records of the list that `path` leads to.

    wanted  the optional columns that are needed, the others stay null; null: all of them
    quick   bytes from which an answer is read by column, which gives the same
    Texts are stripped; numbers, texts of numbers and blanks of one column read alike. Raises SourceError for an answer
    that is empty, a web page, cut off, enveloped in another way, without records, or lacks a column of the source.
    """
    _is_json(data, source)
    columns = (*source.columns, *(source.optional if wanted is None else wanted))
    if len(data) > quick:
        require_table(data.count(b"{"), len(columns), source.id)
    frame = by_column(data, columns, path) if len(data) > quick else None
    known = (*source.columns, *source.optional)
    unread = () if path else tuple(name for name in first_fields(data) if name not in known)
    # a column nobody filled may be one that was renamed, which only a look at every record can tell
    if frame is None or any(frame.get_column(name).is_null().all() for name in source.columns):
        records = listed(envelope(data, source.id), source, path)
        unread = _same_fields(records, source)
        require_table(len(records), len(columns), source.id)
        cells = {name: [text(record.get(name)) for record in records] for name in columns}
        frame = pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String()))
    require_short(frame, source.id)
    return Told(records=_numbered(frame, source, path), unread=unread)


def _numbered(frame: pl.DataFrame, source: Source, path: tuple[str, ...]) -> pl.DataFrame:
    """The records stripped, with the optional columns that were not wanted, `row` and `at`."""
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in source.optional if name not in frame.columns]
    stripped = frame.with_columns(pl.col(pl.String).str.strip_chars()).with_columns(absent).with_row_index("index")
    return stripped.with_columns(row=pl.col("index").cast(pl.Int64) + 1, at=pointers(path)).drop("index")


def listed(content: object, source: Source, path: tuple[str, ...]) -> list[dict[str, Any]]:
    """The records at the end of a path in a parsed answer, or SourceError saying what stands there instead."""
    found = content
    for name in path:
        fields = _fields(found)
        if name not in fields:
            raise SourceError(f"{source.id}: the answer has no {name!r} but {_kind(found)}; {_look(source)}")
        found = fields[name]
    if not isinstance(found, list):
        raise SourceError(f"{source.id}: the answer holds {_kind(found)} where records belong; {_look(source)}")
    records = cast("list[object]", found)
    if not records:
        raise NoRecords(
            f"{source.id}: the answer holds no records; {source.publisher} has nothing for this question, "
            "so ask for other years or countries"
        )
    wrong = [at for at, record in enumerate(records, 1) if not isinstance(record, dict)]
    if wrong:
        raise SourceError(
            f"{source.id}: records {', '.join(map(str, wrong[:8]))} of {len(records)} are no records; nothing was kept, ask again"
        )
    return cast("list[dict[str, Any]]", records)


def text(cell: object) -> str | None:
    """A cell as text, a list or record as JSON; null stays null."""
    if cell is None:
        return None
    if isinstance(cell, list | dict):
        return json.dumps(cell, ensure_ascii=False)
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def aside(
    frame: pl.DataFrame, broken: pl.Expr, column: str, rule: tuple[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The records that are sound, and the broken ones as REJECTED: the cell of `column`, the rule's word and sentence."""
    word, fault = rule
    wrong = broken.fill_null(value=True)
    found = pl.col(column).cast(pl.String)
    why = pl.format("{} {} {}", pl.lit(column), found.fill_null("(blank)"), pl.lit(fault))
    rows = frame.filter(wrong).select("row", column=pl.lit(column), found=found, rule=pl.lit(word), why=why)
    return frame.filter(~wrong), rows.cast(REJECTED)


def of_one_country(frame: pl.DataFrame, column: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The records of one country, and those that say "-" (all of them together), which these sources have no word for."""
    return aside(frame, pl.col(column) == SUMMED, column, ("country", "is no country"))


def none_left(kept: pl.DataFrame, rejected: pl.DataFrame, source: Source) -> None:
    """Raises FigureError with every fault where not one record of an answer was sound: then it is not what it was."""
    if kept.is_empty() and rejected.height:
        faults = rejected.select("row", "column", "found", fault="why", nearest=pl.lit(None, dtype=pl.String))
        raise FigureError(source.id, faults)


def _is_json(data: bytes, source: Source) -> None:
    head = begin(data)
    if not head:
        raise SourceError(f"{source.id}: the answer is empty; ask again, and if it stays so tell {source.publisher}")
    if head.startswith(b"<"):
        raise SourceError(
            f"{source.id}: the answer is a web page, not data (it begins {head!r}); the service may be down or moved: try later or look at {source.url}"
        )


def _same_fields(records: list[dict[str, Any]], source: Source) -> tuple[str, ...]:
    """The fields that no column of the source takes; SourceError with all columns that no record has."""
    names = list(dict.fromkeys(name for record in records for name in record))
    require_narrow(len(names), source.id)
    valid = (*source.columns, *source.optional)
    unread = [name for name in names if name not in valid]
    missing = [name for name in source.columns if name not in names]
    if missing:
        told_of = [f"{name}{f' (renamed to {near}?)' if (near := nearest(name, unread)) else ''}" for name in missing]
        raise SourceError(
            f"{source.id}: the records have no {'; no '.join(told_of)}. Expected: {', '.join(source.columns)}. "
            "Nothing was kept; if the publisher changed the table, its adapter must learn the new fields"
        )
    return tuple(unread)


def _fields(found: object) -> dict[str, object]:
    return cast("dict[str, object]", found) if isinstance(found, dict) else {}


def _kind(found: object) -> str:
    fields = _fields(found)
    return f"the fields {', '.join(list(fields)[:6])}" if fields else f"{found!r:.40}"


def _look(source: Source) -> str:
    return f"{source.publisher} refused the question or changed the service: look at {source.url}"
