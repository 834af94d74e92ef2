"""What a response is worth: asked again, refused with a reason, or read to its very end."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from qanat.errors import SourceError
from qanat.sources.begin import begin
from qanat.sources.request import Request
from qanat.sources.unpacking import ungzipped

if TYPE_CHECKING:
    import httpx

    from qanat.sources.wire import Watch

_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_ENCODINGS: Final = frozenset({"", "identity", "gzip"})
_START: Final = 1 << 16  # bytes in which a web page would begin
_FORMS: Final = (
    b"PK\x03\x04",
    b"PAR1",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
)  # have an end of their own
_PAGES: Final = (b"<!doctype html", b"<html")
_HINTS: Final = {
    401: "the key is not accepted", 403: "the key or the name of the application is not accepted", 404: "there is no such address",
    410: "this version of the service is switched off",
}  # fmt: skip


class Busy(Exception):
    """The service asks to come back later; `after` is how many seconds it asks for, null where it does not say."""

    def __init__(self, status: int, after: float | None) -> None:
        self.after = after
        super().__init__(f"HTTP {status}")


def refused(request: Request, size: int) -> SourceError:
    """The error for an answer above the limit."""
    return SourceError(f"{request.address} sends more than {size:,} bytes; ask for fewer years or one country")


def swollen(request: Request, received: int) -> SourceError:
    """The error for an answer that is mostly no answer: heads, frames, interim answers."""
    return SourceError(
        f"{request.address} sends more around its answer than an answer has ({received:,} bytes came); nothing was kept, tell its owner"
    )


def readable(request: Request, response: httpx.Response) -> None:
    """Nothing for an answer that can be read. Raises Busy to be asked again, SourceError for any other."""
    status = response.status_code
    if status in _BUSY:
        raise Busy(status, seconds(response.headers.get("retry-after")))
    if status != 200:
        hint = request.refusals.get(status) or _HINTS.get(status, "see its notes")
        raise SourceError(f"{request.address} answers HTTP {status}: the service has moved or refuses ({hint})")
    if response.headers.get("content-type", "").strip().lower().startswith(("text/html", "application/xhtml")):
        raise _a_page(request)
    packed = _packing(response)
    if packed not in _ENCODINGS:
        raise SourceError(
            f"{request.address} sends its answer packed as {packed[:20]!r}, which was not asked for; tell its owner"
        )


def announced(request: Request, response: httpx.Response, watch: Watch) -> None:
    """Tell the watch how many bytes an answer announces. Raises SourceError where they are too many, before it is read."""
    watch.announced = _length(response)
    if watch.announced is not None and watch.announced > watch.size:
        raise refused(request, watch.size)


def body(request: Request, response: httpx.Response, watch: Watch) -> bytes:
    """The whole answer, unpacked.

    Raises httpx.RemoteProtocolError for one that breaks off, which is asked for again; SourceError for one that is too
    large, longer than it announced, a web page, or packed as nothing that can be unpacked.
    """
    import httpx

    data = bytearray()
    try:
        for piece in _pieces(response):
            data += piece
            if max(len(data), response.num_bytes_downloaded) > watch.size:
                raise refused(request, watch.size)
            watch.require_answer(response.num_bytes_downloaded)
    except EOFError as cause:
        raise httpx.RemoteProtocolError(str(cause)) from cause
    except zlib.error as cause:
        raise SourceError(
            f"{request.address} cannot be read (it says it is packed as gzip and is not: {cause}); ask again, and if it stays so tell its owner"
        ) from cause
    length = _length(response)
    if length is not None and watch.body > length:
        raise SourceError(
            f"{request.address} sends more than the {length:,} bytes it announces; nothing was kept: ask again, and if it stays so tell its owner"
        )
    if begin(bytes(data[:_START])).lower().startswith(_PAGES):
        raise _a_page(request)
    if length is None and not _ends(response, data):
        raise httpx.RemoteProtocolError("it tells no length and breaks off within a line: it may be cut")
    return bytes(data)


def _ends(response: httpx.Response, data: bytearray) -> bool:
    """Whether an answer shows where it ends: by chunks, by being packed, by the form it has, or by a whole last line."""
    if "transfer-encoding" in response.headers or _packing(response) == "gzip":
        return True
    first = begin(bytes(data[:_START]), 8)
    return first[:1] in (b"{", b"[", b"<", b"") or first.startswith(_FORMS) or data.endswith((b"\n", b"\r"))


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    return ungzipped(response.iter_raw()) if _packing(response) == "gzip" else response.iter_raw()


def _packing(response: httpx.Response) -> str:
    found: str = response.headers.get("content-encoding", "")
    return found.strip().lower()


def _length(response: httpx.Response) -> int | None:
    """The bytes that the answer announces; null where it comes in chunks or does not say."""
    told: str = response.headers.get("content-length", "")
    return int(told) if told.isdecimal() and "transfer-encoding" not in response.headers else None


def _a_page(request: Request) -> SourceError:
    return SourceError(
        f"{request.address} answers with a web page, not data; the service may be down or moved, try again later"
    )


def seconds(retry_after: str | None) -> float | None:
    """Seconds from a Retry-After header: a number, or a date counted from now; null where there is none."""
    if retry_after is None:
        return None
    told = retry_after.strip()
    if told.isascii() and told.isdecimal():
        return float(told)
    try:
        until = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
