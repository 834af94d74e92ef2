"""Spellings of a table that can mean two numbers or two days, where nothing in it decides: for a person to say."""

from __future__ import annotations

from typing import Literal

import polars as pl

from qanat.sources.own.days import spans
from qanat.sources.own.grid import Grid
from qanat.sources.own.layout import Layout
from qanat.sources.own.numbers import proven, written

Doubt = Literal["decimal", "day_first"]


def doubts(grid: Grid, layout: Layout) -> dict[Doubt, str]:
    """What is in doubt, with the first spelling of it: the decimal mark of "1,234", the day of 03/04/2024."""
    below = grid.cells.slice(layout.first - grid.top)
    found: dict[Doubt, str] = {}
    texts = [text for column in layout.of("count") for text in _texts(below, column.at)]
    if layout.decimal is None and not proven(texts):
        unsure = next((text for text in texts if written(text).unsure), None)
        found |= {"decimal": unsure} if unsure else {}
    for column in layout.of("date", "start", "end") if layout.day_first is None else ():
        days = spans(_texts(below, column.at))
        twofold = next((text for text, one in days.items() if one.fault and "day_first" in one.fault), None)
        found |= {"day_first": twofold} if twofold else {}
    return found


def _texts(below: pl.DataFrame, at: int) -> list[str]:
    return below.get_column(f"c{at}").drop_nulls().unique(maintain_order=True).to_list()
