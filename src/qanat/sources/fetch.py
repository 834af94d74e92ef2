"""Bytes for a request: live from a service, or recorded in a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from qanat import __version__
from qanat.errors import SourceError, Unreachable
from qanat.sources.request import Answer, Request

if TYPE_CHECKING:
    import httpx

HOSTS: Final = frozenset({"api.unhcr.org", "helix-tools-api.idmcdb.org"})
LIMIT: Final = 64_000_000  # bytes of one answer
_TIMEOUT: Final = 60.0  # seconds
_TRIES: Final = 4
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_PATIENCE: Final = 60.0  # seconds; a service that asks for more is told to the person instead
_HERE: Final = "127.0.0.1"
_HINTS: Final = {401: "it wants a key", 403: "it wants a key", 404: "there is no such address"}


class _Busy(Exception):
    """The service asks to come back later; `after` is how many seconds it asks for, null where it does not say."""

    def __init__(self, status: int, after: float | None) -> None:
        self.after = after
        super().__init__(f"HTTP {status}")


class Live:
    """The services themselves: allowed hosts only, with a time limit, a size limit, an honest name, four tries.

    wait   seconds before the second try, doubled for each further one; a service's own Retry-After goes first
    """

    def __init__(
        self, hosts: frozenset[str] = HOSTS, *, limit: int = LIMIT, timeout: float = _TIMEOUT, wait: float = 0.5
    ) -> None:
        self._hosts, self._limit, self._timeout, self._wait = hosts, limit, timeout, wait

    def fetch(self, request: Request) -> Answer:
        """The service's answer; a redirect is not followed, since it may lead anywhere."""
        import httpx
        import stamina

        host = _allowed(request.url, self._hosts)

        def again(cause: Exception) -> bool | float:
            if isinstance(cause, _Busy) and cause.after is not None:
                return cause.after if cause.after <= _PATIENCE else False
            return isinstance(cause, httpx.TransportError | _Busy)

        tries = stamina.retry_context(
            on=again, attempts=_TRIES, timeout=None, wait_initial=self._wait, wait_jitter=self._wait, wait_max=_PATIENCE
        )
        try:
            for attempt in tries:
                with attempt:
                    return self._once(request)
        except (httpx.TransportError, _Busy) as cause:
            after = getattr(cause, "after", None)
            later = f"it asks to come back in {after:,.0f} seconds" if after else "try again later"
            raise Unreachable(
                f"{host} gives no answer ({str(cause) or type(cause).__name__}); what is stored stays usable, {later}"
            ) from cause
        raise AssertionError("a retry loop ends with an answer or an error")

    def _once(self, request: Request) -> Answer:
        import httpx

        headers = {
            "User-Agent": f"qanat/{__version__} (humanitarian statistics; open source)",
            "Accept": "application/json, text/csv",
        }
        with (
            httpx.Client(timeout=self._timeout, headers=headers, follow_redirects=False) as client,
            client.stream("GET", request.url, params={**request.params, **_secret(request)}) as response,
        ):
            _readable(request, response)
            return Answer(
                address=request.address, data=self._within_limit(request, response), retrieved=datetime.now(UTC).date()
            )

    def _within_limit(self, request: Request, response: httpx.Response) -> bytes:
        """The whole answer; one that breaks off is an httpx.RemoteProtocolError and is asked for again."""
        data = bytearray()
        for piece in response.iter_bytes():
            data += piece
            if len(data) > self._limit:
                raise SourceError(f"{request.address} sends more than {self._limit:,} bytes; ask for fewer years")
        return bytes(data)


def _allowed(url: str, hosts: frozenset[str]) -> str:
    """The host of an address, where it is one that may be read, over an encrypted line."""
    parts = urlsplit(url)
    if parts.netloc not in hosts:
        raise SourceError(f"{parts.netloc} is not a service qanat reads; it reads {', '.join(sorted(hosts))}")
    if parts.scheme != "https" and parts.hostname != _HERE:
        raise SourceError(f"{url} is not encrypted; qanat reads services over https only")
    return parts.netloc


def _readable(request: Request, response: httpx.Response) -> None:
    """Nothing for an answer that can be read. Raises _Busy to be asked again, SourceError to be told."""
    status = response.status_code
    if status in _BUSY:
        raise _Busy(status, _seconds(response.headers.get("retry-after")))
    if status != 200:
        to: str | None = response.headers.get("location")
        hint = f"it points to {urlsplit(to).netloc or 'another page'}" if to else _HINTS.get(status, "see its notes")
        raise SourceError(f"{request.address} answers HTTP {status}: the service has moved or refuses ({hint})")
    if response.headers.get("content-type", "").startswith("text/html"):
        raise SourceError(
            f"{request.address} answers with a web page, not data; the service may be down or moved, try again later"
        )


def _seconds(retry_after: str | None) -> float | None:
    """Seconds from a Retry-After header: a number, or a date counted from now; null where there is none."""
    if retry_after is None:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


class Recorded:
    """Answers recorded earlier, by address; for tests and for working without a line."""

    def __init__(self, answers: Mapping[str, bytes], retrieved: date) -> None:
        self._answers, self._retrieved = dict(answers), retrieved
        self.asked: list[str] = []

    def fetch(self, request: Request) -> Answer:
        """The recorded answer; Unreachable for one that was never recorded."""
        self.asked.append(request.address)
        if request.address not in self._answers:
            raise Unreachable(f"no answer was recorded for {request.address}")
        return Answer(address=request.address, data=self._answers[request.address], retrieved=self._retrieved)


def pages_of(data: bytes) -> int | None:
    """How many pages an answer says there are; null where it does not say."""
    try:
        told: Any = json.loads(data)
        most: Any = told["maxPages"]
    except (ValueError, KeyError, TypeError):
        return None
    return most if isinstance(most, int) else None


def told_of_retries(say: Callable[[str], None]) -> None:
    """Have every further try told to `say` instead of the log."""
    from stamina.instrumentation import RetryDetails, set_on_retry_hooks

    def hook(details: RetryDetails) -> None:
        say(f"no answer yet, try {details.retry_num + 1} in {details.wait_for:.0f} seconds")

    set_on_retry_hooks([hook])


def _secret(request: Request) -> dict[str, str]:
    """The keys a request wants, from the environment. Raises SourceError naming those that are not there."""
    import os

    absent = [key for key in request.keys if not os.environ.get(key.variable)]
    if absent:
        told = "; ".join(f"{key.variable} ({key.how})" for key in absent)
        raise SourceError(f"{request.url} wants a key that is not set: {told}")
    return {key.as_name: os.environ[key.variable] for key in request.keys if key.sent == "parameter"}
