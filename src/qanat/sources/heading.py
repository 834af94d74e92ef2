"""The head of a table within bounds, and the names in it within a message."""

from __future__ import annotations

import csv
from typing import Final

from qanat.errors import SourceError
from qanat.sources.weight import require_narrow

_HEAD: Final = 100_000  # bytes the head of a table may take
_SHOWN: Final = 12


def head(data: bytes, source: str) -> list[str]:
    """The names of a CSV's columns.

    Raises SourceError for a head that does not end, is no text, or has more names than a table has columns: a few
    megabytes of commas would fill a machine's memory.
    """
    text = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if b"\0" in text or text.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(
            f"{source}: the answer is no text in UTF-8 (it begins {data[:8]!r}); nothing was kept, ask again"
        )
    lines = iter(text.decode("utf-8", "replace").splitlines(keepends=True))
    try:
        names: list[str] = next(csv.reader(lines), list[str]())
    except csv.Error as cause:
        raise SourceError(
            f"{source}: the first line is no head of a table ({cause}); nothing was kept, ask again"
        ) from cause
    if len(data) > _HEAD and next(lines, None) is None:
        raise SourceError(
            f"{source}: the first {_HEAD:,} bytes hold no whole head of a table; nothing was kept, ask again"
        )
    require_narrow(len(names), source)
    return names


def listed(names: list[str]) -> str:
    """Names that somebody else wrote, as a message may hold them: the first dozen, none longer than 60 characters."""
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(name if len(name) <= 60 else f"{name[:57]}..." for name in names[:_SHOWN]) + more
