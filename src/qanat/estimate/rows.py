"""Estimated flows as figures of the house, with the stocks and populations of their two ends as lineage."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from qanat.estimate.flows import Estimate, pairs
from qanat.estimate.releases import Release
from qanat.figures import SCHEMA
from qanat.maths.moves import Split
from qanat.methods import LINEAGE, Derived

CONCEPT: Final = "concept=transition"  # people by where they lived at both ends; never added to movements
KINDS: Final = {"back": "return", "outward": "outward", "transit": "transit"}


def figures(
    estimate: Estimate, told: Release, sexes: dict[str, Split] | None = None, ranges: pl.DataFrame | None = None
) -> Derived:
    """Transitions between 1 July of two years: stage estimated, unit people, one row a pair of places and sex.

    facet     concept=transition; with kind=outward (born in the origin), return (born in the place) or transit beside it: a
              pair without a row of a kind has nobody of it
    lineage   of a pair the stocks of those born in either end and living in the other, and both populations, at both ends;
              that every other stock, birth and death had its part, the run's inputs tell
    low, high of pairs of both sexes and all kinds, at level 0.8, where `ranges` (estimate.flows.CONTRACT) are given
    source    the releases, joined by " + ";  known  the newer's day;  licence  the stricter
    """
    parts = [
        _rows(estimate, kinds, sex).with_columns(sex=pl.lit(sex))
        for sex, kinds in {"all": estimate.kinds, **(sexes or {})}.items()
    ]
    if ranges is not None:
        parts[0] = _ranged(parts[0], ranges)
    start, end = (date(year, 7, 1) for year in estimate.world.period)
    shaped = pl.concat(parts, how="diagonal").with_columns(
        stage=pl.lit("estimated"), measure=pl.lit("flow"), unit=pl.lit("people"), group=pl.lit("migrants"), start=pl.lit(start), end=pl.lit(end),
        known=pl.lit(told.known), counter=pl.lit("qanat"), basis=pl.lit("model"), age_from=pl.lit(0), status=pl.lit("estimated"),
        source=pl.lit(" + ".join(told.releases)), locator=pl.lit(f"account of {len(estimate.world.places)} places"), licence=pl.lit(told.licence),
        method=pl.lit(estimate.method),
    )  # fmt: skip
    blank = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMA.items() if name not in shaped.columns]
    rows = shaped.with_columns(blank).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
    return Derived(figures=rows, lineage=_lineage(rows, told))


def _rows(estimate: Estimate, kinds: Split, sex: str) -> pl.DataFrame:
    """origin, place, value, facet: every pair in all, and its kinds where they have anybody."""
    places = estimate.world.places
    whole = pairs(places, ("value", kinds.total)).with_columns(facet=pl.lit(CONCEPT))
    parts = [
        pairs(places, ("value", getattr(kinds, name))).filter(pl.col("value") > 0).with_columns(facet=pl.lit(f"{CONCEPT};kind={word}"))
        for name, word in KINDS.items()
    ] if sex == "all" else []  # fmt: skip
    return pl.concat([whole, *parts]).rename({"orig": "origin", "dest": "place"})


def _ranged(rows: pl.DataFrame, ranges: pl.DataFrame) -> pl.DataFrame:
    """The rows with low, high and level where they are of all kinds together."""
    spans = ranges.select(
        origin="orig", place="dest", low="low80", high="high80", level=pl.lit(0.8), facet=pl.lit(CONCEPT)
    )
    return rows.join(spans, on=["origin", "place", "facet"], how="left", maintain_order="left")


def _lineage(rows: pl.DataFrame, told: Release) -> pl.DataFrame:
    cells = told.stocks.filter(pl.col("sex") == "all").select("birth", "residence", input_run="run", input_row="row")
    people = told.people.select("place", input_run="run", input_row="row")
    at = rows.with_row_index("at").select(row="at", origin="origin", place="place")
    parts = [
        at.join(cells, left_on=["origin", "place"], right_on=["birth", "residence"]),
        at.join(cells, left_on=["place", "origin"], right_on=["birth", "residence"]),
        at.join(people, on="place"),
        at.join(people, left_on="origin", right_on="place"),
    ]
    lines = pl.concat([part.select(list(LINEAGE)) for part in parts])
    return lines.cast(LINEAGE).sort(list(LINEAGE))
