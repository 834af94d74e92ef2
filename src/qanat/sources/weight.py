"""How much memory an answer takes once it is taken apart: a small text may hold millions of values."""

from __future__ import annotations

from typing import Final

from qanat.errors import SourceError

MOST: Final = 1_000_000_000  # bytes
# bytes an opening mark of JSON costs at most in CPython 3.11 to 3.14, 64 bit: an empty list 56, a dict of up to five 184,
# a text 52, a number 24 to 32, and eight to twelve for its place; measured over lists of each
_JSON: Final = {b"[": 72, b"{": 210, b":": 50, b'"': 26, b",": 40}
_LINE: Final = 64


def weight(data: bytes) -> int:
    """Bytes of memory that reading an answer takes at most; two to three times as much as tables of records really take."""
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return 2 * len(data) + sum(cost * data.count(mark) for mark, cost in _JSON.items())
    return 3 * len(data) + _LINE * data.count(b"\n")


def require_light(data: bytes, address: str, most: int = MOST) -> None:
    """Nothing for an answer that can be read within bounds. Raises SourceError for one that holds too many values."""
    found = weight(data)
    if found > most:
        raise SourceError(
            f"{address} holds so many values in its {len(data):,} bytes that reading them may take {found / 1e9:.1f} GB of memory; ask for fewer "
            "years or one country, or download it and hand it over in parts: qanat pull SOURCE --from FILE"
        )
