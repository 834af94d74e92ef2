"""What an answer says, whatever the order and the envelope it says it in."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final, cast

_DAY: Final = re.compile(rb"(?<![0-9])((?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))(?![0-9])")
_BINARY: Final = (b"PK\x03\x04", b"PAR1", b"\x1f\x8b", b"%PDF", b"\x28\xb5\x2f\xfd", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """canonical  SHA-256 that only changes when a record does;  rows  records, null where there are none to tell apart
    newest  the latest day written in it and not after it was retrieved; null where there is none
    """

    canonical: str
    rows: int | None
    newest: str | None


def account(data: bytes, today: date) -> Account:
    """The account of an answer: JSON by its longest list of records, text by its lines, anything else by its bytes."""
    if data.startswith(_BINARY) or b"\x00" in data[:1000]:
        return Account(canonical=sha256(data).hexdigest(), rows=None, newest=None)
    days = {found.decode() for found in _DAY.findall(data)}
    newest = max((day for day in days if day <= today.isoformat()), default=None)
    lines = _records(data)
    digest = sha256("\n".join(sorted(lines)).encode()).hexdigest()
    return Account(canonical=digest, rows=len(lines), newest=newest)


def _records(data: bytes) -> list[str]:
    if data.lstrip()[:1] in (b"{", b"["):
        try:
            found = _longest(json.loads(data))
            return [json.dumps(_plain(one), ensure_ascii=False, sort_keys=True, separators=(",", ":")) for one in found]
        except (ValueError, RecursionError):
            pass
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    return [line for line in lines[1:] if line] if len(lines) > 1 else lines


def _longest(content: object) -> list[object]:
    """The longest list of records in an answer, two levels deep; the answer itself where it has none."""
    if isinstance(content, list):
        return cast("list[object]", content)
    if not isinstance(content, dict):
        return [content]
    fields = cast("dict[str, object]", content)
    below = [
        value for one in fields.values() if isinstance(one, dict) for value in cast("dict[str, object]", one).values()
    ]
    lists = [cast("list[object]", value) for value in (*fields.values(), *below) if isinstance(value, list)]
    records = [one for one in lists if one and all(isinstance(record, dict) for record in one)]
    return max(records, key=len) if records else ([] if lists else [content])


def _plain(value: object) -> object:
    """A record without the blanks around its texts."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_plain(one) for one in cast("list[object]", value)]
    return value
