"""Files that are there whole or not at all, on the disk before their name is, written by one process at a time."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from qanat.errors import StoreError

UNFINISHED: Final = ".unfinished"


def write(target: Path, data: bytes) -> None:
    """The whole file or none of it. Raises StoreError where it cannot be written; what was there stays then."""
    temporary = target.parent / f".{uuid4().hex}{UNFINISHED}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
        _sync(target.parent)
    except OSError as cause:
        raise _unwritable(target.parent, cause) from cause
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """One process at a time writes in a folder; the system lets go when a process dies. Raises StoreError where it cannot be locked."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / ".writing").open("a+b")
    except OSError as cause:
        raise _unwritable(folder, cause) from cause
    with stream:
        _hold(stream.fileno())
        yield


def swept(folder: Path) -> int:
    """Removes what a killed process left unfinished in a folder and those in it; gives how many. Only while `alone`."""
    left = [*folder.glob(f".*{UNFINISHED}"), *folder.glob(f"*/.*{UNFINISHED}")]
    for file in left:
        file.unlink(missing_ok=True)
    return len(left)


def _unwritable(folder: Path, cause: OSError) -> StoreError:
    return StoreError(
        f"{folder} cannot be written ({cause.strerror or cause}); what was held stays held. Free some space or choose another folder with --home"
    )


def _sync(folder: Path) -> None:
    """A folder's names on the disk; Windows has no way to ask for that."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _hold(handle: int) -> None:
    """Wait for the only hold on an open file."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)
