"""UNHCR Refugee Population Statistics: population, asylum applications and decisions, solutions, UNRWA and IDMC series.

Reads the API's JSON pages (api.unhcr.org/population/v1) and the published tables (CSV as handed to HDX; tidy Parquet).
Definitions and rounding: UNHCR, Refugee Data Finder, methodology.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import Document, F
from qanat.sources.record import Reading, Source
from qanat.sources.shape import Column, Rounding, counted, dated, ends, figures, long, rounded
from qanat.sources.tables import numbers, table

_PUBLISHER: Final = "UNHCR"
_LICENCE: Final = "CC-BY-4.0"
_TERMS: Final = "https://www.unhcr.org/refugee-statistics/insights/explainers/terms-of-use.html"
_API: Final = "https://api.unhcr.org/population/v1/"
_NAMES: Final = ("coo_id", "coo_name", "coo", "coa_id", "coa_name", "coa")


def _source(
    name: str, title: str, columns: tuple[str, ...], *, counter: str = "unhcr", endpoint: str | None = None
) -> Source:
    return Source(
        id=f"unhcr.{name}", counter=counter, publisher=_PUBLISHER, title=f"Refugee Population Statistics: {title}", licence=_LICENCE,
        credit=f"UNHCR Refugee Population Statistics Database, {title}", url=f"{_API}{endpoint or name}/", terms=_TERMS, every=365,
        columns=("year", "coo_iso", "coa_iso", *columns), optional=_NAMES,
    )  # fmt: skip


STOCKS: Final = (
    Column(name="refugees", group="refugees"),
    Column(name="asylum_seekers", group="asylum-seekers"),
    Column(name="returned_refugees", group="returned-refugees", measure="flow"),
    Column(name="idps", group="idps"),
    Column(name="returned_idps", group="returned-idps", measure="flow"),
    Column(name="stateless", group="stateless"),
    Column(name="ooc", group="others-of-concern"),
    Column(name="oip", group="other-in-need"),
    Column(name="hst", group="host-community"),
)
SOLUTIONS: Final = (
    Column(name="returned_refugees", group="returned-refugees", measure="flow"),
    Column(name="resettlement", group="resettled", measure="flow"),
    Column(name="naturalisation", group="naturalised", measure="flow"),
    Column(name="returned_idps", group="returned-idps", measure="flow"),
)
DECISIONS: Final = (
    Column(name="dec_recognized", group="asylum-recognised", measure="flow"),
    Column(name="dec_other", group="asylum-complementary", measure="flow"),
    Column(name="dec_rejected", group="asylum-rejected", measure="flow"),
    Column(name="dec_closed", group="asylum-closed", measure="flow"),
    Column(name="dec_total", group="asylum-decided", measure="flow"),
)

POPULATION: Final = _source("population", "population", tuple(c.name for c in STOCKS))
SOLUTION: Final = _source("solutions", "solutions", tuple(c.name for c in SOLUTIONS))
APPLICATION: Final = _source(
    "asylum-applications", "asylum applications", ("procedure_type", "app_type", "dec_level", "app_pc", "applied")
)
DECISION: Final = _source(
    "asylum-decisions", "asylum decisions", ("procedure_type", "dec_level", "dec_pc", *(c.name for c in DECISIONS))
)
UNRWA: Final = _source("unrwa", "Palestine refugees registered with UNRWA", ("total",), counter="unrwa")
IDMC: Final = _source("idmc", "internally displaced people by IDMC", ("total",), counter="idmc")

# the names of the same columns in UNHCR's CSV files and in the tidy tables of its R package
RENAMED: Final = {
    "Year": "year", "ISO3CoO": "coo_iso", "ISO3CoA": "coa_iso", "origin_iso3": "coo_iso", "asylum_iso3": "coa_iso", "REF": "refugees",
    "IDP": "idps", "ASY": "asylum_seekers", "OOC": "ooc", "STA": "stateless", "OIP": "oip", "HST": "hst", "RET": "returned_refugees",
    "RDP": "returned_idps", "RST": "resettlement", "NAT": "naturalisation", "ProcedureType": "procedure_type",
    "ApplicationType": "app_type", "ApplicationDataType": "app_pc", "Applications": "applied", "DecisionType": "dec_level",
    "DecisionDataType": "dec_pc", "Recognized": "dec_recognized", "RecognizedOther": "dec_other", "OtherwiseClosed": "dec_closed",
    "Rejected": "dec_rejected", "TotalDecided": "dec_total",
}  # fmt: skip


def population(data: bytes, document: Document, *, since: int | None = None, keep_empty: bool = False) -> Reading:
    """Year-end stocks and the year's returns by origin and asylum.

    since       leave out earlier years
    keep_empty  keep cells without a number as rows of status not_counted
    A zero is kept as published, bounds [0, 2]; the tidy table writes 0 also where the API has "-" (not applicable):
    such a cell is taken for empty where the group cannot exist (IDPs abroad, refugees at home), else the 0 stays.
    """
    found = table(data, _any_of(POPULATION, data, STOCKS), RENAMED)
    present = tuple(c for c in STOCKS if c.name in found.columns)
    return _wide(found, POPULATION, present, document, since=since, keep_empty=keep_empty)


def solutions(data: bytes, document: Document, *, since: int | None = None, keep_empty: bool = False) -> Reading:
    """Returns, resettlement and naturalisation in the year.

    As published: for returns `place` is the country returned from, for resettlement the country resettled to, for
    naturalisation the country of the new citizenship. Returned IDPs have origin and place alike.
    """
    found = table(data, SOLUTION, RENAMED)
    return _wide(found, SOLUTION, SOLUTIONS, document, since=since, keep_empty=keep_empty)


def unrwa(data: bytes, document: Document, *, since: int | None = None) -> Reading:
    """Palestine refugees registered with UNRWA, by place of registration; stands beside UNHCR's figures."""
    found = table(data, UNRWA, RENAMED)
    return _wide(
        found, UNRWA, (Column(name="total", group="palestine-refugees"),), document, since=since, keep_empty=False
    )


def idmc(data: bytes, document: Document, *, since: int | None = None) -> Reading:
    """IDMC's year-end IDPs by conflict and violence, as UNHCR carries them; rows XXX/XXX are world totals (WLD).

    A row that the API sums over the other end (`coa` "-") is the country's own figure: people inside it.
    """
    found = table(data, IDMC, RENAMED)
    origin, place = (pl.col(name).cast(pl.String) for name in ("coo_iso", "coa_iso"))
    found = found.with_columns(
        coo_iso=pl.when(origin == "XXX").then(pl.lit("-")).otherwise(origin),
        coa_iso=pl.when(place == "XXX").then(pl.lit("-")).when(place == "-").then(origin).otherwise(place),
    )
    return _wide(found, IDMC, (Column(name="total", group="idps"),), document, since=since, keep_empty=False)


def applications(data: bytes, document: Document, *, since: int | None = None) -> Reading:
    """Asylum applications in the year, in people or in cases, by procedure, type and level (in `facet`).

    procedure  G government, J joint, U UNHCR;  type N new, R repeat, A appeal, V unspecified (2000-2005), ...
    """
    found = table(data, _with_optional(APPLICATION, "dec_level", "ApplicationAveragePersonsPerCase"), RENAMED)
    known = numbers(found, ("year", "applied"), APPLICATION)
    cells = long(
        _since(known, since),
        (Column(name="applied", group="asylum-applicants", measure="flow"),),
        (*_WITH_FACET, "app_type", "app_pc"),
    )
    facet = pl.concat_str(
        _part("level", "dec_level"),
        _part("procedure", "procedure_type"),
        _part("type", "app_type"),
        separator=";",
        ignore_nulls=True,
    )
    return _finished(
        _by_unit(cells.with_columns(facet=facet), "app_pc"), APPLICATION, document, rounding="five", rows=found.height
    )


def decisions(data: bytes, document: Document, *, since: int | None = None) -> Reading:
    """Asylum decisions in the year by outcome, in people or in cases, by procedure and level (in `facet`)."""
    found = table(data, _with_optional(DECISION, "DecisionsAveragePersonsPerCase"), RENAMED)
    known = numbers(found, ("year", *(c.name for c in DECISIONS)), DECISION)
    cells = long(_since(known, since), DECISIONS, (*_WITH_FACET, "dec_pc"))
    facet = pl.concat_str(
        _part("level", "dec_level"), _part("procedure", "procedure_type"), separator=";", ignore_nulls=True
    )
    return _finished(
        _by_unit(cells.with_columns(facet=facet), "dec_pc"), DECISION, document, rounding="ten", rows=found.height
    )


_KEEP: Final = ("year", "coo_iso", "coa_iso")
_WITH_FACET: Final = (*_KEEP, "procedure_type", "dec_level")


def _with_optional(source: Source, *names: str) -> Source:
    from dataclasses import replace

    needed = tuple(name for name in source.columns if name not in names)
    return replace(source, columns=needed, optional=(*source.optional, *names))


def _any_of(source: Source, data: bytes, columns: tuple[Column, ...]) -> Source:
    """UNHCR's CSV of year-end totals leaves some columns out; which ones is its own affair, but one must be there."""
    if data[:4] == b"PAR1" or data.lstrip()[:1] in (b"{", b"["):
        return source
    head = data.split(b"\n", 1)[0].decode("utf-8", "replace").strip().split(",")
    told = {RENAMED.get(name.strip('"\r '), name.strip('"\r ')) for name in head}
    absent = [c.name for c in columns if c.name not in told]
    return _with_optional(source, *absent) if "ISO3CoO" in head and len(absent) < len(columns) else source


def _wide(
    found: pl.DataFrame,
    source: Source,
    columns: tuple[Column, ...],
    document: Document,
    *,
    since: int | None,
    keep_empty: bool,
) -> Reading:
    known = _since(numbers(found, ("year", *(c.name for c in columns)), source), since)
    cells, empty = counted(_possible(long(known, columns, _KEEP)), keep_empty=keep_empty)
    rounding: Rounding = "none" if source is IDMC or source is UNRWA else "five"
    reading = _finished(cells, source, document, rounding=rounding, rows=found.height)
    return Reading(figures=reading.figures, rows=reading.rows, empty=empty)


def _possible(cells: pl.DataFrame) -> pl.DataFrame:
    """Zeros made empty where the group cannot exist: internally displaced people are in their own country, refugees,
    asylum-seekers and others in need of international protection are not. The tables write 0 there for "-"."""
    own, there = (pl.col(name).cast(pl.String) for name in ("coo_iso", "coa_iso"))
    inside = F.group.is_in(["idps", "returned-idps"]) & (own != there)
    outside = F.group.is_in(["refugees", "asylum-seekers", "other-in-need"]) & (own == there) & (own != "-")
    return cells.with_columns(value=pl.when((inside | outside) & (F.value == 0)).then(None).otherwise(F.value))


def _finished(cells: pl.DataFrame, source: Source, document: Document, *, rounding: Rounding, rows: int) -> Reading:
    placed = dated(rounded(ends(cells, "coo_iso", "coa_iso"), rounding))
    told = placed.with_columns(
        locator=pl.format("{}/{}/{}/{}", F.start.dt.year(), pl.col("coo_iso"), pl.col("coa_iso"), pl.col("name"))
    )
    return Reading(
        figures=figures(told, document, source.counter), rows=rows, empty=cells.filter(F.value.is_null()).height
    )


def _since(frame: pl.DataFrame, since: int | None) -> pl.DataFrame:
    return frame if since is None else frame.filter(pl.col("year") >= since)


def _part(key: str, column: str) -> pl.Expr:
    word = pl.col(column).cast(pl.String)
    return pl.when(word.is_not_null() & (word != "")).then(pl.concat_str(pl.lit(f"{key}="), word))


def _by_unit(cells: pl.DataFrame, column: str) -> pl.DataFrame:
    """Cases apart from people; they are never added."""
    return cells.filter(F.value.is_not_null()).with_columns(
        unit=pl.when(pl.col(column).cast(pl.String) == "C").then(pl.lit("cases")).otherwise(pl.lit("people"))
    )
