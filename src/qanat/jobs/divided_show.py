"""Job: the sex and age of everyone in a country's views: what is counted, what share is not known, and the estimate beside it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.figures import F
from qanat.figures.ages import ALL
from qanat.figures.licensing import stricter, strictest
from qanat.jobs.dividing import GROUPS, DivideRequest, divide
from qanat.reconcile.breakdowns import breakdowns, recorded
from qanat.reconcile.divided import VIEWS, fits
from qanat.reconcile.divided_sums import Told
from qanat.reconcile.donors import MEANING
from qanat.reconcile.totals import WORLD
from qanat.reconcile.unsound import reasons
from qanat.store import Engine

_SAME: Final = ("view", "measure", "unit", "group", "origin", "place", "start", "end", "counter")
_KNOWN: Final = 0.5  # share of known sex and age below which a breakdown is missing rather than incomplete


def with_unknown(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with one of sex unknown wherever the sexes leave some of the total, which a sum over records without any
    breakdown does not tell: total less women, men and other, citing all of them."""
    whole = (F.age_from == 0) & F.age_to.is_null() & F.group.is_in([*GROUPS, "displaced-abroad"])
    total = rows.filter(whole & (F.sex == "all") & F.value.is_not_null())
    known = (
        rows.filter(whole & F.sex.is_in(["female", "male", "other"]))
        .group_by(_SAME)
        .agg(
            strictest().alias("_licence"),
            _known=F.value.sum(),
            _cited=pl.col("inputs").explode(keep_nulls=False, empty_as_null=False),
        )
    )
    told = rows.filter(whole & (F.sex == "unknown")).select(*_SAME, _told="value")
    both = total.join(known, on=_SAME, how="left", nulls_equal=True).join(told, on=_SAME, how="left", nulls_equal=True)
    left = F.value - pl.col("_known").fill_null(0)
    wrong = both.filter((left > 0.5) & ((left - pl.col("_told").fill_null(0)).abs() > 0.5))
    made = wrong.with_columns(
        value=left, licence=stricter("licence", "_licence"), sex=pl.lit("unknown", dtype=rows.schema["sex"]), low=pl.lit(None, dtype=pl.Float64), high=pl.lit(None, dtype=pl.Float64),
        level=pl.lit(None, dtype=pl.Float64), inputs=pl.when(pl.col("_cited").is_null()).then("inputs").otherwise(pl.concat_list("inputs", "_cited")),
    ).select(rows.columns)  # fmt: skip
    replaced = rows.join(
        made.select(*_SAME, "sex", "age_from", "age_to"),
        on=[*_SAME, "sex", "age_from", "age_to"],
        how="anti",
        nulls_equal=True,
    )
    return pl.concat([replaced, made])


def divisions_told(request: DivideRequest, by: tuple[str, ...], groups: tuple[str, ...], now: pl.DataFrame, store: Engine) -> list[dict[str, Any]]:  # fmt: skip
    """Every view, group and counter of the country on the day that could be divided, one document each.

    now  newest published figures about the country on the day, for the faults in them
    Each: view, group, counter (whose total), total, sex_unknown and age_unknown (shares of it), status, from (kind, what it
    is, people put in place), flags, faults (code, records, people, example, remedy), rows (sex, ages, value, low, high,
    level, status, cite), which add up to the total less people counted as of another sex.
    """
    made = divide(request, store).rows
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in made.iter_rows(named=True):
        view = "origin" if row["place"] == WORLD else "host" if row["origin"] is None else "inside"
        if row["group"] in groups:
            found[view, row["group"], row["locator"]].append(row)
    broken = faults(request.place, request.day, now)
    return [_told(key, rows, by, broken) for key, rows in found.items()]


def _told(key: tuple[str, str, str], rows: list[dict[str, Any]], by: tuple[str, ...], broken: list[dict[str, Any]]) -> dict[str, Any]:  # fmt: skip
    told = Told.read(key[2])
    wanted = [row for row in rows if ((row["age_from"], row["age_to"]) == ALL) == ("age" not in by)]
    missing = ["SEX_AGE_MISSING"] if min(told.sex, told.age) < _KNOWN * told.total else []
    mine = [one for one in broken if (one["view"], one["group"], one["counter"]) == (key[0], key[1], told.counter)]
    sums = ["SUM_MISMATCH"] if any(one["code"] == "SUM_MISMATCH" for one in mine) else []
    return {
        "view": key[0], "group": key[1], "counter": told.counter, "total": told.total,
        "sex_unknown": 1 - told.sex / told.total, "age_unknown": 1 - told.age / told.total, "status": "estimated" if any(row["status"] == "estimated" for row in wanted) else "counted",
        "from": [{"kind": kind, "what": MEANING[kind], "people": people} for kind, people in told.by.items()], "flags": sums + missing,
        "faults": [{name: one[name] for name in ("code", "records", "people", "example", "remedy")} for one in mine],
        "rows": [
            {name: row[name] for name in ("sex", "age_from", "age_to", "value", "low", "high", "level", "status")} | {"cite": f"{row['run']}:{row['row']}"}
            for row in wanted
        ],
    }  # fmt: skip


def faults(country: str, day: date, now: pl.DataFrame) -> list[dict[str, Any]]:
    """What is wrong with the records of a country's views on a day: by view, group, counter and code, how many records and
    people, the largest as an example, and what to do."""
    wide = recorded(now.filter((F.end == day) & F.group.is_in(GROUPS) & (F.measure == "stock")))
    found: dict[tuple[str, str, str, str], list[tuple[float, str, str]]] = defaultdict(list)
    for view in VIEWS:
        for record in breakdowns(wide.filter(fits(country, view))):
            for code, size, what, remedy in reasons(record):
                found[view, record.key.group, record.key.counter, code].append(
                    (size or 0.0, f"{record.key}: {what}", remedy)
                )
    return [
        {
            "view": view, "group": group, "counter": counter, "code": code, "records": len(some), "people": sum(size for size, _, _ in some),
            "example": max(some)[1], "remedy": max(some)[2],
        }
        for (view, group, counter, code), some in sorted(found.items())
    ]  # fmt: skip
