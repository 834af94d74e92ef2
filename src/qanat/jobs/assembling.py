"""Job: a mirror made of published files that somebody downloaded, by an index that says which is which."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, cast

from qanat.errors import AskError
from qanat.figures.licensing import RESTRICTED
from qanat.figures.words import LICENCES, nearest
from qanat.sources.known import ADAPTERS
from qanat.sources.lockfile import HANDED
from qanat.sources.request import Answer, Request
from qanat.sources.snapshots import Snapshots

Progress = Callable[[str], None]
_KEYS: Final[dict[str, type]] = {"source": str, "path": str, "published": date}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A published file: the source whose adapter reads it, where it lies below the folder, when it was published."""

    source: str
    path: str
    published: date


def index(text: str, name: str) -> tuple[Handed, ...]:
    """The files an index names. Raises AskError with every fault of it at once.

    [[file]]
    source = "unhcr.population"
    path = "unhcr/population.parquet"
    published = 2026-06-25
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise AskError(f"{name} is not TOML ({cause})") from cause
    tables = cast("list[dict[str, Any]]", content.get("file", []))
    faults = [f"unknown key {key!r}; an index holds [[file]] tables" for key in content if key != "file"]
    faults += [fault for at, table in enumerate(tables, 1) for fault in _faults(table, at)]
    if faults or not tables:
        raise AskError(
            f"{name}: " + ("it names no file" if not faults else "\n  ".join([f"{len(faults)} faults", *faults]))
        )
    return tuple(Handed(**table) for table in tables)


def _faults(table: dict[str, Any], at: int) -> list[str]:
    told = f"file {at}"
    out = [f"{told}: {key} is missing" for key in _KEYS if key not in table]
    out += [f"{told}: unknown key {key!r}" for key in table if key not in _KEYS]
    out += [
        f"{told}: {key} must be a {kind.__name__}"
        for key, kind in _KEYS.items()
        if key in table and not isinstance(table[key], kind)
    ]
    source = str(table.get("source", ""))
    if source and source not in ADAPTERS:
        near = nearest(source, list(ADAPTERS))
        out.append(
            f"{told}: no source {source!r}" + (f"; did you mean {near!r}?" if near else "; `qanat sources` lists them")
        )
    path = Path(str(table.get("path", "")))
    if path.is_absolute() or ".." in path.parts:
        out.append(f"{told}: path {str(path)!r} leads out of the folder")
    return out


def assemble(files: tuple[Handed, ...], folder: Path, out: Path, now: datetime, say: Progress) -> dict[str, Any]:
    """Put these files of a folder into the mirror `out`; gives how many, their bytes, those that were new, and the sources
    whose files may not be passed on (`bound`), so that the folder must stay.

    Raises AskError naming every file that is not there, before anything is written.
    """
    absent = [one.path for one in files if not (folder / one.path).is_file()]
    if absent:
        raise AskError(
            f"{len(absent)} of {len(files)} files are not below {folder}: {', '.join(absent)}; name their folder with --tables, or take them "
            "out of the index"
        )
    mirror = Snapshots(out)
    new, size = 0, 0
    for one in files:
        say(f"taking in {one.path}")
        data = (folder / one.path).read_bytes()
        request = Request(url=f"{HANDED}{one.source}/{one.path}")
        answer = Answer(address=request.address, data=data, retrieved=now.date(), published=one.published)
        _, is_new = mirror.keep(request, answer, (one.source, ADAPTERS[one.source].source.licence), now)
        new, size = new + is_new, size + len(data)
    terms = {one.source: ADAPTERS[one.source].source.licence for one in files}
    bound = [{"code": RESTRICTED, "source": source, "licence": licence} for source, licence in sorted(terms.items()) if not LICENCES[licence].may_redistribute]  # fmt: skip
    return {
        "schema": "qanat.mirror-assembled/1", "folder": str(out), "files": len(files), "bytes": size, "new": new, "bound": bound,
    }  # fmt: skip
