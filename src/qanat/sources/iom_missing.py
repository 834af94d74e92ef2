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
_SPOKEN: Final = {
    "dead-migrants": "number_dead",
    "missing-migrants": "number_missing",
    "dead-or-missing-migrants": "total_dead_and_missing",
}
_SAME: Final = ("place", "origin", "day", "facet")
_LATE: Final = timedelta(days=60)
INCIDENTS: Final = Source(
    id="iom.missing-migrants", counter="iom", publisher="IOM Missing Migrants Project", title="Missing Migrants: incidents of a year",
    licence="CC-BY-3.0-IGO", credit="IOM's Missing Migrants Project, missingmigrants.iom.int", url=_URL,
    terms="https://missingmigrants.iom.int/disclaimer", every=7, year="", counts=_COUNTS,
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
    is not zero. Records that repeat one another wholly are superseded; others of one incident, day and place are parts
    of it and added (method records@1). Coordinates and descriptions are not read, survivors are no deaths and stay out. A negative number of missing, which
    takes back people found dead, is set aside with its record.
    """
    answer = told(data, INCIDENTS)
    found, wrong = sifted(answer.records, INCIDENTS)
    kept, astray = _placed(found, places)
    rejected = pl.concat([wrong, astray])
    none_left(kept, rejected, INCIDENTS)
    once = kept.unique([*INCIDENTS.columns, *INCIDENTS.optional], keep="first", maintain_order=True)
    cells = _cells(_added(once.with_columns(place=pl.coalesce("place", pl.lit("XXX")), facet=_facet())))
    return Reading(
        figures=figures(cells, document, "iom"), rows=answer.records.height, rejected=rejected, superseded=kept.height - once.height,
        empty=sum(once.select(_COUNTS).null_count().row(0)), notes=(*answer.notes, *_unsound(once), *_cut(once, document.retrieved)),
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


def _added(once: pl.DataFrame) -> pl.DataFrame:
    """One row an incident, day and place: its parts added, a number null where no part tells it."""
    counts = [pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in _COUNTS]
    added = once.group_by(_SAME, maintain_order=True).agg(*counts, at=several(), parts=pl.len())
    return added.with_columns(
        method=pl.when(pl.col("parts") > 1).then(pl.lit("records@1")).otherwise(pl.lit("published"))
    )


def _cells(added: pl.DataFrame) -> pl.DataFrame:
    """The dead, the missing, and both where they are not told apart; then women, men and children among them."""
    dead, missing = pl.col("number_dead"), pl.col("number_missing")
    together = pl.when(dead.is_null() & missing.is_null()).then("total_dead_and_missing")
    only_dead, only_missing = (dead > 0) & (missing.fill_null(0) == 0), (missing > 0) & (dead.fill_null(0) == 0)
    whole = (
        pl.when(only_dead).then(pl.lit("dead-migrants"))
        .when(only_missing).then(pl.lit("missing-migrants"))
        .otherwise(pl.lit("dead-or-missing-migrants"))
    )  # fmt: skip
    rows = [
        _rows(added, pl.lit(group), column, value=together if group == "dead-or-missing-migrants" else pl.col(column))
        for group, column in _SPOKEN.items()
    ]
    for sex in ("female", "male"):
        rows.append(_rows(added, whole, f"number_of_{sex}", value=pl.col(f"number_of_{sex}"), sex=sex))
    rows.append(_rows(added, whole, "number_of_children", value=pl.col("number_of_children"), age_to=18))
    return pl.concat(rows)


def _rows(
    added: pl.DataFrame, group: pl.Expr, column: str, *, value: pl.Expr, sex: str = "all", age_to: int | None = None
) -> pl.DataFrame:
    return added.select(
        *_SAME[:2], "facet", "method", group=group, measure=pl.lit("flow"), unit=pl.lit("people"), start="day",
        end=pl.col("day").dt.offset_by("1d"), sex=pl.lit(sex), age_to=pl.lit(age_to, dtype=pl.Int16), value=value,
        locator=pl.format("{}#{}", "at", pl.lit(column)),
    ).filter(F.value.is_not_null())  # fmt: skip


def _unsound(once: pl.DataFrame) -> tuple[str, ...]:
    both = pl.col("number_dead").fill_null(0) + pl.col("number_missing").fill_null(0)
    parts = pl.col("number_of_female").fill_null(0) + pl.col("number_of_male").fill_null(0)
    told_of = {
        "the dead and missing do not add up to the total": once.filter((both != pl.col("total_dead_and_missing")) & (both > 0)).height,
        "women and men are more than the dead and missing": once.filter(parts > pl.col("total_dead_and_missing")).height,
    }  # fmt: skip
    return tuple(f"in {count} records {what}; all are kept as published" for what, count in told_of.items() if count)


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
