"""Records of an answer, JSON or CSV, one page or several, as text cells with the place each stands at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

import polars as pl

from qanat.errors import NoRecords, SourceError
from qanat.figures.words import nearest
from qanat.sources.begin import begin, is_json
from qanat.sources.heading import listed as named
from qanat.sources.pages import envelope
from qanat.sources.record import Source
from qanat.sources.tables import table
from qanat.sources.weight import require_narrow, require_short, require_table

Record = tuple[str, dict[str, Any]]  # a JSON pointer and the object it leads to


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What an answer holds.

    records  the source's columns and optional ones as stripped text (null where not sent), `row` from 1, `at` the
             locator: a JSON pointer, or "row 17" of a table whose head is not counted
    unread   fields that were sent beside them
    """

    records: pl.DataFrame
    unread: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence that names the unread fields, where there are any."""
        return (f"fields that are not read: {named(list(self.unread))}",) if self.unread else ()


def rows(data: bytes, source: Source, path: tuple[str, ...] = ()) -> Rows:
    """The records of a CSV, or of the list that `path` leads to in a JSON answer; a row of HXL tags is no record.

    Raises SourceError for an answer that is empty, cut off, a web page, enveloped in another way, without records, or
    without a column of the source.
    """
    if is_json(data):
        found = [record for part in parts(data, source, path) for record in listed(part, source, path)]
        return _of_objects(_some(found, source), source)
    frame = table(data, source).with_columns(pl.col(pl.String).str.strip_chars()).with_row_index("row", 1)
    tags = pl.all_horizontal(pl.col(name).fill_null("#").str.contains("^(?:#|$)") for name in source.columns)
    kept = frame.with_columns(pl.col("row").cast(pl.Int64), at=pl.format("row {}", "row")).filter(~tags)
    return Rows(records=kept)


def content(data: bytes, source: Source) -> object:
    """The parsed JSON of an answer. Raises SourceError for one that is empty, a web page, cut off or not JSON."""
    head = begin(data)
    if not head:
        raise SourceError(f"{source.id}: the answer is empty; ask again, and if it stays so tell {source.publisher}")
    if head.startswith(b"<"):
        raise SourceError(
            f"{source.id}: the answer is a web page, not data (it begins {head!r}); the service may be down or moved: try later or look at {source.url}"
        )
    return envelope(data, source.id)


def parts(data: bytes, source: Source, path: tuple[str, ...]) -> list[Record]:
    """The pages of a JSON answer with their pointers: several where they were joined to one list, else the answer."""
    found = content(data, source)
    if isinstance(found, list):
        several = cast("list[object]", found)
        wraps = [isinstance(part, dict if path else list) for part in several]
        if several and all(wraps) and (not path or any(path[0] in cast("dict[str, object]", p) for p in several)):
            return [(f"/{at}", cast("dict[str, Any]", part)) for at, part in enumerate(several)]
    return [("", cast("dict[str, Any]", found))]


def listed(part: Record, source: Source, path: tuple[str, ...]) -> list[Record]:
    """The objects of the list at the end of a path, with their pointers, or SourceError saying what stands there."""
    at, found = "/".join((part[0], *path)), field(part[1], source, *path)
    if not isinstance(found, list):
        raise SourceError(f"{source.id}: the answer holds {_kind(found)} where records belong; {_look(source)}")
    objects = cast("list[object]", found)
    wrong = [str(number) for number, one in enumerate(objects, 1) if not isinstance(one, dict)]
    if wrong:
        raise SourceError(
            f"{source.id}: records {', '.join(wrong[:8])} of {len(objects)} are no records; nothing was kept, ask again"
        )
    return [(f"{at}/{index}", cast("dict[str, Any]", one)) for index, one in enumerate(objects)]


def field(found: object, source: Source, *path: str) -> object:
    """What stands at the end of a path of names, or SourceError saying which name is missing and what is there."""
    for name in path:
        told = _fields(found)
        if name not in told:
            raise SourceError(f"{source.id}: the answer has no {name!r} but {_kind(found)}; {_look(source)}")
        found = told[name]
    return found


def object_of(record: dict[str, Any], name: str) -> dict[str, Any]:
    """The object of a field; an empty one where the field is not sent, null, or something else."""
    return _fields(record.get(name))


def several_of(record: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of a field that is a list of them; none where the field is not sent, null, or something else."""
    found = record.get(name)
    return [cast("dict[str, Any]", one) for one in cast("list[object]", found) if isinstance(one, dict)] if isinstance(found, list) else []  # fmt: skip


def text(cell: object) -> str | None:
    """A cell as text: null stays null, an object or list is written as JSON."""
    if cell is None or isinstance(cell, str):
        return cell.strip() if cell else cell
    if isinstance(cell, bool):
        return str(cell).lower()
    return json.dumps(cell) if isinstance(cell, (dict, list)) else str(cell)


def framed(records: list[dict[str, Any]], columns: tuple[str, ...]) -> pl.DataFrame:
    """Objects as a frame of these columns, every cell as text, `row` from 1 where none is told. Raises SourceError for a
    text that is too long for a cell."""
    cells = {name: [text(record.get(name)) for record in records] for name in columns}
    frame = pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String()))
    require_short(frame, "the answer")
    numbered = frame if "row" in columns else frame.with_row_index("row", 1)
    return numbered.with_columns(pl.col("row").cast(pl.Int64))


def _of_objects(found: list[Record], source: Source) -> Rows:
    objects = [record for _, record in found]
    names = list(dict.fromkeys(name for record in objects for name in record))
    require_narrow(len(names), source.id)
    valid = (*source.columns, *source.optional)
    unread = [name for name in names if name not in valid]
    missing = [name for name in source.columns if name not in names]
    if missing:
        told = [f"{name}{f' (renamed to {near}?)' if (near := nearest(name, unread)) else ''}" for name in missing]
        raise SourceError(
            f"{source.id}: the records have no {'; no '.join(told)}. Expected: {', '.join(source.columns)}. "
            "Nothing was kept; if the publisher changed the table, its adapter must learn the new fields"
        )
    require_table(len(objects), len(valid), source.id)
    at = pl.Series("at", [pointer for pointer, _ in found], dtype=pl.String())
    return Rows(records=framed(objects, valid).with_columns(at), unread=tuple(unread))


def _some(found: list[Record], source: Source) -> list[Record]:
    if not found:
        raise NoRecords(
            f"{source.id}: the answer holds no records; {source.publisher} has nothing for this question, "
            "so ask for other years or countries"
        )
    return found


def _fields(found: object) -> dict[str, Any]:
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _kind(found: object) -> str:
    names = list(_fields(found))[:6]
    return f"the fields {', '.join(names)}" if names else f"{found!r:.40}"


def _look(source: Source) -> str:
    return f"{source.publisher} refused the question or changed the service: look at {source.url}"
