"""The charts of a brief with their captions: map, trend, pyramids, partners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qanat.brief.blocks import Figure
from qanat.brief.charts import (
    Band,
    Bar,
    BarsWords,
    Half,
    Heading,
    Look,
    People,
    PyramidWords,
    Series,
    TrendWords,
    Year,
    bars,
    pyramid,
    trend,
)  # fmt: skip
from qanat.brief.numbers import Number, Row
from qanat.brief.situation import ABROAD, View
from qanat.brief.tell import tables
from qanat.brief.tell.scene import Scene
from qanat.brief.tell.sexes import BANDS, Estimate, Shares
from qanat.brief.tell.tables import spoken_table
from qanat.figures.ages import label

_SINCE: Final = 2000
_WIDE: Final = 760
_NARROW: Final = 360
_HALF: Final = 560
_BARS: Final = tables.MOST  # partners drawn one by one; the rest are one bar


def _look(scene: Scene, name: str, width: int = _HALF) -> Look:
    return Look(name=name, width=width, rtl=scene.voice.messages.right_to_left)


def trend_figure(scene: Scene) -> Figure | None:
    """Lines since 2000 for the views that have people; null where none ever had."""
    named = _lines(scene)
    if not named:
        return None
    title = scene.voice.label("trend.title", year=str(_SINCE))
    table = tables.trend(scene, named, title)
    spell = scene.voice.spelling.short
    breaks = frozenset(step.after.cite for step in scene.broken)
    series = [Series(name=name, told=spell(rows[-1].value), readings=_readings(rows, breaks)) for name, rows in named]
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


def _lines(scene: Scene) -> list[tuple[str, list[Row]]]:
    """The views that ever had people, by name: inside the country by each counter, from it abroad, in it from abroad."""
    situation, label = scene.situation, scene.voice.label
    candidates: list[tuple[str, list[Row]]] = [
        *(
            (label("trend.inside_by", counter=label(f"counter.{one}")), situation.series("idps", "inside", one))
            for one in ("idmc", "unhcr")
        ),
        (label("trend.abroad"), situation.series(ABROAD, "origin")),
        (label("trend.hosted"), situation.series(ABROAD, "host")),
    ]
    return [(name, rows) for name, rows in candidates if any(row.value > 0 for row in rows)]


def _readings(rows: Sequence[Row], breaks: frozenset[str]) -> tuple[Year, ...]:
    return tuple(Year(year=row.year, value=row.value, broken=row.cite in breaks) for row in rows)


def sexes_figure(scene: Scene, view: View, found: Shares) -> Figure | None:
    """The pyramid of a view, what is estimated hatched; null where UNHCR publishes neither sex nor age and nobody's is
    estimated."""
    guess = found.estimate
    if found.sex_known is None and guess is None:
        return None
    voice, unknown = scene.voice, found.unknown_sex if guess is None else None
    title = voice.label(f"sexes.title.{view}", country=scene.country.text)
    table = tables.by_sex_and_age(scene, found, title)
    told = f"{voice.label('sexes.unknown_sex')}: {voice.spelling.short(unknown.value)}" if unknown else ""
    words = PyramidWords(
        heading=Heading(title=title, description=spoken_table(table, scene)), women=voice.label("sexes.women"), men=voice.label("sexes.men"), sex_unknown=told,
        counted=voice.label("sexes.key_counted"), estimated=_key(scene, guess) if guess else "",
    )  # fmt: skip
    people = People(bands=_bands(scene, found), sex_unknown=unknown.value if unknown else None)
    known = [number for number in (found.sex_known, found.total) if number is not None]
    sources = tuple(dict.fromkeys(source for number in known for source in number.sources))
    return Figure(
        name=f"pyramid-{view}", title=title, subtitle=voice.label("sexes.subtitle" if guess is None else "sexes.subtitle_estimated"), chart=pyramid(people, words, _look(scene, f"pyramid-{view}")),
        small=None, table=table, sources=sources,
    )  # fmt: skip


def _key(scene: Scene, guess: Estimate) -> str:
    """What hatched means, and of how many people."""
    return scene.voice.label("sexes.key_estimated", number=scene.voice.spelling.short(guess.unrecorded.value))


def _guessed(scene: Scene, found: Shares, guess: Estimate) -> tuple[Band, ...]:
    """The bands with everyone in them, oldest first; one bar of all ages where none could be estimated."""
    spell = scene.voice.spelling.short

    def half(counted: Number | None, everyone: Number | None) -> Half:
        if everyone is None:
            return _half(scene, counted)
        return Half(
            value=None if counted is None else counted.value, estimate=everyone.value, told=spell(everyone.value)
        )

    if not guess.bands:
        whole = half(found.female, guess.female), half(found.male, guess.male)
        return (Band(label=scene.voice.label("age.all"), women=whole[0], men=whole[1]),)
    return tuple(
        Band(
            label=label(start, end) or "", women=half(found.bands.get(("female", start)), guess.bands.get(("female", start))),
            men=half(found.bands.get(("male", start)), guess.bands.get(("male", start))),
        )
        for start, end in reversed(BANDS)
    )  # fmt: skip


def _bands(scene: Scene, found: Shares) -> tuple[Band, ...]:
    """The bands oldest first, the unknown ages last; one bar of all ages where none are published."""
    if found.estimate is not None:
        return _guessed(scene, found, found.estimate)
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
