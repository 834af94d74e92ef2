"""JSON answers of a service: the records of one page or of several, or a telling error."""

from __future__ import annotations

import json
import re
from itertools import chain
from typing import Any, Final, cast

import polars as pl

from qanat.errors import SourceError
from qanat.sources.begin import begin
from qanat.sources.record import Source
from qanat.sources.weight import require_narrow, require_short, require_table

_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")  # half of a character that takes two, as JSON writes it


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
    require_narrow(len(names), source.id)
    require_table(len(records), len(names), source.id)
    columns = {name: _texts([record.get(name) for record in records]) for name in names}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String()))
    require_short(frame, source.id)
    return frame


def joined(pages: list[bytes]) -> bytes:
    """Several pages as one document: a JSON list of the answers, each byte for byte as it was received."""
    return pages[0] if len(pages) == 1 else b"[" + b",\n".join(pages) + b"]"


def envelope(data: bytes, source: str) -> object:
    """The parsed JSON of an answer (RFC 8259: UTF-8, each name of an object once); half a character (a surrogate that
    stands alone) becomes the sign U+FFFD.

    Raises SourceError telling what it is instead, or at which character it breaks off.
    """
    head = begin(data)
    if not head or head.startswith(b"<"):
        told = f"is a web page, not data (it begins {head!r})" if head else "is empty"
        raise SourceError(f"{source}: the answer {told}; the service may be down or moved: nothing was kept, try later")
    try:
        found = cast("object", json.loads(str(data, "utf-8-sig"), object_pairs_hook=_once))
        return _whole_characters(found) if _HALF.search(data) else found
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
    except ValueError as cause:  # a name that stands twice, a number of thousands of digits
        raise SourceError(
            f"{source}: the answer cannot be read for certain ({str(cause).split(';')[0]}); nothing was kept, tell its owner"
        ) from cause


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object's fields. Raises ValueError for a name that stands twice: readers differ in which of them they take."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for at, name in enumerate(names) if name in names[:at])
        raise ValueError(f"a record has two fields called {twice!r:.60}")
    return fields


def _whole_characters(found: object) -> object:
    """The same with every text fit to be written as UTF-8: texts that a service cut may end in half a character."""
    if isinstance(found, str):
        return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(found, list):
        return [_whole_characters(one) for one in cast("list[object]", found)]
    if isinstance(found, dict):
        told = cast("dict[str, object]", found)
        return {str(_whole_characters(name)): _whole_characters(one) for name, one in told.items()}
    return found


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
