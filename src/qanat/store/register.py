"""The register of a store: proofs of its figures, and the statements its log holds."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from qanat.errors import NothingFound, RegisterError
from qanat.register.rows import rows_of_file
from qanat.register.statements import Figure, Statement, read_statement
from qanat.register.tree import Tiles, path, tiles_from
from qanat.store.ledger import Ledger, Listed
from qanat.store.record import Record
from qanat.verify import WIDTH, entry, key, leaf


class Register:
    """The log in a ledger and the trees of the runs in a record."""

    def __init__(self, record: Record, ledger: Ledger) -> None:
        self._record = record
        self._ledger = ledger

    def statements(self) -> list[Statement]:
        """Every statement in order. Raises RegisterError where one does not hold."""
        found = [lines for kind, lines in map(entry, self._ledger.entries()) if kind == "statement"]
        return [read_statement(envelope, key(public)) for public, envelope in found]

    def add(self, data: bytes) -> None:
        """Append an entry to the log."""
        self._ledger.add(data)

    def figure(self, run: str, row: int) -> tuple[Figure, str]:
        """A figure as a statement names it, and its canonical row. Raises NothingFound where there is none."""
        _, tree, told = self._run(run, (row,))
        text = told[row]
        return Figure(run=run, row=row, root=tree.root.hex(), leaf=leaf(text.encode()).hex()), text

    def proof(self, run: str, row: int) -> dict[str, Any]:
        """A figure that can be passed on and checked offline (verify.figure_file): canonical row, tlog-proof, the log's key."""
        listed, tree, told = self._run(run, (row,))
        hashes = self._leaves(told, row // WIDTH)
        entries = self._ledger.entries()
        data = entries[listed.position]
        extra = len(data).to_bytes(2, "big") + data + row.to_bytes(4, "big") + b"".join(tree.row_path(row, hashes))
        lines = ["c2sp.org/tlog-proof@v1", f"extra {_base64(extra)}", f"index {listed.position}"]
        lines += [_base64(one) for one in path([leaf(one) for one in entries], listed.position)]
        return {
            "schema": "qanat.figure-proof/1", "cite": f"{run}:{row}", "figure": told[row], "key": self._ledger.signed("key"),
            "proof": "\n".join(lines) + "\n\n" + (self._ledger.signed("checkpoint") or ""),
        }  # fmt: skip

    def attested(self, data: bytes, cites: Iterable[str]) -> dict[str, Any]:
        """`data` in the log (appended where it is not there), and all that lets a document be checked offline (verify.brief)."""
        rows: dict[str, set[int]] = {}
        for run, _, row in (cite.rpartition(":") for cite in cites):
            rows.setdefault(run, set()).add(int(row))
        figures = {run: self._part(run, sorted(wanted)) for run, wanted in sorted(rows.items())}
        if data not in self._ledger.entries():
            self._ledger.add(data)
        entries = self._ledger.entries()
        hashes = [leaf(one) for one in entries]
        shown = sorted({entries.index(data), *self._concerning(entries, rows)})
        return {
            "schema": "qanat.register/1", "checkpoint": self._ledger.signed("checkpoint"), "key": self._ledger.signed("key"), "figures": figures,
            "entries": [{"entry": entries[at].decode(), "index": at, "path": [_base64(h) for h in path(hashes, at)]} for at in shown],
        }  # fmt: skip

    def _concerning(self, entries: list[bytes], rows: dict[str, set[int]]) -> set[int]:
        """Places in the log of the cited runs, of statements about cited figures, and of the runs those speak of."""
        runs = set(rows)
        found: set[int] = set()
        for at, (kind, lines) in enumerate(map(entry, entries)):
            if kind == "statement":
                said = read_statement(lines[1], key(lines[0]))
                if said.figure.row in rows.get(said.figure.run, ()):
                    found.add(at)
                    runs |= {said.figure.run, *([said.by.run] if said.by else [])}
        listed = [self._listed(run) for run in runs]
        return found | {one.position for one in listed}

    def _part(self, run: str, wanted: list[int]) -> dict[str, Any]:
        """A run's cited rows with their leaf hashes, and the hashes that stand for the rest of its tree."""
        _, tree, told = self._run(run, wanted)
        blocks = {row // WIDTH: self._leaves(told, row // WIDTH) for row in wanted}
        rows = [[row, _base64(blocks[row // WIDTH][row % WIDTH]), told[row]] for row in wanted]
        return {"rows": rows, "hashes": [_base64(one) for one in tree.around(wanted, blocks)]}

    def _run(self, run: str, wanted: Iterable[int]) -> tuple[Listed, Tiles, dict[int, str]]:
        """A run's place in the log, its tiles, and the canonical rows of the blocks the wanted rows stand in."""
        listed = self._listed(run)
        for row in wanted:
            if not 0 <= row < listed.rows:
                raise NothingFound(f"run {run} has no row {row}; it has {listed.rows:,}")
        tree = tiles_from(self._record.checked(listed.tiles).read_bytes(), listed.rows)
        if tree is None:
            raise RegisterError(f"the tiles of run {run} are not its own; `qanat verify` tells what was altered")
        file = self._record.checked(listed.figures)
        told: dict[int, str] = {}
        for block in sorted({row // WIDTH for row in wanted}):
            told |= dict(enumerate(rows_of_file(file, block * WIDTH, WIDTH), block * WIDTH))
        return listed, tree, told

    def _listed(self, run: str) -> Listed:
        listed = self._ledger.listed(run)
        if listed is None:
            raise NothingFound(f"this store's register has no run {run!r}; open the store it is from with --home")
        return listed

    def _leaves(self, told: dict[int, str], block: int) -> list[bytes]:
        first = block * WIDTH
        return [leaf(told[row].encode()) for row in range(first, first + WIDTH) if row in told]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
