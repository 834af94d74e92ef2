"""What a Parquet file says of its own size, read from its footer before a reader unpacks anything.

The footer is a Thrift structure in the compact protocol (parquet.thrift: FileMetaData 2 = columns, 3 = rows, 4 = row groups; a row
group's field 2 = bytes when unpacked).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from qanat.errors import SourceError
from qanat.sources.own.grid import within

MOST_BYTES: Final = 400_000_000
_DEPTH: Final = 20
_FIXED: Final = {1: 0, 2: 0, 3: 1, 7: 8}
_VARINTS: Final = (4, 5, 6)
_TEXT, _LIST, _SET, _STRUCT = 8, 9, 10, 12


def checked(data: bytes, what: str) -> None:
    """Nothing where the file may be unpacked. Raises SourceError for a cut one, and for one beyond the bounds."""
    size = int.from_bytes(data[-8:-4], "little")
    if data[-4:] != b"PAR1" or size > len(data) - 12:
        raise SourceError(f"{what} is a Parquet file that is cut or damaged; copy or download it again")
    try:
        rows, unpacked, columns = _Footer(data[-8 - size : -8]).sizes()
    except (IndexError, ValueError, RecursionError) as cause:
        raise SourceError(f"{what} is a Parquet file with a damaged footer; copy or download it again") from cause
    within(rows, columns, what)
    if unpacked > MOST_BYTES:
        raise SourceError(f"{what} unpacks to {unpacked:,} bytes; at most {MOST_BYTES:,} are read. Split the table")


class _Footer:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def sizes(self) -> tuple[int, int, int]:
        """Rows of the file, bytes of all its row groups when unpacked, columns."""
        rows = unpacked = columns = 0
        for field, kind in self._fields():
            if field == 3 and kind in _VARINTS:
                rows = self._zigzag()
            elif field == 2 and kind == _LIST:
                count, each = self._list()
                columns = max(count - 1, 1)  # the first element is the table itself
                for _ in range(count):
                    self._skip(each, 0)
            elif field == 4 and kind == _LIST:
                count, _ = self._list()
                unpacked = sum(self._row_group() for _ in range(count))
            else:
                self._skip(kind, 0)
        return rows, unpacked, columns

    def _row_group(self) -> int:
        size = 0
        for field, kind in self._fields():
            if field == 2 and kind in _VARINTS:
                size = self._zigzag()
            else:
                self._skip(kind, 0)
        return size

    def _fields(self) -> Iterator[tuple[int, int]]:
        """Number and kind of each field of a structure; the caller takes its value before the next is asked for."""
        number = 0
        while head := self._byte():
            step, kind = head >> 4, head & 15
            number = number + step if step else self._zigzag()
            yield number, kind

    def _byte(self) -> int:
        found = self._data[self._at]
        self._at += 1
        return found

    def _varint(self) -> int:
        found = shift = 0
        while True:
            byte = self._byte()
            found |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return found
            if shift > 70:
                raise ValueError("a number has no end")

    def _zigzag(self) -> int:
        found = self._varint()
        return (found >> 1) ^ -(found & 1)

    def _list(self) -> tuple[int, int]:
        head = self._byte()
        size = head >> 4
        return (self._varint() if size == 15 else size), head & 15

    def _skip(self, kind: int, depth: int) -> None:
        if depth > _DEPTH:
            raise ValueError("structures within structures without end")
        if kind in _FIXED:
            self._at += _FIXED[kind]
        elif kind in _VARINTS:
            self._varint()
        elif kind == _TEXT:
            size = self._varint()
            self._at += size
        elif kind in (_LIST, _SET):
            count, each = self._list()
            for _ in range(count):
                self._skip(3 if each in (1, 2) else each, depth + 1)
        elif kind == _STRUCT:
            for _, inner in self._fields():
                self._skip(inner, depth + 1)
        else:
            raise ValueError(f"unknown kind {kind}")
        if self._at > len(self._data):
            raise ValueError("a field is longer than the footer")
