"""Job: everything held as one file, to a machine without a line; and such a file brought in, all of it or nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from qanat.errors import AskError, FigureError, StoreError
from qanat.figures import SCHEMA, require, typed
from qanat.jobs.mirror_file import ANSWERS, INDEX, Mirror, add, packing
from qanat.jobs.travelling import LeftOut, answers, damaged, named, require_known, runs
from qanat.sources.lockfile import Entry, lock_text, read_lock
from qanat.sources.parquet_table import parquet
from qanat.sources.snapshots import Snapshots
from qanat.store import Disk, Sealed
from qanat.store.seal import opened, require_past

Progress = Callable[[str], None]
FORMAT: Final = "qanat.mirror/1"
_MOST_ROWS: Final = (
    4_000_000  # figures of a run, some 300 bytes each once they are read; a small file may claim billions
)


def export(store: Disk, file: Path, say: Progress, sources: tuple[str, ...] = ()) -> dict[str, Any]:
    """Write what may be passed on of a store into one file; gives what is in it and, by name, what was left out.

    sources  only these (ids or publishers); empty: all
    Answers that are damaged are left out by name; the file is whole or not there. Raises AskError where it cannot be
    written and for a source that is none, StoreError where a run is damaged.
    """
    snapshots = Snapshots(store.home / "snapshots")
    held = snapshots.entries()
    require_known(sources, {*(entry.source for entry in held), *(d.series for d in store.documents())})
    wanted = [entry for entry in held if not sources or named(entry.source, sources)]
    sound = [entry for entry in wanted if snapshots.sound(entry)]
    travelling, bound = answers(sound)
    say("looking through the runs")
    open_runs, bound_runs = runs(store, sources)
    left = [asdict(one) for one in (*bound, *bound_runs, *damaged([one for one in wanted if one not in sound]))]
    index = {
        "format": FORMAT, "runs": [{"manifest": run.manifest, "objects": list(run.objects)} for run in open_runs],
        "snapshots": [entry.sha256 for entry in travelling], "left_out": left,
    }  # fmt: skip
    with packing(file) as tar:
        add(tar, INDEX, json.dumps(index, sort_keys=True, indent=1).encode())
        add(tar, ANSWERS, lock_text(_by_address(travelling)))
        for entry in {one.sha256: one for one in travelling}.values():
            add(tar, f"snapshots/{entry.sha256}.zst", snapshots.packed_of(entry))
        for digest in dict.fromkeys(name for run in open_runs for name in (run.manifest, *run.objects)):
            add(tar, f"objects/{digest}", store.record.checked(digest).read_bytes())
    return {
        "schema": "qanat.mirror-exported/1", "file": str(file), "bytes": file.stat().st_size, "snapshots": len(travelling),
        "runs": len(open_runs), "left_out": left,
    }  # fmt: skip


def bring(store: Disk, file: Path, say: Progress, now: datetime) -> dict[str, Any]:
    """Bring a mirror file into a store: everything is checked first, then all is kept; twice is as good as once.

    Raises StoreError for a file that is damaged, altered, of another format, from a day ahead (it would be the newest for
    ever), holds anything but a mirror's members, or a run that is kept here with other figures; nothing of it is kept then.
    Raises AskError where there is no such file.
    """
    if not file.is_file():
        raise AskError(f"there is no file {file}; name one that `qanat mirror export` wrote")
    say("checking the file")
    with TemporaryDirectory(dir=store.home, prefix="mirror-") as name:
        mirror = Mirror(file, Path(name))
        index = _index(mirror)
        entries = _entries(mirror)
        for entry in entries:
            _require_come(mirror, entry.address, max(entry.retrieved, entry.checked), now)
        sealed = {one[0]: _checked(mirror, *one, now).run.id for one in index.runs}
        if len(set(sealed.values())) < len(index.runs):
            raise mirror.damaged("it lists a run twice")
        new = [one for one in index.runs if not store.holds(_sealed(mirror, *one))]
        for one in new:
            _require_figures(_sealed(mirror, *one), mirror)
        say("keeping what is new")
        snapshots = Snapshots(store.home / "snapshots")
        for one in new:
            store.keep_files(_sealed(mirror, *one))  # their bytes, which count for nothing until the runs do
        taken = snapshots.take(entries, lambda digest: mirror.read(f"snapshots/{digest}.zst"))
        brought = store.adopt_all([manifest for manifest, _ in new])
    return {
        "schema": "qanat.mirror-imported/1", "file": str(file), "snapshots": len(taken), "runs": [run.id for run in brought],
        "left_out": [asdict(one) for one in index.left_out],
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """What a mirror says of itself: its runs (manifest, objects) and what was left out of it."""

    runs: list[tuple[str, list[str]]]
    left_out: list[LeftOut]


def _index(mirror: Mirror) -> _Index:
    try:
        told: dict[str, Any] = json.loads(mirror.read(INDEX))
        if told["format"] != FORMAT:
            raise StoreError(
                f"{mirror.file} has the format {told['format']!r:.40}, this qanat reads {FORMAT!r}; upgrade qanat"
            )
        found = [(str(run["manifest"]), [str(name) for name in run["objects"]]) for run in told["runs"]]
        return _Index(runs=found, left_out=[_left_out(one) for one in told.get("left_out", [])])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as cause:
        raise mirror.damaged(f"its {INDEX} cannot be read ({cause})") from cause


def _left_out(record: dict[str, Any]) -> LeftOut:
    """What another store left out, in words that may be shown: no control characters, no numbers that are none."""
    one = LeftOut(**record)
    words = (one.code, one.what, one.licence)
    if not all(str(word).isprintable() for word in words):
        raise ValueError(f"{one.what!r:.60} is no name")
    return replace(
        one,
        code=str(one.code),
        what=str(one.what),
        licence=str(one.licence),
        documents=int(one.documents),
        figures=int(one.figures),
    )


def _entries(mirror: Mirror) -> list[Entry]:
    found = read_lock(mirror.read(ANSWERS), f"{mirror.file}: {ANSWERS}")
    return [entry for versions in found.values() for entry in versions]


def _by_address(entries: list[Entry]) -> dict[str, list[Entry]]:
    out: dict[str, list[Entry]] = {}
    for entry in entries:
        out.setdefault(entry.address, []).append(entry)
    return out


def _checked(mirror: Mirror, manifest: str, objects: list[str], now: datetime) -> Sealed:
    """A run as it was sealed. Raises StoreError for a manifest that is none, and for a run of a day ahead."""
    try:
        found = _sealed(mirror, manifest, objects)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as cause:
        raise mirror.damaged(f"the manifest {manifest[:12]} cannot be read ({cause})") from cause
    _require_come(mirror, found.run.id, found.run.made.isoformat(), now)
    return found


def _require_come(mirror: Mirror, what: str, moment: str, now: datetime) -> None:
    """Nothing for what came before now, by clocks that may differ by a day. Raises StoreError for what lies ahead."""
    if moment[:10] > (now + timedelta(days=1)).date().isoformat():
        raise StoreError(
            f"{mirror.file}: {what} is of {moment[:10]}, a day ahead (FUTURE_VINTAGE); nothing of it was kept. This machine's clock says {now:%Y-%m-%d}: "
            "set it if it is behind, else ask whoever made the file"
        )


def _sealed(mirror: Mirror, manifest: str, objects: list[str]) -> Sealed:
    """A run from the members its index names."""
    head = mirror.read(f"objects/{manifest}")
    held = {name: mirror.read(f"objects/{name}") for name in objects}
    told = opened(head)
    absent = [name for name in (told.figures, told.lineage, told.aside) if name is not None and name not in held]
    if absent:
        raise mirror.damaged(f"run {told.run.id} lacks {absent[0][:12]}")
    return Sealed(
        run=told.run, documents=told.documents, manifest=head, figures=held[told.figures], lineage=held[told.lineage] if told.lineage else None,
        aside=held[told.aside] if told.aside else None, sources=tuple(held[d.sha256] for d in told.documents if d.sha256 in held),
    )  # fmt: skip


def _require_figures(sealed: Sealed, mirror: Mirror) -> None:
    """Nothing where a run's file holds figures: one that does not would stop every question to the store."""
    try:
        rows = pl.scan_parquet(io.BytesIO(sealed.figures)).select(pl.len()).collect().item()
        if not rows <= _MOST_ROWS:
            raise mirror.damaged(f"run {sealed.run.id} says it has {rows:,} figures, more than {_MOST_ROWS:,}")
        found = parquet(sealed.figures)
        absent = [name for name in SCHEMA if name not in found.columns and name != "row"]
        if absent:
            raise mirror.damaged(f"the figures of run {sealed.run.id} lack the column {absent[0]}")
        require_past(require(typed(found, sealed.run.id), sealed.run.id), sealed.run)
    except (FigureError, ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as cause:
        raise mirror.damaged(f"run {sealed.run.id} holds what are no figures ({cause})") from cause
