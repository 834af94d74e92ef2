"""The log in a ledger: every change of the store as an entry, its tree's root signed as it grows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from qanat.errors import StoreError
from qanat.register.tree import Edge
from qanat.store.notary import Notary
from qanat.verify import leaf

_TABLES: Final = """
create table log (position integer primary key, entry blob not null);
create table signed (key text primary key, value text not null) without rowid;
"""


def rows(db: sqlite3.Connection, path: Path, query: str, *values: str | int) -> list[tuple[Any, ...]]:
    """A query's rows. Raises StoreError where the ledger's file is damaged."""
    try:
        return db.execute(query, values).fetchall()
    except sqlite3.Error as cause:
        raise StoreError(
            f"the store's ledger {path} is damaged ({cause}); restore the file from a copy, or begin a new store with --home"
        ) from cause


class Log:
    """Appended to inside the ledger's transactions, signed by the notary in the same commit."""

    def __init__(self, db: sqlite3.Connection, path: Path, notary: Notary) -> None:
        self._db = db
        self._path = path
        self._notary = notary

    def begin(self) -> None:
        """Make the log's tables, inside a transaction."""
        for statement in _TABLES.strip().split(";\n"):
            self._db.execute(statement)

    def append(self, entries: Sequence[bytes]) -> None:
        """Append entries and sign the log as it then is, inside a transaction.

        Raises StoreError where the notary's key is not the one the log was signed with before.
        """
        edge, before = self.edge(), self.signed("key")
        if before is not None and before != self._notary.signer.public.text:
            raise StoreError(
                f"the log of {self._path} is signed with another key than {self._notary.key_file} holds; put the right one back from a copy"
            )
        for data in entries:
            self._db.execute("insert into log values (?, ?)", (edge.size, data))
            edge = edge.added(leaf(data))
        told = {
            "edge": json.dumps([edge.size, *(one.hex() for one in edge.hashes)]),
            "checkpoint": self._notary.checkpoint(edge.size, edge.root),
            "key": self._notary.signer.public.text,
        }
        self._db.executemany("insert or replace into signed values (?, ?)", list(told.items()))

    def seal(self) -> None:
        """Seal the ledger's file as it is. Where another process writes just now, that one will."""
        try:
            self._db.execute("begin immediate")  # nobody writes between reading the file and sealing it
        except sqlite3.OperationalError:
            return
        try:
            self._notary.seal(self._db.serialize(), self.edge().size)
        finally:
            self._db.execute("rollback")

    def edge(self) -> Edge:
        """The right edge of the log's tree."""
        found = self.signed("edge")
        size, *hashes = json.loads(found) if found else [0]
        return Edge(int(size), tuple(bytes.fromhex(str(one)) for one in hashes))

    def signed(self, key: str) -> str | None:
        """The log's newest checkpoint ("checkpoint") and public key ("key"); null in a store that is being made."""
        found = rows(self._db, self._path, "select value from signed where key = ?", key)
        return str(found[0][0]) if found else None

    def entries(self) -> list[bytes]:
        """The log from its beginning."""
        return [data for (data,) in rows(self._db, self._path, "select entry from log order by position")]
