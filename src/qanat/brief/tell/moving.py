"""The block of a country's brief on who moved: in and out with intervals, net by sex, who returned, and the largest corridors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

from qanat.brief import numbers
from qanat.brief.blocks import Cell, Section, Table
from qanat.brief.numbers import Number
from qanat.brief.prose import Name, Sentence, Voice
from qanat.brief.tell.corridor import Moved, year
from qanat.brief.tell.moves import Mapped, moves_map, number_cell, range_cell

TABLED: Final = 10
Way = Literal["out", "in"]


@dataclass(frozen=True)
class Moving:
    """A country's flows of its newest period, by one maker, with the voice (of the corridor texts) that tells them."""

    country: str
    flows: tuple[Moved, ...]
    voice: Voice
    name: Callable[[str], str]
    spoken: Callable[[str], str]

    def way(self, way: Way, sex: str = "all", kind: str | None = None) -> list[Moved]:
        """Flows out of the country or into it, most first."""
        mine = [one for one in self.flows if (one.row.origin if way == "out" else one.row.place) == self.country]
        found = [one for one in mine if one.row.sex == sex and one.kind == kind and one.row.value > 0]
        return sorted(found, key=lambda one: (-one.row.value, one.row.place, one.row.origin or ""))

    def people(self, way: Way, sex: str = "all", kind: str | None = None) -> Number | None:
        """Everyone who moved that way; null where nobody is known to."""
        rows = [one.row for one in self.way(way, sex, kind)]
        return numbers.total(rows) if rows else None

    @cached_property
    def larger(self) -> Way:
        """The way more people went."""
        out, into = (self.people(way) for way in ("out", "in"))
        return "out" if into is None or (out is not None and out.value >= into.value) else "in"


def moving_sections(moving: Moving) -> tuple[Section, ...]:
    """The block in two parts: flows (sentences, map) and flows-table (the largest corridors each way); none where no flow is known."""
    both: dict[Way, list[Moved]] = {"out": moving.way("out"), "in": moving.way("in")}
    if not both["out"] and not both["in"]:
        return ()
    rows, voice = both[moving.larger], moving.voice
    title = voice.label(f"block.map.{moving.larger}", country=moving.spoken(moving.country))
    mapped = Mapped(
        name="moves",
        focus=moving.country,
        outward=moving.larger == "out",
        title=title,
        table=_table(moving, moving.larger),
    )
    drawn = moves_map(moving, mapped, rows)
    first: Way = moving.larger
    tables = tuple(_table(moving, way) for way in (first, "in" if first == "out" else "out") if both[way])
    return (
        Section(name="flows", title=voice.label("block.title", period=rows[0].period), sentences=tuple(_sentences(moving, rows[0])), figures=(drawn,) if drawn else ()),
        Section(name="flows-table", title="", tables=tables),
    )  # fmt: skip


def _sentences(moving: Moving, first: Moved) -> list[Sentence]:
    voice, country = moving.voice, Name(moving.spoken(moving.country))
    out, into = moving.people("out"), moving.people("in")
    dates = {"start": year(first), "end": year(first, "end")}
    told: list[Sentence] = []
    if out is not None and into is not None:
        told.append(voice.say("block.both", country=country, out=out, into=into, **dates))
    elif out is not None:
        told.append(voice.say("block.out", country=country, out=out, **dates))
    elif into is not None:
        told.append(voice.say("block.in", country=country, into=into, **dates))
    told += _net(moving, country)
    told += _kinds(moving, country)
    told.append(voice.say("block.concept"))
    return told


def _net(moving: Moving, country: Name) -> list[Sentence]:
    """Arrivals less departures by sex."""
    found = {sex: (moving.people("in", sex), moving.people("out", sex)) for sex in ("female", "male")}
    nets: dict[str, Number] = {}
    for sex, (into, out) in found.items():
        if into is None or out is None:
            return []
        nets[sex] = Number(value=into.value - out.value, form="short", how="difference", rows=(*into.rows, *out.rows))
    return [moving.voice.say("block.net", country=country, women=nets["female"], men=nets["male"])]


def _kinds(moving: Moving, country: Name) -> list[Sentence]:
    """Of those who came, how many returned to the country of their birth and how many were born in a third."""
    whole = moving.people("in")
    back, transit = (moving.people("in", kind=kind) for kind in ("return", "transit"))
    if whole is None or back is None or transit is None:
        return []
    shares = [numbers.share(part, whole) for part in (back, transit)]
    if shares[0] is None or shares[1] is None:
        return []
    return [
        moving.voice.say(
            "block.kinds",
            country=country,
            back=replace(shares[0], rows=back.rows),
            transit=replace(shares[1], rows=transit.rows),
        )
    ]


def _table(moving: Moving, way: Way) -> Table:
    rows = moving.way(way)
    shown, rest = rows[:TABLED], [one.row for one in rows[TABLED:]]
    ranged = any(one.row.low is not None for one in shown)
    names = ("to" if way == "out" else "from", "people", *(("range",) if ranged else ()))
    cells = [_cells(moving, one, way)[: len(names)] for one in shown]
    left_out = (
        moving.voice.say("table.others", countries=numbers.counted(rest), number=numbers.total(rest)) if rest else None
    )
    caption = moving.voice.label(f"block.map.{way}", country=moving.spoken(moving.country))
    return Table(
        caption=caption,
        head=tuple(moving.voice.label(f"table.{name}") for name in names),
        rows=tuple(cells),
        left_out=left_out,
    )


def _cells(moving: Moving, one: Moved, way: Way) -> tuple[Cell, ...]:
    other = one.row.place if way == "out" else one.row.origin or ""
    return Cell(text=moving.name(other)), number_cell(moving, one.row), range_cell(moving, one)


def newest(flows: Sequence[Moved]) -> tuple[Moved, ...]:
    """qanat's own estimates of the newest period among flows; empty where there is none."""
    own = [one for one in flows if one.maker == "qanat"]
    latest = max((one.start for one in own), default=None)
    return tuple(one for one in own if one.start == latest)
