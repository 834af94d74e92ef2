"""Job: everything held as one file, to a machine without a line; and such a file brought in, all of it or nothing."""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

import polars as pl

from qanat.errors import AskError, StoreError
from qanat.figures.licensing import RESTRICTED
from qanat.figures.words import LICENCES
from qanat.sources.snapshots import Entry, Snapshots, lock_text, read_lock
from qanat.store import Disk, Sealed
from qanat.store.seal import opened

Progress = Callable[[str], None]
FORMAT: Final = "qanat.mirror/1"
LARGEST: Final = 20_000_000_000  # bytes of a mirror, unpacked to disk
_INDEX: Final = "mirror.json"
_LOCK: Final = "snapshots/lock.json"
_NAME: Final = re.compile(r"(snapshots/[0-9a-f]{64}\.zst|objects/[0-9a-f]{64}|snapshots/lock\.json|mirror\.json)")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something that may not be passed on: a source's answers or a run's figures."""

    code: str
    what: str
    licence: str
    documents: int
    figures: int


def export(store: Disk, file: Path, say: Progress, sources: tuple[str, ...] = ()) -> dict[str, Any]:
    """Write what may be passed on of a store into one file; gives what is in it and, by name, what was left out.

    sources  only these (ids or publishers); empty: all
    The file is whole or not there. Raises AskError where it cannot be written.
    """
    snapshots = Snapshots(store.home / "snapshots")
    entries = [entry for entry in snapshots.entries() if not sources or _named(entry.source, sources)]
    travelling = [entry for entry in entries if _travels(entry.licence)]
    say("looking through the runs")
    runs, bound = _runs(store, sources)
    left = [*_bound_entries(entries), *bound]
    index = {
        "format": FORMAT, "runs": [{"manifest": run.digest, "objects": list(run.objects)} for run in runs],
        "snapshots": [entry.sha256 for entry in travelling], "left_out": [asdict(one) for one in left],
    }  # fmt: skip
    with _whole(file) as stream, _packing(stream) as tar:
        _add(tar, _INDEX, json.dumps(index, sort_keys=True, indent=1).encode())
        _add(tar, _LOCK, lock_text(_by_address(travelling)))
        for entry in {one.sha256: one for one in travelling}.values():
            _add(tar, f"snapshots/{entry.sha256}.zst", snapshots.path(entry).read_bytes())
        for digest in dict.fromkeys(name for run in runs for name in (run.digest, *run.objects)):
            _add(tar, f"objects/{digest}", store.record.checked(digest).read_bytes())
    return {
        "schema": "qanat.mirror-exported/1", "file": str(file), "bytes": file.stat().st_size, "snapshots": len(travelling), "runs": len(runs),
        "left_out": [asdict(one) for one in left],
    }  # fmt: skip


def bring(store: Disk, file: Path, say: Progress) -> dict[str, Any]:
    """Bring a mirror file into a store: every digest is checked first, then all is kept; twice is as good as once.

    Raises StoreError for a file that is damaged, altered, of another format, or holds anything but a mirror's members;
    nothing of it is kept then.
    """
    say("checking the file")
    with TemporaryDirectory(dir=store.home, prefix="mirror-") as name:
        members = _members(file, Path(name))
        index = _index(members, file)
        entries = [
            entry
            for versions in read_lock(_read(members, _LOCK, file), f"{file}: {_LOCK}").values()
            for entry in versions
        ]
        for manifest, objects in index.runs:  # all of them are proved before the first is kept
            _sealed(members, manifest, objects, file)
        say("keeping what is new")
        before = {run.id for run in store.runs()}
        taken = Snapshots(store.home / "snapshots").take(
            entries, lambda digest: _read(members, f"snapshots/{digest}.zst", file)
        )
        brought = [store.adopt_sealed(_sealed(members, manifest, objects, file)).id for manifest, objects in index.runs]
    return {
        "schema": "qanat.mirror-imported/1", "file": str(file), "snapshots": len(taken), "runs": [run for run in brought if run not in before],
        "left_out": index.left_out,
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """What a mirror says of itself: its runs (manifest, objects) and what was left out of it."""

    runs: list[tuple[str, list[str]]]
    left_out: list[dict[str, Any]]


def _index(members: dict[str, Path], file: Path) -> _Index:
    try:
        told: dict[str, Any] = json.loads(_read(members, _INDEX, file))
        if told["format"] != FORMAT:
            raise StoreError(f"{file} has the format {told['format']!r}, this qanat reads {FORMAT!r}; upgrade qanat")
        runs = [(str(run["manifest"]), [str(name) for name in run["objects"]]) for run in told["runs"]]
        return _Index(runs=runs, left_out=list(told.get("left_out", [])))
    except (ValueError, KeyError, TypeError) as cause:
        raise StoreError(f"{file} is damaged: its {_INDEX} cannot be read ({cause}); export it again") from cause


def _travels(licence: str) -> bool:
    return licence in LICENCES and LICENCES[licence].may_redistribute


def _named(source: str, wanted: tuple[str, ...]) -> bool:
    return any(source == word or source.startswith(f"{word}.") for word in wanted)


def _by_address(entries: list[Entry]) -> dict[str, list[Entry]]:
    out: dict[str, list[Entry]] = {}
    for entry in entries:
        out.setdefault(entry.address, []).append(entry)
    return out


def _bound_entries(entries: list[Entry]) -> list[LeftOut]:
    bound = [entry for entry in entries if not _travels(entry.licence)]
    return [
        LeftOut(
            code=RESTRICTED,
            what=source,
            licence=licence,
            documents=sum((e.source, e.licence) == (source, licence) for e in bound),
            figures=0,
        )
        for source, licence in sorted({(entry.source, entry.licence) for entry in bound})
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    digest: str
    objects: tuple[str, ...]
    id: str


def _runs(store: Disk, sources: tuple[str, ...]) -> tuple[list[_Run], list[LeftOut]]:
    """The runs that may travel, each before those made from it; and those that may not, or whose inputs may not."""
    kept: list[_Run] = []
    left: list[LeftOut] = []
    out: set[str] = set()
    manifests = store.manifests()
    for digest, told in sorted(
        manifests.items(), key=lambda pair: (len(pair[1].run.inputs) > 0, pair[1].run.made, pair[1].run.id)
    ):
        if sources and not any(_named(document.id.split("@")[0], sources) for document in told.documents):
            continue
        licences = _licences(store, told.figures)
        bound = sorted(licence for licence in licences if not _travels(licence))
        if bound or out & set(told.run.inputs):
            out.add(told.run.id)
            left.append(
                LeftOut(
                    code=RESTRICTED,
                    what=told.run.id,
                    licence=", ".join(bound) or "made from what was left out",
                    documents=len(told.documents),
                    figures=told.rows,
                )
            )
            continue
        held = [document.sha256 for document in told.documents if store.record.path(document.sha256).exists()]
        kept.append(
            _Run(
                digest=digest,
                objects=tuple(filter(None, (told.figures, told.lineage, told.aside, *held))),
                id=told.run.id,
            )
        )
    return kept, left


def _licences(store: Disk, figures: str) -> set[str]:
    return set(pl.scan_parquet(store.record.checked(figures)).select(pl.col("licence").unique()).collect().to_series())


@contextmanager
def _whole(file: Path) -> Generator[IO[bytes]]:
    """A file that is there when it is whole."""
    temporary = file.with_name(f".{file.name}.new")
    try:
        with temporary.open("wb") as stream:
            yield stream
        temporary.replace(file)
    except OSError as cause:
        raise AskError(f"{file} cannot be written ({cause.strerror or cause}); choose another place") from cause
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _packing(stream: IO[bytes]) -> Generator[tarfile.TarFile]:
    import zstandard

    with (
        zstandard.ZstdCompressor(level=3).stream_writer(stream, closefd=False) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        yield tar


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    """A member without owner or time: the same holdings make the same file."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o644
    tar.addfile(member, io.BytesIO(data))


def _members(file: Path, folder: Path) -> dict[str, Path]:
    """The members of a mirror by name, unpacked into a folder, each proved to be what its name says."""
    import zstandard

    found: dict[str, Path] = {}
    room = LARGEST
    try:
        with (
            file.open("rb") as stream,
            zstandard.ZstdDecompressor().stream_reader(stream) as packed,
            tarfile.open(fileobj=packed, mode="r|") as tar,
        ):
            for member in tar:
                room -= member.size
                if not member.isreg() or not _NAME.fullmatch(member.name) or room < 0:
                    raise StoreError(
                        f"{file} holds {member.name[:80]!r}, which no mirror of qanat holds; nothing of it was kept"
                    )
                found[member.name] = target = folder / str(len(found))
                _copied(tar, member, target, file)
    except (OSError, tarfile.TarError, zstandard.ZstdError, EOFError) as cause:
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


def _read(members: dict[str, Path], name: str, file: Path) -> bytes:
    if name not in members:
        raise StoreError(
            f"{file} is no whole mirror of qanat: it has no {name}; nothing of it was kept, export it again"
        )
    return members[name].read_bytes()


def _sealed(members: dict[str, Path], manifest: str, objects: list[str], file: Path) -> Sealed:
    """A run as it was sealed, from the members its index names."""
    head = _read(members, f"objects/{manifest}", file)
    held = {name: _read(members, f"objects/{name}", file) for name in objects}
    told = opened(head)
    absent = [name for name in (told.figures, told.lineage, told.aside) if name is not None and name not in held]
    if absent:
        raise StoreError(
            f"{file} is damaged: run {told.run.id} lacks {absent[0][:12]}; nothing of it was kept, export it again"
        )
    return Sealed(
        run=told.run, documents=told.documents, manifest=head, figures=held[told.figures], lineage=held[told.lineage] if told.lineage else None,
        aside=held[told.aside] if told.aside else None, sources=tuple(held[d.sha256] for d in told.documents if d.sha256 in held),
    )  # fmt: skip
