"""The drawings and tables of a corridor: where people went, the periods beside what others publish, the stocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qanat.brief import numbers
from qanat.brief.blocks import Cell, Figure, Table
from qanat.brief.charts import (
    Count,
    Counted,
    Heading,
    RangesWords,
    Series,
    TrendWords,
    Year,
    ranges,
    trend,
)  # fmt: skip
from qanat.brief.numbers import Row
from qanat.brief.tell.corridor import CorridorScene, Moved, whole
from qanat.brief.tell.moves import Mapped, described, look, moves_map, number_cell, range_cell

_NARROW: Final = 360
_HALF: Final = 560
_EVERY: Final = 5  # years from one migrant stock to the next
TABLED: Final = 12  # partners in the table


def partners_figure(scene: CorridorScene) -> Figure | None:
    """Where people from the origin moved; null where the boundaries have no area for it."""
    rows = sorted(scene.corridor.partners, key=lambda one: (-one.row.value, one.row.place))
    title = scene.voice.label("map.title", **scene.ends, period=scene.newest.period)
    table = _partners_table(scene, rows, title)
    mapped = Mapped(name="corridor", focus=scene.corridor.origin, outward=True, title=title, table=table)
    return moves_map(scene, mapped, rows)


def _partners_table(scene: CorridorScene, rows: Sequence[Moved], caption: str) -> Table:
    """The largest partners and, wherever it stands, the corridor's own."""
    shown = [one for at, one in enumerate(rows) if at < TABLED or one.row.place == scene.corridor.place]
    rest = [one.row for one in rows if one not in shown and one.row.value > 0]
    others = None
    if rest:
        others = scene.voice.say("table.others", countries=numbers.counted(rest), number=numbers.total(rest))
    told = [
        (Cell(text=scene.name(one.row.place)), number_cell(scene, one.row), range_cell(scene, one)) for one in shown
    ]
    head = tuple(scene.voice.label(f"table.{name}") for name in ("to", "people", "range"))
    return Table(caption=caption, head=head, rows=tuple(told), left_out=others)


def periods_figure(scene: CorridorScene) -> Figure:
    """Every period with each maker's estimate on one axis."""
    rows = sorted(whole(scene.corridor.there), key=lambda one: (one.start, one.maker != scene.main, one.maker))
    title = scene.voice.label("ranges.title", **scene.ends)
    table = periods_table(scene, rows, title)
    words = RangesWords(
        heading=Heading(title=title, description=described(table)), unit=scene.voice.label("ranges.unit"), spell=scene.voice.spelling.short,
        flag=lambda apart: scene.voice.label("ranges.flag", spread=scene.voice.spelling.percent(apart)),
    )  # fmt: skip
    periods = list(dict.fromkeys(one.period for one in rows))
    narrow = [
        Counted(group=period, counts=tuple(_count(scene, one, short=True) for one in rows if one.period == period))
        for period in periods
    ]
    groups = [
        Counted(group=period, counts=tuple(_count(scene, one) for one in rows if one.period == period))
        for period in periods
    ]
    return Figure(
        name="trend", title=title, subtitle=scene.voice.label("ranges.subtitle"), chart=ranges(groups, words, look(scene, "periods", _HALF)),
        small=ranges(narrow, words, look(scene, "periods-small", _NARROW)), table=table, sources=tuple(dict.fromkeys(one.row.source for one in rows)),
    )  # fmt: skip


def _count(scene: CorridorScene, one: Moved, *, short: bool = False) -> Count:
    return Count(
        counter=scene.maker(one, short=short), value=one.row.value, told=scene.voice.spelling.short(one.row.value), low=one.row.low, high=one.row.high,
        chosen=one.maker == scene.main,
    )  # fmt: skip


def periods_table(scene: CorridorScene, rows: Sequence[Moved], caption: str) -> Table:
    """Periods and makers down; people across, and the range where any has one."""
    ranged = any(one.row.low is not None for one in rows)
    names = ("period", "maker", "people", "range") if ranged else ("period", "maker", "people")
    cells = [
        (Cell(text=one.period), Cell(text=scene.maker(one)), number_cell(scene, one.row), range_cell(scene, one))
        for one in rows
    ]
    told = tuple(row[: len(names)] for row in cells)
    return Table(caption=caption, head=tuple(scene.voice.label(f"table.{name}") for name in names), rows=told)


def stocks_figure(scene: CorridorScene) -> Figure | None:
    """Migrant stocks both ways over the years; null where none is held."""
    named = [
        (scene.voice.label(f"stock.{way}", **scene.ends), rows)
        for way, end in (("there", scene.corridor.origin), ("back", scene.corridor.place))
        if (rows := [row for row in scene.corridor.stocks if row.origin == end])
    ]
    if not named:
        return None
    title, spell = scene.voice.label("stock.title"), scene.voice.spelling.short
    table = _stocks_table(scene, named, title)
    series = [
        Series(
            name=name,
            told=spell(rows[-1].value),
            readings=tuple(Year(year=row.year, value=row.value) for row in rows),
            step=_EVERY,
        )
        for name, rows in named
    ]
    words = TrendWords(
        heading=Heading(title=title, description=described(table)), unit=scene.voice.label("ranges.unit"), spell=spell
    )
    return Figure(
        name="stocks", title=title, subtitle=scene.voice.label("stock.subtitle"), chart=trend(series, words, look(scene, "stocks", _HALF)), small=None,
        table=table, sources=tuple(dict.fromkeys(row.source for _, rows in named for row in rows)),
    )  # fmt: skip


def _stocks_table(scene: CorridorScene, named: Sequence[tuple[str, Sequence[Row]]], caption: str) -> Table:
    years = sorted({row.year for _, rows in named for row in rows})
    nobody = Cell(text=scene.voice.label("table.not_counted"))
    by_year = [{row.year: row for row in rows} for _, rows in named]
    told = [
        (Cell(text=str(year)), *(number_cell(scene, one[year]) if year in one else nobody for one in by_year))
        for year in years
    ]
    return Table(
        caption=caption, head=(scene.voice.label("table.year"), *(name for name, _ in named)), rows=tuple(told)
    )
