"""The charts of a brief with their captions: map, trend, pyramids, partners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qanat.brief.blocks import Figure, Table
from qanat.brief.charts import Chart
from qanat.brief.charts.bars import Bars, Entry, bars
from qanat.brief.charts.flow_map import FlowMap, Partner, flow_map
from qanat.brief.charts.pyramid import Band, Bar, Pyramid, pyramid
from qanat.brief.charts.trend import Series, Trend, trend
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


def spoken_table(table: Table, scene: Scene, most: int = 8) -> str:
    """A table as one line of words: the description a screen reader gets for the drawing."""
    lines: list[str] = []
    for row in table.rows[:most]:
        cells = [cell.text if cell.number is None else scene.voice.spelling.number(cell.number) for cell in row]
        lines.append(" ".join(cell for cell in cells if cell))
    return f"{table.caption}: " + "; ".join(lines)


def map_figure(scene: Scene) -> Figure:
    """The flow map of the larger cross-border view; a map of the country alone where nobody is counted."""
    outward = bool(scene.hosts) and value_of(scene.abroad) >= value_of(scene.hosted)
    rows = scene.hosts if outward else scene.origins
    kind = "none" if not rows else "origin" if outward else "host"
    title = scene.voice.label(f"map.title.{kind}", country=scene.country.text)
    table = tables.partners(scene, rows, "place" if outward else "origin", title) if rows else _no_rows(scene, title)
    drawn = [
        _map(scene, rows, width, outward=outward, title=title, description=spoken_table(table, scene))
        for width in (_WIDE, _NARROW)
    ]
    shown = {scene.situation.country, *(row.place if outward else row.origin or "" for row in rows[:8])}
    return Figure(
        name="map", title=title, subtitle=scene.voice.label(f"map.subtitle.{kind}"), chart=drawn[0], small=drawn[1], table=table,
        sources=tuple(dict.fromkeys(row.source for row in rows)), notes=disclaimers(_in_view(scene) | shown),
    )  # fmt: skip


def _in_view(scene: Scene) -> set[str]:
    """Areas near enough to the country that their boundaries show."""
    found = boundaries().areas.get(_land(scene.situation.country))
    if found is None:
        return set()
    west, south, east, north = found.frame
    near = [
        a.code
        for a in boundaries().areas.values()
        if west - 8 < a.point[0] < east + 8 and south - 8 < a.point[1] < north + 8
    ]
    return set(near)


def _land(code: str) -> str:
    """The area a place is drawn in; Taiwan is drawn as the United Nations does."""
    return "CHN" if code == "TWN" else code


def _no_rows(scene: Scene, title: str) -> Table:
    return Table(caption=title, head=(scene.voice.label("table.origin"), scene.voice.label("table.people")), rows=())


def _map(scene: Scene, rows: Sequence[Row], width: int, *, outward: bool, title: str, description: str) -> Chart:
    areas, code = boundaries().areas, _land(scene.situation.country)
    focus = areas[code]
    voice, partners = scene.voice, list[Partner]()
    for row in rows:
        other = (row.place if outward else row.origin) or ""
        if other in areas and other != code:
            at = areas[other].point
            partners.append(
                Partner(
                    code=other,
                    lon=at[0],
                    lat=at[1],
                    value=row.value,
                    name=scene.name(other),
                    label=voice.spelling.short(row.value),
                )
            )
    return flow_map(
        FlowMap(
            name=f"map{width}", title=title, description=description, focus=code, focus_name=scene.name(scene.situation.country), focus_box=focus.frame,
            focus_at=focus.point, partners=partners, direction="out" if outward else "in", spell=voice.spelling.short,
            below=lambda number: voice.label("map.key.less", number=number), above=lambda number: voice.label("map.key.from", number=number),
            key=voice.label("map.key.people"), width=width, arrows=8 if width == _WIDE else 5,
        )
    )  # fmt: skip


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
    series = [
        Series(label=name, last=spell(rows[-1].value), points=[(row.year, row.value) for row in rows])
        for name, rows in named
    ]
    last = max(row.year for _, rows in named for row in rows)
    chart = trend(
        Trend(
            name="trend",
            title=title,
            description=spoken_table(table, scene, 4),
            series=series,
            first=_SINCE,
            last=last,
            spell=spell,
        )
    )
    sources = tuple(dict.fromkeys(row.source for _, rows in named for row in rows[-1:]))
    return Figure(
        name="trend",
        title=title,
        subtitle=scene.voice.label("trend.subtitle"),
        chart=chart,
        small=None,
        table=table,
        sources=sources,
    )


def sexes_figure(scene: Scene, view: View, found: Shares) -> Figure | None:
    """The pyramid of a view; null where UNHCR publishes neither sex nor age."""
    if found.sex_known is None:
        return None
    title = scene.voice.label(f"sexes.title.{view}", country=scene.country.text)
    table = tables.by_sex_and_age(scene, found, title)
    spell = scene.voice.spelling.short
    bands = [
        _band(scene, found, start, end)
        for start, end in reversed(BANDS)
        if any((sex, start) in found.bands for sex in ("female", "male"))
    ]
    if found.unknown_age or not bands:
        women, men = (found.unknown_age.get(sex) for sex in ("female", "male"))
        bands.append(
            Band(
                label=scene.voice.label("age.unknown" if bands else "age.all"),
                women=_bar(scene, women),
                men=_bar(scene, men),
                known=False,
            )
        )
    if not found.unknown_age and not found.bands:
        bands = [_all_ages(scene, found)]
    unknown = found.unknown_sex
    data = Pyramid(
        name=f"pyramid-{view}", title=title, description=spoken_table(table, scene), bands=bands, women=scene.voice.label("sexes.women"),
        men=scene.voice.label("sexes.men"), unknown=Bar(value=unknown.value, label=spell(unknown.value)) if unknown else None,
        unknown_label=scene.voice.label("sexes.unknown_sex"),
    )  # fmt: skip
    sources = tuple(dict.fromkeys(source for number in (found.sex_known, found.total) for source in number.sources))
    return Figure(
        name=f"pyramid-{view}",
        title=title,
        subtitle=scene.voice.label("sexes.subtitle"),
        chart=pyramid(data),
        small=None,
        table=table,
        sources=sources,
    )


def _band(scene: Scene, found: Shares, start: int, end: int | None) -> Band:
    women, men = (found.bands.get((sex, start)) for sex in ("female", "male"))
    return Band(label=label(start, end) or "", women=_bar(scene, women), men=_bar(scene, men))


def _all_ages(scene: Scene, found: Shares) -> Band:
    return Band(label=scene.voice.label("age.all"), women=_bar(scene, found.female), men=_bar(scene, found.male))


def _bar(scene: Scene, number: Number | None) -> Bar:
    return (
        Bar(value=None, label="")
        if number is None
        else Bar(value=number.value, label=scene.voice.spelling.short(number.value))
    )


def partners_figure(scene: Scene, view: View) -> Figure | None:
    """Ranked bars of who hosts people from the country, or whom it hosts; null where nobody is counted."""
    rows = scene.hosts if view == "origin" else scene.origins
    if not rows:
        return None
    end = "place" if view == "origin" else "origin"
    title = scene.voice.label(f"bars.title.{view}", country=scene.country.text)
    table = tables.partners(scene, rows, end, title)
    whole, spelling = sum(row.value for row in rows), scene.voice.spelling
    entries = [
        Entry(label=scene.name((row.place if end == "place" else row.origin) or ""), value=row.value, number=f"{spelling.short(row.value)} \u00b7 {spelling.percent(row.value / whole)}")
        for row in rows[:10]
    ]  # fmt: skip
    data = Bars(
        name=f"bars-{view}",
        title=title,
        description=spoken_table(table, scene),
        entries=entries,
        rtl=scene.voice.messages.right_to_left,
    )
    sources = tuple(dict.fromkeys(row.source for row in rows))
    return Figure(
        name=f"bars-{view}",
        title=title,
        subtitle=scene.voice.label("bars.subtitle"),
        chart=bars(data),
        small=None,
        table=table,
        sources=sources,
    )
