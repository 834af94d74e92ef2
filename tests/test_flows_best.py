"""The best estimate of flows: kernels against hand-worked numbers, laws of the account, and what reported arrivals say."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from math import exp, pi, sqrt
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.brief.charts import Estimate, Estimates, Heading, IntervalsWords, Look, intervals
from qanat.brief.charts.intervals import decades
from qanat.brief.charts.lint import faults
from qanat.edition import data
from qanat.edition.migrants import migrants, unlisted
from qanat.edition.pairs import pairs
from qanat.edition.places import places
from qanat.errors import AskError, MarginError, SourceError
from qanat.estimate.beside import beside
from qanat.estimate.best import flows, margins, net
from qanat.estimate.best_draws import constants, disturbed, drawn, parts, reported, span
from qanat.estimate.flows import estimated
from qanat.estimate.intervals import Drawing, best, draws_frame
from qanat.estimate.learned import LEARNED, REPORTS, STOCKS
from qanat.estimate.others import Listed, laid_out
from qanat.estimate.recency import came_since, nearest_year
from qanat.estimate.setting import Setting, setting
from qanat.estimate.ways import How, moves
from qanat.estimate.worlds import Rules, world
from qanat.estimate.yearly import MOVE, TRANSITION, yearly
from qanat.jobs.pairs import EARTH, great_circle, write_pairs
from qanat.jobs.unlisted import unlisted_stocks, write_unlisted
from qanat.maths.accounting import Margins
from qanat.maths.moves import split, with_prior
from qanat.maths.netting import with_net
from qanat.maths.scores import coverage, nearness
from qanat.maths.sticky import loose, sticky
from qanat.maths.transport import Line, Table
from qanat.maths.years import by_year, moves_behind, yearly_nets

SHARED = Path(os.environ.get("QANAT_SHARED", Path(__file__).parent.parent.parent / "shared"))
PLACES = ("DEU", "FRA", "POL")


def small_stocks() -> pl.DataFrame:
    """Three countries, two dates: Poles go to Germany, some French come home."""
    told = {2010: ((900, 30, 5), (20, 800, 4), (60, 20, 500)), 2015: ((905, 28, 6), (18, 806, 4), (95, 22, 470))}
    rows = [
        (year, birth, residence, float(table[k][i]) * 1000)
        for year, table in told.items()
        for k, birth in enumerate(PLACES)
        for i, residence in enumerate(PLACES)
    ]
    return pl.DataFrame(rows, schema=["year", "birth", "residence", "stock"], orient="row")


def small_vital() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "iso3": PLACES,
            "births": [45000.0, 50000.0, 24000.0],
            "deaths": [50000.0, 38000.0, 26000.0],
            "period": "2010-2015",
        }
    )


def small_rules() -> Rules:
    return Rules(start=2010, end=2015)


def small_setting() -> Setting:
    return setting(world(small_stocks(), small_vital(), small_rules()))


def fitting(start: Table, end: Table) -> Margins:
    none = np.zeros_like(start)
    return Margins(start=start, end=end, left=none, entered=none)


@st.composite
def accounts(draw: st.DrawFn) -> Margins:
    """Margins of four birthplaces over four places: equal row sums, some cells empty."""
    cells = st.integers(0, 900)
    table = np.array([[draw(cells) for _ in range(4)] for _ in range(4)], dtype=np.float64) + np.diag(
        [1e5, 2e5, 5e4, 1e6]
    )
    order = draw(st.permutations(range(4)))
    other = table.copy()
    for k in range(4):  # the same people, moved about among the four places
        other[k] = 0.9 * table[k] + 0.1 * table[k][list(order)]
    return fitting(table, other)


@given(accounts())
def test_sticky_moves_meet_every_margin_and_equal_the_plain_prior_where_stickiness_is_one_number(
    account: Margins,
) -> None:
    prior = np.array([[0, 1, 2, 0.5], [1, 0, 0.3, 1], [2, 0.3, 0, 1], [0.5, 1, 1, 0]], dtype=np.float64)
    found = sticky(account, prior, np.full((4, 4), 7.0))
    whole = np.sum([found.born(k) for k in range(4)], axis=0)
    assert np.abs(whole.sum(1) - account.start.sum(0)).max() < 1e-5  # four birthplaces, each within 1e-6
    assert np.abs(whole.sum(0) - account.end.sum(0)).max() < 1e-5
    plain = with_prior(account, prior + 7.0 * np.eye(4), tolerance=1e-7)
    np.testing.assert_allclose(split(found).total, split(plain).total, rtol=1e-4, atol=1e-3)


def test_two_places_and_one_birthplace_move_as_worked_by_hand() -> None:
    # R = C = (100, 1): left = right by symmetry; a1 b1 stay = 100 - f, a2 b2 stay = 1 - f, a1 b2 = a2 b1 = f, so
    # (100 - f)(1 - f) / stay^2 = f^2; with stay 3: 8 f^2 + 101 f - 100 = 0
    account = fitting(np.array([[100.0, 1.0], [0.0, 0.0]]), np.array([[100.0, 1.0], [0.0, 0.0]]))
    found = split(sticky(account, np.ones((2, 2)), np.full((2, 2), 3.0), 1e-9)).total
    by_hand = (-101 + sqrt(101**2 + 4 * 8 * 100)) / 16
    assert found[0, 1] == pytest.approx(by_hand, rel=1e-9)
    assert found[1, 0] == pytest.approx(by_hand, rel=1e-9)


def test_a_prior_that_lets_nobody_move_is_refused_with_the_birthplace() -> None:
    account = fitting(np.array([[90.0, 10.0], [5.0, 5.0]]), np.array([[80.0, 20.0], [5.0, 5.0]]))
    with pytest.raises(MarginError) as refused:
        sticky(account, np.zeros((2, 2)), np.ones((2, 2)))
    assert 0 in refused.value.lines


def test_loose_moves_begin_where_they_are_told_and_come_near() -> None:
    place = small_setting()
    account = margins(place)
    prior, stay = np.ones((3, 3)), np.full((3, 3), 50.0)
    exact = sticky(account, prior, stay)
    np.testing.assert_allclose(loose(account, prior, stay, 1.0, exact), split(exact).total, atol=3.0)


def test_net_migration_is_met_as_worked_by_hand() -> None:
    # 20 a - 10 / a = 15, hence a = (15 + sqrt(225 + 800)) / 40
    found = with_net(np.array([[0.0, 10.0], [20.0, 0.0]]), np.array([15.0, -15.0]))
    a = (15 + sqrt(1025)) / 40
    np.testing.assert_allclose(found, [[0, 10 / a], [20 * a, 0]], rtol=1e-9)


def test_net_migration_nobody_can_bring_is_refused_with_the_places() -> None:
    with pytest.raises(MarginError, match="sum to zero"):
        with_net(np.ones((2, 2)), np.array([1.0, 0.0]))
    with pytest.raises(MarginError) as refused:
        with_net(np.array([[0.0, 5.0], [0.0, 0.0]]), np.array([3.0, -3.0]))
    assert refused.value.lines == (0, 1)


@given(st.lists(st.floats(0.5, 1e5), min_size=12, max_size=12), st.lists(st.floats(-300, 300), min_size=4, max_size=4))
def test_netting_keeps_zeros_signs_and_every_net(cells: list[float], nets: list[float]) -> None:
    table = np.zeros((4, 4))
    table[~np.eye(4, dtype=bool)] = cells
    wanted: Line = np.array(nets, dtype=np.float64) - sum(nets) / 4
    found = with_net(table, wanted)
    np.testing.assert_allclose(found.sum(0) - found.sum(1), wanted, atol=1e-5)
    assert (found >= 0).all()
    assert (np.diag(found) == 0).all()
    # the nearest table: every cycle keeps its product, since each cell changed by exp(x_i - x_j)
    assert found[0, 1] * found[1, 2] * found[2, 0] == pytest.approx(table[0, 1] * table[1, 2] * table[2, 0], rel=1e-6)


def test_recency_is_what_ten_years_of_deaths_do_not_leave_of_the_old() -> None:
    before, now = np.array([[100.0, 0.0, 50.0]]), np.array([[200.0, 80.0, 0.0]])
    np.testing.assert_allclose(
        came_since(before, now, 10), [[1 - 0.85 * 0.5, 1.0, 0.5]]
    )  # the last: nobody lives there now
    np.testing.assert_allclose(came_since(before, now, 5)[0, 0], 1 - 0.85 * 0.25)  # halved twice in ten years
    assert nearest_year({1990, 1995, 2000, 2005, 2010}, 2010) == 2000
    assert nearest_year({1990, 1995}, 1995) == 1990
    assert nearest_year({1990}, 1990) is None


def others_release() -> Listed:
    stocks = pl.DataFrame(
        [(2010, "POL", "DEU", 60.0), (2010, "FRA", "DEU", 40.0), (2010, "XXX", "DEU", 50.0), (2010, "DEU", "FRA", 30.0)],
        schema=["year", "birth", "residence", "stock"], orient="row",
    )  # fmt: skip
    earlier = pl.DataFrame({"year": [2010], "birth": ["NLD"], "residence": ["DEU"], "stock": [20.0]})
    return Listed(stocks=stocks, earlier=earlier)


def test_people_of_untold_birthplace_go_to_birthplaces_listed_before_and_the_rest_in_proportion() -> None:
    places = ("DEU", "FRA", "NLD", "POL")
    # 20 Dutch as listed before; 30 left over for 120 listed: each a quarter more
    np.testing.assert_allclose(others_release().filled(places, 2010)[:, 0], [0, 50, 25, 75])


def test_a_table_spread_in_proportion_is_laid_out_anew_and_another_is_left_alone() -> None:
    places = ("DEU", "FRA", "NLD", "POL")
    given = np.zeros((4, 4))
    given[:, 0] = [1000, 60, 0, 90]  # 40 and 60, each times 1.5
    given[0, 1] = 30
    out, moved = laid_out(given, others_release(), places, 2010)
    np.testing.assert_allclose(out[:, 0], [1000, 50, 25, 75])
    assert moved == pytest.approx(25)
    given[1, 0] = 70  # somebody's own figure
    kept, none = laid_out(given, others_release(), places, 2010)
    np.testing.assert_array_equal(kept, given)
    assert none == 0
    assert laid_out(given, others_release(), places, 2011)[1] == 0


def test_unlisted_are_what_the_newer_revision_leaves_out_of_a_place_it_has() -> None:
    def revision(*rows: tuple[str, str, str, int, float]) -> pl.DataFrame:
        return pl.DataFrame(rows, schema=["orig", "dest", "sex", "year", "value"], orient="row")

    old = revision(
        ("NLD", "DEU", "b", 2010, 20),
        ("POL", "DEU", "b", 2010, 55),
        ("NLD", "DEU", "f", 2010, 11),
        ("ITA", "CHE", "b", 2010, 9),
    )
    new = revision(("POL", "DEU", "b", 2010, 60), ("NLD", "DEU", "b", 2010, 0))
    assert unlisted_stocks(old, new).rows() == [(2010, "NLD", "DEU", 20.0)]


def test_places_are_as_far_apart_as_the_sphere_and_cepii_say() -> None:
    assert great_circle((0, 0), (0, 90)) == pytest.approx(EARTH * pi / 2)
    found = pairs().filter(a="DEU", b="FRA").row(0, named=True)
    assert (found["language"], found["border"], found["computed"]) == (False, True, False)
    assert 700 < found["km"] < 850  # CEPII distw 790
    sudans = pairs().filter(a="SDN", b="SSD").row(0, named=True)
    assert (sudans["border"], sudans["computed"]) == (True, True)
    assert pairs().filter(pl.col("a") >= pl.col("b")).is_empty()
    assert pairs().select("a", "b").is_duplicated().sum() == 0


def test_the_embedded_stocks_are_the_uns() -> None:
    everyone = migrants().filter(pl.col("year") == 2024, pl.col("residence") != "WLD").get_column("stock").sum()
    assert everyone == pytest.approx(304_021_813, rel=1e-3)  # IMS 2024, table 1, mid-2024
    assert unlisted().filter(year=2010, birth="NLD", residence="DEU").height == 1


def test_the_best_flows_keep_net_migration_and_are_never_negative() -> None:
    place = small_setting()
    found = flows(place).total
    np.testing.assert_allclose(found.sum(0) - found.sum(1), net(margins(place)), atol=2e-6)
    assert (found >= 0).all()
    assert found[2, 0] > 30_000  # of 35,000 more Poles in Germany
    again = estimated(world(small_stocks(), small_vital(), small_rules()), How(method="best"))
    np.testing.assert_array_equal(again.kinds.total, found)
    told = moves(again.world, again.how)
    assert sum(weight * float(one.of(2, 0).sum()) for weight, one in told) == pytest.approx(
        float(found[2, 0]), rel=1e-9
    )


def test_the_order_of_rows_changes_nothing() -> None:
    other = world(small_stocks().reverse(), small_vital().sort("deaths"), small_rules())
    np.testing.assert_array_equal(flows(setting(other)).total, flows(small_setting()).total)


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


def test_years_add_up_to_the_period_by_corridor_and_to_net_by_place() -> None:
    period = np.array([[0, 50.0, 30], [20, 0, 10], [5, 5, 0]])
    arrived, departed = period.sum(0), period.sum(1)
    told = np.array([[-40.0, 25, 15], [-15, 0, 15]])
    nets = yearly_nets(told, arrived, departed, np.ones(3))
    np.testing.assert_allclose(nets.sum(0), arrived - departed)
    np.testing.assert_allclose(nets.sum(1), 0, atol=1e-9)
    found = by_year(period, nets, np.stack([period, period]), 1e-6)
    np.testing.assert_allclose(found.sum(0), period)
    np.testing.assert_allclose(found.sum(1) - found.sum(2), nets, atol=1e-6)
    assert (found >= 0).all()


def test_nets_no_layout_can_hold_are_drawn_towards_an_even_share() -> None:
    arrived, departed = np.array([10.0, 20.0]), np.array([20.0, 10.0])
    nets = yearly_nets(np.array([[-500.0, 500.0], [490.0, -490.0]]), arrived, departed, np.ones(2))
    assert np.maximum(nets, 0).sum(0)[0] <= 9.0 + 1e-6  # nine tenths of who arrived
    np.testing.assert_allclose(nets.sum(0), [-10, 10])


def test_moves_behind_transitions_are_worked_by_hand_and_keep_net_migration() -> None:
    table = np.array([[0.0, 100.0], [40.0, 0.0]])
    unseen = 1 - (1 - exp(-0.4)) / 0.4  # 0.176: back at 8 % a year over five years
    found = moves_behind(table, 0.08, 5)
    np.testing.assert_allclose(found, table + unseen / (1 - unseen) * np.array([[0, 140.0], [140.0, 0]]))
    np.testing.assert_allclose(found.sum(0) - found.sum(1), table.sum(0) - table.sum(1))
    np.testing.assert_array_equal(moves_behind(table, 0.0, 5), table)


def test_yearly_series_label_transitions_and_moves_and_follow_what_is_dated() -> None:
    estimate = estimated(world(small_stocks(), small_vital(), small_rules()), How(method="best"))
    nets = pl.DataFrame(
        {"place": [], "year": [], "net": []}, schema={"place": pl.String, "year": pl.Int64, "net": pl.Float64}
    )
    dated = pl.DataFrame({"orig": ["POL"], "dest": ["DEU"], "year": [2013], "people": [20000.0]})
    found = yearly(estimate, nets, dated)
    assert set(found.get_column("concept")) == {TRANSITION, MOVE}
    sums = found.filter(concept=TRANSITION).group_by("orig", "dest").agg(pl.col("flow").sum()).sort("orig", "dest")
    off = ~np.eye(3, dtype=bool)
    np.testing.assert_allclose(sums.get_column("flow").to_numpy(), estimate.kinds.total[off], rtol=1e-9)
    by_both = found.pivot(on="concept", index=["year", "orig", "dest"], values="flow")
    assert by_both.filter(pl.col(MOVE) < pl.col(TRANSITION)).is_empty()
    poles = found.filter(concept=TRANSITION, orig="POL", dest="DEU").sort("year").get_column("flow").to_list()
    assert min(poles[2], poles[3]) > 1.2 * max(
        poles[0], poles[1], poles[4]
    )  # calendar 2013 is half of 2012/13 and of 2013/14


def test_nearness_is_worked_by_hand() -> None:
    found = nearness(np.array([100.0, 1000.0, 50.0, 10.0]), np.array([200.0, 900.0, 5.0, 0.0]))
    # factors 2, 1.11, 10 and 10 (an estimate of nobody counts as one person)
    assert found.within_3 == 0.5
    assert found.median_factor == pytest.approx(sqrt(2 * 10))
    assert found.n == 4
    assert coverage(np.array([1.0, 5.0]), np.array([1.0, 6.0]), np.array([2.0, 9.0])) == 0.5


def test_corridors_stand_beside_releases_with_gaps_left_open() -> None:
    ours = best(small_stocks(), small_vital(), small_rules(), Drawing(draws=20)).table
    other = pl.DataFrame({"orig": ["POL"], "dest": ["DEU"], "start": [2010], "flow": [12]})
    found = beside({(2010, 2015): ours}, {"peer": other}, [("POL", "DEU"), ("FRA", "POL")])
    assert found.select("orig", "dest", "start", "end", "peer").rows() == [
        ("POL", "DEU", 2010, 2015, 12.0), ("FRA", "POL", 2010, 2015, None),
    ]  # fmt: skip


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


needs_shared = pytest.mark.skipif(not (SHARED / "data/flows").is_dir(), reason="the published tables are not here")


@pytest.mark.slow
@needs_shared
def test_reported_arrivals_are_met_nearer_than_by_the_published_estimate() -> None:
    from bench.flows_evidence import arrivals, published, tables

    place = setting(world(*tables(SHARED, 2010, 2015), Rules(start=2010, end=2015)))
    evidence = arrivals(SHARED, place.places)
    ours = nearness(evidence.reported, evidence.of(flows(place).total))
    peer = nearness(evidence.reported, evidence.of(published(SHARED, place.places, "da_pb_closed")))
    assert evidence.reported.size == 300
    assert (round(peer.log_r, 2), round(peer.median_factor, 1), round(peer.linear_r, 3)) == (
        0.83,
        2.4,
        0.828,
    )  # as published
    assert ours.within_3 >= 0.75
    assert ours.linear_r >= 0.90
    assert ours.median_factor < 1.7


@pytest.mark.slow
@needs_shared
def test_four_in_five_reports_lie_in_the_eighty_percent_interval() -> None:
    from bench.flows_evidence import arrivals, tables

    place = setting(world(*tables(SHARED, 2010, 2015), Rules(start=2010, end=2015)))
    evidence = arrivals(SHARED, place.places)
    low, high = span(drawn(parts(place, 60, 0)), 0.8)
    assert 0.75 <= coverage(evidence.reported, evidence.of(low), evidence.of(high)) <= 0.85


@pytest.mark.slow
@needs_shared
def test_the_reference_inputs_give_nobody_below_zero_and_every_net_in_each_period() -> None:
    folder = SHARED / "data/flows/reference"
    stocks, vital = (
        pl.read_parquet(folder / f"migest_full231_inputs_{name}.parquet") for name in ("stocks", "births_deaths")
    )
    for start, end in ((2015, 2020), (2020, 2024)):
        place = setting(world(stocks, vital, Rules(start=start, end=end)))
        found = flows(place).total
        assert (found >= 0).all()
        np.testing.assert_allclose(found.sum(0) - found.sum(1), net(margins(place)), atol=5e-6)
        assert 80e6 < found.sum() < 140e6


@pytest.mark.slow
@needs_shared
def test_the_edition_s_pairs_and_unlisted_stocks_are_made_anew_to_the_byte(tmp_path: Path) -> None:
    write_pairs(SHARED / "data", tmp_path, places())
    write_unlisted(SHARED / "data", tmp_path)
    for name in ("pairs.parquet", "pairs.documents.json", "unlisted.parquet", "unlisted.documents.json"):
        assert (tmp_path / name).read_bytes() == data(name).read_bytes(), name
    with pytest.raises(SourceError, match="GeoDist"):
        write_pairs(tmp_path, tmp_path, places())
