"""The four key figures: the largest facts first, never an empty box where another fact could stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from qanat.brief import numbers
from qanat.brief.blocks import KeyFigure
from qanat.brief.numbers import Number, Row
from qanat.brief.prose import Name, Sentence
from qanat.brief.situation import View
from qanat.brief.tell.scene import Scene, value_of, year
from qanat.brief.tell.sexes import shares, told_of_most

_FOUR: Final = 4
_MANY: Final = 1000.0  # below this a share says little of people


def keys(scene: Scene) -> tuple[KeyFigure, ...]:
    """Up to four key figures; fewer only where fewer are known."""
    found: list[KeyFigure] = []
    for key in _candidates(scene):
        found.append(key)
        if len(found) == _FOUR:
            break
    return tuple(found)


def _candidates(scene: Scene) -> Iterator[KeyFigure]:
    yield from _counts(scene)
    yield from _sexes(scene)
    situation = scene.situation
    others: list[tuple[str, Row | None]] = [
        ("migrants.host", situation.migrants("host")),
        ("migrants.origin", situation.migrants("origin")),
        ("people", situation.people()),
        ("returned", situation.newest("returned-refugees", "origin")),
    ]
    for name, row in others:
        if row is not None and row.value > 0:
            yield KeyFigure(
                number=numbers.published(row),
                label=scene.voice.say(f"key.{name}", country=scene.country, year=year(row)),
            )


def _counts(scene: Scene) -> Iterator[KeyFigure]:
    found: list[tuple[str, Row | None]] = [("inside", scene.inside), ("abroad", scene.abroad), ("hosted", scene.hosted)]
    for view in ("origin", "inside", "host"):
        found.append((f"unrwa.{view}", scene.situation.newest("palestine-refugees", view)))
    for view, row in sorted(found, key=lambda one: -value_of(one[1])):
        if row is not None and row.value > 0:
            label = scene.voice.say(f"key.{view}", country=scene.country, year=year(row))
            yield KeyFigure(
                number=numbers.published(row), label=label, range=_range(scene) if view == "inside" else None
            )


def _range(scene: Scene) -> Sentence | None:
    found = scene.compared("idps")
    if found is None or found.low == found.high or found.copied:
        return None
    said = [
        row
        for counter in found.said
        for row in scene.situation.series("idps", "inside", counter.counter)
        if row.end == found.end
    ]
    low, high = min(said, key=lambda row: row.value), max(said, key=lambda row: row.value)
    return scene.voice.say("key.range", low=numbers.published(low), high=numbers.published(high))


def _sexes(scene: Scene) -> Iterator[KeyFigure]:
    view, row = scene.ranked[0]
    found = shares(scene.situation, view) if row is not None and row.value >= _MANY else None
    if found and found.women and told_of_most(found.sex_known):
        yield _share(scene, "key.women", found.women, view)
    if found and found.children and told_of_most(found.age_known):
        yield _share(scene, "key.children", found.children, view)


def _share(scene: Scene, key: str, number: Number, view: View) -> KeyFigure:
    who = Name(scene.voice.label(f"who.{view}"))
    return KeyFigure(number=number, label=scene.voice.say(key, who=who))
