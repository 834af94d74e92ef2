"""Age bands are half-open inside and inclusive on paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.errors import AskError
from qanat.figures.ages import ALL, UNHCR_BANDS, UNKNOWN, band, five_year_bands, is_child, label, onto


def test_unhcr_bands_are_read_as_printed() -> None:
    assert tuple(band(text) for text in ("0-4", "5-11", "12-17", "18-59", "60+")) == UNHCR_BANDS
    assert UNHCR_BANDS == ((0, 5), (5, 12), (12, 18), (18, 60), (60, None))


@pytest.mark.parametrize(
    ("text", "found"),
    [("18–59", (18, 60)), (" 60 + ", (60, None)), ("All", ALL), ("unknown", UNKNOWN), ("100+", (100, None))],
)
def test_other_ways_to_write_a_band(text: str, found: tuple[int | None, int | None]) -> None:
    assert band(text) == found


@pytest.mark.parametrize("text", ["", "old", "59-18", "-5", "18-"])
def test_what_is_no_band_is_refused(text: str) -> None:
    with pytest.raises(AskError, match="18-59, 60\\+, all or unknown"):
        band(text)


def test_all_ages_and_unknown_ages_are_words_not_numbers() -> None:
    assert label(*ALL) is None
    assert label(*UNKNOWN) is None
    assert [label(*one) for one in UNHCR_BANDS] == ["0–4", "5–11", "12–17", "18–59", "60+"]


def test_children_are_those_under_eighteen() -> None:
    assert [is_child(*one) for one in UNHCR_BANDS] == [True, True, True, False, False]
    assert [is_child(*one) for one in (ALL, UNKNOWN, (15, 20))] == [False, False, False]


def test_five_year_bands_end_open() -> None:
    assert five_year_bands(15) == ((0, 5), (5, 10), (10, 15), (15, None))
    with pytest.raises(AskError, match="multiple of five"):
        five_year_bands(18)


@given(st.integers(0, 120), st.one_of(st.none(), st.integers(1, 30)))
def test_a_band_comes_back_from_its_label(age_from: int, years: int | None) -> None:
    told = label(age_from, None if years is None else age_from + years)
    if told is not None:
        assert band(told) == (age_from, None if years is None else age_from + years)


@given(st.sampled_from(range(5, 105, 5)))
def test_five_year_bands_leave_no_gap(open_from: int) -> None:
    bands = five_year_bands(open_from)
    assert [one[1] for one in bands[:-1]] == [one[0] for one in bands[1:]]


def test_bands_go_onto_a_ladder_where_their_bounds_nest() -> None:
    assert onto([(0, 5), (60, 65), (65, None)], UNHCR_BANDS) == {
        (0, 5): (0, 5),
        (60, 65): (60, None),
        (65, None): (60, None),
    }


def test_a_band_across_two_steps_is_refused_with_every_other_that_is() -> None:
    # five-year bands: 10-14 lies across 5-11 and 12-17, 15-19 across 12-17 and 18-59
    with pytest.raises(AskError, match=r"ages 10–14, 15–19 do not nest in 0–4, 5–11, 12–17, 18–59, 60\+"):
        onto([(0, 5), (10, 15), (15, 20), (20, 25)], UNHCR_BANDS)
    with pytest.raises(AskError, match="do not nest"):
        onto([UNKNOWN], UNHCR_BANDS)
    with pytest.raises(AskError, match="do not nest"):
        onto([ALL], UNHCR_BANDS)


@given(st.sampled_from([5, 12, 18, 60]), st.integers(1, 80))
def test_a_band_nests_exactly_where_no_step_begins_inside_it(start: int, years: int) -> None:
    inside = [first for first, _ in UNHCR_BANDS if first is not None and start < first < start + years]
    if inside:
        with pytest.raises(AskError):
            onto([(start, start + years)], UNHCR_BANDS)
    else:
        assert onto([(start, start + years)], UNHCR_BANDS)[start, start + years][0] == start
