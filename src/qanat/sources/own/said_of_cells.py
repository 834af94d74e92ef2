"""What a workbook's own XML says of its sheets beside their values, by the name of each sheet."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from qanat.sources.own.archive import Part, xml_of
from qanat.sources.own.grid import column_at, letters, within
from qanat.sources.own.open_document import Table, tables

_NAME: Final = re.compile(r"^([A-Z]+)(\d+)$")
_RELATED: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TOLD: Final = 8
Cells = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of one sheet's cells, each as (row number, column from 0), see cell_marks.Marks.

    hidden_rows, hidden_columns  row numbers; first and last columns from 1
    """

    unvalued: Cells = frozenset()
    errors: Cells = frozenset()
    percents: Cells = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[tuple[int, int]] = frozenset()
    from_1904: bool = False

    def notes(self, rows: int, columns: int) -> tuple[str, ...]:
        """What the sheet hides of its rows and columns, for the account; nothing where it hides none."""
        hidden = sorted(row for row in self.hidden_rows if row <= rows)
        heads = [
            letters(at - 1)
            for first, last in sorted(self.hidden_columns)
            for at in range(first, min(last, columns) + 1)
        ]
        told: list[str] = []
        if hidden:
            told.append(
                f"rows that the sheet hides or filters out are read too: {_listed([str(row) for row in hidden])}"
            )
        if heads:
            told.append(f"columns that the sheet hides are read too: {_listed(heads)}")
        return tuple(told)


def _listed(words: list[str]) -> str:
    return ", ".join(words[:_TOLD]) + (f" and {len(words) - _TOLD:,} more" if len(words) > _TOLD else "")


def said_of_cells(data: bytes, parts: Mapping[str, Part], what: str) -> dict[str, Said]:
    """What an XLSX or ODS says of the cells of each sheet.

    parts  the workbook's, as `archive.looked_at` gave them
    Raises SourceError for an ODS whose repeated cells go beyond the bounds.
    """
    if "content.xml" in parts:
        found = tables(io.BytesIO(xml_of(data, "content.xml")), f"{what}: content.xml")
        return {one.name: _open(one, what) for one in found}
    related = {one.get("Id"): one.get("Target", "") for one in _elements(data, "xl/_rels/workbook.xml.rels")}
    book = _elements(data, "xl/workbook.xml")
    from_1904 = any(one.tag.endswith("}workbookPr") and one.get("date1904") in ("1", "true") for one in book)
    members = {
        one.get("name", ""): f"xl/{related.get(one.get(_RELATED), '').removeprefix('/xl/')}" for one in book if one.tag.endswith("}sheet")
    }  # fmt: skip
    return {name: _marked(parts[member], from_1904) for name, member in members.items() if member in parts}


def _open(table: Table, what: str) -> Said:
    within(table.rows, table.columns, what)
    return Said(errors=frozenset(table.errors), percents=frozenset(table.percents), hidden_rows=frozenset(table.hidden))


def _marked(part: Part, from_1904: bool) -> Said:
    marks = part.marks
    return Said(
        unvalued=_at(marks.unvalued), errors=_at(marks.errors), percents=_at(marks.percents), hidden_rows=frozenset(marks.rows),
        hidden_columns=frozenset(marks.columns), from_1904=from_1904,
    )  # fmt: skip


def _at(cells: Iterable[str]) -> Cells:
    matches = (_NAME.fullmatch(cell) for cell in cells)
    return frozenset((int(match[2]), column_at(match[1]) or 0) for match in matches if match)


def _elements(data: bytes, name: str) -> list[ElementTree.Element]:
    xml = xml_of(data, name)  # entities were refused before
    try:
        return list(ElementTree.fromstring(xml).iter()) if xml else []
    except ElementTree.ParseError:
        return []  # the reader that opens the workbook says what is wrong with it
