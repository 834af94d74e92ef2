"""GDACS's RSS feed: XML that declares nothing of its own, to one record an event."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from xml.etree import ElementTree

from qanat.errors import SourceError
from qanat.sources.record import Source
from qanat.sources.xml_answer import parsed

_SPACE: Final = {"gdacs": "http://www.gdacs.org"}
_TEXTS: Final = ("eventtype", "eventid", "episodeid", "alertlevel", "iscurrent", "temporary", "iso3")
_NEEDED: Final = ("eventtype", "eventid", "alertlevel", "fromdate", "todate")


def items(data: bytes, source: Source) -> list[dict[str, Any]]:
    """The feed's items in order, each with `at`, the XPath that leads to it; a date that is none is kept as it is.

    Raises SourceError for bytes that are no such feed, lack an element in every item, or declare a document type or
    entities (a few hundred bytes of those can fill a machine's memory).
    """
    root = parsed(data, source.id)
    found = root.findall("./channel/item")
    if root.tag != "rss" or not found:
        raise SourceError(
            f"{source.id}: the answer is {root.tag!r} with {len(found)} items, not an RSS feed with events; look at {source.url}"
        )
    missing = [name for name in _NEEDED if all(item.find(f"gdacs:{name}", _SPACE) is None for item in found)]
    if missing:
        raise SourceError(
            f"{source.id}: the items have no {', no '.join(f'gdacs:{name}' for name in missing)}; nothing was kept; "
            "if GDACS changed its feed, its adapter must learn the new elements"
        )
    return [_item(at, item) for at, item in enumerate(found, 1)]


def _item(at: int, item: ElementTree.Element) -> dict[str, Any]:
    people = item.find("gdacs:population", _SPACE)
    exposed = {} if people is None else {"population": people.get("value"), "band": people.get("unit")}
    return {
        **{name: (item.findtext(f"gdacs:{name}", None, _SPACE) or "").strip() for name in _TEXTS}, **exposed,
        "at": f"/rss/channel/item[{at}]", "fromdate": _day(item, "fromdate"), "todate": _day(item, "todate"),
    }  # fmt: skip


def _day(item: ElementTree.Element, name: str) -> str | None:
    """The day of "Tue, 10 Dec 2024 18:04:35 GMT" as year-month-day."""
    written = item.findtext(f"gdacs:{name}", None, _SPACE)
    try:
        found: datetime = parsedate_to_datetime(written or "")
    except (ValueError, TypeError):
        return written
    return found.date().isoformat()
