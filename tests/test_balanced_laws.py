"""What holds of every balance: limits met to a person, order without effect, inputs and licences followed."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.figures import F, require
from qanat.jobs.balance import broken, off
from qanat.reconcile.balance import Balancing, balance
from qanat.reconcile.balanced import BALANCED, balanced
from tests.balances import SEXES, rows, sexes, told
from tests.build import figure

BANDS = ((0, 18), (18, 60), (60, None), (None, None))


def off_at_most(figures: pl.DataFrame, options: Balancing | None = None) -> float:
    found = off(balance(figures, options or Balancing()).after)
    return float(max([0.0, *found.to_list()]))


def test_every_row_is_led_back_to_its_inputs() -> None:
    found = balanced(rows(*sexes(1001, 701, 411), *sexes(50, 30, 20, group="asylum-seekers")), Balancing())
    by_row = {row: sorted(part.get_column("input_row")) for (row,), part in found.lineage.group_by("row")}
    moved = found.figures.with_row_index("at").filter(F.group == "refugees").get_column("at").to_list()
    assert all(by_row[at] == [0, 1, 2] for at in moved)
    still = found.figures.with_row_index("at").filter(F.group != "refugees").get_column("at").to_list()
    assert sorted(by_row[at] for at in still) == [[3], [4], [5]]


def test_the_strictest_licence_of_its_inputs_binds_an_adjusted_figure() -> None:
    bound = sexes(1001, 701, 411)
    bound[2]["licence"] = "private"
    told = balanced(rows(*bound), Balancing()).figures
    assert told.get_column("licence").unique().to_list() == ["private"]


def test_an_adjusted_figure_travels_as_far_as_the_strictest_of_all_that_moved_it() -> None:
    """Women and men make Colombia's total, which lies within its people: a bound count of these people moves women too."""
    inside = {"group": "idps", "origin": "COL"}
    told = balanced(
        rows(
            figure(**inside, value=100.0), figure(**inside, sex="female", value=70.0), figure(**inside, sex="male", value=60.0),
            figure(group="people", origin=None, counter="unpd", value=90.0, licence="IOM-DTM"),
            figure(place="PER", value=7.0), figure(place="PER", sex="female", value=3.0), figure(place="PER", sex="male", value=4.0),
        ),
        Balancing(),
    )  # fmt: skip
    found = told.figures.select("place", "sex", "licence").rows()
    assert {row[2] for row in found if row[0] == "COL"} == {"private"}
    assert {row[2] for row in found if row[0] == "PER"} == {"CC-BY-4.0"}
    women = told.figures.with_row_index("at").filter((F.group == "idps") & (F.sex == "female")).item(0, "at")
    led = told.lineage.filter(pl.col("row") == women).get_column("input_row")
    assert 3 not in led  # no constraint of theirs names it


@st.composite
def tables(draw: st.DrawFn) -> pl.DataFrame:
    """Origins by sex and age as agencies publish them: sums that do not hold, cells suppressed, a population that is too small."""
    told: list[dict[str, object]] = []
    count = st.one_of(st.integers(0, 3_000_000), st.integers(0, 20))
    for origin in draw(st.lists(st.sampled_from(["VEN", "CUB", "XXX"]), min_size=1, unique=True)):
        for sex in ("all", *SEXES):
            for start, end in ((0, None), *BANDS):
                if draw(st.booleans()):
                    continue
                value = draw(st.one_of(count, st.none())) if draw(st.integers(0, 9)) == 0 else draw(count)
                status = "counted" if value is not None else "suppressed"
                told.append(figure(origin=origin, sex=sex, age_from=start, age_to=end, value=value, status=status))
    told += [figure(origin=None, value=draw(count))] if draw(st.booleans()) else []
    told += (
        [figure(group="people", origin=None, counter="unpd", source="unpd.wpp@2024", value=draw(count))]
        if draw(st.booleans())
        else []
    )
    return rows(*told)


@given(figures=tables())
@settings(max_examples=8)
def test_after_a_balance_no_hard_constraint_is_off_by_more_than_a_person(figures: pl.DataFrame) -> None:
    before = figures.clone()
    assert off_at_most(figures) <= 1.0
    found = balanced(figures, Balancing())
    assert figures.equals(before)
    sound = require(
        found.figures.with_columns(run=pl.lit("b"), row=pl.Series(range(found.figures.height), dtype=pl.UInt32))
    )
    inside = sound.filter(F.low.is_not_null() & F.value.is_not_null())
    assert inside.filter(~F.value.is_between(F.low, F.high)).is_empty()


def test_the_order_of_rows_changes_nothing_and_the_same_figures_give_the_same_balance() -> None:
    bands = [
        figure(sex=sex, age_from=a, age_to=b, value=v) for sex, v in (("female", 301), ("male", 207)) for a, b in BANDS
    ]
    figures = rows(*sexes(1001, 701, 411), *bands, figure(origin=None, value=907))
    first = told(balanced(figures, Balancing()))
    assert first.equals(told(balanced(figures, Balancing())))
    assert first.equals(told(balanced(figures.reverse(), Balancing())))


def test_the_card_says_what_it_reads_and_writes() -> None:
    assert (BALANCED.name, BALANCED.reads, BALANCED.writes) == ("reconcile.balanced@1", "published", "reconciled")


def test_the_measure_of_a_balance_counts_a_shortage_only_where_all_parts_are_told() -> None:
    short = balance(rows(*sexes(1001, 501, 301)), Balancing())
    assert off(short.before).to_list() == [0.0]
    told = balance(rows(*sexes(1001, 501, 301, 101)), Balancing())
    assert (off(told.before).to_list(), broken(told.before).to_list(), broken(told.after).to_list()) == (
        [98.0],
        [True],
        [False],
    )
