"""IDMC Global Internal Displacement Database (GIDD): stocks and new displacement by conflict and by disaster.

Stocks count people at the end of a year; new displacement counts movements, one person may move more than once.
IDMC does not round to multiples of five, so its figures carry no rounding bounds. Definitions: IDMC, GIDD methodology.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import Document, F
from qanat.figures.ages import band
from qanat.sources.record import Reading, Source
from qanat.sources.shape import Column, dated, figures, long
from qanat.sources.tables import numbers, table


def _source(name: str, title: str, url: str, columns: tuple[str, ...], optional: tuple[str, ...] = ()) -> Source:
    return Source(
        id=f"idmc.{name}", title=f"Global Internal Displacement Database: {title}", url=url, every=365, columns=columns, optional=optional,
        counter="idmc", publisher="IDMC", licence="CC-BY-3.0-IGO", terms="https://www.internal-displacement.org/terms-and-conditions",
        credit="Internal Displacement Monitoring Centre (IDMC), Global Internal Displacement Database",
    )  # fmt: skip


_API: Final = "https://helix-tools-api.idmcdb.org/external-api/gidd/"
_VALUES: Final = ("new_displacement", "total_displacement")
_ROUNDED: Final = ("country_name", "new_displacement_rounded", "total_displacement_rounded")

_EVENT: Final = (
    "start_date", "start_date_accuracy", "end_date", "end_date_accuracy", "event_name", "hazard_category", "hazard_category_name",
    "hazard_sub_category", "hazard_sub_category_name", "hazard_type", "hazard_sub_type", "hazard_sub_type_name", "event_codes",
    "event_codes_type",
)  # fmt: skip
CONFLICT: Final = _source(
    "gidd-conflict", "conflict and violence", f"{_API}conflicts/", ("iso3", "year", *_VALUES), _ROUNDED
)
DISASTER: Final = _source(
    "gidd-disaster",
    "disasters",
    f"{_API}disasters/",
    ("iso3", "year", "hazard_type_name", *_VALUES),
    (*_ROUNDED, *_EVENT),
)
SEX_AGE: Final = _source(
    "gidd-sex-age", "internally displaced people by sex and age", "https://www.internal-displacement.org/database/displacement-data/",
    ("geo", "t", "cause", "sex", "age", "n"),
)  # fmt: skip


def conflict(data: bytes, document: Document) -> Reading:
    """IDPs by conflict at year-end (people) and new displacement in the year (movements), by country.

    A cell without a number is kept as not counted; a zero is a zero.
    """
    known = numbers(table(data, CONFLICT), ("year", *_VALUES), CONFLICT)
    return _told(known, document, "idps", CONFLICT, facet=None)


def disaster(data: bytes, document: Document) -> Reading:
    """IDPs by disaster at year-end and new displacement in the year, by country: the sum over hazards (facet null),
    method hazards@1, and each hazard (facet hazard=NAME). Events of one hazard and year are added up.
    """
    known = numbers(table(data, DISASTER), ("year", *_VALUES), DISASTER)
    hazard = pl.concat_str(pl.lit("hazard="), pl.col("hazard_type_name"))
    by_hazard = _summed(known.with_columns(facet=hazard), "facet")
    whole = _summed(known).with_columns(facet=pl.lit(None, dtype=pl.String))
    one, all_ = (
        _told(by_hazard, document, "idps-disaster", DISASTER, facet="facet"),
        _told(whole, document, "idps-disaster", DISASTER, facet=None),
    )
    total = all_.figures.with_columns(method=pl.lit("hazards@1"))
    return Reading(figures=pl.concat([one.figures, total]), rows=known.height, empty=one.empty)


def sex_and_age(data: bytes, document: Document) -> Reading:
    """IDPs at year-end by cause, sex and age; "unknown" stays a word of its own."""
    known = numbers(table(data, SEX_AGE), ("t", "n"), SEX_AGE)
    bands = {text: band(text) for text in known.get_column("age").unique().to_list()}
    ages = pl.DataFrame(
        {"age": list(bands), "age_from": [b[0] for b in bands.values()], "age_to": [b[1] for b in bands.values()]}
    )
    whole = (pl.col("sex") == "unknown") & (pl.col("age") == "unknown")
    cells = known.join(ages.cast({"age_from": pl.Int16, "age_to": pl.Int16}), on="age", how="left").with_columns(
        group=pl.when(pl.col("cause") == "conflict").then(pl.lit("idps")).otherwise(pl.lit("idps-disaster")),
        measure=pl.lit("stock"), unit=pl.lit("people"), year=pl.col("t"), origin=pl.col("geo"), place=pl.col("geo"), value=pl.col("n"),
        age_from=pl.when(whole).then(pl.lit(0, dtype=pl.Int16)).otherwise("age_from"),
        low=pl.lit(None, dtype=pl.Float64), locator=pl.format("{}/{}/{}/{}/{}", "geo", pl.col("t").cast(pl.Int32), "cause", "sex", "age"),
    ).drop("age")  # fmt: skip
    return Reading(figures=figures(dated(cells), document, "idmc"), rows=known.height)


def _summed(frame: pl.DataFrame, *more: str) -> pl.DataFrame:
    """Sums by country and year; null where every part is."""
    sums = [pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in _VALUES]
    return frame.group_by("iso3", "year", *more, maintain_order=True).agg(sums)


def _told(known: pl.DataFrame, document: Document, group: str, source: Source, *, facet: str | None) -> Reading:
    columns = (
        Column(name="total_displacement", group=group),
        Column(name="new_displacement", group=f"{group}-new", measure="flow", unit="movements"),
    )
    cells = long(known, columns, ("iso3", "year", *((facet,) if facet else ())))
    placed = dated(cells).with_columns(
        origin=pl.col("iso3").cast(pl.String), place=pl.col("iso3").cast(pl.String),
        low=pl.lit(None, dtype=pl.Float64), locator=pl.format("{}/{}/{}", "iso3", pl.col("year").cast(pl.Int32), "name"),
    )  # fmt: skip
    return Reading(
        figures=figures(placed, document, source.counter),
        rows=known.height,
        empty=cells.filter(F.value.is_null()).height,
    )
