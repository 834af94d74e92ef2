"""Records by sex and age: what is counted, what is unknown, and everything that can be wrong with one."""

from __future__ import annotations

import pytest

from qanat.reconcile.unsound import reasons
from tests.build import figure
from tests.divisions import cells, records, told

WOMEN, MEN = (10.0, 20.0, 30.0, 100.0, 5.0), (12.0, 22.0, 28.0, 60.0, 3.0)  # 165 women and girls, 125 men and boys


def codes(*rows: dict[str, object]) -> list[str]:
    return [code for one in records(*rows) for code, _, _, _ in reasons(one)]


def test_a_record_keeps_its_cells_and_what_they_leave_of_the_total_is_unknown() -> None:
    (one,) = records(*told(400.0, WOMEN, MEN))
    assert one.cells == (*WOMEN, *MEN)
    assert (one.women, one.men, one.known, one.total) == (165.0, 125.0, 290.0, 400.0)
    assert codes(*told(400.0, WOMEN, MEN)) == []


def test_small_rounded_counts_keep_their_bounds() -> None:
    rows = cells((5.0, 0.0, 30.0, 100.0, 5.0), MEN)
    rows[0] |= {"low": 3.0, "high": 5.0, "level": 1.0}
    rows[1] |= {"low": 0.0, "high": 2.0, "level": 1.0}
    (one,) = records(figure(value=400.0), *rows)
    assert (one.low[:2], one.high[:2]) == ((3.0, 0.0), (5.0, 2.0))
    assert one.women == 140.0  # no row of all ages: what the ages add up to


def test_bands_within_a_step_are_added_up_on_it() -> None:
    ages = [(0, 5), (5, 10), (10, 12), (18, 40), (40, 60), (60, 70), (70, None)]
    rows = [figure(sex="female", age_from=start, age_to=end, value=10.0) for start, end in ages]
    (one,) = records(figure(value=100.0), *rows)
    assert one.cells[:5] == (10.0, 20.0, 0.0, 20.0, 20.0)


def test_ages_across_two_steps_are_of_unknown_age_and_said_so() -> None:
    rows = [figure(value=100.0), figure(sex="female", value=60.0), figure(sex="male", value=40.0)]
    rows += [
        figure(sex="female", age_from=0, age_to=18, value=25.0),
        figure(sex="female", age_from=18, age_to=60, value=35.0),
    ]
    (one,) = records(*rows)
    assert (one.cells[:5], one.women, one.across) == ((0.0, 0.0, 0.0, 35.0, 0.0), 60.0, 25.0)
    ((code, people, what, remedy),) = reasons(one)
    assert (code, people) == ("ages-straddle", 25.0)
    assert "do not nest" in what
    assert "ages that end where these end" in remedy


def test_overlapping_ages_are_counted_in_no_cell_and_said_so() -> None:
    rows = [figure(value=100.0), figure(sex="female", value=60.0), figure(sex="male", value=40.0)]
    rows += [figure(sex="female", age_from=start, age_to=end, value=20.0) for start, end in ((0, 5), (3, 5), (18, 60))]
    (one,) = records(*rows)
    assert (sum(one.cells), one.women) == (0.0, 60.0)
    assert codes(*rows) == ["ages-overlap"]


def test_sexes_above_the_total_are_a_mismatch_of_that_size() -> None:
    (one,) = records(*told(250.0, WOMEN, MEN))
    ((code, people, what, _),) = reasons(one)
    assert (code, people) == ("SUM_MISMATCH", 40.0)  # 165 + 125 - 250
    assert "290 of 250" in what


def test_sexes_above_the_total_only_by_rounding_are_none() -> None:
    rows = told(9.0, sexes=(5.0, 5.0))
    for row in rows[1:]:
        row |= {"low": 3.0, "high": 5.0, "level": 1.0}
    assert codes(*rows) == []


def test_ages_above_their_sex_are_a_mismatch() -> None:
    assert codes(*told(400.0, WOMEN, MEN, sexes=(150.0, 125.0))) == ["SUM_MISMATCH"]


def test_more_unknown_than_the_total_is_a_mismatch() -> None:
    rows = [figure(value=100.0), figure(sex="unknown", value=130.0)]
    (code, people, what, remedy), missing = reasons(records(*rows)[0])
    assert (code, people, missing[0]) == ("SUM_MISMATCH", 30.0, "SEX_AGE_MISSING")
    assert "130 of 100" in what
    assert "total less the known" in remedy


def test_one_sex_alone_is_said_and_the_other_is_not_nobody() -> None:
    rows = [figure(value=100.0), figure(sex="female", value=60.0)]
    (one,) = records(*rows)
    assert (one.women, one.men, one.one_sex) == (60.0, None, True)
    ((code, _, what, remedy),) = reasons(one)
    assert code == "one-sex"
    assert "male is not" in what
    assert "not nobody" in remedy


@pytest.mark.parametrize("total", [[figure(value=None, status="not_counted")], []])
def test_cells_without_a_total_are_said_and_nothing_is_spread(total: list[dict[str, object]]) -> None:
    assert codes(*total, *cells(WOMEN, MEN)) == ["no-total"]


def test_a_total_of_zero_with_people_in_it_is_a_mismatch_and_one_of_nobody_is_not() -> None:
    assert codes(*told(0.0, WOMEN, MEN)) == ["SUM_MISMATCH"]
    assert codes(*told(0.0)) == []


def test_a_total_alone_is_missing_sex_and_age() -> None:
    ((code, people, _, _),) = reasons(records(*told(700.0))[0])
    assert (code, people) == ("SEX_AGE_MISSING", 700.0)


def test_finer_cuts_are_left_aside() -> None:
    assert records(*told(400.0, WOMEN, MEN), *cells(WOMEN, MEN, facet="accommodation=P")) == records(*told(400.0, WOMEN, MEN))  # fmt: skip
