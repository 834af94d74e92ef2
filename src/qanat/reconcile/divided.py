"""The method: people by sex and age, nobody unknown, adding up to the undivided figure to the person; an estimate, marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.figures import SCHEMA, F, Stage
from qanat.figures.check import COUNTRY
from qanat.figures.licensing import strictest
from qanat.figures.words import CROSS_BORDER
from qanat.methods import LINEAGE, Derived, Method
from qanat.reconcile.breakdowns import RECORD, Breakdown, breakdowns, recorded
from qanat.reconcile.divided_sums import Summed, Told, summed
from qanat.reconcile.donors import COMPUTED, YEARS, Donors
from qanat.reconcile.lending import lineage_of
from qanat.reconcile.newest import newest
from qanat.reconcile.spreading import Filled, filled
from qanat.reconcile.totals import ABROAD, WORLD, View

VIEWS: Final[tuple[View, ...]] = ("origin", "inside", "host")


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """Which country, at which day, as known by which day (null: everything)."""

    country: str
    day: date
    known_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """Who is divided together: a view, a group, a counter, and the records that make it up."""

    view: View
    group: str
    counter: str
    parts: tuple[Filled, ...]


def divided(figures: pl.DataFrame, options: Divided) -> Derived:
    """A country's people on a day by sex and age of five steps, in persons: counted cells, and the unknown spread by donors.

    figures  published stocks, undivided and by sex and age: everyone's on the day, the country's within five years, and the
             population (group people). Finer cuts are left aside
    Gives    by view (from it, inside, hosted), group and counter, people abroad together too: ten cells, and women and men.
             value adds up to the undivided figure to the person (largest remainders), less people counted as of another
             sex; low and high hold it with probability 0.8 (level), counter qanat, facet of=COUNTER (whose figure it is), basis
             model, status estimated, or counted where nobody was spread. The locator tells how many are of known sex
             and age, and how many people each kind of donor put in place (donors.ORDER). Where no donor tells ages, only women
             and men; where none tells the sexes of somebody, no row: never a zero. Empty in, empty out.
    Source   Hamilton's method (Balinski and Young 1982, appendix A); hot-deck donors in a fixed order: Andridge and
             Little, International Statistical Review 78 (2010)
    """
    now = newest(figures.filter((F.stage == "published") & (F.measure == "stock")), options.known_by)
    made = divisions(now, options)
    rows: list[dict[str, Any]] = []
    links: list[pl.DataFrame] = []
    for one in made:
        whole = summed(one.parts)
        if whole is None:
            continue
        mine = _rows(one, whole, now, options)
        behind = lineage_of(now, one.parts, [(row["sex"], row["age_from"], row["age_to"]) for row in mine], len(rows))
        links.append(behind)
        rows += [row | {"licence": _licence(now, behind)} for row in mine]
    blank = pl.DataFrame(rows, schema={**SCHEMA}, orient="row") if rows else pl.DataFrame(schema=SCHEMA)
    return Derived(figures=blank, lineage=pl.concat(links) if links else pl.DataFrame(schema=LINEAGE))


def divisions(now: pl.DataFrame, options: Divided) -> list[Division]:
    """Every view, group and counter of the country on the day with its records divided; those that cannot be are left out."""
    people = F.group == "people"
    wide = recorded(now.filter(~people))
    today = wide.filter(F.end == options.day)
    pairs = pl.any_horizontal(fits(options.country, view) for view in VIEWS)
    near = wide.filter(pairs & ((F.end.dt.year() - options.day.year).abs() <= YEARS))
    donors = Donors(wide=today, near=breakdowns(near), people=now.filter(people))
    out: list[Division] = []
    for view in VIEWS:
        by: dict[tuple[str, str], list[Breakdown]] = defaultdict(list)
        for record in breakdowns(today.filter(fits(options.country, view))):
            by[record.key.group, record.key.counter].append(record)
        found = [_division(view, group, counter, records, donors) for (group, counter), records in sorted(by.items())]
        out += [one for one in found if one is not None] + _abroad(view, found, by)
    return out


def _division(view: View, group: str, counter: str, records: Sequence[Breakdown], donors: Donors) -> Division | None:
    """null where a record with people can be divided by nobody: a sum without them would not be the group's."""
    parts: list[Filled] = []
    for record in records:
        one = filled(record, donors.of(record))
        if one is not None:
            parts.append(one)
        elif record.total is None or record.total > 0:
            return None
    return Division(view=view, group=group, counter=counter, parts=tuple(parts)) if parts else None


def _abroad(view: View, found: Iterable[Division | None], by: Iterable[tuple[str, str]]) -> list[Division]:
    """Refugees, asylum-seekers and others in need together, where each of them that is counted could be divided."""
    if view == "inside":
        return []
    wanted = {group for group, counter in by if counter == "unhcr" and group in CROSS_BORDER}
    parts = [one for one in found if one is not None and one.counter == "unhcr" and one.group in CROSS_BORDER]
    if not parts or {one.group for one in parts} != wanted:
        return []
    return [
        Division(view=view, group=ABROAD, counter="unhcr", parts=tuple(part for one in parts for part in one.parts))
    ]


def fits(country: str, view: View) -> pl.Expr:
    """Which records make up a view of a country."""
    here, from_here = F.place == country, F.origin == country
    ends = {"origin": from_here & ~here, "inside": here & from_here, "host": here & ~from_here}
    return F.place.str.contains(COUNTRY) & (F.place != WORLD) & ends[view]


def _rows(one: Division, whole: Summed, now: pl.DataFrame, options: Divided) -> list[dict[str, Any]]:
    key = one.parts[0].record.key
    place = WORLD if one.view == "origin" else options.country
    paper = _paper(one, now)
    told = Told(counter=one.counter, total=whole.total, sex=whole.of_known_sex, age=whole.of_known_age, by=whole.spread)
    same: dict[str, Any] = {
        "stage": "reconciled", "measure": key.measure, "unit": key.unit, "group": one.group, "place": place,
        "origin": None if one.view == "host" else options.country, "start": key.start, "end": key.end, "counter": "qanat", "basis": "model",
        "facet": f"of={one.counter}", "level": 0.8, "locator": told.text, "method": DIVIDED.name, **paper,
    }  # fmt: skip
    return [
        {**dict.fromkeys(SCHEMA), **same, "sex": sex, "age_from": ages[0], "age_to": ages[1], "value": value, "low": low, "high": high, "status": "estimated" if one.counter in COMPUTED else whole.status(ages)}
        for sex, ages, value, low, high in whole.rows
    ]  # fmt: skip


def _paper(one: Division, now: pl.DataFrame) -> dict[str, Any]:
    """Known since the newest record, citing its document."""
    keys = pl.DataFrame(
        [[getattr(part.record.key, name) for name in RECORD] for part in one.parts], schema={name: SCHEMA[name] for name in RECORD}, orient="row"
    )  # fmt: skip
    found = now.filter(F.facet.is_null()).join(keys, on=list(RECORD), how="semi", nulls_equal=True)
    return found.sort("known", "source", descending=[True, False]).select(F.known.first(), F.source.first()).row(0, named=True)  # fmt: skip


def _licence(now: pl.DataFrame, behind: pl.DataFrame) -> str:
    """The licence of what is made of these inputs, those that lend their sexes and ages among them."""
    inputs = behind.select(run="input_run", row="input_row").unique()
    return str(now.join(inputs, on=["run", "row"], how="semi").select(strictest()).item())


DIVIDED: Final = Method(
    id="reconcile.divided", version=1, reads=Stage.PUBLISHED, writes=Stage.RECONCILED,
    paper="Andridge and Little, A Review of Hot Deck Imputation, International Statistical Review 78 (2010); Balinski and Young, Fair Representation (1982), appendix A",
    options=Divided, compute=divided,
)  # fmt: skip
