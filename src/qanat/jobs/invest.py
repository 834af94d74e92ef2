"""Job: what including a group of people in a host country is worth, with every assumption in plain sight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from qanat.errors import NothingFound
from qanat.estimate.evidence_held import evidence
from qanat.estimate.transfer import Applied, applied
from qanat.jobs.engines import engines
from qanat.jobs.invest_asked import CELLS, Asked, asked_of
from qanat.jobs.invest_document import document
from qanat.jobs.invest_given import BySex, Fault, InvestRequest, by_sex, own_effect, require_sound, span
from qanat.jobs.invest_run import kept
from qanat.store import Engine

if TYPE_CHECKING:
    from qanat.estimate.inclusion import Case, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Invested:
    """A return as its stable document (schema qanat.invest/1), and its figures as kept; empty where no count stands behind it."""

    document: dict[str, Any]
    figures: pl.DataFrame


def invest(request: InvestRequest, store: Engine, now: datetime) -> Invested:
    """The return, kept as a run of its own.

    Raises AskError with every fault of the question at once, or where the extra `engines` is not installed; NothingFound
    where no people are counted, or no effect applies.
    """
    asked = asked_of(request, store)
    effects = _effects(asked)
    with engines("the return of inclusion"):
        from qanat.estimate.inclusion import returns
    case = _case(asked, effects)
    made = returns(case)
    ends = {"place": asked.host.code, "origin": asked.origin.code, "group": asked.group}
    day = asked.people.day if asked.people else (request.as_of or now.date()).isoformat()
    run, figures = kept(request, ends, asked.cites, (case, made, day), store, now)
    return Invested(document={**document(asked, case, made), "run": run}, figures=figures)


def _effects(asked: Asked) -> tuple[Applied, ...]:
    """The effects that apply. Raises NothingFound where none does, with what would bring one."""
    own = own_effect(asked.request)
    held = [
        one
        for one in evidence().effects
        if one.measure == asked.request.measure and (one.mark == "read" or asked.request.unverified)
    ]
    found = applied([own] if own else held, asked.context, asked.cell)
    if found:
        return found
    if asked.cell == "distressed":
        raise NothingFound(f"no effect in the host applies to {asked.group} of a weak match without need of protection: {CELLS['distressed']} (World Development Report 2023)")  # fmt: skip
    unread = [one for one in evidence().effects if one.measure == asked.request.measure and one.mark == "recalled"]
    more = f"{len(unread)} recalled ones are used with --unverified; or " if unread and not asked.request.unverified else ""  # fmt: skip
    raise NothingFound(f"no verified effect of {asked.request.measure} with a size can be carried to {asked.host.short}: {more}give one of your own with --effect employment-points=0.05,0.02")  # fmt: skip


def _case(asked: Asked, effects: tuple[Applied, ...]) -> Case:
    from qanat.estimate.inclusion import Assumed, Case, Cohort

    request = asked.request
    wage, employment = by_sex(request.wage or ""), by_sex(request.employment or "")
    assert wage is not None
    assert employment is not None
    cohorts = tuple(
        Cohort(sex=sex, people=asked.number * share, employment=_of(employment, sex), wage=_of(wage, sex))
        for sex, share in _split(asked.adults, wage, employment).items()
    )
    poverty = evidence().poverty
    price = _span(request.price) or (_point(asked.price["value"]) if asked.price else None)
    assumed = Assumed(
        horizon=request.horizon, discount=request.discount, cost=_given(request.cost), adoption=_given(request.adoption or "1"),
        tax=_span(request.tax), saved=_span(request.saved), remitted=_span(request.remitted), price=price,
        inflow=asked.inflow["value"] if asked.inflow else None,
    )  # fmt: skip
    return Case(cohorts=cohorts, effects=effects, assumed=assumed, poverty=(poverty["mean"], poverty["sd"]), draws=request.draws, seed=request.seed)  # fmt: skip


def _split(adults: dict[str, float], wage: BySex, employment: BySex) -> dict[str, float]:
    """Cohorts by sex where people are divided; raises AskError where wages are by sex and people are not."""
    if "all" in adults and (set(wage) | set(employment)) - {"all"}:
        require_sound([Fault(option="--adults", found="one share", reason="wage or employment is given by sex, people are not", remedy="give one wage and one employment for all")])  # fmt: skip
    return adults


def _of(told: BySex, sex: str) -> Span:
    from qanat.estimate.inclusion import Span

    low, high = told.get(sex, told.get("all", (0.0, 0.0)))
    return Span(low=low, high=high)


def _span(text: str | None) -> Span | None:
    return None if text is None else _given(text)


def _given(text: str | None) -> Span:
    from qanat.estimate.inclusion import Span

    low, high = span(text or "") or (0.0, 0.0)
    return Span(low=low, high=high)


def _point(value: float) -> Span:
    from qanat.estimate.inclusion import Span

    return Span(low=value, high=value)
