"""World Population Prospects 2024: thousands to persons, estimates and projections with their interval."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qanat.figures import F
from qanat.sources import unpd
from qanat.sources.record import Reading
from tests.reading import asked, bounds, csv, only, paper

HEAD = ",".join(unpd.WPP.columns)


@pytest.fixture(scope="module")
def prospects(shared: Path) -> Reading:
    return unpd.prospects((shared / "population/wpp2024_annual.parquet").read_bytes(), paper(unpd.WPP))


def test_the_world_has_8_231_613_070_people_on_1_july_2025(prospects: Reading) -> None:
    found = only(prospects, place="WLD", measure="stock", end=date(2025, 7, 1))
    assert found["value"] == 8_231_613_070
    assert (found["start"], found["group"], found["counter"], found["basis"]) == (
        date(2025, 7, 1),
        "people",
        "unpd",
        "model",
    )
    assert (found["status"], found["stage"], found["licence"]) == ("estimated", "published", "CC-BY-3.0-IGO")


def test_sudans_net_migration_of_2025_with_its_interval_of_95_percent(prospects: Reading) -> None:
    found = only(prospects, place="SDN", measure="net-flow", start=date(2025, 1, 1))
    assert (found["value"], found["unit"], found["end"]) == (291_469, "movements", date(2026, 1, 1))
    assert bounds(found) == (-859_582, 838_121, 0.95)


def test_estimates_carry_no_interval(prospects: Reading) -> None:
    found = only(prospects, place="SDN", measure="net-flow", start=date(2023, 1, 1))
    assert found["value"] == -1_349_998
    assert bounds(found) == (None, None, None)


def test_sexes_are_known_from_2024_on(prospects: Reading) -> None:
    women = asked(prospects, place="SDN", sex="female").select("end", "value")
    assert women.get_column("end").min() == date(2024, 12, 31)
    assert women.row(0)[1] == 25_644_528


def test_years_outside_those_asked_for_are_left_out(shared: Path, prospects: Reading) -> None:
    assert prospects.figures.get_column("start").min() == date(1990, 1, 1)
    data = (shared / "population/wpp2024_annual.parquet").read_bytes()
    one = unpd.prospects(data, paper(unpd.WPP), since=2025, until=2025)
    assert set(one.figures.select(F.start.dt.year().unique()).to_series()) == {2025}


def test_an_interval_that_does_not_hold_its_value_is_left_out_and_told() -> None:
    cells = {"iso3": "SDN", "year": "2030", "kind": "projection", "mig": "5", "mig_95l": "6", "mig_95u": "7"}
    reading = unpd.prospects(csv(HEAD, ",".join(cells.get(name, "") for name in unpd.WPP.columns)), paper(unpd.WPP))
    found = only(reading, measure="net-flow")
    assert (found["value"], bounds(found)) == (5000, (None, None, None))
    assert reading.notes == ("1 intervals do not hold their value and were left out",)
