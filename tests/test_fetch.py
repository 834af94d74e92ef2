"""The line to a service: busy, slow, cut, moved, too large, or simply there. A server on this machine plays the service."""

from __future__ import annotations

import gzip
import json
import time
from datetime import date
from http.server import BaseHTTPRequestHandler

import httpx
import pytest

from qanat.errors import SourceError, Unreachable
from qanat.sources.fetch import Recorded
from qanat.sources.guard import Network, public
from qanat.sources.keys import Keys
from qanat.sources.live import Limits, Live
from qanat.sources.pacing import Pace
from qanat.sources.received import seconds
from qanat.sources.request import Key, Request
from tests.serving import NEAR, NO_KEYS, first_then, says, serving

CLIENT = Key(name="tested", sent="parameter", as_name="client_id", how="ask the test")
TOKEN = Key(name="token", sent="header", as_name="x-token", how="ask the test")
SECRET = "s3cret-and-l0ng"
KEYS = Keys({CLIENT.variable: SECRET, TOKEN.variable: SECRET})


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


def test_a_redirect_to_the_same_service_is_followed_with_the_address_it_names() -> None:
    moved = says(b"", 302, location="/elsewhere?page=2")
    with serving(first_then(moved, says(b"[]"))) as service:
        assert service.live().fetch(service.request()).data == b"[]"
    assert service.asked == ["/population/?yearTo=2025&cf_type=ISO", "/elsewhere?page=2"]


@pytest.mark.parametrize(
    "to",
    [
        "https://elsewhere.example/x",
        "http://169.254.169.254/latest",
        "http://[::1]/x",
        "file:///etc/passwd",
        "//evil.example/",
    ],
)
def test_a_redirect_to_a_host_that_is_not_listed_is_refused(to: str) -> None:
    with (
        serving(says(b"", 302, location=to)) as service,
        pytest.raises(SourceError, match="is not a service qanat reads"),
    ):
        service.live().fetch(service.request())
    assert len(service.asked) == 1


def test_redirects_in_a_circle_end() -> None:
    with (
        serving(says(b"", 302, location="/population/")) as service,
        pytest.raises(SourceError, match="leads in a circle"),
    ):
        service.live().fetch(service.request())
    assert len(service.asked) == 6


def test_a_key_never_goes_to_another_host() -> None:
    with (
        serving(says(b"[]")) as other,
        serving(says(b"", 302, location=f"http://{other.host}/x")) as service,
    ):
        live = Live(
            frozenset({service.host, other.host}),
            KEYS,
            limits=Limits(wait=0),
            pace=Pace({}, sleep=lambda _: None),
            network=NEAR,
        )
        assert live.fetch(service.request(CLIENT, TOKEN)).data == b"[]"
    assert SECRET in service.asked[0]
    assert service.sent[0]["x-token"] == SECRET
    assert other.asked == ["/x"]
    assert "x-token" not in other.sent[0]


def test_an_address_that_is_not_there_is_told_at_once() -> None:
    with serving(says(b"", 404)) as service, pytest.raises(SourceError, match=r"HTTP 404.*no such address"):
        service.live().fetch(service.request())
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    "answer", [says(b"", 403), says(b"", 503), says(b"[", content_length="50"), says(b"", 302, location="/x")]
)
def test_secrets_are_sent_and_told_to_nobody(answer: object) -> None:
    with serving(answer) as service:  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        request = service.request(CLIENT, TOKEN)
        with pytest.raises(SourceError) as caught:
            service.live(keys=KEYS).fetch(request)
    assert f"client_id={SECRET}" in service.asked[0]
    told = [str(caught.value), repr(caught.value), request.address, repr(request), repr(KEYS), *service.said]
    assert not [one for one in told if SECRET in one]
    assert caught.value.__cause__ is None  # a traceback would show the address with its key


def test_a_secret_that_an_answer_repeats_is_taken_out_of_it_and_said() -> None:
    body = json.dumps({"next": f"https://x/?client_id={SECRET}&offset=100"}).encode()
    with serving(says(body)) as service:
        found = service.live(keys=KEYS).fetch(service.request(CLIENT))
    assert found.data == b'{"next": "https://x/?client_id=(key)&offset=100"}'
    assert "repeated the key" in service.said[0]


def test_a_key_that_is_not_set_is_told_with_the_way_to_get_it() -> None:
    with serving(says(b"[]")) as service, pytest.raises(SourceError) as caught:
        service.live().fetch(service.request(CLIENT, TOKEN))
    assert "set QANAT_KEY_TESTED, or tested in the key file (ask the test)" in str(caught.value)
    assert "QANAT_KEY_TOKEN" in str(caught.value)
    assert service.asked == []


def test_an_answer_in_the_making_is_asked_for_until_it_is_ready() -> None:
    with serving(first_then(says(b"", 202), says(b"[]"), times=3)) as service:
        request = Request(url=f"http://{service.host}/csv", polled=True)
        assert service.live().fetch(request).data == b"[]"
    assert len(service.asked) == 4
    assert "still making the answer" in service.said[0]


def test_an_answer_that_is_in_the_making_for_ever_is_told() -> None:
    with (
        serving(says(b"", 202)) as service,
        pytest.raises(Unreachable, match=r"still in the making after 7 tries \(HTTP 202\)"),
    ):
        service.live(polls=7).fetch(Request(url=f"http://{service.host}/csv", polled=True))
    assert len(service.asked) == 8


def test_a_held_answer_that_is_still_the_newest_comes_as_unchanged() -> None:
    with serving(says(b"", 304, etag='"a"')) as service:
        found = service.live().fetch(Request(url=f"http://{service.host}/x", held=('"a"', None)))
    assert found.unchanged
    assert service.sent[0]["if-none-match"] == '"a"'


def test_a_question_with_a_body_is_posted_as_json() -> None:
    with serving(says(b"[]", etag='"b"')) as service:
        found = service.live().fetch(Request(url=f"http://{service.host}/x", body='{"limit": 1}'))
    assert service.sent[0]["content-type"] == "application/json"
    assert found.etag == '"b"'


def drip(handler: BaseHTTPRequestHandler, _: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _byte in range(1000):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)


def test_a_service_that_drips_is_left_after_a_while() -> None:
    with serving(drip) as service, pytest.raises(Unreachable, match="sends so slowly that 0 seconds were not enough"):
        service.live(whole=0.2).fetch(service.request())


def test_an_answer_that_is_packed_small_and_huge_inside_is_stopped() -> None:
    bomb = gzip.compress(b"0" * 50_000_000, 9)
    with (
        serving(says(bomb, content_encoding="gzip")) as service,
        pytest.raises(SourceError, match="sends more than 1,000,000 bytes"),
    ):
        service.live(limit=1_000_000).fetch(service.request())


@pytest.mark.parametrize("packed", ["br", "zstd", "deflate", "gzip, gzip"])
def test_a_packing_that_was_not_asked_for_is_refused(packed: str) -> None:
    with (
        serving(says(b"x", content_encoding=packed)) as service,
        pytest.raises(SourceError, match="which was not asked for"),
    ):
        service.live().fetch(service.request())


def test_a_packing_that_is_a_lie_is_told() -> None:
    with (
        serving(says(b"plain", content_encoding="gzip")) as service,
        pytest.raises(SourceError, match="cannot be read"),
    ):
        service.live().fetch(service.request())


def test_headers_without_end_are_not_waited_for() -> None:
    def play(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.send_response(200)
        for at in range(3000):
            handler.send_header(f"X-{at}", "y" * 100)
        handler.end_headers()

    with serving(play) as service, pytest.raises(Unreachable, match="gives no answer"):
        service.live().fetch(service.request())


def test_no_host_but_the_listed_is_asked() -> None:
    with pytest.raises(SourceError, match=r"169.254.169.254 is not a service qanat reads; it reads api.unhcr.org"):
        Live(frozenset({"api.unhcr.org"}), NO_KEYS).fetch(Request(url="http://169.254.169.254/latest"))


def test_services_are_read_over_an_encrypted_line_only() -> None:
    with pytest.raises(SourceError, match=r"is not encrypted"):
        Live(frozenset({"api.unhcr.org"}), NO_KEYS).fetch(Request(url="http://api.unhcr.org/"))


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "0.0.0.0", "224.0.0.1", "100.64.0.1", "2002:a00:1::"])  # fmt: skip
def test_a_listed_name_at_a_private_address_is_refused_when_connecting(address: str) -> None:
    assert not public(address)
    live = Live(
        frozenset({"api.unhcr.org"}), NO_KEYS, network=Network(resolve=lambda _host, _port: ["8.8.8.8", address])
    )
    with pytest.raises(SourceError, match=r"api.unhcr.org stands at .*inside a private network"):
        live.fetch(Request(url="https://api.unhcr.org/"))


def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_connected_to() -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with serving(says(b"[]")) as service:
        live = Live(
            frozenset({f"named.example:{service.host.split(':')[1]}"}),
            NO_KEYS,
            pace=Pace({}),
            network=Network(resolve=rebinding, near=True),
        )
        port = service.host.split(":")[1]
        assert live.fetch(Request(url=f"http://named.example:{port}/x")).data == b"[]"
    assert asked == ["named.example"]
    assert service.sent[0]["host"] == f"named.example:{port}"


def test_a_host_is_asked_no_more_often_than_its_rate() -> None:
    clock, waits = [0.0], list[float]()

    def sleep(wanted: float) -> None:
        waits.append(round(wanted, 3))
        clock[0] += wanted

    pace = Pace({"api.unhcr.org": 4.0}, clock=lambda: clock[0], sleep=sleep)
    for host in ("api.unhcr.org", "api.unhcr.org", "other.example", "api.unhcr.org", "other.example"):
        pace.turn(host)
    assert waits == [0.25, 0.25, 0.25]
    pace.turn("other.example")
    assert waits[-1] == 0.5  # two a second where nobody says otherwise


@pytest.mark.parametrize(
    ("header", "told"), [("7", 7.0), (None, None), ("soon", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)]
)
def test_retry_after_is_seconds_or_a_date(header: str | None, told: float | None) -> None:
    assert seconds(header) == told


def test_nobody_there() -> None:
    with serving(says(b"[]")) as service:
        pass
    with pytest.raises(Unreachable, match="gives no answer"):
        service.live().fetch(service.request())


def test_the_pool_of_httpx_can_still_be_given_a_network_of_our_own() -> None:
    assert hasattr(httpx.HTTPTransport(), "_pool")


def test_recorded_answers_stand_in_for_a_line() -> None:
    request = Request(url="https://api.unhcr.org/population/v1/unrwa/", params={"page": "1"})
    recorded = Recorded({request.address: b"[]"}, date(2026, 11, 24))
    assert recorded.fetch(request).data == b"[]"
    with pytest.raises(Unreachable, match=r"no answer was recorded for https://api.unhcr.org/x"):
        recorded.fetch(Request(url="https://api.unhcr.org/x"))


def test_a_host_without_a_connection_is_tried_once_for_the_next_table_and_again_in_full_once_it_answers() -> None:
    asked: list[str] = []
    there: list[str] = []

    def resolve(name: str, _port: int) -> list[str]:
        asked.append(name)
        return there

    with serving(says(b'{"items": []}')) as service:
        quick = Limits(size=1000, silence=5, wait=0, poll=0)
        line = Live(frozenset({service.host}), NO_KEYS, limits=quick, pace=Pace({service.host: 1e9}), network=Network(near=True, resolve=resolve))  # fmt: skip
        for tries in (4, 5):
            with pytest.raises(Unreachable, match="has no address"):
                line.fetch(service.request())
            assert len(asked) == tries
        there.append("127.0.0.1")
        assert line.fetch(service.request()).data == b'{"items": []}'
        there.clear()
        with pytest.raises(Unreachable):
            line.fetch(service.request())
        assert len(asked) == 10
