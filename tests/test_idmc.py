"""IDMC's database: people displaced at the end of a year and movements during it, by cause, hazard, sex and age."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qanat.errors import SourceError
from qanat.figures import F, require
from qanat.jobs.pull import pull
from qanat.jobs.pull_asked import Means, PullRequest
from qanat.jobs.tracing import trace
from qanat.sources import idmc
from qanat.sources.asking import following, gidd, last_updated
from qanat.sources.fetch import Recorded
from qanat.sources.record import Reading
from qanat.sources.request import Question
from qanat.store import Ask, Memory
from tests.reading import RETRIEVED, bounds, csv, only, paper

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
    last = replace(second, params={**second.params, "offset": "22113"})
    assert following(last, (shared / "fixtures/idmc/gidd_disasters_lastpage.json").read_bytes()) is None


def test_the_database_says_when_it_was_updated(shared: Path) -> None:
    assert last_updated((shared / "fixtures/idmc/gidd_conflicts_page0.json").read_bytes()) == "2025-05-13"
    assert last_updated(b"[]") is None


def event(country: str, people: int, hazard: str = "Flood", year: int = 2024) -> dict[str, object]:
    """A disaster as the service writes it, without the columns that are not read."""
    return {
        "iso3": country, "year": year, "hazard_type_name": hazard, "start_date": f"{year}-05-01", "new_displacement": people,
        "total_displacement": None,
    }  # fmt: skip


def page(*events: dict[str, object], count: int, more: bool) -> bytes:
    """A page of the service: `next` is an address that repeats the client's name, or null on the last."""
    told = {"last_updated": "2025-05-13", "count": count, "next": "https://x/?client_id=SECRET" if more else None}
    return json.dumps(told | {"previous": None, "results": list(events)}).encode()


def pulled(*pages: bytes) -> Memory:
    """A store into which the database's disasters were pulled, page by page."""
    asked = gidd(idmc.DISASTER, Question(first=2024, last=2024))
    answers: dict[str, bytes] = {}
    for data in pages:
        answers[asked[-1].address] = data
        onward = following(asked[-1], data)
        asked += [onward] if onward else []
    line, now = Recorded(answers, RETRIEVED), datetime(2026, 11, 24, tzinfo=UTC)
    store = Memory()
    pull(
        PullRequest(source=idmc.DISASTER.id, years="2024"),
        store,
        Means(lines=lambda _: line, now=now, say=lambda _: None),
    )
    return store


def test_events_of_one_year_are_added_up_over_the_pages_that_cut_them_apart() -> None:
    """The database has some twenty pages of a thousand events; a country's year may begin on one and end on the next."""
    first = page(event("PHL", 100), event("PHL", 40, "Storm"), count=4, more=True)
    store = pulled(first, page(event("PHL", 7), event("TCD", 1), count=4, more=False))
    found = store.get(Ask(place="PHL", groups=("idps-disaster-new",)))
    assert dict(found.select("facet", "value").rows()) == {None: 147, "hazard=Flood": 107, "hazard=Storm": 40}
    assert found.get_column("known").unique().to_list() == [date(2025, 5, 13)]  # as its pages say
    floods = found.row(by_predicate=F.facet == "hazard=Flood", named=True)
    (document,) = trace(f"{floods['run']}:{floods['row']}", store)["documents"]
    assert [json.loads(one)["new_displacement"] for one in document["passages"]] == ["100", "7"]


def test_nothing_is_added_up_of_a_year_of_which_an_event_was_set_aside() -> None:
    """A sum that lacks an event nobody could read would look like any other."""
    sound = [event("PHL", 100 + at, year=2000 + at) for at in range(15)] + [
        event("TCD", 3, year=2001),
        event("TCD", 4),
    ] * 50
    broken = [event("PHL", -5, year=2003), event("TCD", 9) | {"year": "soon"}]
    data = page(*sound, *broken, count=len(sound) + 2, more=False)
    reading = idmc.disaster(data, paper(idmc.DISASTER, data))
    moved = require(reading.figures).filter(F.measure == "flow", F.facet.is_null())
    assert 2003 not in moved.get_column("start").dt.year().to_list()
    assert set(moved.get_column("place")) == {"PHL"}
    assert reading.notes == ("records were set aside, so nothing is added up of PHL 2003, TCD",)
    assert reading.rows == reading.accepted + 2


def test_a_page_alone_is_read_and_says_that_it_is_not_all(shared: Path) -> None:
    alone = idmc.disaster((shared / "fixtures/idmc/gidd_disasters_page0.json").read_bytes(), paper(idmc.DISASTER))
    assert alone.notes[0].startswith("the database has 22,119 records and 6 of them are here")
    whole = idmc.conflict((shared / "fixtures/idmc/gidd_conflicts_page0.json").read_bytes(), paper(idmc.CONFLICT))
    assert whole.notes == ()


def test_pages_that_do_not_hold_as_many_events_as_they_say_are_refused() -> None:
    """A database renewed while it is read may skip events or send them twice."""
    with pytest.raises(SourceError, match="says it has 5 records and sent 3"):
        pulled(
            page(event("PHL", 100), event("PHL", 40), count=5, more=True), page(event("PHL", 7), count=5, more=False)
        )


def test_pages_handed_over_as_files_are_added_up_too(tmp_path: Path) -> None:
    pages = (page(event("PHL", 100), count=2, more=True), page(event("PHL", 7), count=2, more=False))
    files = tuple(tmp_path / f"page{at}.json" for at in range(2))
    for file, data in zip(files, pages, strict=True):
        file.write_bytes(data)
    store = Memory()
    means = Means(lines=lambda _: Recorded({}, RETRIEVED), now=datetime(2026, 11, 24, tzinfo=UTC), say=lambda _: None)
    pull(PullRequest(source=idmc.DISASTER.id, files=files), store, means)
    (total,) = store.get(Ask(place="PHL", measure="flow", uncut=True)).get_column("value")
    assert total == 107
