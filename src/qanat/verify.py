"""Check a cited figure or a brief that somebody sent, offline: one file, Python and `cryptography`, nothing of qanat.

`python verify.py FILE [KEY ...]` reads a brief.json or a figure with its proof; KEY is the public key of a log, an agency or
a witness you trust. Exit code 0: sound; 4: altered, and what; 2: not something this can check. (A store: verify_store.py.)
Hashing and proofs: RFC 9162 section 2.1. Texts: C2SP signed-note, tlog-checkpoint, tlog-cosignature and tlog-proof.
Envelopes: DSSE 1.0.2. What a canonical row and a log entry are is told in docs/explanation/register.md.
"""

from __future__ import annotations

import base64
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

FIELDS: Final = (
    "stage", "measure", "unit", "group", "origin", "place", "via", "start", "end", "known", "counter", "basis", "sex", "age_from",
    "age_to", "facet", "value", "low", "high", "level", "status", "source", "locator", "licence", "method",
)  # fmt: skip
FIGURE: Final = b"14:qanat.figure/1,"
LOG, WITNESS, ENDORSER = b"\x01", b"\x04", b"\xffqanat.endorser/1"  # the kinds of key; none passes for another
_KINDS: Final = {LOG: "log", WITNESS: "witness", ENDORSER: "endorser"}


class Unsound(ValueError):
    """Something that does not hold; the message says what."""


def leaf(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes (or over the hashes of equal full subtrees, the last of which may be smaller)."""
    level = list(hashes) or [sha256(b"").digest()]
    while len(level) > 1:
        pairs = [node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def included(hashed: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3). Raises Unsound for a proof of the wrong length."""
    if not 0 <= index < size:
        raise Unsound(f"position {index} is not in a tree of {size}")
    if (size == 1) != (not path):
        raise Unsound(f"the proof is {'longer' if path else 'shorter'} than the tree is high")
    if size == 1:
        return hashed
    left, rest = _left(size), path[:-1]  # the last hash stands beside the way's highest step
    if index < left:
        return node(included(hashed, index, left, rest), path[-1])
    return node(path[-1], included(hashed, index - left, size - left, rest))


def _left(size: int) -> int:
    """How many leaves the left subtree of a tree of more than one has: the largest power of two below its size."""
    return 1 << ((size - 1).bit_length() - 1)


def consistent(first: tuple[int, bytes], second: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether the second tree (size, root) only adds to the first (RFC 9162, 2.1.4)."""
    (small, before), (large, after) = first, second
    if small in (0, large):
        return not path and (small == 0 or before == after)
    rest = list(path)

    def over(old: int, size: int, *, whole: bool) -> tuple[bytes, bytes]:
        """The roots of the first `old` leaves of a subtree and of all its `size`; whole: the old tree is asked for itself."""
        if old == size:
            return (before, before) if whole else (rest[0], rest.pop(0))
        left = _left(size)
        if old <= left:
            was, now = over(old, left, whole=whole)
            return was, node(now, rest.pop(0))
        was, now = over(old - left, size - left, whole=False)
        return node(rest[0], was), node(rest.pop(0), now)

    try:
        return small < large and over(small, large, whole=True) == (before, after) and not rest
    except IndexError:
        return False


def pruned(size: int, known: Mapping[int, bytes], hashes: Iterator[bytes]) -> bytes:
    """The root of a tree of which some leaf hashes are at hand; `hashes` stand for the rest, left to right, no more, no less."""
    wanted = sorted(known)

    def over(low: int, high: int, first: int, last: int) -> bytes:
        if first == last:
            found = next(hashes, None)
            if found is None:
                raise Unsound("the proof is shorter than the tree is high")
            return found
        if high - low == 1:
            return known[low]
        middle = low + _left(high - low)
        split = next((at for at in range(first, last) if wanted[at] >= middle), last)
        return node(over(low, middle, first, split), over(middle, high, split, last))

    if wanted and not 0 <= wanted[0] <= wanted[-1] < size:
        raise Unsound(f"a row is not in a run of {size}")
    found = over(0, size, 0, len(wanted))
    if next(hashes, None) is not None:
        raise Unsound("the proof is longer than the tree is high")
    return found


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, its owner's name and what it may sign: a log, a witness's co-signature or an endorsement."""

    name: str
    kind: bytes
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that name the key beside its owner."""
        return sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The key as one line, as it is passed on."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self.kind + self.public).decode()}"

    @property
    def purpose(self) -> str:
        """log, witness or endorser."""
        return _KINDS[self.kind]

    def signed(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature is this key's over the message."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def key(text: str) -> Key:
    """A public key from its line. Raises Unsound for one that is none."""
    name, _, rest = text.strip().partition("+")
    told, _, encoded = rest.partition("+")
    content = decoded(encoded)
    kind = next((kind for kind in _KINDS if content.startswith(kind) and len(content) == len(kind) + 32), None)
    if kind is None or not name or any(letter.isspace() for letter in name):
        raise Unsound(f"{text.strip()!r} is no public key; one looks like name+1a2b3c4d+base64")
    found = Key(name, kind, content[len(kind) :])
    if found.id.hex() != told:
        raise Unsound(f"the public key of {name} was altered: it says {told}, its bytes say {found.id.hex()}")
    return found


def decoded(text: str) -> bytes:
    """Base64 as bytes. Raises Unsound."""
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError as cause:
        raise Unsound(f"{text[:20]!r} is not base64") from cause
    if base64.b64encode(found).decode() != text:
        raise Unsound(f"{text[:20]!r} is not base64 as it is written")
    return found


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's state: whose, how many entries, their root; `signatures` are (name, key id, signature) as in a signed note."""

    origin: str
    size: int
    root: bytes
    body: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def signed_by(self, one: Key) -> bool:
        """Whether the log's own key signed it. False for keys of any other kind."""
        found = [s for name, told, s in self.signatures if (name, told) == (one.name, one.id)]
        return one.kind == LOG and one.name == self.origin and any(one.signed(s, self.body) for s in found)

    def witnessed_by(self, one: Key) -> int | None:
        """When a witness co-signed it (POSIX seconds): that this log only grew, nothing about any figure. Null: it did not."""
        for name, told, s in self.signatures:
            if (name, told) == (one.name, one.id) and one.kind == WITNESS and len(s) == 72:
                time = int.from_bytes(s[:8], "big")
                if one.signed(s[8:], cosigned(time, self.body)):
                    return time
        return None


def cosigned(time: int, body: bytes) -> bytes:
    """What a witness signs."""
    return f"cosignature/v1\ntime {time}\n".encode() + body


def checkpoint(text: str) -> Checkpoint:
    """A checkpoint from its signed note. Raises Unsound for a text that is none."""
    body, blank, signed = text.partition("\n\n")
    lines = body.split("\n")
    if not blank or len(lines) < 3 or not lines[0] or not signed.endswith("\n") or not lines[1].isascii():
        raise Unsound("this is no checkpoint: it has origin, size, root, an empty line and signatures")
    if not lines[1].isdigit() or str(int(lines[1])) != lines[1]:
        raise Unsound(f"{lines[1]!r} is no size of a log")
    found: list[tuple[str, bytes, bytes]] = []
    for line in signed.removesuffix("\n").split("\n"):
        dash, name, encoded = ([*line.split(" "), "", ""])[:3]
        content = decoded(encoded)
        if dash != "\u2014" or not name or len(content) < 5 or line.count(" ") != 2:
            raise Unsound(f"{line[:40]!r} is no signature of a note")
        found.append((name, content[:4], content[4:]))
    return Checkpoint(lines[0], int(lines[1]), decoded(lines[2]), (body + "\n").encode(), tuple(found))


def figure(row: bytes) -> dict[str, str | None]:
    """The columns of a canonical row, as text; null where nothing is known. Raises Unsound for bytes that are none."""
    found: list[str | None] = []
    at = len(FIGURE) if row.startswith(FIGURE) else len(row) + 1
    while at < len(row):
        if row[at : at + 2] == b"-,":
            found.append(None)
            at += 2
            continue
        mark = row.find(b":", at, at + 8)
        length = row[at:mark] if mark > 0 else b""
        end = mark + 1 + int(length) if length.isdigit() else len(row)
        if row[end : end + 1] != b"," or str(int(length or b"0")).encode() != length:
            raise Unsound("this is no canonical row of a figure")
        found.append(row[mark + 1 : end].decode())
        at = end + 1
    if at != len(row) or len(found) != len(FIELDS):
        raise Unsound("this is no canonical row of a figure")
    return dict(zip(FIELDS, found, strict=True))


@dataclass(frozen=True, slots=True)
class Registered:
    """A log's entry about a run: how many rows, their root, the digest of its manifest."""

    run: str
    rows: int
    root: bytes
    manifest: str


def entry(data: bytes) -> tuple[str, list[str]]:
    """An entry's kind (run, held, brief, statement, witness, superseded, setting) and its lines. Raises Unsound for anything else."""
    try:
        kind, *lines = data.decode().split("\n")
    except UnicodeDecodeError:
        raise Unsound("an entry of the log is no text") from None
    if not (kind.startswith("qanat.") and kind.endswith("/1") and lines) or lines[-1]:
        raise Unsound(f"an entry of the log is of no known kind ({kind[:30]!r})")
    return kind.removeprefix("qanat.").removesuffix("/1"), lines[:-1]


def registered(data: bytes) -> Registered:
    """A run's entry. Raises Unsound for another."""
    kind, lines = entry(data)
    if kind != "run" or len(lines) != 4 or not lines[1].isdigit():
        raise Unsound("this entry of the log is about no run")
    return Registered(lines[0], int(lines[1]), decoded(lines[2]), lines[3])


def cosignature(witness: str, note: str, log: Key) -> tuple[Checkpoint, dict[str, Any]]:
    """What a witness signed of a log (that it only grew, nothing about any figure), once proved: the checkpoint; witness, key,
    size, root, time (POSIX seconds). Raises Unsound where it does not hold."""
    owner, told = key(witness), checkpoint(note)
    time = told.witnessed_by(owner)
    if time is None or not told.signed_by(log):
        raise Unsound(f"forged: this checkpoint is not signed by the log {log.name} and by the witness {owner.name}")
    return told, {"witness": owner.name, "key": owner.text, "size": told.size, "root": told.root.hex(), "time": time}


PAYLOAD: Final = "application/vnd.in-toto+json"
PREDICATE: Final = "urn:qanat:statement:1"


def enveloped(payload: bytes) -> bytes:
    """What is signed of an envelope (DSSE pre-authentication encoding)."""
    return f"DSSEv1 {len(PAYLOAD)} {PAYLOAD} {len(payload)} ".encode() + payload


def statement(envelope: str, one: Key) -> dict[str, Any]:
    """What an agency said of a figure, once its signature is proved to be this key's over just these words: says, agency,
    figure and by (run, row, root, leaf; `by` may be null), made, sequence, comment. Raises Unsound where it does not hold."""
    if one.kind != ENDORSER:
        raise Unsound(f"{one.name} is the key of a {one.purpose}; only an endorser's key speaks about figures")
    try:
        content = json.loads(envelope)
        payload, told = decoded(content["payload"]), json.loads(decoded(content["payload"]))
        signatures = [decoded(s["sig"]) for s in content["signatures"] if s["keyid"] == one.id.hex()]
        found: dict[str, Any] = told["predicate"]
        kinds = (content["payloadType"], told["predicateType"], told["subject"][0]["digest"]["sha256"])
        right = kinds == (PAYLOAD, PREDICATE, found["figure"]["leaf"])
    except (KeyError, IndexError, TypeError, ValueError) as cause:
        raise Unsound(f"this is no envelope of a statement about a figure ({cause})") from cause
    if not right or not any(one.signed(signature, enveloped(payload)) for signature in signatures):
        raise Unsound(f"forged: the statement is not signed by the key of {one.name}")
    return found


def heard(entries: Sequence[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The statements of a log in order, each with its agency's key. Raises Unsound for one forged, replayed or about
    another figure than the log holds."""
    runs = {told.run: told.root.hex() for told in map(registered, (e for e in entries if entry(e)[0] == "run"))}
    seen: set[tuple[str, int]] = set()
    last: dict[tuple[str, str], int] = {}
    for lines in (entry(e)[1] for e in entries if entry(e)[0] == "statement"):
        said = statement(lines[1], key(lines[0]))
        cites = [f"{about['run']}:{about['row']}" for about in (said["figure"], said["by"]) if about]
        if any(runs.get(about["run"]) != about["root"] for about in (said["figure"], said["by"]) if about):
            raise Unsound(f"{said['agency']} speaks of {' and '.join(cites)}, which is not what this log holds")
        number, about = said["sequence"], (lines[0], cites[0])
        if (lines[0], number) in seen or number <= last.get(about, 0):
            raise Unsound(f"replayed: statement {number} of {said['agency']} stands in the log twice or too late")
        seen.add((lines[0], number))
        last[about] = number
        yield lines[0], said


@dataclass(slots=True)
class Report:
    """What was checked (counts), what was altered, what agencies said of figures, which witnesses saw the log, and notes."""

    checked: Counter[str] = field(default_factory=Counter[str])
    faults: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    notes: list[str] = field(default_factory=list[str])
    statements: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    witnesses: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    log: dict[str, Any] | None = None

    def spoken(self, entries: Sequence[bytes], trusted: Sequence[Key]) -> None:
        """Check the statements of a log and list them, each with whether its key is one of those trusted."""
        for owner, said in heard(entries):
            self.checked["statements"] += 1
            self.statements.append({**said, "key": owner, "trusted": key(owner) in trusted})

    def altered(self, what: str, fault: str, why: str, run: str | None = None, row: int | None = None) -> None:
        """Note an alteration: of what, changed, dropped, added, swapped, forged or rolled back, in which run and row."""
        self.faults.append({"what": what, "fault": fault, "run": run, "row": row, "why": why})

    def signed(self, told: Checkpoint, owner: Key, trusted: Sequence[Key]) -> None:
        """Check a checkpoint's signature; name the log."""
        named = {"origin": told.origin, "size": told.size, "root": told.root.hex()}
        self.log = {**named, "key": owner.text, "trusted": owner in trusted}
        self.checked["checkpoints"] += 1
        if not told.signed_by(owner):
            self.altered("checkpoint", "forged", f"the checkpoint is not signed by the key of {told.origin}")
        elif trusted and owner not in trusted:
            self.altered("checkpoint", "unknown key", f"the log {told.origin} is none of those you trust")
        elif not trusted:
            self.notes.append(f"signed by {owner.text}: compare this line with the one the log's owner publishes")


def figure_proof(text: str, row: bytes) -> tuple[Registered, int, Checkpoint]:
    """The run, the row in it and the checkpoint that a tlog-proof leads from a canonical row to. Raises Unsound where it
    does not: its `extra` holds the run's entry, the row's place and its path in the run, the rest the entry's place and path."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 3 or not lines[2].startswith("index "):
        raise Unsound("this is no proof; one begins with c2sp.org/tlog-proof@v1, then extra and index")
    extra, told = decoded(lines[1].removeprefix("extra ")), checkpoint(note)
    data, rest = extra[2 : 2 + int.from_bytes(extra[:2], "big")], extra[2 + int.from_bytes(extra[:2], "big") :]
    run, place = registered(data), int.from_bytes(rest[:4], "big")
    path = [rest[at : at + 32] for at in range(4, len(rest), 32)]
    if included(leaf(row), place, run.rows, path) != run.root:
        raise Unsound(f"row {place} of run {run.run} is not this figure")
    index, way = lines[2].removeprefix("index "), [decoded(one) for one in lines[3:]]
    if not index.isdigit() or included(leaf(data), int(index), told.size, way) != told.root:
        raise Unsound(f"run {run.run} is not in the log the checkpoint speaks of")
    return run, place, told


def figure_file(content: Mapping[str, Any], trusted: Sequence[Key] = ()) -> Report:
    """Check a figure somebody sent with its proof."""
    report = Report()
    try:
        run, row, told = figure_proof(content["proof"], content["figure"].encode())
        figure(content["figure"].encode())
        if content["cite"] != f"{run.run}:{row}":
            raise Unsound(f"the proof is of {run.run}:{row}, not of {content['cite']}")
        report.checked["figures"] += 1
        report.signed(told, key(content["key"]), trusted)
    except (Unsound, KeyError) as cause:
        name, _, place = str(content.get("cite")).rpartition(":")
        report.altered("figure", "changed", str(cause), name, int(place) if place.isdigit() else None)
    return report


def digest_of_brief(content: Mapping[str, Any]) -> str:
    """The digest of all that a brief says, its register left out."""
    said = {name: value for name, value in content.items() if name != "register"}
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def brief(content: Mapping[str, Any], trusted: Sequence[Key] = ()) -> Report:
    """Check a brief.json: that it says what its maker registered, and that every figure it cites is the register's."""
    report = Report()
    told = content.get("register")
    if not told:
        report.altered("brief", "dropped", "the brief carries no register; ask its maker for one that does")
        return report
    try:
        log = checkpoint(told["checkpoint"])
        report.signed(log, key(told["key"]), trusted)
        entries = [one["entry"].encode() for one in told["entries"]]
        for one, data in zip(told["entries"], entries, strict=True):
            if included(leaf(data), one["index"], log.size, [decoded(h) for h in one["path"]]) != log.root:
                report.altered("log", "changed", f"an entry ({data[:40].decode()!r} ...) is not in the log")
        named = [entry(data)[1][1] for data in entries if entry(data)[0] == "brief"]
        if named != [digest_of_brief(content)]:
            report.altered("brief", "changed", "the brief does not say what was registered when it was made")
        report.spoken(entries, trusted)
        for one in told.get("witnessed", ()):
            seen, said = cosignature(one["key"], one["checkpoint"], key(told["key"]))
            report.witnesses.append({**said, "trusted": key(one["key"]) in trusted})
            if not consistent((seen.size, seen.root), (log.size, log.root), [decoded(h) for h in one["proof"]]):
                report.altered("log", "rolled back", f"{said['witness']} saw another history of this log")
        runs = {one.run: one for one in map(registered, (data for data in entries if entry(data)[0] == "run"))}
        _cited(content, {run: runs[run] for run in told["figures"]}, report)
    except (Unsound, KeyError, TypeError, ValueError, AttributeError) as cause:
        report.altered("register", "changed", f"the brief's register cannot be followed: {cause}")
    return report


def _cited(content: Mapping[str, Any], runs: Mapping[str, Registered], report: Report) -> None:
    values: dict[str, str | None] = {}
    for name, run in runs.items():
        part = content["register"]["figures"][name]
        hashes = {row: decoded(told) for row, told, _ in part["rows"]}
        if pruned(run.rows, hashes, iter([decoded(h) for h in part["hashes"]])) != run.root:
            report.altered("run", "changed", "its proof does not lead to the root in the log", name)
        for row, _, text in part["rows"]:
            report.checked["figures"] += 1
            values[f"{name}:{row}"] = figure(text.encode())["value"]
            if leaf(text.encode()) != hashes[row]:
                report.altered("figure", "changed", "it is not the figure in the register", name, row)
    for number in _numbers(content):
        for cite in set(number["figures"]) - set(values):
            run_name, _, row = cite.rpartition(":")
            report.altered("figure", "dropped", "cited without a proof", run_name, int(row))
        said = sum(float(values.get(cite) or "nan") for cite in number["figures"])
        if number["how"] in ("as published", "sum") and abs(said - number["value"]) > 1e-6 * max(1, abs(said)):
            why = f"the number {number['text']} is not what {', '.join(number['figures'][:3])} say"
            report.altered("brief", "changed", why)
        report.checked["numbers"] += 1


def _numbers(content: Any) -> Iterator[Mapping[str, Any]]:
    """Every number in the brief, wherever it stands."""
    told = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    if {"how", "figures", "value"} <= told.keys():
        yield told
    for one in cast("Sequence[Any]", content) if isinstance(content, list) else told.values():
        yield from _numbers(one)


def main(arguments: Sequence[str], check: Callable[[Path, Sequence[Key]], Report]) -> int:
    """Check what is named, say what was found, give the exit code."""
    try:
        report = check(Path(arguments[0]), [key(text) for text in arguments[1:]])
    except (IndexError, OSError, ValueError) as cause:
        sys.stderr.write(f"cannot be checked: {cause}\nusage: python -m qanat.verify FILE [KEY ...]\n")
        return 2
    told = [f"ALTERED: {one['why']} ({one['what']}, run {one['run']}, row {one['row']})" for one in report.faults]
    saw = [
        f"WITNESS {one['key']} saw the log at {one['size']} entries (no word about a figure)"
        for one in report.witnesses
    ]
    counted = ", ".join(f"{count} {what}" for what, count in sorted(report.checked.items()))
    sys.stdout.write("\n".join([*told, *saw, *report.notes, f"{'ALTERED' if told else 'sound'}: {counted}"]) + "\n")
    return 4 if told else 0


def file(place: Path, trusted: Sequence[Key] = ()) -> Report:
    """Check a file somebody sent. Raises Unsound for one that is neither a brief nor a figure with its proof."""
    content: Any = json.loads(place.read_bytes())
    told = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    if not str(told.get("schema")).startswith("qanat."):
        raise Unsound("it is neither a brief.json nor a figure with its proof")
    return figure_file(told, trusted) if told["schema"] == "qanat.figure-proof/1" else brief(told, trusted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], file))
