"""Tables with their rows numbered, so that a figure leads back to its row; whole, or few columns of many."""

from __future__ import annotations

import io
from collections.abc import Iterable

import polars as pl

from qanat.errors import SourceError
from qanat.figures.words import nearest
from qanat.sources.begin import begin
from qanat.sources.heading import head
from qanat.sources.record import Source
from qanat.sources.tables import table
from qanat.sources.weight import MOST_COLUMNS, require_short, require_table


def picked(data: bytes, source: Source) -> pl.DataFrame:
    """The source's columns of a CSV as stripped texts, blank as null, with `row` from 1, the head not counted.

    Raises SourceError for bytes that are no CSV, and with every column that is missing.
    """
    if not data.strip():
        raise SourceError(f"{source.id}: the answer is empty; ask again, and if it stays so tell {source.publisher}")
    if begin(data, 1) == b"<":
        raise SourceError(f"{source.id}: the answer is a web page, not a table; try later or look at {source.url}")
    complete([name.strip() for name in head(data, source.id)], source)
    require_table(data.count(b"\n") + 1, len(source.columns), source.id, len(data))
    try:
        frame = pl.read_csv(io.BytesIO(data), columns=list(source.columns), infer_schema=False)
    except pl.exceptions.PolarsError as cause:
        raise SourceError(
            f"{source.id}: the CSV cannot be read ({str(cause).splitlines()[0]}); fetch it again or check its encoding (UTF-8)"
        ) from cause
    if frame.is_empty():
        raise SourceError(f"{source.id}: the table has columns but no rows; fetch it again")
    require_short(frame, source.id)
    return numbered(frame)


def rows_of(data: bytes, source: Source) -> pl.DataFrame:
    """The whole table, texts stripped, with `row` from 1; errors as `tables.table`."""
    return numbered(table(data, source).with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String)))


def numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """The texts stripped, with `row` from 1."""
    stripped = frame.lazy().with_columns(pl.col(pl.String).str.strip_chars())
    return stripped.with_row_index("row", 1).with_columns(pl.col("row").cast(pl.Int64)).collect()


def complete(names: Iterable[str], source: Source) -> None:
    """Raises SourceError with every column of the source that is not among these names."""
    there = list(names)
    missing = [name for name in source.columns if name not in there]
    if not missing:
        return
    spare = [name for name in there if name not in source.columns][:MOST_COLUMNS]
    hints = [f"{name}{f' (renamed to {near}?)' if (near := nearest(name, spare)) else ''}" for name in missing]
    raise SourceError(
        f"{source.id}: the table has no {'; no '.join(hints)}. Expected: {', '.join(source.columns)}. "
        f"Nothing was kept; if {source.publisher} changed the table, its adapter must learn the new columns"
    )
