"""The same bytes read otherwise: a run of their own, which takes the place of the one before."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from qanat.store import Batch, Engine


def as_named(batch: Batch, store: Engine) -> tuple[Batch, bool]:
    """A batch under a name that may answer, and whether it is kept and answers already.

    Its own name; where a run of that name was superseded (what was taken back is made again) the name with
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


def _root(name: str) -> str:
    """A pull's name up to the digest of its documents; another run's whole name."""
    source, dash, digest = name.rpartition("-")
    return f"{source}{dash}{digest.split('.')[0]}" if name.startswith("pull-") else name
