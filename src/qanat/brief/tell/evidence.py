"""Who counted a group, set side by side in a brief: the chart, its table, and why counters differ with every number cited."""

from __future__ import annotations

from datetime import date

from qanat.brief.blocks import Cell, Figure, Table
from qanat.brief.messages import PLACEHOLDER
from qanat.brief.numbers import Number, published
from qanat.brief.prose import Name, Sentence, Voice
from qanat.brief.tell.scene import Evidence, Scene
from qanat.brief.tell.why import Amount, Saying, Telling, chart
from qanat.reconcile.said import Figure as Said

_WIDTH = 760


def evidence_figure(scene: Scene, one: Evidence) -> Figure:
    """The comparison as a figure: chart, table twin, and the paragraph that says why counters differ."""
    telling = Telling.of(scene.voice.messages.language)
    found, place = one.found, scene.name(one.found.place)
    title = telling.title(place, telling.group(found.group), str(found.year))
    told = tuple(_cited(saying, one, telling) for saying in telling.sayings(found))
    return Figure(
        name=f"who-{found.group}", title=title, subtitle=scene.voice.label("evidence.subtitle"), chart=chart(found, place, telling, width=_WIDTH),
        small=None, table=_table(scene, one, telling, title), sources=tuple(dict.fromkeys(one.row(figure).source for figure in found.figures)),
        told=told,
    )  # fmt: skip


def _cited(saying: Saying, one: Evidence, telling: Telling) -> Sentence:
    """A sentence whose numbers carry their figures."""
    places = PLACEHOLDER.findall(telling.words.text(saying.key))
    words = {name: _word(word, one) for name, word in saying.words.items() if name in places}
    return Voice(telling.words, telling.spell).say(saying.key, **words)


def _word(word: str | date | Amount, one: Evidence) -> Number | Name:
    if isinstance(word, str):
        return Name(word)
    if isinstance(word, date):
        row = one.dated(word)
        return Number(value=row.year, form="date", how="reference date", rows=(row,))
    return Number(
        value=word.value, form=word.form, how=word.how, rows=tuple(one.row(figure) for figure in word.figures)
    )


def _table(scene: Scene, one: Evidence, telling: Telling, caption: str) -> Table:
    voice, found = scene.voice, one.found
    head = ("table.said_by", "table.people", "table.lowest", "table.highest", "table.counted_by", "table.counted_on")
    rows = [_figure(figure, one, telling) for figure in found.figures]
    if found.one.median is not None and found.one.low80 is not None and found.one.high80 is not None:
        behind = tuple(one.row(figure) for cluster in found.one.used for figure in cluster.members)
        values = (found.one.median, found.one.low80, found.one.high80)
        numbers = [Cell(number=Number(value=round(value), form="full", how="picture", rows=behind)) for value in values]
        rows.append((Cell(text=telling.words.text("chart.picture")), *numbers, Cell(text=""), Cell(text="")))
    return Table(caption=caption, head=tuple(voice.label(word) for word in head), rows=tuple(rows))


def _figure(figure: Said, one: Evidence, telling: Telling) -> tuple[Cell, ...]:
    """A counter's row: what it says, its ends where something is left open, who counted these people and when."""
    row, root = one.row(figure), one.found.cluster[figure.cite].root
    ends = (figure.low, figure.high) if figure.low != figure.high else ()
    numbers = [Cell(number=Number(value=round(value), form="full", how="interval", rows=(row,))) for value in ends]
    counted = Number(value=root.year, form="day", how="reference date", rows=(one.row(root),))
    return (
        Cell(text=telling.named(figure.counter)), Cell(number=published(row, "full")), *(numbers or (Cell(text=""), Cell(text=""))),
        Cell(text=telling.named(root.counter)), Cell(number=counted),
    )  # fmt: skip
