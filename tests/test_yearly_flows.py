"""Flows year by year: they add up to the period, keep net migration, and follow what is dated."""

from __future__ import annotations

from math import exp

import numpy as np
import polars as pl

from qanat.estimate.flows import estimated
from qanat.estimate.ways import How
from qanat.estimate.worlds import world
from qanat.estimate.yearly import MOVE, TRANSITION, yearly
from qanat.maths.years import by_year, moves_behind, yearly_nets
from tests.best_worlds import small_rules, small_stocks, small_vital


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
