"""The door of the tables of places: every fault at once."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.errors import FigureError
from qanat.figures.places import LANGUAGES
from qanat.figures.words import nearest
from qanat.jobs.place_words import ALSO, ARTICLE, NAMES, SHORT

_FAULTS: Final = pl.Schema(
    {"row": pl.Int64(), "column": pl.String(), "found": pl.String(), "fault": pl.String(), "nearest": pl.String()}
)
_CODES: Final = ("code", "iso2", "m49", "unhcr_code")


def countries_checked(frame: pl.DataFrame, m49: frozenset[str], unhcr: frozenset[str]) -> pl.DataFrame:
    """The same table where it has no fault: each code once, six names each, every code of the sources and of place_words known.

    m49    codes of the M49 table: every ISO country must be in it
    unhcr  codes UNHCR uses: each must be a place
    Raises FigureError with all faults.
    """
    numbered = frame.with_row_index("at")
    found = [_twice(numbered, column) for column in _CODES]
    found += [_empty(numbered, f"name_{language}") for language in LANGUAGES]
    found.append(
        _rows(
            numbered.filter(pl.col("iso2").is_not_null() & ~pl.col("code").is_in(list(m49))),
            "code",
            "is not in the M49 table",
        )
    )
    codes = frame.get_column("code").to_list()
    for column, words in (("UNHCR's iso3", unhcr), ("place_words", {*ALSO, *ARTICLE, *NAMES, *SHORT})):
        strange = [
            (-1, column, code, "is no place of the taxonomy", nearest(code, codes))
            for code in sorted(words - set(codes))
        ]
        found.append(pl.DataFrame(strange, schema=_FAULTS, orient="row"))
    return _faultless(frame, found, "places")


def units_checked(frame: pl.DataFrame, countries: frozenset[str]) -> pl.DataFrame:
    """The same table where it has no fault: each p-code once and named, every country and parent there, one level up.

    Raises FigureError with all faults.
    """
    numbered = frame.with_row_index("at")
    first = frame.filter(pl.col("level") == 1).select(parent="code", country="country")
    second = numbered.filter(pl.col("level") == 2)
    found = [
        _twice(numbered, "code"),
        _empty(numbered, "name"),
        _rows(numbered.filter(~pl.col("country").is_in(list(countries))), "country", "is no country"),
        _rows(numbered.filter(~pl.col("level").is_in([1, 2])), "level", "is neither 1 nor 2"),
        _rows(
            numbered.filter((pl.col("level") == 1) & (pl.col("parent") != pl.col("country"))),
            "parent",
            "is not the unit's country",
        ),
        _rows(second.join(first, on=["parent", "country"], how="anti"), "parent", "is no level-1 unit of the country"),
    ]
    return _faultless(frame, found, "p-codes")


def _twice(numbered: pl.DataFrame, column: str) -> pl.DataFrame:
    return _rows(
        numbered.filter(pl.col(column).is_not_null() & pl.col(column).is_duplicated()), column, "is there twice"
    )


def _empty(numbered: pl.DataFrame, column: str) -> pl.DataFrame:
    return _rows(numbered.filter(pl.col(column).str.strip_chars().fill_null("") == ""), column, "has no name")


def _rows(bad: pl.DataFrame, column: str, fault: str) -> pl.DataFrame:
    return bad.select(
        pl.col("at").cast(pl.Int64).alias("row"),
        pl.lit(column).alias("column"),
        pl.concat_str([pl.col("code"), pl.col(column).cast(pl.String)], separator=": ", ignore_nulls=True).alias(
            "found"
        ),
        pl.lit(fault).alias("fault"),
        pl.lit(None, dtype=pl.String).alias("nearest"),
    )


def _faultless(frame: pl.DataFrame, found: list[pl.DataFrame], origin: str) -> pl.DataFrame:
    faults = pl.concat(found)
    if faults.height:
        raise FigureError(origin, faults.sort("row", "column", "fault"))
    return frame
