"""The small part of a store that changes: which runs count, which documents they cite. One SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from qanat.errors import StoreError
from qanat.store.engine import Ask
from qanat.store.seal import Manifest

VERSION: Final = 2
_TABLES: Final = """
create table runs (id text primary key, manifest text not null, figures text not null, lineage text, rows integer not null, superseded integer not null default 0);
create table spans (run text not null references runs, column text not null, word text not null, primary key (run, column, word)) without rowid;
create table documents (id text not null, run text not null references runs, sha256 text not null, primary key (id, run)) without rowid;
create table settings (key text primary key, value text not null) without rowid;
"""


class Ledger:
    """HOME/qanat.sqlite in WAL mode with synchronous=FULL; its commit is the one point at which a run counts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = full")
            self._db.execute("pragma foreign_keys = on")
            self._prepare(path)
        except sqlite3.Error as cause:
            raise StoreError(
                f"the store's ledger {path} cannot be opened ({cause}); choose another folder with --home or restore the file from a copy"
            ) from cause

    def _prepare(self, path: Path) -> None:
        (version,) = self._db.execute("pragma user_version").fetchone()
        if version == VERSION:
            return
        if version > VERSION:
            raise StoreError(
                f"{path} was written by a newer qanat (ledger version {version}, this one reads {VERSION}); upgrade qanat"
            )
        with self._whole():
            (version,) = self._db.execute("pragma user_version").fetchone()
            if version == 1:
                self._from_one()
            if version == 0:
                for statement in _TABLES.strip().split(";\n"):
                    self._db.execute(statement)
                self._db.execute(f"pragma user_version = {VERSION}")

    def _from_one(self) -> None:
        """Version 1 had no superseded runs."""
        columns = {name for _, name, *_ in self._db.execute("pragma table_info(runs)")}
        if "superseded" not in columns:
            self._db.execute("alter table runs add column superseded integer not null default 0")
        self._db.execute(f"pragma user_version = {VERSION}")

    def _rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """A query's rows. Raises StoreError where the file is damaged."""
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.Error as cause:
            raise StoreError(
                f"the store's ledger {self._path} is damaged ({cause}); restore the file from a copy, or begin a new store with --home"
            ) from cause

    @contextmanager
    def _whole(self) -> Generator[None]:
        """One transaction: all of it or nothing."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def enter(self, manifests: Mapping[str, Manifest], before_commit: Callable[[], None]) -> None:
        """Let runs count, all of them or none.

        manifests      by the digest of each;  before_commit  the last step before they do
        """
        names = ", ".join(manifest.run.id for manifest in manifests.values())
        try:
            with self._whole():
                for name, manifest in manifests.items():
                    self._insert(name, manifest)
                before_commit()
        except sqlite3.Error as cause:
            raise StoreError(
                f"{names:.200} could not be entered into the ledger ({cause}); nothing was changed, run the same command again"
            ) from cause

    def _insert(self, name: str, manifest: Manifest) -> None:
        run = manifest.run.id
        self._db.execute(
            "insert into runs (id, manifest, figures, lineage, rows) values (?, ?, ?, ?, ?)",
            (run, name, manifest.figures, manifest.lineage, manifest.rows),
        )
        spans = [(run, column, word) for column, words in manifest.span.items() for word in words]
        self._db.executemany("insert into spans values (?, ?, ?)", spans)
        papers = [(d.id, run, d.sha256) for d in manifest.documents]
        self._db.executemany("insert into documents values (?, ?, ?)", papers)

    def manifest_of(self, run: str) -> str | None:
        """The digest of a run's manifest; null for a run that does not count here."""
        found = self._rows("select manifest from runs where id = ?", run)
        return str(found[0][0]) if found else None

    def manifests(self, *, answering: bool = False) -> list[str]:
        """The digests of all manifests, by run id; only those of runs that are not superseded where asked."""
        where = "where not superseded" if answering else ""
        return [name for (name,) in self._rows(f"select manifest from runs {where} order by id")]

    def manifests_with_documents(self) -> list[str]:
        """The digests of the manifests that name documents, by run id."""
        query = "select manifest from runs where id in (select run from documents) order by id"
        return [name for (name,) in self._rows(query)]

    def lineage_of(self, run: str) -> str | None:
        """The digest of a run's lineage file; null where it has none."""
        found = self._rows("select lineage from runs where id = ?", run)
        return found[0][0] if found else None

    def answering(self, ask: Ask) -> list[str]:
        """The digests of the figure files that may answer a question, by run id."""
        wanted: list[tuple[str, tuple[str, ...]]] = [
            ("stage", (str(ask.stage),) if ask.stage else ()),
            ("measure", (ask.measure,) if ask.measure else ()),
            ("group", ask.groups),
            ("counter", (ask.counter,) if ask.counter else ()),
            ("source", (ask.source,) if ask.source else ()),
        ]
        where, values = ["true" if ask.run else "not superseded"], list[str]()
        for column, words in wanted:
            if words:
                marks = ", ".join("?" * len(words))
                where.append(f"exists (select 1 from spans where run = runs.id and column = ? and word in ({marks}))")
                values += [column, *words]
        if ask.run:
            where.append("id = ?")
            values.append(ask.run)
        query = f"select figures from runs where {' and '.join(where)} order by id"
        return [name for (name,) in self._rows(query, *values)]

    def supersede(self, runs: list[str]) -> None:
        """Let these runs answer only when they are asked for by name: their figures stay citable for ever."""
        with self._whole():
            self._db.executemany("update runs set superseded = 1 where id = ?", [(run,) for run in runs])

    def setting(self, key: str) -> str | None:
        """A setting's value; null where it was never made."""
        found = self._rows("select value from settings where key = ?", key)
        return str(found[0][0]) if found else None

    def set(self, key: str, value: str) -> None:
        """Make a setting."""
        with self._whole():
            self._db.execute(
                "insert into settings values (?, ?) on conflict (key) do update set value = excluded.value",
                (key, value),
            )

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
