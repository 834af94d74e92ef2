"""Figures balanced: adjusted as little as can be so that parts add up and nobody is more than contains them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from qanat.errors import AskError, ConflictError
from qanat.figures import F
from qanat.figures.place import UNITS
from qanat.reconcile.accounts import accounts
from qanat.reconcile.adjusting import Weights, problem, uncounted, weighed
from qanat.reconcile.cells import cells
from qanat.reconcile.constraints import Constraints, together
from qanat.reconcile.containment import containment
from qanat.reconcile.divisions import divisions
from qanat.reconcile.naming import conflict_told
from qanat.reconcile.violations import measured, valued

if TYPE_CHECKING:
    from qanat.maths.balancing import Problem

MOVED: Final = 1e-3  # people beyond which a figure counts as adjusted; it stays as it was below
LEAVES: Final = 0.5  # people, since counts are whole, by which it must be outside its interval to leave it
_DRAWS: Final = 8  # each leaves a tenth of what a number is drawn by beside what settles it
_SETTLED: Final = (
    0.5  # people within which a number that nobody counted must come out the same wherever it is drawn from
)
_WITHIN: Final = ("contained", "population", "returns")


@dataclass(frozen=True, slots=True, kw_only=True)
class Balancing:
    """How firmly figures stand; which are given; which places make up which.

    opening  figures up to this day open the account: they are held, and no figures of the balance; null: none are
    units    admin units with the columns of figures.place.UNITS
    """

    weights: Weights = field(default_factory=Weights)
    opening: date | None = None
    units: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNITS), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A balance with all that is told of it.

    cells        the figures (reconcile.cells, adjusting.weighed) that take part in a hard constraint, with opening, after (people; null
                 where neither a counter nor the constraints tell), moved, leaves (the interval of its own), flags (a list)
    constraints  all of them, hard or not;  before, after = their state (violations.measured) with the figures as they
                 were and as they are
    """

    cells: pl.DataFrame
    constraints: Constraints
    before: pl.DataFrame
    after: pl.DataFrame


def constrained(figures: pl.DataFrame, units: pl.DataFrame) -> tuple[pl.DataFrame, Constraints]:
    """The cells of published figures and every constraint over them."""
    found = cells(figures, units)
    return found, together([divisions(found, units), containment(found), accounts(found)])


def balance(figures: pl.DataFrame, options: Balancing) -> Balance:
    """The figures adjusted as little as can be, in standard deviations, so that every hard constraint holds.

    Raises ConflictError naming the smallest set of constraints and held figures that cannot all hold, AskError where a
    figure to be held is not among the figures. The figures given are not changed.
    """
    every, constraints = constrained(figures, options.units)
    opening = pl.lit(value=False) if options.opening is None else F.end <= options.opening
    constraints = _of_the_balance(constraints, every.filter(opening).get_column("at"))
    within = constraints.hard
    taking = within.terms.get_column("at").unique().sort()
    absent = [cite for cite in options.weights.hold if cite not in _cites(every)]
    if absent:
        raise AskError(
            f"{', '.join(absent)} cannot be held: no such figure among those balanced (RUN:ROW, newest vintage)"
        )
    numbered = every.filter(pl.col("at").is_in(taking.implode())).with_row_index("new")
    own, only = _numbered(numbered, constraints), _numbered(numbered, within)
    renumbered = numbered.with_columns(at=pl.col("new").cast(pl.UInt32)).drop("new")
    kept = weighed(renumbered, only, options.weights).with_columns(opening=opening, held=pl.col("held") | opening)
    after = _still(kept, _solved(kept, only, options.weights))
    state = measured(kept, own), measured(valued(kept, after), own)
    return Balance(
        cells=_told(kept.with_columns(after=after), own.hard, state[0]),
        constraints=own,
        before=state[0],
        after=state[1],
    )


def _of_the_balance(constraints: Constraints, opening: pl.Series) -> Constraints:
    """The constraints that hold more than the figures that open the account."""
    own = constraints.terms.filter(~pl.col("at").is_in(opening.implode())).select("id").unique()
    kept = constraints.heads.join(own, on="id", how="semi", maintain_order="left")
    return Constraints(heads=kept, terms=constraints.terms.join(own, on="id", how="semi", maintain_order="left"))


def _cites(found: pl.DataFrame) -> frozenset[str]:
    return frozenset(found.select(pl.format("{}:{}", "run", "row")).to_series().to_list())


def _numbered(kept: pl.DataFrame, constraints: Constraints) -> Constraints:
    """The constraints whose cells are all kept, over the cells' new numbers and counted from 0."""
    new = kept.select("at", "new")
    terms = constraints.terms.join(new, on="at", how="left")
    lost = terms.filter(pl.col("new").is_null()).select("id").unique()
    heads = constraints.heads.join(lost, on="id", how="anti").sort("id").with_row_index("to")
    heads = heads.join(new.rename({"at": "whole"}), on="whole", maintain_order="left")
    links = terms.join(heads.select("id", "to"), on="id").select(id="to", at="new", sign="sign").sort("id", "at")
    return Constraints(
        heads=heads.with_columns(id=pl.col("to").cast(pl.UInt32), whole=pl.col("new").cast(pl.UInt32)).drop(
            "to", "new"
        ),
        terms=links.cast({"id": pl.UInt32, "at": pl.UInt32}),
    )


def _solved(kept: pl.DataFrame, only: Constraints, weights: Weights) -> pl.Series:
    """The adjusted values; null for a number that nobody counted and the constraints do not settle."""
    if not len(only):
        return pl.Series("after", kept.get_column("value"), dtype=pl.Float64)
    free = kept.select(uncounted()).to_series()
    nobody = pl.Series("free", [0.0] * kept.height, dtype=pl.Float64)
    if not free.any():
        return _adjusted(problem(kept, only, weights, nobody), kept, only)
    largest = max(1000.0, float(kept.select(F.value.max().fill_null(0.0)).item()))
    far = pl.Series("free", [largest * (1 + at % 97 / 97) for at in range(kept.height)], dtype=pl.Float64)
    first, second = (_drawn(kept, only, weights, start) for start in (nobody, far))
    unsettled = free & ((first - second).abs() > _SETTLED)
    return pl.select(pl.when(~unsettled).then(first).alias("after")).to_series()


def _drawn(kept: pl.DataFrame, only: Constraints, weights: Weights, start: pl.Series) -> pl.Series:
    """The adjusted values when numbers that nobody counted are drawn first to a start, then to where they came to lie: what
    they are drawn to then has no say in what the constraints settle (the proximal point rule, Rockafellar 1976)."""
    after = start
    for _ in range(_DRAWS):
        after = _adjusted(problem(kept, only, weights, after), kept, only)
    return after


def _still(kept: pl.DataFrame, after: pl.Series) -> pl.Series:
    """The values after, those that moved by next to nothing as they were."""
    near = (after - kept.get_column("value")).abs() <= MOVED
    return pl.select(pl.when(near).then(kept.get_column("value")).otherwise(after).alias("after")).to_series()


def _adjusted(asked: Problem, kept: pl.DataFrame, only: Constraints) -> pl.Series:
    import numpy as np

    from qanat.maths.balancing import Contradiction
    from qanat.maths.balancing import balanced as nearest

    try:
        return pl.Series("after", nearest(asked).values)
    except Contradiction as cause:
        from qanat.maths.conflict import conflict

        floor = np.where(kept.get_column("measure").to_numpy() == "net-flow", -np.inf, 0.0)
        small = conflict(asked.part(cause.rows, cause.numbers), floor[cause.numbers])
        rows = [int(cause.rows[one]) for one in small.rows]
        low, high = ([int(cause.numbers[one]) for one in part] for part in (small.low, small.high))
        raise ConflictError(conflict_told(kept, only, rows, (low, high))) from cause


def _told(solved: pl.DataFrame, hard: Constraints, before: pl.DataFrame) -> pl.DataFrame:
    """The cells with moved, leaves and flags."""
    moved = (pl.col("after") - F.value).abs() > MOVED
    leaves = (pl.col("after") < pl.col("own_low") - LEAVES) | (pl.col("after") > pl.col("own_high") + LEAVES)
    broken = before.filter((pl.col("size") > 0) | (pl.col("equal") & pl.col("closed") & (pl.col("size") < 0)))
    kinds = (
        hard.terms.join(broken.select("id", "kind"), on="id")
        .group_by("at")
        .agg(sums=(~pl.col("kind").is_in(_WITHIN)).any(), within=pl.col("kind").is_in(_WITHIN).any())
    )
    marked = solved.join(kinds, on="at", how="left", maintain_order="left").with_columns(
        moved=moved.fill_null(value=False), leaves=leaves.fill_null(value=False)
    )
    flags = pl.concat_list(
        pl.when(pl.col("moved") & pl.col("sums").fill_null(value=False)).then(pl.lit("SUM_MISMATCH")),
        pl.when(pl.col("moved") & (pl.col("leaves") | pl.col("within").fill_null(value=False))).then(
            pl.lit("BOUND_VIOLATION")
        ),
    ).list.drop_nulls()
    return marked.with_columns(flags=flags).drop("sums", "within")
