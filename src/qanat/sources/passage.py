"""The very place in a document that a figure was read from, by its locator."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from typing import Any, Final, cast

import polars as pl

from qanat.errors import SourceError
from qanat.sources.own.grid import column_at, letters
from qanat.sources.own.sheets import grids
from qanat.sources.packed import unpacked
from qanat.sources.parquet_table import parquet
from qanat.sources.record import Source
from qanat.sources.tables import table
from qanat.sources.xml_answer import parsed

_ROW: Final = re.compile(r"row (\d+)")
_CELL: Final = re.compile(r"(?:(.+)!)?([A-Z]{1,3})(\d+)")
_POINTER: Final = re.compile(r"(?:/[^/+#]*)+")
_UNITS: Final = {"cases": "C", "people": "P"}  # in UNHCR's tables of asylum
MOST: Final = 5  # records of a sum that are shown
_MARKS: Final = b"\xef\xbb\xbf\xc3\xaf\xc2\xbb\xbf \r\n\t"  # byte order marks, also twice encoded, and blanks


def passages(
    data: bytes, locator: str, source: Source | None = None, said: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """The records a locator leads to, each as one line of JSON with the publisher's own names; at most MOST.

    locator  JSON pointers ("/result/17", several added up with "+"), "row 17" of a table (from 1, the head not counted),
             a cell of a sheet ("Needs!C12", "C12" of a file without sheets), or, for tables with a key, its values
             ("2024/SDN/TCD/refugees"; "*" = any, of a sum); what follows "#" names the cell
    source   the source of the document, for tables with a key and files that come zipped
    said     the figure's cuts (words of its facet) and unit: of the records with its key those that say the same
    Empty where the locator leads nowhere in these bytes: they are not the document it was made for.
    """
    place = locator.split("#", 1)[0].split(" (published:", 1)[0].strip()
    try:
        data = data if source is None else unpacked(data, source)
        if data[:16].lstrip(_MARKS)[:1] == b"<":
            found: list[object] = [_element(data, place)]
        elif place.startswith("/"):
            content: Any = json.loads(data)
            found = [_at(content, pointer) for pointer in _POINTER.findall(place)[:MOST]]
        elif rows := _ROW.findall(place):
            frame = _frame(data)
            found = [frame.row(int(row) - 1, named=True) for row in rows[:MOST] if 0 < int(row) <= frame.height]
        elif cell := _CELL.fullmatch(place):
            found = [_sheet_row(data, cell[1], column_at(cell[2]) or 0, int(cell[3]))]
        else:
            found = list(_keyed(data, place, source, said or {})) if source is not None and source.key else []
    except (
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        RecursionError,
        StopIteration,
        SourceError,
        pl.exceptions.PolarsError,
    ):
        return ()
    lines = (json.dumps(one, ensure_ascii=False, default=str) for one in found)
    return tuple(line.encode("utf-8", "replace").decode() for line in lines)  # half a character cannot be written


def _at(content: object, pointer: str) -> object:
    """What a JSON pointer (RFC 6901) leads to."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        content = (
            cast("list[object]", content)[int(name)]
            if isinstance(content, list)
            else cast("dict[str, object]", content)[name]
        )
    return content


def _element(data: bytes, place: str) -> dict[str, str]:
    """The texts of an XML element's children by name, their attributes by name@attribute, for a path such as
    /rss/channel/item[3]."""
    root = parsed(data, "the document")
    steps = place.strip("/").split("/")[1:]
    found = root.find("./" + "/".join(steps)) if steps else root
    if found is None:
        raise KeyError(place)
    told: dict[str, str] = {}
    for child in found:
        name = child.tag.rsplit("}", 1)[-1]
        told |= {name: child.text.strip()} if child.text and child.text.strip() else {}
        told |= {f"{name}@{attribute}": cell for attribute, cell in child.attrib.items()}
    return told


def _frame(data: bytes) -> pl.DataFrame:
    """A CSV or Parquet table, cells as published."""
    if data[:4] == b"PAR1":
        return parquet(data)
    return pl.read_csv(io.BytesIO(data), infer_schema=False, encoding="utf8-lossy", truncate_ragged_lines=True)


def _sheet_row(data: bytes, sheet: str | None, column: int, row: int) -> dict[str, object]:
    """A cell of a sheet, and the row it stands in by the letters of its columns. Raises SourceError where there is none."""
    grid = next(one for one in grids(data, "the document") if one.name == sheet)
    cells = grid.row(row)
    return {"cell": cells[column], "row": {letters(at): cell for at, cell in enumerate(cells) if cell is not None}}


def _keyed(data: bytes, place: str, source: Source, said: Mapping[str, str]) -> list[dict[str, object]]:
    """The records with these values of the source's key, and with the figure's cuts."""
    named, _, at = place.partition(" @ ")
    values = named.split("/")[: len(source.key)]
    if len(values) < len(source.key):
        return []
    whole = table(data, source)
    texts = whole.select(pl.col(name).cast(pl.String).str.strip_chars() for name in source.key if name)
    pairs = [
        (name, pl.col(name), value) for name, value in zip(source.key, values, strict=True) if name and value != "*"
    ]
    exact = pl.all_horizontal(column.is_in(_spellings(value, name, source)) for name, column, value in pairs)
    summed = pl.all_horizontal(
        column.is_in([*_spellings(value, name, source), "-"]) for name, column, value in pairs
    )  # "-": summed over this column
    found = texts.select(exact=exact.fill_null(value=False), summed=summed.fill_null(value=False))
    chosen = "exact" if found.get_column("exact").any() else "summed"
    where = {"at": at.rsplit("/", 1)[0].removesuffix(" ~ name matched nearly")} if at else {}
    return _nearer(whole.filter(found.get_column(chosen)), {**said, **where}, source).head(MOST).to_dicts()


def _nearer(found: pl.DataFrame, said: Mapping[str, str], source: Source) -> pl.DataFrame:
    """Of records with one key those that tell the figure's cuts, and none where it has none; all where none does."""
    for word, columns in source.cuts.items():
        cells = [
            pl.col(name).cast(pl.String).fill_null("").str.strip_chars().str.replace_all("[=;]", " ")
            for name in columns
        ]
        value = said.get(word)
        told = pl.any_horizontal(cell.is_in([value, _UNITS.get(value, value)]) for cell in cells) if value else None
        untold = pl.all_horizontal(cell.is_in(["", "-"]) for cell in cells)
        nearer = found.filter(untold if told is None else told)
        found = nearer if nearer.height else found
    return found


def _spellings(value: str, name: str, source: Source) -> list[str]:
    """What may stand in a column for a value of a locator: itself, and the publisher's own codes for a country."""
    own = [theirs for theirs, code in source.aliases.items() if code == value] if name in source.codes else []
    return [value, *own]
