"""Which constraints do not hold: by how many people, and whether the figures' own intervals leave room for it."""

from __future__ import annotations

from typing import Final, Literal

import polars as pl

from qanat.figures import F
from qanat.reconcile.constraints import RULES, Constraints

Verdict = Literal["real", "part missing", "within intervals"]
VERDICTS: Final[tuple[Verdict, ...]] = ("real", "part missing", "within intervals")
_ROOM: Final = {kind: rule.room for kind, rule in RULES.items()}


def measured(cells: pl.DataFrame, constraints: Constraints) -> pl.DataFrame:
    """How every constraint stands, one row each, in their order.

    Gives  the columns of Constraints.heads and: left, right (people; left = the parts or what is contained, right = the
           total or what contains; a part without a value counts as nothing known), size = left - right (null where the right
           side is not known), unknown = how many terms have no value, beyond = people by which it goes beyond what the figures' intervals
           leave open, 0 where they explain it.
    """
    terms = constraints.terms.join(cells.select("at", "value", "least", "most"), on="at")
    value, least, most = (pl.col(name) * pl.col("sign").abs() for name in ("value", "least", "most"))
    into, out = pl.col("sign") > 0, pl.col("sign") < 0
    sums = terms.group_by("id").agg(
        left=value.filter(into).sum(), right=value.filter(out).sum(), left_least=least.filter(into).sum(), left_most=most.filter(into).sum(),
        right_least=least.filter(out).sum(), right_most=most.filter(out).sum(), unknown=pl.col("value").is_null().sum(),
        _right_unknown=pl.col("value").filter(out).is_null().any(),
    )  # fmt: skip
    told = constraints.heads.join(sums, on="id", how="left", maintain_order="left")
    open_left = pl.col("unknown") > 0
    over = pl.col("left_least") - pl.col("right_most")
    under = pl.when(open_left).then(pl.lit(0.0)).otherwise(pl.col("right_least") - pl.col("left_most"))
    size = pl.when(~pl.col("_right_unknown")).then(pl.col("left") - pl.col("right"))
    return told.with_columns(
        size=size,
        beyond=pl.max_horizontal(pl.lit(0.0), over, pl.when("equal").then(under).otherwise(pl.lit(0.0))),
    ).drop("_right_unknown")


def violations(cells: pl.DataFrame, constraints: Constraints) -> pl.DataFrame:
    """The constraints that do not hold, the gravest first: rows of `measured` with `verdict`.

    real              broken, whatever the figures' intervals leave open
    part missing      the parts do not reach the total, and not every part is published (never so for an excess)
    within intervals  broken as printed; the intervals leave room
    Accounts that are not hard are no violations (see `residuals`).
    """
    found = measured(cells, constraints).filter(~((pl.col("kind") == "account") & ~pl.col("hard")))
    room = pl.col("kind").replace_strict(_ROOM, return_dtype=pl.Float64)
    short = pl.col("equal") & (pl.col("size") < -room) & (pl.col("unknown") == 0)
    broken = found.filter((pl.col("size") > room) | short)
    missing = (pl.col("size") < 0) & ~pl.col("closed")
    verdict = pl.when(pl.col("beyond") <= room).then(pl.lit(VERDICTS[2])).when(missing).then(pl.lit(VERDICTS[1])).otherwise(pl.lit(VERDICTS[0]))  # fmt: skip
    ranked = broken.with_columns(verdict=verdict.cast(pl.Enum(VERDICTS)))
    return ranked.sort("verdict", pl.col("beyond"), pl.col("size").abs(), "id", descending=[False, True, True, False])


def residuals(cells: pl.DataFrame, constraints: Constraints) -> pl.DataFrame:
    """What the accounts that are not hard leave unexplained: rows of `measured`, the largest first; size above zero =
    fewer people than the account would have, below zero = more."""
    soft = measured(cells, constraints).filter(
        (pl.col("kind") == "account") & ~pl.col("hard") & pl.col("size").is_not_null()
    )
    return soft.sort(pl.col("size").abs(), "id", descending=[True, False])


def valued(cells: pl.DataFrame, values: pl.Series) -> pl.DataFrame:
    """The cells with other values, taken as exact: what is measured of them is the arithmetic alone."""
    return cells.with_columns(value=values, least=values, most=values).with_columns(F.value.cast(pl.Float64))
