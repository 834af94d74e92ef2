"""What including people is worth over a horizon: earnings, budgets, remittances and poverty at origin, as distributions.

For each cohort and year: earnings gain E = N (e0 y0 b + d y0 (1 + b)), budget B = tax E + saved N d - cost, remittances
M = remitted E (1 - price), poverty at origin -epsilon ln(1 + M / inflow). Returns are present values of E - cost (people
and state together), of B (the state) and of E - tax E - saved N d (the people). Output is never among them.

Sources: World Bank, World Development Report 2023; effects and their studies in estimate/evidence. Two readings differ from
the bare formula: pay grows in and is taken up as employment does, so that nobody taking part means no gain; and a study
that measured earnings with the work found in them brings no gain in employment of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zlib import crc32

import numpy as np

from qanat.estimate.transfer import Applied
from qanat.maths.returns import Floats, break_even, discounted, earnings_gain, grown, held_to_people

LEVEL: Final = 0.8
_ENDS: Final = ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A quantity somebody assumes: anything from low to high alike."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """People of working age of a sex ("all" = not divided), the share employed and a worker's US dollars a year, before."""

    sex: str
    people: float
    employment: Span
    wage: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What is assumed beside the effects; null = not known, and then what needs it is not told.

    cost      US dollars for each person taking part, once, in the first year
    adoption  share of the people who take part;  tax  of what is earned more;  saved  US dollars of support a year that
              end for each person who finds work;  remitted  share of what is earned more;  price  of sending it
    inflow    US dollars of remittances the origin receives a year
    """

    horizon: int
    discount: float
    cost: Span
    adoption: Span = field(default_factory=lambda: Span(low=1.0, high=1.0))
    tax: Span | None = None
    saved: Span | None = None
    remitted: Span | None = None
    price: Span | None = None
    inflow: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question: cohorts, the effects that apply, what is assumed, how poverty answers, and how many draws of which seed."""

    cohorts: tuple[Cohort, ...]
    effects: tuple[Applied, ...]
    assumed: Assumed
    poverty: tuple[float, float]  # mean and sd of the response to ln remittances
    draws: int = 4000
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """Draws x years of money a year, US dollars; null where an input is not known.

    earnings  by cohort;  costs  of the measure;  budget  the state's balance;  remittances  received at origin
    kept      what people keep of their earnings;  poverty  change of the number of poor at origin in the last year, a share
    """

    earnings: dict[str, Floats]
    costs: Floats
    budget: Floats | None
    kept: Floats | None
    remittances: Floats | None
    poverty: Floats | None

    @property
    def gained(self) -> Floats:
        """Earnings gained by all cohorts."""
        return np.asarray(sum(self.earnings.values()), dtype=np.float64)

    @property
    def together(self) -> Floats:
        """People and state together: earnings gained less the measure's cost; taxes and support only change hands."""
        return self.gained - self.costs


def returns(case: Case) -> Returns:
    """The case's draws. The same case gives the same draws; each quantity is drawn from a stream of its own."""
    assumed = case.assumed
    studies = _studies(case)
    earned: dict[str, Floats] = {}
    work = np.zeros((case.draws, assumed.horizon))
    takers = np.zeros((case.draws, 1))
    for cohort in case.cohorts:
        gain, more = _cohort(case, cohort, studies)
        earned[cohort.sex] = gain
        work += cohort.people * more
        takers += cohort.people * _uniform(case, "adoption", assumed.adoption)
    total = np.asarray(sum(earned.values()), dtype=np.float64)
    costs = np.zeros_like(total)
    costs[:, :1] = takers * _uniform(case, "cost", assumed.cost)
    budget = kept = None
    if assumed.tax is not None and assumed.saved is not None:
        passed = _uniform(case, "tax", assumed.tax) * total + _uniform(case, "saved", assumed.saved) * work
        budget, kept = passed - costs, total - passed
    sent = _sent(case, total)
    return Returns(earnings=earned, costs=costs, budget=budget, kept=kept, remittances=sent, poverty=_poverty(case, sent))  # fmt: skip


def _cohort(case: Case, cohort: Cohort, studies: Sequence[tuple[str, Floats]]) -> tuple[Floats, Floats]:
    """Earnings gained by a cohort and the points of employment it gains, draws x years."""
    many, years = case.draws, case.assumed.horizon
    employed, pay = (_uniform(case, f"{name} {cohort.sex}", span) for name, span in (("employed", cohort.employment), ("wage", cohort.wage)))  # fmt: skip
    work, raise_ = np.zeros((many, years)), np.zeros((many, years))
    adopted = _uniform(case, "adoption", case.assumed.adoption)
    for one in case.effects:
        if one.effect.sex not in ("all", cohort.sex):
            continue
        taken = next(chosen for study, chosen in studies if study == one.effect.study)
        size = (one.effect.mean + one.sd * _normal(case, one.effect.id)) * taken * adopted
        slow = _rng(case, f"ramp {one.effect.id}").uniform(*one.effect.ramp, size=many)
        here = size * grown(years, slow)
        if one.effect.parameter == "employment-points":
            work += here
        elif one.effect.parameter == "employment-relative":
            work += here * employed
        else:
            raise_ += here / pay if one.effect.parameter == "earnings-usd" else here
    work = held_to_people(employed, work)
    return earnings_gain(np.full((many, 1), cohort.people), (employed, pay), work, np.maximum(raise_, -1.0)), work


def _studies(case: Case) -> list[tuple[str, Floats]]:
    """Each study with the draws that take it (1, else 0; draws x 1): one draw, one study, so that none is counted twice."""
    weights: dict[str, float] = {}
    for one in case.effects:
        weights[one.effect.study] = max(weights.get(one.effect.study, 0.0), one.weight)
    total = sum(weights.values())
    picked = _rng(case, "study").random((case.draws, 1)) * total
    out: list[tuple[str, Floats]] = []
    below = 0.0
    for study, weight in weights.items():
        out.append((study, np.asarray((picked >= below) & (picked < below + weight), dtype=np.float64)))
        below += weight
    return out


def _sent(case: Case, total: Floats) -> Floats | None:
    if case.assumed.remitted is None or case.assumed.price is None:
        return None
    return np.asarray(
        total * _uniform(case, "remitted", case.assumed.remitted) * (1.0 - _uniform(case, "price", case.assumed.price)),
        dtype=np.float64,
    )


def _poverty(case: Case, sent: Floats | None) -> Floats | None:
    """Change of the number of poor at origin in the last year; null where remittances or the inflow are not known."""
    if sent is None or not case.assumed.inflow:
        return None
    mean, sd = case.poverty
    response = mean + sd * _normal(case, "poverty")[:, 0]
    change = np.log1p(np.maximum(sent[:, -1] / case.assumed.inflow, -0.999))
    return np.asarray(np.exp(-response * change) - 1.0, dtype=np.float64)


def _rng(case: Case, name: str) -> np.random.Generator:
    return np.random.default_rng([case.seed, crc32(name.encode())])


def _uniform(case: Case, name: str, span: Span) -> Floats:
    """Draws x 1 of a span; the same place within it for the same seed, whatever its ends."""
    return span.low + (span.high - span.low) * _rng(case, name).random((case.draws, 1))


def _normal(case: Case, name: str) -> Floats:
    return np.asarray(_rng(case, name).standard_normal((case.draws, 1)))


def summary(draws: Floats) -> dict[str, float]:
    """Median and 80 % interval of draws."""
    low, median, high = np.quantile(draws, _ENDS)
    return {"median": float(median), "low": float(low), "high": float(high)}


def worth(flows: Floats, rate: float) -> dict[str, Any]:
    """The present value of flows: median, interval, probability above 0; the year it is earned back, and how often never.

    break_even  median over the draws that are, low and high of 80 % of all; null where the draws at that end never are
    """
    present = discounted(flows, rate)
    total, year = present.sum(axis=1), break_even(present)
    never = np.where(np.isnan(year), np.inf, year)
    ends = [float(one) for one in np.quantile(never, _ENDS, method="lower")]
    low, median, high = (None if one == float("inf") else one for one in ends)
    by_year = [float((never <= t).mean()) for t in range(1, flows.shape[1] + 1)]
    return {
        **summary(total), "probability": float((total > 0).mean()),
        "break_even": {"median": median, "low": low, "high": high, "never": float(np.isnan(year).mean()), "by_year": by_year},
    }  # fmt: skip
