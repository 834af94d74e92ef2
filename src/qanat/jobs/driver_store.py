"""Job: flows and what may drive them, as far as the store and the edition hold them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from qanat.figures import UNDIVIDED, F, Stage
from qanat.jobs.held_flows import PREFERRED
from qanat.store import Ask, Engine

Way = Callable[[Engine, date | None], tuple[pl.DataFrame, str]]


def held_tables(
    store: Engine, wanted: list[str], names: dict[str, str], as_of: date | None = None
) -> dict[str, pl.DataFrame]:
    """What the store has of the tables wanted, as known on a day (null: today); the source of each is put into `names`."""
    ways: dict[str, Way] = {
        "flows": _estimated, "countries": _people, "deaths": _killed, "stocks": _migrants, "ties": _pairs,
    }  # fmt: skip
    found: dict[str, pl.DataFrame] = {}
    for name in wanted:
        if name not in ways:
            continue
        rows, source = ways[name](store, as_of)
        if not rows.is_empty():
            found[name], names[name] = rows, source
    return found


def _pairs(_store: Engine, _as_of: date | None) -> tuple[pl.DataFrame, str]:
    """The edition's pairs of places, both ways: distance between their people, shared border, shared official language."""
    from qanat.edition.pairs import pairs

    told = pairs().select("a", "b", distance=pl.col("km").cast(pl.Float64), contig="border", language="language")
    ways = [
        told.rename({"a": "origin", "b": "place"}),
        told.rename({"b": "origin", "a": "place"}).select("origin", "place", "distance", "contig", "language"),
    ]
    return pl.concat(ways), "edition.pairs"


def _estimated(store: Engine, as_of: date | None) -> tuple[pl.DataFrame, str]:
    """Estimated transitions between countries, all made by one method: the preferred one of those that have two periods."""
    rows = store.get(Ask(stage=Stage.ESTIMATED, measure="flow", groups=("migrants",), known_by=as_of)).filter(
        (F.sex == "all") & (F.age_from == 0) & F.age_to.is_null() & F.origin.is_not_null() & F.value.is_not_null() & (F.unit == "people")
        & (F.facet.is_null() | (F.facet == "concept=transition"))
    )  # fmt: skip
    if rows.is_empty():
        return rows.select("origin", "place"), ""
    periods = dict(rows.group_by("method").agg(F.start.n_unique()).iter_rows())
    rank = {f"flows.{name}@1": at for at, name in enumerate(PREFERRED)}
    method = min(periods, key=lambda name: (periods[name] < 2, rank.get(name, len(rank)), name))
    mine = rows.filter(F.method == method).sort("known", "run")
    newest = mine.unique(["origin", "place", "start", "end"], keep="last", maintain_order=True)
    told = newest.select(
        "origin",
        "place",
        F.start.dt.year().cast(pl.Int32),
        F.end.dt.year().cast(pl.Int32),
        pl.col("value").alias("flow"),
    )
    return told, f"{method} ({', '.join(sorted(newest.get_column('run').unique().to_list()))})"


def _people(store: Engine, as_of: date | None) -> tuple[pl.DataFrame, str]:
    """Population at mid-year and income a head (at purchasing power parity), as known last."""
    people = store.get(Ask(stage=Stage.PUBLISHED, measure="stock", groups=("people",), counter="unpd", known_by=as_of, undivided=True))  # fmt: skip
    middle = people.filter((F.end.dt.month() == 7) & F.value.is_not_null())
    income = store.get(Ask(stage=Stage.PUBLISHED, measure="income", known_by=as_of)).filter(
        (F.unit == "intl-USD") & F.value.is_not_null()
    )
    keys = ["place", "year"]
    tables = [
        rows.sort("known", "run")
        .with_columns(year=F.end.dt.year().cast(pl.Int32))
        .unique(keys, keep="last")
        .select(*keys, pl.col("value").alias(name))
        for rows, name in ((middle, "population"), (income.with_columns(F.start.alias("end")), "income"))
    ]
    both = tables[0].join(tables[1], on=keys, how="left")
    sources = pl.concat([middle.get_column("source"), income.get_column("source")]).unique().sort().to_list()
    return both.filter(pl.col("population") > 0), ", ".join(sources[:3])


def _killed(store: Engine, as_of: date | None) -> tuple[pl.DataFrame, str]:
    """People killed in armed conflict by country and year (UCDP); a country without an event in a year UCDP covers has 0."""
    rows = store.get(Ask(stage=Stage.PUBLISHED, groups=("dead",), counter="ucdp", known_by=as_of)).filter(
        F.value.is_not_null() & ~F.facet.fill_null("").str.contains("killed=civilians")
    )
    newest = rows.sort("known", "run").unique(["place", "start", "end", "facet", "locator"], keep="last")
    summed = newest.group_by("place", year=F.start.dt.year().cast(pl.Int32)).agg(deaths=F.value.sum())
    if summed.is_empty():
        return summed, ""
    from qanat.edition.places import places

    countries = pl.DataFrame({"place": [place.code for place in places().countries()]})
    every = countries.join(summed.select("year").unique(), how="cross").join(summed, on=["place", "year"], how="left")
    return every.with_columns(pl.col("deaths").fill_null(0.0)), ", ".join(
        newest.get_column("source").unique().sort().to_list()[:3]
    )


def _migrants(store: Engine, as_of: date | None) -> tuple[pl.DataFrame, str]:
    """The newest release of the migrant stock by origin and destination."""
    rows = store.get(
        Ask(stage=Stage.PUBLISHED, measure="stock", groups=("migrants",), counter="unpd", known_by=as_of)
    ).filter(UNDIVIDED & F.origin.is_not_null())
    newest = rows.filter(F.known == F.known.max())
    told = newest.select("origin", "place", F.end.dt.year().cast(pl.Int32).alias("year"), "value").drop_nulls("value")
    return told, ", ".join(newest.get_column("source").unique().sort().to_list()[:1])
