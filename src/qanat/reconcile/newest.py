"""What each counter says now: the newest vintage, one row a key."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from qanat.figures import KEY, F

# where one counter publishes the same figure in two documents of the same day, the first here is read
DOCUMENT_ORDER: Final = ("unhcr.solutions", "unhcr.population", "unhcr.demographics", "idmc.gidd", "unhcr.idmc")
# services that carry other counters' figures and name no day on which those published them: the day of retrieval says
# nothing of how old a figure is there, so it never replaces one that its counter published itself
CARRIERS: Final = ("hapi.",)
_WANTED: Final = tuple(name for name in KEY if name != "stage")


def newest(figures: pl.DataFrame, known_by: date | None = None) -> pl.DataFrame:
    """One row for each key and counter: its newest vintage, among those known by a day where one is given.

    Rows without a value stay when nothing newer has one, so that "not counted" remains visible. The order of the
    rows does not matter: ties of one day go by DOCUMENT_ORDER, then by the document's and the run's name. A figure of
    CARRIERS stands only where its counter's own documents have none.
    """
    seen = figures if known_by is None else figures.filter(F.known <= known_by)
    rank = pl.lit(len(DOCUMENT_ORDER), dtype=pl.Int32)
    for place, document in reversed(list(enumerate(DOCUMENT_ORDER))):
        rank = pl.when(F.source.str.starts_with(document)).then(pl.lit(place, dtype=pl.Int32)).otherwise(rank)
    return (
        seen.with_columns(_rank=rank, _carried=pl.any_horizontal(F.source.str.starts_with(name) for name in CARRIERS))
        .sort(
            "_carried", "known", "_rank", "source", "run", "row", descending=[False, True, False, False, False, False]
        )
        .unique(subset=[*_WANTED, "counter"], keep="first", maintain_order=True)
        .drop("_rank", "_carried")
    )


def superseded(figures: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """The older vintages: figures of a key and counter of which `now` (see newest) holds another, published later."""
    held = now.select(*_WANTED, "counter", pl.col("known").alias("_since"))
    older = figures.join(held, on=[*_WANTED, "counter"], how="inner", nulls_equal=True)
    return older.filter(F.known < pl.col("_since")).select(figures.columns)
