"""UNHCR's earlier year-end releases, as its R package published them: what was known of a year before it was revised."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from qanat.figures import Document, F
from qanat.sources.record import Reading, Source
from qanat.sources.shape import Column, dated, ends, figures, rounded
from qanat.sources.tables import numbers, table
from qanat.sources.unhcr import IDMC, POPULATION, STOCKS

# year-end releases only: a mid-year release counts other days and is never mixed in
RELEASES: Final = {"GT2022": date(2023, 6, 14), "GT2023": date(2024, 6, 17), "GT2024": date(2025, 6, 12)}
WIDE: Final = Source(
    id="unhcr.vintages", counter="unhcr", publisher="UNHCR", title="Refugee Population Statistics: earlier releases", licence="CC-BY-4.0",
    credit=POPULATION.credit, url=POPULATION.url, terms=POPULATION.terms, every=365,
    columns=("table", "measure", "year", "origin_iso3", "asylum_iso3", *RELEASES), optional=("MY2023", "MY2024", "GT2025", "GT2025c"),
)  # fmt: skip


def release(data: bytes, document: Document, name: str) -> Reading:
    """Population stocks and returns since 2010, and IDMC's IDPs, as one earlier release published them.

    name  a release of RELEASES; a cell that is empty there was not in that release and gives no row
    """
    found = numbers(table(data, WIDE), ("year", name), WIDE)
    told = {c.name: c for c in STOCKS} | {"total": Column(name="total", group="idps")}
    kept = found.filter(pl.col(name).is_not_null() & pl.col("table").cast(pl.String).is_in(["population", "idmc"]))
    by_idmc = pl.col("table").cast(pl.String) == "idmc"
    columns = pl.DataFrame(
        {
            "measure": list(told),
            "name": list(told),
            "group": [c.group for c in told.values()],
            "kind": [c.measure for c in told.values()],
        }
    )
    cells = kept.with_columns(
        measure=pl.when(by_idmc).then(pl.lit("total")).otherwise(pl.col("measure").cast(pl.String))
    ).join(columns, on="measure", how="inner")
    shaped = cells.select(
        "year", "name", "group", coo_iso=_end("origin_iso3", by_idmc), coa_iso=_end("asylum_iso3", by_idmc), measure="kind",
        value=pl.col(name), unit=pl.lit("people"), counter=pl.when(by_idmc).then(pl.lit(IDMC.counter)).otherwise(pl.lit("unhcr")),
    )  # fmt: skip
    placed = dated(rounded(ends(shaped, "coo_iso", "coa_iso"), "five"))
    exact = F.counter == "idmc"
    placed = placed.with_columns(
        pl.when(exact).then(None).otherwise(pl.col(c)).alias(c) for c in ("low", "high", "level")
    )
    located = placed.with_columns(
        locator=pl.format("{}/{}/{}/{}", pl.col("year").cast(pl.Int32), "coo_iso", "coa_iso", "name")
    )
    return Reading(figures=figures(located, document, "unhcr"), rows=found.height, empty=found.height - cells.height)


def _end(column: str, by_idmc: pl.Expr) -> pl.Expr:
    """A country code; IDMC's world totals before 2009 (XXX) are of no country."""
    code = pl.col(column).cast(pl.String)
    return pl.when(by_idmc & (code == "XXX")).then(pl.lit("-")).otherwise(code)
