"""The three views in words: people from the country, people displaced inside it, people it hosts."""

from __future__ import annotations

from typing import Final

from qanat.brief import numbers
from qanat.brief.numbers import Row
from qanat.brief.prose import Name, Sentence
from qanat.brief.situation import View
from qanat.brief.tell.scene import Scene, before, year
from qanat.figures.words import UNKNOWN_ORIGIN

_JUMP: Final = 0.25  # a change within a year that is more likely one of definition than of people
_STALE: Final = 2  # years after which a count is not told as the situation
_PARTS: Final = ("refugees", "asylum-seekers", "other-in-need")


def from_country(scene: Scene) -> tuple[Sentence, ...]:
    """People from the country: in which situation, where, how many came back, how many live abroad as migrants."""
    return _some(
        _crossed(scene, "origin"),
        _top(scene, "origin", scene.hosts),
        _year_of(scene, "views.returned", "returned-refugees", "origin"),
        _year_of(scene, "views.resettled", "resettled", "origin"),
        unrwa(scene, "origin"),
        _told(scene, "views.migrants.origin", scene.situation.migrants("origin")),
    )


def inside(scene: Scene) -> tuple[Sentence, ...]:
    """People displaced inside the country: how many, newly, returned, by disasters; and stateless people."""
    return _some(
        _idps(scene),
        _latest(scene, "views.new", "idps-new"),
        _year_of(scene, "views.idps_returned", "returned-idps", "inside"),
        _returned_into(scene),
        _latest(scene, "views.disaster", "idps-disaster"),
        _latest(scene, "views.disaster_new", "idps-disaster-new"),
        _told(scene, "views.people", scene.situation.people()),
    )


def hosted(scene: Scene) -> tuple[Sentence, ...]:
    """People the country hosts: in which situation, from where; statelessness; migrants; what is done for hosts."""
    return _some(
        _crossed(scene, "host"),
        _top(scene, "host", scene.origins),
        _unknown(scene),
        unrwa(scene, "inside"),
        unrwa(scene, "host"),
        _year_of(scene, "views.host.returned", "returned-refugees", "host"),
        _year_of(scene, "views.naturalised", "naturalised", "host"),
        _year_of(scene, "views.host_community", "host-community", "inside"),
        _told(scene, "views.migrants.host", scene.situation.migrants("host")),
        _told(scene, "views.plan", scene.situation.plan()) if scene.hosted is not None else None,
    )


def _returned_into(scene: Scene) -> Sentence | None:
    """Refugees who returned in the year: some of them into displacement, so that they are counted twice."""
    if scene.inside is None or scene.inside.value == 0:
        return None
    return _year_of(scene, "views.inside.returned", "returned-refugees", "origin")


def _some(*told: Sentence | None) -> tuple[Sentence, ...]:
    return tuple(sentence for sentence in told if sentence is not None)


def _crossed(scene: Scene, view: View) -> Sentence:
    whole = scene.abroad if view == "origin" else scene.hosted
    if whole is None or whole.value == 0:
        return scene.voice.say(f"views.{view}.none", country=scene.country)
    parts = [
        row for row in (scene.situation.newest(group, view) for group in _PARTS) if row is not None and row.value > 0
    ]
    if len(parts) == 1:
        who = Name(scene.voice.label(f"group.{parts[0].group}"))
        return scene.voice.say(
            f"views.{view}.one", country=scene.country, year=year(whole), number=numbers.published(whole), who=who
        )
    pieces = [scene.voice.piece(f"part.{row.group}", number=numbers.published(row)) for row in parts]
    return scene.voice.say(
        f"views.{view}.all",
        country=scene.country,
        year=year(whole),
        number=numbers.published(whole),
        parts=joined(scene, pieces),
    )


def _top(scene: Scene, view: View, partners: list[Row]) -> Sentence | None:
    end = "place" if view == "origin" else "origin"
    known = [row for row in partners if (row.place if view == "origin" else row.origin) != UNKNOWN_ORIGIN]
    if len(known) < 2:
        return None
    pieces = [
        scene.voice.piece("part.place", place=scene.named(row, end), number=numbers.published(row)) for row in known[:3]
    ]
    if len(partners) <= len(pieces):
        return scene.voice.say(f"views.{view}.few", parts=joined(scene, pieces))
    return scene.voice.say(f"views.{view}.top", countries=numbers.counted(partners), parts=joined(scene, pieces))


def _unknown(scene: Scene) -> Sentence | None:
    """How many of the people hosted have no recorded origin, where they are many."""
    found = [row for row in scene.origins if row.origin == UNKNOWN_ORIGIN]
    whole = scene.hosted
    if not found or whole is None or found[0].value < 0.05 * whole.value:
        return None
    return scene.voice.say("views.host.unknown", number=numbers.published(found[0]))


def unrwa(scene: Scene, view: View) -> Sentence | None:
    """Palestine refugees registered with UNRWA, and the number of the year before where it is far off."""
    series = [row for row in scene.situation.series("palestine-refugees", view) if row.value > 0]
    if not series or series[-1] != scene.situation.newest("palestine-refugees", view):
        return None
    row, earlier = series[-1], before(series, series[-1])
    if earlier is not None and abs(row.value / earlier.value - 1) > _JUMP:
        return scene.voice.say(
            f"views.unrwa.{view}.jump",
            country=scene.country,
            number=numbers.published(row),
            year=year(row),
            before=numbers.published(earlier),
        )
    return _told(scene, f"views.unrwa.{view}", row)


def _told(scene: Scene, key: str, row: Row | None) -> Sentence | None:
    """A figure as a sentence of country, number and year; nothing where there is none or nobody."""
    if row is None or row.value == 0:
        return None
    return scene.voice.say(key, country=scene.country, number=numbers.published(row), year=year(row))


def joined(scene: Scene, pieces: list[Sentence]) -> Sentence:
    """Pieces with numbers as one list in the language's way, every number still cited."""
    if len(pieces) == 1:
        return pieces[0]
    key = "list.two" if len(pieces) == 2 else "list.more"
    head = pieces[0] if len(pieces) == 2 else _commas(scene, pieces[:-1])
    return scene.voice.piece(key, head=head, last=pieces[-1])


def _commas(scene: Scene, pieces: list[Sentence]) -> Sentence:
    head = pieces[0]
    for piece in pieces[1:]:
        head = scene.voice.piece("list.comma", head=head, next=piece)
    return head


def _idps(scene: Scene) -> Sentence:
    row = scene.inside
    if row is None:
        return scene.voice.say("views.inside.none", country=scene.country)
    found = scene.compared("idps")
    said = list(found.said) if found else []
    who = scene.voice.listed([scene.voice.label(f"counter.{one.counter}") for one in said[:1]])
    return scene.voice.say(
        "views.inside.all", country=scene.country, year=year(row), number=numbers.published(row), counter=who
    )


def _latest(scene: Scene, key: str, group: str) -> Sentence | None:
    """IDMC's newest count of a group; nothing where it is too old to be told as the situation."""
    series = [row for row in scene.situation.series(group, "inside", "idmc") if row.value > 0]
    reference = scene.situation.reference
    if not series or reference is None or series[-1].year < reference.year - _STALE:
        return None
    return _told(scene, key, series[-1])


def _year_of(scene: Scene, key: str, group: str, view: View) -> Sentence | None:
    return _told(scene, key, scene.situation.newest(group, view))
