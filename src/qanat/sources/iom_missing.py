"""IOM Missing Migrants Project: people who died or went missing on the way, incident by incident, a file a year."""

from __future__ import annotations

import html
from datetime import date, timedelta
from functools import cache
from typing import Final

import polars as pl

from qanat.edition.places import places as known_places
from qanat.errors import AskError
from qanat.figures import Document, F
from qanat.sources.answers import aside, none_left, told
from qanat.sources.cells import sifted
from qanat.sources.locators import several
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.request import Question, Request
from qanat.sources.shape import figures

_URL: Final = "https://missingmigrants.iom.int/global-figures/"
_COUNTS: Final = (
    "number_dead",
    "number_missing",
    "total_dead_and_missing",
    "number_of_female",
    "number_of_male",
    "number_of_children",
)
_UNKNOWN: Final = ("", "unknown", "mixed", "mixed/unknown", "n/a")
_SAME: Final = ("place", "origin", "day", "facet")
_LATE: Final = timedelta(days=60)
INCIDENTS: Final = Source(
    id="iom.missing-migrants", counter="iom", publisher="IOM Missing Migrants Project", title="Missing Migrants: incidents of a year",
    licence="CC-BY-3.0-IGO", credit="IOM's Missing Migrants Project, missingmigrants.iom.int", url=_URL,
    terms="https://missingmigrants.iom.int/disclaimer", every=7, year="", signed=("number_missing",),
    counts=tuple(name for name in _COUNTS if name != "number_missing"),
    columns=("web_id", "region", "reported_date", *_COUNTS, "country_of_incident", "migration_route", "country_origin", "cause_death"),
    optional=(
        "number_of_survivors", "location_description", "unsd_geographic_grouping", "location_coodinates", "information_source", "url",
        "source_quality", "region_origin",
    ),
    caution="a minimum: most deaths on the way are never reported; the year of an answer may be cut",
)  # fmt: skip


def by_year(source: Source, question: Question) -> list[Request]:
    """One answer for each year of the question; the service cannot narrow it to a country."""
    return [Request(url=f"{source.url}{year}/json") for year in range(question.first, question.last + 1)]


def incidents(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """People dead and missing on the day an incident was reported, by country of the incident, in people.

    Facet cause, incident (web_id) and route, and region where the country is not told (place XXX). origin only where one
    country is told. Women, men and children are counted among the dead and missing together: group dead-migrants or
    missing-migrants where an incident has only the one, else dead-or-missing-migrants, as has a total told alone. A blank
    is not zero. Records of one incident, day and place are parts of it and added (method records@1), also where they
    say the same: IOM splits an incident by the origin of its dead and tells the sum of all. A number of missing below
    zero takes back people found dead since: see `_settled`. Coordinates and descriptions are not read, survivors are no
    deaths and stay out.
    """
    answer = told(data, INCIDENTS)
    found, wrong = sifted(answer.records, INCIDENTS)
    whole, torn = aside(found, (pl.col("number_missing") % 1 != 0).fill_null(value=False), "number_missing", ("fraction", "is a fraction of a person"))  # fmt: skip
    kept, astray = _placed(whole, places)
    rejected = pl.concat([wrong, torn, astray])
    none_left(kept, rejected, INCIDENTS)
    cells = _cells(_added(_settled(kept.with_columns(place=pl.coalesce("place", pl.lit("XXX")), facet=_facet()))))
    return Reading(
        figures=figures(cells, document, "iom"), rows=answer.records.height, rejected=rejected,
        empty=sum(kept.select(_COUNTS).null_count().row(0)), notes=(*answer.notes, *_unsound(kept), *_cut(kept, min(document.published, document.retrieved))),
    )  # fmt: skip


@cache
def _code(name: str) -> str | None:
    """A country's code by its name, null where it names none or several."""
    try:
        return known_places().country(html.unescape(name)).code
    except AskError:
        return None


def _coded(found: pl.DataFrame, column: str) -> pl.Expr:
    names = [name for name in found.get_column(column).unique().drop_nulls() if name.lower() not in _UNKNOWN]
    return pl.col(column).replace_strict({name: _code(name) for name in names}, default=None, return_dtype=pl.String)


def _nowhere() -> pl.Expr:
    """Whether the publisher says that the country of the incident is not known."""
    return pl.col("country_of_incident").fill_null("").str.to_lowercase().is_in(list(_UNKNOWN))


def _placed(found: pl.DataFrame, places: frozenset[str] | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`place`, `origin` and `day`; records without a day or of a country that is none aside."""
    named = found.with_columns(
        place=_coded(found, "country_of_incident"), origin=_coded(found, "country_origin"),
        day=pl.col("reported_date").str.slice(0, 10).str.to_date(strict=False),
    )  # fmt: skip
    known = pl.lit(value=True) if places is None else pl.col("place").is_in(sorted(places))
    dated, no_day = aside(named, pl.col("day").is_null(), "reported_date", ("date", "is no day (2025-09-08)"))
    astray = ~_nowhere() & (pl.col("place").is_null() | ~known)
    kept, no_place = aside(dated, astray, "country_of_incident", ("country", "is no country"))
    return kept, pl.concat([no_day, no_place])


def _facet() -> pl.Expr:
    parts = {
        "cause": pl.col("cause_death"), "incident": pl.col("web_id"), "region": pl.when(_nowhere()).then("region"),
        "route": pl.col("migration_route"),
    }  # fmt: skip
    plain = {
        key: word.str.replace_all("&#0?39;", "'").str.replace_all("[=;]", " ").replace("", None)
        for key, word in parts.items()
    }
    cuts = [pl.concat_str(pl.lit(f"{key}="), word) for key, word in plain.items()]
    return pl.concat_str(cuts, separator=";", ignore_nulls=True).replace("", None)


def _settled(kept: pl.DataFrame) -> pl.DataFrame:
    """The records with no number of missing below zero, `alone` (a total that is not told apart) and `at_missing`.

    IOM takes people it told as missing back in a record of its own when they are found dead. They come off the most
    missing that a record of the incident tells, which is where they were counted. Where no record tells as many, the
    record's dead were counted before too: only its total holds. Either way an incident keeps its total.
    """
    missing = pl.col("number_missing")
    back, most = missing.filter(missing < 0).sum().over("web_id"), missing.max().over("web_id")
    first = pl.col("row").filter(missing == missing.max()).first().over("web_id")
    at_back = pl.col("at").filter(missing < 0).str.join("+").over("web_id")
    told, fits = (missing < 0).any().over("web_id"), most + back >= 0
    bears, gone = told & fits & (pl.col("row") == first), missing < 0
    settled = kept.with_columns(
        number_missing=pl.when(bears).then(missing + back).when(~gone | missing.is_null()).then(missing),
        number_dead=pl.when(~gone | fits | missing.is_null()).then("number_dead"),
        at_missing=pl.when(bears).then(pl.concat_str("at", pl.lit("+"), at_back)).when(~gone | missing.is_null()).then("at"),
        taken=gone & fits,
    )  # fmt: skip
    apart = (
        pl.col("number_dead").is_not_null()
        | pl.col("number_missing").is_not_null()
        | pl.col("taken").fill_null(value=False)
    )
    return settled.with_columns(alone=pl.when(~apart).then("total_dead_and_missing"))


def _added(settled: pl.DataFrame) -> pl.DataFrame:
    """One row an incident, day and place: its parts added, a number null where no part tells it."""
    counts = [
        pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in (*_COUNTS, "alone")
    ]
    return settled.group_by(_SAME, maintain_order=True).agg(*counts, at=several(), at_missing=several("at_missing"))


def _cells(added: pl.DataFrame) -> pl.DataFrame:
    """The dead, the missing, and both where they are not told apart; then women, men and children among them."""
    dead, missing, alone = (pl.col(name).fill_null(0) for name in ("number_dead", "number_missing", "alone"))
    whole = (
        pl.when((dead > 0) & (missing == 0) & (alone == 0)).then(pl.lit("dead-migrants"))
        .when((missing > 0) & (dead == 0) & (alone == 0)).then(pl.lit("missing-migrants"))
        .otherwise(pl.lit("dead-or-missing-migrants"))
    )  # fmt: skip
    rows = [
        _rows(added, pl.lit("dead-migrants"), "number_dead"),
        _rows(added, pl.lit("missing-migrants"), "number_missing", at="at_missing"),
        _rows(added.with_columns(total_dead_and_missing="alone"), pl.lit("dead-or-missing-migrants"), "total_dead_and_missing"),
        *(_rows(added, whole, f"number_of_{sex}", sex=sex) for sex in ("female", "male")),
        _rows(added, whole, "number_of_children", age_to=18),
    ]  # fmt: skip
    return pl.concat(rows)


def _rows(
    added: pl.DataFrame, group: pl.Expr, column: str, *, sex: str = "all", age_to: int | None = None, at: str = "at"
) -> pl.DataFrame:
    parts = pl.col(at).str.contains("+", literal=True)
    return added.select(
        *_SAME[:2], "facet", group=group, measure=pl.lit("flow"), unit=pl.lit("people"), start="day",
        end=pl.col("day").dt.offset_by("1d"), sex=pl.lit(sex), age_to=pl.lit(age_to, dtype=pl.Int16), value=column,
        method=pl.when(parts).then(pl.lit("records@1")).otherwise(pl.lit("published")), locator=pl.format("{}#{}", at, pl.lit(column)),
    ).filter(F.value.is_not_null())  # fmt: skip


def _unsound(once: pl.DataFrame) -> tuple[str, ...]:
    missing = pl.col("number_missing").fill_null(0)
    both = pl.col("number_dead").fill_null(0) + missing
    parts = pl.col("number_of_female").fill_null(0) + pl.col("number_of_male").fill_null(0)
    told_of = {
        "the dead and missing do not add up to the total": once.filter((both != pl.col("total_dead_and_missing")) & (both > 0)).height,
        "women and men are more than the dead and missing": once.filter(parts > pl.col("total_dead_and_missing")).height,
    }  # fmt: skip
    back = once.filter(missing < 0)
    found = -back.get_column("number_missing").sum()
    taken = f"in {back.height} records {found:.0f} people told as missing are taken back as found dead; each incident keeps its total"
    return (
        *(f"in {count} records {what}; all are kept as published" for what, count in told_of.items() if count),
        *((taken,) if back.height else ()),
    )


def _cut(once: pl.DataFrame, retrieved: date) -> tuple[str, ...]:
    """A sentence where the newest incident is more than two months before the year's end, or before the answer came."""
    newest = once.get_column("day").max()
    if not isinstance(newest, date):
        return ()
    until = min(date(newest.year, 12, 31), retrieved)
    if until - newest <= _LATE:
        return ()
    return (f"the newest incident of {newest.year} is of {newest}, months before {until}: the answer may be cut",)


ADAPTERS: Final = (Adapter(source=INCIDENTS, read=incidents, ask=by_year),)
