"""Published figures by sex and age as one record a group, place, day and counter: what is counted, what is left unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.errors import AskError
from qanat.figures import F
from qanat.figures.ages import UNHCR_BANDS, Band, onto

LADDER: Final = UNHCR_BANDS
STEPS: Final = len(LADDER)
SEXES: Final = ("female", "male")
CELLS: Final[tuple[tuple[str, Band], ...]] = tuple((sex, band) for sex in SEXES for band in LADDER)
RECORD: Final = ("measure", "unit", "group", "origin", "place", "start", "end", "counter")

Ten = tuple[float, ...]  # one number a cell, in the order of CELLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Whom a record counts, where, when, by whom."""

    measure: str
    unit: str
    group: str
    origin: str | None
    place: str
    start: date
    end: date
    counter: str

    def __str__(self) -> str:
        where = f"{self.place} from {self.origin}" if self.origin not in (None, self.place) else self.place
        return f"{self.counter} {self.group} {where} {self.end}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """What one counter says of a group in a place on a day, in people, ages on UNHCR's ladder.

    total        everyone, by the undivided figure; null where there is none or it is not known
    cells        counted, by sex and age; low, high their bounds (the value where it is not rounded); 0 where no row is
    women, men   everyone counted of a sex, of known age or not; null where no row tells the sex: not counted, not zero
    other        counted as of another sex;  unknown  published as of unknown sex, null where no such row is
    least        the least that women, men and other can be together, by their bounds
    across       people of a sex whose ages do not nest in the ladder or overlap: kept as of unknown age
    """

    key: Key
    total: float | None
    cells: Ten
    low: Ten
    high: Ten
    women: float | None
    men: float | None
    other: float
    unknown: float | None
    least: float
    across: float = 0.0
    overlap: bool = False

    @property
    def of_sex(self) -> tuple[float, float]:
        """Counted as women and as men; 0 where a sex is not told, which `one_sex` tells."""
        return self.women or 0.0, self.men or 0.0

    @property
    def aged(self) -> tuple[float, float]:
        """Women and men of known age."""
        return sum(self.cells[:STEPS]), sum(self.cells[STEPS:])

    @property
    def known(self) -> float:
        """People of known sex."""
        return sum(self.of_sex) + self.other

    @property
    def one_sex(self) -> bool:
        """Whether only women or only men are told: the other sex is not counted, which is not nobody."""
        return (self.women is None) != (self.men is None)


def recorded(figures: pl.DataFrame) -> pl.DataFrame:
    """One row a group, pair, day and counter that has a total or a cell, in the order of RECORD: RECORD's columns, total,
    other, unknown, and for either sex its number, the cells of its ages with bounds, and what is of unknown age.

    figures  one vintage a key and counter (reconcile.newest), undivided and by sex and age; finer cuts are left aside
    Bands that lie within a step of the ladder are added up on it. Where bands of a sex overlap or lie across two steps
    their people cannot be put on the ladder: they are kept as of unknown age. null = no row, or none with a value.
    """
    rows = figures.filter(F.facet.is_null() & F.via.is_null() & (F.value.is_not_null() | (F.sex == "all")))
    stepped = rows.with_columns(_step=_step(rows), _all=((F.age_from == 0) & F.age_to.is_null()).fill_null(value=False))
    marked = stepped.join(_torn(stepped), on=[*RECORD, "sex"], how="left", nulls_equal=True)
    return _wide(marked.with_columns(_step=pl.when(pl.col("_torn").is_null()).then("_step")))


def breakdowns(wide: pl.DataFrame) -> list[Breakdown]:
    """The rows of `recorded` as records, in their order."""
    return [_record(row) for row in wide.iter_rows(named=True)]


def _step(rows: pl.DataFrame) -> pl.Expr:
    """The ladder's step a row's ages lie in, from 0; null for all ages, unknown ages and ages across two steps."""
    step = pl.lit(None, dtype=pl.Int8)
    for band in rows.select("age_from", "age_to").unique().rows():
        held = _held(band)
        if held is not None:
            same = (F.age_from == band[0]) & (F.age_to.is_null() if band[1] is None else F.age_to == band[1])
            step = pl.when(same).then(pl.lit(held, dtype=pl.Int8)).otherwise(step)
    return step


def _held(band: Band) -> int | None:
    try:
        return LADDER.index(onto([band], LADDER)[band])
    except AskError:
        return None


def _torn(stepped: pl.DataFrame) -> pl.DataFrame:
    """Records and sexes of which two bands share a year of age."""
    last = pl.col("age_to").fill_null(999)
    bands = stepped.filter(F.age_from.is_not_null() & ~pl.col("_all") & F.sex.is_in(SEXES))
    before = last.cum_max().shift(1).over([*RECORD, "sex"], order_by="age_from")
    return bands.filter(F.age_from < before).select(*RECORD, "sex").unique().with_columns(_torn=pl.lit(value=True))


def _columns() -> dict[str, tuple[pl.Expr, pl.Expr]]:
    """By name: what is taken of a row, and of which rows; a record's column is the sum over them."""
    whole, step, aged = pl.col("_all"), pl.col("_step"), F.age_from.is_not_null() & ~pl.col("_all")
    out: dict[str, tuple[pl.Expr, pl.Expr]] = {
        "total": (F.value, (F.sex == "all") & whole), "other": (F.value, (F.sex == "other") & whole),
        "unknown": (F.value, (F.sex == "unknown") & whole),
    }  # fmt: skip
    for sex in SEXES:
        here = F.sex == sex
        out |= {
            sex: (F.value, here & whole), f"{sex}_least": (pl.coalesce("low", "value"), here & whole),
            f"{sex}_unknown": (F.value, here & F.age_from.is_null()), f"{sex}_across": (F.value, here & aged & step.is_null()),
        }  # fmt: skip
        for at in range(STEPS):
            cell = here & (step == at)
            out |= {f"{sex}_{at}": (F.value, cell), f"{sex}_{at}_low": (pl.coalesce("low", "value"), cell), f"{sex}_{at}_high": (pl.coalesce("high", "value"), cell)}  # fmt: skip
    return out


def _wide(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a record; null where no row fits or none has a value."""
    columns = _columns()
    taken = rows.with_columns(pl.when(fits).then(value).alias(f"={name}") for name, (value, fits) in columns.items())
    sums = [
        pl.when(pl.col(f"={name}").is_not_null().any()).then(pl.col(f"={name}").sum()).alias(name) for name in columns
    ]
    torn = [(pl.col("_torn") & (F.sex == sex)).any().alias(f"{sex}_torn") for sex in SEXES]
    return taken.group_by(RECORD).agg(*sums, *torn).sort(*RECORD, nulls_last=True)


def _record(row: dict[str, Any]) -> Breakdown:
    names = [f"{sex}_{at}" for sex in SEXES for at in range(STEPS)]
    value, low, high = (tuple(float(row[name + end] or 0.0) for name in names) for end in ("", "_low", "_high"))
    women, men = (_of_sex(row, sex, value) for sex in SEXES)
    other = float(row["other"] or 0.0)
    least = sum(row[f"{sex}_least"] if row[sex] is not None else (told or 0.0) for sex, told in (("female", women), ("male", men)))  # fmt: skip
    return Breakdown(
        key=Key(**{name: row[name] for name in RECORD}), total=row["total"], cells=value, low=low, high=high, women=women, men=men,
        other=other, unknown=row["unknown"], least=least + other, overlap=any(row[f"{sex}_torn"] for sex in SEXES),
        across=sum(float(row[f"{sex}_across"] or 0.0) for sex in SEXES),
    )  # fmt: skip


def _of_sex(row: dict[str, Any], sex: str, value: Ten) -> float | None:
    """Everyone of a sex: its own row, else what its ages add up to, unknown ones included; null where no row tells it."""
    if row[sex] is not None:
        return float(row[sex])
    at = SEXES.index(sex) * STEPS
    names = [f"{sex}_unknown", f"{sex}_across", *(f"{sex}_{step}" for step in range(STEPS))]
    if row[f"{sex}_torn"] or all(row[name] is None for name in names):
        return None
    return sum(value[at : at + STEPS]) + float(row[f"{sex}_unknown"] or 0.0) + float(row[f"{sex}_across"] or 0.0)
