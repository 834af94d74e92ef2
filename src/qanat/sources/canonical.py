"""What an answer says, whatever the order and the envelope it says it in."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final, cast

from qanat.sources.begin import is_json

_DAY: Final = re.compile(rb"(?<![0-9])((?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))(?![0-9])")
_BINARY: Final = (b"PK\x03\x04", b"PAR1", b"\x1f\x8b", b"%PDF", b"\x28\xb5\x2f\xfd", b"\xd0\xcf\x11\xe0")
# what services write around their records that changes without them: where one stands, when and how fast it was answered
ENVELOPE: Final = frozenset({
    "page", "short-url", "last_updated", "lastupdated", "time", "took", "href", "self", "updated", "generated", "requestId",
})  # fmt: skip
# the way to the next page: that there is one says something, how its address is written does not
_ONWARD: Final = frozenset({"next", "previous", "prev", "nextLink", "NextPageUrl", "PreviousPageUrl"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What an answer holds.

    canonical  SHA-256 that only changes when the answer says something else
    records    SHA-256 of its longest list of records alone, whatever stands around it: two pages with the same are one
    rows       how many records that is; null where there are none to tell apart
    newest     the latest day written in it and not after it was retrieved; null where there is none
    """

    canonical: str
    records: str
    rows: int | None
    newest: str | None


def account(data: bytes, today: date) -> Account:
    """The account of an answer: JSON without its envelope, text by its head and lines, anything else by its bytes."""
    if data.startswith(_BINARY) or b"\x00" in data[:1000]:
        digest = sha256(data).hexdigest()
        return Account(canonical=digest, records=digest, rows=None, newest=None)
    days = {found.decode() for found in _DAY.findall(data)}
    newest = max((day for day in days if day <= today.isoformat()), default=None)
    if is_json(data):
        try:
            return _of_json(cast("object", json.loads(data)), newest)
        except (ValueError, RecursionError):
            pass  # cut or broken: told by its bytes, refused by whoever reads it
    head, *lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()] or [""]
    filled = sorted(line for line in lines if line)
    return Account(canonical=_digest([head, *filled]), records=_digest(filled), rows=len(filled), newest=newest)


def _of_json(content: object, newest: str | None) -> Account:
    found = longest(content)
    told: dict[int, list[str]] = {}  # lists of records that are told already, by identity: the longest is told once
    whole = _dumped(_plain(content, told, record=False))
    records = None if found is None else told.get(id(found), [])
    rows = None if found is None else len(found)
    return Account(canonical=_digest([whole]), records=_digest(records or []), rows=rows, newest=newest)


def _digest(lines: list[str]) -> str:
    found = sha256()
    for line in lines:
        found.update(line.encode("utf-8", "surrogatepass"))
        found.update(b"\n")
    return found.hexdigest()


def longest(content: object) -> list[object] | None:
    """The longest list of records, at most three levels down; an empty list where lists are empty; null without any."""
    level, lists = [content], list[list[object]]()
    for _ in range(4):
        lists += [cast("list[object]", one) for one in level if isinstance(one, list)]
        level = [below for one in level for below in _below(one)]
    records = [one for one in lists if one and all(isinstance(record, dict) for record in one)]
    return max(records, key=len) if records else next((one for one in lists if not one), None)


def _below(value: object) -> list[object]:
    """What stands in an envelope; records are not looked into."""
    if isinstance(value, dict):
        return list(cast("dict[str, object]", value).values())
    several = cast("list[object]", value) if isinstance(value, list) else []
    return [] if all(isinstance(one, dict) for one in several) else several


def _plain(value: object, told: dict[int, list[str]], *, record: bool) -> object:
    """A value without blanks around texts, lists of records as their texts in order, other lists as they are.

    record  whether it stands in a record, where every field says something
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        if not record:
            return {
                name: _field(name, one, told) for name, one in fields.items() if name not in ENVELOPE or _nests(one)
            }
        return {
            name: one.strip() if isinstance(one, str) else _plain(one, told, record=True) if _nests(one) else one
            for name, one in fields.items()
        }  # fmt: skip
    if isinstance(value, list):
        several = cast("list[object]", value)
        if not several or not all(isinstance(one, dict) for one in several):
            return [_plain(one, told, record=record) for one in several]
        texts = sorted(_dumped(_plain(one, told, record=True)) for one in several)
        told[id(several)] = texts
        return texts
    return value


def _field(name: str, value: object, told: dict[int, list[str]]) -> object:
    """A field of an envelope: of an address to go on to, only whether there is one."""
    if name in _ONWARD and not _nests(value):
        return bool(value)
    return _plain(value, told, record=False)


def _nests(value: object) -> bool:
    return isinstance(value, dict | list)


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
