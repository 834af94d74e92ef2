"""Money sent across borders: World Bank and KNOMAD estimates by corridor and by country, and what sending it costs.

Money comes from `origin`, the country it is sent from, and reaches `place`, the country it is sent to. (A migrant's
money thus goes the other way than the migrant: from the country of residence to the country of birth.)
Sources: World Bank and KNOMAD, Bilateral Remittance Matrix and Remittance Inflows and Outflows (Ratha and Shaw 2007,
South-South Migration and Remittances, World Bank Working Paper 102); World Bank, Remittance Prices Worldwide.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import Document, F
from qanat.figures.periods import flow_of
from qanat.sources.answers import aside
from qanat.sources.asking import by_file
from qanat.sources.cells import set_aside, sifted
from qanat.sources.facets import facet
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import WORLD, figures
from qanat.sources.wide import rows_of

_TERMS: Final = "https://www.worldbank.org/en/about/legal/terms-of-use-for-datasets"
_MILLION: Final = 1e6
_CODES: Final = {"CHI": "XCX", "KSV": "XKX"}  # the World Bank's codes for the Channel Islands and Kosovo


def _source(name: str, title: str, url: str, every: int, **columns: tuple[str, ...]) -> Source:
    prices = "pct" in columns["decimals"]
    return Source(
        id=f"worldbank.{name}", counter="worldbank", publisher="World Bank" if prices else "World Bank and KNOMAD", title=title,
        licence="CC-BY-4.0", credit=f"World Bank{'' if prices else ' and KNOMAD'}, {title}", url=url, terms=_TERMS, every=every,
        columns=columns["columns"], decimals=columns["decimals"], codes=columns["codes"], aliases=_CODES, service=False,
        year="" if prices else "year", caution=_PRICES if prices else _ESTIMATES,
    )  # fmt: skip


_ESTIMATES: Final = (
    "Analytical estimates, no counted transfers: the matrix spreads each country's recorded inflow over corridors by migrant stocks and "
    "incomes. Inflows by country and the matrix are never added."
)
_PRICES: Final = (
    "The average price, at the time of the survey, of sending 200 US dollars, over the services surveyed in a corridor, not weighted by their "
    "use. A price below zero (an exchange rate better than the market's) is set aside."
)
BILATERAL: Final = _source(
    "remittances-bilateral", "Bilateral Remittance Matrix", "https://www.knomad.org/data/remittances", 365,
    columns=("sender", "receiver", "year", "usd_million"), decimals=("usd_million",), codes=("sender", "receiver"),
)  # fmt: skip
FLOWS: Final = _source(
    "remittances", "Remittance Inflows and Outflows", "https://www.knomad.org/data/remittances", 180,
    columns=("iso3", "year", "inflow_usd_million", "outflow_usd_million"), decimals=("inflow_usd_million", "outflow_usd_million"),
    codes=("iso3",),
)  # fmt: skip
PRICES: Final = _source(
    "remittance-prices", "Remittance Prices Worldwide", "https://remittanceprices.worldbank.org/", 90,
    columns=("sender", "receiver", "series", "series_code", "quarter", "pct"), decimals=("pct",), codes=("sender", "receiver"),
)  # fmt: skip


def bilateral(
    data: bytes, document: Document, *, places: frozenset[str] | None = None, year: int | None = None
) -> Reading:
    """US dollars sent in a year from `origin` to `place`; the published totals with no origin (from everywhere), and
    with WLD as place (to anywhere).

    year  read the matrix of this year alone, as the release it came in; null: every record
    """
    rows = rows_of(data, BILATERAL)
    wanted = rows if year is None else rows.filter(pl.col("year").cast(pl.String) == str(year))
    found, rejected = sifted(wanted, BILATERAL, places)
    cells = _dollars(found, "usd_million").with_columns(
        origin=pl.when(pl.col("sender") != WORLD).then(_code("sender")), place=_code("receiver"),
        locator=pl.format("row {}", "row"),
    )  # fmt: skip
    return _reading(cells, document, rejected, found.height)


def flows(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """US dollars received in a year by `place` from everywhere (origin null), and sent from `origin` to anywhere (WLD)."""
    found, rejected = sifted(rows_of(data, FLOWS), FLOWS, places)
    none = pl.lit(None, dtype=pl.String)
    received = _dollars(found, "inflow_usd_million").with_columns(
        origin=none, place=_code("iso3"), locator=pl.format("row {}#inflow_usd_million", "row")
    )
    sent = _dollars(found, "outflow_usd_million").with_columns(
        origin=_code("iso3"), place=pl.lit(WORLD), locator=pl.format("row {}#outflow_usd_million", "row")
    )
    return _reading(pl.concat([received, sent]), document, rejected, found.height)


def prices(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """What sending 200 US dollars from `origin` to `place` costs on average, as a share of them, in a quarter (fees and
    the margin on the exchange rate); the publisher's series in `facet`.
    """
    found, rejected = sifted(rows_of(data, PRICES), PRICES, places)
    quarter = pl.col("quarter").cast(pl.String).str.extract_groups(r"^(\d{4})-?Q([1-4])$").struct
    year, part = quarter.field("1").cast(pl.Int32), quarter.field("2").cast(pl.Int32)
    start = pl.date(year, part * 3 - 2, 1)
    dated, faults = aside(
        found.with_columns(start=start), F.start.is_null(), "quarter", ("date", "is no quarter; 2020Q3 was expected")
    )
    cells = dated.with_columns(
        measure=pl.lit("price"), unit=pl.lit("share"), group=pl.lit("money"), end=F.start.dt.offset_by("3mo"), origin=_code("sender"),
        place=_code("receiver"), value=pl.col("pct") / 100, facet=facet(series=pl.col("series_code")), basis=pl.lit("survey"),
        locator=pl.format("row {}", "row"),
    )  # fmt: skip
    return _reading(cells, document, pl.concat([rejected, faults]), found.height - faults.height)


def _dollars(found: pl.DataFrame, column: str) -> pl.DataFrame:
    start, end = flow_of(pl.col("year"))
    return found.with_columns(
        measure=pl.lit("remittances"), unit=pl.lit("USD"), group=pl.lit("money"), start=start, end=end, basis=pl.lit("model"),
        status=pl.lit("estimated"), value=pl.col(column) * _MILLION,
    )  # fmt: skip


def _code(column: str) -> pl.Expr:
    return pl.col(column).replace(_CODES)


def _reading(cells: pl.DataFrame, document: Document, rejected: pl.DataFrame, kept: int) -> Reading:
    counted = cells.filter(F.value.is_not_null())
    return Reading(
        figures=figures(counted, document, "worldbank"), rows=kept + set_aside(rejected), empty=cells.height - counted.height,
        rejected=rejected,
    )  # fmt: skip


ADAPTERS: Final = (
    Adapter(source=BILATERAL, read=bilateral, ask=by_file),
    Adapter(source=FLOWS, read=flows, ask=by_file),
    Adapter(source=PRICES, read=prices, ask=by_file),
)
