"""HDX HAPI: needs, presence, funding, food security, population, IDPs, refugees and risk, from CSV copies and from JSON.

Values of IDPs here and in the recorded file are invented; HAPI's JSON is written by hand in its documented shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.errors import AskError, FigureError, SourceError
from qanat.figures import F, require
from qanat.sources.hapi import ADAPTERS
from qanat.sources.hapi_ask import ask, following
from qanat.sources.hapi_tables import FOOD, FUNDING, IDPS, NEEDS, POPULATION, PRESENCE, REFUGEES, RETURNEES, RISK
from qanat.sources.pages import joined
from qanat.sources.record import Reading
from qanat.sources.request import Question
from tests.reading import asked, only, paper

FOLDER = "fixtures/hdx_hapi/"
RECORDED: dict[str, str] = {
    "hapi.needs": f"{FOLDER}humanitarian_needs.csv",
    "hapi.presence": f"{FOLDER}operational_presence.csv",
    "hapi.funding": f"{FOLDER}funding.csv",
    "hapi.food-security": f"{FOLDER}food_security.csv",
    "hapi.population": f"{FOLDER}baseline_population.csv",
    "hapi.idps": f"{FOLDER}idps_synthetic.csv",
}
YEAR = {"reference_period_start": "2024-01-01T00:00:00", "reference_period_end": "2024-12-31T23:59:59"}


def answer(*records: Mapping[str, object]) -> bytes:
    """One page of HAPI's service, as it writes them."""
    return json.dumps({"data": [{**record, **YEAR} for record in records]}).encode()


def refugees(**cells: object) -> dict[str, object]:
    return {
        "origin_location_code": "SDN", "asylum_location_code": "TCD", "population_group": "REF", "gender": "f", "age_range": "0-4",
        "min_age": 0, "max_age": 4, "population": 1200,
    } | cells  # fmt: skip


def need(**cells: object) -> dict[str, object]:
    return {
        "location_code": "SDN", "admin_level": 0, "sector_code": "WSH", "category": None, "population_status": "INN", "population": 10,
    } | cells  # fmt: skip


SYNTHETIC: dict[str, bytes] = {  # invented numbers
    "hapi.refugees": answer(
        refugees(), refugees(gender="all", age_range="all", min_age=None, max_age=None, population=5000)
    ),
    "hapi.returnees": answer(refugees(population_group="RET", gender="all", age_range="all", population=300)),
    "hapi.risk": answer(
        {"location_code": "SDN", "risk_class": "5", "global_rank": 7, "overall_risk": 7.1, "hazard_exposure_risk": 7.0, "vulnerability_risk": 7.2, "coping_capacity_risk": 7.3}
    ),
}  # fmt: skip


def read(name: str, data: bytes) -> Reading:
    adapter = next(one for one in ADAPTERS if one.source.id == name)
    return adapter.read(data, paper(adapter.source, data))


def recorded(shared: Path, name: str) -> Reading:
    return read(name, (shared / RECORDED[name]).read_bytes())


@pytest.mark.parametrize("name", [*RECORDED, *SYNTHETIC])
def test_every_record_is_accepted_set_aside_or_superseded(shared: Path, name: str) -> None:
    reading = read(name, SYNTHETIC[name]) if name in SYNTHETIC else recorded(shared, name)
    require(reading.figures)
    assert reading.rows == reading.accepted + reading.rejected.get_column("row").n_unique() + reading.superseded
    assert reading.figures.height > 0


# needs


def test_of_fifty_one_million_people_in_sudan_twenty_five_are_in_need_and_fifteen_targeted(shared: Path) -> None:
    reading = recorded(shared, "hapi.needs")
    sudan = {"place": "SDN", "facet": None, "sex": "all"}
    assert only(reading, measure="need", **sudan)["value"] == 24_786_370
    assert only(reading, measure="affected", **sudan)["value"] == 28_928_873
    assert only(reading, measure="target", **sudan)["value"] == 14_657_114
    assert only(reading, measure="reached", **sudan)["value"] == 14_000_000
    need = only(reading, measure="need", **sudan)
    assert (need["start"], need["end"]) == (
        date(2024, 1, 5),
        date(2024, 12, 25),
    )  # half-open: to the end of 24 December


def test_the_status_all_is_the_population_planned_for_on_the_last_day_and_no_sum(shared: Path) -> None:
    everyone = only(recorded(shared, "hapi.needs"), measure="stock", place="SDN")
    assert (everyone["value"], everyone["group"]) == (50_990_034, "people")
    assert (everyone["start"], everyone["end"]) == (date(2024, 12, 24), date(2024, 12, 24))
    assert everyone["method"] == "last-day@1"


def test_a_sector_stands_in_the_facet_and_the_intersectoral_figure_is_not_their_sum(shared: Path) -> None:
    found = asked(recorded(shared, "hapi.needs"), measure="need", place="SDN")
    wash = found.filter(F.facet == "sector=WSH").get_column("value").to_list()
    sectors = found.filter(F.facet.is_not_null()).get_column("value").sum()
    assert wash == [18_982_714]
    assert sectors > 24_786_370 * 4  # sectors overlap: added up, four times the people in need


def test_women_stand_in_the_column_of_sex_and_other_categories_in_the_facet(shared: Path) -> None:
    reading = recorded(shared, "hapi.needs")
    assert only(reading, measure="need", place="SD01001", sex="female")["value"] == 304_673
    assert only(reading, measure="need", place="SD01001", facet="category=Children")["value"] == 297_212
    assert only(reading, measure="target", place="SD01001", facet="category=Hostcommunities")["locator"] == "row 58"


def test_a_row_that_ocha_marks_as_an_error_is_set_aside_with_its_own_sentence(shared: Path) -> None:
    rejected = recorded(shared, "hapi.needs").rejected
    assert rejected.select("row", "column", "rule", "why").rows() == [
        (30, "error", "publisher", "No cluster for entity 7454"),
        (31, "error", "publisher", "No cluster for entity 7454"),
    ]


def test_the_first_shape_of_the_service_with_sex_and_age_reads_alike() -> None:
    reading = read(
        "hapi.needs", answer(need(gender="f", age_range="0-17", population_group="IDP", sector_code="Intersectoral"))
    )
    girls = only(reading, sex="female")
    assert (girls["age_from"], girls["age_to"], girls["facet"]) == (0, 18, "group=IDP")


# presence


def test_acted_works_on_food_security_in_awsi_and_two_organisations_do(shared: Path) -> None:
    reading = recorded(shared, "hapi.presence")
    acted = only(reading, place="ET0201", facet="org=ACTED;sector=FSC")
    assert (acted["value"], acted["unit"], acted["method"], acted["locator"]) == (
        1,
        "organisations",
        "published",
        "row 3",
    )
    food = only(reading, place="ET0201", facet="sector=FSC")
    assert (food["value"], food["method"]) == (3, "presence@1")  # ACTED, VSF-G, WVI
    assert food["locator"] == "row 3+row 18+row 19"


def test_two_spellings_under_one_acronym_are_one_organisation(shared: Path) -> None:
    reading = recorded(shared, "hapi.presence")
    assert (
        only(reading, place="ET0201", facet="org=I1D;sector=PRO")["locator"] == "row 9"
    )  # Imagen 1 Day; row 11 Imagine 1 Day
    assert only(reading, place="ET0201", facet="sector=PRO")["value"] == 1
    assert reading.superseded == 1


def test_a_warning_is_read_and_told(shared: Path) -> None:
    assert recorded(shared, "hapi.presence").notes == ("3 records carry a warning of OCHA's and are read",)


def test_an_organisation_without_an_acronym_goes_by_its_name() -> None:
    record = {
        "location_code": "TCD",
        "admin_level": 0,
        "org_acronym": "",
        "org_name": "Aide = Espoir",
        "sector_code": "HEA",
    }
    assert only(read("hapi.presence", answer(record)), method="published")["facet"] == "org=Aide Espoir;sector=HEA"


# places


def test_a_unit_without_a_p_code_stays_at_the_country_with_its_name() -> None:
    record = need(admin_level=2, provider_admin1_name="Darfur", provider_admin2_name="Um; Dukhun", admin1_code="SD06")
    figure = only(read("hapi.needs", answer(record)))
    assert (figure["place"], figure["facet"]) == ("SDN", "location=Darfur / Um Dukhun;sector=WSH")


def test_a_record_of_a_level_that_names_no_place_there_is_set_aside() -> None:
    reading = read("hapi.needs", answer(need(), need(admin_level=2, sector_code="EDU")))
    assert reading.rejected.select("row", "rule").rows() == [(2, "place")]
    assert "neither a p-code nor a name" in reading.rejected.item(0, "why")


def test_a_p_code_that_is_none_is_set_aside() -> None:
    reading = read("hapi.needs", answer(need(), need(admin_level=1, admin1_code="north-east")))
    assert reading.rejected.select("row", "column", "found").rows() == [(2, "place", "north-east")]


def test_p_codes_tell_the_country_of_a_table_that_has_none(shared: Path) -> None:
    reading = read("hapi.food-security", (shared / "subnational/ethiopia/ipc_hapi.csv").read_bytes())
    assert reading.notes == ("the table names no country; its 8 p-codes of admin 1 are of ETH",)
    assert only(reading, place="ETH", start=date(2020, 10, 1), facet=None)["value"] == 52_987_400
    assert reading.rejected.get_column("rule").unique().to_list() == ["place"]


def test_a_table_whose_p_codes_are_of_several_countries_must_name_them() -> None:
    head = "admin1_code,admin_level,ipc_phase,ipc_type,population_in_phase,reference_period_start,reference_period_end"
    rows = [f"{code},1,all,current,5,2021-05-01,2021-06-30" for code in ("ET01", "SD01")]
    with pytest.raises(SourceError, match=r"no location_code and its p-codes are of ETH, SDN"):
        read("hapi.food-security", "\n".join([head, *rows]).encode())


# funding, food security, population, IDPs


def test_afghanistan_asked_for_a_billion_and_was_given_half(shared: Path) -> None:
    reading = recorded(shared, "hapi.funding")
    plan = {"place": "AFG", "facet": "plan=HAFG20"}
    assert only(reading, measure="requirement", **plan)["value"] == 1_131_050_820
    given = only(reading, measure="funding", **plan)
    assert (given["value"], given["unit"], given["group"], given["locator"]) == (
        564_467_765,
        "USD",
        "money",
        "row 1#funding_usd",
    )


def test_money_outside_of_plans_is_funding_and_no_requirement(shared: Path) -> None:
    outside = asked(recorded(shared, "hapi.funding"), place="AFG", facet="plan=Not specified")
    assert outside.select("measure", "value").rows() == [("funding", 146_123_534)]
    assert recorded(shared, "hapi.funding").empty == 4  # three outside of plans, one plan without a requirement


def test_phases_three_to_five_make_three_plus_and_one_to_five_everyone_analysed(shared: Path) -> None:
    found = asked(recorded(shared, "hapi.food-security"), place="ETH", start=date(2021, 5, 1))
    people = dict(found.select(F.facet.fill_null("all"), "value").rows())
    assert people["phase=3plus"] == 16_756_345
    assert sum(people[f"phase={phase}"] for phase in (3, 4, 5)) == pytest.approx(16_756_345, abs=10)  # rounded by area
    assert sum(people[f"phase={phase}"] for phase in range(1, 6)) == pytest.approx(people["all"], abs=10)


def test_one_period_projected_by_two_analyses_is_two_figures(shared: Path) -> None:
    reading = recorded(shared, "hapi.food-security")
    summer = {"place": "ETH", "start": date(2021, 7, 1), "end": date(2021, 10, 1)}
    assert only(reading, **summer, facet="period=projected;phase=3plus")["value"] == 7_386_290
    assert only(reading, **summer, facet="period=second-projected;phase=3plus")["value"] == 3_995_157


def test_of_two_analyses_of_one_place_and_period_the_one_of_more_people_holds(shared: Path) -> None:
    reading = read("hapi.food-security", (shared / "subnational/ethiopia/ipc_hapi.csv").read_bytes())
    may = asked(reading, place="ETH", start=date(2021, 5, 1), facet=None)
    assert may.get_column("value").to_list() == [56_346_877]  # not 8,980,967 of Afar, Amhara and Tigray alone
    assert reading.superseded == 65


def test_children_under_five_and_everyone_in_haut_lomami(shared: Path) -> None:
    reading = recorded(shared, "hapi.population")
    assert only(reading, place="CD73", sex="female", age_from=0, age_to=5)["value"] == 426_787
    everyone = only(reading, place="CD73", sex="all", age_from=0, age_to=None)
    assert (everyone["value"], everyone["end"], everyone["method"]) == (4_074_329, date(2020, 12, 31), "last-day@1")


def test_idps_are_told_by_round_operation_and_assessment_under_ioms_terms(shared: Path) -> None:
    reading = recorded(shared, "hapi.idps")
    facet = "assessment=BA;operation=Countrywide monitoring;round=6"
    figure = only(reading, place="HTI", facet=facet)
    assert (figure["value"], figure["group"], figure["counter"]) == (245_890, "idps-any", "iom")  # invented
    assert (figure["licence"], figure["method"]) == ("IOM-DTM", "published")
    assert IDPS.licence == "IOM-DTM"


# refugees, returnees, risk (invented)


def test_refugees_from_sudan_in_chad_stand_at_the_end_of_the_year_and_returns_in_the_year() -> None:
    stock = only(read("hapi.refugees", SYNTHETIC["hapi.refugees"]), sex="female")
    assert (stock["origin"], stock["place"], stock["end"], stock["age_to"]) == ("SDN", "TCD", date(2024, 12, 31), 5)
    flow = only(read("hapi.returnees", SYNTHETIC["hapi.returnees"]))
    assert (flow["measure"], flow["group"], flow["start"], flow["end"]) == ("flow", "returned-refugees", date(2024, 1, 1), date(2025, 1, 1))  # fmt: skip
    assert flow["method"] == "published"


def test_people_in_refugee_like_situations_are_not_counted_among_refugees_twice() -> None:
    reading = read("hapi.refugees", answer(refugees(), refugees(population_group="ROC", population=70)))
    assert only(reading, facet="kind=refugee-like")["value"] == 70
    assert only(reading, facet=None)["value"] == 1200


def test_people_without_a_country_are_unhcrs_own_words() -> None:
    assert only(read("hapi.refugees", answer(refugees(origin_location_code="UNK"))))["origin"] == "XXX"


def test_all_groups_together_are_no_group_and_the_groups_beside_them_are_read() -> None:
    reading = read("hapi.refugees", answer(refugees(), refugees(population_group="all", population=9000)))
    assert only(reading)["value"] == 1200
    assert reading.rejected.select("row", "rule").row(0) == (2, "sum")
    assert "all groups together, which overlap" in reading.rejected["why"][0]


def test_risk_is_told_whole_and_by_dimension() -> None:
    reading = read("hapi.risk", SYNTHETIC["hapi.risk"])
    assert only(reading, facet=None)["value"] == 7.1
    assert only(reading, facet="dimension=lack of coping capacity")["locator"] == "/data/0#coping_capacity_risk"


# answers


def test_a_pointer_leads_into_the_page_the_record_stands_on() -> None:
    pages = joined([answer(need()), answer(need(sector_code="EDU"))])
    assert only(read("hapi.needs", pages), facet="sector=EDU")["locator"] == "/1/data/0"


@given(st.sampled_from([12, "12", " 12 ", "12.0", 12.0]), st.sampled_from([None, "", "-"]), st.booleans())
def test_numbers_and_blanks_of_any_type_read_alike(number: object, nothing: object, full: bool) -> None:
    reading = read("hapi.needs", answer(need(population=number if full else nothing)))
    assert (reading.figures.get_column("value").to_list(), reading.empty) == (([12.0], 0) if full else ([], 1))


def test_the_same_figure_twice_is_told_once_and_with_two_values_never() -> None:
    same = read("hapi.needs", answer(need(), need()))
    assert (same.figures.height, same.superseded) == (1, 1)
    other = read("hapi.needs", answer(need(), need(population=11), need(sector_code="EDU")))
    assert other.rejected.select("row", "rule").rows() == [(1, "twice"), (2, "twice")]
    assert other.figures.get_column("facet").to_list() == ["sector=EDU"]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"population": -1}, "is negative"),
        ({"population": "many"}, "is text where a number belongs"),
        ({"location_code": "Sudan"}, "is no country"),
        ({"population_status": "PIN"}, "is not one of AFF, INN"),
    ],
)
def test_wrong_cells_are_named(cells: dict[str, object], told: str) -> None:
    with pytest.raises(FigureError, match=told):
        read("hapi.needs", answer(need(**cells)))


def test_a_date_that_is_none_is_named() -> None:
    record = need() | YEAR | {"reference_period_end": "soon"}
    with pytest.raises(FigureError, match="reference_period_end soon is no date"):
        read("hapi.needs", json.dumps({"data": [record]}).encode())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (answer(need())[:-30], "is cut off"),
        (b"<html><body>Service unavailable</body></html>", "is a web page"),
        (b"", "is empty"),
        (b'{"detail": "Invalid app_identifier"}', "has no 'data' but the fields detail"),
        (b'{"data": []}', "holds no records"),
        (b'{"data": [1]}', "records 1 of 1 are no records"),
        (answer({"location_code": "SDN", "sector": "WSH", "population_status": "INN", "population": 1}), "no sector_code"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        read("hapi.needs", data)


def test_a_new_field_is_told_and_not_read() -> None:
    assert read("hapi.needs", answer(need(severity=4))).notes == ("fields that are not read: severity",)


# asking


def test_a_question_is_asked_by_country_and_dates_and_polled_until_ready() -> None:
    (request,) = ask(NEEDS, Question(first=2023, last=2024, country="SDN"))
    assert request.url == "https://hapi.humdata.org/api/v2/affected-people/humanitarian-needs"
    assert request.params == {
        "output_format": "json", "limit": "10000", "offset": "0", "location_code": "SDN", "start_date": "2023-01-01", "end_date": "2024-12-31",
    }  # fmt: skip
    assert request.polled
    assert [key.as_name for key in request.keys] == ["app_identifier"]
    assert "app_identifier" not in request.address


def test_a_country_is_asked_for_as_origin_and_as_asylum_and_none_for_all() -> None:
    first, second = ask(REFUGEES, Question(first=2024, last=2024, country="SDN"))
    assert (first.params["origin_location_code"], second.params["asylum_location_code"]) == ("SDN", "SDN")
    (whole,) = ask(FUNDING, Question(first=2024, last=2024))
    assert "location_code" not in whole.params
    with pytest.raises(AskError, match="has no parts"):
        ask(RISK, Question(first=2024, last=2024, part="hazard"))


def test_pages_follow_by_offset_until_one_is_not_full() -> None:
    (request,) = ask(POPULATION, Question(first=2024, last=2024))
    full = json.dumps({"data": [{}] * 10_000}).encode()
    second = following(request, full)
    assert second is not None
    assert (second.params["offset"], second.polled) == ("10000", True)
    assert following(second, b'{"data": [{}]}') is None
    assert following(second, b'{"data": []}') is None


def test_a_service_that_gives_fewer_at_once_than_it_did_is_asked_for_the_rest() -> None:
    (request,) = ask(POPULATION, Question(first=2024, last=2024))
    second = following(request, json.dumps({"data": [{}] * 5000}).encode())
    assert second is not None
    assert second.params["offset"] == "5000"


def test_every_source_says_whose_it_is_and_how_a_key_is_come_by() -> None:
    for source in (NEEDS, PRESENCE, FUNDING, FOOD, POPULATION, IDPS, REFUGEES, RETURNEES, RISK):
        assert source.credit
        assert source.keys[0].variable == "QANAT_KEY_HAPI"
    assert FOOD.licence == "CC-BY-NC-SA-3.0-IGO"


def test_the_document_stays_as_it_was(shared: Path) -> None:
    data = (shared / RECORDED["hapi.funding"]).read_bytes()
    first, again = read("hapi.funding", data), read("hapi.funding", data)
    assert first.figures.equals(again.figures)
    assert first.figures.select(pl.col("source").unique()).item() == "hapi.funding@2026-06-25"
