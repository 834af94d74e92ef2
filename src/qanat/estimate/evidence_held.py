"""The evidence on inclusion as it is held: effects with their context, findings that stand beside, what each is marked as."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from qanat.errors import AskError

Parameter = Literal["employment-points", "employment-relative", "earnings-total", "earnings-worker", "earnings-usd"]
Cell = Literal["strong-match", "protection", "distressed"]
Mark = Literal["read", "recalled", "own"]
Direction = Literal["positive", "negative", "none"]

PARAMETERS: Final[dict[Parameter, str]] = {
    "employment-points": "employed people as a share of all, more by so much",
    "employment-relative": "the employment rate, higher by this share of itself",
    "earnings-total": "earnings of all together, higher by this share; work found is part of it",
    "earnings-worker": "earnings of each worker, higher by this share",
    "earnings-usd": "US dollars a year more for each worker; applies in its own country alone",
}
_FILES: Final = ("work_permit", "language", "citizenship", "society")
_GROUPS: Final = ("low", "lower-middle", "upper-middle", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where an effect was found: country ("" = several), UN region, World Bank income group, status of the people."""

    country: str
    region: str | None
    income: str | None
    status: str
    design: str = ""
    years: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One finding with a size: normal with mean and sd; `spread` says whether the sd is stated in the study or assumed.

    ramp   years until about two thirds of it are there, from and to
    cells  of the Match-Motive matrix (World Development Report 2023) in which it applies
    mark   read in the study, recalled (unverified), or own: given by whoever asks
    """

    id: str
    study: str
    measure: str
    parameter: Parameter
    mean: float
    sd: float
    spread: str
    unit: str
    mark: Mark
    says: str
    citation: str
    ramp: tuple[float, float]
    cells: tuple[Cell, ...]
    sex: str
    context: Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A finding that stands beside a return and never enters it."""

    id: str
    measure: str
    direction: Direction
    mark: Mark
    says: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is held: effects, findings beside them, output ranges (never added), and the response of poverty."""

    effects: tuple[Effect, ...]
    beside: tuple[Beside, ...]
    output: Mapping[str, Any]
    poverty: Mapping[str, Any]

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure there is an effect of."""
        return tuple(dict.fromkeys(one.measure for one in self.effects))


@cache
def evidence() -> Evidence:
    """The evidence in the package's files."""
    told = [_read(name) for name in _FILES]
    effects = tuple(_effect(one) for content in told for one in content.get("effect", ()))
    beside = tuple(Beside(**one) for content in told for one in content.get("beside", ()))
    society = told[_FILES.index("society")]
    return Evidence(effects=effects, beside=beside, output=society["output"][0], poverty=society["poverty"][0])


@cache
def income_groups() -> dict[str, str]:
    """World Bank income group by country: low, lower-middle, upper-middle, high; countries without one are absent."""
    told = _read("income_groups")
    return {code: group for group in _GROUPS for code in str(told[group]).split()}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("qanat.estimate").joinpath("evidence", f"{name}.toml").read_text(encoding="utf-8"))


def _effect(told: dict[str, Any]) -> Effect:
    """One effect. Raises AskError for a parameter or mark that is none, or a spread below zero."""
    faults = [
        *([f"parameter {told['parameter']!r}"] if told["parameter"] not in PARAMETERS else []),
        *([f"mark {told['mark']!r}"] if told["mark"] not in ("read", "recalled") else []),
        *([f"sd {told['sd']}"] if told["sd"] < 0 else []),
    ]
    if faults:
        raise AskError(f"evidence {told['id']}: {', '.join(faults)} cannot be; mend its file")
    given: dict[str, Any] = {
        **told,
        "ramp": tuple(told["ramp"]),
        "cells": tuple(told["cells"]),
        "context": Context(**told["context"]),
    }
    return Effect(**given)
