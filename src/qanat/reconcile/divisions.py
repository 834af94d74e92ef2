"""Parts and totals of one counter's figures: sexes, ages, places, origins."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import F
from qanat.figures.words import UNKNOWN_ORIGIN
from qanat.reconcile.cells import WORLD
from qanat.reconcile.constraints import Constraints, Kind, built, together

_SAME: Final = (
    "measure", "unit", "group", "origin", "place", "start", "end", "sex", "age_from", "age_to", "facet", "counter",
)  # fmt: skip
_APART_FROM_AGE: Final = [name for name in _SAME if name not in ("age_from", "age_to")]
WHOLE_AGE: Final = ((F.age_from == 0) & F.age_to.is_null()).fill_null(value=False)
UNKNOWN_AGE: Final = F.age_from.is_null()
# UNHCR's zero, rounded from up to 2, which may as well stand for "not applicable": it is no total and contains nobody
NOTHING: Final = ((F.value == 0) & (F.high == 2)).fill_null(value=False)


def divisions(cells: pl.DataFrame, units: pl.DataFrame) -> Constraints:
    """Every division of a total that has both the total and at least one part.

    cells  from reconcile.cells;  units  admin units with `code` and `parent`
    A division is closed where nobody can be missing from it: sexes and ages with their unknown rows, places where every
    unit of the list has a figure, origins where people of unknown origin are told. Age bands that overlap are no division.
    """
    return together([_sexes(cells), _lone_sexes(cells), _ages(cells), _places(cells, units), _locations(cells), _origins(cells)])  # fmt: skip


def _sexes(cells: pl.DataFrame) -> Constraints:
    known = F.sex.is_in(["unknown"]).any() & F.sex.is_in(["female"]).any() & F.sex.is_in(["male"]).any()
    return _divided("sexes", cells.filter(F.sex != "all"), cells.filter(F.sex == "all"), ("sex",), known)


def _lone_sexes(cells: pl.DataFrame) -> Constraints:
    """Sexes told by age bands only, against everyone of all ages."""
    same = _APART_FROM_AGE
    totalled = cells.filter((F.sex != "all") & WHOLE_AGE).select(same).unique()
    bands = cells.filter((F.sex != "all") & ~WHOLE_AGE).join(totalled, on=same, how="anti", nulls_equal=True)
    everyone = cells.filter((F.sex == "all") & WHOLE_AGE)
    own = [name for name in same if name != "sex"]
    other = cells.filter((F.sex != "all") & WHOLE_AGE).join(bands.select(own).unique(), on=own, how="semi", nulls_equal=True)  # fmt: skip
    known = (F.sex == "unknown").any()
    return _divided("sexes", pl.concat([_whole_bands(bands), other]), everyone, ("sex", "age_from", "age_to"), known)


def _ages(cells: pl.DataFrame) -> Constraints:
    closed = UNKNOWN_AGE.any() & (F.age_from == 0).any() & (F.age_from.is_not_null() & F.age_to.is_null()).any()
    bands = _whole_bands(cells.filter(~WHOLE_AGE))
    return _divided("ages", bands, cells.filter(WHOLE_AGE), ("age_from", "age_to"), closed)


def overlapping(cells: pl.DataFrame) -> int:
    """How many divisions into age bands are not looked at, since bands overlap."""
    return _overlaps(cells.filter(~WHOLE_AGE)).height


def _whole_bands(bands: pl.DataFrame) -> pl.DataFrame:
    """The bands of divisions in which no two overlap."""
    return bands.join(_overlaps(bands), on=_APART_FROM_AGE, how="anti", nulls_equal=True, maintain_order="left")


def _overlaps(bands: pl.DataFrame) -> pl.DataFrame:
    """What divisions with bands that overlap have in common."""
    spans = bands.filter(F.age_from.is_not_null()).sort("age_from", "age_to", nulls_last=True)
    before = pl.col("age_to").fill_null(999).shift(1).over(_APART_FROM_AGE)
    return spans.filter(pl.col("age_from") < before).select(_APART_FROM_AGE).unique()


def _places(cells: pl.DataFrame, units: pl.DataFrame) -> Constraints:
    parts = cells.filter(pl.col("parent").is_not_null()).drop("place").rename({"parent": "place"})
    below = units.group_by(place="parent").agg(_units=pl.len())
    counted = parts.join(below, on="place", how="left")
    return _divided("places", counted, cells, (), pl.len() >= pl.col("_units").first())


def _locations(cells: pl.DataFrame) -> Constraints:
    """Records by location, whatever their admin level, within their country: nobody says that all have a location."""
    parts = cells.filter("alone").with_columns(place=pl.col("country"))
    totals = cells.filter(~pl.col("alone") & F.facet.is_null() & (F.place != WORLD))
    found = _divided("places", parts, totals, ("facet",), pl.lit(value=True))
    return Constraints(heads=found.heads.with_columns(equal=pl.lit(value=False)), terms=found.terms)


def _origins(cells: pl.DataFrame) -> Constraints:
    same = pl.when(F.origin.is_null()).then(pl.lit(value=True)).otherwise(F.origin != F.place)
    abroad = cells.filter(same & (F.group != "people"))
    parts, totals = abroad.filter(F.origin.is_not_null()), abroad.filter(F.origin.is_null())
    return _divided("origins", parts, totals, ("origin",), (F.origin == UNKNOWN_ORIGIN).any())


def _divided(kind: Kind, parts: pl.DataFrame, totals: pl.DataFrame, over: tuple[str, ...], closed: pl.Expr) -> Constraints:  # fmt: skip
    """Constraints that parts equal the total of the same everything else; below countries the country's own people are
    one origin, whether it is named or not."""
    same = [name for name in _SAME if name not in over]
    if kind == "places":
        same = [name if name != "origin" else "whence" for name in same]
    named = totals.filter(~NOTHING).select(*same, whole="at")
    joined = parts.join(named, on=same, nulls_equal=True).filter(pl.col("at") != pl.col("whole"))
    heads = joined.group_by("whole").agg(closed=closed.fill_null(value=False)).with_columns(key=pl.col("whole"))
    terms = joined.select(key="whole", at="at", sign=pl.lit(1.0))
    wholes = heads.select(key="key", at="whole", sign=pl.lit(-1.0))
    return built(heads, pl.concat([terms, wholes]), kind, equal=True)
