"""Pulling from UNHCR's service into a store, with recorded answers for a line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qanat.errors import AskError, CorrectionError, FigureError, NothingFound, SourceError, Unreachable
from qanat.jobs.pull import pull
from qanat.jobs.pull_asked import Means, PullRequest
from qanat.jobs.pulled import Pulled, read_all
from qanat.jobs.setaside import setaside
from qanat.reconcile.newest import newest
from qanat.sources import unhcr
from qanat.sources.asking import unhcr as asked
from qanat.sources.corrections import Correction
from qanat.sources.fetch import Recorded
from qanat.sources.hapi_ask import LIMIT
from qanat.sources.known import ADAPTERS, SOURCES, USUAL, chosen
from qanat.sources.request import Answer, Question
from qanat.store import Ask, Memory
from tests.reading import answer, pair

NOW = datetime(2026, 11, 24, tzinfo=UTC)
YEAR = {"reference_period_start": "2024-01-01T00:00:00", "reference_period_end": "2024-12-31T23:59:59"}
HNO = b'{"success": true, "result": {"name": "hno", "title": "Needs", "license_id": "cc-by-igo", "dataset_date": "", "resources": []}}'
UNRWA = PullRequest(source="unrwa", years="2025")


def line(*answers: bytes) -> Recorded:
    (first,) = asked(unhcr.UNRWA, Question(first=2025, last=2025))
    pages = {first.address.replace("page=1", f"page={at}"): data for at, data in enumerate(answers, 1)}
    return Recorded(pages, date(2026, 11, 24))


def silent(_: str) -> None:
    pass


def means(*answers: bytes, now: datetime = NOW, corrections: tuple[Correction, ...] = ()) -> Means:
    recorded = line(*answers)
    return Means(lines=lambda _: recorded, now=now, say=silent, corrections=corrections)


def test_every_page_is_kept_with_its_bytes() -> None:
    store = Memory()
    first = answer(pair("PSE", "JOR", total=2_398_179), pages=2)
    second = answer(pair("PSE", "LBN", total=500_000), pages=2, page=2)
    pull(UNRWA, store, means(first, second))
    assert store.get(Ask()).select("place", "value").rows() == [("JOR", 2_398_179), ("LBN", 500_000)]
    assert {store.bytes_of(document.sha256) for document in store.documents()} == {first, second}


def test_an_empty_answer_says_that_nothing_was_found() -> None:
    with pytest.raises(NothingFound, match=r"unhcr.unrwa: no figures for this question"):
        pull(UNRWA, Memory(), means(answer(pages=0)))


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (b"<html>busy</html>", SourceError),
        (answer(pair("PSE", "JOR", total=1))[:-40], SourceError),
        (answer(pair("PSE", "JOR", total="many")), FigureError),
        (answer(pair("PSE", "QQQ", total=1)), FigureError),
    ],
)
def test_a_bad_answer_leaves_the_store_as_it_was(bad: bytes, error: type[Exception]) -> None:
    store = Memory()
    with pytest.raises(error):
        pull(UNRWA, store, means(bad))
    assert store.runs() == []


def records(*values: object) -> bytes:
    return answer(*(pair("PSE", "JOR", year=2000 + at, total=value) for at, value in enumerate(values)))


def test_records_in_are_accepted_set_aside_and_superseded_together() -> None:
    store = Memory()
    (run,) = pull(UNRWA, store, means(records(*range(99), "many")))["runs"]
    assert (run["rows"], run["accepted"], run["rejected"], run["superseded"]) == (100, 99, 1, 0)
    left = setaside(run["run"], store)
    assert (left["records"], left["rows"][0]["row"], left["rows"][0]["rule"]) == (1, 100, "number")
    assert left["rows"][0]["source"] == run["source"]


def test_a_second_pull_says_what_changed_since_the_first() -> None:
    store = Memory()
    pull(UNRWA, store, means(records(10, 20, 30)))
    later = datetime(2026, 12, 24, tzinfo=UTC)
    (run,) = pull(UNRWA, store, means(records(10, 25, 30, 40), now=later))["runs"]
    changes = run["changes"]
    assert (changes["revised"], changes["new"], changes["gone"], changes["same"]) == (1, 1, 0, 2)
    assert (changes["before"], changes["after"]) == (20, 25)
    assert store.get(Ask(run=run["run"])).height == 4
    assert store.get(Ask()).height == 7  # the earlier vintage stays


def test_the_same_answer_on_another_day_is_known_already() -> None:
    store = Memory()
    pull(UNRWA, store, means(records(10)))
    (run,) = pull(UNRWA, store, means(records(10), now=datetime(2026, 12, 24, tzinfo=UTC)))["runs"]
    assert run["known"]
    assert len(store.runs()) == 1


def test_one_source_that_fails_does_not_keep_another_from_being_kept() -> None:
    store, good = Memory(), line(records(10))
    found = pull(PullRequest(years="2025"), store, Means(lines=lambda _: good, now=NOW, say=silent))
    assert [run["source"].split("@")[0] for run in found["runs"]] == ["unhcr.unrwa"]
    assert {one["source"] for one in found["failed"]} == set(USUAL) - {"unhcr.unrwa"}
    assert {one["exit_code"] for one in found["failed"]} == {5}


def test_a_declared_correction_is_made_told_and_guarded() -> None:
    mend = Correction(
        id="jordan", source="unhcr.unrwa", where={"place": "JOR"}, action="set", value=11.0, expect=10.0, reason="typing error",
        asked=date(2026, 11, 1), by="the desk", file="mine.toml",
    )  # fmt: skip
    store = Memory()
    (run,) = pull(UNRWA, store, means(records(10), corrections=(mend,)))["runs"]
    assert store.get(Ask()).get_column("value").to_list() == [11.0]
    assert run["corrections"] == [
        "jordan: 1 figure, set to 11 instead of 10 (typing error; the desk, asked 2026-11-01)"
    ]
    with pytest.raises(CorrectionError, match="it may have mended it"):
        pull(UNRWA, store, means(records(11), corrections=(mend,)))
    assert len(store.runs()) == 1


JORDAN = Correction(
    id="jordan", source="unhcr.unrwa", where={"place": "JOR"}, action="set", value=11.0, expect=10.0, reason="typing error",
    asked=date(2026, 11, 1), by="the desk", file="mine.toml",
)  # fmt: skip


def test_a_correction_takes_effect_on_answers_that_were_read_before_and_ends_when_it_is_taken_away() -> None:
    store = Memory()
    said: list[float] = []
    for declared in ((), (JORDAN,), (), (JORDAN,), (JORDAN,)):
        (run,) = pull(UNRWA, store, means(records(10), corrections=declared))["runs"]
        said += store.get(Ask()).get_column("value").to_list()
    assert said == [10.0, 11.0, 10.0, 11.0, 11.0]
    assert run["known"]  # the fifth time nothing was new
    assert run["figures"] == 1
    assert len(store.runs()) == 4  # each stays citable
    assert [store.get(Ask(run=one.id)).item(0, "value") for one in store.runs()] == [10.0, 10.0, 11.0, 11.0]


def test_a_correction_after_the_figure_was_published_leaves_what_was_published_for_the_days_before() -> None:
    store, later = Memory(), datetime(2026, 11, 26, tzinfo=UTC)
    pull(UNRWA, store, means(records(10)))
    asked_later = replace(JORDAN, asked=date(2026, 11, 25))
    (run,) = pull(UNRWA, store, means(records(10), now=later, corrections=(asked_later,)))["runs"]
    assert newest(store.get(Ask())).get_column("value").to_list() == [11.0]
    assert newest(store.get(Ask()), date(2026, 11, 24)).get_column("value").to_list() == [10.0]
    assert (run["figures"], run["changes"]["revised"]) == (2, 1)


def test_what_a_correction_drops_is_kept_aside_with_its_reason() -> None:
    store, drop = Memory(), replace(JORDAN, action="drop", value=None)
    pull(UNRWA, store, means(records(10)))
    (run,) = pull(UNRWA, store, means(records(10), corrections=(drop,)))["runs"]
    assert store.get(Ask()).is_empty()
    (left,) = setaside(run["run"], store)["rows"]
    assert (left["found"], left["rule"]) == ("10.0", "corrected.jordan@1")
    assert left["why"] == "dropped: typing error (the desk, asked 2026-11-01)"


def test_a_correction_that_fits_nothing_is_told() -> None:
    typed_wrong = replace(JORDAN, where={"place": "JRO"})
    (run,) = pull(UNRWA, Memory(), means(records(10), corrections=(typed_wrong, replace(JORDAN, source="unhcr.idmc"))))["runs"]  # fmt: skip
    assert run["corrections"] == []
    assert run["notes"][-1] == (
        "correction jordan (mine.toml) fits no figure here: another country or year was asked, or its `where` names none"
    )


@pytest.mark.parametrize(
    ("word", "ids"),
    [
        ("unhcr.unrwa", ["unhcr.unrwa"]),
        ("unrwa", ["unhcr.unrwa"]),
        ("unhcr", [name for name in ADAPTERS if name.startswith("unhcr.")]),
        (None, list(USUAL)),
    ],
)
def test_a_source_is_named_by_its_id_its_end_or_its_publisher(word: str | None, ids: list[str]) -> None:
    assert [adapter.source.id for adapter in chosen(word)] == ids


def test_a_source_that_is_none_names_the_nearest() -> None:
    with pytest.raises(AskError, match=r"did you mean 'unhcr.unrwa'\?"):
        chosen("unhcr.unwra")


def test_a_word_that_may_be_several_sources_names_them_also_where_it_is_misspelt() -> None:
    for word in ("population", "populatoin"):
        with pytest.raises(AskError, match=r"unhcr.population.*hapi.population.*ipc.population"):
            chosen(word)


def test_a_part_is_refused_where_a_source_has_none_and_explained_where_it_must_be_named() -> None:
    asked_of = {
        "eurostat.migr_imm1ctz": "has no parts; leave --part F out",
        "unrwa": "has no parts",
        "iom.missing-migrants": "has no parts",
    }
    for source, told in asked_of.items():
        with pytest.raises(AskError, match=told):
            pull(PullRequest(source=source, part="F"), Memory(), means())
    with pytest.raises(AskError, match=r"name it with --part \(a part is an appeal's number, as 943"):
        pull(PullRequest(source="fts.clusters"), Memory(), means())


def test_a_part_of_a_publisher_is_asked_of_its_sources_that_have_parts() -> None:
    nothing = Recorded({}, NOW.date())
    with pytest.raises(Unreachable):
        pull(
            PullRequest(source="fts", country="AFG", years="2020", part="943"),
            Memory(),
            Means(lines=lambda _: nothing, now=NOW, say=silent),
        )
    assert len(nothing.asked) == 2
    assert all("custom-search" in address and "planid=943" in address for address in nothing.asked)


def test_a_dataset_of_hdx_is_asked_for_by_its_name_without_a_country() -> None:
    with pytest.raises(AskError, match="one country or part at a time; name it with --country or --part"):
        pull(PullRequest(source="hdx.catalogue"), Memory(), means())
    shown = Recorded({"https://data.humdata.org/api/3/action/package_show?id=hno": HNO}, date(2026, 11, 24))
    found = pull(
        PullRequest(source="hdx.catalogue", part="hno"), Memory(), Means(lines=lambda _: shown, now=NOW, say=silent)
    )
    assert found["runs"][0]["notes"] == ["1 dataset, no figures; `qanat listed hdx.catalogue` shows them"]


def worldbank(*records: dict[str, object]) -> bytes:
    """An answer of the World Bank's service, which tells nothing as null."""
    return json.dumps(
        [{"page": 1, "pages": 1, "per_page": 1000, "total": len(records)}, list(records) or None]
    ).encode()


def test_a_question_of_several_requests_is_answered_where_one_of_them_has_nothing() -> None:
    requests = ADAPTERS["worldbank.indicators"].ask(
        SOURCES["worldbank.indicators"], Question(first=2024, last=2024, country="SDN")
    )
    people: dict[str, object] = {
        "indicator": {"id": "SP.POP.TOTL"},
        "country": {"id": "SD"},
        "countryiso3code": "SDN",
        "date": "2024",
        "value": 50_448_963,
    }
    told = {one.address: worldbank(people) if "SP.POP.TOTL" in one.url else worldbank() for one in requests}
    store, asked_of = Memory(), PullRequest(source="worldbank.indicators", country="SDN", years="2024")
    found = pull(asked_of, store, Means(lines=lambda _: Recorded(told, NOW.date()), now=NOW, say=silent))
    assert (found["runs"][0]["figures"], found["failed"], len(store.documents())) == (1, [], 1)
    nothing = Recorded(dict.fromkeys(told, worldbank()), NOW.date())
    with pytest.raises(NothingFound, match="no figures for this question"):
        pull(asked_of, store, Means(lines=lambda _: nothing, now=NOW, say=silent))


def hapi(*pages: int) -> Recorded:
    """HAPI's answer about Sudan's needs in pages of so many records, each by an offset of its own."""
    (first,) = ADAPTERS["hapi.needs"].ask(SOURCES["hapi.needs"], Question(first=2024, last=2024, country="SDN"))
    record = {
        "location_code": "SDN",
        "sector_code": "EDU",
        "population_status": "INN",
        "population": 7,
        "category": None,
        **YEAR,
    }
    sent = [[record | {"sector_code": f"S{page}-{at}"} for at in range(many)] for page, many in enumerate(pages)]
    return Recorded(
        {first.address.replace("offset=0", f"offset={LIMIT * at}"): json.dumps({"data": one}).encode() for at, one in enumerate(sent)}, NOW.date()
    )  # fmt: skip


def test_a_last_page_without_records_ends_an_answer_whose_pages_were_full() -> None:
    asked_of = PullRequest(source="hapi.needs", country="SDN", years="2024")
    full = hapi(LIMIT, 0)
    found = pull(asked_of, Memory(), Means(lines=lambda _: full, now=NOW, say=silent))
    assert found["runs"][0]["figures"] == LIMIT
    none = hapi(0)
    with pytest.raises(NothingFound):
        pull(asked_of, Memory(), Means(lines=lambda _: none, now=NOW, say=silent))


def test_an_empty_page_before_the_last_one_is_no_answer() -> None:
    """UCDP says how many pages there are: an empty one among them was lost on the way."""
    (first,) = ADAPTERS["ucdp.ged"].ask(SOURCES["ucdp.ged"], Question(first=2024, last=2024))
    event = {"id": 1, "type_of_violence": 1, "country_id": 625, "date_start": "2024-01-01", "date_end": "2024-01-01", "best": 1, "low": 1, "high": 1, "deaths_civilians": 0}  # fmt: skip
    pages = [
        json.dumps({"TotalPages": 2, "NextPageUrl": link, "Result": told}).encode()
        for link, told in (("https://x", [event]), ("", []))
    ]
    recorded = Recorded(
        {first.address.replace("page=0", f"page={at}"): data for at, data in enumerate(pages)}, NOW.date()
    )
    store = Memory()
    with pytest.raises(SourceError, match="holds no records"):
        pull(PullRequest(source="ucdp.ged", years="2024"), store, Means(lines=lambda _: recorded, now=NOW, say=silent))
    assert store.runs() == []


def test_a_file_handed_over_is_of_the_day_it_was_published_and_was_brought_in_today(tmp_path: Path) -> None:
    file, store = tmp_path / "answer.json", Memory()
    file.write_bytes(answer(pair("PSE", "JOR", total=1)))
    pull(PullRequest(source="unrwa", files=(file,), published=date(2025, 6, 12)), store, means())
    (paper,) = store.documents()
    assert (paper.published, paper.retrieved, paper.note) == (date(2025, 6, 12), NOW.date(), None)


def test_a_service_that_names_a_day_ahead_is_taken_by_the_day_it_was_asked_and_told() -> None:
    told = Answer(
        address="x", data=answer(pair("PSE", "JOR", total=1)), retrieved=NOW.date(), published=date(2027, 1, 1)
    )
    store = Memory()
    pulled = Pulled(adapter=ADAPTERS["unhcr.unrwa"], question=Question(first=2025, last=2025), answers=(told,))
    kept = read_all(pulled, NOW)
    assert kept is not None
    store.put(kept)
    (paper,) = store.documents()
    assert paper.published == date(2026, 11, 24)
    assert paper.note is not None
    assert "FUTURE_VINTAGE: it says it was published on 2027-01-01" in paper.note


def test_files_of_a_day_ahead_and_corrections_not_asked_yet_leave_the_store_as_it_was(tmp_path: Path) -> None:
    file, store = tmp_path / "page.json", Memory()
    file.write_bytes(answer(pair("PSE", "JOR", total=1)))
    with pytest.raises(AskError, match="--published 2026-11-25 lies ahead"):
        pull(PullRequest(source="unhcr.unrwa", files=(file,), published=date(2026, 11, 25)), store, means())
    ahead = Correction(
        id="x", source="unhcr.unrwa", where={"place": "JOR"}, action="set", value=2.0, expect=1.0, reason="r",
        asked=date(2026, 11, 26), by="desk", file="x.toml",
    )  # fmt: skip
    with pytest.raises(FigureError, match=r"known = '2026-11-26': FUTURE_VINTAGE"):
        pull(UNRWA, store, means(answer(pair("PSE", "JOR", total=1)), corrections=(ahead,)))
    assert store.runs() == []


def test_a_file_about_other_people_changes_nothing_and_a_newer_one_of_the_same_does(tmp_path: Path) -> None:
    store = Memory()

    def handed(hour: int, place: str, people: int) -> object:
        file = tmp_path / f"{hour}.json"
        file.write_bytes(answer(pair("PSE", place, total=people)))
        means = Means(lines=lambda _: pytest.fail("no service is asked"), now=NOW.replace(hour=hour), say=silent)
        return pull(PullRequest(source="unhcr.unrwa", files=(file,)), store, means)["runs"][0]["changes"]

    assert handed(1, "JOR", 100) is None
    assert handed(2, "LBN", 50) is None  # Jordan's figures are not gone
    newer = handed(3, "LBN", 60)
    assert isinstance(newer, dict)
    assert (newer["revised"], newer["gone"]) == (1, 0)
