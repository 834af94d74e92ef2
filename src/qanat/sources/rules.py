"""What a record must keep to beyond its cells, and a Reading of the cells that did: each figure said once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from qanat.errors import FigureError
from qanat.figures import KEY, Document, F
from qanat.figures.check import PLACE
from qanat.sources.cells import TOLERATED
from qanat.sources.record import REJECTED, Reading, Source
from qanat.sources.shape import figures

PERIOD_END: Final = "last-day@1"  # a stock told for a period stands on the period's last day


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What must not be: the column it is seen in, the rule's word, when it is broken (null: not), and a sentence.

    told   a column whose own text is the sentence, where the publisher says what is wrong
    fatal  the table is refused where it is broken by more than one record in fifty (the publisher changed the table)
    """

    column: str
    word: str
    broken: pl.Expr
    why: str = ""
    told: str | None = None
    fatal: bool = False


def kept(frame: pl.DataFrame, source: Source, *rules: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The records that break no rule, and every fault of the others (REJECTED), by their `row`.

    Raises FigureError with all of them where a fatal rule is broken by more than one record in fifty.
    """
    found = [_faults(frame, rule) for rule in rules]
    grave = pl.concat([pl.DataFrame(schema=REJECTED), *(f for f, r in zip(found, rules, strict=True) if r.fatal)])
    if grave.get_column("row").n_unique() > TOLERATED * frame.height:
        faults = grave.select("row", "column", "found", fault="why", nearest=pl.lit(None, dtype=pl.String))
        raise FigureError(source.id, faults)
    rejected = pl.concat([pl.DataFrame(schema=REJECTED), *found]).sort("row", maintain_order=True)
    return frame.filter(~pl.col("row").is_in(rejected.get_column("row").unique().implode())), rejected


def _faults(frame: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    broken = frame.filter(rule.broken.fill_null(value=False))
    if broken.is_empty():  # Polars cannot format no rows
        return pl.DataFrame(schema=REJECTED)
    shown = pl.col(rule.column).cast(pl.String)
    why = pl.concat_str(pl.lit(f"{rule.column} "), shown.fill_null("").replace("", "(blank)"), pl.lit(f" {rule.why}"))
    told = pl.col(rule.told) if rule.told else why
    return broken.select("row", column=pl.lit(rule.column), found=shown, rule=pl.lit(rule.word), why=told)


def blank(name: str) -> pl.Expr:
    """Whether a text cell says nothing: null, empty or "-"."""
    return pl.col(name).is_null() | pl.col(name).is_in(["", "-"])


def day(name: str) -> pl.Expr:
    """A text cell's day, "2024-01-05" or "2024-01-05T00:00:00Z"; null where it is none."""
    return pl.col(name).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def dates(first: str, last: str) -> tuple[Rule, ...]:
    """The rules of a period told by its first and last day."""
    return (
        Rule(column=first, word="date", broken=day(first).is_null(), why="is no date; year-month-day was expected", fatal=True),
        Rule(column=last, word="date", broken=day(last).is_null(), why="is no date; year-month-day was expected", fatal=True),
        Rule(column=last, word="period", broken=day(last) < day(first), why="is before the period begins"),
    )  # fmt: skip


def period(frame: pl.DataFrame, first: str, last: str) -> pl.DataFrame:
    """`start` and `end` of a period told by its first and last day, half-open; `year` of its start."""
    return frame.with_columns(start=day(first), end=day(last).dt.offset_by("1d"), year=day(first).dt.year())


def on_last_day(cells: pl.DataFrame) -> pl.DataFrame:
    """Stocks put on the last day of their period (method last-day@1 where it is longer than a day), others as they are."""
    stock, last = F.measure == "stock", F.end.dt.offset_by("-1d")
    own = F.method if "method" in cells.columns else pl.lit("published")
    longer = stock & (F.start < last)
    return cells.with_columns(
        method=pl.when(longer).then(pl.lit(PERIOD_END)).otherwise(own),
        start=pl.when(stock).then(last).otherwise(F.start),
        end=pl.when(stock).then(last).otherwise(F.end),
    )


def facet(**cuts: pl.Expr) -> pl.Expr:
    """The cuts as key=value;key=value by key; one that says nothing is left out, null where none says anything."""
    told = {key: cut.cast(pl.String).str.replace_all(r"[=;\s]+", " ").str.strip_chars() for key, cut in cuts.items()}
    parts = [
        pl.when(~value.is_in(["", "-"])).then(pl.concat_str(pl.lit(f"{key}="), value))
        for key, value in sorted(told.items())
    ]
    return pl.concat_str(parts, separator=";", ignore_nulls=True).replace("", None)


def reading(
    cells: pl.DataFrame,
    document: Document,
    source: Source,
    account: tuple[int, Sequence[pl.DataFrame]],
    notes: tuple[str, ...] = (),
    replaced: int = 0,
) -> Reading:
    """A Reading of cells that have `row` (their record), `at` (their locator), a value and what it counts.

    account   how many records the document has, and those set aside so far
    replaced  records that were left out for a preferred one of the same document
    A cell without a value is counted as empty. A figure said again with the same value is said once, and a record of
    nothing else is superseded; one said again with another value is set aside, all its records (rule "twice").
    """
    count, aside = account
    told = cells.filter(F.value.is_not_null())
    made = figures(told.drop("row").rename({"at": "locator"}), document, source.counter)
    made = made.with_columns(record=told.get_column("row"))
    made, bad_place = _placed(made)
    made, twice = _agreeing(made)
    first = made.unique(list(KEY), keep="first", maintain_order=True)
    empty = cells.filter(F.value.is_null())
    again = set(made.get_column("record")) - set(first.get_column("record")) - set(empty.get_column("row"))
    rejected = pl.concat([pl.DataFrame(schema=REJECTED), *aside, bad_place, twice])
    again -= set(rejected.get_column("row"))
    return Reading(
        figures=first.drop("record"), rows=count, empty=empty.height, notes=notes, superseded=replaced + len(again),
        rejected=rejected.sort("row", maintain_order=True),
    )  # fmt: skip


def _placed(made: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    wrong = ~F.place.str.contains(PLACE).fill_null(value=False)
    why = pl.concat_str(F.place.fill_null("(blank)"), pl.lit(" is neither an ISO 3166 alpha-3 code nor a p-code"))
    faults = made.filter(wrong).select(
        row="record", column=pl.lit("place"), found=F.place, rule=pl.lit("place"), why=why
    )
    return made.filter(~wrong), faults


def _agreeing(made: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The figures less those that are said with several values, and these as faults."""
    values = F.value.n_unique().over(KEY)
    why = pl.concat_str(pl.lit("the document says this with "), values.cast(pl.String), pl.lit(" different values; which one holds is not told"))  # fmt: skip
    faults = made.with_columns(several=values, why=why).filter(pl.col("several") > 1)
    rejected = faults.select(
        row="record", column=pl.lit("value"), found=F.value.cast(pl.String), rule=pl.lit("twice"), why="why"
    )
    return made.filter(values == 1), rejected


def words(table: Mapping[str, str], name: str) -> pl.Expr:
    """A text column through a table of words; null where the table has none."""
    return pl.col(name).replace_strict(dict(table), default=None, return_dtype=pl.String)
