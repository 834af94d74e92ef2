"""The kernels of flows from stocks: what follows from the printed examples by hand, and the laws every account keeps."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qanat.errors import MarginError
from qanat.maths.accounting import Margins, balanced_world, closed, opened, without_births
from qanat.maths.differences import dropped, net, spread, transitions, turned
from qanat.maths.moves import independence, minimum, pseudo_bayes, split, with_prior
from qanat.maths.netting import with_net
from qanat.maths.sexes import born_by_sex, raked
from qanat.maths.transport import Line, Table, scaled

# Abel 2013, Demographic Research 28(18), table 1: people born in A to D (rows) who live in A to D (columns)
START: Final[Table] = np.array([[1000, 100, 10, 0], [55, 555, 50, 5], [80, 40, 800, 40], [20, 25, 20, 200]], dtype=np.float64)  # fmt: skip
END: Final[Table] = np.array([[950, 100, 60, 0], [80, 505, 75, 5], [90, 30, 800, 40], [40, 45, 0, 180]], dtype=np.float64)  # fmt: skip
NOBODY: Final[Line] = np.zeros(4)
BIRTHS: Final[Line] = np.array([80.0, 20.0, 60.0, 60.0])
DEATHS: Final[Line] = np.array([70.0, 30.0, 50.0, 10.0])
LATER: Final[Table] = np.array([[1060, 60, 10, 10], [45, 540, 40, 0], [70, 75, 770, 70], [30, 30, 20, 230]], dtype=np.float64)  # fmt: skip
DISTANCE: Final[Table] = np.array([[1, 5, 50, 500], [5, 1, 45, 495], [50, 45, 1, 450], [500, 495, 450, 1]], dtype=np.float64)  # fmt: skip


def test_the_fewest_moves_of_the_first_printed_example_are_150() -> None:
    flows = split(minimum(closed(START, END, NOBODY, NOBODY))).total
    printed = [[0, 0, 50, 0], [35, 0, 25, 0], [10, 10, 0, 0], [10, 10, 0, 0]]  # Abel 2013, table 4
    np.testing.assert_allclose(flows, printed, atol=1e-9)


def test_a_birthplace_moves_in_proportion_to_who_leaves_and_who_arrives() -> None:
    moves = minimum(closed(START, END, NOBODY, NOBODY))
    # born in D: 20 leave C, 20 leave D; 20 arrive in A, 20 in B: a quarter of 40 on each way
    np.testing.assert_allclose(moves.born(3), [[20, 0, 0, 0], [0, 25, 0, 0], [10, 10, 0, 0], [10, 10, 0, 180]], atol=1e-9)  # fmt: skip
    np.testing.assert_allclose(moves.of(2, 0), [0, 0, 0, 10], atol=1e-9)


def test_who_forgets_the_place_moves_by_both_margins() -> None:
    moves = independence(closed(START, END, NOBODY, NOBODY))
    assert moves.born(0)[0, 0] == pytest.approx(1000 * 950 / 1110)  # R C / T by hand
    assert moves.born(0)[1, 2] == pytest.approx(100 * 60 / 1110)


def test_outward_return_and_transit_are_told_apart() -> None:
    kinds = split(minimum(closed(START, END, NOBODY, NOBODY)))
    assert kinds.outward[0, 2] == pytest.approx(50)  # 50 born in A leave A for C
    assert kinds.back[1, 0] == pytest.approx(0)
    assert kinds.outward[1, 0] == pytest.approx(25)  # born in B, out of B
    assert kinds.transit[1, 0] == pytest.approx(10)  # born in C, from B to A
    assert kinds.transit[2, 0] == pytest.approx(10)  # born in D, from C to A


def test_pseudo_bayes_is_the_stated_mixture() -> None:
    margins = closed(START, END, NOBODY, NOBODY)
    few, many = split(minimum(margins)).total, split(independence(margins)).total
    np.testing.assert_allclose(pseudo_bayes(margins, 0.13).total, 0.87 * few + 0.13 * many)


def test_deaths_fall_on_all_birthplaces_of_a_place_alike_and_births_on_natives() -> None:
    margins = opened(START, LATER, BIRTHS, DEATHS)
    alive = START[:, 1] * (1 - 30 / 720)  # 720 live in B, 30 die
    np.testing.assert_allclose(margins.start[:, 1] + margins.left[:, 1], alive)
    assert (margins.end + margins.entered)[2, 2] == pytest.approx(770 - 60)


def test_births_beyond_the_native_born_come_off_everyone() -> None:
    people = np.array([[10.0, 0.0], [30.0, 50.0]])  # 10 natives among the 40 who live in A, 20 were born there
    np.testing.assert_allclose(without_births(people, np.array([20.0, 5.0]))[:, 0], [5.0, 15.0])
    np.testing.assert_allclose(without_births(people, np.array([20.0, 5.0]))[:, 1], [0.0, 45.0])


def test_the_gap_of_the_world_is_shared_by_both_tables_in_the_native_born() -> None:
    start, end = balanced_world(START, LATER, 100.0)  # 3000 people become 3060, births less deaths are 100
    assert start.sum() == pytest.approx(3000 - 20)
    assert end.sum() == pytest.approx(3060 + 20)
    np.testing.assert_allclose(start - np.diag(np.diag(start)), START - np.diag(np.diag(START)))


def test_whole_native_born_keep_their_total_and_never_depend_on_chance() -> None:
    start, end = balanced_world(START, LATER, 101.0, whole=True)
    assert (np.diag(start) % 1 == 0).all()
    assert float(start.sum()) in {2979.0, 2980.0}  # half of the gap is 20.5
    again = balanced_world(START, LATER, 101.0, whole=True)
    assert (start == again[0]).all()
    assert (end == again[1]).all()


def test_a_prior_shapes_who_moves_where_and_keeps_the_margins() -> None:
    margins = closed(START, END, NOBODY, NOBODY)
    moves = with_prior(margins, 1 / DISTANCE, stayers=True, tolerance=1e-9)
    born = moves.born(3)
    np.testing.assert_allclose(born.sum(1), margins.start[3], atol=1e-8)
    np.testing.assert_allclose(born.sum(0), margins.end[3], atol=1e-8)
    # two ways out (C, D) and two ways in (A, B): the odds ratio is the prior's, (1/50)(1/495) / ((1/45)(1/500)) = 1/1.1
    assert born[2, 0] * born[3, 1] / (born[2, 1] * born[3, 0]) == pytest.approx((45 * 500) / (50 * 495))


def test_a_prior_without_a_way_is_refused_by_birthplace() -> None:
    wall = np.ones((4, 4))
    wall[2:, :2] = 0  # no way from C or D to A or B, which those born in D took
    with pytest.raises(MarginError) as refused:
        with_prior(closed(START, END, NOBODY, NOBODY), wall, stayers=True)
    assert 3 in refused.value.lines


@pytest.mark.parametrize(
    ("births", "deaths", "fault"),
    [(BIRTHS, np.array([0.0, 0.0, 0.0, 300.0]), "more deaths"), (np.array([0.0, 0.0, 0.0, 400.0]), DEATHS, "more births")],
)  # fmt: skip
def test_a_stock_that_cannot_bear_its_births_or_deaths_is_named(births: Line, deaths: Line, fault: str) -> None:
    with pytest.raises(MarginError, match=fault) as refused:
        opened(START, LATER, births, deaths)
    assert refused.value.lines == (3,)


def test_a_country_without_any_exchange_must_account_for_itself() -> None:
    start, end = np.diag([100.0, 50.0, 80.0]), np.diag([100.0, 60.0, 80.0])
    start[0, 2] = end[0, 2] = start[2, 0] = end[2, 0] = 5
    end[0, 0] -= 10
    with pytest.raises(MarginError, match="without exchange") as refused:
        closed(start, end, np.zeros(3), np.zeros(3))
    assert 1 in refused.value.lines


def test_differences_of_stocks_by_hand() -> None:
    assert dropped(START, END)[0].tolist() == [0, 0, 50, 0]
    assert turned(START, END)[2].tolist() == [10, 0, 0, 20]  # C in A grew by 10; D in C fell by 20, who went home
    assert turned(START, END)[1, 2] == 25 + 10  # B in C grew by 25; C in B fell by 10, who went home
    assert turned(START, END, natives=True)[0, 0] == 50
    assert net(START, LATER, BIRTHS, DEATHS).tolist() == [40.0, -5.0, -50.0, 15.0]


def test_movers_laid_out_like_the_foreign_born_live() -> None:
    assert spread(START, 89.0)[0, 1] == pytest.approx(89 * 100 / 445)  # 445 live abroad in all
    with pytest.raises(MarginError):
        spread(np.diag([5.0, 6.0]), 10)


def test_one_transition_matrix_carries_every_birthplace() -> None:
    moved = transitions(np.array([[90.0, 10.0], [20.0, 80.0]]), np.array([[82.0, 18.0], [26.0, 74.0]]))
    # by hand: 90 a + 10 c = 82, 20 a + 80 c = 26 gives a = 0.9, c = 0.1: a tenth of the 110 in A leave, a tenth of the 90 in B
    np.testing.assert_allclose(moved, [[0, 11], [9, 0]])


def test_a_table_meets_net_migration_and_keeps_its_zeros() -> None:
    given = np.array([[0.0, 50, 0], [30, 0, 20], [10, 40, 0]])
    wanted = np.array([10.0, -30.0, 20.0])
    found = with_net(given, wanted)
    np.testing.assert_allclose(found.sum(0) - found.sum(1), wanted, atol=1e-6)
    assert found[0, 2] == 0
    with pytest.raises(MarginError, match="cancel"):
        with_net(given, np.array([1.0, 0, 0]))
    with pytest.raises(MarginError, match="no way"):
        with_net(np.array([[0.0, 5], [0, 0]]), np.array([5.0, -5.0]))  # all go from A to B, yet A is to gain


def test_women_and_men_add_up_to_both() -> None:
    women, men = raked(np.array([[0.0, 30], [0, 0]]), np.array([[0.0, 10], [0, 0]]), np.array([[0.0, 20], [8, 0]]))
    assert women.tolist() == [[0, 15], [6, 0]]  # 30 of 40; nobody of either sex from the second place: the world's 3/4
    assert (women + men).tolist() == [[0, 20], [8, 0]]
    girls, boys = born_by_sex(np.array([205.0]), 1.05)
    assert (girls[0], boys[0]) == (pytest.approx(100), pytest.approx(105))


counts = st.integers(0, 2000).map(float)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Table, Table, Line, Line]:
    """Two stock tables in which natives are many and everyone knows someone abroad, births and deaths they can bear."""
    n = draw(st.integers(2, 6))
    start, end = (draw(arrays(np.float64, (n, n), elements=counts)) + 1 for _ in range(2))
    for table in (start, end):
        table[np.diag_indices(n)] += 20_000 * n
    births, deaths = (draw(arrays(np.float64, n, elements=counts)) for _ in range(2))
    return start, end, births, deaths


@given(world=worlds(), weight=st.floats(0, 1))
def test_a_closed_account_holds(world: tuple[Table, Table, Line, Line], weight: float) -> None:
    start, end, births, deaths = world
    margins = closed(start, end, births, deaths)
    np.testing.assert_allclose(margins.start.sum(1), margins.end.sum(1), atol=3e-6)  # a birthplace loses nobody
    residual = margins.end.sum(0) - margins.start.sum(0)
    for kinds in (split(minimum(margins)), split(independence(margins)), pseudo_bayes(margins, weight)):
        flows = kinds.total
        assert min(kinds.outward.min(), kinds.back.min(), kinds.transit.min()) >= 0
        assert (np.diag(flows) == 0).all()
        np.testing.assert_allclose(flows.sum(0) - flows.sum(1), residual, atol=1e-5)
    gap = births.sum() - deaths.sum() - (end.sum() - start.sum())
    np.testing.assert_allclose(residual, net(start, end, births, deaths) + gap * _halves(start, end), atol=1e-5)


def _halves(start: Table, end: Table) -> Line:
    """Each place's share of the world's gap: half by the native-born at the start, half by those at the end."""
    first, last = np.diag(start), np.diag(end)
    shares: Line = (first / first.sum() + last / last.sum()) / 2
    return shares


@given(world=worlds())
def test_nobody_is_lost_between_the_margins_and_the_moves(world: tuple[Table, Table, Line, Line]) -> None:
    margins = closed(*world)
    ones = np.ones_like(margins.start)
    for moves in (minimum(margins), independence(margins), with_prior(margins, ones, stayers=True)):
        for k in range(len(ones)):
            np.testing.assert_allclose(moves.born(k).sum(1), margins.start[k], atol=1e-5)
            np.testing.assert_allclose(moves.born(k).sum(0), margins.end[k], atol=1e-5)
        i, j = 0, len(ones) - 1
        assert moves.of(i, j).sum() == pytest.approx(split(moves).total[i, j], abs=1e-6)


@given(world=worlds())
def test_an_open_account_turns_nobody_negative(world: tuple[Table, Table, Line, Line]) -> None:
    start, end, births, deaths = world
    margins = opened(start, end, births, deaths)
    assert min(margins.left.min(), margins.entered.min(), split(minimum(margins)).total.min()) >= 0
    inside = margins.end.sum(0) - margins.start.sum(0)
    arrived = margins.entered.sum(0) - margins.left.sum(0)
    np.testing.assert_allclose(inside + arrived, net(start, end, births, deaths), atol=1e-6)


@given(world=worlds(), order=st.randoms(use_true_random=False))
def test_the_order_of_countries_does_not_matter(world: tuple[Table, Table, Line, Line], order: object) -> None:
    start, end, births, deaths = world
    turn = np.arange(len(births))
    getattr(order, "shuffle")(turn)  # noqa: B009 (a Random of hypothesis)
    square = np.ix_(turn, turn)
    here = split(minimum(closed(start, end, births, deaths))).total
    there = split(minimum(closed(start[square], end[square], births[turn], deaths[turn]))).total
    np.testing.assert_allclose(here[square], there, atol=2e-5)


@given(world=worlds())
def test_the_same_in_gives_the_same_out_to_the_last_bit(world: tuple[Table, Table, Line, Line]) -> None:
    first, second = (closed(*world) for _ in range(2))
    assert (first.start == second.start).all()
    assert (first.end == second.end).all()


@given(world=worlds())
def test_a_scaled_table_has_its_margins_and_its_odds(world: tuple[Table, Table, Line, Line]) -> None:
    seed, other = world[0], world[1]
    rows, columns = other.sum(1), other.sum(0)
    table = scaled(seed, rows, columns)
    np.testing.assert_allclose(table.sum(1), rows, atol=1e-6)
    np.testing.assert_allclose(table.sum(0), columns, atol=1e-6)
    for i, j in pairwise(range(len(rows))):
        odds = table[i, i] * table[j, j] / (table[i, j] * table[j, i])
        assert odds == pytest.approx(seed[i, i] * seed[j, j] / (seed[i, j] * seed[j, i]), rel=1e-6)


@given(women=arrays(np.float64, (3, 3), elements=counts), men=arrays(np.float64, (3, 3), elements=counts))
def test_raked_sexes_sum_to_both(women: Table, men: Table) -> None:
    both = women * 0.5 + 2 * men
    hers, his = raked(women, men, both)
    assert min(hers.min(), his.min()) >= 0
    np.testing.assert_allclose(hers + his, both, rtol=1e-15)


def test_nobody_moves_where_nothing_changed() -> None:
    margins = Margins(start=START, end=START, left=np.zeros((4, 4)), entered=np.zeros((4, 4)))
    moves = minimum(margins)
    assert split(moves).total.sum() == 0  # nothing changed, nobody moved
