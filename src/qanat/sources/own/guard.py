"""The first look at any sheet: a list of persons is refused before anything of it is read."""

from __future__ import annotations

from qanat.errors import AskError
from qanat.sources.own import hxl
from qanat.sources.own.grid import Grid, letters
from qanat.sources.own.heads import found_heads
from qanat.sources.own.persons import personal, told


def no_persons(grid: Grid, name: str) -> None:
    """Nothing for a table of aggregates. Raises AskError for a list of persons."""
    row = hxl.tag_row(grid)
    rows = found_heads(grid)
    last, first = (
        (max(row - 1, grid.top), row + 1)
        if row is not None
        else (rows[1], rows[2])
        if rows
        else (grid.top, grid.top + 1)
    )
    heads: list[str] = []
    for at, cell in enumerate(grid.row(last)):
        head = cell or f"column {letters(at)}"
        heads.append(f"{head} (column {letters(at)})" if head in heads else head)
    table = grid.cells.slice(first - grid.top).rename(dict(zip(grid.cells.columns, heads, strict=True)))
    tags = {heads[at]: str(one) for at, one in hxl.tags(grid, row).items()} if row is not None else {}
    found = personal(table, tags)
    if found:
        raise AskError(f"{name}{f', sheet {grid.name}' if grid.name else ''}: {told(found)}")
