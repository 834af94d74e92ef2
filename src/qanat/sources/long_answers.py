"""Long JSON answers read by column, piece by piece: a million records in little more memory than their bytes."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any, Final

import polars as pl

PIECE: Final = 16_000_000  # bytes parsed at once
_BETWEEN: Final = re.compile(rb"\}(\s*,\s*)\{")


def by_column(data: bytes, columns: tuple[str, ...], path: tuple[str, ...], piece: int = PIECE) -> pl.DataFrame | None:
    """The records of a list as text columns, in their order; null for an answer this way cannot be sure of.

    path  the name that leads to the list, empty for a plain one; a longer one is not tried
    Unsure are an answer that is broken and one with lists or records in a wanted cell. Fields that are no column are
    passed over; a column that was not sent is null.
    """
    if len(path) > 1:
        return None
    fields = dict.fromkeys(columns, pl.String())
    wanted: dict[str, Any] = {path[0]: pl.List(pl.Struct(fields))} if path else fields
    try:
        parts = [pl.read_json(io.BytesIO(part), schema=wanted) for part in ([data] if path else pieces(data, piece))]
    except pl.exceptions.PolarsError:
        return None
    whole = pl.concat(parts)
    return whole.get_column(path[0]).explode().struct.unnest() if path else whole


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """A plain list of records as several, each of about this many bytes; anything else whole.

    A cut is made where one record seems to end and the next to begin. If that was inside a text or a record, both pieces
    are broken JSON, so nothing is ever misread.
    """
    first, last = data.find(b"["), data.rfind(b"]")
    if data[:first].strip() or data[last + 1 :].strip() or len(data) <= size:
        yield data
        return
    start = first + 1
    while (cut := _BETWEEN.search(data, start + size, last)) is not None:
        yield b"[" + data[start : cut.start(1)] + b"]"
        start = cut.end(1)
    yield b"[" + data[start:last] + b"]"


def first_fields(data: bytes) -> tuple[str, ...]:
    """The fields of a plain list's first record; empty where there is none in the first 64 kB."""
    start = data[: 1 << 16].decode("utf-8", "ignore").lstrip().removeprefix("[").lstrip()
    try:
        record: object = json.JSONDecoder().raw_decode(start)[0]
    except (ValueError, RecursionError):
        return ()
    return tuple(record) if isinstance(record, dict) else ()  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
