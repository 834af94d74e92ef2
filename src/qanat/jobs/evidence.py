"""Job: the groups of a country that several counters counted in its newest year, or one copied, ready for its brief."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from qanat.brief.numbers import Row
from qanat.brief.situation import rows_of
from qanat.brief.tell.scene import Evidence
from qanat.figures import UNDIVIDED, F
from qanat.figures.words import CROSS_BORDER
from qanat.jobs.country import Country
from qanat.reconcile.compared import Compared, beside, compared
from qanat.reconcile.concepts import family
from qanat.reconcile.declared import Stated
from qanat.reconcile.precedence import Precedence
from qanat.reconcile.said import spoken

GROUPS: Final = ("idps", "idps-disaster", "refugees", "asylum-seekers", "other-in-need", "stateless")
MOST: Final = 2  # groups shown in full, so that a print stays short
_COPIES: Final = ("SAME_LINEAGE", "STALE_COPY")


def evidence(found: Country, year: int, order: Precedence, said: tuple[Stated, ...]) -> tuple[Evidence, ...]:
    """The comparisons that say more than one figure does, the largest group first, at most MOST.

    said  publishers' statements of whose count their figures are
    Those where at least two counters have a figure for the year, or one has copied another's. The same as `qanat compare`
    tells, but for who stands beside the people: that is in the notes of a brief.
    """
    told: list[Evidence] = []
    for group in GROUPS:
        figures = _figures(found, group)
        crosses = group in CROSS_BORDER
        older = found.older.clear() if crosses else _inside(found.older, found.place.code, group)
        around = replace(
            beside(found.published, found.place.code, group, year), stated=said, earlier=tuple(spoken(older)),
            origin=None if crosses else found.place.code,
        )  # fmt: skip
        one = compared(spoken(figures), group, year, beside=around, order=order)
        if one is not None and _worth(one):
            told.append(Evidence(found=one, rows=_rows(pl.concat([figures, older]), one)))
    return tuple(sorted(told, key=lambda one: -max(figure.value for figure in one.found.figures))[:MOST])


def _figures(found: Country, group: str) -> pl.DataFrame:
    """The group and its family in the country; of people from elsewhere each counter's total."""
    code = found.place.code
    here = (F.place == code) & F.group.is_in(family(group))
    if group not in CROSS_BORDER:
        return _inside(found.published, code, group)
    hosted = found.picture.filter(here & UNDIVIDED & F.origin.is_null() & (F.counter != "qanat"))
    return pl.concat([hosted, found.published.filter(here & UNDIVIDED & F.origin.is_null())])


def _inside(rows: pl.DataFrame, code: str, group: str) -> pl.DataFrame:
    here = (F.place == code) & F.group.is_in(family(group))
    return rows.filter(here & (F.sex == "all") & (F.origin.is_null() | (F.origin == code)))


def _worth(one: Compared) -> bool:
    several = len({figure.counter for figure in one.figures}) > 1
    return several or any(flag.code in _COPIES and len(flag.counters) > 1 for flag in one.flags)


def _rows(figures: pl.DataFrame, one: Compared) -> dict[str, Row]:
    """Every figure the comparison may cite as a line of the brief."""
    cites = {figure.cite for figure in one.named}
    named = figures.filter(pl.format("{}:{}", "run", "row").is_in(cites))
    return {row.cite: row for row in rows_of(named)}
