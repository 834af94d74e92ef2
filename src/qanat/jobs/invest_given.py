"""What a person assumes for a return of inclusion, read from a few words each; every fault at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, get_args

from qanat.errors import AskError
from qanat.estimate.evidence_held import PARAMETERS, Context, Effect, Parameter, evidence
from qanat.estimate.transfer import Match
from qanat.figures.words import nearest

_NUMBER: Final = r"[-+]?\d[\d_]*(?:\.\d+)?"
_SPAN: Final = re.compile(rf"^({_NUMBER})(?:\.\.({_NUMBER}))?$")
_EFFECT: Final = re.compile(rf"^([a-z-]+)=({_NUMBER})(?:,({_NUMBER}))?$")
SEXES: Final = ("female", "male")
Ends = tuple[float, float]
BySex = dict[str, Ends]  # "all", or female and male
_MOST_YEARS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An option that cannot stand: which, what was found, why not, and what to give instead."""

    option: str
    found: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestRequest:
    """A question as it is typed: a host, a group from an origin, a measure, and what is assumed.

    Numbers are one ("2400") or from low to high ("2400..3600"); wage and employment may differ by sex
    ("female=2000..2600,male=2400..3600"). Null: not given; as_of null: everything that is known.
    """

    country: str
    group: str
    origin: str
    measure: str = "work-permit"
    people: float | None = None
    adults: str | None = None
    wage: str | None = None
    employment: str | None = None
    cost: str | None = None
    adoption: str | None = None
    tax: str | None = None
    saved: str | None = None
    remitted: str | None = None
    price: str | None = None
    effect: str | None = None
    match: str | None = None
    horizon: int = 10
    discount: float = 0.05
    unverified: bool = False
    draws: int = 4000
    seed: int = 1
    as_of: date | None = None


def span(text: str) -> Ends | None:
    """Low and high of "0.5" or "0.4..0.6"; null for anything else, and where low is above high."""
    found = _SPAN.match(text.strip().replace(",", ""))
    if found is None:
        return None
    low = float(found[1].replace("_", ""))
    high = float(found[2].replace("_", "")) if found[2] else low
    return (low, high) if low <= high else None


def by_sex(text: str) -> BySex | None:
    """The same for "female=0.4,male=0.7" and for both together ("all"); null for anything else."""
    if "=" not in text:
        one = span(text)
        return None if one is None else {"all": one}
    parts = [part.split("=", 1) for part in text.split(",")]
    told = {part[0].strip(): span(part[1]) for part in parts if len(part) == 2}
    if set(told) != set(SEXES) or len(parts) != len(SEXES):
        return None
    return {sex: ends for sex, ends in told.items() if ends is not None} if None not in told.values() else None


def own_effect(request: InvestRequest) -> Effect | None:
    """The effect whoever asks has given ("employment-points=0.05,0.02": mean and sd); null where none is. Faults are
    told by `faults`."""
    found = _EFFECT.match(request.effect or "")
    if found is None or found[1] not in PARAMETERS:
        return None
    parameter = next(one for one in get_args(Parameter) if one == found[1])
    told = f"{parameter} {found[2]}, standard deviation {found[3] or '0'}"
    return Effect(
        id="given", study="given", measure=request.measure, parameter=parameter, mean=float(found[2]), sd=float(found[3] or 0), spread="given",
        unit=PARAMETERS[parameter], mark="own", says=told, citation="whoever asks", ramp=(1.0, 4.0), cells=("strong-match", "protection"), sex="all",
        context=Context(country="", region=None, income=None, status=""),
    )  # fmt: skip


def faults(request: InvestRequest, guide: str) -> list[Fault]:
    """Every fault of the numbers and words in a question (places and groups apart), what is missing first.

    guide  what is known of incomes in the host, to help whoever must say a wage
    """
    return [*_missing(request, guide), *_shares(request), *_money(request), *_words(request), *_whole(request)]


def _missing(request: InvestRequest, guide: str) -> Iterator[Fault]:
    if request.wage is None:
        yield Fault(option="--wage", found="nothing", reason="no earnings of this group are held", remedy=f"give a worker's US dollars a year before the measure, as 2400 or 2000..3000 ({guide})")  # fmt: skip
    if request.employment is None:
        yield Fault(option="--employment", found="nothing", reason="no employment of this group is held", remedy="give the share of its working-age people in work before the measure, as 0.6 or 0.5..0.7")  # fmt: skip
    if request.cost is None:
        yield Fault(option="--cost", found="nothing", reason="no cost of this measure is held", remedy="give US dollars for each person taking part, once, as 250 or 150..400 (0 says that it costs nothing)")  # fmt: skip


def _shares(request: InvestRequest) -> Iterator[Fault]:
    """Options that are shares from 0 to 1."""
    if request.adults is not None and not _one_share(request.adults):
        yield Fault(option="--adults", found=request.adults, reason="is no share", remedy="give one share from 0 to 1, as 0.6")  # fmt: skip
    given = {"adoption": request.adoption, "tax": request.tax, "remitted": request.remitted, "transfer-price": request.price}  # fmt: skip
    for name, text in given.items():
        ends = None if text is None else span(text)
        if text is not None and (ends is None or ends[0] < 0 or ends[1] > 1):
            yield Fault(option=f"--{name}", found=text, reason="is no share", remedy="give a share from 0 to 1, as 0.1 or 0.05..0.15")  # fmt: skip
    told = by_sex(request.employment) if request.employment is not None else None
    if request.employment is not None and (told is None or any(low < 0 or high > 1 for low, high in told.values())):
        yield Fault(option="--employment", found=request.employment, reason="is no share", remedy="give a share from 0 to 1, as 0.6, 0.5..0.7 or female=0.5,male=0.7")  # fmt: skip


def _one_share(text: str) -> bool:
    ends = span(text)
    return ends is not None and ends[0] == ends[1] and 0 <= ends[0] <= 1


def _money(request: InvestRequest) -> Iterator[Fault]:
    told = by_sex(request.wage) if request.wage is not None else None
    if request.wage is not None and (told is None or any(low <= 0 for low, _ in told.values())):
        yield Fault(option="--wage", found=request.wage, reason="is no wage", remedy="give US dollars a year above 0, as 2400, 2000..3000 or female=2000,male=2600")  # fmt: skip
    for name, text in {"cost": request.cost, "benefit": request.saved}.items():
        ends = None if text is None else span(text)
        if text is not None and (ends is None or ends[0] < 0):
            yield Fault(option=f"--{name}", found=text, reason="is no sum of money", remedy="give US dollars, 0 or more, as 250 or 150..400")  # fmt: skip


def _words(request: InvestRequest) -> Iterator[Fault]:
    measures = evidence().measures
    if request.measure not in measures and own_effect(request) is None:
        near = nearest(request.measure, list(measures))
        yield Fault(option="--measure", found=request.measure, reason="no study of it is held", remedy=(f"did you mean {near}? " if near else "") + f"there are {', '.join(measures)}; for another give an --effect of your own")  # fmt: skip
    if request.match is not None and request.match not in get_args(Match):
        yield Fault(option="--match", found=request.match, reason="is no match", remedy="give strong or weak: whether the host needs what these people can do (WDR 2023)")  # fmt: skip
    if request.effect is not None and own_effect(request) is None:
        yield Fault(option="--effect", found=request.effect, reason="is no effect", remedy=f"give PARAMETER=MEAN,SD with one of {', '.join(PARAMETERS)}, as employment-points=0.05,0.02")  # fmt: skip


def _whole(request: InvestRequest) -> Iterator[Fault]:
    if request.people is not None and request.people <= 0:
        yield Fault(option="--people", found=f"{request.people:g}", reason="is no number of people", remedy="give a number above 0, or leave it out to take the newest count")  # fmt: skip
    if not 1 <= request.horizon <= _MOST_YEARS:
        yield Fault(option="--horizon", found=str(request.horizon), reason="is no horizon", remedy=f"give years from 1 to {_MOST_YEARS}")  # fmt: skip
    if not -1 < request.discount < 1:
        yield Fault(option="--discount", found=f"{request.discount:g}", reason="is no discount rate", remedy="give a rate a year above -1 and below 1, as 0.05")  # fmt: skip
    if not 100 <= request.draws <= 100_000:
        yield Fault(option="--draws", found=str(request.draws), reason="cannot be drawn", remedy="give 100 to 100000")


def require_sound(found: list[Fault]) -> None:
    """Nothing, or one AskError with every fault as a table of option, found, reason, remedy."""
    if not found:
        return
    rows = [("option", "found", "reason", "remedy"), *((f.option, f.found, f.reason, f.remedy) for f in found)]
    wide = [max(len(row[at]) for row in rows) for at in range(3)]
    table = "\n".join("  " + "  ".join([*(row[at].ljust(wide[at]) for at in range(3)), row[3]]) for row in rows)
    many = f"{len(found)} things are" if len(found) > 1 else "one thing is"
    raise AskError(f"the return cannot be told: {many} missing or wrong\n{table}")
