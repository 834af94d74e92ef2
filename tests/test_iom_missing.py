"""People who died or went missing on the way: incidents of IOM's Missing Migrants Project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from qanat.edition.places import places
from qanat.errors import FigureError, SourceError
from qanat.figures import F
from qanat.sources.iom_missing import INCIDENTS, by_year, incidents
from qanat.sources.record import Reading
from qanat.sources.request import Question
from tests.reading import asked, only, paper

RECORDED: dict[str, str] = {INCIDENTS.id: "fixtures/missing_migrants/2025.json"}
CODES = places().codes()


def incident(**cells: object) -> dict[str, object]:
    """An incident with two dead as the service writes it, invented."""
    base: dict[str, object] = {
        "web_id": "2025.MMP0001", "region": "Mediterranean", "reported_date": "2025-12-08", "number_dead": "2", "number_missing": "",
        "total_dead_and_missing": "2", "number_of_female": "", "number_of_male": "", "number_of_children": "", "country_of_incident": "Libya",
        "migration_route": "Central Mediterranean", "country_origin": "Unknown", "cause_death": "Drowning", "location_coodinates": "33.1, 12.5",
    }  # fmt: skip
    return base | cells


def read(*records: Mapping[str, object]) -> Reading:
    reading = incidents(json.dumps(list(records)).encode(), paper(INCIDENTS), places=CODES)
    assert reading.rows == len(records) == reading.accepted + reading.superseded + len(set(reading.rejected["row"]))
    return reading


@pytest.fixture(scope="module")
def recorded(shared: Path) -> Reading:
    return incidents((shared / RECORDED[INCIDENTS.id]).read_bytes(), paper(INCIDENTS), places=CODES)


def test_the_dead_and_the_missing_of_an_incident(recorded: Reading) -> None:
    turkey = {"place": "TUR", "start": date(2025, 9, 7), "end": date(2025, 9, 8)}
    dead = only(recorded, **turkey, group="dead-migrants")
    assert (dead["value"], dead["measure"], dead["unit"], dead["locator"]) == (5, "flow", "people", "/2#number_dead")
    assert dead["facet"] == "cause=Drowning;incident=2025.MMP1000;route=Eastern Mediterranean"
    assert only(recorded, **turkey, group="missing-migrants")["value"] == 1


def test_a_blank_is_not_zero_and_a_zero_is_one(recorded: Reading) -> None:
    morocco = {"place": "MAR", "start": date(2025, 9, 8)}
    assert asked(recorded, **morocco, group="dead-migrants").is_empty()
    assert only(recorded, **morocco, group="missing-migrants")["value"] == 4
    assert only(recorded, place="ESP", start=date(2025, 9, 5), group="missing-migrants")["value"] == 0


def test_men_and_children_among_the_dead(recorded: Reading) -> None:
    assert (
        only(recorded, sex="male", facet="cause=Drowning;incident=2025.MMP0991;route=Western Mediterranean")["value"]
        == 6
    )
    children = only(recorded, age_from=0, age_to=18, place="YEM")
    assert (children["value"], children["origin"], children["group"]) == (1, "ETH", "dead-migrants")


def test_an_incident_with_dead_and_missing_does_not_tell_whose_sex_it_counts() -> None:
    reading = read(incident(number_missing="3", total_dead_and_missing="5", number_of_female="4"))
    assert only(reading, sex="female")["group"] == "dead-or-missing-migrants"


def test_a_total_told_alone_is_of_dead_or_missing() -> None:
    assert only(read(incident(number_dead="", total_dead_and_missing="9")))["group"] == "dead-or-missing-migrants"


def test_one_incident_split_over_days_is_several_figures(recorded: Reading) -> None:
    dead = asked(recorded, group="dead-migrants", place="ESP", sex="all")
    spain = dead.filter(F.facet.str.contains("MMP0992"))
    assert spain.select("start", "value").rows() == [
        (date(2025, 9, 8), 1),
        (date(2025, 9, 4), 1),
        (date(2025, 9, 3), 1),
    ]


def test_parts_of_an_incident_on_one_day_are_added_also_where_they_say_the_same() -> None:
    """As IOM's own package gdidata adds them: 2023.MMP0048 off Libya has parts of 2, 2 and 1 and is an incident of 5."""
    parts = [incident(web_id="2023.MMP0048", number_dead=n, total_dead_and_missing=n) for n in ("2", "2", "1")]
    reading = read(*parts)
    one = only(reading)
    assert (one["value"], one["method"], one["locator"]) == (5, "records@1", "/0+/1+/2#number_dead")
    assert reading.superseded == 0


def test_a_part_that_tells_its_total_alone_is_not_lost_among_parts_that_tell_more() -> None:
    reading = read(incident(), incident(number_dead="", total_dead_and_missing="9", number_of_male="9"))
    assert only(reading, group="dead-migrants")["value"] == 2
    assert only(reading, group="dead-or-missing-migrants", sex="all")["value"] == 9
    assert only(reading, sex="male")["group"] == "dead-or-missing-migrants"


def test_people_found_dead_are_taken_off_the_missing_of_their_incident() -> None:
    """2017.MMP00892, as IOM tells it: 7 dead and 9 missing on the 18th, two of them found on the 22nd."""
    reading = read(
        incident(reported_date="2017-09-22", number_dead="2", number_missing="-2", total_dead_and_missing="0"),
        incident(reported_date="2017-09-18", number_dead="7", number_missing="9", total_dead_and_missing="16"),
    )
    missing = only(reading, group="missing-migrants")
    assert (missing["value"], missing["start"], missing["locator"]) == (7, date(2017, 9, 18), "/1+/0#number_missing")
    assert missing["method"] == "records@1"
    assert asked(reading, group="dead-migrants").get_column("value").to_list() == [2, 7]
    assert "in 1 records 2 people told as missing are taken back as found dead" in reading.notes[0]


def test_dead_who_were_never_missing_in_a_record_are_told_by_their_total() -> None:
    """2015.MMP00565, as IOM tells it: 13 dead, and 56 less 13 of them: an incident of 56 and not of 69."""
    reading = read(
        incident(number_dead="13", total_dead_and_missing="13"),
        incident(number_dead="56", number_missing="-13", total_dead_and_missing="43"),
    )
    assert only(reading, group="dead-migrants")["value"] == 13
    assert only(reading, group="dead-or-missing-migrants")["value"] == 43
    assert asked(reading, group="missing-migrants").is_empty()


def test_a_year_adds_up_to_the_total_the_publisher_tells_of_it(shared: Path) -> None:
    """7,141 dead and missing in 2022 and 8,606 in 2023: sums of dead_missing in the tidy copy of IOM's answers."""
    table = pl.read_parquet(shared / "subnational/_global/iom_missing_migrants_2014_2025.parquet")
    named = {"id": "web_id", "date": "reported_date", "dead": "number_dead", "missing": "number_missing", "dead_missing": "total_dead_and_missing", "female": "number_of_female", "male": "number_of_male", "children": "number_of_children", "cause": "cause_death", "route": "migration_route"}  # fmt: skip
    asked_of = [*named.values(), "region", "country_of_incident", "country_origin"]
    for year, whole in (("2022", 7141), ("2023", 8606)):
        records = table.filter(pl.col("date").str.starts_with(year)).rename(named).select(asked_of).to_dicts()
        reading = read(*({name: "" if cell is None else cell for name, cell in one.items()} for one in records))
        everyone = asked(reading, sex="all").filter(F.age_to.is_null())
        assert everyone.get_column("value").sum() == whole
        assert reading.accepted == len(records)


def test_a_country_that_is_not_told_is_unknown_with_its_region_and_one_that_is_none_is_set_aside() -> None:
    reading = read(incident(country_of_incident=""), incident(country_of_incident="Atlantis", web_id="2"), incident(country_of_incident="Côte d&#039;Ivoire", web_id="3"))  # fmt: skip
    unknown = only(reading, place="XXX")
    assert unknown["facet"] == "cause=Drowning;incident=2025.MMP0001;region=Mediterranean;route=Central Mediterranean"
    assert only(reading, place="CIV")["value"] == 2
    assert reading.rejected.select("row", "column", "rule").rows() == [(2, "country_of_incident", "country")]


def test_coordinates_and_descriptions_of_places_are_nowhere_in_the_figures(recorded: Reading) -> None:
    told = " ".join(str(cell) for row in asked(recorded).iter_rows() for cell in row)
    assert "36.77" not in told
    assert "Cabo de Gata" not in told


def test_a_year_that_ends_early_may_be_cut(recorded: Reading) -> None:
    note = "the newest incident of 2025 is of 2025-09-08, months before 2025-12-31: the answer may be cut"
    assert note in recorded.notes
    assert read(incident()).notes == ()


def test_a_year_that_is_not_over_is_not_called_cut(shared: Path) -> None:
    data = (shared / RECORDED[INCIDENTS.id]).read_bytes()
    early = replace(paper(INCIDENTS), retrieved=date(2025, 9, 15))
    assert incidents(data, early).notes == ()


def test_numbers_that_do_not_add_up_are_kept_and_told() -> None:
    assert (
        "in 1 records the dead and missing do not add up to the total"
        in read(incident(total_dead_and_missing=3)).notes[0]
    )
    assert "women and men are more than" in read(incident(number_of_male="2", number_of_female=1)).notes[0]


def test_bad_answers_are_told() -> None:
    with pytest.raises(FigureError, match="number_dead = '-2': is negative"):
        read(incident(number_dead=-2))
    with pytest.raises(FigureError, match=r"number_missing 1\.5 is a fraction of a person"):
        read(incident(number_missing="1.5"))
    with pytest.raises(FigureError, match="reported_date soon is no day"):
        read(incident(reported_date="soon"))
    with pytest.raises(SourceError, match="holds no records"):
        incidents(b"[]", paper(INCIDENTS))
    with pytest.raises(SourceError, match="is a web page"):
        incidents(b"<!DOCTYPE html>", paper(INCIDENTS))


def test_each_year_is_an_answer_of_its_own() -> None:
    first, second = by_year(INCIDENTS, Question(first=2024, last=2025))
    assert (first.address, second.address) == (
        "https://missingmigrants.iom.int/global-figures/2024/json",
        "https://missingmigrants.iom.int/global-figures/2025/json",
    )
