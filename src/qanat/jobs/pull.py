"""Job: fetch UNHCR's figures from its service, keep answers and figures, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import polars as pl

from qanat import __version__
from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.figures import Document, require
from qanat.figures.periods import year as year_from
from qanat.sources import demographics, unhcr
from qanat.sources.asking import every_page
from qanat.sources.asking import unhcr as asked
from qanat.sources.fetch import Live, pages_of, told_of_retries
from qanat.sources.record import Read, Source
from qanat.sources.request import Answer, Fetcher, Question
from qanat.store import Ask, Batch, Engine, Run

Progress = Callable[[str], None]
_NOTE: Final = "The service names no day of publication; the day it was retrieved is taken."
READERS: Final[dict[str, tuple[Source, Read]]] = {
    "population": (unhcr.POPULATION, unhcr.population),
    "demographics": (demographics.DEMOGRAPHICS, demographics.demographics),
    "asylum-applications": (unhcr.APPLICATION, unhcr.applications),
    "asylum-decisions": (unhcr.DECISION, unhcr.decisions),
    "solutions": (unhcr.SOLUTION, unhcr.solutions),
    "unrwa": (unhcr.UNRWA, unhcr.unrwa),
    "idmc": (unhcr.IDMC, unhcr.idmc),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """Which source (null: all), about which country (null: all), which years ("2024", "2020-2025"; null: the two newest)."""

    source: str | None = None
    country: str | None = None
    years: str | None = None


def live(request: PullRequest, store: Engine, now: datetime, say: Progress) -> dict[str, Any]:
    """`pull` from the services themselves, every further try told."""
    told_of_retries(say)
    return pull(request, store, Live(), now, say)


def pull(request: PullRequest, store: Engine, fetcher: Fetcher, now: datetime, say: Progress) -> dict[str, Any]:
    """One run a source: what was asked, how many records, figures and empty cells, whether it was known already.

    Everything asked for is fetched and read before the first run is kept, so a source that fails leaves the store as it
    was. Raises AskError for a source, country or years that are none, Unreachable and SourceError as the fetcher and
    the adapters do, NothingFound where no source has anything; a source without an answer beside others is left out.
    """
    if request.source is not None and request.source not in READERS:
        raise AskError(f"no source {request.source!r}; there are: {', '.join(READERS)}")
    names = [request.source] if request.source else list(READERS)
    span, code = _span(request.years, now), places().find(request.country).code if request.country else None
    question = Question(first=span[0], last=span[1], country=code)
    read = {
        name: _batch(
            name, [a for first in asked(READERS[name][0], question) for a in every_page(fetcher, first, say)], now
        )
        for name in names
    }
    batches = {name: batch for name, batch in read.items() if batch is not None}
    if not batches:
        raise NothingFound(f"UNHCR has no {', '.join(names)} figures for this question")
    return {"schema": "qanat.pull/1", "runs": [_kept(batch, store) for batch in batches.values()]}


def _span(text: str | None, now: datetime) -> tuple[int, int]:
    if text is None:
        return now.year - 2, now.year - 1
    first, _, last = text.partition("-")
    span = year_from(first), year_from(last or first)
    if span[0] > span[1]:
        raise AskError(f"{text!r} ends before it begins; write years as 2020-2025")
    return span


def _document(source: Source, answer: Answer) -> Document:
    """An answer as a document; its id ends with its digest, since one day may bring many answers of one source."""
    found = source.document(answer.data, answer.retrieved, answer.retrieved, _NOTE)
    return replace(found, url=answer.address, id=f"{found.id}.{found.sha256[:8]}")


def _batch(name: str, answers: list[Answer], now: datetime) -> Batch | None:
    """The answers read as one run, each page a document of its own; null where they hold nothing.

    The run is named by the answers' bytes alone: the same bytes on another day are the same run.
    """
    source, read = READERS[name]
    filled = list({answer.data: answer for answer in answers if pages_of(answer.data) != 0}.values())
    if not filled:
        return None
    codes = places().codes()
    documents = [_document(source, answer) for answer in filled]
    readings = [read(answer.data, document, places=codes) for answer, document in zip(filled, documents, strict=True)]
    digest = sha256("".join(document.sha256 for document in documents).encode()).hexdigest()[:10]
    identity = f"pull-{name}-{digest}"
    counts = {
        "rows": sum(r.rows for r in readings),
        "empty": sum(r.empty for r in readings),
        "figures": sum(r.figures.height for r in readings),
    }
    figures = require(pl.concat([r.figures for r in readings]).with_columns(run=pl.lit(identity)), identity, codes)
    run = Run(
        id=identity, method="published", options=json.dumps(counts, sort_keys=True), made=now.replace(microsecond=0), code=__version__,
        documents=tuple(document.id for document in documents),
    )  # fmt: skip
    return Batch(run=run, figures=figures, documents=tuple(documents), sources=tuple(answer.data for answer in filled))


def _kept(batch: Batch, store: Engine) -> dict[str, Any]:
    """What was kept, or that it was known already: then the first day it was known stands."""
    known = not store.get(Ask(run=batch.run.id, rows=(0,))).is_empty()
    if not known:
        store.put(batch)
    return {"run": batch.run.id, "source": batch.documents[0].id, "known": known, **json.loads(batch.run.options)}
