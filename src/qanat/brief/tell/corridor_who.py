"""Who moved along a corridor: women and men, net by sex, who returned and who was born in a third country."""

from __future__ import annotations

from datetime import date

from qanat.brief import numbers
from qanat.brief.blocks import Cell, Section, Table
from qanat.brief.numbers import Number
from qanat.brief.prose import Sentence
from qanat.brief.tell.corridor import CorridorScene, Moved, people, year


def who_moved(scene: CorridorScene) -> Section:
    """Women and men, net by sex, and who returned or came from a third country."""
    there, back = (_by_sex(scene, flows) for flows in (scene.corridor.there, scene.corridor.back))
    sentences: list[Sentence] = []
    if len(there) == 2:
        both = numbers.total(one.row for one in there.values())
        share = numbers.share(people(there["female"].row), both)
        if share is not None:
            one = there["female"]
            sentences.append(
                scene.voice.say("sexes.women", share=share, start=year(one), end=year(one, "end"), **scene.names)
            )
        if len(back) == 2:
            sentences.append(_net_by_sex(scene, there, back))
    else:
        sentences.append(scene.voice.say("sexes.none"))
    return Section(
        name="sexes",
        title=scene.voice.label("sexes.title"),
        sentences=(*sentences, _kinds(scene)),
        tables=_sex_table(scene),
    )


def _by_sex(scene: CorridorScene, flows: tuple[Moved, ...]) -> dict[str, Moved]:
    """Women and men of the newest period by the main maker; the newest anybody has of both where it does not."""
    divided: dict[tuple[bool, date, str], dict[str, Moved]] = {}
    for one in flows:
        if one.row.sex in ("female", "male") and one.kind is None:
            divided.setdefault((one.maker == scene.main, one.start, one.maker), {})[one.row.sex] = one
    both = {key: found for key, found in divided.items() if len(found) == 2}
    own = (True, scene.newest.start, scene.main)
    return both.get(own) or (both[max(both, key=lambda key: (key[1], key[0], key[2]))] if both else {})


def _net_by_sex(scene: CorridorScene, there: dict[str, Moved], back: dict[str, Moved]) -> Sentence:
    gains = {sex: there[sex].row.value - back[sex].row.value for sex in ("female", "male")}
    signed = {
        sex: Number(value=gains[sex], form="short", how="difference", rows=(there[sex].row, back[sex].row))
        for sex in gains
    }
    key = "sexes.net" if min(gains.values()) >= 0 else "sexes.mixed"
    return scene.voice.say(key, women=signed["female"], men=signed["male"], **scene.names)


def _kinds(scene: CorridorScene) -> Sentence:
    parts = {
        one.kind: one for one in scene.corridor.there
        if one.kind and one.maker == scene.main and one.start == scene.newest.start and one.row.sex == "all"
    }  # fmt: skip
    newest = people(scene.newest.row)
    if not parts or newest.value == 0:
        return scene.voice.say("kinds.none")
    told = {kind: _share(parts.get(kind), newest) for kind in ("outward", "return", "transit")}
    return scene.voice.say("kinds.told", outward=told["outward"], back=told["return"], transit=told["transit"])


def _share(part: Moved | None, whole_flow: Number) -> Number:
    """A kind's share of the flow; 0 where the account has nobody of it."""
    if part is None:
        return Number(value=0.0, form="percent", how="share", rows=whole_flow.rows)
    found = numbers.share(people(part.row), whole_flow)
    assert found is not None
    return found


def _sex_table(scene: CorridorScene) -> tuple[Table, ...]:
    """Women and men of every period, each maker's."""
    divided = [one for one in scene.corridor.there if one.row.sex in ("female", "male") and one.kind is None]
    keys = sorted({(one.start, one.period, one.maker) for one in divided})
    rows: list[tuple[Cell, ...]] = []
    for start, period, maker in keys:
        mine = {one.row.sex: one for one in divided if one.start == start and one.maker == maker}
        if len(mine) == 2:
            cells = [Cell(number=people(mine[sex].row)) for sex in ("female", "male")]
            rows.append((Cell(text=period), Cell(text=scene.maker(mine["female"])), *cells))
    head = tuple(scene.voice.label(f"table.{name}") for name in ("period", "maker", "women", "men"))
    caption = scene.voice.label("sexes.title")
    return (Table(caption=caption, head=head, rows=tuple(rows)),) if rows else ()
