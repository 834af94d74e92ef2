"""UNHCR's earlier year-end releases, as its R package published them: what was known of a year before it was revised."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from qanat.figures import Document, F
from qanat.sources.cells import records, set_aside
from qanat.sources.record import Reading, Source
from qanat.sources.shape import NO_COUNTRY, dated, ends, figures, rounded
from qanat.sources.unhcr_tables import IDMC, POPULATION, STOCKS

# year-end releases only: a mid-year release counts other days and is never mixed in
RELEASES: Final = {"GT2022": date(2023, 6, 14), "GT2023": date(2024, 6, 17), "GT2024": date(2025, 6, 12)}
_NAMES: Final = (*(c.name for c in STOCKS), "total")
WIDE: Final = Source(
    id="unhcr.vintages", counter="unhcr", publisher="UNHCR", title="Refugee Population Statistics: earlier releases", licence="CC-BY-4.0",
    credit=POPULATION.credit, url=POPULATION.url, terms=POPULATION.terms, every=365,
    columns=("table", "measure", "year", "coo_iso", "coa_iso", *RELEASES), optional=("MY2023", "MY2024", "GT2025", "GT2025c"),
    counts=tuple(RELEASES), codes=("coo_iso", "coa_iso"), aliases=NO_COUNTRY,
    key=("year", "coo_iso", "coa_iso"),
    renamed={"origin_iso3": "coo_iso", "asylum_iso3": "coa_iso"},
)  # fmt: skip


def release(data: bytes, document: Document, name: str, *, places: frozenset[str] | None = None) -> Reading:
    """Population stocks and returns since 2010, and IDMC's IDPs, as one earlier release published them.

    name  a release of RELEASES; a cell that is empty there was not in that release and gives no row
    """
    found, aside = records(data, WIDE, places)
    by_idmc = pl.col("table") == "idmc"
    kept = found.filter(pl.col(name).is_not_null() & (by_idmc | (pl.col("table") == "population")))
    told = pl.DataFrame(
        {
            "name": list(_NAMES),
            "group": [*(c.group for c in STOCKS), "idps"],
            "kind": [*(c.measure for c in STOCKS), "stock"],
        }
    )
    named = kept.with_columns(name=pl.when(by_idmc).then(pl.lit("total")).otherwise("measure"))
    cells = named.join(told, on="name", how="inner", maintain_order="left").select(
        "year", "name", "group", "coo_iso", "coa_iso", measure="kind", value=pl.col(name), unit=pl.lit("people"),
        counter=pl.when(by_idmc).then(pl.lit(IDMC.counter)).otherwise(pl.lit("unhcr")),
    )  # fmt: skip
    placed = dated(rounded(ends(cells, WIDE), "five"))
    theirs = F.counter == "unhcr"  # IDMC does not round to multiples of five
    bounded = placed.with_columns(pl.when(theirs).then(c).alias(c) for c in ("low", "high", "level"))
    located = bounded.with_columns(locator=pl.format("{}/{}/{}/{}", "year", "coo_iso", "coa_iso", "name"))
    return Reading(
        figures=figures(located, document, "unhcr"),
        rows=found.height + set_aside(aside),
        empty=found.height - cells.height,
        rejected=aside,
    )
