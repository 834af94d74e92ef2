"""Job: a return of inclusion as its stable document (schema qanat.invest/1)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from qanat.brief.messages import messages
from qanat.estimate.evidence_held import PARAMETERS, Beside, Context, Evidence, evidence
from qanat.estimate.transfer import Applied
from qanat.figures.places import Place
from qanat.jobs.invest_asked import CELLS, Asked
from qanat.jobs.invest_given import InvestRequest
from qanat.jobs.knowing import told_day

if TYPE_CHECKING:
    from qanat.estimate.inclusion import Case, Returns, Span


def document(asked: Asked, case: Case, made: Returns) -> dict[str, Any]:
    """The return with its evidence, what was given, what is assumed and what is not known."""
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
        "cell": {"code": asked.cell, "says": CELLS[asked.cell], "match": request.match}, "unverified": request.unverified, "as_of": told_day(request.as_of),
        "horizon": request.horizon, "discount": rate, "draws": request.draws, "seed": request.seed, "level": 0.8, "unit": "USD",
        "people": _people(asked, case), "given": _told_given(asked, case), "evidence": [_applied(one, case, asked.context) for one in case.effects],
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
    if asked.cell not in told["cells"] or asked.context.income != told["income"]:
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
