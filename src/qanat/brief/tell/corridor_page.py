"""A corridor page, block by block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import isclose
from typing import Final

from qanat.brief import numbers
from qanat.brief.blocks import Brief, Cell, Figure, KeyFigure, Section, Table
from qanat.brief.numbers import Number, Row
from qanat.brief.prose import Name, Sentence
from qanat.brief.tell.corridor import (
    FLAGGED_MOST,
    CorridorScene,
    Moved,
    Reasons,
    bound,
    level,
    net,
    people,
    whole,
    year,
)
from qanat.brief.tell.corridor_pictures import partners_figure, periods_figure, periods_table, stocks_figure
from qanat.brief.tell.corridor_who import who_moved
from qanat.brief.tell.imprint import Imprint, bound_notes
from qanat.figures import Document

NOTES: Final = ("transition", "made", "interval", "releases")
_EVERY: Final = ("map", "trend", "inside", "sexes", "origin", "host", "sources")  # what the page's template sets


def corridor_page(scene: CorridorScene, documents: Iterable[Document], imprint: Imprint) -> Brief:
    """The page of a corridor.

    documents  all that its figures may cite
    Raises BriefError where a number would be printed that no figure answers for.
    """
    voice, newest = scene.voice, scene.newest
    sections = _sections(scene)
    page = Brief(
        country=f"{scene.corridor.origin}-{scene.corridor.place}", name=f"{scene.name(scene.corridor.origin)} \u2013 {scene.name(scene.corridor.place)}",
        language=voice.messages.language, right_to_left=voice.messages.right_to_left, reference=newest.row.end, as_of=imprint.as_of, made=imprint.made,
        run=newest.row.cite.rsplit(":", 1)[0], code=imprint.code, kicker=voice.label("page.kicker", **scene.ends), headline=_headline(scene), lede=_lede(scene),
        keys=_keys(scene), sections=sections, notes=(*bound_notes(voice, imprint), *(voice.label(f"note.{note}") for note in NOTES)), bound=imprint.bound,
        disclaimers=tuple(voice.label(note) for section in sections for figure in section.figures for note in figure.notes), documents=(),
    )  # fmt: skip
    by_id = {document.id: document for document in documents}
    used = [source for number in page.numbers for source in number.sources]
    used += [source for section in page.sections for figure in section.figures for source in figure.sources]
    return replace(page, documents=tuple(by_id[source] for source in dict.fromkeys(used)))


def _headline(scene: CorridorScene) -> Sentence:
    one = scene.newest
    return scene.voice.say("headline", number=people(one.row), start=year(one), end=year(one, "end"), **scene.names)


def _lede(scene: CorridorScene) -> tuple[Sentence, ...]:
    voice, one = scene.voice, scene.newest
    told = [_interval(scene, one)]
    if scene.before is not None:
        before = scene.before
        told.append(voice.say("lede.before", start=year(before), end=year(before, "end"), number=people(before.row)))
    if scene.returning is not None:
        told.append(voice.say("lede.back", number=people(scene.returning.row)))
    if one.maker != "qanat":
        told.append(voice.say("lede.published", maker=Name(scene.maker(one))))
    return tuple(told)


def _interval(scene: CorridorScene, one: Moved) -> Sentence:
    if one.row.low is None or one.row.high is None or one.level is None:
        return scene.voice.say("lede.none")
    return scene.voice.say("lede.interval", low=bound(one, "low"), high=bound(one, "high"), level=level(one))


def _keys(scene: CorridorScene) -> tuple[KeyFigure, ...]:
    voice, one = scene.voice, scene.newest
    span = None
    if one.row.low is not None and one.row.high is not None:
        span = voice.say("key.range", low=bound(one, "low"), high=bound(one, "high"))
    found = [KeyFigure(number=people(one.row), label=voice.say("key.flow", **scene.names), range=span)]
    if scene.returning is not None:
        gained = one.row.value >= scene.returning.row.value
        found.append(KeyFigure(number=people(scene.returning.row), label=voice.say("key.back")))
        found.append(
            KeyFigure(
                number=net(one, scene.returning),
                label=voice.say("key.net" if gained else "key.net.less", **scene.names),
            )
        )
    there = [row for row in scene.corridor.stocks if row.origin == scene.corridor.origin]
    if there:
        newest = max(there, key=lambda row: row.end)
        found.append(
            KeyFigure(
                number=people(newest),
                label=voice.say("key.stock", year=numbers.year_of(newest), **scene.names),
            )
        )
    return tuple(found)


def _sections(scene: CorridorScene) -> tuple[Section, ...]:
    voice = scene.voice
    stocks = stocks_figure(scene)
    odd = _odd(scene) if stocks else ()
    made = {
        "map": Section(name="map", title="", figures=_some(partners_figure(scene), stocks)),
        "trend": Section(name="trend", title="", figures=(periods_figure(scene),)),
        "inside": Section(name="inside", title=voice.label("odd.title") if odd else "", sentences=odd),
        "sexes": who_moved(scene),
        "origin": why_section(scene),
        "host": _other_way(scene),
    }
    return tuple(made.get(name, Section(name=name, title=voice.label("sources.title"))) for name in _EVERY)


def _some(*figures: Figure | None) -> tuple[Figure, ...]:
    return tuple(figure for figure in figures if figure is not None)


def _odd(scene: CorridorScene) -> tuple[Sentence, ...]:
    """Stocks that can hardly be right."""
    if not scene.corridor.checked:
        return ()
    if not scene.corridor.odd:
        return (scene.voice.say("stock.sound"),)
    return tuple(
        scene.voice.say("stock.flagged", year=numbers.year_of(row), number=people(row))
        for row in scene.corridor.odd[:FLAGGED_MOST]
    )


def why_section(scene: CorridorScene) -> Section:
    """The change between two periods in parts; how to get them where they were not asked for."""
    voice, reasons = scene.voice, scene.corridor.reasons
    title = voice.label("why.title")
    ends = None if reasons is None else _explained(scene, reasons)
    if reasons is None or ends is None:
        return Section(name="origin", title=title, sentences=(voice.say("why.absent"),))
    first, last = ends
    told = [
        voice.say("why.change", maker=Name(scene.maker(last)), start=year(first), end=year(last), before=people(first.row), after=people(last.row)),
        voice.say("why.how"), *([voice.say("why.circular")] if reasons.circular else []),
    ]  # fmt: skip
    return Section(name="origin", title=title, sentences=tuple(told), tables=(_parts(scene, (first.row, last.row)),))


def _explained(scene: CorridorScene, reasons: Reasons) -> tuple[Moved, Moved] | None:
    """The two figures whose change was taken apart; null where the flows it was taken from are not held."""
    flows = whole(scene.corridor.there)
    wanted = ((reasons.start, reasons.before), (reasons.end, reasons.after))
    for maker in dict.fromkeys(one.maker for one in sorted(flows, key=lambda one: one.maker != scene.main)):
        found = [
            next(
                (
                    one
                    for one in flows
                    if one.maker == maker and one.start.year == start and isclose(one.row.value, moved, rel_tol=1e-6)
                ),
                None,
            )
            for start, moved in wanted
        ]
        if found[0] is not None and found[1] is not None:
            return found[0], found[1]
    return None


def _parts(scene: CorridorScene, rows: tuple[Row, Row]) -> Table:
    reasons, spell = scene.corridor.reasons, scene.voice.spelling
    assert reasons is not None

    def cell(value: float | None) -> Cell:
        return (
            Cell(text="")
            if value is None
            else Cell(number=Number(value=value, form="short", how="difference", rows=rows))
        )

    told: list[tuple[Cell, ...]] = []
    for part in sorted(reasons.parts, key=lambda one: -abs(one.people)):
        if part.driver in ("began or ended", "not known") and not part.people:
            continue
        span = (
            ""
            if part.low95 is None or part.high95 is None
            else f"{spell.long(part.low95)} \u2026 {spell.long(part.high95)}"
        )
        told.append((Cell(text=scene.voice.label(f"driver.{part.driver}")), cell(part.people), Cell(text=span)))
    change = rows[1].value - rows[0].value
    told.append((Cell(text=scene.voice.label("driver.together")), cell(change), Cell(text="")))
    head = (
        scene.voice.label("why.driver"),
        scene.voice.label("table.people"),
        f"{scene.voice.label('table.range')} ({spell.percent(0.95)})",
    )
    return Table(caption=scene.voice.label("why.table"), head=head, rows=tuple(told))


def _other_way(scene: CorridorScene) -> Section:
    rows = sorted(whole(scene.corridor.back), key=lambda one: (one.start, one.maker != scene.main, one.maker))
    title = scene.voice.label("way.title", **scene.ends)
    if not rows:
        return Section(name="host", title=title, sentences=(scene.voice.say("way.none", **scene.names),))
    return Section(name="host", title=title, tables=(periods_table(scene, rows, title),))
