"""A return of inclusion kept as a run: its numbers become figures that can be cited and traced to the counts behind them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from qanat import __version__
from qanat.figures import SCHEMA, F
from qanat.figures.licensing import strictest
from qanat.jobs.invest_given import InvestRequest
from qanat.methods import LINEAGE
from qanat.store import Ask, Batch, Engine, Run

if TYPE_CHECKING:
    from qanat.estimate.inclusion import Case, Returns
    from qanat.maths.returns import Floats

METHOD: Final = "estimate.inclusion@1"


def kept(
    request: InvestRequest, ends: dict[str, str], cites: tuple[str, ...], made: tuple[Case, Returns, str], store: Engine, now: datetime
) -> tuple[str | None, pl.DataFrame]:  # fmt: skip
    """The run and its figures; no run (null) and no figures where no counted figure stands behind the return.

    ends    host, origin and group;  cites  of all figures the return rests on, the people's first
    made    the case, its draws, and the day the people were counted
    """
    if not cites:
        return None, pl.DataFrame(schema=SCHEMA)
    case, found, day = made
    given = {name: value for name, value in asdict(request).items() if name != "as_of"}  # the cites tell what was known
    options = json.dumps({**given, **ends, "cites": sorted(cites), "method": METHOD}, sort_keys=True)
    identity = f"invest-{ends['place']}-{ends['origin']}-{sha256(options.encode()).hexdigest()[:10]}"
    held = store.get(Ask(run=identity))
    if held.is_empty():
        frame = _frame(_rows(case, found), {**ends, "day": day, "horizon": request.horizon}, store, cites)
        inputs = tuple(sorted({cite.rsplit(":", 1)[0] for cite in cites}))
        run = Run(id=identity, method=METHOD, options=options, made=now.replace(microsecond=0), code=__version__, inputs=inputs, seed=request.seed)  # fmt: skip
        store.put(Batch(run=run, figures=frame, lineage=_lineage(frame.height, cites)))
        held = store.get(Ask(run=identity))
    return identity, held


def _rows(case: Case, found: Returns) -> list[dict[str, Any]]:
    """What each figure of the return says: people of working age, worth by side and sex, probabilities, years to earn it back."""
    from qanat.estimate.inclusion import summary, worth
    from qanat.maths.returns import discounted

    rate = case.assumed.discount
    rows: list[dict[str, Any]] = [
        {"measure": "stock", "unit": "people", "sex": one.sex, "age_from": 18, "age_to": 60, "value": one.people} for one in case.cohorts
    ]  # fmt: skip
    for side, flows in (("together", found.together), ("state", found.budget), ("people", found.kept)):
        if flows is None:
            continue
        told = worth(flows, rate)
        rows.append({"measure": "return", "facet": f"side={side}", **_interval(told)})
        rows += _so_far(side, discounted(flows, rate).cumsum(axis=1))
        rows.append({"measure": "share", "unit": "share", "facet": f"of=draws;part=above zero;side={side}", "value": told["probability"]})  # fmt: skip
        if told["break_even"]["median"] is not None:
            rows.append({"measure": "break-even", "unit": "years", "facet": f"side={side}", "value": told["break_even"]["median"]})  # fmt: skip
    for sex, flows in found.earnings.items():
        if sex != "all":
            rows.append({"measure": "return", "facet": "side=earnings", "sex": sex, **_interval(summary(discounted(flows, rate).sum(axis=1)))})  # fmt: skip
    if found.remittances is not None:
        rows.append({"measure": "return", "facet": "side=origin;what=received in the last year", **_interval(summary(found.remittances[:, -1]))})  # fmt: skip
    if found.poverty is not None:
        rows.append({"measure": "return", "unit": "share", "facet": "of=poor people at origin;side=origin", **_interval(summary(found.poverty))})  # fmt: skip
    return rows


def _so_far(side: str, sums: Floats) -> list[dict[str, Any]]:
    """The present value of a side up to each year."""
    from qanat.estimate.inclusion import summary

    return [
        {"measure": "return", "facet": f"side={side};what=so far", "years": t + 1, **_interval(summary(sums[:, t]))}
        for t in range(sums.shape[1])
    ]


def _interval(told: dict[str, Any]) -> dict[str, Any]:
    return {"value": told["median"], "low": told["low"], "high": told["high"], "level": 0.8}


def _frame(rows: list[dict[str, Any]], ends: dict[str, Any], store: Engine, cites: tuple[str, ...]) -> pl.DataFrame:
    """The figures; they cite the people's document, are known since the newest behind them, and travel as far as the strictest."""
    papers = pl.concat([_cited(store, cite) for cite in cites])
    terms = papers.select(F.known.max(), F.source.first(), strictest()).row(0, named=True)
    day = date.fromisoformat(ends["day"])
    start = date(day.year + 1, 1, 1)
    common = {
        "stage": "projected", "unit": "USD", "group": "money", "origin": ends["origin"], "place": ends["place"], "start": start,
        "end": date(start.year + ends["horizon"], 1, 1), "known": terms["known"], "counter": "qanat", "basis": "model", "sex": "all", "age_from": 0,
        "status": "estimated", "source": terms["source"], "licence": terms["licence"], "method": METHOD,
    }  # fmt: skip
    people: dict[str, Any] = {"group": ends["group"], "start": day, "end": day}
    told: list[dict[str, Any]] = [{**common, **(people if row["measure"] == "stock" else {}), **row} for row in rows]
    for row in told:
        row["end"] = date(start.year + int(row.pop("years")), 1, 1) if "years" in row else row["end"]
    return pl.DataFrame([{**dict.fromkeys(SCHEMA), **row} for row in told], schema={**SCHEMA}, orient="row")


def _cited(store: Engine, cite: str) -> pl.DataFrame:
    run, row = cite.rsplit(":", 1)
    return store.get(Ask(run=run, rows=(int(row),))).filter(F.row == int(row))


def _lineage(height: int, cites: tuple[str, ...]) -> pl.DataFrame:
    """Every figure of the return rests on all counts behind it."""
    pairs = [cite.rsplit(":", 1) for cite in cites]
    rows = [(at, run, int(row)) for at in range(height) for run, row in pairs]
    return pl.DataFrame(rows, schema=LINEAGE, orient="row")
