"""A pull that is killed or loses its line goes on where it stopped; what nobody can read stands in nobody's way."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event
from urllib.parse import parse_qs, urlsplit

import pytest

from qanat.errors import AskError, FigureError, QanatError, SourceError, Unreachable
from qanat.figures import Document
from qanat.jobs.pull import pull
from qanat.jobs.pull_asked import Means, PullRequest
from qanat.jobs.pulled import read_each
from qanat.sources import unhcr
from qanat.sources.asking import every_page
from qanat.sources.guard import Network
from qanat.sources.keys import Keys
from qanat.sources.known import ADAPTERS
from qanat.sources.live import Limits, Live
from qanat.sources.modes import Line
from qanat.sources.pacing import Pace
from qanat.sources.record import Adapter, Source
from qanat.sources.request import Answer, Fetcher, Request
from qanat.sources.snapshots import Snapshots
from qanat.store import Ask, Disk
from tests.reading import answer, pair
from tests.serving import says, serving

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAGES = 4
COUNTRIES = ("JOR", "LBN", "SYR", "EGY")


@dataclass(frozen=True)
class Bent:
    """A line that leads every address to the server on this machine."""

    host: str

    def fetch(self, request: Request) -> Answer:
        asked = urlsplit(request.url)
        live = Live(
            frozenset({self.host}), Keys({}), limits=Limits(tries=1, whole=30), pace=Pace({self.host: 1e9}), network=Network(near=True)
        )  # fmt: skip
        found = live.fetch(replace(request, url=f"http://{self.host}{asked.path}"))
        return replace(found, address=request.address, retrieved=NOW.date())


def pulled(home: Path, host: str, now: datetime = NOW, said: list[str] | None = None) -> dict[str, object]:
    """One pull of a table of four pages from the server at this host."""
    say = ([] if said is None else said).append
    store = Disk(home)

    def line(source: Source) -> Fetcher:
        return Line(source=source, held=Snapshots(home / "snapshots"), service=Bent(host), now=now, say=say)

    try:
        return pull(PullRequest(source="unhcr.unrwa", years="2024"), store, Means(lines=line, now=now, say=say))
    finally:
        store.close()


def held(home: Path) -> list[bytes]:
    snapshots = Snapshots(home / "snapshots")
    return [snapshots.bytes_of(entry) for entry in snapshots.entries()]


@dataclass
class Weak:
    """Gives four pages; the first time it is asked for the third it breaks the line, or says nothing until told."""

    silent: bool = False
    reached: Event = field(default_factory=Event)
    told: Event = field(default_factory=Event)
    pages: list[int] = field(default_factory=list[int])

    def __call__(self, handler: BaseHTTPRequestHandler, turn: int) -> None:
        page = int(parse_qs(urlsplit(handler.path).query)["page"][0])
        self.pages.append(page)
        if page == 3 and self.pages.count(3) == 1:
            self.reached.set()
            if self.silent:
                self.told.wait(60)
            return
        record = pair("PSE", COUNTRIES[page - 1], year=2024, total=1000 * page)
        says(answer(record, pages=PAGES, page=page))(handler, turn)


@pytest.fixture
def weak() -> Iterator[Weak]:
    found = Weak()
    yield found
    found.told.set()


def test_a_pull_that_was_killed_goes_on_at_the_page_it_had_not_got(tmp_path: Path, weak: Weak) -> None:
    """A real process, killed by the system while it waits for the third of four pages."""
    weak.silent = True
    code = "import sys; from pathlib import Path; from tests.test_going_on import pulled; pulled(Path(sys.argv[1]), sys.argv[2])"
    with serving(weak) as service:
        child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path), service.host])
        assert weak.reached.wait(60)
        child.kill()
        assert child.wait(60) == -9
        weak.told.set()
        said: list[str] = []
        pulled(tmp_path, service.host, NOW + timedelta(hours=1), said)
    assert weak.pages == [1, 2, 3, 3, 4]
    assert "going on with the pull of 2026-11-24 12:00 UTC, which did not end" in said[0]
    store = Disk(tmp_path)
    assert sorted(store.get(Ask()).get_column("value")) == [1000, 2000, 3000, 4000]
    store.close()
    assert not list((tmp_path / "snapshots").glob("pulling-*"))


def test_a_pull_whose_line_broke_says_that_it_goes_on_and_does(tmp_path: Path, weak: Weak) -> None:
    said: list[str] = []
    with serving(weak) as service:
        with pytest.raises(Unreachable):
            pulled(tmp_path, service.host, said=said)
        assert "what came of unhcr.unrwa is held; the same command goes on with it within hours" in said
        pulled(tmp_path, service.host)
        assert weak.pages == [1, 2, 3, 3, 4]
        pulled(tmp_path, service.host)  # it came to its end: everything is asked anew
    assert weak.pages == [1, 2, 3, 3, 4, 1, 2, 3, 4]


@pytest.mark.parametrize("hours", [7, -1])
def test_what_came_long_ago_or_after_the_clock_was_turned_back_is_asked_for_again(
    tmp_path: Path, weak: Weak, hours: int
) -> None:
    with serving(weak) as service:
        with pytest.raises(Unreachable):
            pulled(tmp_path, service.host)
        pulled(tmp_path, service.host, NOW + timedelta(hours=hours))
    assert weak.pages == [1, 2, 3, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("spoilt", "error"),
    [
        (answer({"year": 2024, "coo_iso": "PSE", "coa_iso": "JOR", "totals": 5}), SourceError),
        (answer(pair("PSE", "JOR", year=2024, total="many")), FigureError),
        (answer(pair("PSE", "JOR", year=2024, total=1), pages=2), SourceError),
        (b'{"error": "quota"}', SourceError),
    ],
    ids=["a renamed field", "text for a number", "a page loop", "another envelope"],
)
def test_an_answer_that_cannot_be_read_does_not_take_the_place_of_the_one_before(
    tmp_path: Path, spoilt: bytes, error: type[QanatError]
) -> None:
    """It was held, and `--mode cached` and `--offline` gave it for a week instead of the sound one."""
    sound = answer(pair("PSE", "JOR", year=2024, total=7))
    with serving(says(sound)) as service:
        pulled(tmp_path, service.host)
    with serving(says(spoilt)) as service, pytest.raises(error):
        pulled(tmp_path, service.host, NOW + timedelta(days=1))
    assert held(tmp_path) == [sound]
    assert len(list((tmp_path / "snapshots").rglob("*.zst"))) == 1
    assert not list((tmp_path / "snapshots").glob("pulling-*"))


def test_what_a_killed_pull_left_unreadable_is_forgotten_by_the_one_that_goes_on(tmp_path: Path) -> None:
    from qanat.sources.request import Question
    from qanat.sources.unfinished import begun

    asked = unhcr.ADAPTERS[4].ask(unhcr.UNRWA, Question(first=2024, last=2024))[0]
    assert begun(tmp_path / "snapshots", "unhcr.unrwa", Question(first=2024, last=2024), NOW) is None
    bad = Answer(address=asked.address, data=b'{"error": "quota"}', retrieved=NOW.date())
    Snapshots(tmp_path / "snapshots").keep(asked, bad, ("unhcr.unrwa", "CC-BY-4.0"), NOW)
    with serving(says(b"[]")) as service, pytest.raises(SourceError, match="neither items nor results but error"):
        pulled(tmp_path, service.host, NOW + timedelta(hours=1))
    assert service.asked == []
    assert held(tmp_path) == []


def test_bytes_that_another_answer_has_too_are_not_forgotten(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    kept = [
        snapshots.keep(Request(url=f"https://x/{name}"), Answer(address=f"https://x/{name}", data=b"[1]", retrieved=NOW.date()), ("a.b", "MIT"), NOW)[0]
        for name in "ab"
    ]  # fmt: skip
    snapshots.forget(kept[:1])
    assert snapshots.entries() == kept[1:]
    assert snapshots.bytes_of(kept[1]) == b"[1]"


def test_pages_without_end_are_refused_by_what_they_hold_together() -> None:
    """Five hundred pages of 250 MB were held in memory."""

    class Endless:
        pages = 0

        def fetch(self, request: Request) -> Answer:
            self.pages += 1
            page = b"year,total\n2025,%d\n" % self.pages + b" " * 110_000_000
            return Answer(address=request.address, data=page, retrieved=NOW.date())

    line = Endless()
    with pytest.raises(SourceError, match="has sent more than 300 MB, page after page; nothing was kept"):
        every_page(line, Request(url="https://x/y"), after=lambda asked, _: asked)
    assert line.pages == 3


@pytest.mark.parametrize("told", [("count", "results"), ("totalRecordsCount", "result")])
@pytest.mark.parametrize(("promised", "whole"), [(3, True), (2, False), (4, False)])
def test_a_service_that_sends_another_number_of_records_than_it_says_it_has_is_refused(
    told: tuple[str, str], promised: int, *, whole: bool
) -> None:
    """IDMC's count and DTM's totalRecordsCount speak of all pages; what is missing would be read as nobody, what is too much
    counted twice."""
    name, where = told
    bodies = [
        json.dumps({name: promised, where: [{"at": at + page} for at in range(2 - page)]}).encode() for page in (0, 1)
    ]
    pages = iter(bodies)

    class Line:
        def fetch(self, request: Request) -> Answer:
            return Answer(address=request.address, data=next(pages), retrieved=NOW.date())

    def after(asked: Request, answered: bytes) -> Request | None:
        return asked if answered == bodies[0] else None

    if whole:
        assert len(every_page(Line(), Request(url="https://x/y"), after=after)) == 2
        return
    with pytest.raises(SourceError, match=f"says it has {promised} records and sent 3; nothing was kept"):
        every_page(Line(), Request(url="https://x/y"), after=after)


def test_a_form_that_no_adapter_knows_is_told_as_the_answers_fault_and_stops_no_other_source() -> None:
    def broken(data: bytes, document: Document, **_: object) -> object:
        raise OverflowError(f"{len(data)} bytes of {document.id}")

    adapter = Adapter(source=unhcr.UNRWA, read=broken, ask=unhcr.ADAPTERS[0].ask)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    paper = unhcr.UNRWA.document(b"[]", date(2026, 1, 1), date(2026, 1, 1))
    with pytest.raises(SourceError, match=r"unhcr.unrwa: the answer has a form .*OverflowError: 2 bytes") as caught:
        read_each(adapter, [(Answer(address="x", data=b"[]", retrieved=NOW.date()), paper)])
    assert isinstance(caught.value.__cause__, OverflowError)


def test_a_cube_with_more_cells_than_a_number_can_count_is_refused() -> None:
    sides = {f"d{at}": {"category": {"index": [str(code) for code in range(1000)]}} for at in range(8)}
    cube = {"id": list(sides), "size": [1000] * 8, "dimension": sides, "value": {str(10**21): 1}}
    adapter = ADAPTERS["eurostat.migr_asyappctzm"]
    data = json.dumps(cube).encode()
    answer = Answer(address="x", data=data, retrieved=NOW.date())
    with pytest.raises(SourceError, match=r"eurostat.migr_asyappctzm"):
        read_each(adapter, [(answer, adapter.source.document(data, NOW.date(), NOW.date()))])


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"", "is empty"), (b'{"items": [', "is cut off"), (b"[" + b"[]," * 9_000_000 + b"[]]", "so many values"), (b'[{"a": 1, "a": 2}]', "two fields called 'a'")],
    ids=["empty", "cut", "heavy", "a field twice"],
)  # fmt: skip
def test_a_file_that_is_handed_over_is_looked_at_as_an_answer_is(tmp_path: Path, data: bytes, told: str) -> None:
    (tmp_path / "file.json").write_bytes(data)
    store = Disk(tmp_path / "store")
    means = Means(lines=lambda _: Bent(""), now=NOW, say=lambda _: None)
    with pytest.raises(SourceError, match=f"file.json.*{told}"):
        pull(PullRequest(source="idmc.idu", files=(tmp_path / "file.json",)), store, means)
    for path in (tmp_path, tmp_path / "none", Path("/dev/zero")):
        with pytest.raises(AskError, match=r"is no file|cannot be read"):
            pull(PullRequest(source="idmc.idu", files=(path,)), store, means)
    store.close()
