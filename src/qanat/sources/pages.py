"""JSON answers of a service: the records of one page or of several, or a telling error."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any, cast

import polars as pl

from qanat.errors import SourceError
from qanat.sources.record import Source


def page(data: bytes, source: Source) -> pl.DataFrame:
    """The records of a JSON answer as text cells (null stays null), in the order they were sent.

    An answer is a list of records, an envelope with `items` or `results`, or several pages made one by `joined`.
    Raises SourceError for JSON that is cut off, has another envelope, or holds no records.
    """
    records = [record for part in _parts(envelope(data, source.id)) for record in _records(part, source)]
    if not records:
        raise SourceError(
            f"{source.id}: the answer holds no records; {source.publisher} has nothing for this question, "
            "so ask for other years or countries"
        )
    names = list(dict.fromkeys(chain.from_iterable(records)))
    columns = {name: _texts([record.get(name) for record in records]) for name in names}
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String()))


def joined(pages: list[bytes]) -> bytes:
    """Several pages as one document: a JSON list of the answers, each byte for byte as it was received."""
    return pages[0] if len(pages) == 1 else b"[" + b",\n".join(pages) + b"]"


def envelope(data: bytes, source: str) -> object:
    """The parsed JSON of an answer. Raises SourceError telling what it is instead, or at which character it breaks off."""
    head = data[:200].lstrip()
    if not head or head.startswith(b"<"):
        told = f"is a web page, not data (it begins {head[:40]!r})" if head else "is empty"
        raise SourceError(f"{source}: the answer {told}; the service may be down or moved: nothing was kept, try later")
    try:
        return cast("object", json.loads(data))
    except json.JSONDecodeError as cause:
        cut = cause.pos >= len(cause.doc.rstrip()) - 1 or "Unterminated" in cause.msg
        kind = "is cut off" if cut else "is not JSON"
        raise SourceError(
            f"{source}: the answer {kind} at character {cause.pos} of {len(cause.doc)} ({cause.msg}); nothing was kept, ask again"
        ) from cause
    except RecursionError:
        raise SourceError(
            f"{source}: the answer is nested too deep to be data; nothing was kept, tell its owner"
        ) from None
    except UnicodeDecodeError as cause:
        raise SourceError(
            f"{source}: the answer is not UTF-8 text (byte {cause.start}); nothing was kept, ask again"
        ) from cause


def _parts(content: object) -> list[object]:
    """The pages in a parsed answer: a list of envelopes is several, anything else is one."""
    if isinstance(content, list):
        several = cast("list[object]", content)
        if several and all(isinstance(part, list) or _wraps(part) for part in several):
            return several
    return [content]


def _wraps(part: object) -> bool:
    return isinstance(part, dict) and ("items" in part or "results" in part)


def _records(part: object, source: Source) -> list[dict[str, Any]]:
    found: object = part
    if isinstance(part, dict):
        told = cast("dict[str, object]", part)
        found = told.get("items", told.get("results"))
        if not isinstance(found, list):
            raise SourceError(
                f"{source.id}: the answer has neither items nor results but {', '.join(list(told)[:6]) or 'nothing'}; "
                f"{source.publisher} refused the question or changed the service: look at {source.url}"
            )
    if not isinstance(found, list):
        raise SourceError(f"{source.id}: the answer is {found!r:.40}, not records; ask again or look at {source.url}")
    records = cast("list[object]", found)
    wrong = [at for at, record in enumerate(records, 1) if not isinstance(record, dict)]
    if wrong:
        raise SourceError(
            f"{source.id}: records {', '.join(map(str, wrong[:8]))} of {len(records)} are no records; nothing was kept, ask again"
        )
    return cast("list[dict[str, Any]]", records)


def _texts(cells: list[object]) -> list[str | None]:
    return [cell if cell is None or isinstance(cell, str) else str(cell) for cell in cells]
