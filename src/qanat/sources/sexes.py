"""A record of UNHCR's demographics to rows by sex and age, with bounds, and with what the record leaves unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final

import polars as pl

from qanat.figures import F
from qanat.figures.ages import ALL, UNHCR_BANDS, UNKNOWN, Band

BANDS: Final[dict[str, Band]] = dict(zip(("0_4", "5_11", "12_17", "18_59", "60"), UNHCR_BANDS, strict=True))
SEXES: Final = {"f": "female", "m": "male"}
COUNTS: Final = (*(f"{sex}_{band}" for sex in SEXES for band in (*BANDS, "other", "total")), "total")
LEAST: Final = tuple(f"least_{name}" for name in COUNTS)
MOST: Final = tuple(f"most_{name}" for name in COUNTS)
_BELOW_FIVE: Final = {0: (0, 2), 5: (3, 5)}  # UNHCR rounds counts below five to 0 or 5
_KEEP: Final = ("origin", "place", "facet", "group", "measure", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kind of row a record gives: whom it counts, from which cells, and when it is a figure at all."""

    sex: str
    age: Band
    whole: str
    parts: tuple[str, ...] = ()  # taken off the whole
    holds: pl.Expr
    cell: str
    method: str = "published"

    @property
    def value(self) -> pl.Expr:
        """The whole less its parts."""
        return pl.col(self.whole) - _sum(self.parts)

    @property
    def low(self) -> pl.Expr:
        """The least it can be: the least whole less the most its parts can be, never below zero."""
        return (pl.col(f"least_{self.whole}") - _sum(f"most_{part}" for part in self.parts)).clip(lower_bound=0)

    @property
    def high(self) -> pl.Expr:
        """The most it can be."""
        return pl.col(f"most_{self.whole}") - _sum(f"least_{part}" for part in self.parts)


def bounded(frame: pl.DataFrame) -> pl.DataFrame:
    """The records with the bounds of every cell: `least_*` and `most_*`, equal to the cell where it is not rounded."""
    low, high = ({float(value): float(span[end]) for value, span in _BELOW_FIVE.items()} for end in (0, 1))
    return frame.with_columns(
        *(pl.col(name).replace(low).alias(f"least_{name}") for name in COUNTS),
        *(pl.col(name).replace(high).alias(f"most_{name}") for name in COUNTS),
    )


def told(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with sex, age, value and bounds from bounded records; which rows, `demographics` says."""
    return pl.concat([_rows(frame, one) for one in _all_rows()])


def not_broken_down(frame: pl.DataFrame) -> int:
    """Cells of people by sex or age that no row was made of since their record does not tell sex or age."""
    no_sex = frame.filter(~_sexed()).height * len(SEXES)
    no_age = sum(frame.filter(~_aged(sex)).height for sex in SEXES) * (len(BANDS) + 1)
    return no_sex + no_age


def over(frame: pl.DataFrame) -> tuple[str, ...]:
    """A note where parts add up to more than their whole; both are kept as published."""
    sexes = frame.filter(pl.col("total") - pl.col("f_total") - pl.col("m_total") < 0).height
    parts = {sex: _sum(f"{sex}_{band}" for band in (*BANDS, "other")) for sex in SEXES}
    ages = sum(frame.filter(pl.col(f"{sex}_total") - parts[sex] < 0).height for sex in SEXES)
    told = {"sexes add up to more than the total": sexes, "ages add up to more than their sex": ages}
    return tuple(f"in {count} records the {what}; both are kept as published" for what, count in told.items() if count)


def _all_rows() -> list[Row]:
    both = tuple(f"{sex}_total" for sex in SEXES)
    left = pl.col("total") - _sum(both)
    rows = [
        Row(sex="all", age=ALL, whole="total", holds=pl.lit(value=True), cell="total"),
        Row(sex="unknown", age=ALL, whole="total", parts=both, holds=_sexed() & (left > 0), cell="total-f-m", method="unknown-sex@1"),
    ]  # fmt: skip
    return rows + [row for sex in SEXES for row in _of_sex(sex)]


def _of_sex(letter: str) -> list[Row]:
    sex, total, other = SEXES[letter], f"{letter}_total", f"{letter}_other"
    bands = tuple(f"{letter}_{band}" for band in BANDS)
    aged = _aged(letter)
    left = pl.col(total) - _sum(bands)
    rows = [Row(sex=sex, age=ALL, whole=total, holds=_sexed(), cell=total)]
    rows += [
        Row(sex=sex, age=BANDS[band], whole=f"{letter}_{band}", holds=aged, cell=f"{letter}_{band}") for band in BANDS
    ]
    rows += [
        Row(sex=sex, age=UNKNOWN, whole=other, holds=aged & (pl.col(other) > 0) & (left <= pl.col(other)), cell=other),
        Row(sex=sex, age=UNKNOWN, whole=total, parts=bands, holds=aged & (left > pl.col(other)), cell=f"{total}-bands", method="unknown-age@1"),
        Row(sex=sex, age=UNKNOWN, whole=total, holds=_sexed() & ~aged & (pl.col(total) > 0), cell=total, method="unknown-age@1"),
    ]  # fmt: skip
    return rows


def _sexed() -> pl.Expr:
    return _sum(f"{sex}_total" for sex in SEXES) > 0


def _aged(letter: str) -> pl.Expr:
    """Whether a sex is broken down by age: some band of it has people, or it has nobody while the other sex's bands do."""
    mine, theirs = (_sum(f"{sex}_{band}" for band in BANDS) for sex in (letter, "m" if letter == "f" else "f"))
    return (mine > 0) | ((pl.col(f"{letter}_total") == 0) & (theirs > 0))


def _sum(names: Iterable[str]) -> pl.Expr:
    """A sum that is null where a part is, and zero where there is none."""
    return reduce(add, (pl.col(name) for name in names), pl.lit(0.0))


def _rows(frame: pl.DataFrame, one: Row) -> pl.DataFrame:
    added = pl.when((pl.col("records") > 1) & pl.lit(one.method == "published"))
    start, end = one.age
    cells = frame.filter(one.holds & one.value.is_not_null()).select(
        *_KEEP, value=one.value, low=one.low, high=one.high, sex=pl.lit(one.sex),
        age_from=pl.lit(start, dtype=pl.Int16), age_to=pl.lit(end, dtype=pl.Int16),
        locator=pl.format("{}/{}", "key", pl.lit(one.cell)),
        method=added.then(pl.lit("records@1")).otherwise(pl.lit(one.method)),
    )  # fmt: skip
    rounded = F.low < F.high
    return cells.with_columns(
        pl.when(rounded).then("low"), pl.when(rounded).then("high"), level=pl.when(rounded).then(pl.lit(1.0))
    )
