"""The table twins: every chart's figures as rows a screen reader, a spreadsheet or a doubter can read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qanat.brief import numbers
from qanat.brief.blocks import Cell, Table
from qanat.brief.numbers import Number, Row
from qanat.brief.tell.scene import Scene
from qanat.brief.tell.sexes import BANDS, Estimate, Shares
from qanat.figures.ages import label

MOST: Final = 10  # partners in a table; the rest are summed and all are in figures.csv


def partners(scene: Scene, rows: Sequence[Row], end: str, caption: str) -> Table:
    """Countries at the other end with people and share."""
    whole = numbers.total(rows, "full")
    told = [_partner(scene, row, end, whole) for row in rows[:MOST]]
    rest = rows[MOST:]
    left_out = (
        scene.voice.say("table.others", countries=numbers.counted(rest), number=numbers.total(rest, "full"))
        if rest
        else None
    )
    head = (
        scene.voice.label("table.host" if end == "place" else "table.origin"),
        scene.voice.label("table.people"),
        scene.voice.label("table.share"),
    )
    return Table(caption=caption, head=head, rows=tuple(told), left_out=left_out)


def _partner(scene: Scene, row: Row, end: str, whole: Number) -> tuple[Cell, ...]:
    code = (row.place if end == "place" else row.origin) or ""
    part = numbers.share(numbers.published(row), whole)
    return Cell(text=scene.name(code)), full(scene, row), Cell(number=part and _bare(part, row))


def _bare(part: Number, row: Row) -> Number:
    """A share that cites its own row only: the whole stands in the same table."""
    return Number(value=part.value, form="percent", how="share", rows=(row,))


def full(scene: Scene, row: Row) -> Cell:
    """A figure with every digit, and its bounds where a small count was rounded."""
    number = numbers.published(row, "full")
    return Cell(number=number, bounds=scene.voice.spelling.bounds(number))


def trend(scene: Scene, named: Sequence[tuple[str, Sequence[Row]]], caption: str) -> Table:
    """Years down, series across; a year without a count says so."""
    by_year = [{row.year: row for row in rows} for _, rows in named]
    years = sorted({year for series in by_year for year in series}, reverse=True)
    nobody = Cell(text=scene.voice.label("table.not_counted"))
    rows = tuple(
        (Cell(text=str(year)), *(full(scene, s[year]) if year in s else nobody for s in by_year)) for year in years
    )
    return Table(caption=caption, head=(scene.voice.label("table.year"), *(name for name, _ in named)), rows=rows)


def by_sex_and_age(scene: Scene, found: Shares, caption: str) -> Table:
    """Ages down; women, men and those whose sex is not known across; everyone in the last row.

    A row of unknown ages stands only where there are some; an empty cell has nobody published. Where some are estimated,
    two more columns, named as such, have everyone by estimate.
    """
    voice, spans = (
        scene.voice,
        [span for span in BANDS if any((sex, span[0]) in found.bands for sex in ("female", "male"))],
    )
    rows = [
        _sexes(label(*span) or "", found.bands.get(("female", span[0])), found.bands.get(("male", span[0])), None)
        for span in spans
    ]
    if found.unknown_age:
        rows.append(
            _sexes(voice.label("age.unknown"), found.unknown_age.get("female"), found.unknown_age.get("male"), None)
        )
    rows.append(_sexes(voice.label("age.all"), found.female, found.male, found.unknown_sex))
    head = [voice.label(word) for word in ("table.age", "sexes.female", "sexes.male", "sexes.unknown_sex")]
    if (guess := found.estimate) is None:
        return Table(caption=caption, head=tuple(head), rows=tuple(rows))
    starts: list[int | None] = [*(start for start, _ in spans), *([None] if found.unknown_age else [])]
    if not spans and guess.bands:
        rows[:0] = [_sexes(label(*span) or "", None, None, None) for span in BANDS]
        starts = [*(start for start, _ in BANDS), *starts]
    wide = [(*row, *_everyone(scene, guess, start)) for row, start in zip(rows[:-1], starts, strict=True)]
    wide.append((*rows[-1], _guess(scene, guess.female), _guess(scene, guess.male)))
    more = (voice.label("sexes.female_estimated"), voice.label("sexes.male_estimated"))
    return Table(caption=caption, head=(*head, *more), rows=tuple(wide))


def _everyone(scene: Scene, guess: Estimate, start: int | None) -> tuple[Cell, Cell]:
    """Women and men of an age by estimate; empty for the unknown age, of which an estimate has nobody."""
    women, men = (None if start is None else guess.bands.get((sex, start)) for sex in ("female", "male"))
    return _guess(scene, women), _guess(scene, men)


def _guess(scene: Scene, number: Number | None) -> Cell:
    if number is None:
        return Cell(text="")
    return Cell(number=_full(number), bounds=scene.voice.spelling.bounds(_full(number)))


def _sexes(name: str, female: Number | None, male: Number | None, unknown: Number | None) -> tuple[Cell, ...]:
    return (
        Cell(text=name),
        *(Cell(text="") if one is None else Cell(number=_full(one)) for one in (female, male, unknown)),
    )


def _full(number: Number) -> Number:
    return Number(value=number.value, form="full", how=number.how, rows=number.rows)


def spoken_table(table: Table, scene: Scene, most: int = 8) -> str:
    """A table as one line of words: the description a screen reader gets for the drawing."""
    lines: list[str] = []
    for row in table.rows[:most]:
        cells = [cell.text if cell.number is None else scene.voice.spelling.number(cell.number) for cell in row]
        lines.append(" ".join(cell for cell in cells if cell))
    return f"{table.caption}: " + "; ".join(lines)
