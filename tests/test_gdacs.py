"""GDACS: disaster events and people exposed, from the recorded feed and from a list written by hand in the service's shape."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qanat.errors import AskError, FigureError, SourceError
from qanat.figures import require
from qanat.sources.gdacs import EVENTS, FEED, ask, ask_feed, events, feed, following
from qanat.sources.passage import passages
from qanat.sources.record import Reading
from qanat.sources.request import Question
from tests.reading import asked, only, paper

RECORDED: dict[str, str] = {"gdacs.feed": "fixtures/gdacs/rss.xml"}


def event(**cells: object) -> dict[str, Any]:
    """An event in the shape of the service's list, invented."""
    return {
        "type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]},
        "properties": {
            "eventtype": "FL", "eventid": 7, "episodeid": 1, "alertlevel": "Orange", "istemporary": "false", "iscurrent": "True",
            "fromdate": "2024-05-01T00:00:00", "todate": "2024-05-09T12:00:00", "iso3": "KEN", "country": "Kenya", "affectedcountries": [],
        } | cells,
    }  # fmt: skip


def page(*found: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": found}).encode()


SYNTHETIC: dict[str, bytes] = {"gdacs.events": page(event())}


def read(*found: dict[str, Any]) -> Reading:
    return events(page(*found), paper(EVENTS))


@pytest.fixture(scope="module")
def recorded(shared: Path) -> Reading:
    data = (shared / RECORDED["gdacs.feed"]).read_bytes()
    return feed(data, paper(FEED, data))


def test_an_earthquake_off_alaska_is_one_event_of_green_alert(recorded: Reading) -> None:
    quake = only(recorded, measure="event", facet="alert=Green;event=EQ1457082;hazard=EQ")
    assert (quake["value"], quake["unit"], quake["group"], quake["place"]) == (1, "events", "disasters", "USA")
    assert (quake["start"], quake["end"]) == (date(2024, 12, 10), date(2024, 12, 11))
    assert (quake["status"], quake["locator"]) == ("provisional", "/rss/channel/item[1]")


def test_people_exposed_are_a_number_of_the_feeds_own_and_not_people_affected(recorded: Reading) -> None:
    exposed = asked(recorded, measure="exposed")
    assert exposed.get_column("value").to_list() == [
        204,
        372,
    ]  # population value="204", value="372"; the title says "Few people"
    assert exposed.select("facet", "basis", "status", "locator").row(0) == (
        "alert=Green;band=in MMI≥III;event=EQ1457082;hazard=EQ", "model", "estimated", "/rss/channel/item[1]#population",
    )  # fmt: skip


def test_a_number_of_people_exposed_is_found_again_in_its_attribute(shared: Path) -> None:
    (found,) = passages((shared / RECORDED["gdacs.feed"]).read_bytes(), "/rss/channel/item[1]#population", FEED)
    assert json.loads(found)["population@value"] == "204"


def test_a_feed_without_a_number_gives_no_people(shared: Path) -> None:
    data = (shared / RECORDED["gdacs.feed"]).read_bytes().replace(b'value="204"', b'value=""')
    reading = feed(data, paper(FEED))
    assert asked(reading, measure="exposed").get_column("value").to_list() == [372]
    assert (reading.rows, reading.accepted) == (2, 2)


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!doctype rss SYSTEM "file:///etc/passwd">',
        '<! ENTITY x "y">',
    ],
)
def test_xml_that_declares_anything_is_never_parsed(declared: str) -> None:
    bomb = f'<?xml version="1.0"?>{declared}<rss><channel><item>&b;</item></channel></rss>'
    with pytest.raises(SourceError, match="it was not parsed"):
        feed(bomb.encode(), paper(FEED))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<rss><channel><item>", "cut off or no XML"),
        (b"<html><body>down</body></html>", "not an RSS feed"),
        (b"\xff\xfe<\x00r\x00s\x00s\x00", "is not UTF-8"),
        (b"", "cut off or no XML"),
        (b"<rss><channel><item><title>A</title></item></channel></rss>", "no gdacs:eventtype, no gdacs:eventid"),
    ],
)
def test_what_is_no_feed_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        feed(data, paper(FEED))


def test_truth_is_read_from_texts_of_any_case() -> None:
    assert only(read(event()))["status"] == "provisional"
    assert only(read(event(iscurrent="FALSE")))["status"] == "counted"
    assert only(read(event(iscurrent="false", istemporary="True")))["status"] == "provisional"
    assert only(read(event(iscurrent=False)))["status"] == "counted"


def test_a_flood_of_nine_days_lasts_nine_days() -> None:
    flood = only(read(event()))
    assert (flood["start"], flood["end"], flood["locator"]) == (date(2024, 5, 1), date(2024, 5, 10), "/features/0")


def test_an_event_in_several_countries_is_counted_in_each_and_says_so() -> None:
    beside = [{"iso2": "SO", "iso3": "SOM", "countryname": "Somalia"}, {"iso3": "ETH"}]
    reading = read(event(iso3="", affectedcountries=beside))
    assert asked(reading).select("place", "facet").rows() == [
        ("ETH", "alert=Orange;countries=ETH+SOM;event=FL7;hazard=FL"),
        ("SOM", "alert=Orange;countries=ETH+SOM;event=FL7;hazard=FL"),
    ]
    assert (reading.rows, reading.accepted) == (1, 1)


def test_an_event_that_names_no_country_is_set_aside() -> None:
    reading = read(event(), event(eventid=8, iso3=""))
    assert reading.rejected.select("row", "rule").rows() == [(2, "country")]
    assert "no affected countries" in reading.rejected.item(0, "why")


def test_the_newest_episode_of_an_event_holds() -> None:
    reading = read(event(episodeid=9, alertlevel="Green"), event(episodeid=10, alertlevel="Red"))
    assert only(reading)["facet"] == "alert=Red;event=FL7;hazard=FL"
    assert (reading.rows, reading.accepted, reading.superseded) == (2, 1, 1)


@pytest.mark.parametrize(
    "cells", [{"alertlevel": "Purple"}, {"eventtype": "TS"}, {"fromdate": "yesterday"}, {"iso3": "Kenya"}]
)
def test_wrong_cells_are_named(cells: dict[str, object]) -> None:
    with pytest.raises(FigureError, match=r"is not one of|is no date|is no country"):
        read(event(**cells))


def test_the_list_is_asked_for_by_month_and_paged_while_pages_are_full() -> None:
    found = ask(EVENTS, Question(first=2024, last=2024))
    assert len(found) == 12
    assert found[1].params == {
        "eventlist": "EQ;TC;FL;VO;DR;WF", "alertlevel": "Green;Orange;Red", "fromdate": "2024-02-01", "todate": "2024-02-29", "pagesize": "100", "pagenumber": "1",
    }  # fmt: skip
    second = following(found[0], page(*[event()] * 100))
    assert second is not None
    assert second.params["pagenumber"] == "2"
    assert following(second, page(event())) is None
    with pytest.raises(AskError, match="has no parts"):
        ask(EVENTS, Question(first=2024, last=2024, part="EQ"))
    (one,) = ask_feed(FEED, Question(first=2024, last=2024))
    assert one.address == "https://www.gdacs.org/xml/rss.xml"


def test_figures_of_both_keep_the_rules_of_the_house(recorded: Reading) -> None:
    require(recorded.figures)
    require(events(SYNTHETIC["gdacs.events"], paper(EVENTS)).figures)
