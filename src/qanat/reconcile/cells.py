"""The figures that constraints speak of: newest vintages in people, with what their intervals leave open and where they lie."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import F
from qanat.reconcile.intervals import interval
from qanat.reconcile.newest import newest

WORLD: Final = "WLD"
MEASURES: Final = ("stock", "flow", "births", "deaths", "net-flow", "affected", "need", "target", "reached")
_UNITS: Final = ("people", "movements")
# documents whose every record is one location at its own admin level: none is the total of another, all make up the country
LOCATIONS: Final = ("unhcr.demographics-admin",)
_QUALIFIER: Final = "qualifier=([^;]+)"


def cells(figures: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """The figures a constraint may hold, each once, in the house's order, numbered by `at`.

    figures  published figures; the newest vintage of each key and counter is taken
    units    admin units with `code`, `country` and `parent` (figures.place.UNITS)
    Gives    the columns of figures and: at; least, most (the ends of its interval, the value itself where nothing is left
             open, null where it has no value); country (the place's), parent (the place above it, null where not listed);
             whence (the origin, null where it is the country itself: people inside it); alone (a location that is a part
             of its country, whatever its level).
    Left out: other measures than people's (MEASURES), other units than people and movements, routes.
    """
    now = newest(figures.filter((F.stage == "published") & F.measure.is_in(MEASURES) & F.unit.is_in(_UNITS) & F.via.is_null()))  # fmt: skip
    placed = _opened(now.with_row_index("at")).join(_places(now, units), on="place", how="left", maintain_order="left")
    located = pl.any_horizontal(F.source.str.starts_with(name) for name in LOCATIONS)
    return placed.with_columns(
        whence=pl.when(F.origin != pl.col("country")).then(F.origin), alone=located,
        parent=pl.when(~located).then("parent"),
    )  # fmt: skip


def _places(figures: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """country and parent of every place; a p-code that is not listed lies in the country whose codes begin like it."""
    prefix = pl.col("code").str.extract("^([A-Z]+)[0-9]")
    begin = units.select("country", prefix=prefix).drop_nulls().unique()
    begin = begin.filter(pl.col("prefix").is_unique())
    named = figures.select("place").unique().with_columns(prefix=F.place.str.extract("^([A-Z]+)[0-9]"))
    listed = named.join(units.select(place="code", unit="country", parent="parent"), on="place", how="left")
    found = listed.join(begin, on="prefix", how="left")
    three = pl.when(F.place.str.len_chars() == 3).then("place")
    return found.select(
        "place", country=pl.coalesce("unit", three, "country", "prefix"),
        parent=pl.coalesce("parent", pl.when(three.is_not_null() & (F.place != WORLD)).then(pl.lit(WORLD))),
    )  # fmt: skip


def _opened(figures: pl.DataFrame) -> pl.DataFrame:
    """least and most of each figure: its own interval, else what its digits and its wording leave open."""
    qualifier = F.facet.str.extract(_QUALIFIER)
    bare = figures.filter(F.value.is_not_null() & (F.low.is_null() | F.high.is_null()))
    kinds = bare.select("value", "counter", qualifier=qualifier).unique(maintain_order=True)
    ends = [_ends(value, counter, word) for value, counter, word in kinds.iter_rows()]
    told = kinds.with_columns(
        _least=pl.Series([low for low, _ in ends], dtype=pl.Float64),
        _most=pl.Series([high for _, high in ends], dtype=pl.Float64),
    )
    keyed = figures.with_columns(qualifier=qualifier)
    joined = keyed.join(told, on=["value", "counter", "qualifier"], how="left", nulls_equal=True, maintain_order="left")
    own = F.low.is_not_null() & F.high.is_not_null()
    return joined.with_columns(
        least=pl.when(own).then("low").otherwise(pl.min_horizontal("_least", "value")),
        most=pl.when(own).then("high").otherwise(pl.max_horizontal("_most", "value")),
    ).drop("_least", "_most", "qualifier")


def _ends(value: float, counter: str, qualifier: str | None) -> tuple[float | None, float | None]:
    """The ends of what a figure leaves open; those of a net flow below zero are those of its size, turned round."""
    found = interval(abs(value), counter, qualifier=qualifier)
    if found is None:
        return None, None
    return (found.low, found.high) if value >= 0 else (-found.high, -found.low)
