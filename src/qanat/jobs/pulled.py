"""Answers of a source read as one run, kept, and set beside the last run that asked the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, TypeVar

import polars as pl

from qanat import __version__
from qanat.edition.places import places
from qanat.errors import NoRecords
from qanat.figures import Document, require
from qanat.reconcile.newest import newest
from qanat.reconcile.revisions import revisions
from qanat.sources.corrections import Correction, corrected, dropped
from qanat.sources.fetch import pages_of
from qanat.sources.record import Adapter, Reading, Source, published_in
from qanat.sources.request import Answer, Question
from qanat.sources.telling import telling
from qanat.store import ASIDE, Ask, Batch, Engine, Run

PIECE: Final = 16_000_000  # bytes of answers read as one run: some 50 thousand records, some 300 thousand figures
_T = TypeVar("_T")
_SMALL: Final = 10_000  # bytes; an answer of no pages is smaller, and a larger one is not parsed to find that out
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

    The run is named by the answers' bytes, and by the corrections made in them where there are any: the same bytes on
    another day are the same run.
    Raises SourceError and FigureError as the adapter does, CorrectionError where a declared correction no longer fits.
    """
    source = pulled.adapter.source
    filled = list({a.data: a for a in pulled.answers if len(a.data) > _SMALL or pages_of(a.data) != 0}.values())
    read = read_each(pulled.adapter, [(answer, _document(source, answer)) for answer in filled])
    if not read:
        return None
    documents, readings = [one.document for one in read], [one.reading for one in read]
    said = pl.concat([reading.figures for reading in readings])
    figures, mended = corrected(said, corrections, source.id)
    identity = _named(source, documents, mended)
    run = Run(
        id=identity, method="published", options=_options(pulled.question, readings, mended, figures.height), made=now.replace(microsecond=0), code=__version__,
        documents=tuple(document.id for document in documents),
    )  # fmt: skip
    return Batch(
        run=run, figures=require(figures.with_columns(run=pl.lit(identity)), identity, places().codes()), documents=tuple(documents),
        sources=tuple(one.answer.data for one in read),
        aside=pl.concat([aside(readings, documents), dropped(said, corrections, source.id).cast(ASIDE)]),
    )  # fmt: skip


def _named(source: Source, documents: list[Document], corrections: list[str]) -> str:
    """A run's name: the source, a digest of its documents and, after a point, one of the corrections made."""
    name = f"pull-{source.id}-{_digest(document.sha256 for document in documents)}"
    return f"{name}.{_digest(corrections)}" if corrections else name


def _digest(words: Iterable[str]) -> str:
    return sha256("".join(words).encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An answer, the document it is and what was read of it."""

    answer: Answer
    document: Document
    reading: Reading


def read_each(adapter: Adapter, pages: list[tuple[Answer, Document]]) -> list[Read]:
    """The readings of pages in their order, those that hold nothing left out, two at a time: most of a reading's time is
    Polars', which lets go of Python's lock.

    The first page that cannot be read raises what its adapter does, and so does an empty one that is no whole answer.
    """
    codes = places().codes()

    def read(group: list[tuple[Answer, Document]]) -> list[Read | None]:
        with telling(adapter.source.id):
            if adapter.many is None:
                return [_alone(adapter, answer, document, codes) for answer, document in group]
            readings = adapter.many([(answer.data, document) for answer, document in group], places=codes)
        return [
            Read(answer=answer, document=document, reading=reading) if reading.rows else None
            for (answer, document), reading in zip(group, readings, strict=True)
        ]

    groups = [[page] for page in pages] if adapter.many is None else _grouped(pages, lambda page: len(page[0].data))
    with ThreadPoolExecutor(max_workers=2) as pool:
        return [one for found in pool.map(read, groups) for one in found if one is not None]


def _alone(adapter: Adapter, answer: Answer, document: Document, codes: frozenset[str]) -> Read | None:
    """A page read by itself; null where it holds nothing."""
    try:
        reading = adapter.read(answer.data, document, places=codes)
    except NoRecords:
        if answer.whole:
            return None
        raise
    return Read(answer=answer, document=document, reading=reading) if reading.rows else None


def _grouped(several: Sequence[_T], size: Callable[[_T], int]) -> list[list[_T]]:
    """The same in their order, in groups of at most PIECE bytes; one that is larger stands alone."""
    groups: list[list[_T]] = []
    room = 0
    for one in several:
        if not groups or size(one) > room:
            groups.append([])
            room = PIECE
        groups[-1].append(one)
        room -= size(one)
    return groups


def _document(source: Source, answer: Answer) -> Document:
    """An answer as a document; its id ends with its digest, since one day may bring many answers of one source."""
    day = answer.published or published_in(answer.data, source)
    if day is None or day > answer.retrieved:
        note = _NOTE if day is None else _AHEAD.format(day=day)
        found = source.document(answer.data, answer.retrieved, answer.retrieved, note)
    else:
        found = source.document(answer.data, day, answer.retrieved, None)
    return replace(found, url=answer.address, id=f"{found.id}.{found.sha256[:8]}")


def _options(question: Question, readings: list[Reading], corrections: list[str], figures: int) -> str:
    counts = {
        "question": asdict(question),
        "rows": sum(r.rows for r in readings),
        "accepted": sum(r.accepted for r in readings),
        "rejected": sum(r.set_aside for r in readings),
        "superseded": sum(r.superseded for r in readings),
        "empty": sum(r.empty for r in readings),
        "figures": figures,
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
    return [
        replace(pulled, answers=tuple(group)) for group in _grouped(pulled.answers, lambda answer: len(answer.data))
    ]


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
