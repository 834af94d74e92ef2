"""GDACS (Global Disaster Alert and Coordination System): disaster events with their alert level, from its RSS feed and its
list of events (GeoJSON). Automatic and indicative: an alert says how likely it is that help from outside is needed.

An event is counted once for every country it is told for, and never added over countries (facet countries). People
exposed are figures only where GDACS gives them as a number of its own, never read out of a sentence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, cast

import polars as pl

from qanat.errors import AskError
from qanat.figures import Document
from qanat.sources.cells import sifted
from qanat.sources.gdacs_feed import items
from qanat.sources.pages import envelope
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.request import Question, Request
from qanat.sources.rows import framed, listed, object_of, parts, several_of, text
from qanat.sources.rules import Rule, blank, dates, facet, kept, period, reading
from qanat.sources.shape import WORLD

_ALERTS: Final = ("Green", "Orange", "Red")
HAZARDS: Final = ("EQ", "TC", "FL", "VO", "DR", "WF")  # earthquake, cyclone, flood, volcano, drought, wildfire
_TRUTH: Final = ("true", "false")
_PAGE: Final = 100  # events the search gives at once
_NAMES: Final = ("row", "at", "eventtype", "eventid", "episodeid", "alertlevel", "iscurrent", "temporary", "fromdate", "todate", "iso3", "countries", "population", "band")  # fmt: skip

EVENTS: Final = Source(
    id="gdacs.events", counter="gdacs", publisher="GDACS", title="Disaster alerts: list of events", licence="CC-BY-4.0",
    url="https://www.gdacs.org/gdacsapi/api/events/geteventlist/SEARCH", terms="https://www.gdacs.org/About/termofuse.aspx", every=1,
    credit="Global Disaster Alert and Coordination System (GDACS), United Nations and European Commission",
    words={"alertlevel": _ALERTS, "eventtype": HAZARDS, "iscurrent": _TRUTH, "temporary": _TRUTH}, codes=("iso3",), decimals=("population",),
    caution="Indicative and automatic; numbers of people exposed come from models and are not people affected.",
)  # fmt: skip
FEED: Final = replace(EVENTS, id="gdacs.feed", title="Disaster alerts: RSS feed", url="https://www.gdacs.org/xml/rss.xml")  # fmt: skip


def events(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """Events of the service's list (value 1; facet event=EQ123;alert=Orange;hazard=EQ), in each country they are told for.

    An event without a country code of its own is that of its affected countries; with none it is set aside.
    """
    found = [
        (at, object_of(one, "properties"))
        for part in parts(data, EVENTS, ("features",))
        for at, one in listed(part, EVENTS, ("features",))
    ]
    return _read([_event(row, at, one) for row, (at, one) in enumerate(found, 1)], document, EVENTS, places)


def feed(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """Events of the RSS feed, and people exposed (facet band: where the hazard was so strong) where the feed has a number.

    Raises SourceError for XML that declares a document type or entities, which is never parsed.
    """
    return _read([{**one, "row": row} for row, one in enumerate(items(data, FEED), 1)], document, FEED, places)


def ask(source: Source, question: Question) -> list[Request]:
    """The first page of each month's events of the question's years, of every hazard and alert.

    A country is not sent: the service knows names, not codes. Raises AskError for a part.
    """
    if question.part is not None:
        raise AskError(f"{source.id} has no parts ({question.part!r}); ask for years")
    fixed = {"eventlist": ";".join(HAZARDS), "alertlevel": ";".join(_ALERTS), "pagesize": str(_PAGE), "pagenumber": "1"}
    months = [(year, month) for year in range(question.first, question.last + 1) for month in range(1, 13)]
    ends = pl.select(
        pl.Series([f"{year}-{month:02d}-01" for year, month in months]).str.to_date().dt.month_end()
    ).to_series()
    return [
        Request(url=source.url, params={**fixed, "fromdate": f"{year}-{month:02d}-01", "todate": str(end)})
        for (year, month), end in zip(months, ends, strict=True)
    ]


def ask_feed(source: Source, _question: Question) -> list[Request]:
    """The feed: the events of the last days, which cannot be narrowed."""
    return [Request(url=source.url)]


def following(asked: Request, answer: bytes) -> Request | None:
    """The next page of events; null after one that is not full."""
    content = envelope(answer, asked.url)
    found = cast("dict[str, object]", content).get("features") if isinstance(content, dict) else None
    if not isinstance(found, list) or len(cast("list[object]", found)) < _PAGE:
        return None
    return replace(asked, params={**asked.params, "pagenumber": str(int(asked.params["pagenumber"]) + 1)})


def _event(row: int, at: str, one: dict[str, Any]) -> dict[str, Any]:
    several = sorted({code for place in several_of(one, "affectedcountries") if (code := text(place.get("iso3")))})
    return {
        **{name: one.get(name) for name in ("eventtype", "eventid", "episodeid", "alertlevel", "fromdate", "todate")}, "row": row, "at": at,
        "iscurrent": one.get("iscurrent"), "temporary": one.get("istemporary"), "iso3": one.get("iso3") or "+".join(several),
    }  # fmt: skip


def _read(found: list[dict[str, Any]], document: Document, source: Source, places: frozenset[str] | None) -> Reading:
    frame = framed(found, _NAMES).with_columns(pl.col("iscurrent", "temporary").str.to_lowercase())
    event, episode = (
        pl.concat_str("eventtype", "eventid"),
        pl.col("episodeid").cast(pl.Int64, strict=False).fill_null(0),
    )
    last = frame.filter(episode == episode.max().over(event)).unique(
        ["eventtype", "eventid"], keep="first", maintain_order=True
    )
    nowhere = Rule(column="iso3", word="country", broken=blank("iso3"), why="is the country: the event has no code of its own and no affected countries")  # fmt: skip
    sound, aside = kept(last, source, nowhere, *dates("fromdate", "todate"))
    each = sound.with_columns(iso3=pl.col("iso3").str.split("+"), countries=pl.when(pl.col("iso3").str.contains("+", literal=True)).then("iso3")).explode("iso3")  # fmt: skip
    read, wrong = sifted(period(each, "fromdate", "todate"), source, places)
    return reading(_cells(read), document, source, (frame.height, [aside, wrong]), replaced=frame.height - last.height)


def _cells(read: pl.DataFrame) -> pl.DataFrame:
    """The event in each of its countries, then the people exposed to it, undivided where it has several."""
    cuts = {
        "alert": pl.col("alertlevel"), "countries": pl.col("countries"), "event": pl.concat_str("eventtype", "eventid"), "hazard": pl.col("eventtype")
    }  # fmt: skip
    open_still = (pl.col("iscurrent") == "true") | (pl.col("temporary") == "true")
    happened = read.with_columns(
        place=pl.col("iso3"), measure=pl.lit("event"), unit=pl.lit("events"), group=pl.lit("disasters"), value=pl.lit(1.0), facet=facet(**cuts),
        status=pl.when(open_still).then(pl.lit("provisional")).otherwise(pl.lit("counted")), basis=pl.lit(None, dtype=pl.String),
    )  # fmt: skip
    exposed = read.filter(pl.col("population").is_not_null()).with_columns(
        place=pl.when(pl.col("countries").is_null()).then("iso3").otherwise(pl.lit(WORLD)), measure=pl.lit("exposed"), unit=pl.lit("people"),
        group=pl.lit("people"), value="population", at=pl.concat_str("at", pl.lit("#population")), status=pl.lit("estimated"), basis=pl.lit("model"),
        facet=facet(**cuts, band=pl.col("band").str.replace_all(">=", "≥", literal=True).str.replace_all(r"[&()]", "")),
    )  # fmt: skip
    return pl.concat([happened, exposed.select(happened.columns)])


ADAPTERS: Final = (
    Adapter(source=EVENTS, read=events, ask=ask, following=following),
    Adapter(source=FEED, read=feed, ask=ask_feed),
)
