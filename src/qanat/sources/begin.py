"""What an answer is, by how it begins."""

from __future__ import annotations

import re
from typing import Final

_FIRST: Final = re.compile(rb"[^ \t\r\n\f\v\xef\xbb\xbf]")  # blanks and the byte order mark of UTF-8 before it


def begin(data: bytes, most: int = 40) -> bytes:
    """The first bytes of an answer that are no blanks, however many of those stand before; empty where there are none."""
    found = _FIRST.search(data)
    return b"" if found is None else data[found.start() : found.start() + most]


def is_json(data: bytes) -> bool:
    """Whether an answer begins as an object or a list of JSON does."""
    return begin(data, 1) in (b"{", b"[")
