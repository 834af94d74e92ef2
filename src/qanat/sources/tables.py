"""Bytes of a published table (CSV, Parquet or JSON pages) to a frame with the columns expected, all faults at once."""

from __future__ import annotations

import io

import polars as pl

from qanat.errors import SourceError
from qanat.figures.words import nearest
from qanat.sources.begin import begin
from qanat.sources.heading import head
from qanat.sources.pages import page
from qanat.sources.parquet_table import extent, parquet
from qanat.sources.record import Source
from qanat.sources.weight import require_short, require_table

_BOM = b"\xef\xbb\xbf"
_COMPARED = 20  # unexpected columns that are told one by one


def table(data: bytes, source: Source) -> pl.DataFrame:
    """The table in these bytes with exactly the source's columns (absent optional ones null), cells as published.

    Raises SourceError for bytes that are no table, and for missing, renamed and extra columns, all named together.
    """
    if not data.strip():
        raise SourceError(f"{source.id}: the answer is empty; ask again, and if it stays so tell {source.publisher}")
    frame = _plain(_frame(data.removeprefix(_BOM), source), source)
    frame = frame.rename({old: new for old, new in source.renamed.items() if old in frame.columns})
    _same_columns(frame.columns, source)
    if frame.is_empty():
        raise SourceError(
            f"{source.id}: the table has columns but no rows; ask again, and if it stays so tell {source.publisher}"
        )
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in source.optional if name not in frame.columns]
    return frame.with_columns(absent).select(*source.columns, *source.optional)


def heading(data: bytes, source: Source) -> frozenset[str]:
    """The columns of a CSV by the source's names; empty for anything that is no CSV."""
    if data[:4] == b"PAR1" or begin(data, 1) in (b"{", b"[", b"<", b""):
        return frozenset()
    first = data.removeprefix(_BOM).split(b"\n", 1)[0].decode("utf-8", "replace")
    names = [name.strip('"\r ') for name in first.split(",")]
    return frozenset(source.renamed.get(name, name) for name in names)


def _frame(data: bytes, source: Source) -> pl.DataFrame:
    first = begin(data)
    if first.startswith(b"<"):
        raise SourceError(
            f"{source.id}: the answer is a web page, not data (it begins {first!r}); the service may be down or moved: try later or look at {source.url}"
        )
    if data[:4] == b"PAR1":
        return _parquet(data, source)
    if first.startswith((b"{", b"[")):
        return page(data, source)
    return _csv(data, source)


def _parquet(data: bytes, source: Source) -> pl.DataFrame:
    try:
        require_table(*extent(data), source.id)  # a few hundred bytes may say a billion rows
        return parquet(data)
    except ValueError as cause:
        raise SourceError(
            f"{source.id}: the Parquet file is cut or damaged ({len(data)} bytes); fetch it again"
        ) from cause


def _plain(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """The table with cells of text or numbers: days and truth as text, columns without a value as text, decimals as numbers.

    Raises SourceError naming every column whose cells are lists, records or bytes.
    """
    strange = [
        name
        for name, kind in frame.schema.items()
        if kind.is_nested() or isinstance(kind, (pl.Binary, pl.Duration, pl.Object))
    ]
    if strange:
        raise SourceError(
            f"{source.id}: the cells of {', '.join(strange)} are lists, records, bytes or durations ({frame.schema[strange[0]]}); text, "
            "numbers or days are read: save the table anew"
        )
    texts = (pl.Null, pl.Boolean, pl.Date, pl.Datetime, pl.Time)
    spoken = {
        old for old in frame.columns if (new := source.renamed.get(old, old)) in source.codes or new in source.words
    }
    return frame.with_columns(
        *(
            pl.col(name).cast(pl.Float64)
            for name, kind in frame.schema.items()
            if isinstance(kind, pl.Decimal) and name not in spoken
        ),
        *(
            pl.col(name).cast(pl.String)
            for name, kind in frame.schema.items()
            if isinstance(kind, texts) or (name in spoken and kind.is_numeric())
        ),
    )


def _csv(data: bytes, source: Source) -> pl.DataFrame:
    require_table(data.count(b"\n") + 1, len(head(data, source.id)), source.id, len(data))
    try:
        frame = pl.read_csv(io.BytesIO(data), infer_schema=False, encoding="utf8")
    except pl.exceptions.PolarsError as cause:
        raise SourceError(
            f"{source.id}: the CSV cannot be read ({str(cause).splitlines()[0]}); fetch it again or check its encoding (UTF-8)"
        ) from cause
    require_short(frame, source.id)
    return frame


def _same_columns(found: list[str], source: Source) -> None:
    valid = [*source.columns, *source.optional]
    missing = [name for name in source.columns if name not in found]
    extra = [name for name in found if name not in valid]
    if not missing and not extra:
        return
    told = [
        f"missing {name}" + (f" (renamed to {near}?)" if (near := nearest(name, extra)) else "") for name in missing
    ]
    spare = extra[:_COMPARED]
    told += [
        f"unexpected {name:.60}" + (f" (meant {near}?)" if (near := nearest(name, valid)) else "") for name in spare
    ]
    if len(extra) > _COMPARED:
        told.append(f"{len(extra) - _COMPARED:,} more that are not expected")
    raise SourceError(
        f"{source.id}: the columns are not those of this table: {'; '.join(told)}. Expected: {', '.join(valid)}. "
        "Nothing was kept; if the publisher changed the table, its adapter must learn the new columns"
    )
