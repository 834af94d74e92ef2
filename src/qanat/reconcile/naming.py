"""Constraints in words: what must hold, of whom, when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from qanat.figures.ages import label
from qanat.reconcile.constraints import RULES, Constraints

_MOST: Final = 6  # terms told one by one
Naming = Callable[[str], str]


def whom(cell: Mapping[str, Any], name: Naming = str) -> str:
    """Whom a figure is about: "unhcr refugees from SDN in TCD, female, 0–4, 2025-12-31"; `name` gives a place's name."""
    ends = f" from {name(cell['origin'])}" if cell["origin"] and cell["origin"] != cell["place"] else ""
    sex = "" if cell["sex"] == "all" else f", {cell['sex']}"
    band = label(cell["age_from"], cell["age_to"])
    age = f", {band}" if band else ", unknown age" if cell["age_from"] is None else ""
    facet = f", {cell['facet']}" if cell["facet"] else ""
    measure = "" if cell["measure"] == "stock" else f" ({cell['measure']})"
    day = cell["end"] if cell["measure"] == "stock" else f"from {cell['start']}"
    return f"{cell['counter']} {cell['group']}{measure}{ends} in {name(cell['place'])}{sex}{age}{facet}, {day}"


def sentence(kind: str, whole: Mapping[str, Any], name: Naming = str) -> str:
    """A constraint as a person reads it."""
    return f"{whom(whole, name)}: {RULES[kind].says}"


def conflict_told(cells: pl.DataFrame, constraints: Constraints, rows: Sequence[int], bounds: tuple[Sequence[int], Sequence[int]]) -> str:  # fmt: skip
    """The smallest set of constraints and bounds that cannot all hold, a line each, and what to do."""
    lines = [_row(cells, constraints, one) for one in rows]
    low, high = bounds
    for one in sorted({*low, *high}):
        cell = cells.row(one, named=True)
        cite = f"{cell['run']}:{cell['row']}"
        if cell["held"]:
            lines.append(f"{cite} is held at {cell['value']:,.0f}: {whom(cell)}")
            continue
        ends = [f"at least {cell['least']:,.0f}"] * (one in low) + [f"at most {cell['most']:,.0f}"] * (one in high)
        lines.append(f"{cite} is {' and '.join(ends)} by its rounding: {whom(cell)}")
    told = "\n  ".join(lines)
    return f"these {len(lines)} cannot all hold, and without any one of them the others can; let one of them go (--hold, --bounds):\n  {told}"


def _row(cells: pl.DataFrame, constraints: Constraints, row: int) -> str:
    head = constraints.heads.row(row, named=True)
    terms = (
        constraints.terms.filter(pl.col("id") == row).join(cells, on="at").sort("sign", "at", descending=[True, False])
    )
    told = [_term(term) for term in terms.head(_MOST).iter_rows(named=True)]
    more = f" and {terms.height - _MOST} more" if terms.height > _MOST else ""
    return f"{sentence(head['kind'], cells.row(head['whole'], named=True))} ({', '.join(told)}{more})"


def _term(term: Mapping[str, Any]) -> str:
    value = "not counted" if term["value"] is None else f"{term['value']:,.0f}"
    return f"{'less ' if term['sign'] < 0 else ''}{term['run']}:{term['row']} {value}"
