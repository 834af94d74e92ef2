"""The first look at any sheet: a list of persons is refused before anything of it is read."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from qanat.errors import AskError
from qanat.sources.own import hxl
from qanat.sources.own.archive import comment_parts
from qanat.sources.own.grid import Grid, letters
from qanat.sources.own.heads import found_heads
from qanat.sources.own.person_cells import cells_of
from qanat.sources.own.person_heads import kind_of_head, perhaps_name
from qanat.sources.own.persons import personal, told

_ZIP: Final = b"PK\x03\x04"
_COMMENT: Final = re.compile(
    r"<(?:\w+:)?(?:comment|threadedComment)\b.*?</(?:\w+:)?(?:comment|threadedComment)>", re.DOTALL
)
_TAGS: Final = re.compile(r"<[^>]*>")
_LONGEST: Final = 40  # letters of a head
_HEADS: Final = 2_000  # different texts of a column that are looked at as heads
_SECOND: Final = 20  # further tables of a sheet


def no_persons(grid: Grid, name: str) -> None:
    """Nothing for a table of aggregates. Raises AskError for a list of persons, also below another table of its sheet."""
    row = hxl.tag_row(grid)
    rows = found_heads(grid)
    last, first = (
        (max(row - 1, grid.top), row + 1)
        if row is not None
        else (rows[1], rows[2])
        if rows
        else (grid.top, grid.top + 1)
    )
    tags = {at: str(one) for at, one in hxl.tags(grid, row).items()} if row is not None else {}
    starts = [(last, first), *((below, below + 1) for below in _further(grid, first))]
    for head, start in starts:
        heads = _heads(grid, head)
        tagged = tags if head == last else {}
        table = grid.cells.slice(start - grid.top).rename(dict(zip(grid.cells.columns, heads, strict=True)))
        found = personal(table, {heads[at]: one for at, one in tagged.items()})
        if found:
            raise AskError(f"{name}{f', sheet {grid.name}' if grid.name else ''}: {told(found)}")


def no_persons_beside(data: bytes, name: str) -> None:
    """Nothing where the comments of a workbook name nobody. Raises AskError for e-mails, and names with phone numbers, in them.

    The file's bytes are kept beside its figures, and the comments with them.
    """
    if not data.startswith(_ZIP):
        return
    comments = [_TAGS.sub(" ", found) for part in comment_parts(data) for found in _COMMENT.findall(part)]
    held = cells_of(pl.Series(comments, dtype=pl.String()))
    if held.emails or held.contacts:
        raise AskError(
            f"{name}: its comments tell how persons are reached ({held.emails + held.contacts} of {len(comments)}), and qanat holds no personal data. "
            "Nothing of it was kept. Delete the comments and import the file again"
        )


def _heads(grid: Grid, row: int) -> list[str]:
    """The heads in a row; a cell that is itself a fact of a person is no head and is not repeated."""
    heads: list[str] = []
    for at, cell in enumerate(grid.row(row)):
        head = cell if cell and not _of_person(cell) else f"column {letters(at)}"
        heads.append(f"{head} (column {letters(at)})" if head in heads else head)
    return heads


def _of_person(cell: str) -> bool:
    """Whether the cell of a table without heads names a person, or is a number to reach or register one."""
    held = cells_of(pl.Series([cell]))
    return bool(held.emails or held.names or held.phones or held.registrations) or held.share("[0-9]{6}") > 0


def _further(grid: Grid, first: int) -> list[int]:
    """Rows below the first record that say two facts of persons as heads do: "Name", "Phone"."""
    below = grid.cells.slice(first - grid.top)
    hits = sure = pl.Series([0] * below.height, dtype=pl.Int64)
    for column in below.iter_columns():
        short = column.filter(
            column.str.len_chars().is_between(2, _LONGEST) & column.str.contains(r"[^\W\d_]")
        ).unique()
        if short.len() <= _HEADS:
            promising = {
                text: kind_of_head(text) is not None
                for text in short.to_list()
                if kind_of_head(text) or perhaps_name(text)
            }
            hits = hits + column.is_in(list(promising)).fill_null(value=False).cast(pl.Int64)
            sure = sure + column.is_in([text for text, kind in promising.items() if kind]).fill_null(value=False).cast(
                pl.Int64
            )
    return [first + at for at in ((hits >= 2) & (sure >= 1)).arg_true().to_list()[:_SECOND]]
