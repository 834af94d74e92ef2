"""A stock speaks of a day, a flow of a half-open span."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.errors import AskError
from qanat.figures.periods import by_year, dated, flow_of, mid_year, said, span, stock_of, year_of

LAST, NEW = date(2025, 12, 31), date(2026, 1, 1)


def test_a_year_is_its_last_day_for_a_stock_and_half_open_for_a_flow() -> None:
    assert span("2025", stock=True) == (LAST, LAST)
    assert span("2025", stock=False) == (date(2025, 1, 1), NEW)


def test_a_day_is_itself_for_a_stock_and_one_day_long_for_a_flow() -> None:
    assert span("2025-12-31", stock=True) == (LAST, LAST)
    assert span(" 2025-12-31 ", stock=False) == (LAST, NEW)


@pytest.mark.parametrize("text", ["", "25", "2025-13-01", "end 2025", "2025-02-30", "3025"])
def test_anything_else_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(AskError, match="2025-12-31"):
        span(text, stock=True)


def test_columns_of_years_become_the_same_days() -> None:
    frame = pl.DataFrame({"year": [2025]})
    assert frame.select(pl.struct(*(part.alias(str(i)) for i, part in enumerate(stock_of(pl.col("year")))))).item() == {
        "0": LAST,
        "1": LAST,
    }
    assert frame.select(pl.struct(*(part.alias(str(i)) for i, part in enumerate(flow_of(pl.col("year")))))).item() == {
        "0": date(2025, 1, 1),
        "1": NEW,
    }
    assert frame.select(mid_year(pl.col("year"))[0].alias("day")).item() == date(2025, 7, 1)


@pytest.mark.parametrize(
    ("start", "end", "word"),
    [
        (LAST, LAST, "end-of-year"), (date(2025, 6, 30), date(2025, 6, 30), "middle-of-year"), (date(2025, 7, 1), date(2025, 7, 1), "middle-of-year"),
        (date(2025, 3, 9), date(2025, 3, 9), "day"), (date(2025, 1, 1), NEW, "year"), (date(2020, 1, 1), NEW, "years"), (LAST, NEW, "day"),
        (date(2025, 1, 1), date(2025, 7, 1), "days"),
    ],
)  # fmt: skip
def test_spans_are_told_in_parts_for_each_language_to_put_together(start: date, end: date, word: str) -> None:
    assert said(start, end).word == word


def test_several_years_count_the_last_one() -> None:
    told = said(date(2020, 1, 1), NEW)
    assert (told.year, told.last_year, told.last) == (2020, 2025, LAST)


@given(st.integers(1900, 2100))
def test_a_year_comes_back_from_either_span(year: int) -> None:
    assert year_of(*span(str(year), stock=True)) == year_of(*span(str(year), stock=False)) == year
    assert said(*span(str(year), stock=False)).word == "year"


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(1, 4000))
def test_the_last_day_told_is_the_day_before_the_end(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    told = said(start, end)
    assert (told.first, told.last + timedelta(days=1)) == (start, end)


@pytest.mark.parametrize(
    ("start", "end", "told", "short"),
    [
        (date(2025, 12, 31), date(2025, 12, 31), "2025-12-31", "2025"),  # a stock
        (date(2024, 7, 1), date(2024, 7, 1), "2024-07-01", "2024-07-01"),
        (date(2024, 1, 1), date(2025, 1, 1), "2024", "2024"),
        (date(2015, 1, 1), date(2020, 1, 1), "2015 to 2019", "2015 to 2019"),
        (date(2023, 12, 1), date(2024, 1, 1), "2023-12", "2023-12"),
        (date(2022, 10, 1), date(2023, 1, 1), "2022-10-01 to 2022-12-31", "2022-10-01 to 2022-12-31"),
        (date(2015, 7, 1), date(2020, 7, 1), "2015-07-01 to 2020-06-30", "2015-07-01 to 2020-06-30"),
        (date(2024, 5, 3), date(2024, 5, 4), "2024-05-03", "2024-05-03"),
    ],
)
def test_a_table_tells_a_period_by_the_days_it_counts(start: date, end: date, told: str, short: str) -> None:
    assert (dated(start, end), by_year(dated(start, end))) == (told, short)
