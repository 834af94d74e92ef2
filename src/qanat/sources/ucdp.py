"""UCDP Georeferenced Event Dataset: people killed in organised violence, event by event, yearly and monthly candidate releases.

Reads the API's JSON pages, the bulk CSV (as it is or zipped) and the CSV of older versions with their HXL tag row.
Definitions: UCDP GED Codebook; Sundberg and Melander 2013, Journal of Peace Research 50(4).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from itertools import accumulate
from typing import Final, Literal, cast

import polars as pl

from qanat.figures import Document, F
from qanat.sources.answers import aside, listed, none_left, text, told
from qanat.sources.begin import begin
from qanat.sources.cells import faulty, number, sifted
from qanat.sources.facets import facet
from qanat.sources.gleditsch_ward import STATES
from qanat.sources.long_answers import by_column
from qanat.sources.packed import unpacked
from qanat.sources.pages import envelope
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import figures
from qanat.sources.ucdp_ask import TOKEN, ask, ask_bulk, following
from qanat.sources.wide import complete, numbered, picked

_DEATHS: Final = ("best", "low", "high", "deaths_civilians")
_COLUMNS: Final = ("id", "type_of_violence", "country_id", "date_start", "date_end", *_DEATHS)
_COUNTED: Final = ("best", "deaths_civilians")  # everyone killed, civilians among them
_Status = Literal["counted", "provisional"]
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
        parts="a release, as 25.0.10 for October 2025" if name == "candidate" else "a release, as 25.1",
    )  # fmt: skip


EVENTS: Final = _source("ged", "", "https://ucdpapi.pcr.uu.se/api/gedevents/", 365)
CANDIDATES: Final = _source("candidate", ", candidate events", "https://ucdpapi.pcr.uu.se/api/gedevents/", 30)
_NO_TEXTS: Final = pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String()))  # events as they come: texts
BULK: Final = _source("ged-bulk", ", bulk download", "https://ucdp.uu.se/downloads/ged/", 365, open_to_all=True)


def events(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """People killed by event, in all (facet event, type) and civilians among them (killed=civilians), from the first day
    an event may have had to its last.

    value is UCDP's best estimate; low and high are the lowest and highest reliable report: bounds of what was said
    (level 1), left out where they do not hold the best estimate. Civilians have no bounds of their own.
    An event told again in one document is replaced by its last record. Places are countries: UCDP's names of provinces
    carry no codes, and matching them is left to whoever reviews the matches.
    """
    return _read(EVENTS, "counted", [(data, document)], places=places)[0]


def candidates(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """As `events`, of a monthly candidate release: its events are provisional until the yearly release has them."""
    return _read(CANDIDATES, "provisional", [(data, document)], places=places)[0]


def bulk(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """As `events`, of the file with all events since 1989."""
    return _read(BULK, "counted", [(data, document)], places=places)[0]


def _read(
    source: Source, status: _Status, pages: Sequence[tuple[bytes, Document]], *, places: frozenset[str] | None = None
) -> list[Reading]:
    """Readings of pages, each as if it were read alone; a release has hundreds, and one look at many is quicker."""
    found = [_records(unpacked(data, source), source) for data, _ in pages]
    whole = _faultless(pl.concat(one.with_columns(page=pl.lit(at, pl.Int32)) for at, one in enumerate(found)), places)
    papers = [document for _, document in pages]
    if whole is None:
        return [_examined(one, document, source, status, places) for one, document in zip(found, papers, strict=True)]
    made = [figures(cells.drop("page"), papers[0], source.counter) for cells in _cells(_of(whole, papers, status))]
    readings: list[Reading] = []
    for end, page in zip(accumulate(one.height for one in found), found, strict=True):
        own, parts = whole.slice(end - page.height, page.height), list[pl.DataFrame]()
        for side, name in enumerate(_COUNTED):
            count = own.height - own.get_column(name).null_count()
            parts.append(made[side].head(count))
            made[side] = made[side].slice(count)
        empty = 2 * own.height - sum(part.height for part in parts)
        readings.append(Reading(figures=pl.concat(parts), rows=own.height, empty=empty, notes=_notes(own)))
    return readings


def _of(events: pl.DataFrame, papers: list[Document], status: _Status) -> pl.LazyFrame:
    """The events with the document each stands in."""
    page, at = pl.col("page"), list(range(len(papers)))
    source = page.replace_strict(at, [one.id for one in papers], return_dtype=pl.String)
    known = page.replace_strict(at, [one.published for one in papers], return_dtype=pl.Date)
    return events.lazy().with_columns(source=source, known=known, status=pl.lit(status))


def _examined(
    found: pl.DataFrame, document: Document, source: Source, status: _Status, places: frozenset[str] | None
) -> Reading:
    """The reading of a page in which something may be wrong: what is, is set aside with the rule it broke."""
    whole, rejected = sifted(found, source)
    kept, faults = _sound(_dated(whole), places)
    rejected = pl.concat([rejected, faults]).sort("row", maintain_order=True)
    none_left(kept, rejected, source)
    newest = kept.unique("id", keep="last", maintain_order=True)
    cells = pl.concat(_cells(_of(newest.with_columns(page=pl.lit(0, pl.Int32)), [document], status)))
    made = figures(cells.drop("page"), document, source.counter)
    return Reading(
        figures=made, rows=found.height, empty=2 * newest.height - made.height, rejected=rejected,
        superseded=kept.height - newest.height, notes=_notes(newest),
    )  # fmt: skip


def _faultless(found: pl.DataFrame, places: frozenset[str] | None) -> pl.DataFrame | None:
    """The events of pages with numbers, days and place, where nothing is wrong with any and none is told twice on its page;
    else null, and `sifted` and `_sound` tell what."""
    parsed, conditions = _looks()
    told_of = found.lazy().with_columns(*parsed, *_days(), _faulty=pl.any_horizontal(conditions))
    unplaced = pl.any_horizontal(broken.fill_null(value=True) for broken, _, _ in _rules(places))
    whole = told_of.with_columns(_faulty=(pl.col("_faulty").fill_null(value=False) | unplaced).any()).collect()
    once = whole.select("page", "id").hash_rows().n_unique() == whole.height  # equal rows have equal hashes
    return None if whole.is_empty() or whole.item(0, "_faulty") or not once else whole.drop("_faulty")


@cache
def _looks() -> tuple[list[pl.Expr], list[pl.Expr]]:
    """The numbers of an event's texts, and every way a text may be wrong."""
    return [number(_NO_TEXTS, name) for name in EVENTS.numbers], faulty(_NO_TEXTS, EVENTS)


def _records(data: bytes, source: Source) -> pl.DataFrame:
    """The columns that are read, as texts, with `row` and `at`; numbers as whole numbers are written."""
    frame = _csv(data, source) if begin(data, 1) not in (b"{", b"[", b"<", b"") else _pages(data, source)
    whole = frame.with_columns(pl.col("id", "country_id", "type_of_violence").str.replace(r"\.0+$", ""))
    return whole.select("row", "at", *source.columns)


def _pages(data: bytes, source: Source) -> pl.DataFrame:
    """The events of a page, or of several that were made one document."""
    if begin(data, 1) != b"[":
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
    return kept.with_columns(_days())


@cache
def _days() -> list[pl.Expr]:
    first, last = (
        pl.col(name).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False) for name in ("date_start", "date_end")
    )
    states = {str(number): iso for number, iso in STATES.items()}
    place = pl.col("country_id").replace_strict(states, default=None, return_dtype=pl.String)
    return [first.alias("start"), last.dt.offset_by("1d").alias("end"), place.alias("place")]


def _sound(kept: pl.DataFrame, places: frozenset[str] | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The events with an id, a country and days in order, and the others as REJECTED."""
    faults: list[pl.DataFrame] = []
    for broken, column, rule in _rules(places):
        kept, found = aside(kept, broken, column, rule)
        faults.append(found)
    return kept, pl.concat(faults)


@cache
def _rules(places: frozenset[str] | None) -> tuple[tuple[pl.Expr, str, tuple[str, str]], ...]:
    """What must not be of a dated event: when it is so (null counts as so), the column, the rule's word and the fault."""
    return (
        (F.place.is_null(), "country_id", ("country", "is no number of a state in Gleditsch and Ward's list")),
        (~F.place.is_in(sorted(places or STATES.values())), "country_id", ("country", "is a state whose country is not listed here")),
        (pl.col("id").is_null() | (pl.col("id") == ""), "id", ("id", "is no name of an event")),
        (F.start.is_null(), "date_start", ("date", "is no date; year-month-day was expected")),
        (F.end.is_null(), "date_end", ("date", "is no date; year-month-day was expected")),
        (F.end <= F.start, "date_end", ("period", "is before the event begins")),
    )  # fmt: skip


def _cells(events: pl.LazyFrame) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Rows of everyone killed, and of the civilians among them; an event without the number has none."""
    same = {"group": pl.lit("dead"), "measure": pl.lit("flow"), "unit": pl.lit("people")}
    columns = ("page", "source", "known", "place", "start", "end", "status")
    event, kind, held, none = pl.col("id"), pl.col("type_of_violence"), _holds(), pl.lit(None, dtype=pl.Float64)
    everyone = events.select(
        *columns, value="best", low=pl.when(held).then("low"), high=pl.when(held).then("high"), level=pl.when(held).then(1.0),
        facet=facet(event=event, type=kind), locator=pl.concat_str("at", pl.lit("#best")), **same,
    )  # fmt: skip
    civilians = events.select(
        *columns, value="deaths_civilians", low=none, high=none, level=none,
        facet=facet(event=event, killed=pl.lit("civilians"), type=kind), locator=pl.concat_str("at", pl.lit("#deaths_civilians")), **same,
    )  # fmt: skip
    return everyone.filter(F.value.is_not_null()), civilians.filter(F.value.is_not_null())


def _holds() -> pl.Expr:
    return pl.col("best").is_between("low", "high")


def _notes(events: pl.DataFrame) -> tuple[str, ...]:
    apart = events.filter(~_holds()).height
    return (f"{apart} intervals do not hold their best estimate and were left out",) if apart else ()


ADAPTERS: Final = (
    Adapter(source=EVENTS, read=events, ask=ask, following=following, many=partial(_read, EVENTS, "counted")),
    Adapter(
        source=CANDIDATES, read=candidates, ask=ask, following=following, many=partial(_read, CANDIDATES, "provisional")
    ),
    Adapter(source=BULK, read=bulk, ask=ask_bulk),
)
