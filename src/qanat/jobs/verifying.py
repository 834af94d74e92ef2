"""Job: check a store, one of its figures, or a brief somebody sent, against the register."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from qanat.edition import embedded
from qanat.errors import AskError, NothingFound, StoreError
from qanat.jobs.edition import INDEX, tiles
from qanat.jobs.knowing import require_published
from qanat.jobs.passing import bound_behind, require_passable, told
from qanat.jobs.witnessing import moment
from qanat.register.agencies import agencies
from qanat.register.rows import leaves_of_file, newest_of_file
from qanat.register.salvage import salvaged
from qanat.register.tree import tiles_from
from qanat.sources.snapshots import Snapshots
from qanat.store import Disk
from qanat.store.trace import cited
from qanat.verify import Checkpoint, Key, Report, Unsound, checkpoint, entry, figure, figure_file, registered
from qanat.verify import brief as brief_report
from qanat.verify_store import Readers, log_of
from qanat.verify_store import store as store_report

ALTERED: Final = 4  # the exit code


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyRequest:
    """What to check: a brief.json or a figure with its proof (`file`), a figure of the store (RUN:ROW), or the store.

    since    a file with a checkpoint of this store's log from earlier: a brief, a proof or the checkpoint itself
    trusted  a file of trusted keys (agencies.toml); null: any log's key will do, and which it was is told
    as_of    the figure was to be known on this day; only with `figure`
    passing  its proof is to be written to a file; internal: one that may not be passed on too, marked
    """

    file: Path | None = None
    figure: str | None = None
    since: Path | None = None
    trusted: Path | None = None
    as_of: date | None = None
    passing: bool = False
    internal: bool = False


def verify(request: VerifyRequest, home: Path) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What was found, and for a figure of the store the proof that can be passed on with it.

    `sound` is false where anything was altered; `faults` then tell what (run, row, changed, dropped, added, swapped,
    forged, rolled back, unknown key) and why. A store is looked at as it is and never written to.
    Raises AskError for a file that cannot be checked or a day asked of more than a figure, NothingFound where there is no
    such store, run or row, or the figure was not known on the day; LicenceError where the proof is to be passed on and the
    terms of the figure, or of what it was made from, forbid that.
    """
    if request.as_of is not None and request.figure is None:
        raise AskError("--as-of asks whether a figure was known; name it with --figure RUN:ROW, or leave --as-of out")
    trusted = _trusted(request.trusted)
    if request.file is not None:
        content = _json(request.file)
        report = (
            figure_file(content, trusted)
            if content["schema"] == "qanat.figure-proof/1"
            else brief_report(content, trusted)
        )
        if content.get("internal"):
            report.notes.append("INTERNAL: not to be passed on, as the file itself says")
        return _told("file", report, content.get("figure")), None
    if not (home / "qanat.sqlite").is_file():
        raise NothingFound(f"there is no store in {home}; name its folder with --home")
    if request.figure is not None:
        return _figure(request, home, trusted)
    since = None if request.since is None else _checkpoint(request.since)
    readers = Readers(sound=leaves_of_file, damaged=salvaged, newest=newest_of_file, before=_embedded)
    report = store_report(home, readers, since, trusted)
    _snapshots(home, report)
    _edition(home, report)
    return _told("store", report), None


def _snapshots(home: Path, report: Report) -> None:
    """The answers of sources kept beside the record, each against the digest in their own list."""
    snapshots = Snapshots(home / "snapshots")
    try:
        entries = snapshots.entries()
    except StoreError as cause:
        report.altered("snapshot", "changed", str(cause))
        return
    for one in entries:
        report.checked["snapshots"] += 1
        try:
            snapshots.bytes_of(one)
        except StoreError as cause:
            report.altered("snapshot", "changed", str(cause))


def _edition(home: Path, report: Report) -> None:
    """The runs of the embedded edition as the log has them, each against the root in the package: a history signed anew by
    whoever has the key is given away here where it touches them."""
    try:
        logged = [registered(data) for data in log_of(home) if entry(data)[0] == "run"]
    except (sqlite3.Error, OSError, UnicodeDecodeError, Unsound):
        return  # told already
    index = json.loads(embedded(INDEX).read_bytes())
    for one in logged:
        known = tiles(one.run) if one.run in index else None
        tree = None if known is None else tiles_from(known, one.rows)
        if known is not None and (tree is None or tree.root != one.root):
            why = "the log has other figures under this name than the edition in the package: the log was written anew"
            report.altered("run", "changed", why, one.run)


def _figure(request: VerifyRequest, home: Path, trusted: Sequence[Key]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    run, row = cited(request.figure or "")
    report = Report()
    try:
        store = Disk(home)
        proof = store.register.proof(run, row)
        bound = bound_behind(store, [proof["cite"]])
        store.close()
    except StoreError as cause:
        report.altered("figure", "changed", str(cause), run, row)
        return _told("figure", report), None
    known = date.fromisoformat(figure(proof["figure"].encode())["known"] or "")
    require_published(proof["cite"], known, request.as_of)
    if request.passing:
        require_passable(bound, f"{proof['cite']} with its proof", internal=request.internal)
    report = figure_file(proof, trusted)
    marked = {**proof, **({"internal": told(bound)} if bound.height else {})}
    return {**_told("figure", report, proof["figure"]), "as_of": _day(request.as_of)}, marked


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _told(checked: str, report: Report, row: str | None = None) -> dict[str, Any]:
    said = [
        {**one, "figure": f"{one['figure']['run']}:{one['figure']['row']}", "by": _cite(one["by"])}
        for one in report.statements
    ]
    return {
        "schema": "qanat.verify/1", "checked": checked, "sound": not report.faults, "counts": dict(report.checked), "faults": report.faults,
        "notes": report.notes, "log": report.log, "statements": said, "witnesses": [{**one, "time": moment(one["time"])} for one in report.witnesses],
        "figure": figure(row.encode()) if row is not None and not report.faults else None, "as_of": None,
    }  # fmt: skip


def _cite(about: dict[str, Any] | None) -> str | None:
    return None if about is None else f"{about['run']}:{about['row']}"


def _embedded(run: str) -> list[bytes] | None:
    """The leaf hashes of a run of the edition, from the copy that came with qanat; null for another run."""
    if run not in json.loads(embedded(INDEX).read_bytes()):
        return None
    file = Path(str(embedded(f"{run}.parquet")))
    told = json.loads(embedded(f"{run}.json").read_bytes())["figures"]
    return leaves_of_file(file) if sha256(file.read_bytes()).hexdigest() == told else None


def _trusted(file: Path | None) -> tuple[Key, ...]:
    return () if file is None else tuple(agencies(_read(file), str(file)))


def _checkpoint(file: Path) -> Checkpoint:
    text = _read(file)
    try:
        if not text.startswith("{"):
            return checkpoint(text)
        content = json.loads(text)
        told = content["proof"].partition("\n\n")[2] if "proof" in content else content["register"]["checkpoint"]
        return checkpoint(told)
    except (Unsound, KeyError, TypeError, ValueError) as cause:
        raise AskError(
            f"{file} holds no checkpoint ({cause}); give a brief.json, a proof or a checkpoint kept from earlier"
        ) from cause


def _json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(_read(file))
    except ValueError as cause:
        raise AskError(f"{file} is not JSON ({cause}); give a brief.json or a proof as it was sent") from cause
    if not isinstance(content, dict) or not str(cast("dict[str, Any]", content).get("schema")).startswith("qanat."):
        raise AskError(f"{file} is neither a brief.json nor a figure with its proof")
    return cast("dict[str, Any]", content)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        raise AskError(f"{file} cannot be read ({cause})") from cause
