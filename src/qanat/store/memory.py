"""The reference engine: lists. Slow, obvious, the oracle for the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256

import polars as pl

from qanat.errors import StoreError
from qanat.figures import SCHEMA, UNDIVIDED, Document, F, Stage, ordered
from qanat.methods import LINEAGE
from qanat.register.statements import Statement
from qanat.store.engine import ASIDE, Ask, Batch, Run
from qanat.store.seal import arranged


class Memory:
    """A store that lasts as long as the process."""

    def __init__(self) -> None:
        self._batches: dict[str, tuple[Batch, pl.DataFrame, pl.DataFrame]] = {}
        self._bytes: dict[str, bytes] = {}
        self._superseded: set[str] = set()

    def put(self, batch: Batch) -> Run:
        """Keep a batch; the same one again is left alone, another under the same id is a StoreError."""
        figures, lineage = arranged(batch)
        kept = self._batches.get(batch.run.id)
        if kept is not None:
            if not kept[1].equals(figures):
                raise StoreError(f"run {batch.run.id} is kept already with other figures; a correction is a new run")
            return kept[0].run
        self._batches[batch.run.id] = (batch, figures, pl.DataFrame(schema=LINEAGE) if lineage is None else lineage)
        self._bytes |= {sha256(data).hexdigest(): data for data in batch.sources}
        return batch.run

    def prepare(self, batch: Batch) -> Callable[[], Run]:
        """A batch checked; calling what is given keeps it."""
        arranged(batch)
        return lambda: self.put(batch)

    def get(self, ask: Ask) -> pl.DataFrame:
        """Figures that answer, in the house's order."""
        every = [
            figures
            for run, (_, figures, _) in self._batches.items()
            if ask.run is not None or run not in self._superseded
        ]
        return ordered(pl.concat([pl.DataFrame(schema=SCHEMA), *every]).filter(answering(ask)))

    def runs(self) -> list[Run]:
        """All runs by id."""
        return [batch.run for _, (batch, _, _) in sorted(self._batches.items())]

    def standing(self) -> frozenset[str]:
        """The ids of the runs that answer questions."""
        return frozenset(self._batches) - self._superseded

    def supersede(self, runs: list[str]) -> None:
        """Let these runs answer only where they are asked for by name."""
        self._superseded |= set(runs)

    def documents(self) -> list[Document]:
        """All documents by id and digest, each once."""
        found = {(d.id, d.sha256): d for batch, _, _ in self._batches.values() for d in batch.documents}
        return [found[key] for key in sorted(found)]

    def lineage(self, run: str) -> pl.DataFrame:
        """What each row of a run was made from."""
        return self._batches[run][2] if run in self._batches else pl.DataFrame(schema=LINEAGE)

    def held(self) -> pl.DataFrame:
        """What is held of each document that figures cite."""
        published = self.get(Ask(stage=Stage.PUBLISHED))
        last_day = pl.when(F.start < F.end).then(F.end.dt.offset_by("-1d")).otherwise(F.end)
        past = last_day.filter(last_day <= F.known).max()
        return published.group_by("source").agg(figures=pl.len().cast(pl.Int64), newest=past).sort("source")

    def aside(self, run: str) -> pl.DataFrame:
        """The records set aside when a run was read."""
        left = self._batches[run][0].aside if run in self._batches else None
        return pl.DataFrame(schema=ASIDE) if left is None else left.select(list(ASIDE))

    def attested(self, entry: bytes, cites: Iterable[str]) -> None:
        """Nothing: what lasts as long as a process needs no register."""

    def statements(self) -> list[Statement]:
        """None are kept."""
        return []

    def bytes_of(self, sha256: str) -> bytes | None:
        """A document's bytes; null where they were never given."""
        return self._bytes.get(sha256)

    def close(self) -> None:
        """Nothing to let go of."""


def answering(ask: Ask) -> pl.Expr:
    """The question as one condition on figures."""
    conditions = [pl.lit(value=True)]
    for column in ("stage", "measure", "origin", "place", "counter", "source", "run"):
        wanted = getattr(ask, column)
        if wanted is not None:
            conditions.append(pl.col(column).cast(pl.String) == str(wanted))
    if ask.groups:
        conditions.append(F.group.is_in(ask.groups))
    if ask.about is not None:
        conditions.append((F.origin == ask.about).fill_null(value=False) | (F.place == ask.about))
    if ask.rows:
        conditions.append(F.row.is_in(ask.rows))
    if ask.pcodes:
        conditions.append(F.place.str.contains(f"^(?:{'|'.join(ask.pcodes)})[0-9]"))
    if ask.since is not None:
        conditions.append(F.end >= ask.since)
    if ask.until is not None:
        conditions.append(F.end <= ask.until)
    if ask.known_by is not None:
        conditions.append(F.known <= ask.known_by)
    if ask.undivided:
        conditions.append(UNDIVIDED)
    if ask.uncut:
        conditions.append(F.facet.is_null())
    return pl.all_horizontal(conditions)
