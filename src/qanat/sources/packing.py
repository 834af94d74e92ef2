"""Answers packed with zstd, and unpacked within bounds."""

from __future__ import annotations

from collections.abc import Generator
from hashlib import sha256
from typing import Final

LARGEST: Final = 400_000_000  # bytes of one answer, unpacked: above what a service may send
_WINDOW: Final = 1 << 27  # bytes a packed file may want to be kept at hand while it is unpacked


def packed(data: bytes) -> bytes:
    """Bytes as zstd, level 6."""
    import zstandard

    return zstandard.ZstdCompressor(level=6).compress(data)


def unpacked(data: bytes, most: int = LARGEST) -> bytes:
    """The bytes of a zstd frame. Raises ValueError for a damaged frame or one that holds more than `most`."""
    return b"".join(_pieces(data, most))


def holds(file: bytes, digest: str) -> bool:
    """Whether a packed file holds the bytes of that digest; it is never unpacked whole."""
    found = sha256()
    try:
        for piece in _pieces(file, LARGEST):
            found.update(piece)
    except ValueError:
        return False
    return found.hexdigest() == digest


def _pieces(data: bytes, most: int) -> Generator[bytes]:
    import zstandard

    room = most
    try:
        with zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(data) as stream:
            while piece := stream.read(1 << 20):
                room -= len(piece)
                if room < 0:
                    raise ValueError(f"more than {most:,} bytes inside")
                yield piece
    except zstandard.ZstdError as cause:
        raise ValueError(str(cause)) from cause
