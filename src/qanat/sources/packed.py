"""Files that come packed (gzip, zip), opened within bounds: a small file may not become a large one unseen."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from qanat.errors import SourceError
from qanat.sources.record import Source
from qanat.sources.unpacking import ungzipped

MOST: Final = 450_000_000  # bytes of the largest table read: UCDP's bulk file has some 300 million
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_PIECE: Final = 1 << 16  # bytes taken from a packed file at once


def unpacked(data: bytes, source: Source, most: int = MOST) -> bytes:
    """The table in a gzip or zip file, or the bytes themselves where they are not packed.

    Raises SourceError for a file that is cut or damaged, holds no table or several, or grows beyond `most` bytes.
    """
    if data.startswith(_GZIP):
        return _gunzipped(data, source, most)
    if data.startswith(_ZIP) and b"[Content_Types].xml" not in data:  # a workbook is a zip too
        return _unzipped(data, source, most)
    return data


def _gunzipped(data: bytes, source: Source, most: int) -> bytes:
    found = io.BytesIO()
    try:
        for piece in ungzipped(data[at : at + _PIECE] for at in range(0, len(data), _PIECE)):
            if found.tell() + len(piece) > most:
                raise _too_large(source, most)
            found.write(piece)
    except (zlib.error, EOFError) as cause:
        raise _damaged(source, str(cause)) from cause
    return found.getvalue()


def _unzipped(data: bytes, source: Source, most: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            tables = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
            if len(tables) != 1:
                held = ", ".join(one.filename for one in archive.infolist()[:6]) or "nothing"
                raise SourceError(f"{source.id}: the zip file should hold one CSV, it holds {held}; fetch it again")
            found = io.BytesIO()
            with archive.open(tables[0]) as member:
                while piece := member.read(1 << 20):
                    if found.tell() + len(piece) > most:
                        raise _too_large(source, most)
                    found.write(piece)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as cause:
        raise _damaged(source, str(cause)) from cause
    return found.getvalue()


def _damaged(source: Source, told: str) -> SourceError:
    return SourceError(f"{source.id}: the packed file is cut or damaged ({told}); fetch it again")


def _too_large(source: Source, most: int) -> SourceError:
    return SourceError(
        f"{source.id}: the packed file holds more than {most // 1_000_000} MB, more than this table can have; "
        f"nothing was kept, look at {source.url}"
    )
