"""The whole brief, block by block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from qanat.brief import numbers
from qanat.brief.blocks import Brief, Figure, Section
from qanat.brief.numbers import Number
from qanat.brief.prose import Name, Sentence, Voice
from qanat.brief.situation import View
from qanat.brief.tell import views
from qanat.brief.tell.differences import differences
from qanat.brief.tell.headline import headline, lede
from qanat.brief.tell.imprint import Imprint, bound_notes, kicked
from qanat.brief.tell.keys import keys
from qanat.brief.tell.maps import map_figure
from qanat.brief.tell.pictures import partners_figure, sexes_figure, trend_figure
from qanat.brief.tell.scene import Scene, value_of
from qanat.brief.tell.sexes import Shares, shares
from qanat.brief.tell.vouched import vouched
from qanat.figures import Document

_SURE: Final = 0.005  # width of an interval below which the women's share is as good as counted
_MANY: Final = 1000.0  # people below whom a second view is not divided
NOTES: Final = ("stock", "null", "rounding", "groups", "beside", "sexes", "provenance", "precedence", "migrants")


def compose(scene: Scene, documents: Iterable[Document], imprint: Imprint, further: tuple[Section, ...] = ()) -> Brief:
    """The brief of a scene.

    documents  all that its figures may cite; those cited are numbered in the order they first appear
    further    blocks made elsewhere that the page has a place for: flows (who moved; where it is missing a note says how to get it)
    Raises BriefError where a number would be printed that no figure answers for.
    """
    voice, reference = scene.voice, scene.situation.reference or imprint.made.date()
    sections = (*_sections(scene), *further)
    opening = headline(scene)
    told, key_figures = lede(scene), keys(scene)
    brief = Brief(
        country=scene.situation.country, name=scene.name(scene.situation.country), language=voice.messages.language,
        right_to_left=voice.messages.right_to_left, reference=reference, as_of=imprint.as_of, made=imprint.made, run=imprint.run, code=imprint.code,
        internal=imprint.internal, bound=imprint.bound, kicker=_kicker(scene, reference, imprint),
        headline=opening, lede=told, keys=key_figures, sections=sections, notes=(*bound_notes(voice, imprint), *_notes(voice, imprint, further)),
        disclaimers=tuple(voice.label(note) for section in sections for figure in section.figures for note in figure.notes), documents=(),
    )  # fmt: skip
    said = vouched(scene, imprint.spoken, imprint.standing, frozenset(cite for n in brief.numbers for cite in n.cites))
    told_with = replace(brief, notes=(*said, *brief.notes))
    return _numbered(told_with, {document.id: document for document in documents})


def _kicker(scene: Scene, reference: date, imprint: Imprint) -> str:
    voice, country = scene.voice, scene.name(scene.situation.country)
    return kicked(voice, voice.label("page.kicker", country=country, date=voice.spelling.date(reference)), imprint)


def _notes(voice: Voice, imprint: Imprint, further: tuple[Section, ...]) -> tuple[str, ...]:
    """How to read the figures, and how to get the block that is missing."""
    first = voice.label(f"counter.{imprint.first}")
    told = tuple(voice.label(f"notes.{note}", first=first) for note in NOTES)
    return told if any(section.name == "flows" for section in further) else (*told, voice.label("notes.flows"))


def _numbered(brief: Brief, by_id: dict[str, Document]) -> Brief:
    """The brief with its documents in the order of first use."""
    used = [source for number in brief.numbers for source in number.sources]
    used += [source for section in brief.sections for figure in section.figures for source in figure.sources]
    return replace(brief, documents=tuple(by_id[source] for source in dict.fromkeys(used)))


def _sections(scene: Scene) -> tuple[Section, ...]:
    voice = scene.voice
    title = {
        view: voice.label(f"views.{view}.title", country=scene.country.text) for view in ("origin", "inside", "host")
    }
    told = {"origin": views.from_country(scene), "inside": views.inside(scene), "host": views.hosted(scene)}
    partners = {"origin": partners_figure(scene, "origin"), "host": partners_figure(scene, "host")}
    trend = trend_figure(scene)
    return (
        Section(name="map", title="", figures=_some(map_figure(scene))),
        Section(name="trend", title="", figures=_some(trend)),
        _sexes(scene),
        Section(name="origin", title=title["origin"], sentences=told["origin"], figures=_some(partners["origin"])),
        Section(name="inside", title=title["inside"], sentences=told["inside"]),
        Section(name="host", title=title["host"], sentences=told["host"], figures=_some(partners["host"])),
        differences(scene),
    )


def _some(*figures: Figure | None) -> tuple[Figure, ...]:
    return tuple(figure for figure in figures if figure is not None)


def _sexes(scene: Scene) -> Section:
    """Women and men, girls and boys in the two largest views that have people."""
    found: list[tuple[View, Shares]] = [
        (view, division) for view in _largest(scene) if (division := shares(scene.situation, view)) is not None
    ]
    sentences = [sentence for view, division in found for sentence in _known(scene, view, division)]
    figures = [figure for view, division in found if (figure := sexes_figure(scene, view, division)) is not None]
    title = scene.voice.label("sexes.title")
    return Section(
        name="sexes",
        title=title,
        sentences=tuple(sentences) or (scene.voice.say("sexes.none"),),
        figures=tuple(figures),
    )


def _largest(scene: Scene) -> list[View]:
    """The two views with most people, none without."""
    first, second = scene.ranked[:2]
    found: list[View] = []
    if value_of(first[1]) > 0:
        found.append(first[0])
    if value_of(second[1]) >= _MANY:
        found.append(second[0])
    return found


def _known(scene: Scene, view: View, found: Shares) -> list[Sentence]:
    return [*_counted(scene, view, found), *_estimated(scene, found)]


def _estimated(scene: Scene, found: Shares) -> list[Sentence]:
    """What share women and children are of all by estimate, how many it is a guess for, and from whom it is taken."""
    guess, say = found.estimate, scene.voice.say
    if guess is None:
        return []
    donors = scene.voice.listed([scene.voice.label(f"donor.{kind}") for kind in guess.donors])
    lent: dict[str, Number | Name] = {"unrecorded": guess.unrecorded, "donors": donors}
    if guess.children is not None and guess.women_high.value - guess.women_low.value < _SURE:
        return [say("sexes.estimated_age", **lent, children=guess.children)]
    women: dict[str, Number | Name] = {"women": guess.women, "low": guess.women_low, "high": guess.women_high}
    if guess.children is None:
        return [say("sexes.estimated_sex", **lent, **women)]
    return [say("sexes.estimated", **lent, **women, children=guess.children)]


def _counted(scene: Scene, view: View, found: Shares) -> list[Sentence]:
    year, say = numbers.year_of(found.total.rows[0]), scene.voice.say
    whom = Name(scene.voice.label(f"whom.{view}"))
    if found.sex_known is None:
        return [say("sexes.nothing", total=found.total, year=year, whom=whom)]
    if found.age_known is None:
        out = [say("sexes.sex_only", total=found.total, year=year, sex=found.sex_known, whom=whom)]
        return [*out, say("sexes.women_only", women=found.women)] if found.women else out
    told: dict[str, Number | Name] = {
        "total": found.total,
        "year": year,
        "sex": found.sex_known,
        "age": found.age_known,
        "whom": whom,
    }
    if found.women and found.children:
        return [say("sexes.known", **told, women=found.women, children=found.children)]
    return [say("sexes.known_only", **told)]
