"""The flow map of a brief: which way people went, what is drawn, what must be said of its borders."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, Literal

from qanat.brief.blocks import Figure, Table
from qanat.brief.charts import Area, Border, Flows, Focus, Heading, Land, Look, MapWords, Partner, flow_map, lands_shown
from qanat.brief.numbers import Row
from qanat.brief.prose import Voice
from qanat.brief.tell import tables
from qanat.brief.tell.scene import Scene, value_of
from qanat.brief.tell.tables import spoken_table
from qanat.edition.boundaries import boundaries, disclaimers

_WIDE: Final = 760
_NARROW: Final = 360


@cache
def land() -> Land:
    """The edition's boundaries as the charts draw them; made once, since projected maps are remembered by it."""
    found = boundaries()
    areas = tuple(
        Area(code=a.code, kind="unsettled" if a.kind == "unsettled" else "country", rings=a.rings)
        for a in found.areas.values()
    )
    return Land(
        areas=areas,
        borders=tuple(Border(line=path, kind=_kind(line.kind)) for line in found.lines for path in line.paths),
    )


def _kind(kind: str) -> Literal["solid", "dashed", "dotted"]:
    return "dashed" if kind == "dashed" else "dotted" if kind == "dotted" else "solid"


def map_figure(scene: Scene) -> Figure | None:
    """The flow map of the larger cross-border view; a map of the country alone where nobody is counted.

    Null for a place the boundaries have no area of its own for.
    """
    if _land_of(scene.situation.country) not in boundaries().areas:
        return None
    outward = bool(scene.hosts) and value_of(scene.abroad) >= value_of(scene.hosted)
    rows = scene.hosts if outward else scene.origins
    kind = "none" if not rows else "origin" if outward else "host"
    title = scene.voice.label(f"map.title.{kind}", country=scene.country.text)
    table = tables.partners(scene, rows, "place" if outward else "origin", title) if rows else _no_rows(scene, title)
    heading = Heading(title=title, description=spoken_table(table, scene) if rows else title)
    flows, words = (
        _flows(scene, rows, outward=outward),
        map_words(scene.voice, heading, kind, scene.name(scene.situation.country)),
    )
    looks = [
        Look(name=f"map{width}", width=width, rtl=scene.voice.messages.right_to_left) for width in (_WIDE, _NARROW)
    ]
    return Figure(
        name="map", title=title, subtitle=scene.voice.label(f"map.subtitle.{kind}"), chart=flow_map(flows, land(), words, looks[0]),
        small=flow_map(flows, land(), words, looks[1]), table=table, sources=tuple(dict.fromkeys(row.source for row in rows)),
        notes=disclaimers(lands_shown(flows, land(), looks[0])),
    )  # fmt: skip


def _land_of(code: str) -> str:
    """The area a place is drawn in; Taiwan is drawn as the United Nations does."""
    return "CHN" if code == "TWN" else code


def _no_rows(scene: Scene, title: str) -> Table:
    return Table(caption=title, head=(scene.voice.label("table.origin"), scene.voice.label("table.people")), rows=())


def _flows(scene: Scene, rows: Sequence[Row], *, outward: bool) -> Flows:
    areas, code = boundaries().areas, _land_of(scene.situation.country)
    partners: list[Partner] = []
    for row in rows:
        other = (row.place if outward else row.origin) or ""
        area = areas.get(_land_of(other))
        told = scene.voice.spelling.short(row.value)
        partners.append(
            Partner(code=other, name=scene.name(other), value=row.value, told=told, at=area.point if area else None)
        )
    focus = Focus(code=code, name=scene.name(scene.situation.country), at=areas[code].point)
    return Flows(focus=focus, partners=tuple(partners), direction="outward" if outward else "inward")


def map_words(voice: Voice, heading: Heading, kind: str, focus: str) -> MapWords:
    """What a flow map says in its key; kind = how its colours are told, focus = the focus by name."""
    spell = voice.spelling.short

    def span(low: float | None, high: float | None) -> str:
        if low is None:
            return voice.label("map.key.less", number=spell(high or 0))
        return voice.label("map.key.from", number=spell(low)) if high is None else f"{spell(low)}\u2013{spell(high)}"

    def rest(partners: tuple[Partner, ...]) -> str:
        people = sum(partner.value or 0 for partner in partners)
        return voice.label("map.rest", countries=voice.spelling.full(len(partners)), number=spell(people))

    return MapWords(
        heading=heading, colours=voice.label(f"map.key.colours.{kind}"), arrows=voice.label("map.key.arrows"), focus=focus,
        beyond=voice.label("map.key.beyond"), none=voice.label("map.key.none"), unsettled=voice.label("map.key.unsettled"), spell=spell, span=span, rest=rest,
    )  # fmt: skip
