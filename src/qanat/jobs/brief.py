"""Job: a situation brief of a country, as page, print, JSON and table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from qanat import __version__
from qanat.brief.blocks import Bound, Brief, Section
from qanat.brief.corridors import LANGUAGES, corridor_words
from qanat.brief.files import Attest
from qanat.brief.messages import messages
from qanat.brief.prose import Voice
from qanat.brief.situation import Situation
from qanat.brief.spell import Spelling
from qanat.brief.tell.compose import compose
from qanat.brief.tell.imprint import Imprint
from qanat.brief.tell.moving import Moving, moving_sections, newest
from qanat.brief.tell.scene import Scene
from qanat.edition.places import places
from qanat.errors import BriefError
from qanat.figures import UNDIVIDED, F
from qanat.figures.licensing import withheld
from qanat.jobs.country import Country, Terms, country
from qanat.jobs.evidence import evidence
from qanat.jobs.held_flows import bound_flows, documents_of, held_flows, moved
from qanat.jobs.noting import stated
from qanat.jobs.vouching import vouching
from qanat.reconcile.declared import Stated
from qanat.reconcile.precedence import Precedence
from qanat.reconcile.side_by_side import comparisons
from qanat.register.entries import brief_entry
from qanat.store import Engine
from qanat.verify import digest_of_brief

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefRequest:
    """Which country (any name or code), in which language, as known on which day (null: today).

    internal  use figures whose licence does not let them be passed on too, and say on the brief that it must not be
    order     whose figure is shown first
    """

    country: str
    language: str = "en"
    as_of: date | None = None
    internal: bool = False
    order: Precedence = field(default_factory=Precedence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A brief with what its renderers need: the voice, every figure it may cite, and who attests to it."""

    brief: Brief
    voice: Voice
    figures: pl.DataFrame
    attest: Attest


def brief(request: BriefRequest, store: Engine, now: datetime) -> Told:
    """The brief as blocks.

    Raises AskError for a place or language that is none, NothingFound where nothing is known of the country.
    """
    voice = Voice(messages(request.language), Spelling(request.language))
    place = places().country(request.country)
    terms = Terms(known_by=request.as_of, travelling=not request.internal, order=request.order)
    found = country(store, place, terms, now)
    left = withheld(bound_flows(store, place.code, known_by=request.as_of))
    bound = tuple(Bound(**row) for row in pl.concat([found.bound, left]).iter_rows(named=True))
    spoken, standing = vouching(store, found, min(request.as_of or now.date(), now.date()), terms)
    imprint = Imprint(
        made=now, code=__version__, run=found.run, as_of=request.as_of, internal=request.internal, bound=bound,
        spoken=spoken, standing=standing, first=request.order.order("idps")[0],
    )  # fmt: skip
    flows = held_flows(store, place.code, known_by=request.as_of, travelling=not request.internal)
    moved = moving(flows, place.code, voice)
    told = scene(found, voice, request.order, stated(store, request.as_of))
    blocks = compose(told, documents_of(store, flows, now), imprint, moved)
    cites = {cite for number in blocks.numbers for cite in number.cites}
    cites |= {one.about.cite for one in spoken if one.cites & cites}

    def attest(content: dict[str, Any]) -> dict[str, Any] | None:
        return store.attested(brief_entry(place.code, digest_of_brief(content)), sorted(cites))

    every = pl.concat([found.published, found.picture, found.divided, flows.select(found.picture.columns)])
    return Told(brief=blocks, voice=voice, figures=every, attest=attest)


def moving(flows: pl.DataFrame, country: str, voice: Voice) -> tuple[Section, ...]:
    """The block on who moved, of the store's own estimates; none where there is none, or no texts in the language."""
    language = voice.messages.language
    if language not in LANGUAGES:
        return ()
    told = Moving(
        country=country, flows=newest(moved(flows)), voice=Voice(corridor_words(language), voice.spelling),
        name=lambda code: places().name(code, language), spoken=lambda code: places().spoken(code, language),
    )  # fmt: skip
    return moving_sections(told)


def scene(found: Country, voice: Voice, order: Precedence, said: tuple[Stated, ...]) -> Scene:
    """A country's picture ready to be told in one language."""
    code, language = found.place.code, voice.messages.language
    inside = found.published.filter(UNDIVIDED & (F.place == code) & (F.origin == code) & (F.group == "idps"))
    situation = Situation(country=code, published=found.published, picture=found.picture, divided=found.divided)
    reference = situation.reference
    return Scene(
        situation=situation, voice=voice, evidence=evidence(found, reference.year, order, said) if reference else (),
        name=lambda other: places().name(other, language), spoken=lambda other: places().spoken(other, language),
        comparisons=comparisons(inside, order.by_group),
    )  # fmt: skip


def write(told: Told, out: Path, say: Progress) -> list[Path]:
    """The brief's files in a folder: brief.html, brief.pdf, brief.json, figures.csv; all or none are replaced."""
    from qanat.brief.files import cited_csv, document_json
    from qanat.brief.html import html
    from qanat.brief.print import pdf

    say("setting the page")
    files: dict[str, bytes] = {"brief.html": html(told.brief, told.voice).encode()}
    say("setting the print")
    files["brief.pdf"] = pdf(told.brief, told.voice)
    files["brief.json"] = document_json(told.brief, told.voice, told.attest)
    files["figures.csv"] = cited_csv(told.brief, told.figures)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / f".{name}.new").write_bytes(content)
        return [(out / f".{name}.new").replace(out / name) for name in files]
    except OSError as cause:
        raise BriefError(
            f"the brief cannot be written to {out} ({cause.strerror or cause}); choose another folder with --out"
        ) from cause
