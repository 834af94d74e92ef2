"""FTS's requirements and funding as HDX publishes them: one table of plans, one of their clusters, by country and year."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from qanat.figures import Document
from qanat.sources.cells import sifted
from qanat.sources.record import Reading, Source
from qanat.sources.rows import rows
from qanat.sources.rules import Rule, blank, day, facet, kept, period, reading

_PLAN: Final = ("countryCode", "id", "name", "code", "startDate", "endDate", "year", "requirements", "funding")
_MONEY: Final = {"requirements": "requirement", "funding": "funding"}


_HDX: Final = "https://data.humdata.org/organization/ocha-fts"
FTS: Final = Source(  # what all tables of FTS have in common
    id="fts", counter="ocha", publisher="OCHA", title="Financial Tracking Service", licence="CC-BY-3.0-IGO", url="https://fts.unocha.org", every=1,
    credit="OCHA Financial Tracking Service (FTS), fts.unocha.org", terms="https://fts.unocha.org/content/about-fts",
    caution="Only incoming money funds an appeal; internal and outgoing money is the same money moving on. Shared money is told in full by each who shares it.",
)  # fmt: skip
PLAN_TABLE: Final = replace(
    FTS, id="fts.plan-table", title="Financial Tracking Service: appeals by country and year", url=_HDX, service=False, columns=_PLAN,
    optional=("typeId", "typeName", "percentFunded"), decimals=tuple(_MONEY), codes=("countryCode",),
)  # fmt: skip
CLUSTER_TABLE: Final = replace(
    PLAN_TABLE, id="fts.cluster-table", title="Financial Tracking Service: clusters of appeals by country and year",
    columns=(*_PLAN, "clusterCode", "cluster"),
)  # fmt: skip


def table_plans(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """What plans ask for and were given, by country and year (facet plan=CODE).

    The period is the plan's where it lies in the year, else the calendar year. Money outside of every plan has
    plan=Not specified. The share funded is not stored: it is the one over the other.
    """
    return _read(data, document, PLAN_TABLE, places)


def table_clusters(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """The same by cluster (facet cluster=NAME); money shared by clusters is a row of its own, in none of theirs."""
    return _read(data, document, CLUSTER_TABLE, places)


def _read(data: bytes, document: Document, source: Source, places: frozenset[str] | None) -> Reading:
    told = rows(data, source)
    wrong_date = [
        Rule(column=name, word="date", broken=~blank(name) & day(name).is_null(), why="is no date; year-month-day was expected", fatal=True)
        for name in ("startDate", "endDate")
    ]  # fmt: skip
    sound, aside = kept(told.records, source, *wrong_date)
    own = (day("startDate").dt.year().cast(pl.String) == pl.col("year")) & (
        day("endDate").dt.year().cast(pl.String) == pl.col("year")
    )
    ends = {"from": ("startDate", "-01-01"), "to": ("endDate", "-12-31")}
    dated = sound.with_columns(
        pl.when(own).then(name).otherwise(pl.concat_str("year", pl.lit(rest))).alias(end)
        for end, (name, rest) in ends.items()
    )
    published = dated.get_column("year")
    found, wrong = sifted(period(dated, "from", "to").with_columns(published), source, places)
    cluster = pl.col("cluster") if "cluster" in source.columns else pl.lit(None, dtype=pl.String)
    plan = pl.when(blank("code")).then("name").otherwise("code")
    cells = [
        found.with_columns(
            place=pl.col("countryCode"), measure=pl.lit(measure), unit=pl.lit("USD"), group=pl.lit("money"), value=pl.col(name),
            facet=facet(cluster=cluster, plan=plan), at=pl.concat_str("at", pl.lit(f"#{name}")),
        )
        for name, measure in _MONEY.items()
    ]  # fmt: skip
    return reading(pl.concat(cells), document, source, (told.records.height, [aside, wrong]), told.notes)
