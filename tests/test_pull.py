"""Pulling from UNHCR's service into a store, with recorded answers for a line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qanat.errors import AskError, CorrectionError, FigureError, NothingFound, SourceError
from qanat.jobs.pull import Means, PullRequest, pull
from qanat.jobs.pulled import Pulled, read_all
from qanat.jobs.setaside import setaside
from qanat.sources import unhcr
from qanat.sources.asking import unhcr as asked
from qanat.sources.corrections import Correction
from qanat.sources.fetch import Recorded
from qanat.sources.known import ADAPTERS, USUAL, chosen
from qanat.sources.request import Answer, Question
from qanat.store import Ask, Memory
from tests.reading import answer, pair

NOW = datetime(2026, 11, 24, tzinfo=UTC)
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
