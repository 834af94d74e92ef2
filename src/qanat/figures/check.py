"""Contracts on a figure table, checked together and reported as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from qanat.errors import FigureError
from qanat.figures.columns import IDENTITY, SCHEMA, F
from qanat.figures.words import COUNTERS, GROUPS, LICENCES, MEASURES, UNITS, Word, nearest

COUNTRY: Final = r"^(?:[A-Z]{3}|AB9)$"  # AB9 is Abyei in UNHCR's and IDMC's tables
PLACE: Final = r"^[A-Z]{3}$|^[A-Z]{2,3}[0-9A-Z-]{1,12}$"
_SIGNED: Final = ("net-flow", "rate", "return")
_LISTS: Final[dict[str, Mapping[str, Word]]] = {
    "measure": MEASURES,
    "unit": UNITS,
    "group": GROUPS,
    "counter": COUNTERS,
    "licence": LICENCES,
}
_REQUIRED: Final = (
    "stage", "measure", "unit", "group", "place", "start", "end", "known", "counter", "sex", "status", "source",
    "licence", "method",
)  # fmt: skip

RULES: Final[tuple[tuple[str, str, pl.Expr], ...]] = (
    ("place", "is neither an ISO 3166 alpha-3 code nor a p-code", ~F.place.str.contains(PLACE)),
    ("origin", "is neither an ISO 3166 alpha-3 code nor a p-code", ~F.origin.str.contains(PLACE)),
    ("end", "ends before it starts", F.end < F.start),
    ("end", "is a stock with a duration", (F.measure == "stock") & (F.start != F.end)),
    ("value", "is negative", (F.value < 0) & ~F.measure.is_in(_SIGNED)),
    ("value", "is not a finite number", F.value.is_nan() | F.value.is_infinite()),
    ("value", "has a number although nobody counted", (F.status == "not_counted") & F.value.is_not_null()),
    ("status", "is counted but has no number", F.value.is_null() & ~F.status.is_in(["not_counted", "suppressed"])),
    ("low", "is not a finite number", F.low.is_nan() | F.low.is_infinite()),
    ("high", "is not a finite number", F.high.is_nan() | F.high.is_infinite()),
    ("low", "lies above the value", F.low > F.value),
    ("high", "lies below the value", F.high < F.value),
    ("level", "is missing although an interval is given", F.low.is_not_null() & F.level.is_null()),
    ("level", "is not a probability", ~F.level.is_between(0, 1)),
    ("age_to", "is not above age_from", F.age_to <= F.age_from),
    ("age_from", "is missing although age_to is given", F.age_from.is_null() & F.age_to.is_not_null()),
    ("facet", "is empty text; leave it null", F.facet == ""),
)


def typed(figures: pl.DataFrame, origin: str = "figures") -> pl.DataFrame:
    """The same rows with the house's columns, types and order; an absent column is null.

    Raises FigureError naming every column that is unknown and every word outside an enum.
    """
    unknown = [name for name in figures.columns if name not in SCHEMA]
    if unknown:
        raise FigureError(
            origin,
            _faults([(0, name, name, "is not a figure column", nearest(name, list(SCHEMA))) for name in unknown]),
        )
    filled = figures.with_columns(
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMA.items() if name not in figures.columns
    )
    outside = [
        fault for name, dtype in SCHEMA.items() if isinstance(dtype, pl.Enum) for fault in _outside(filled, name, dtype)
    ]
    if outside:
        raise FigureError(origin, _faults(outside))
    return filled.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def problems(figures: pl.DataFrame, places: frozenset[str] | None = None) -> pl.DataFrame:
    """Every fault of a typed table, one row each: row, column, found, fault, nearest. Empty when all is well.

    places  country codes that exist; null leaves the countries unchecked. P-codes are not looked up.
    """
    numbered = figures.with_row_index("at")
    found = [_broken(numbered, column, fault, broken) for column, fault, broken in RULES]
    found += [_broken(numbered, name, "is missing", pl.col(name).is_null()) for name in _REQUIRED]
    found += [
        _unlisted(numbered, name, list(words), "is not a word of the code list") for name, words in _LISTS.items()
    ]
    if places is not None:
        found += [
            _unlisted(numbered, name, sorted(places), "is no country", three_letters=True)
            for name in ("origin", "place")
        ]
    if figures.select(IDENTITY).hash_rows().n_unique() < figures.height:  # equal rows have equal hashes
        twice = pl.struct(IDENTITY).is_duplicated()
        found.append(_broken(numbered, "source", "says the same thing twice in one run", twice))
    return pl.concat(found).sort("row", "column", "fault")


def require(figures: pl.DataFrame, origin: str = "figures", places: frozenset[str] | None = None) -> pl.DataFrame:
    """The same table, typed and free of faults, or one FigureError with all of them."""
    ready = typed(figures, origin)
    faults = problems(ready, places)
    if faults.height:
        raise FigureError(origin, faults)
    return ready


def ordered(figures: pl.DataFrame) -> pl.DataFrame:
    """The one order in which the house shows figures; total, since IDENTITY is unique."""
    return figures.sort(*IDENTITY, "row", nulls_last=True)


_FAULTS: Final = pl.Schema(
    {"row": pl.Int64(), "column": pl.String(), "found": pl.String(), "fault": pl.String(), "nearest": pl.String()}
)


def _faults(rows: list[tuple[int, str, str | None, str, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=_FAULTS, orient="row")


def _broken(numbered: pl.DataFrame, column: str, fault: str, broken: pl.Expr) -> pl.DataFrame:
    return numbered.filter(broken).select(
        pl.col("at").cast(pl.Int64).alias("row"),
        pl.lit(column).alias("column"),
        pl.col(column).cast(pl.String).alias("found"),
        pl.lit(fault).alias("fault"),
        pl.lit(None, dtype=pl.String).alias("nearest"),
    )


def _unlisted(
    numbered: pl.DataFrame, column: str, valid: list[str], fault: str, *, three_letters: bool = False
) -> pl.DataFrame:
    considered = numbered.filter(pl.col(column).str.contains(COUNTRY)) if three_letters else numbered
    bad = considered.filter(~pl.col(column).is_in(valid)).select("at", column)
    rows = [(at, column, word, fault, nearest(word, valid)) for at, word in bad.iter_rows()]
    return _faults(rows)


def _outside(figures: pl.DataFrame, name: str, dtype: pl.Enum) -> list[tuple[int, str, str | None, str, str | None]]:
    valid = dtype.categories.to_list()
    words = figures.get_column(name).cast(pl.String)
    bad = pl.DataFrame({"word": words}).with_row_index("at").filter(~pl.col("word").is_in(valid))
    allowed = f"is not one of {', '.join(valid)}"
    return [(at, name, word, allowed, nearest(word, valid)) for at, word in bad.iter_rows()]
