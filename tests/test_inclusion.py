"""What inclusion is worth: the formula by hand, its laws, the evidence as it is held, and questions that cannot stand."""

from __future__ import annotations

from dataclasses import replace
from math import exp
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.estimate.evidence_held import Context, Effect, evidence
from qanat.estimate.inclusion import Assumed, Case, Cohort, Returns, Span, returns, summary, worth
from qanat.estimate.transfer import OTHER_INCOME, SAME_INCOME, Applied, applied
from qanat.maths.returns import break_even, discounted, grown
from tests.effects import HALVES, effect


def point(value: float) -> Span:
    return Span(low=value, high=value)


def used(one: Effect, sd: float = 0.0, weight: float = 1.0) -> Applied:
    return Applied(effect=one, sd=sd, factor=1.0, word="effect", why="", weight=weight)


COHORT: Final = Cohort(sex="all", people=1000.0, employment=point(0.5), wage=point(2000.0))


ASSUMED: Final = Assumed(
    horizon=2, discount=0.25, cost=point(50.0), tax=point(0.1), saved=point(100.0), remitted=point(0.1), price=point(0.05), inflow=142_500.0,
)  # fmt: skip


def case(*effects: Applied, assumed: Assumed = ASSUMED, cohorts: tuple[Cohort, ...] = (COHORT,), **given: Any) -> Case:
    base: dict[str, Any] = {"poverty": (0.35, 0.0), "draws": 100}
    return Case(cohorts=cohorts, effects=effects or (used(effect()),), assumed=assumed, **(base | given))


def total(found: Returns, rate: float = 0.25) -> float:
    return float(discounted(found.together, rate).sum(axis=1)[0])


def test_the_formula_by_hand_where_nothing_is_uncertain() -> None:
    """1,000 people, half of them in work at 2,000 a year; ten points more work, half there in year 1, three quarters in year 2."""
    found = returns(case())
    assert found.gained[0] == pytest.approx([100_000, 150_000])  # 1,000 x 0.05 x 2,000 and 1,000 x 0.075 x 2,000
    assert found.costs[0] == pytest.approx([50_000, 0])
    assert found.budget is not None
    assert found.budget[0] == pytest.approx([-35_000, 22_500])  # 10,000 + 100 x 50 - 50,000; 15,000 + 100 x 75
    assert found.kept is not None
    assert found.kept[0] == pytest.approx([85_000, 127_500])
    assert total(found) == pytest.approx(136_000)  # 50,000 x 0.8 + 150,000 x 0.64
    assert float(discounted(found.budget, 0.25).sum(axis=1)[0]) == pytest.approx(-13_600)  # -28,000 + 14,400
    assert found.remittances is not None
    assert found.remittances[0] == pytest.approx([9_500, 14_250])  # a tenth, less 5 % of it
    assert found.poverty is not None
    assert found.poverty[0] == pytest.approx(1.1**-0.35 - 1)  # 14,250 is a tenth of what the origin receives


def test_pay_and_work_together_follow_the_formula() -> None:
    both = returns(case(used(effect(id="work")), used(effect("earnings-worker", 0.2, id="pay"))))
    # year 1: 1,000 x (0.5 x 2,000 x 0.1 + 0.05 x 2,000 x 1.1) = 100,000 + 110,000
    assert both.gained[0, 0] == pytest.approx(210_000)


def test_an_effect_relative_to_employment_and_one_in_dollars() -> None:
    assert returns(case(used(effect("employment-relative", 0.2)))).gained[0, 0] == pytest.approx(
        100_000
    )  # 0.5 x 0.2 x 0.5
    # 400 dollars more for each of 500 workers, half of it in year 1
    assert returns(case(used(effect("earnings-usd", 400.0)))).gained[0, 0] == pytest.approx(100_000)


def test_nobody_taking_part_gains_nothing_and_costs_nothing() -> None:
    for parameter in ("employment-points", "earnings-total", "earnings-worker"):
        found = returns(case(used(effect(parameter), sd=0.1), assumed=replace(ASSUMED, adoption=point(0.0))))
        assert not found.gained.any()
        assert not found.costs.any()


@settings(max_examples=25)
@given(st.floats(0, 1), st.floats(0, 500), st.floats(-0.2, 0.5), st.floats(0, 0.3))
def test_what_state_and_people_gain_is_what_both_gain_whatever_changes_hands(
    tax: float, saved: float, mean: float, sd: float
) -> None:
    found = returns(case(used(effect(mean=mean), sd=sd), assumed=replace(ASSUMED, tax=point(tax), saved=point(saved))))
    assert found.budget is not None
    assert found.kept is not None
    assert np.allclose(found.budget + found.kept, found.together, atol=1e-6)


def test_two_studies_are_never_added_each_draw_takes_one() -> None:
    work = used(effect(id="a", study="a"))
    income = used(effect("earnings-total", 0.3, id="b", study="b"))
    made = returns(case(work, income, draws=500)).gained[:, 0]
    # alone: 100,000 by the one; 1,000 x 0.5 x 2,000 x 0.15 = 150,000 by the other; never 250,000
    assert sorted(set(np.round(made))) == [100_000, 150_000]
    assert 0.4 < (made < 125_000).mean() < 0.6


def test_an_income_effect_and_the_work_found_in_it_never_stand_in_one_study() -> None:
    parameters: dict[str, set[str]] = {}
    for one in evidence().effects:
        parameters.setdefault(one.study, set()).add(one.parameter)
    for study, found in parameters.items():
        assert not ("earnings-total" in found and len(found) > 1), study


def test_remittances_poverty_and_output_are_no_part_of_the_return() -> None:
    silent = replace(ASSUMED, remitted=None, price=None, inflow=None)
    assert total(returns(case())) == total(returns(case(assumed=silent)))
    assert returns(case(assumed=silent)).remittances is None
    assert returns(case(assumed=silent)).poverty is None


def test_a_wider_penalty_gives_a_wider_interval() -> None:
    found = effect(
        mean=0.1, sd=0.06, context=Context(country="DEU", region="Europe", income="high", status="protection")
    )
    here = Context(country="FRA", region="Europe", income="high", status="protection")
    sds = [
        applied([found], host, "protection")[0].sd
        for host in (here, replace(here, region="Asia"), replace(here, income="low"))
    ]
    assert sds == pytest.approx([0.06, 0.06 * SAME_INCOME, 0.06 * OTHER_INCOME])
    widths = [summary(returns(case(used(found, sd=sd), draws=2000)).together.sum(axis=1)) for sd in sds]
    assert [one["high"] - one["low"] for one in widths] == sorted(one["high"] - one["low"] for one in widths)


@settings(max_examples=20)
@given(st.floats(0, 2000), st.floats(0, 2000))
def test_the_probability_never_rises_with_the_cost(one: float, other: float) -> None:
    def probability(cost: float) -> float:
        found = returns(case(used(effect(), sd=0.1), assumed=replace(ASSUMED, cost=point(cost)), draws=300))
        return float(worth(found.together, 0.05)["probability"])

    low, high = sorted((one, other))
    assert probability(low) >= probability(high)


def test_the_same_seed_gives_the_same_draws_and_another_others() -> None:
    uncertain = case(used(effect(), sd=0.1))
    assert (returns(uncertain).gained == returns(uncertain).gained).all()
    assert (returns(uncertain).gained != returns(replace(uncertain, seed=2)).gained).any()


def test_an_effect_found_on_women_reaches_women_alone() -> None:
    women, men = (replace(COHORT, sex=sex, people=people) for sex, people in (("female", 600.0), ("male", 400.0)))
    found = returns(case(used(effect(sex="female")), cohorts=(women, men)))
    assert found.earnings["female"][0, 0] == pytest.approx(60_000)
    assert not found.earnings["male"].any()
    both = returns(case(cohorts=(women, men)))
    assert both.gained[0] == pytest.approx(returns(case()).gained[0])  # the sexes add up to all


def test_employment_never_passes_everybody() -> None:
    found = returns(case(used(effect(mean=3.0))))
    assert found.gained[0].max() == pytest.approx(1000 * 0.5 * 2000)  # the half without work, no more


def test_effects_grow_in() -> None:
    assert grown(2, np.array([HALVES]))[0] == pytest.approx([0.5, 0.75])
    assert grown(1, np.array([2.0]))[0, 0] == pytest.approx(1 - exp(-0.5))


def test_the_cost_is_earned_back_in_the_year_from_which_the_sum_stays_above_zero() -> None:
    flows = np.array([[-3.0, 1.0, 2.0, 1.0], [-3.0, 1.0, 1.0, 0.5], [1.0, 1.0, 1.0, 1.0], [2.0, -3.0, 2.0, 0.0]])
    assert break_even(flows) == pytest.approx([3, np.nan, 1, 3], nan_ok=True)
    told = worth(flows, 0.0)["break_even"]
    assert told["never"] == 0.25
    assert told["by_year"] == [0.25, 0.25, 0.75, 0.75]
