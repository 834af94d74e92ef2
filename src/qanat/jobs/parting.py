"""Job: a year's picture by sex and age, its cells adding up to the median and to the displayed figure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol

from qanat.figures.ages import ALL
from qanat.jobs.dividing import DivideRequest, divide
from qanat.reconcile.compared import Compared
from qanat.reconcile.divided_sums import Row, Told, agreed
from qanat.reconcile.donors import COUNTS, MEANING
from qanat.reconcile.totals import WORLD
from qanat.store import Engine

_KNOWN: Final = 0.5


class Asked(Protocol):
    """What of a comparison's question matters here."""

    @property
    def as_of(self) -> date | None:
        """As known on this day; null: everything."""
        ...

    @property
    def by(self) -> tuple[str, ...]:
        """The dimensions asked for."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """A picture divided.

    told      whose breakdown, what of it is known, who lent the rest;  day  of that breakdown: the year's last
    status    counted where every cell is published and adds up to median and headline as it is; else estimated
    median, headline  the cells of either, in people; the headline's null where no figure is displayed
    """

    told: Told
    day: date
    status: str
    median: tuple[Row, ...]
    headline: tuple[Row, ...] | None


def parted(found: Compared, place: str, asked: Asked, store: Engine) -> Parted | None:
    """The picture of a comparison by sex (and age); null where nobody's breakdown or no donor tells, or no picture is.

    Of several counters' breakdowns the one that counts is taken before one that is computed, then the one that knows most.
    """
    if found.one.median is None:
        return None
    day = date(found.year, 12, 31)
    rows = divide(DivideRequest(place=place, day=day, known_by=asked.as_of), store).rows
    by: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.iter_rows(named=True):
        if row["place"] != WORLD and row["group"] == found.group:
            by[row["locator"]].append(row)
    if not by:
        return None
    said = max((Told.read(text) for text in by), key=_rank)
    cells = [_row(row) for row in by[said.text]]
    wholes = [found.one.median, *([] if found.shown is None else [found.shown.value])]
    exact = all(round(whole) == round(said.total) for whole in wholes)
    estimated = any(
        row["status"] == "estimated"
        for row in by[said.text]
        if ((row["age_from"], row["age_to"]) == ALL) == ("age" not in asked.by)
    )
    status = "counted" if exact and not estimated else "estimated"
    shown = None if found.shown is None else tuple(_wanted(agreed(cells, found.shown.value), asked.by))
    middle = agreed(cells, found.one.median, found.one.low80, found.one.high80)
    return Parted(told=said, day=day, status=status, median=tuple(_wanted(middle, asked.by)), headline=shown)


def parted_told(one: Parted | None) -> dict[str, Any] | None:
    """The division as its stable JSON."""
    if one is None:
        return None
    told = one.told
    return {
        "day": one.day.isoformat(), "of": told.counter, "sex_unknown": 1 - told.sex / told.total, "age_unknown": 1 - told.age / told.total,
        "status": one.status, "from": [{"kind": kind, "what": MEANING[kind], "people": people} for kind, people in told.by.items()],
        "flags": ["SEX_AGE_MISSING"] if min(told.sex, told.age) < _KNOWN * told.total else [],
        "cells": [
            {
                "sex": sex, "age_from": ages[0], "age_to": ages[1], "value": value, "low": low, "high": high,
                "headline": None if one.headline is None else one.headline[at][2],
            }
            for at, (sex, ages, value, low, high) in enumerate(one.median)
        ],
    }  # fmt: skip


def _rank(told: Told) -> tuple[bool, float, float, str]:
    return told.counter in COUNTS and told.sex > 0, told.sex / told.total, told.age / told.total, told.counter


def _row(row: dict[str, Any]) -> Row:
    return row["sex"], (row["age_from"], row["age_to"]), row["value"], row["low"], row["high"]


def _wanted(rows: list[Row], by: tuple[str, ...]) -> list[Row]:
    return [row for row in rows if (row[1] == ALL) == ("age" not in by)]
