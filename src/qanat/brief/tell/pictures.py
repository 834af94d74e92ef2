"""The charts of a brief with their captions: map, trend, pyramids, partners."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, Literal

from qanat.brief.blocks import Figure, Table
from qanat.brief.charts import (
    Area,
    Band,
    Bar,
    BarsWords,
    Border,
    Flows,
    Focus,
    Half,
    Heading,
    Land,
    Look,
    MapWords,
    Partner,
    People,
    PyramidWords,
    Series,
    TrendWords,
    Year,
    bars,
    flow_map,
    lands_shown,
    pyramid,
    trend,
)  # fmt: skip
from qanat.brief.numbers import Number, Row
from qanat.brief.situation import ABROAD, View
from qanat.brief.tell import tables
from qanat.brief.tell.scene import Scene, value_of
from qanat.brief.tell.sexes import BANDS, Shares
from qanat.edition.boundaries import boundaries, disclaimers
from qanat.figures.ages import label

_SINCE: Final = 2000
_WIDE: Final = 760
_NARROW: Final = 360
_HALF: Final = 560
_BARS: Final = 8  # partners drawn one by one; the rest are one bar


def spoken_table(table: Table, scene: Scene, most: int = 8) -> str:
    """A table as one line of words: the description a screen reader gets for the drawing."""
    lines: list[str] = []
    for row in table.rows[:most]:
        cells = [cell.text if cell.number is None else scene.voice.spelling.number(cell.number) for cell in row]
        lines.append(" ".join(cell for cell in cells if cell))
    return f"{table.caption}: " + "; ".join(lines)


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


def map_figure(scene: Scene) -> Figure:
    """The flow map of the larger cross-border view; a map of the country alone where nobody is counted."""
    outward = bool(scene.hosts) and value_of(scene.abroad) >= value_of(scene.hosted)
    rows = scene.hosts if outward else scene.origins
    kind = "none" if not rows else "origin" if outward else "host"
    title = scene.voice.label(f"map.title.{kind}", country=scene.country.text)
    table = tables.partners(scene, rows, "place" if outward else "origin", title) if rows else _no_rows(scene, title)
    heading = Heading(title=title, description=spoken_table(table, scene) if rows else title)
    flows, words = _flows(scene, rows, outward=outward), _map_words(scene, heading, kind)
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


def _map_words(scene: Scene, heading: Heading, kind: str) -> MapWords:
    voice, spell = scene.voice, scene.voice.spelling.short

    def span(low: float | None, high: float | None) -> str:
        if low is None:
            return voice.label("map.key.less", number=spell(high or 0))
        return voice.label("map.key.from", number=spell(low)) if high is None else f"{spell(low)}\u2013{spell(high)}"

    def rest(partners: tuple[Partner, ...]) -> str:
        people = sum(partner.value or 0 for partner in partners)
        return voice.label("map.rest", countries=voice.spelling.full(len(partners)), number=spell(people))

    return MapWords(
        heading=heading, colours=voice.label(f"map.key.colours.{kind}"), arrows=voice.label("map.key.arrows"), focus=scene.name(scene.situation.country),
        beyond=voice.label("map.key.beyond"), none=voice.label("map.key.none"), unsettled=voice.label("map.key.unsettled"), spell=spell, span=span, rest=rest,
    )  # fmt: skip


def _look(scene: Scene, name: str, width: int = _HALF) -> Look:
    return Look(name=name, width=width, rtl=scene.voice.messages.right_to_left)


def trend_figure(scene: Scene) -> Figure | None:
    """Lines since 2000 for the views that have people; null where none ever had."""
    situation = scene.situation
    candidates: list[tuple[str, list[Row]]] = [
        (scene.voice.label("trend.inside"), situation.series("idps", "inside")),
        (scene.voice.label("trend.abroad"), situation.series(ABROAD, "origin")),
        (scene.voice.label("trend.hosted"), situation.series(ABROAD, "host")),
    ]
    named = [(name, rows) for name, rows in candidates if any(row.value > 0 for row in rows)]
    if not named:
        return None
    title = scene.voice.label("trend.title", year=str(_SINCE))
    table = tables.trend(scene, named, title)
    spell = scene.voice.spelling.short
    series = [Series(name=name, told=spell(rows[-1].value), readings=_readings(rows)) for name, rows in named]
    words = TrendWords(
        heading=Heading(title=title, description=spoken_table(table, scene, 4)),
        unit=scene.voice.label("table.people"),
        spell=spell,
    )
    sources = tuple(dict.fromkeys(row.source for _, rows in named for row in rows[-1:]))
    chart = trend(series, words, _look(scene, "trend"))
    return Figure(
        name="trend",
        title=title,
        subtitle=scene.voice.label("trend.subtitle"),
        chart=chart,
        small=None,
        table=table,
        sources=sources,
    )


def _readings(rows: Sequence[Row]) -> tuple[Year, ...]:
    return tuple(Year(year=row.year, value=row.value) for row in rows)


def sexes_figure(scene: Scene, view: View, found: Shares) -> Figure | None:
    """The pyramid of a view; null where UNHCR publishes neither sex nor age."""
    if found.sex_known is None:
        return None
    voice, unknown = scene.voice, found.unknown_sex
    title = voice.label(f"sexes.title.{view}", country=scene.country.text)
    table = tables.by_sex_and_age(scene, found, title)
    told = f"{voice.label('sexes.unknown_sex')}: {voice.spelling.short(unknown.value)}" if unknown else ""
    words = PyramidWords(
        heading=Heading(title=title, description=spoken_table(table, scene)), women=voice.label("sexes.women"), men=voice.label("sexes.men"), sex_unknown=told,
    )  # fmt: skip
    people = People(bands=_bands(scene, found), sex_unknown=unknown.value if unknown else None)
    sources = tuple(dict.fromkeys(source for number in (found.sex_known, found.total) for source in number.sources))
    return Figure(
        name=f"pyramid-{view}", title=title, subtitle=voice.label("sexes.subtitle"), chart=pyramid(people, words, _look(scene, f"pyramid-{view}")),
        small=None, table=table, sources=sources,
    )  # fmt: skip


def _bands(scene: Scene, found: Shares) -> tuple[Band, ...]:
    """The bands oldest first, the unknown ages last; one bar of all ages where none are published."""
    known = [
        (start, end) for start, end in reversed(BANDS) if any((sex, start) in found.bands for sex in ("female", "male"))
    ]
    if not known:
        return (
            Band(label=scene.voice.label("age.all"), women=_half(scene, found.female), men=_half(scene, found.male)),
        )
    bands = [
        Band(label=label(start, end) or "", women=_half(scene, found.bands.get(("female", start))), men=_half(scene, found.bands.get(("male", start))))
        for start, end in known
    ]  # fmt: skip
    if found.unknown_age:
        women, men = (found.unknown_age.get(sex) for sex in ("female", "male"))
        bands.append(
            Band(
                label=scene.voice.label("age.unknown"),
                women=_half(scene, women),
                men=_half(scene, men),
                age_known=False,
            )
        )
    return tuple(bands)


def _half(scene: Scene, number: Number | None) -> Half:
    return (
        Half(value=None, told="")
        if number is None
        else Half(value=number.value, told=scene.voice.spelling.short(number.value))
    )


def partners_figure(scene: Scene, view: View) -> Figure | None:
    """Ranked bars of who hosts people from the country, or whom it hosts; null where nobody is counted."""
    rows = scene.hosts if view == "origin" else scene.origins
    if not rows:
        return None
    end, voice = ("place" if view == "origin" else "origin"), scene.voice
    title = voice.label(f"bars.title.{view}", country=scene.country.text)
    table = tables.partners(scene, rows, end, title)
    words = BarsWords(
        heading=Heading(title=title, description=spoken_table(table, scene)),
        value=voice.label("table.people"),
        share=voice.label("table.share"),
    )
    chart = bars(_ranked(scene, rows, end), words, _look(scene, f"bars-{view}"))
    sources = tuple(dict.fromkeys(row.source for row in rows))
    return Figure(
        name=f"bars-{view}",
        title=title,
        subtitle=voice.label("bars.subtitle"),
        chart=chart,
        small=None,
        table=table,
        sources=sources,
    )


def _ranked(scene: Scene, rows: Sequence[Row], end: str) -> list[Bar]:
    whole = sum(row.value for row in rows)
    drawn = [
        _bar(scene, scene.name((row.place if end == "place" else row.origin) or ""), row.value, whole)
        for row in rows[:_BARS]
    ]
    rest = rows[_BARS:]
    if rest:
        others = scene.voice.label("bars.rest", countries=scene.voice.spelling.full(len(rest)))
        drawn.append(_bar(scene, others, sum(row.value for row in rest), whole, rest=True))
    return drawn


def _bar(scene: Scene, name: str, value: float, whole: float, *, rest: bool = False) -> Bar:
    spelling = scene.voice.spelling
    return Bar(label=name, value=value, told=spelling.short(value), share=spelling.percent(value / whole), rest=rest)
