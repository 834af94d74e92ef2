"""People in HDX HAPI's tables: sexes, ages and population groups to the house's columns."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.errors import AskError
from qanat.figures import F
from qanat.figures.ages import band
from qanat.sources.hapi_tables import FLOWS, GROUPS
from qanat.sources.rules import Rule, blank, facet, on_last_day, words

_SEXES: Final = {"f": "female", "m": "male", "o": "other", "u": "unknown", "e": "unknown", "all": "all"}
_LIKE: Final = {"ROC": "refugee-like", "IOC": "idp-like"}


def people(frame: pl.DataFrame) -> pl.DataFrame:
    """`sex`, `age_from` and `age_to` of records with gender and age range; a record that has neither counts everyone.

    `unspecified` says "unspecified" where HAPI's gender is "e" (not told by the publisher, apart from "u", unknown).
    """
    ages = {text: _band(text) for text in frame.get_column("age_range").unique().drop_nulls().to_list()}
    low, high = ({text: ends[at] for text, ends in ages.items() if ends is not None} for at in (0, 1))
    undivided = blank("age_range")
    return frame.with_columns(
        sex=pl.when(blank("gender")).then(pl.lit("all")).otherwise(words(_SEXES, "gender")),
        unspecified=pl.when(pl.col("gender") == "e").then(pl.lit("unspecified")),
        age_from=pl.when(undivided).then(pl.lit(0)).otherwise(_age(low)).cast(pl.Int16),
        age_to=pl.when(~undivided).then(_age(high)).cast(pl.Int16),
    )


def sexes_and_ages() -> tuple[Rule, ...]:
    """The rules that a gender is one of HAPI's words and an age range can be read."""
    ranged = pl.col("age_range").map_elements(lambda text: _band(text) is None, return_dtype=pl.Boolean)
    return (
        Rule(column="gender", word="word", broken=~blank("gender") & words(_SEXES, "gender").is_null(), why=f"is not one of {', '.join(_SEXES)}", fatal=True),
        Rule(column="age_range", word="age", broken=~blank("age_range") & ranged, why="is no age range; 0-4, 80+, all or unknown was expected", fatal=True),
    )  # fmt: skip


def baseline(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells of everyone living in a place, by sex and age where told; people, on the last day of the period told."""
    cells = people(frame).with_columns(
        measure=pl.lit("stock"), unit=pl.lit("people"), group=pl.lit("people"), value="population",
        facet=facet(gender=pl.col("unspecified"), location=pl.col("location")),
    )  # fmt: skip
    return on_last_day(cells)


def idps(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells of IDPs of any cause (HAPI does not tell it) by operation, assessment and round."""
    cells = frame.with_columns(
        measure=pl.lit("stock"), unit=pl.lit("people"), group=pl.lit("idps-any"), value="population",
        facet=facet(
            assessment=pl.col("assessment_type"), location=pl.col("location"), operation=pl.col("operation"), round=pl.col("reporting_round")
        ),
    )  # fmt: skip
    return on_last_day(cells)


def grouped(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells of UNHCR's population groups: stocks on the last day of their period, returns and the like as flows of it."""
    flow = pl.col("population_group").is_in(list(FLOWS))
    cells = people(frame).with_columns(
        measure=pl.when(flow).then(pl.lit("flow")).otherwise(pl.lit("stock")), unit=pl.lit("people"), group=words(GROUPS, "population_group"),
        value="population", facet=facet(gender=pl.col("unspecified"), kind=words(_LIKE, "population_group")),
    )  # fmt: skip
    # UNHCR publishes year-end stocks, so the last day of its period is no assumption
    return on_last_day(cells).with_columns(method=pl.lit("published"), value=F.value)


def _band(text: str) -> tuple[int | None, int | None] | None:
    """A band from HAPI's words; null for text that is none."""
    try:
        return band(text)
    except AskError:
        return None


def _age(ends: dict[str, int | None]) -> pl.Expr:
    return pl.col("age_range").replace_strict(ends, default=None, return_dtype=pl.Int64)
