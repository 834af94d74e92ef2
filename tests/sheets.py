"""Workbooks and open documents made by hand for tests of the import."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from importlib import import_module
from typing import Any

SHEET = "xl/worksheets/sheet1.xml"
_HEAD = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_OPEN = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="S">'
)


def workbook(
    rows: Sequence[Sequence[Any]], *, merged: Sequence[str] = (), name: str = "Data", **others: Sequence[Sequence[Any]]
) -> bytes:
    """A workbook of one sheet with these rows, and others by name; a name that ends in "_hidden" is hidden."""
    openpyxl: Any = import_module("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    for span in merged:
        sheet.merge_cells(span)
    for other, lines in others.items():
        beside = book.create_sheet(other)
        for row in lines:
            beside.append(list(row))
        if other.endswith("_hidden"):
            beside.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def replaced(data: bytes, part: str, xml: bytes) -> bytes:
    """A workbook with one part put in place of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == part else old.read(name))
    return out.getvalue()


def sheet_xml(inner: str) -> bytes:
    """A sheet's part with this inside."""
    return f"{_HEAD}{inner}</worksheet>".encode()


def open_document(*rows: str, manifest: str = "") -> bytes:
    """An ODS of one sheet; a row is its XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{manifest}</manifest:manifest>',
        )
        made.writestr(
            "content.xml",
            f"{_OPEN}{''.join(rows)}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def row_of(*cells: object, repeated: int = 1) -> str:
    """A row of an ODS."""
    told = "".join(
        f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>' if isinstance(cell, int | float)
        else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )  # fmt: skip
    return f'<table:table-row table:number-rows-repeated="{repeated}">{told}</table:table-row>'
