"""Four ways to an answer, one test body for all of them; a mirror behind an address; calls counted over a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from qanat.errors import AskError, SourceError, StoreError, Unreachable
from qanat.jobs.fetching import mirrored
from qanat.sources import unhcr
from qanat.sources.allowance import Allowance
from qanat.sources.asking import every_page, request
from qanat.sources.fetch import Recorded
from qanat.sources.holdings import Distant
from qanat.sources.lockfile import LOCK
from qanat.sources.modes import Line
from qanat.sources.pacing import Pace
from qanat.sources.request import Answer, Fetcher, Request
from qanat.sources.snapshots import Snapshots
from tests.reading import answer, pair
from tests.serving import Service, serving

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIRST = request(unhcr.UNRWA, {"page": "1"})
SECOND = request(unhcr.UNRWA, {"page": "2"})
PAGES = {
    FIRST.address: answer(pair("PSE", "JOR", total=1), pages=2),
    SECOND.address: answer(pair("PSE", "LBN", total=2), pages=2, page=2),
}


def line(held: Snapshots | Distant, service: Fetcher | None, young: int | None = None) -> Line:
    age = None if young is None else timedelta(days=young)
    return Line(source=unhcr.UNRWA, held=held, service=service, now=NOW, young=age)


def filled(folder: Path) -> Snapshots:
    held = Snapshots(folder)
    every_page(line(held, Recorded(PAGES, NOW.date())), FIRST)
    return held


def giving(folder: Path) -> Callable[[BaseHTTPRequestHandler, int], None]:
    """A web server that gives the files of a folder."""

    def play(handler: BaseHTTPRequestHandler, _: int) -> None:
        file = folder / handler.path.removeprefix("/mirror/")
        data = file.read_bytes() if file.is_file() else b""
        handler.send_response(200 if data else 404)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return play


def distant(service: Service) -> Distant:
    return Distant(f"http://{service.host}/mirror/", service.live(limit=100_000))


@pytest.fixture(
    params=[
        "live",
        "cached, nothing held",
        "cached, young",
        "cached, no line",
        "offline",
        "mirror folder",
        "mirror address",
    ]
)
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Line]:
    nothing = Recorded({}, NOW.date())
    with ExitStack() as stack:
        match request.param:
            case "live":
                yield line(Snapshots(tmp_path), Recorded(PAGES, NOW.date()))
            case "cached, nothing held":
                yield line(Snapshots(tmp_path), Recorded(PAGES, NOW.date()), young=7)
            case "cached, young":
                yield line(filled(tmp_path), nothing, young=7)
            case "cached, no line":
                held = filled(tmp_path)
                yield Line(
                    source=unhcr.UNRWA, held=held, service=nothing, now=NOW + timedelta(days=90), young=timedelta(7)
                )
            case "mirror address":
                filled(tmp_path)
                yield line(distant(stack.enter_context(serving(giving(tmp_path)))), None)
            case _:
                yield line(filled(tmp_path), None)


def test_every_way_gives_every_page_byte_for_byte_with_its_address_and_day(way: Line) -> None:
    found = every_page(way, FIRST)
    assert {one.address: one.data for one in found} == PAGES
    assert {one.retrieved for one in found} == {NOW.date()}
    with pytest.raises(Unreachable):
        way.fetch(request(unhcr.UNRWA, {"page": "3"}))


def test_a_pull_that_breaks_off_asks_only_for_the_rest_next_time(tmp_path: Path) -> None:
    broken = Recorded({FIRST.address: PAGES[FIRST.address]}, NOW.date())
    with pytest.raises(Unreachable):
        every_page(line(Snapshots(tmp_path), broken), FIRST)
    assert line(Snapshots(tmp_path), None).fetch(FIRST).data == PAGES[FIRST.address]
    again = Recorded(PAGES, NOW.date())
    assert len(every_page(line(Snapshots(tmp_path), again, young=1), FIRST)) == 2
    assert again.asked == [SECOND.address]


def test_a_mirror_behind_an_address_is_not_trusted_with_a_figure(tmp_path: Path) -> None:
    held = filled(tmp_path)
    entry = held.latest(FIRST.address)
    assert entry is not None
    other = held.latest(SECOND.address)
    assert other is not None
    held.path(entry).write_bytes(held.packed_of(other))
    with serving(giving(tmp_path)) as service, pytest.raises(StoreError, match="was altered"):
        line(distant(service), None).fetch(FIRST)
    held.path(entry).unlink()
    with serving(giving(tmp_path)) as service, pytest.raises(SourceError, match="cannot give what it lists"):
        line(distant(service), None).fetch(FIRST)


def test_a_mirror_that_lists_a_file_elsewhere_is_not_followed(tmp_path: Path) -> None:
    filled(tmp_path)
    text = (tmp_path / LOCK).read_text(encoding="utf-8")
    (tmp_path / LOCK).write_text(text.replace('"unhcr.unrwa"', '"../../etc"'), encoding="utf-8")
    with serving(giving(tmp_path)) as service:
        with pytest.raises(StoreError, match="which is no snapshot"):
            line(distant(service), None).fetch(FIRST)
        assert service.asked == ["/mirror/lock.json"]


@pytest.mark.parametrize(
    "where", ["http://example.org/m", "ftp://example.org", "https://me:s3cret@example.org/m", "https://example.org/m?key=s3cret"]
)  # fmt: skip
def test_an_address_that_is_no_mirror_is_refused_without_its_secrets(where: str) -> None:
    with pytest.raises(AskError, match="write an https address") as caught:
        mirrored(where, lambda _: None)
    assert "s3cret" not in str(caught.value)


def test_a_mirror_behind_a_private_address_is_refused() -> None:
    with pytest.raises(SourceError, match="inside a private network"):
        mirrored("https://localhost/m", lambda _: None).locked()


def test_a_service_is_asked_no_more_often_a_day_than_it_grants_over_every_run(tmp_path: Path) -> None:
    day = ["2026-11-24"]

    def pace() -> Pace:
        counted = Allowance(tmp_path, {"api.reliefweb.int": 3}, day=lambda: day[0])
        return Pace({}, sleep=lambda _: None, daily=counted)

    for _run in range(3):
        pace().turn("api.reliefweb.int")
        pace().turn("api.unhcr.org")
    with pytest.raises(Unreachable, match=r"grants 3 calls a day and 3 were made today.*--mode cached"):
        pace().turn("api.reliefweb.int")
    pace().turn("api.unhcr.org")
    day[0] = "2026-11-25"
    pace().turn("api.reliefweb.int")


@pytest.mark.parametrize("spoil", [b"", b"[]", b'{"day": "2026-11-24", "calls": {"a": "many"}}', b"{}"])
def test_a_count_that_cannot_be_read_begins_anew(tmp_path: Path, spoil: bytes) -> None:
    (tmp_path / "calls.json").write_bytes(spoil)
    counted = Allowance(tmp_path, {"a": 1}, day=lambda: "2026-11-24")
    counted.spend("a")
    with pytest.raises(Unreachable):
        counted.spend("a")


def test_a_day_s_calls_are_used_up_for_a_line_too(tmp_path: Path) -> None:
    class Counting:
        def fetch(self, request: Request) -> Answer:
            Allowance(tmp_path, {"x": 0}, day=lambda: "2026-11-24").spend("x")
            raise AssertionError(request)

    held = filled(tmp_path / "held")
    old = Line(source=unhcr.UNRWA, held=held, service=Counting(), now=NOW + timedelta(days=90), young=timedelta(days=7))
    assert old.fetch(FIRST).data == PAGES[FIRST.address]  # what is held is used where no call is left
