"""The columns of a figure table: name, type and meaning, in one place."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import polars as pl


class Stage(StrEnum):
    """How far a figure has come; data moves only downwards in this list."""

    PUBLISHED = "published"
    RECONCILED = "reconciled"
    ESTIMATED = "estimated"
    PROJECTED = "projected"
    PLANNED = "planned"


class Sex(StrEnum):
    """Sex as counted. `all` is the undivided figure, `unknown` a count of people whose sex was not recorded."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"
    ALL = "all"


class Status(StrEnum):
    """How the value came to be known, or why it is not."""

    COUNTED = "counted"
    ESTIMATED = "estimated"
    PROVISIONAL = "provisional"
    SUPPRESSED = "suppressed"
    NOT_COUNTED = "not_counted"


class Basis(StrEnum):
    """What the counting rests on."""

    REGISTRATION = "registration"
    SURVEY = "survey"
    CENSUS = "census"
    KEY_INFORMANT = "key_informant"
    MODEL = "model"
    MIXED = "mixed"


STAGE: Final = pl.Enum([word.value for word in Stage])
SEX: Final = pl.Enum([word.value for word in Sex])
STATUS: Final = pl.Enum([word.value for word in Status])
BASIS: Final = pl.Enum([word.value for word in Basis])

SCHEMA: Final = pl.Schema(
    {
        "stage": STAGE,
        "measure": pl.String(),
        "unit": pl.String(),
        "group": pl.String(),
        "origin": pl.String(),
        "place": pl.String(),
        "via": pl.String(),
        "start": pl.Date(),
        "end": pl.Date(),
        "known": pl.Date(),
        "counter": pl.String(),
        "basis": BASIS,
        "sex": SEX,
        "age_from": pl.Int16(),
        "age_to": pl.Int16(),
        "facet": pl.String(),
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "level": pl.Float64(),
        "status": STATUS,
        "source": pl.String(),
        "locator": pl.String(),
        "licence": pl.String(),
        "method": pl.String(),
        "run": pl.String(),
        "row": pl.UInt32(),
    }
)

MEANING: Final[dict[str, str]] = {
    "stage": "published, reconciled, estimated, projected or planned",
    "measure": "what kind of number: stock, flow, event, net-flow, need, target, reached, funding, ... (a word of the code list)",
    "unit": "people, cases, movements, detections, households, USD, share, ... (a word of the code list)",
    "group": "who is counted, a word of the code list",
    "origin": "where the people come from: ISO 3166-1 alpha-3, XXA stateless, XXX unknown; null = not divided by origin",
    "place": "where they were counted: ISO 3166-1 alpha-3 or a p-code",
    "via": "a place of transit; null = none stated",
    "start": "first day; for a stock the reference date",
    "end": "day after the last day of a flow (half-open); for a stock the same as start",
    "known": "the day it was published: the vintage",
    "counter": "who counted: unhcr, idmc, iom, ocha, unpd, qanat, ... (a word of the code list)",
    "basis": "registration, survey, census, key_informant, model or mixed; null = the source does not say",
    "sex": "female, male, other, unknown or all",
    "age_from": "first year of age; (0, null) = all ages, (null, null) = unknown age",
    "age_to": "year of age after the last; null = open",
    "facet": "a finer cut the publisher makes, as key=value;key=value in alphabetical order; null = undivided",
    "value": "the number; null = not known, never 0",
    "low": "lower end of the interval; null = none stated",
    "high": "upper end of the interval; null = none stated",
    "level": "probability the interval holds the truth; 1 = a bound",
    "status": "counted, estimated, provisional, suppressed or not_counted",
    "source": "the document it was read from",
    "locator": "where in the document: record, page, sheet or cell",
    "licence": "under what terms the document may travel",
    "method": "how the row was made: published, or a method's id@version",
    "run": "the run that made the row",
    "row": "its place in that run; run:row cites the figure for ever",
}

KEY: Final = (
    "stage", "measure", "unit", "group", "origin", "place", "via", "start", "end", "sex", "age_from", "age_to", "facet",
)  # fmt: skip
IDENTITY: Final = (*KEY, "counter", "source", "known", "run")


class F:
    """Column expressions by attribute, so that a misspelt column fails in the type checker."""

    stage: Final = pl.col("stage")
    measure: Final = pl.col("measure")
    unit: Final = pl.col("unit")
    group: Final = pl.col("group")
    origin: Final = pl.col("origin")
    place: Final = pl.col("place")
    via: Final = pl.col("via")
    start: Final = pl.col("start")
    end: Final = pl.col("end")
    known: Final = pl.col("known")
    counter: Final = pl.col("counter")
    basis: Final = pl.col("basis")
    sex: Final = pl.col("sex")
    age_from: Final = pl.col("age_from")
    age_to: Final = pl.col("age_to")
    facet: Final = pl.col("facet")
    value: Final = pl.col("value")
    low: Final = pl.col("low")
    high: Final = pl.col("high")
    level: Final = pl.col("level")
    status: Final = pl.col("status")
    source: Final = pl.col("source")
    locator: Final = pl.col("locator")
    licence: Final = pl.col("licence")
    method: Final = pl.col("method")
    run: Final = pl.col("run")
    row: Final = pl.col("row")


# everyone together: neither sex nor age nor any finer cut; null ages (unknown) are a division
UNDIVIDED: Final = ((F.sex == "all") & (F.age_from == 0) & F.age_to.is_null() & F.facet.is_null()).fill_null(
    value=False
)
