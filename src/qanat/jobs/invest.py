"""Job: what including a group of people in a host country is worth, with every assumption in plain sight."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from qanat.brief.messages import messages
from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.estimate.evidence_held import PARAMETERS, Beside, Cell, Context, Evidence, evidence, income_groups
from qanat.estimate.transfer import PROTECTION, Applied, applied, cell_of
from qanat.figures import F, Stage
from qanat.figures.places import Place
from qanat.jobs.engines import engines
from qanat.jobs.invest_given import BySex, Ends, Fault, InvestRequest, by_sex, faults, own_effect, require_sound, span
from qanat.jobs.invest_people import People, people_of
from qanat.jobs.invest_run import kept
from qanat.jobs.show import group_code
from qanat.reconcile.newest import newest
from qanat.store import Ask, Engine

if TYPE_CHECKING:
    from qanat.estimate.inclusion import Case, Returns, Span

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
    adults: dict[str, Ends]
    income: dict[str, Any] | None
    price: dict[str, Any] | None
    inflow: dict[str, Any] | None

    @property
    def number(self) -> float:
        """People the return is about."""
        return self.request.people if self.request.people is not None else self.people.value if self.people else 0.0


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
    asked = _asked(request, store)
    effects = _effects(asked)
    with engines("the return of inclusion"):
        from qanat.estimate.inclusion import returns
    case = _case(asked, effects)
    made = returns(case)
    ends = {"place": asked.host.code, "origin": asked.origin.code, "group": asked.group}
    day = asked.people.day if asked.people else now.date().isoformat()
    run, figures = kept(request, ends, _cites(asked), (case, made, day), store, now)
    return Invested(document={**_document(asked, case, made), "run": run}, figures=figures)


def _cites(asked: Asked) -> tuple[str, ...]:
    """The published figures the return rests on, the people's first."""
    people = asked.people
    counted = (*people.cites, *people.adult_cites) if people else ()
    beside = [asked.price["cite"]] if asked.price and asked.request.price is None else []
    return (*counted, *beside, *([asked.inflow["cite"]] if asked.inflow else []))


def _asked(request: InvestRequest, store: Engine) -> Asked:
    """The question with what the store holds. Raises AskError with all faults."""
    found, named = _named(request)
    income = _newest(store, "income", named.get("--country"), unit="intl-USD-2017")
    guide = f"product per person there: {income['value']:,.0f} international dollars of 2017 in {income['year']}, {income['cite']}" if income else "no income of the country is held either"  # fmt: skip
    found += faults(request, guide)
    group = _group(request, found)
    cell = cell_of(group or "", "strong" if request.match == "strong" else "weak" if request.match == "weak" else None)
    if group and cell is None and not any(f.option == "--match" for f in found):
        found.append(Fault(option="--match", found="nothing", reason=f"{group} may be a strong or a weak match", remedy="give strong or weak: whether the host needs what these people can do (WDR 2023)"))  # fmt: skip
    require_sound(found if len(named) < 2 or group is None or cell is None or found else [])
    host, origin = named["--country"], named["--origin"]
    assert group is not None
    assert cell is not None
    people = people_of(store, group, origin.code, host.code)
    if people is None and request.people is None:
        raise NothingFound(f"no {group} from {origin.short} are counted in {host.short}; give --people, or ask `qanat show {host.code} {group}`")  # fmt: skip
    adults = _adults(request, people)
    return Asked(
        request=request, host=host, origin=origin, group=group, cell=cell, people=people, adults=adults, income=income,
        price=_newest(store, "price", origin, sender=host), inflow=_recent(_newest(store, "remittances", origin), people),
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


def _adults(request: InvestRequest, people: People | None) -> dict[str, Ends]:
    """Share of working age by cohort. Raises AskError where neither the store nor the question has one."""
    if request.adults is not None:
        return {"all": span(request.adults) or (0.0, 0.0)}
    if people is None or not people.adults:
        require_sound([Fault(option="--adults", found="nothing", reason="nobody divided this group by age", remedy="give the share of working age, as 0.6 or 0.5..0.7")])  # fmt: skip
    return {sex: (share, share) for sex, share in people.adults.items()} if people else {}


def _newest(store: Engine, measure: str, place: Place | None, *, unit: str | None = None, sender: Place | None = None) -> dict[str, Any] | None:  # fmt: skip
    """The newest published figure of the World Bank of a measure for a place (from a sender, for prices); null where none is."""
    if place is None:
        return None
    ask = Ask(stage=Stage.PUBLISHED, measure=measure, counter="worldbank", place=place.code, origin=sender.code if sender else None)  # fmt: skip
    rows = newest(store.get(ask)).filter(F.value.is_not_null() & ~F.source.str.contains("bilateral"))
    rows = rows if sender else rows.filter(F.origin.is_null())
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


def _effects(asked: Asked) -> tuple[Applied, ...]:
    """The effects that apply. Raises NothingFound where none does, with what would bring one."""
    own = own_effect(asked.request)
    held = [
        one
        for one in evidence().effects
        if one.measure == asked.request.measure and (one.mark == "read" or asked.request.unverified)
    ]
    found = applied([own] if own else held, _context(asked), asked.cell)
    if found:
        return found
    if asked.cell == "distressed":
        raise NothingFound(f"no effect in the host applies to {asked.group} of a weak match without need of protection: {CELLS['distressed']} (World Development Report 2023)")  # fmt: skip
    unread = [one for one in evidence().effects if one.measure == asked.request.measure and one.mark == "recalled"]
    more = f"{len(unread)} recalled ones are used with --unverified; or " if unread and not asked.request.unverified else ""  # fmt: skip
    raise NothingFound(f"no verified effect of {asked.request.measure} with a size can be carried to {asked.host.short}: {more}give one of your own with --effect employment-points=0.05,0.02")  # fmt: skip


def _context(asked: Asked) -> Context:
    return Context(
        country=asked.host.code, region=asked.host.region, income=income_groups().get(asked.host.code),
        status="protection" if asked.group in PROTECTION else "migrants",
    )  # fmt: skip


def _case(asked: Asked, effects: tuple[Applied, ...]) -> Case:
    from qanat.estimate.inclusion import Assumed, Case, Cohort

    request = asked.request
    wage, employment = by_sex(request.wage or ""), by_sex(request.employment or "")
    assert wage is not None
    assert employment is not None
    cohorts = tuple(
        Cohort(sex=sex, people=asked.number * sum(share) / 2, employment=_of(employment, sex), wage=_of(wage, sex))
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


def _split(adults: dict[str, Ends], wage: BySex, employment: BySex) -> dict[str, Ends]:
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


def _document(asked: Asked, case: Case, made: Returns) -> dict[str, Any]:
    from qanat.estimate.inclusion import summary, worth
    from qanat.maths.returns import discounted

    request, rate = asked.request, asked.request.discount
    together = worth(made.together, rate)
    sides = {"state": made.budget, "people": made.kept}
    so_far = {
        side: discounted(flows, rate).cumsum(axis=1)
        for side, flows in (("together", made.together), ("state", made.budget))
        if flows is not None
    }
    by_year = [
        {
            "year": t + 1, "earnings": summary(made.gained[:, t]), "cost": summary(made.costs[:, t]),
            "budget": summary(made.budget[:, t]) if made.budget is not None else None,
            "remittances": summary(made.remittances[:, t]) if made.remittances is not None else None,
            "so_far": summary(so_far["together"][:, t]), "state_so_far": summary(so_far["state"][:, t]) if "state" in so_far else None,
        }
        for t in range(request.horizon)
    ]  # fmt: skip
    return {
        "schema": "qanat.invest/1", "place": _place(asked.host), "origin": _place(asked.origin), "group": asked.group, "measure": request.measure,
        "cell": {"code": asked.cell, "says": CELLS[asked.cell], "match": request.match}, "unverified": request.unverified,
        "horizon": request.horizon, "discount": rate, "draws": request.draws, "seed": request.seed, "level": 0.8, "unit": "USD",
        "people": _people(asked, case), "given": _told_given(asked, case), "evidence": [_applied(one, case, _context(asked)) for one in case.effects],
        "beside": [asdict(one) for one in _beside(evidence(), request)], "output": _output(asked),
        "returns": {"together": together, **{side: None if flows is None else worth(flows, rate) for side, flows in sides.items()}},
        "by_sex": [{"sex": sex, **summary(discounted(flows, rate).sum(axis=1))} for sex, flows in made.earnings.items()],
        "years": by_year, "poverty": None if made.poverty is None else {**summary(made.poverty), "citation": evidence().poverty["citation"]},
        "assumptions": _assumptions(asked, case), "unknown": _unknown(asked, made),
    }  # fmt: skip


def _place(place: Place) -> dict[str, str]:
    return {"code": place.code, "name": place.short}


def _people(asked: Asked, case: Case) -> dict[str, Any]:
    held = asked.people if asked.request.people is None else None
    return {
        "value": asked.number, "day": held.day if held else None, "cites": list(held.cites) if held else [],
        "adults": [{"sex": cohort.sex, "value": cohort.people} for cohort in case.cohorts],
        "adult_cites": list(asked.people.adult_cites) if asked.people and "all" not in asked.adults else [],
    }  # fmt: skip


def _told_given(asked: Asked, case: Case) -> list[dict[str, Any]]:
    """Every assumed quantity with its range and where it is from."""
    assumed, asks = case.assumed, "asked"
    rows: list[tuple[str, str, Span | None, str]] = [
        ("adoption", "share of working-age people who take part", assumed.adoption, asks if asked.request.adoption else "assumed"),
        ("cost", "US dollars for each person taking part, once", assumed.cost, asks),
        ("tax", "share of what is earned more that is paid in taxes and contributions", assumed.tax, asks),
        ("benefit", "US dollars of support a year that end for each person who finds work", assumed.saved, asks),
        ("remitted", "share of what is earned more that is sent to the origin", assumed.remitted, asks),
        ("transfer-price", "share of the sum sent", assumed.price, asks if asked.request.price else asked.price["cite"] if asked.price else asks),
    ]  # fmt: skip
    for cohort in case.cohorts:
        rows.append(
            (f"employment {cohort.sex}", "share of working-age people in work, before", cohort.employment, asks)
        )
        rows.append((f"wage {cohort.sex}", "US dollars a worker earns a year, before", cohort.wage, asks))
    return [{"name": name, "what": what, "low": one.low, "high": one.high, "from": whose} for name, what, one, whose in rows if one is not None]  # fmt: skip


def _applied(one: Applied, case: Case, host: Context) -> dict[str, Any]:
    total = sum({other.effect.study: other.weight for other in case.effects}.values())
    effect = one.effect
    return {
        "id": effect.id, "study": effect.study, "parameter": effect.parameter, "what": PARAMETERS[effect.parameter], "mean": effect.mean, "sd": effect.sd,
        "sd_used": one.sd, "factor": one.factor, "spread": effect.spread, "word": one.word, "why": one.why, "weight": one.weight / total,
        "mark": "unverified" if effect.mark == "recalled" else effect.mark, "differs": _differs(one, host), "says": effect.says, "citation": effect.citation,
        "ramp": list(effect.ramp), "context": asdict(effect.context),
    }  # fmt: skip


def _differs(one: Applied, host: Context) -> list[dict[str, str]]:
    """In what the study's context differs from this one: place, income, status; none for one's own effect."""
    found = one.effect.context
    if one.effect.mark == "own":
        return []
    pairs = {"place": (found.country or found.region, host.country), "income": (found.income, host.income), "status": (found.status, host.status)}  # fmt: skip
    return [{"in": name, "there": there or "unknown", "here": here or "unknown"} for name, (there, here) in pairs.items() if there != here]  # fmt: skip


def _beside(held: Evidence, request: InvestRequest) -> list[Beside]:
    """Findings that stand beside: positive and negative ones together; recalled ones where asked for."""
    return [one for one in held.beside if one.measure in ("any", request.measure) and (one.mark == "read" or request.unverified)]  # fmt: skip


def _output(asked: Asked) -> dict[str, Any] | None:
    """The range macro studies give for output, never added to earnings; null where it does not apply or is unverified."""
    told = evidence().output
    if asked.cell not in told["cells"] or _context(asked).income != told["income"]:
        return None
    if told["mark"] == "recalled" and not asked.request.unverified:
        return None
    return {name: told[name] for name in ("low", "high", "unit", "says", "citation")}


def _assumptions(asked: Asked, case: Case) -> list[dict[str, str]]:
    """What is assumed beside the given numbers: a code for scripts, a sentence for people (message file, English)."""
    request = asked.request
    assumed = any(one.effect.spread == "assumed" for one in case.effects)
    carried = any(one.word == "assumption" for one in case.effects)
    several = len({one.effect.study for one in case.effects}) > 1
    codes = {
        "horizon": True, "adults-given": "all" in asked.adults, "working-age": "all" not in asked.adults, "people-stay": True,
        "sexes-alike": len(case.cohorts) > 1, "hands": True, "output": True, "uses": True,
        "match": request.match is None and asked.cell == "protection", "adoption": request.adoption is None, "errors": assumed,
        "carried": carried, "one-study": several, "unverified": any(one.effect.mark == "recalled" for one in case.effects),
    }  # fmt: skip
    words = {"years": str(request.horizon), "rate": f"{request.discount:.1%}"}
    text = messages("en")
    return [{"code": code, "says": text.fill(f"invest.assumed.{code}", **words)} for code, holds in codes.items() if holds]  # fmt: skip


def _unknown(asked: Asked, made: Returns) -> list[dict[str, str]]:
    """What is not told, why, and the options that would bring it; none where nothing would."""
    request, text = asked.request, messages("en")
    lacking: dict[str, list[str]] = {}
    if made.budget is None:
        lacking["budget"] = [f"--{name}" for name, given in (("tax", request.tax), ("benefit", request.saved)) if given is None]  # fmt: skip
    if made.remittances is None:
        lacking["remittances"] = [f"--{name}" for name, given in (("remitted", request.remitted), ("transfer-price", request.price or asked.price)) if given is None]  # fmt: skip
    if made.poverty is None:
        lacking["poverty"] = lacking.get("remittances", [])
    return [
        {"what": what, "why": text.fill(f"invest.unknown.{what}{'' if options else '.none'}", origin=asked.origin.short), "remedy": " ".join(options)}
        for what, options in lacking.items()
    ]  # fmt: skip
