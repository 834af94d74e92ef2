"""Job: a question about a return of inclusion put in order: places, group, cell, people by sex, what is held of incomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.estimate.evidence_held import Cell, Context, income_groups
from qanat.estimate.transfer import PROTECTION, cell_of
from qanat.figures import F, Stage
from qanat.figures.places import Place
from qanat.jobs.invest_given import Fault, InvestRequest, faults, require_sound
from qanat.jobs.invest_people import People, counted, people_of
from qanat.jobs.knowing import told_first
from qanat.jobs.show import group_code
from qanat.reconcile.newest import newest
from qanat.store import Ask, Engine

_STALE: Final = 5  # years
CELLS: Final[dict[Cell, str]] = {
    "strong-match": "strong match: the host gains by what people can do; earnings, budget, remittances and origin count",
    "protection": "weak match, in need of protection: inclusion lowers the cost of protection, which is shared; no gain of output is shown",
    "distressed": "weak match, no need of protection: the remedies lie at the origin; effects in the host do not apply",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question in order: places, group, cell, people with working age by sex, what is held of incomes and transfers."""

    request: InvestRequest
    host: Place
    origin: Place
    group: str
    cell: Cell
    people: People | None
    adults: dict[str, float]
    income: dict[str, Any] | None
    price: dict[str, Any] | None
    inflow: dict[str, Any] | None

    @property
    def number(self) -> float:
        """People the return is about."""
        return self.request.people if self.request.people is not None else self.people.value if self.people else 0.0

    @property
    def context(self) -> Context:
        """Where effects are carried to: the host, its region and income group, the status of the people."""
        return Context(
            country=self.host.code, region=self.host.region, income=income_groups().get(self.host.code),
            status="protection" if self.group in PROTECTION else "migrants",
        )  # fmt: skip

    @property
    def cites(self) -> tuple[str, ...]:
        """The published figures the return rests on, the people's first."""
        people = self.people
        counted = (*people.cites, *people.adult_cites) if people else ()
        beside = [self.price["cite"]] if self.price and self.request.price is None else []
        return (*counted, *beside, *([self.inflow["cite"]] if self.inflow else []))


def asked_of(request: InvestRequest, store: Engine) -> Asked:
    """The question with what the store holds. Raises AskError with all faults."""
    found, named = _named(request)
    income = _newest(store, _asked("income", named.get("--country"), request), unit="intl-USD-2017")
    guide = f"product per person there: {income['value']:,.0f} international dollars of 2017 in {income['year']}, {income['cite']}" if income else "no income of the country is held either"  # fmt: skip
    found += faults(request, guide)
    group = _group(request, found)
    cell = cell_of(group or "", "strong" if request.match == "strong" else "weak" if request.match == "weak" else None)
    if group and cell is None and not any(f.option == "--match" for f in found):
        found.append(Fault(option="--match", found="nothing", reason=f"{group} may be a strong or a weak match", remedy="give strong or weak: whether the host needs what these people can do (WDR 2023)"))  # fmt: skip
    require_sound(found)
    host, origin = named["--country"], named["--origin"]
    assert group is not None
    assert cell is not None
    ask = counted(group, origin.code, host.code, request.as_of)
    people = people_of(store, ask)
    if people is None and request.people is None:
        raise NothingFound(f"no {group} from {origin.short} are counted in {host.short}; give --people, or ask `qanat show {host.code} {group}`{told_first(ask, store)}")  # fmt: skip
    adults = _adults(request, people)
    return Asked(
        request=request, host=host, origin=origin, group=group, cell=cell, people=people, adults=adults, income=income,
        price=_newest(store, _asked("price", origin, request, host)), inflow=_recent(_newest(store, _asked("remittances", origin, request)), people),
    )  # fmt: skip


def _named(request: InvestRequest) -> tuple[list[Fault], dict[str, Place]]:
    found: list[Fault] = []
    named: dict[str, Place] = {}
    for option, text in (("--country", request.country), ("--origin", request.origin)):
        try:
            named[option] = places().country(text)
        except AskError as cause:
            found.append(Fault(option=option, found=text, reason="is no country", remedy=str(cause)))
    if len(named) == 2 and named["--country"].code == named["--origin"].code:
        found.append(Fault(option="--origin", found=request.origin, reason="is the host itself", remedy="give the country the people are from; people displaced inside their country are no case of this"))  # fmt: skip
    return found, named


def _group(request: InvestRequest, found: list[Fault]) -> str | None:
    try:
        return group_code(request.group)
    except AskError as cause:
        found.append(Fault(option="--group", found=request.group, reason="is no group", remedy=str(cause)))
        return None


def _adults(request: InvestRequest, people: People | None) -> dict[str, float]:
    """Share of working age by cohort. Raises AskError where neither the store nor the question has one."""
    if request.adults is not None:
        return {"all": float(request.adults)}
    if people is None or not people.adults:
        require_sound([Fault(option="--adults", found="nothing", reason="nobody divided this group by age", remedy="give the share of working age, as 0.6")])  # fmt: skip
    return people.adults if people else {}


def _asked(measure: str, place: Place | None, request: InvestRequest, sender: Place | None = None) -> Ask | None:
    """The question for the World Bank's figures of a measure for a place (from a sender, for prices); null without a place."""
    if place is None:
        return None
    return Ask(
        stage=Stage.PUBLISHED, measure=measure, counter="worldbank", place=place.code, origin=sender.code if sender else None,
        known_by=request.as_of,
    )  # fmt: skip


def _newest(store: Engine, ask: Ask | None, *, unit: str | None = None) -> dict[str, Any] | None:
    """The newest published figure that answers (see `_asked`); null where none does."""
    if ask is None:
        return None
    rows = newest(store.get(ask)).filter(F.value.is_not_null() & ~F.source.str.contains("bilateral"))
    rows = rows if ask.origin else rows.filter(F.origin.is_null())
    rows = (rows.filter(F.unit == unit) if unit else rows).sort("start")
    if rows.is_empty():
        return None
    row = rows.row(-1, named=True)
    return {"value": row["value"], "year": row["start"].year, "source": row["source"], "cite": f"{row['run']}:{row['row']}"}  # fmt: skip


def _recent(inflow: dict[str, Any] | None, people: People | None) -> dict[str, Any] | None:
    """An inflow of the last five years; null for an older one, which says nothing of today."""
    if inflow is None or people is None:
        return inflow
    return inflow if int(people.day[:4]) - inflow["year"] <= _STALE else None
