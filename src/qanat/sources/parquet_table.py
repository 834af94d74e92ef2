"""A Parquet table from bytes, whatever they are."""

from __future__ import annotations

import io

import polars as pl


def extent(data: bytes) -> tuple[int, int]:
    """Rows and columns by the file's own word, nothing unpacked. Raises ValueError as `parquet`."""
    try:
        scanned = pl.scan_parquet(io.BytesIO(data))
        return int(scanned.select(pl.len()).collect().item()), len(scanned.collect_schema())
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as cause:
        raise ValueError(str(cause)) from cause


def parquet(data: bytes) -> pl.DataFrame:
    """The table, cells as published. Raises ValueError for bytes that are cut, damaged or no Parquet.

    Polars' reader stops with a panic of its own, no exception, at some flipped bits.
    """
    try:
        return pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as cause:
        raise ValueError(str(cause)) from cause
