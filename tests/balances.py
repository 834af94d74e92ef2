"""Small tables to balance, and how far off a balance is."""

from __future__ import annotations

import polars as pl

from qanat.figures import F
from qanat.methods import Derived
from qanat.store import Memory
from tests.build import batch, figure, table

SEXES = ("female", "male", "unknown")


def rows(*given_rows: dict[str, object]) -> pl.DataFrame:
    return table(*(one | {"run": "r", "row": at} for at, one in enumerate(given_rows)))


def sexes(everyone: float | None, *parts: float | None, **more: object) -> list[dict[str, object]]:
    """A total and its women, men and people of unknown sex; null = suppressed."""
    told = zip(("all", *SEXES), (everyone, *parts), strict=False)
    return [
        figure(sex=sex, value=value, status="counted" if value is not None else "suppressed", **more)
        for sex, value in told
    ]


def told(found: Derived) -> pl.DataFrame:
    """What a balance says, whatever its rows' order."""
    key = ("group", "origin", "place", "sex", "age_from", "age_to", "value", "status")
    plain = found.figures.with_columns(
        pl.col("sex").cast(pl.String), pl.col("status").cast(pl.String), F.value.round(3)
    )
    return plain.select(key).sort(key)


def kept(*given_rows: dict[str, object]) -> Memory:
    store = Memory()
    store.put(batch("r", *given_rows))
    return store
