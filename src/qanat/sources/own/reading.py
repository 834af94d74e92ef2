"""A sheet and its plan to figures, every row accounted for: accepted, set aside with a reason, or a total."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import polars as pl

from qanat.errors import AskError, FigureError
from qanat.figures import Document, F
from qanat.figures.places import Places
from qanat.sources.own.cells import dated, faceted, grouped, peopled
from qanat.sources.own.faults import Faults
from qanat.sources.own.grid import Grid, letters
from qanat.sources.own.layout import Column, Layout
from qanat.sources.own.numbers import Mark, numbers, proven
from qanat.sources.own.once import once
from qanat.sources.own.placing import Placed, Unmatched, placed, settled
from qanat.sources.own.totals import Total, compared, disagreeing, told_rows, total_rows
from qanat.sources.record import Reading
from qanat.sources.rules import PERIOD_END
from qanat.sources.shape import figures


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """What reading goes by besides the sheet: the list of places, who counted, what to do with places not matched."""

    places: Places
    counter: str = "own"
    unmatched: Unmatched = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What a sheet gave: the reading, how its places were found, the totals that were checked."""

    reading: Reading
    ways: dict[str, int] = field(default_factory=dict[str, int])
    totals: tuple[Total, ...] = ()
    blank: int = 0


def records_of(grid: Grid, layout: Layout) -> tuple[pl.DataFrame, int]:
    """The sheet's records with their row number, and how many rows below the heads hold nothing."""
    numbered = grid.cells.with_row_index("row", grid.top).with_columns(pl.col("row").cast(pl.Int64))
    below = numbered.filter((pl.col("row") >= layout.first) & ~pl.col("row").is_in(sorted(layout.skip)))
    used = [f"c{column.at}" for column in layout.columns if column.role != "skip"]
    filled = below.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in used))
    return filled, below.height - filled.height


def located(grid: Grid, layout: Layout, places: Places, remembered: pl.DataFrame | None) -> Placed:
    """The records of a sheet with their places; totals (by their word) are no places."""
    records, _ = records_of(grid, layout)
    named = [
        f"c{column.at}"
        for column in layout.columns
        if column.role in ("country", "place", "pcode", "facet", "group", "sex", "age")
    ]
    is_total = total_rows(records, [f"c{column.at}" for column in layout.of("country", "place", "pcode")] or named)
    hidden = [
        pl.when(~pl.lit(is_total)).then(pl.col(f"c{column.at}")).alias(f"c{column.at}")
        for column in layout.of("country", "place", "pcode")
    ]
    found = placed(records.with_columns(hidden), layout, places, remembered)
    told = found.records.with_columns(is_total=is_total, unplaced=pl.col("unplaced") | is_total)
    return replace(found, records=told)


def read(grid: Grid, layout: Layout, document: Document, found: Placed, how: How) -> Own:
    """Figures of a sheet.

    found  its records with their places (`located`)
    how    places, counter, and what to do with places that were not matched
    Gives  a Reading whose rows are the sheet's own row numbers: rows = accepted + rejected + superseded, where the
           superseded are totals, checked and not added.
    Raises AskError for places that were not matched (unmatched "stop") and for heads without rows, FigureError with every total that disagrees,
    and where no row at all can be read.
    """
    records = settled(found, how.unmatched)
    if records.is_empty():
        raise AskError(
            f"{document.title}: there are no rows below its heads (row {layout.heads[1]}); is this the sheet you mean?"
        )
    faults = _watched(grid, records, layout, found)
    counts = layout.of("count")
    valued = _valued(records, grid, counts, layout, faults)
    totals, is_total = _totals(valued, layout, faults)
    body = valued.filter(~is_total)
    faults.keep(body.get_column("row"))
    _placeless(body, faults)
    dates = dated(body, layout, faults)
    ready = faceted(grouped(peopled(dates, layout, faults), layout, how.places, faults), layout)
    cells = pl.concat([_cells(ready, column, grid) for column in counts], how="vertical")
    told = faults.table()
    sound = cells.filter(~pl.col("row").is_in(told.get_column("row").unique().to_list()))
    unique, twice = once(sound)
    rejected = pl.concat([told, twice]).sort("row", "column")
    kept = unique.filter(~pl.col("row").is_in(twice.get_column("row").to_list()))
    _some(kept, rejected, document.title)
    off = (f"{'rounding' if one.agrees else 'total that disagrees'}: {one.told}" for one in totals if not one.exact)
    notes = [*grid.notes, *layout.notes, *faults.notes, *off]
    reading = Reading(
        figures=figures(kept, document, how.counter), rows=valued.height, rejected=rejected, superseded=int(is_total.sum()),
        empty=kept.filter(F.value.is_null()).height, notes=tuple(notes),
    )  # fmt: skip
    _, blank = records_of(grid, layout)
    return Own(reading=reading, ways=_ways(kept, records), totals=tuple(totals), blank=blank)


def _watched(grid: Grid, records: pl.DataFrame, layout: Layout, found: Placed) -> Faults:
    """What gathers the faults of a sheet, with what is known before its cells are read."""
    faults = Faults(grid)
    faults.beyond(records, layout)
    if found.elsewhere:
        faults.notes.append(
            f"the p-code was taken where the one above it is of another unit than the list has it in: {told_rows(found.elsewhere)}"
        )
    return faults


def _ways(kept: pl.DataFrame, records: pl.DataFrame) -> dict[str, int]:
    """How many of the accepted records were placed in which way; "kept" at their country with their name beside."""
    how = pl.when(pl.col("location").is_not_null()).then(pl.lit("kept")).otherwise("how")
    rows = records.filter(pl.col("row").is_in(kept.get_column("row").unique().to_list())).select(how.alias("how"))
    return dict(sorted(rows.get_column("how").drop_nulls().value_counts().iter_rows()))


def _valued(records: pl.DataFrame, grid: Grid, counts: list[Column], layout: Layout, faults: Faults) -> pl.DataFrame:
    """The records with the number of each column of counts as v3, v7 ...; what is no number is a fault of its cell."""
    texts = {column.at: records.get_column(f"c{column.at}") for column in counts}
    marks: frozenset[Mark] = frozenset({layout.decimal}) if layout.decimal else frozenset()
    if not marks:
        every = {text for one in texts.values() for text in one.drop_nulls().unique().to_list() if not text.isdigit()}
        marks = proven(every)
    at = (records.get_column("row") - grid.top).to_list()
    whole = records
    for column in counts:
        stored = grid.numbers.get_column(f"c{column.at}").gather(at) if grid.numbers.width else None
        found = numbers(texts[column.at], stored, marks)
        wrong_unit = found.get_column("percent") & pl.Series([column.unit != "share"] * found.height, dtype=pl.Boolean)
        told = found.with_columns(
            fault=pl.coalesce(
                "fault", pl.when(wrong_unit).then(pl.lit(f"is a percentage, and the column counts {column.unit}")),
                pl.when(pl.col("value").is_infinite()).then(pl.lit("is not a finite number")),
                pl.when(pl.col("value") < 0).then(pl.lit("is negative; a count is zero or more")),
            )
        )  # fmt: skip
        faults.add(records.get_column("row"), column, texts[column.at], told.get_column("fault"), "number")
        whole = whole.with_columns(told.get_column("value").alias(f"v{column.at}"))
    faults.marked(list(layout.columns), counts)
    return whole


def _totals(valued: pl.DataFrame, layout: Layout, faults: Faults) -> tuple[list[Total], pl.Series]:
    """The totals compared, and which records are totals: by their word, or without a place and equal to the sum.

    Raises FigureError with every total that disagrees, unless the plan only wants that told.
    """
    heads = [(column.at, column.head) for column in layout.of("count")]
    cuts = [
        f"c{column.at}"
        for column in layout.of("facet", "sex", "age", "group", "measure", "origin", "date", "start", "end")
    ]
    candidates = valued.get_column("unplaced") & ~valued.get_column("is_total")
    is_total = valued.get_column("is_total")
    if candidates.any():
        trial, _ = compared(valued.with_columns(is_total=is_total | candidates), heads, cuts)
        agreed = {one.row for one in trial} - {one.row for one in trial if not one.agrees}
        is_total = is_total | (candidates & valued.get_column("row").is_in(sorted(agreed)))
    found, alone = compared(valued.with_columns(is_total=is_total), heads, cuts)
    if alone:
        faults.notes.append(
            f"totals that were left out unchecked, for nothing tells which rows they add: {told_rows(alone)}"
        )
    silent = sorted({*valued.filter(is_total).get_column("row")} - {one.row for one in found} - {*alone})
    if silent:
        faults.notes.append(f"totals that hold no number that can be read: {told_rows(silent)}")
    wrong = [one for one in found if not one.agrees]
    if wrong and layout.totals == "check":
        raise FigureError(
            "totals that disagree, and cells that may be why", pl.concat([disagreeing(wrong), faults.told()])
        )
    return found, is_total


def _placeless(body: pl.DataFrame, faults: Faults) -> None:
    """Records without a place, each with why."""
    why = body.select(
        pl.when("unplaced").then(pl.lit("names no place, and is no total of the other rows"))
        .when(pl.col("where_fault").is_not_null()).then("where_fault")
        .when(pl.col("place").is_null()).then(pl.lit("the country is not known"))
    ).to_series()  # fmt: skip
    at = body.get_column("where_column").item(0) if body.height else 0
    faults.add(body.get_column("row"), Column(at=at, head="place", role="place"), body.get_column("text"), why, "place")


def _cells(ready: pl.DataFrame, column: Column, grid: Grid) -> pl.DataFrame:
    """The cells of one column of counts with figure columns."""
    own = ready.with_columns(
        measure=pl.coalesce(pl.lit(column.measure, dtype=pl.String), "measure"), unit=pl.lit(column.unit),
        group=pl.coalesce(pl.lit(column.group, dtype=pl.String), "group") if column.measure else pl.coalesce("group", pl.lit("people")),
        sex=pl.lit(column.sex) if column.sex else pl.col("sex"), value=pl.col(f"v{column.at}"),
        age_from=pl.lit(column.age[0], dtype=pl.Int16) if column.age else pl.col("age_from"),
        age_to=pl.lit(column.age[1], dtype=pl.Int16) if column.age else pl.col("age_to"), locator=grid.locator(column.at),
        facet=_facet(ready, column),
    )  # fmt: skip
    stock, last = F.measure == "stock", F.end.dt.offset_by("-1d")
    return own.select(
        "row", "measure", "unit", "group", "origin", "place", "sex", "age_from", "age_to", "facet", "value", "locator",
        start=pl.when(stock).then(last).otherwise("start"), end=pl.when(stock).then(last).otherwise("end"),
        method=pl.when(stock & (F.start < last)).then(pl.lit(PERIOD_END)).otherwise(pl.lit("published")), cell=pl.lit(letters(column.at)),
    )  # fmt: skip


def _facet(ready: pl.DataFrame, column: Column) -> pl.Expr:
    """The cuts of the row and of the column as key=value;key=value by key; null where there are none."""
    cuts = {name.removeprefix("cut_"): pl.col(name) for name in ready.columns if name.startswith("cut_")}
    cuts |= {key: pl.lit(value) for key, value in column.facet.items()}
    parts = [
        pl.concat_str(pl.lit(f"{key}="), cut.str.replace_all(r"[=;\s]+", " ").str.strip_chars())
        for key, cut in sorted(cuts.items())
    ]
    return (
        pl.concat_str(parts, separator=";", ignore_nulls=True).replace("", None)
        if parts
        else pl.lit(None, dtype=pl.String)
    )


def _some(kept: pl.DataFrame, rejected: pl.DataFrame, title: str) -> None:
    """Nothing where a figure is left. Raises FigureError with the faults where none is, AskError for totals alone."""
    if kept.is_empty() and rejected.is_empty():
        raise AskError(f"{title}: all its rows say that they are totals; nothing is left to import")
    if kept.is_empty():
        told = rejected.head(50).select("row", "column", "found", fault="why", nearest=pl.lit(None, dtype=pl.String))
        raise FigureError(f"{title}: no row can be read", told)
