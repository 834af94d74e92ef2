"""The method: a balance as figures, each with what was published of it and what it was made from."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import SCHEMA, F, Stage
from qanat.figures.licensing import strictest
from qanat.methods import LINEAGE, Derived, Method
from qanat.reconcile.balance import LEAVES, Balance, Balancing, balance
from qanat.reconcile.divisions import WHOLE_AGE


def balanced(figures: pl.DataFrame, options: Balancing) -> Derived:
    """Figures that add up: every figure under a hard constraint, adjusted as little as can be in standard deviations, in its unit.

    figures  published figures; the newest vintage of each key and counter takes part
    Gives    stage reconciled, counter kept (who counted), value = adjusted, or as it was where nothing moves it; status
             estimated where it was adjusted or not counted before; the interval where the value is still within it, else
             null. The locator says what was published, by how much it moved, whether it leaves its own interval
             or did not fit into what contains it (BOUND_VIOLATION) and whether a sum made it move (SUM_MISMATCH). null stays null where the constraints do not
             settle it. What sexes or bands leave of a total that not all of them are published for is a row of unknown sex or
             age of its own, estimated (`rests`). Lineage: the figure itself and, where it moved, those it shares a constraint
             with; of a rest its total and parts. An adjusted figure and a rest
             travel as far as the strictest of all that constraints join them to, through however many others. Empty in, empty out.
    """
    return derived(balance(figures, options))


def derived(found: Balance) -> Derived:
    """A balance as figures with their lineage, as `balanced` gives them."""
    own = found.cells.filter(~pl.col("opening")).with_row_index("to")
    links = _lineage(found).join(own.select(row="at", to="to"), on="row").select(row="to", input="input")
    left, terms = _rests(found)
    left = left.with_row_index("to", offset=own.height)
    more = terms.join(left.select("id", "to"), on="id").select(row="to", input="at")
    cited = found.cells.select(input="at", input_run="run", input_row="row")
    lineage = pl.concat([links, more]).join(cited, on="input").sort("row", "input_run", "input_row")
    made = pl.concat([own.filter(_changed()).select("to", "at"), more.select(to="row", at="input").unique("to")])
    bound = made.join(_terms(found), on="at").select("to", bound="licence")
    bound = pl.concat([bound, own.join(bound, on="to", how="anti").select("to", bound="licence")])
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
    short = found.after.filter(pl.col("kind").is_in(["sexes", "ages"]) & pl.col("hard") & (pl.col("size") < -LEAVES))
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
    told = found.cells.select("at", changed=_changed())
    itself = told.select(row="at", input="at")
    terms = found.constraints.hard.terms.select("id", "at")
    changed = terms.join(told.filter("changed").select("at"), on="at", how="semi").select("id", row="at")
    beside = changed.join(terms.rename({"at": "input"}), on="id").select("row", "input")
    return pl.concat([itself, beside]).unique()


def _changed() -> pl.Expr:
    return pl.col("moved") | (F.value.is_null() & pl.col("after").is_not_null())


def _terms(found: Balance) -> pl.DataFrame:
    """The strictest licence of all that hard constraints join a cell to, through however many others, as at and licence."""
    links = found.constraints.hard.terms.select("id", "at").with_columns(part=pl.col("at"))
    while True:
        least = links.with_columns(pl.col("part").min().over("id")).with_columns(pl.col("part").min().over("at"))
        if least.equals(links):
            break
        links = least
    parts = links.select("at", "part").unique().join(found.cells.select("at", "licence"), on="at")
    return parts.select("at", "part").join(parts.group_by("part").agg(strictest()), on="part").select("at", "licence")


BALANCED: Final = Method(
    id="reconcile.balanced", version=1, reads=Stage.PUBLISHED, writes=Stage.RECONCILED,
    paper="Stone, Champernowne and Meade, Review of Economic Studies 9 (1942); Byron, JRSS A 141 (1978)",
    options=Balancing, compute=balanced,
)  # fmt: skip
