"""What agencies said of the figures a brief cites: endorsed, disputed, replaced, official or not yet."""

from __future__ import annotations

from collections.abc import Iterable

from qanat.brief.blocks import Spoken, Standing
from qanat.brief.numbers import Row
from qanat.brief.tell.scene import Scene


def vouched(
    scene: Scene, spoken: Iterable[Spoken], standing: Iterable[Standing], cites: frozenset[str]
) -> tuple[str, ...]:
    """One sentence for every statement about a cited figure, then one for every policy on it.

    cites  what the brief cites; a figure counts as cited where one made from it is
    """
    said = [_said(scene, one) for one in spoken if one.cites & cites]
    judged = [_judged(scene, one) for one in standing if one.cites & cites]
    return (*said, *judged)


def _said(scene: Scene, one: Spoken) -> str:
    voice = scene.voice
    words = {**_about(scene, one.about), "agency": _agency(scene, one.agency), "made": voice.spelling.date(one.made)}
    if one.says == "endorse":
        told = voice.label("notes.endorse", **words)
    elif one.own is None:
        told = voice.label(f"notes.{one.says}.untold", **words)
    else:
        words |= {"own": voice.spelling.full(one.own.value), "own_cite": one.own.cite}
        told = voice.label(f"notes.{one.says}", **words)
    return told[:1].upper() + told[1:]


def _judged(scene: Scene, one: Standing) -> str:
    voice = scene.voice
    words = {**_about(scene, one.about), "policy": one.policy, "rule": one.rule}
    if one.met:
        return voice.label("notes.policy_met", **words)
    terms = [
        voice.label(
            "notes.missing", least=str(least), agencies=voice.listed([_agency(scene, name) for name in of]).text
        )
        for least, of in one.missing
    ]
    return voice.label("notes.policy_missing", **words, missing=voice.listed(terms).text)


def _about(scene: Scene, row: Row) -> dict[str, str]:
    voice, group = scene.voice, f"group.{row.group}"
    return {
        "counter": _agency(scene, row.counter), "value": voice.spelling.full(row.value), "place": scene.name(row.place),
        "group": voice.label(group) if group in voice.messages else row.group, "end": voice.spelling.date(row.end), "cite": row.cite,
    }  # fmt: skip


def _agency(scene: Scene, code: str) -> str:
    """An agency as a sentence takes it: its name in the language where there is one, else the word of the code list."""
    key = f"counter.{code}"
    return scene.voice.label(key) if key in scene.voice.messages else code
