"""What each cell of a published table must be: numbers, years, country codes, words; every fault of a table at once."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.errors import FigureError
from qanat.figures.check import COUNTRY
from qanat.figures.words import nearest
from qanat.sources.record import Source
from qanat.sources.tables import table

EMPTY: Final = ("-", "")
SUMMED: Final = "-"  # in a country column: added up over all countries
_YEARS: Final = (1900, 2150)
_FAULTS: Final = pl.Schema(
    {"row": pl.Int64(), "column": pl.String(), "found": pl.String(), "fault": pl.String(), "nearest": pl.String()}
)


def records(data: bytes, source: Source, places: frozenset[str] | None = None) -> pl.DataFrame:
    """The table's records: numbers as Float64 ("-" and blank null, never 0), the year as Int32, all else as text.

    places  the country codes that exist; null leaves them unchecked but for their shape
    Raises SourceError where the bytes are not this table, and FigureError with every cell that is text in place of a
    number, negative, a fraction of a person, no year, no country or no word of its list. Rows count from 1, as
    published, the head not counted.
    """
    texts = table(data, source).with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    texts = texts.with_columns(pl.col(pl.String).str.strip_chars())
    parsed = texts.with_columns(_number(texts, name) for name in source.numbers)
    faults = [_numeric(texts, parsed, name, source) for name in source.numbers]
    faults += [_unknown_words(texts, name, allowed) for name, allowed in source.words.items()]
    faults += [_unknown_codes(texts, name, source, places) for name in source.codes]
    found = pl.concat(faults)
    if found.height:
        raise FigureError(source.id, found.sort("row", "column"))
    return parsed.with_columns(pl.col(source.year).cast(pl.Int32))


def code(frame: pl.DataFrame, column: str, source: Source) -> pl.Expr:
    """A country column as ISO 3166 alpha-3: the publisher's own codes replaced, "-" as it is, null where there is none.

    UNHCR leaves the ISO code of people without a country blank in places; its own code beside it then tells them.
    """
    iso = pl.col(column).replace({"": None})
    beside = column.removesuffix("_iso")
    if beside != column and beside in frame.columns:
        own = pl.col(beside)
        iso = pl.coalesce(iso, pl.when(own.is_in(list(source.aliases))).then(own))
    return iso.replace(dict(source.aliases))


def _number(frame: pl.DataFrame, name: str) -> pl.Expr:
    if frame.schema[name] != pl.String():
        return pl.col(name).cast(pl.Float64)
    return pl.when(~pl.col(name).is_in(EMPTY)).then(pl.col(name)).cast(pl.Float64, strict=False).alias(name)


def _numeric(texts: pl.DataFrame, parsed: pl.DataFrame, name: str, source: Source) -> pl.DataFrame:
    """The faults of one column of numbers; a cell has one at most, the first that fits."""
    was, value = pl.col("found"), pl.col("value")
    blank = was.is_null() | was.is_in(EMPTY)
    least, most = _YEARS
    faults = [
        (~blank & value.is_null(), "is text where a number belongs; '-' or nothing means not counted"),
        (value.is_nan() | value.is_infinite(), "is no number"),
    ]
    if name == source.year:
        wrong = value.is_null() | ~value.is_between(least, most) | (value % 1 != 0)
        faults.append((wrong, f"is no year from {least} to {most}"))
    if name in source.counts or name in source.decimals:
        faults.append((value < 0, "is negative; a count is zero or more"))
    if name in source.counts:
        faults.append((value % 1 != 0, "is a fraction of a person; was a thousands mark lost?"))
    fault = pl.coalesce(pl.when(broken).then(pl.lit(told)) for broken, told in faults)
    pair = pl.DataFrame({"found": texts.get_column(name).cast(pl.String), "value": parsed.get_column(name)})
    told = pair.with_columns(fault=fault).with_row_index("row", 1).filter(pl.col("fault").is_not_null())
    return told.select(
        pl.col("row").cast(pl.Int64), pl.lit(name).alias("column"), "found", "fault", pl.lit(None, dtype=pl.String).alias("nearest")
    )  # fmt: skip


def _unknown_words(texts: pl.DataFrame, name: str, allowed: tuple[str, ...]) -> pl.DataFrame:
    bad = _numbered(texts.select(found=pl.col(name))).filter(~pl.col("found").is_in(allowed).fill_null(value=False))
    return _listed(bad, name, f"is not one of {', '.join(allowed)}", list(allowed))


def _unknown_codes(texts: pl.DataFrame, name: str, source: Source, places: frozenset[str] | None) -> pl.DataFrame:
    both = _numbered(texts.select(found=pl.col(name), code=code(texts, name, source)))
    shaped = pl.col("code").str.contains(COUNTRY)
    known = shaped if places is None else pl.col("code").is_in(sorted(places))
    bad = both.filter(~((pl.col("code") == SUMMED) | known).fill_null(value=False))
    fault = "is no country; ISO 3166 alpha-3 codes are read, no names and no codes of the publisher's own"
    return _listed(bad, name, fault, [])  # three letters are too few to guess a country from


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_row_index("row", 1).with_columns(pl.col("row").cast(pl.Int64))


def _listed(bad: pl.DataFrame, name: str, fault: str, valid: list[str]) -> pl.DataFrame:
    near = {word: nearest(word, valid) for word in bad.get_column("found").unique().drop_nulls().to_list()}
    rows = [(at, name, word, fault, near.get(word)) for at, word in bad.select("row", "found").iter_rows()]
    return pl.DataFrame(rows, schema=_FAULTS, orient="row")
