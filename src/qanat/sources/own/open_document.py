"""An ODS's tables as their XML goes by: how far each spans, which cells hold errors or percentages, what it hides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Final

from qanat.errors import SourceError
from qanat.sources.own.grid import MOST_COLUMNS, within

_BLANKS: Final = 5_000_000
_MARKED: Final = 1_000_000
_ERRORS: Final = ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "Err:")
Start = Callable[[str, dict[str, str]], None]


@dataclass(slots=True)
class Table:
    """One table: rows and columns to its last cell that holds anything, repeats counted, and its marks.

    errors, percents  (row number, column from 0), as in cell_marks.Marks;  hidden  numbers of hidden rows
    """

    name: str
    rows: int = 0
    columns: int = 0
    errors: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    percents: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    hidden: set[int] = field(default_factory=set[int])


def tables(xml: IO[bytes], what: str) -> list[Table]:
    """The tables of an ODS's content.

    Raises SourceError where one holds more cells than are read, or a text more blanks, or the XML is not sound.
    """
    reader = _Tables(what)
    parsed(reader.start, xml, what, end=reader.end, text=reader.text)
    return reader.found


def parsed(
    start: Start,
    stream: IO[bytes],
    where: str,
    *,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """XML told tag by tag. Raises SourceError where it is not sound."""
    from xml.parsers import expat

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        parser.ParseFile(stream)
    except (expat.ExpatError, ValueError) as cause:
        raise SourceError(f"{where} is no sound XML ({cause}); save it again with a spreadsheet program") from cause


class _Tables:
    """Counts the cells of an ODS as its XML goes by."""

    def __init__(self, what: str) -> None:
        self.found: list[Table] = []
        self._what, self._row, self._column, self._repeat, self._holds = what, 0, 0, 1, False
        self._blanks, self._kind, self._hides, self._computed = 0, "", False, False
        self._one = Table("")

    def start(self, name: str, given: dict[str, str]) -> None:
        """A tag begins."""
        if name == "table:table":
            self._row, self._one = 0, Table(given.get("table:name", ""))
        elif name == "table:table-row":
            self._column, self._holds = 0, False
            self._repeat = int(given.get("table:number-rows-repeated", "1"))
            self._hides = given.get("table:visibility") in ("collapse", "filter")
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cell(given)
        elif name == "text:p":
            self._holds, self._one.columns = True, max(self._one.columns, self._column)
        elif name == "text:s":
            self._blanks += int(given.get("text:c", "1"))
            if self._blanks > _BLANKS:
                raise SourceError(f"{self._what} holds millions of blanks in its texts; it was not opened")

    def _cell(self, given: dict[str, str]) -> None:
        self._column += int(given.get("table:number-columns-repeated", "1"))
        self._kind = given.get("office:value-type", "")
        self._computed = "table:formula" in given
        if self._kind:
            self._holds, self._one.columns = True, max(self._one.columns, self._column)
        if self._kind == "percentage":
            self._mark(self._one.percents)
        elif given.get("calcext:value-type") == "error":
            self._computed = True

    def text(self, said: str) -> None:
        """Text of a cell: what a formula shows in place of a result is an error."""
        if self._computed and said.startswith(_ERRORS):
            self._mark(self._one.errors)

    def _mark(self, cells: set[tuple[int, int]]) -> None:
        last = min(self._repeat, max(0, _MARKED - len(cells)))
        cells.update((self._row + at, self._column - 1) for at in range(1, last + 1))

    def end(self, name: str) -> None:
        """A tag ends."""
        if name == "table:table-row":
            self._row += self._repeat
            if self._holds:
                self._one.rows = self._row
                within(self._row, min(self._one.columns, MOST_COLUMNS + 1), self._what)
                if self._hides:
                    self._one.hidden.update(range(self._row - self._repeat + 1, self._row + 1))
        elif name == "table:table":
            self.found.append(self._one)
