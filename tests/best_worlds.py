"""A world of three places with small stocks, births and deaths, for flows with a learnt prior."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from qanat.estimate.setting import Setting, setting
from qanat.estimate.worlds import Rules, world

SHARED = Path(os.environ.get("QANAT_SHARED", Path(__file__).parent.parent.parent / "shared"))


PLACES = ("DEU", "FRA", "POL")


def small_stocks() -> pl.DataFrame:
    """Three countries, two dates: Poles go to Germany, some French come home."""
    told = {2010: ((900, 30, 5), (20, 800, 4), (60, 20, 500)), 2015: ((905, 28, 6), (18, 806, 4), (95, 22, 470))}
    rows = [
        (year, birth, residence, float(table[k][i]) * 1000)
        for year, table in told.items()
        for k, birth in enumerate(PLACES)
        for i, residence in enumerate(PLACES)
    ]
    return pl.DataFrame(rows, schema=["year", "birth", "residence", "stock"], orient="row")


def small_vital() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "iso3": PLACES,
            "births": [45000.0, 50000.0, 24000.0],
            "deaths": [50000.0, 38000.0, 26000.0],
            "period": "2010-2015",
        }
    )


def small_rules() -> Rules:
    return Rules(start=2010, end=2015)


def small_setting() -> Setting:
    return setting(world(small_stocks(), small_vital(), small_rules()))


needs_shared = pytest.mark.skipif(not (SHARED / "data/flows").is_dir(), reason="the published tables are not here")
