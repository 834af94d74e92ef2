"""The lock file of a folder of snapshots: one list of versions an address, the newest last."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from qanat.errors import StoreError
from qanat.sources.request import Answer

LOCK: Final = "lock.json"
FORMAT: Final = "qanat.lock/1"
HANDED: Final = "file:"  # begins the address of a published file that was handed over, not fetched
REMEDY: Final = "pull the source again, or bring in a mirror with `qanat mirror import FILE`"
_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9.-]*")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One answer of the lock file.

    canonical  digest of its records, whatever their order;  rows  how many there are (null: not records)
    newest     the latest day written in it, none after it was retrieved; null where there is none
    published  the day it was published, where whoever handed it over knew
    """

    source: str
    address: str
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    retrieved: str  # UTC, second
    checked: str  # when the service last said the same, UTC, second
    etag: str | None
    modified: str | None
    sha256: str
    canonical: str
    size: int
    licence: str
    rows: int | None
    newest: str | None
    published: str | None = None

    @property
    def file(self) -> str:
        """Where its bytes are, below the folder of the lock file. Raises StoreError for a name that would lead elsewhere."""
        if not (_SOURCE.fullmatch(self.source) and _DIGEST.fullmatch(self.sha256)):
            raise StoreError(
                f"{LOCK} names a file {self.source[:80]!r}/{self.sha256[:80]!r}, which is no snapshot; {REMEDY}"
            )
        return f"{self.source}/{self.sha256}.zst"

    @property
    def version(self) -> tuple[str, str]:
        """What tells the versions of an address apart, in their order: when it came and what came."""
        return self.retrieved, self.sha256

    def answer(self, data: bytes, address: str | None = None) -> Answer:
        """The answer it was."""
        return Answer(
            address=address or self.address, data=data, retrieved=date.fromisoformat(self.retrieved[:10]),
            published=date.fromisoformat(self.published) if self.published else None, etag=self.etag, modified=self.modified,
        )  # fmt: skip


def second(moment: datetime) -> str:
    """A moment (UTC) as the lock file writes it."""
    return moment.strftime(_MOMENT)


def read_lock(data: bytes, where: str, remedy: str = "make or export it again") -> dict[str, list[Entry]]:
    """A lock file's entries by address. Raises StoreError for one that is damaged, with the remedy, or of another format."""
    try:
        content: dict[str, Any] = json.loads(data)
        if content["format"] != FORMAT:
            raise StoreError(
                f"{where} has the format {content['format']!r}, this qanat reads {FORMAT!r}; upgrade qanat"
            )
        return {address: [_read(one, address) for one in versions] for address, versions in content["entries"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as cause:
        raise StoreError(f"{where} is damaged ({cause}); {remedy}") from cause


def _read(record: dict[str, Any], address: str) -> Entry:
    """An entry of a lock file, which somebody else may have written. Raises ValueError or TypeError for one that is none."""
    entry = Entry(**record)
    _require_texts(entry.source, entry.address, entry.retrieved, entry.checked, entry.sha256, entry.canonical, entry.licence)  # fmt: skip
    _require_texts(*(one for one in (entry.etag, entry.modified, entry.newest, entry.published) if one is not None))
    if entry.address != address:
        raise ValueError(f"{address}: stands under another address than its own")
    for moment in (entry.retrieved, entry.checked):
        datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC)
    if entry.published is not None:
        date.fromisoformat(entry.published)
    return entry


def _require_texts(*found: object) -> None:
    wrong = [one for one in found if not isinstance(one, str)]
    if wrong:
        raise TypeError(f"{wrong[0]!r:.40} stands where text belongs")


def lock_text(locked: Mapping[str, list[Entry]]) -> bytes:
    """A lock file as bytes: sorted, so that equal holdings give equal files."""
    content = {
        "format": FORMAT,
        "entries": {address: [asdict(one) for one in locked[address]] for address in sorted(locked)},
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
