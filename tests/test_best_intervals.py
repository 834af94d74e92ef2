"""Draws and intervals of the best flows: the same however they are cut, nested, within their bounds, and covering what was reported."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import polars as pl
import pytest

from qanat.brief.charts import Estimate, Estimates, Heading, IntervalsWords, Look, intervals
from qanat.brief.charts.intervals import decades
from qanat.brief.charts.lint import faults
from qanat.errors import AskError
from qanat.estimate.best import margins, net
from qanat.estimate.best_draws import constants, disturbed, drawn, parts, reported, span
from qanat.estimate.intervals import Drawing, best, draws_frame
from qanat.estimate.learned import LEARNED, REPORTS, STOCKS
from qanat.estimate.setting import setting
from qanat.estimate.worlds import Rules, world
from qanat.maths.scores import coverage
from tests.best_worlds import SHARED, needs_shared, small_rules, small_setting, small_stocks, small_vital


def test_draws_are_the_same_however_they_are_cut() -> None:
    place = small_setting()
    whole = parts(place, 24, 7)
    made = drawn(whole)
    assert made.shape == (24, 3, 3)
    single = [type(one)(setting=one.setting, key=one.key, numbers=(number,)) for one in whole for number in one.numbers]
    np.testing.assert_array_equal(drawn(single), made)
    assert not np.array_equal(drawn(parts(place, 24, 8)), made)


@pytest.mark.slow
def test_draws_are_the_same_in_other_processes() -> None:
    whole = parts(small_setting(), 24, 7)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        np.testing.assert_array_equal(drawn(whole, pool), drawn(whole))


def test_every_draw_keeps_net_migration_and_population() -> None:
    place = small_setting()
    wanted = net(margins(place))
    for one in drawn(parts(place, 20, 0)).astype(np.float64):
        np.testing.assert_allclose(one.sum(0) - one.sum(1), wanted, atol=0.1)  # 32-bit numbers of some ten thousands
        assert (one >= 0).all()
    start, end = disturbed(place.start, place.end, STOCKS, np.random.default_rng(3))
    np.testing.assert_allclose(start.sum(0), place.start.sum(0))
    np.testing.assert_allclose(end.sum(0), place.end.sum(0))
    assert not np.array_equal(start, place.start)


def test_drawn_constants_stay_within_their_bounds_and_around_what_was_learnt() -> None:
    some = [constants(LEARNED, np.random.default_rng(seed)) for seed in range(400)]
    assert all(0 <= one.weight <= 1 and one.size >= 0 and one.stay > 0 for one in some)
    assert np.median([one.stay for one in some]) == pytest.approx(LEARNED.stay, rel=0.05)


def test_reports_differ_more_below_than_above_and_more_for_small_corridors() -> None:
    rng = np.random.default_rng(1)
    small, large = (np.log(reported(np.full((200, 200), size), REPORTS, rng)) for size in (100.0, 1e6))
    assert np.std(small) > np.std(large)
    assert np.quantile(large, 0.1) < -2 * np.quantile(large, 0.9)
    assert np.median(large) == pytest.approx(0, abs=0.02)


def test_intervals_nest_and_hold_their_value() -> None:
    found = best(small_stocks(), small_vital(), small_rules(), Drawing(draws=40))
    table = found.table
    assert table.columns == ["orig", "dest", "flow", "low80", "high80", "low95", "high95"]
    assert table.height == 6
    assert table.filter(~(pl.col("low95") <= pl.col("low80")) | ~(pl.col("high80") <= pl.col("high95"))).is_empty()
    assert table.filter(~pl.col("flow").is_between("low80", "high80")).is_empty()
    kept = draws_frame(found)
    assert kept.get_column("samples").arr.len().to_list() == [40] * 6
    low, _ = span(found.draws, 0.8)
    row = kept.with_row_index().filter(orig="POL", dest="DEU").row(0, named=True)
    assert np.quantile(row["samples"], 0.1) == pytest.approx(low[2, 0], rel=1e-6)


def test_too_few_draws_and_methods_without_draws_are_refused() -> None:
    with pytest.raises(AskError, match="at least 20"):
        best(small_stocks(), small_vital(), small_rules(), Drawing(draws=5))


@pytest.mark.parametrize(("width", "rtl"), [(760, False), (360, False), (760, True), (360, True)])
def test_drawn_intervals_keep_the_house_rules_at_any_width_and_in_arabic(width: int, rtl: bool) -> None:
    rows = (
        Estimate(label="2010–2015", value=1200.0, inner=(300.0, 4000.0), outer=(20.0, 9000.0), peers=(800.0, 0.0)),
        Estimate(label="2015–2020", value=None, peers=(None, 5.0)),
    )
    words = IntervalsWords(
        heading=Heading(title="سوريا" if rtl else "Syria", description="…"), unit="people", ours="qanat, with intervals",
        peers=("a first release", "a second release"), spell=lambda value: f"{value:,.0f}",
    )  # fmt: skip
    drawing = intervals(
        [Estimates(name="from one to another", rows=rows)], words, Look(name="fig", width=width, rtl=rtl)
    )
    assert faults(drawing.svg) == []
    assert drawing.svg.count("<circle") == 4  # the value and the first peer, each drawn and in the key


def test_the_axis_spans_the_powers_of_ten_around_the_values() -> None:
    assert decades([20, 4000]) == (1, 4)
    assert decades([100, 1000]) == (2, 3)
    assert decades([0.0]) == (0, 1)
    assert decades([]) == (0, 1)


@pytest.mark.slow
@needs_shared
def test_four_in_five_reports_lie_in_the_eighty_percent_interval() -> None:
    from bench.flows_evidence import arrivals, tables

    place = setting(world(*tables(SHARED, 2010, 2015), Rules(start=2010, end=2015)))
    evidence = arrivals(SHARED, place.places)
    low, high = span(drawn(parts(place, 60, 0)), 0.8)
    assert 0.75 <= coverage(evidence.reported, evidence.of(low), evidence.of(high)) <= 0.85
