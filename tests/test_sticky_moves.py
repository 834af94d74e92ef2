"""Moves with a prior: margins and net migration met as worked by hand, refused where nobody can move."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.errors import MarginError
from qanat.estimate.best import margins
from qanat.maths.accounting import Margins
from qanat.maths.moves import split, with_prior
from qanat.maths.netting import with_net
from qanat.maths.sticky import loose, sticky
from qanat.maths.transport import Line, Table
from tests.best_worlds import small_setting


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
