"""The small part of a store that changes: which runs count, which documents they cite, and the log of every change."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from qanat.errors import StoreError
from qanat.register.entries import held_entry, run_entry, setting_entry, superseded_entry
from qanat.register.tree import Tiles
from qanat.store.engine import Ask
from qanat.store.log import Log, rows
from qanat.store.notary import Notary
from qanat.store.seal import Manifest

VERSION: Final = 3
_TABLES: Final = """
create table runs (id text primary key, manifest text not null, figures text not null, lineage text, rows integer not null, superseded integer not null default 0, tiles text, position integer);
create table spans (run text not null references runs, column text not null, word text not null, primary key (run, column, word)) without rowid;
create table documents (id text not null, run text not null references runs, sha256 text not null, primary key (id, run)) without rowid;
create table settings (key text primary key, value text not null) without rowid;
"""


@dataclass(frozen=True, slots=True)
class Entering:
    """A run about to count: the digest of its manifest, the manifest, its tree in short, the digest the tree is kept under,
    and the digests of its documents' bytes, where they are kept."""

    name: str
    manifest: Manifest
    tree: Tiles
    tiles: str
    held: tuple[str, ...]

    @property
    def entries(self) -> list[bytes]:
        """What the log says of it."""
        run = self.manifest.run.id
        return [run_entry(run, self.tree, self.name), *([held_entry(run, self.held)] if self.held else [])]


@dataclass(frozen=True, slots=True)
class Listed:
    """A run in the log: the digests of its figures and its tiles, how many rows it has, its place in the log."""

    figures: str
    tiles: str
    rows: int
    position: int


class Ledger:
    """HOME/qanat.sqlite in WAL mode with synchronous=FULL; its commit is the one point at which a run counts.

    Every change is an entry of the log, and the log's new root is signed by the notary in the same commit.
    """

    def __init__(self, path: Path, notary: Notary) -> None:
        self._path = path
        try:
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
            self.log = Log(self._db, path, notary)
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
            if version == VERSION:
                return  # another process was quicker
            for statement in (_TABLES if version == 0 else "").strip().split(";\n"):
                self._db.execute(statement)
            self._from_earlier()
            self.log.begin()
            self._db.execute(f"pragma user_version = {VERSION}")
            self.log.append(self._told_before())

    def _from_earlier(self) -> None:
        """Version 1 had no superseded runs, version 2 no log: its runs are entered by Disk.enlist."""
        columns = {name for _, name, *_ in self._db.execute("pragma table_info(runs)")}
        if "superseded" not in columns:
            self._db.execute("alter table runs add column superseded integer not null default 0")
        if "tiles" not in columns:
            self._db.execute("alter table runs add column tiles text")
            self._db.execute("alter table runs add column position integer")

    def _told_before(self) -> list[bytes]:
        """What an earlier version's store says beside its runs, as entries of the log."""
        gone = [run for (run,) in self._rows("select id from runs where superseded order by id")]
        made = [setting_entry(key, value) for key, value in self._rows("select key, value from settings order by key")]
        return [*([superseded_entry(gone)] if gone else []), *made]

    def _rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        return rows(self._db, self._path, query, *values)

    @contextmanager
    def _whole(self) -> Generator[None]:
        """One transaction: all of it or nothing; then the file is sealed as it now is."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")
        self.log.seal()

    def add(self, *entries: bytes) -> None:
        """Append entries to the log."""
        with self._whole():
            self.log.append(entries)

    def enter(self, runs: Sequence[Entering], before_commit: Callable[[], None]) -> None:
        """Let runs count, all of them or none; `before_commit` is the last step before they do."""
        names = ", ".join(one.manifest.run.id for one in runs)
        try:
            with self._whole():
                for one in runs:
                    self._insert(one)
                before_commit()
        except sqlite3.Error as cause:
            raise StoreError(
                f"{names:.200} could not be entered into the ledger ({cause}); nothing was changed, run the same command again"
            ) from cause

    def _insert(self, one: Entering) -> None:
        manifest, run = one.manifest, one.manifest.run.id
        self._db.execute(
            "insert into runs (id, manifest, figures, lineage, rows, tiles, position) values (?, ?, ?, ?, ?, ?, ?)",
            (run, one.name, manifest.figures, manifest.lineage, manifest.rows, one.tiles, self.log.edge().size),
        )
        self.log.append(one.entries)
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

    def standing(self) -> list[str]:
        """The ids of the runs that are not superseded."""
        return [run for (run,) in self._rows("select id from runs where not superseded order by id")]

    def manifests_with_documents(self) -> list[str]:
        """The digests of the manifests that name documents, by run id."""
        query = "select manifest from runs where id in (select run from documents) order by id"
        return [name for (name,) in self._rows(query)]

    def citing(self, sha256: str) -> dict[str, bool]:
        """The digests of the manifests that name a document of these bytes, and whether their runs answer."""
        query = "select distinct r.manifest, not r.superseded from runs r join documents d on d.run = r.id where d.sha256 = ? order by 1"
        return {str(name): bool(answers) for name, answers in self._rows(query, sha256)}

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
        if not runs:
            return
        with self._whole():
            self._db.executemany("update runs set superseded = 1 where id = ?", [(run,) for run in runs])
            self.log.append([superseded_entry(runs)])

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
            self.log.append([setting_entry(key, value)])

    def unlisted(self) -> list[tuple[str, str]]:
        """Runs of an earlier version's store that are not in the log yet: id and digest of the manifest."""
        return [
            (run, name) for run, name in self._rows("select id, manifest from runs where tiles is null order by id")
        ]

    def enlist(self, one: Entering) -> None:
        """Enter a run of an earlier version's store in the log."""
        with self._whole():
            place = (one.tiles, self.log.edge().size, one.manifest.run.id)
            self._db.execute("update runs set tiles = ?, position = ? where id = ?", place)
            self.log.append(one.entries)

    def listed(self, run: str) -> Listed | None:
        """What the log and the record hold of a run; null for a run that is not there."""
        query = "select figures, tiles, rows, position from runs where id = ? and tiles is not null"
        found = self._rows(query, run)
        return Listed(*found[0]) if found else None

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
