"""What the log holds: one entry a change, a few lines of text each (read back by verify.entry)."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from qanat.register.tree import Tiles


def run_entry(run: str, tree: Tiles, manifest: str) -> bytes:
    """A run was kept: its name, how many rows, their root, the digest of its manifest."""
    return _lines("run", run, str(tree.rows), base64.b64encode(tree.root).decode(), manifest)


def held_entry(run: str, digests: Iterable[str]) -> bytes:
    """The bytes of a run's documents were kept with it: their digests."""
    return _lines("held", run, *digests)


def superseded_entry(runs: Iterable[str]) -> bytes:
    """Runs answer no more questions, a newer edition follows them; they stay citable."""
    return _lines("superseded", *runs)


def setting_entry(key: str, value: str) -> bytes:
    """A setting was made."""
    return _lines("setting", key, value)


def brief_entry(country: str, digest: str) -> bytes:
    """A brief was written: of which country, and the digest of all it says (verify.digest_of_brief)."""
    return _lines("brief", country, digest)


def statement_entry(key: str, envelope: str) -> bytes:
    """An agency said something of a figure: its public key, and the signed envelope as one line."""
    return _lines("statement", key, envelope)


def witness_entry(key: str, checkpoint: str) -> bytes:
    """A witness co-signed a checkpoint of this log: its public key, and the signed note (base64, since it has lines)."""
    return _lines("witness", key, base64.b64encode(checkpoint.encode()).decode())


def _lines(kind: str, *lines: str) -> bytes:
    if any("\n" in line for line in lines):
        raise ValueError(f"an entry of kind {kind} has a line break inside a line")
    return "\n".join((f"qanat.{kind}/1", *lines, "")).encode()
