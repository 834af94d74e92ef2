"""What holds for any division: sums agree, nobody counted is lost, order and input do not matter, twice is twice."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.figures import F, require
from qanat.reconcile.divided import Divided, divided
from tests.divisions import DAY, kept, told


def sexes(rows: pl.DataFrame) -> tuple[float, float]:
    """Women and men of all ages."""
    whole = rows.filter((F.age_from == 0) & F.age_to.is_null())
    women, men = (float(whole.filter(F.sex == sex).get_column("value").item()) for sex in ("female", "male"))
    return women, men


@st.composite
def situations(draw: st.DrawFn) -> list[dict[str, object]]:
    """Up to five pairs of refugees in Colombia, each with a total, some with cells, sexes beyond their ages, both or none."""
    rows: list[dict[str, object]] = []
    for origin in draw(
        st.lists(st.sampled_from(("VEN", "ECU", "PER", "SYR", "AFG")), min_size=1, max_size=5, unique=True)
    ):
        ten = draw(st.lists(st.integers(0, 5000), min_size=10, max_size=10))
        left, unaged = draw(st.integers(0, 50_000)), draw(st.integers(0, 900))
        women, men = [float(one) for one in ten[:5]], [float(one) for one in ten[5:]]
        both = (sum(women) + unaged, sum(men))
        if draw(st.booleans()):
            rows += told(sum(both) + left, women, men, sexes=both, origin=origin, place="COL")
        else:
            rows += told(float(left), origin=origin, place="COL")
    return rows


@given(situations())
@settings(max_examples=40)
def test_cells_add_up_to_the_undivided_figure_and_no_counted_person_is_lost(rows: list[dict[str, object]]) -> None:
    before = kept(*rows)
    held = before.clone()
    derived = divided(before, Divided(country="COL", day=DAY))
    assert before.equals(held)
    found = require(derived.figures.with_columns(run=pl.lit("d"))).filter(F.group == "refugees")
    if found.is_empty():
        return
    whole = sum(float(str(row["value"])) for row in rows if row["sex"] == "all")
    assert sum(sexes(found)) == whole
    aged = found.filter(~((F.age_from == 0) & F.age_to.is_null()))
    if aged.height:
        assert aged.get_column("value").sum() == whole
        for sex, both in zip(("female", "male"), sexes(found), strict=True):
            assert aged.filter(F.sex == sex).get_column("value").sum() == both
    counted = (
        kept(*rows).filter((F.sex != "all") & F.age_to.is_not_null()).group_by("sex", "age_from").agg(F.value.sum())
    )
    for sex, start, value in counted.rows():
        (cell,) = aged.filter((F.sex == sex) & (F.age_from == start)).get_column("value").to_list()
        assert cell >= value - 1
    assert found.filter((F.low > F.value) | (F.high < F.value) | (F.low < 0) | (F.high > whole)).is_empty()


@given(situations())
@settings(max_examples=20)
def test_the_order_of_the_rows_does_not_matter(rows: list[dict[str, object]]) -> None:
    table = kept(*rows)
    turned = table.sample(fraction=1.0, shuffle=True, seed=len(rows))
    one, other = (divided(some, Divided(country="COL", day=DAY)) for some in (table, turned))
    assert one.figures.equals(other.figures)
    assert one.lineage.sort("row", "input_row").equals(other.lineage.sort("row", "input_row"))


@given(situations())
@settings(max_examples=20)
def test_twice_the_people_is_twice_the_cells(rows: list[dict[str, object]]) -> None:
    twice = [row | {"value": 2 * float(str(row["value"]))} for row in rows]
    here, there = (divided(kept(*some), Divided(country="COL", day=DAY)).figures for some in (rows, twice))
    if (
        here.is_empty() or here.height != there.height
    ):  # nobody, or a donor of fewer than a hundred people has become one of more
        return
    if (
        here.get_column("locator")
        .str.extract(r"by ([a-z]+)")
        .equals(there.get_column("locator").str.extract(r"by ([a-z]+)"))
    ):
        apart = (here.get_column("value") * 2 - there.get_column("value")).abs().max()
        assert isinstance(apart, float)
        assert apart <= 10  # each of ten cells was rounded by less than one
