"""One dataset of HDX as a record: what it is, whose, on what terms, how new, and its files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from qanat.errors import SourceError
from qanat.sources.record import Source
from qanat.sources.rows import object_of, several_of, text

# HDX's licence ids (CKAN license_id) to the house's words; what is not listed is unstated
LICENCES: Final = {
    "cc-by": "CC-BY-4.0", "cc-by-igo": "CC-BY-3.0-IGO", "cc-by-sa": "CC-BY-SA-4.0", "cc-by-nc-sa-igo": "CC-BY-NC-SA-3.0-IGO",
    "other-pd-nr": "public-domain", "hdx-pddl": "public-domain", "hdx-odc-by": "ODC-BY-1.0", "hdx-odc-odbl": "ODbL-1.0", "odc-odbl": "ODbL-1.0",
}  # fmt: skip
_IOM: Final = re.compile(r"International Organization for Migration|\bIOM\b")
_DAYS: Final = re.compile(r"^\[(\d{4}-\d\d-\d\d)[^ ]* TO (\*|\d{4}-\d\d-\d\d)[^ ]*\]$")
_NEEDED: Final = ("name", "title", "license_id", "dataset_date", "resources")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a dataset. `hash` and `updated` tell that it changed; null where HDX does not say.

    p_coded  whether its rows carry p-codes, as HDX found
    """

    id: str
    name: str
    format: str
    url: str
    updated: date | None
    hash: str | None
    p_coded: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A dataset as HDX describes it; null is what HDX does not say.

    first, last  the days its data are of; `last` is null for data that go on (HDX's "TO *")
    every        days between updates: 0 live, null never or as needed
    licence      a word of the house's list, read from license_id, and for "hdx-other" from its text
    terms        the licence's own text, where HDX keeps one
    countries    ISO 3166 alpha-3, WLD for the world
    due          the day by which HDX expects the next update
    """

    id: str
    name: str
    title: str
    publisher: str | None
    source: str | None
    first: date | None
    last: date | None
    every: int | None
    licence: str
    terms: str | None
    methodology: str | None
    caveats: str | None
    countries: tuple[str, ...]
    tags: tuple[str, ...]
    updated: date | None
    due: date | None
    files: tuple[File, ...]

    def late(self, on: date) -> bool:
        """Whether HDX expected an update before this day that has not come; false where it expects none."""
        return self.due is not None and self.due < on and (self.updated is None or self.updated < self.due)


def dataset_from(record: dict[str, Any], source: Source) -> Dataset:
    """A dataset of its CKAN record. Raises SourceError naming the fields that every dataset has and this one lacks."""
    missing = [name for name in _NEEDED if name not in record]
    if missing:
        raise SourceError(
            f"{source.id}: a dataset has no {', no '.join(missing)} but {', '.join(list(record)[:8]) or 'nothing'}; "
            "if HDX changed its catalogue, the adapter must learn the new fields"
        )
    span = _DAYS.match(text(record["dataset_date"]) or "")
    organization = object_of(record, "organization")
    return Dataset(
        id=str(record.get("id") or record["name"]), name=str(record["name"]), title=str(record["title"]), publisher=text(organization.get("title")),
        source=text(record.get("dataset_source")), first=_day(span[1]) if span else None, last=_day(span[2]) if span else None,
        every=_every(text(record.get("data_update_frequency"))), licence=licence(text(record["license_id"]), text(record.get("license_other"))),
        terms=text(record.get("license_other")) or text(record.get("license_title")), methodology=_methodology(record), caveats=text(record.get("caveats")),
        countries=tuple(_country(name) for group in several_of(record, "groups") if (name := text(group.get("name")))),
        tags=tuple(name for tag in several_of(record, "tags") if (name := text(tag.get("name")))), updated=_day(text(record.get("last_modified"))),
        due=_day(text(record.get("due_date"))), files=tuple(_file(one) for one in several_of(record, "resources")),
    )  # fmt: skip


def licence(code: str | None, other: str | None) -> str:
    """The house's word for HDX's licence. "Other" is read by its text: IOM's terms are known, any other are the
    publisher's own and do not travel; without a text nobody has said. An id that is not listed is unstated too.
    """
    if code in ("hdx-other", "other", "hdx-multi"):
        if not other:
            return "unstated"
        return "IOM-DTM" if _IOM.search(other) and code != "hdx-multi" else "publisher-terms"
    return LICENCES.get(code or "", "unstated")


def _every(days: str | None) -> int | None:
    """Days between updates: 0 live; null for -1 (never), -2 (as needed) and for what is not told."""
    number = int(days) if days and re.fullmatch(r"-?\d+", days) else -1
    return number if number >= 0 else None


def _country(group: str) -> str:
    return "WLD" if group == "world" else group.upper()


def _methodology(record: dict[str, Any]) -> str | None:
    told = text(record.get("methodology"))
    return text(record.get("methodology_other")) or told if told in ("Other", None) else told


def _file(one: dict[str, Any]) -> File:
    p_coded = one.get("p_coded")
    return File(
        id=str(one.get("id")), name=str(one.get("name")), format=str(one.get("format") or "").upper(),
        url=text(one.get("download_url")) or text(one.get("url")) or "", updated=_day(text(one.get("last_modified"))), hash=text(one.get("hash")) or None,
        p_coded=None if p_coded is None else str(p_coded).lower() == "true",
    )  # fmt: skip


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat((written or "")[:10])
    except ValueError:
        return None
