"""Sources side by side: where agencies agree, where they differ, which figure is shown and by what rule."""

from __future__ import annotations

from typing import Final

from qanat.brief import numbers
from qanat.brief.blocks import Cell, Figure, Section, Table
from qanat.brief.charts import Count, Counted, Heading, Look, RangesWords, ranges
from qanat.brief.numbers import Number, Row
from qanat.brief.prose import Name, Sentence
from qanat.brief.tell import tables
from qanat.brief.tell.broken import breaks_told
from qanat.brief.tell.evidence import evidence_figure
from qanat.brief.tell.scene import Scene
from qanat.brief.tell.tables import spoken_table
from qanat.reconcile.side_by_side import Comparison

_GROUP: Final = "idps"
_LANES: Final = 3


def differences(scene: Scene) -> Section:
    """The section on figures several agencies give: each group of the newest year in full, then internally displaced people
    over the last years."""
    several = [c for c in scene.comparisons if c.group == _GROUP and len(c.said) > 1]
    sentences = (*_sentences(scene, several), *breaks_told(scene))
    title, shown = scene.voice.label("sources.title"), tuple(evidence_figure(scene, one) for one in scene.evidence)
    if not several:
        return Section(name="sources", title=title, sentences=sentences, figures=shown)
    recent = sorted(several, key=lambda c: c.end, reverse=True)
    table = _table(scene, recent)
    words = RangesWords(
        heading=Heading(title=title, description=spoken_table(table, scene)), unit=scene.voice.label("table.people"), spell=scene.voice.spelling.short,
        flag=lambda apart: scene.voice.label("sources.apart", spread=scene.voice.spelling.percent(apart)),
    )  # fmt: skip
    look = Look(name="sources", rtl=scene.voice.messages.right_to_left)
    drawn = [c for c in recent if not _in_full(scene, c)][:_LANES]
    if not drawn:
        return Section(name="sources", title=title, sentences=sentences, figures=shown)
    chart = ranges([_counted(scene, comparison) for comparison in drawn], words, look)
    figure = Figure(
        name="sources", title=scene.voice.label("sources.figure"), subtitle=scene.voice.label("sources.subtitle"), chart=chart, small=None,
        table=table, sources=tuple(dict.fromkeys(one.source for c in recent[:1] for one in c.said)),
    )  # fmt: skip
    return Section(name="sources", title=title, sentences=sentences, figures=(*shown, figure))


def _in_full(scene: Scene, comparison: Comparison) -> bool:
    """Whether a chart of its own shows this year's comparison."""
    return any(one.found.group == comparison.group and one.found.year == comparison.end.year for one in scene.evidence)


def _counted(scene: Scene, comparison: Comparison) -> Counted:
    counts = [
        Count(
            counter=scene.voice.label(f"counter.{one.counter}"), value=one.value, told=scene.voice.spelling.full(one.value), low=one.low, high=one.high,
            chosen=one is comparison.chosen,
        )
        for one in comparison.said
    ]  # fmt: skip
    return Counted(group=str(comparison.end.year), counts=tuple(counts))


def rows_said(scene: Scene, comparison: Comparison) -> list[Row]:
    """The figures a comparison rests on, the shown one first."""
    return [
        row
        for one in comparison.said
        for row in scene.situation.series(comparison.group, "inside", one.counter)
        if row.cite == one.cite
    ]


def _table(scene: Scene, recent: list[Comparison]) -> Table:
    voice = scene.voice
    counters = sorted({one.counter for c in recent for one in c.said})
    said = {
        counter: {row.cite: row for row in scene.situation.series(_GROUP, "inside", counter)} for counter in counters
    }
    body: list[tuple[Cell, ...]] = []
    for comparison in recent:
        by_counter = {one.counter: said[one.counter][one.cite] for one in comparison.said}
        cells = [
            tables.full(scene, by_counter[counter])
            if counter in by_counter
            else Cell(text=voice.label("table.not_counted"))
            for counter in counters
        ]
        shown = voice.label(f"counter.{comparison.chosen.counter}")
        body.append(
            (
                Cell(text=str(comparison.end.year)),
                *cells,
                Cell(number=_spread(comparison, list(by_counter.values()))),
                Cell(text=shown),
            )
        )
    head = (
        voice.label("table.year"),
        *(voice.label(f"counter.{c}") for c in counters),
        voice.label("table.spread"),
        voice.label("table.shown"),
    )
    return Table(caption=voice.label("sources.figure"), head=head, rows=tuple(body))


def _spread(comparison: Comparison, rows: list[Row]) -> Number | None:
    if comparison.spread is None:
        return None
    return Number(value=comparison.spread, form="percent", how="spread", rows=tuple(rows))


def _sentences(scene: Scene, several: list[Comparison]) -> tuple[Sentence, ...]:
    current = scene.compared(_GROUP)
    if any(one.found.group == _GROUP for one in scene.evidence):
        return _history(scene, several)  # the newest year is told beside its chart
    if current is None:
        return (scene.voice.say("sources.none"),)
    if len(current.said) == 1:
        told = scene.voice.say("sources.one", counter=Name(scene.voice.label(f"counter.{current.chosen.counter}")))
        return (told, *_history(scene, several))
    rows = rows_said(scene, current)
    counters = scene.voice.listed([scene.voice.label(f"counter.{one.counter}") for one in current.said])
    spread, year = _spread(current, rows), numbers.year_of(rows[0])
    if current.copied:
        return (scene.voice.say("sources.same", counters=counters, year=year), *_history(scene, several))
    if spread is None:
        return _history(scene, several)
    key = "sources.flag" if current.differs else "sources.close"
    shown = Name(scene.voice.label(f"counter.{current.chosen.counter}"))
    return (scene.voice.say(key, counters=counters, year=year, spread=spread, shown=shown), *_history(scene, several))


def _history(scene: Scene, several: list[Comparison]) -> tuple[Sentence, ...]:
    apart = [c for c in several if c.differs]
    if not apart:
        return ()
    firsts = [rows_said(scene, c)[0] for c in several]
    told = scene.voice.say(
        "sources.history",
        years=numbers.counted(rows_said(scene, c)[0] for c in apart),
        all=numbers.counted(firsts),
        first=numbers.year_of(min(firsts, key=lambda row: row.end)),
    )
    return (told,)
