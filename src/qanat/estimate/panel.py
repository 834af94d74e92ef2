"""Flows between countries with what may drive them: one row a corridor and period, ready for a regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

CORRIDOR: Final = ("origin", "place")
FLOWS: Final = pl.Schema({"origin": pl.String(), "place": pl.String(), "start": pl.Int32(), "end": pl.Int32(), "flow": pl.Float64()})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One column of the panel: which driver it belongs to, what a change of it is called, and how large that change is.

    step  by how much the column moves in the sentence: ln 1.1 for "10 % more", ln 2 for "twice", 1 for a yes or no
    """

    name: str
    driver: str
    said: str
    step: float


_TENTH: Final = 0.0953101798043249  # ln 1.1
_TWICE: Final = 0.6931471805599453  # ln 2
TERMS: Final = {
    term.name: term
    for term in (
        Term(name="ldist", driver="distance", said="10 % farther", step=_TENTH),
        Term(name="contig", driver="distance", said="a shared border", step=1.0),
        Term(name="language", driver="ties", said="a shared official language", step=1.0),
        Term(name="colony", driver="ties", said="a colonial tie at any time", step=1.0),
        Term(name="lstock", driver="diaspora", said="10 % more people from there already living there", step=_TENTH),
        Term(name="lgdp_orig", driver="income", said="10 % more income a head at the origin", step=_TENTH),
        Term(name="lgdp_dest", driver="income", said="10 % more income a head at the destination", step=_TENTH),
        Term(name="lpop_orig", driver="population", said="10 % more people at the origin", step=_TENTH),
        Term(name="lpop_dest", driver="population", said="10 % more people at the destination", step=_TENTH),
        Term(name="lconf", driver="conflict", said="twice as many conflict deaths at the origin", step=_TWICE),
    )
}
BILATERAL: Final = ("ldist", "contig", "language", "colony")
NATIONAL: Final = ("lgdp_orig", "lgdp_dest", "lpop_orig", "lpop_dest", "lconf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What may drive flows; null where a table is not at hand, and then the terms made of it are not in the panel.

    ties       origin, place, distance (km), contig, language, colony (0 or 1; each may be absent); one row a pair
    countries  place, year, income (a head, any constant unit), population (people)
    deaths     place, year, deaths (people killed in armed conflict; a year without a row is not known, never 0)
    stocks     origin, place, year, value: people of the origin who live in the place
    """

    ties: pl.DataFrame | None = None
    countries: pl.DataFrame | None = None
    deaths: pl.DataFrame | None = None
    stocks: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Corridors and periods with every term known, and what was left out for want of one.

    rows   FLOWS' columns, the terms, and the effects' groups: oy (origin and period), dy, pair, year
    terms  the terms there are, in TERMS' order
    short  term, rows, flow (people in them), places (up to eight that lack it, the most people first); a row that lacks
           two terms is told under both
    lacking  FLOWS' columns of the rows left out, with `lacks`: the terms they lack
    whole  rows before any was left out;  people  the flows in them
    """

    rows: pl.DataFrame
    lacking: pl.DataFrame
    terms: tuple[str, ...]
    short: pl.DataFrame
    whole: int
    people: float


def panel(flows: pl.DataFrame, evidence: Evidence, terms: tuple[str, ...], *, zeros: bool) -> Panel:
    """Corridors and periods with their terms.

    flows  FLOWS' columns: people who moved in [start, end), one row a corridor and period; no row from a place to itself
    terms  which of TERMS to bring; those whose table is not at hand are left away
    zeros  a pair without a row moved nobody, as in tables that leave zeros out; false: nobody reported, the pair stays out
    Income, population and people already there are those of the start year; conflict deaths those of the whole period,
    plus one before the logarithm (so are people already there).
    """
    rows = _complete(flows) if zeros else flows.select(list(FLOWS))
    whole, people = rows.height, float(rows.get_column("flow").sum())
    rows = rows.with_columns(pl.col("start").cast(pl.String).alias("year"), pair=pl.concat_str(CORRIDOR, separator=">"))
    rows = rows.with_columns(oy=pl.format("{} {}", "origin", "year"), dy=pl.format("{} {}", "place", "year"))
    rows = _national(_bilateral(rows, evidence), evidence)
    there = tuple(name for name in TERMS if name in rows.columns and name in terms)
    short = pl.concat([pl.DataFrame(schema=_SHORT), *(_short(rows, name) for name in there)])
    kept = rows.drop_nulls(there).sort("start", *CORRIDOR)
    absent = [pl.when(pl.col(name).is_null()).then(pl.lit(name)) for name in there]
    lacks = pl.concat_list(absent).list.drop_nulls() if absent else pl.lit(None, dtype=pl.List(pl.String))
    lacking = rows.join(kept, on=[*CORRIDOR, "start", "end"], how="anti").select(*FLOWS, lacks=lacks)
    return Panel(rows=kept, lacking=lacking, terms=there, short=short, whole=whole, people=people)


_SHORT: Final = pl.Schema(
    {"term": pl.String(), "rows": pl.Int64(), "flow": pl.Float64(), "places": pl.List(pl.String())}
)


def _complete(flows: pl.DataFrame) -> pl.DataFrame:
    """Every pair of the places that have a row, in every period; 0 where there is no row."""
    codes = pl.concat([flows.get_column(name) for name in CORRIDOR]).unique().sort()
    pairs = (
        pl.DataFrame({"origin": codes})
        .join(pl.DataFrame({"place": codes}), how="cross")
        .filter(pl.col("origin") != pl.col("place"))
    )
    periods = flows.select("start", "end").unique().sort("start", "end")
    every = pairs.join(periods, how="cross").join(
        flows.select(list(FLOWS)), on=["origin", "place", "start", "end"], how="left"
    )
    return every.with_columns(pl.col("flow").fill_null(0.0)).select(list(FLOWS))


def _bilateral(rows: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    if evidence.ties is not None:
        yes = [
            pl.col(name).cast(pl.Float64) for name in ("contig", "language", "colony") if name in evidence.ties.columns
        ]
        known = evidence.ties.select(*CORRIDOR, pl.col("distance").log().alias("ldist"), *yes)
        rows = rows.join(known, on=list(CORRIDOR), how="left")
    if evidence.stocks is not None:
        there = evidence.stocks.select(*CORRIDOR, start=pl.col("year").cast(pl.Int32), lstock="value")
        years = there.get_column("start").unique()
        rows = rows.join(there, on=[*CORRIDOR, "start"], how="left")
        # the table names every pair with people in it: a pair without a row in a year it covers has nobody
        known_year = pl.col("start").is_in(years.implode())
        rows = rows.with_columns(pl.when(known_year).then((pl.col("lstock").fill_null(0.0) + 1).log()).alias("lstock"))
    return rows


def _national(rows: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    if evidence.countries is not None:
        told = {"income": "lgdp", "population": "lpop"}
        there = [name for name in told if evidence.countries.get_column(name).null_count() < evidence.countries.height]
        for end, suffix in (("origin", "orig"), ("place", "dest")):
            known = evidence.countries.select(
                pl.col("place").alias(end), pl.col("year").cast(pl.Int32).alias("start"),
                *(pl.col(name).log().alias(f"{told[name]}_{suffix}") for name in there),
            )  # fmt: skip
            rows = rows.join(known, on=[end, "start"], how="left")
    if evidence.deaths is not None:
        rows = rows.join(_deaths(rows, evidence.deaths), on=["origin", "start", "end"], how="left")
    return rows


def _deaths(rows: pl.DataFrame, deaths: pl.DataFrame) -> pl.DataFrame:
    """ln(1 + deaths) of each origin and period; null where a year of it is missing."""
    wanted = rows.select("origin", "start", "end").unique()
    years = wanted.with_columns(year=pl.int_ranges("start", "end", dtype=pl.Int32)).explode("year")
    known = deaths.select(pl.col("place").alias("origin"), pl.col("year").cast(pl.Int32), "deaths")
    return years.join(known, on=["origin", "year"], how="left").group_by("origin", "start", "end").agg(
        pl.when(pl.col("deaths").null_count() == 0).then((pl.col("deaths").sum() + 1).log()).alias("lconf")
    )  # fmt: skip


def _short(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Rows that lack a term, and which places are behind them."""
    lacking = rows.filter(pl.col(name).is_null())
    if lacking.is_empty():
        return pl.DataFrame(schema=_SHORT)
    ends = {
        "lgdp_orig": ("origin",),
        "lpop_orig": ("origin",),
        "lconf": ("origin",),
        "lgdp_dest": ("place",),
        "lpop_dest": ("place",),
    }
    parts = [lacking.group_by(pl.col(end).alias("at")).agg(pl.col("flow").sum()) for end in ends.get(name, CORRIDOR)]
    heavy = pl.concat(parts).group_by("at").agg(pl.col("flow").sum()).sort("flow", "at", descending=[True, False])
    return pl.DataFrame(
        {
            "term": [name],
            "rows": [lacking.height],
            "flow": [float(lacking.get_column("flow").sum())],
            "places": [heavy.get_column("at").to_list()[:8]],
        },
        schema=_SHORT,
    )
