"""A server on this machine that plays a service, well or badly."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from qanat.sources.guard import Network
from qanat.sources.keys import Keys
from qanat.sources.live import Limits, Live
from qanat.sources.pacing import Pace
from qanat.sources.request import Key, Request

Play = Callable[[BaseHTTPRequestHandler, int], None]
NO_KEYS = Keys({})
NEAR = Network(near=True)


@dataclass
class Service:
    """Where it is, and what it was asked, in order."""

    host: str = ""
    asked: list[str] = field(default_factory=list[str])
    named: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])
    sent: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def request(self, *keys: Key) -> Request:
        return Request(url=f"http://{self.host}/population/", params={"yearTo": "2025", "cf_type": "ISO"}, keys=keys)

    def live(self, limit: int = 1000, keys: Keys = NO_KEYS, **limits: float) -> Live:
        quick = Limits(size=limit, silence=5, wait=0, poll=0, **limits)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        return Live(
            frozenset({self.host}), keys, limits=quick, pace=Pace({self.host: 1e9}), say=self.said.append, network=NEAR
        )


@contextmanager
def serving(play: Play) -> Generator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.asked.append(self.path)
            service.named.append(self.headers["User-Agent"])
            service.sent.append({name.lower(): value for name, value in self.headers.items()})
            with suppress(BrokenPipeError, ConnectionResetError):
                play(self, len(service.asked))

        do_POST = do_GET  # noqa: N815

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
