"""Answers kept as they came: compressed, named by the digest of their bytes, listed in a lock file with where and when.

    FOLDER/lock.json                  one list of entries an address, the newest last
    FOLDER/SOURCE/SHA256.zst          the bytes, zstd

UNHCR, DTM and IDMC send no validators: whether an answer says anything new is told by `canonical`, a digest that does
not see the order of records and keys, blanks, or the envelope around them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from qanat.errors import StoreError
from qanat.sources.canonical import Account, account
from qanat.sources.durable import alone, swept, write
from qanat.sources.holdings import Holdings
from qanat.sources.lockfile import LOCK, REMEDY, Entry, lock_text, read_lock, second
from qanat.sources.packing import LARGEST, holds, packed
from qanat.sources.request import Answer, Request

_MOVE = "the answers beside it are not touched: move it away, then pull again or bring in a mirror with `qanat mirror import FILE`"


class Snapshots(Holdings):
    """The answers held in a folder, which is made when the first one is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._swept = False

    @property
    def where(self) -> str:
        """The folder."""
        return str(self.folder)

    def locked(self) -> dict[str, list[Entry]]:
        """The versions of every address; none where the folder is not there."""
        path = self.folder / LOCK
        return read_lock(path.read_bytes(), str(path), _MOVE) if path.is_file() else {}

    def file(self, entry: Entry) -> bytes:
        """An answer as it is packed. Raises StoreError where it is missing or cannot be read."""
        path = self.path(entry)
        try:
            if path.exists() and not (
                path.is_file() and path.stat().st_size <= LARGEST
            ):  # a folder may come from anywhere
                raise StoreError(f"the snapshot {path} is no file, or larger than any answer; {REMEDY}")
            return path.read_bytes()
        except OSError as cause:
            raise StoreError(f"the snapshot {path} is missing or damaged ({cause.strerror}); {REMEDY}") from cause

    def path(self, entry: Entry) -> Path:
        """Where an entry's bytes are."""
        return self.folder / entry.file

    def keep(self, request: Request, answer: Answer, of: tuple[str, str], now: datetime) -> tuple[Entry, bool]:
        """Keep an answer; gives its entry, and whether it says anything that the one held before did not.

        of   the source's id and licence;  now  when it came, UTC
        An answer that says the same in other words (`canonical`), or says that it is unchanged, is not kept again: the
        held entry is given back, checked today.
        """
        told = None if answer.unchanged else account(answer.data, now.date())
        entry = None if told is None else _entry(request, answer, of, now, told)
        with self._writing():
            locked = self.locked()
            versions = locked.get(request.address, [])
            before = versions[-1] if versions else None
            same = before is not None and (entry is None or before.canonical == entry.canonical)
            if before is not None and same and self.sound(before):
                kept = _seen(before, answer, now)
            elif entry is not None:
                self._place(entry, packed(answer.data))
                kept = entry
            else:
                raise StoreError(f"{request.address} is said to be unchanged, but what was held is damaged; {REMEDY}")
            # what says the same takes the place of the one before, a damaged one's too; what does not stands beside it
            earlier = versions[:-1] if same else [one for one in versions if one.version != kept.version]
            self._store(locked | {request.address: [*earlier, kept]})
        return kept, not same

    def take(self, entries: Iterable[Entry], files: Callable[[str], bytes]) -> list[Entry]:
        """Keep entries of another folder with their packed files (asked for by sha256); gives those that are new here.

        Nothing is kept unless every file is what its entry says: raises StoreError naming the first that is not.
        """
        every = list(entries)
        for entry in every:
            if not entry.file or not holds(files(entry.sha256), entry.sha256):
                raise StoreError(f"{entry.address}: the file was altered on its way; nothing was taken in")
        with self._writing():
            locked = self.locked()
            for entry in every:
                self._place(entry, files(entry.sha256))
            new = [e for e in every if e.version not in {one.version for one in locked.get(e.address, [])}]
            for entry in new:
                versions = [*locked.get(entry.address, []), entry]
                locked[entry.address] = sorted(versions, key=lambda one: one.version)
            if new:
                self._store(locked)
        return new

    def forget(self, entries: list[Entry]) -> None:
        """Take back what was kept of these answers; bytes that another entry has too stay."""
        gone = {(entry.address, *entry.version) for entry in entries}
        with self._writing():
            locked = {
                address: [one for one in versions if (address, *one.version) not in gone]
                for address, versions in self.locked().items()
            }
            self._store({address: versions for address, versions in locked.items() if versions})
            held = {one.sha256 for versions in locked.values() for one in versions}
            for entry in entries:
                if entry.sha256 not in held:
                    self.path(entry).unlink(missing_ok=True)

    def _place(self, entry: Entry, data: bytes) -> None:
        """An answer's file; one that is there already and sound is left alone, a damaged one is mended."""
        if not self.sound(entry):
            write(self.path(entry), data)

    def _store(self, locked: Mapping[str, list[Entry]]) -> None:
        write(self.folder / LOCK, lock_text(locked))

    @contextmanager
    def _writing(self) -> Generator[None]:
        with alone(self.folder):
            if not self._swept:
                swept(self.folder)
                self._swept = True
            yield


def _seen(before: Entry, answer: Answer, now: datetime) -> Entry:
    """The entry of an answer that the service has just given again."""
    etag, modified = answer.etag or before.etag, answer.modified or before.modified
    return replace(before, checked=second(now), etag=etag, modified=modified)


def _entry(request: Request, answer: Answer, of: tuple[str, str], now: datetime, told: Account) -> Entry:
    return Entry(
        source=of[0], licence=of[1], address=request.address, params=dict(request.params), retrieved=second(now), checked=second(now),
        etag=answer.etag, modified=answer.modified, sha256=sha256(answer.data).hexdigest(), canonical=told.canonical, size=len(answer.data),
        rows=told.rows, newest=told.newest, published=answer.published.isoformat() if answer.published else None,
    )  # fmt: skip
