"""Numbers, dates, sexes and ages as people write them in their tables."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.figures.neutral import neutral, restored
from qanat.sources.own.days import span, spans
from qanat.sources.own.numbers import numbers
from qanat.sources.own.people import age, group, sex


def read(*texts: str | None) -> list[float | None]:
    return numbers(pl.Series(texts, dtype=pl.String)).get_column("value").to_list()


def faults(*texts: str | None) -> list[str | None]:
    return numbers(pl.Series(texts, dtype=pl.String)).get_column("fault").to_list()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("142242", 142_242), ("16,384,727", 16_384_727), ("1.234.567", 1_234_567), ("1.234,5", 1_234.5), ("1,234.5", 1_234.5), ("80 418", 80_418),
        ("1\u202f234\u202f567", 1_234_567), ("1'234", 1_234), ("12,34,567", 1_234_567), ("0,5", 0.5), ("0.125", 0.125), ("١٢٣٤", 1_234), ("۱۲۳", 123),
        ("١٬٢٣٤٫٥", 1_234.5), ("1 234,567", 1_234.567), ("45%", 0.45), ("٤٥٪", 0.45), ("\u22125", -5), ("1.2E+05", 120_000), ("742596.3824098335", 742_596.3824098335),
    ],
)  # fmt: skip
def test_a_number_is_read_in_any_spelling(text: str, number: float) -> None:
    assert read(text) == [pytest.approx(number)]
    assert faults(text) == [None]


@pytest.mark.parametrize("text", ["-", "–", "", None, "N/A", "n.a.", "s/d", "غ/م", "…"])
def test_what_was_not_counted_is_null_and_no_fault(text: str | None) -> None:
    assert read(text) == [None]
    assert faults(text) == [None]


@pytest.mark.parametrize("text", ["twelve", "12 o'clock", "<5", "1,2,3", "12*", "1.23.45", "=1+1"])
def test_what_is_no_number_is_a_fault(text: str) -> None:
    assert read(text) == [None]
    assert "is no number" in str(faults(text)[0])


def test_a_lone_mark_before_three_digits_is_read_by_its_column() -> None:
    assert read("1,234", "2,345,678") == [1_234, 2_345_678]
    assert read("1,234", "0,5") == [1.234, 0.5]
    assert read("1.234", "12,5") == [1_234, 12.5]
    assert read("1,234", "12.5") == [1_234, 12.5]


def test_a_lone_mark_that_nothing_decides_is_a_fault_with_a_remedy() -> None:
    assert read("1,234", "56") == [None, 56]
    assert "nothing in the column decides" in str(faults("1,234", "56")[0])
    assert 'decimal = "."' in str(faults("1,234", "56")[0])
    both = faults("1,234", "0,5", "12.5")
    assert "both decimal commas and decimal points" in str(both[0])
    assert both[1:] == [None, None]


def test_another_column_of_the_file_may_decide() -> None:
    found = numbers(pl.Series(["1,234"]), marks=frozenset((".",)))
    assert found.get_column("value").to_list() == [1_234]


def test_a_number_the_sheet_itself_holds_needs_no_reading() -> None:
    found = numbers(pl.Series(["1.234", "1.234"]), pl.Series([1.234, None]), frozenset((",",)))
    assert found.get_column("value").to_list() == [1.234, 1_234]


@given(st.lists(st.integers(0, 10**9), min_size=1), st.sampled_from([",", ".", " ", "\u202f", "'"]))
def test_thousands_parted_by_any_mark_are_the_same_numbers_once_the_column_shows_which(
    whole: list[int], mark: str
) -> None:
    texts = [f"{one:,}".replace(",", mark) for one in [*whole, 1_234_567]]
    assert read(*texts) == [*whole, 1_234_567]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2021-03-31", date(2021, 3, 31), date(2021, 4, 1)), ("2021-03-31 00:00:00", date(2021, 3, 31), date(2021, 4, 1)),
        ("31/03/2021", date(2021, 3, 31), date(2021, 4, 1)), ("31.3.2021", date(2021, 3, 31), date(2021, 4, 1)),
        ("03/31/2021", date(2021, 3, 31), date(2021, 4, 1)), ("44286", date(2021, 3, 31), date(2021, 4, 1)),
        ("31 March 2021", date(2021, 3, 31), date(2021, 4, 1)), ("March 31st, 2021", date(2021, 3, 31), date(2021, 4, 1)),
        ("31 mars 2021", date(2021, 3, 31), date(2021, 4, 1)), ("31 de marzo de 2021", date(2021, 3, 31), date(2021, 4, 1)),
        ("٣١ مارس ٢٠٢١", date(2021, 3, 31), date(2021, 4, 1)), ("31 آذار 2021", date(2021, 3, 31), date(2021, 4, 1)),
        ("15 كانون الثاني 2021", date(2021, 1, 15), date(2021, 1, 16)), ("août 2021", date(2021, 8, 1), date(2021, 9, 1)),
        ("2021-03", date(2021, 3, 1), date(2021, 4, 1)), ("Q3 2021", date(2021, 7, 1), date(2021, 10, 1)), ("2021-Q4", date(2021, 10, 1), date(2022, 1, 1)),
        ("T1 2021", date(2021, 1, 1), date(2021, 4, 1)), ("Jul-Sep 2021", date(2021, 7, 1), date(2021, 10, 1)), ("2021", date(2021, 1, 1), date(2022, 1, 1)),
        ("2022-10-01 to 2022-12-31", date(2022, 10, 1), date(2023, 1, 1)), ("2022-10-01/2022-12-31", date(2022, 10, 1), date(2023, 1, 1)),
    ],
)  # fmt: skip
def test_a_date_is_read_in_any_spelling(text: str, start: date, end: date) -> None:
    found = span(text)
    assert (found.start, found.end, found.fault, found.other) == (start, end, None, None)


@pytest.mark.parametrize(
    "text", ["soon", "2021-02-30", "31/03/21", "Mar-21", "13/13/2021", "12345678", "2022-12-31 to 2022-10-01"]
)
def test_what_is_no_date_is_a_fault(text: str) -> None:
    assert span(text).fault


def test_day_and_month_are_told_apart_by_their_column_or_not_at_all() -> None:
    shown = spans(["03/04/2021", "25/12/2021"])
    assert shown["03/04/2021"].start == date(2021, 4, 3)
    turned = spans(["03/04/2021", "12/25/2021"])
    assert turned["03/04/2021"].start == date(2021, 3, 4)
    assert "does not show" in str(spans(["03/04/2021"])["03/04/2021"].fault)
    mixed = spans(["03/04/2021", "25/12/2021", "12/25/2021"])
    assert "mixes day-first and month-first" in str(mixed["03/04/2021"].fault)
    assert mixed["25/12/2021"].start == date(2021, 12, 25)
    assert spans(["03/04/2021"], day_first=True)["03/04/2021"].start == date(2021, 4, 3)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("F", "female"), ("Femmes", "female"), ("mujeres", "female"), ("إناث", "female"), ("أنثى", "female"), ("male", "male"), ("Hombre", "male"),
        ("ذكور", "male"), ("Both sexes", "all"), ("Total", "all"), ("unknown", "unknown"), ("girls", None), ("x", None),
    ],
)  # fmt: skip
def test_a_sex_is_read_in_four_languages_and_girls_are_no_sex(text: str, meant: str | None) -> None:
    assert sex(text) == meant


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("0-4", (0, 5)), ("18–59 years", (18, 60)), ("5 à 11 ans", (5, 12)), ("18+", (18, None)), ("60 and over", (60, None)), ("65 y más", (65, None)),
        ("60 ans et plus", (60, None)), ("under 5", (0, 5)), ("moins de 5 ans", (0, 5)), ("menores de 18", (0, 18)), ("أقل من 5", (0, 5)),
        ("children", (0, 18)), ("Enfants", (0, 18)), ("أطفال", (0, 18)), ("٠-٤", (0, 5)), ("ALL", (0, None)), ("unknown", (None, None)),
        ("adults", None), ("elderly", None), ("9-5", None),
    ],
)  # fmt: skip
def test_an_age_is_read_in_four_languages_and_adults_are_for_the_person_to_say(text: str, band: object) -> None:
    assert age(text) == band


def test_a_group_is_known_by_a_word_of_its_name() -> None:
    assert [group(text) for text in ("Total IDPs", "déplacés", "النازحون", "returnees", "tents")] == [
        "idps-any", "idps-any", "idps-any", "returnees", None,
    ]  # fmt: skip


@given(st.text())
def test_neutral_text_is_given_back_as_it_was(text: str) -> None:
    assert restored(neutral(text)) == text
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_neutral_marks_formulas_only() -> None:
    assert [neutral(text) for text in ("=1+1", "@x", "-5", "Juba", "'quoted")] == [
        "'=1+1",
        "'@x",
        "'-5",
        "Juba",
        "''quoted",
    ]
