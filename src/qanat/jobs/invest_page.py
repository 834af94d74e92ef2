"""Job: a return of inclusion told: as a page of its own, and as the block a brief can include."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, cast

import polars as pl

from qanat import __version__
from qanat.brief.blocks import Bound
from qanat.brief.html import html
from qanat.brief.messages import messages
from qanat.brief.numbers import Row
from qanat.brief.prose import Voice
from qanat.brief.situation import rows_of
from qanat.brief.spell import Spelling
from qanat.brief.tell.imprint import Imprint
from qanat.brief.tell.inclusion import Telling, including, page
from qanat.brief.tell.inclusion_found import Given, Inclusion, Stood, Used
from qanat.edition.places import places
from qanat.errors import AskError, BriefError, NothingFound
from qanat.figures import F
from qanat.jobs.brief import Told
from qanat.jobs.invest import Invested
from qanat.jobs.knowing import require_published
from qanat.jobs.passing import bound_behind, require_passable
from qanat.jobs.passing import told as bound_told
from qanat.store import Ask, Engine

_SIDES: Final = ("together", "state", "people")


def telling(made: Invested, language: str = "en") -> Telling:
    """A return ready to be told. Raises AskError where no counted figure stands behind it, since a page cites figures."""
    if made.figures.is_empty():
        raise AskError(
            "no counted figure stands behind this return (the people are given, nobody counted them), and a page cites figures; leave out --out"
        )
    document, voice = made.document, Voice(messages(language), Spelling(language))
    host, origin = document["place"]["code"], document["origin"]["code"]
    return Telling(
        found=_inclusion(document, made.figures), voice=voice, host=places().spoken(host, language), origin=places().spoken(origin, language),
        host_name=places().name(host, language), place=lambda word: _named(word, language),
    )  # fmt: skip


def write(made: Invested, store: Engine, out: Path, now: datetime, *, internal: bool = False) -> list[Path]:
    """The page (invest.html) and the numbers (invest.json) in a folder; both say that they must stay where figures behind
    them may not be passed on, and `internal` asks for them all the same.

    Raises LicenceError where it does not, BriefError where they cannot be written.
    """
    told = telling(made)
    terms = bound_behind(store, _cites(made.figures))
    require_passable(terms, "the return", internal=internal)
    day = made.document["as_of"]
    imprint = Imprint(
        made=now, code=__version__, run=str(made.document["run"]), as_of=None if day is None else date.fromisoformat(day),
        internal=internal, bound=tuple(Bound(**row) for row in terms.iter_rows(named=True)),
    )  # fmt: skip
    whole = page(told, store.documents(), imprint)
    document = {**made.document, **({"internal": bound_told(terms)} if terms.height else {})}
    numbers = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    files = {"invest.html": html(whole, told.voice, "invest.html.j2"), "invest.json": numbers}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / f".{name}.new").write_text(content, encoding="utf-8")
        return [(out / f".{name}.new").replace(out / name) for name in files]
    except OSError as cause:
        raise BriefError(f"the page cannot be written to {out} ({cause.strerror or cause}); choose another folder with --out") from cause  # fmt: skip


def included(told: Told, file: Path, store: Engine, as_of: date | None = None) -> Told:
    """A brief with the block of a return that `write` has written (invest.json), whose run this store keeps.

    Raises AskError for a file that is no such return, or is about another country; NothingFound where its run is not here, or
    rests on figures that became known after a day; LicenceError where it rests on what may not be passed on and the brief is
    not an internal one.
    """
    document = _read(file)
    if document["place"]["code"] != told.brief.country:
        raise AskError(f"{file} is about {document['place']['name']}, the brief about {told.brief.name}; give the return of the same country")  # fmt: skip
    figures = store.get(Ask(run=str(document["run"])))
    if figures.is_empty():
        raise NothingFound(f"the run {document['run']} of {file} is not kept here; ask `qanat invest` again on this store")  # fmt: skip
    require_published(str(document["run"]), max(figures.get_column("known"), default=None), as_of)
    require_passable(
        bound_behind(store, _cites(figures)), f"the return {document['run']}", internal=told.brief.internal
    )
    block = telling(Invested(document=document, figures=figures), told.voice.messages.language)
    brief = including(told.brief, block, [*store.documents(), *told.brief.documents])
    return replace(told, brief=brief, figures=pl.concat([told.figures, figures]))


def _cites(figures: pl.DataFrame) -> list[str]:
    return figures.select(pl.format("{}:{}", "run", "row")).to_series().to_list()


def _read(file: Path) -> dict[str, Any]:
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise AskError(f"{file} cannot be read ({cause}); give the invest.json that `qanat invest --out` wrote") from cause  # fmt: skip
    told = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    if told.get("schema") != "qanat.invest/1" or not told.get("run"):
        raise AskError(f"{file} is no return with a run; give the invest.json that `qanat invest --out` wrote")
    return told


def _inclusion(document: dict[str, Any], figures: pl.DataFrame) -> Inclusion:
    adults = rows_of(figures.filter(F.measure == "stock").sort("sex"))
    return Inclusion(
        host=document["place"]["code"], origin=document["origin"]["code"], measure=document["measure"], horizon=document["horizon"],
        day=adults[0].end if adults else date.min, adults=tuple(adults),
        worth=_by_side(figures.filter((F.measure == "return") & (F.sex == "all")), "side={}"),
        above=_by_side(figures, "of=draws;part=above zero;side={}"), even=_by_side(figures.filter(F.measure == "break-even"), "side={}"),
        so_far={side: tuple(rows) for side in _SIDES if (rows := _rows(figures, f"side={side};what=so far"))},
        sexes=tuple(rows_of(figures.filter((F.facet == "side=earnings") & (F.sex != "all")).sort("sex"))),
        sent=next(iter(_rows(figures, "side=origin;what=received in the last year")), None),
        poverty=next(iter(_rows(figures, "of=poor people at origin;side=origin")), None),
        used=tuple(_used(one) for one in document["evidence"]), beside=_beside(document),
        given=tuple(_given(one) for one in document["given"]),
        assumed=tuple(one["says"] for one in document["assumptions"]), unknown=tuple(one["why"] for one in document["unknown"]),
    )  # fmt: skip


def _rows(figures: pl.DataFrame, facet: str) -> list[Row]:
    return rows_of(figures.filter(F.facet == facet).sort("end"))


def _by_side(figures: pl.DataFrame, facet: str) -> dict[str, Row]:
    found = {side: _rows(figures, facet.format(side)) for side in _SIDES}
    return {side: rows[0] for side, rows in found.items() if rows}


def _beside(document: dict[str, Any]) -> tuple[Stood, ...]:
    """The findings beside the return; what macro studies give for output is one of them."""
    output = [{**document["output"], "direction": "positive"}] if document["output"] else []
    return tuple(Stood(direction=one["direction"], says=one["says"], citation=one["citation"]) for one in (*document["beside"], *output))  # fmt: skip


def _given(one: dict[str, Any]) -> Given:
    name, _, sex = str(one["name"]).partition(" ")
    return Given(name=name, sex=sex or "all", low=one["low"], high=one["high"], whose=one["from"])


def _named(word: str, language: str) -> str:
    """A country's name for its code; a region's word as it stands."""
    return places().name(word, language) if word in places().codes() else word


def _used(one: dict[str, Any]) -> Used:
    return Used(
        word=one["word"], unverified=one["mark"] == "unverified", own=one["mark"] == "own", says=one["says"], citation=one["citation"],
        differs=tuple((what["in"], what["there"], what["here"]) for what in one["differs"]), factor=one["factor"], weight=one["weight"],
    )  # fmt: skip
