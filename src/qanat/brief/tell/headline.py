"""The finding, as one sentence, and the few that follow it."""

from __future__ import annotations

from typing import Final

from qanat.brief import numbers
from qanat.brief.numbers import Row
from qanat.brief.prose import Name, Sentence
from qanat.brief.situation import ABROAD
from qanat.brief.tell.broken import step_to, step_told
from qanat.brief.tell.scene import Scene, before, value_of, year
from qanat.brief.tell.sexes import shares, told_of_most
from qanat.brief.tell.views import unrwa
from qanat.figures.words import UNKNOWN_ORIGIN

_FEW: Final = 1000.0
_NEWS: Final = 0.05  # agencies nearer to each other than this are no news


def headline(scene: Scene) -> Sentence:
    """The largest of the three views as a finding; where nobody is counted it says just that."""
    ranked = {"inside": value_of(scene.inside), "abroad": value_of(scene.abroad), "hosted": value_of(scene.hosted)}
    largest = max(ranked.values())
    if largest < 0:
        return scene.voice.say("headline.none", country=scene.country)
    if largest < _FEW:
        return _few(scene)
    told = {"inside": _inside, "abroad": _abroad, "hosted": _hosted}
    return told[max(ranked, key=lambda view: ranked[view])](scene)


def _few(scene: Scene) -> Sentence:
    counts = {"abroad": scene.abroad, "hosted": scene.hosted, "inside": scene.inside}
    view, row = max(counts.items(), key=lambda item: value_of(item[1]))
    assert row is not None  # the caller saw a value
    return scene.voice.say(f"headline.few.{view}", country=scene.country, number=numbers.published(row))


def _inside(scene: Scene) -> Sentence:
    row, people = scene.inside, scene.situation.people()
    assert row is not None
    told: dict[str, numbers.Number | Name] = {"country": scene.country, "number": numbers.published(row)}
    part = numbers.share(numbers.published(row), numbers.published(people)) if people else None
    if part is None or part.value < 0.01:
        return scene.voice.say("headline.inside.number", **told)
    told["share"] = part
    abroad, hosted = scene.abroad, scene.hosted
    if hosted is not None and hosted.value >= max(_FEW, value_of(abroad)):
        return scene.voice.say("headline.inside.hosts", **told, hosted=numbers.published(hosted))
    if abroad is not None and abroad.value >= _FEW:
        return scene.voice.say("headline.inside.both", **told, abroad=numbers.published(abroad))
    return scene.voice.say("headline.inside.share", **told)


def _abroad(scene: Scene) -> Sentence:
    row = scene.abroad
    assert row is not None
    return _with_top(scene, "headline.abroad", row, scene.hosts, "place")


def _hosted(scene: Scene) -> Sentence:
    row = scene.hosted
    assert row is not None
    return _with_top(scene, "headline.hosted", row, scene.origins, "origin")


def _with_top(scene: Scene, key: str, row: Row, partners: list[Row], end: str) -> Sentence:
    number = numbers.published(row)
    first = next((one for one in partners if (one.origin if end == "origin" else one.place) != UNKNOWN_ORIGIN), None)
    part = numbers.share(numbers.published(first), number) if first else None
    if first is None or part is None or part.value < 0.1:
        return scene.voice.say(f"{key}.number", country=scene.country, number=number)
    return scene.voice.say(f"{key}.top", country=scene.country, number=number, share=part, top=scene.named(first, end))


def lede(scene: Scene) -> tuple[Sentence, ...]:
    """Two to four sentences: how the largest figure moved, whether sources agree, who the people are."""
    told = [
        _moved(scene),
        _agree(scene),
        _women(scene),
        unrwa(scene, "origin"),
        unrwa(scene, "inside"),
        unrwa(scene, "host"),
    ]
    return tuple(sentence for sentence in told if sentence is not None)


def _moved(scene: Scene) -> Sentence | None:
    view, row = scene.ranked[0]
    group = "idps" if view == "inside" else ABROAD
    if row is None or row.value < _FEW:
        return None
    earlier = before(scene.situation.series(group, view), row)
    moved = numbers.change(earlier, row) if earlier else None
    if earlier is None or moved is None:
        return None
    if view == "inside" and (step := step_to(scene, row)) is not None:
        return step_told(scene, step)
    way = "same" if abs(moved.value) < 0.005 else "more" if moved.value > 0 else "fewer"
    facts = {"year": year(row), "earlier": year(earlier)}
    if way != "same":
        facts |= {
            "share": numbers.Number(value=abs(moved.value), form="percent", how="change", rows=moved.rows),
            "difference": numbers.difference(earlier, row),
        }
    return scene.voice.say(f"lede.{view}.{way}", country=scene.country, **facts)


def _agree(scene: Scene) -> Sentence | None:
    found = scene.compared("idps")
    if found is None or len(found.said) < 2 or found.spread is None:
        return None
    rows = tuple(row for row in _said(scene, "idps") if row.end == found.end)
    counters = scene.voice.listed([scene.voice.label(f"counter.{one.counter}") for one in found.said])
    if found.copied:
        return scene.voice.say("lede.agree", counters=counters)
    if found.spread < _NEWS:
        return None
    spread = numbers.Number(value=found.spread, form="percent", how="spread", rows=rows)
    return scene.voice.say("lede.differ" if found.differs else "lede.near", counters=counters, spread=spread)


def _said(scene: Scene, group: str) -> list[Row]:
    counters = {one.counter for c in scene.comparisons if c.group == group for one in c.said}
    return [row for counter in sorted(counters) for row in scene.situation.series(group, "inside", counter)]


def _women(scene: Scene) -> Sentence | None:
    """Women and girls among the people the headline is about, where the sex of most is recorded."""
    view, row = scene.ranked[0]
    found = shares(scene.situation, view) if value_of(row) >= _FEW else None
    if found is None or found.women is None or not told_of_most(found.sex_known):
        return None
    return scene.voice.say("lede.women", share=found.women, who=Name(scene.voice.label(f"who.{view}")))
