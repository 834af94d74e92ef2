"""The methods of flows as cards: from figures of releases to figures of an estimate, nothing else given."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.estimate.drawn_up import drawn_up
from qanat.estimate.flows import estimated
from qanat.estimate.releases import release
from qanat.estimate.rows import figures as rows
from qanat.estimate.ways import WAYS, How, Way
from qanat.estimate.worlds import Rules
from qanat.figures import Stage
from qanat.methods import Derived, Method


def _card(way: Way) -> Method[Rules]:
    def compute(figures: pl.DataFrame, options: Rules) -> Derived:
        found = release(figures, (options.start, options.end))
        _, account = drawn_up(found, options)
        return rows(estimated(account, How(method=way.word)), found)

    compute.__doc__ = f"People by where they lived at both ends of a period, by pairs of places: {way.says}."
    return Method(
        id=f"flows.{way.word}", version=1, reads=Stage.PUBLISHED, writes=Stage.ESTIMATED, paper=way.paper, options=Rules, compute=compute,
    )  # fmt: skip


# a prior is a table of one's own, so `prior` has no card: figures alone do not make it
FLOWS: Final[tuple[Method[Rules], ...]] = tuple(_card(way) for way in WAYS.values() if way.word != "prior")
