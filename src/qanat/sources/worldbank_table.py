"""Incomes and unemployment by country and year, from a table of World Development Indicators with short names of its own.

The World Bank's service gives other indicators (worldbank.py); this table is the only one with incomes at constant
prices, which is what remittance models compare. Definitions: World Bank, WDI metadata of NY.GDP.PCAP.PP.KD (prices of
2017) and SL.UEM.TOTL.ZS (ILO, modelled estimates).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import Document, F
from qanat.figures.periods import flow_of
from qanat.sources.asking import by_file
from qanat.sources.cells import sifted
from qanat.sources.facets import facet
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import figures
from qanat.sources.wide import rows_of

_READ: Final = ("income", "unem")
_OTHERS: Final = ("pop", "birth", "depend", "fdiin", "fdiout", "grieve", "inf", "nmig", "polstb")
SOURCE: Final = Source(
    id="worldbank.indicators-table", counter="worldbank", publisher="World Bank", title="World Development Indicators, table of incomes and unemployment",
    licence="CC-BY-4.0", credit="World Bank, World Development Indicators", url="https://databank.worldbank.org/source/world-development-indicators",
    terms="https://www.worldbank.org/en/about/legal/terms-of-use-for-datasets", every=365, columns=("iso3", "var", "year", "value"),
    signed=("value",), codes=("iso3",), aliases={"CHI": "XCX"}, words={"var": (*_READ, *_OTHERS)}, service=False,
    caution="Incomes are at constant prices of 2017 and never compared with current ones. Unemployment is a modelled estimate of the ILO: work "
    "without a contract counts as work.",
)  # fmt: skip


def indicators_table(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """Gross domestic product per person (international dollars of 2017) and the unemployed as a share of the labour force.

    Records of other indicators give no figure: how many, the notes say. A value below zero is a fault.
    """
    frame = rows_of(data, SOURCE)
    kept, rejected = sifted(frame, SOURCE, places)
    told = kept.filter(pl.col("var").is_in(_READ))
    start, end = flow_of(pl.col("year"))
    income = pl.col("var") == "income"
    cells = told.with_columns(
        measure=pl.when(income).then(pl.lit("income")).otherwise(pl.lit("share")),
        unit=pl.when(income).then(pl.lit("intl-USD-2017")).otherwise(pl.lit("share")),
        group=pl.when(income).then(pl.lit("money")).otherwise(pl.lit("people")),
        facet=pl.when(~income).then(facet(of=pl.lit("labour-force"), part=pl.lit("unemployed"))),
        start=start, end=end, place=pl.col("iso3").replace(dict(SOURCE.aliases)), basis=pl.lit("model"),
        status=pl.lit("estimated"), value=pl.when(income).then("value").otherwise(pl.col("value") / 100),
        locator=pl.format("row {}", "row"),
    )  # fmt: skip
    counted = cells.filter(F.value.is_not_null())
    left = kept.height - told.height
    return Reading(
        figures=figures(counted, document, SOURCE.counter), rows=frame.height, empty=cells.height - counted.height,
        rejected=rejected, notes=(f"{left} records of other indicators are not read",) if left else (),
    )  # fmt: skip


ADAPTERS: Final = (Adapter(source=SOURCE, read=indicators_table, ask=by_file),)
