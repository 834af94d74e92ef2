"""Where each record of a table is: its country and the unit it names, matched, or left to a person with near misses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

from qanat.errors import AskError
from qanat.figures.matching import ASKED, MATCHED, matched
from qanat.figures.places import Places
from qanat.sources.own.in_country import countries
from qanat.sources.own.layout import Layout

Unmatched = Literal["stop", "keep", "reject"]
_MOST_PLACES: Final = 20_000  # names that are in no list take half a minute
_LISTED: Final = 2  # levels the list of p-codes has
_PCODE: Final = r"^[A-Z]{2,3}[0-9][0-9A-Z-]{0,11}$"
_WANTED: Final = ("country", "level", "text", "parent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Records with their place.

    records    as given, plus `place` (null: none, or not matched), `location` (the name of a place not matched, where
               it is kept), `where_fault` and `where_column` (why it has no place), `unplaced` (names no place at all)
    unmatched  ASKED and MATCHED columns of the places that were not matched, each once, with `records`
    ways       how many records were placed in which way: pcode, name, variant, remembered, country, below
    elsewhere  row numbers of records whose p-code is in another unit than the p-code above it says
    assumed    text, parent, code and how of the places found by a difference of spelling or by an earlier answer
    """

    records: pl.DataFrame
    unmatched: pl.DataFrame
    assumed: pl.DataFrame
    ways: dict[str, int]
    elsewhere: tuple[int, ...] = ()


def placed(records: pl.DataFrame, layout: Layout, places: Places, remembered: pl.DataFrame | None) -> Placed:
    """The records with their places: by p-code, then by name below the unit above, else not at all.

    Raises AskError for more different places than are matched at a time.
    """
    told = countries(_asked(records, layout), layout, places)
    keys = told.filter(pl.col("country").is_not_null() & pl.col("level").is_not_null())
    wanted = keys.select(*_WANTED, "code_text", "name_text").unique(maintain_order=True)
    _require_countable(wanted)
    whole = _with_places(told, _matched(wanted, places, remembered))
    missed = whole.filter(pl.col("place").is_null() & pl.col("level").is_not_null() & pl.col("where_fault").is_null())
    unmatched = missed.group_by(_WANTED, maintain_order=True).agg(
        pl.col("how", "score", "near").first(), records=pl.len()
    )
    ways = whole.filter(pl.col("place").is_not_null()).get_column("how").value_counts()
    assumed = whole.filter(pl.col("how").is_in(["variant", "remembered"])).select(
        "country", "text", "parent", "code", "how"
    )
    return Placed(
        records=whole,
        unmatched=unmatched,
        assumed=assumed.unique(maintain_order=True),
        ways=dict(sorted(ways.iter_rows())),
        elsewhere=_elsewhere(whole, places),
    )


def _require_countable(wanted: pl.DataFrame) -> None:
    if wanted.height > _MOST_PLACES:
        raise AskError(
            f"the table names {wanted.height:,} different places; at most {_MOST_PLACES:,} are matched at a time, and no country has as "
            "many units. Is this the column of places? A list of settlements is read by the district they are in; several countries in parts"
        )


def _with_places(told: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """The records with what was found of their place: a unit, the country where they name none below it, or a fault."""
    joined = told.join(
        found, on=[*_WANTED, "code_text", "name_text"], how="left", nulls_equal=True, maintain_order="left"
    )
    below = pl.col("how").is_null() & pl.col("level").is_null() & pl.col("country").is_not_null()
    against = pl.format(
        "has the p-code {}, and its name is that of {}; correct one, or skip the column of names", "code", "against"
    )
    return joined.with_columns(
        where_fault=pl.coalesce("where_fault", against),
        place=pl.when(below & ~pl.col("unplaced")).then("country").otherwise("code"),
        how=pl.when(below & ~pl.col("unplaced")).then(pl.lit("country")).otherwise(pl.col("how").cast(pl.String)),
    )


def _elsewhere(whole: pl.DataFrame, places: Places) -> tuple[int, ...]:
    units = dict(places.units.select("code", "parent").iter_rows())
    own = pl.col("code").replace_strict(units, default=None, return_dtype=pl.String)
    said = pl.col("above").str.to_uppercase()
    return tuple(whole.filter(said.is_in(list(units)) & (own != said)).get_column("row"))


def settled(found: Placed, unmatched: Unmatched) -> pl.DataFrame:
    """The records after what was not matched is kept at its country (facet location) or given a reason to be set aside.

    Raises AskError for "stop" where anything was not matched, with the near misses.
    """
    missing = pl.col("place").is_null() & pl.col("level").is_not_null() & pl.col("where_fault").is_null()
    if unmatched == "stop" and found.unmatched.height:
        raise AskError(near_misses(found.unmatched))
    if unmatched == "keep":
        return found.records.with_columns(
            location=pl.when(missing).then("text"), place=pl.when(missing).then("country").otherwise("place")
        )
    return found.records.with_columns(
        pl.when(missing)
        .then(pl.lit("no place of the list has this name or code"))
        .otherwise("where_fault")
        .alias("where_fault"),
        location=pl.lit(None, dtype=pl.String),
    )


def near_misses(unmatched: pl.DataFrame, most: int = 12) -> str:
    """The places that were not matched and what is near each, as a person reads them."""
    lines = [
        f"{unmatched.height} place{'s' if unmatched.height > 1 else ''} of the table {'are' if unmatched.height > 1 else 'is'} not in the list of p-codes"
    ]
    for one in unmatched.head(most).iter_rows(named=True):
        found: list[dict[str, Any]] = one["near"] or []
        near = ", ".join(f"{other['name']} ({other['code']}, {other['score']:.2f})" for other in found[:3])
        above = f" in {one['parent']}" if one["parent"] else ""
        lines.append(
            f"  {one['text']}{above} ({one['country']}, level {one['level']}): {f'near {near}' if near else 'nothing near'}"
        )
    if unmatched.height > most:
        lines.append(f"  ... and {unmatched.height - most} more")
    return "\n".join(lines)


def _asked(records: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The records with the deepest place they name: level, code_text, name_text, text and parent."""
    levels = sorted({column.level or 1 for column in layout.of("place", "pcode")})
    code = {level: _first(layout, "pcode", level) for level in levels}
    name = {level: _first(layout, "place", level) for level in levels}
    either = {level: pl.coalesce(code[level], name[level]) for level in levels}
    deepest = pl.coalesce(
        *(pl.when(either[level].is_not_null()).then(pl.lit(level)) for level in reversed(levels)),
        pl.lit(None, dtype=pl.Int8),
    )
    none = pl.lit(None, dtype=pl.String)
    told = records.with_columns(level=deepest.cast(pl.Int8))

    def at(which: dict[int, pl.Expr], shift: int = 0) -> pl.Expr:
        return pl.coalesce(
            *(pl.when(pl.col("level") == level).then(which.get(level - shift, none)) for level in levels), none
        )

    has_country = (
        pl.lit(value=False) if not layout.of("country") else pl.col(f"c{layout.of('country')[0].at}").is_not_null()
    )
    nowhere = pl.col("level").is_null() & (
        pl.lit(value=not layout.blank_place) if levels or not layout.of("country") else ~has_country
    )
    only_country = not levels and layout.country is not None and not layout.of("country")
    return told.with_columns(
        code_text=at(code), name_text=at(name), text=pl.coalesce(at(name), at(code)), parent=at(either, 1), above=at(code, 1),
        unplaced=pl.lit(value=False) if only_country else nowhere,
    )  # fmt: skip


def _first(layout: Layout, role: Literal["place", "pcode"], level: int) -> pl.Expr:
    columns = [pl.col(f"c{column.at}") for column in layout.of(role) if column.level == level]
    return pl.coalesce(*columns) if columns else pl.lit(None, dtype=pl.String)


def _matched(wanted: pl.DataFrame, places: Places, remembered: pl.DataFrame | None) -> pl.DataFrame:
    """The wanted places matched by code, then those left by name; below the list's levels by a p-code that fits."""
    listed = wanted.filter(pl.col("level") <= _LISTED)
    by_code = _ask(listed.with_columns(text=pl.coalesce("code_text", "name_text")), places, remembered)
    left = (
        by_code.get_column("code").is_null()
        & listed.get_column("code_text").is_not_null()
        & listed.get_column("name_text").is_not_null()
    )
    by_name = _ask(
        listed.with_columns(text=pl.when(pl.col("code_text").is_not_null()).then("name_text")), places, remembered
    )
    kept = [
        pl.when(left).then(by_name.get_column(name)).otherwise(by_code.get_column(name)).alias(name) for name in MATCHED
    ]
    return pl.concat(
        [
            listed.with_columns(kept).with_columns(
                pl.col("how").cast(pl.String), against=_against(by_code, by_name, places)
            ),
            _below(wanted.filter(pl.col("level") > _LISTED), places),
        ]
    )


def _against(by_code: pl.DataFrame, by_name: pl.DataFrame, places: Places) -> pl.Series:
    """The name and code of the unit a row's name means where its p-code is another's; null where they agree."""
    names = dict(places.units.select("code", "name").iter_rows())
    pairs = zip(by_code.get_column("code"), by_name.get_column("code"), by_name.get_column("how"), strict=True)
    told = [
        f"{names[other]} ({other})" if code and other and code != other and how in ("name", "variant") else None
        for code, other, how in pairs
    ]
    return pl.Series(told, dtype=pl.String)


def _ask(listed: pl.DataFrame, places: Places, remembered: pl.DataFrame | None) -> pl.DataFrame:
    return matched(listed.select(pl.col(name).cast(dtype) for name, dtype in ASKED.items()), places, remembered)


def _below(deeper: pl.DataFrame, places: Places) -> pl.DataFrame:
    """Units the list is too coarse for: a p-code that begins with a listed unit's is taken as it is."""
    codes = {code for code in deeper.get_column("code_text").drop_nulls().unique() if _fits(code, places)}
    code = pl.when(pl.col("code_text").is_in(sorted(codes)) & pl.col("code_text").str.contains(_PCODE)).then(
        "code_text"
    )
    none = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in MATCHED.items() if name in ("score", "near")]
    return (
        deeper.with_columns(code=code, how=pl.when(code.is_not_null()).then(pl.lit("below")).otherwise(pl.lit("none")))
        .with_columns(none)
        .select(*deeper.columns, *MATCHED, against=pl.lit(None, dtype=pl.String))
    )


def _fits(code: str, places: Places) -> bool:
    starts = [code[:length] for length in range(4, len(code))]
    return not places.units.filter(pl.col("code").is_in(starts)).is_empty()
