"""Whole people shared out by largest remainders, and how far a lent share may lie off: worked by hand, and as laws."""

from __future__ import annotations

from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.maths.shares import apportioned, margin_of_sum, span_of_share

PARTS = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=12)


def test_largest_remainders_get_what_rounding_down_leaves() -> None:
    # exact shares of 10: 4.75, 3.25, 2.0; down 4, 3, 2; the one left goes to the remainder 0.75
    assert apportioned(10, [19.0, 13.0, 8.0]) == [5, 3, 2]


def test_the_first_of_equal_remainders_is_rounded_up() -> None:
    assert apportioned(2, [1.0, 1.0, 1.0]) == [1, 1, 0]


def test_nobody_is_shared_out_over_nobody_and_somebody_is_refused() -> None:
    assert apportioned(0, [0.0, 0.0]) == [0, 0]
    with pytest.raises(ValueError, match="3 people cannot be shared out"):
        apportioned(3, [0.0, 0.0])
    with pytest.raises(ValueError, match="cannot be shared out"):
        apportioned(3, [4.0, -1.0])


@given(st.integers(0, 10**9), PARTS)
def test_parts_add_up_to_the_whole_and_each_is_its_share_rounded_down_or_up(whole: int, parts: list[float]) -> None:
    if sum(parts) <= 1e-300:
        return
    found = apportioned(whole, parts)
    assert sum(found) == whole
    for one, part in zip(found, parts, strict=True):
        assert one >= 0
        assert abs(one - whole * (part / sum(parts))) < 1 + 1e-6


def test_a_lent_share_lies_off_by_its_donors_spread_and_by_chance() -> None:
    # half of very many people, a spread of 0.3 downwards and 0.1 upwards: ln odds 0 - 1.2816 x 0.3 and 0 + 1.2816 x 0.1
    low, high = span_of_share(0.5, 1e12, 1e12, (0.3, 0.1))
    assert low == pytest.approx(1 / (1 + exp(1.2816 * 0.3)), abs=1e-5)
    assert high == pytest.approx(1 / (1 + exp(-1.2816 * 0.1)), abs=1e-5)
    # half of 100 people seen, asked of 100 others, no spread: variance of ln odds 4 x (1/100 + 1/100)
    low, high = span_of_share(0.5, 100, 100, (0.0, 0.0))
    assert log(high / (1 - high)) == pytest.approx(1.2816 * sqrt(0.08))


@given(st.floats(0, 1), st.floats(100, 1e7), st.floats(1, 1e7), st.floats(0, 2), st.floats(0, 2))
def test_the_span_of_a_share_holds_it_and_stays_between_none_and_all(
    share: float, seen: float, asked: float, down: float, up: float
) -> None:
    low, high = span_of_share(share, seen, asked, (down, up))
    assert 0 <= low <= share <= high <= 1


def test_a_cell_nobody_was_seen_in_is_unlikely_not_impossible() -> None:
    low, high = span_of_share(0.0, 200, 50, (0.0, 0.0))
    assert low == 0
    assert 0.001 < high < 0.2


def test_margins_add_where_they_go_together_and_their_squares_where_they_do_not() -> None:
    assert margin_of_sum([3.0, 4.0], 1.0) == pytest.approx(7.0)
    assert margin_of_sum([3.0, 4.0], 0.0) == pytest.approx(5.0)
    assert margin_of_sum([3.0, 4.0], 0.3) == pytest.approx(sqrt(0.3 * 49 + 0.7 * 25))
