"""ReliefWeb v2 (OCHA): what has been published about a country, as records with links, and how much of it by month.

What ReliefWeb collects belongs to whoever published it: titles, dates, publishers and links are kept, texts never.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, cast

import polars as pl

from qanat.errors import AskError, SourceError
from qanat.figures import Document
from qanat.sources.cells import sifted
from qanat.sources.locators import several
from qanat.sources.pages import envelope
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.request import Key, Question, Request
from qanat.sources.rows import Record, field, framed, listed, object_of, parts, several_of, text
from qanat.sources.rules import Rule, day, facet, kept, reading

NAME: Final = Key(
    name="reliefweb", sent="parameter", as_name="appname",
    how="ReliefWeb approves a name for whoever asks at apidoc.reliefweb.int, in some days; since November 2025 it answers no other",
)  # fmt: skip
REFUSED: Final = {
    403: f"ReliefWeb answers approved app names only: ask for one at apidoc.reliefweb.int and put it in {NAME.variable}",
    410: "ReliefWeb has closed version 1 of its service; version 2 is at https://api.reliefweb.int/v2/",
}
_LIMIT: Final = 1000
_FIELDS: Final = ["title", "date", "source", "country", "disaster", "format", "url", "url_alias"]
REPORTS: Final = Source(
    id="reliefweb.reports", counter="reliefweb", publisher="ReliefWeb", title="Reports published, by country, month and format",
    licence="publisher-terms", credit="ReliefWeb, a service of OCHA; each report is its publisher's", url="https://api.reliefweb.int/v2/reports",
    terms="https://reliefweb.int/terms-conditions", every=1, keys=(NAME,), needs=("country",), codes=("country",),
    caution="How much is written about a country says how closely it is watched, not how bad things are. A report about several countries counts in each.",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What ReliefWeb says about one report; `day` is when it was published, null where it is not told.

    link       its page on ReliefWeb, null where it is no https address
    disasters  GLIDE numbers
    """

    id: str
    title: str
    day: date | None
    publishers: tuple[str, ...]
    countries: tuple[str, ...]
    formats: tuple[str, ...]
    disasters: tuple[str, ...]
    link: str | None


def reports(data: bytes) -> list[Report]:
    """The reports of an answer, in its order; texts are not kept. Raises SourceError for an answer that is none."""
    return [_report(one) for _, one in _found(data)]


def counts(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """How many reports ReliefWeb took in about a country in a month: all (no facet), and by format (method reports@1).

    Counts are made of a whole answer only: where it has more reports than the document, there are none and a note says so.
    """
    found = _found(data)
    cells = [
        {"row": row, "at": at, "id": text(one.get("id")), "created": _dates(one).get("created"), "country": code, "format": name}
        for row, (at, one) in enumerate(found, 1)
        for code in _names(_fields(one), "country", "iso3") or ("",)
        for name in (None, *_names(_fields(one), "format", "name"))
    ]  # fmt: skip
    frame = framed(cells, ("row", "at", "id", "created", "country", "format"))
    no_day = Rule(column="created", word="date", broken=day("created").is_null(), why="is no date; year-month-day was expected", fatal=True)  # fmt: skip
    sound, aside = kept(frame, REPORTS, no_day)
    month = day("created").dt.month_start()
    dated = sound.with_columns(
        pl.col("country").str.to_uppercase(), start=month, end=month.dt.offset_by("1mo"), year=month.dt.year()
    )
    read, wrong = sifted(dated, REPORTS, places)
    whole = _whole(_pages(data)[0][1])
    account = (len(found), [aside.unique(maintain_order=True), wrong.unique(maintain_order=True)])
    if len(found) < whole:
        note = (
            f"the answer has {whole} reports and the document {len(found)} of them; join its pages to have them counted"
        )
        return reading(_counted(read.clear()), document, REPORTS, account, (note,))
    return reading(_counted(read), document, REPORTS, account)


def ask(source: Source, question: Question) -> list[Request]:
    """A posted question for every month of the years, about one country. Raises AskError without one."""
    if question.country is None:
        raise AskError(f"{source.id} answers for one country at a time; name it")
    first = pl.date_range(date(question.first, 1, 1), date(question.last, 12, 1), "1mo", eager=True)
    return [
        Request(
            url=source.url, keys=source.keys, refusals=REFUSED, body=json.dumps(_question(question.country, start, end))
        )
        for start, end in zip(first, first.dt.month_end(), strict=True)
    ]


def following(asked: Request, answer: bytes) -> Request | None:
    """The same question from where this answer ended; null after the last."""
    content = envelope(answer, asked.url)
    if not isinstance(content, dict) or asked.body is None:
        return None
    told, body = cast("dict[str, Any]", content), cast("dict[str, Any]", json.loads(asked.body))
    reached = int(body["offset"]) + len(told.get("data") or [])
    if not told.get("data") or reached >= _whole(told):
        return None
    return replace(asked, body=json.dumps({**body, "offset": reached}))


def _question(country: str, first: date, last: date) -> dict[str, Any]:
    span = {"from": f"{first}T00:00:00+00:00", "to": f"{last}T23:59:59+00:00"}
    conditions = [{"field": "country.iso3", "value": country.lower()}, {"field": "date.created", "value": span}]
    return {
        "filter": {"operator": "AND", "conditions": conditions}, "fields": {"include": _FIELDS}, "sort": ["date.created:asc", "id:asc"],
        "limit": _LIMIT, "offset": 0,
    }  # fmt: skip


def _pages(data: bytes) -> list[Record]:
    """The pages of an answer; SourceError where the service refuses, saying what to do about it."""
    found = parts(data, REPORTS, ("data",))
    for _, page in found:
        status = page.get("status") if isinstance(cast("object", page), dict) else None
        if status is not None and status != 200:
            told = object_of(page, "error").get("message") or "no message"
            raise SourceError(f"{REPORTS.id}: the service says {status} ({told}). {REFUSED.get(int(status), 'Ask again later')}")  # fmt: skip
    return found


def _found(data: bytes) -> list[Record]:
    return [one for page in _pages(data) for one in listed(page, REPORTS, ("data",))]


def _whole(page: dict[str, Any]) -> int:
    """How many reports the question has in all; SourceError where the answer does not say, since then none can be counted."""
    told = field(page, REPORTS, "totalCount")
    if not isinstance(told, int) or isinstance(told, bool):
        raise SourceError(f"{REPORTS.id}: totalCount is {told!r:.40}, not how many reports there are; nothing was kept, ask again")  # fmt: skip
    return told


def _counted(read: pl.DataFrame) -> pl.DataFrame:
    """Reports of each country and month, and of each format; each counted once by its number."""
    by = read.with_columns(facet=facet(format=pl.col("format"))).unique(["id", "country", "facet"], maintain_order=True)
    sums = by.group_by("country", "start", "end", "facet", maintain_order=True).agg(
        pl.col("row").first(), pl.len().cast(pl.Float64).alias("value"), several()
    )
    return sums.rename({"country": "place"}).with_columns(
        measure=pl.lit("event"), unit=pl.lit("reports"), group=pl.lit("reports"), method=pl.lit("reports@1")
    )


def _report(one: dict[str, Any]) -> Report:
    fields = _fields(one)
    told = _dates(one)
    link = text(fields.get("url_alias")) or text(fields.get("url"))
    written = text(told.get("original") or told.get("created"))
    return Report(
        id=str(one.get("id")), title=text(fields.get("title")) or "", day=_day(written), publishers=_names(fields, "source", "name"),
        countries=tuple(code.upper() for code in _names(fields, "country", "iso3")), formats=_names(fields, "format", "name"),
        disasters=_names(fields, "disaster", "glide"), link=link if link and link.startswith("https://") else None,
    )  # fmt: skip


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat((written or "")[:10])
    except ValueError:
        return None


def _fields(one: dict[str, Any]) -> dict[str, Any]:
    return object_of(one, "fields")


def _dates(one: dict[str, Any]) -> dict[str, Any]:
    return object_of(_fields(one), "date")


def _names(fields: dict[str, Any], kind: str, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for one in several_of(fields, kind) if (found := text(one.get(name)))))


ADAPTERS: Final = (Adapter(source=REPORTS, read=counts, ask=ask, following=following, together=True),)
