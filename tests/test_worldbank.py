"""The World Bank's indicators: people, money and income by country and year."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from qanat.edition.places import places
from qanat.errors import AskError, FigureError, SourceError
from qanat.sources import worldbank
from qanat.sources.record import Reading
from qanat.sources.request import Question
from qanat.sources.worldbank_ask import INDICATORS, ask, following, last_updated
from tests.reading import asked, only, paper

RECORDED: Final[dict[str, str]] = {"worldbank.indicators": "fixtures/worldbank/indicators_indicatorsh.json"}


def record(indicator: str, iso3: str, year: int, value: object, iso2: str = "") -> dict[str, object]:
    """An invented record in the service's shape."""
    return {
        "indicator": {"id": indicator, "value": "in words"}, "country": {"id": iso2, "value": iso3}, "countryiso3code": iso3,
        "date": str(year), "value": value, "unit": "", "obs_status": "", "decimal": 0,
    }  # fmt: skip


def answer(*records: dict[str, object], pages: int = 1, page: int = 1) -> bytes:
    facts = {
        "page": page,
        "pages": pages,
        "per_page": 1000,
        "total": len(records),
        "sourceid": "2",
        "lastupdated": "2025-10-07",
    }
    return json.dumps([facts, list(records) or None]).encode()


def read(*records: dict[str, object]) -> Reading:
    return worldbank.indicators(answer(*records), paper(worldbank.SOURCE), places=places().codes())


def test_afghanistan_had_37_172_386_people_in_the_middle_of_2018(shared: Path) -> None:
    data = (shared / RECORDED["worldbank.indicators"]).read_bytes()
    reading = worldbank.indicators(data, paper(worldbank.SOURCE, data), places=places().codes())
    people = only(reading, place="AFG")
    assert (people["value"], people["group"], people["measure"]) == (37_172_386, "people", "stock")
    assert (people["start"], people["end"], people["status"]) == (date(2018, 7, 1), date(2018, 7, 1), "estimated")
    assert people["locator"] == "/1/1/0"  # the recording has the answer's two parts inside another two
    assert reading.notes == ("the World Bank says it was last updated 2019-10-02",)
    assert (reading.rows, reading.accepted) == (1, 1)


def test_countries_that_do_not_exist_and_indicators_that_are_not_read_are_refused(shared: Path) -> None:
    for name, fault in (
        ("indicators_indicatorst", "'XYZ': is no country"),
        ("indicators_indicators1", "'SG.LAW.CHMR'"),
    ):
        data = (shared / f"fixtures/worldbank/{name}.json").read_bytes()
        with pytest.raises(FigureError, match=fault):
            worldbank.indicators(data, paper(worldbank.SOURCE), places=places().codes())


def test_one_country_unknown_among_many_is_set_aside_by_name() -> None:
    many = [record("SP.POP.TOTL", "AFG", year, 1) for year in range(1960, 2020)]
    reading = read(*many, record("SP.POP.TOTL", "XYZ", 2020, 1))
    assert reading.rejected.row(0)[:4] == (61, "iso3", "XYZ", "country")
    assert (reading.rows, reading.accepted, reading.figures.height) == (61, 60, 60)


def test_regions_are_no_places_and_the_notes_say_how_many_there_were() -> None:
    reading = read(*(record("SP.POP.TOTL", code, 2023, 5) for code in ("WLD", "SSF", "EUU", "LIC", "SDN")))
    assert asked(reading).get_column("place").to_list() == ["SDN"]
    assert reading.notes[0] == "4 records speak of regions and groups of countries, which are no places here"


def test_kosovo_and_the_channel_islands_are_places_by_the_codes_of_the_edition() -> None:
    reading = read(record("SP.POP.TOTL", "XKX", 2023, 5), record("SP.POP.TOTL", "CHI", 2023, 6))
    assert sorted(asked(reading).get_column("place")) == ["XCX", "XKX"]


def test_a_record_without_a_code_of_three_letters_is_placed_by_its_two() -> None:
    assert only(read(record("SP.POP.TOTL", "", 2023, 5, iso2="SD")))["place"] == "SDN"


def test_a_value_that_is_null_is_empty_and_a_zero_is_a_zero() -> None:
    reading = read(record("SM.POP.REFG", "SDN", 2023, None), record("SM.POP.REFG", "CHL", 2023, 0))
    assert (reading.empty, reading.accepted) == (1, 2)
    assert only(reading)["value"] == 0


def test_refugees_are_of_year_end_with_palestine_refugees_and_those_from_a_country_are_counted_anywhere() -> None:
    reading = read(record("SM.POP.REFG", "JOR", 2023, 10), record("SM.POP.REFG.OR", "SYR", 2023, 20))
    there, theirs = only(reading, place="JOR"), only(reading, origin="SYR")
    assert (there["origin"], there["facet"], there["end"]) == (None, "with=palestine-refugees", date(2023, 12, 31))
    assert (theirs["place"], theirs["facet"]) == ("WLD", "with=palestine-refugees")


def test_net_migration_may_be_negative_and_counts_may_not() -> None:
    net = only(read(record("SM.POP.NETM", "SDN", 2023, -1_317_430)))
    assert (net["value"], net["measure"], net["start"], net["end"]) == (
        -1_317_430,
        "net-flow",
        date(2023, 1, 1),
        date(2024, 1, 1),
    )
    with pytest.raises(FigureError, match="count of people = '-5': is negative"):
        read(record("SM.POP.REFG", "SDN", 2023, -5))


def test_remittances_are_dollars_of_a_year_and_their_share_of_the_product_is_a_proportion() -> None:
    reading = read(
        record("BX.TRF.PWKR.CD.DT", "NPL", 2023, 11_000_000_000.5), record("BX.TRF.PWKR.DT.GD.ZS", "NPL", 2023, "26.6")
    )
    money, share = only(reading, unit="USD"), only(reading, unit="share")
    assert (money["value"], money["measure"], money["place"], money["origin"]) == (
        11_000_000_000.5,
        "remittances",
        "NPL",
        None,
    )
    assert share["value"] == pytest.approx(0.266)


def test_people_displaced_by_conflict_are_in_their_own_country() -> None:
    reading = read(record("VC.IDP.NWCV", "SDN", 2023, 6_000_000), record("VC.IDP.TOCV", "SDN", 2023, 9_000_000))
    moves, people = only(reading, group="idps-new"), only(reading, group="idps")
    assert (moves["unit"], moves["origin"], people["unit"], people["origin"]) == ("movements", "SDN", "people", "SDN")


def test_every_indicator_gives_a_sound_figure() -> None:
    reading = read(*(record(name, "SDN", 2023, 12) for name in INDICATORS))
    assert asked(reading).height == len(INDICATORS) == 11


def test_errors_that_come_with_status_200_are_told() -> None:
    refused = b'[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]'
    xml = b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><wb:error xmlns:wb="http://www.worldbank.org"/>'
    answers = [refused, xml, b"<html>", answer(), answer(record("SP.POP.TOTL", "SDN", 2023, 1))[:-9], b"{}", b"[1, 2]"]
    words = ["not valid", "an error in XML", "web page", "no records", "cut off", r"no \[facts", r"no \[facts"]
    for data, told in zip(answers, words, strict=True):
        with pytest.raises(SourceError, match=told):
            worldbank.indicators(data, paper(worldbank.SOURCE))


def test_fields_that_are_gone_are_named_together() -> None:
    renamed = record("SP.POP.TOTL", "SDN", 2023, 1)
    renamed["amount"], renamed["period"] = renamed.pop("value"), renamed.pop("date")
    with pytest.raises(SourceError, match="no date, no value but"):
        worldbank.indicators(answer(renamed), paper(worldbank.SOURCE))
    flat = record("SP.POP.TOTL", "SDN", 2023, 1) | {"country": "Sudan"}
    with pytest.raises(SourceError, match="no country with an id"):
        worldbank.indicators(answer(flat), paper(worldbank.SOURCE))


def test_two_pages_made_one_document_point_back_to_theirs() -> None:
    both = (
        b"["
        + answer(record("SP.POP.TOTL", "SDN", 2022, 1))
        + b",\n"
        + answer(record("SP.POP.TOTL", "SDN", 2023, 2))
        + b"]"
    )
    reading = worldbank.indicators(both, paper(worldbank.SOURCE))
    assert only(reading, end=date(2023, 7, 1))["locator"] == "/1/1/0"


def test_a_question_asks_for_json_of_the_indicators_source_page_by_page() -> None:
    (first,) = ask(worldbank.SOURCE, Question(first=2000, last=2025, country="SDN", part="SM.POP.NETM"))
    assert first.url == "https://api.worldbank.org/v2/en/country/SDN/indicator/SM.POP.NETM"
    assert first.params == {"format": "json", "source": "2", "date": "2000:2025", "per_page": "1000", "page": "1"}
    every = ask(worldbank.SOURCE, Question(first=2000, last=2025))
    assert [request.url.rpartition("/")[2] for request in every] == list(INDICATORS)
    assert all("/country/all/" in request.url for request in every)
    second = following(first, answer(record("SM.POP.NETM", "SDN", 2023, 1), pages=2))
    assert second is not None
    assert second.params["page"] == "2"
    assert following(second, answer(record("SM.POP.NETM", "SDN", 2023, 1), pages=2, page=2)) is None


def test_an_indicator_that_is_not_read_is_refused_with_the_nearest() -> None:
    with pytest.raises(AskError, match=r"did you mean SM\.POP\.NETM"):
        ask(worldbank.SOURCE, Question(first=2000, last=2025, part="SM.POP.NETMIG"))


def test_an_answer_without_a_page_count_is_no_end(shared: Path) -> None:
    (first,) = ask(worldbank.SOURCE, Question(first=2018, last=2018, part="SP.POP.TOTL"))
    assert following(first, (shared / RECORDED["worldbank.indicators"]).read_bytes()) is None
    with pytest.raises(SourceError, match="how many pages"):
        following(first, b'[{"message":[{"id":"120"}]}]')


def test_the_answer_says_when_it_was_updated() -> None:
    assert last_updated(answer(record("SP.POP.TOTL", "SDN", 2023, 1))) == "2025-10-07"
    assert last_updated(b"{}") is None
