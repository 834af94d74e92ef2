"""What the division is measured on beside the edition's national records: populations with ages, and locations of one pair."""

from __future__ import annotations

import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from qanat.figures import F, typed
from qanat.reconcile.breakdowns import Breakdown, breakdowns, recorded
from qanat.reconcile.donors import Donor, lent
from qanat.reconcile.hidden_breakdowns import Trial, able, bare, hideable

SINCE = date(2015, 12, 31)


def population(folder: Path) -> pl.DataFrame:
    """People by sex and the ladder's ages in every country, each year-end with the newest year of WPP 2022 at hand."""
    file = folder / "data" / "population" / "wpp2022_age_sex.parquet"
    if not file.exists():
        sys.exit(f"{file} is not at hand; set QANAT_SHARED to the folder that has data/population")
    found = pl.read_parquet(file).filter(pl.col("year") == 2021)
    age = pl.col("age")
    step = pl.when(age < 5).then(0).when(age < 12).then(5).when(age < 18).then(12).when(age < 60).then(18).otherwise(60)
    ends = {0: 5, 5: 12, 12: 18, 18: 60, 60: None}
    cells = found.group_by("iso3", "sex", step.cast(pl.Int16).alias("age_from")).agg(
        value=pl.col("pop_thousand").sum() * 1000
    )
    named = cells.select(
        "age_from", "value", place="iso3", sex=pl.col("sex").replace_strict({"f": "female", "m": "male"}),
        age_to=pl.col("age_from").replace_strict(ends, return_dtype=pl.Int16), group=pl.lit("people"), measure=pl.lit("stock"),
        unit=pl.lit("people"), counter=pl.lit("unpd"),
    )  # fmt: skip
    return typed(pl.concat([named.with_columns(start=pl.lit(date(year, 12, 31)), end=pl.lit(date(year, 12, 31))) for year in range(SINCE.year, 2026)]))  # fmt: skip


def located(rows: pl.DataFrame) -> list[Trial]:
    """Locations of one pair: each location's breakdown foretold from the pair's others, which is how a record's own counted
    people stand for those of it who are not."""
    host = F.locator.str.split("/").list.get(2)
    apart = rows.with_columns(
        place=pl.concat_str(host, pl.lit("|"), F.place, pl.lit("|"), F.facet), facet=pl.lit(None, dtype=pl.String)
    )
    by: dict[tuple[Any, ...], list[Breakdown]] = defaultdict(list)
    for one in breakdowns(recorded(apart)):
        by[one.key.group, one.key.origin, one.key.place.split("|")[0], one.key.end].append(one)
    out: list[Trial] = []
    for some in by.values():
        whole = lent(some[0])
        for one in some[1:]:
            whole = whole.plus(lent(one))
        out += [
            Trial(record=bare(one), donor=donor)
            for one in hideable(some)
            if able(donor := Donor(kind="own", pool=whole.less(lent(one))))
        ]
    return out
