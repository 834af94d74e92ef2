"""What the answers of some sources list beside figures, or instead of them: data sets, reports, appeals, operations, notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from qanat.edition.places import places
from qanat.figures.words import LICENCES
from qanat.sources import fts, hdx, iom_dtm, ipc, reliefweb, unhcr_reference

Row = dict[str, Any]  # text, numbers, truth, null, or lists of texts


def _datasets(data: bytes, on: date) -> list[Row]:
    """HDX's data sets: whose, on what terms, of which days, how new, late or not on a day, and their files."""
    return [
        {
            "name": one.name, "title": one.title, "publisher": one.publisher, "licence": one.licence,
            "may_redistribute": LICENCES[one.licence].may_redistribute, "first": one.first, "last": one.last, "every_days": one.every,
            "updated": one.updated, "due": one.due, "late": one.late(on), "files": [f"{file.format} {file.url} (changed {file.updated or 'on a day not told'})" for file in one.files],
        }
        for one in hdx.datasets(data)
    ]  # fmt: skip


def _plain(records: Iterable[Any]) -> list[Row]:
    return [asdict(one) for one in records]


def _footnotes(data: bytes, _: date) -> list[Row]:
    found, _aside = unhcr_reference.footnotes(data, places().codes())
    return [{**asdict(one), "years": [f"{first}-{last}" for first, last in one.years]} for one in found]


LISTS: Final[Mapping[str, Callable[[bytes, date], list[Row]]]] = {
    "fts.plans": lambda data, _: _plain(fts.appeals(data)),
    "hdx.catalogue": _datasets,
    "iom.dtm-country-list": lambda data, _: iom_dtm.countries(data).to_dicts(),
    "iom.dtm-operation-list": lambda data, _: iom_dtm.operations(data).to_dicts(),
    "ipc.analyses": lambda data, _: _plain(ipc.analyses(data)),
    "reliefweb.reports": lambda data, _: _plain(reliefweb.reports(data)),
    "unhcr.countries": lambda data, _: unhcr_reference.countries(data, places())[0].to_dicts(),
    "unhcr.footnotes": _footnotes,
    "unhcr.regions": lambda data, _: unhcr_reference.regions(data).to_dicts(),
}
