"""Job: tables of pairs of countries out of files, checked as a whole before anything is made of them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from qanat.edition.places import places
from qanat.errors import FigureError, SourceError
from qanat.figures.words import nearest

STATES_OF_OLD: Final = {"SUD": "Sudan before July 2011", "SCG": "Serbia and Montenegro", "ANT": "the Netherlands Antilles", "YUG": "Yugoslavia"}  # fmt: skip
ALIASES: Final = {"CHI": "XCX"}  # the Channel Islands (M49 830), for which ISO has no code
OTHERS: Final = "XXX"
_FAULTS: Final = pl.Schema(
    {"row": pl.Int64(), "column": pl.String(), "found": pl.String(), "fault": pl.String(), "nearest": pl.String()}
)
_YEARS: Final[tuple[str, ...]] = ("year", "end")
_SEXES: Final = {
    "b": "all",
    "both": "all",
    "all": "all",
    "f": "female",
    "female": "female",
    "m": "male",
    "male": "male",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a table must have: for each column of ours the names files give it, the first being the plain one.

    places    columns of ISO 3166 alpha-3 codes
    numbers   columns of numbers, zero or more; empty cells are not counted, never 0
    positive  of these, those that must lie above 0
    keys      what no two rows may have in common
    optional  columns a file may do without; they are then absent
    old       rows of States that no longer are stay unused, where they only describe places; otherwise they are faults
    """

    columns: Mapping[str, tuple[str, ...]]
    places: tuple[str, ...]
    numbers: tuple[str, ...]
    keys: tuple[str, ...]
    positive: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    old: bool = False


STOCKS: Final = Shape(
    columns={
        "origin": ("orig", "birth", "origin"), "place": ("dest", "residence", "place"), "year": ("year",),
        "value": ("value", "stock"),
    },
    places=("origin", "place"), numbers=("value",), keys=("origin", "place", "year", "sex"),
)  # fmt: skip


def table(file: Path, shape: Shape) -> pl.DataFrame:
    """The rows of a Parquet or CSV file under our names, with `sex` (all where the file has none), `row` from 1 and numbers as floats.

    Raises SourceError where it is no such file or lacks a column, FigureError with every faulty cell: its row, places and
    year, what was found, and the nearest valid word.
    """
    return sound(opened(file), shape, file.name)


def sound(raw: pl.DataFrame, shape: Shape, name: str) -> pl.DataFrame:
    """As `table`, of a frame that was read from a file of this name."""
    told = _told(raw, shape, name)
    faults = [*_codes(told, shape), *_numbers(told, shape), *_sexes(told)]
    years = [one for one in _YEARS if one in told.columns]
    ready = told.with_columns(
        *(pl.col(one).cast(pl.Float64, strict=False).cast(pl.Int32, strict=False) for one in years), pl.col("sex").replace(_SEXES),
        *(pl.col(one).cast(pl.Float64, strict=False).fill_nan(None) for one in shape.numbers if one in told.columns),
    )  # fmt: skip
    faults.append(_twice(ready, shape))
    every = pl.concat(faults)
    if every.height:
        raise FigureError(name, every.sort("row", "column"))
    return ready


def _told(raw: pl.DataFrame, shape: Shape, name: str) -> pl.DataFrame:
    """The shape's columns as texts under our names, aliases of places replaced, with row and sex."""
    names = {ours: next((one for one in theirs if one in raw.columns), None) for ours, theirs in shape.columns.items()}
    absent = [
        f"{ours} (as {' or '.join(shape.columns[ours])})"
        for ours, one in names.items()
        if one is None and ours not in shape.optional
    ]
    if absent:
        raise SourceError(f"{name} has no column for {', '.join(absent)}; it has {', '.join(raw.columns[:20])}")
    texts = raw.select(
        pl.col(one).cast(pl.String).str.strip_chars().alias(ours) for ours, one in names.items() if one is not None
    )
    sex = (
        raw.get_column("sex").cast(pl.String)
        if "sex" in raw.columns
        else pl.Series(["all"] * raw.height, dtype=pl.String)
    )
    rows = texts.with_columns(sex.alias("sex"), *(pl.col(one).replace(ALIASES) for one in shape.places)).with_row_index(
        "row", offset=1
    )
    if not shape.old:
        return rows
    return rows.filter(
        ~pl.any_horizontal(pl.col(one).is_in(list(STATES_OF_OLD)) for one in shape.places).fill_null(value=False)
    )


def opened(file: Path) -> pl.DataFrame:
    """The rows of a Parquet or CSV file as they stand; CSV cells are texts. Raises SourceError where it is neither."""
    try:
        data = file.read_bytes()
    except OSError as cause:
        raise SourceError(f"{file} cannot be read ({cause.strerror or cause})") from cause
    try:
        if data[:4] == b"PAR1":
            return pl.read_parquet(io.BytesIO(data))
        return pl.read_csv(io.BytesIO(data), infer_schema=False, null_values=[""])
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as cause:
        told = str(cause).split("\n", 1)[0][:160]
        raise SourceError(f"{file.name} is neither Parquet nor CSV that can be read: {told}") from cause


def _where(shape: Shape) -> pl.Expr:
    """The places and year of a row, as a person finds it."""
    ends = pl.concat_str([pl.col(name).fill_null("?") for name in shape.places], separator=" to ")
    if "year" not in shape.columns:
        return pl.format(" ({})", ends)
    return pl.format(" ({}, {})", ends, pl.col("year").cast(pl.String).fill_null("no year"))


def _faulty(told: pl.DataFrame, broken: pl.Expr, column: str, fault: str, shape: Shape) -> pl.DataFrame:
    return told.filter(broken.fill_null(value=False)).select(
        pl.col("row").cast(pl.Int64), column=pl.lit(column), found=pl.col(column).cast(pl.String),
        fault=pl.lit(fault) + _where(shape), nearest=pl.lit(None, dtype=pl.String),
    )  # fmt: skip


def _codes(told: pl.DataFrame, shape: Shape) -> list[pl.DataFrame]:
    known = sorted(places().codes())
    found: list[pl.DataFrame] = []
    for name in shape.places:
        here = pl.col(name)
        found.append(_faulty(told, here.is_null() | (here == ""), name, "is missing", shape))
        old = here.is_in(list(STATES_OF_OLD))
        split = "is a State that no longer is: give its figures under the successors' codes"
        found.append(_faulty(told, old, name, split, shape))
        strange = _faulty(told, ~here.is_in(known) & ~old & (here != ""), name, "is no country", shape)
        words = {code: nearest(code, known) for code in strange.get_column("found").unique().to_list()}
        found.append(
            strange.with_columns(nearest=pl.col("found").replace_strict(words, return_dtype=pl.String))
            if words
            else strange
        )
    return found


def _numbers(told: pl.DataFrame, shape: Shape) -> list[pl.DataFrame]:
    found: list[pl.DataFrame] = []
    for name in (one for one in _YEARS if one in told.columns):
        year = pl.col(name).cast(pl.Float64, strict=False)
        bad = pl.col(name).is_null() | year.is_null() | (year != year.floor()) | ~year.is_between(1800, 2200)
        found.append(_faulty(told, bad, name, "is no year", shape))
    for name in (one for one in shape.numbers if one in told.columns):
        number, there = pl.col(name).cast(pl.Float64, strict=False), pl.col(name).is_not_null() & (pl.col(name) != "")
        empty = "is no number; leave the cell empty where nobody counted"
        low = number <= 0 if name in shape.positive else number < 0
        found.append(_faulty(told, there & number.is_null(), name, empty, shape))
        found.append(_faulty(told, low, name, "is not above 0" if name in shape.positive else "is negative", shape))
        found.append(_faulty(told, number.is_infinite(), name, "is not a finite number", shape))
    return found


def _sexes(told: pl.DataFrame) -> list[pl.DataFrame]:
    strange = told.filter(~pl.col("sex").is_in(list(_SEXES)) | pl.col("sex").is_null())
    return [
        strange.select(
            pl.col("row").cast(pl.Int64), column=pl.lit("sex"), found="sex", fault=pl.lit("is none of b, f, m, all, female, male"),
            nearest=pl.lit(None, dtype=pl.String),
        )
    ]  # fmt: skip


def _twice(ready: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    keys = [pl.col(name) for name in shape.keys if name in ready.columns]
    told = next(name for name in shape.numbers if name in ready.columns)
    return _faulty(ready, pl.struct(keys).is_duplicated(), told, "stands twice for the same place, year and sex", shape)
