"""A first mapping file for a sheet without tags: what its heads seem to say, for a person to review."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from qanat.figures.ages import label
from qanat.figures.words import MEASURES
from qanat.sources.own.grid import Grid, letters
from qanat.sources.own.heads import found_heads, guessed, joined
from qanat.sources.own.layout import Column, Layout, Paper

_ANY: Final = "*"  # the measure is said by a column
_HELP = """# Read every line and mend it, then: qanat import FILE --mapping THIS-FILE
# is = place, pcode (with level = 1, 2 ...), country, date, start, end, origin, sex, age, group, measure, facet (with key =), skip
# counts = {measures}
# beside counts: unit = "people", group = "idps-any", sex = "female", age = "0-17", facet = {{ sector = "EDU" }}
"""


def drafted(grid: Grid) -> Layout | None:
    """What the heads seem to say; null where no records are seen. A guess: it is shown, never used unseen."""
    rows = found_heads(grid)
    if rows is None:
        return None
    first, last, record = rows
    heads = joined(grid, first, last)
    columns = _told_apart(_by_columns([guessed(at, head) for at, head in enumerate(heads) if head]))
    return Layout(sheet=grid.name, heads=(first, last), first=record, columns=tuple(columns))


def _by_columns(columns: list[Column]) -> list[Column]:
    """Counts of "people" whose group or measure another column says, left for that column to say."""
    roles = {column.role for column in columns}
    plain_stock = [
        column
        for column in columns
        if column.role == "count" and column.measure == "stock" and column.group == "people"
    ]
    kept = {
        column.at: replace(column, group=None if "group" in roles else column.group, measure=None if "measure" in roles else column.measure)
        for column in plain_stock
    }  # fmt: skip
    return [kept.get(column.at, column) for column in columns]


def _told_apart(columns: list[Column]) -> list[Column]:
    """Counts that would say the same are left for the person: their guess is taken back."""
    seen: set[tuple[object, ...]] = set()
    kept: list[Column] = []
    for column in columns:
        twice = column.role == "count" and column.counts in seen
        seen.add(column.counts)
        kept.append(replace(column, role="skip", measure=None) if twice else column)
    return kept


def mapping_text(layout: Layout, paper: Paper, what: str) -> str:
    """The layout as a mapping file to review, every column of the sheet in it: those not recognised as comments."""
    title = f"# A draft for {what}: what the heads seem to say. A guess, not yet checked by anyone."
    return _text(layout, paper, [title, _HELP.format(measures=", ".join(MEASURES))])


def answers_text(layout: Layout, paper: Paper, what: str) -> str:
    """The layout as a mapping file, as a person answered it."""
    return _text(layout, paper, [f"# What a person answered for {what}, column by column.", ""])


def _text(layout: Layout, paper: Paper, lines: list[str]) -> str:
    first, last = layout.heads
    lines += [f"sheet = {quoted(layout.sheet)}"] if layout.sheet else []
    lines += [f"head = {first if first == last else [first, last]}", f"first = {layout.first}"]
    lines.append(
        f"country = {quoted(layout.country)}" if layout.country else '# country = "SDN"   # where no column says it'
    )
    lines.append(
        f"date = {quoted(layout.date)}"
        if layout.date
        else '# date = "2024-06-30"   # or 2024, "Q3 2021", "2022-10-01 to 2022-12-31"; where no column says it'
    )
    lines += [f"decimal = {quoted(layout.decimal)}"] if layout.decimal else []
    lines += [f"day_first = {str(layout.day_first).lower()}"] if layout.day_first is not None else []
    lines += ["", "[document]"]
    said = {
        "title": paper.title,
        "publisher": paper.publisher,
        "counter": paper.counter,
        "licence": paper.licence,
        "published": paper.published,
    }
    lines += [
        f"{key} = {value if key == 'published' else quoted(str(value))}" if value else f'# {key} = ""'
        for key, value in said.items()
    ]
    heads = [column.head for column in layout.columns]
    return "\n".join([*lines, "", "[columns]", *(_line(column, heads) for column in layout.columns)]) + "\n"


def _line(column: Column, heads: list[str]) -> str:
    name = quoted(column.head if heads.count(column.head) == 1 else f"column {letters(column.at)}")
    told = short(column)
    return (
        f'# {name} = {{ is = "skip" }}   # column {letters(column.at)}: not recognised'
        if column.role == "skip"
        else f"{name} = {told}"
    )


def short(column: Column) -> str:
    """A column as a mapping file writes it."""
    if column.role != "count":
        level = f", level = {column.level}" if column.level else ""
        return f'{{ is = "{column.role}"{level}' + (f', key = "{column.key}"' if column.key else "") + " }"
    told = [f'counts = "{column.measure or _ANY}"']
    told += [f'group = "{column.group}"'] if _own_group(column) else []
    told += [f'unit = "{column.unit}"'] if column.unit != "people" else []
    told += [f'sex = "{column.sex}"'] if column.sex else []
    band = label(*column.age) if column.age else None
    told += [f'age = "{band}"'.replace("–", "-")] if band else []
    told += (
        ["facet = { " + ", ".join(f'{key} = "{value}"' for key, value in column.facet.items()) + " }"]
        if column.facet
        else []
    )
    return "{ " + ", ".join(told) + " }"


def _own_group(column: Column) -> bool:
    """Whether a column of counts names a group that its measure does not say by itself."""
    usual = "money" if column.measure in ("funding", "requirement") else "people"
    return column.group is not None and (column.measure in ("stock", "flow") or column.group != usual)


def quoted(text: str | None) -> str:
    """A text as TOML writes it; unlike JSON it lets no sign of deletion stand."""
    return json.dumps(text or "", ensure_ascii=False).replace("\x7f", "\\u007f")


def plain(column: Column) -> str:
    """A column in a few words, as a person answers: "place 1", "stock idps-any households", "need female 0-17"."""
    if column.role != "count":
        return " ".join(str(part) for part in (column.role, column.level, column.key) if part)
    band = label(*column.age) if column.age else None
    parts = (
        column.measure or _ANY, column.group if _own_group(column) else None, column.unit if column.unit != "people" else None, column.sex,
        band.replace("–", "-") if band else None, *(f"{key}={value}" for key, value in column.facet.items()),
    )  # fmt: skip
    return " ".join(part for part in parts if part)
