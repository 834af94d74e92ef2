"""A mirror as one file: a packed archive of members with known names, read within bounds."""

from __future__ import annotations

import io
import os
import re
import tarfile
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from qanat.errors import AskError, StoreError

INDEX: Final = "mirror.json"
ANSWERS: Final = "snapshots/lock.json"
LARGEST: Final = 20_000_000_000  # bytes of a mirror, unpacked to disk
# its members are packed already, so that a mirror many times larger inside is none
_SWELL, _MARGIN = 20, 100_000_000
_WINDOW: Final = 1 << 27
_NAME: Final = re.compile(r"(snapshots/[0-9a-f]{64}\.zst|objects/[0-9a-f]{64}|snapshots/lock\.json|mirror\.json)")


class Mirror:
    """The members of a mirror file, unpacked into a folder by the names this class knows."""

    def __init__(self, file: Path, folder: Path) -> None:
        """Raises StoreError for a file that is damaged, altered, or holds anything but a mirror's members."""
        self.file = file
        self._members = _unpacked(file, folder)

    def read(self, name: str) -> bytes:
        """A member's bytes. Raises StoreError for one that is not there."""
        if name not in self._members:
            raise self.damaged(f"it has no {name}")
        return self._members[name].read_bytes()

    def damaged(self, what: str) -> StoreError:
        """The error for a mirror with this fault."""
        return StoreError(
            f"{self.file} is damaged or no mirror of qanat: {what}; nothing of it was kept, export it again"
        )


@contextmanager
def packing(file: Path) -> Generator[tarfile.TarFile]:
    """A mirror being written: there when it is whole, and on the disk. Raises AskError where it cannot be written."""
    import zstandard

    temporary = file.with_name(f".{file.name}.new")
    try:
        with temporary.open("wb") as stream:
            with (
                zstandard.ZstdCompressor(level=3, write_checksum=True).stream_writer(stream, closefd=False) as packed,
                tarfile.open(fileobj=packed, mode="w|") as tar,
            ):
                yield tar
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
    except OSError as cause:
        raise AskError(f"{file} cannot be written ({cause.strerror or cause}); choose another place") from cause
    finally:
        temporary.unlink(missing_ok=True)


def add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    """A member without owner or time: the same holdings make the same file."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o644
    tar.addfile(member, io.BytesIO(data))


class _Bounded(io.RawIOBase):
    """A stream that gives no more than so many bytes: the archive's own heads are read through it as well."""

    def __init__(self, stream: IO[bytes], room: int, file: Path) -> None:
        self._stream, self._room, self._file = stream, room, file

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        self._room -= len(data)
        if self._room < 0:
            raise StoreError(
                f"{self._file} unpacks to far more than it holds, which no mirror of qanat does; nothing of it was kept"
            )
        return data


def _unpacked(file: Path, folder: Path) -> dict[str, Path]:
    import zstandard

    found: dict[str, Path] = {}
    try:
        room = min(LARGEST, _SWELL * file.stat().st_size + _MARGIN)
        with (
            file.open("rb") as stream,
            zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(stream) as packed,
            tarfile.open(fileobj=_Bounded(packed, room, file), mode="r|") as tar,
        ):
            for member in tar:
                if member.type != tarfile.REGTYPE or not _NAME.fullmatch(member.name) or member.name in found:
                    raise StoreError(
                        f"{file} holds {member.name[:80]!r}, which no mirror of qanat holds; nothing of it was kept"
                    )
                found[member.name] = folder / str(len(found))
                _copied(tar, member, found[member.name], file)
    except (OSError, tarfile.TarError, zstandard.ZstdError, EOFError, ValueError) as cause:
        raise StoreError(
            f"{file} is no mirror of qanat, or damaged ({cause}); nothing of it was kept, export it again"
        ) from cause
    return found


def _copied(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path, file: Path) -> None:
    """A member's bytes in a file. Raises StoreError for an object that is not what its name says."""
    content, digest = tar.extractfile(member), sha256()
    with target.open("wb") as out:
        while content is not None and (piece := content.read(1 << 20)):
            digest.update(piece)
            out.write(piece)
    if member.name.startswith("objects/") and digest.hexdigest() != member.name.removeprefix("objects/"):
        raise StoreError(
            f"{file} was altered: {member.name} is not what its name says; nothing of it was kept, export it again"
        )
