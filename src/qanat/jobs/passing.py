"""Whether figures may stand in a file that leaves the store: by their own terms, and by those of all they were made from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, cast

import polars as pl

from qanat.errors import LicenceError
from qanat.figures import F, Stage
from qanat.figures.licensing import RESTRICTED, may_travel, withheld
from qanat.store import Ask, Engine
from qanat.store.trace import cited

_NAMED: Final = ("run", "row", "stage", "source", "licence")


def bound_behind(store: Engine, cites: Iterable[str]) -> pl.DataFrame:
    """What may not be passed on of these figures (run:row) and of all they were made from, however far back.

    Gives source, licence and figures (how many), as licensing.withheld; published figures only, where any of them is
    bound: they name who sets the terms. Empty where all may be passed on.
    """
    seen: set[tuple[str, int]] = set()
    found: list[pl.DataFrame] = []
    ahead = {cited(cite) for cite in cites}
    while ahead := ahead - seen:
        seen |= ahead
        behind: set[tuple[str, int]] = set()
        for run in sorted({run for run, _ in ahead}):
            rows = tuple(sorted(row for one, row in ahead if one == run))
            figures = store.get(Ask(run=run, rows=rows)).filter(~may_travel())
            found.append(figures.select(_NAMED))
            inputs = store.lineage(run).filter(pl.col("row").is_in(rows)).select("input_run", "input_row").unique()
            behind |= set(inputs.iter_rows())
        ahead = behind
    return named(pl.concat(found)) if found else withheld(store.get(Ask(run="none")))


def named(figures: pl.DataFrame) -> pl.DataFrame:
    """What of these may not be passed on, as licensing.withheld; only the published ones, where any of them is bound."""
    bound = figures.filter(~may_travel())
    published = bound.filter(F.stage == Stage.PUBLISHED.value)
    return withheld(published if published.height else bound)


def require_passable(bound: pl.DataFrame, what: str, *, internal: bool) -> None:
    """Nothing where nothing is bound, or a file is asked for that says it must stay.

    Raises LicenceError naming every source that is, with the way round.
    """
    if internal or bound.is_empty():
        return
    raise LicenceError(
        f"{RESTRICTED}: {what} rests on {sources(bound)}, which may not be passed on; nothing was written. "
        "--internal writes it marked as not to be passed on; briefs, pages and mirrors leave such figures out"
    )


def told(bound: pl.DataFrame) -> list[dict[str, object]]:
    """What is bound, as JSON documents tell it: code, source, licence, figures."""
    return [{"code": RESTRICTED, **row} for row in bound.iter_rows(named=True)]


class _Passable:
    """A store of which only what may be passed on is seen; nothing can be put into it."""

    def __init__(self, store: Engine) -> None:
        self._store = store

    def get(self, ask: Ask) -> pl.DataFrame:
        return self._store.get(ask).filter(may_travel())

    def __getattr__(self, name: str) -> Any:
        if name in ("put", "prepare"):
            raise AttributeError("what is made of a part of a store is not kept under the name of the whole")
        return getattr(self._store, name)


def passable(store: Engine) -> Engine:
    """The store for reading what goes into a page that may be passed on: figures that may not are not seen."""
    return cast("Engine", _Passable(store))


def sources(bound: pl.DataFrame) -> str:
    """Every source that is bound, with its terms, for a message."""
    return ", ".join(f"{source} ({licence})" for source, licence in bound.select("source", "licence").iter_rows())
