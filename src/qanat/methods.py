"""How a method is declared: a pure function and a card that says what it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import polars as pl

from qanat.figures import Stage

Options = TypeVar("Options")

LINEAGE = pl.Schema({"row": pl.UInt32(), "input_run": pl.String(), "input_row": pl.UInt32()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What a method gives: figures (run and row still null) and, row by row, the figures each came from.

    `lineage` has LINEAGE's columns; its `row` is the position of the figure in `figures`.
    """

    figures: pl.DataFrame
    lineage: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Method(Generic[Options]):
    """A way from figures of one stage to figures of the same or a later one.

    Raises ValueError on building when it would write a stage above what it reads: data moves only downwards.
    """

    id: str
    version: int
    reads: Stage
    writes: Stage
    paper: str
    options: type[Options]
    compute: Callable[[pl.DataFrame, Options], Derived]

    def __post_init__(self) -> None:
        order = list(Stage)
        if order.index(self.writes) < order.index(self.reads):
            raise ValueError(
                f"method {self.id!r} would write {self.writes} from {self.reads}: data moves downwards only"
            )

    @property
    def name(self) -> str:
        """`id@version`, the word figures carry in their `method` column."""
        return f"{self.id}@{self.version}"
