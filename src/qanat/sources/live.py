"""The services themselves: polite, bounded, and suspicious of what they send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from qanat import __version__
from qanat.errors import SourceError, Unreachable
from qanat.sources.guard import PUBLIC, Network, host_of
from qanat.sources.keys import Keys, said_without, without
from qanat.sources.pacing import Pace
from qanat.sources.received import Busy, announced, body, readable, swollen
from qanat.sources.request import Answer, Key, Request
from qanat.sources.weight import require_light

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from qanat.sources.wire import Watch

_MOVED: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a service's time, size and patience is taken.

    size      bytes of an answer, packed or unpacked;  connect, silence  seconds without a connection, without a byte
    whole     seconds for an answer, with its redirects and further tries
    tries     how often a busy or broken service is asked;  wait  seconds before the second try, doubled each time
    patience  seconds a service may ask to be left alone; above it a person is told
    polls, poll  how often, and after how many seconds, an answer in the making (202) is asked for again
    """

    size: int = 256_000_000
    connect: float = 20.0
    silence: float = 60.0
    whole: float = 600.0
    tries: int = 4
    wait: float = 0.5
    patience: float = 60.0
    polls: int = 100
    poll: float = 5.0
    redirects: int = 5


@dataclass(slots=True, kw_only=True)
class _Asking:
    """One question on its way: its secrets, what watches the wire, and the client it goes through."""

    request: Request
    secrets: dict[Key, str]
    watch: Watch
    client: httpx.Client


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
        self._silent: set[str] = set()  # hosts no connection came about with: tried once, until one does

    def fetch(self, request: Request) -> Answer:
        """The service's answer.

        Raises Unreachable where there is none in the end, SourceError where it must not or cannot be read.
        """
        from qanat.sources.wire import TooLate, TooMuch, Watch

        host = host_of(request.url, self._hosts, near=self._network.near)
        secrets = self._keys.of(request)
        watch = Watch(self._pace.now, self._pace.now() + self._limits.whole, self._limits.size, self._say)
        try:
            return self._asked(request, secrets, watch, host)
        except TooLate as cause:
            raise Unreachable(
                f"{request.address} sends so slowly that {cause.seconds:.0f} seconds were not enough "
                f"({watch.received:,} bytes came); ask for less, or try on a better line"
            ) from None
        except TooMuch:
            raise swollen(request, watch.received) from None

    def _asked(self, request: Request, secrets: dict[Key, str], watch: Watch, host: str) -> Answer:
        """The answer of the first try that gives one."""
        import httpx
        import stamina

        tries = stamina.retry_context(
            on=self._again, attempts=1 if host in self._silent else self._limits.tries, timeout=None, wait_initial=self._limits.wait,
            wait_jitter=self._limits.wait, wait_max=self._limits.patience,
        )  # fmt: skip
        try:
            for attempt in tries:
                with attempt:
                    answer = self._whole(request, secrets, watch)
                    self._silent.discard(host)
                    return answer
        except (httpx.TransportError, Busy) as cause:
            if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout):
                self._silent.add(host)
            after: float | None = getattr(cause, "after", None)
            later = f"it asks to come back in {after:,.0f} seconds" if after else "try again later"
            why = said_without(str(cause) or type(cause).__name__, secrets)
            raise Unreachable(f"{host} gives no answer ({why}); what is stored stays usable, {later}") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as cause:
            why = said_without(str(cause), secrets)
            raise SourceError(
                f"{request.address} cannot be read ({why}); ask again, and if it stays so tell its owner"
            ) from None
        raise AssertionError("a retry loop ends with an answer or an error")

    def _again(self, cause: Exception) -> bool | float:
        import httpx

        if isinstance(cause, Busy) and cause.after is not None:
            return cause.after if cause.after <= self._limits.patience else False
        return isinstance(cause, httpx.TransportError | Busy)

    def _whole(self, request: Request, secrets: dict[Key, str], watch: Watch) -> Answer:
        """The answer after its redirects, asked for again while it is in the making."""
        import httpx

        from qanat.sources.wire import Wire

        limits = self._limits
        with httpx.Client(
            transport=Wire(self._network, watch), timeout=httpx.Timeout(limits.silence, connect=limits.connect),
            follow_redirects=False, trust_env=False,
        ) as client:  # fmt: skip
            asking = _Asking(request=request, secrets=secrets, watch=watch, client=client)
            for made in range(limits.polls + 1):
                answer = self._followed(asking)
                if answer is not None:
                    return answer
                if made < limits.polls:
                    self._say(
                        f"{urlsplit(request.url).netloc} is still making the answer, asking again in {limits.poll:.0f} seconds"
                    )
                    self._pace.rest(limits.poll)
                    watch.until += limits.poll
        raise Unreachable(
            f"{request.address} is still in the making after {limits.polls} tries (HTTP 202); ask again later, or for less"
        )

    def _followed(self, asking: _Asking) -> Answer | None:
        """The answer at the end of the redirects; null while it is in the making."""
        request, secrets = asking.request, asking.secrets
        url, first = request.url, host_of(request.url, self._hosts, near=self._network.near)
        for _ in range(self._limits.redirects + 1):
            host = host_of(url, self._hosts, near=self._network.near)
            self._pace.turn(host)
            asking.watch.begin()
            response = asking.client.send(_built(asking, url, secrets if host == first else {}), stream=True)
            try:
                to: str | None = response.headers.get("location")
                if response.status_code in _MOVED and to:
                    url = _next(request, url, said_without(to, secrets))
                    continue
                return self._told(asking, response)
            finally:
                response.close()
        raise SourceError(
            f"{request.address} leads in a circle of more than {self._limits.redirects} redirects; tell its owner"
        )

    def _told(self, asking: _Asking, response: httpx.Response) -> Answer | None:
        """What a response says; null for an answer in the making. Raises Busy to be asked again, SourceError to be told."""
        request, secrets = asking.request, asking.secrets
        if response.status_code == 202 and request.polled:
            return None
        etag, modified = (_validator(response, name, secrets) for name in ("etag", "last-modified"))
        today = datetime.now(UTC).date()
        if response.status_code == 304 and any(request.held):
            return Answer(
                address=request.address, data=b"", retrieved=today, etag=etag, modified=modified, unchanged=True
            )
        readable(request, response)
        announced(request, response, asking.watch)
        received = body(request, response, asking.watch)
        require_light(received, request.address)
        data, repeated = without(received, secrets)
        if repeated:
            self._say(f"{request.url} repeated the key in its answer; it was taken out before anything was kept")
        return Answer(address=request.address, data=data, retrieved=today, etag=etag, modified=modified)


def _next(request: Request, url: str, to: str) -> str:
    """Where a redirect leads. Raises SourceError for what is no address."""
    try:
        return urljoin(url, to)
    except ValueError:
        raise SourceError(f"{request.address} leads to {to[:80]!r}, which is no address; tell its owner") from None


def _validator(response: httpx.Response, name: str, secrets: dict[Key, str]) -> str | None:
    """A validator to send back next time; null where there is none, or where it repeats a secret."""
    found: str | None = response.headers.get(name)
    return None if found is None or said_without(found, secrets) != found else found


def _built(asking: _Asking, url: str, secrets: dict[Key, str]) -> httpx.Request:
    """The request as it is sent, but for its secrets, which the wire puts in: a redirect's address has its own
    parameters."""
    import httpx

    from qanat.sources.wire import SECRETS

    request = asking.request
    headers = {
        "User-Agent": f"qanat/{__version__} (humanitarian statistics; open source)",
        "Accept": "application/json, text/csv, application/xml, */*;q=0.5",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    for name, value in zip(("If-None-Match", "If-Modified-Since"), request.held, strict=True):
        if value:
            headers[name] = value
    if request.body is not None:
        headers["Content-Type"] = "application/json"
    extensions: dict[str, Any] = {SECRETS: secrets}
    return asking.client.build_request(
        "GET" if request.body is None else "POST",
        httpx.URL(url).copy_merge_params(dict(request.params)) if url == request.url and request.params else url,
        headers=headers, content=None if request.body is None else request.body.encode(), extensions=extensions,
    )  # fmt: skip
