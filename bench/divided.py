"""How well sex and age are foretold where they are not counted: counted breakdowns hidden, printed as JSON; exit 4 where a target is missed.

python -m bench.divided [SHARED]     # about five minutes; the population's ages are those of the shared folder (WPP 2022)
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from bench.__main__ import shared
from bench.hidden_people import SINCE, located, population
from qanat.figures import F, Stage
from qanat.jobs.dividing import DivideRequest, divide
from qanat.jobs.edition import load
from qanat.maths.shares import margin_of_sum
from qanat.reconcile.breakdowns import STEPS, Breakdown, breakdowns, recorded
from qanat.reconcile.divided_sums import TOGETHER
from qanat.reconcile.donors import SPREADS, Donor, Donors, lent
from qanat.reconcile.hidden_breakdowns import Trial, able, coverage, foretold, hideable, learnt, missed, trials
from qanat.reconcile.newest import newest
from qanat.reconcile.spreading import Spreads
from qanat.store import Ask, Disk

GROUPS = ("refugees", "asylum-seekers", "other-in-need", "idps")
LEARN = 1000.0  # people of a record from which spreads are learnt: below, rounding and chance are most of what is off
EVERY = 4  # every fourth record is hidden
SUMS = 2022  # all records since are hidden one at a time and added up, as a country's view does
FOLDS = 5


def fold(one: Trial) -> int:
    """Which fifth of the countries of refuge a record belongs to."""
    return sum(ord(letter) for letter in one.record.key.place[:3]) % FOLDS


def elsewhere(found: Sequence[Trial]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Coverage with spreads learnt on the other four fifths of the countries, and those learnt on all: by kind of donor."""
    small = [one for one in found if (one.record.total or 0) >= LEARN]
    sides: dict[str, Counter[str]] = defaultdict(Counter)
    for at in range(FOLDS):
        spreads = learnt([one for one in small if fold(one) != at])
        for kind in spreads:
            some = [one for one in found if fold(one) == at and one.donor.kind == kind]
            for part, (below, above, cases) in coverage(some, spreads).items():
                sides[kind] += Counter({f"{part} in": round((1 - below - above) * cases), f"{part} of": cases})
    told = {
        kind: {part: round(count[f"{part} in"] / count[f"{part} of"], 3) for part in ("sex", "adults", "ages")}
        | {"all": round(_inside(count), 3), "cells": _of(count)}
        for kind, count in sides.items()
    }
    return told, {kind: dict(parts) for kind, parts in learnt(small).items()}


def _of(count: Counter[str]) -> int:
    return sum(count[f"{part} of"] for part in ("sex", "adults", "ages"))


def _inside(count: Counter[str]) -> float:
    return sum(count[f"{part} in"] for part in ("sex", "adults", "ages")) / max(_of(count), 1)


def shipped(found: Sequence[Trial], spreads: Spreads) -> dict[str, Any]:
    """Coverage with the shipped spreads, by kind of donor and people in the record."""
    out: dict[str, Any] = {}
    for kind in spreads:
        for low, high in ((100, 300), (300, 1000), (1000, 10_000), (10_000, 1e12)):
            some = [one for one in found if one.donor.kind == kind and low <= (one.record.total or 0) < high]
            covered = coverage(some, spreads).values()
            cases = sum(of for _, _, of in covered)
            if cases:
                out.setdefault(kind, {})[f"from {low}"] = round(sum((1 - below - above) * of for below, above, of in covered) / cases, 3)  # fmt: skip
    return out


def sums(found: Sequence[Trial]) -> dict[str, float]:
    """Coverage of sums over five or more records of one place, or one origin, as a view adds them up; by kind of donor."""
    out: dict[str, float] = {}
    for kind in ("year", "host", "origin"):
        for end in ("place", "origin"):
            by: dict[tuple[Any, ...], list[Trial]] = defaultdict(list)
            for one in found:
                if one.donor.kind == kind:
                    by[one.record.key.group, getattr(one.record.key, end), one.record.key.end].append(one)
            sides = [side for some in by.values() if len(some) >= 5 for side in _summed(some)]
            out[f"{kind}, by {end}"] = round(sum(sides) / max(len(sides), 1), 3)
    return out


def _summed(some: Sequence[Trial]) -> Iterable[bool]:
    said = [cells for one in some if (told := foretold(one, SPREADS)) is not None and (cells := told.cells) is not None]
    for at in range(2 * STEPS):
        truth, value = sum(one.record.cells[at] for one in some), sum(one.value[at] for one in said)
        down = margin_of_sum([one.value[at] - one.low[at] for one in said], TOGETHER)
        up = margin_of_sum([one.high[at] - one.value[at] for one in said], TOGETHER)
        yield value - down - 1 <= truth <= value + up + 1


def beside_plain(found: Sequence[Trial], near: Sequence[Breakdown]) -> dict[str, Any]:
    """Mean absolute error of the ten shares on the same records: the order's first donor, last year's shares, the population's.

    `never counted` leaves the same people's other years out too, as where nobody ever counted them."""
    last = {(one.key.group, one.key.origin, one.key.place, one.key.end.year): one for one in near}
    by: dict[Any, dict[str, Trial]] = defaultdict(dict)
    for one in found:
        by[one.record.key][one.donor.kind] = one
    out: dict[str, dict[str, list[float]]] = {"counted another year": defaultdict(list), "never counted": defaultdict(list)}  # fmt: skip
    for key, kinds in by.items():
        before = last.get((key.group, key.origin, key.place, key.end.year - 1))
        donor = Donor(kind="year", pool=lent(before)) if before is not None else None
        if "year" in kinds and "population" in kinds and donor is not None and able(donor):
            told = {
                "order": kinds["year"],
                "last year": Trial(record=kinds["year"].record, donor=donor),
                "population": kinds["population"],
            }
            for name, one in told.items():
                out["counted another year"][name].append(_error(one))
        first = next((kinds[kind] for kind in ("host", "origin", "population", "anywhere") if kind in kinds), None)
        if first is not None and "population" in kinds:
            for name, one in {"order": first, "population": kinds["population"]}.items():
                out["never counted"][name].append(_error(one))
    return {
        name: {"records": len(errors["order"])} | {way: round(sum(some) / len(some), 4) for way, some in errors.items()} for name, errors in out.items() if errors["order"]
    }  # fmt: skip


def by_kind(found: Sequence[Trial]) -> dict[str, dict[str, float]]:
    """Mean absolute error of the ten shares by kind of donor, over all records it could lend to, and how many."""
    errors: dict[str, list[float]] = defaultdict(list)
    for one in found:
        errors[one.donor.kind].append(_error(one))
    return {kind: {"records": len(some), "error": round(sum(some) / len(some), 4)} for kind, some in errors.items()}


def _error(one: Trial) -> float:
    said = foretold(one, SPREADS)
    return missed(one, said) if said is not None else 1.0


def lacking(records: Sequence[Breakdown], donors: Donors) -> dict[str, float]:
    """Who would lend to the records of at least 100 people without any breakdown: shares of them by the worse of both donors."""
    kinds: Counter[str] = Counter()
    for one in records:
        if (one.total or 0) >= 100 and one.known == 0:
            kinds[next((donor.kind for donor in donors.of(one) if able(donor)), "nobody")] += 1
    return {kind: round(count / max(kinds.total(), 1), 3) for kind, count in kinds.items()}


def countries(store: Disk) -> dict[str, Any]:
    """Seconds of a country's first and second division, and how far cells are from the undivided figure at most."""
    out: dict[str, Any] = {}
    for place in ("SDN", "COL", "DEU", "UKR"):
        seconds: list[float] = []
        apart = 0.0
        for _ in range(2):
            started = time.perf_counter()
            rows = divide(DivideRequest(place=place, day=date(2025, 12, 31)), store).rows
            seconds.append(round(time.perf_counter() - started, 3))
            totals = (
                rows.filter((F.age_from == 0) & F.age_to.is_null())
                .group_by("locator", "group", "place")
                .agg(F.value.sum())
            )
            told = totals.with_columns(pl.col("locator").str.extract(r"^[a-z]+ (\d+):").cast(pl.Float64).alias("whole"))
            apart = max(apart, float(told.select((F.value - pl.col("whole")).abs().max()).item()))
        out[place] = {"first_seconds": seconds[0], "again_seconds": seconds[1], "people_apart": apart}
    return out


def judged(report: dict[str, Any]) -> dict[str, bool]:
    """Which targets are met in this run."""
    errors = report["errors"]
    return {
        "coverage 75 to 85 % by every kind of donor": all(0.75 <= one["all"] <= 0.85 for one in report["coverage_learnt_elsewhere"].values()),
        "coverage 75 to 85 % as breakdowns are missing": 0.75 <= report["coverage_as_missing"] <= 0.85,
        "sums over a country covered in 75 % and more": all(share >= 0.75 for share in report["coverage_of_sums"].values()),
        "better than the population": all(one["order"] < one["population"] for one in errors.values()),
        "better than last year's shares": errors["counted another year"]["order"] < errors["counted another year"]["last year"],
        "agrees to the person": all(one["people_apart"] < 0.5 for one in report["countries"].values()),
    }  # fmt: skip


def main() -> int:
    """Measure, print, judge."""
    with TemporaryDirectory() as name:
        store = Disk(Path(name))
        load(store)
        asked = Ask(stage=Stage.PUBLISHED, measure="stock", groups=GROUPS, since=SINCE, counter="unhcr")
        rows = store.get(asked).filter(F.source.str.starts_with("unhcr.demographics"))
        where = countries(store)
    now = newest(rows.filter(F.facet.is_null()))
    wide = recorded(now)
    near = breakdowns(wide.filter(pl.col("female").is_not_null()))
    donors = Donors(wide=wide, near=near, people=population(shared()))
    hidden = hideable(near)[::EVERY]
    found = [*trials(hidden, donors), *located(rows.filter(F.facet.is_not_null() & (F.end == date(2025, 12, 31))))]
    covered, spreads = elsewhere(found)
    missing = lacking(breakdowns(wide.filter(pl.col("female").is_null() & (F.end == date(2025, 12, 31)))), donors)
    mixed = sum(share * covered[kind]["all"] for kind, share in missing.items() if kind in covered)
    report: dict[str, Any] = {
        "hidden_records": len(hidden), "coverage_learnt_elsewhere": covered, "learnt_on_all": spreads, "coverage_shipped_by_people": shipped(found, SPREADS),
        "coverage_of_sums": sums([*trials([one for one in hideable(near) if one.key.end.year >= SUMS], donors)]), "errors": beside_plain(found, near), "errors_by_kind": by_kind(found), "who_lends_where_nothing_is_counted_2025": missing,
        "coverage_as_missing": round(mixed / max(sum(share for kind, share in missing.items() if kind in covered), 1e-9), 3), "countries": where,
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }  # fmt: skip
    report["targets"] = judged(report)
    sys.stdout.write(json.dumps(report, indent=1, sort_keys=True) + "\n")
    return 0 if all(report["targets"].values()) else 4


if __name__ == "__main__":
    sys.exit(main())
