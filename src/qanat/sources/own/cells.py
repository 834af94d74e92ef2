"""The cells of a record beside its counts: date, sex, age, group and cuts, each fault kept with its cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from qanat.errors import AskError
from qanat.figures.places import Places
from qanat.figures.words import GROUPS, MEASURES, group_of, nearest
from qanat.sources.own import people
from qanat.sources.own.days import Span, spans
from qanat.sources.own.faults import Faults
from qanat.sources.own.grid import letters
from qanat.sources.own.layout import Column, Layout

_STATUS: Final[dict[str, str]] = {
    "inn": "need",
    "tgt": "target",
    "aff": "affected",
    "rea": "reached",
    "in need": "need",
    "targeted": "target",
}


def _meant(records: pl.DataFrame, column: Column, read: Callable[[str], Any]) -> dict[str, Any]:
    """What each different text of a column means: its own words first, then `read`."""
    own = {" ".join(word.casefold().split()): meant for word, meant in column.words.items()}
    texts = records.get_column(f"c{column.at}").drop_nulls().unique().to_list()
    return {text: read(own.get(" ".join(text.casefold().split())) or text) for text in texts}


def _apply(column: Column, meant: dict[str, Any], dtype: pl.DataType) -> pl.Expr:
    return pl.col(f"c{column.at}").replace_strict(meant, default=None, return_dtype=dtype)


def dated(records: pl.DataFrame, layout: Layout, faults: Faults) -> pl.DataFrame:
    """`start` and `end` (half-open) of each record, by its own columns, else by what holds for all."""
    constant = spans([layout.date or ""], day_first=layout.day_first)[layout.date or ""]
    starts: list[pl.Expr] = []
    ends: list[pl.Expr] = []
    for column in sorted(layout.of("start", "end", "date"), key=lambda one: one.role == "date"):
        found = _spans_of(records, column, layout, faults)
        if column.role != "end":
            starts.append(_apply(column, {text: one.start for text, one in found.items()}, pl.Date()))
        if column.role != "start":
            ends.append(_apply(column, {text: one.end for text, one in found.items()}, pl.Date()))
    told = records.with_columns(
        start=pl.coalesce(*starts, pl.lit(constant.start, dtype=pl.Date)),
        end=pl.coalesce(*ends, pl.lit(constant.end, dtype=pl.Date)),
    )
    _undated(told, layout, faults)
    return told


def _spans_of(records: pl.DataFrame, column: Column, layout: Layout, faults: Faults) -> dict[str, Span]:
    """What each text of a column of dates means; those that mean none are faults."""
    texts = records.get_column(f"c{column.at}")
    found = spans(texts.drop_nulls().unique().to_list(), day_first=layout.day_first, from_1904=faults.from_1904)
    why = texts.replace_strict({text: one.fault for text, one in found.items()}, default=None, return_dtype=pl.String)
    faults.add(records.get_column("row"), column, texts, why, "date")
    if any(one.serial for one in found.values()):
        faults.notes.append(f"{letters(column.at)} ({column.head}): numbers are read as a spreadsheet's count of days")
    return found


def _undated(told: pl.DataFrame, layout: Layout, faults: Faults) -> None:
    """Records without a date, or that end before they start, are faults."""
    none = told.select(
        pl.when(pl.col("start").is_null() | pl.col("end").is_null()).then(pl.lit("has no date"))
        .when(pl.col("end") <= pl.col("start")).then(pl.lit("ends before it starts"))
    ).to_series()  # fmt: skip
    columns = layout.of("date", "start", "end") or [Column(at=0, head="date", role="date")]
    silent = ~told.get_column("row").is_in(faults.table().filter(pl.col("rule") == "date").get_column("row").to_list())
    faults.add(
        told.get_column("row").filter(silent),
        columns[0],
        told.get_column(f"c{columns[0].at}").filter(silent),
        none.filter(silent),
        "date",
    )


def peopled(records: pl.DataFrame, layout: Layout, faults: Faults) -> pl.DataFrame:
    """`sex`, `age_from` and `age_to` of each record; a blank cell is everyone."""
    told = records.with_columns(
        sex=pl.lit("all"), age_from=pl.lit(0, dtype=pl.Int16), age_to=pl.lit(None, dtype=pl.Int16)
    )
    for column in layout.of("sex"):
        meant = _meant(records, column, people.sex)
        _unread(records, column, meant, faults, _SEX)
        told = told.with_columns(sex=_apply(column, meant, pl.String()).fill_null("all"))
    for column in layout.of("age"):
        bands = _meant(records, column, people.age)
        _unread(records, column, bands, faults, _AGE)
        low, high = ({text: band[end] for text, band in bands.items() if band} for end in (0, 1))
        whole = pl.col(f"c{column.at}").is_null()
        told = told.with_columns(
            age_from=pl.when(whole).then(0).otherwise(_apply(column, low, pl.Int16())).cast(pl.Int16),
            age_to=pl.when(~whole).then(_apply(column, high, pl.Int16())),
        )
    return told


def grouped(records: pl.DataFrame, layout: Layout, places: Places, faults: Faults) -> pl.DataFrame:
    """`group`, `measure` and `origin` of each record; null where no column says them."""
    none = pl.lit(None, dtype=pl.String)
    told = records.with_columns(group=none, measure=none, origin=pl.lit(layout.origin, dtype=pl.String))
    for column in layout.of("group"):
        meant = _meant(records, column, lambda text: text if text in GROUPS else group_of(text) or people.group(text))
        _unread(records, column, meant, faults, _GROUP)
        told = told.with_columns(group=_apply(column, meant, pl.String()))
    for column in layout.of("measure"):
        meant = _meant(records, column, lambda text: text if text in MEASURES else _STATUS.get(text.casefold()))
        _unread(records, column, meant, faults, _MEASURE)
        told = told.with_columns(measure=_apply(column, meant, pl.String()))
    for column in layout.of("origin"):
        meant = _meant(records, column, lambda text: _country(text, places))
        _unread(records, column, meant, faults, _ORIGIN)
        told = told.with_columns(origin=_apply(column, meant, pl.String()))
    return told


def _country(text: str, places: Places) -> str | None:
    try:
        return places.find(text).code
    except AskError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What a cell must be, by name and in words; valid: the list the nearest word is sought in."""

    name: str
    why: str
    valid: tuple[str, ...] = ()


_SEX: Final = _Rule(name="sex", why="is no sex that is read (female, male, other, unknown, all)")
_AGE: Final = _Rule(name="age", why="is no band of ages; write 0-17, 60+ or children")
_GROUP: Final = _Rule(name="group", why="is no group of the code list", valid=tuple(GROUPS))
_MEASURE: Final = _Rule(name="measure", why="is no measure of the code list", valid=tuple(MEASURES))
_ORIGIN: Final = _Rule(name="origin", why="is no country that is known, by name or ISO 3166 code")


def _unread(records: pl.DataFrame, column: Column, meant: dict[str, Any], faults: Faults, rule: _Rule) -> None:
    told: dict[str, str] = {}
    for text in (text for text, one in meant.items() if one is None):
        near = nearest(text.casefold(), list(rule.valid))
        hint = f"did you mean {near}? " if near else ""
        told[text] = f"{rule.why}; {hint}words = {{ }} in the mapping file says what it stands for"
    texts = records.get_column(f"c{column.at}")
    why = texts.replace_strict(told, default=None, return_dtype=pl.String)
    faults.add(records.get_column("row"), column, texts, why, rule.name)


def faceted(records: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """A column cut_KEY for each finer cut, null where it does not divide; `location` among them where a place was not matched."""
    told = records.with_columns(cut_location=pl.col("location"))
    for key in dict.fromkeys(column.key or "" for column in layout.of("facet")):
        columns = [column for column in layout.of("facet") if column.key == key]
        parts = [_cut(column) for column in columns]
        told = told.with_columns(pl.coalesce(*parts).alias(f"cut_{key}"))
    return told


def _cut(column: Column) -> pl.Expr:
    text = pl.col(f"c{column.at}")
    whole = [word.casefold() for word in (*column.whole, "-")]
    named = text.replace(dict(column.words)) if column.words else text
    return pl.when(~text.str.to_lowercase().is_in(whole)).then(named)
