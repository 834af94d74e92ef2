"""The same bytes read with other corrections, or under other words: a run of their own, which takes the place of the one before."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from qanat.store import Ask, Batch, Engine


def as_named(batch: Batch, store: Engine) -> tuple[Batch, bool]:
    """A batch under a name that may answer, and whether it is kept and answers already.

    Its own name; where a run of that name was superseded (a correction was taken away, and now is made again) the name with
    .2, .3 ... after it, since what was superseded never answers again.
    """
    standing, every = store.standing(), {run.id for run in store.runs()}
    name, at = batch.run.id, 1
    while name in every and name not in standing:
        at += 1
        name = f"{batch.run.id}.{at}"
    if name == batch.run.id:
        return batch, name in standing
    figures = batch.figures.with_columns(run=pl.lit(name))
    return replace(batch, run=replace(batch.run, id=name), figures=figures), name in standing


def otherwise(names: list[str], store: Engine) -> list[str]:
    """The runs that answer with the same documents read with other corrections than the runs of these names."""
    roots = {_root(name) for name in names}
    return sorted(run for run in store.standing() if _root(run) in roots and run not in names)


def read_before(batch: Batch, store: Engine) -> list[str]:
    """The runs that answer with the same figures of the same file under another counter or licence: what was said last stands.
    One that was published on another day is a vintage, and stays."""
    digests = {document.sha256 for document in batch.documents}
    papers = {document.id for document in store.documents() if document.sha256 in digests}
    standing = store.standing() - {batch.run.id}
    alike = [
        run.id for run in store.runs()
        if run.id in standing and run.id.startswith("import-") and run.options == batch.run.options and papers & set(run.documents)
    ]  # fmt: skip
    own, said = _figures(batch.figures), _said(batch.figures)
    found = {run: store.get(Ask(run=run)) for run in alike}
    return [run for run, rows in found.items() if _figures(rows).equals(own) and _said(rows) != said]


def _said(rows: pl.DataFrame) -> set[tuple[str, str]]:
    return set(rows.select("counter", "licence").iter_rows())


def _figures(rows: pl.DataFrame) -> pl.DataFrame:
    """Figures without what is said of their document."""
    return rows.drop("counter", "licence", "known", "source", "run", "row").sort(pl.all())


def _root(name: str) -> str:
    """A pull's name up to the digest of its documents; another run's whole name."""
    source, dash, digest = name.rpartition("-")
    return f"{source}{dash}{digest.split('.')[0]}" if name.startswith("pull-") else name
