"""Pages a service sends twice: byte for byte, or the same records under another page's number."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import cast

from qanat.sources.begin import is_json
from qanat.sources.canonical import account, longest

_Mark = tuple[int, str, str]


class Seen:
    """The pages of one question, so far."""

    def __init__(self) -> None:
        self._bytes: dict[str, int] = {}
        self._marks: dict[_Mark, list[int]] = {}
        self._pages: list[bytes] = []

    def before(self, page: bytes) -> int | None:
        """Which earlier page (from 1) this one is once more; null for a page that is new, and for one without records."""
        self._pages.append(page)
        at = len(self._pages)
        twin = self._bytes.setdefault(sha256(page).hexdigest(), at)
        if twin != at:
            return twin
        mark = _mark(page)
        alike = [] if mark is None else self._marks.setdefault(mark, [])
        found = next((one for one in alike if _same(self._pages[one - 1], page)), None)
        alike.append(at)
        return found


def _mark(page: bytes) -> _Mark | None:
    """How many records a page has, its first and its last: cheap to tell, and enough to look closer where they agree."""
    if not is_json(page):
        lines = page.strip().splitlines()[1:]
        return (len(lines), str(lines[0]), str(lines[-1])) if lines else None
    try:
        records = longest(cast("object", json.loads(page)))
    except (ValueError, RecursionError):
        return None  # whoever reads it tells what is wrong with it
    return (len(records), json.dumps(records[0]), json.dumps(records[-1])) if records else None


def _same(one: bytes, other: bytes) -> bool:
    return account(one, date.min).records == account(other, date.min).records
