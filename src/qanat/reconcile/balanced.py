"""The method: figures adjusted as little as can be so that parts add up and nobody is more than contains them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from qanat.errors import AskError, ConflictError
from qanat.figures import SCHEMA, F, Stage
from qanat.figures.licensing import strictest
from qanat.figures.place import UNITS
from qanat.methods import LINEAGE, Derived, Method
from qanat.reconcile.accounts import accounts
from qanat.reconcile.adjusting import Weights, problem, uncounted, weighed
from qanat.reconcile.cells import cells
from qanat.reconcile.constraints import Constraints, together
from qanat.reconcile.containment import containment
from qanat.reconcile.divisions import WHOLE_AGE, divisions
from qanat.reconcile.naming import conflict_told
from qanat.reconcile.violations import measured, valued

if TYPE_CHECKING:
    from qanat.maths.balancing import Problem

MOVED: Final = 1e-3  # people beyond which a figure counts as adjusted; it stays as it was below
_LEAVES: Final = 0.5  # people, since counts are whole, by which it must be outside its interval to leave it
_DRAWS: Final = 8  # each leaves a tenth of what a number is drawn by beside what settles it
_SETTLED: Final = (
    0.5  # people within which a number that nobody counted must come out the same from wherever it is drawn
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


def balanced(figures: pl.DataFrame, options: Balancing) -> Derived:
    """Figures that add up: every figure under a hard constraint, adjusted as little as can be in standard deviations, in its unit.

    figures  published figures; the newest vintage of each key and counter takes part
    Gives    stage reconciled, counter kept (who counted), value = adjusted, or as it was where nothing moves it; status
             estimated where it was adjusted or not counted before; the interval where the value is still within it, else
             null. The locator says what was published, by how much it moved, whether it leaves its own interval
             or did not fit into what contains it (BOUND_VIOLATION) and whether a sum made it move (SUM_MISMATCH). null stays null where the constraints do not
             settle it. What sexes or bands leave of a total that not all of them are published for is a row of unknown sex or
             age of its own, estimated (`rests`). Lineage: the figure itself and, where it moved, those it shares a constraint
             with; of a rest its total and parts. Empty in, empty out.
    """
    return derived(balance(figures, options))


def derived(found: Balance) -> Derived:
    """A balance as figures with their lineage, as `balanced` gives them."""
    own = found.cells.filter(~pl.col("opening")).with_row_index("to")
    links = _lineage(found).join(own.select(row="at", to="to"), on="row").select(row="to", input="input")
    left, terms = _rests(found)
    left = left.with_row_index("to", offset=own.height)
    more = terms.join(left.select("id", "to"), on="id").select(row="to", input="at")
    cited = found.cells.select("licence", input="at", input_run="run", input_row="row")
    lineage = pl.concat([links, more]).join(cited, on="input").sort("row", "input_run", "input_row")
    bound = lineage.group_by("row").agg(strictest()).select(to="row", bound="licence")
    rows = pl.concat([_rows(own), left.select(own.select("to", *SCHEMA).columns)], how="vertical_relaxed")
    shaped = rows.join(bound, on="to", maintain_order="left").with_columns(
        licence="bound", run=pl.lit(None), row=pl.lit(None)
    )
    return Derived(
        figures=shaped.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()),
        lineage=lineage.select(list(LINEAGE)).cast(LINEAGE),
    )


def rests(found: Balance) -> pl.DataFrame:
    """What the sexes or the bands of a division leave of their total where no row of unknown sex or age is published: rows of
    figures (stage reconciled, status estimated) with `id`, the constraint's."""
    return _rests(found)[0]


def _rests(found: Balance) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rests, and the terms of their constraints as id and at."""
    short = found.after.filter(pl.col("kind").is_in(["sexes", "ages"]) & pl.col("hard") & (pl.col("size") < -_LEAVES))
    terms = found.constraints.terms.join(short.select("id", "kind", "whole", "size"), on="id")
    parts = terms.filter(pl.col("sign") > 0).join(found.cells.select("at", "sex", "age_from", "value"), on="at")
    told = pl.when(pl.col("kind") == "sexes").then(F.sex == "unknown").otherwise(F.age_from.is_null())
    full = parts.group_by("id").agg(_told=told.any() | F.value.is_null().any()).filter("_told")
    kept = short.join(full, on="id", how="anti").unique(["kind", "whole"], keep="first", maintain_order=True)
    banded = found.cells.filter(~WHOLE_AGE).get_column("at")  # what bands leave of unknown sex, the sex's own bands say
    kept = kept.filter(~((pl.col("kind") == "sexes") & pl.col("whole").is_in(banded.implode())))
    wholes = kept.select("id", "kind", "size", at="whole").join(
        found.cells.filter(~pl.col("opening")), on="at", maintain_order="left"
    )
    sexes = pl.col("kind") == "sexes"
    none = pl.lit(None)
    rows = wholes.with_columns(
        stage=pl.lit("reconciled"), value=-pl.col("size").round(6), low=none, high=none, level=none, status=pl.lit("estimated"),
        method=pl.lit(BALANCED.name), locator=pl.format("what the {} leave of the total", "kind"),
        sex=pl.when(sexes).then(pl.lit("unknown")).otherwise(F.sex.cast(pl.String)),
        age_from=pl.when(sexes).then("age_from"), age_to=pl.when(sexes).then("age_to"),
    )  # fmt: skip
    return rows.select("id", *SCHEMA), terms.select("id", "at")


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
    leaves = (pl.col("after") < pl.col("own_low") - _LEAVES) | (pl.col("after") > pl.col("own_high") + _LEAVES)
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


def _rows(found: pl.DataFrame) -> pl.DataFrame:
    after, moved = pl.col("after").round(6), pl.col("moved")
    told = pl.format("published {}; adjusted by {}", F.value.round(3), (pl.col("after") - F.value).round(3))
    left = pl.when("leaves").then(pl.format("; leaves its interval {} to {}", pl.col("own_low").round(1), pl.col("own_high").round(1))).otherwise(pl.lit(""))  # fmt: skip
    flags = (
        pl.when(pl.col("flags").list.len() > 0)
        .then(pl.concat_str(pl.lit("; "), pl.col("flags").list.join(" ")))
        .otherwise(pl.lit(""))
    )
    inside = after.is_between(F.low, F.high).fill_null(value=False)
    new = F.value.is_null() & after.is_not_null()
    shown = found.with_columns(
        stage=pl.lit("reconciled"), value=after, method=pl.lit(BALANCED.name),
        status=pl.when(moved | new).then(pl.lit("estimated")).otherwise(F.status.cast(pl.String)),
        low=pl.when(inside).then("low"), high=pl.when(inside).then("high"), level=pl.when(inside).then("level"),
        locator=pl.when(moved).then(pl.concat_str(told, left, flags)).when(new).then(pl.lit("not counted; follows from the others")).otherwise(pl.lit("as published")),
    )  # fmt: skip
    return shown.select("to", *SCHEMA)


def _lineage(found: Balance) -> pl.DataFrame:
    """Pairs of a figure and an input, both as numbers of cells: itself, and where it moved all it shares a hard constraint with."""
    told = found.cells.select("at", changed=pl.col("moved") | (F.value.is_null() & pl.col("after").is_not_null()))
    itself = told.select(row="at", input="at")
    terms = found.constraints.hard.terms.select("id", "at")
    changed = terms.join(told.filter("changed").select("at"), on="at", how="semi").select("id", row="at")
    beside = changed.join(terms.rename({"at": "input"}), on="id").select("row", "input")
    return pl.concat([itself, beside]).unique()


BALANCED: Final = Method(
    id="reconcile.balanced", version=1, reads=Stage.PUBLISHED, writes=Stage.RECONCILED,
    paper="Stone, Champernowne and Meade, Review of Economic Studies 9 (1942); Byron, JRSS A 141 (1978)",
    options=Balancing, compute=balanced,
)  # fmt: skip
