"""Packed answers unpacked piece by piece: no piece larger than a bound, no end of a stream taken on trust."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterable
from typing import Final

PIECE: Final = 1 << 20  # bytes
MEMBERS: Final = 50_000  # of a stream: a gigabyte in blocks of 64 kB has a third of that
_GZIP: Final = 16 + zlib.MAX_WBITS


def ungzipped(pieces: Iterable[bytes]) -> Generator[bytes]:
    """The bytes inside a gzip stream of one or several members, at most PIECE at a time; none for no bytes at all.

    Raises zlib.error for what is no gzip or has more than MEMBERS, each of which takes time, EOFError for a stream that ends before its last member does.
    """
    begun = 0
    member: zlib._Decompress | None = None  # pyright: ignore[reportPrivateUsage]
    for piece in pieces:
        rest = piece
        while rest:
            if member is None:
                rest = rest.lstrip(b"\0")  # RFC 1952 allows members to be padded
                if not rest:
                    break
                member = zlib.decompressobj(_GZIP)
                begun += 1
                if begun > MEMBERS:
                    raise zlib.error(f"more than {MEMBERS:,} parts")
            out = member.decompress(rest, PIECE)
            yield out
            while len(out) == PIECE and not member.unconsumed_tail and not member.eof:
                out = member.decompress(b"", PIECE)
                yield out
            rest = member.unused_data if member.eof else member.unconsumed_tail
            if member.eof:
                member = None
    if member is not None:
        raise EOFError("the packed answer breaks off")
