"""UNHCR Refugee Population Statistics: population, asylum applications and decisions, solutions, UNRWA and IDMC series.

Reads the API's JSON pages (api.unhcr.org/population/v1) and the published tables (CSV as handed to HDX; tidy Parquet).
Definitions and rounding: UNHCR, Refugee Data Finder, methodology.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from qanat.figures import Document, F
from qanat.sources.asking import following
from qanat.sources.asking import unhcr as asked
from qanat.sources.cells import SUMMED, records, set_aside
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import Column, Rounding, counted, dated, ends, figures, long, rounded
from qanat.sources.shape import since as recent
from qanat.sources.tables import heading
from qanat.sources.unhcr_tables import (
    APPLICATION,
    DECISION,
    DECISIONS,
    IDMC,
    POPULATION,
    SOLUTION,
    SOLUTIONS,
    STOCKS,
    UNRWA,
)

__all__ = [
    "ADAPTERS", "APPLICATION", "DECISION", "IDMC", "POPULATION", "SOLUTION", "STOCKS", "UNRWA", "applications", "decisions", "idmc", "population",
    "solutions", "unrwa",
]  # fmt: skip
_LAST_WORLD: Final = 2008  # IDMC's series has world totals only, under XXX, up to here
_KEEP: Final = ("year", "coo_iso", "coa_iso", "coo", "coa")


def population(
    data: bytes,
    document: Document,
    *,
    since: int | None = None,
    keep_empty: bool = False,
    places: frozenset[str] | None = None,
) -> Reading:
    """Year-end stocks and the year's returns by origin and asylum.

    since       leave out earlier years
    keep_empty  keep cells without a number as rows of status not_counted
    A zero is kept as published, bounds [0, 2]; the tidy table writes 0 also where the API has "-" (not applicable):
    such a cell is taken for empty where the group cannot exist (IDPs abroad, refugees at home), else the 0 stays.
    A row the API sums over all countries of asylum has the place WLD, one it sums over all origins has no origin; a sum
    has no bounds, since each of its cells was rounded by itself.
    """
    present = _present(data)
    source = _lacking(POPULATION, *(c.name for c in STOCKS if c not in present))
    found, aside = records(data, source, places)
    found = recent(found, since)
    return _wide(found, aside, source, present, document, keep_empty=keep_empty)


def solutions(
    data: bytes,
    document: Document,
    *,
    since: int | None = None,
    keep_empty: bool = False,
    places: frozenset[str] | None = None,
) -> Reading:
    """Returns, resettlement and naturalisation in the year.

    As published: for returns `place` is the country returned from, for resettlement the country resettled to, for
    naturalisation the country of the new citizenship. Returned IDPs have origin and place alike.
    """
    found, aside = records(data, SOLUTION, places)
    found = recent(found, since)
    return _wide(found, aside, SOLUTION, SOLUTIONS, document, keep_empty=keep_empty)


def unrwa(
    data: bytes, document: Document, *, since: int | None = None, places: frozenset[str] | None = None
) -> Reading:
    """Palestine refugees registered with UNRWA, by place of registration; stands beside UNHCR's figures."""
    found, aside = records(data, UNRWA, places)
    found = recent(found, since)
    return _wide(found, aside, UNRWA, (Column(name="total", group="palestine-refugees"),), document, keep_empty=False)


def idmc(data: bytes, document: Document, *, since: int | None = None, places: frozenset[str] | None = None) -> Reading:
    """IDMC's year-end IDPs by conflict and violence, as UNHCR carries them.

    Up to 2008 there is one row a year, under XXX: the world's total, read as WLD without origin. Later rows under XXX
    are people whose country is not told and stay XXX. A row that the API sums over the other end (`coa` "-") is the
    country's own figure: people inside it.
    """
    found, aside = records(data, IDMC, places)
    found = recent(found, since)
    origin, place = pl.col("coo_iso"), pl.col("coa_iso")
    world = (pl.col("year") <= _LAST_WORLD) & (origin == "XXX")
    found = found.with_columns(
        coo_iso=pl.when(world).then(pl.lit("-")).otherwise(origin),
        coa_iso=pl.when(world).then(pl.lit("-")).when(place == "-").then(origin).otherwise(place),
        coa_told=pl.when(world).then(pl.lit("-")).otherwise(place),
    )
    return _wide(found, aside, IDMC, (Column(name="total", group="idps"),), document, keep_empty=False)


def applications(
    data: bytes, document: Document, *, since: int | None = None, places: frozenset[str] | None = None
) -> Reading:
    """Asylum applications in the year, in people or in cases, by procedure, type and level (in `facet`).

    procedure  G government, J joint, U UNHCR;  type N new, R repeat, A appeal, V unspecified (2000-2005), ...
    """
    source = _lacking(APPLICATION, "dec_level") if "app_type" in heading(data, APPLICATION) else APPLICATION
    found, aside = records(data, source, places)
    found = recent(found, since)
    facet = _facet(level="dec_level", procedure="procedure_type", type="app_type")
    applied = (Column(name="applied", group="asylum-applicants", measure="flow"),)
    return _cut(found, aside, source, applied, document, facet=facet)


def decisions(
    data: bytes, document: Document, *, since: int | None = None, places: frozenset[str] | None = None
) -> Reading:
    """Asylum decisions in the year by outcome, in people or in cases, by procedure and level (in `facet`)."""
    found, aside = records(data, DECISION, places)
    found = recent(found, since)
    facet = _facet(level="dec_level", procedure="procedure_type")
    return _cut(found, aside, DECISION, DECISIONS, document, facet=facet)


def _lacking(source: Source, *names: str) -> Source:
    """The same source where these columns may be absent."""
    needed = tuple(name for name in source.columns if name not in names)
    return replace(
        source,
        columns=needed,
        optional=(*source.optional, *names),
        counts=tuple(name for name in source.counts if name not in names),
        words={name: allowed for name, allowed in source.words.items() if name not in names},
    )


def _present(data: bytes) -> tuple[Column, ...]:
    """The columns of people in these bytes: UNHCR's CSV of year-end totals leaves some out, everything else has all."""
    told = heading(data, POPULATION)
    present = tuple(c for c in STOCKS if c.name in told)
    return present or STOCKS


def _wide(
    found: pl.DataFrame,
    aside: pl.DataFrame,
    source: Source,
    columns: tuple[Column, ...],
    document: Document,
    *,
    keep_empty: bool,
) -> Reading:
    keep = (*_KEEP, *(name for name in ("coa_told",) if name in found.columns))
    cells, empty = counted(_possible(long(found, columns, keep)), keep_empty=keep_empty)
    rounding: Rounding = "none" if source.counter in ("idmc", "unrwa") else "five"
    made = _finished(cells, source, document, rounding)
    return Reading(figures=made, rows=found.height + set_aside(aside), empty=empty, rejected=aside)


def _possible(cells: pl.DataFrame) -> pl.DataFrame:
    """Zeros made empty where the group cannot exist: internally displaced people are in their own country, refugees,
    asylum-seekers and others in need of international protection are not. The tables write 0 there for "-".
    """
    own, there = pl.col("coo_iso"), pl.col("coa_iso")
    told = (own != SUMMED) & (there != SUMMED)
    inside = F.group.is_in(["idps", "returned-idps"]) & (own != there) & told
    outside = F.group.is_in(["refugees", "asylum-seekers", "other-in-need"]) & (own == there) & told
    return cells.with_columns(value=pl.when((inside | outside) & (F.value == 0)).then(None).otherwise(F.value))


def _cut(
    found: pl.DataFrame,
    aside: pl.DataFrame,
    source: Source,
    columns: tuple[Column, ...],
    document: Document,
    *,
    facet: pl.Expr,
) -> Reading:
    """Asylum figures with their cuts, cases apart from people: the two are never added."""
    counted_as = pl.col(next(name for name in source.columns if name.endswith("_pc")))
    told = found.with_columns(
        facet=facet, counted_in=pl.when(counted_as == "C").then(pl.lit("cases")).otherwise(pl.lit("people"))
    )
    cells, empty = counted(long(told, columns, (*_KEEP, "facet", "counted_in")), keep_empty=False)
    rounding: Rounding = "ten" if len(columns) > 1 else "five"
    made = _finished(cells.with_columns(unit="counted_in"), source, document, rounding)
    return Reading(figures=made, rows=found.height + set_aside(aside), empty=empty, rejected=aside)


def _finished(cells: pl.DataFrame, source: Source, document: Document, rounding: Rounding) -> pl.DataFrame:
    placed = dated(rounded(ends(cells, source), rounding))
    alone = (pl.col("coo_iso") != SUMMED) & (pl.col("coa_iso") != SUMMED)  # of a sum every part was rounded
    placed = placed.with_columns(pl.when(alone).then(name).alias(name) for name in ("low", "high", "level"))
    there = "coa_told" if "coa_told" in placed.columns else "coa_iso"  # as it stands in the record
    located = placed.with_columns(locator=pl.format("{}/{}/{}/{}", "year", "coo_iso", there, "name"))
    return figures(located, document, source.counter)


def _facet(**columns: str) -> pl.Expr:
    """The cuts in these columns as key=value;key=value by key; a cut that a record does not make is left out."""
    parts = [_part(key, column) for key, column in sorted(columns.items())]
    return pl.concat_str(parts, separator=";", ignore_nulls=True).replace("", None)


def _part(key: str, column: str) -> pl.Expr:
    word = pl.col(column)
    return pl.when(~word.is_in(["-", ""])).then(pl.concat_str(pl.lit(f"{key}="), word))


ADAPTERS: Final = (
    Adapter(source=POPULATION, read=population, ask=asked, following=following),
    Adapter(source=SOLUTION, read=solutions, ask=asked, following=following),
    Adapter(source=APPLICATION, read=applications, ask=asked, following=following),
    Adapter(source=DECISION, read=decisions, ask=asked, following=following),
    Adapter(source=UNRWA, read=unrwa, ask=asked, following=following),
    Adapter(source=IDMC, read=idmc, ask=asked, following=following),
)
