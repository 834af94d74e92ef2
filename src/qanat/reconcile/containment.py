"""Who is within whom: reached within targeted within in need, a group within the population, returns within the stock."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import F
from qanat.figures.words import CROSS_BORDER
from qanat.reconcile.constraints import Constraints, built, together
from qanat.reconcile.divisions import NOTHING, WHOLE_AGE

_CHAIN: Final = ("reached", "target", "need", "affected")
_SAME: Final = ("unit", "group", "origin", "place", "start", "end", "sex", "age_from", "age_to", "facet", "counter")
_PEOPLE: Final = ("unpd", "ocha")  # whose population a group is held against, the first first
_SECTOR: Final = "^(?:sector|cluster)=[^;]+$"
_RETURNS: Final[dict[str, str]] = {"returned-idps": "idps", "returned-refugees": "refugees"}


def containment(cells: pl.DataFrame) -> Constraints:
    """Every pair or set of which one must not exceed the other."""
    return together([_chain(cells), _sectors(cells), _population(cells), _returns(cells)])


def said(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells that say something: a value, and no rounded zero, which may as well stand for "not applicable"."""
    return cells.filter(F.value.is_not_null() & ~NOTHING)


def _chain(cells: pl.DataFrame) -> Constraints:
    """Each measure within the next larger one that is told of the same people."""
    rank = {name: at for at, name in enumerate(_CHAIN)}
    links = cells.filter(F.measure.is_in(_CHAIN) & (F.unit == "people")).with_columns(
        _rank=F.measure.replace_strict(rank, return_dtype=pl.Int8)
    )
    pairs = links.sort("_rank", "at").with_columns(_next=pl.col("at").shift(-1).over(_SAME)).filter(pl.col("_next").is_not_null())  # fmt: skip
    return built(pairs.select(key="at", whole="at"), _pairs(pairs), "contained", equal=False)


def _sectors(cells: pl.DataFrame) -> Constraints:
    """In need over all sectors: at least each sector's, at most the sum of all."""
    same = [name for name in _SAME if name != "facet"]
    need = cells.filter(F.measure == "need")
    sectors = need.filter(F.facet.str.contains(_SECTOR))
    joined = sectors.join(need.filter(F.facet.is_null()).select(*same, _next="at"), on=same, nulls_equal=True)
    least = built(joined.select(key="at", whole="at"), _pairs(joined), "sectors", equal=False)
    heads = joined.select(key="_next", whole="_next").unique()
    terms = [
        joined.select(key="_next", at="at", sign=pl.lit(-1.0)),
        heads.select(key="key", at="whole", sign=pl.lit(1.0)),
    ]
    return together([least, built(heads, pl.concat(terms), "sectors", equal=False)])


def _population(cells: pl.DataFrame) -> Constraints:
    """IDPs, people hosted under the three statuses together, and people in need (or affected), each within everyone there."""
    undivided = said(cells).filter(F.facet.is_null() & WHOLE_AGE & (F.unit == "people"))
    people = _everyone(undivided)
    inside = undivided.filter((F.measure == "stock") & F.group.is_in(["idps", "idps-disaster", "stateless"])).filter(
        F.origin.is_null() | (F.group == "stateless") | (F.origin == F.place)
    )
    hosted = undivided.filter((F.measure == "stock") & F.group.is_in(CROSS_BORDER) & (F.origin != F.place))
    needy = undivided.filter(F.measure.is_in(["need", "affected"]) & (F.group == "people"))
    parts = [
        _within(inside, people, ("counter", "group")), _within(hosted, people, ("counter",)), _within(needy, people, ("counter", "measure")),
    ]  # fmt: skip
    return together(parts)


def _everyone(undivided: pl.DataFrame) -> pl.DataFrame:
    """One population a place, sex and year: the first counter of _PEOPLE, the last day of the year it has."""
    stocks = undivided.filter((F.measure == "stock") & (F.group == "people") & F.origin.is_null())
    rank = pl.when(F.counter == _PEOPLE[0]).then(0).when(F.counter == _PEOPLE[1]).then(1).otherwise(2)
    ranked = stocks.with_columns(_rank=rank, _year=F.end.dt.year()).sort("_rank", "end", "counter", "at", descending=[False, True, False, False])  # fmt: skip
    return ranked.unique(["place", "sex", "_year"], keep="first", maintain_order=True).select("place", "sex", "_year", _people="at")  # fmt: skip


def _within(parts: pl.DataFrame, people: pl.DataFrame, by: tuple[str, ...]) -> Constraints:
    """The parts of one counter, place, sex and day together within everyone there."""
    yearly = parts.with_columns(_year=F.start.dt.year())
    joined = yearly.join(people, on=["place", "sex", "_year"])
    sets = joined.with_columns(key=pl.col("at").min().over("place", "sex", "start", "end", "_people", *by))
    largest = sets.sort("value", "at", descending=[True, False]).group_by("key", maintain_order=True).first()
    heads = largest.select("key", whole="at")
    terms = [sets.select("key", "at", sign=pl.lit(1.0)), largest.select("key", at="_people", sign=pl.lit(-1.0))]
    return built(heads, pl.concat(terms), "population", equal=False)


def _returns(cells: pl.DataFrame) -> Constraints:
    """A year's returns within the stock at its beginning and those displaced in it; hard only where the latter are known."""
    own = ("_of", "place", "origin", "sex", "counter", "_day")
    undivided = said(cells).filter(F.facet.is_null() & WHOLE_AGE)
    back = undivided.filter((F.measure == "flow") & F.group.is_in(list(_RETURNS))).with_columns(
        _of=F.group.replace_strict(_RETURNS, default=None, return_dtype=pl.String),
        _day=F.start.dt.offset_by("-1d"),
    )
    stock = undivided.filter((F.measure == "stock") & F.group.is_in(list(_RETURNS.values())))
    stock = stock.select(
        _of="group", place="place", origin="origin", sex="sex", counter="counter", _day="end", _next="at"
    )
    new = undivided.filter((F.group == "idps-new") & (F.measure == "flow")).select(
        pl.lit("idps").alias("_of"), "place", "sex", "start", "end", _new="at"
    )
    new = new.unique(["_of", "place", "sex", "start", "end"], keep="first", maintain_order=True)
    joined = back.join(stock, on=list(own), nulls_equal=True).join(new, on=["_of", "place", "sex", "start", "end"], how="left")  # fmt: skip
    heads = joined.select(key="at", whole="at", hard=pl.col("_new").is_not_null())
    added = joined.filter(pl.col("_new").is_not_null()).select(key="at", at="_new", sign=pl.lit(-1.0))
    return built(heads, pl.concat([_pairs(joined), added]), "returns", equal=False)


def _pairs(joined: pl.DataFrame) -> pl.DataFrame:
    """Terms of `at` within `_next`."""
    small = joined.select(key="at", at="at", sign=pl.lit(1.0))
    large = joined.select(key="at", at="_next", sign=pl.lit(-1.0))
    return pl.concat([small, large])
