"""How much memory an answer takes once it is taken apart: a small text may hold millions of values."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.errors import SourceError
from qanat.sources.begin import begin

MOST: Final = 1_000_000_000  # bytes
# bytes an opening mark of JSON costs at most in CPython 3.11 to 3.14, 64 bit: an empty list 56, a dict of up to five 184,
# a text 52, a number 24 to 32, and eight to twelve for its place; measured over lists of each
_JSON: Final = {b"[": 72, b"{": 210, b":": 50, b'"': 26, b",": 40}
# the same of XML: an element 94, one with attributes 345 to 360 (its dict), text beside it 25
_XML: Final = {b"<": 120, b"=": 250}
_LINE: Final = 64
_READ: Final = 48  # bytes a cell of a CSV takes while it is read and told apart: measured over UCDP's 9 columns
_LISTED: Final = 24  # the same of a JSON record's field: its place in a list, and in a column of texts
MOST_CELL: Final = 200_000  # bytes of a text
MOST_COLUMNS: Final = 2_000  # of a table, and fields of records taken together: the widest that is read has 54


def weight(data: bytes) -> int:
    """Bytes of memory that reading an answer takes at most; two to three times as much as tables of records really take."""
    first = begin(data, 1)
    if first in (b"{", b"["):
        return 2 * len(data) + sum(cost * data.count(mark) for mark, cost in _JSON.items())
    if first == b"<":
        return 3 * len(data) + sum(cost * data.count(mark) for mark, cost in _XML.items())
    return 3 * len(data) + _LINE * data.count(b"\n")


def require_light(data: bytes, address: str, most: int = MOST) -> None:
    """Nothing for an answer that can be read within bounds. Raises SourceError for one that holds too many values."""
    found = weight(data)
    if found > most:
        raise SourceError(
            f"{address} holds so many values in its {len(data):,} bytes that reading them may take {found / 1e9:.1f} GB of memory; ask for fewer "
            "years or one country, or download it and hand it over in parts: qanat pull SOURCE --from FILE"
        )


def require_readable(data: bytes, address: str) -> None:
    """As `require_light`, for what was handed over or held: a table's rows are weighed when it is read, since it may be
    larger than what a service may send."""
    if begin(data, 1) in (b"{", b"[", b"<"):
        require_light(data, address)


def require_table(rows: int, columns: int, source: str, size: int | None = None) -> None:
    """Nothing for a table that can be held within bounds. Raises SourceError above them: a short line may stand for
    thousands of empty cells.

    size  bytes of its text, where that is not weighed yet: of a CSV; null: of records that were
    """
    found = _LISTED * rows * columns if size is None else size + _READ * rows * columns
    if found > MOST:
        raise SourceError(
            f"{source}: {rows:,} rows of {columns:,} columns may take {found / 1e9:.1f} GB of memory; nothing was kept, ask for fewer years or one "
            "country, or hand it over in parts: qanat pull SOURCE --from FILE"
        )


def require_short(frame: pl.DataFrame, source: str) -> None:
    """Nothing for a table whose texts are no longer than a cell may be: each is copied to every figure of its record.

    Raises SourceError naming the first column with a longer one.
    """
    texts = [name for name, kind in frame.schema.items() if kind == pl.String()]
    most = frame.select(pl.col(name).str.len_bytes().max() for name in texts).row(0) if texts else ()
    wrong = [(name, found) for name, found in zip(texts, most, strict=True) if found is not None and found > MOST_CELL]
    if wrong:
        name, found = wrong[0]
        raise SourceError(
            f"{source}: a cell of {name} holds {found:,} bytes, more than the {MOST_CELL:,} a text may have; nothing was kept, tell its owner"
        )


def require_narrow(columns: int, source: str) -> None:
    """Nothing for as many columns or fields as a table may have. Raises SourceError above that."""
    if columns > MOST_COLUMNS:
        raise SourceError(
            f"{source}: the answer has {columns:,} different fields, more than the {MOST_COLUMNS:,} a table may have; "
            "nothing was kept, ask again, and if it stays so tell its owner"
        )
