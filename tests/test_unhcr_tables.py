"""UNHCR's published tables: values read from them by hand, and the rules of rounding, units and empty cells."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.figures import F, require
from qanat.sources import unhcr
from qanat.sources.record import Reading
from tests.reading import asked, bounds, csv, only, paper

TOTALS = "Year,ISO3CoO,ISO3CoA,REF,IDP,ASY,OOC,STA,OIP"


@pytest.fixture(scope="module")
def population(shared: Path) -> Reading:
    data = (shared / "unhcr/population.parquet").read_bytes()
    return unhcr.population(data, paper(unhcr.POPULATION, data), since=2024)


def test_sudanese_refugees_in_chad_at_the_end_of_2025(population: Reading) -> None:
    found = only(population, group="refugees", origin="SDN", place="TCD", end=date(2025, 12, 31))
    assert found["value"] == 1_330_950
    assert (found["start"], found["known"]) == (date(2025, 12, 31), date(2026, 6, 25))
    assert (found["measure"], found["unit"], found["counter"]) == ("stock", "people", "unhcr")
    assert (found["source"], found["locator"]) == ("unhcr.population@2026-06-25", "2025/SDN/TCD/refugees")
    assert bounds(found) == (None, None, None)


def test_returns_are_flows_of_the_calendar_year(population: Reading) -> None:
    found = only(population, group="returned-idps", place="SDN", end=date(2026, 1, 1))
    assert (found["value"], found["measure"], found["start"]) == (2_913_113, "flow", date(2025, 1, 1))


def test_the_world_of_2024_adds_up_to_what_the_service_says(population: Reading) -> None:
    sums = population.figures.filter(F.start.dt.year() == 2024).group_by("group").agg(F.value.sum())
    assert dict(sums.iter_rows()) == {
        "refugees": 30_958_200, "asylum-seekers": 8_352_712, "returned-refugees": 1_615_821, "idps": 68_131_711,
        "returned-idps": 8_219_597, "stateless": 4_360_087, "others-of-concern": 3_820_662, "other-in-need": 5_875_359,
        "host-community": 27_279_257,
    }  # fmt: skip


def test_every_cell_is_a_figure_or_counted_as_empty(population: Reading, shared: Path) -> None:
    records = pl.scan_parquet(shared / "unhcr/population.parquet").filter(pl.col("year") >= 2024).collect().height
    assert population.rows == records
    assert population.figures.height + population.empty == records * 9


def test_empty_cells_are_kept_as_not_counted_where_asked(shared: Path) -> None:
    data = (shared / "unhcr/solutions.parquet").read_bytes()
    kept = unhcr.solutions(data, paper(unhcr.SOLUTION), since=2025, keep_empty=True)
    left = unhcr.solutions(data, paper(unhcr.SOLUTION), since=2025)
    silent = asked(kept, status="not_counted")
    assert silent.height == kept.empty == left.empty
    assert silent.get_column("value").null_count() == silent.height
    assert kept.figures.height == left.figures.height + left.empty


def test_unrwa_stands_beside_unhcr(shared: Path) -> None:
    reading = unhcr.unrwa((shared / "unhcr/unrwa.parquet").read_bytes(), paper(unhcr.UNRWA), since=2024)
    sums = reading.figures.filter(F.end == date(2025, 12, 31))
    assert sums.get_column("value").sum() == 5_964_782
    assert set(reading.figures.select("group", "counter").unique().rows()) == {("palestine-refugees", "unrwa")}


def test_idmc_counts_9_117_000_displaced_in_sudan_at_the_end_of_2025(shared: Path) -> None:
    reading = unhcr.idmc((shared / "unhcr/idmc.parquet").read_bytes(), paper(unhcr.IDMC))
    found = only(reading, place="SDN", end=date(2025, 12, 31))
    assert (found["value"], found["counter"], found["origin"]) == (9_117_000, "idmc", "SDN")


def test_idmc_rows_without_a_country_are_the_world_only_up_to_2008(shared: Path) -> None:
    reading = unhcr.idmc((shared / "unhcr/idmc.parquet").read_bytes(), paper(unhcr.IDMC))
    world = asked(reading, place="WLD")
    assert (world.height, world.get_column("end").max()) == (19, date(2008, 12, 31))
    assert only(reading, place="WLD", end=date(2008, 12, 31))["value"] == 26_000_000
    assert only(reading, place="XXX", end=date(2021, 12, 31))["value"] == 8


def test_a_zero_of_unhcr_is_none_to_two_people_and_a_five_three_to_five() -> None:
    data = csv(TOTALS, "2024,SYR,DEU,0,,5,6,,")
    reading = unhcr.population(data, paper(unhcr.POPULATION))
    assert bounds(only(reading, group="refugees")) == (0, 2, 1)
    assert bounds(only(reading, group="asylum-seekers")) == (3, 5, 1)
    assert bounds(only(reading, group="others-of-concern")) == (None, None, None)


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=9))
def test_bounds_always_hold_the_published_value(counts: list[int]) -> None:
    data = csv(TOTALS, *(f"{2000 + at},SYR,DEU,{count},,,,," for at, count in enumerate(counts)))
    figures = require(unhcr.population(data, paper(unhcr.POPULATION)).figures)
    assert figures.get_column("value").to_list() == counts
    given_ = figures.filter(F.low.is_not_null())
    assert given_.filter(~F.value.is_between(F.low, F.high)).is_empty()
    assert given_.height == sum(count in (0, 5) for count in counts)


def test_where_the_table_writes_zero_for_impossible_the_cell_is_empty() -> None:
    data = csv(TOTALS, "2024,SYR,SYR,0,7408909,0,0,0,0", "2024,SYR,DEU,725102,0,0,0,0,0")
    reading = unhcr.population(data, paper(unhcr.POPULATION))
    assert asked(reading, group="refugees").select("place", "value").rows() == [("DEU", 725_102)]
    assert asked(reading, group="idps").select("place", "value").rows() == [("SYR", 7_408_909)]
    assert reading.empty == 4  # refugees, asylum-seekers, others in need at home; IDPs abroad


def test_columns_a_csv_leaves_out_are_no_cells() -> None:
    reading = unhcr.population(csv("Year,ISO3CoO,ISO3CoA,REF", "2024,SYR,DEU,725102"), paper(unhcr.POPULATION))
    assert (reading.figures.height, reading.empty) == (1, 0)


def test_the_csv_handed_to_hdx_is_read_with_its_words_for_no_country(shared: Path) -> None:
    data = (shared / "fixtures/unhcr_hdx_csv/HDX_EndYearPopulationTotals.csv").read_bytes()
    reading = unhcr.population(data, paper(unhcr.POPULATION))
    assert only(reading, group="refugees", origin="XXX", place="IRN", end=date(1962, 12, 31))["value"] == 2000
    assert (
        only(reading, group="refugees", origin="AFG", place="IRN", end=date(1979, 12, 31))["value"] == 100_000
    )  # 1e+05


def test_decisions_are_rounded_below_ten(shared: Path) -> None:
    data = (shared / "fixtures/unhcr_hdx_csv/HDX_AsylumDecisions.csv").read_bytes()
    reading = unhcr.decisions(data, paper(unhcr.DECISION))
    iraqis = {"origin": "IRQ", "place": "AFG", "start": date(2000, 1, 1), "facet": "level=FI;procedure=U"}
    assert bounds(only(reading, group="asylum-recognised", **iraqis)) == (0, 2, 1)
    assert bounds(only(reading, group="asylum-rejected", **iraqis)) == (8, 10, 1)
    afghans = {"origin": "AFG", "place": "IRN", "start": date(2000, 1, 1)}
    assert only(reading, group="asylum-decided", **afghans)["value"] == 233_626
    five = {"origin": "IRN", "place": "AFG", "start": date(2000, 1, 1), "group": "asylum-recognised"}
    assert bounds(only(reading, **five)) == (3, 7, 1)


def test_applications_of_the_csv_have_no_level(shared: Path) -> None:
    data = (shared / "fixtures/unhcr_hdx_csv/HDX_AsylumApplications.csv").read_bytes()
    reading = unhcr.applications(data, paper(unhcr.APPLICATION))
    found = only(reading, origin="AFG", place="IRN", start=date(2000, 1, 1), end=date(2001, 1, 1))
    assert (found["value"], found["facet"], found["unit"]) == (245_854, "procedure=G;type=V", "people")


def test_cases_are_never_people(shared: Path) -> None:
    data = (shared / "unhcr/asylum_applications.parquet").read_bytes()
    reading = unhcr.applications(data, paper(unhcr.APPLICATION), since=2024)
    table = pl.read_parquet(shared / "unhcr/asylum_applications.parquet").filter(pl.col("year") >= 2024)
    by_word = dict(table.group_by(pl.col("app_pc").cast(pl.String)).agg(pl.col("applied").sum()).iter_rows())
    by_unit = dict(reading.figures.group_by("unit").agg(F.value.sum()).iter_rows())
    assert by_unit == {"people": by_word["P"], "cases": by_word["C"]}


def test_people_resettled_are_counted_where_they_came_to(shared: Path) -> None:
    data = (shared / "fixtures/unhcr_population_api/solutions.json").read_bytes()
    reading = unhcr.solutions(data, paper(unhcr.SOLUTION))
    found = only(reading, group="resettled", origin="SYR", place="DEU", start=date(2024, 1, 1))
    assert (found["value"], found["measure"], found["end"]) == (2907, "flow", date(2025, 1, 1))
