"""Answers that are held somewhere: in a folder, or behind an https address laid out as one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from hashlib import sha256
from typing import Final

from qanat.errors import SourceError, StoreError
from qanat.sources.lockfile import HANDED, LOCK, REMEDY, Entry, read_lock
from qanat.sources.packing import holds, unpacked
from qanat.sources.request import Fetcher, Request


class Holdings(ABC):
    """Answers by address, the versions of each in the order they came."""

    @property
    @abstractmethod
    def where(self) -> str:
        """The folder or address they are held at."""

    @abstractmethod
    def locked(self) -> dict[str, list[Entry]]:
        """The versions of every address. Raises StoreError for a lock file that is damaged."""

    @abstractmethod
    def file(self, entry: Entry) -> bytes:
        """An answer as it is packed. Raises StoreError where it is missing or cannot be read."""

    def entries(self) -> list[Entry]:
        """All entries by address, of each address the newest last."""
        return [entry for _, versions in sorted(self.locked().items()) for entry in versions]

    def latest(self, address: str) -> Entry | None:
        """The newest entry of an address; null where it was never kept."""
        versions = self.locked().get(address)
        return versions[-1] if versions else None

    def handed(self, source: str) -> list[Entry]:
        """The newest entry of every published file of this source that was handed over."""
        return [entry for entry in self.of(source) if entry.address.startswith(HANDED)]

    def of(self, source: str) -> list[Entry]:
        """The newest entry of every address of this source."""
        return [
            versions[-1] for _, versions in sorted(self.locked().items()) if versions and versions[-1].source == source
        ]

    def bytes_of(self, entry: Entry) -> bytes:
        """An answer's bytes, their digest checked. Raises StoreError where they are missing, damaged or altered."""
        try:
            data = unpacked(self.file(entry))
        except ValueError as cause:
            raise StoreError(f"the snapshot {entry.file} is missing or damaged ({cause}); {REMEDY}") from cause
        if sha256(data).hexdigest() != entry.sha256:
            raise StoreError(f"the snapshot {entry.file} was altered: its digest is not the one in {LOCK}; {REMEDY}")
        return data

    def packed_of(self, entry: Entry) -> bytes:
        """An answer's file, to be carried elsewhere, its digest checked. Raises StoreError as `bytes_of`."""
        packed = self.file(entry)
        if not holds(packed, entry.sha256):
            raise StoreError(f"the snapshot {entry.file} is damaged or was altered; {REMEDY}")
        return packed

    def sound(self, entry: Entry) -> bool:
        """Whether an entry's bytes are there and are what it says."""
        try:
            return holds(self.file(entry), entry.sha256)
        except StoreError:
            return False


class Distant(Holdings):
    """A mirror behind an https address, read through a line that speaks to that address's host only.

    base  the address under which lock.json stands
    """

    def __init__(self, base: str, line: Fetcher) -> None:
        self._base: Final = base.rstrip("/")
        self._line = line
        self._read: dict[str, list[Entry]] | None = None

    @property
    def where(self) -> str:
        """The mirror's address."""
        return self._base

    def locked(self) -> dict[str, list[Entry]]:
        """The versions of every address, asked for once."""
        if self._read is None:
            where = f"{self._base}/{LOCK}"
            self._read = read_lock(self._line.fetch(Request(url=where)).data, where)
        return self._read

    def file(self, entry: Entry) -> bytes:
        """An answer as it is packed. Raises Unreachable where the mirror cannot be reached."""
        try:
            return self._line.fetch(Request(url=f"{self._base}/{entry.file}")).data
        except SourceError as cause:
            raise type(cause)(f"the mirror {self._base} cannot give what it lists: {cause}") from cause
