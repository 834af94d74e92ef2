"""Whatever a service sends, a pull ends soon, says what is wrong, and leaves the store as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl
import pytest

from qanat.errors import FigureError, QanatError, SourceError
from qanat.jobs.pull import pull
from qanat.jobs.pull_asked import Means, PullRequest
from qanat.sources.record import Source
from qanat.sources.request import Answer, Fetcher, Request
from qanat.sources.weight import require_light, weight
from qanat.store import Ask, Disk
from tests.reading import answer, pair
from tests.serving import Play, Service, says, serving

NOW = datetime(2026, 11, 24, tzinfo=UTC)
EARLIER = pair("PSE", "JOR", year=2024, total=2_000_000)
WHOLE = answer(*(pair("PSE", "JOR", year=1952 + at, total=at) for at in range(60)))


@dataclass
class Bent:
    """A line that leads every address to the server on this machine."""

    service: Service

    def fetch(self, request: Request) -> Answer:
        path = urlsplit(request.url).path
        found = self.service.live(limit=5_000_000, whole=5).fetch(
            replace(request, url=f"http://{self.service.host}{path}")
        )
        return replace(found, retrieved=NOW.date())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Disk]:
    """A store that holds one earlier figure."""
    kept = Disk(tmp_path / "store")
    with serving(says(answer(EARLIER))) as service:
        pulled(kept, service)
    yield kept
    kept.close()


def pulled(store: Disk, service: Service) -> dict[str, object]:
    def line(_: Source) -> Fetcher:
        return Bent(service)

    return pull(
        PullRequest(source="unhcr.unrwa", years="2000-2025"), store, Means(lines=line, now=NOW, say=service.said.append)
    )


def earlier(store: Disk) -> set[str]:
    """The run that the store held before."""
    return {str(run) for run in store.get(Ask()).filter(pl.col("value") == 2_000_000).get_column("run")}


def nothing_was_kept(store: Disk) -> bool:
    return store.get(Ask()).get_column("value").to_list() == [2_000_000.0] and len(store.runs()) == 1


@pytest.mark.parametrize("at", range(0, len(WHOLE), 1024))
def test_an_answer_cut_at_any_kilobyte_is_refused(store: Disk, at: int) -> None:
    with serving(says(WHOLE[:at])) as service, pytest.raises(SourceError, match=r"is cut off|is empty|is not JSON"):
        pulled(store, service)
    assert nothing_was_kept(store)


def records(*cells: object, **other: object) -> bytes:
    return answer(*(pair("PSE", "JOR", year=2000 + at, total=cell) | other for at, cell in enumerate(cells)))


def pages(*bodies: bytes) -> Play:
    return lambda handler, turn: says(bodies[min(turn, len(bodies)) - 1])(handler, turn)


_BAD: list[tuple[str, Play, type[QanatError], str]] = [
    ("nothing at all", says(b""), SourceError, "is empty"),
    ("blanks", says(b"   \n"), SourceError, "is empty"),
    ("a web page that says it is JSON", says(b"<!DOCTYPE html><html>"), SourceError, "web page"),
    ("a web page", says(b"<html>", content_type="text/html"), SourceError, "web page"),
    ("a number", says(b"7"), SourceError, "the columns are not those of this table"),
    ("another envelope", says(b'{"error": "quota"}'), SourceError, "neither items nor results but error"),
    ("letters that are no UTF-8", says(b'{"items": "\xff\xfe"}'), SourceError, "not UTF-8"),
    ("records that are numbers", says(b'{"maxPages": 1, "items": [1, 2]}'), SourceError, "are no records"),
    ("a renamed field", says(answer({key.replace("total", "totals"): value for key, value in EARLIER.items()})), SourceError, "renamed to totals"),
    ("texts for numbers", says(records(*["many"] * 10)), FigureError, "is text where a number belongs"),
    ("negative people", says(records(-1, -2, -3)), FigureError, "is negative"),
    ("half people", says(records(1.5, 2.5)), FigureError, "fraction of a person"),
    ("a country that is none", says(answer(pair("PSE", "Q9Q", total=1))), FigureError, "is no country"),
    ("the same record twice", says(answer(pair("PSE", "LBN", total=1), pair("PSE", "LBN", total=2))), FigureError, "says the same thing twice"),
    ("one page for ever", says(answer(pair("PSE", "LBN", total=1), pages=5)), SourceError, "repeats itself"),
    ("a second page that is cut", pages(answer(pair("PSE", "LBN", total=1), pages=2), b'{"items": ['), SourceError, "cut off"),
    ("numbers without end", says(records(10**400)), FigureError, "no number"),
    ("brackets without end", says(b"[" * 200_000), SourceError, "nested too deep"),
    ("a page that is busy", says(b"", 503), SourceError, "gives no answer"),
]  # fmt: skip


@pytest.mark.parametrize(("_name", "play", "error", "said"), _BAD, ids=[name for name, *_ in _BAD])
def test_what_is_no_answer_is_told_and_nothing_is_kept(
    store: Disk, _name: str, play: Play, error: type[QanatError], said: str
) -> None:
    with serving(play) as service, pytest.raises(error, match=said):
        pulled(store, service)
    assert nothing_was_kept(store)


def test_dashes_blanks_texts_and_numbers_of_one_column_read_alike(store: Disk) -> None:
    with serving(says(records("-", "", None, "7", 7, 7.0, " 7 "))) as service:
        pulled(store, service)
    (new,) = (run.id for run in store.runs() if run.id not in earlier(store))
    values = store.get(Ask(run=new)).get_column("value").to_list()
    assert values == [7.0] * 4


# a child's ru_maxrss begins with what its parent held when it was born; the kernel's mark of its own memory does not
_PEAK = """
def peak():
    with open("/proc/self/status") as lines:
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
"""
_MEMORY = (
    _PEAK
    + """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000, 3_000_000_000))
from pathlib import Path
from tests.test_hostile_service import pulled
from tests.serving import says, serving
from qanat.errors import QanatError
from qanat.store import Disk
import gzip
bomb = gzip.compress(b"[" + b"0," * 100_000_000, 6)
with serving(says(bomb, content_encoding="gzip")) as service:
    try:
        pulled(Disk(Path(sys.argv[1])), service)
    except QanatError as told:
        print(str(told)[-60:], peak())
"""
)


def test_a_bomb_takes_little_memory_and_time(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _MEMORY, str(tmp_path)], capture_output=True, text=True, timeout=60, check=True)  # fmt: skip
    assert "ask for fewer years or one country" in done.stdout
    assert int(done.stdout.split()[-1]) < 1_000_000  # kilobytes: the bomb's maker itself holds 200 MB


_DENSE = (
    _PEAK
    + """
import gzip, io, sys, time
from pathlib import Path
from qanat.sources.live import Limits
from tests.serving import says, serving
from qanat.errors import QanatError
out = io.BytesIO()
with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as packed:
    packed.write(sys.argv[1].encode().decode("unicode_escape").encode())
    piece = sys.argv[2].encode().decode("unicode_escape").encode() * 100_000
    for _ in range(250_000_000 // len(piece)):
        packed.write(piece)
began = time.monotonic()
with serving(says(out.getvalue(), content_encoding="gzip")) as service:
    try:
        service.live(limit=Limits().size).fetch(service.request())
    except QanatError as told:
        print(str(told), time.monotonic() - began, peak())
"""
)


@pytest.mark.parametrize(
    ("head", "unit"), [("[", "[],"), ("[", '{"a":1},'), ("[", '"ab",'), ('{"items": [', "1.5,"), ("a,b", "\\nx")]
)
def test_an_answer_within_the_limit_that_is_all_values_takes_little_memory_and_time(head: str, unit: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _DENSE, head, unit], capture_output=True, text=True, timeout=100, check=True
    )
    told, seconds, memory = done.stdout.rsplit(maxsplit=2)
    assert "holds so many values" in told
    assert float(seconds) < 30
    assert int(memory) < 1_000_000  # kilobytes


def test_tables_as_services_send_them_are_far_from_too_many_values(shared: Path) -> None:
    """A hundred times the largest page of each recorded answer is still read: UNHCR's pages hold 10,000 records."""
    for file in sorted((shared / "fixtures").rglob("*.json")):
        data = file.read_bytes()
        assert weight(data) < 40 * len(data) + 100_000, file
    page = json.loads((shared / "fixtures/unhcr_population_api/population.json").read_bytes())
    whole = answer(*(page["items"][:1] * 100_000))
    require_light(whole, "https://x")


def test_the_answer_of_this_server_is_read_where_nothing_is_wrong(store: Disk) -> None:
    with serving(says(WHOLE)) as service:
        found = pulled(store, service)
    assert json.dumps(found)
    assert store.get(Ask()).height == 61
