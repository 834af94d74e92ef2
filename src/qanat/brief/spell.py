"""Numbers, dates and lists in a reader's own language, by the Unicode CLDR."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from babel import Locale, dates, lists
from babel import numbers as cldr

from qanat.brief.numbers import Number

_SMALL = 10  # counts that may have been rounded to protect people
_BIG = 10_000  # below this a number is printed in full


@dataclass(frozen=True)
class Spelling:
    """How one language writes numbers and dates."""

    language: str

    @cached_property
    def locale(self) -> Locale:
        """The language's CLDR locale."""
        return Locale.parse(self.language)

    def number(self, number: Number) -> str:
        """A number in its own form: "9.12 million", "9,117,000", "18%", "2025"; a small rounded count as its bounds."""
        if number.how == "as published" and number.form == "short" and (bounds := self.bounds(number)):
            return bounds
        forms: dict[str, Callable[[float], str]] = {
            "full": self.full, "short": self.long, "percent": self.percent, "times": self.times, "year": lambda value: f"{value:.0f}",
        }  # fmt: skip
        if number.form == "date":
            return self.date(number.rows[0].end)
        if number.form == "day":
            return self.day(number.rows[0].end)
        return forms[number.form](number.value)

    def bounds(self, number: Number) -> str | None:
        """What a rounded small count stands for ("3–5"); null for any other number."""
        row = number.rows[0]
        if number.value > _SMALL or row.low is None or row.high is None or row.low == row.high:
            return None
        return f"{self.full(row.low)}\u2013{self.full(row.high)}"

    def full(self, value: float) -> str:
        """Every digit, grouped: 9,117,000."""
        return cldr.format_decimal(round(value), locale=self.locale)

    def long(self, value: float) -> str:
        """For prose: 9.12 million, 834,000, 4,212."""
        if abs(value) < _BIG:
            return self.full(value)
        if abs(value) < 1_000_000:
            return self.full(round(value, -3))
        return cldr.format_compact_decimal(value, format_type="long", locale=self.locale, fraction_digits=2)

    def short(self, value: float) -> str:
        """For charts: 9.1M, 834K, 4,212."""
        if abs(value) < _BIG:
            return self.full(value)
        digits = 1 if 1e6 <= abs(value) < 1e7 or 1e9 <= abs(value) < 1e10 else 0
        return cldr.format_compact_decimal(value, format_type="short", locale=self.locale, fraction_digits=digits)

    def times(self, value: float) -> str:
        """A factor, to two places: 2.37."""
        return cldr.format_decimal(value, format="#,##0.00", locale=self.locale)

    def percent(self, value: float) -> str:
        """A share: 18%, below one per cent 0.4%; "less than" is the text's business."""
        if 0 < value < 0.0005:
            return f"<{cldr.format_percent(0.001, format='#,##0.0%', locale=self.locale)}"
        nearly = 0.995 <= value < 1  # nearly all is not all
        pattern = "#,##0.0%" if nearly or 0 < abs(value) < 0.01 else None
        value = min(value, 0.999) if nearly else value
        return cldr.format_percent(value, format=pattern, locale=self.locale)

    def day(self, day: date) -> str:
        """For tables, never broken: 31 Dec 2025."""
        pattern = "d MMM y" if self.language == "en" else "medium"
        return dates.format_date(day, format=pattern, locale=self.locale).replace(" ", "\u00a0")

    def date(self, day: date) -> str:
        """31 December 2025 (English day-month order as the UN writes it)."""
        pattern = "d MMMM y" if self.language == "en" else "long"
        return dates.format_date(day, format=pattern, locale=self.locale)

    def listed(self, words: list[str]) -> str:
        """a, b and c."""
        text = lists.format_list(words, locale=self.locale)
        return text.replace(", and ", " and ") if self.language == "en" else text
