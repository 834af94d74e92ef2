"""XML that declares nothing of its own, parsed; anything else is refused before it is parsed."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree

from qanat.errors import SourceError

_BOM_TWICE: Final = "\u00ef\u00bb\u00bf"  # a byte order mark that was read as Latin-1 and written again, as GDACS's feed has been seen with
_DECLARED: Final = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def parsed(data: bytes, source: str) -> ElementTree.Element:
    """The root of an XML answer.

    Raises SourceError for bytes that are cut, no XML or no UTF-8, and for a document type or entities: no source needs
    them, and a few hundred bytes of those can fill a machine's memory.
    """
    try:
        written = data.decode("utf-8-sig").removeprefix(_BOM_TWICE)
    except UnicodeDecodeError as cause:
        raise SourceError(
            f"{source}: the answer is not UTF-8 text (byte {cause.start}); nothing was kept, ask again"
        ) from cause
    if declared := _DECLARED.search(written):
        raise SourceError(
            f"{source}: the answer declares a {declared[1].upper()} at character {declared.start()}, as no such source does and "
            "attacks do; it was not parsed, tell its owner"
        )
    try:
        return ElementTree.fromstring(written)
    except ElementTree.ParseError as cause:
        raise SourceError(
            f"{source}: the answer is cut off or no XML ({cause}); nothing was kept, ask again"
        ) from cause
