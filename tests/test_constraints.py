"""Constraints as data: which figures are held against which, by how many people they are broken, what intervals explain."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from qanat.figures.place import UNITS
from qanat.reconcile.balance import constrained
from qanat.reconcile.constraints import RULES, Constraints
from qanat.reconcile.divisions import overlapping
from qanat.reconcile.naming import sentence
from qanat.reconcile.violations import measured, residuals, violations
from tests.build import DAY, figure, table

NEW_YEAR, NEXT = date(2025, 1, 1), date(2026, 1, 1)
NOBODY = pl.DataFrame(schema=UNITS)


def unit(code: str, parent: str, level: int = 1, country: str = "COL") -> dict[str, Any]:
    return {name: None for name in UNITS} | {
        "code": code,
        "country": country,
        "level": level,
        "name": code,
        "parent": parent,
    }


def built(*rows: dict[str, object], units: pl.DataFrame = NOBODY) -> tuple[pl.DataFrame, Constraints]:
    numbered = [one | {"run": "r", "row": at} for at, one in enumerate(rows)]
    return constrained(table(*numbered), units)


def found(*rows: dict[str, object], units: pl.DataFrame = NOBODY) -> list[dict[str, Any]]:
    """What does not hold, gravest first."""
    return violations(*built(*rows, units=units)).to_dicts()


def only(*rows: dict[str, object], units: pl.DataFrame = NOBODY) -> dict[str, Any]:
    (one,) = found(*rows, units=units)
    return one


def flow(group: str, value: float, **more: object) -> dict[str, object]:
    return figure(measure="flow", group=group, origin="COL", start=NEW_YEAR, end=NEXT, value=value, **more)


def idps(value: float, day: date = DAY, **more: object) -> dict[str, object]:
    return figure(group="idps", origin="COL", start=day, end=day, value=value, **more)


def people(value: float, **more: object) -> dict[str, object]:
    return figure(group="people", origin=None, counter="unpd", source="unpd.wpp@2024", value=value, **more)


def test_sexes_that_exceed_everyone_are_broken_by_that_many_people() -> None:
    one = only(figure(value=100), figure(sex="female", value=70), figure(sex="male", value=41))
    assert (one["kind"], one["size"], one["beyond"], one["verdict"], one["left"], one["right"]) == (
        "sexes",
        11,
        11,
        "real",
        111,
        100,
    )


def test_sexes_that_fall_short_lack_a_part_unless_the_unknown_is_told() -> None:
    told = figure(value=100), figure(sex="female", value=50), figure(sex="male", value=41)
    assert only(*told)["verdict"] == "part missing"
    assert only(*told, figure(sex="unknown", value=2))["verdict"] == "real"
    assert found(*told, figure(sex="unknown", value=9)) == []


def test_what_rounding_leaves_open_is_told_apart() -> None:
    # 5 stands for 3 to 5: two of them may be 6, as few as the total; IDMC's 7,000 stands for 6,500 to 7,500
    five = {"value": 5, "low": 3, "high": 5, "level": 1.0}
    one = only(figure(value=6), figure(sex="female", **five), figure(sex="male", **five))
    assert (one["verdict"], one["size"], one["beyond"]) == ("within intervals", 4, 0)
    idmc = [figure(group="idps", origin="COL", counter="idmc", sex=sex, value=value) for sex, value in (("all", 7000), ("female", 4100), ("male", 3200))]  # fmt: skip
    assert only(*idmc)["verdict"] == "within intervals"


def test_a_part_without_a_value_can_explain_a_shortage_and_never_an_excess() -> None:
    null = figure(sex="male", value=None, status="suppressed")
    assert found(figure(value=100), figure(sex="female", value=40), null, figure(sex="unknown", value=1)) == []
    assert only(figure(value=100), figure(sex="female", value=140), null)["size"] == 40


def test_a_rounded_zero_is_no_total() -> None:
    nothing = figure(value=0, low=0, high=2, level=1.0)
    assert len(built(nothing, figure(sex="female", value=9))[1]) == 0


def test_ages_are_held_against_all_ages_within_each_sex() -> None:
    bands = [
        figure(sex="female", age_from=a, age_to=b, value=v) for a, b, v in ((0, 18, 30), (18, 60, 30), (60, None, 15))
    ]
    one = only(figure(sex="female", value=70), *bands)
    assert (one["kind"], one["size"]) == ("ages", 5)
    closed = only(figure(sex="female", value=90), *bands, figure(sex="female", age_from=None, value=11))
    assert (closed["verdict"], closed["size"]) == ("real", -4)


def test_bands_that_overlap_are_no_division() -> None:
    bands = [figure(age_from=a, age_to=b, value=80) for a, b in ((0, 18), (5, 12), (18, None))]
    cells, constraints = built(figure(value=100), *bands)
    assert len(constraints) == 0
    assert overlapping(cells) == 1


def test_sexes_told_by_bands_only_are_held_against_everyone() -> None:
    bands = [
        figure(sex=sex, age_from=a, age_to=b, value=30) for sex in ("female", "male") for a, b in ((0, 18), (18, None))
    ]
    assert only(figure(value=100), *bands)["size"] == 20


def test_districts_add_up_to_their_province_and_provinces_to_the_country() -> None:
    units = pl.DataFrame(
        [unit("CO01", "COL"), unit("CO02", "COL"), unit("CO0101", "CO01", 2), unit("CO0102", "CO01", 2)], schema=UNITS
    )
    rows = [
        idps(value, place=place)
        for place, value in (("COL", 100), ("CO01", 60), ("CO02", 45), ("CO0101", 30), ("CO0102", 20))
    ]
    broken = found(*rows, units=units)
    assert [(one["size"], one["verdict"], one["closed"]) for one in broken] == [(-10, "real", True), (5, "real", True)]
    missing = only(idps(100, place="COL"), idps(60, place="CO01"), units=units)
    assert (missing["size"], missing["verdict"]) == (-40, "part missing")


def test_records_by_location_are_within_their_country_whatever_their_level() -> None:
    units = pl.DataFrame([unit("CO01", "COL"), unit("CO0101", "CO01", 2)], schema=UNITS)
    spread = {"source": "unhcr.demographics-admin@2026-06-01"}
    at = [figure(place=place, facet=facet, value=value, **spread) for place, facet, value in (("CO01", "accommodation=I", 50), ("CO0101", "accommodation=I", 40), ("COL", "accommodation=I;location=Mocoa", 5))]  # fmt: skip
    assert found(figure(value=100), *at, units=units) == []  # a district beside its province is not part of it here
    assert only(figure(value=90), *at, units=units)["size"] == 5


def test_origins_add_up_to_everyone_hosted() -> None:
    rows = figure(origin=None, value=100), figure(origin="VEN", value=70), figure(origin="CUB", value=40)
    assert (only(*rows)["kind"], only(*rows)["size"]) == ("origins", 10)
    assert only(*rows[:2], figure(origin="XXX", value=20))["verdict"] == "real"  # with the unknown told, 90 must be 100


def test_reached_is_within_targeted_within_in_need_within_affected_within_everyone() -> None:
    chain = [figure(measure=measure, group="people", origin=None, counter="ocha", source="hpc@2025", value=value) for measure, value in (("reached", 80), ("target", 70), ("need", 60), ("affected", 50))]  # fmt: skip
    broken = found(*chain, people(45))
    assert sorted((one["kind"], one["size"]) for one in broken) == [("contained", 10), ("contained", 10), ("contained", 10), ("population", 5), ("population", 15)]  # fmt: skip


def test_three_statuses_together_must_be_within_the_population() -> None:
    hosted = [figure(group=group, value=40) for group in ("refugees", "asylum-seekers", "other-in-need")]
    assert only(*hosted, people(100))["size"] == 20


def test_two_counters_of_one_group_are_never_added() -> None:
    both = idps(80), idps(80, counter="idmc", source="idmc.gidd@2025")
    assert found(*both, people(100)) == []


def test_a_population_of_another_day_is_not_held_against_a_group() -> None:
    assert len(built(idps(80), people(10, start=date(2024, 12, 31), end=date(2024, 12, 31)))[1]) == 0


def test_returns_exceed_the_stock_and_the_newly_displaced_of_the_year() -> None:
    opened = idps(50, date(2024, 12, 31))
    soft = only(opened, flow("returned-idps", 80))
    assert (soft["kind"], soft["size"], soft["hard"]) == ("returns", 30, False)
    hard = only(opened, flow("returned-idps", 80), flow("idps-new", 10, unit="movements", counter="idmc"))
    assert (hard["size"], hard["hard"]) == (20, True)


def test_the_account_of_a_population_is_hard_where_all_its_parts_are_known() -> None:
    def year(measure: str, value: float, unit: str = "people") -> dict[str, object]:
        return people(value, measure=measure, unit=unit, start=NEW_YEAR, end=NEXT)

    before = people(1000, start=date(2024, 12, 31), end=date(2024, 12, 31))
    rows = before, year("births", 60), year("deaths", 20), year("net-flow", -15, "movements"), people(1125)
    one = only(*rows)
    assert (one["kind"], one["size"], one["hard"]) == ("account", -100, True)  # 1000 + 60 - 20 - 15 is 1025
    assert len(built(*rows[1:])[1]) == 0


def test_the_account_of_idps_leaves_a_residual_and_breaks_nothing() -> None:
    rows = idps(100, date(2024, 12, 31)), flow("idps-new", 50, unit="movements"), flow("returned-idps", 30), idps(90)
    cells, constraints = built(*rows)
    assert violations(cells, constraints).is_empty()
    (left,) = residuals(cells, constraints).to_dicts()
    assert (left["left"], left["right"], left["size"]) == (
        150,
        120,
        30,
    )  # 100 + 50 against 90 + 30: thirty people fewer


def test_needs_over_all_sectors_are_looked_at_and_not_imposed() -> None:
    def need(value: float, facet: str | None = None) -> dict[str, object]:
        return figure(
            measure="need", group="people", origin=None, counter="ocha", source="hpc@2025", value=value, facet=facet
        )

    largest = only(need(50), need(60, "sector=WSH"), need(20, "sector=HEA"))
    assert (largest["kind"], largest["size"], largest["hard"]) == ("sectors", 10, False)
    assert only(need(90), need(60, "sector=WSH"), need(20, "sector=HEA"))["size"] == 10


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = [figure(value=100), figure(sex="female", value=70), figure(sex="male", value=41), people(90)]
    numbered = table(*(one | {"run": "r", "row": at} for at, one in enumerate(rows)))
    straight, turned = (constrained(frame, NOBODY) for frame in (numbered, numbered.reverse()))
    assert violations(*straight).equals(violations(*turned))


def test_nothing_constrains_nothing() -> None:
    cells, constraints = built()
    assert len(constraints) == 0
    assert measured(cells, constraints).is_empty()
    assert violations(cells, constraints).is_empty()


def test_every_rule_says_what_holds_and_where_that_is_written() -> None:
    for rule in RULES.values():
        assert rule.says
        assert rule.cites


def test_a_constraint_reads_as_a_sentence() -> None:
    whole = figure(sex="female", age_from=18, age_to=60) | {"country": "COL"}
    assert sentence("sexes", whole) == "unhcr refugees from VEN in COL, female, 18–59, 2025-12-31: female, male, other and unknown sex add up to everyone"  # fmt: skip


@pytest.mark.parametrize("value", [-1000.0, -37000.0])
def test_a_rounded_net_flow_below_zero_has_its_interval_on_both_sides(value: float) -> None:
    one = people(value, measure="net-flow", unit="movements", start=NEW_YEAR, end=NEXT)
    cells, _ = built(one)
    assert cells.select("least", "most").row(0) == (value - 500, value + 500)
