"""Bytes for a request: live from a service, or recorded in a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urlencode, urlsplit

from qanat import __version__
from qanat.errors import SourceError, Unreachable

if TYPE_CHECKING:
    import httpx

HOSTS: Final = frozenset({"api.unhcr.org", "helix-tools-api.idmcdb.org"})
LIMIT: Final = 64_000_000  # bytes of one answer
_TIMEOUT: Final = 60.0  # seconds
_TRIES: Final = 4
_BUSY: Final = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An address and its parameters, in a fixed order."""

    url: str
    params: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def address(self) -> str:
        """The whole address."""
        return f"{self.url}?{urlencode(sorted(self.params.items()))}" if self.params else self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, as bytes, and when."""

    address: str
    data: bytes
    retrieved: date


class Fetcher(Protocol):
    """Whatever gives bytes for a request."""

    def fetch(self, request: Request) -> Answer:
        """The answer. Raises Unreachable where there is none, SourceError where it must not be read."""
        ...


class _Busy(Exception):
    """The service asks to come back later."""


class Live:
    """The services themselves: allowed hosts only, with a time limit, a size limit, an honest name, four tries."""

    def __init__(self, hosts: frozenset[str] = HOSTS, *, limit: int = LIMIT, timeout: float = _TIMEOUT) -> None:
        self._hosts, self._limit, self._timeout = hosts, limit, timeout

    def fetch(self, request: Request) -> Answer:
        """The service's answer; a redirect is not followed, since it may lead anywhere."""
        import httpx
        import stamina

        host = urlsplit(request.url).netloc
        if host not in self._hosts:
            raise SourceError(f"{host} is not a service qanat reads; it reads {', '.join(sorted(self._hosts))}")
        try:
            for attempt in stamina.retry_context(on=(httpx.TransportError, _Busy), attempts=_TRIES, timeout=None):
                with attempt:
                    return self._once(request)
        except (httpx.TransportError, _Busy) as cause:
            raise Unreachable(
                f"{host} gives no answer ({cause or type(cause).__name__}); what is stored stays usable, try again later"
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
            client.stream("GET", request.url, params=dict(request.params)) as response,
        ):
            if response.status_code in _BUSY:
                raise _Busy(f"HTTP {response.status_code}")
            if response.status_code != 200:
                raise SourceError(
                    f"{request.address} answers HTTP {response.status_code}; the service has moved or refuses, see its documentation"
                )
            return Answer(
                address=request.address, data=self._within_limit(request, response), retrieved=datetime.now(UTC).date()
            )

    def _within_limit(self, request: Request, response: httpx.Response) -> bytes:
        data = bytearray()
        for piece in response.iter_bytes():
            data += piece
            if len(data) > self._limit:
                raise SourceError(f"{request.address} sends more than {self._limit:,} bytes; ask for fewer years")
        told = response.headers.get("content-length")
        if told and "content-encoding" not in response.headers and int(told) != len(data):
            raise SourceError(
                f"{request.address} broke off: {len(data):,} of {told} bytes came; nothing was kept, ask again"
            )
        return bytes(data)


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
