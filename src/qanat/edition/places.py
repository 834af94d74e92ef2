"""The edition's places, read once."""

from __future__ import annotations

import io
import json
from functools import cache

import polars as pl

from qanat.edition import embedded
from qanat.figures.places import Places


@cache
def places() -> Places:
    """Every place a figure may name; the admin units are read only when asked for."""
    return Places(
        json.loads(embedded("places.json").read_bytes()),
        lambda: pl.read_parquet(io.BytesIO(embedded("admin.parquet").read_bytes())),
    )
