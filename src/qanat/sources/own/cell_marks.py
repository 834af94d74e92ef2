"""Cells of an XLSX that are not what their text says: formulas without a result, errors, percentages; what the sheet hides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree

_F: Final = rb"(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*)"
_AT: Final = rb"\br=[\"']([A-Za-z]{1,3}[0-9]{1,7})[\"']"
_UNVALUED: Final = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\s" + _AT + rb"[^>]*>\s*" + _F + rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)  # fmt: skip
_ERROR: Final = re.compile(
    rb"<(?:\w+:)?c\b(?=[^>]*\bt=[\"']e[\"'])[^>]*?" + _AT + rb"[^>]*>\s*" + _F + rb"?<(?:\w+:)?v>([^<]*)<"
)
_STYLED: Final = re.compile(rb"<(?:\w+:)?c\b(?=[^>]*\bs=[\"']([0-9]{1,6})[\"'])[^>]*?" + _AT)
_HIDDEN: Final = re.compile(rb"<(?:\w+:)?row\b(?=[^>]*\bhidden=[\"'](?:1|true)[\"'])[^>]*?\br=[\"']([0-9]{1,7})[\"']")
_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\b(?=[^>]*\bhidden=[\"'](?:1|true)[\"'])[^>]*>")
_ENDS: Final = re.compile(rb"\b(min|max)=[\"']([0-9]{1,5})[\"']")
_NOT_AVAILABLE: Final = b"#N/A"  # a spreadsheet's word for "no value": null like its text in a CSV
_PERCENT: Final = (9, 10)  # built-in number formats 0% and 0.00% (ECMA-376, 18.8.30)
_QUOTED: Final = re.compile(r"\"[^\"]*\"|\\.")


@dataclass(slots=True)
class Marks:
    """What one sheet's XML says of its cells, by their names as "B7".

    unvalued  formulas whose result was never stored
    errors    cells that hold an error (#REF!, #DIV/0!) in place of a value; #N/A is "no value" and none
    percents  numbers shown as percentages: 25% is stored as 0.25
    rows, columns  numbers of the rows, first and last columns (from 1), that the sheet hides
    """

    unvalued: set[str] = field(default_factory=set[str])
    errors: set[str] = field(default_factory=set[str])
    percents: set[str] = field(default_factory=set[str])
    rows: set[int] = field(default_factory=set[int])
    columns: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])

    def look(self, xml: bytes, percent: frozenset[bytes]) -> None:
        """Add what whole cells of a piece of XML say; percent: the styles that show percentages."""
        if b"<f" in xml or b":f" in xml:
            self.unvalued.update(_names(_UNVALUED.findall(xml)))
        if b't="e"' in xml or b"t='e'" in xml:
            self.errors.update(_names(cell for cell, value in _ERROR.findall(xml) if value != _NOT_AVAILABLE))
        if percent:
            self.percents.update(_names(cell for style, cell in _STYLED.findall(xml) if style in percent))
        if b"hidden=" in xml:
            self.rows.update(int(row) for row in _HIDDEN.findall(xml))
            for tag in _COLUMN.findall(xml):
                ends = {name: int(value) for name, value in _ENDS.findall(tag)}
                self.columns.add((ends.get(b"min", 0), ends.get(b"max", 0)))


def _names(cells: Iterable[bytes]) -> list[str]:
    return [cell.decode().upper() for cell in cells]


def percent_styles(styles: bytes) -> frozenset[bytes]:
    """The numbers of the cell styles that show percentages, by a workbook's styles."""
    try:
        root = ElementTree.fromstring(styles) if styles else None  # entities were refused before
    except ElementTree.ParseError:
        return frozenset()
    every = [] if root is None else list(root.iter())
    own = {one.get("numFmtId"): one.get("formatCode", "") for one in every if one.tag.endswith("}numFmt")}
    shown = {number for number, code in own.items() if "%" in _QUOTED.sub("", code)} | {str(one) for one in _PERCENT}
    used = next((one for one in every if one.tag.endswith("}cellXfs")), ())
    return frozenset(str(at).encode() for at, one in enumerate(used) if one.get("numFmtId") in shown)
