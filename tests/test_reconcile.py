"""Totals, newest vintages and agencies side by side: worked by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.figures import F, Stage
from qanat.methods import Method
from qanat.reconcile.newest import newest
from qanat.reconcile.picture import PICTURE, Picture, picture
from qanat.reconcile.side_by_side import comparisons, side_by_side
from qanat.reconcile.totals import abroad, totals
from tests.build import DAY, figure, table


def kept(*rows: dict[str, object]) -> pl.DataFrame:
    """Published figures as a store gives them back: with run and row."""
    return table(*(row | {"run": row["run"] or "r", "row": at} for at, row in enumerate(rows)))


def idps(value: float | None, counter: str, **more: object) -> dict[str, object]:
    status = "not_counted" if value is None else "counted"
    return figure(
        group="idps",
        origin="SDN",
        place="SDN",
        counter=counter,
        value=value,
        status=status,
        source=f"{counter}.x@2026-06-01",
        **more,
    )


def test_the_newest_vintage_of_each_counter_is_kept() -> None:
    rows = kept(
        idps(9.0, "unhcr", known=date(2025, 6, 1)),
        idps(10.0, "unhcr", known=date(2026, 6, 1)),
        idps(8.0, "idmc", known=date(2025, 5, 1)),
    )
    assert sorted(newest(rows).get_column("value").to_list()) == [8.0, 10.0]
    assert sorted(newest(rows, date(2025, 12, 31)).get_column("value").to_list()) == [8.0, 9.0]


def test_people_from_a_country_are_summed_over_where_they_are_with_their_bounds() -> None:
    rows = kept(
        figure(origin="SDN", place="TCD", value=100.0), figure(origin="SDN", place="EGY", value=5.0, low=3.0, high=5.0, level=1.0),
        figure(origin="SDN", place="SDN", value=7.0), figure(origin="ERI", place="SDN", value=9.0), figure(origin=None, place="TCD", value=1000.0),
    )  # fmt: skip
    (one,) = totals(rows, "SDN", "origin").to_dicts()
    assert (one["value"], one["low"], one["high"], one["place"], one["origin"]) == (105.0, 103.0, 105.0, "WLD", "SDN")
    assert [part["row"] for part in one["inputs"]] == [0, 1]


def test_a_carriers_copy_never_replaces_what_the_counter_published_itself() -> None:
    own = figure(value=100.0, known=date(2026, 6, 25))
    copy = figure(value=90.0, known=date(2026, 11, 24), source="hapi.refugees@2026-11-24")
    alone = figure(value=7.0, place="PER", known=date(2026, 11, 24), source="hapi.refugees@2026-11-24")
    assert sorted(newest(kept(own, copy, alone)).get_column("value").to_list()) == [7.0, 100.0]


def test_a_total_over_several_documents_is_one_figure_known_since_the_newest() -> None:
    # two pages of one pull, and a pull of one country years after the rest
    rows = kept(
        figure(origin="SDN", place="TCD", value=100.0, source="a@2026-06-01.1"), figure(origin="SDN", place="EGY", value=30.0, source="a@2026-06-01.2"),
        figure(origin="SDN", place="LBY", value=5.0, source="b@2026-11-24", known=date(2026, 11, 24)),
    )  # fmt: skip
    (one,) = totals(rows, "SDN", "origin").to_dicts()
    assert (one["value"], one["known"], one["source"], len(one["inputs"])) == (
        135.0,
        date(2026, 11, 24),
        "b@2026-11-24",
        3,
    )


def test_a_total_with_a_private_part_may_not_travel() -> None:
    rows = kept(figure(origin="SDN", place="TCD"), figure(origin="SDN", place="EGY", licence="private"))
    assert totals(rows, "SDN", "origin").get_column("licence").to_list() == ["private"]


def test_a_rounded_zero_neither_widens_a_total_nor_speaks_beside_another_counter() -> None:
    zero = {"value": 0.0, "low": 0.0, "high": 2.0, "level": 1.0}
    rows = kept(
        figure(origin="SDN", place="TCD", value=5.0, low=3.0, high=5.0, level=1.0),
        figure(origin="SDN", place="EGY", **zero),
    )
    (one,) = totals(rows, "SDN", "origin").to_dicts()
    assert (one["low"], one["high"]) == (3.0, 5.0)
    (alone,) = comparisons(kept(idps(10.0, "idmc"), idps(0.0, "unhcr", low=0.0, high=2.0, level=1.0)))
    assert [said.counter for said in alone.said] == ["idmc"]


def test_people_hosted_are_summed_over_where_they_are_from_stateless_and_unknown_with_them() -> None:
    rows = kept(
        figure(origin="ERI", place="SDN", value=9.0),
        figure(origin="XXA", place="SDN", value=1.0),
        figure(origin="XXX", place="SDN", value=2.0),
    )
    (one,) = totals(rows, "SDN", "host").to_dicts()
    assert (one["value"], one["origin"], one["place"]) == (12.0, None, "SDN")


def test_a_total_of_nothing_counted_is_not_zero() -> None:
    rows = kept(figure(origin="SDN", place="TCD", value=None, status="not_counted"))
    (one,) = totals(rows, "SDN", "origin").to_dicts()
    assert (one["value"], one["status"]) == (None, "not_counted")


def test_admin_units_are_never_added_to_their_country() -> None:
    rows = kept(figure(origin="ERI", place="SDN", value=9.0), figure(origin="ERI", place="SD01", value=4.0))
    assert totals(rows, "SDN", "host").get_column("value").to_list() == [9.0]


def test_refugees_asylum_seekers_and_others_are_one_group_and_unrwa_is_not_in_it() -> None:
    rows = kept(
        figure(origin="PSE", place="JOR", value=10.0), figure(origin="PSE", place="JOR", group="asylum-seekers", value=3.0),
        figure(origin="PSE", place="JOR", group="other-in-need", value=2.0),
        figure(origin="PSE", place="JOR", group="palestine-refugees", counter="unrwa", value=2_000_000.0),
    )  # fmt: skip
    (one,) = abroad(totals(rows, "PSE", "origin")).to_dicts()
    assert (one["group"], one["value"], one["counter"]) == ("displaced-abroad", 15.0, "unhcr")


def test_cases_are_never_added_to_people() -> None:
    rows = kept(
        figure(origin="SDN", place="TCD", value=10.0), figure(origin="SDN", place="EGY", value=4.0, unit="cases")
    )
    assert sorted(totals(rows, "SDN", "origin").select("unit", "value").rows()) == [("cases", 4.0), ("people", 10.0)]


def test_idmc_is_shown_for_internal_displacement_and_the_spread_is_the_range() -> None:
    (one,) = comparisons(kept(idps(100.0, "unhcr"), idps(130.0, "idmc")))
    assert (one.chosen.counter, one.chosen.value, one.low, one.high) == ("idmc", 130.0, 100.0, 130.0)
    assert one.spread == pytest.approx(0.30)  # 130 / 100 - 1
    assert one.differs


@pytest.mark.parametrize(("other", "differs"), [(125.0, False), (125.1, True), (100.0, False)])
def test_more_than_a_quarter_apart_is_flagged(other: float, differs: bool) -> None:
    (one,) = comparisons(kept(idps(100.0, "unhcr"), idps(other, "idmc")))
    assert one.differs is differs


def test_a_number_rounded_to_thousands_is_seen_as_the_same_count() -> None:
    # UNHCR 9,052,822 and IDMC 9,053,000 for Sudan at the end of 2023
    (one,) = comparisons(kept(idps(9_052_822.0, "unhcr"), idps(9_053_000.0, "idmc")))
    assert one.copied
    (apart,) = comparisons(kept(idps(9_139_309.0, "unhcr"), idps(9_117_000.0, "idmc")))
    assert not apart.copied


def test_against_a_zero_any_number_differs() -> None:
    (one,) = comparisons(kept(idps(0.0, "unhcr"), idps(10.0, "idmc")))
    assert one.spread is None
    assert one.differs


def test_a_counter_without_a_number_says_nothing() -> None:
    (one,) = comparisons(kept(idps(None, "unhcr"), idps(10.0, "idmc")))
    assert [said.counter for said in one.said] == ["idmc"]


def test_the_displayed_figure_names_who_spoke_and_keeps_both_as_inputs() -> None:
    (one,) = side_by_side(kept(idps(100.0, "unhcr"), idps(130.0, "idmc"))).to_dicts()
    assert (one["counter"], one["value"], one["low"], one["high"], one["level"]) == ("qanat", 130.0, 100.0, 130.0, 1.0)
    assert one["locator"] == "shown: idmc; said by: idmc, unhcr"
    assert len(one["inputs"]) == 2


def test_the_picture_holds_totals_and_displayed_figures_and_says_what_each_is_made_from() -> None:
    rows = kept(
        idps(100.0, "unhcr"), idps(130.0, "idmc"), figure(origin="SDN", place="TCD", value=10.0),
        figure(origin="SDN", place="TCD", group="asylum-seekers", value=3.0), figure(origin="ERI", place="SDN", value=9.0),
    )  # fmt: skip
    made = picture(rows, Picture(country="SDN"))
    told = {(r["group"], r["origin"], r["place"], r["counter"]): r["value"] for r in made.figures.to_dicts()}
    assert told["displaced-abroad", "SDN", "WLD", "unhcr"] == 13.0
    assert told["displaced-abroad", "SDN", "TCD", "unhcr"] == 13.0
    assert told["displaced-abroad", None, "SDN", "unhcr"] == 9.0
    assert told["idps", "SDN", "SDN", "qanat"] == 130.0
    at = made.figures.with_row_index("at").filter((F.group == "displaced-abroad") & (F.place == "WLD")).item(0, "at")
    assert sorted(made.lineage.filter(pl.col("row") == at).get_column("input_row").to_list()) == [2, 3]


def test_nothing_in_nothing_out() -> None:
    made = picture(kept(), Picture(country="SDN"))
    assert made.figures.is_empty()
    assert made.lineage.is_empty()


COUNTS = st.lists(
    st.tuples(st.sampled_from(["TCD", "EGY", "SSD", "LBY"]), st.integers(0, 10**6)),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one[0],
)


@given(counts=COUNTS)
def test_the_order_of_rows_is_irrelevant_and_the_input_is_left_alone(counts: list[tuple[str, int]]) -> None:
    rows = kept(*(figure(origin="SDN", place=place, value=float(value)) for place, value in counts))
    before = rows.clone()
    one = picture(rows, Picture(country="SDN")).figures
    other = picture(rows.reverse(), Picture(country="SDN")).figures
    assert rows.equals(before)
    key = ["group", "origin", "place", "counter", "method"]
    assert one.sort(key, nulls_last=True).drop("locator").equals(other.sort(key, nulls_last=True).drop("locator"))
    assert one.filter((F.group == "refugees") & (F.place == "WLD")).get_column("value").to_list() == [
        float(sum(value for _, value in counts))
    ]


def test_a_method_that_would_write_upwards_cannot_be_built() -> None:
    assert PICTURE.name == "reconcile.picture@1"
    with pytest.raises(ValueError, match="downwards only"):
        Method(
            id="x",
            version=1,
            reads=Stage.RECONCILED,
            writes=Stage.PUBLISHED,
            paper="",
            options=Picture,
            compute=picture,
        )


def test_the_day_of_the_figures_is_the_day_of_their_total() -> None:
    assert totals(kept(figure(origin="SDN", place="TCD")), "SDN", "origin").get_column("end").to_list() == [DAY]
