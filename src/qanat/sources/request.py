"""What is asked of a service, what comes back, and the keys some services want: no line and no secret is touched here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A secret a service wants: its name here, where it is sent, and how a person comes by one.

    name  read from the environment as QANAT_KEY_NAME (upper case), or from the key file as name = "..."
    sent  as a header or as a parameter called `as_name`
    how   a sentence: who gives it, for what, how long it takes
    """

    name: str
    sent: Literal["header", "parameter"]
    as_name: str
    how: str

    @property
    def variable(self) -> str:
        """The environment variable it is read from."""
        return f"QANAT_KEY_{self.name.upper().replace('-', '_')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person wants of a source: which years (both ends included), which country, which part of the service.

    country  ISO 3166 alpha-3, as origin or as place; null: all of them, one by one
    part     a service's own word for a part of it: a data set's name, an appeal, a situation, an indicator; null: the
             source's usual one
    """

    first: int
    last: int
    country: str | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An address and its parameters, in a fixed order.

    keys    secrets the transport puts in when it sends; they never stand in an address, a log, a lock file or an error
    body    JSON text that is posted (ReliefWeb's questions); null for a plain GET
    polled  the service answers 202 until the answer is ready (HDX HAPI): ask again
    refusals  what the service means by a status it refuses with, where its own words are better than the general ones
    held    the validators of the answer that is held already (ETag, Last-Modified): only a newer one is wanted
    """

    url: str
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    keys: tuple[Key, ...] = ()
    body: str | None = None
    polled: bool = False
    refusals: Mapping[int, str] = field(default_factory=dict[int, str])
    held: tuple[str | None, str | None] = (None, None)

    @property
    def address(self) -> str:
        """The whole address, without its secrets; a posted body follows after a blank."""
        mark = "&" if "?" in self.url else "?"
        asked = f"{self.url}{mark}{urlencode(sorted(self.params.items()))}" if self.params else self.url
        return f"{asked} {self.body}" if self.body else asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, as bytes, and when.

    published  the day it was published, where whoever handed it over knows; null: see the answer itself
    etag, modified  the validators the service sent with it; null where it sends none
    unchanged  the service says that the held answer is the newest; `data` is empty then
    whole      it is all there is to a request, or the page after the last full one: it may hold nothing
    """

    address: str
    data: bytes
    retrieved: date
    published: date | None = None
    etag: str | None = None
    modified: str | None = None
    unchanged: bool = False
    whole: bool = False


class Fetcher(Protocol):
    """Whatever gives bytes for a request: live, cached, offline, mirror, recorded."""

    def fetch(self, request: Request) -> Answer:
        """The answer. Raises Unreachable where there is none, SourceError where it must not be read."""
        ...
