"""From a figure back to the bytes it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from qanat.errors import AskError, NothingFound
from qanat.figures import Document
from qanat.store.engine import Ask, Engine, Run

_CITE: Final = re.compile(r"^(?P<run>[\w.@+-]+):(?P<row>\d+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """How a figure came to be.

    figure     its columns and values
    run        the run that made it
    documents  what it was read from, directly (published) or through its inputs
    held       of those, the digests whose bytes are kept in this store
    inputs     the traces of the figures it was made from, at most `most` of them; `of` tells how many there are
    """

    cite: str
    figure: dict[str, Any]
    run: Run
    documents: tuple[Document, ...]
    held: frozenset[str]
    inputs: tuple[Trace, ...]
    of: int


def cited(cite: str) -> tuple[str, int]:
    """Run and row of a citation. Raises AskError for one that is none."""
    match = _CITE.match(cite.strip())
    if match is None:
        raise AskError(f"{cite!r} is no citation; a figure is cited as RUN:ROW, as in figures.csv or brief.json")
    return match["run"], int(match["row"])


def trace(engine: Engine, cite: str, most: int = 10) -> Trace:
    """The trace of run:row.

    Raises AskError for a citation that is none, NothingFound where this store has no such run or row.
    """
    run, row = cited(cite)
    runs = {one.id: one for one in engine.runs()}
    if run not in runs:
        raise NothingFound(
            f"this store has no run {run!r}; it may be another store's: open that one with --home, or write the brief again here"
        )
    papers = {document.sha256: document for document in engine.documents()}
    return _traced(engine, runs, papers, (run, row), most)


def _traced(
    engine: Engine, runs: dict[str, Run], papers: dict[str, Document], cite: tuple[str, int], most: int
) -> Trace:
    run, row = cite
    found = engine.get(Ask(run=run, rows=(row,)))
    if found.is_empty():
        raise NothingFound(f"run {run} has no row {row}")
    made_from = engine.lineage(run).filter(pl.col("row") == row)
    inputs = tuple(
        _traced(engine, runs, papers, (one, at), most)
        for one, at in made_from.select("input_run", "input_row").head(most).iter_rows()
    )
    own = {
        digest: paper
        for digest, paper in papers.items()
        if not inputs and paper.id == found.item(0, "source") and paper.id in runs[run].documents
    }
    documents = {**own, **{d.sha256: d for one in inputs for d in one.documents}}
    return Trace(
        cite=f"{run}:{row}", figure=found.row(0, named=True), run=runs[run], documents=tuple(documents.values()),
        held=frozenset(digest for digest in documents if engine.bytes_of(digest) is not None), inputs=inputs, of=made_from.height,
    )  # fmt: skip
