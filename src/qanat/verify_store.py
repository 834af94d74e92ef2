"""Check a whole store offline with `verify` and Python's own library: every byte, entry, run and document.

`python -m qanat.verify_store FOLDER [KEY ...]`; `qanat verify` does the same and reads the rows too.

What only a Parquet reader can tell (each row against its run's root) is asked of two functions handed in; without them a
run's rows are checked by the digest of their file alone, which its entry in the log binds too.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, Final

from qanat.verify import (
    ENDORSER,
    LOG,
    WITNESS,
    Checkpoint,
    Key,
    Registered,
    Report,
    Unsound,
    checkpoint,
    cosignature,
    decoded,
    entry,
    key,
    leaf,
    main,
    registered,
    root,
)

Leaves = Callable[[Path], list[bytes] | None]  # the leaf hashes of a Parquet file of figures; null: it cannot be read
WIDTH: Final = 256  # rows under one hash of a run's tiles, as in C2SP tlog-tiles
_SPANS: Final = ("stage", "measure", "group", "counter", "source")


def tiles(hashes: Sequence[bytes]) -> list[bytes]:
    """One hash for every 256 leaves, the last for the rest."""
    return [root(hashes[at : at + WIDTH]) for at in range(0, len(hashes), WIDTH)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """How rows are read.

    sound    the leaf hashes of a file whose digest is right
    damaged  the same of one whose digest is not: it may read nonsense or nothing, and must not fall over
    newest   the latest day a sound file's figures say they were published (2025-12-31); null: none says
    before   the leaf hashes a run had when it was made, where somebody still knows them; null: nobody does
    """

    sound: Leaves
    damaged: Leaves = lambda _: None
    newest: Callable[[Path], str | None] = lambda _: None
    before: Callable[[str], list[bytes] | None] = lambda _: None


@dataclass(slots=True)
class _Ledger:
    """The tables of qanat.sqlite, its image, and the log as it parses."""

    image: bytes
    runs: dict[str, tuple[Any, ...]]
    spans: dict[str, set[tuple[str, str]]]
    documents: dict[str, set[tuple[str, str]]]
    settings: dict[str, str]
    entries: list[bytes]
    signed: dict[str, str]
    held: dict[str, list[str]] = field(default_factory=dict[str, "list[str]"])
    listed: dict[str, tuple[int, Registered]] = field(default_factory=dict[str, "tuple[int, Registered]"])


def store(
    home: Path, readers: Readers | None = None, since: Checkpoint | None = None, trusted: Sequence[Key] = ()
) -> Report:
    """Check a store's folder.

    since    a checkpoint kept from earlier: the log must only have grown since
    trusted  keys of logs; where some are given the store's must be one of them
    """
    report = Report()
    try:
        ledger = _opened(home / "qanat.sqlite")
    except (sqlite3.Error, OSError, UnicodeDecodeError) as cause:
        report.altered("ledger", "changed", f"qanat.sqlite cannot be read ({cause}); restore it from a copy")
        return report
    sound = _objects(home, report)
    told = _log(ledger, report, trusted)
    _seal(home, ledger, report)
    _key(home, ledger, report)
    if since is not None:
        _grown(ledger, since, report)
    _listed(ledger, report)
    _statements(ledger, report)
    _witnesses(ledger, trusted, report)
    if told is not None:
        for run in ledger.listed:
            _run(home, ledger, run, (sound, readers), report)
    return report


def _opened(file: Path) -> _Ledger:
    if not file.is_file():
        raise OSError(f"{file} is missing")
    ahead = file.with_name(f"{file.name}-wal")
    quiet = "immutable=1" if not ahead.is_file() or not ahead.stat().st_size else "mode=ro"  # leaves no file behind
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?{quiet}", uri=True)) as db:

        def rows(query: str) -> list[tuple[Any, ...]]:
            return db.execute(query).fetchall()

        image = db.serialize()
        found = {run: tuple(rest) for run, *rest in rows("select id, manifest, figures, lineage, rows, superseded, tiles, position from runs")}  # fmt: skip
        spans: dict[str, set[tuple[str, str]]] = {}
        for run, column, word in rows("select run, column, word from spans"):
            spans.setdefault(run, set()).add((column, word))
        papers: dict[str, set[tuple[str, str]]] = {}
        for name, run, digest in rows("select id, run, sha256 from documents"):
            papers.setdefault(run, set()).add((name, digest))
        log = rows("select position, entry from log order by position")
        if [at for at, _ in log] != list(range(len(log))):
            raise sqlite3.DatabaseError("an entry of the log is missing or moved")
        return _Ledger(
            image, found, spans, papers, dict(rows("select key, value from settings")), [bytes(data) for _, data in log],
            dict(rows("select key, value from signed")),
        )  # fmt: skip


def log_of(home: Path) -> list[bytes]:
    """The entries of a store's log, nothing written. Raises sqlite3.Error, OSError or UnicodeDecodeError for a damaged one."""
    return _opened(home / "qanat.sqlite").entries


def _objects(home: Path, report: Report) -> dict[str, bool]:
    """Every object by name, and whether its bytes are what its name says."""
    found: dict[str, bool] = {}
    folder = home / "objects"
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = "".join(file.relative_to(folder).parts)
        with file.open("rb") as stream:
            found[name] = file_digest(stream, "sha256").hexdigest() == name
        report.checked["objects"] += 1
        if not found[name]:
            report.altered("object", "changed", f"{file.relative_to(home)} is not what its name says")
    return found


def _log(ledger: _Ledger, report: Report, trusted: Sequence[Key]) -> Checkpoint | None:
    """The checkpoint, where log and signature hold."""
    report.checked["entries"] += len(ledger.entries)
    try:
        told = checkpoint(ledger.signed.get("checkpoint", ""))
        report.signed(told, key(ledger.signed.get("key", "")), trusted)
        for at, data in enumerate(ledger.entries):
            if entry(data)[0] == "held":
                ledger.held[entry(data)[1][0]] = entry(data)[1][1:]
            if entry(data)[0] == "run":
                one = registered(data)
                if one.run in ledger.listed:
                    report.altered("log", "added", "the log names this run twice", one.run)
                ledger.listed[one.run] = (at, one)
    except Unsound as cause:
        report.altered("log", "changed", f"the log cannot be followed: {cause}")
        return None
    if told.size > len(ledger.entries):
        report.altered(
            "log",
            "dropped",
            f"the log was cut short: it has {len(ledger.entries)} entries, {told.size} were signed for",
        )
    elif told.size < len(ledger.entries):
        report.altered(
            "checkpoint",
            "rolled back",
            f"the checkpoint is of {told.size} entries, the log has {len(ledger.entries)}; one of them was put back",
        )
    elif root([leaf(data) for data in ledger.entries]) != told.root:
        report.altered("log", "changed", "its entries are not those that were signed for")
    return told


def _seal(home: Path, ledger: _Ledger, report: Report) -> None:
    """The ledger's file as a whole: any byte of it, also those that say nothing."""
    file = home / "register" / "seal"
    told = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    size, _, digest = told.removesuffix("\n").partition(" ")
    found = sha256(ledger.image).hexdigest()
    if told == f"{len(ledger.entries)} {found}\n":
        return
    if digest != found and size.isdigit() and int(size) < len(ledger.entries) and len(digest) == 64:
        report.notes.append(
            f"the last write was interrupted before it sealed the ledger ({size} of {len(ledger.entries)} entries sealed); the next write seals it"
        )
        return
    report.altered("ledger", "changed", "qanat.sqlite or its seal is not as the last write left it")


def _key(home: Path, ledger: _Ledger, report: Report) -> None:
    """The private key beside the log is the log's, where it is kept there."""
    file = home / "register" / "key"
    if not file.is_file():
        report.notes.append("the register's private key is not in the store; nothing can be added to its log here")
        return
    try:
        if secret(file.read_text(encoding="utf-8")).text != ledger.signed.get("key"):
            raise Unsound("it is another log's")
    except (Unsound, UnicodeDecodeError) as cause:
        report.altered("key", "changed", f"register/key does not hold: {cause}")


def secret(text: str) -> Key:
    """The public part of a private key's line. Raises Unsound for one that is none or was altered."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    head, _, line = text.removesuffix("\n").rpartition("PRIVATE+KEY+")
    name, told, encoded = ([*line.split("+", 2), "", ""])[:3]
    try:
        content = decoded(encoded)
    except Unsound:
        content = b""  # what is wrong with it is not said: it is secret
    if len(content) <= 32:
        raise Unsound("it is no private key, or was altered")
    private = Ed25519PrivateKey.from_private_bytes(content[-32:])
    found = Key(name, content[:-32], private.public_key().public_bytes_raw())
    if head or found.kind not in (LOG, WITNESS, ENDORSER) or found.id.hex() != told:
        raise Unsound("it is no private key, or was altered")
    return found


def _grown(ledger: _Ledger, since: Checkpoint, report: Report) -> None:
    """The log against a checkpoint of earlier, kept elsewhere."""
    try:
        owner = key(ledger.signed.get("key", ""))
    except Unsound:
        return
    if since.origin != owner.name or not since.signed_by(owner):
        report.altered(
            "checkpoint", "forged", f"the earlier checkpoint is of {since.origin} and not signed by this log"
        )
    elif since.size > len(ledger.entries):
        report.altered(
            "log",
            "rolled back",
            f"the log was cut short or rolled back: it had {since.size} entries, it has {len(ledger.entries)}",
        )
    elif root([leaf(data) for data in ledger.entries[: since.size]]) != since.root:
        report.altered("log", "changed", f"its first {since.size} entries are not those of the earlier checkpoint")
    else:
        report.checked["earlier checkpoints"] += 1


def _listed(ledger: _Ledger, report: Report) -> None:
    """The ledger's runs, superseded runs and settings against the log."""
    for run in sorted(ledger.runs.keys() - ledger.listed.keys()):
        report.altered("run", "added", "it is in the ledger and not in the log", run)
    for run in sorted(ledger.listed.keys() - ledger.runs.keys()):
        report.altered("run", "dropped", "it is in the log and not in the ledger", run)
    superseded: set[str] = set()
    settings: dict[str, str] = {}
    for kind, lines in (entry(data) for data in ledger.entries if data.startswith(b"qanat.")):
        superseded |= set(lines) if kind == "superseded" else set()
        settings |= {lines[0]: lines[1]} if kind == "setting" else {}
    for run, told in ledger.runs.items():
        if bool(told[4]) != (run in superseded):
            report.altered("run", "changed", "whether a newer edition follows it is not as logged", run)
    if settings != ledger.settings:
        report.altered("ledger", "changed", "its settings are not those in the log")


def _statements(ledger: _Ledger, report: Report) -> None:
    try:
        report.spoken(ledger.entries, ())
    except Unsound as cause:
        report.altered("statement", "forged", str(cause))


def _witnesses(ledger: _Ledger, trusted: Sequence[Key], report: Report) -> None:
    """The co-signatures in the log: each of a checkpoint that this very log once had."""
    for at, data in enumerate(ledger.entries):
        try:
            kind, lines = entry(data)
            if kind != "witness":
                continue
            told, said = cosignature(lines[0], decoded(lines[1]).decode(), key(ledger.signed.get("key", "")))
        except (Unsound, IndexError, UnicodeDecodeError) as cause:
            report.altered("witness", "forged", f"entry {at} of the log: {cause}")
            continue
        report.checked["co-signatures"] += 1
        report.witnesses.append({**said, "trusted": key(said["key"]) in trusted})
        if told.size > at or root([leaf(one) for one in ledger.entries[: told.size]]) != told.root:
            report.altered("log", "rolled back", f"{said['witness']} signed another history of its first {told.size} entries")  # fmt: skip


def _run(home: Path, ledger: _Ledger, run: str, means: tuple[dict[str, bool], Readers | None], report: Report) -> None:
    """One run: its manifest against the log, the ledger and the objects against the manifest, its rows against its root."""
    sound, readers = means
    at, told = ledger.listed[run]
    report.checked["runs"] += 1
    if not sound.get(told.manifest):
        fault = "changed" if told.manifest in sound else "dropped"
        report.altered("manifest", fault, "the run's manifest is not in the record as it was", run)
        return
    manifest = json.loads(_object(home, told.manifest).read_bytes())
    papers = {(one["id"], one["sha256"]) for one in manifest["documents"]}
    spans = {(column, word) for column in _SPANS for word in manifest["span"].get(column, ())}
    kept = ledger.runs.get(run)
    right = (told.manifest, manifest["figures"], manifest["lineage"], told.rows, at)
    if manifest["run"]["id"] != run or manifest["rows"] != told.rows:
        report.altered("manifest", "swapped", "it is another run's", run)
    if kept is not None and (*kept[:4], kept[6]) != right:
        report.altered("run", "changed", "the ledger names other files than the log", run)
    if kept is not None and (ledger.spans.get(run, set()), ledger.documents.get(run, set())) != (spans, papers):
        report.altered("run", "changed", "the ledger's words or documents are not the manifest's", run)
    report.checked["documents"] += len(papers)
    for name in (manifest["figures"], manifest["lineage"], manifest.get("aside"), *ledger.held.get(run, ())):
        if name is not None and name not in sound:
            report.altered("object", "dropped", f"a file of the run is missing ({name[:12]})", run)
        elif name is not None and not sound[name]:
            report.altered("object", "changed", f"a file of the run is damaged ({name[:12]})", run)
    _rows(home, (told, manifest["figures"], kept[5] if kept else None), (sound, readers), report)
    if readers is not None and sound.get(manifest["figures"]):
        day = readers.newest(_object(home, manifest["figures"]))
        if day is not None and day > manifest["run"]["made"][:10]:
            report.notes.append(f"FUTURE_VINTAGE: run {run} was made on {manifest['run']['made'][:10]} of figures said to be published on {day}")  # fmt: skip


def _rows(
    home: Path, about: tuple[Registered, str, str | None], means: tuple[dict[str, bool], Readers | None], report: Report
) -> None:
    (told, figures, named), (sound, readers) = about, means
    kept = _object(home, named).read_bytes() if named and sound.get(named) else b""
    hashes = [kept[at : at + 32] for at in range(0, -(-told.rows // WIDTH) * 32, 32)]
    marks = [kept[at : at + 4] for at in range(len(hashes) * 32, len(kept), 4)]
    if root(hashes) != told.root or len(marks) not in (0, told.rows):
        report.altered("tiles", "changed", "the run's tree in short is not the one in the log", told.run)
        marks = []
    if readers is None or figures not in sound:
        return
    leaves = (readers.sound if sound[figures] else readers.damaged)(_object(home, figures))
    report.checked["figures"] += told.rows if leaves is None else len(leaves)
    if leaves is None or (len(leaves) == told.rows and root(tiles(leaves)) == told.root):
        return
    before = marks or [one[:4] for one in readers.before(told.run) or ()]
    found = differing(before, [one[:4] for one in leaves]) if before else []
    for row, fault in found[:20]:
        report.altered("figure", fault, f"row {row} is not as it was registered ({fault})", told.run, row)
    if len(found) != 1:
        report.altered("run", "changed", f"{len(found) or 'some'} of its rows are not those that were registered", told.run)  # fmt: skip


def differing(before: Sequence[bytes], now: Sequence[bytes]) -> list[tuple[int, str]]:
    """Rows that changed, were swapped, dropped or added, by their marks before and now; rows as numbered before (added
    ones: now)."""
    if len(before) == len(now):
        apart = [at for at, pair in enumerate(zip(before, now, strict=True)) if pair[0] != pair[1]]
        moved = Counter(before[at] for at in apart) == Counter(now[at] for at in apart)
        return [(at, "swapped" if moved else "changed") for at in apart]
    shorter = min(len(before), len(now))
    head = next((at for at in range(shorter) if before[at] != now[at]), shorter)
    tail = next((at for at in range(shorter - head) if before[-1 - at] != now[-1 - at]), shorter - head)
    dropped, added = range(head, len(before) - tail), range(head, len(now) - tail)
    fault = "dropped" if not added else "added" if not dropped else "changed"
    return [(at, fault) for at in (dropped or added)]


def _object(home: Path, name: str) -> Path:
    return home / "objects" / name[:2] / name[2:]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], lambda folder, trusted: store(folder, trusted=trusted)))
