"""Answers of a source read as one run, kept, and set beside the last run that asked the same."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import polars as pl

from qanat import __version__
from qanat.edition.places import places
from qanat.figures import Document, require
from qanat.reconcile.newest import newest
from qanat.reconcile.revisions import revisions
from qanat.sources.corrections import Correction, corrected
from qanat.sources.fetch import pages_of
from qanat.sources.record import Adapter, Reading, Source, published_in
from qanat.sources.request import Answer, Question
from qanat.store import ASIDE, Ask, Batch, Engine, Run

PIECE: Final = 16_000_000  # bytes of answers read as one run: some 50 thousand records, some 300 thousand figures
_NOTE: Final = "The service names no day of publication; the day it was retrieved is taken."
_AHEAD: Final = (
    "FUTURE_VINTAGE: it says it was published on {day}, a day that lay ahead; the day it was retrieved is taken."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What a source was asked and what it answered, page by page."""

    adapter: Adapter
    question: Question
    answers: tuple[Answer, ...]


def read_all(pulled: Pulled, now: datetime, corrections: tuple[Correction, ...] = ()) -> Batch | None:
    """The answers as one run, each a document of its own; null where they hold nothing.

    The run is named by the answers' bytes alone: the same bytes on another day are the same run.
    Raises SourceError and FigureError as the adapter does, CorrectionError where a declared correction no longer fits.
    """
    source = pulled.adapter.source
    filled = list({a.data: a for a in pulled.answers if pages_of(a.data) != 0}.values())
    if not filled:
        return None
    codes = places().codes()
    documents = [_document(source, answer) for answer in filled]
    readings = read_each(pulled.adapter, [(a.data, d) for a, d in zip(filled, documents, strict=True)])
    figures, told = corrected(pl.concat([reading.figures for reading in readings]), corrections, source.id)
    digest = sha256("".join(document.sha256 for document in documents).encode()).hexdigest()[:10]
    identity = f"pull-{source.id}-{digest}"
    run = Run(
        id=identity, method="published", options=_options(pulled.question, readings, told), made=now.replace(microsecond=0), code=__version__,
        documents=tuple(document.id for document in documents),
    )  # fmt: skip
    return Batch(
        run=run, figures=require(figures.with_columns(run=pl.lit(identity)), identity, codes), documents=tuple(documents),
        sources=tuple(answer.data for answer in filled), aside=aside(readings, documents),
    )  # fmt: skip


def read_each(adapter: Adapter, pages: list[tuple[bytes, Document]]) -> list[Reading]:
    """The readings of pages in their order, two at a time: most of a reading's time is Polars', which lets go of Python's
    lock. The first page that cannot be read raises what its adapter does."""
    codes = places().codes()

    def read(page: tuple[bytes, Document]) -> Reading:
        return adapter.read(page[0], page[1], places=codes)

    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(read, pages))


def _document(source: Source, answer: Answer) -> Document:
    """An answer as a document; its id ends with its digest, since one day may bring many answers of one source."""
    day = answer.published or published_in(answer.data, source)
    if day is None or day > answer.retrieved:
        note = _NOTE if day is None else _AHEAD.format(day=day)
        found = source.document(answer.data, answer.retrieved, answer.retrieved, note)
    else:
        found = source.document(answer.data, day, answer.retrieved, None)
    return replace(found, url=answer.address, id=f"{found.id}.{found.sha256[:8]}")


def _options(question: Question, readings: list[Reading], corrections: list[str]) -> str:
    counts = {
        "question": asdict(question),
        "rows": sum(r.rows for r in readings),
        "accepted": sum(r.accepted for r in readings),
        "rejected": sum(r.rows - r.accepted - r.superseded for r in readings),
        "superseded": sum(r.superseded for r in readings),
        "empty": sum(r.empty for r in readings),
        "figures": sum(r.figures.height for r in readings),
        "corrections": corrections,
        "notes": sorted({note for r in readings for note in r.notes}),
    }
    return json.dumps(counts, sort_keys=True, ensure_ascii=False)


def aside(readings: list[Reading], documents: list[Document]) -> pl.DataFrame:
    """The records that were set aside, with the document each stands in (ASIDE)."""
    named = [
        reading.rejected.with_columns(source=pl.lit(document.id)).select(list(ASIDE))
        for reading, document in zip(readings, documents, strict=True)
    ]
    return pl.concat([pl.DataFrame(schema=ASIDE), *named])


def pieces(pulled: Pulled) -> list[Pulled]:
    """The same answers in pieces of at most PIECE bytes (an answer that is larger stands alone)."""
    groups: list[list[Answer]] = []
    room = 0
    for answer in pulled.answers:
        if not groups or len(answer.data) > room:
            groups.append([])
            room = PIECE
        groups[-1].append(answer)
        room -= len(answer.data)
    return [replace(pulled, answers=tuple(group)) for group in groups]


def account(batch: Batch, *, known: bool) -> dict[str, Any]:
    """What was read: the run, its first document, and its records = accepted + rejected + superseded."""
    options = {name: value for name, value in json.loads(batch.run.options).items() if name != "question"}
    return {"run": batch.run.id, "source": batch.documents[0].id, "known": known, **options}


def changes(before: list[Run], after: list[str], store: Engine) -> dict[str, Any]:
    """What the last runs that asked the same said otherwise.

    Counts of figures revised, new, gone and the same, and the sums of the revised ones before and after.
    """
    found = revisions(_of([run.id for run in before], store), _of(after, store))
    revised = found.filter(pl.col("kind") == "revised")
    counts = {kind: int((found.get_column("kind") == kind).sum()) for kind in ("revised", "new", "gone", "same")}
    last = max(before, key=lambda run: (run.made, run.id))
    sums = {side: revised.get_column(side).sum() for side in ("before", "after")}
    return {"since": last.made.isoformat(), "run": last.id, **counts, **sums}


def _of(runs: list[str], store: Engine) -> pl.DataFrame:
    return newest(pl.concat([store.get(Ask(run=run)) for run in runs]))


def last_alike(pulled: Pulled, store: Engine) -> list[Run]:
    """The runs of the last pull that asked this source the same; empty where there was none."""
    asked, family = asdict(pulled.question), f"pull-{pulled.adapter.source.id}-"
    alike = [
        run for run in store.runs()
        if run.id.startswith(family) and "-" not in run.id.removeprefix(family) and json.loads(run.options).get("question") == asked
    ]  # fmt: skip
    last = max((run.made for run in alike), default=None)
    return [run for run in alike if run.made == last]
