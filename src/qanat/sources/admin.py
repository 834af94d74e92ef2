"""Where a row of OCHA's shared tables was counted: p-code, or the country with the name that no p-code fits."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.errors import SourceError
from qanat.sources.record import Source
from qanat.sources.rules import Rule, blank

UNITS: Final = (
    "admin_level", "admin1_code", "admin1_name", "admin2_code", "admin2_name", "provider_admin1_name", "provider_admin2_name",
)  # fmt: skip
BEYOND: Final = ("location_name", "has_hrp", "in_gho", "location_ref", "admin1_ref", "admin2_ref")


def located(frame: pl.DataFrame) -> pl.DataFrame:
    """`place` by the record's admin level, `location` the name of a unit without a p-code (then `place` is the country).

    The level is told, or that of the deepest unit named. `place` is null where the record names no place at its level.
    """
    deep = pl.when(_said("admin2_code", "admin2_name", "provider_admin2_name")).then(pl.lit("2"))
    shallow = pl.when(_said("admin1_code", "admin1_name", "provider_admin1_name")).then(pl.lit("1"))
    level = pl.coalesce(pl.when(~blank("admin_level")).then("admin_level"), deep, shallow, pl.lit("0"))
    code = pl.when(level == "2").then("admin2_code").when(level == "1").then("admin1_code").otherwise("location_code")
    found = pl.when(~code.is_in(["", "-"])).then(code)
    name = pl.when(level == "2").then(_joined(_name("1"), _name("2"))).when(level == "1").then(_name("1"))
    return frame.with_columns(
        place=pl.coalesce(found, pl.when(name.is_not_null()).then("location_code")),
        location=pl.when(found.is_null()).then(name),
    )


def nowhere() -> Rule:
    """The rule that a record names a place at the level it says it has."""
    return Rule(
        column="admin_level", word="place", broken=pl.col("place").is_null(), why="is the level, but neither a p-code nor a name is told"
    )  # fmt: skip


def with_country(frame: pl.DataFrame, source: Source) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The records of a table that names no country, with the one its p-codes are of, and a note saying so.

    Raises SourceError where the p-codes are of no country or of several.
    """
    if not frame.get_column("location_code").is_null().all():
        return frame, ()
    from qanat.edition.places import places

    found = sorted(set(frame.get_column("admin1_code").drop_nulls().replace("", None).drop_nulls()))
    known = places().units.filter(pl.col("code").is_in(found)).get_column("country").unique().to_list()
    if len(known) != 1:
        told = ", ".join(sorted(known)) or "no country that is listed"
        raise SourceError(
            f"{source.id}: the table has no location_code and its p-codes are of {told}; add a column location_code with "
            "the ISO 3166 alpha-3 code"
        )
    note = f"the table names no country; its {len(found)} p-codes of admin 1 are of {known[0]}"
    return frame.with_columns(location_code=pl.lit(known[0])), (note,)


def _said(*names: str) -> pl.Expr:
    return pl.any_horizontal(~blank(name) for name in names)


def _name(level: str) -> pl.Expr:
    provider, own = f"provider_admin{level}_name", f"admin{level}_name"
    return pl.coalesce(pl.when(~blank(provider)).then(provider), pl.when(~blank(own)).then(own))


def _joined(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    return pl.when(second.is_not_null()).then(pl.concat_str(first, second, separator=" / ", ignore_nulls=True))
