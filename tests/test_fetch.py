"""The line to a service: busy, slow, cut, moved, too large, or simply there. A server on this machine plays the service."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from qanat.errors import SourceError, Unreachable
from qanat.sources.fetch import HOSTS, Live, Recorded
from qanat.sources.request import Key, Request

Play = Callable[[BaseHTTPRequestHandler, int], None]


@dataclass
class Service:
    """Where it is, and what it was asked, in order."""

    host: str = ""
    asked: list[str] = field(default_factory=list[str])
    named: list[str] = field(default_factory=list[str])

    def request(self, *keys: Key) -> Request:
        return Request(url=f"http://{self.host}/population/", params={"yearTo": "2025", "cf_type": "ISO"}, keys=keys)

    def live(self, limit: int = 1000) -> Live:
        return Live(frozenset({self.host}), limit=limit, timeout=5, wait=0)


@contextmanager
def serving(play: Play) -> Generator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.asked.append(self.path)
            service.named.append(self.headers["User-Agent"])
            play(self, len(service.asked))

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.host = f"127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def says(body: bytes, status: int = 200, **given: str) -> Play:
    """An answer with this body; headers as given, an underscore for a hyphen."""
    headers = {"content_type": "application/json", "content_length": str(len(body))} | given

    def play(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return play


def first_then(first: Play, then: Play, times: int = 1) -> Play:
    return lambda handler, turn: (first if turn <= times else then)(handler, turn)


def test_an_answer_comes_with_its_address_and_day() -> None:
    with serving(says(b'{"items": []}')) as service:
        found = service.live().fetch(service.request())
    assert found.data == b'{"items": []}'
    assert found.address == f"http://{service.host}/population/?cf_type=ISO&yearTo=2025"
    assert isinstance(found.retrieved, date)
    assert service.named[0].startswith("qanat/")


def test_a_busy_service_is_asked_again() -> None:
    with serving(first_then(says(b"", 503), says(b"[]"), times=2)) as service:
        assert service.live().fetch(service.request()).data == b"[]"
    assert len(service.asked) == 3


def test_a_service_that_stays_busy_is_told_after_four_tries() -> None:
    with serving(says(b"", 503)) as service, pytest.raises(Unreachable, match=r"HTTP 503.*what is stored stays usable"):
        service.live().fetch(service.request())
    assert len(service.asked) == 4


def test_retry_after_is_honoured() -> None:
    with serving(first_then(says(b"", 429, retry_after="0"), says(b"[]"))) as service:
        assert service.live().fetch(service.request()).data == b"[]"
    assert len(service.asked) == 2


def test_a_service_that_asks_for_an_hour_is_left_in_peace() -> None:
    play = says(b"", 429, retry_after="3600")
    with serving(play) as service, pytest.raises(Unreachable, match=r"asks to come back in 3,600 seconds"):
        service.live().fetch(service.request())
    assert len(service.asked) == 1


def test_an_answer_that_breaks_off_is_asked_for_again_and_never_kept() -> None:
    cut = says(b'{"items": [', content_length="500")
    with serving(first_then(cut, says(b"[]"))) as service:
        assert service.live().fetch(service.request()).data == b"[]"
    with serving(cut) as service, pytest.raises(Unreachable, match=r"gives no answer"):
        service.live().fetch(service.request())


def test_a_web_page_with_status_200_is_no_data() -> None:
    page = says(b"<html>", content_type="text/html; charset=utf-8")
    with (
        serving(page) as service,
        pytest.raises(SourceError, match=r"answers with a web page, not data.*try again later"),
    ):
        service.live().fetch(service.request())
    assert len(service.asked) == 1


def test_an_answer_above_the_limit_is_stopped() -> None:
    with (
        serving(says(b"x" * 1001)) as service,
        pytest.raises(SourceError, match=r"sends more than 1,000 bytes.*fewer years"),
    ):
        service.live(limit=1000).fetch(service.request())


def test_a_redirect_is_told_and_not_followed() -> None:
    moved = says(b"", 302, location="https://elsewhere.example/x")
    with serving(moved) as service, pytest.raises(SourceError, match=r"HTTP 302.*points to elsewhere.example"):
        service.live().fetch(service.request())
    assert len(service.asked) == 1


def test_an_address_that_is_not_there_is_told_at_once() -> None:
    with serving(says(b"", 404)) as service, pytest.raises(SourceError, match=r"HTTP 404.*no such address"):
        service.live().fetch(service.request())
    assert len(service.asked) == 1


CLIENT = Key(name="tested", sent="parameter", as_name="client_id", how="ask the test")


def test_secrets_are_sent_and_told_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CLIENT.variable, "our-name")
    with serving(says(b"", 403)) as service:
        request = service.request(CLIENT)
        with pytest.raises(SourceError) as caught:
            service.live().fetch(request)
    assert "client_id=our-name" in service.asked[0]
    assert "our-name" not in str(caught.value) + request.address + repr(request)


def test_no_host_but_the_listed_is_asked() -> None:
    with pytest.raises(SourceError, match=r"169.254.169.254 is not a service qanat reads; it reads api.unhcr.org"):
        Live().fetch(Request(url="http://169.254.169.254/latest"))


@pytest.mark.parametrize("host", sorted(HOSTS))
def test_services_are_read_over_an_encrypted_line_only(host: str) -> None:
    with pytest.raises(SourceError, match=r"is not encrypted"):
        Live().fetch(Request(url=f"http://{host}/"))


def test_nobody_there() -> None:
    with serving(says(b"[]")) as service:
        pass
    with pytest.raises(Unreachable, match=f"{service.host} gives no answer"):
        service.live().fetch(service.request())


def test_recorded_answers_stand_in_for_a_line() -> None:
    request = Request(url="https://api.unhcr.org/population/v1/unrwa/", params={"page": "1"})
    recorded = Recorded({request.address: b"[]"}, date(2026, 11, 24))
    assert recorded.fetch(request).data == b"[]"
    with pytest.raises(Unreachable, match=r"no answer was recorded for https://api.unhcr.org/x"):
        recorded.fetch(Request(url="https://api.unhcr.org/x"))
