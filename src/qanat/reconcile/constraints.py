"""What figures must keep to, as data: parts and totals, containment, the account of a stock; each with its figures.

Every constraint is a sum of figures with signs that must be zero (parts less their total) or not above it (what is
contained less what contains it). Only figures of one counter are parts of one another (reconcile.adding); a counter's
figures are held against another's population only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

Kind = Literal["sexes", "ages", "places", "origins", "contained", "population", "returns", "account", "sectors"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A kind of constraint.

    says   what holds, as a person reads it
    hard   a balance makes it hold; else it is only looked at
    cites  where it is written
    room   people by which it may be off because its figures are rounded one by one
    """

    kind: Kind
    says: str
    hard: bool
    cites: str
    room: float = 0.5


_PROFILE: Final = "IASC, Humanitarian Profile Support Guidance (2016)"
RULES: Final[dict[str, Rule]] = {
    rule.kind: rule
    for rule in (
        Rule(kind="sexes", says="female, male, other and unknown sex add up to everyone", hard=True, cites="EGRISS, IRRS (2018), chapter 6"),
        Rule(kind="ages", says="the age bands and unknown age add up to all ages", hard=True, cites="EGRISS, IRRS (2018), chapter 6"),
        Rule(kind="places", says="the places below add up to the place above", hard=True, cites="IASC, COD-PS Technical Standards"),
        Rule(kind="origins", says="the origins add up to everyone hosted", hard=True, cites="EGRISS, IRRS (2018), chapter 3"),
        Rule(kind="contained", says="reached are within targeted, targeted within in need, in need within affected", hard=True, cites=_PROFILE),
        Rule(kind="population", says="a group is within everyone living in the place", hard=True, cites=_PROFILE),
        Rule(kind="returns", says="returns are within last year's stock and those newly displaced since", hard=True, cites="EGRISS, IRIS (2020), chapter 3"),
        Rule(kind="account", says="last year's stock and what came less what went is this year's stock", hard=True, cites="Preston, Heuveline and Guillot, Demography (2001), section 1.1", room=25.0),
        Rule(kind="sectors", says="those in need over all sectors are at least any sector's and at most their sum", hard=False, cites="JIAF 2.0 Technical Manual (2024)"),
    )
}  # fmt: skip

HEADS: Final = pl.Schema({
    "id": pl.UInt32(), "kind": pl.String(), "whole": pl.UInt32(), "equal": pl.Boolean(), "hard": pl.Boolean(), "closed": pl.Boolean(),
})  # fmt: skip
TERMS: Final = pl.Schema({"id": pl.UInt32(), "at": pl.UInt32(), "sign": pl.Float64()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """Constraints over cells (reconcile.cells).

    heads  id; kind; whole = the cell it is named after (the total, or what is contained); equal = the sum must be zero, else
           not above it; hard; closed = every part is published, so that parts must reach the total and not only stay within
    terms  id; at = a cell; sign = +1 for parts and for what is contained, -1 for the total and for what contains
    """

    heads: pl.DataFrame
    terms: pl.DataFrame

    def __len__(self) -> int:
        return self.heads.height

    @property
    def hard(self) -> Constraints:
        """Those that a balance makes hold."""
        heads = self.heads.filter("hard")
        return Constraints(heads=heads, terms=self.terms.join(heads.select("id"), on="id", how="semi"))


def together(parts: Iterable[Constraints]) -> Constraints:
    """Several sets of constraints as one, numbered anew in the order of kind, named cell and terms."""
    given = list(parts)
    shift, heads, terms = 0, [pl.DataFrame(schema=HEADS)], [pl.DataFrame(schema=TERMS)]
    for one in given:
        heads.append(one.heads.with_columns(pl.col("id") + shift).cast(HEADS))
        terms.append(one.terms.with_columns(pl.col("id") + shift).cast(TERMS))
        shift += one.heads.height
    every, links = pl.concat(heads), pl.concat(terms)
    first = links.group_by("id").agg(pl.col("at").min().alias("_first"), pl.len().alias("_many"))
    order = every.join(first, on="id").sort("kind", "whole", "_first", "_many", "id").with_row_index("new")
    renamed = links.join(order.select("id", "new"), on="id").sort("new", "at")
    return Constraints(
        heads=order.with_columns(id=pl.col("new")).select(list(HEADS)).cast(HEADS),
        terms=renamed.with_columns(id=pl.col("new")).select(list(TERMS)).cast(TERMS),
    )


def built(heads: pl.DataFrame, terms: pl.DataFrame, kind: Kind, *, equal: bool) -> Constraints:
    """One kind's constraints from heads with `key` and `whole` (and `closed`, `hard` where they differ) and terms by `key`."""
    rule = RULES[kind]
    given = {"closed": pl.lit(value=True), "hard": pl.lit(rule.hard)}
    filled = heads.sort("whole", "key").with_row_index("id").with_columns(
        kind=pl.lit(kind), equal=pl.lit(equal), **{name: told for name, told in given.items() if name not in heads.columns},
    )  # fmt: skip
    linked = terms.join(filled.select("key", "id"), on="key")
    return Constraints(heads=filled.select(list(HEADS)).cast(HEADS), terms=linked.select(list(TERMS)).cast(TERMS))
