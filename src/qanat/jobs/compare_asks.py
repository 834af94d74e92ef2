"""What a comparison asks the store for: newest and older rows, what is known beside them, and every country of the world."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Protocol

import polars as pl

from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.figures import UNDIVIDED, F, Stage
from qanat.figures.check import COUNTRY
from qanat.figures.words import CROSS_BORDER
from qanat.jobs.noting import stated
from qanat.jobs.show import COUNTS
from qanat.reconcile.alongside import WANTED, Alongside, alongside
from qanat.reconcile.compared import MOVEMENTS, Beside, Compared, beside, compared, moved
from qanat.reconcile.concepts import family
from qanat.reconcile.newest import newest, superseded
from qanat.reconcile.precedence import Precedence
from qanat.reconcile.said import spoken
from qanat.reconcile.totals import WORLD, totals
from qanat.reconcile.world import world
from qanat.store import Ask, Engine


class Asked(Protocol):
    """What of a comparison's request decides the questions: compare.CompareRequest has it."""

    @property
    def year(self) -> int:
        """The year compared."""
        ...

    @property
    def origin(self) -> str | None:
        """Only people from this country; null: everyone."""
        ...

    @property
    def as_of(self) -> date | None:
        """As known on this day; null: everything."""
        ...


def rows_of(request: Asked, code: str, group: str, store: Engine) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The newest rows of the group and its family, and the older vintages: inside the place, or hosted by it where the
    group crosses borders (no older vintages of sums)."""
    crosses = group in CROSS_BORDER
    ask = Ask(stage=Stage.PUBLISHED, place=code, groups=family(group), known_by=request.as_of, undivided=crosses)
    every = store.get(ask).filter((F.sex == "all") & F.measure.is_in(COUNTS))
    now = newest(every)
    if request.origin is not None:
        here = F.origin == places().find(request.origin).code
    elif not crosses:
        here = F.origin.is_null() | (F.origin == code)
    else:
        hosted = totals(now, code, "host")
        cited = hosted.with_columns(
            run=pl.col("inputs").list.first().struct.field("run"), row=pl.col("inputs").list.first().struct.field("row")
        )
        return pl.concat([cited.select(now.columns), now.filter(F.origin.is_null() & UNDIVIDED)]), now.clear()
    return now.filter(here), superseded(every.filter(here), now)


def behind(request: Asked, code: str, group: str, store: Engine) -> pl.DataFrame:
    """Every published row a comparison may draw on, of all years: the group and its family, movements, people living there."""
    groups = (*family(group), *(MOVEMENTS if group == "idps" else ()))
    if code == WORLD:
        return store.get(Ask(stage=Stage.PUBLISHED, groups=groups, known_by=request.as_of))
    rows = store.get(Ask(stage=Stage.PUBLISHED, place=code, groups=(*groups, "people"), known_by=request.as_of))
    if request.origin is not None:
        return rows.filter(F.origin.is_null() | (F.origin == places().find(request.origin).code))
    return rows if group in CROSS_BORDER else rows.filter(F.origin.is_null() | (F.origin == code))


def beside_of(request: Asked, code: str, group: str, store: Engine) -> Beside:
    """Movements, population and parts by sex, who declares whose count it is and who stands beside, as known by the day asked."""
    day = date(request.year, 12, 31)
    origin = None if request.origin is None else places().find(request.origin).code
    year = Ask(stage=Stage.PUBLISHED, place=code, since=day, until=day, known_by=request.as_of)
    asked = [replace(year, groups=(group,)), replace(year, groups=("people",), measure="stock", undivided=True)]
    if group == "idps":
        asked.append(replace(year, since=None, until=None, groups=MOVEMENTS, undivided=True))
    found = beside(newest(pl.concat([store.get(one) for one in asked])), code, group, request.year, origin)
    return replace(
        found, along=along_of(request, code, group, store), stated=stated(store, request.as_of),
        origin=origin if group in CROSS_BORDER else code,
    )  # fmt: skip


def along_of(request: Asked, code: str, group: str, store: Engine) -> tuple[Alongside, ...]:
    """Who else stands beside the group in the year: in the place, and in its units where a count tells it by unit only."""
    here, origin = places().find(code), None if request.origin is None else places().find(request.origin).code
    year = Ask(
        stage=Stage.PUBLISHED, since=date(request.year, 1, 1), until=date(request.year + 1, 1, 1), known_by=request.as_of,
    )  # fmt: skip
    asked = (
        replace(year, about=code, groups=WANTED, undivided=True), replace(year, place=code, groups=("people", *family("idps"))),
        replace(year, pcodes=here.prefixes, groups=family("idps")),
    )  # fmt: skip
    rows = pl.concat([store.get(ask) for ask in asked]).unique(["run", "row"], maintain_order=True)
    return alongside(newest(rows), group, code, request.year, origin)


def world_of(request: Asked, group: str, store: Engine, order: Precedence) -> Compared:
    """Every country's comparison, added up. Raises AskError for a group that crosses borders, NothingFound without figures."""
    if group in CROSS_BORDER or request.origin is not None:
        raise AskError(
            "the world's sides are compared for people inside their countries (idps, stateless, ...); name a country for others"
        )
    stocks = F.group.is_in(family(group))
    asked = Ask(stage=Stage.PUBLISHED, groups=(*family(group), *MOVEMENTS), known_by=request.as_of, undivided=True)
    every = store.get(asked).filter(
        F.place.str.contains(COUNTRY) & (F.place != WORLD) & (F.origin.is_null() | (F.origin == F.place))
    )
    now = newest(every)
    older = {key[0]: rows for key, rows in superseded(every.filter(stocks), now).group_by("place")}
    countries: list[Compared] = []
    for key, rows in now.group_by("place", maintain_order=True):
        around = Beside(
            moved=moved(rows) if group == "idps" else {},
            earlier=tuple(spoken(older[key[0]])) if key[0] in older else (),
        )
        one = compared(spoken(rows.filter(stocks)), group, request.year, beside=around, order=order)
        countries += [] if one is None else [one]
    found = world(countries, order)
    if found is None:
        raise NothingFound(f"no {group} figure of any country in {request.year}; `qanat status` shows what is here")
    return found
