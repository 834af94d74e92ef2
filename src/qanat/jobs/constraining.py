"""Job: the published figures of a place and year, or of the whole world, that constraints are held against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from qanat.edition.places import places
from qanat.errors import NothingFound
from qanat.figures import F, Stage
from qanat.figures.places import Place
from qanat.jobs.by_unit import with_units
from qanat.reconcile.totals import WORLD
from qanat.reconcile.year import of_year, opening
from qanat.store import Ask, Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Figures with the place (null: everywhere) and the year they are of."""

    place: Place | None
    year: int
    figures: pl.DataFrame

    @property
    def told(self) -> dict[str, Any] | None:
        """The place as documents tell it."""
        return None if self.place is None else {"code": self.place.code, "name": self.place.short}


def scope(store: Engine, country: str | None, year: int | None, as_of: date | None) -> Scope:
    """The figures about a country (in it, in its admin units, from it elsewhere), or all, of a year.

    country  any spelling; null, or the world: every figure
    year     null: the newest for which anybody counted displaced people there
    Raises AskError for a place that is none, NothingFound where there is no figure.
    """
    place = None if country is None else places().find(country)
    place = None if place is not None and place.code == WORLD else place
    chosen = year if year is not None else _newest(store, place, as_of)
    figures = None if chosen is None else of_year(_figures(store, place, chosen, as_of), chosen)
    if chosen is None or figures is None or figures.is_empty():
        where = "anywhere" if place is None else f"about {place.short} ({place.code})"
        when = "" if chosen is None else f" in {chosen}"
        known = "" if as_of is None else f" known by {as_of}"
        raise NothingFound(f"no figure {where}{when}{known}; `qanat status` shows what is here")
    return Scope(place=place, year=chosen, figures=figures)


def _figures(store: Engine, place: Place | None, year: int, as_of: date | None) -> pl.DataFrame:
    span = Ask(stage=Stage.PUBLISHED, since=opening(year), until=date(year + 1, 1, 1), known_by=as_of)
    if place is None:
        return store.get(span)
    return with_units(place.code, span, store)


def _newest(store: Engine, place: Place | None, as_of: date | None) -> int | None:
    ask = Ask(
        stage=Stage.PUBLISHED, measure="stock", about=place.code if place else None, known_by=as_of, undivided=True
    )
    counted = store.get(ask).filter(F.value.is_not_null() & (F.end <= F.known))
    displaced = counted.filter(~F.group.is_in(["people", "migrants"]))
    days = (counted if displaced.is_empty() else displaced).select(F.end.max()).to_series().to_list()
    return days[0].year if days and days[0] is not None else None
