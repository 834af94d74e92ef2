"""Job: every source this qanat reads, what is held of it, how fresh that is, and what it takes to ask for more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.figures.words import LICENCES
from qanat.sources.known import ADAPTERS, PAST, SOURCES
from qanat.sources.record import Source
from qanat.sources.request import Key
from qanat.store import Engine

GRACE: Final = 60  # days a release may be late before it is called overdue


def sources(store: Engine, today: date, has_key: Callable[[Key], bool], as_of: date | None = None) -> dict[str, Any]:
    """One record a source: facts (publisher, licence and what it allows, credit, terms, caution), what is held (figures,
    newest: the latest day a figure speaks of, published: the newest document's day), `every_days` as the publisher
    states it, `state` ("fresh", "due", "overdue" against that; "earlier release" where no newer one is awaited; "not held"), `ask` ("open", "key set", "key missing",
    "file", "edition"), what the question must name (`needs`) and what a part is (`parts`), and for keys the variable and how one is got. Null means unknown or not held.

    as_of  what was held of documents published by this day, and how fresh it was then
    """
    today = min(as_of, today) if as_of else today
    documents = [one for one in store.documents() if one.published <= today or not as_of]
    ids = [one.id for one in documents]
    held = store.held().filter(pl.col("source").is_in(ids) | pl.lit(as_of is None))
    held = held.with_columns(id=pl.col("source").str.split("@").list.first())
    by_source = {
        row["id"]: row
        for row in held.group_by("id").agg(pl.col("figures").sum(), pl.col("newest").max()).iter_rows(named=True)
    }
    published: dict[str, date] = {}
    for document in documents:
        name = document.series
        published[name] = max(document.published, published.get(name, document.published))
    rows = [_told(source, by_source.get(name), published.get(name), today, has_key) for name, source in SOURCES.items()]
    return {"schema": "qanat.sources/1", "as_of": as_of.isoformat() if as_of else None, "sources": rows}


def _told(
    source: Source, held: dict[str, Any] | None, published: date | None, today: date, has_key: Callable[[Key], bool]
) -> dict[str, Any]:
    licence = LICENCES[source.licence]
    newest: date | None = held["newest"] if held else None
    return {
        "id": source.id, "publisher": source.publisher, "title": source.title, "licence": source.licence,
        "may_redistribute": licence.may_redistribute, "may_derive": licence.may_derive, "condition": licence.condition,
        "credit": source.credit, "terms": source.terms, "address": source.url, "caution": source.caution, "every_days": source.every,
        "figures": held["figures"] if held else 0, "newest": newest.isoformat() if newest else None,
        "published": published.isoformat() if published else None, "age_days": (today - published).days if published else None,
        "state": "earlier release" if published and source.id in PAST else state(source.every, published, today), "ask": _asking(source, has_key), "needs": list(source.needs), "parts": source.parts or None,
        "keys": [{"variable": key.variable, "how": key.how, "set": has_key(key)} for key in source.keys],
    }  # fmt: skip


def state(every: int, published: date | None, today: date) -> str:
    """How fresh a source is against its own rhythm."""
    if published is None:
        return "not held"
    age = (today - published).days
    if age <= every:
        return "fresh"
    return "due" if age <= every + min(GRACE, every) else "overdue"


def _asking(source: Source, has_key: Callable[[Key], bool]) -> str:
    if source.id not in ADAPTERS:
        return "edition"
    if not source.service:
        return "file"
    if not source.keys:
        return "open"
    return "key set" if all(has_key(key) for key in source.keys) else "key missing"
