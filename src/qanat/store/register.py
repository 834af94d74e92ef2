"""The register of a store: proofs of its figures, and the statements its log holds."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from qanat.errors import NothingFound, RegisterError
from qanat.register.rows import rows_of_files
from qanat.register.statements import Figure, Statement, read_statement
from qanat.register.tree import Tiles, growth, paths, tiles_from
from qanat.store.ledger import Ledger, Listed
from qanat.store.record import Record
from qanat.verify import checkpoint, decoded, entry, key, leaf
from qanat.verify_store import WIDTH

_AT_HAND: Final = 128  # blocks kept in memory, about 10 MB


@dataclass(frozen=True, slots=True)
class _Block:
    """256 rows of a run: canonical, and their leaf hashes."""

    texts: list[str]
    leaves: list[bytes]


@dataclass(slots=True)
class _Part:
    """Some rows of a run, in order, with its tree in short and the blocks they stand in."""

    listed: Listed
    tree: Tiles
    wanted: list[int]
    blocks: dict[int, _Block] = field(default_factory=dict[int, _Block])

    def text(self, row: int) -> str:
        return self.blocks[row // WIDTH].texts[row % WIDTH]

    def told(self) -> dict[str, Any]:
        """The rows with their leaf hashes, and the hashes that stand for the rest of the run's tree."""
        hashes = self.tree.around(self.wanted, {at: block.leaves for at, block in self.blocks.items()})
        rows = [[row, _base64(self.blocks[row // WIDTH].leaves[row % WIDTH]), self.text(row)] for row in self.wanted]
        return {"rows": rows, "hashes": [_base64(one) for one in hashes]}


class Register:
    """The log in a ledger and the trees of the runs in a record."""

    def __init__(self, record: Record, ledger: Ledger) -> None:
        self._record = record
        self._ledger = ledger
        self._read: dict[tuple[str, int], _Block] = {}

    def statements(self) -> list[Statement]:
        """Every statement in order. Raises RegisterError where one does not hold."""
        found = [lines for kind, lines in map(entry, self._ledger.log.entries()) if kind == "statement"]
        return [read_statement(envelope, key(public)) for public, envelope in found]

    def cosigned(self) -> list[tuple[str, str]]:
        """Every co-signature of a witness in order: its public key, and the checkpoint it signed (a signed note)."""
        found = [lines for kind, lines in map(entry, self._ledger.log.entries()) if kind == "witness"]
        return [(owner, decoded(note).decode()) for owner, note in found]

    def _witnessed(self, entries: list[bytes]) -> list[dict[str, Any]]:
        """Each witness's newest co-signature, with the proof that the log as it is only adds to what the witness saw."""
        newest = dict(self.cosigned())
        sizes = {owner: checkpoint(note).size for owner, note in newest.items()}
        leaves = [leaf(one) for one in entries]
        return [
            {"key": owner, "checkpoint": note, "proof": [_base64(one) for one in growth(leaves, sizes[owner])]}
            for owner, note in newest.items()
        ]

    def add(self, data: bytes) -> None:
        """Append an entry to the log."""
        self._ledger.add(data)

    def figure(self, run: str, row: int) -> tuple[Figure, str]:
        """A figure as a statement names it, and its canonical row. Raises NothingFound where there is none."""
        part = self._parts({run: [row]})[run]
        text = part.text(row)
        return Figure(run=run, row=row, root=part.tree.root.hex(), leaf=leaf(text.encode()).hex()), text

    def proof(self, run: str, row: int) -> dict[str, Any]:
        """A figure that can be passed on and checked offline (verify.figure_file): canonical row, tlog-proof, the log's key."""
        part = self._parts({run: [row]})[run]
        entries, at = self._ledger.log.entries(), part.listed.position
        way = part.tree.row_path(row, part.blocks[row // WIDTH].leaves)
        extra = len(entries[at]).to_bytes(2, "big") + entries[at] + row.to_bytes(4, "big") + b"".join(way)
        lines = ["c2sp.org/tlog-proof@v1", f"extra {_base64(extra)}", f"index {at}"]
        lines += [_base64(one) for one in paths([leaf(one) for one in entries], [at])[at]]
        return {
            "schema": "qanat.figure-proof/1", "cite": f"{run}:{row}", "figure": part.text(row), "key": self._ledger.log.signed("key"),
            "proof": "\n".join(lines) + "\n\n" + (self._ledger.log.signed("checkpoint") or ""),
        }  # fmt: skip

    def attested(self, data: bytes, cites: Iterable[str]) -> dict[str, Any]:
        """`data` in the log (appended where it is not there), and all that lets a document be checked offline (verify.brief)."""
        rows: dict[str, list[int]] = {}
        for run, _, row in (cite.rpartition(":") for cite in cites):
            rows.setdefault(run, []).append(int(row))
        parts = self._parts({run: sorted(set(wanted)) for run, wanted in sorted(rows.items())})
        if data not in self._ledger.log.entries():
            self._ledger.add(data)
        entries = self._ledger.log.entries()
        shown = sorted({entries.index(data), *self._concerning(entries, rows)})
        ways = paths([leaf(one) for one in entries], shown)
        return {
            "schema": "qanat.register/1", "checkpoint": self._ledger.log.signed("checkpoint"), "key": self._ledger.log.signed("key"),
            "figures": {run: part.told() for run, part in parts.items()},
            "entries": [{"entry": entries[at].decode(), "index": at, "path": [_base64(one) for one in ways[at]]} for at in shown],
            "witnessed": self._witnessed(entries),
        }  # fmt: skip

    def _concerning(self, entries: list[bytes], rows: dict[str, list[int]]) -> set[int]:
        """Places in the log of the cited runs, of statements about cited figures, and of the runs those speak of."""
        runs = set(rows)
        found: set[int] = set()
        for at, (kind, lines) in enumerate(map(entry, entries)):
            if kind == "statement":
                said = read_statement(lines[1], key(lines[0]))
                if said.figure.row in rows.get(said.figure.run, ()):
                    found.add(at)
                    runs |= {said.figure.run, *([said.by.run] if said.by else [])}
        return found | {self._listed(run).position for run in runs}

    def _parts(self, rows: dict[str, list[int]]) -> dict[str, _Part]:
        """The wanted rows of each run with the blocks they stand in. Raises NothingFound for a run or row that is not there."""
        found = {run: _Part(self._listed(run), self._tree(run), wanted) for run, wanted in rows.items()}
        for run, part in found.items():
            if part.wanted[0] < 0 or part.wanted[-1] >= part.listed.rows:
                raise NothingFound(f"run {run} has no row {part.wanted[-1]}; it has {part.listed.rows:,}")
        needed = [(part.listed.figures, row // WIDTH) for part in found.values() for row in part.wanted]
        blocks = self._blocks(list(dict.fromkeys(needed)))
        for part in found.values():
            part.blocks = {row // WIDTH: blocks[part.listed.figures, row // WIDTH] for row in part.wanted}
        return found

    def _blocks(self, needed: list[tuple[str, int]]) -> dict[tuple[str, int], _Block]:
        """Blocks by their file's digest and number: the last ones read are at hand, since no run ever changes."""
        absent = [one for one in needed if one not in self._read]
        places = [(self._record.checked(name), block * WIDTH, WIDTH) for name, block in absent]
        for one, texts in zip(absent, rows_of_files(places), strict=True):
            self._read[one] = _Block(texts, [leaf(text.encode()) for text in texts])
        found = {one: self._read[one] for one in needed}
        while len(self._read) > _AT_HAND:
            del self._read[next(iter(self._read))]
        return found

    def _tree(self, run: str) -> Tiles:
        listed = self._listed(run)
        tree = tiles_from(self._record.checked(listed.tiles).read_bytes(), listed.rows)
        if tree is None:
            raise RegisterError(f"the tiles of run {run} are not its own; `qanat verify` tells what was altered")
        return tree

    def _listed(self, run: str) -> Listed:
        listed = self._ledger.listed(run)
        if listed is None:
            raise NothingFound(f"this store's register has no run {run!r}; open the store it is from with --home")
        return listed


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
