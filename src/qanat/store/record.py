"""The immutable part of a store: files named by the SHA-256 of their bytes."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final
from uuid import uuid4

from qanat.errors import StoreError

Step = Callable[[str], None]
_PIECE: Final = 1 << 20


def no_step(_: str) -> None:
    """The step hook of every day: nothing happens between the steps of a write."""


class Record:
    """Objects under HOME/objects. A write shows whole or not at all; a read is checked before its first use.

    step  called with a name before each step of a write ("write", "fsync", "rename", "fsync directory"); tests
          interrupt there
    """

    def __init__(self, home: Path, step: Step = no_step) -> None:
        self._objects = home / "objects"
        self._temporary = home / "tmp"
        self._step = step
        self._sound: dict[str, tuple[int, int, int]] = {}

    def path(self, digest: str) -> Path:
        """Where an object is or would be."""
        return self._objects / digest[:2] / digest[2:]

    def keep(self, data: bytes) -> str:
        """Keep bytes; gives their digest. Keeping the same bytes again changes nothing."""
        digest = sha256(data).hexdigest()
        if self._whole(digest):
            return digest
        try:
            self._write(data, self.path(digest))
        except OSError as cause:
            raise StoreError(
                f"the store {self._objects.parent} cannot be written ({cause.strerror or cause}); nothing was changed. "
                "Free some space or choose another folder with --home, then run the same command again"
            ) from cause
        return digest

    def _whole(self, digest: str) -> bool:
        """Whether the object is there and sound; a damaged one is kept anew."""
        try:
            self.checked(digest)
        except StoreError:
            return False
        return True

    def _write(self, data: bytes, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        self._temporary.mkdir(parents=True, exist_ok=True)
        temporary = self._temporary / uuid4().hex
        try:
            with temporary.open("wb") as stream:
                self._step("write")
                for start in range(0, len(data), _PIECE):
                    stream.write(data[start : start + _PIECE])
                    self._step("written")
                stream.flush()
                self._step("fsync")
                os.fsync(stream.fileno())
            self._step("rename")
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        self._step("fsync directory")
        _sync(target.parent)

    def checked(self, digest: str) -> Path:
        """The object's path, its bytes proved to match their digest once for as long as the file does not change.

        Raises StoreError for an object that is missing or damaged.
        """
        path = self.path(digest)
        try:
            state = path.stat()
            seen = (state.st_ino, state.st_mtime_ns, state.st_size)
            if self._sound.get(digest) == seen:
                return path
            with path.open("rb") as stream:
                found = file_digest(stream, "sha256").hexdigest()
        except OSError as cause:
            raise StoreError(
                f"object {digest[:12]} of the store is missing or unreadable ({path}); `qanat edition restore` mends the embedded figures, for others restore a copy or pull the source again"
            ) from cause
        if found != digest:
            raise StoreError(
                f"object {digest[:12]} of the store was altered or damaged ({path}); `qanat edition restore` mends the embedded figures, for others restore a copy or pull the source again"
            )
        self._sound[digest] = seen
        return path

    def bytes_of(self, digest: str) -> bytes | None:
        """An object's bytes, checked; null where the store never had them."""
        if not self.path(digest).exists():
            return None
        return self.checked(digest).read_bytes()

    def digests(self) -> list[str]:
        """Every object there is, by name."""
        return sorted(f"{file.parent.name}{file.name}" for file in self._objects.glob("??/*"))

    def sweep(self) -> int:
        """Remove what an interrupted write left in HOME/tmp; gives how many files."""
        left = list(self._temporary.glob("*"))
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
