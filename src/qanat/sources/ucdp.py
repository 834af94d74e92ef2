"""UCDP Georeferenced Event Dataset: people killed in organised violence, event by event, yearly and monthly candidate releases.

Reads the API's JSON pages, the bulk CSV (as it is or zipped) and the CSV of older versions with their HXL tag row.
Definitions: UCDP GED Codebook; Sundberg and Melander 2013, Journal of Peace Research 50(4).
"""

from __future__ import annotations

from typing import Final, Literal, cast

import polars as pl

from qanat.figures import Document, F
from qanat.sources.answers import aside, listed, none_left, text, told
from qanat.sources.cells import sifted
from qanat.sources.facets import facet
from qanat.sources.gleditsch_ward import STATES
from qanat.sources.long_answers import by_column
from qanat.sources.packed import unpacked
from qanat.sources.pages import envelope
from qanat.sources.record import REJECTED, Adapter, Reading, Source
from qanat.sources.shape import figures
from qanat.sources.ucdp_ask import TOKEN, ask, ask_bulk, following
from qanat.sources.wide import complete, numbered, picked

_DEATHS: Final = ("best", "low", "high", "deaths_civilians")
_COLUMNS: Final = ("id", "type_of_violence", "country_id", "date_start", "date_end", *_DEATHS)
_TYPES: Final = ("1", "2", "3")  # state-based, non-state, one-sided violence
_PATH: Final = ("Result",)
_CAUTION: Final = (
    "UCDP counts an event where a source names the actors and at least one person was killed; best is its best estimate, low and "
    "high the lowest and highest reliable report, no probability. Countries are states of Gleditsch and Ward's list: events in "
    "Gaza and the West Bank stand under Israel. Candidate events are checked again before the yearly release."
)


def _source(name: str, title: str, url: str, every: int, *, open_to_all: bool = False) -> Source:
    return Source(
        id=f"ucdp.{name}", counter="ucdp", publisher="Uppsala Conflict Data Program", title=f"UCDP Georeferenced Event Dataset{title}",
        licence="CC-BY-4.0", url=url, terms="https://ucdp.uu.se/downloads/", every=every, columns=_COLUMNS, year="", counts=_DEATHS,
        credit="Uppsala Conflict Data Program (UCDP), Georeferenced Event Dataset, Uppsala University; Sundberg and Melander 2013",
        words={"type_of_violence": _TYPES}, keys=() if open_to_all else (TOKEN,), caution=_CAUTION,
    )  # fmt: skip


EVENTS: Final = _source("ged", "", "https://ucdpapi.pcr.uu.se/api/gedevents/", 365)
CANDIDATES: Final = _source("candidate", ", candidate events", "https://ucdpapi.pcr.uu.se/api/gedevents/", 30)
BULK: Final = _source("ged-bulk", ", bulk download", "https://ucdp.uu.se/downloads/ged/", 365, open_to_all=True)


def events(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """People killed by event, in all (facet event, type) and civilians among them (killed=civilians), from the first day
    an event may have had to its last.

    value is UCDP's best estimate; low and high are the lowest and highest reliable report: bounds of what was said
    (level 1), left out where they do not hold the best estimate. Civilians have no bounds of their own.
    An event told again in one document is replaced by its last record. Places are countries: UCDP's names of provinces
    carry no codes, and matching them is left to whoever reviews the matches.
    """
    return _read(data, document, EVENTS, "counted", places)


def candidates(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """As `events`, of a monthly candidate release: its events are provisional until the yearly release has them."""
    return _read(data, document, CANDIDATES, "provisional", places)


def bulk(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """As `events`, of the file with all events since 1989."""
    return _read(data, document, BULK, "counted", places)


def _read(
    data: bytes, document: Document, source: Source, status: Literal["counted", "provisional"], places: frozenset[str] | None
) -> Reading:  # fmt: skip
    found = _records(unpacked(data, source), source)
    whole, rejected = sifted(found, source)
    kept, faults = _sound(_dated(whole), places)
    rejected = pl.concat([rejected, faults]).sort("row", maintain_order=True)
    none_left(kept, rejected, source)
    newest = kept.unique("id", keep="last", maintain_order=True)
    cells = _cells(newest.with_columns(status=pl.lit(status)))
    counted = cells.filter(F.value.is_not_null())
    return Reading(
        figures=figures(counted, document, source.counter), rows=found.height, empty=cells.height - counted.height, rejected=rejected,
        superseded=kept.height - newest.height, notes=_notes(newest),
    )  # fmt: skip


def _records(data: bytes, source: Source) -> pl.DataFrame:
    """The columns that are read, as texts, with `row` and `at`; numbers as whole numbers are written."""
    head = data[:200].lstrip()[:1]
    frame = _csv(data, source) if head not in (b"{", b"[", b"<", b"") else _pages(data, source)
    return frame.with_columns(pl.col("id", "country_id", "type_of_violence").str.replace(r"\.0+$", ""))


def _pages(data: bytes, source: Source) -> pl.DataFrame:
    """The events of a page, or of several that were made one document."""
    if data.lstrip()[:1] != b"[":
        quick = by_column(data, source.columns, _PATH)
        if quick is None or any(quick.get_column(name).is_null().all() for name in source.columns):
            return told(data, source, _PATH).records  # the careful way says what is wrong
        return numbered(quick).with_columns(at=pl.format("/Result/{}", pl.col("row") - 1))
    pages = cast("list[object]", envelope(data, source.id))
    found = [
        (f"/{n}/Result/{at}", event)
        for n, one in enumerate(pages)
        for at, event in enumerate(listed(one, source, _PATH))
    ]
    complete(found[0][1] if found else {}, source)
    frame = pl.DataFrame(
        {name: [text(event.get(name)) for _, event in found] for name in source.columns},
        schema=dict.fromkeys(source.columns, pl.String()),
    )
    return numbered(frame).with_columns(at=pl.Series([at for at, _ in found], dtype=pl.String()))


def _csv(data: bytes, source: Source) -> pl.DataFrame:
    tags = pl.col("date_start").str.starts_with("#").fill_null(value=False)
    return picked(data, source).with_columns(at=pl.format("row {}", "row")).filter(~tags)


def _dated(kept: pl.DataFrame) -> pl.DataFrame:
    """`start` and `end`, half-open; `place` as ISO 3166 from the state's number."""
    first, last = (
        pl.col(name).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False) for name in ("date_start", "date_end")
    )
    states = {str(number): iso for number, iso in STATES.items()}
    place = pl.col("country_id").replace_strict(states, default=None, return_dtype=pl.String)
    return kept.with_columns(start=first, end=last.dt.offset_by("1d"), place=place)


def _sound(kept: pl.DataFrame, places: frozenset[str] | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The events with an id, a country and days in order, and the others as REJECTED."""
    rules = (
        (F.place.is_null(), "country_id", ("country", "is no number of a state in Gleditsch and Ward's list")),
        (~F.place.is_in(sorted(places or STATES.values())), "country_id", ("country", "is a state whose country is not listed here")),
        (pl.col("id").is_null() | (pl.col("id") == ""), "id", ("id", "is no name of an event")),
        (F.start.is_null(), "date_start", ("date", "is no date; year-month-day was expected")),
        (F.end.is_null(), "date_end", ("date", "is no date; year-month-day was expected")),
        (F.end <= F.start, "date_end", ("period", "is before the event begins")),
    )  # fmt: skip
    if not kept.select(pl.any_horizontal(broken.fill_null(value=True) for broken, _, _ in rules).any()).item():
        return kept, pl.DataFrame(schema=REJECTED)
    faults: list[pl.DataFrame] = []
    for broken, column, rule in rules:
        kept, found = aside(kept, broken, column, rule)
        faults.append(found)
    return kept, pl.concat(faults)


def _cells(events: pl.DataFrame) -> pl.DataFrame:
    """Two rows an event: everyone killed, and the civilians among them."""
    same = {"group": pl.lit("dead"), "measure": pl.lit("flow"), "unit": pl.lit("people")}
    columns = ("place", "start", "end", "status")
    event, kind, held = pl.col("id"), pl.col("type_of_violence"), _holds()
    lazy = events.lazy()
    everyone = lazy.select(
        *columns, value="best", low=pl.when(held).then("low"), high=pl.when(held).then("high"), level=pl.when(held).then(1.0),
        facet=facet(event=event, type=kind), locator=pl.concat_str("at", pl.lit("#best")), **same,
    )  # fmt: skip
    none = pl.lit(None, dtype=pl.Float64)
    civilians = lazy.select(
        *columns, value="deaths_civilians", low=none, high=none, level=none,
        facet=facet(event=event, killed=pl.lit("civilians"), type=kind), locator=pl.concat_str("at", pl.lit("#deaths_civilians")), **same,
    )  # fmt: skip
    return pl.concat([everyone, civilians]).collect()


def _holds() -> pl.Expr:
    return pl.col("best").is_between("low", "high")


def _notes(events: pl.DataFrame) -> tuple[str, ...]:
    apart = events.filter(~_holds()).height
    return (f"{apart} intervals do not hold their best estimate and were left out",) if apart else ()


ADAPTERS: Final = (
    Adapter(source=EVENTS, read=events, ask=ask, following=following),
    Adapter(source=CANDIDATES, read=candidates, ask=ask, following=following),
    Adapter(source=BULK, read=bulk, ask=ask_bulk),
)
