"""XLSX and ODS files are zips of XML: looked at within bounds before a reader opens them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from copy import copy
from dataclasses import dataclass, field
from typing import IO, Final

from qanat.errors import SourceError
from qanat.sources.own.cell_marks import Marks, percent_styles
from qanat.sources.own.grid import MOST_CELLS, letters, within
from qanat.sources.own.open_document import parsed

MOST_MEMBER: Final = 150_000_000  # bytes of one part, unpacked
MOST_TOGETHER: Final = 400_000_000
_RATIO: Final = 200  # unpacked to packed; sheets of one repeated number come to about 100
_SMALL: Final = 5_000_000  # parts below this may be packed as tightly as they like
_PARTS: Final = 2_000
_PIECE: Final = 1 << 20
_LONGEST: Final = 4_000_000  # bytes of one piece of text between two tags
_TAG: Final = re.compile(rb"<(?:[^\s<>/!?:]+:)?c(?=[\s/>])")
_CELL: Final = re.compile(
    rb"<(?:[^\s<>/!?:]+:)?c\s+(?:(?:s|t|cm|vm|ph)=[\"'][^\"'<>]*[\"']\s+)*r=[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']"
)
_PLACE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_STYLES: Final = "xl/styles.xml"
_DECLARED: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


@dataclass(slots=True)
class Part:
    """What the XML of one part holds: its furthest cell, how many cells, what is marked in it, and whether some cells do
    not say where they stand."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    marks: Marks = field(default_factory=Marks)
    loose: bool = False


def looked_at(data: bytes, what: str) -> dict[str, Part]:
    """The parts of a workbook by name, each unpacked once within bounds.

    Raises SourceError for a zip that is cut, damaged, locked with a password or a bomb, for parts beyond the bounds,
    declared or real, for XML with a DOCTYPE or ENTITY, and for sheets that claim more cells than are read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _declared(archive.infolist(), what)
            percent = percent_styles(_styles(archive, what))
            room = MOST_TOGETHER
            found: dict[str, Part] = {}
            for info in archive.infolist():
                part, size = _part(archive, info, _Bound(min(room, MOST_MEMBER), percent), what)
                found[info.filename] = part
                room -= size
                if sum(one.cells for one in found.values()) > MOST_CELLS:
                    raise _too_many(what)
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as cause:
        raise SourceError(f"{what} is cut or damaged ({cause}); copy or download it again") from cause


def _declared(parts: list[zipfile.ZipInfo], what: str) -> None:
    """By the sizes the zip itself declares. Raises SourceError."""
    if len(parts) > _PARTS:
        raise SourceError(f"{what} holds {len(parts):,} parts, no workbook does; it was not opened")
    if any(info.flag_bits & 1 for info in parts):
        raise SourceError(f"{what} is locked with a password; save it without one and import that")
    for info in parts:
        if info.file_size > MOST_MEMBER:
            raise _too_large(what, info.filename, MOST_MEMBER)
        if info.file_size > _SMALL and info.file_size > _RATIO * max(info.compress_size, 1):
            raise SourceError(
                f"{what}: {info.filename} unpacks {info.compress_size:,} bytes to {info.file_size:,}, as a zip bomb does; it was not opened. "
                "If the table is yours, save it as CSV and import that"
            )
    if sum(info.file_size for info in parts) > MOST_TOGETHER:
        raise _too_large(what, "together", MOST_TOGETHER)


@dataclass(frozen=True, slots=True)
class _Bound:
    """How many bytes a part may come to, and which styles show percentages."""

    room: int
    percent: frozenset[bytes]


def _styles(archive: zipfile.ZipFile, what: str) -> bytes:
    """The styles of an XLSX, whole and within bounds; empty where there are none, or larger than any workbook's."""
    if _STYLES not in archive.namelist():
        return b""
    with archive.open(_undeclared(archive.getinfo(_STYLES))) as stream:
        xml = stream.read(_LONGEST + 1)
    _sound(xml, f"{what}: {_STYLES}")
    return xml if len(xml) <= _LONGEST else b""


def _part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, bound: _Bound, what: str) -> tuple[Part, int]:
    """One part unpacked piece by piece, whatever size it declares, and how many bytes it came to."""
    part, size, rest = Part(), 0, b""
    where = f"{what}: {info.filename}"
    with archive.open(_undeclared(info)) as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > bound.room:
                raise _too_large(what, info.filename, bound.room)
            if info.filename.endswith((".xml", ".rels")):
                rest = _look(part, rest + piece, where, bound, last=False)
    if size != info.file_size:
        raise SourceError(f"{where} declares {info.file_size:,} bytes and unpacks to {size:,}; it was not opened")
    _look(part, rest, where, bound, last=True)
    if part.loose:  # cells that do not say where they stand follow the one before
        with archive.open(info) as stream:
            told = _followed(stream, where)
        part.rows, part.columns = told.rows, told.columns
        part.marks.errors.update(told.errors)
    within(part.rows, part.columns, where)
    return part, size


def _undeclared(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """The part to be read to its real end, whatever size it declares: readers differ in which of the two they believe."""
    whole = copy(info)
    whole.file_size = 1 << 62
    return whole


def _sound(xml: bytes, where: str) -> None:
    """Nothing for XML that may be read. Raises SourceError for other encodings, document types and entities."""
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceError(f"{where} is no UTF-8; save the workbook again with a spreadsheet program")
    if _DECLARED.search(xml):
        raise SourceError(
            f"{where} declares a document type or entities, which no spreadsheet program writes and which can hide an attack; it was not opened"
        )


def _look(part: Part, both: bytes, where: str, bound: _Bound, *, last: bool) -> bytes:
    """What one piece adds, up to its last whole cell; gives the rest, which is looked at with the next piece."""
    _sound(both, where)
    end = len(both) if last else max(both.rfind(b"</c>") + 4, both.rfind(b":c>") + 3)
    end = end if last or end > 4 else both.rfind(b">") + 1
    whole, rest = both[:end], both[end:]
    if len(rest) > _LONGEST:
        raise SourceError(f"{where} holds a text of more than {_LONGEST:,} bytes; is it a table?")
    cells = _CELL.findall(whole)
    tags = sum(1 for _ in _TAG.finditer(whole))
    part.cells += tags
    part.loose = part.loose or tags != len(cells)
    if part.cells > MOST_CELLS:
        raise _too_many(where)
    part.columns = max([part.columns, *(_number(column) for column in {column for column, _ in cells})])
    part.rows = max([part.rows, *(int(row) for _, row in cells)])
    part.marks.look(whole, bound.percent)
    return rest


def _followed(stream: IO[bytes], where: str) -> _Followed:
    """The furthest row and column of a sheet some of whose cells do not say where they stand."""
    reader = _Followed()
    parsed(reader.start, stream, where)
    return reader


class _Followed:
    """Counts cells as a sheet's XML goes by: a cell or row without a place follows the one before."""

    def __init__(self) -> None:
        self.rows, self.columns, self._row, self._column = 0, 0, 0, 0
        self.errors: set[str] = set()

    def start(self, name: str, given: dict[str, str]) -> None:
        """A tag begins."""
        local = name.rsplit(":", 1)[-1]
        if local == "row":
            self._row = int(given["r"]) if given.get("r", "").isdigit() else self._row + 1
            self._column = 0
        elif local == "c":
            match = _PLACE.fullmatch(given.get("r", ""))
            self._column = _number(match[1].encode()) if match else self._column + 1
            self.rows = max(self.rows, self._row, int(match[2]) if match else 0)
            self.columns = max(self.columns, self._column)
            if given.get("t") == "e":
                self.errors.add(f"{letters(self._column - 1)}{int(match[2]) if match else self._row}")


def _number(column: bytes) -> int:
    found = 0
    for letter in column.upper():
        found = found * 26 + letter - 64
    return found


def _too_many(what: str) -> SourceError:
    return SourceError(f"{what} holds more than {MOST_CELLS:,} cells; split the table, or save it as Parquet")


def _too_large(what: str, part: str, most: int) -> SourceError:
    return SourceError(
        f"{what}: {part} unpacks to more than {most // 1_000_000} MB; it was not opened. Split the table, or save it as CSV or Parquet"
    )


def xml_of(data: bytes, name: str) -> bytes:
    """A part's XML; empty where there is none. The parts were looked at before."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name) if name in archive.namelist() else b""


def comment_parts(data: bytes) -> list[str]:
    """The XML of an XLSX's comments, old and threaded; empty for other files. The parts were looked at before."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [
            name for name in archive.namelist() if re.match(r"xl/(?:[^/]+/)?(?:threadedC|c)omments?[^/]*\.xml$", name)
        ]
        return [archive.read(name).decode("utf-8", "replace") for name in names]
