"""UNHCR's Operational Data Portal: what is asked, and what its recorded answers say."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from qanat.edition.places import places
from qanat.errors import AskError, FigureError, SourceError
from qanat.sources.record import Reading
from qanat.sources.request import Question
from qanat.sources.unhcr_odp import ORIGIN, PARTS, POPULATION, SUBLOCATION, TIMESERIES, odp
from qanat.sources.unhcr_odp_reading import by_origin, by_place, population, timeseries
from tests.reading import asked, only, paper

FOLDER = "fixtures/unhcr_odp"
RECORDED: dict[str, str] = {
    ORIGIN.id: f"{FOLDER}/population_get_origin__geo_id-220.json",
    SUBLOCATION.id: f"{FOLDER}/population_get_sublocation__ukraine.json",
    TIMESERIES.id: f"{FOLDER}/population_get_timeseries__ukraine.json",
    POPULATION.id: f"{FOLDER}/population__collection-4_geo-178.json",
}
CODES = places().codes()


def of(part: str) -> Question:
    return Question(first=2024, last=2024, part=part)


def record(**cells: object) -> dict[str, object]:
    """People from Somalia in Uganda as the portal writes them, invented."""
    base = {
        "geomaster_name": "Uganda", "geomaster_id": 220, "admin_level": "Country", "date": "2024-06-30", "pop_type_code": "REF",
        "pop_data_type_code": "REG", "pop_accommodation_code": None, "pop_frequency_cumulative": "cumulative", "pop_origin_code": "SOM",
        "population_groups": "Refugees from Somalia", "population_group_id": "5147", "individuals": "100", "households": "0",
        "children_total": None,
    } | dict.fromkeys(PARTS)  # fmt: skip
    return base | cells


def read(*records: dict[str, object]) -> Reading:
    reading = by_origin(json.dumps({"data": list(records)}).encode(), paper(ORIGIN), places=CODES)
    assert reading.rows == len(records)
    return reading


def test_unhcrs_code_of_an_origin_is_translated_and_texts_are_numbers(shared: Path) -> None:
    reading = by_origin((shared / RECORDED[ORIGIN.id]).read_bytes(), paper(ORIGIN), places=CODES)
    sudanese = only(reading, origin="SDN", place="UGA")  # pop_origin_code SUD, individuals "81813"
    assert (sudanese["value"], sudanese["end"], sudanese["locator"]) == (
        81_813,
        date(2024, 6, 30),
        "/data/2#individuals",
    )
    assert only(reading, origin="ERI")["value"] == 51_882  # ERT


def test_a_record_of_several_groups_is_not_of_the_one_type_it_names(shared: Path) -> None:
    reading = by_origin((shared / RECORDED[ORIGIN.id]).read_bytes(), paper(ORIGIN), places=CODES)
    congolese = only(reading, origin="COD")  # pop_type_code ASY, groups "Asylum-Seekers from ..., Refugees from ..."
    assert (congolese["group"], congolese["value"]) == ("displaced-abroad", 526_062)
    assert only(read(record()))["group"] == "refugees"
    mixed = record(population_groups="Refugees from Somalia, New arrivals", population_group_id="5147, 5")
    assert only(read(mixed))["group"] == "assisted"


def test_zero_in_every_band_of_a_record_with_people_is_no_breakdown(shared: Path) -> None:
    reading = by_origin((shared / RECORDED[ORIGIN.id]).read_bytes(), paper(ORIGIN), places=CODES)
    assert set(asked(reading).get_column("sex").cast(pl.String)) == {"all"}
    assert reading.not_broken_down == 24  # of three records, but for the other three which have nulls: 2 x 12


def test_sexes_and_ages_are_read_where_they_are_broken_down() -> None:
    told = record(
        male_04="5", male_1859="35", male_total="40", female_04="10", female_60="50", female_total="60", households="22", children_total="15"
    )  # fmt: skip
    reading = read(told)
    whole = {"age_from": 0, "age_to": None, "unit": "people"}
    assert only(reading, sex="female", **whole)["value"] == 60
    assert only(reading, sex="female", age_from=60, age_to=None)["value"] == 50
    assert only(reading, sex="male", age_from=0, age_to=5)["value"] == 5
    assert only(reading, sex="all", age_from=0, age_to=18)["value"] == 15
    assert only(reading, unit="households")["value"] == 22
    assert asked(reading, sex="male", age_from=60).is_empty()  # null, not zero


def test_of_two_records_about_the_same_people_the_one_with_a_breakdown_stays() -> None:
    plain = record(id=7)
    broken = record(male_total="40", female_total="60")
    reading = read(plain, broken)
    assert only(reading, sex="female")["locator"] == "/data/1#female_total"
    assert only(reading, sex="all")["value"] == 100
    assert (reading.superseded, reading.accepted) == (1, 1)


def test_of_two_without_a_breakdown_the_one_with_an_id_stays() -> None:
    reading = read(record(individuals="99"), record(id=7))
    assert only(reading)["value"] == 100
    assert reading.superseded == 1


def test_people_ever_counted_are_told_from_those_there_now_and_neither_is_undivided() -> None:
    reading = read(record(), record(pop_frequency_cumulative="current", pop_origin_code="BDI"), record(pop_frequency_cumulative=None, pop_origin_code="ERT"))  # fmt: skip
    assert asked(reading).select("origin", "facet").rows() == [
        ("SOM", "groups=5147;series=cumulative"), ("BDI", "groups=5147;series=current"), ("ERI", "groups=5147;series=not-told"),
    ]  # fmt: skip


def test_ukrainians_by_country_are_those_of_the_published_table(shared: Path) -> None:
    reading = by_place((shared / RECORDED[SUBLOCATION.id]).read_bytes(), paper(SUBLOCATION), places=CODES)
    table = pl.read_csv(shared / "subnational/ukraine/unhcr_odp_refugees_by_country_snapshot.csv")
    published = {
        places().country(name).code: people for name, people in table.select("country", "individuals").iter_rows()
    }
    found = dict(asked(reading, group="refugees", origin="UKR").select("place", "value").iter_rows())
    assert len(found) == 8
    assert found == {code: published[code] for code in found}
    assert found["POL"] == 1_256_568


def test_the_series_of_a_situation_is_the_published_one_and_says_neither_type_nor_origin(shared: Path) -> None:
    reading = timeseries((shared / RECORDED[TIMESERIES.id]).read_bytes(), paper(TIMESERIES), places=CODES)
    table = pl.read_csv(shared / "subnational/ukraine/unhcr_odp_refugees_europe_timeseries.csv", try_parse_dates=True)
    published = dict(table.iter_rows())
    found = dict(asked(reading, group="assisted", place="WLD", origin=None).select("end", "value").iter_rows())
    assert found == {day: published[day] for day in found}
    assert found[date(2022, 5, 26)] == 1_542_006
    assert set(asked(reading).get_column("facet")) == {"series=not-told;situation=54"}


def test_groups_of_several_origins_have_none_and_of_one_type_are_that_type(shared: Path) -> None:
    reading = population((shared / RECORDED[POPULATION.id]).read_bytes(), paper(POPULATION), places=CODES)
    kenya = only(reading, unit="people")
    assert (kenya["value"], kenya["group"], kenya["origin"], kenya["place"]) == (488_176, "refugees", None, "KEN")
    assert only(reading, unit="households")["value"] == 111_206


def test_an_estimate_is_called_one_and_no_households_are_not_zero_households(shared: Path) -> None:
    data = (shared / FOLDER / "population__widget_geo-693_venezuela.json").read_bytes()
    myanmar = only(population(data, paper(POPULATION), places=CODES))
    assert (myanmar["value"], myanmar["group"], myanmar["status"]) == (671_011, "idps", "estimated")
    assert (myanmar["origin"], myanmar["place"]) == ("MMR", "MMR")  # MYA in UNHCR's code


def test_an_answer_of_nulls_is_nothing_and_says_so(shared: Path) -> None:
    reading = population((shared / FOLDER / "population__empty.json").read_bytes(), paper(POPULATION), places=CODES)
    assert (reading.rows, reading.accepted, reading.figures.height) == (1, 1, 0)
    assert "the portal has nothing for this question" in reading.notes


def test_a_place_below_a_country_an_unknown_origin_and_a_day_that_is_none_are_set_aside() -> None:
    reading = read(
        record(), record(admin_level="Settlement", geomaster_name="Bidibidi"), record(pop_origin_code="QQQ"), record(date="30/06/2024")
    )  # fmt: skip
    assert reading.rejected.sort("row").select("row", "column", "rule").rows() == [
        (2, "geomaster_name", "place"), (3, "pop_origin_code", "country"), (4, "date", "date"),
    ]  # fmt: skip
    assert reading.accepted == 1


def test_negative_people_and_texts_are_refused_and_a_dash_is_nothing() -> None:
    with pytest.raises(FigureError, match="individuals = '-5': is negative"):
        read(record(individuals="-5"))
    with pytest.raises(FigureError, match="is text where a number belongs"):
        read(record(individuals="many"))
    reading = read(record(individuals="-"), record(pop_origin_code="BDI", individuals=12))
    assert asked(reading).select("origin", "value").rows() == [("BDI", 12)]


def test_an_envelope_that_changed_a_web_page_and_a_cut_answer_are_told(shared: Path) -> None:
    with pytest.raises(SourceError, match="has no 'data' but the fields message"):
        by_origin(b'{"message": "no"}', paper(ORIGIN))
    with pytest.raises(SourceError, match="is a web page"):
        by_origin(b"<html></html>", paper(ORIGIN))
    whole = (shared / RECORDED[TIMESERIES.id]).read_bytes()
    with pytest.raises(SourceError, match="is cut off"):
        timeseries(whole[:900], paper(TIMESERIES))


def test_the_question_names_the_portals_own_numbers() -> None:
    (one,) = odp(ORIGIN, of("geo_id=220;population_collection=4,29"))
    assert one.url == "https://data.unhcr.org/population/get/origin"
    assert one.params == {"geo_id": "220", "population_collection": "4,29"}
    assert odp(ORIGIN, of("220"))[0].params == {"geo_id": "220"}
    (series,) = odp(TIMESERIES, of("widget_id=283559;sv_id=54;population_group=5478"))
    assert series.params == {
        "widget_id": "283559", "sv_id": "54", "population_group": "5478", "frequency": "day", "fromDate": "1900-01-01",
    }  # fmt: skip
    (below,) = odp(SUBLOCATION, of("sv_id=54;population_group=5478"))
    assert (below.params["forcesublocation"], below.params["fromDate"]) == ("0", "1900-01-01")


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("geoid=220", "did you mean 'geo_id'"),
        ("geo_id=Uganda", "takes numbers divided by commas"),
        ("population_collection=4", "say geo_id"),
        ("", "say geo_id"),
    ],
)
def test_a_part_the_service_would_not_understand_is_refused(part: str, told: str) -> None:
    with pytest.raises(AskError, match=told):
        odp(ORIGIN, of(part))


@pytest.mark.parametrize("groups", [None, {"a": 1}, [True], "-", 0.5])
def test_groups_that_are_no_list_of_groups_are_told(groups: object) -> None:
    place = {"geomaster_name": "Kenya", "geomaster_id": 178, "admin_level": "Country", "date": "2022-04-30", "individuals": "5", "households": "0"}  # fmt: skip
    data = json.dumps({"data": [place | {"population_groups": groups}]}).encode()
    if groups is None:
        assert only(population(data, paper(POPULATION), places=CODES))["group"] == "assisted"
        return
    with pytest.raises(SourceError, match=r"unhcr.odp-population: population_groups is .*no list of groups"):
        population(data, paper(POPULATION))
