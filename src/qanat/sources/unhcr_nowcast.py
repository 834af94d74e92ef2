"""UNHCR nowcasting: refugees and asylum-seekers at the end of the current month, by country of asylum, before they are validated."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import Document
from qanat.sources.answers import told
from qanat.sources.asking import following, nowcasting
from qanat.sources.cells import set_aside, sifted
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import NO_COUNTRY, Column, counted, ends, figures, long
from qanat.sources.unhcr_tables import API, LICENCE, NAMES, PUBLISHER, SERBIA, TERMS

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MODEL: Final = "Nowcasting data"  # the publisher's word for what it estimated rather than was told
_COLUMNS: Final = (
    Column(name="refugees", group="refugees"),
    Column(name="asylum_seekers", group="asylum-seekers"),
)
NOWCAST: Final = Source(
    id="unhcr.nowcasting", counter="unhcr", publisher=PUBLISHER, title="Refugee Population Statistics: nowcasting", licence=LICENCE,
    credit="UNHCR Refugee Population Statistics Database, nowcasting", url=f"{API}nowcasting/", terms=TERMS, every=30,
    columns=("year", "coo_iso", "coa_iso", "refugees", "asylum_seekers", "source", "month"), optional=NAMES,
    counts=("refugees", "asylum_seekers"), codes=("coo_iso", "coa_iso"), aliases=NO_COUNTRY, words={"month": _MONTHS},
    caution=f"not validated: replaced by the year-end statistics every June; the service keeps the newest month only; {SERBIA}",
)  # fmt: skip


def nowcast(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """Refugees and asylum-seekers on the last day of the month, by country of asylum, and in the world (place WLD).

    Facet series=nowcasting keeps them apart from the year-end statistics; told-by is the publisher's word for whom a
    number is from. The world's, "Nowcasting data", is UNHCR's own estimate (status estimated, basis model); a country's
    is reported by whoever is named and not yet validated (status provisional).
    Source: UNHCR, Refugee Data Finder, nowcasting methodology.
    """
    answer = told(data, NOWCAST, ("items",))
    found, aside = sifted(answer.records, NOWCAST, places)
    cells, empty = counted(
        long(found, _COLUMNS, ("row", "at", "year", "month", "coo_iso", "coa_iso", "source")), keep_empty=False
    )
    model = pl.col("source") == _MODEL
    day = pl.date(pl.col("year"), pl.col("month").replace_strict(_MONTHS, range(1, 13)), 1).dt.month_end()
    told_by = pl.col("source").replace("", None).str.replace_all("[=;]", " ")
    placed = ends(cells, NOWCAST).with_columns(
        start=day, end=day, locator=pl.format("{}#{}", "at", "name"),
        status=pl.when(model).then(pl.lit("estimated")).otherwise(pl.lit("provisional")), basis=pl.when(model).then(pl.lit("model")),
        facet=pl.concat_str(pl.lit("series=nowcasting"), pl.concat_str(pl.lit("told-by="), told_by), separator=";", ignore_nulls=True),
    )  # fmt: skip
    return Reading(
        figures=figures(placed.drop("source"), document, NOWCAST.counter), rows=found.height + set_aside(aside), empty=empty,
        rejected=aside, notes=answer.notes,
    )  # fmt: skip


ADAPTERS: Final = (Adapter(source=NOWCAST, read=nowcast, ask=nowcasting, following=following),)
