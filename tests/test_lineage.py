"""Copies, intervals and the concept map: who copied whom, what a number leaves open, what may be set side by side."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.errors import MixError
from qanat.figures.words import GROUPS
from qanat.reconcile.adding import Kind, addable, added
from qanat.reconcile.concepts import CONCEPTS, comparable, concept
from qanat.reconcile.intervals import alone, grain, interval, rounding_dominates
from qanat.reconcile.lineage import clusters, same_count
from qanat.reconcile.overlaps import OVERLAPS, overlap
from qanat.reconcile.said import Figure
from qanat.reconcile.said import figure as said
from tests.build import figure, table


def idps(counter: str, year: int, value: float, **more: object) -> Figure:
    day = date(year, 12, 31)
    base = figure(
        group="idps", origin="SOM", place="SOM", counter=counter, start=day, end=day, value=value, run=counter, row=year
    )
    return said(base | more)


def names(*figures: Figure) -> list[tuple[str, int]]:
    return [(one.name, len(one.members)) for one in clusters(figures)]


def test_equal_but_for_rounding_to_thousands_is_one_count() -> None:
    assert names(idps("unhcr", 2025, 3_347_408), idps("idmc", 2025, 3_347_000)) == [("idmc@2025-12-31", 2)]
    assert len(names(idps("unhcr", 2025, 3_350_408), idps("idmc", 2025, 3_347_000))) == 2


def test_a_copy_a_year_late_is_dated_where_the_original_stands() -> None:
    found = clusters([idps("idmc", 2023, 3_862_000), idps("unhcr", 2024, 3_861_643), idps("idmc", 2024, 3_136_000)])
    assert [(one.name, one.counters) for one in found] == [
        ("idmc@2023-12-31", ("idmc", "unhcr")),
        ("idmc@2024-12-31", ("idmc",)),
    ]


def test_a_number_repeated_by_its_own_counter_is_one_count_of_the_first_year() -> None:
    frozen = [idps("unhcr", year, 262_411) for year in (2022, 2023, 2024, 2025)]
    assert names(*frozen) == [("unhcr@2022-12-31", 4)]


def test_small_figures_and_coarse_rounding_prove_nothing() -> None:
    assert not same_count(idps("idmc", 2021, 1_000), idps("unhcr", 2021, 740))  # half of a thousand is half of it
    assert not same_count(idps("idmc", 2020, 50), idps("unhcr", 2021, 50))  # 50 is 50 by chance
    assert same_count(idps("idmc", 2021, 7_900), idps("unhcr", 2021, 7_862))


def test_a_declared_source_makes_one_count_of_different_numbers() -> None:
    one, other = idps("unhcr", 2021, 100_000), idps("idmc", 2021, 150_000)
    assert len(clusters([one, other])) == 2
    assert len(clusters([one, other], declared=[(one.cite, other.cite)])) == 1


@given(
    st.lists(
        st.tuples(st.sampled_from(("unhcr", "idmc", "iom")), st.integers(2010, 2025), st.integers(1, 50)), max_size=14
    )
)
def test_every_figure_is_in_exactly_one_cluster_whatever_the_order(given_: list[tuple[str, int, int]]) -> None:
    figures = [idps(counter, year, value * 1000.0, row=at) for at, (counter, year, value) in enumerate(given_)]
    found = clusters(figures)
    assert sorted(one.cite for cluster in found for one in cluster.members) == sorted(one.cite for one in figures)
    turned = clusters(figures[::-1])
    assert {frozenset(one.cite for one in cluster.members) for cluster in turned} == {
        frozenset(one.cite for one in cluster.members) for cluster in found
    }


def test_the_grain_is_what_the_digits_show() -> None:
    assert [grain(value, "idmc") for value in (9_117_000, 7_900, 50, 5_235_074)] == [1000, 100, 10, 1]
    assert [grain(value, "unhcr") for value in (5, 0, 3_199_020, 1_133_000)] == [5, 5, 1, 1000]


def test_rounded_figures_stand_for_a_span() -> None:
    five, zero, thousands = interval(5, "unhcr"), interval(0, "unhcr"), interval(9_117_000, "idmc")
    assert five is not None
    assert zero is not None
    assert thousands is not None
    assert [(one.low, one.high, one.level) for one in (five, zero, thousands)] == [(3, 5, 1), (0, 2, 1), (9_116_500, 9_117_500, 1)]  # fmt: skip
    assert interval(3_199_023, "unhcr") is None


def test_words_beside_a_number_widen_it() -> None:
    more, about = interval(1000, "idmc", qualifier="more than"), interval(1000, "idmc", qualifier="Approximately")
    assert more is not None
    assert about is not None
    assert (more.low, more.high) == (1000, 1250)
    assert (about.low, about.high) == pytest.approx((900, 1100))


def test_a_lone_figure_is_as_wide_as_two_agencies_are_apart_and_wider_with_age() -> None:
    now, old = alone(100_000), alone(100_000, years=3)
    assert (now.low, now.high) == pytest.approx((80_423, 124_343), abs=1)  # 1.24343 = exp(1.2816 x 0.17)
    assert old.low < now.low < now.high < old.high


def test_rounding_decides_a_small_figure_only() -> None:
    assert rounding_dominates(5, "unhcr")
    assert not rounding_dominates(1_000_000, "idmc")


def test_like_is_compared_with_like_only() -> None:
    unhcr, idmc, moves, rounds = (concept(*key) for key in (("unhcr", "idps"), ("idmc", "idps"), ("idmc", "idps-new"), ("iom", "idps-any")))  # fmt: skip
    assert unhcr is not None
    assert idmc is not None
    assert moves is not None
    assert rounds is not None
    assert comparable(unhcr, idmc)
    assert not comparable(idmc, moves)
    assert not comparable(idmc, rounds)


def test_every_concept_is_cited_and_named_once_and_every_overlap_is_of_two_groups() -> None:
    assert len({(one.counter, one.group) for one in CONCEPTS}) == len(CONCEPTS)
    assert all(one.cites and one.base for one in CONCEPTS)
    assert {one.group for one in CONCEPTS} - {"idps-any"} <= set(GROUPS)
    assert all(one.cites and len(set(one.groups)) == 2 for one in OVERLAPS)
    assert overlap("idps", "refugees").relation == "not stated"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"measure": "flow", "start": date(2025, 1, 1)}, "a stock counts people on a day"),
        ({"unit": "cases"}, "a case holds one or more people"),
        ({"counter": "idmc"}, "may have counted the same people"),
        ({"end": date(2024, 12, 31)}, "stocks of two days"),
        ({"sex": "female"}, "a total is never added to its parts"),
        ({"age_to": 5}, "a total is never added to its parts"),
        ({"facet": "assessment=SA;round=3"}, "count the same people"),
        ({"group": "stateless"}, "stateless people who are also displaced"),
        ({"group": "idps"}, "nobody has stated"),
        ({"origin": None}, "a total is never added to its parts"),
        ({"place": "CO05"}, "a total is never added to its parts"),
        ({}, "the same people again"),
    ],
)
def test_what_must_never_be_added_is_refused_with_the_reason(change: dict[str, object], says: str) -> None:
    with pytest.raises(MixError, match=says):
        addable(Kind.of(figure()), Kind.of(figure(**change)))


@pytest.mark.parametrize(
    "change", [{"origin": "SYR"}, {"place": "ECU"}, {"group": "asylum-seekers"}, {"group": "other-in-need"}]
)
def test_disjoint_people_are_added(change: dict[str, object]) -> None:
    addable(Kind.of(figure()), Kind.of(figure(**change)))
    assert added(table(figure(), figure(**change))) == 200


def test_women_and_men_are_added_and_two_assessments_of_one_round_are_not() -> None:
    assert added(table(figure(sex="female"), figure(sex="male"), figure(sex="unknown"))) == 300
    rounds = [figure(group="idps", counter="iom", facet=f"assessment={kind};round=13") for kind in ("BA", "SA")]
    with pytest.raises(MixError, match="assessment BA and SA"):
        added(table(*rounds))


def test_of_nothing_counted_there_is_no_sum() -> None:
    assert added(table(figure(value=None, status="not_counted"))) is None
