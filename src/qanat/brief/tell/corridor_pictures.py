"""The drawings and tables of a corridor: where people went, the periods beside what others publish, the stocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qanat.brief import numbers
from qanat.brief.blocks import Cell, Figure, Table
from qanat.brief.charts import (
    Count,
    Counted,
    Flows,
    Focus,
    Heading,
    Look,
    MapWords,
    Partner,
    RangesWords,
    Series,
    TrendWords,
    Year,
    flow_map,
    lands_shown,
    ranges,
    trend,
)  # fmt: skip
from qanat.brief.numbers import Row
from qanat.brief.tell.corridor import CorridorScene, Moved, whole
from qanat.brief.tell.maps import land
from qanat.edition.boundaries import boundaries, disclaimers

_WIDE: Final = 760
_NARROW: Final = 360
_HALF: Final = 560
_EVERY: Final = 5  # years from one migrant stock to the next
TABLED: Final = 12  # partners in the table


def described(table: Table, most: int = 8) -> str:
    """A table in a line, for those who do not see the drawing."""
    rows = [" ".join(filter(None, (cell.text for cell in row))) for row in table.rows[:most]]
    return f"{table.caption}: " + "; ".join(rows)


def number_cell(scene: CorridorScene, row: Row) -> Cell:
    """A figure rounded as the page rounds."""
    return Cell(text=scene.voice.spelling.long(row.value), number=numbers.published(row))


def range_cell(scene: CorridorScene, one: Moved) -> Cell:
    """Its interval with the probability; nothing where it has none."""
    if one.row.low is None or one.row.high is None:
        return Cell(text="")
    spell = scene.voice.spelling
    told = f"{spell.long(one.row.low)}\u2013{spell.long(one.row.high)}"
    return Cell(text=f"{told} ({spell.percent(one.level)})" if one.level is not None else told)


def partners_figure(scene: CorridorScene) -> Figure | None:
    """Where people from the origin moved; null where the boundaries have no area for it."""
    areas, origin = boundaries().areas, _area(scene.corridor.origin)
    if origin not in areas:
        return None
    rows = sorted(scene.corridor.partners, key=lambda one: (-one.row.value, one.row.place))
    title = scene.voice.label("map.title", **scene.ends, period=scene.newest.period)
    table = _partners_table(scene, rows, title)
    flows = Flows(focus=Focus(code=origin, name=scene.name(scene.corridor.origin), at=areas[origin].point), partners=tuple(_partner(scene, one) for one in rows if one.row.value >= 1), direction="outward")  # fmt: skip
    words = _map_words(scene, Heading(title=title, description=described(table)))
    looks = [_look(scene, f"corridor{width}", width) for width in (_WIDE, _NARROW)]
    return Figure(
        name="map", title=title, subtitle=scene.voice.label("map.subtitle"), chart=flow_map(flows, land(), words, looks[0]), small=flow_map(flows, land(), words, looks[1]),
        table=table, sources=tuple(dict.fromkeys(one.row.source for one in rows)), notes=disclaimers(lands_shown(flows, land(), looks[0])),
    )  # fmt: skip


def _area(code: str) -> str:
    """The area a place is drawn in; Taiwan is drawn as the United Nations does."""
    return "CHN" if code == "TWN" else code


def _look(scene: CorridorScene, name: str, width: int) -> Look:
    return Look(name=name, width=width, rtl=scene.voice.messages.right_to_left)


def _partner(scene: CorridorScene, one: Moved) -> Partner:
    area = boundaries().areas.get(_area(one.row.place))
    return Partner(
        code=one.row.place, name=scene.name(one.row.place), value=one.row.value, told=scene.voice.spelling.short(one.row.value),
        at=area.point if area else None,
    )  # fmt: skip


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


def _map_words(scene: CorridorScene, heading: Heading) -> MapWords:
    voice, spell = scene.voice, scene.voice.spelling.short

    def span(low: float | None, high: float | None) -> str:
        if low is None:
            return voice.label("map.key.less", number=spell(high or 0))
        return voice.label("map.key.from", number=spell(low)) if high is None else f"{spell(low)}\u2013{spell(high)}"

    def left(partners: tuple[Partner, ...]) -> str:
        people = sum(partner.value or 0 for partner in partners)
        return voice.label("map.rest", countries=voice.spelling.full(len(partners)), number=spell(people))

    return MapWords(
        heading=heading, colours=voice.label("map.key.colours"), arrows=voice.label("map.key.arrows"), focus=scene.name(scene.corridor.origin),
        beyond=voice.label("map.key.beyond"), none=voice.label("map.key.none"), unsettled=voice.label("map.key.unsettled"), spell=spell, span=span, rest=left,
    )  # fmt: skip


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
    groups = [
        Counted(group=period, counts=tuple(_count(scene, one) for one in rows if one.period == period))
        for period in periods
    ]
    return Figure(
        name="trend", title=title, subtitle=scene.voice.label("ranges.subtitle"), chart=ranges(groups, words, _look(scene, "periods", _HALF)),
        small=ranges(groups, words, _look(scene, "periods-small", _NARROW)), table=table, sources=tuple(dict.fromkeys(one.row.source for one in rows)),
    )  # fmt: skip


def _count(scene: CorridorScene, one: Moved) -> Count:
    return Count(
        counter=scene.maker(one), value=one.row.value, told=scene.voice.spelling.short(one.row.value), low=one.row.low, high=one.row.high,
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
        name="stocks", title=title, subtitle=scene.voice.label("stock.subtitle"), chart=trend(series, words, _look(scene, "stocks", _HALF)), small=None,
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
