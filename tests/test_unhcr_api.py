"""UNHCR's service: what is asked of it, page by page, and how its answers are read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from qanat.errors import AskError, SourceError
from qanat.sources import demographics, unhcr
from qanat.sources.asking import PARAMETERS, every_page, following, request
from qanat.sources.asking import unhcr as asked_of_unhcr
from qanat.sources.fetch import Recorded
from qanat.sources.pages import joined
from qanat.sources.request import Answer, Question, Request
from tests.reading import answer, asked, bounds, only, pair, paper

RECORDED: dict[str, str] = {
    f"unhcr.{name}": f"fixtures/unhcr_population_api/{name}.json"
    for name in ("population", "demographics", "asylum-applications", "asylum-decisions", "solutions", "unrwa", "idmc")
}
YEARS = Question(first=2024, last=2025)
EMPTY_CELLS: dict[str, object] = dict.fromkeys(
    ("asylum_seekers", "returned_refugees", "idps", "returned_idps", "stateless", "ooc", "oip", "hst"), "-"
)


def test_iso_codes_and_both_years_are_always_asked_for() -> None:
    for source in (unhcr.POPULATION, unhcr.UNRWA, demographics.DEMOGRAPHICS):
        (first,) = asked_of_unhcr(source, YEARS)
        assert first.params["cf_type"] == "ISO"
        assert (first.params["yearFrom"], first.params["yearTo"]) == ("2024", "2025")
        assert (first.params["coo_all"], first.params["coa_all"]) == ("true", "true")
        assert set(first.params) <= set(PARAMETERS)


def test_demographics_are_asked_for_by_type_or_the_service_adds_the_types_up() -> None:
    assert asked_of_unhcr(demographics.DEMOGRAPHICS, YEARS)[0].params["ptype_show"] == "true"
    assert "ptype_show" not in asked_of_unhcr(unhcr.POPULATION, YEARS)[0].params


def test_a_country_is_asked_for_as_origin_and_as_asylum_never_with_a_list_that_all_would_override() -> None:
    own, there = asked_of_unhcr(unhcr.POPULATION, Question(first=2025, last=2025, country="SDN"))
    assert (own.params["coo"], "coo_all" in own.params, own.params["coa_all"]) == ("SDN", False, "true")
    assert (there.params["coa"], "coa_all" in there.params, there.params["coo_all"]) == ("SDN", False, "true")


def test_a_misspelt_parameter_is_refused_since_the_service_would_ignore_it() -> None:
    with pytest.raises(AskError, match=r"yearfrom.*did you mean 'yearFrom'"):
        request(unhcr.POPULATION, {"yearfrom": "2024", "yearTo": "2025"})


def test_a_lone_year_is_refused_since_the_service_would_send_every_year() -> None:
    with pytest.raises(AskError, match="go together"):
        request(unhcr.POPULATION, {"yearFrom": "2024"})


def test_every_page_is_fetched_once_and_in_order() -> None:
    (first,) = asked_of_unhcr(unhcr.POPULATION, YEARS)
    second = following(first, answer(pages=3))
    assert second is not None
    third = following(second, answer(pages=3, page=2))
    assert third is not None
    assert following(third, answer(pages=3, page=3)) is None
    recorded = Recorded(
        {one.address: answer(pages=3, page=at) for at, one in enumerate((first, second, third), 1)}, date(2026, 11, 24)
    )
    told: list[str] = []
    answers = every_page(recorded, first, told.append)
    assert [one.address for one in answers] == recorded.asked == [first.address, second.address, third.address]
    assert len(told) == 2


def test_an_empty_answer_has_no_next_page() -> None:
    (first,) = asked_of_unhcr(unhcr.POPULATION, YEARS)
    assert following(first, answer(pages=0)) is None


def test_a_service_that_sends_one_page_again_and_again_is_found_out() -> None:
    (first,) = asked_of_unhcr(unhcr.POPULATION, YEARS)

    class Looping:
        def fetch(self, request: Request) -> Answer:
            return Answer(address=request.address, data=answer(pages=9), retrieved=date(2026, 11, 24))

    with pytest.raises(SourceError, match="page 2 is page 1 once more; the service repeats itself"):
        every_page(Looping(), first)


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_the_same_records_under_another_page_s_number_are_found_out(kind: str) -> None:
    """A service that does not know its parameter `page` may still write it into the envelope."""
    (first,) = asked_of_unhcr(unhcr.POPULATION, YEARS)
    records = [pair("SDN", "TCD", refugees=at) for at in range(3)]

    class Deaf:
        def fetch(self, request: Request) -> Answer:
            page = int(request.params["page"])
            told = answer(*records, pages=9, page=page) if kind == "json" else b"page,x\n1,2\n3,4" + b"\n" * page
            return Answer(address=request.address, data=told, retrieved=date(2026, 11, 24))

    def onward(asked: Request, _: bytes) -> Request:
        return replace(asked, params={**asked.params, "page": str(int(asked.params["page"]) + 1)})

    with pytest.raises(SourceError, match="page 2 is page 1 once more"):
        every_page(Deaf(), first, after=onward)


def test_pages_that_only_begin_and_end_alike_are_different_pages() -> None:
    (first,) = asked_of_unhcr(unhcr.POPULATION, YEARS)
    ends = pair("SDN", "TCD", refugees=5)
    pages = [answer(ends, pair("SDN", "EGY", refugees=at), ends, pages=3, page=at) for at in (1, 2, 3)]
    asked = [replace(first, params={**first.params, "page": str(at)}) for at in (1, 2, 3)]
    answers = {one.address: page for one, page in zip(asked, pages, strict=True)}
    assert [one.data for one in every_page(Recorded(answers, date(2026, 11, 24)), first)] == pages


def test_a_service_that_pages_without_end_is_left() -> None:
    (first,) = asked_of_unhcr(unhcr.POPULATION, YEARS)

    class Endless:
        def fetch(self, request: Request) -> Answer:
            page = int(request.params["page"])
            return Answer(
                address=request.address, data=answer(pages=1_000_000, page=page), retrieved=date(2026, 11, 24)
            )

    with pytest.raises(SourceError, match="more than 500 pages"):
        every_page(Endless(), first)


def test_several_pages_are_read_as_one_document() -> None:
    first = answer(pair("SDN", "TCD", refugees=1_330_950, **EMPTY_CELLS), pages=2)
    second = answer(pair("SYR", "DEU", refugees=668_647, **EMPTY_CELLS), pages=2, page=2)
    whole = joined([first, second])
    reading = unhcr.population(whole, paper(unhcr.POPULATION, whole))
    assert asked(reading, group="refugees").select("origin", "value").rows() == [("SDN", 1_330_950), ("SYR", 668_647)]
    assert (reading.rows, reading.empty) == (2, 16)
    assert first in whole
    assert second in whole


def test_a_dash_is_nothing_and_never_zero(shared: Path) -> None:
    reading = unhcr.population(
        (shared / "fixtures/unhcr_population_api/population.json").read_bytes(), paper(unhcr.POPULATION)
    )
    germany = asked(reading, origin="SYR", place="DEU", end=date(2024, 12, 31))
    assert "other-in-need" not in germany.get_column("group").to_list()
    assert only(reading, group="stateless", origin="SYR", place="DEU", end=date(2024, 12, 31))["value"] == 0


def test_int_and_text_cells_are_the_same_number(shared: Path) -> None:
    reading = unhcr.population(
        (shared / "fixtures/unhcr_population_api/population.json").read_bytes(), paper(unhcr.POPULATION)
    )
    found = only(reading, group="refugees", origin="SYR", place="DEU", end=date(2024, 12, 31))
    assert found["value"] == 725_102
    assert bounds(only(reading, group="stateless", origin="SYR", place="DEU", end=date(2024, 12, 31))) == (0, 2, 1)


def test_rows_the_service_sums_have_no_origin_or_the_world_as_place(shared: Path) -> None:
    folder = shared / "fixtures/unhcr_population_api"
    reading = unhcr.population((folder / "population.json").read_bytes(), paper(unhcr.POPULATION))
    world = only(reading, group="refugees", origin=None, place="WLD", end=date(2024, 12, 31))
    assert (world["value"], world["locator"]) == (30_958_200, "2024/-/-/refugees")
    abroad = only(reading, group="refugees", origin="SYR", place="WLD", end=date(2024, 12, 31))
    assert abroad["value"] == 5_952_174
    jordan = unhcr.unrwa((folder / "unrwa.json").read_bytes(), paper(unhcr.UNRWA))
    assert only(jordan, origin=None, place="JOR", end=date(2025, 12, 31))["value"] == 2_398_179


def test_a_sum_of_rounded_cells_has_no_bounds_of_a_single_one() -> None:
    cells = EMPTY_CELLS | {"refugees": 5, "stateless": 0}
    there = pair("SYR", "FJI", **cells)
    summed = there | dict.fromkeys(("coa_id", "coa_name", "coa", "coa_iso"), "-")
    reading = unhcr.population(answer(there, summed), paper(unhcr.POPULATION))
    assert bounds(only(reading, group="refugees", place="FJI")) == (3, 5, 1)
    assert bounds(only(reading, group="refugees", place="WLD")) == (None, None, None)
    assert bounds(only(reading, group="stateless", place="WLD")) == (None, None, None)


def test_a_country_of_idmc_that_the_service_sums_is_the_country_itself(shared: Path) -> None:
    reading = unhcr.idmc((shared / "fixtures/unhcr_population_api/idmc.json").read_bytes(), paper(unhcr.IDMC))
    syria = only(reading, origin="SYR", place="SYR", end=date(2024, 12, 31))
    assert (syria["value"], syria["locator"]) == (7_409_000, "2024/SYR/-/total")
    assert only(reading, origin=None, place="WLD", end=date(2025, 12, 31))["value"] == 68_653_080


def test_iso_codes_are_read_and_unhcrs_own_never(shared: Path) -> None:
    reading = unhcr.applications(
        (shared / "fixtures/unhcr_population_api/asylum-applications.json").read_bytes(), paper(unhcr.APPLICATION)
    )
    austria = asked(reading, origin="SYR", place="AUT")  # coa AUS, coa_iso AUT
    assert austria.get_column("value").to_list() == [13_214, 695]
    assert asked(reading, place="AUS").get_column("unit").to_list() == ["cases", "people"]  # coa AUL, coa_iso AUS


def test_cases_and_people_of_one_country_stay_apart(shared: Path) -> None:
    reading = unhcr.applications(
        (shared / "fixtures/unhcr_population_api/asylum-applications.json").read_bytes(), paper(unhcr.APPLICATION)
    )
    states = asked(reading, origin=None, place="USA").select("unit", "value", "facet").rows()
    assert states == [
        ("people", 45_394, "level=EO;procedure=G;type=N"),
        ("cases", 90_582, "level=IN;procedure=G;type=N"),
    ]


def test_people_without_a_country_are_told_by_unhcrs_code_where_the_iso_code_is_blank() -> None:
    tibetans = pair("TIB", "NPL", refugees=12_540, **EMPTY_CELLS) | {"coo_iso": ""}
    stateless = pair("STA", "DEU", refugees=900, **EMPTY_CELLS) | {"coo_iso": None}
    reading = unhcr.population(answer(tibetans, stateless), paper(unhcr.POPULATION))
    assert asked(reading, group="refugees").select("origin", "value").rows() == [("XTB", 12_540), ("XXA", 900)]


@pytest.mark.parametrize("most", [None, "many", True, []])
def test_an_answer_that_does_not_say_how_many_pages_there_are_is_not_taken_for_all(most: object) -> None:
    (first,) = asked_of_unhcr(unhcr.POPULATION, YEARS)
    told = answer(pair("SDN", "TCD", refugees=5)).replace(b'"maxPages": 1', f'"maxPages": {json.dumps(most)}'.encode())
    with pytest.raises(SourceError, match="does not say how many pages"):
        following(first, told)


def test_a_number_of_pages_written_as_a_text_is_read() -> None:
    (first,) = asked_of_unhcr(unhcr.POPULATION, YEARS)
    second = following(first, answer(pages=3).replace(b'"maxPages": 3', b'"maxPages": "3"'))
    assert second is not None
    assert second.params["page"] == "2"


def test_a_table_that_shrinks_while_it_is_read_is_refused_and_no_half_of_it_is_taken_for_all() -> None:
    (first,) = asked_of_unhcr(unhcr.POPULATION, YEARS)
    second = following(first, answer(pair("SDN", "TCD", refugees=5), pages=3))
    assert second is not None
    with pytest.raises(SourceError, match="page 2 and there are only 0 now"):
        following(second, answer(pages=0, page=2))
