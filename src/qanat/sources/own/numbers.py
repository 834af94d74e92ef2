"""Numbers as people write them: thousands marks, decimal commas, Arabic and Persian digits, percentages, "not counted"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

import polars as pl

Mark = Literal[".", ","]
NOT_COUNTED: Final = frozenset({
    "", "-", "–", "—", "--", "…", "...", "..", "n/a", "na", "n.a.", "n.a", "n/d", "nd", "s/d", "s.d.", "nc", "null", "none", "nan",
    "not available", "not applicable", "no data", "not counted", "unknown", "non disponible", "sin datos", "no disponible", "#n/a", "غ/م",
    "غير متوفر", "لا يوجد",
})  # fmt: skip
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_BLANKS: Final = re.compile(r"(?<=\d)[\s\u00a0\u202f\u2009'’٬](?=\d{3}(?!\d))")
_SURE: Final[tuple[tuple[re.Pattern[str], Mark | None, str], ...]] = (
    # spellings that mean one number only: the decimal mark they prove, the mark that parts thousands
    (re.compile(r"-?\d+"), None, " "),
    (re.compile(r"-?\d(?:\.\d+)?[eE][-+]?\d{1,3}"), None, " "),
    (re.compile(r"-?(?:\d{1,3}(?:,\d{3}){2,}|\d{1,2}(?:,\d{2})+,\d{3})"), ".", ","),  # thousands, or lakhs
    (re.compile(r"-?\d{1,3}(?:\.\d{3}){2,}"), ",", "."),
    (re.compile(r"-?\d{1,3}(?:,\d{2,3})*,\d{3}\.\d+"), ".", ","),
    (re.compile(r"-?\d{1,3}(?:\.\d{3})+,\d+"), ",", "."),
)
_ONE: Final = re.compile(r"(-?)(\d+)([.,])(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one spelling of a number can mean.

    value    the number, null where nothing was counted
    decimal  the decimal mark the spelling proves
    unsure   the mark that may be decimal or part thousands; value is then the number with thousands parted
    percent  whether it is a percentage (value in hundredths)
    fault    why it is no number
    """

    value: float | None = None
    decimal: Mark | None = None
    unsure: Mark | None = None
    percent: bool = False
    fault: str | None = None


def written(text: str) -> Written:
    """One spelling read on its own."""
    plain = text.translate(_DIGITS).replace("\u2212", "-").replace("٪", "%").replace("٫", "\0").strip()
    if plain.casefold() in NOT_COUNTED:
        return Written()
    if plain.endswith("%"):
        inner = written(plain[:-1].strip().replace("\0", "٫"))
        part = None if inner.value is None else inner.value / 100
        return Written(value=part, decimal=inner.decimal, unsure=inner.unsure, percent=True, fault=inner.fault)
    closed = _BLANKS.sub("", plain)
    if "\0" in closed:  # the Arabic decimal mark means nothing else
        return _plain(closed.replace("\0", "."), None)
    return _marked(closed, grouped=closed != plain)


def _plain(text: str, decimal: Mark | None) -> Written:
    try:
        return Written(value=float(text), decimal=decimal)
    except ValueError:
        return Written(fault="is no number")


def _marked(text: str, *, grouped: bool) -> Written:
    """A number by its full stops and commas; grouped: blanks part its thousands, so a mark is decimal."""
    for pattern, decimal, drop in _SURE:
        if pattern.fullmatch(text):
            return _plain(text.replace(drop, "").replace(",", "."), decimal)
    match = _ONE.fullmatch(text)
    if match is None:
        return Written(fault="is no number; a number, '-' or nothing was expected")
    mark: Mark = "," if match[3] == "," else "."
    if len(match[4]) == 3 and len(match[2]) <= 3 and match[2][0] != "0" and not grouped:
        return Written(value=float(match[1] + match[2] + match[4]), unsure=mark)
    return _plain(text.replace(",", "."), mark)


def proven(texts: Iterable[str]) -> frozenset[Mark]:
    """The decimal marks these spellings prove."""
    return frozenset(mark for text in texts if (mark := written(text).decimal) is not None)


def numbers(texts: pl.Series, stored: pl.Series | None = None, marks: frozenset[Mark] = frozenset()) -> pl.DataFrame:
    """The numbers of a column, one row a cell: value (null: not counted or a fault), percent, fault (null: none).

    stored  numbers the file itself holds, null where a cell is text: they are taken as they are
    marks   the decimal marks proven elsewhere in the file, used where the column itself proves none
    A lone mark before three digits ("1,234") is read by what the column's other cells prove, else it is a fault.
    """
    shown = texts.fill_null("")
    simple = shown.str.contains("^[0-9]{1,15}$")
    known = simple if stored is None else simple | stored.is_not_null()
    spellings = {text: written(text) for text in shown.filter(~known).unique().to_list()}
    own: frozenset[Mark] = frozenset(one.decimal for one in spellings.values() if one.decimal is not None)
    settled = {text: _settled(one, own or marks, own) for text, one in spellings.items()}
    keys = pl.Series(list(settled), dtype=pl.String)
    table = pl.DataFrame(
        {
            "text": keys, "value": [one.value for one in settled.values()], "percent": [one.percent for one in settled.values()],
            "fault": [one.fault for one in settled.values()],
        },
        schema={"text": pl.String(), "value": pl.Float64(), "percent": pl.Boolean(), "fault": pl.String()},
    )  # fmt: skip
    cells = pl.DataFrame({"text": shown, "known": known}).join(table, on="text", how="left", maintain_order="left")
    plain = pl.when(pl.col("known")).then(pl.col("text")).cast(pl.Float64, strict=False)
    given = plain if stored is None else pl.coalesce(pl.lit(stored), plain)
    return cells.select(
        value=pl.coalesce(given, pl.when(~pl.col("known")).then("value")),
        percent=pl.when(~pl.col("known")).then("percent").fill_null(value=False),
        fault=pl.when(~pl.col("known")).then("fault"),
    )


def _settled(one: Written, marks: frozenset[Mark], own: frozenset[Mark]) -> Written:
    if one.unsure is None:
        return one
    if len(marks) == 1 and one.value is not None:
        return replace(one, value=one.value / 1000) if one.unsure in marks else one
    told = (
        "has both decimal commas and decimal points in its column"
        if len(own) > 1
        else "can mean thousands or decimals, and nothing in the column decides"
    )
    return Written(percent=one.percent, fault=f'{told}; say decimal = "." or decimal = "," in the mapping file')
