"""Who else stands beside the people compared: other statuses, and groups that may hold the same person (R8 of overlaps)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from qanat.figures import UNDIVIDED, F
from qanat.figures.words import CROSS_BORDER
from qanat.reconcile.overlaps import Relation, overlap

# palestine: UNRWA's refugees beside UNHCR's; status: people under another of UNHCR's statuses; returned: refugees who returned
# to the country in the year; abroad: displaced people who had come back from abroad; plan: a humanitarian plan's people;
# response: a refugee response listed beside the plan's caseload
Kind = Literal["palestine", "status", "returned", "abroad", "plan", "response"]
WANTED: Final = (*CROSS_BORDER, "palestine-refugees", "returned-refugees", "people", "idps", "idps-any")
_BACK: Final = "abroad_before=yes"  # facet of displaced people who had been abroad
_STAYED: Final = "abroad_before=no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alongside:
    """People beside those compared, in people.

    groups    the groups the value is of;  relation  how the first stands to the group compared (reconcile/overlaps.py)
    share     of the same count, where it is a part of one; null: no part
    cites     the figures added up
    """

    kind: Kind
    groups: tuple[str, ...]
    relation: Relation
    counter: str
    value: float
    cites: tuple[str, ...]
    share: float | None = None


def alongside(
    rows: pl.DataFrame, group: str, place: str, year: int, origin: str | None = None
) -> tuple[Alongside, ...]:
    """Everyone known beside a group in a place in a year, in the order of Kind; nothing where nothing is known.

    rows    newest published rows of WANTED about the place and its units, any facets
    origin  where the people compared are from; null: anywhere
    """
    now = rows.filter((F.sex == "all") & (F.age_from == 0) & F.age_to.is_null() & (F.value > 0))
    now = now.filter(pl.when(F.measure == "flow").then(F.start.dt.year()).otherwise(F.end.dt.year()) == year)
    whole = now.filter(F.facet.is_null())
    found: list[Alongside | None] = []
    if group in CROSS_BORDER:
        found += [_palestine(whole, group, place, origin), _status(whole, group, place, origin)]
    if group == "idps":
        found += [_returned(whole, place), _abroad(now)]
    if group in (*CROSS_BORDER, "idps"):
        found += [_plan(whole, group, place), _response(now, group, place)]
    return tuple(one for one in found if one is not None)


def _summed(kind: Kind, group: str, rows: pl.DataFrame) -> Alongside | None:
    if rows.is_empty():
        return None
    groups = tuple(sorted(rows.get_column("group").unique()))
    return Alongside(
        kind=kind, groups=groups, relation=overlap(groups[0], group).relation, counter=rows.get_column("counter").sort().item(0),
        value=float(rows.get_column("value").sum()), cites=tuple(_cites(rows)),
    )  # fmt: skip


def _cites(rows: pl.DataFrame) -> Iterator[str]:
    for run, row in rows.select("run", "row").sort("run", "row").iter_rows():
        yield f"{run}:{row}"


def _palestine(whole: pl.DataFrame, group: str, place: str, origin: str | None) -> Alongside | None:
    if origin not in (None, "PSE"):
        return None
    return _summed("palestine", group, whole.filter((F.group == "palestine-refugees") & (F.place == place)))


def _status(whole: pl.DataFrame, group: str, place: str, origin: str | None) -> Alongside | None:
    other = F.group.is_in([one for one in CROSS_BORDER if one != group]) & (F.counter == "unhcr") & (F.place == place)
    wanted = F.origin != place if origin is None else F.origin == origin
    told = whole.filter(other & (F.measure == "stock") & wanted)
    return _summed("status", group, told.filter(F.end == F.end.max()))


def _returned(whole: pl.DataFrame, place: str) -> Alongside | None:
    back = (F.group == "returned-refugees") & (F.measure == "flow") & (F.origin == place) & (F.place != place)
    return _summed("returned", "idps", whole.filter(back & (F.counter == "unhcr")))


def _abroad(now: pl.DataFrame) -> Alongside | None:
    """Displaced people who had been abroad, of one count and at the one level of places where most of it is told."""
    parts = now.filter(F.group.is_in(["idps", "idps-any"]) & F.facet.is_in([_BACK, _STAYED]) & (F.unit == "people"))
    if parts.is_empty():
        return None
    last = parts.filter(F.end == F.end.max())
    lengths = Counter(len(str(place)) for place in last.get_column("place"))
    level = last.filter(F.place.str.len_chars() == lengths.most_common(1)[0][0])
    back = level.filter(F.facet == _BACK)
    whole = float(level.get_column("value").sum())
    if back.is_empty():
        return None
    value = float(back.get_column("value").sum())
    return Alongside(
        kind="abroad", groups=("returned-refugees",), relation=overlap("returned-refugees", "idps").relation,
        counter=back.get_column("counter").item(0), value=value, share=value / whole, cites=tuple(_cites(back)),
    )  # fmt: skip


def _plan(whole: pl.DataFrame, group: str, place: str) -> Alongside | None:
    """The people a humanitarian plan starts from; where it tells none, those it counts as in need."""
    mine = whole.filter((F.group == "people") & (F.counter == "ocha") & (F.place == place) & UNDIVIDED)
    for measure in ("stock", "need"):
        told = mine.filter(F.measure == measure).sort("end", "known", "source", descending=True).head(1)
        if told.height:
            return _summed("plan", group, told)
    return None


def _response(now: pl.DataFrame, group: str, place: str) -> Alongside | None:
    listed = F.facet.str.to_lowercase().str.contains("cluster=refugee") & (F.place == place) & (F.counter == "ocha")
    told = now.filter(listed.fill_null(value=False) & (F.group == "people") & (F.measure == "need"))
    return _summed("response", group, told.sort("end", "known", "source", descending=True).head(1))
