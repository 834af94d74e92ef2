"""Files that come packed (gzip, zip), opened within bounds: a small file may not become a large one unseen."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from qanat.errors import SourceError
from qanat.sources.record import Source

MOST: Final = 600_000_000  # bytes of the largest table read: UCDP's bulk file has about half as many
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_WINDOW: Final = 31  # zlib's word for gzip


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
    parts: list[bytes] = []
    rest, room = data, most
    while rest:
        stream = zlib.decompressobj(_WINDOW)
        try:
            parts.append(stream.decompress(rest, room + 1))
        except zlib.error as cause:
            raise _damaged(source, str(cause)) from cause
        room -= len(parts[-1])
        if room < 0:
            raise _too_large(source, most)
        if not stream.eof:
            raise _damaged(source, "it ends too soon")
        rest = stream.unused_data
    return b"".join(parts)


def _unzipped(data: bytes, source: Source, most: int) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            tables = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
            if len(tables) != 1:
                held = ", ".join(one.filename for one in archive.infolist()[:6]) or "nothing"
                raise SourceError(f"{source.id}: the zip file should hold one CSV, it holds {held}; fetch it again")
            with archive.open(tables[0]) as member:
                found = member.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as cause:
        raise _damaged(source, str(cause)) from cause
    if len(found) > most:
        raise _too_large(source, most)
    return found


def _damaged(source: Source, told: str) -> SourceError:
    return SourceError(f"{source.id}: the packed file is cut or damaged ({told}); fetch it again")


def _too_large(source: Source, most: int) -> SourceError:
    return SourceError(
        f"{source.id}: the packed file holds more than {most // 1_000_000} MB, more than this table can have; "
        f"nothing was kept, look at {source.url}"
    )
