"""The account of a stock from one year's end to the next: what came in, what went out, and what is left unexplained."""

from __future__ import annotations

import polars as pl

from qanat.figures import F
from qanat.reconcile.cells import WORLD
from qanat.reconcile.constraints import Constraints, built, together
from qanat.reconcile.containment import said
from qanat.reconcile.divisions import WHOLE_AGE


def accounts(cells: pl.DataFrame) -> Constraints:
    """The accounts that can be drawn up.

    People of a country: stock + births - deaths + net migration, hard where all four are known of one counter. IDPs: stock +
    new displacement - returns of the year, where both are known; never hard, since movements are not people and exits
    other than returns are told by nobody.
    """
    undivided = cells.filter(F.facet.is_null() & WHOLE_AGE & F.value.is_not_null() & (F.place != WORLD))
    return together([_people(undivided), _idps(undivided)])


def _between(undivided: pl.DataFrame, group: str, names: tuple[str, ...]) -> pl.DataFrame:
    """Stocks of two neighbouring year's ends: _then, _now, and the year between them as start and end."""
    stocks = said(undivided).filter(
        (F.measure == "stock") & (F.group == group) & (F.end.dt.month() == 12) & (F.end.dt.day() == 31)
    )
    now = stocks.select(*names, _now="at", start=F.end.dt.truncate("1y"), end=F.end.dt.offset_by("1d"), _day=F.end.dt.offset_by("-1y"))  # fmt: skip
    then = stocks.select(*names, _then="at", _day="end")
    return now.join(then, on=[*names, "_day"], nulls_equal=True)


def _people(undivided: pl.DataFrame) -> Constraints:
    names = ("place", "origin", "sex", "counter")
    found = _between(undivided, "people", names)
    for measure in ("births", "deaths", "net-flow"):
        flow = undivided.filter((F.measure == measure) & (F.group == "people"))
        flow = flow.select(*names, "start", "end", pl.col("at").alias(measure))
        found = found.join(flow, on=[*names, "start", "end"], nulls_equal=True)
    signs = {"_then": 1.0, "births": 1.0, "deaths": -1.0, "net-flow": 1.0, "_now": -1.0}
    return built(found.select(key="_now", whole="_now"), _terms(found, signs), "account", equal=True)


def _idps(undivided: pl.DataFrame) -> Constraints:
    found = _between(undivided, "idps", ("place", "origin", "sex", "counter"))
    for group in ("idps-new", "returned-idps"):
        flow = said(undivided).filter((F.measure == "flow") & (F.group == group))
        flow = flow.select("place", "sex", "start", "end", pl.col("at").alias(group))
        flow = flow.unique(["place", "sex", "start", "end"], keep="first", maintain_order=True)
        found = found.join(flow, on=["place", "sex", "start", "end"])
    signs = {"_then": 1.0, "idps-new": 1.0, "returned-idps": -1.0, "_now": -1.0}
    heads = found.select(key="_now", whole="_now", hard=pl.lit(value=False))
    return built(heads, _terms(found, signs), "account", equal=True)


def _terms(found: pl.DataFrame, signs: dict[str, float]) -> pl.DataFrame:
    return pl.concat([found.select(key="_now", at=name, sign=pl.lit(sign)) for name, sign in signs.items()])
