"""Days and periods as people write them: ISO, day first, month names in four languages, quarters, years, Excel serials."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from qanat.figures.folding import words
from qanat.sources.own.numbers import NOT_COUNTED

_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_MONTHS: Final = (
    "january jan janvier janv enero ene يناير كانون2", "february feb fevrier fevr febrero فبراير شباط", "march mar mars marzo مارس اذار",
    "april apr avril avr abril abr ابريل افريل نيسان", "may mai mayo مايو ماي ايار", "june jun juin junio يونيو جوان حزيران",
    "july jul juillet juil julio يوليو جويليه تموز", "august aug aout agosto ago اغسطس اوت اب",
    "september sep sept septembre septiembre setiembre set سبتمبر ايلول", "october oct octobre octubre اكتوبر",
    "november nov novembre noviembre نوفمبر", "december dec decembre diciembre dic ديسمبر كانون1",
)  # fmt: skip
_MONTH: Final = {word: at for at, line in enumerate(_MONTHS, 1) for word in line.split()}
_LEVANT: Final = (
    ("كانون الثاني", "يناير"),
    ("كانون الأول", "ديسمبر"),
    ("تشرين الأول", "اكتوبر"),
    ("تشرين الثاني", "نوفمبر"),
)
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?")
_SLASHED: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?")
_YEAR: Final = re.compile(r"(19\d\d|20\d\d|21\d\d)(?:\.0)?")
_MONTH_OF: Final = re.compile(r"(\d{4})[-/](\d{1,2})|(\d{1,2})[-/](\d{4})")
_QUARTER: Final = re.compile(r"(?:[qt]\s*([1-4])[\s/-]*(\d{4}))|(?:(\d{4})[\s/-]*[qt]\s*([1-4]))", re.IGNORECASE)
_SERIAL: Final = re.compile(r"(\d{5})(?:\.\d+)?")
_SERIALS: Final = (18_000, 75_000)  # 1949 to 2105
_PARTS: Final = re.compile(r"\s*(?:/|\bto\b|\bau\b|\bal\b|\bhasta\b|\bالى\b|\bإلى\b|–|—)\s*")
_ORDINAL: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|º)\b")
_EPOCH: Final = date(1899, 12, 30)  # Excel counts from here, its 29 February 1900 behind it
_FROM_1904: Final = timedelta(days=1462)  # by which the other count of days is later


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What one spelling of a date means.

    start, end  half-open; a day is one day long; null with a fault or for an empty cell
    other       the span if the month stands first: where it is not null, day and month can be exchanged
    first       "day" or "month" where the spelling proves which stands first
    serial      whether it is a number counted by a spreadsheet
    """

    start: date | None = None
    end: date | None = None
    other: tuple[date, date] | None = None
    first: str | None = None
    serial: bool = False
    fault: str | None = None


def span(text: str) -> Span:
    """One spelling read on its own."""
    plain = " ".join(text.translate(_DIGITS).split())
    if plain.casefold() in NOT_COUNTED:
        return Span()
    try:
        return _single(plain) or _ranged(plain) or _fault()
    except ValueError:
        return Span(fault="is no day of the calendar")


def _single(plain: str) -> Span | None:
    """One spelling of a day, month, quarter or year; null for anything else."""
    for pattern, made in _FORMS:
        if match := pattern.fullmatch(plain):
            return made(match)
    return _named(plain)


def _counted(match: re.Match[str]) -> Span | None:
    """A spreadsheet's number of a day; null for a number that would be no day of our time."""
    if not _SERIALS[0] <= int(match[1]) <= _SERIALS[1]:
        return None
    found = _EPOCH + timedelta(days=int(match[1]))
    return Span(start=found, end=found + timedelta(days=1), serial=True)


def _day(found: date) -> Span:
    return Span(start=found, end=found + timedelta(days=1))


def _slashed(first: int, second: int, year: int) -> Span:
    if first > 12 or first == second:
        return Span(
            start=(day := date(year, second, first)), end=day + timedelta(days=1), first="day" if first > 12 else None
        )
    if second > 12:
        return Span(start=(day := date(year, first, second)), end=day + timedelta(days=1), first="month")
    day, turned = date(year, second, first), date(year, first, second)
    return Span(start=day, end=day + timedelta(days=1), other=(turned, turned + timedelta(days=1)))


def _months(year: int, month: int, many: int) -> Span:
    after = date(year + (month + many - 1) // 12, (month + many - 1) % 12 + 1, 1)
    return Span(start=date(year, month, 1), end=after)


def _named(plain: str) -> Span | None:
    """ "3 March 2021", "March 3, 2021", "mars 2021", "Jul-Sep 2021"; two-digit years are not read."""
    for name, month in _LEVANT:
        plain = plain.replace(name, month)
    found = words(_ORDINAL.sub(r"\1", plain))
    months = [_MONTH[word] for word in found if word in _MONTH]
    figures = [int(word) for word in found if word.isdigit()]
    years = [one for one in figures if one >= 1900]
    if len(months) + len(figures) != len(found) or not months or len(years) != 1:
        return None
    days = [one for one in figures if one < 1900]
    if len(months) == 1 and len(days) == 1:
        return _day(date(years[0], months[0], days[0]))
    if not days and len(months) == 2 and months[0] <= months[1]:
        return _months(years[0], months[0], months[1] - months[0] + 1)
    return _months(years[0], months[0], 1) if not days and len(months) == 1 else None


def _ranged(plain: str) -> Span | None:
    """Two spellings with "to" or a stroke between, the last day included."""
    parts = [part for part in _PARTS.split(plain) if part]
    if len(parts) != 2:
        return None
    ends = [_single(part) for part in parts]
    first, last = ends
    if first is None or last is None or first.start is None or last.end is None or first.other or last.other:
        return None
    if last.end <= first.start:
        return Span(fault="ends before it starts")
    return Span(start=first.start, end=last.end)


def _fault() -> Span:
    return Span(fault="is no date that is read; write 2021-03-31, March 2021, Q1 2021 or 2021")


def spans(texts: Iterable[str], *, day_first: bool | None = None, from_1904: bool = False) -> dict[str, Span]:
    """The spans of a column's different spellings; day and month are told apart by the column, else that is a fault.

    day_first  what the mapping file says; null: nothing
    from_1904  whether a spreadsheet's numbers of days are counted from 1904
    """
    found = {text: _later(span(text)) if from_1904 else span(text) for text in texts}
    shown = {one.first for one in found.values() if one.first is not None}
    if day_first is not None:
        shown = {"day" if day_first else "month"}
    return {text: _settled(one, shown) for text, one in found.items()}


def _later(one: Span) -> Span:
    """A spreadsheet's day counted from 1904; any other as it is."""
    if not one.serial or one.start is None or one.end is None:
        return one
    return replace(one, start=one.start + _FROM_1904, end=one.end + _FROM_1904)


def _settled(one: Span, shown: set[str]) -> Span:
    if one.other is None:
        return one
    if shown == {"day"}:
        return Span(start=one.start, end=one.end)
    if shown == {"month"}:
        return Span(start=one.other[0], end=one.other[1])
    told = "mixes day-first and month-first dates" if shown else "does not show whether day or month stands first"
    return Span(fault=f"can mean two days, and its column {told}; say day_first = true or false in the mapping file")


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Span | None]], ...]] = (
    (_ISO, lambda m: _day(date(int(m[1]), int(m[2]), int(m[3])))),
    (_SLASHED, lambda m: _slashed(int(m[1]), int(m[2]), int(m[3]))),
    (_YEAR, lambda m: Span(start=date(int(m[1]), 1, 1), end=date(int(m[1]) + 1, 1, 1))),
    (_QUARTER, lambda m: _months(int(m[2] or m[3]), int(m[1] or m[4]) * 3 - 2, 3)),
    (_MONTH_OF, lambda m: _months(int(m[1] or m[4]), int(m[2] or m[3]), 1)),
    (_SERIAL, _counted),
)
