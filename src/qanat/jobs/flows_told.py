"""An estimate of flows told: its short document, and who is not in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from qanat.estimate.drawn_up import Inputs
    from qanat.estimate.flows import Estimate
    from qanat.estimate.intervals import Ranged
    from qanat.estimate.releases import Release
    from qanat.maths.moves import Split

TOP: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An estimate with all that doors tell of it.

    told    the tables it was drawn up from, release  where they came from; null where they were files of one's own
    sexes   women and men, where asked for
    ranged  the intervals and draws; null for a method that has none
    """

    estimate: Estimate
    told: Inputs | None
    release: Release | None
    sexes: dict[str, Split]
    assumed: tuple[str, ...]
    ranged: Ranged | None = None


def document(found: Found) -> dict[str, Any]:
    """The estimate in short, as its stable JSON."""
    from qanat.estimate.flows import contract
    from qanat.estimate.ways import WAYS

    one, way = found.estimate, WAYS[found.estimate.how.method]
    kinds = one.kinds
    whole = contract(one) if found.ranged is None else found.ranged.table
    top = whole.sort("flow", "orig", "dest", descending=[True, False, False]).head(TOP)
    return {
        "schema": "qanat.flows/1", "start": one.world.period[0], "end": one.world.period[1], "method": one.method, "says": way.says, "paper": way.paper,
        "concept": "transition", "places": len(one.world.places), "people": _whole(kinds.total.sum()),
        "kinds": {"outward": _whole(kinds.outward.sum()), "return": _whole(kinds.back.sum()), "transit": _whole(kinds.transit.sum())},
        "aside": aside(found), "assumed": list(found.assumed), "releases": list(found.release.releases) if found.release else [],
        "top": [{"origin": row["orig"], "place": row["dest"], "flow": row["flow"], "low80": row["low80"], "high80": row["high80"], "low95": row["low95"], "high95": row["high95"]} for row in top.iter_rows(named=True)],
    }  # fmt: skip


def aside(found: Found) -> list[dict[str, Any]]:
    """Who is in no table: why, which places, how many people at each end; most people first."""
    summed = left_aside(found).group_by("why", "place", "year").agg(pl.col("people").sum())
    rows = summed.sort("why", "place", "year").group_by("why", "place", maintain_order=True).agg("year", "people")
    return [
        {"why": row["why"], "place": row["place"], "people": dict(zip(map(str, row["year"]), row["people"], strict=True))}
        for row in rows.sort(pl.col("people").list.max(), "why", "place", descending=[True, False, False]).iter_rows(named=True)
    ]  # fmt: skip


def left_aside(found: Found) -> pl.DataFrame:
    """estimate.worlds.ASIDE: people of unknown birthplace, and everyone of places that cannot be accounted for."""
    own = found.estimate.world.aside
    if found.told is None:
        return own
    left = set(found.told.leave_out)
    others = own.filter(~(pl.col("place").is_in(left) & (pl.col("why") == "left aside as asked")))
    return pl.concat([found.told.left, others])


def _whole(value: float) -> float:
    return float(round(value))
