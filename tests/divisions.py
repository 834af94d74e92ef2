"""Records by sex and age made by hand for tests, as UNHCR publishes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from qanat.figures.ages import UNHCR_BANDS
from qanat.reconcile.breakdowns import Breakdown, breakdowns, recorded
from tests.build import DAY, figure, table

SEXES = ("female", "male")


def cells(women: Sequence[float], men: Sequence[float], **more: object) -> list[dict[str, object]]:
    """The ten cells of a pair, ages in the ladder's order."""
    return [
        figure(sex=sex, age_from=start, age_to=end, value=value, **more)
        for sex, values in zip(SEXES, (women, men), strict=True)
        for (start, end), value in zip(UNHCR_BANDS, values, strict=True)
    ]


def told(
    total: float | None, women: Sequence[float] = (), men: Sequence[float] = (), *, sexes: tuple[float, float] | None = None, **more: object
) -> list[dict[str, object]]:  # fmt: skip
    """A pair's record: its total, its sexes (what their ages add up to where not given) and its cells."""
    rows = [figure(value=total, status="not_counted" if total is None else "counted", **more)]
    if women or men or sexes:
        both = sexes or (sum(women), sum(men))
        rows += [figure(sex=sex, value=value, **more) for sex, value in zip(SEXES, both, strict=True)]
    if women or men:
        rows += cells(women, men, **more)
    return rows


def kept(*rows: dict[str, object]) -> pl.DataFrame:
    """The rows as a store gives them back."""
    return table(*(row | {"run": row["run"] or "r", "row": at} for at, row in enumerate(rows)))


def records(*rows: dict[str, object]) -> list[Breakdown]:
    """The rows as records."""
    return breakdowns(recorded(kept(*rows)))


def end_of(year: int) -> dict[str, Any]:
    """The start and end of a stock on a year's last day."""
    return {"start": date(year, 12, 31), "end": date(year, 12, 31)}


__all__ = ["DAY", "cells", "end_of", "kept", "records", "told"]
