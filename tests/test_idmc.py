"""IDMC's database: people displaced at the end of a year and movements during it, by cause, hazard, sex and age."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from qanat.figures import F, require
from qanat.sources import idmc
from qanat.sources.asking import following, gidd, last_updated
from qanat.sources.record import Reading
from qanat.sources.request import Question
from tests.reading import bounds, csv, only, paper

RECORDED: dict[str, str] = {
    idmc.CONFLICT.id: "fixtures/idmc/gidd_conflicts_page0.json",
    idmc.DISASTER.id: "fixtures/idmc/gidd_disasters_page0.json",
    idmc.SEX_AGE.id: "subnational/_global/idmc_stocks_sex_age_gdidata.csv",
}
HEAD = "iso3,country_name,year,new_displacement,new_displacement_rounded,total_displacement,total_displacement_rounded"


CARRIED = "iso3,year,hazard_type_name,new_displacement,total_displacement"


@pytest.fixture(scope="module")
def conflict(shared: Path) -> Reading:
    data = (shared / "subnational/_global/idmc_gidd_conflict_country_year_2009_2024.csv").read_bytes()
    return idmc.conflict(data, paper(idmc.CONFLICT, data))


def test_the_page_and_the_table_say_the_same_of_colombia_in_2021(shared: Path, conflict: Reading) -> None:
    page = idmc.conflict((shared / "fixtures/idmc/gidd_conflicts_page0.json").read_bytes(), paper(idmc.CONFLICT))
    for reading in (page, conflict):
        stock = only(reading, group="idps", place="COL", end=date(2021, 12, 31))
        moves = only(reading, group="idps-new", place="COL", start=date(2021, 1, 1))
        assert (stock["value"], stock["unit"], stock["measure"]) == (5_235_074, "people", "stock")
        assert (moves["value"], moves["unit"], moves["measure"]) == (133_848, "movements", "flow")


def test_a_number_that_idmc_does_not_have_is_not_counted_and_a_zero_is_a_zero(conflict: Reading) -> None:
    angola = only(conflict, group="idps", place="AGO", end=date(2009, 12, 31))
    assert (angola["value"], angola["status"]) == (None, "not_counted")
    assert only(conflict, group="idps-new", place="AGO", start=date(2009, 1, 1))["value"] == 0
    assert conflict.empty == 165 + 63  # blanks in the two columns of the table


def test_figures_of_idmc_carry_no_rounding_bounds(conflict: Reading) -> None:
    assert require(conflict.figures).filter(F.low.is_not_null() | F.high.is_not_null()).is_empty()
    five = idmc.conflict(csv(HEAD, "COL,Colombia,2021,5,5,0,0"), paper(idmc.CONFLICT))
    assert bounds(only(five, group="idps-new")) == (None, None, None)


def test_events_of_one_hazard_and_year_are_added_up_and_hazards_beside_them(shared: Path) -> None:
    data = (shared / "fixtures/idmc/gidd_disasters_lastpage.json").read_bytes()
    reading = idmc.disaster(data, paper(idmc.DISASTER))
    events = [one for one in json.loads(data)["results"] if one["iso3"] == "YEM" and one["year"] == 2023]
    floods = sum(one["new_displacement"] for one in events if one["hazard_type_name"] == "Flood")
    whole = sum(one["new_displacement"] for one in events)
    year = {"group": "idps-disaster-new", "place": "YEM", "start": date(2023, 1, 1)}
    assert only(reading, **year, facet="hazard=Flood")["value"] == floods
    total = only(reading, **year, facet=None)
    assert (total["value"], total["method"]) == (whole, "hazards@1")


def test_a_disaster_without_a_stock_is_not_counted_rather_than_zero(shared: Path) -> None:
    reading = idmc.disaster((shared / "fixtures/idmc/gidd_disasters_page0.json").read_bytes(), paper(idmc.DISASTER))
    stock = only(reading, group="idps-disaster", place="AFG", end=date(2008, 12, 31), facet="events=year")
    assert (stock["value"], stock["status"]) == (None, "not_counted")


def test_a_stock_of_zero_in_a_table_that_sums_over_events_is_not_counted() -> None:
    table = csv(
        CARRIED,
        "AFG,2024,Flood,1011393,0",
        "AFG,2024,Mass Movement,2814,0",
        "TCD,2024,Flood,900,120",
        "TCD,2024,Storm,3,0",
    )
    reading = idmc.disaster(table, paper(idmc.DISASTER))
    afghan = only(reading, group="idps-disaster", place="AFG", facet="events=year")
    assert (afghan["value"], afghan["status"]) == (None, "not_counted")
    assert only(reading, group="idps-disaster", place="TCD", facet="events=year")["value"] == 120
    assert only(reading, group="idps-disaster-new", place="AFG", facet=None)["value"] == 1_014_207


def test_afghan_girls_under_five_displaced_by_conflict_at_the_end_of_2024(shared: Path) -> None:
    data = (shared / "subnational/_global/idmc_stocks_sex_age_gdidata.csv").read_bytes()
    reading = idmc.sex_and_age(data, paper(idmc.SEX_AGE))
    girls = only(reading, group="idps", place="AFG", sex="female", age_from=0, age_to=5)
    assert (girls["value"], girls["end"]) == (323_973, date(2024, 12, 31))
    everyone = only(reading, group="idps-disaster", place="TUR", sex="all")
    assert (everyone["value"], everyone["method"]) == (538_105, "sexes@1")  # the year's own events are told as 105
    abyei = only(reading, group="idps", place="AB9")
    assert (abyei["value"], abyei["sex"], abyei["age_from"]) == (42_000, "unknown", 0)


def test_the_next_page_starts_where_this_one_ended_and_the_client_is_never_written_down(shared: Path) -> None:
    page = (shared / "fixtures/idmc/gidd_disasters_page0.json").read_bytes()
    (first,) = gidd(idmc.DISASTER, Question(first=2008, last=2024))
    second = following(first, page)
    assert second is not None
    assert (first.params["offset"], second.params["offset"]) == ("0", "6")  # six records were kept of the recorded page
    assert [key.as_name for key in second.keys] == ["client_id"]
    assert "client_id" not in second.address
    assert following(second, (shared / "fixtures/idmc/gidd_disasters_lastpage.json").read_bytes()) is None


def test_the_database_says_when_it_was_updated(shared: Path) -> None:
    assert last_updated((shared / "fixtures/idmc/gidd_conflicts_page0.json").read_bytes()) == "2025-05-13"
    assert last_updated(b"[]") is None
