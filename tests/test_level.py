"""The kernels of the picture: one level read by leaning instruments, and beliefs with several humps; worked by hand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.maths.beliefs import Heard, belief, t4_below
from qanat.maths.level import Level, Reading, Scales, level

SCALES = Scales(step=0.2, lean=0.3)


def read(time: int, value: float, who: int = 0, scale: float = 0.1) -> Reading:
    return Reading(time=time, shares=(1.0, 0.0) if who == 0 else (0.0, 1.0), value=value, scale=scale)


def shown(*readings: Reading, times: tuple[float, ...] = (0.0,)) -> Level:
    return level(times, readings, SCALES)


def test_two_equal_readings_of_two_instruments_meet_in_the_middle() -> None:
    found = shown(read(0, 10.0), read(0, 10.4, who=1))
    assert found.mean[0] == pytest.approx(10.2)
    assert found.leans[0] == pytest.approx(-found.leans[1])
    assert found.leans[1] > 0  # the one that reads higher leans upwards


def test_a_lean_seen_in_one_year_is_taken_off_in_the_next() -> None:
    both = (read(0, 10.0), read(0, 10.4, who=1), read(1, 10.0), read(1, 10.4, who=1))
    alone = shown(*both, read(2, 10.4, who=1), times=(0.0, 1.0, 2.0))
    assert alone.mean[2] < 10.3  # nearer to what the two would say together than to the one that leans


def test_one_reading_far_from_three_is_set_aside() -> None:
    found = shown(read(0, 10.0), read(0, 10.02), read(0, 9.98), read(0, 13.0, who=1), times=(0.0,))
    assert found.weights[3] < 0.1
    assert min(found.weights[:3]) > 0.9
    assert found.mean[0] < 10.3  # the mean of the two instruments is 11.5


def test_without_a_reading_the_level_stays_and_grows_unsure() -> None:
    found = shown(read(0, 10.0), times=(0.0, 1.0, 4.0))
    assert found.mean == pytest.approx((10.0, 10.0, 10.0), abs=1e-6)
    assert all(earlier < later for earlier, later in pairwise(found.variance))


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.floats(5, 15)), min_size=1, max_size=8),
    st.floats(-3, 3),
)
def test_readings_moved_together_move_the_level_with_them(read_at: list[tuple[int, int, float]], by: float) -> None:
    times = (0.0, 1.0, 2.5)
    here = level(times, [read(time, value, who) for time, who, value in read_at], SCALES)
    there = level(times, [read(time, value + by, who) for time, who, value in read_at], SCALES)
    assert [late - early for early, late in zip(here.mean, there.mean, strict=True)] == pytest.approx(
        [by] * 3, abs=1e-3
    )  # rounds end at 1e-5


def test_the_t_distribution_is_that_of_the_tables() -> None:
    for value, share in ((0.0, 0.5), (1.533, 0.9), (2.132, 0.95), (2.776, 0.975), (4.604, 0.995)):
        assert t4_below(value) == pytest.approx(share, abs=2e-4)
        assert t4_below(-value) == pytest.approx(1 - share, abs=2e-4)


def test_two_readings_far_apart_leave_two_humps_and_nothing_between() -> None:
    found = belief([Heard(0.0, 0.1), Heard(4.0, 0.1)])
    between = sum(share for point, share in zip(found.points, found.shares, strict=True) if 1.0 < point < 3.0)
    assert between < 0.02
    assert found.quantile(0.1) < 0.2
    assert found.quantile(0.9) > 3.8


def test_of_one_reading_half_is_below_it_and_a_further_one_strays_as_far_again() -> None:
    found = belief([Heard(10.0, 0.2)])
    assert found.quantile(0.5) == pytest.approx(10.0, abs=1e-3)
    assert found.quantile(0.9) == pytest.approx(10.0 + 1.533 * 0.2, abs=0.06)  # the grid ends three scales out
    assert found.further(0.9, 0.2) > found.quantile(0.9)
