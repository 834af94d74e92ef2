"""UN Population Division: World Population Prospects and International Migrant Stock."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import Document, F
from qanat.figures.ages import band
from qanat.figures.periods import flow_of, mid_year, stock_of
from qanat.sources.record import Reading, Source
from qanat.sources.shape import figures
from qanat.sources.tables import numbers, table

_PUBLISHER: Final = "United Nations, DESA, Population Division"
_TERMS: Final = "https://creativecommons.org/licenses/by/3.0/igo/"
_COUNTS: Final = (
    "pop_mid",
    "pop_dec31",
    "births",
    "deaths",
    "mig",
    "popM_dec31",
    "popF_dec31",
    "mig_95l",
    "mig_95u",
    "pop_95l_dec31",
    "pop_95u_dec31",
)

WPP: Final = Source(
    id="unpd.wpp", counter="unpd", publisher=_PUBLISHER, title="World Population Prospects 2024", licence="CC-BY-3.0-IGO",
    credit="United Nations, Department of Economic and Social Affairs, Population Division (2024), World Population Prospects 2024",
    url="https://population.un.org/wpp/", terms=_TERMS, every=730, columns=("iso3", "year", "kind", *_COUNTS),
    optional=("pop_jan1", "mig_80l", "mig_80u", "cbr", "cdr", "pop_80l_dec31", "pop_80u_dec31"),
)  # fmt: skip
MIGRANTS: Final = Source(
    id="unpd.migrant-stock", counter="unpd", publisher=_PUBLISHER, title="International Migrant Stock 2024, by origin, destination and sex",
    licence="CC-BY-3.0-IGO",
    credit="United Nations, Department of Economic and Social Affairs, Population Division (2024), International Migrant Stock 2024",
    url="https://www.un.org/development/desa/pd/content/international-migrant-stock", terms=_TERMS, every=1460,
    columns=("orig", "dest", "sex", "year", "value"),
)  # fmt: skip
MIGRANT_AGES: Final = Source(
    id="unpd.migrant-ages", counter="unpd", publisher=_PUBLISHER, title="International Migrant Stock 2024, by age and sex", licence="CC-BY-3.0-IGO",
    credit=MIGRANTS.credit, url=MIGRANTS.url, terms=_TERMS, every=1460, columns=("dest", "sex", "age", "year", "value"),
)  # fmt: skip
_SEX: Final = {"b": "all", "m": "male", "f": "female"}


def prospects(data: bytes, document: Document, *, since: int = 1990, until: int = 2050) -> Reading:
    """Population on 1 July and 31 December, births, deaths and net migration of each year, in persons.

    Published in thousands, here times 1000 and rounded to persons. All are the Division's estimates or projections
    (status estimated); projections carry the 95 % interval (level 0.95) where one is published, else null.
    """
    found = numbers(table(data, WPP), ("year", *_COUNTS), WPP)
    frame = found.filter(pl.col("year").is_between(since, until)).with_columns(pl.col("year").cast(pl.Int32))
    year = pl.col("year")
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
    return Reading(figures=figures(cells, document, "unpd"), rows=found.height, empty=0)


def _series(
    frame: pl.DataFrame,
    measure: str,
    column: str,
    span: tuple[pl.Expr, pl.Expr],
    *,
    sex: str = "all",
    bounds: tuple[str, str] | None = None,
) -> pl.DataFrame:
    low, high = (
        (pl.col(name) for name in bounds)
        if bounds
        else (pl.lit(None, dtype=pl.Float64), pl.lit(None, dtype=pl.Float64))
    )
    whole = ((pl.col(column) * 1000).round(0), (low * 1000).round(0), (high * 1000).round(0))
    holds = (whole[1] <= whole[0]) & (whole[0] <= whole[2])
    return frame.filter(pl.col(column).is_not_null()).select(
        group=pl.lit("people"), measure=pl.lit(measure), unit=pl.lit("movements" if measure == "net-flow" else "people"), place=pl.col("iso3"),
        start=span[0], end=span[1], value=whole[0], low=pl.when(holds).then(whole[1]), high=pl.when(holds).then(whole[2]),
        level=pl.when(holds).then(pl.lit(0.95)), status=pl.lit("estimated"), basis=pl.lit("model"), sex=pl.lit(sex),
        locator=pl.format("{}/{}/{}", "iso3", "year", pl.lit(column)),
    )  # fmt: skip


def migrants(data: bytes, document: Document) -> Reading:
    """International migrants on 1 July by origin and destination, by sex; XXX is "other" or unknown origins."""
    return _stocks(table(data, MIGRANTS), MIGRANTS, document, origin=_code("orig"))


def migrant_ages(data: bytes, document: Document) -> Reading:
    """International migrants on 1 July by destination, sex and five-year age band, all origins together (origin null)."""
    return _stocks(table(data, MIGRANT_AGES), MIGRANT_AGES, document, origin=pl.lit(None, dtype=pl.String))


def _code(column: str) -> pl.Expr:
    """ISO 3166 alpha-3; the Channel Islands (M49 830), which ISO has no code for, under the user-assigned XCX."""
    return pl.col(column).cast(pl.String).replace({"CHI": "XCX"})


def _stocks(found: pl.DataFrame, source: Source, document: Document, *, origin: pl.Expr) -> Reading:
    known = numbers(found, ("year", "value"), source).with_columns(pl.col("year").cast(pl.Int32))
    words = {
        text: band(text) for text in (known.get_column("age").unique().to_list() if "age" in known.columns else ["all"])
    }
    ages = pl.DataFrame(
        {"age": list(words), "age_from": [b[0] for b in words.values()], "age_to": [b[1] for b in words.values()]}
    )
    aged = known if "age" in known.columns else known.with_columns(age=pl.lit("all"))
    start, end = mid_year(pl.col("year"))
    cells = aged.join(ages.cast({"age_from": pl.Int16, "age_to": pl.Int16}), on="age", how="left").select(
        group=pl.lit("migrants"), measure=pl.lit("stock"), unit=pl.lit("people"), origin=origin, place=_code("dest"),
        start=start, end=end, value=pl.col("value"), sex=pl.col("sex").cast(pl.String).replace_strict(_SEX, default=pl.col("sex").cast(pl.String)),
        age_from="age_from", age_to="age_to", basis=pl.lit("mixed"), locator=pl.format("{}/{}/{}/{}", origin.fill_null("all"), "dest", "year", "age"),
        status=pl.when(F.value.is_null()).then(pl.lit("not_counted")).otherwise(pl.lit("estimated")),
    )  # fmt: skip
    return Reading(
        figures=figures(cells, document, "unpd"), rows=found.height, empty=cells.filter(F.value.is_null()).height
    )
