"""The edition's pairs of places: how far apart, whether they speak one official language, whether they share a border."""

from __future__ import annotations

import io
from functools import cache

import polars as pl

from qanat.edition import embedded


@cache
def pairs() -> pl.DataFrame:
    """Every unordered pair of countries and territories once (a < b), by a and b.

    Columns: a, b; km (between their people, at least 30); language and border (true where shared); computed (true where CEPII
    has no value: km is then a great circle between centres, language and border are from the tables in jobs/pairs.py).
    Source: Mayer and Zignago 2011, Notes on CEPII's distances measures: the GeoDist database, CEPII Working Paper 2011-25.
    """
    return pl.read_parquet(io.BytesIO(embedded("pairs.parquet").read_bytes()))
