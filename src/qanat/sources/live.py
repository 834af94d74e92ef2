"""The services themselves: polite, bounded, and suspicious of what they send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from qanat import __version__
from qanat.errors import SourceError, Unreachable
from qanat.sources.guard import PUBLIC, Network, guarded, host_of
from qanat.sources.keys import Keys, said_without, without
from qanat.sources.pacing import Pace
from qanat.sources.request import Answer, Key, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_ENCODINGS: Final = frozenset({"", "identity", "gzip"})  # others unpack without a bound of their own
_HINTS: Final = {
    401: "the key is not accepted", 403: "the key or the name of the application is not accepted", 404: "there is no such address",
    410: "this version of the service is switched off",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a service's time, size and patience is taken.

    size      bytes of an answer, packed or unpacked;  silence  seconds without a byte
    whole     seconds for a whole answer, redirects and all
    tries     how often a busy or broken service is asked;  wait  seconds before the second try, doubled each time
    patience  seconds a service may ask to be left alone; above it a person is told
    polls, poll  how often, and after how many seconds, an answer in the making (202) is asked for again
    """

    size: int = 256_000_000
    silence: float = 60.0
    whole: float = 600.0
    tries: int = 4
    wait: float = 0.5
    patience: float = 60.0
    polls: int = 100
    poll: float = 5.0
    redirects: int = 5


class _Busy(Exception):
    """The service asks to come back later; `after` is how many seconds it asks for, null where it does not say."""

    def __init__(self, status: int, after: float | None) -> None:
        self.after = after
        super().__init__(f"HTTP {status}")


class Live:
    """A line to the services: listed hosts at public addresses only, paced, bounded in time and size, keys kept secret.

    hosts  that may be spoken to;  say  is told of waits, and of secrets that an answer repeated
    network  how names become addresses
    """

    def __init__(
        self, hosts: frozenset[str], keys: Keys, *, limits: Limits = Limits(), pace: Pace | None = None,
        say: Callable[[str], None] = lambda _: None, network: Network = PUBLIC,
    ) -> None:  # fmt: skip
        self._hosts, self._keys, self._limits, self._say = hosts, keys, limits, say
        self._pace, self._network = pace or Pace(), network

    def fetch(self, request: Request) -> Answer:
        """The service's answer.

        Raises Unreachable where there is none in the end, SourceError where it must not or cannot be read.
        """
        import httpx
        import stamina

        host = host_of(request.url, self._hosts, near=self._network.near)
        secrets = self._keys.of(request)
        tries = stamina.retry_context(
            on=self._again, attempts=self._limits.tries, timeout=None, wait_initial=self._limits.wait,
            wait_jitter=self._limits.wait, wait_max=self._limits.patience,
        )  # fmt: skip
        try:
            for attempt in tries:
                with attempt:
                    return self._whole(request, secrets)
        except (httpx.TransportError, _Busy) as cause:
            after: float | None = getattr(cause, "after", None)
            later = f"it asks to come back in {after:,.0f} seconds" if after else "try again later"
            why = said_without(str(cause) or type(cause).__name__, secrets.values())
            raise Unreachable(f"{host} gives no answer ({why}); what is stored stays usable, {later}") from None
        except httpx.HTTPError as cause:
            why = said_without(str(cause), secrets.values())
            raise SourceError(
                f"{request.address} cannot be read ({why}); ask again, and if it stays so tell its owner"
            ) from None
        raise AssertionError("a retry loop ends with an answer or an error")

    def _again(self, cause: Exception) -> bool | float:
        import httpx

        if isinstance(cause, _Busy) and cause.after is not None:
            return cause.after if cause.after <= self._limits.patience else False
        return isinstance(cause, httpx.TransportError | _Busy)

    def _whole(self, request: Request, secrets: dict[Key, str]) -> Answer:
        """The answer after its redirects, asked for again while it is in the making."""
        import httpx

        end = self._pace.now() + self._limits.whole
        with httpx.Client(
            transport=guarded(self._network), timeout=self._limits.silence, follow_redirects=False, trust_env=False,
        ) as client:  # fmt: skip
            for made in range(self._limits.polls + 1):
                answer = self._followed(client, request, secrets, end)
                if answer is not None:
                    return answer
                if made < self._limits.polls:
                    self._say(
                        f"{urlsplit(request.url).netloc} is still making the answer, asking again in {self._limits.poll:.0f} seconds"
                    )
                    self._pace.rest(self._limits.poll)
                    end += self._limits.poll
        raise Unreachable(
            f"{request.address} is still in the making after {self._limits.polls} tries (HTTP 202); ask again later, or for less"
        )

    def _followed(self, client: httpx.Client, request: Request, secrets: dict[Key, str], end: float) -> Answer | None:
        """The answer at the end of the redirects; null while it is in the making."""
        url, first = request.url, urlsplit(request.url).netloc
        for _ in range(self._limits.redirects + 1):
            host = host_of(url, self._hosts, near=self._network.near)
            self._pace.turn(host)
            own = secrets if host == first else {}
            response = client.send(_built(client, request, url, own), stream=True)
            try:
                to: str | None = response.headers.get("location")
                if response.status_code in _MOVED and to:
                    url = urljoin(url, to)
                    continue
                return self._told(request, response, secrets, end)
            finally:
                response.close()
        raise SourceError(
            f"{request.address} leads in a circle of more than {self._limits.redirects} redirects; tell its owner"
        )

    def _told(self, request: Request, response: httpx.Response, secrets: dict[Key, str], end: float) -> Answer | None:
        """What a response says; null for an answer in the making. Raises _Busy to be asked again, SourceError to be told."""
        status = response.status_code
        if status in _BUSY:
            raise _Busy(status, seconds(response.headers.get("retry-after")))
        if status == 202 and request.polled:
            return None
        validators = response.headers.get("etag"), response.headers.get("last-modified")
        today = datetime.now(UTC).date()
        if status == 304:
            return Answer(
                address=request.address,
                data=b"",
                retrieved=today,
                etag=validators[0],
                modified=validators[1],
                unchanged=True,
            )
        _readable(request, response)
        data, repeated = without(self._received(request, response, end), secrets.values())
        if repeated:
            self._say(f"{request.url} repeated the key in its answer; it was taken out before anything was kept")
        return Answer(address=request.address, data=data, retrieved=today, etag=validators[0], modified=validators[1])

    def _received(self, request: Request, response: httpx.Response, end: float) -> bytes:
        """The whole answer; one that breaks off is an httpx.RemoteProtocolError and is asked for again."""
        data = bytearray()
        for piece in response.iter_bytes():
            data += piece
            if max(len(data), response.num_bytes_downloaded) > self._limits.size:
                raise SourceError(
                    f"{request.address} sends more than {self._limits.size:,} bytes; ask for fewer years or one country"
                )
            if self._pace.now() > end:
                raise Unreachable(
                    f"{request.address} sends so slowly that {self._limits.whole:.0f} seconds were not enough ({len(data):,} bytes came); "
                    "ask for less, or try on a better line"
                )
        return bytes(data)


def _built(client: httpx.Client, request: Request, url: str, secrets: dict[Key, str]) -> httpx.Request:
    """The request as it is sent: a redirect's address carries its own parameters, and no key to another host."""
    first = url == request.url
    params = {
        **(request.params if first else {}),
        **{key.as_name: secret for key, secret in secrets.items() if key.sent == "parameter"},
    }
    headers = {
        "User-Agent": f"qanat/{__version__} (humanitarian statistics; open source)",
        "Accept": "application/json, text/csv, application/xml, */*;q=0.5",
        "Accept-Encoding": "gzip",
        **{key.as_name: secret for key, secret in secrets.items() if key.sent == "header"},
    }
    for name, value in zip(("If-None-Match", "If-Modified-Since"), request.held, strict=True):
        if value:
            headers[name] = value
    if request.body is not None:
        headers["Content-Type"] = "application/json"
    return client.build_request(
        "GET" if request.body is None else "POST", url, params=params or None, headers=headers,
        content=None if request.body is None else request.body.encode(),
    )  # fmt: skip


def _readable(request: Request, response: httpx.Response) -> None:
    """Nothing for an answer that can be read. Raises SourceError for any other."""
    status = response.status_code
    if status in request.refusals:
        raise SourceError(f"{request.url} answers HTTP {status}: {request.refusals[status]}")
    if status != 200:
        raise SourceError(
            f"{request.address} answers HTTP {status}: the service has moved or refuses ({_HINTS.get(status, 'see its notes')})"
        )
    if response.headers.get("content-type", "").startswith("text/html"):
        raise SourceError(
            f"{request.address} answers with a web page, not data; the service may be down or moved, try again later"
        )
    packed = response.headers.get("content-encoding", "").strip().lower()
    if packed not in _ENCODINGS:
        raise SourceError(
            f"{request.address} sends its answer packed as {packed[:20]!r}, which was not asked for; tell its owner"
        )


def seconds(retry_after: str | None) -> float | None:
    """Seconds from a Retry-After header: a number, or a date counted from now; null where there is none."""
    if retry_after is None:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
