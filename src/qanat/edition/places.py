"""The edition's places, read once."""

from __future__ import annotations

import io
from functools import cache

import polars as pl

from qanat.edition import data
from qanat.figures.places import Places


@cache
def places() -> Places:
    """Every place a figure may name; the admin units are read only when asked for."""
    return Places(_table("places.parquet"), lambda: _table("admin.parquet"))


def _table(name: str) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(data(name).read_bytes()))
