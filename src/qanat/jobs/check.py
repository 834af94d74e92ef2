"""Job: which constraints the published figures of a place and year break, by how many people, and which intervals explain it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.edition.places import places
from qanat.errors import NothingFound
from qanat.figures import F
from qanat.jobs.constraining import scope
from qanat.jobs.show import group_code
from qanat.reconcile.balance import constrained
from qanat.reconcile.constraints import RULES, Constraints
from qanat.reconcile.divisions import overlapping
from qanat.reconcile.naming import sentence
from qanat.reconcile.violations import VERDICTS, residuals, violations
from qanat.store import Engine

FOUND: Final = 4  # the exit code where a violation is not explained by intervals
_FIGURE: Final = (
    "counter", "measure", "unit", "group", "origin", "place", "sex", "age_from", "age_to", "facet", "value", "low", "high",
)  # fmt: skip
_KEY: Final = ("counter", "measure", "group", "origin", "place", "sex", "age_from", "age_to", "facet")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """Which country (null: all), group (null: every) and year (null: the newest counted), as known on which day."""

    country: str | None = None
    group: str | None = None
    year: int | None = None
    as_of: date | None = None


def check(request: CheckRequest, store: Engine) -> dict[str, Any]:
    """What was held against what, and what does not hold, the gravest first.

    constraints  how many were looked at, by kind;  overlapping_bands = divisions into ages that were not;  found = how many are broken, by verdict (violations.VERDICTS)
    violations   each with what must hold, size and beyond (people) and every figure in it;  residuals = what the accounts of
                 displaced people leave unexplained, which breaks nothing
    Raises AskError for a place or group that is none, NothingFound where there is nothing to check.
    """
    group = None if request.group is None else group_code(request.group)
    found = scope(store, request.country, request.year, request.as_of)
    cells, constraints = constrained(found.figures, places().units)
    constraints = constraints if group is None else _about(cells, constraints, group)
    if not len(constraints):
        what = "" if group is None else f" of {group}"
        raise NothingFound(f"no two figures{what} of {found.year} constrain each other; there is nothing to check")
    broken = violations(cells, constraints)
    kinds = constraints.heads.get_column("kind").value_counts().sort("kind")
    counts = {word: int((broken.get_column("verdict") == word).sum()) for word in VERDICTS}
    return {
        "schema": "qanat.check/1", "place": found.told, "group": group, "year": found.year, "as_of": request.as_of and request.as_of.isoformat(),
        "constraints": dict(kinds.iter_rows()), "found": {word.replace(" ", "_"): count for word, count in counts.items()},
        "overlapping_bands": overlapping(cells if group is None else cells.filter(F.group == group)),
        "violations": _told(cells, constraints, broken), "residuals": _told(cells, constraints, residuals(cells, constraints)),
    }  # fmt: skip


def failed(document: dict[str, Any]) -> bool:
    """Whether a check found a violation that the figures' intervals do not explain."""
    return bool(document["found"]["real"] or document["found"]["part_missing"])


def _about(cells: pl.DataFrame, constraints: Constraints, group: str) -> Constraints:
    own = constraints.terms.join(cells.filter(F.group == group).select("at"), on="at", how="semi").select("id").unique()
    heads = constraints.heads.join(own, on="id", how="semi", maintain_order="left")
    return Constraints(heads=heads, terms=constraints.terms.join(own, on="id", how="semi", maintain_order="left"))


def _told(cells: pl.DataFrame, constraints: Constraints, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Each row with its sentence and its figures: the parts first, then what they are held against."""
    terms = constraints.terms.join(rows.select("id"), on="id", how="semi").join(cells, on="at")
    ordered = terms.sort("id", "sign", "at", descending=[False, True, False])
    by_id: dict[int, list[dict[str, Any]]] = {}
    for term in ordered.iter_rows(named=True):
        by_id.setdefault(term["id"], []).append(term)
    wholes = rows.select("id", at="whole").join(cells, on="at").rows_by_key("id", named=True, unique=True)
    return [_violation(row, wholes[row["id"]], by_id[row["id"]]) for row in rows.iter_rows(named=True)]


def _violation(row: dict[str, Any], whole: dict[str, Any], terms: list[dict[str, Any]]) -> dict[str, Any]:
    verdict = {"verdict": row["verdict"].replace(" ", "_")} if "verdict" in row else {}
    return {
        "kind": row["kind"], "name": sentence(row["kind"], whole, lambda code: places().name(code)), "must_be": "equal" if row["equal"] else "at most",
        "hard": row["hard"], "size": row["size"], "beyond": row["beyond"],
        "slack": max(0.0, abs(row["size"]) - row["beyond"]), "left": row["left"], "right": row["right"], "unknown": row["unknown"],
        **verdict, "cites_rule": RULES[row["kind"]].cites, "of": {**{name: whole[name] for name in _KEY}, "date": whole["end"].isoformat()},
        "figures": [_figure(term) for term in terms],
    }  # fmt: skip


def _figure(term: dict[str, Any]) -> dict[str, Any]:
    told = {name: term[name] for name in _FIGURE}
    ends = {"low": term["least"], "high": term["most"], "sign": int(term["sign"]), "date": term["end"].isoformat()}
    return {**told, **ends, "cite": f"{term['run']}:{term['row']}", "source": term["source"]}
