"""Findings, cohorts and cases to work returns out with."""

from __future__ import annotations

from datetime import UTC, datetime
from math import log
from typing import Any, Final

from qanat.estimate.evidence_held import Context, Effect, Parameter

NOW = datetime(2026, 11, 29, tzinfo=UTC)


HALVES: Final = 1 / log(
    2
)  # years of slowness by which half of an effect is there after one year, three quarters after two


COLOMBIA: Final = Context(country="COL", region="Americas", income="upper-middle", status="protection")


def effect(parameter: Parameter = "employment-points", mean: float = 0.1, **given: Any) -> Effect:
    base: dict[str, Any] = {
        "id": "made", "study": "made", "measure": "work-permit", "parameter": parameter, "mean": mean, "sd": 0.0, "spread": "stated", "unit": "",
        "mark": "read", "says": "", "citation": "invented for the test", "ramp": (HALVES, HALVES), "cells": ("strong-match", "protection"), "sex": "all",
        "context": COLOMBIA,
    }  # fmt: skip
    return Effect(**(base | given))
