"""Declared repairs of published figures: which rows, what is done, why, asked of whom and when, and the guard that ends them.

A correction is data, one table in a TOML file (the house's are in sources/corrections/, a user's in HOME/corrections/):

    [[correction]]
    id = "idmc-2021-congo"
    source = "idmc.gidd-conflict"
    where = { place = "COG", end = 2021-12-31, group = "idps" }
    action = "set"            # set, not_counted or drop
    value = 134430            # for set
    expect = 57072            # what the source says today; the correction fails once it says something else
    reason = "revised in the 2025 release, this answer is an older copy"
    asked = 2026-11-02        # when the publisher was told
    by = "information management, country office"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any, Final, Literal, cast

import polars as pl

from qanat.errors import CorrectionError
from qanat.figures import SCHEMA, F
from qanat.figures.words import nearest

Action = Literal["set", "not_counted", "drop"]
ACTIONS: Final = ("set", "not_counted", "drop")
_ID: Final = re.compile(r"[\w.-]+")
_KEYS: Final[dict[str, tuple[type, ...]]] = {
    "id": (str,), "source": (str,), "where": (dict,), "action": (str,), "expect": (int, float), "reason": (str,), "asked": (date,), "by": (str,),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One repair. `expect` is the published value every row it fits must have; `value` is what "set" puts in its place."""

    id: str
    source: str
    where: dict[str, Any]
    action: Action
    value: float | None
    expect: float
    reason: str
    asked: date
    by: str
    file: str


def corrections(text: str, file: str) -> tuple[Correction, ...]:
    """The corrections of a TOML file. Raises CorrectionError naming every fault of the file at once."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise CorrectionError(f"{file} is not TOML ({cause}); mend it or take it away") from cause
    faults = [f"unknown key {key!r}; a file holds [[correction]] tables" for key in content if key != "correction"]
    held: Any = content.get("correction", [])
    if not isinstance(held, list) or not all(isinstance(one, dict) for one in cast("list[object]", held)):
        raise CorrectionError(f"{file}: correction is no list of tables; write each under a line [[correction]]")
    tables = cast("list[dict[str, Any]]", held)
    faults += [fault for at, table in enumerate(tables, 1) for fault in _faults(table, at)]
    names = [str(table.get("id")) for table in tables]
    faults += [f"two corrections are called {name!r}" for name in sorted({n for n in names if names.count(n) > 1})]
    if faults:
        raise CorrectionError(f"{file}: {len(faults)} faults, no correction was applied\n  " + "\n  ".join(faults))
    return tuple(_record(table, file) for table in tables)


def _record(table: dict[str, Any], file: str) -> Correction:
    value = table.get("value")
    return Correction(
        **{key: table[key] for key in _KEYS if key != "expect"},
        expect=float(table["expect"]), value=None if value is None else float(value), file=file,
    )  # fmt: skip


def _faults(table: dict[str, Any], at: int) -> list[str]:
    """What is wrong with one correction, as sentences."""
    told = f"correction {table.get('id', at)!r}"
    allowed = [*_KEYS, "value"]
    out = [f"{told}: unknown key {key!r}{_near(key, allowed)}" for key in table if key not in allowed]
    out += [f"{told}: {key} is missing" for key in _KEYS if key not in table]
    out += [
        f"{told}: {key} is {table[key]!r}, it must be {' or '.join(kind.__name__ for kind in kinds)}"
        for key, kinds in _KEYS.items()
        if key in table and (not isinstance(table[key], kinds) or isinstance(table[key], bool))
    ]
    out += [
        f"{told}: {key} is {table[key]!r}, it must be a finite number"
        for key in ("value", "expect")
        if key in table and not _number(table[key]) and (key == "value" or isinstance(table[key], float))
    ]
    out += [f"{told}: {key} is empty" for key in ("reason", "by") if table.get(key) == ""]
    if isinstance(table.get("asked"), datetime):
        out.append(f"{told}: asked is a time; give the day alone, as {table['asked'].date()}")
    if not _ID.fullmatch(str(table.get("id", at))):
        out.append(f"{told}: an id is of letters, digits, points and dashes")
    if table.get("action") not in (None, *ACTIONS):
        out.append(f"{told}: action {table['action']!r} is none of {', '.join(ACTIONS)}")
    if (table.get("action") == "set") != ("value" in table):
        out.append(f"{told}: value goes with action set, and only with it")
    if isinstance(table.get("where"), dict):
        where = cast("dict[str, Any]", table["where"])
        out += [f"{told}: {fault}" for key, value in where.items() for fault in _misfits(key, value)]
        if not where:
            out.append(f"{told}: where is empty; name the rows by at least one column")
    return out


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _misfits(column: str, value: object) -> Iterator[str]:
    """Why a condition can fit no figure: no such column, or a value of another kind."""
    valid = [name for name in SCHEMA if name not in ("run", "row")]  # a source's figures have neither yet
    if column not in valid:
        yield f"{column!r} is no column of a figure{_near(column, valid)}"
        return
    kind = SCHEMA[column]
    if isinstance(kind, pl.Enum):
        words = kind.categories.to_list()
        if value not in words:
            yield f"{column} is {value!r}, it must be one of {', '.join(words)}{_near(str(value), words)}"
    elif kind == pl.Date():
        if not isinstance(value, date) or isinstance(value, datetime):
            yield f"{column} is {value!r}, it must be a day, as 2021-12-31 without quotation marks"
    elif kind == pl.String():
        if not isinstance(value, str):
            yield f"{column} is {value!r}, it must be text in quotation marks"
    elif not _number(value):
        yield f"{column} is {value!r}, it must be a number"


def _near(word: str, valid: list[str]) -> str:
    near = nearest(word, valid)
    return f"; did you mean {near!r}?" if near else ""


def corrected(figures: pl.DataFrame, declared: Sequence[Correction], source: str) -> tuple[pl.DataFrame, list[str]]:
    """The figures with this source's corrections made, and a sentence for each one made.

    A corrected figure's method is corrected.ID@1, its locator ends with the value the source published; a figure that
    was not counted has the status not_counted. One asked for after the figure was published is a vintage of its own, known
    since the day it was asked for, and the figure as published stays below it; one that drops rows drops all of them.
    Corrections that fit no row are left alone: another country or year was asked. Raises CorrectionError where a row it fits no longer has the value expected: the source has mended it (or
    changed it otherwise), and the correction must go or be asked anew.
    """
    told: list[str] = []
    mended: list[str] = []
    earlier: list[pl.DataFrame] = []  # as published, for questions about a day before the correction was asked for
    for one in declared:
        fits = _fits(one)
        rows = figures.filter(fits) if one.source == source else figures.clear()
        if rows.is_empty():
            continue
        wrong = rows.filter(~F.value.eq_missing(pl.lit(one.expect)))
        if wrong.height:
            said = ", ".join(f"{value!r}" for value in wrong.get_column("value").unique().head(4))
            mended.append(
                f"{one.id} ({one.file}): the source now says {said} where {one.expect:g} was expected; it may have mended it: remove the correction, or ask anew"
            )
            continue
        earlier.append(figures.filter(fits & (F.known < one.asked)) if one.action != "drop" else figures.clear())
        figures = _made(figures, one, fits)
        told.append(
            f"{one.id}: {rows.height} figure{'' if rows.height == 1 else 's'}, {one.action}{'' if one.value is None else f' to {one.value:,.0f}'} instead of {one.expect:,.0f} ({one.reason}; {one.by}, asked {one.asked})"
        )
    if mended:
        raise CorrectionError(
            f"{source}: {len(mended)} corrections no longer fit, nothing was kept\n  " + "\n  ".join(mended)
        )
    return pl.concat([figures, *earlier]), told


def dropped(figures: pl.DataFrame, declared: Sequence[Correction], source: str) -> pl.DataFrame:
    """The figures of a source, as it published them, that corrections drop: source, row (null), column, found, rule and why, to
    be kept beside the run."""
    found = [
        figures.filter(_fits(one)).select(
            "source", row=pl.lit(None, dtype=pl.Int64), column=F.locator, found=F.value.cast(pl.String), rule=pl.lit(f"corrected.{one.id}@1"),
            why=pl.lit(f"dropped: {one.reason} ({one.by}, asked {one.asked})"),
        )
        for one in declared if one.source == source and one.action == "drop"
    ]  # fmt: skip
    columns = ("source", "row", "column", "found", "rule", "why")
    return pl.concat([pl.DataFrame(schema=dict.fromkeys(columns, pl.String()) | {"row": pl.Int64()}), *found])


def idle(declared: Sequence[Correction], source: str, made: Collection[str]) -> list[str]:
    """A sentence for each correction of a source that fitted none of its figures."""
    return [
        f"correction {one.id} ({one.file}) fits no figure here: another country or year was asked, or its `where` names none"
        for one in declared
        if one.source == source and one.id not in made
    ]


def _fits(one: Correction) -> pl.Expr:
    return pl.all_horizontal(
        pl.col(name).eq_missing(pl.lit(value, dtype=SCHEMA[name])) if not isinstance(SCHEMA[name], pl.Enum)
        else pl.col(name).cast(pl.String) == str(value)
        for name, value in one.where.items()
    )  # fmt: skip


def _made(figures: pl.DataFrame, one: Correction, fits: pl.Expr) -> pl.DataFrame:
    if one.action == "drop":
        return figures.filter(~fits)
    value = pl.lit(one.value, dtype=pl.Float64)
    status = pl.col("status").cast(pl.String) if one.action == "set" else pl.lit("not_counted")
    new: dict[str, pl.Expr] = {
        "value": value, "low": pl.lit(None, dtype=pl.Float64), "high": pl.lit(None, dtype=pl.Float64), "level": pl.lit(None, dtype=pl.Float64),
        "status": status.cast(SCHEMA["status"]), "method": pl.lit(f"corrected.{one.id}@1"),
        "locator": pl.format("{} (published: {})", F.locator.fill_null(""), pl.lit(f"{one.expect:g}")),
    }  # fmt: skip
    new["known"] = pl.max_horizontal(F.known, pl.lit(one.asked))
    return figures.with_columns(
        pl.when(fits).then(expr).otherwise(pl.col(name)).alias(name) for name, expr in new.items()
    )
