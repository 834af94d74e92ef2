"""Whose key is whose: a file of trusted keys with the names of agencies.

[[key]]
agency = "iom"
public = "iom.int/dtm+1a2b3c4d+..."
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any, cast

from qanat.errors import AskError
from qanat.figures.words import COUNTERS, nearest
from qanat.verify import Key, Unsound, key

FILE = "agencies.toml"


def agencies(text: str, name: str) -> dict[Key, str]:
    """The agency of each trusted key; a log's or witness's key may be among them, and never speaks for its agency.

    name  the file, for messages. Raises AskError with every fault of it.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise AskError(f"{name} is not TOML ({cause}); mend it") from cause
    faults = [f"unknown {word!r}" for word in sorted(set(content) - {"key"})]
    found: dict[Key, str] = {}
    entries: Any = content.get("key", [])
    for number, one in enumerate(cast("Sequence[Any]", entries) if isinstance(entries, list) else [entries], 1):
        try:
            public, agency = _entry(one)
            found[public] = agency
        except Unsound as cause:
            faults.append(f"key {number}: {cause}")
    if faults:
        raise AskError(f"{name}: {'; '.join(faults)}. Each [[key]] has agency and public, nothing else")
    return found


def _entry(one: Any) -> tuple[Key, str]:
    told = cast("dict[str, Any]", one) if isinstance(one, dict) else {}
    if set(told) != {"agency", "public"}:
        raise Unsound(f"has {', '.join(sorted(told)) or 'neither'}")
    agency = str(told["agency"])
    if agency not in COUNTERS:
        near = nearest(agency, list(COUNTERS))
        raise Unsound(f"{agency!r} is no agency of the code list" + (f"; did you mean {near!r}?" if near else ""))
    return key(str(told["public"])), agency
