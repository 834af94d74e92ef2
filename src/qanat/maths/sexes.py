"""Tables of women and men brought to the table of both."""

from __future__ import annotations

from typing import Final

import numpy as np

from qanat.maths.transport import Line, Table

BOYS_A_GIRL: Final = 1.05  # where nothing else is known: United Nations 2024, World Population Prospects, methodology


def born_by_sex(births: Line, boys_a_girl: float = BOYS_A_GIRL) -> tuple[Line, Line]:
    """Girls and boys among the births, at one ratio of boys to girls."""
    girls = births / (1 + boys_a_girl)
    return girls, births - girls


def raked(women: Table, men: Table, both: Table) -> tuple[Table, Table]:
    """Women and men cell by cell in the proportion of their own tables, adding up to `both` (to the rounding of a cell).

    Where neither table has anybody but `both` has, the proportion of all who leave the same place is taken; where that
    is nobody either, that of the world; and half, where the tables are empty.
    """
    share = _share(women, men, _share(women.sum(1, keepdims=True), men.sum(1, keepdims=True), _world(women, men)))
    hers = both * share
    return hers, both - hers


def _share(women: Table, men: Table, otherwise: Table) -> Table:
    together = women + men
    out = np.broadcast_to(otherwise, together.shape).copy()
    np.divide(women, together, out=out, where=together > 0)
    return out


def _world(women: Table, men: Table) -> Table:
    total = float(women.sum() + men.sum())
    return np.full((1, 1), float(women.sum()) / total if total > 0 else 0.5)
