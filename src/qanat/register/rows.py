"""Figures as canonical bytes: the same figure gives the same bytes on any machine, in any file format, for ever.

A row is `14:qanat.figure/1,` and then every column of figures.SCHEMA but run and row, in that order, each as its length in
bytes, a colon, its UTF-8 text and a comma; null is `-,`. Text stands as stored (no normalisation: another byte is another
figure), a day as 2025-12-31, a whole number in decimal, another number with exactly six decimals, the sign only below zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final

import polars as pl

from qanat.errors import FigureError
from qanat.figures import SCHEMA
from qanat.verify import FIELDS, FIGURE, leaf

LARGEST: Final = 9.2e18  # the whole part is written as a 64-bit integer
_PART: Final = 50_000  # rows made canonical at once, to keep memory low
_NUMBERS: Final = tuple(name for name in FIELDS if SCHEMA[name] == pl.Float64)
_DAYS: Final = tuple(name for name in FIELDS if SCHEMA[name] == pl.Date)


def canonical(figures: pl.DataFrame) -> pl.Series:
    """The canonical row of each figure, as text, in the table's order.

    figures  columns of figures.SCHEMA, enums as such or as text, values rounded as they are when a run is kept
    Raises FigureError for a number too large to be written.
    """
    _require_writable(figures)
    if figures.is_empty():
        return pl.Series("row", dtype=pl.String())
    single, whole = _alike(figures), _whole(figures)
    texts = figures.select(_text(name, whole=name in whole) for name in FIELDS if name not in single)
    shared = figures.head(1).select(_text(name) for name in FIELDS if name in single).row(0, named=True)
    pieces: list[pl.Expr] = []
    said = FIGURE.decode()  # what every row says here, written once
    for name in FIELDS:
        if name in single:
            said += _written(shared[name])
        else:
            pieces += [pl.lit(said), _field(name)]
            said = ""
    return texts.select(row=pl.concat_str([*pieces, pl.lit(said)])).to_series()


def leaves(figures: pl.DataFrame) -> list[bytes]:
    """The leaf hash of each figure, in the table's order."""
    parts = (canonical(part).cast(pl.Binary) for part in figures.iter_slices(_PART))
    return [leaf(row) for part in parts for row in part.to_list()]


def leaves_of_file(file: Path) -> list[bytes]:
    """The leaf hashes of a run's Parquet file."""
    return leaves(pl.read_parquet(file, columns=list(FIELDS)))


def rows_of_files(parts: Sequence[tuple[Path, int, int]]) -> list[list[str]]:
    """The canonical rows of parts of runs' Parquet files, each part a file, its first row and how many."""
    if not parts:
        return []
    read = pl.collect_all([pl.scan_parquet(file).select(FIELDS).slice(first, count) for file, first, count in parts])
    texts: list[str] = canonical(pl.concat(read)).to_list()
    ends = list(accumulate(part.height for part in read))
    return [texts[end - part.height : end] for end, part in zip(ends, read, strict=True)]


def newest_of_file(file: Path) -> str | None:
    """The latest day the figures of a run's Parquet file say they were published; null for an empty one."""
    found = pl.scan_parquet(file).select(pl.col("known").max()).collect().item()
    return None if found is None else found.isoformat()


def _alike(figures: pl.DataFrame) -> frozenset[str]:
    """The columns in which all rows say the same, save for the last one of these where every column does."""
    same = figures.select(pl.col(name).eq_missing(pl.col(name).first()).all() for name in FIELDS).row(0, named=True)
    return frozenset(name for name in FIELDS[:-1] if same[name])


def _whole(figures: pl.DataFrame) -> frozenset[str]:
    """The columns of numbers in which all are whole and none is below zero."""
    plain = figures.select(((pl.col(name) == pl.col(name).floor()) & (pl.col(name) >= 0)).all() for name in _NUMBERS)
    return frozenset(name for name, holds in plain.row(0, named=True).items() if holds)


def _field(name: str) -> pl.Expr:
    """A column of texts, each with its length."""
    text = pl.col(name)
    return pl.concat_str([text.str.len_bytes().cast(pl.String), pl.lit(":"), text, pl.lit(",")]).fill_null("-,")


def _written(text: str | None) -> str:
    return "-," if text is None else f"{len(text.encode())}:{text},"


def _text(name: str, *, whole: bool = False) -> pl.Expr:
    if name in _NUMBERS:
        return pl.col(name).cast(pl.Int64).cast(pl.String) if whole else _decimal(pl.col(name)).alias(name)
    if name in _DAYS:
        return pl.col(name).dt.strftime("%Y-%m-%d")
    return pl.col(name).cast(pl.String)


def _decimal(number: pl.Expr) -> pl.Expr:
    size = number.abs()
    whole = size.floor()
    millionths = ((size - whole) * 1e6).round().cast(pl.Int64)
    part = pl.concat_str([pl.lit("."), millionths.cast(pl.String).str.zfill(6)])
    return pl.concat_str(
        [
            pl.when(number < 0).then(pl.lit("-")).otherwise(pl.lit("")),
            whole.cast(pl.Int64).cast(pl.String),
            pl.when(millionths == 0).then(pl.lit("")).otherwise(part),
        ]
    )


def _require_writable(figures: pl.DataFrame) -> None:
    beyond = figures.with_row_index("at").filter(pl.any_horizontal(pl.col(_NUMBERS).abs() > LARGEST))
    if beyond.height:
        rows = [(int(at), "value", "", f"is above {LARGEST:g}, the largest number the register can write", None) for at in beyond["at"]]  # fmt: skip
        schema = ["row", "column", "found", "fault", "nearest"]
        raise FigureError("register", pl.DataFrame(rows, schema=schema, orient="row"))
