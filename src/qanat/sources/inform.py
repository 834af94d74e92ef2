"""INFORM Risk Index (European Commission, Joint Research Centre): scores from 0 to 10 of countries; no numbers of people.

The whole index has no facet; a dimension, category or indicator has facet indicator=ID. Scores of different releases
are not comparable; one release is one workflow of the service.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.errors import AskError
from qanat.figures import Document
from qanat.sources.cells import sifted
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.request import Question, Request
from qanat.sources.rows import rows
from qanat.sources.rules import Rule, blank, facet, kept, reading

_API: Final = "https://drmkc.jrc.ec.europa.eu/inform-index/api/informapi/countries/"
_WHOLE: Final = ("INFORM", "INFORM Risk Index", "INFORM RISK")
_MORE: Final = ("FullName", "CountryName", "WorkflowId", "MethodologyId", "ShortDescription", "ParentLevel", "StepNumber", "Ranking", "ValidityYear", "Unit", "Note")  # fmt: skip


def _source(name: str, title: str, url: str, columns: tuple[str, ...], optional: tuple[str, ...], *, service: bool = True) -> Source:  # fmt: skip
    return Source(
        id=f"inform.{name}", counter="inform", publisher="INFORM", title=f"INFORM Risk Index: {title}", licence="CC-BY-4.0", url=url, every=182,
        credit="INFORM Risk Index, Inter-Agency Standing Committee and European Commission (Joint Research Centre)",
        terms="https://drmkc.jrc.ec.europa.eu/inform-index", columns=columns, optional=optional, year=columns[2], codes=("Iso3",),
        decimals=("IndicatorScore",), needs=("part",) if service else (), service=service, parts="a release's workflow, as 493" if service else "",
        caution="A score ranks countries within one release; scores of different releases, and scores and counts, are never mixed.",
    )  # fmt: skip


_JSON: Final = ("IndicatorId", "Iso3", "GNAYear", "IndicatorScore")
TRENDS: Final = _source("trends", "years of one release", f"{_API}trends/", _JSON, _MORE)
SCORES: Final = _source("scores", "one release", f"{_API}scores/", _JSON, _MORE)
TABLE: Final = _source(
    "table", "indicators, as on HDX", "https://data.humdata.org/organization/inform",
    ("IndicatorName", "Iso3", "ValidityYear", "IndicatorScore", "Unit"), ("CountryName",), service=False,
)  # fmt: skip


def trends(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """Scores by country and year (0 to 10, higher is worse); the year is the one the index is made for."""
    return _scored(data, document, TRENDS, places)


def scores(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """Scores by country (0 to 10, higher is worse) of one release, for its own year; null: a country without one."""
    return _scored(data, document, SCORES, places)


def table(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """Indicators by name, with their scale (facet indicator, scale), as HDX's table has them.

    The table gives raw values and scores the same name: where one name and scale has several values none is taken.
    Rows without a name are set aside.
    """
    told = rows(data, TABLE)
    nameless = Rule(column="IndicatorName", word="name", broken=blank("IndicatorName"), why="is the indicator: the row has no name")  # fmt: skip
    sound, aside = kept(told.records, TABLE, nameless)
    found, wrong = sifted(sound, TABLE, places)
    whole = pl.col("IndicatorName").is_in(list(_WHOLE))
    cuts = facet(
        indicator=pl.when(~whole).then("IndicatorName"), scale=pl.when(~whole).then(pl.col("Unit").str.strip_chars("[]"))
    )  # fmt: skip
    return reading(_cells(found, TABLE, cuts), document, TABLE, (told.records.height, [aside, wrong]), told.notes)


def ask(source: Source, question: Question) -> list[Request]:
    """The scores of one release; `part` is its workflow's number (493 is the one of mid 2024). Raises AskError without one."""
    if question.part is None or not question.part.isdigit():
        raise AskError(f"{source.id} answers for one release: give its workflow's number as the part, for example 493")
    return [Request(url=source.url, params={"WorkflowId": question.part})]


def _scored(data: bytes, document: Document, source: Source, places: frozenset[str] | None) -> Reading:
    told = rows(data, source)
    found, wrong = sifted(told.records, source, places)
    cuts = facet(indicator=pl.when(~pl.col("IndicatorId").is_in(list(_WHOLE))).then("IndicatorId"))
    return reading(_cells(found, source, cuts), document, source, (told.records.height, [wrong]), told.notes)


def _cells(found: pl.DataFrame, source: Source, cuts: pl.Expr) -> pl.DataFrame:
    year = pl.col(source.year)
    return found.select(
        "row", "at", place="Iso3", measure=pl.lit("index"), unit=pl.lit("points"), group=pl.lit("risk"), value="IndicatorScore",
        start=pl.date(year, 1, 1), end=pl.date(year + 1, 1, 1), facet=cuts,
    )  # fmt: skip


ADAPTERS: Final = (
    Adapter(source=TRENDS, read=trends, ask=ask),
    Adapter(source=SCORES, read=scores, ask=ask),
    Adapter(source=TABLE, read=table, ask=ask),
)
