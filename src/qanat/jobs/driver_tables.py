"""Job: flows and what may drive them, out of files and out of the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from qanat.errors import NothingFound, SourceError
from qanat.jobs.corridor_tables import STOCKS, Shape, opened, sound, table
from qanat.jobs.driver_store import held_tables
from qanat.jobs.knowing import require_no_files
from qanat.store import Engine

if TYPE_CHECKING:
    from qanat.estimate.panel import Evidence

PUBLISHED: Final = ("da_pb_closed", "da_min_closed", "da_min_open", "mig_rate", "sd_rev_neg", "sd_drop_neg")
_FLOW: Final = ("flow", "value", *PUBLISHED)
_SPAN: Final = 5  # years; what a period of year0 alone lasts, as in Abel and Cohen's 2022 release
_TIES: Final = Shape(
    columns={
        "origin": ("orig", "iso_o", "origin"), "place": ("dest", "iso_d", "place"), "distance": ("dist", "distance", "km"),
        "contig": ("contig", "border"), "language": ("comlang_off", "language"), "colony": ("colony",),
    },
    places=("origin", "place"), numbers=("distance", "contig", "language", "colony"), keys=("origin", "place"),
    positive=("distance",), optional=("contig", "language", "colony"), old=True,
)  # fmt: skip
_COUNTRIES: Final = Shape(
    columns={"place": ("iso3", "place", "code"), "year": ("year",), "income": ("income", "gdp"), "population": ("population", "pop")},
    places=("place",), numbers=("income", "population"), keys=("place", "year"), positive=("income", "population"), optional=("income", "population"), old=True,
)  # fmt: skip
_DEATHS: Final = Shape(
    columns={"place": ("iso3", "place", "code"), "year": ("year",), "deaths": ("conflict_deaths", "deaths")},
    places=("place",), numbers=("deaths",), keys=("place", "year"), old=True,
)  # fmt: skip
_NAMED: Final = {"income": "income", "gdp": "income", "pop": "population", "population": "population"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TablesRequest:
    """Where the tables are; null: the store's, where it has them.

    flows     orig, dest, a period (period as 2015-2020, or start and end, or year0) and a column of people who moved
    column    which column of it; null: flow, value or da_pb_closed, the first there is
    ties      orig, dest, dist, contig, comlang_off, colony (CEPII's names, or ours); null: the edition's pairs, which tell no colonial tie
    countries iso3, year, income and population; or one row a variable: iso3, var (income, pop), year, value
    deaths    iso3, year, conflict_deaths
    stocks    orig, dest, year, value
    """

    flows: Path | None = None
    column: str | None = None
    ties: Path | None = None
    countries: Path | None = None
    deaths: Path | None = None
    stocks: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Flows with what may drive them.

    flows    origin, place, start, end, flow
    names    what each table is: a file's name, or a source of the store
    built    the flows were themselves computed from stocks
    dropped  rows of the flows from a place to itself, which are no moves between places
    """

    flows: pl.DataFrame
    evidence: Evidence
    names: dict[str, str]
    built: bool
    dropped: int


def gathered(request: TablesRequest, store: Callable[[], Engine], as_of: date | None = None) -> Tables:
    """The tables of a request, those that no file is named for from the store; evidence nobody has stays null.

    as_of  the store's as known on this day (null: everything); then no file but one of ties, which no day changes

    Raises AskError for files beside a day, FigureError and SourceError for files with faults, NothingFound where neither file
    nor store has flows.
    """
    from qanat.estimate.panel import Evidence

    files = {name: getattr(request, name) for name in ("flows", "ties", "countries", "deaths", "stocks")}
    names = {name: file.name for name, file in files.items() if file is not None}
    require_no_files([f"--{name}" for name in names if name != "ties"], as_of)
    held: dict[str, pl.DataFrame] = {}
    if len(names) < len(files):
        held = held_tables(store(), [name for name in files if name not in names], names, as_of)
    if request.flows is not None:
        told, column = flows_of(request.flows, request.column)
        held["flows"], built = told, column in PUBLISHED
    elif "flows" in held:
        built = True
    else:
        if as_of is not None:
            raise NothingFound(
                f"no flows estimated from what was known on {as_of} are kept; `qanat flows estimate --start YEAR --end YEAR --as-of {as_of} --keep` keeps them, a period at a time"
            )
        raise NothingFound(
            "no flows: name a file with --flows, or estimate them into the store with `qanat flows estimate --keep`"
        )
    moves = held["flows"].filter(pl.col("origin") != pl.col("place"))
    given = _given(request)
    tables = {name: given.get(name, held.get(name)) for name in ("ties", "countries", "deaths", "stocks")}
    return Tables(
        flows=moves, evidence=Evidence(**tables), names=names, built=built, dropped=held["flows"].height - moves.height
    )


def _given(request: TablesRequest) -> dict[str, pl.DataFrame]:
    """The evidence of the files named."""
    found: dict[str, pl.DataFrame] = {}
    if request.ties is not None:
        ties = table(request.ties, _TIES)
        told = [
            name for name in ("origin", "place", "distance", "contig", "language", "colony") if name in ties.columns
        ]
        found["ties"] = ties.select(told).filter(pl.col("origin") != pl.col("place"))
    if request.countries is not None:
        found["countries"] = _countries(request.countries)
    if request.deaths is not None:
        found["deaths"] = table(request.deaths, _DEATHS).select("place", "year", "deaths")
    if request.stocks is not None:
        stocks = table(request.stocks, STOCKS).filter(pl.col("sex") == "all", pl.col("value").is_not_null())
        found["stocks"] = stocks.select("origin", "place", "year", "value")
    return found


def _countries(file: Path) -> pl.DataFrame:
    """Income and population by place and year; a file with one row a variable is turned."""
    raw = opened(file)
    if {"var", "value"} <= set(raw.columns):
        code = next((name for name in ("iso3", "place", "code") if name in raw.columns), None)
        if code is None or "year" not in raw.columns:
            raise SourceError(f"{file.name} has one row a variable, but no iso3 and year beside var and value")
        wanted = raw.with_columns(
            pl.col("var").replace_strict(_NAMED, default=None, return_dtype=pl.String)
        ).drop_nulls("var")
        if wanted.select(code, "year", "var").is_duplicated().any():
            raise SourceError(f"{file.name} has a variable twice for the same place and year")
        raw = wanted.pivot("var", index=[code, "year"], values="value")
    read = sound(raw, _COUNTRIES, file.name)
    absent = [name for name in ("income", "population") if name not in read.columns]
    if len(absent) == 2:
        raise SourceError(f"{file.name} has neither income nor population; it has {', '.join(raw.columns[:20])}")
    return read.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in absent).select(
        "place", "year", "income", "population"
    )


def flows_of(file: Path, column: str | None) -> tuple[pl.DataFrame, str]:
    """The flows of a file (origin, place, start, end, flow) and the column they are from; rows of both sexes only.

    Rows without a number are left out: nobody counted. Raises FigureError and SourceError as `table`.
    """
    raw = opened(file)
    value = column or next((name for name in _FLOW if name in raw.columns), None)
    if value is None or value not in raw.columns:
        raise SourceError(
            f"{file.name} has no column {value or 'flow'}; name it with --column. It has {', '.join(raw.columns[:20])}"
        )
    shape = Shape(
        columns={"origin": ("orig", "origin"), "place": ("dest", "place"), "year": ("start",), "end": ("end",), "flow": (value,)},
        places=("origin", "place"), numbers=("flow",), keys=("origin", "place", "year", "end", "sex"),
    )  # fmt: skip
    told = sound(_periods(raw, file.name), shape, file.name).filter(
        pl.col("sex") == "all", pl.col("flow").is_not_null()
    )
    return told.select("origin", "place", pl.col("year").alias("start"), "end", "flow"), value


def _periods(raw: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows with start and end, from whichever way the file tells its periods; rows before July 2011's split stay as they are."""
    if {"start", "end"} <= set(raw.columns):
        return raw
    if "period" in raw.columns:
        parts = (
            pl.col("period").cast(pl.String).str.extract_groups(r"^\s*(?<start>\d{4})\s*[-\u2013/]\s*(?<end>\d{4})\s*$")
        )
        return raw.with_columns(parts.alias("_period")).unnest("_period")
    for first, span in (("year0", _SPAN), ("year", 1)):
        if first in raw.columns:
            start = pl.col(first).cast(pl.Float64, strict=False)
            return raw.with_columns(start=pl.col(first), end=start + span)
    raise SourceError(
        f"{name} tells no period: it needs period (as 2015-2020), start and end, year0 or year; it has {', '.join(raw.columns[:20])}"
    )
