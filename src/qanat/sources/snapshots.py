"""Answers kept as they came: compressed, named by the digest of their bytes, listed in a lock file with where and when.

    FOLDER/lock.json                  one list of entries an address, the newest last
    FOLDER/SOURCE/SHA256.zst          the bytes, zstd

UNHCR, DTM and IDMC send no validators: whether an answer says anything new is told by `canonical`, a digest that does
not see the order of records and keys, blanks, or the envelope around them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from qanat.errors import StoreError
from qanat.sources.canonical import account
from qanat.sources.request import Answer, Request

LOCK: Final = "lock.json"
FORMAT: Final = "qanat.lock/1"
HANDED: Final = "file:"  # begins the address of a published file that was handed over, not fetched
LARGEST: Final = 1_000_000_000  # bytes of one answer, unpacked
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9.-]*")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answer of the lock file.

    canonical  digest of its records, whatever their order;  rows  how many there are (null: not records)
    newest     the latest day written in it, none after it was retrieved; null where there is none
    published  the day it was published, where whoever handed it over knew
    """

    source: str
    address: str
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    retrieved: str  # UTC, second
    checked: str  # when the service last said the same, UTC, second
    etag: str | None
    modified: str | None
    sha256: str
    canonical: str
    size: int
    licence: str
    rows: int | None
    newest: str | None
    published: str | None = None

    def answer(self, data: bytes, address: str | None = None) -> Answer:
        """The answer it was."""
        return Answer(
            address=address or self.address, data=data, retrieved=date.fromisoformat(self.retrieved[:10]),
            published=date.fromisoformat(self.published) if self.published else None, etag=self.etag, modified=self.modified,
        )  # fmt: skip


class Snapshots:
    """The answers held in a folder, which is made when the first one is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def entries(self) -> list[Entry]:
        """All entries by address, of each address the newest last. Raises StoreError for a lock file that is none."""
        return [entry for _, versions in sorted(self._locked().items()) for entry in versions]

    def latest(self, address: str) -> Entry | None:
        """The newest entry of an address; null where it was never kept."""
        versions = self._locked().get(address)
        return versions[-1] if versions else None

    def handed(self, source: str) -> list[Entry]:
        """The newest entry of every published file of this source that was handed over."""
        return [
            versions[-1]
            for address, versions in sorted(self._locked().items())
            if address.startswith(HANDED) and versions[-1].source == source
        ]

    def bytes_of(self, entry: Entry) -> bytes:
        """An answer's bytes, their digest checked. Raises StoreError where the file is missing, damaged or altered."""
        path = self.path(entry)
        try:
            data = unpacked(path.read_bytes())
        except (OSError, ValueError) as cause:
            raise StoreError(f"the snapshot {path} is missing or damaged ({cause}); {_REMEDY}") from cause
        if sha256(data).hexdigest() != entry.sha256:
            raise StoreError(f"the snapshot {path} was altered: its digest is not the one in {LOCK}; {_REMEDY}")
        return data

    def path(self, entry: Entry) -> Path:
        """Where an entry's bytes are. Raises StoreError for an entry that would lead out of the folder."""
        if not (_SOURCE.fullmatch(entry.source) and _DIGEST.fullmatch(entry.sha256)):
            raise StoreError(
                f"{self.folder / LOCK} names a file {entry.source!r}/{entry.sha256!r}, which is no snapshot; {_REMEDY}"
            )
        return self.folder / entry.source / f"{entry.sha256}.zst"

    def keep(self, request: Request, answer: Answer, of: tuple[str, str], now: datetime) -> tuple[Entry, bool]:
        """Keep an answer; gives its entry, and whether it says anything that the one held before did not.

        of   the source's id and licence;  now  when it came, UTC
        An answer that says the same in other words (`canonical`), or says that it is unchanged, is not kept again: the
        held entry is given back, checked today.
        """
        before = self.latest(request.address)
        if answer.unchanged and before is not None:
            return self._again(before, answer, now), False
        told = account(answer.data, now.date())
        if before is not None and before.canonical == told.canonical:
            return self._again(before, answer, now), False
        entry = Entry(
            source=of[0], licence=of[1], address=request.address, params=dict(request.params), retrieved=_second(now), checked=_second(now),
            etag=answer.etag, modified=answer.modified, sha256=sha256(answer.data).hexdigest(), canonical=told.canonical, size=len(answer.data),
            rows=told.rows, newest=told.newest, published=answer.published.isoformat() if answer.published else None,
        )  # fmt: skip
        self._write(self.path(entry), packed(answer.data))
        self._enter(entry)
        return entry, True

    def _again(self, before: Entry, answer: Answer, now: datetime) -> Entry:
        seen = replace(
            before, checked=_second(now), etag=answer.etag or before.etag, modified=answer.modified or before.modified
        )
        self._enter(seen)
        return seen

    def _enter(self, entry: Entry) -> None:
        """Let an entry be the newest of its address."""
        with self._alone():
            locked = self._locked()
            versions = [one for one in locked.get(entry.address, []) if one.sha256 != entry.sha256]
            self._store(locked | {entry.address: [*versions, entry]})

    def take(self, entries: Iterable[Entry], files: Callable[[str], bytes]) -> list[Entry]:
        """Keep entries of another folder with their packed files (asked for by sha256); gives those that are new here.

        Nothing is kept unless every file is what its entry says: raises StoreError naming the first that is not.
        """
        every = list(entries)
        for entry in every:
            self.path(entry)
            if not _is(files(entry.sha256), entry.sha256):
                raise StoreError(f"{entry.address}: the file was altered on its way; nothing was taken in")
        for entry in every:
            self._write(self.path(entry), files(entry.sha256))
        with self._alone():
            locked = self._locked()
            new = [entry for entry in every if entry not in locked.get(entry.address, [])]
            for entry in new:
                versions = {one.sha256: one for one in (*locked.get(entry.address, []), entry)}
                locked[entry.address] = sorted(versions.values(), key=lambda one: (one.retrieved, one.sha256))
            if new:
                self._store(locked)
        return new

    def _locked(self) -> dict[str, list[Entry]]:
        file = self.folder / LOCK
        if not file.exists():
            return {}
        return read_lock(file.read_bytes(), str(file))

    def _store(self, locked: Mapping[str, list[Entry]]) -> None:
        self._write(self.folder / LOCK, lock_text(locked), always=True)

    def _write(self, target: Path, data: bytes, *, always: bool = False) -> None:
        """The whole file or none of it, on the disk before its name is."""
        if target.exists() and not always:
            return
        temporary = target.parent / f".{uuid4().hex}"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(target)
        except OSError as cause:
            raise StoreError(
                f"{target.parent} cannot be written ({cause.strerror or cause}); what was held stays held. Free some space or choose another folder with --home"
            ) from cause
        finally:
            temporary.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Generator[None]:
        """One process at a time writes the lock file; the system lets go when a process dies."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".writing").open("a+b") as stream:
            _hold(stream.fileno())
            yield


def _second(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


_REMEDY: Final = "pull the source again, or bring in a mirror with `qanat mirror import FILE`"


def _hold(handle: int) -> None:
    """Wait for the only hold on an open file."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)


def read_lock(data: bytes, where: str) -> dict[str, list[Entry]]:
    """A lock file's entries by address. Raises StoreError for one that is damaged or of another format."""
    try:
        content: dict[str, Any] = json.loads(data)
        if content["format"] != FORMAT:
            raise StoreError(
                f"{where} has the format {content['format']!r}, this qanat reads {FORMAT!r}; upgrade qanat"
            )
        return {address: [Entry(**one) for one in versions] for address, versions in content["entries"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as cause:
        raise StoreError(f"{where} is damaged ({cause}); {_REMEDY}") from cause


def lock_text(locked: Mapping[str, list[Entry]]) -> bytes:
    """A lock file as bytes: sorted, so that equal holdings give equal files."""
    content = {
        "format": FORMAT,
        "entries": {address: [asdict(one) for one in locked[address]] for address in sorted(locked)},
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _is(file: bytes, digest: str) -> bool:
    try:
        return sha256(unpacked(file)).hexdigest() == digest
    except ValueError:
        return False


def packed(data: bytes) -> bytes:
    """Bytes as zstd, level 6."""
    import zstandard

    return zstandard.ZstdCompressor(level=6).compress(data)


def unpacked(data: bytes, most: int = LARGEST) -> bytes:
    """The bytes of a zstd frame. Raises ValueError for a damaged frame or one that holds more than `most`."""
    import zstandard

    out = bytearray()
    try:
        with zstandard.ZstdDecompressor().stream_reader(data) as stream:
            while piece := stream.read(1 << 20):
                out += piece
                if len(out) > most:
                    raise ValueError(f"more than {most:,} bytes inside")
    except zstandard.ZstdError as cause:
        raise ValueError(str(cause)) from cause
    return bytes(out)
