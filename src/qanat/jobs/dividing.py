"""Job: a country's people on a day by sex and age, kept as a run of its own and made once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Final

import polars as pl

from qanat import __version__
from qanat.figures import F, Stage
from qanat.figures.licensing import may_travel
from qanat.reconcile.divided import DIVIDED, Divided, divided
from qanat.reconcile.divided_sums import TOGETHER
from qanat.reconcile.donors import LEAST, ORDER, SPREADS, YEARS
from qanat.store import Ask, Batch, Engine, Run

GROUPS: Final = (
    "refugees",
    "asylum-seekers",
    "other-in-need",
    "idps",
    "idps-disaster",
    "stateless",
    "others-of-concern",
)
_WITHIN: Final = 366  # days around the day in which a population is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class DivideRequest:
    """Which country (its code), on which day, as known by which day (null: everything).

    travelling  leave out every figure whose licence does not let it be passed on
    now         when the run is made; the run's name does not hang on it
    """

    place: str
    day: date
    known_by: date | None = None
    travelling: bool = False
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dividing:
    """The run's name and its rows (reconcile.divided); no rows where nobody could be divided."""

    run: str
    rows: pl.DataFrame


def divide(request: DivideRequest, store: Engine) -> Dividing:
    """A country's division, from the store where it was made before with the same figures and rules."""
    options = _options(request)
    published = sorted(run.id for run in store.runs() if run.method == "published")
    key = sha256("\n".join([DIVIDED.name, options, *published]).encode()).hexdigest()[:10]
    identity = f"divided-{request.place}-{request.day.year}-{key}"
    kept = store.get(Ask(run=identity))
    if not kept.is_empty():
        return Dividing(run=identity, rows=kept)
    made = divided(_figures(request, store), Divided(country=request.place, day=request.day, known_by=request.known_by))
    if made.figures.is_empty():
        return Dividing(run=identity, rows=kept)
    inputs = tuple(sorted(made.lineage.get_column("input_run").unique().to_list()))
    run = Run(
        id=identity, method=DIVIDED.name, options=options, made=request.now.replace(microsecond=0), code=__version__, inputs=inputs
    )  # fmt: skip
    store.put(Batch(run=run, figures=made.figures, lineage=made.lineage))
    return Dividing(run=identity, rows=store.get(Ask(run=identity)))


def _options(request: DivideRequest) -> str:
    known = request.known_by.isoformat() if request.known_by else None
    rules = {"order": list(ORDER), "least": LEAST, "years": YEARS, "spreads": SPREADS, "together": TOGETHER}
    asked = {"country": request.place, "day": request.day.isoformat(), "known_by": known}
    return json.dumps(asked | ({"bound": "left out"} if request.travelling else {}) | rules, sort_keys=True)


def _figures(request: DivideRequest, store: Engine) -> pl.DataFrame:
    """Everyone's figures of the day, the country's of the years around, and the population by sex."""
    day, by = request.day, request.known_by
    one = Ask(stage=Stage.PUBLISHED, measure="stock", groups=GROUPS, known_by=by, uncut=True)
    everyone = replace(one, since=day, until=day)
    around = replace(one, about=request.place, since=date(day.year - YEARS, 1, 1), until=date(day.year + YEARS, 12, 31))
    near = (date.fromordinal(day.toordinal() + days) for days in (-_WITHIN, _WITHIN))
    people = replace(one, groups=("people",), since=next(near), until=next(near))
    rows = pl.concat([store.get(everyone), store.get(around).filter(F.end != day), store.get(people)])
    return rows.filter(may_travel()) if request.travelling else rows
