"""Figures that add up: each adjustment visible, nobody's figure changed, contradictions named; and the two commands."""

from __future__ import annotations

import re
from datetime import date
from math import exp
from typing import Any

import polars as pl
import pytest

from qanat.errors import AskError, ConflictError
from qanat.figures import SCHEMA, F
from qanat.reconcile.adjusting import Weights
from qanat.reconcile.balance import Balancing, balance
from qanat.reconcile.balanced import balanced
from tests.balances import SEXES, rows, sexes
from tests.build import figure


def made(figures: pl.DataFrame, **weights: Any) -> dict[str, float | None]:
    """The balanced values by sex, of figures of one total."""
    told = balanced(figures, Balancing(weights=Weights(**weights))).figures
    return dict(zip(told.get_column("sex").cast(pl.String).to_list(), told.get_column("value").to_list(), strict=True))


def test_an_excess_is_shared_by_the_squares_of_the_figures() -> None:
    # 701 + 411 is 111 more than 1001; standard deviations are shares of the figures (none of which is rounded)
    squares = 701**2 + 411**2 + 1001**2
    expected = {
        "female": 701 - 111 * 701**2 / squares,
        "male": 411 - 111 * 411**2 / squares,
        "all": 1001 + 111 * 1001**2 / squares,
    }
    assert made(rows(*sexes(1001, 701, 411))) == pytest.approx(expected, abs=1e-4)


def test_a_rounded_total_gives_way_more_readily() -> None:
    # 1000 stands for 500 to 1500 as its digits show: the variance of a number anywhere in it, 1000^2 / 12, is added
    share = 0.17**2
    variances = share * 701**2, share * 411**2, share * 1000**2 + 1000**2 / 12
    assert made(rows(*sexes(1000, 701, 411)))["all"] == pytest.approx(
        1000 + 112 * variances[2] / sum(variances), abs=1e-4
    )


def test_what_adds_up_stays_as_published() -> None:
    told = balanced(rows(*sexes(1001, 501, 411, 89)), Balancing()).figures
    assert set(told.get_column("locator")) == {"as published"}
    assert set(told.get_column("status").cast(pl.String)) == {"counted"}
    assert sorted(told.get_column("value")) == [89, 411, 501, 1001]


def test_a_shortage_of_untold_sexes_is_a_row_of_its_own_and_moves_nobody() -> None:
    told = balanced(rows(*sexes(1001, 501, 411)), Balancing()).figures
    rest = told.filter(F.sex == "unknown").row(0, named=True)
    assert (rest["value"], rest["status"], rest["locator"]) == (89, "estimated", "what the sexes leave of the total")
    assert told.filter(F.sex != "unknown").get_column("locator").unique().to_list() == ["as published"]


def test_a_shortage_where_the_unknown_is_told_moves_all_of_them() -> None:
    found = made(rows(*sexes(1001, 501, 301, 101)))
    assert found["female"] is not None
    assert found["female"] > 501
    assert sum(found[sex] or 0.0 for sex in SEXES) == pytest.approx(found["all"])


def test_an_adjustment_says_what_was_published_by_how_much_it_moved_and_what_is_wrong() -> None:
    told = balanced(rows(*sexes(1001, 901, 701)), Balancing()).figures
    for row in told.iter_rows(named=True):
        assert re.match(r"published [\d.]+; adjusted by -?[\d.]+", row["locator"])
        assert "SUM_MISMATCH" in row["locator"]
        assert (row["stage"], row["counter"], row["method"], row["status"]) == (
            "reconciled",
            "unhcr",
            "reconcile.balanced@1",
            "estimated",
        )
    moved = told.filter(F.sex == "all").row(0, named=True)
    high = 1001 * exp(1.2816 * 0.17)  # 1244.7
    assert moved["value"] > high
    assert (
        f"leaves its interval {1001 / exp(1.2816 * 0.17):.1f} to {high:.1f}; SUM_MISMATCH BOUND_VIOLATION"
        in moved["locator"]
    )


def test_one_figure_ten_times_off_gives_way_and_is_flagged_and_the_record_stays() -> None:
    figures = rows(*sexes(1001, 5001, 481, 19))
    before = figures.clone()
    found = balance(figures, Balancing()).cells
    worst = found.sort((pl.col("after") - F.value).abs(), descending=True).row(0, named=True)
    assert (worst["sex"], worst["leaves"]) == ("female", True)
    assert worst["flags"] == ["SUM_MISMATCH", "BOUND_VIOLATION"]
    assert worst["after"] < 900
    assert figures.equals(before)


def test_a_total_of_zero_gives_way_to_its_parts() -> None:
    found = made(rows(*sexes(0, 501, 401)))
    assert found["all"] is not None
    assert found["all"] > 500


def test_a_contained_figure_comes_down_and_what_contains_it_goes_up() -> None:
    idps = figure(group="idps", origin="COL", value=1201)
    people = figure(group="people", origin=None, counter="unpd", source="unpd.wpp@2024", value=1001)
    found = balance(rows(idps, people), Balancing()).cells
    after = dict(zip(found.get_column("group"), found.get_column("after"), strict=True))
    assert after["idps"] == pytest.approx(after["people"])
    assert 1001 < after["people"] < 1010  # a population is known to 2 %, the displaced to 17 %
    assert found.filter(F.group == "idps").get_column("flags").to_list() == [["BOUND_VIOLATION"]]


def test_a_number_that_the_others_settle_is_filled_in_and_marked_as_estimated() -> None:
    told = balanced(rows(*sexes(1001, 601, None, 101)), Balancing()).figures
    male = told.filter(F.sex == "male").row(0, named=True)
    assert male["value"] == pytest.approx(299, abs=1e-3)
    assert (male["status"], male["locator"]) == ("estimated", "not counted; follows from the others")


def test_numbers_that_nothing_settles_stay_unknown() -> None:
    told = balanced(rows(*sexes(1001, None, None, 101)), Balancing()).figures
    assert told.filter(F.value.is_null()).height == 2
    assert told.filter(F.value.is_null()).get_column("status").cast(pl.String).unique().to_list() == ["suppressed"]


def test_a_suppressed_number_with_an_interval_is_drawn_to_its_middle_and_kept_within() -> None:
    hidden = figure(sex="male", value=None, status="suppressed", low=1, high=9, level=1.0)
    told = balanced(rows(*sexes(1001, 601), hidden, figure(sex="unknown", value=387)), Balancing()).figures
    assert told.filter(F.sex == "male").get_column("value").to_list()[0] == pytest.approx(
        5, abs=0.1
    )  # 8 more would close the gap


def test_all_unknown_stays_all_unknown_and_empty_stays_empty() -> None:
    told = balanced(rows(*sexes(None, None, None, None)), Balancing()).figures
    assert told.get_column("value").null_count() == 4
    empty = balanced(rows(), Balancing())
    assert (empty.figures.height, empty.lineage.height) == (0, 0)
    assert empty.figures.schema == SCHEMA


def test_a_held_figure_stays_and_the_others_carry_the_gap() -> None:
    found = made(rows(*sexes(1001, 701, 411)), hold=("r:0",))
    assert found["all"] == 1001
    assert (found["female"] or 0) + (found["male"] or 0) == pytest.approx(1001)


def test_held_figures_that_contradict_each_other_are_named_with_what_binds_them() -> None:
    figures = rows(*sexes(1001, 701, 411), *sexes(50, 30, 20, group="asylum-seekers"))
    before = figures.clone()
    with pytest.raises(ConflictError) as raised:
        balanced(figures, Balancing(weights=Weights(hold=("r:0", "r:1", "r:2", "r:3", "r:4"))))
    told = str(raised.value)
    assert told.startswith("these 4 cannot all hold, and without any one of them the others can")
    for part in (
        "r:0 is held at 1,001",
        "r:1 is held at 701",
        "r:2 is held at 411",
        "female, male, other and unknown sex add up to everyone",
    ):
        assert part in told
    assert "asylum-seekers" not in told
    assert raised.value.exit_code == 4
    assert figures.equals(before)


def test_a_figure_to_hold_that_is_not_there_is_refused() -> None:
    with pytest.raises(AskError, match="r:99 cannot be held"):
        balanced(rows(*sexes(1001, 701, 411)), Balancing(weights=Weights(hold=("r:99",))))


def test_rounding_bounds_bind_only_where_it_is_asked() -> None:
    five = {"low": 3.0, "high": 5.0, "level": 1.0}
    figures = rows(figure(value=6), figure(sex="female", value=5, **five), figure(sex="male", value=5, **five))
    kept = made(figures, bounds="rounding")
    assert kept["female"] is not None
    assert 3 <= kept["female"] <= 5
    with pytest.raises(ConflictError, match="at least 3 by its rounding"):
        made(rows(*sexes(3, None), figure(sex="female", value=5, **five), figure(sex="male", value=5, **five)).filter(F.value.is_not_null()), bounds="rounding", hold=("r:0",))  # fmt: skip


def test_opening_stocks_are_given_and_no_part_of_the_balance() -> None:
    opened = figure(group="idps", origin="COL", value=50, start=date(2024, 12, 31), end=date(2024, 12, 31))
    year = {"measure": "flow", "origin": "COL", "start": date(2025, 1, 1), "end": date(2026, 1, 1)}
    back = figure(group="returned-idps", value=80, **year)
    new = figure(group="idps-new", unit="movements", counter="idmc", value=10, **year)
    told = balanced(rows(opened, back, new), Balancing(opening=date(2024, 12, 31))).figures
    assert set(told.get_column("group")) == {"returned-idps", "idps-new"}
    after = dict(zip(told.get_column("group"), told.get_column("value"), strict=True))
    assert after["returned-idps"] == pytest.approx(50 + after["idps-new"])
