"""The methods by which flows are estimated, each by its word on the command line, with its paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np
import polars as pl

from qanat.errors import AskError, FigureError, MarginError
from qanat.estimate.best import flows, parts
from qanat.estimate.faults import faults
from qanat.estimate.setting import setting
from qanat.estimate.worlds import World
from qanat.maths.accounting import Closing, Margins, closed, opened
from qanat.maths.differences import dropped, net, spread, turned
from qanat.maths.moves import WEIGHT, Moves, Split, independence, minimum, split, with_prior
from qanat.maths.transport import Table

Word = Literal["min", "independence", "pseudo-bayes", "open", "drop", "reverse", "rate", "prior", "best"]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """A method with what it takes.

    weight   of independence in pseudo-bayes
    closing  see maths.accounting
    prior    for `prior`: orig, dest, weight of every pair, diagonal included (how sticky a place is)
    """

    method: Word = "pseudo-bayes"
    weight: float = WEIGHT
    closing: Closing = field(default_factory=Closing)
    prior: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A method: what it assumes in a sentence, where it was published, whether the account is closed, and its arithmetic."""

    word: Word
    says: str
    paper: str
    closed: bool
    splits: Callable[[World, How], Split]

    @property
    def name(self) -> str:
        """`id@version`, as figures carry it."""
        return f"flows.{self.word}@1"


def margins(world: World, how: How) -> Margins:
    """The account's margins by birthplace, closed or open as the method asks.

    Raises FigureError naming the places whose totals cannot be met.
    """
    account = closed if WAYS[how.method].closed else opened
    try:
        return account(world.start, world.end, world.births, world.deaths, how.closing)
    except MarginError as cause:
        raise named(cause, world) from cause


def moves(world: World, how: How) -> tuple[tuple[float, Moves], ...]:
    """The moves of an accounting method as factors by birthplace, each with its weight; empty for differences and rates."""
    if how.method in ("drop", "reverse", "rate"):
        return ()
    if how.method == "best":
        place = setting(world)
        return parts(margins(replace(world, start=place.start, end=place.end), how), place)
    return _moves(margins(world, how), world, how)


def _moves(fitted: Margins, world: World, how: How) -> tuple[tuple[float, Moves], ...]:
    if how.method == "independence":
        return ((1.0, independence(fitted)),)
    if how.method == "pseudo-bayes":
        return ((1 - how.weight, minimum(fitted)), (how.weight, independence(fitted)))
    if how.method == "prior":
        try:
            return ((1.0, with_prior(fitted, prior_table(world, how.prior))),)
        except MarginError as cause:
            raise named(cause, world) from cause
    return ((1.0, minimum(fitted)),)


def _accounted(world: World, how: How) -> Split:
    fitted = margins(world, how)
    parts = [(weight, split(one)) for weight, one in _moves(fitted, world, how)]
    whole = parts[0][1] if len(parts) == 1 else parts[0][1].mixed(parts[1][1], parts[1][0])
    return replace(whole, placed=fitted.placed)


def _dropped(world: World, _: How) -> Split:
    none = np.zeros_like(world.start)
    return Split(outward=dropped(world.start, world.end), back=none, transit=none)


def _turned(world: World, _: How) -> Split:
    out = dropped(world.start, world.end)
    return Split(outward=out, back=turned(world.start, world.end) - out, transit=np.zeros_like(out))


def _spread(world: World, _: How) -> Split:
    movers = float(np.abs(net(world.start, world.end, world.births, world.deaths)).sum())
    none = np.zeros_like(world.start)
    try:
        return Split(outward=spread(world.start, movers), back=none, transit=none)
    except MarginError as cause:
        raise named(cause, world) from cause


def _best(world: World, how: How) -> Split:
    try:
        return flows(setting(world), closing=how.closing)
    except MarginError as cause:
        raise named(cause, world) from cause


def named(cause: MarginError, world: World) -> FigureError:
    """A kernel's refusal with the names of its places and the period."""
    period = f"{world.period[0]}-{world.period[1]}"
    why = f"{cause.fault} ({period}); check its stocks, births and deaths, or use --method open"
    return FigureError(
        f"flows {period}", faults([(None, "birth", world.places[line], why, None) for line in cause.lines])
    )


def prior_table(world: World, prior: pl.DataFrame | None) -> Table:
    """The prior as a table of the world's places.

    Raises AskError where none is given, FigureError for pairs without a weight (or with one below zero, or twice).
    """
    if prior is None:
        raise AskError("--method prior needs --prior FILE with the columns orig, dest, weight")
    pairs = pl.DataFrame({"orig": world.places}).join(pl.DataFrame({"dest": world.places}), how="cross")
    told = prior.select("orig", "dest", pl.col("weight").cast(pl.Float64))
    joined = pairs.join(told, on=["orig", "dest"], how="left", maintain_order="left")
    bad = joined.filter(
        pl.col("weight").is_null() | ~(pl.col("weight") >= 0) | pl.struct("orig", "dest").is_duplicated()
    )
    if bad.height:
        why = "a pair needs one weight, 0 or more; the pair of a place with itself too"
        raise FigureError("prior", faults([(None, "weight", f"{o} to {d}: {w}", why, None) for o, d, w in bad.unique().sort("orig", "dest").iter_rows()]))  # fmt: skip
    n = len(world.places)
    return joined.get_column("weight").to_numpy().reshape(n, n).astype(np.float64)


_DIFFERENCES: Final = "Abel and Cohen 2019, Scientific Data 6:82"
_ACCOUNT: Final = "Abel 2013, Demographic Research 28(18); Abel and Sander 2014, Science 343"
WAYS: Final[dict[str, Way]] = {
    way.word: way
    for way in (
        Way(word="min", says="the fewest moves that explain both stocks, births and deaths; everyone who can stay stays", paper=_ACCOUNT, closed=True, splits=_accounted),
        Way(word="independence", says="where people are at the end does not depend on where they were at the start", paper="Abel 2013, Demographic Research 28(18), section 3", closed=True, splits=_accounted),
        Way(word="pseudo-bayes", says="a mixture of the fewest moves and independence", paper="Azose and Raftery 2019, PNAS 116(1)", closed=True, splits=_accounted),
        Way(word="open", says="the fewest moves; birthplaces that gain or lose people beyond births and deaths gain or lose them outside the table", paper="Abel and Cohen 2019, Scientific Data 6:82 (open accounting)", closed=False, splits=_accounted),
        Way(word="drop", says="growth of a stock is a flow from the birthplace; losses are left out", paper=_DIFFERENCES, closed=False, splits=_dropped),
        Way(word="reverse", says="growth of a stock is a flow from the birthplace, loss a flow back", paper=_DIFFERENCES, closed=False, splits=_turned),
        Way(word="rate", says="as many movers as places gained or lost in all, laid out as the foreign-born lived", paper="Dennett 2016, Annals of the AAG 106(6)", closed=False, splits=_spread),
        Way(word="best", says="moves in proportions learnt from reported arrivals, as far as both stocks, births and deaths allow, mixed with pseudo-bayes", paper="qanat, docs/explanation/flows-better.md; after Azose and Raftery 2019, PNAS 116(1)", closed=True, splits=_best),
        Way(word="prior", says="moves in the proportions of a given table, as far as both stocks, births and deaths allow", paper=_ACCOUNT, closed=True, splits=_accounted),
    )
}  # fmt: skip
