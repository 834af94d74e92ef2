"""Published tables made by hand for tests of the adapters, and the one figure a test speaks of."""

from __future__ import annotations

import json
from datetime import date

import polars as pl

from qanat.figures import Document, require
from qanat.sources.record import Reading, Source

PUBLISHED = date(2026, 6, 25)
RETRIEVED = date(2026, 11, 23)


def paper(source: Source, data: bytes = b"") -> Document:
    """The document of these bytes, published on 25 June 2026."""
    return source.document(data, PUBLISHED, RETRIEVED)


def csv(*rows: str) -> bytes:
    """A CSV, head first."""
    return "\n".join(rows).encode()


def answer(*items: dict[str, object], pages: int = 1, page: int = 1) -> bytes:
    """One page of UNHCR's service, as it writes them."""
    envelope = {"page": page, "short-url": "TEST00", "maxPages": pages, "total": [], "items": list(items)}
    return json.dumps(envelope).encode()


def pair(origin: str, place: str, **cells: object) -> dict[str, object]:
    """A record of UNHCR's service for people from `origin` in `place`; cells as the service writes them."""
    return {
        "year": 2025, "coo_id": 1, "coo_name": origin, "coo": origin, "coo_iso": origin,
        "coa_id": 2, "coa_name": place, "coa": place, "coa_iso": place,
    } | cells  # fmt: skip


def asked(reading: Reading, **where: object) -> pl.DataFrame:
    """The reading's figures with these cells (null is asked for as None), after the house's checks."""
    sound = require(reading.figures)
    return sound.filter(pl.lit(value=True), *(pl.col(name).eq_missing(pl.lit(value)) for name, value in where.items()))


def only(reading: Reading, **where: object) -> dict[str, object]:
    """The one figure with these cells."""
    found = asked(reading, **where)
    assert found.height == 1, found.select("group", "origin", "place", "sex", "age_from", "age_to", "facet", "value")
    return found.row(0, named=True)


def bounds(figure: dict[str, object]) -> tuple[object, object, object]:
    """Low, high and level of a figure."""
    return figure["low"], figure["high"], figure["level"]
