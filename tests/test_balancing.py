"""The least adjustment as arithmetic: hand-worked cases, Stone's closed form, laws, and contradictions named to the last claim."""

from __future__ import annotations

from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from qanat.maths.active_set import settled
from qanat.maths.balancing import Contradiction, Problem, balanced
from qanat.maths.conflict import conflict
from qanat.maths.interior import inner

Floats = NDArray[np.float64]


def asked(rows: list[list[float]], target: list[float], spread: list[float], **more: list[float]) -> Problem:
    """Rows that must be zero over people, but for what is given: right, equal (1 or 0), low, high."""
    many, numbers = len(rows), len(target)
    return Problem(
        rows=csr_array(np.array(rows, dtype=float).reshape(many, numbers)), right=np.array(more.get("right", [0.0] * many)),
        equal=np.array(more.get("equal", [1.0] * many)) > 0, target=np.array(target, dtype=float), spread=np.array(spread, dtype=float),
        low=np.array(more.get("low", [0.0] * numbers)), high=np.array(more.get("high", [np.inf] * numbers)),
    )  # fmt: skip


def cost(problem: Problem, values: Floats) -> float:
    return float((((values - problem.target) / problem.spread) ** 2).sum() / 2)


def test_a_gap_is_shared_in_proportion_to_the_variances() -> None:
    # 40 + 70 is 10 more than 100; variances 16, 49 and 100 add up to 165: 10 * 16 / 165 = 0.9697 and so on
    found = balanced(asked([[1, 1, -1]], [40, 70, 100], [4, 7, 10]))
    assert found.values == pytest.approx([40 - 0.9697, 70 - 2.9697, 100 + 6.0606], abs=1e-4)
    assert [found.ways[way] for way in found.way] == ["closed form"] * 3


def test_stones_formula_comes_out_where_no_bound_binds() -> None:
    rng = np.random.default_rng(7)
    rows, target, spread = rng.integers(-1, 2, (4, 9)).astype(float), rng.uniform(50, 90, 9), rng.uniform(1, 4, 9)
    variance = np.diag(spread**2)  # x = y - V A' (A V A')^-1 A y, Stone, Champernowne and Meade (1942)
    formula = target - variance @ rows.T @ np.linalg.solve(rows @ variance @ rows.T, rows @ target)
    free = asked(rows.tolist(), target.tolist(), spread.tolist(), low=[-np.inf] * 9)
    assert balanced(free).values == pytest.approx(formula, abs=1e-6)


def test_what_adds_up_stays_as_it_is_to_the_last_digit() -> None:
    target = [0.1, 0.2, 0.1 + 0.2, 7.0]
    found = balanced(asked([[1, 1, -1, 0]], target, [1, 1, 1, 1]))
    assert found.values.tolist() == target
    assert found.way.tolist() == [0, 0, 0, 0]


def test_only_the_part_that_is_broken_moves() -> None:
    found = balanced(asked([[1, 1, -1, 0, 0], [0, 0, 0, 1, -1]], [40, 60, 100, 5, 9], [1] * 5))
    assert found.values[:3].tolist() == [40, 60, 100]
    assert found.values[3:] == pytest.approx([7, 7])


def test_nobody_falls_below_zero_and_the_others_carry_the_rest() -> None:
    # without the bound the first would be 1 - 10 = -9: it stops at 0, and the gap of 20 goes 1 + 9.5 + 9.5
    found = balanced(asked([[1, 1, -1]], [1, 39, 20], [10, 10, 10]))
    assert found.values == pytest.approx([0, 29.5, 29.5], abs=1e-6)


def test_what_is_contained_may_be_less_but_not_more() -> None:
    within = {"equal": [0.0]}
    assert balanced(asked([[1, -1]], [40, 100], [1, 1], **within)).values.tolist() == [40, 100]
    assert balanced(asked([[1, -1]], [130, 100], [1, 2], **within)).values == pytest.approx([124, 124])


def test_rows_that_follow_from_others_do_no_harm() -> None:
    table: list[list[float]] = [[1, 1, 0, 0, -1, 0], [0, 0, 1, 1, 0, -1], [1, 1, 1, 1, -1, -1], [2, 2, 0, 0, -2, 0]]
    found = balanced(asked(table, [10, 20, 30, 40, 33, 64], [1] * 6))
    assert np.abs(np.array(table) @ found.values).max() < 1e-6


def test_single_people_and_thousands_of_millions_meet_within_a_thousandth_of_a_person() -> None:
    found = balanced(asked([[1, 1, -1], [0, 1, -1]], [3, 8.2e9, 8.1e9], [0.5, 1e8, 2e8], equal=[1, 0]))
    assert abs(found.values[0] + found.values[1] - found.values[2]) < 1e-3
    assert found.values[0] == pytest.approx(3, abs=1e-3)


def test_nothing_asked_nothing_moved() -> None:
    empty = asked([], [4.0], [1.0])
    assert balanced(empty).values.tolist() == [4.0]
    assert len(balanced(asked([], [], [])).values) == 0


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Small problems that have an answer: sums and containments that hold somewhere, bounds around that place."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    numbers, many = int(rng.integers(2, 12)), int(rng.integers(1, 8))
    rows = rng.integers(-1, 2, (many, numbers)).astype(float)
    somewhere = rng.uniform(0, 100, numbers) * (rng.uniform(size=numbers) > 0.2)
    equal = rng.uniform(size=many) < 0.5
    return Problem(
        rows=csr_array(rows), right=rows @ somewhere + np.where(equal, 0.0, rng.uniform(0, 10, many)), equal=equal,
        target=somewhere * rng.uniform(0.3, 2, numbers) + rng.normal(0, 20, numbers), spread=rng.uniform(0.3, 30, numbers),
        low=np.zeros(numbers), high=np.where(rng.uniform(size=numbers) < 0.3, somewhere + 5, np.inf),
    )  # fmt: skip


@given(problem=problems())
@settings(max_examples=50)
def test_the_answer_keeps_to_everything_and_costs_no_more_than_another_solver_s(problem: Problem) -> None:
    found, other = balanced(problem).values, inner(problem)
    assert other is not None
    assert problem.holds(found).all()
    assert (found >= problem.low - 1e-9).all()
    assert (found <= problem.high + 1e-9).all()
    assert cost(problem, found) <= cost(problem, other) * (1 + 1e-6) + 1e-6


@given(problem=problems(), factor=st.sampled_from([2.0, 1000.0]))
@settings(max_examples=25)
def test_twice_the_people_twice_the_balance(problem: Problem, factor: float) -> None:
    larger = Problem(
        rows=problem.rows, right=factor * problem.right, equal=problem.equal, target=factor * problem.target, spread=factor * problem.spread,
        low=problem.low, high=factor * problem.high,
    )  # fmt: skip
    assert balanced(larger).values == pytest.approx(factor * balanced(problem).values, abs=1e-2 * factor)


@given(problem=problems())
@settings(max_examples=30)
def test_the_closed_form_says_itself_when_it_is_not_the_answer(problem: Problem) -> None:
    found = settled(problem)
    if found.sound.all():
        other = inner(problem)
        assert other is not None
        assert cost(problem, found.values) == pytest.approx(cost(problem, other), rel=1e-5, abs=1e-5)


def test_held_figures_that_cannot_meet_are_a_contradiction_of_that_part_alone() -> None:
    rows = [[1, 1, -1, 0, 0], [0, 0, 0, 1, -1]]
    problem = asked([[float(one) for one in row] for row in rows], [40, 70, 100, 5, 9], [1] * 5, low=[40, 70, 100, 0, 0], high=[40, 70, 100, np.inf, np.inf])  # fmt: skip
    with pytest.raises(Contradiction) as raised:
        balanced(problem)
    assert raised.value.rows.tolist() == [0]
    assert raised.value.numbers.tolist() == [0, 1, 2]


def test_the_smallest_conflict_names_only_what_is_needed() -> None:
    # all = female + male, all within 50, male is held at 70: female's own bound and the other rows have no part in it
    rows: list[list[float]] = [[1, 1, -1, 0], [0, 0, 1, -1], [1, 0, 0, 0]]
    problem = asked(rows, [40, 70, 100, 50], [1] * 4, equal=[1, 0, 0], right=[0, 0, 1000], low=[0, 70, 0, 50], high=[np.inf, 70, np.inf, 50])  # fmt: skip
    found = conflict(problem, np.zeros(4))
    assert (found.rows, found.low, found.high) == ((0, 1), (1,), (3,))


def possible(problem: Problem, rows: list[int], low: list[int], high: list[int]) -> bool:
    """Whether some numbers, none below zero, keep to these rows and bounds: by a plain linear programme of their own."""
    numbers = len(problem.target)
    bounds = [
        (problem.low[at] if at in low else 0.0, problem.high[at] if at in high else np.inf) for at in range(numbers)
    ]
    if any(bottom > top + 1e-9 for bottom, top in bounds):
        return False
    dense = problem.rows.toarray()
    equal, within = [at for at in rows if problem.equal[at]], [at for at in rows if not problem.equal[at]]
    told = linprog(
        np.zeros(numbers), A_eq=dense[equal] if equal else None, b_eq=problem.right[equal] if equal else None,
        A_ub=dense[within] if within else None, b_ub=problem.right[within] if within else None, bounds=bounds, method="highs",
    )  # fmt: skip
    return bool(told.status == 0)


@st.composite
def planted(draw: st.DrawFn) -> Problem:
    """A chain of containments from a figure held high to one held low, among sums and bounds that have no part in it."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    long, numbers = int(rng.integers(2, 6)), 10
    along = rng.permutation(numbers)[:long]
    rows: list[Floats] = []
    right: list[float] = []
    equal: list[bool] = []
    for first, second in pairwise(along):
        row = np.zeros(numbers)
        row[first], row[second] = 1.0, -1.0
        rows.append(row)
        right.append(0.0)
        equal.append(bool(rng.uniform() < 0.3))
    for _ in range(int(rng.integers(1, 6))):
        rows.append(rng.integers(0, 2, numbers).astype(float))
        right.append(1e5)
        equal.append(False)
    order = rng.permutation(len(rows))
    low, high = np.zeros(numbers), np.full(numbers, np.inf)
    loose = rng.permutation(numbers)[:3]
    low[loose], high[loose] = rng.uniform(0, 5, 3), rng.uniform(500, 900, 3)
    low[along[0]], high[along[-1]] = 120.0, 80.0
    return Problem(
        rows=csr_array(np.array(rows)[order]), right=np.array(right)[order], equal=np.array(equal)[order],
        target=rng.uniform(0, 200, numbers), spread=np.ones(numbers), low=low, high=np.maximum(high, np.where(high == 80.0, 80.0, low)),
    )  # fmt: skip


@given(problem=planted())
@settings(max_examples=30)
def test_every_member_of_a_smallest_conflict_is_needed(problem: Problem) -> None:
    with pytest.raises(Contradiction):
        balanced(problem)
    found = conflict(problem, np.zeros(len(problem.target)))
    rows, low, high = list(found.rows), list(found.low), list(found.high)
    assert not possible(problem, rows, low, high)
    for at in rows:
        assert possible(problem, [one for one in rows if one != at], low, high)
    for kind, at in chain((("low", one) for one in low), (("high", one) for one in high)):
        fewer = [one for one in low if (kind, one) != ("low", at)], [one for one in high if (kind, one) != ("high", at)]
        assert possible(problem, rows, *fewer)
