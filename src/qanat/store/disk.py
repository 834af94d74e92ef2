"""A store in a folder: the record, the ledger, and DuckDB to query the record's Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from qanat.errors import StoreError
from qanat.figures import SCHEMA, Document, Stage, ordered
from qanat.methods import LINEAGE
from qanat.register.rows import leaves_of_file
from qanat.register.statements import Statement
from qanat.register.tree import tiled, tiles_from
from qanat.store.engine import ASIDE, Ask, Batch, Run
from qanat.store.ledger import Entering, Ledger
from qanat.store.notary import Notary
from qanat.store.record import Record, Step, no_step
from qanat.store.register import Register
from qanat.store.seal import Manifest, Sealed, opened, seal

_COLUMNS: Final = ", ".join("file_row_number as row" if name == "row" else f'"{name}"' for name in SCHEMA)


class Disk:
    """The store of a folder, which is made where it is absent.

    Raises StoreError, with the record as it was, where the folder cannot be written or an object is damaged.
    """

    def __init__(self, home: Path, step: Step = no_step) -> None:
        self.home = home
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise StoreError(
                f"the store's folder {home} cannot be made ({cause.strerror}); choose another with --home"
            ) from cause
        self._step = step
        self.record = Record(home, step)
        self.ledger = Ledger(home / "qanat.sqlite", Notary(home / "register", step))
        self.register = Register(self.record, self.ledger)
        self._duck: Any = None

    def put(self, batch: Batch) -> Run:
        """Keep a batch whole or not at all; the same one again is left alone."""
        return self.prepare(batch)()

    def prepare(self, batch: Batch) -> Callable[[], Run]:
        """A batch sealed; calling what is given keeps it."""
        sealed = replace(seal(batch), sources=batch.sources)
        return lambda: self.adopt_sealed(sealed)

    def adopt(self, manifest: bytes, figures: bytes, tiles: bytes | None = None, aside: bytes | None = None) -> Run:
        """Keep a run sealed elsewhere (the embedded edition) as it is.

        aside  its records set aside;  tiles  its tree in short (believed here, checked by `qanat verify`); null: it is made now
        Raises StoreError where the files are not those the manifest names.
        """
        self._kept(manifest, figures, None, aside)
        return self._enter(manifest, tiles)

    def _kept(self, manifest: bytes, *files: bytes | None) -> None:
        """Keeps a run's files. Raises StoreError where they are not those its manifest names."""
        told = opened(manifest)
        kept = [None if file is None else self.record.keep(file) for file in files]
        if kept != [told.figures, told.lineage, told.aside]:
            raise StoreError(f"run {told.run.id} was altered on its way: its files are not those its manifest names; fetch it again")  # fmt: skip

    def holds(self, sealed: Sealed) -> bool:
        """Whether a run is kept already. Raises StoreError where it is, with other figures."""
        before = self.ledger.manifest_of(sealed.run.id)
        if before is None:
            return False
        self._require_same(before, opened(sealed.manifest))
        return True

    def adopt_sealed(self, sealed: Sealed) -> Run:
        """Keep a run that came with its documents' bytes. Raises StoreError as `adopt`."""
        self.keep_files(sealed)
        return self._enter(sealed.manifest, sealed.tiles)

    def keep_files(self, sealed: Sealed) -> None:
        """Keep the bytes of a run that came with its documents' (a mirror's); it counts once `adopt_all` says so.

        Raises StoreError where the files are not those the manifest names.
        """
        for data in sealed.sources:
            self.record.keep(data)
        self._kept(sealed.manifest, sealed.figures, sealed.lineage, sealed.aside)
        self.record.keep(sealed.manifest)

    def adopt_all(self, manifests: list[str]) -> list[Run]:
        """Let runs whose bytes are kept count, all of them or none; gives them.

        manifests  their digests
        """
        told = {name: opened(self._object(name)) for name in manifests}
        entering = [self._entering(name, manifest) for name, manifest in told.items()]
        self.ledger.enter(entering, lambda: self._step("commit"))
        self._step("committed")
        return [one.run for one in told.values()]

    def manifests(self, *, answering: bool = True) -> dict[str, Manifest]:
        """What is told of every run that answers, or of the superseded ones too, by the digest of its manifest."""
        return {name: opened(self._object(name)) for name in self.ledger.manifests(answering=answering)}

    def _entering(self, name: str, told: Manifest, tiles: bytes | None = None) -> Entering:
        """A run as the ledger enters it: its tree in short, kept, and which of its documents' bytes are here."""
        tree = tiles_from(tiles or tiled(leaves_of_file(self.record.checked(told.figures))).data, told.rows)
        if tree is None:
            raise StoreError(f"run {told.run.id} came with tiles of another run; fetch it again")
        held = {one.sha256 for one in told.documents if self.record.path(one.sha256).exists()}
        return Entering(name, told, tree, self.record.keep(tree.data), tuple(sorted(held)))

    def enlist(self, tiles_of: Callable[[str], bytes | None] = lambda _: None) -> None:
        """Enter the runs of an earlier version's store in the log; `tiles_of` gives a run's tiles where they are known."""
        for run, name in self.ledger.unlisted():
            self.ledger.enlist(self._entering(name, opened(self._object(name)), tiles_of(run)))

    def _enter(self, manifest: bytes, tiles: bytes | None) -> Run:
        told = opened(manifest)
        name = self.record.keep(manifest)
        before = self.ledger.manifest_of(told.run.id)
        if before is None:
            self.ledger.enter([self._entering(name, told, tiles)], lambda: self._step("commit"))
            self._step("committed")
        else:
            self._require_same(before, told)
        return told.run

    def _require_same(self, before: str, told: Manifest) -> None:
        if opened(self._object(before)).figures != told.figures:
            raise StoreError(f"run {told.run.id} is kept already with other figures; a correction is a new run")

    def _object(self, digest: str) -> bytes:
        return self.record.checked(digest).read_bytes()

    def get(self, ask: Ask) -> pl.DataFrame:
        """Figures that answer, in the house's order; the digest of every file is checked before its first use."""
        files = [str(self.record.checked(name)) for name in self.ledger.answering(ask)]
        if not files:
            return pl.DataFrame(schema=SCHEMA)
        where, values = _conditions(ask)
        query = f"select {_COLUMNS} from read_parquet(?, file_row_number = true) where {where}"
        found = pl.DataFrame(self._connection().sql(query, params=[files, *values]))
        return ordered(found.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()))

    def _connection(self) -> Any:
        if self._duck is None:
            import duckdb

            self._duck = duckdb.connect(":memory:")
            self._duck.execute("set threads = 2")
            self._duck.execute("set preserve_insertion_order = false")
        return self._duck

    def runs(self) -> list[Run]:
        """All runs by id."""
        return [opened(self._object(name)).run for name in self.ledger.manifests()]

    def standing(self) -> frozenset[str]:
        """The ids of the runs that answer."""
        return frozenset(self.ledger.standing())

    def supersede(self, runs: list[str]) -> None:
        """Let these runs answer only where they are asked for by name."""
        self.ledger.supersede(runs)

    def documents(self) -> list[Document]:
        """All documents by id and digest, each once."""
        found = {
            (d.id, d.sha256): d
            for name in self.ledger.manifests_with_documents()
            for d in opened(self._object(name)).documents
        }
        return [found[key] for key in sorted(found)]

    def lineage(self, run: str) -> pl.DataFrame:
        """What each row of a run was made from; empty for published runs."""
        name = self.ledger.lineage_of(run)
        return pl.DataFrame(schema=LINEAGE) if name is None else pl.read_parquet(self.record.checked(name))

    def held(self) -> pl.DataFrame:
        """What is held of each document that figures cite."""
        files = [str(self.record.checked(name)) for name in self.ledger.answering(Ask(stage=Stage.PUBLISHED))]
        if not files:
            return pl.DataFrame(schema={"source": pl.String(), "figures": pl.Int64(), "newest": pl.Date()})
        query = 'select source, count(*) as figures, max(case when start < "end" then "end" - 1 else "end" end) filter (case when start < "end" then "end" - 1 else "end" end <= known) as newest from read_parquet(?) group by source'
        return pl.DataFrame(self._connection().sql(query, params=[files])).sort("source")

    def aside(self, run: str) -> pl.DataFrame:
        """The records set aside when a run was read."""
        name = self.ledger.manifest_of(run)
        digest = None if name is None else opened(self._object(name)).aside
        return pl.DataFrame(schema=ASIDE) if digest is None else pl.read_parquet(self.record.checked(digest))

    def attested(self, entry: bytes, cites: Iterable[str]) -> dict[str, Any]:
        """The register's part of a document: its own entry and proofs of all that it cites."""
        return self.register.attested(entry, cites)

    def statements(self) -> list[Statement]:
        """What agencies said of figures, in order."""
        return self.register.statements()

    def bytes_of(self, sha256: str) -> bytes | None:
        """A document's bytes, checked; null where they were never kept here."""
        return self.record.bytes_of(sha256)

    def close(self) -> None:
        """Let go of files."""
        if self._duck is not None:
            self._duck.close()
        self.ledger.close()


def _conditions(ask: Ask) -> tuple[str, list[str | date | int]]:
    """The question as SQL with marks for its values, in the order of the marks."""
    where, values = ["true"], list[str | date | int]()
    for column in ("stage", "measure", "origin", "place", "counter", "source", "run"):
        wanted = getattr(ask, column)
        if wanted is not None:
            where.append(f'"{column}" = ?')
            values.append(str(wanted))
    if ask.groups:
        where.append(f'"group" in ({", ".join("?" * len(ask.groups))})')
        values += ask.groups
    if ask.about is not None:
        where.append("(origin = ? or place = ?)")
        values += [ask.about, ask.about]
    if ask.rows:
        where.append(f"file_row_number in ({', '.join('?' * len(ask.rows))})")
        values += ask.rows
    if ask.pcodes:
        where.append("regexp_matches(place, ?)")
        values.append(f"^(?:{'|'.join(ask.pcodes)})[0-9]")
    for bound, condition in ((ask.since, '"end" >= ?'), (ask.until, '"end" <= ?'), (ask.known_by, "known <= ?")):
        if bound is not None:
            where.append(condition)
            values.append(bound)
    if ask.undivided:
        where.append("sex = 'all' and age_from = 0 and age_to is null and facet is null")
    if ask.uncut:
        where.append("facet is null")
    return " and ".join(where), values
