"""What a hostile service does below the answer: drips, pads, lies about length, bends addresses, fishes for keys."""

from __future__ import annotations

import gzip
import logging
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.errors import SourceError, Unreachable
from qanat.sources.guard import Network, host_of, public
from qanat.sources.keys import Keys, without
from qanat.sources.live import Limits, Live
from qanat.sources.pacing import Pace
from qanat.sources.request import Key, Request
from qanat.sources.unpacking import PIECE, ungzipped
from qanat.sources.wire import TooLate, Watch
from tests.serving import NO_KEYS, Play, first_then, says, serving

CLIENT = Key(name="tested", sent="parameter", as_name="client_id", how="ask the test")
TOKEN = Key(name="token", sent="header", as_name="x-token", how="ask the test")
SECRET = "s3cret/and+l0ng"
KEYS = Keys({CLIENT.variable: SECRET, TOKEN.variable: SECRET})
SLOW = 0.4  # seconds an answer may take here


def dripping(head: bytes, drop: bytes) -> Play:
    """Sends `head` and then `drop` again and again, for three seconds: longer than the tests wait for it."""

    def play(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.wfile.write(head)
        for _drop in range(150):
            handler.wfile.write(drop)
            time.sleep(0.02)

    return play


OK = b"HTTP/1.1 200 OK\r\n"
EMPTY_BLOCKS = b"\0\0\0\xff\xff" * 10  # of gzip: they unpack to nothing, for ever


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"", b"H"),
        (OK + b"X-Long: ", b"y"),
        (OK, b"X-More: y\r\n"),
        (OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\3", EMPTY_BLOCKS),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5;", b"extension"),
        (b"HTTP/1.1 302 Found\r\nLocation: /x\r\nX: ", b"y"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["no status", "a header", "headers", "gzip of nothing", "a chunk's extension", "a redirect", "continue"],
)
def test_what_drips_before_or_beside_the_answer_is_left_after_a_while(head: bytes, drop: bytes) -> None:
    began = time.monotonic()
    with serving(dripping(head, drop)) as service, pytest.raises(Unreachable, match=r"sends so slowly|gives no answer"):
        service.live(whole=SLOW).fetch(service.request())
    assert time.monotonic() - began < 30


def test_a_flood_that_unpacks_to_nothing_is_stopped_by_what_came() -> None:
    def play(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.wfile.write(OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\3")
        for _drop in range(400):
            handler.wfile.write(EMPTY_BLOCKS * 1000)

    with serving(play) as service, pytest.raises(SourceError, match="sends more than 1,000 bytes"):
        service.live().fetch(service.request())


def sends(*parts: bytes, times: int = 1) -> Play:
    """Writes these bytes as they are, the last of them so many times."""

    def play(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.wfile.write(b"".join(parts[:-1]))
        for _part in range(times):
            handler.wfile.write(parts[-1])

    return play


@pytest.mark.parametrize(
    "play",
    [
        sends(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, times=100),
        sends(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 1000, times=300),
        sends(OK + b"Transfer-Encoding: chunked\r\n\r\n", (b"1;" + b"x" * 900 + b"\r\n \r\n") * 100, times=20),
    ],
    ids=["interim answers", "chunks of a byte", "extensions of chunks"],
)
def test_a_storm_around_an_answer_is_left_after_a_quarter_of_a_megabyte(play: Play) -> None:
    """Each kept a reader busy for more than two minutes, to half a gigabyte."""
    with (
        serving(play) as service,
        pytest.raises(SourceError, match=r"more around its answer than an answer has \([2-9]"),
    ):
        service.live(limit=Limits().size).fetch(service.request())


def watched(*arrivals: tuple[float, int]) -> Watch:
    """A watch of ten minutes to which so many bytes came at these seconds."""
    clock = [0.0]
    watch = Watch(lambda: clock[0], 600.0, 1_000_000)
    watch.came(OK + b"\r\n")
    for seconds, size in arrivals:
        clock[0] = seconds
        watch.came(b" " * size)
    return watch


def test_a_trickle_is_told_from_a_weak_line_and_from_a_pause() -> None:
    """At the limits a service is used with; a byte a second was waited for ten minutes."""
    with pytest.raises(TooLate, match="30 seconds"):
        watched(*((float(at), 1) for at in range(1, 40)))
    with pytest.raises(TooLate, match="100 seconds"):
        watched(*((10.0 * at, 1) for at in range(1, 20)))
    watched(*((float(at), 120) for at in range(1, 500)))  # 120 bytes a second
    watched((45.0, 5), (90.0, 50_000))  # a service that makes its answer after it has begun it


def test_a_long_answer_says_every_few_seconds_how_much_of_it_came() -> None:
    clock, said = [0.0], list[str]()
    watch = Watch(lambda: clock[0], 600.0, 100_000_000, said.append)
    watch.came(OK + b"\r\n")
    for at in range(1, 12):
        clock[0] = float(at)
        watch.came(b" " * 500_000)
    assert said == ["2.0 MB came", "4.5 MB came"]
    watch.announced = 52_000_000
    clock[0] = 15.0
    watch.came(b" ")
    assert said[-1] == "5.5 of 52.0 MB came"


@pytest.mark.parametrize(
    ("body", "whole"),
    [(b"year,total\n2024,5000\n2024,50", False), (b"year,total\n2024,5000\n", True), (b"[1]", True), (b"PK\3\4..", True)],
    ids=["within a line", "after a line", "a list", "a form with an end"],
)  # fmt: skip
def test_a_table_that_tells_no_length_and_ends_within_a_line_may_be_cut(body: bytes, *, whole: bool) -> None:
    """50 may be the beginning of 50,000: it was read as 50."""
    with serving(sends(OK + b"Content-Type: text/csv\r\n\r\n", body)) as service:
        if whole:
            assert service.live().fetch(service.request()).data == body
            return
        with pytest.raises(Unreachable, match="breaks off within a line: it may be cut"):
            service.live().fetch(service.request())
    assert len(service.asked) == 4


def test_an_answer_longer_than_it_announces_is_refused() -> None:
    with (
        serving(says(b"[1, 2, 3]", content_length="3")) as service,
        pytest.raises(SourceError, match="more than the 3 bytes it announces"),
    ):
        service.live().fetch(service.request())


def test_an_answer_that_announces_too_much_is_not_even_read() -> None:
    with serving(says(b"", content_length="9" * 15)) as service, pytest.raises(SourceError, match="ask for fewer"):
        service.live().fetch(service.request())
    assert len(service.asked) == 1


def test_a_packed_answer_that_breaks_off_is_asked_for_again_though_its_length_is_right() -> None:
    whole = gzip.compress(b"iso3,year\nSDN,2025\n")
    cut, packed = says(whole[:-9], content_encoding="gzip"), says(whole, content_encoding="gzip")
    with serving(first_then(cut, packed)) as service:
        assert service.live().fetch(service.request()).data == b"iso3,year\nSDN,2025\n"
    assert len(service.asked) == 2
    with serving(cut) as service, pytest.raises(Unreachable, match="breaks off"):
        service.live().fetch(service.request())


@given(st.lists(st.binary(max_size=40), max_size=4), st.integers(1, 7))
def test_every_member_of_a_packed_answer_is_read_however_it_arrives(members: list[bytes], size: int) -> None:
    packed = b"".join(gzip.compress(member, mtime=0) for member in members)
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert b"".join(ungzipped(pieces)) == b"".join(members)
    for cut in range(1, len(packed)):
        out = b""
        try:
            out = b"".join(ungzipped([packed[:cut]]))
        except (EOFError, zlib.error):
            continue
        assert out in [b"".join(members[:whole]) for whole in range(len(members))]  # cut between two members


def test_no_piece_of_a_packed_answer_is_larger_than_the_bound() -> None:
    assert max(len(piece) for piece in ungzipped([gzip.compress(bytes(9 * PIECE + 7))])) == PIECE
    assert sum(len(piece) for piece in ungzipped([gzip.compress(bytes(9 * PIECE + 7))])) == 9 * PIECE + 7


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><html>", b"  <HTML>"])
def test_a_web_page_is_known_by_its_first_bytes(page: bytes) -> None:
    with serving(says(page, content_type="text/csv")) as service, pytest.raises(SourceError, match="a web page"):
        service.live().fetch(service.request())


def test_unchanged_is_no_answer_where_nothing_was_held() -> None:
    with serving(says(b"", 304)) as service, pytest.raises(SourceError, match="HTTP 304"):
        service.live().fetch(service.request())


@pytest.mark.parametrize("to", ["http://[bad", "/" + "x" * 60_000, "http://127.0.0.1:99999999/"])
def test_a_redirect_to_no_address_is_told(to: str) -> None:
    with serving(says(b"", 302, location=to)) as service, pytest.raises(SourceError):
        service.live().fetch(service.request())


def test_the_address_of_a_redirect_keeps_its_parameters_beside_the_key() -> None:
    with serving(first_then(says(b"", 302, location="/x?page=2&client_id=old"), says(b"[]"))) as service:
        service.live(keys=KEYS).fetch(service.request(CLIENT))
    assert service.asked[1] == "/x?page=2&client_id=s3cret%2Fand%2Bl0ng"


def test_the_parameters_that_an_address_has_of_its_own_are_sent_and_told() -> None:
    with serving(says(b"[]")) as service:
        found = service.live().fetch(Request(url=f"http://{service.host}/x?a=1", params={"b": "2"}))
    assert service.asked == ["/x?a=1&b=2"]
    assert found.address.endswith("/x?a=1&b=2")


@pytest.mark.parametrize("after", [b"\xb2", b"-1", b"1e9999", b"Wed, 99 Foo 99999 99:99:99 GMT"])
def test_a_time_to_come_back_that_is_none_is_passed_over(after: bytes) -> None:
    def play(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.wfile.write(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: " + after + b"\r\n\r\n")

    with serving(play) as service, pytest.raises(Unreachable, match="HTTP 503"):
        service.live().fetch(service.request())


def repeating(handler: BaseHTTPRequestHandler, turn: int) -> None:
    """Writes the key into every header it can, and leads on once."""
    handler.send_response(302 if turn == 1 else 200)
    handler.send_header("Location", f"/x?client_id={SECRET}")
    handler.send_header("ETag", f'"{SECRET}"')
    handler.send_header("X-Echo", SECRET)
    handler.send_header("Content-Length", "2")
    handler.end_headers()
    handler.wfile.write(b"[]")


def test_no_log_at_any_level_holds_a_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(repeating) as service:
        found = service.live(keys=KEYS).fetch(service.request(CLIENT, TOKEN))
    assert service.sent[0]["x-token"] == SECRET
    assert "client_id=s3cret%2Fand%2Bl0ng" in service.asked[0]
    assert found.etag is None  # it would be kept in the lock file
    assert "HTTP Request" in caplog.text
    for form in (SECRET, "s3cret%2Fand%2Bl0ng", "s3cret"):
        assert form not in caplog.text


def test_a_key_is_not_carried_to_another_host_inside_an_address() -> None:
    with serving(says(b"[]")) as other:
        leads = says(b"", 302, location=f"http://{other.host}/x?client_id={SECRET}")
        with serving(leads) as service:
            live = Live(
                frozenset({service.host, other.host}), KEYS, pace=Pace({}, sleep=lambda _: None), network=Network(near=True)
            )  # fmt: skip
            live.fetch(service.request(CLIENT))
    assert other.asked == ["/x?client_id=(key)"]


def test_a_key_in_the_name_of_a_host_is_not_told() -> None:
    leads = says(b"", 302, location=f"https://{SECRET.replace('/', '')}.evil.example/{SECRET}")
    with serving(leads) as service, pytest.raises(SourceError) as caught:
        service.live(keys=KEYS).fetch(service.request(CLIENT))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("secret", ["two\nlines-of-it", "clé-très-secrète", "“quoted-key”", "key-one\tkey-two"])
def test_a_key_that_no_service_gave_out_is_told_without_it(secret: str) -> None:
    keys = Keys({TOKEN.variable: secret})
    with serving(says(b"[]")) as service, pytest.raises(SourceError, match=r"QANAT_KEY_TOKEN .*no key has") as caught:
        service.live(keys=keys).fetch(service.request(TOKEN))
    assert not [part for part in secret.split() if part in str(caught.value)]
    assert service.asked == []


@pytest.mark.parametrize(
    "written",
    ["s3cret/and+l0ng", "s3cret%2Fand%2Bl0ng", "s3cret%2fand%2bl0ng", "s3cret\\/and+l0ng", "s3cret/and%2Bl0ng"],
)
def test_a_key_is_found_however_an_answer_writes_it(written: str) -> None:
    assert without(written.encode(), {CLIENT: SECRET}) == (b"(key)", 1)


def test_a_name_that_is_a_word_is_hidden_where_it_is_named_and_left_where_it_is_said() -> None:
    body = b'{"next": "https://x/?client_id=unicef&a=1", "client_id": "unicef", "who": "unicef"}'
    hidden = b'{"next": "https://x/?client_id=(key)&a=1", "client_id": "(key)", "who": "unicef"}'
    assert without(body, {CLIENT: "unicef"}) == (hidden, 2)


@pytest.mark.parametrize(
    "address",
    ["64:ff9b::a9fe:a9fe", "64:ff9b::10.0.0.1", "::10.0.0.1", "::7f00:1", "fec0::1", "64:ff9b:1::1", "2002:7f00:1::", "240.0.0.1", "255.255.255.255", "::ffff:127.0.0.1", "2001:db8::1", "ff02::1", "192.0.2.1", "not an address"],
)  # fmt: skip
def test_an_address_that_wraps_or_is_a_private_one_is_not_public(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"])
def test_public_addresses_are_public_through_a_translator_too(address: str) -> None:
    assert public(address)


def test_a_host_is_known_in_capitals_and_with_the_usual_port() -> None:
    assert host_of("https://API.unhcr.org:443/x", frozenset({"api.unhcr.org"})) == "api.unhcr.org"
    for other in ("https://api.unhcr.org:8443/", "https://me@api.unhcr.org/", "https://api.unhcr.org.evil.example/"):
        with pytest.raises(SourceError, match="is not a service"):
            host_of(other, frozenset({"api.unhcr.org"}))


def test_a_second_address_is_tried_where_the_first_does_not_answer() -> None:
    with serving(says(b"[]")) as service:
        port = service.host.split(":")[1]
        network = Network(resolve=lambda _host, _port: ["127.0.0.2", "::1", "127.0.0.1"], near=True)
        live = Live(frozenset({f"two.example:{port}"}), NO_KEYS, limits=Limits(tries=1), network=network)
        assert live.fetch(Request(url=f"http://two.example:{port}/")).data == b"[]"


@pytest.fixture
def deaf() -> Iterator[int]:
    """The port of a machine that takes connections and never says a word."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_machine_that_never_says_a_word_is_left_after_a_while(deaf: int, scheme: str) -> None:
    live = Live(
        frozenset({f"deaf.example:{deaf}"}), NO_KEYS, limits=Limits(whole=SLOW),
        network=Network(resolve=lambda _host, _port: ["127.0.0.1"], near=True),
    )  # fmt: skip
    with pytest.raises(Unreachable, match="sends so slowly"):
        live.fetch(Request(url=f"{scheme}://deaf.example:{deaf}/"))


def test_no_machine_is_reached_by_a_file() -> None:
    from qanat.sources.wire import Watch, _Backend  # pyright: ignore[reportPrivateUsage]

    with pytest.raises(httpcore.ConnectError, match="is no service"):
        _Backend(Network(), Watch(lambda: 0.0, 1.0, 1)).connect_unix_socket("/run/docker.sock")
