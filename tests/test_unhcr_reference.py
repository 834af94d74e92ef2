"""UNHCR's nowcasting, footnotes, countries and regions: what is asked, and what recorded answers say."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from qanat.edition.places import places
from qanat.errors import AskError, FigureError, SourceError
from qanat.sources import demographics, idmc, unhcr
from qanat.sources.asking import by_file, nowcasting, reference
from qanat.sources.record import Adapter
from qanat.sources.request import Question
from qanat.sources.unhcr_nowcast import ADAPTERS as NOWCASTS
from qanat.sources.unhcr_nowcast import NOWCAST, nowcast
from qanat.sources.unhcr_reference import ADAPTERS as REFERENCES
from qanat.sources.unhcr_reference import (
    COUNTRY_LIST,
    FOOTNOTE,
    REGION,
    Footnote,
    countries,
    footnotes,
    footnotes_of,
    read_countries,
    read_footnotes,
    read_regions,
    regions,
    year_spans,
)
from tests.reading import answer, asked, only, paper

FOLDER = "fixtures/unhcr_population_api"
RECORDED: dict[str, str] = {NOWCAST.id: f"{FOLDER}/nowcasting.json"}
AUGUST = date(2026, 8, 31)
CODES = places().codes()


def month(place: str, **cells: object) -> dict[str, object]:
    """A country's record of nowcasting, as the service writes it."""
    return {
        "year": 2026, "coo_iso": "-", "coa_iso": place, "refugees": 10, "asylum_seekers": "-", "source": "Government", "month": "August",
    } | cells  # fmt: skip


def note(**cells: object) -> dict[str, object]:
    return {"footnote": "A note.", "year": "2025", "coo_iso": "", "coa_iso": "DEU", "population_type": "REF"} | cells


@pytest.fixture(scope="module")
def notes(shared: Path) -> tuple[Footnote, ...]:
    return footnotes((shared / FOLDER / "footnotes.json").read_bytes(), CODES)[0]


def test_the_month_is_a_stock_of_its_last_day_and_not_yet_validated(shared: Path) -> None:
    reading = nowcast((shared / RECORDED[NOWCAST.id]).read_bytes(), paper(NOWCAST), places=CODES)
    germany = only(reading, group="refugees", place="DEU")
    assert (germany["value"], germany["start"], germany["end"]) == (2_652_400, AUGUST, AUGUST)
    assert (germany["status"], germany["basis"], germany["facet"]) == (
        "provisional", None, "series=nowcasting;told-by=Government",
    )  # fmt: skip
    assert germany["locator"] == "/items/1#refugees"
    assert (reading.rows, reading.accepted, reading.empty) == (4, 4, 0)


def test_the_worlds_number_is_unhcrs_own_estimate(shared: Path) -> None:
    reading = nowcast((shared / RECORDED[NOWCAST.id]).read_bytes(), paper(NOWCAST), places=CODES)
    world = only(reading, group="asylum-seekers", place="WLD")
    assert (world["value"], world["status"], world["basis"], world["origin"]) == (8_917_756, "estimated", "model", None)


def test_february_of_a_leap_year_ends_on_the_29th_and_a_dash_is_nothing() -> None:
    reading = nowcast(answer(month("DEU", year="2028", month="February", refugees="12")), paper(NOWCAST))
    assert only(reading)["end"] == date(2028, 2, 29)
    assert only(reading)["value"] == 12
    assert reading.empty == 1


def test_a_month_that_is_none_is_told() -> None:
    with pytest.raises(FigureError, match=r"month = 'Agust': is not one of January, .*did you mean 'August'"):
        nowcast(answer(month("DEU", month="Agust")), paper(NOWCAST))


def test_a_field_that_changed_its_name_is_told_with_the_new_one() -> None:
    record = month("DEU")
    record["asylumSeekers"] = record.pop("asylum_seekers")
    with pytest.raises(SourceError, match=r"have no asylum_seekers \(renamed to asylumSeekers\?\)"):
        nowcast(answer(record), paper(NOWCAST))


def test_free_text_of_years_is_read_into_spans() -> None:
    assert year_spans("2015 - 2018, 2020 - 2024") == ((2015, 2018), (2020, 2024))
    assert year_spans("2025") == ((2025, 2025),)
    for wrong in ("since 2015", "2018 - 2015", "", "2015-18", "2015 - "):
        with pytest.raises(AskError, match="are no years"):
            year_spans(wrong)


def test_a_blank_country_of_a_footnote_is_any_country(notes: tuple[Footnote, ...]) -> None:
    assert (notes[0].origin, notes[0].place) == (None, "DEU")
    assert (notes[4].origin, notes[4].place, notes[4].years) == ("PSE", None, ((2015, 2018), (2020, 2024)))
    assert "resettled" in notes[4].groups


def test_the_footnotes_of_syrians_in_lebanon_name_the_governments_estimate(notes: tuple[Footnote, ...]) -> None:
    found = footnotes_of(notes, place="LBN", year=2024, group="refugees", origin="SYR")
    assert [one.text for one in found] == ["The Lebanese government estimates that 1.5 million Syrians are in Lebanon."]


def test_a_figure_over_all_origins_has_the_notes_on_each_and_the_general_ones_last(notes: tuple[Footnote, ...]) -> None:
    turkey = footnotes_of(notes, place="TUR", year=2018, group="refugees")
    assert [one.at for one in turkey] == ["/items/1", "/items/4"]
    assert footnotes_of(notes, place="TUR", year=2017, group="idps", origin="TUR") == ()
    everywhere = footnotes_of(notes, place="KEN", year=2020, group="stateless", origin="XXA")
    assert [one.at for one in everywhere] == ["/items/3"]


def test_a_footnote_that_cannot_be_read_is_set_aside_with_its_rule() -> None:
    data = answer(note(), note(year="since 2015"), note(coa_iso="QQQ"), note(population_type="REF,XYZ"))
    found, aside = footnotes(data, CODES)
    assert len(found) == 1
    assert aside.select("row", "column", "rule").rows() == [
        (2, "year", "year"), (3, "coa_iso", "country"), (4, "population_type", "word"),
    ]  # fmt: skip
    reading = read_footnotes(data, paper(FOOTNOTE), places=CODES)
    assert (reading.rows, reading.accepted, reading.figures.height) == (4, 1, 0)


def test_footnotes_of_which_none_can_be_read_are_refused() -> None:
    with pytest.raises(FigureError, match="year since 2015 is no year"):
        footnotes(answer(note(year="since 2015")))


def test_unhcrs_codes_are_compared_with_the_houses_and_what_differs_is_told(shared: Path) -> None:
    data = (shared / FOLDER / "countries.json").read_bytes()
    found, differing = countries(data, places())
    rows = {row["code"]: row for row in found.iter_rows(named=True)}
    assert (rows["AUS"]["iso3"], rows["AUS"]["iso2"]) == ("AUT", "AT")
    assert rows["CUW"]["name"] == "Curacao"  # published with a blank at its end
    assert (rows["UKN"]["iso3"], rows["UKN"]["iso2"]) == ("XXX", None)  # published as UK
    assert [told.split(" is ")[0] for told in differing] == ["UNHCR's code CRB", "UNHCR's code SGS"]
    reading = read_countries(data, paper(COUNTRY_LIST))
    assert (reading.rows, reading.figures.height) == (23, 0)
    assert reading.notes[0] == "23 records of a reference table, no figures"


def test_the_six_regions(shared: Path) -> None:
    data = (shared / FOLDER / "regions.json").read_bytes()
    assert dict(regions(data).iter_rows())[7] == "Europe"
    assert read_regions(data, paper(REGION)).rows == 6


def test_an_answer_without_records_and_one_of_another_shape_are_told(shared: Path) -> None:
    with pytest.raises(SourceError, match="holds no records"):
        read_regions((shared / FOLDER / "empty.json").read_bytes(), paper(REGION))
    with pytest.raises(SourceError, match="has no 'items' but the fields error"):
        read_regions(json.dumps({"error": "x"}).encode(), paper(REGION))


def test_nowcasting_is_asked_for_the_world_and_for_every_country_without_years() -> None:
    world, every = nowcasting(NOWCAST, Question(first=2026, last=2026))
    assert world.params == {"cf_type": "ISO", "limit": "10000", "page": "1"}
    assert every.params == {**world.params, "coa_all": "true"}
    (one,) = nowcasting(NOWCAST, Question(first=2026, last=2026, country="DEU"))
    assert one.params == {**world.params, "coa": "DEU"}
    (table,) = reference(FOOTNOTE, Question(first=2026, last=2026))
    assert table.params == world.params


def test_every_endpoint_of_unhcr_and_every_table_of_idmc_has_an_adapter_that_can_be_asked() -> None:
    every: tuple[Adapter, ...] = (
        *unhcr.ADAPTERS, *demographics.ADAPTERS, *idmc.ADAPTERS, *NOWCASTS, *REFERENCES,
    )  # fmt: skip
    question = Question(first=2025, last=2025)
    for adapter in every:
        if adapter.source.service:
            assert all(request.url == adapter.source.url for request in adapter.ask(adapter.source, question))
        else:
            with pytest.raises(AskError, match="comes as a file only"):
                adapter.ask(adapter.source, question)
    assert len(every) == 14
    assert asked(nowcast(answer(month("DEU")), paper(NOWCAST))).height == 1
    with pytest.raises(AskError, match="--from FILE"):
        by_file(idmc.SEX_AGE, question)
