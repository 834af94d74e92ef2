"""IPC: people by phase of acute food insecurity, of countries, groups and areas, now and projected."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qanat.errors import AskError, FigureError, SourceError
from qanat.figures import F, require
from qanat.sources.ipc import ADAPTERS, ANALYSES, AREAS, NATIONAL, analyses, areas, ask, ask_analyses, national
from qanat.sources.ipc_areas import POPULATION, population
from qanat.sources.pages import joined
from qanat.sources.record import Reading
from qanat.sources.request import Question
from tests.reading import asked, csv, only, paper

RECORDED: dict[str, str] = {
    "ipc.population": "fixtures/ipc/population_country-ET.json",
    "ipc.national": "fixtures/ipc/ipc_eth_national_long.csv",
    "ipc.areas": "fixtures/ipc/ipc_eth_area_wide_latest.csv",
}
MAY = date(2021, 5, 1)
MERGED = "analysis=25133691"


@pytest.fixture(scope="module")
def ethiopia(shared: Path) -> Reading:
    data = (shared / RECORDED["ipc.population"]).read_bytes()
    return population(data, paper(POPULATION, data))


def analysis(**cells: object) -> dict[str, Any]:
    """An analysis in the shape of the service, invented: ten people, one in each of the phases 1 to 4, none in 5."""
    phases = {f"phase{phase}_population": 1 for phase in range(1, 5)} | {"phase5_population": 0}
    return {
        "id": "1", "country": "SO", "analysis_date": "Jan 2024", "current_period_dates": "Jan 2024 - Mar 2024", "projected_period_dates": "",
        "second_projected_period_dates": "", "estimated_population": 10, "p3plus": 2, **phases,
    } | cells  # fmt: skip


def read(*found: dict[str, Any]) -> Reading:
    data = json.dumps(found).encode()
    return population(data, paper(POPULATION, data))


def test_sixteen_million_of_fifty_six_million_analysed_are_in_phase_three_or_worse(ethiopia: Reading) -> None:
    everyone = only(ethiopia, facet=MERGED, start=MAY)
    assert (everyone["value"], everyone["place"], everyone["end"]) == (56_346_877, "ETH", date(2021, 7, 1))
    assert (everyone["status"], everyone["measure"]) == ("estimated", "classified")
    worse = only(ethiopia, facet=f"{MERGED};phase=3plus")
    assert (worse["value"], worse["locator"]) == (16_756_345, "/0#p3plus")


def test_three_plus_is_the_sum_of_its_phases_and_never_beside_them(ethiopia: Reading) -> None:
    found = asked(ethiopia, start=MAY).filter(F.facet.str.starts_with(f"{MERGED};phase="))
    people = dict(found.select(F.facet.str.slice(-1), "value").rows())
    assert 12_072_236 + 4_331_214 + 352_896 == people["3"] + people["4"] + people["5"] == 16_756_346
    assert only(ethiopia, facet=f"{MERGED};phase=3plus")["value"] == 16_756_345  # rounded by area, so one person less


def test_a_projection_has_its_own_period(ethiopia: Reading) -> None:
    projected = only(ethiopia, facet=f"{MERGED};period=projected;phase=3plus")
    assert (projected["value"], projected["start"], projected["end"]) == (
        7_386_290,
        date(2021, 7, 1),
        date(2021, 10, 1),
    )


def test_groups_and_the_areas_under_them_have_names_only_and_stay_at_the_country(ethiopia: Reading) -> None:
    tigray = only(ethiopia, facet=f"{MERGED};location=Tigray", start=MAY)
    assert (tigray["value"], tigray["place"], tigray["locator"]) == (
        5_765_914,
        "ETH",
        "/0/groups/0#estimated_population",
    )
    cluster = only(ethiopia, facet=f"{MERGED};location=Tigray / North western, cluster 1;phase=4", start=MAY)
    assert (cluster["value"], cluster["locator"]) == (647_117, "/0/groups/0/areas/0#phase4_population")


def test_two_analyses_of_one_month_are_told_apart_by_their_number(ethiopia: Reading) -> None:
    assert only(ethiopia, facet="analysis=24026108", start=MAY)["value"] == 8_980_967
    assert ethiopia.rows == ethiopia.accepted == 14  # two analyses, four groups, eight areas


def test_zeros_of_a_period_without_dates_are_no_figures(ethiopia: Reading) -> None:
    assert require(ethiopia.figures).filter(F.facet.str.contains("second-projected")).is_empty()


def test_counts_are_read_from_texts_and_shares_are_not_stored(ethiopia: Reading) -> None:
    texts = read(analysis(estimated_population="10", p3plus="2", phase5_population=""))
    assert only(texts, facet="analysis=1")["value"] == 10
    assert texts.empty == 1
    assert ethiopia.figures.filter((F.value > 0) & (F.value < 1)).is_empty()


def test_a_country_goes_by_its_two_letters_and_an_unknown_one_is_set_aside() -> None:
    reading = read(analysis(), analysis(id="2", country="QQ"))
    assert reading.figures.get_column("place").unique().to_list() == ["SOM"]
    assert reading.rejected.select("row", "column", "found", "rule").unique().rows() == [
        (2, "country", "QQ", "country")
    ]


def test_a_period_that_is_no_span_of_months_is_set_aside() -> None:
    reading = read(analysis(), analysis(id="2", current_period_dates="Deyr season"))
    assert reading.rejected.select("row", "rule").unique().rows() == [(2, "period")]
    assert reading.accepted == 1


def test_a_leap_february_ends_on_the_first_of_march_half_open() -> None:
    figure = only(read(analysis(current_period_dates="Feb 2024")), facet="analysis=1")
    assert (figure["start"], figure["end"]) == (date(2024, 2, 1), date(2024, 3, 1))


def test_several_answers_joined_are_read_as_one() -> None:
    one, two = (json.dumps([analysis(id=number)]).encode() for number in ("1", "2"))
    reading = population(joined([one, two]), paper(POPULATION))
    assert only(reading, facet="analysis=2")["locator"] == "/1/0#estimated_population"


def test_the_long_table_says_the_same_as_the_service(shared: Path, ethiopia: Reading) -> None:
    data = (shared / RECORDED["ipc.national"]).read_bytes()
    table = national(data, paper(NATIONAL, data))
    for phase in ("", ";phase=3plus", ";phase=5"):
        row = only(table, facet=f"analysis=May 2021{phase}")
        assert row["value"] == only(ethiopia, facet=f"{MERGED}{phase}", start=MAY)["value"]


def test_of_two_analyses_of_one_month_in_the_table_the_wider_holds(shared: Path) -> None:
    data = (shared / RECORDED["ipc.national"]).read_bytes()
    table = national(data, paper(NATIONAL, data))
    assert (table.rows, table.accepted, table.superseded) == (60, 46, 14)
    assert 8_980_967.0 not in table.figures.get_column("value")


def test_phases_of_the_narrower_analysis_never_fill_up_those_the_wider_lacks() -> None:
    head = "Date of analysis,Country,Total country population,Validity period,From,To,Phase,Number"
    lead = "May 2021,ETH,1,current,2021-05-01,2021-06-30"
    wider, narrower = (
        {"all": 100, "3+": 20, "1": 60, "2": 20},
        {"all": 50, "3+": 30, "1": 10, "2": 10, "3": 15, "4": 15, "5": 0},
    )
    data = csv(head, *(f"{lead},{phase},{number}" for one in (wider, narrower) for phase, number in one.items()))
    reading = national(data, paper(NATIONAL, data))
    assert asked(reading).get_column("value").to_list() == list(wider.values())
    assert (reading.accepted, reading.superseded) == (len(wider), len(narrower))


def test_the_wide_table_gives_every_area_by_phase_and_period(shared: Path) -> None:
    data = (shared / RECORDED["ipc.areas"]).read_bytes()
    table = areas(data, paper(AREAS, data))
    cluster = only(table, facet="analysis=May 2021;location=Tigray / Eastern, cluster 2;period=projected;phase=5")
    assert (cluster["value"], cluster["locator"]) == (34_487, "row 3#Phase 5 number first projection")
    southern = asked(table, start=date(2021, 7, 1)).filter(F.facet.str.contains("Tigray / Southern"))
    assert southern.get_column("value").to_list() == [770_447]  # analysed, its phases not told: empty, not zero
    assert (table.rows, table.accepted, table.empty) == (60, 60, 180)


def test_the_stricter_of_two_licences_is_kept() -> None:
    for adapter in ADAPTERS:
        assert adapter.source.licence == "CC-BY-NC-SA-3.0-IGO"
        assert "public domain" in (adapter.source.caution or "")


def test_the_list_of_analyses_is_read_as_records_and_gives_no_figures(shared: Path) -> None:
    data = (shared / "fixtures/ipc/analyses_type-A.json").read_bytes()
    found = analyses(data)
    assert (found[0].id, found[0].country, found[0].year, found[0].created) == (
        "12166797",
        "AFG",
        2017,
        date(2018, 1, 5),
    )
    listing = next(one for one in ADAPTERS if one.source is ANALYSES)
    reading = listing.read(data, paper(ANALYSES, data))
    assert (reading.rows, reading.accepted, reading.figures.height) == (6, 6, 0)


def test_a_country_is_asked_for_by_its_two_letters_with_a_key() -> None:
    (request,) = ask(POPULATION, Question(first=2021, last=2021, country="ETH"))
    assert (request.url, request.params) == ("https://api.ipcinfo.org/population", {"country": "ET"})
    assert [(key.as_name, key.sent) for key in request.keys] == [("key", "parameter")]
    (listing,) = ask_analyses(ANALYSES, Question(first=2021, last=2021))
    assert listing.address == "https://api.ipcinfo.org/analyses?type=A"
    for country in (None, "WLD"):
        with pytest.raises(AskError, match=r"one country at a time|no two-letter code"):
            ask(POPULATION, Question(first=2021, last=2021, country=country))


@pytest.mark.parametrize("cells", [{"p3plus": "-1"}, {"phase1_population": "many"}])
def test_wrong_numbers_are_named(cells: dict[str, object]) -> None:
    with pytest.raises(FigureError, match=r"is negative|is text where a number belongs"):
        read(analysis(**cells))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (json.dumps([analysis()]).encode()[:-40], "is cut off"),
        (b"<!DOCTYPE html><html>", "is a web page"),
        (b'{"error": "Invalid key"}', "holds the fields error where records belong"),
        (b"[]", "holds no records"),
        (json.dumps([{("phase_5_population" if k == "phase5_population" else k): v for k, v in analysis().items()}]).encode(), r"no phase5_population \(renamed to phase_5_population\?\)"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        population(data, paper(POPULATION))


def test_figures_keep_the_order_of_the_document(ethiopia: Reading) -> None:
    assert ethiopia.figures.get_column("locator").head(2).to_list() == ["/0#estimated_population", "/0#p3plus"]
    assert ethiopia.figures.select(pl.col("counter").unique()).item() == "ipc"
