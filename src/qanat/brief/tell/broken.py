"""Steps of a series that no movement explains: told as what they are, never as a rise or a fall."""

from __future__ import annotations

from typing import Final

from qanat.brief import numbers
from qanat.brief.numbers import Number, Row
from qanat.brief.prose import Name, Sentence
from qanat.brief.tell.scene import Scene, year
from qanat.brief.tell.views import joined
from qanat.reconcile.breaks import Step

_GROUP: Final = "idps"
_MOST: Final = 3  # the newest steps are told


def step_to(scene: Scene, row: Row) -> Step | None:
    """The method break that leads to the displayed figure; null where it continues its counter's series."""
    shown = [one.chosen.cite for one in scene.comparisons if one.group == _GROUP and one.end == row.end]
    return next((step for step in scene.broken if step.after.cite in shown), None)


def step_told(scene: Scene, step: Step) -> Sentence | None:
    """The headline's step as a sentence of its two figures; null where the country's rows do not hold them."""
    facts = _facts(scene, step)
    return None if facts is None else scene.voice.say("lede.inside.break", **facts)


def breaks_told(scene: Scene) -> tuple[Sentence, ...]:
    """The newest breaks in one sentence, for whoever reads a trend; nothing where there is none."""
    facts = [found for step in scene.broken[:_MOST] if (found := _facts(scene, step)) is not None]
    if not facts:
        return ()
    return (scene.voice.say("sources.break", parts=joined(scene, [scene.voice.piece("part.break", **one) for one in facts])),)  # fmt: skip


def _facts(scene: Scene, step: Step) -> dict[str, Number | Name] | None:
    cited = {row.cite: row for row in scene.situation.series(_GROUP, "inside", step.counter)}
    before, after = cited.get(step.before.cite), cited.get(step.after.cite)
    if before is None or after is None:
        return None
    return {
        "counter": Name(scene.voice.label(f"counter.{step.counter}")), "before": numbers.published(before), "number": numbers.published(after),
        "earlier": year(before), "year": year(after),
    }  # fmt: skip
