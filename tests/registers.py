"""A small store with one of everything a register can hold, and ways to alter it, for tests."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl

from qanat.jobs.endorsing import EndorseRequest, endorse
from qanat.register.entries import witness_entry
from qanat.register.notes import Signer, signer
from qanat.register.witnessing import Memory, asked, seen
from qanat.store import ASIDE, Disk
from qanat.verify import ENDORSER, WITNESS, Report
from qanat.verify_store import Readers, store
from tests.build import batch, document, figure

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRETS = {
    name: signer(f"{name}.example", ENDORSER, sha256(name.encode()).digest())
    for name in ("iom", "unhcr", "government", "ocha")
}
WATCH = signer("watch.example", WITNESS, sha256(b"watch").digest())
PAPER = b"a table as it was published"


def trusted(folder: Path, *agencies: str) -> Path:
    """A file of these agencies' keys."""
    file = folder / "agencies.toml"
    lines = [f'[[key]]\nagency = "{name}"\npublic = "{SECRETS[name].public.text}"' for name in agencies]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def secret(folder: Path, name: str, key: Signer | None = None) -> Path:
    """The file of an agency's private key."""
    file = folder / f"{name}.key"
    file.write_text((key or SECRETS[name]).text, encoding="utf-8")
    return file


def furnished(home: Path, aside: Path) -> Path:
    """A store with a long run, one with a source document and records set aside, a derived one, superseded runs, a setting,
    an endorsement, a dispute and a witness's co-signature; `aside` is a folder for key files."""
    disk = Disk(home)
    disk.put(batch("long", *(figure(place=f"SD{at:04}", value=float(at)) for at in range(600))))
    left = pl.DataFrame(
        [("unhcr.population@2026-06-01", 3, "value", "x", "no number", "left out")], schema=ASIDE, orient="row"
    )
    paper = document(sha256=sha256(PAPER).hexdigest())
    pulled = batch("pulled", figure(), figure(place="PER", value=5.0), sources=(PAPER,), documents=(paper,))
    disk.put(replace(pulled, aside=left))
    lineage = pl.DataFrame({"row": [0], "input_run": ["pulled"], "input_row": [0]})
    disk.put(batch("derived", figure(stage="reconciled", method="x@1", counter="qanat"), lineage=lineage))
    disk.put(batch("iom", figure(counter="iom", value=130.0, source="iom.example@2026-06-01")))
    disk.put(batch("old", figure(place="ECU")))
    disk.ledger.supersede(["old"])
    disk.ledger.set("edition", "[]")
    keys = trusted(aside, *SECRETS)
    endorse(
        EndorseRequest(figure="pulled:0", says="endorse", secret=secret(aside, "government"), trusted=keys), disk, NOW
    )
    against = EndorseRequest(figure="pulled:0", says="dispute", by="iom:0", secret=secret(aside, "iom"), trusted=keys)
    endorse(against, disk, NOW)
    log = disk.ledger.log
    question = asked(log.entries(), 0, {name: log.signed(name) or "" for name in ("key", "checkpoint")})
    disk.register.add(witness_entry(WATCH.public.text, seen(question, Memory({}), WATCH, int(NOW.timestamp()))))
    disk.close()
    return home


def checked(home: Path) -> Report:
    """The store's report, rows and all; rows of damaged files are read where they can be."""
    return store(home, Readers(sound=read, damaged=read))


def read(file: Path) -> list[bytes] | None:
    """Leaf hashes of a file; null where Polars cannot read it."""
    from qanat.register.rows import leaves_of_file

    try:
        return leaves_of_file(file)
    except (pl.exceptions.PolarsError, OSError):
        return None


@dataclass(frozen=True)
class Alteration:
    """One way to alter a store: what it is called and how the altered bytes come about (null: not possible here)."""

    name: str
    altered: Callable[[bytes, random.Random], bytes | None]


def _flipped(data: bytes, dice: random.Random) -> bytes | None:
    if not data:
        return None
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :]


def _dropped(data: bytes, dice: random.Random) -> bytes | None:
    at = dice.randrange(len(data))
    return data[:at] + data[at + 1 :]


def _added(data: bytes, dice: random.Random) -> bytes | None:
    at = dice.randrange(len(data) + 1)
    return data[:at] + bytes([dice.randrange(256)]) + data[at:]


def _swapped(data: bytes, dice: random.Random) -> bytes | None:
    one, two = dice.randrange(len(data)), dice.randrange(len(data))
    if data[one] == data[two]:
        return None
    out = bytearray(data)
    out[one], out[two] = out[two], out[one]
    return bytes(out)


def _cut(data: bytes, dice: random.Random) -> bytes | None:
    return data[: dice.randrange(len(data))]


BYTES = tuple(
    Alteration(name, way)
    for name, way in (("flip", _flipped), ("drop", _dropped), ("add", _added), ("swap", _swapped), ("cut", _cut))
)


def rewritten(file: Path, dice: random.Random) -> tuple[str, int] | None:
    """A figures file with one row changed, dropped, added or swapped, well written; gives what was done to which row."""
    rows = pl.read_parquet(file)
    at, kind = dice.randrange(rows.height), dice.choice(["changed", "dropped", "added", "swapped"])
    before, one, after = rows[:at], rows[at : at + 1], rows[at + 1 :]
    if kind == "changed":
        made = pl.concat([before, one.with_columns(pl.col("value") + 1), after])
    elif kind == "dropped":
        made = pl.concat([before, after])
    elif kind == "added":
        made = pl.concat([before, one.with_columns(place=pl.lit("CHL")), one, after])
    elif rows.height > 1:
        other = (at + 1) % rows.height
        order = list(range(rows.height))
        order[at], order[other] = order[other], order[at]
        made = rows[order]
    else:
        return None
    made.write_parquet(file, compression="zstd")
    return kind, at


def figure_files(home: Path) -> dict[str, Path]:
    """The file of figures of each run."""
    with closing(sqlite3.connect(home / "qanat.sqlite")) as db:
        found = db.execute("select id, figures from runs").fetchall()
    return {run: home / "objects" / name[:2] / name[2:] for run, name in found}


def files_of(home: Path) -> Iterator[Path]:
    """Every file of a store."""
    return (file for file in sorted(home.rglob("*")) if file.is_file())


def copied(home: Path, to: Path) -> Path:
    """A copy of a store."""
    shutil.copytree(home, to)
    return to


__all__ = [
    "BYTES",
    "NOW",
    "SECRETS",
    "checked",
    "copied",
    "date",
    "figure_files",
    "files_of",
    "furnished",
    "rewritten",
    "secret",
    "trusted",
]
