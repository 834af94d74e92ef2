"""What of a store may be passed on: open answers and runs; nothing bound, nor anything made from what is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from qanat.errors import AskError
from qanat.figures.licensing import RESTRICTED
from qanat.figures.words import LICENCES, nearest
from qanat.sources.known import SOURCES
from qanat.sources.lockfile import Entry
from qanat.store import Disk
from qanat.store.seal import Manifest

DAMAGED: Final = "DAMAGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something that is not passed on: a source's answers or a run's figures.

    code     LICENCE_RESTRICTED, or DAMAGED
    licence  why: the licence that forbids it
    """

    code: str
    what: str
    licence: str
    documents: int
    figures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Travelling:
    """A run that may be passed on: the digests of its manifest, and of its files and those documents that are held."""

    id: str
    manifest: str
    objects: tuple[str, ...]


def travels(licence: str) -> bool:
    """Whether what is under a licence may be passed on; what is under none that is listed may not."""
    return licence in LICENCES and LICENCES[licence].may_redistribute


def named(source: str, wanted: Iterable[str]) -> bool:
    """Whether a source is one of these, or its publisher is."""
    return any(source == word or source.startswith(f"{word}.") for word in wanted)


def require_known(wanted: tuple[str, ...], held: Iterable[str]) -> None:
    """Nothing where each word is a source or a publisher that is known or held. Raises AskError naming the nearest."""
    there = sorted({*SOURCES, *held})
    valid = [*there, *{source.split(".")[0] for source in there}]
    for word in wanted:
        if not any(named(source, (word,)) for source in there):
            near = nearest(word, valid)
            raise AskError(
                f"no source {word!r}; " + (f"did you mean {near!r}?" if near else "`qanat sources` lists them")
            )


def answers(entries: list[Entry]) -> tuple[list[Entry], list[LeftOut]]:
    """The answers that may be passed on, and by source those that may not.

    The stricter of two licences counts: the one in the lock file, which may have come from elsewhere, and the one of
    the source.
    """
    bound = [(entry, licence) for entry in entries for licence in (_bound_by(entry),) if licence is not None]
    out = {entry.version for entry, _ in bound}
    left = [
        LeftOut(
            code=RESTRICTED, what=source, licence=licence, figures=0,
            documents=sum((entry.source, why) == (source, licence) for entry, why in bound),
        )
        for source, licence in sorted({(entry.source, why) for entry, why in bound})
    ]  # fmt: skip
    return [entry for entry in entries if entry.version not in out], left


def damaged(entries: list[Entry]) -> list[LeftOut]:
    """The answers that are left out because their bytes are not what the lock file says, by source."""
    return [
        LeftOut(
            code=DAMAGED, what=source, licence="damaged: pull the source again", figures=0,
            documents=sum(entry.source == source for entry in entries),
        )
        for source in sorted({entry.source for entry in entries})
    ]  # fmt: skip


def _bound_by(entry: Entry) -> str | None:
    """The licence that keeps an answer here; null where none does."""
    source = SOURCES.get(entry.source)
    licences = (entry.licence, *((source.licence,) if source else ()))
    return next((licence for licence in licences if not travels(licence)), None)


def runs(store: Disk, sources: tuple[str, ...] = ()) -> tuple[list[Travelling], list[LeftOut]]:
    """The runs that answer and may be passed on, by when they were made; and those that may not, each with the licence.

    sources  only runs with documents of these sources or publishers; empty: all
    A run is bound by its figures, by its documents, and by any run it was made from, answering still or superseded.
    """
    every = store.manifests(answering=False)
    own = {told.run.id: _licences(store, told) for told in every.values()}
    bound = _bound({told.run.id: told.run.inputs for told in every.values()}, own)
    answering = store.manifests()
    kept: list[Travelling] = []
    left: list[LeftOut] = []
    for digest, told in sorted(answering.items(), key=lambda pair: (pair[1].run.made, pair[1].run.id)):
        if sources and not any(named(document.series, sources) for document in told.documents):
            continue
        run = told.run.id
        if run in bound:
            why = ", ".join(own[run]) or "made from what was left out"
            left.append(
                LeftOut(code=RESTRICTED, what=run, licence=why, documents=len(told.documents), figures=told.rows)
            )
        else:
            kept.append(Travelling(id=run, manifest=digest, objects=_objects(store, told)))
    return kept, left


def _bound(inputs: dict[str, tuple[str, ...]], own: dict[str, list[str]]) -> set[str]:
    """The runs that may not travel: those with a bound licence, and all that were made from one, however far back."""
    out = {run for run, licences in own.items() if licences}
    while more := {run for run, made_from in inputs.items() if run not in out and out & set(made_from)}:
        out |= more
    return out


def _licences(store: Disk, told: Manifest) -> list[str]:
    """The licences of a run's figures and documents that do not let it travel, by name."""
    figures = pl.scan_parquet(store.record.checked(told.figures)).select(pl.col("licence").unique()).collect()
    every = {*figures.to_series().to_list(), *(document.licence for document in told.documents)}
    return sorted(str(licence) for licence in every if not travels(licence))


def _objects(store: Disk, told: Manifest) -> tuple[str, ...]:
    held = [document.sha256 for document in told.documents if store.record.path(document.sha256).exists()]
    return tuple(filter(None, (told.figures, told.lineage, told.aside, *held)))
