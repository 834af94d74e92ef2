"""The review file of places: what was not matched, to be filled in by a person; what was, remembered."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

import polars as pl

from qanat.errors import AskError
from qanat.figures.matching import ASKED, REMEMBERED
from qanat.sources.own.drafting import quoted

_HEAD: Final = """# Places of imported tables that the list of p-codes does not have under this name. Fill in `code` where you are sure; the next
# import takes it. Lines without a code are asked again. Remove a line to forget it.
"""
_KEYS: Final = tuple(REMEMBERED)


def matches_file(home: Path) -> Path:
    """Where a store's matches are kept."""
    return home / "matches.toml"


def remembered(file: Path) -> pl.DataFrame:
    """The matches a person filled in (REMEMBERED's columns); empty where there are none.

    Raises AskError with every fault of the file.
    """
    entries = [entry for entry in _entries(file) if entry.get("code")]
    rows = [{name: entry.get(name) or None for name in _KEYS} for entry in entries]
    return pl.DataFrame(rows, schema=REMEMBERED)


def asked_for(file: Path, unmatched: pl.DataFrame) -> int:
    """Write the places that were not matched to the file, each with what is near; those in it already stay as they are.

    unmatched  ASKED's columns and `near`
    Gives how many were added.
    """
    known = {tuple(entry.get(name) or None for name in ASKED) for entry in _entries(file)}
    fresh = [row for row in unmatched.iter_rows(named=True) if tuple(row[name] for name in ASKED) not in known]
    if fresh:
        before = file.read_text(encoding="utf-8") if file.exists() else _HEAD
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = before.rstrip("\n") + "\n" + "".join(_entry(row) for row in fresh)
        beside = file.with_suffix(".new")
        beside.write_text(whole, encoding="utf-8")
        beside.replace(file)
    return len(fresh)


def _entry(row: dict[str, Any]) -> str:
    near = "".join(f"# {one['code']}  {one['name']} (likeness {one['score']:.2f})\n" for one in row["near"] or ())
    parent = f"parent = {quoted(row['parent'])}\n" if row["parent"] else ""
    text = quoted(row["text"])
    return (
        f'\n[[match]]\ncountry = "{row["country"]}"\nlevel = {row["level"]}\ntext = {text}\n{parent}code = ""\n{near}'
    )


def _entries(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as cause:
        raise AskError(f"{file} cannot be read ({cause}); mend it or take it away") from cause
    entries: list[dict[str, Any]] = content.get("match", [])
    faults = [
        f"match {at}: {key} is no key; there are {', '.join(_KEYS)}"
        for at, entry in enumerate(entries, 1)
        for key in entry
        if key not in _KEYS
    ]
    faults += [f"{key} is no key; there is [[match]]" for key in content if key != "match"]
    if faults:
        raise AskError(f"{file}: " + "; ".join(faults))
    return entries
