"""The wire itself: connects to the addresses that were checked, and watches the time and the bytes of an answer.

A name is resolved once, its addresses checked, and the connection goes to one of those very addresses: a name that
answers differently a moment later (DNS rebinding) gains nothing. The certificate is still checked against the name.
Secrets are put in here, below everything that writes logs or keeps addresses in its exceptions.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import httpcore
import httpx

from qanat.sources.guard import Network, checked

if TYPE_CHECKING:
    from qanat.sources.request import Key

_T = TypeVar("_T")
SECRETS: Final = "qanat.secrets"  # in a request's extensions: key and secret, pair by pair
_MARGIN: Final = 250_000  # bytes: an answer's head, and what frames its chunks
_STRETCH: Final = 30.0  # seconds in which a trickle is told from a weak line
_LEAST: Final = 3_000  # bytes that come in them over the weakest (GPRS gives 2,000 and more a second)
_TOLD: Final = 5.0  # seconds between two words about an answer that is coming
_DROPS: Final = (
    10  # that many arrivals make a trickle: fewer are pauses, as of a service that makes its answer meanwhile
)


class TooLate(Exception):
    """The time an answer may take is over: all of it, or the stretch in which next to nothing came."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"{seconds:.0f} seconds")


class TooMuch(Exception):
    """More bytes came than an answer may have."""


class Watch:
    """One answer on the wire: how long it may take and how many bytes it may send, head, frames and all.

    until  by the clock;  size  bytes of the answer itself, which its frames may double
    say    is told every few seconds how much has come
    """

    def __init__(
        self, clock: Callable[[], float], until: float, size: int, say: Callable[[str], None] = lambda _: None
    ) -> None:
        self.clock, self.until, self.size, self._say = clock, until, size, say
        self._told = clock()
        self._whole = until - clock()
        self.begin()

    def begin(self) -> None:
        """A new answer begins; the time goes on."""
        self._head: bytearray | None = bytearray()
        self.received = self.body = 0
        self._stretch: tuple[float, int] | None = None  # when it began, and the bytes that had come by then
        self._drops = 0
        self.announced: int | None = None  # bytes of the answer, by its head

    def left(self, wanted: float | None) -> float:
        """Seconds to wait for the next step, at most as many as wanted. Raises TooLate where none are left."""
        left = self.until - self.clock()
        if left <= 0:
            raise TooLate(self._whole)
        return left if wanted is None else min(left, wanted)

    def came(self, data: bytes) -> None:
        """Bytes came. Raises TooMuch where they are too many, also of heads before the answer itself; TooLate where they
        trickle."""
        self._trickles()
        self._tells()
        self.received += len(data)
        if self.received > (_MARGIN if self._head is not None else 2 * self.size + _MARGIN):
            raise TooMuch
        if self._head is None:
            self.body += len(data)
            return
        self._head += data
        while (end := self._head.find(b"\r\n\r\n")) >= 0:
            interim = self._head.startswith(b"1", 9)  # HTTP/1.1 100 Continue, 103 Early Hints
            rest = self._head[end + 4 :]
            if not interim:
                self._head, self.body = None, len(rest)
                return
            self._head = rest

    def require_answer(self, got: int) -> None:
        """Nothing while what came is mostly answer. Raises TooMuch where its frames take more than it does: chunks of a
        byte each keep a reader busy for minutes.

        got  bytes of the answer that came so far, out of their frames
        """
        if self.received > 2 * got + _MARGIN:
            raise TooMuch

    def _tells(self) -> None:
        now = self.clock()
        if self.body and now - self._told >= _TOLD:
            whole = f" of {self.announced / 1e6:,.1f}" if self.announced else ""
            self._say(f"{self.body / 1e6:,.1f}{whole} MB came")
            self._told = now

    def _trickles(self) -> None:
        now = self.clock()
        since, had = self._stretch or (now, self.received)
        self._drops += 1
        if self.received - had >= _LEAST or self._stretch is None:
            since, had, self._drops = now, self.received, 0
        elif now - since >= _STRETCH and self._drops >= _DROPS:
            raise TooLate(now - since)
        self._stretch = since, had


class _Stream(httpcore.NetworkStream):
    """A connection that keeps to a watch."""

    def __init__(self, inner: httpcore.NetworkStream, watch: Watch) -> None:
        self._inner, self._watch = inner, watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._timed(lambda seconds: self._inner.read(max_bytes, seconds), timeout)
        self._watch.came(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._timed(lambda seconds: self._inner.write(buffer, seconds), timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        encrypted = self._timed(lambda seconds: self._inner.start_tls(ssl_context, server_hostname, seconds), timeout)
        return _Stream(encrypted, self._watch)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def _timed(self, step: Callable[[float], _T], timeout: float | None) -> _T:
        """A step within its own time and the watch's: the watch's end is told as TooLate, not as a silent line."""
        try:
            return step(self._watch.left(timeout))
        except httpcore.TimeoutException:
            self._watch.left(timeout)
            raise


class _Backend(httpcore.SyncBackend):
    """The network, but for addresses that are nobody's business."""

    def __init__(self, network: Network, watch: Watch) -> None:
        super().__init__()
        self._network, self._watch = network, watch

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = checked(host, port, self._network)
        except OSError as cause:
            raise httpcore.ConnectError(f"{host} has no address ({cause})") from cause
        for at, address in enumerate(addresses, 1):
            try:
                left = self._watch.left(timeout)
                return _Stream(super().connect_tcp(address, port, left, local_address, socket_options), self._watch)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                self._watch.left(timeout)
                if at == len(addresses):
                    raise
        raise AssertionError("the last address gives a connection or an error")

    def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise httpcore.ConnectError(f"{path} is no service")


class Wire(httpx.HTTPTransport):
    """httpx's transport over a watched network: a connection an answer, secrets put in at the last moment."""

    def __init__(self, network: Network, watch: Watch) -> None:
        encryption = httpx.create_ssl_context(trust_env=False)
        super().__init__(verify=encryption, trust_env=False)
        # httpx has no public way to hand its pool a network backend; a test connects through this to notice a change
        self._pool = httpcore.ConnectionPool(
            ssl_context=encryption, network_backend=_Backend(network, watch), max_connections=2, max_keepalive_connections=0
        )  # fmt: skip

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The response to a request with its secrets, which stand in no request that httpx or a caller holds."""
        others = {name: value for name, value in request.extensions.items() if name != SECRETS}
        secrets: dict[Key, str] = request.extensions.get(SECRETS, {})
        if secrets:
            logging.getLogger("httpcore").setLevel(logging.INFO)  # its debug log writes headers, which may repeat a key
        params = {key.as_name: secret for key, secret in secrets.items() if key.sent == "parameter"}
        headers = {key.as_name: secret for key, secret in secrets.items() if key.sent == "header"}
        sent = httpx.Request(
            request.method, request.url.copy_merge_params(params) if params else request.url,
            headers={**request.headers, **headers}, stream=request.stream, extensions=others,
        )  # fmt: skip
        return super().handle_request(sent)
