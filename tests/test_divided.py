"""Everyone by sex and age, the unknown spread by donors in a fixed order: worked by hand, and what holds for any figures."""

from __future__ import annotations

from math import exp
from typing import Any

import polars as pl
import pytest

from qanat.figures import F, Stage, require
from qanat.figures.ages import ALL
from qanat.reconcile.breakdowns import breakdowns, recorded
from qanat.reconcile.divided import DIVIDED, Divided, divided
from qanat.reconcile.divided_sums import Row, Told, agreed
from qanat.reconcile.donors import ORDER, SPREADS, Class, Donors, Kind
from qanat.reconcile.spreading import Filled, filled
from tests.build import DAY, figure
from tests.divisions import cells, end_of, kept, told

WOMEN, MEN = (100.0, 200.0, 100.0, 500.0, 100.0), (100.0, 200.0, 100.0, 500.0, 100.0)  # 1,000 each
HERE: dict[str, Any] = {"origin": "VEN", "place": "COL"}
PEOPLE: dict[str, Any] = {
    "group": "people",
    "origin": None,
    "counter": "unpd",
    "status": "estimated",
    "source": "unpd.wpp@2024-07-11",
}


def donors(rows: pl.DataFrame) -> Donors:
    people = F.group == "people"
    wide = recorded(rows.filter(~people))
    return Donors(wide=wide.filter(F.end == DAY), near=breakdowns(wide), people=rows.filter(people))


def filling(*rows: dict[str, object], closed: tuple[Kind, ...] = ()) -> Filled:
    """The record of Venezuelans in Colombia at the end of 2025, divided."""
    table = kept(*rows)
    lenders = donors(table)
    (one,) = [r for r in lenders.near if (r.key.origin, r.key.place, r.key.end) == ("VEN", "COL", DAY) and r.key.counter == "unhcr"]  # fmt: skip
    said = filled(one, [donor for donor in lenders.of(one) if donor.kind not in closed])
    assert said is not None
    return said


def made(*rows: dict[str, object], abroad: bool = False) -> pl.DataFrame:
    """Colombia at the end of 2025, divided; with refugees and asylum-seekers together where that is asked for."""
    derived = divided(kept(*rows), Divided(country="COL", day=DAY))
    found = require(derived.figures.with_columns(run=pl.lit("d")))
    return found if abroad else found.filter(F.group != "displaced-abroad")


def of(rows: pl.DataFrame, sex: str, start: int, end: int | None) -> float:
    same_end = F.age_to.is_null() if end is None else F.age_to == end
    mine = rows.filter((F.sex == sex) & (F.age_from == start) & same_end)
    return float(mine.get_column("value").item())


def sexes(rows: pl.DataFrame) -> tuple[float, float]:
    return of(rows, "female", 0, None), of(rows, "male", 0, None)


def test_the_unknown_are_where_the_counted_of_the_same_record_are() -> None:
    # 3,000 people, 1,000 women and 1,000 men known: the other 1,000 as they are, 10 % of them girls under five are 50
    rows = made(*told(3000.0, WOMEN, MEN))
    assert sexes(rows) == (1500.0, 1500.0)
    assert of(rows, "female", 0, 5) == 150.0
    assert of(rows, "male", 18, 60) == 750.0
    assert set(rows.get_column("status")) == {"estimated"}
    assert set(rows.get_column("basis")) == {"model"}
    assert set(rows.get_column("locator")) == {"unhcr 3000: of known sex 2000, of known age 2000; by own 1000"}


def test_unknown_ages_of_a_sex_stay_in_it() -> None:
    # 1,500 women of whom 1,000 have an age: the other 500 as they, and the men are left alone
    rows = made(*told(2500.0, WOMEN, MEN, sexes=(1500.0, 1000.0)))
    assert sexes(rows) == (1500.0, 1000.0)
    assert of(rows, "female", 18, 60) == 750.0
    assert of(rows, "male", 18, 60) == 500.0


def test_what_is_counted_in_full_is_counted_still() -> None:
    rows = made(*told(2000.0, WOMEN, MEN))
    assert set(rows.get_column("status")) == {"counted"}
    assert rows.select((F.value - F.low).abs().max(), (F.high - F.value).abs().max()).row(0) == (0.0, 0.0)


def test_a_breakdown_that_its_publisher_computed_is_an_estimate_even_where_nobody_is_spread() -> None:
    rows = made(*told(2000.0, WOMEN, MEN, group="idps", origin="COL", counter="idmc", source="idmc.x@2026-05-01"))
    assert sexes(rows) == (1000.0, 1000.0)
    assert set(rows.get_column("status")) == {"estimated"}


def test_a_rounded_small_count_keeps_its_bounds() -> None:
    rows = told(2000.0, WOMEN, MEN)
    rows[3] |= {"low": 98.0, "high": 102.0, "level": 1.0}
    (cell,) = made(*rows).filter((F.sex == "female") & (F.age_to == 5)).select("low", "value", "high").rows()
    assert cell == (98.0, 100.0, 102.0)


def test_donors_are_asked_in_their_order() -> None:
    girls, boys, old = (1000.0, 0.0, 0.0, 0.0, 0.0), (0.0, 1000.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 0.0, 1000.0)
    rows = [
        *told(1000.0, **HERE), *told(2000.0, girls, girls, **HERE, **end_of(2024)), *told(2000.0, boys, boys, origin="ECU", place="COL"),
        *told(2000.0, old, old, origin="VEN", place="PER"), *told(2000.0, WOMEN, MEN, origin="SYR", place="TUR"),
    ]  # fmt: skip
    by_year = filling(*rows)
    assert by_year.cells is not None
    assert (by_year.spread, by_year.cells.value[0]) == ({"year": 1000.0}, 500.0)
    by_host = filling(*rows, closed=("year",))
    assert by_host.cells is not None
    assert (by_host.spread, by_host.cells.value[1]) == ({"host": 1000.0}, 500.0)
    by_origin = filling(*rows, closed=("year", "host"))
    assert by_origin.cells is not None
    assert (by_origin.spread, by_origin.cells.value[4]) == ({"origin": 1000.0}, 500.0)
    # anywhere: 2,000 boys, 2,000 old and 2,000 of all ages are 6,000, of whom 100 are girls under five: 1,000 / 60
    anywhere = filling(*rows, closed=("year", "host", "origin"))
    assert anywhere.cells is not None
    assert anywhere.spread == {"anywhere": 1000.0}
    assert anywhere.cells.value[0] == pytest.approx(1000 / 60)
    assert list(ORDER) == ["own", "beside", "year", "host", "origin", "population", "anywhere"]


def test_the_nearer_of_two_years_counts_more() -> None:
    # the year before all girls under five, two years after all men of 18 to 59: weights 1 and 1/2, so two thirds and a third
    girls, adults, none = (1000.0, 0, 0, 0, 0), (0, 0, 0, 1000.0, 0), (0.0,) * 5
    rows = [
        *told(900.0, **HERE),
        *told(1000.0, girls, none, **HERE, **end_of(2024)),
        *told(1000.0, none, adults, **HERE, **end_of(2027)),
    ]
    said = filling(*rows)
    assert said.sexes.value == pytest.approx((600.0, 300.0))


def test_another_agencys_count_of_the_same_people_comes_before_other_years() -> None:
    rows = [
        figure(group="idps", origin="COL", counter="idmc", source="idmc.x@2026-05-01", value=3000.0),
        *told(2000.0, WOMEN, MEN, group="idps", origin="COL"),
    ]  # fmt: skip
    found = made(*rows)
    mine = found.filter(F.locator.str.starts_with("idmc"))
    assert set(mine.get_column("locator")) == {"idmc 3000: of known sex 0, of known age 0; by beside 3000"}
    assert of(mine, "female", 0, 5) == 150.0


def test_a_donor_of_fewer_than_a_hundred_people_is_passed_over() -> None:
    few = (0.0, 0.0, 0.0, 40.0, 0.0)
    rows = [*told(1000.0, **HERE), *told(80.0, few, few, **HERE, **end_of(2024)), *told(2000.0, WOMEN, MEN, origin="ECU", place="COL")]  # fmt: skip
    assert filling(*rows).spread == {"host": 1000.0}


def test_a_population_lends_sexes_where_its_ages_do_not_nest() -> None:
    # the population is three quarters women, in five-year bands that lie across UNHCR's: ages come from anyone, anywhere
    aged = [
        figure(place="VEN", sex=sex, age_from=10, age_to=15, value=3000.0 if sex == "female" else 1000.0, **PEOPLE)
        for sex in ("female", "male")
    ]
    rows = [*told(1000.0, **HERE), *aged, *told(2000.0, WOMEN, MEN, origin="SYR", place="TUR")]
    said = filling(*rows)
    assert said.cells is not None
    assert said.sexes.value == (750.0, 250.0)
    assert said.cells.value[0] == pytest.approx(75.0)
    assert said.spread == {"anywhere": 1000.0}  # the worse of both is named
    assert {donor.kind for donor in said.used} == {"population", "anywhere"}


def test_a_population_whose_ages_nest_lends_them() -> None:
    rows = [*told(1000.0, **HERE), *cells(WOMEN, MEN, place="VEN", **PEOPLE)]
    assert filling(*rows).spread == {"population": 1000.0}


def test_without_any_donor_nobody_is_divided() -> None:
    assert made(*told(1000.0)).is_empty()


def test_with_a_donor_of_sexes_only_there_are_no_ages() -> None:
    rows = made(*told(1000.0), *told(2000.0, sexes=(500.0, 1500.0), origin="ECU", place="COL"))
    assert rows.select("sex", "age_from", "age_to").rows() == [("female", 0, None), ("male", 0, None)]
    assert sexes(rows) == (750.0, 2250.0)


def test_one_sex_alone_is_not_taken_for_everybody() -> None:
    # 1,000 women are counted of 3,000, men are not: the other 2,000 are divided by other people, not put all with the men
    rows = [
        figure(value=3000.0),
        figure(sex="female", value=1000.0),
        *told(2000.0, WOMEN, MEN, origin="ECU", place="COL"),
    ]
    said = filling(*rows)
    assert said.sexes.value == (2000.0, 1000.0)
    assert said.spread == {"host": 3000.0}  # all 1,000 women are of unknown age


def test_sexes_above_the_total_are_scaled_to_it_and_no_longer_counted() -> None:
    rows = made(*told(1000.0, WOMEN, MEN))
    assert sexes(rows) == (500.0, 500.0)
    assert of(rows, "female", 18, 60) == 250.0
    assert set(rows.get_column("status")) == {"estimated"}


def test_the_interval_is_the_donors_spread_where_people_are_many() -> None:
    # 10 billion women and men of whom half are women, by a donor of as many; spreads of ln odds 0.3 downwards, 0.1 upwards
    many = tuple(1e7 * one for one in WOMEN)
    rows = kept(*told(1e10, **HERE), *told(2e10, many, many, origin="ECU", place="COL"))
    lenders = donors(rows)
    (one,) = [record for record in lenders.near if record.key.origin == "VEN"]
    off: dict[Class, tuple[float, float]] = {"sex": (0.3, 0.1), "adults": (0.3, 0.1), "ages": (0.3, 0.1)}
    said = filled(one, lenders.of(one), dict.fromkeys(ORDER, off))
    assert said is not None
    assert said.sexes.low[0] == pytest.approx(1e10 / (1 + exp(1.2816 * 0.3)), rel=1e-3)
    assert said.sexes.high[0] == pytest.approx(1e10 / (1 + exp(-1.2816 * 0.1)), rel=1e-3)
    assert said.sexes.low[1] == pytest.approx(1e10 - said.sexes.high[0], rel=1e-3)  # the men are the rest


def test_ages_lent_within_a_known_sex_have_the_ages_donors_spread_alone() -> None:
    # sexes are counted, ages lent by another year: the wider spread of the record itself, which lends none, is not in it
    rows = kept(*told(2000.0, sexes=(1000.0, 1000.0), **HERE), *told(2000.0, WOMEN, MEN, **HERE, **end_of(2024)))
    lenders = donors(rows)
    (one,) = [record for record in lenders.near if record.key.end == DAY]
    said = filled(one, lenders.of(one))
    wide = filled(one, lenders.of(one), {**SPREADS, "own": {part: (9.0, 9.0) for part in SPREADS["own"]}})
    assert said is not None
    assert wide is not None
    assert said.cells == wide.cells


def test_a_total_that_is_null_or_zero_gives_no_shares() -> None:
    assert made(*told(0.0, WOMEN, MEN)).is_empty()
    assert made(*told(None, WOMEN, MEN)).is_empty()
    assert made().is_empty()


def test_people_of_another_sex_stay_out_of_both() -> None:
    rows = made(*told(2100.0, WOMEN, MEN), figure(sex="other", value=100.0))
    assert sexes(rows) == (1000.0, 1000.0)


def test_views_and_groups_are_added_up_and_agree_to_the_person() -> None:
    third = (1.0, 1.0, 1.0, 197.0, 0.0)
    rows = [
        *told(333.0, third, third, origin="VEN", place="COL"), *told(1000.0, third, third, origin="ECU", place="COL"),
        *told(101.0, group="asylum-seekers", origin="ECU", place="COL"), *told(500.0, third, third, group="asylum-seekers", origin="VEN", place="COL"),
        *told(77.0, third, third, origin="COL", place="ECU"),
    ]  # fmt: skip
    found = made(*rows, abroad=True)
    totals = {key: sum(sexes(part)) for key, part in found.partition_by(["place", "group"], as_dict=True).items()}
    assert totals == {
        ("WLD", "refugees"): 77.0, ("WLD", "displaced-abroad"): 77.0, ("COL", "refugees"): 1333.0, ("COL", "asylum-seekers"): 601.0,
        ("COL", "displaced-abroad"): 1934.0,
    }  # fmt: skip


def test_a_figure_that_may_not_travel_binds_the_division_made_from_it() -> None:
    rows = made(*told(3000.0, WOMEN, MEN, licence="private"))
    assert set(rows.get_column("licence")) == {"private"}


def test_every_row_rests_on_its_records_and_its_donors() -> None:
    rows = [
        *told(1000.0, **HERE),
        *told(2000.0, WOMEN, MEN, origin="ECU", place="COL"),
        *told(50.0, **HERE, **end_of(2024)),
    ]
    derived = divided(kept(*rows), Divided(country="COL", day=DAY))
    first = (
        derived.figures.with_row_index("at")
        .filter((F.sex == "female") & (F.age_to == 5) & (F.group == "refugees"))
        .row(0, named=True)
    )
    inputs = derived.lineage.filter(F.row == first["at"]).get_column("input_row").to_list()
    # the two totals, the donor's women of all ages and its girls under five; not the year before, which told nothing
    assert sorted(inputs) == [0, 1, 2, 4]
    assert derived.lineage.get_column("row").n_unique() == derived.figures.height


def test_the_locator_is_read_back_as_it_was_told() -> None:
    one = Told(counter="unhcr", total=3000.0, sex=2000.0, age=1500.0, by={"own": 900.0, "anywhere": 600.0})
    assert Told.read(one.text) == one
    assert Told.read("idmc 7: of known sex 7, of known age 7") == Told(counter="idmc", total=7, sex=7, age=7, by={})
    with pytest.raises(ValueError, match="tells of no division"):
        Told.read("unhcr 7")


HALVES: list[Row] = [("female", (0, 18), 30.0, 20.0, 45.0), ("male", (0, 18), 70.0, 50.0, 80.0), ("female", ALL, 30.0, 20.0, 45.0), ("male", ALL, 70.0, 50.0, 80.0)]  # fmt: skip


def test_a_division_is_scaled_to_another_figure_to_the_person() -> None:
    found = agreed(HALVES, 333.0)
    assert [(sex, value) for sex, _, value, _, _ in found] == [
        ("female", 100.0),
        ("male", 233.0),
        ("female", 100.0),
        ("male", 233.0),
    ]
    assert (found[0][3], found[0][4]) == (66.0, 150.0)  # 3.33 x 20 down, 3.33 x 45 up


def test_a_figures_own_interval_widens_its_cells() -> None:
    # ln(30/20) and ln(2) together: sqrt(0.4055 2 + 0.6931 2) = 0.8031; 30 / e^0.8031 = 13.4, down to 13
    assert agreed(HALVES, 100.0, 50.0, 200.0)[0][3] == 13.0


def test_the_method_says_what_it_is() -> None:
    assert (DIVIDED.name, DIVIDED.reads, DIVIDED.writes) == ("reconcile.divided@1", Stage.PUBLISHED, Stage.RECONCILED)
