"""What goes with larger flows: Poisson pseudo-maximum likelihood with fixed effects, told in words."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib import import_module
from math import exp, isfinite
from typing import Any, Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from qanat.errors import AskError
from qanat.estimate.panel import BILATERAL, NATIONAL, TERMS, Panel

Effects = Literal["two-way", "pair", "year"]
EFFECTS: Final[dict[Effects, tuple[str, ...]]] = {"two-way": ("oy", "dy"), "pair": ("pair", "year"), "year": ("year",)}
_COEFFICIENTS: Final = pl.Schema(
    {
        "term": pl.String(), "driver": pl.String(), "estimate": pl.Float64(), "error": pl.Float64(), "low95": pl.Float64(),
        "high95": pl.Float64(), "said": pl.String(), "change": pl.Float64(), "change_low95": pl.Float64(), "change_high95": pl.Float64(),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """Which groups have an effect of their own.

    effects  two-way: each origin and each destination in each period, so that only what lies between the two is left to
             tell; pair: each corridor, and each period, so that only what changes over time is left; year: each period only
    """

    effects: Effects = "two-way"


def terms_of(effects: Effects, *, diaspora: bool) -> tuple[str, ...]:
    """The terms that these effects leave something to tell about."""
    own = {"two-way": BILATERAL, "pair": NATIONAL, "year": (*BILATERAL, *NATIONAL)}[effects]
    return (*own, "lstock") if diaspora else own


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A fit.

    coefficients  a row a term: estimate and its standard error (clustered by corridor) and 95 % interval; `change` is what
                  `said` does to the flow as a share (0.1 = a tenth more), with its interval
    covariance    of the estimates, in the order of `terms`
    years         each period's effect by its start year, up to one constant; empty for two-way
    rows          corridors and periods in the fit;  corridors  clusters
    separated     rows whose group moved nobody at all: no coefficient can be learnt of them (Correia, Guimaraes, Zylkin 2019)
    likeness      1 - deviance of the fit / deviance of its mean: the pseudo R squared of pyfixest
    """

    effects: Effects
    formula: str
    terms: tuple[str, ...]
    coefficients: pl.DataFrame
    covariance: NDArray[np.float64]
    years: dict[int, float]
    rows: int
    corridors: int
    separated: int
    likeness: float | None


def fitted(data: Panel, options: Drivers) -> Fitted:
    """The fit of flow ~ terms | effects, errors clustered by corridor.

    data  a panel; every term is used, but for those the effects take up or that do not vary
    Raises AskError where nothing is left to learn from, and for terms that the others and the effects make up among them.
    Source  Santos Silva, Tenreyro 2006; computed by pyfixest's fepois.
    """
    groups = EFFECTS[options.effects]
    terms = tuple(name for name in data.terms if name in terms_of(options.effects, diaspora=True))
    moved, separated = moving(data.rows, groups)
    terms = tuple(name for name in terms if moved.get_column(name).n_unique() > 1)
    if not terms or moved.get_column("pair").n_unique() < 2 * len(terms):
        raise AskError(
            f"too little to learn from: {moved.height} rows of {moved.get_column('pair').n_unique()} corridors with people in them, for the terms "
            f"{', '.join(terms) or 'none'}; give more flows, or the tables that are missing"
        )
    formula = f"flow ~ {' + '.join(terms)} | {' + '.join(groups)}"
    model = _poisson(formula, moved.select("flow", *terms, *dict.fromkeys((*groups, "pair"))))
    _require_told_apart(model, terms)
    dropped = moved.height - int(model._N)
    return Fitted(
        effects=options.effects, formula=formula, terms=terms, coefficients=_coefficients(model, terms), covariance=_covariance(model, terms),
        years=_years(model, options.effects), rows=int(model._N), corridors=moved.get_column("pair").n_unique(),
        separated=separated + max(0, dropped), likeness=_finite(getattr(model, "_pseudo_r2", None)),
    )  # fmt: skip


def moving(rows: pl.DataFrame, groups: tuple[str, ...]) -> tuple[pl.DataFrame, int]:
    """The rows without those of groups that moved nobody, and how many were left out; repeated until no such group is left."""
    kept = rows
    while True:
        alive = kept.filter(*(pl.col("flow").sum().over(group) > 0 for group in groups))
        if alive.height == kept.height:
            return kept, rows.height - kept.height
        kept = alive


def _poisson(formula: str, rows: pl.DataFrame) -> Any:
    """pyfixest's model; its own warnings are about pandas, and about separation, which is counted.

    Groups are handed over as whole numbers, column by column, so that pyarrow is not needed.
    """
    frame: Any = import_module("pandas").DataFrame
    fepois: Any = import_module("pyfixest").fepois  # a module of the same name hides it from type checkers
    codes = [_coded(rows.get_column(name)) for name in rows.columns]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fepois(formula, frame({one.name: one.to_numpy() for one in codes}), vcov={"CRV1": "pair"})


def _require_told_apart(model: Any, terms: tuple[str, ...]) -> None:
    lost = [name for name in terms if name not in set(map(str, model._coefnames))]
    if lost:
        drivers = " ".join(dict.fromkeys(f"--without {TERMS[name].driver}" for name in lost))
        raise AskError(
            f"{', '.join(lost)} cannot be told apart from the other terms and the effects in these corridors; leave it out ({drivers}) or give more corridors"
        )


def _coded(column: pl.Series) -> pl.Series:
    """A column of numbers as it is; years as numbers; other groups numbered."""
    if column.dtype != pl.String:
        return column
    return column.cast(pl.Int64) if column.name == "year" else column.rank("dense").cast(pl.Int64)


def _finite(value: object) -> float | None:
    return float(value) if isinstance(value, float) and isfinite(value) else None


def _covariance(model: Any, terms: tuple[str, ...]) -> NDArray[np.float64]:
    at = [list(map(str, model._coefnames)).index(name) for name in terms]
    return np.asarray(model._vcov, dtype=np.float64)[np.ix_(at, at)]


def _coefficients(model: Any, terms: tuple[str, ...]) -> pl.DataFrame:
    estimates, errors, bounds = model.coef(), model.se(), model.confint()
    rows: list[dict[str, object]] = []
    for name in terms:
        term = TERMS[name]
        estimate, low, high = float(estimates[name]), float(bounds.loc[name].iloc[0]), float(bounds.loc[name].iloc[1])
        rows.append(
            {
                "term": name, "driver": term.driver, "estimate": estimate, "error": float(errors[name]), "low95": low, "high95": high,
                "said": term.said, "change": exp(estimate * term.step) - 1, "change_low95": exp(low * term.step) - 1,
                "change_high95": exp(high * term.step) - 1,
            }
        )  # fmt: skip
    return pl.DataFrame(rows, schema=_COEFFICIENTS)


def _years(model: Any, effects: Effects) -> dict[int, float]:
    """Each period's effect; the period that is not named is the one the others are measured from."""
    if effects == "two-way":
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told = model.fixef()["C(year)"]
    years = {int(year): float(effect) for year, effect in told.items()}
    every = {int(year) for year in model._data["year"].astype(str).unique()}
    return {year: years.get(year, 0.0) for year in sorted(every)}
