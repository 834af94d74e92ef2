"""Which country each record of a table is in: by its own column, by what was said, or by its p-codes."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.errors import AskError
from qanat.figures.places import Places
from qanat.sources.own.layout import Column, Layout

_NOWHERE: Final = (
    "is in no country that is known: say country = in the mapping file or --country, or have a column of countries"
)


def countries(asked: pl.DataFrame, layout: Layout, places: Places) -> pl.DataFrame:
    """`country` by the country's own column, by what was said, or by the p-codes; `where_fault` where it is none."""
    columns: list[Column] = layout.of("country")
    if columns:
        text = pl.coalesce(*(pl.col(f"c{column.at}") for column in columns))
        words = asked.select(text.alias("w")).get_column("w").drop_nulls().unique().to_list()
        meant = {word: _country(columns[0].words.get(word, word), places) for word in words}
        codes = {word: code for word, (code, _) in meant.items()}
        faults = {word: fault for word, (_, fault) in meant.items()}
        told = asked.with_columns(
            country=text.replace_strict(codes, default=None, return_dtype=pl.String).fill_null(pl.lit(layout.country)),
            where_fault=text.replace_strict(faults, default=None, return_dtype=pl.String), where_column=pl.lit(columns[0].at),
        )  # fmt: skip
        return told.with_columns(where_fault=pl.coalesce("where_fault", _foreign(told, places)))
    at = (layout.of("pcode", "place") or [Column(at=0, head="", role="skip")])[-1].at
    own = asked.with_columns(where_fault=pl.lit(None, dtype=pl.String), where_column=pl.lit(at))
    if layout.country is None:
        return own.with_columns(country=_of_codes(own, places)).with_columns(
            where_fault=pl.when(pl.col("country").is_null() & pl.col("level").is_not_null()).then(pl.lit(_NOWHERE))
        )
    said = own.with_columns(country=pl.lit(places.country(layout.country).code))
    return said.with_columns(where_fault=_foreign(said, places))


def _country(word: str, places: Places) -> tuple[str | None, str | None]:
    try:
        return places.find(word).code, None
    except AskError as cause:
        return None, str(cause)


def _of_codes(asked: pl.DataFrame, places: Places) -> pl.Expr:
    """The country each row's listed p-code is in; for rows without one that of all others, where they are in one country."""
    country = _country_of(asked, places)
    of_row = pl.coalesce(_upper("code_text").replace_strict(country, default=None, return_dtype=pl.String),
                         _upper("above").replace_strict(country, default=None, return_dtype=pl.String))  # fmt: skip
    every = set(country.values())
    return of_row.fill_null(pl.lit(every.pop() if len(every) == 1 else None, dtype=pl.String))


def _foreign(asked: pl.DataFrame, places: Places) -> pl.Expr:
    """Why a row's p-code cannot be of its country: the list has it in another one. Null where that is not so."""
    own = _upper("code_text").replace_strict(_country_of(asked, places), default=None, return_dtype=pl.String)
    told = pl.format("has the p-code {} of {}, and the row is in {}", "code_text", own, "country")
    return pl.when(own != pl.col("country")).then(told)


def _upper(name: str) -> pl.Expr:
    return pl.col(name).str.to_uppercase()


def _country_of(asked: pl.DataFrame, places: Places) -> dict[str, str]:
    """The country of each listed p-code of the table."""
    codes = pl.concat([asked.get_column("code_text"), asked.get_column("above")]).drop_nulls().str.to_uppercase()
    listed = places.units.filter(pl.col("code").is_in(codes.unique().to_list()))
    return dict(listed.select("code", "country").iter_rows())
