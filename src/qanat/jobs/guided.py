"""Job's part: what a person at a terminal is shown of each column, what may be answered, and the answers kept as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from qanat.errors import AskError
from qanat.figures.words import GROUPS, MEASURES, UNITS
from qanat.jobs.looking import Look, missing_told
from qanat.sources.own.drafting import answers_text, mapping_text, plain
from qanat.sources.own.grid import letters
from qanat.sources.own.laying import columns_of
from qanat.sources.own.layout import Column, lacking

__all__ = ["answerable", "column_said", "column_told", "draft", "kept", "place_of", "sample", "unsaid"]

_SHOWN: Final = 3
_LONGEST: Final = 24


def sample(look: Look, column: Column) -> str:
    """The first different cells of a column below its heads, in a few words; empty where it has none."""
    below = look.grid.cells.get_column(f"c{column.at}").slice(look.layout.first - look.grid.top).drop_nulls()
    cells = [str(cell) for cell in below.head(200).unique(maintain_order=True).head(_SHOWN)]
    return " · ".join(cell if len(cell) <= _LONGEST else f"{cell[: _LONGEST - 1]}…" for cell in cells)


def place_of(column: Column) -> str:
    """A column's letter as a spreadsheet shows it."""
    return letters(column.at)


def column_said(column: Column, answer: str) -> Column:
    """A column as a person says it in the words of a mapping file: "place 1", "pcode 2", "date", "skip", "need",
    "stock idps-any households female 0-17". Raises AskError for words that are none."""
    return columns_of(column, answer)


def column_told(column: Column) -> str:
    """A column in the same few words."""
    return plain(column)


def answerable() -> list[str]:
    """The words a column may be answered with, a line each kind."""
    return [
        "where, when:  place 1 (below the country), place 2 (below that), pcode 1, pcode 2, country, origin, date, start, end",
        "who, what:    sex, age, group, measure, facet KEY (facet sector)",
        f"counts:       {', '.join(MEASURES)}",
        f"  of whom:    {', '.join(GROUPS)}",
        f"  in what:    {', '.join(UNITS)}",
        "  divided by: female, male, 0-17, 18-59, 60+, sector=EDU; as in: need female 0-17, stock idps-any households",
        "not read:     skip",
    ]


def unsaid(look: Look) -> list[str]:
    """What the columns as answered do not say yet and no further question asks: a sentence each."""
    return [missing_told(word) for word in lacking(look.layout) if word == "count"]


def draft(look: Look, out: Path) -> Path:
    """Write the look as a mapping file to review. Raises AskError where a file is there already or cannot be written."""
    return _written(mapping_text(look.layout, look.paper, look.name), out, "choose another name with --draft")


def kept(look: Look, out: Path) -> Path:
    """Write a person's answers as a mapping file that says the same. Raises AskError as `draft`."""
    return _written(answers_text(look.layout, look.paper, look.name), out, "say another name")


def _written(text: str, out: Path, remedy: str) -> Path:
    if out.exists():
        raise AskError(f"{out} is there already; {remedy}, so that nobody's mapping is lost")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as cause:
        raise AskError(f"{out} cannot be written ({cause.strerror}); {remedy}") from cause
    return out
