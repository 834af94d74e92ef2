"""A witness's part: what a log asks of it, what it remembers, and the co-signature it gives where the log only grew.

Requests are C2SP tlog-witness texts (`old SIZE`, the consistency proof, an empty line, the checkpoint), co-signatures C2SP
tlog-cosignature. A witness signs that a log only grew since it last looked. It says nothing about any figure.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from qanat.errors import RegisterError
from qanat.register.notes import Signer, witnessed
from qanat.register.tree import growth
from qanat.verify import LOG, WITNESS, Checkpoint, Key, Unsound, checkpoint, consistent, decoded, key, leaf

ASKED: Final = "qanat.witness-ask/1"
SEEN: Final = "qanat.witness-seen/1"
MEMORY: Final = "qanat.witness-memory/1"
_LONGEST: Final = 63  # hashes of a proof, as in tlog-witness


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a log asks a witness: to sign this checkpoint, grown from `old` entries by this proof."""

    log: Key
    old: int
    proof: tuple[bytes, ...]
    note: str

    @property
    def now(self) -> Checkpoint:
        """The checkpoint to be signed."""
        return checkpoint(self.note)

    @property
    def text(self) -> str:
        """As a file that can be sent."""
        lines = [f"old {self.old}", *(base64.b64encode(one).decode() for one in self.proof)]
        return _json({"schema": ASKED, "log": self.log.text, "request": "\n".join(lines) + "\n\n" + self.note})


def asked(entries: Sequence[bytes], old: int, signed: Mapping[str, str]) -> Asked:
    """The request of a log to a witness that last signed `old` of its entries.

    signed  the log's newest checkpoint and its public key, by those names
    Raises RegisterError where the log never had so many.
    """
    if not 0 <= old <= len(entries):
        raise RegisterError(f"the log has {len(entries)} entries, a witness cannot have signed {old} of it")
    proof = growth([leaf(one) for one in entries], old)
    return Asked(log=key(signed["key"]), old=old, proof=tuple(proof), note=signed["checkpoint"])


def read_asked(text: str) -> Asked:
    """A request from its file. Raises RegisterError for a text that is none."""
    try:
        content = _content(text, ASKED)
        head, _, note = str(content["request"]).partition("\n\n")
        old, *proof = head.split("\n")
        if not old.startswith("old ") or not old[4:].isascii() or not old[4:].isdigit() or len(proof) > _LONGEST:
            raise Unsound("it does not begin with `old` and a number of entries")
        found = Asked(log=key(content["log"]), old=int(old[4:]), proof=tuple(map(decoded, proof)), note=note)
        checkpoint(note)
    except (Unsound, KeyError, TypeError, ValueError) as cause:
        raise RegisterError(
            f"this asks nothing of a witness ({cause}); `qanat witness ask` writes such a file"
        ) from cause
    return found


@dataclass(frozen=True, slots=True)
class Memory:
    """The checkpoint a witness last signed of each log, by the log's key. It never signs anything older."""

    notes: Mapping[str, str]

    def last(self, log: Key) -> Checkpoint | None:
        """What it last signed of a log; null: it never saw it."""
        return checkpoint(self.notes[log.text]) if log.text in self.notes else None

    def remembering(self, log: Key, note: str) -> Memory:
        """The memory with a newer checkpoint of a log."""
        return Memory({**self.notes, log.text: note})

    @property
    def text(self) -> str:
        """As it is kept."""
        return _json({"schema": MEMORY, "logs": dict(self.notes)})


def read_memory(text: str) -> Memory:
    """A memory from its file. Raises RegisterError for a text that is none."""
    try:
        notes = {str(name): str(note) for name, note in _content(text, MEMORY)["logs"].items()}
        for name, note in notes.items():
            key(name)
            checkpoint(note)
    except (Unsound, KeyError, TypeError, ValueError, AttributeError) as cause:
        raise RegisterError(f"this is no memory of a witness ({cause}); restore it from a copy: without it a log that was "
                            "rolled back cannot be told from one that was not") from cause  # fmt: skip
    return Memory(notes)


def seen(request: Asked, memory: Memory, witness: Signer, time: int) -> str:
    """The checkpoint with the witness's co-signature.

    time  POSIX seconds
    Raises RegisterError where the checkpoint is not the log's, and where the log shrank or was forked since the witness
    last signed it: nothing is signed then.
    """
    now, last, name = request.now, memory.last(request.log), request.log.name
    if request.log.kind != LOG or not now.signed_by(request.log):
        raise RegisterError(f"forged: the checkpoint is not signed by the log {name}")
    if last is not None and now.size < last.size:
        raise RegisterError(f"the log {name} shrank: {last.size} entries were signed for, now it has {now.size}; nothing was signed")  # fmt: skip
    if last is not None and now.size == last.size and now.root != last.root:
        raise RegisterError(f"the log {name} was forked: of its {now.size} entries another root was signed for; nothing was signed")  # fmt: skip
    old = 0 if last is None else last.size
    if request.old != old:
        raise RegisterError(f"the proof begins at {request.old} entries, this witness last signed {old} of the log {name}; ask again with --since {old}")  # fmt: skip
    if last is not None and not consistent((last.size, last.root), (now.size, now.root), request.proof):
        raise RegisterError(f"the log {name} was forked: its {now.size} entries do not begin with the {last.size} that were signed for; nothing was signed")  # fmt: skip
    return witnessed(now, request.note, witness, time)


def seen_file(note: str, witness: Key) -> str:
    """A co-signed checkpoint as it is sent back."""
    return _json({"schema": SEEN, "witness": witness.text, "checkpoint": note})


def read_seen(text: str) -> tuple[str, Key]:
    """Checkpoint and witness's key from such a file. Raises RegisterError for another, or a key that is no witness's."""
    try:
        content = _content(text, SEEN)
        owner, note = key(content["witness"]), str(content["checkpoint"])
        checkpoint(note)
    except (Unsound, KeyError, TypeError, ValueError) as cause:
        raise RegisterError(
            f"this is no co-signature of a witness ({cause}); `qanat witness sign` writes one"
        ) from cause
    if owner.kind != WITNESS:
        raise RegisterError(f"{owner.name} is the key of a {owner.purpose}; only a witness's co-signs a log")
    return note, owner


def _content(text: str, schema: str) -> dict[str, Any]:
    content = cast("dict[str, Any]", json.loads(text))
    if content["schema"] != schema:
        raise Unsound(f"its schema is {content['schema']!r}")
    return content


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
