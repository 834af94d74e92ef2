"""The edition's migrant stocks as small tables: who was born where and lived where, at each date the UN gives."""

from __future__ import annotations

import io
import json
from functools import cache
from typing import Final

import polars as pl

from qanat.edition import embedded

RUN: Final = "unpd-migrants2024."
SPREAD: Final = "XXX"  # the code of people whose birthplace a table does not tell


@cache
def migrants() -> pl.DataFrame:
    """People of both sexes born abroad: year (of mid-year), birth, residence, stock; birth XXX holds those whose birthplace is not told.

    A combination the UN does not give is absent. Source: UN DESA, International Migrant Stock 2024; `qanat edition show` cites it.
    """
    run = next(name for name in json.loads(embedded("runs.json").read_bytes()) if str(name).startswith(RUN))
    content = io.BytesIO(embedded(f"{run}.parquet").read_bytes())
    return (
        pl.scan_parquet(content)
        .filter(pl.col("sex") == "all", pl.col("origin").is_not_null(), pl.col("value") > 0)
        .select(
            year=pl.col("end").dt.year().cast(pl.Int64),
            birth=pl.col("origin").cast(pl.String),
            residence=pl.col("place").cast(pl.String),
            stock=pl.col("value"),
        )
        .sort("year", "birth", "residence")
        .collect()
    )


@cache
def unlisted() -> pl.DataFrame:
    """The stocks, as `migrants`, that the revision of 2020 lists and that of 2024 leaves among people whose birthplace it does not tell.

    Source: UN DESA, International Migrant Stock 2020 (POP/DB/MIG/Stock/Rev.2020); written by jobs/unlisted.py.
    """
    return pl.read_parquet(io.BytesIO(embedded("unlisted.parquet").read_bytes()))
