"""UCDP's events: people killed, event by event, with the lowest and highest report."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from qanat.errors import AskError, FigureError, SourceError
from qanat.figures import F
from qanat.sources import ucdp
from qanat.sources.gleditsch_ward import STATES, numbers
from qanat.sources.packed import unpacked
from qanat.sources.record import Reading
from qanat.sources.request import Question
from qanat.sources.ucdp_ask import ask, ask_bulk, following
from tests.reading import PUBLISHED, RETRIEVED, asked, bounds, csv, only, paper
from tests.serving import says, serving

# invented events in the documented shape: no answer of the service with a token has been recorded
EVENT: Final[dict[str, object]] = {
    "id": 900001, "year": 2024, "type_of_violence": 1, "country": "Sudan", "country_id": 625, "adm_1": "Invented state", "date_prec": 2,
    "date_start": "2024-05-30 00:00:00.000", "date_end": "2024-06-02 00:00:00.000", "deaths_a": 1, "deaths_b": 2,
    "deaths_civilians": 3, "deaths_unknown": 1, "low": 5, "best": 7, "high": 12,
}  # fmt: skip


def page(*events: dict[str, object], pages: int = 1, following: str = "") -> bytes:
    told = {"TotalCount": len(events), "TotalPages": pages, "PreviousPageUrl": "", "NextPageUrl": following}
    return json.dumps(told | {"Result": list(events)}).encode()


RECORDED: Final[dict[str, str]] = {"ucdp.ged-bulk": "fixtures/ucdp/conflict_data_BGD.csv"}
SYNTHETIC: Final[dict[str, bytes]] = {"ucdp.ged": page(EVENT), "ucdp.candidate": page(EVENT)}


@pytest.fixture(scope="module")
def bangladesh(shared: Path) -> Reading:
    data = (shared / RECORDED["ucdp.ged-bulk"]).read_bytes()
    return ucdp.bulk(data, paper(ucdp.BULK, data))


def read(*events: dict[str, object]) -> Reading:
    return ucdp.events(page(*events), paper(ucdp.EVENTS))


def test_six_civilians_were_killed_at_rangamati_on_30_september_1989(bangladesh: Reading) -> None:
    everyone = only(bangladesh, facet="event=73855;type=3")
    assert (everyone["value"], everyone["group"], everyone["measure"], everyone["unit"]) == (
        6,
        "dead",
        "flow",
        "people",
    )
    assert (everyone["place"], everyone["start"], everyone["end"]) == ("BGD", date(1989, 9, 30), date(1989, 10, 1))
    assert bounds(everyone) == (6, 6, 1)
    assert only(bangladesh, facet="event=73855;killed=civilians;type=3")["value"] == 6
    assert everyone["locator"] == "row 3#best"  # the row of HXL tags is row 1


def test_a_row_of_hxl_tags_is_no_event(bangladesh: Reading) -> None:
    assert (bangladesh.rows, bangladesh.accepted, bangladesh.figures.height) == (11, 11, 22)


def test_an_event_in_which_perhaps_nobody_died_is_a_zero_that_may_be_one(bangladesh: Reading) -> None:
    perhaps = only(bangladesh, facet="event=73807;type=3")
    assert (perhaps["value"], *bounds(perhaps)) == (0, 0, 1, 1)


def test_an_event_of_several_days_runs_from_its_first_day_to_the_day_after_its_last() -> None:
    event = only(read(EVENT), facet="event=900001;type=1")
    assert (event["start"], event["end"], event["place"]) == (date(2024, 5, 30), date(2024, 6, 3), "SDN")
    assert (event["value"], *bounds(event), event["locator"]) == (7, 5, 12, 1, "/Result/0#best")


def test_candidate_events_are_provisional() -> None:
    reading = ucdp.candidates(page(EVENT), paper(ucdp.CANDIDATES))
    assert set(asked(reading).get_column("status")) == {"provisional"}


def test_the_last_record_of_an_event_replaces_the_earlier_ones() -> None:
    reading = read(EVENT, EVENT | {"best": 9}, EVENT | {"id": 900002})
    assert (reading.rows, reading.superseded, reading.accepted) == (3, 1, 2)
    assert only(reading, facet="event=900001;type=1")["value"] == 9


def test_numbers_texts_and_blanks_read_alike() -> None:
    texts: dict[str, object] = {name: str(value) for name, value in EVENT.items()}
    texts |= {"id": "900001.0", "deaths_civilians": "-"}
    reading = read(texts)
    assert only(reading, facet="event=900001;type=1")["value"] == 7
    assert (reading.empty, asked(reading, facet="event=900001;killed=civilians;type=1").height) == (1, 0)


def test_pages_made_one_document_point_back_to_their_page() -> None:
    both = b"[" + page(EVENT) + b",\n" + page(EVENT | {"id": 900002}) + b"]"
    assert only(ucdp.events(both, paper(ucdp.EVENTS)), facet="event=900002;type=1")["locator"] == "/1/Result/0#best"


def test_bounds_that_do_not_hold_the_best_estimate_are_left_out_and_noted() -> None:
    reading = read(EVENT | {"high": 6})
    assert bounds(only(reading, facet="event=900001;type=1")) == (None, None, None)
    assert reading.notes == ("1 intervals do not hold their best estimate and were left out",)


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"country_id": 999}, "country"),
        ({"date_start": "30 May"}, "date"),
        ({"date_end": "2024-05-01"}, "period"),
        ({"id": None}, "id"),
    ],
)
def test_an_event_that_cannot_be_placed_or_dated_is_set_aside_with_its_rule(
    cells: dict[str, object], rule: str
) -> None:
    reading = read(EVENT, EVENT | {"id": 900002} | cells)
    assert reading.rejected.get_column("rule").to_list() == [rule]
    assert (reading.rows, reading.accepted, reading.figures.height) == (2, 1, 2)


@pytest.mark.parametrize("cells", [{"best": -1}, {"best": "many"}, {"type_of_violence": 4}, {"low": 0.5}])
def test_a_page_with_more_than_one_wrong_cell_in_fifty_is_refused_whole(cells: dict[str, object]) -> None:
    with pytest.raises(FigureError):
        read(EVENT, EVENT | {"id": 900002} | cells)


def test_a_page_cut_off_a_web_page_a_renamed_field_and_a_refusal_are_told_apart() -> None:
    whole = page(EVENT)
    renamed = {("deaths_best" if name == "best" else name): value for name, value in EVENT.items()}
    answers = [whole[:-40], b"<html>", page(renamed), b'{"error": "no token"}', page(), b""]
    told = ["cut off", "web page", "no best", "no 'Result' but the fields error", "no records", "empty"]
    for answer, words in zip(answers, told, strict=True):
        with pytest.raises(SourceError, match=words):
            ucdp.events(answer, paper(ucdp.EVENTS))
    with pytest.raises(SourceError, match=r"no best \(renamed to beste\?\)"):
        ucdp.bulk(
            csv("id,type_of_violence,country_id,date_start,date_end,beste,low,high,deaths_civilians"), paper(ucdp.BULK)
        )


def test_the_bulk_file_reads_the_same_packed_and_unpacked(shared: Path, bangladesh: Reading) -> None:
    data = (shared / RECORDED["ucdp.ged-bulk"]).read_bytes()
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("GEDEvent_v19_1.csv", data)
    for packed in (box.getvalue(), gzip.compress(data)):
        assert ucdp.bulk(packed, paper(ucdp.BULK, data)).figures.equals(bangladesh.figures)


def test_a_packed_file_that_is_cut_or_grows_without_measure_is_refused() -> None:
    bomb = gzip.compress(b"0" * 3_000_000)
    with pytest.raises(SourceError, match="more than 2 MB"):
        unpacked(bomb, ucdp.BULK, most=2_000_000)
    with pytest.raises(SourceError, match="cut or damaged"):
        unpacked(bomb[:-20], ucdp.BULK)
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "0" * 3_000_000)
    with pytest.raises(SourceError, match="more than 2 MB"):
        unpacked(box.getvalue(), ucdp.BULK, most=2_000_000)
    with pytest.raises(SourceError, match="cut or damaged"):
        unpacked(box.getvalue()[:-30], ucdp.BULK)


def test_a_question_names_the_release_the_country_by_its_number_and_pages_from_nought() -> None:
    (first,) = ask(ucdp.EVENTS, Question(first=2020, last=2024, country="SDN"))
    assert first.url == "https://ucdpapi.pcr.uu.se/api/gedevents/25.1"
    assert first.params == {
        "pagesize": "1000", "page": "0", "StartDate": "2020-01-01", "EndDate": "2024-12-31", "Country": "625",
    }  # fmt: skip
    assert [key.as_name for key in first.keys] == ["x-ucdp-access-token"]
    assert "token" not in first.address
    (candidate,) = ask(ucdp.CANDIDATES, Question(first=2026, last=2026, part="26.0.10"))
    assert candidate.url.endswith("/26.0.10")
    (file,) = ask_bulk(ucdp.BULK, Question(first=1989, last=2024))
    assert (file.address, file.keys) == ("https://ucdp.uu.se/downloads/ged/ged251-csv.zip", ())


def test_a_release_or_country_that_ucdp_does_not_have_is_refused_before_it_costs_a_request() -> None:
    for question in (Question(first=2024, last=2024, part="25.0.10"), Question(first=2024, last=2024, country="PSE")):
        with pytest.raises(AskError):
            ask(ucdp.EVENTS, question)
    with pytest.raises(AskError):
        ask(ucdp.CANDIDATES, Question(first=2024, last=2024, part="24.0.13"))


@pytest.mark.parametrize(("status", "told"), [(404, r"UCDP has no release 27\.1, or not yet: name one that is out with --part"), (401, "token is not accepted: UCDP gives a token")])  # fmt: skip
def test_a_release_that_is_not_out_yet_and_a_wrong_token_are_explained(status: int, told: str) -> None:
    (first,) = ask(ucdp.EVENTS, Question(first=2026, last=2026))
    with serving(says(b"{}", status)) as service, pytest.raises(SourceError, match=told):
        service.live().fetch(replace(first, url=f"http://{service.host}/27.1", keys=()))


def test_the_next_page_is_asked_for_by_its_number_never_by_the_address_in_the_answer(shared: Path) -> None:
    (first,) = ask(ucdp.EVENTS, Question(first=2024, last=2024))
    second = following(first, page(EVENT, pages=2, following="https://elsewhere.example/?page=1"))
    assert second is not None
    assert (second.url, second.params["page"]) == (first.url, "1")
    assert following(second, page(EVENT, pages=2, following="https://elsewhere.example/?page=2")) is None
    assert following(first, (shared / "fixtures/ucdp/gedevents_page_synthetic.json").read_bytes()) is None
    with pytest.raises(SourceError, match="5,000"):
        following(first, b'{"error": "no token"}')


def test_states_are_numbered_as_gleditsch_and_ward_do() -> None:
    assert (STATES[771], STATES[490], STATES[816], numbers("YEM")) == ("BGD", "COD", "VNM", (678, 680))
    assert numbers("PSE") == ()


def test_countries_outside_the_list_given_are_set_aside() -> None:
    reading = ucdp.events(
        page(EVENT, EVENT | {"id": 2, "country_id": 700}), paper(ucdp.EVENTS), places=frozenset({"SDN"})
    )
    assert reading.rejected.get_column("rule").to_list() == ["country"]
    assert asked(reading).filter(F.place != "SDN").is_empty()


@pytest.mark.parametrize(
    "worse",
    [
        {}, {"best": None}, {"low": 9}, {"country_id": 999}, {"date_start": "soon"}, {"id": 900101}, {"deaths_civilians": None}, {"best": "-"},
    ],
)  # fmt: skip
def test_pages_read_together_are_read_as_each_alone(worse: dict[str, object]) -> None:
    """Whatever is amiss with one of a hundred events of one page."""
    told = [[EVENT | {"id": 900001 + 100 * at + n, "best": 5 + n % 5} for n in range(100)] for at in range(3)]
    told[1][7] |= worse
    pages = [page(*events) for events in told]
    given = [(data, ucdp.EVENTS.document(data, PUBLISHED, RETRIEVED)) for data in pages]
    many = next(one.many for one in ucdp.ADAPTERS if one.source is ucdp.EVENTS)
    assert many is not None
    for together, (data, document) in zip(many(given), given, strict=True):
        alone = ucdp.events(data, document)
        assert together.figures.equals(alone.figures)
        assert together.rejected.equals(alone.rejected)
        assert replace(together, figures=alone.figures, rejected=alone.rejected) == alone


def test_a_page_whose_numbers_are_all_unknown_is_read_with_the_others() -> None:
    document = ucdp.EVENTS.document(b"", PUBLISHED, RETRIEVED)
    many = next(one.many for one in ucdp.ADAPTERS if one.source is ucdp.EVENTS)
    assert many is not None
    found = many([(page(EVENT), document), (page(EVENT | {"best": None, "deaths_civilians": None}), document)])
    assert [(one.figures.height, one.rows, one.empty) for one in found] == [(2, 1, 0), (0, 1, 2)]


def test_one_page_of_many_that_is_cut_is_told() -> None:
    document = ucdp.EVENTS.document(b"", PUBLISHED, RETRIEVED)
    many = next(one.many for one in ucdp.ADAPTERS if one.source is ucdp.EVENTS)
    assert many is not None
    with pytest.raises(SourceError, match="is cut off"):
        many([(page(EVENT), document), (page(EVENT)[:200], document)])
