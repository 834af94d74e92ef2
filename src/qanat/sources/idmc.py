"""IDMC Global Internal Displacement Database (GIDD): stocks and new displacement by conflict and by disaster.

Stocks count people at the end of a year; new displacement counts movements, one person may move more than once.
IDMC does not round to multiples of five, so its figures carry no rounding bounds. Definitions: IDMC, GIDD methodology.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import polars as pl

from qanat.figures import Document, F
from qanat.figures.ages import band
from qanat.sources.asking import CLIENT, by_file, following, gidd
from qanat.sources.begin import is_json
from qanat.sources.cells import records, set_aside, sifted, texts_of
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import Column, dated, figures, long

_API: Final = "https://helix-tools-api.idmcdb.org/external-api/gidd/"
_COUNT: Final = re.compile(rb'"count":\s*([0-9]+)')
_VALUES: Final = ("new_displacement", "total_displacement")
_ROUNDED: Final = ("country_name", "new_displacement_rounded", "total_displacement_rounded")
_EVENT: Final = (
    "start_date", "start_date_accuracy", "end_date", "end_date_accuracy", "event_name", "hazard_category", "hazard_category_name",
    "hazard_sub_category", "hazard_sub_category_name", "hazard_type", "hazard_sub_type", "hazard_sub_type_name", "event_codes",
    "event_codes_type",
)  # fmt: skip
_WORDS: Final = {
    "cause": ("conflict", "disaster"),
    "sex": ("female", "male", "unknown"),
    "age": ("0-4", "5-11", "12-17", "18-59", "60+", "unknown"),
}


def _source(
    name: str,
    title: str,
    url: str,
    columns: tuple[str, ...],
    *,
    optional: tuple[str, ...] = (),
    words: Mapping[str, tuple[str, ...]] | None = None,
) -> Source:
    by_age = "geo" in columns
    return Source(
        id=f"idmc.{name}", title=f"Global Internal Displacement Database: {title}", url=url, every=365, columns=columns, optional=optional,
        counter="idmc", publisher="IDMC", licence="CC-BY-3.0-IGO", terms="https://www.internal-displacement.org/terms-and-conditions",
        credit="Internal Displacement Monitoring Centre (IDMC), Global Internal Displacement Database",
        keys=() if by_age else (CLIENT,), service=not by_age, dated=None if by_age else "/last_updated",
        key=("geo", "t", "cause", "sex", "age") if by_age else ("iso3", "year"), year="t" if by_age else "year", counts=("n",) if by_age else _VALUES, codes=("geo",) if by_age else ("iso3",), words=words or {},
        cuts={"hazard": ("hazard_type_name",)} if "hazard_type_name" in columns else {},
    )  # fmt: skip


CONFLICT: Final = _source(
    "gidd-conflict", "conflict and violence", f"{_API}conflicts/", ("iso3", "year", *_VALUES), optional=_ROUNDED
)
DISASTER: Final = _source(
    "gidd-disaster", "disasters", f"{_API}disasters/", ("iso3", "year", "hazard_type_name", *_VALUES), optional=(*_ROUNDED, *_EVENT)
)  # fmt: skip
SEX_AGE: Final = _source(
    "gidd-sex-age", "internally displaced people by sex and age", "https://www.internal-displacement.org/database/displacement-data/",
    ("geo", "t", "cause", "sex", "age", "n"), words=_WORDS,
)  # fmt: skip


def conflict(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """IDPs by conflict at year-end (people) and new displacement in the year (movements), by country.

    A cell without a number is kept as not counted; a zero is a zero.
    """
    found, aside = records(data, CONFLICT, places)
    made, empty = _figures(found, document, "idps")
    rows = found.height + set_aside(aside)
    return Reading(figures=made, rows=rows, empty=empty, rejected=aside, notes=_lacking(data, rows))


def disaster(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """IDPs by disaster at year-end and new displacement in the year, by country: the sum over hazards (facet null),
    method hazards@1, and each hazard (facet hazard=NAME). Events of one hazard and year are added up, over all pages of the
    service: a year's events may begin on one page and end on the next.

    A stock is that of events which began in the year, people still displaced by earlier ones are in no row: the sum over
    hazards is therefore no total and has the facet events=year (Türkiye 2024: 105, by sex and age 538,105).
    Nothing is added up of a country's year of which a record was set aside (or of the country, where its year cannot be read).
    IDMC's own answer says null where it has no stock. In a table carried by country, year and hazard those are summed to
    zero (Afghanistan 2008, and every row of 2008 to 2012), so a stock of zero there is not counted; in the answer it is a zero.
    """
    told = texts_of(data, DISASTER)
    found, aside = sifted(told, DISASTER, places)
    by_event, lost = _by_event(found), _lost(told, aside)
    if not by_event:
        stock = pl.col("total_displacement")
        found = found.with_columns(pl.when(stock != 0).then(stock).alias("total_displacement"))
    named = pl.col("hazard_type_name").fill_null("unknown").str.replace_all("[=;]", " ")
    by_hazard = _summed(found.with_columns(facet=pl.concat_str(pl.lit("hazard="), named)), "facet")
    whole = _summed(found.with_columns(facet=pl.lit(None, dtype=pl.String)), "facet")
    one, empty = _figures(by_hazard, document, "idps-disaster")
    total, _ = _figures(whole, document, "idps-disaster")
    began = pl.when(F.measure == "stock").then(pl.lit("events=year"))
    summed = total.with_columns(method=pl.lit("hazards@1"), facet=began)
    both = pl.concat([_without(one, lost) if by_event else one, _without(summed, lost)])
    rows = found.height + set_aside(aside)
    return Reading(
        figures=both, rows=rows, empty=empty, rejected=aside, notes=(*_lacking(data, rows), *_unsummed(lost))
    )


def sex_and_age(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """IDPs at year-end by cause, sex and age; "unknown" stays a word of its own.

    A row of unknown sex and unknown age counts everyone of whom neither is told: sex unknown, all ages. People displaced by
    disaster have no total elsewhere (see `disaster`): it is added up here, method sexes@1.
    """
    found, aside = records(data, SEX_AGE, places)
    ages = pl.DataFrame(
        [(text, *band(text)) for text in _WORDS["age"]],
        schema={"age": pl.String(), "age_from": pl.Int16(), "age_to": pl.Int16()},
        orient="row",
    )
    neither = (pl.col("sex") == "unknown") & (pl.col("age") == "unknown")
    cells = found.join(ages, on="age", how="left", maintain_order="left").with_columns(
        group=pl.when(pl.col("cause") == "conflict").then(pl.lit("idps")).otherwise(pl.lit("idps-disaster")),
        measure=pl.lit("stock"), unit=pl.lit("people"), year=pl.col("t"), origin="geo", place="geo", value="n",
        age_from=pl.when(neither).then(pl.lit(0, dtype=pl.Int16)).otherwise("age_from"),
        locator=pl.format("{}/{}/{}/{}/{}", "geo", "t", "cause", "sex", "age"),
    )  # fmt: skip
    empty = cells.filter(F.value.is_null()).height
    return Reading(
        figures=pl.concat(
            [
                figures(dated(cells), document, "idmc"),
                figures(dated(_everyone(cells)), document, "idmc").with_columns(method=pl.lit("sexes@1")),
            ]
        ),
        rows=found.height + set_aside(aside),
        empty=empty,
        rejected=aside,
    )


def _everyone(cells: pl.DataFrame) -> pl.DataFrame:
    """People displaced by disaster in a country, over all sexes and ages; left out where a cell has no number."""
    disaster = cells.filter(F.group == "idps-disaster").drop(
        "sex", "age", "age_from", "age_to", "locator", "cause", "n", strict=False
    )
    same = [name for name in disaster.columns if name != "value"]
    whole = (
        disaster.filter(F.value.is_not_null().all().over("place", "year"))
        .group_by(same, maintain_order=True)
        .agg(F.value.sum())
    )
    return whole.with_columns(
        sex=pl.lit("all"), age_from=pl.lit(0, dtype=pl.Int16), age_to=pl.lit(None, dtype=pl.Int16),
        locator=pl.format("{}/{}/disaster/*/*", "place", "year"),
    )  # fmt: skip


def _lacking(data: bytes, rows: int) -> tuple[str, ...]:
    """A note where an answer is not all of the database: one page alone has some of a country's events of a year."""
    count = _COUNT.search(data[:2000])
    if not is_json(data) or count is None or int(count[1]) == rows:
        return ()
    return (
        f"the database has {int(count[1]):,} records and {rows:,} of them are here: sums over events may lack some",
    )


def _lost(told: pl.DataFrame, aside: pl.DataFrame) -> pl.DataFrame:
    """Country (`place`) and `year` of the records that were set aside; year null where it cannot be read."""
    broken = told.with_row_index("row", 1).filter(pl.col("row").is_in(aside.get_column("row").implode()))
    year = pl.col("year").cast(pl.Float64, strict=False).cast(pl.Int32, strict=False)
    return broken.select(place="iso3", year=year).unique().sort("place", "year")


def _without(summed: pl.DataFrame, lost: pl.DataFrame) -> pl.DataFrame:
    whole = lost.filter(pl.col("year").is_null()).get_column("place")
    kept = summed.filter(~F.place.is_in(whole.implode()).fill_null(value=False)).with_columns(year=F.start.dt.year())
    return kept.join(lost, on=["place", "year"], how="anti", maintain_order="left").drop("year")


def _unsummed(lost: pl.DataFrame) -> tuple[str, ...]:
    named = ", ".join(f"{place or 'a country that is not told'} {'' if year is None else year}".strip() for place, year in lost.iter_rows())  # fmt: skip
    return (f"records were set aside, so nothing is added up of {named}",) if named else ()


def _by_event(found: pl.DataFrame) -> bool:
    """Whether the records are IDMC's own, one an event; a carried table has none of an event's columns."""
    return "start_date" in found.columns and found.get_column("start_date").null_count() < found.height


def _summed(frame: pl.DataFrame, facet: str) -> pl.DataFrame:
    """Sums by country and year; null where every part is."""
    sums = [pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in _VALUES]
    return frame.group_by("iso3", "year", facet, maintain_order=True).agg(sums)


def _figures(frame: pl.DataFrame, document: Document, group: str) -> tuple[pl.DataFrame, int]:
    """Figures of people at year-end and of movements in the year, and how many cells had no number."""
    columns = (
        Column(name="total_displacement", group=group),
        Column(name="new_displacement", group=f"{group}-new", measure="flow", unit="movements"),
    )
    facet = [name for name in ("facet",) if name in frame.columns]
    cells = dated(long(frame, columns, ("iso3", "year", *facet))).with_columns(
        origin="iso3", place="iso3", locator=pl.format("{}/{}/{}", "iso3", "year", "name")
    )
    return figures(cells, document, "idmc"), cells.filter(F.value.is_null()).height


ADAPTERS: Final = (
    Adapter(source=CONFLICT, read=conflict, ask=gidd, following=following, together=True),
    Adapter(source=DISASTER, read=disaster, ask=gidd, following=following, together=True),
    Adapter(source=SEX_AGE, read=sex_and_age, ask=by_file),
)
