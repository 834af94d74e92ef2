"""IPC, acute food insecurity: people by phase, now and projected, of countries, groups and areas.

Reads the service's JSON (api.ipcinfo.org/population) and the two CSVs HDX publishes of it. Phases 1 to 5 are disjoint
and make up everyone analysed (no phase in the facet); phase=3plus is phases 3 to 5 together and is never added to
them. Shares are not stored: they are the counts over everyone analysed, rounded. Every figure is an estimate of a
country's technical working group, for the period it names. Definitions: IPC Technical Manual 3.1 (2021).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl

from qanat.errors import AskError
from qanat.figures import SCHEMA, Document
from qanat.sources.cells import sifted
from qanat.sources.countries import by_iso2
from qanat.sources.hapi_tables import PHASES, TERMS
from qanat.sources.ipc_areas import IPC, KEY, POPULATION, population
from qanat.sources.ipc_widest import widest
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.request import Question, Request
from qanat.sources.rows import rows
from qanat.sources.rules import blank, dates, facet, kept, period, reading, words

_PHASE: Final = {word: word for word in PHASES} | {"3+": "3plus", "all": ""}
_TERM: Final[dict[str, str]] = dict(zip(TERMS, ("", "projected", "second-projected"), strict=True))
_HDX: Final = "https://data.humdata.org/organization/ipc"
_NAMES: Final = {"Date of analysis": "analysis", "Country": "country", "Total country population": "inhabitants"}
_WIDE: Final = {"all": "Population analyzed", "3+": "Phase 3+ number", **{p: f"Phase {p} number" for p in "12345"}}
_AREA: Final = tuple(
    f"{name} {term}"
    for term in TERMS
    for name in (*_WIDE.values(), *(f"Phase {p} percentage" for p in ("3+", "1", "2", "3", "4", "5")))
)

ANALYSES: Final = replace(
    IPC, id="ipc.analyses", title="Acute food insecurity: analyses", url="https://api.ipcinfo.org/analyses", keys=(KEY,), decimals=(),
    columns=("id", "title", "country", "year", "created"), optional=("link", "condition", "modified"),
)  # fmt: skip
NATIONAL: Final = replace(
    IPC, id="ipc.national", title="Acute food insecurity: countries, as on HDX", url=_HDX, service=False,
    columns=("analysis", "country", "inhabitants", "term", "from", "to", "phase", "population"), optional=("Percentage",),
    renamed={**_NAMES, "Validity period": "term", "From": "from", "To": "to", "Phase": "phase", "Number": "population"},
    codes=("country",), words={"phase": PHASES, "term": TERMS},
)  # fmt: skip
AREAS: Final = replace(
    IPC, id="ipc.areas", title="Acute food insecurity: areas, as on HDX", url=_HDX, service=False,
    columns=("analysis", "country", "inhabitants", "unit", "area", *(f"{t[0].upper()}{t[1:]} {end}" for t in TERMS for end in ("from", "to")), *_AREA),
    renamed={**_NAMES, "Level 1": "unit", "Area": "area"}, codes=("country",),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """One IPC analysis as the service lists it; `country` is null where its two-letter code is no country."""

    id: str
    title: str
    country: str | None
    year: int | None
    created: date | None
    link: str | None


def analyses(data: bytes) -> list[Analysis]:
    """The analyses the service has, in its order. Raises SourceError for an answer that is no list of them."""
    told = rows(data, ANALYSES).records
    read = told.with_columns(pl.col("year").cast(pl.Int32, strict=False), pl.col("created").str.to_date(strict=False))
    return [
        Analysis(
            id=one["id"], title=one["title"], country=by_iso2().get(one["country"] or ""), year=one["year"], created=one["created"], link=one["link"]
        )
        for one in read.iter_rows(named=True)
    ]  # fmt: skip


def ask(source: Source, question: Question) -> list[Request]:
    """One request for a country, by its two-letter code; the service has no years to ask for.

    Raises AskError for a country without such a code.
    """
    if question.country is None:
        raise AskError(f"{source.id} answers for one country at a time; name it")
    code = {alpha3: alpha2 for alpha2, alpha3 in by_iso2().items()}.get(question.country)
    if code is None:
        raise AskError(f"{source.id}: {question.country} has no two-letter code of ISO 3166, which IPC goes by")
    return [Request(url=source.url, params={"country": code}, keys=source.keys)]


def national(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """People by phase of whole countries, from HDX's long table; facet analysis is the month it names.

    Where a month has two analyses of one period, the one of more people holds and the other's rows are superseded.
    """
    told = rows(data, NATIONAL)
    sound, aside = kept(told.records, NATIONAL, *dates("from", "to"))
    wide, replaced = widest(sound, ("country", "analysis", "term", "from", "to"), "phase", "population")
    found, wrong = sifted(period(wide, "from", "to"), NATIONAL, places)
    cells = _cells(found.with_columns(place=pl.col("country"), location=pl.lit(None, dtype=pl.String)))
    return reading(cells, document, NATIONAL, (told.records.height, [aside, wrong]), told.notes, replaced)


def areas(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """People by phase of areas (facet location=UNIT / AREA, since IPC gives names only), from HDX's wide table."""
    told = rows(data, AREAS)
    long = pl.concat([_of_term(told.records, term) for term in TERMS])
    wanted = long.filter(~blank("from") | ~blank("to") | ~blank("population"))
    sound, aside = kept(wanted, AREAS, *dates("from", "to"))
    found, wrong = sifted(period(sound, "from", "to"), AREAS, places)
    cells = _cells(found.with_columns(place=pl.col("country"), location=pl.concat_str("unit", "area", separator=" / ")))
    return reading(cells, document, AREAS, (told.records.height, [aside, wrong]), told.notes)


def _of_term(frame: pl.DataFrame, term: str) -> pl.DataFrame:
    """One row a phase of a record, for one of its periods."""
    lead = f"{term[0].upper()}{term[1:]}"
    return pl.concat(
        frame.select(
            "row", "analysis", "country", "unit", "area", pl.col(f"{lead} from").alias("from"), pl.col(f"{lead} to").alias("to"),
            term=pl.lit(term), phase=pl.lit(phase), population=pl.col(f"{name} {term}"), at=pl.concat_str("at", pl.lit(f"#{name} {term}")),
        )
        for phase, name in _WIDE.items()
    )  # fmt: skip


def _cells(found: pl.DataFrame) -> pl.DataFrame:
    cuts = facet(
        analysis=pl.col("analysis"), location=pl.col("location"), period=words(_TERM, "term"), phase=words(_PHASE, "phase")
    )  # fmt: skip
    return found.with_columns(
        measure=pl.lit("classified"), unit=pl.lit("people"), group=pl.lit("people"), value="population", status=pl.lit("estimated"), facet=cuts
    )  # fmt: skip


def listed_analyses(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """No figures: how many analyses the service lists; `analyses` gives them."""
    del places  # the list speaks of analyses, not of people in a place
    found = analyses(data)
    return Reading(
        figures=pl.DataFrame(schema=SCHEMA),
        rows=len(found),
        notes=(f"{len(found)} analyses in {document.id}, no figures; `qanat listed {ANALYSES.id}` shows them",),
    )


def ask_analyses(source: Source, _question: Question) -> list[Request]:
    """The list of all analyses of acute food insecurity (type A); it cannot be narrowed."""
    return [Request(url=source.url, params={"type": "A"}, keys=source.keys)]


ADAPTERS: Final = (
    Adapter(source=ANALYSES, read=listed_analyses, ask=ask_analyses),
    Adapter(source=POPULATION, read=population, ask=ask),
    Adapter(source=NATIONAL, read=national, ask=ask),
    Adapter(source=AREAS, read=areas, ask=ask),
)
