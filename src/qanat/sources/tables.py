"""Bytes of a published table (CSV, Parquet or a JSON page) to a frame with the columns expected, all faults at once."""

from __future__ import annotations

import io
import json
from typing import Any, Final, cast

import polars as pl

from qanat.errors import FigureError, SourceError
from qanat.figures.words import nearest
from qanat.sources.record import Source

EMPTY: Final = ("-", "", " ")
_FAULTS: Final = {
    "row": pl.Int64(),
    "column": pl.String(),
    "found": pl.String(),
    "fault": pl.String(),
    "nearest": pl.String(),
}


def table(data: bytes, source: Source, renamed: dict[str, str] | None = None) -> pl.DataFrame:
    """The table in these bytes with exactly the source's columns (absent optional ones null), cells as published.

    renamed  the publisher's other names for columns, as in UNHCR's CSV files
    Raises SourceError for bytes that are no table, and for missing, renamed and extra columns, all named together.
    """
    if not data.strip():
        raise SourceError(f"{source.id}: the answer is empty; ask again, and if it stays so tell {source.publisher}")
    frame = _frame(data, source)
    if renamed:
        frame = frame.rename({old: new for old, new in renamed.items() if old in frame.columns})
    _same_columns(frame.columns, source)
    if frame.is_empty():
        raise SourceError(
            f"{source.id}: the table has columns but no rows; ask again, and if it stays so tell {source.publisher}"
        )
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in source.optional if name not in frame.columns]
    return frame.with_columns(absent).select(*source.columns, *source.optional)


def _frame(data: bytes, source: Source) -> pl.DataFrame:
    head = data[:200].lstrip().lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<")):
        raise SourceError(
            f"{source.id}: the answer is a web page, not data (it begins {data[:40]!r}); the service may be down or moved: try later or look at {source.url}"
        )
    if data[:4] == b"PAR1":
        return _parquet(data, source)
    if head.startswith((b"{", b"[")):
        return page(data, source)
    return _csv(data, source)


def _parquet(data: bytes, source: Source) -> pl.DataFrame:
    try:
        return pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, OSError) as cause:
        raise SourceError(
            f"{source.id}: the Parquet file is cut or damaged ({len(data)} bytes); fetch it again"
        ) from cause


def _csv(data: bytes, source: Source) -> pl.DataFrame:
    try:
        return pl.read_csv(io.BytesIO(data), infer_schema=False, encoding="utf8")
    except pl.exceptions.PolarsError as cause:
        raise SourceError(
            f"{source.id}: the CSV cannot be read ({str(cause).splitlines()[0]}); fetch it again or check its encoding (UTF-8)"
        ) from cause


def page(data: bytes, source: Source) -> pl.DataFrame:
    """The records of one JSON answer: a list, or an envelope with `items` or `results`."""
    content = envelope(data, source)
    records = cast("list[dict[str, Any]]", content if isinstance(content, list) else _listed(content, source))
    names = list(dict.fromkeys(name for record in records for name in record))
    columns = {name: [_text(record.get(name)) for record in records] for name in names}
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String()))


def _listed(content: Any, source: Source) -> Any:
    told = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    records = told.get("items", told.get("results"))
    if isinstance(records, list):
        return cast("Any", records)
    raise SourceError(
        f"{source.id}: the answer has neither items nor results but {', '.join(list(told)[:6]) or 'a bare value'}; the service has changed, tell us"
    )


def envelope(data: bytes, source: Source) -> Any:
    """The parsed JSON of an answer. Raises SourceError telling where it breaks off."""
    try:
        return json.loads(data)
    except json.JSONDecodeError as cause:
        kind = "is cut off" if cause.pos >= len(data.rstrip()) - 1 or "Unterminated" in cause.msg else "is not JSON"
        raise SourceError(
            f"{source.id}: the answer {kind} at byte {cause.pos} of {len(data)} ({cause.msg}); nothing was kept, ask again"
        ) from cause
    except UnicodeDecodeError as cause:
        raise SourceError(
            f"{source.id}: the answer is not UTF-8 text (byte {cause.start}); nothing was kept, ask again"
        ) from cause


def _text(cell: object) -> str | None:
    return None if cell is None else str(cell)


def _same_columns(found: list[str], source: Source) -> None:
    valid = [*source.columns, *source.optional]
    missing = [name for name in source.columns if name not in found]
    extra = [name for name in found if name not in valid]
    if not missing and not extra:
        return
    told = [
        f"missing {name}" + (f" (renamed to {near}?)" if (near := nearest(name, extra)) else "") for name in missing
    ]
    told += [f"unexpected {name}" + (f" (meant {near}?)" if (near := nearest(name, valid)) else "") for name in extra]
    raise SourceError(
        f"{source.id}: the columns are not those of this table: {'; '.join(told)}. Expected: {', '.join(valid)}"
    )


def numbers(frame: pl.DataFrame, columns: tuple[str, ...], source: Source) -> pl.DataFrame:
    """The same frame with these columns as whole or decimal numbers; "-" and blank become null, never 0.

    Raises FigureError naming every cell that is text, with its row (from 1, as published, the head not counted).
    """
    texts = frame.with_columns(
        pl.col(name).cast(pl.String).str.strip_chars() for name in columns if name in frame.columns
    )
    blank = texts.with_columns(
        pl.when(pl.col(name).is_in(EMPTY)).then(None).otherwise(pl.col(name)).alias(name) for name in columns
    )
    parsed = blank.with_columns(pl.col(name).cast(pl.Float64, strict=False) for name in columns)
    faults = [_not_numbers(blank, parsed, name) for name in columns]
    found = pl.concat(faults)
    if found.height:
        raise FigureError(source.id, found.sort("row", "column"))
    return parsed


def _not_numbers(before: pl.DataFrame, after: pl.DataFrame, name: str) -> pl.DataFrame:
    bad = pl.DataFrame({"found": before.get_column(name), "parsed": after.get_column(name)}).with_row_index("row", 1)
    bad = bad.filter(pl.col("found").is_not_null() & (pl.col("parsed").is_null() | pl.col("parsed").is_nan()))
    return bad.select(
        pl.col("row").cast(pl.Int64), column=pl.lit(name), found=pl.col("found"),
        fault=pl.lit("is text where a number belongs; '-' or nothing means not counted"), nearest=pl.lit(None, dtype=pl.String),
    ).cast(pl.Schema(_FAULTS))  # fmt: skip
