"""What corridor pages and the block of a brief draw alike: the map of moves, figures and their ranges in cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from qanat.brief.blocks import Cell, Figure, Table
from qanat.brief.charts import Flows, Focus, Heading, Look, Partner, flow_map, lands_shown
from qanat.brief.numbers import Row
from qanat.brief.prose import Voice
from qanat.brief.tell.corridor import Moved, people
from qanat.brief.tell.maps import land, map_words
from qanat.edition.boundaries import boundaries, disclaimers

_WIDE: Final = 760
_NARROW: Final = 360


class Teller(Protocol):
    """Who tells: a voice with the corridor texts, and a place's name by code."""

    @property
    def voice(self) -> Voice:
        """The language's texts and spelling."""
        ...

    @property
    def name(self) -> Callable[[str], str]:
        """A place's name as charts and tables print it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What a map of moves shows: out of the focus or into it, with its title and its table twin; name begins every id."""

    name: str
    focus: str
    outward: bool
    title: str
    table: Table


def moves_map(teller: Teller, mapped: Mapped, rows: Sequence[Moved]) -> Figure | None:
    """The map, wide and narrow; null where the boundaries have no area for the focus."""
    areas, focus = boundaries().areas, _area(mapped.focus)
    if focus not in areas:
        return None
    partners = tuple(_partner(teller, one, outward=mapped.outward) for one in rows if one.row.value >= 1)
    at = Focus(code=focus, name=teller.name(mapped.focus), at=areas[focus].point)
    flows = Flows(focus=at, partners=partners, direction="outward" if mapped.outward else "inward")
    heading = Heading(title=mapped.title, description=described(mapped.table))
    words = map_words(teller.voice, heading, "out" if mapped.outward else "in", teller.name(mapped.focus))
    looks = [look(teller, f"{mapped.name}{width}", width) for width in (_WIDE, _NARROW)]
    return Figure(
        name=f"{mapped.name}-map", title=mapped.title, subtitle=teller.voice.label("map.subtitle"), chart=flow_map(flows, land(), words, looks[0]),
        small=flow_map(flows, land(), words, looks[1]), table=mapped.table, sources=tuple(dict.fromkeys(one.row.source for one in rows)),
        notes=disclaimers(lands_shown(flows, land(), looks[0])),
    )  # fmt: skip


def look(teller: Teller, name: str, width: int) -> Look:
    """How a drawing of this name and width is to look in the teller's language."""
    return Look(name=name, width=width, rtl=teller.voice.messages.right_to_left)


def _area(code: str) -> str:
    """The area a place is drawn in; Taiwan is drawn as the United Nations does."""
    return "CHN" if code == "TWN" else code


def _partner(teller: Teller, one: Moved, *, outward: bool) -> Partner:
    code = one.row.place if outward else one.row.origin or ""
    area = boundaries().areas.get(_area(code))
    return Partner(
        code=code,
        name=teller.name(code),
        value=one.row.value,
        told=teller.voice.spelling.short(one.row.value),
        at=area.point if area else None,
    )


def described(table: Table, most: int = 8) -> str:
    """A table in a line, for those who do not see the drawing."""
    rows = [" ".join(filter(None, (cell.text for cell in row))) for row in table.rows[:most]]
    return f"{table.caption}: " + "; ".join(rows)


def number_cell(teller: Teller, row: Row) -> Cell:
    """A figure rounded as the page rounds."""
    return Cell(text=teller.voice.spelling.long(row.value), number=people(row))


def range_cell(teller: Teller, one: Moved) -> Cell:
    """Its interval with the probability; nothing where it has none."""
    if one.row.low is None or one.row.high is None:
        return Cell(text="")
    spell = teller.voice.spelling
    told = f"{spell.long(one.row.low)}\u2013{spell.long(one.row.high)}"
    return Cell(text=f"{told} ({spell.percent(one.level)})" if one.level is not None else told)
