"""Pulling from UNHCR's service into a store, with recorded answers for a line."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from qanat.errors import FigureError, NothingFound, SourceError
from qanat.jobs.pull import PullRequest, pull
from qanat.sources import unhcr
from qanat.sources.asking import unhcr as asked
from qanat.sources.fetch import Recorded
from qanat.sources.request import Question
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


def test_every_page_is_kept_with_its_bytes() -> None:
    store = Memory()
    first = answer(pair("PSE", "JOR", total=2_398_179), pages=2)
    second = answer(pair("PSE", "LBN", total=500_000), pages=2, page=2)
    pull(UNRWA, store, line(first, second), NOW, silent)
    assert store.get(Ask()).select("place", "value").rows() == [("JOR", 2_398_179), ("LBN", 500_000)]
    assert {store.bytes_of(document.sha256) for document in store.documents()} == {first, second}


def test_an_empty_answer_says_that_nothing_was_found() -> None:
    with pytest.raises(NothingFound, match="UNHCR has no unrwa figures for this question"):
        pull(UNRWA, Memory(), line(answer(pages=0)), NOW, silent)


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
        pull(UNRWA, store, line(bad), NOW, silent)
    assert store.runs() == []
