"""The people a return is about: how many by the newest count, how many of working age by sex, with the figures behind both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from qanat.figures import UNDIVIDED, F, Stage
from qanat.figures.words import CROSS_BORDER
from qanat.reconcile.newest import newest
from qanat.store import Ask, Engine

_ADULTS: Final = (18, 60)  # UNHCR's band of working age


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """How many people there are, when they were counted, the figures they are from; and what share is of working age, by sex.

    adults  female, male: shares of all people whose sex and age are known; empty where nobody divided them
    """

    value: float
    day: str
    cites: tuple[str, ...]
    adults: dict[str, float]
    adult_cites: tuple[str, ...]


def counted(group: str, origin: str, place: str, known_by: date | None) -> Ask:
    """The question for the counts of a group from an origin in a place."""
    parts = CROSS_BORDER if group == "displaced-abroad" else (group,)
    return Ask(stage=Stage.PUBLISHED, groups=parts, origin=origin, place=place, measure="stock", known_by=known_by)


def people_of(store: Engine, ask: Ask) -> People | None:
    """The newest count that answers (see `counted`); null where there is none."""
    found = newest(store.get(ask))
    whole = found.filter(UNDIVIDED & F.value.is_not_null())
    if whole.is_empty():
        return None
    now = whole.filter(F.end == F.end.max()).sort("group", "counter")
    one = now.unique("group", keep="last", maintain_order=True)  # unhcr rather than another counter of the same group
    shares, cites = _adults(found.filter(F.end == one["end"][0]))
    return People(
        value=float(one["value"].sum()), day=one["end"][0].isoformat(), cites=_cites(one), adults=shares, adult_cites=cites
    )  # fmt: skip


def _adults(found: pl.DataFrame) -> tuple[dict[str, float], tuple[str, ...]]:
    """Women and men of 18 to 59 years as shares of everyone whose sex and age are told."""
    bands = found.filter(F.sex.is_in(["female", "male"]) & F.facet.is_null() & F.value.is_not_null())
    aged = bands.filter(F.age_from.is_not_null() & ((F.age_from > 0) | F.age_to.is_not_null()))
    known = float(aged.get_column("value").sum())
    adults = aged.filter((F.age_from == _ADULTS[0]) & (F.age_to == _ADULTS[1]))
    if known <= 0 or adults.is_empty():
        return {}, ()
    by_sex = adults.group_by("sex").agg(pl.col("value").sum()).sort("sex")
    return {str(sex): float(value) / known for sex, value in by_sex.iter_rows()}, _cites(adults.sort("sex", "group"))


def _cites(rows: pl.DataFrame) -> tuple[str, ...]:
    return tuple(_cite(row) for row in rows.iter_rows(named=True))


def _cite(row: dict[str, Any]) -> str:
    return f"{row['run']}:{row['row']}"
