"""Jobs: a log asks a witness to co-sign its newest checkpoint; the witness signs what only grew; the log keeps it.

A co-signature is about a log as a whole and says nothing about any figure: what agencies say of figures is jobs/endorsing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qanat.errors import AskError, RegisterError
from qanat.jobs.endorsing import trusted_keys
from qanat.register.agencies import FILE, agencies
from qanat.register.entries import witness_entry
from qanat.register.notes import read_signer
from qanat.register.witnessing import Asked, Memory, asked, read_asked, read_memory, read_seen, seen, seen_file
from qanat.store import Disk
from qanat.verify import WITNESS, Checkpoint, Key, Unsound, checkpoint, cosignature, key, leaf, root


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessRequest:
    """What a witness signs, and with what.

    file     what a log asked (`ask`); null: the log of the store at hand
    secret   the file of the witness's private key
    memory   the file in which it remembers what it signed; made where there is none
    trusted  a file of the keys of logs it watches (agencies.toml); null: a log never seen before is taken by its word
    """

    secret: Path
    memory: Path
    file: Path | None = None
    trusted: Path | None = None


def ask(store: Disk, since: int | None) -> tuple[dict[str, Any], str]:
    """What to ask a witness: the newest checkpoint, with the proof that the log grew from what the witness signed before.

    since  how many entries it signed then; null: what any witness signed last, 0 where none did
    Gives what is asked, and the file to send. Raises RegisterError for more entries than there are.
    """
    request = _asked(store, max((told.size for told, _ in _seen(store)), default=0) if since is None else since)
    now = request.now
    told = {"schema": "qanat.witness-asked/1", "log": request.log.text, "since": request.old, "size": now.size, "root": now.root.hex()}  # fmt: skip
    return told, request.text


def sign(request: WitnessRequest, store: Disk | None, now: datetime) -> tuple[dict[str, Any], str]:
    """Co-sign a log's checkpoint, where it only grew since this witness last signed it, and remember it.

    store  the store at hand, where no file was sent
    Gives what was signed, and the file to send back. Raises RegisterError where the log shrank or was forked, naming
    which, and for a forged checkpoint or a log that is none of those trusted; nothing is signed or remembered then.
    """
    witness, memory = read_signer(_text(request.secret), WITNESS), _memory(request.memory)
    question = _question(request, store, memory)
    first = memory.last(question.log) is None
    if (
        first
        and request.trusted is not None
        and question.log not in agencies(_text(request.trusted), str(request.trusted))
    ):
        raise RegisterError(f"the log {question.log.name} is none of those in {request.trusted}; nothing was signed")
    note = seen(question, memory, witness, int(now.timestamp()))
    _keep(request.memory, memory.remembering(question.log, note).text)
    told = checkpoint(note)
    return {
        "schema": "qanat.witness-signed/1", "witness": witness.public.name, "key": witness.public.text, "log": question.log.text,
        "since": question.old, "size": told.size, "root": told.root.hex(), "time": moment(int(now.timestamp())), "first": first,
    }, seen_file(note, witness.public)  # fmt: skip


def take(file: Path, trusted: Path | None, store: Disk, today: datetime) -> dict[str, Any]:
    """Keep a witness's co-signature in the log.

    Raises RegisterError where the witness is not known here, the signature is forged, of another log, of another history of
    this one, of a later time, or not newer than one that is kept; the store is then as it was.
    """
    note, owner = read_seen(_text(file))
    faults = list(_faults(note, owner, store, trusted, today))
    if faults:
        raise RegisterError(f"the co-signature was refused: {'; '.join(faults)}. Nothing was changed")
    store.register.add(witness_entry(owner.text, note))
    return witnesses(store, trusted)


def witnesses(store: Disk, trusted: Path | None = None) -> dict[str, Any]:
    """Every co-signature of the store's log in order: witness, key, agency (null: not known here), size, root, time; and how
    many entries the log has now."""
    known = trusted_keys(store, trusted)
    told = [
        {**said, "time": moment(said["time"]), "agency": known.get(key(said["key"]))} for _, said in _seen(store)
    ]  # fmt: skip
    return {"schema": "qanat.witness/1", "size": len(store.ledger.log.entries()), "witnesses": told}


def _faults(note: str, owner: Key, store: Disk, trusted: Path | None, today: datetime) -> Iterator[str]:
    """Everything that is wrong with a co-signature."""
    if owner not in trusted_keys(store, trusted):
        yield f'the witness {owner.name} is not known here; if it is sound, add it to {FILE}: [[key]] agency = "..." public = "{owner.text}"'
    try:
        told, said = cosignature(owner.text, note, _log(store))
    except Unsound as cause:
        yield str(cause)
        return
    entries = store.ledger.log.entries()
    if said["time"] > today.timestamp():
        yield f"it is dated {moment(said['time'])}, after now"
    if told.size > len(entries):
        yield f"it is of {told.size} entries, the log has {len(entries)}: this store was rolled back, or is another copy"
    elif root([leaf(one) for one in entries[: told.size]]) != told.root:
        yield f"it is of another history: the log's first {told.size} entries are not those the witness saw"
    if any(before["key"] == owner.text and before["size"] >= told.size for _, before in _seen(store)):
        yield f"one of {told.size} entries or more by {owner.name} is kept already (replayed)"


def _question(request: WitnessRequest, store: Disk | None, memory: Memory) -> Asked:
    if request.file is not None:
        return read_asked(_text(request.file))
    if store is None:
        raise AskError("there is nothing to sign; give the file a log sent, or the store's folder with --home")
    last = memory.last(_log(store))
    size = len(store.ledger.log.entries())
    return _asked(store, 0 if last is None else min(last.size, size))


def _asked(store: Disk, since: int) -> Asked:
    log = store.ledger.log
    return asked(log.entries(), since, {name: log.signed(name) or "" for name in ("key", "checkpoint")})


def _log(store: Disk) -> Key:
    return key(store.ledger.log.signed("key") or "")


def _seen(store: Disk) -> list[tuple[Checkpoint, dict[str, Any]]]:
    found = store.register.cosigned()
    try:
        return [cosignature(owner, note, _log(store)) for owner, note in found]
    except Unsound as cause:
        raise RegisterError(f"{cause}; `qanat verify` tells what was altered") from cause


def moment(seconds: int) -> str:
    """POSIX seconds as 2026-11-24T12:00:00Z."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _memory(file: Path) -> Memory:
    return read_memory(_text(file)) if file.exists() else Memory({})


def _keep(file: Path, text: str) -> None:
    """The memory written whole or not at all."""
    new = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(file)
    except OSError as cause:
        raise AskError(f"the memory cannot be written to {file} ({cause.strerror}); nothing was signed") from cause


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise AskError(f"{file} cannot be read ({cause})") from cause
