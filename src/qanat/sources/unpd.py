"""UN Population Division: World Population Prospects and International Migrant Stock."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import Document, F
from qanat.figures.ages import band
from qanat.figures.periods import flow_of, mid_year, stock_of
from qanat.sources.asking import by_file
from qanat.sources.cells import records, set_aside
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import figures

_PUBLISHER: Final = "United Nations, DESA, Population Division"
_TERMS: Final = "https://creativecommons.org/licenses/by/3.0/igo/"
_POPULATION: Final = ("pop_mid", "pop_dec31", "births", "deaths", "popM_dec31", "popF_dec31", "pop_95l_dec31", "pop_95u_dec31")  # fmt: skip
_MIGRATION: Final = ("mig", "mig_95l", "mig_95u")
_REVISION: Final = 2024  # of the migrant stock
_SEX: Final = {"b": "all", "m": "male", "f": "female"}
_AGES: Final = ("TOTAL", *(f"{age}-{age + 4}" for age in range(0, 75, 5)), "75+")

WPP: Final = Source(
    id="unpd.wpp", counter="unpd", publisher=_PUBLISHER, title="World Population Prospects 2024", licence="CC-BY-3.0-IGO",
    credit="United Nations, Department of Economic and Social Affairs, Population Division (2024), World Population Prospects 2024",
    url="https://population.un.org/wpp/", terms=_TERMS, every=730, columns=("iso3", "year", "kind", *_POPULATION, *_MIGRATION),
    service=False, optional=("pop_jan1", "mig_80l", "mig_80u", "cbr", "cdr", "pop_80l_dec31", "pop_80u_dec31"),
    decimals=_POPULATION, signed=_MIGRATION, codes=("iso3",), words={"kind": ("estimate", "projection")}, key=("iso3", "year"),
)  # fmt: skip
MIGRANTS: Final = Source(
    id="unpd.migrant-stock", counter="unpd", publisher=_PUBLISHER, title="International Migrant Stock 2024, by origin, destination and sex",
    licence="CC-BY-3.0-IGO",
    credit="United Nations, Department of Economic and Social Affairs, Population Division (2024), International Migrant Stock 2024",
    url="https://www.un.org/development/desa/pd/content/international-migrant-stock", terms=_TERMS, every=1460,
    columns=("orig", "dest", "sex", "year", "value"), counts=("value",), codes=("orig", "dest"), words={"sex": tuple(_SEX)}, key=("orig", "dest", "year"),
    service=False, aliases={"CHI": "XCX"},  # the Channel Islands (M49 830), for which ISO has no code
)  # fmt: skip
MIGRANT_AGES: Final = Source(
    id="unpd.migrant-ages", counter="unpd", publisher=_PUBLISHER, title="International Migrant Stock 2024, by age and sex", licence="CC-BY-3.0-IGO",
    credit=MIGRANTS.credit, url=MIGRANTS.url, terms=_TERMS, every=1460, columns=("dest", "sex", "age", "year", "value"),
    service=False, counts=("value",), codes=("dest",), words={"sex": tuple(_SEX), "age": _AGES}, key=("", "dest", "year", "age"), aliases=MIGRANTS.aliases,
)  # fmt: skip


def prospects(
    data: bytes, document: Document, *, since: int = 1990, until: int = 2050, places: frozenset[str] | None = None
) -> Reading:
    """Population on 1 July and 31 December, births, deaths and net migration of each year, in persons.

    Published in thousands, here times 1000 and rounded to persons. All are the Division's estimates or projections
    (status estimated); projections carry the 95 % interval (level 0.95) where one is published, else null. An interval
    that does not hold its own value is left out and noted.
    """
    found, aside = records(data, WPP, places)
    year = pl.col("year")
    frame = found.filter(year.is_between(since, until))
    parts = [
        _series(frame, "stock", "pop_mid", mid_year(year)),
        _series(frame, "stock", "pop_dec31", stock_of(year), bounds=("pop_95l_dec31", "pop_95u_dec31")),
        _series(frame, "stock", "popF_dec31", stock_of(year), sex="female"),
        _series(frame, "stock", "popM_dec31", stock_of(year), sex="male"),
        _series(frame, "births", "births", flow_of(year)),
        _series(frame, "deaths", "deaths", flow_of(year)),
        _series(frame, "net-flow", "mig", flow_of(year), bounds=("mig_95l", "mig_95u")),
    ]
    cells = pl.concat(parts)
    apart = cells.filter(F.low.is_not_null() & ~F.value.is_between(F.low, F.high)).height
    holds = F.value.is_between(F.low, F.high)
    kept = cells.with_columns(
        pl.when(holds).then("low"), pl.when(holds).then("high"), level=pl.when(holds).then(pl.lit(0.95))
    )
    notes = (f"{apart} intervals do not hold their value and were left out",) if apart else ()
    empty = 7 * frame.height - cells.height
    return Reading(
        figures=figures(kept, document, "unpd"),
        rows=found.height + set_aside(aside),
        empty=empty,
        notes=notes,
        rejected=aside,
    )


def _series(
    frame: pl.DataFrame,
    measure: str,
    column: str,
    span: tuple[pl.Expr, pl.Expr],
    *,
    sex: str = "all",
    bounds: tuple[str, str] | None = None,
) -> pl.DataFrame:
    """One column's cells, in persons; years without a number are left out (sexes are published from 2024 on)."""
    none = pl.lit(None, dtype=pl.Float64)
    low, high = (_persons(name) for name in bounds) if bounds else (none, none)
    return frame.filter(pl.col(column).is_not_null()).select(
        group=pl.lit("people"), measure=pl.lit(measure), unit=pl.lit("movements" if measure == "net-flow" else "people"), place="iso3",
        start=span[0], end=span[1], value=_persons(column), low=low, high=high, status=pl.lit("estimated"), basis=pl.lit("model"),
        sex=pl.lit(sex), locator=pl.format("{}/{}/{}", "iso3", "year", pl.lit(column)),
    )  # fmt: skip


def _persons(column: str) -> pl.Expr:
    return (pl.col(column) * 1000).round(0)


def migrants(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """International migrants on 1 July by origin and destination, by sex; XXX is "other" or unknown origins."""
    found, aside = records(data, MIGRANTS, places)
    return _stocks(found.with_columns(age=pl.lit("TOTAL")), aside, document, origin=_code("orig"))


def migrant_ages(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """International migrants on 1 July by destination, sex and five-year age band, all origins together (origin null)."""
    found, aside = records(data, MIGRANT_AGES, places)
    return _stocks(found, aside, document, origin=pl.lit(None, dtype=pl.String))


def _code(column: str) -> pl.Expr:
    return pl.col(column).replace(dict(MIGRANTS.aliases))


def _stocks(found: pl.DataFrame, aside: pl.DataFrame, document: Document, *, origin: pl.Expr) -> Reading:
    ages = pl.DataFrame(
        [(text, *band(text)) for text in _AGES],
        schema={"age": pl.String(), "age_from": pl.Int16(), "age_to": pl.Int16()},
        orient="row",
    )
    start, end = mid_year(pl.col("year"))
    aged = found.join(ages, on="age", how="left", maintain_order="left")
    cells = aged.select(
        group=pl.lit("migrants"), measure=pl.lit("stock"), unit=pl.lit("people"), origin=origin, place=_code("dest"),
        start=start, end=end, value="value", sex=pl.col("sex").replace_strict(_SEX),
        age_from="age_from", age_to="age_to", basis=pl.lit("mixed"), locator=pl.format("{}/{}/{}/{}", origin.fill_null("all"), "dest", "year", "age"),
        status=pl.when(F.value.is_null()).then(pl.lit("not_counted")).otherwise(pl.lit("estimated")),
    )  # fmt: skip
    empty = cells.filter(F.value.is_null()).height
    return Reading(
        figures=figures(cells, document, "unpd"), rows=found.height + set_aside(aside), empty=empty, rejected=aside, notes=_revision(found)
    )  # fmt: skip


def _revision(found: pl.DataFrame) -> tuple[str, ...]:
    """A sentence where the table ends before the revision that the source's citation names: it is an earlier one, or cut."""
    newest = found.get_column("year").max()
    if not isinstance(newest, int) or newest >= _REVISION:
        return ()
    return (
        f"the table ends in {newest}, the {_REVISION} revision in {_REVISION}: this is an earlier revision, or part of one; name the day it was "
        "published (--published), or its figures are taken for the newest",
    )


ADAPTERS: Final = (
    Adapter(source=WPP, read=prospects, ask=by_file),
    Adapter(source=MIGRANTS, read=migrants, ask=by_file),
    Adapter(source=MIGRANT_AGES, read=migrant_ages, ask=by_file),
)
