"""Eurostat: asylum applications and decisions, temporary protection, residence permits, migration and population.

Reads the JSON-stat of its statistics API. Citizens stand as `origin` (null: all), the reporting country as `place`.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import polars as pl

from qanat.errors import SourceError
from qanat.figures import Document, F
from qanat.sources.answers import aside
from qanat.sources.cells import sifted
from qanat.sources.eurostat_tables import (
    DECISIONS,
    GROUP,
    OPTIONAL,
    OWN,
    PARTS,
    SEXES,
    TABLES,
    TOLD_BY_GROUP,
    WHOLE,
    Table,
    age,
    ask,
)  # fmt: skip
from qanat.sources.facets import facet
from qanat.sources.jsonstat import Cube, cube
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import figures

_NEEDED: Final = ("citizen", "geo", "time", "unit")
_EMPTY: Final = (":", "-", "")
_TIMES: Final = {"month": r"^(\d{4})-(\d{2})$", "quarter": r"^(\d{4})-Q([1-4])$", "year": r"^(\d{4})()$"}
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_MARKS: Final = {
    "b": "a break in the series",
    "d": "another definition",
    "u": "low reliability",
    "n": "not significant",
}


def read(table: Table, data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """One of Eurostat's tables.

    Flows run over the month, quarter or year; people under temporary protection are of the month's last day, the
    population of 1 January. A dimension's whole (all applicants, all decisions) is no cut, any other of its codes
    stands in `facet`. Numbers rounded to the nearest five carry the bounds they stand for, two either way (0 is [0, 2],
    10 is [8, 12], level 1). Flags: p provisional, e and s estimated, c confidential (suppressed, without a number);
    ":" and "z" give no figure. Totals over citizens have no origin; groups of countries give no figures (see notes).
    """
    source = table.source
    found = cube(data, source)
    whole = _whole(found, table, source)
    grouped = _is_group("geo", total=True) | _is_group("citizen", total=False)
    single = whole.filter(~grouped)
    kept, rejected = sifted(_told(single), source)
    kept, faults = _sound(_placed(kept, table), places)
    cells = _cells(kept, table)
    empty = F.value.is_null() & (F.status != "suppressed")
    counted = cells.filter(~empty)
    return Reading(
        figures=figures(counted, document, source.counter), rows=whole.height, empty=cells.height - counted.height,
        rejected=pl.concat([rejected, faults]).sort("row", maintain_order=True), notes=_notes(found, whole.height - single.height, cells, table),
    )  # fmt: skip


def _whole(found: Cube, table: Table, source: Source) -> pl.DataFrame:
    """The cells, all dimensions there. Raises SourceError naming the dimensions that are missing or new."""
    missing = [name for name in (*_NEEDED, *table.cuts) if name not in found.dimensions]
    new = [name for name in found.dimensions if name not in (*_NEEDED, *table.cuts, *OPTIONAL)]
    if missing or new:
        told = [f"no {name}" for name in missing] + [f"{name}, which is not known here" for name in new]
        raise SourceError(
            f"{source.id}: the table has {', '.join(told)}; expected {', '.join((*_NEEDED, *table.cuts, *OPTIONAL))}. "
            "Nothing was kept; if Eurostat changed the table, its adapter must learn the new dimensions"
        )
    undivided = {"freq": "", "sex": "T", "age": "TOTAL"}
    return found.cells.with_columns(
        pl.lit(undivided[name]).alias(name) for name in OPTIONAL if name not in found.dimensions
    )


def _is_group(column: str, *, total: bool) -> pl.Expr:
    group = pl.col(column).str.contains(f"^{GROUP.pattern}$")
    return group | (pl.col(column) == "TOTAL") if total else group


def _told(cells: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("value").str.strip_chars()
    return cells.with_columns(
        value=pl.when(~text.is_in(_EMPTY)).then(text), flag=pl.col("flag").fill_null("").str.to_lowercase()
    )


def _placed(cells: pl.DataFrame, table: Table) -> pl.DataFrame:
    """`place`, `origin`, the span and the age of each cell; null where a code is not known."""
    from qanat.edition.places import places

    known = {place.iso2: place.code for place in places().countries() if place.iso2} | OWN | PARTS
    ages = {code: age(code) for code in cells.get_column("age").unique().to_list()}
    bands = pl.DataFrame(
        [(code, *(band or (None, None)), band is not None) for code, band in ages.items()],
        schema={"age": pl.String(), "age_from": pl.Int16(), "age_to": pl.Int16(), "aged": pl.Boolean()}, orient="row",
    )  # fmt: skip
    start, end = _span(table)
    iso = {
        name: pl.col(name).replace_strict(known, default=None, return_dtype=pl.String) for name in ("geo", "citizen")
    }
    placed = cells.with_columns(place=iso["geo"], origin=iso["citizen"], start=start, end=end)
    return placed.join(bands, on="age", how="left", maintain_order="left")


def _span(table: Table) -> tuple[pl.Expr, pl.Expr]:
    """First day, and day after the last; twice the one day of a stock."""
    parts = pl.col("time").str.extract_groups(_TIMES[table.every]).struct
    step = _MONTHS[table.every]
    part = parts.field("2").replace("", "1").cast(pl.Int32, strict=False).clip(0, 13)
    first = (parts.field("1") + "-" + ((part - 1) * step + 1).cast(pl.String).str.zfill(2)).str.to_date(
        "%Y-%m", strict=False
    )
    until = first.dt.offset_by(f"{step}mo")
    if table.measure == "flow":
        return first, until
    return (first, first) if table.every == "year" else (until.dt.offset_by("-1d"), until.dt.offset_by("-1d"))


def _sound(cells: pl.DataFrame, places: frozenset[str] | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    rules = [
        (F.place.is_null(), "geo", ("country", "is no country of Eurostat's list that is known here")),
        (F.origin.is_null() & (pl.col("citizen") != "TOTAL"), "citizen", ("country", "is no citizenship of Eurostat's list that is known here")),
        (F.start.is_null(), "time", ("date", "is no period of this table")),
        (~pl.col("aged"), "age", ("age", "is no age of Eurostat's list that is known here")),
    ]  # fmt: skip
    if places is not None:
        unlisted = ("country", "is a country that is not listed here")
        rules += [(~F.place.is_in(sorted(places)), "geo", unlisted), (F.origin.is_not_null() & ~F.origin.is_in(sorted(places)), "citizen", unlisted)]  # fmt: skip
    faults: list[pl.DataFrame] = []
    for broken, column, rule in rules:
        cells, found = aside(cells, broken, column, rule)
        faults.append(found)
    return cells, pl.concat(faults)


def _cells(kept: pl.DataFrame, table: Table) -> pl.DataFrame:
    cuts = {name: pl.when(pl.col(name) != WHOLE[name]).then(pl.col(name)) for name in table.cuts}
    group: pl.Expr = pl.lit(table.group)
    if "decision" in table.cuts:
        decision = pl.col("decision")
        group = decision.replace_strict(DECISIONS, default=table.group)
        cuts["decision"] = pl.when(~decision.is_in(TOLD_BY_GROUP)).then(decision)
    parts = {"citizen": pl.when(pl.col("citizen").is_in(list(PARTS))).then("citizen")}
    flag = pl.col("flag")
    status = (
        pl.when(F.value.is_null() & flag.str.contains("c")).then(pl.lit("suppressed"))
        .when(F.value.is_null()).then(pl.lit("not_counted"))
        .when(flag.str.contains("p")).then(pl.lit("provisional"))
        .when(flag.str.contains("[es]")).then(pl.lit("estimated"))
        .otherwise(pl.lit("counted"))
    )  # fmt: skip
    rounded = pl.lit(table.five) & (F.value % 5 == 0)
    return kept.with_columns(
        measure=pl.lit(table.measure), unit=pl.lit("people"), group=group, sex=pl.col("sex").replace_strict(SEXES), status=status,
        facet=facet(**cuts, **parts), locator="at", basis=pl.lit("registration" if table.group != "people" else "mixed"),
        low=pl.when(rounded).then((F.value - 2).clip(lower_bound=0)), high=pl.when(rounded).then(F.value + 2),
        level=pl.when(rounded).then(pl.lit(1.0)),
    )  # fmt: skip


def _notes(found: Cube, groups: int, cells: pl.DataFrame, table: Table) -> tuple[str, ...]:
    odd = cells.filter(F.value % 5 != 0).height if table.five else 0
    marks = {
        told: cells.filter(F.value.is_not_null() & pl.col("flag").str.contains(mark)).height
        for mark, told in _MARKS.items()
    }
    return (
        *((f"{groups} cells speak of groups of countries, which are no places here",) if groups else ()),
        *((f"{odd} numbers are no multiples of five and carry no bounds",) if odd else ()),
        *(f"{count} numbers are marked as {told}" for told, count in marks.items() if count),
        *((f"Eurostat says it was last updated {found.updated}",) if found.updated else ()),
    )


ADAPTERS: Final = tuple(Adapter(source=table.source, read=partial(read, table), ask=ask) for table in TABLES)
