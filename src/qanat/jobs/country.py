"""Job: a country's picture, kept as a run of its own, and all that a door needs to tell of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Final

import polars as pl

from qanat import __version__
from qanat.errors import NothingFound
from qanat.figures import SCHEMA, F, Stage
from qanat.figures.licensing import RESTRICTED, may_travel, withheld
from qanat.figures.places import Place
from qanat.jobs.dividing import DivideRequest, divide
from qanat.jobs.knowing import told_first
from qanat.reconcile.newest import newest, superseded
from qanat.reconcile.picture import PICTURE, Picture, picture
from qanat.reconcile.precedence import Precedence
from qanat.reconcile.side_by_side import DIFFERS
from qanat.store import Ask, Batch, Engine, Run

SINCE: Final = date(2000, 1, 1)
GROUPS: Final = (
    "refugees", "asylum-seekers", "other-in-need", "idps", "idps-any", "idps-new", "idps-disaster", "idps-disaster-new", "returned-refugees", "returned-idps",
    "resettled", "naturalised", "stateless", "host-community", "palestine-refugees", "migrants", "people", "others-of-concern",
)  # fmt: skip
_DIVIDED: Final = ("refugees", "asylum-seekers", "other-in-need", "idps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """What is known of a country.

    published  newest vintages: undivided since 2000, and by sex and age for the newest year
    picture    the rows of its picture run;  run  the name of that run
    divided    the newest year by sex and age, the unknown spread (jobs.dividing); no rows where nobody could be divided
    older      undivided figures that a later vintage of their counter replaced
    bound      figures whose licence does not let them be passed on, by source (licensing.withheld): left out of both
               where the picture is to travel, in both where it is not
    """

    place: Place
    published: pl.DataFrame
    picture: pl.DataFrame
    divided: pl.DataFrame
    run: str
    bound: pl.DataFrame
    older: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms a country's picture is made.

    known_by    as known by this day (null: everything)
    travelling  leave out every figure whose licence does not let it be passed on
    order       whose figure is shown first
    """

    known_by: date | None = None
    travelling: bool = False
    order: Precedence = field(default_factory=Precedence)


def country(store: Engine, place: Place, terms: Terms, now: datetime) -> Country:
    """The country's picture, made once and kept.

    Raises NothingFound where the store has no figure about the country that was known by then.
    """
    known_by, travelling = terms.known_by, terms.travelling
    ask = Ask(stage=Stage.PUBLISHED, about=place.code, groups=GROUPS, since=SINCE, known_by=known_by, undivided=True)
    every = store.get(ask)
    whole = every.filter(may_travel()) if travelling else every
    counted = whole.filter(F.value.is_not_null())
    if counted.is_empty():
        when = f" known by {known_by}{told_first(ask, store)}" if known_by else ""
        kept = (
            f" that may be passed on ({RESTRICTED}; --internal uses what may not)"
            if travelling and every.height
            else ""
        )
        raise NothingFound(
            f"no figure about {place.short} ({place.code}){when}{kept}; `qanat status` shows what is here, `qanat pull` brings more"
        )
    latest = (
        counted.filter((F.measure == "stock") & F.counter.is_in(["unhcr", "idmc"]))
        .select(F.end.max())
        .to_series()
        .to_list()
    )
    divided = _divided(store, place, latest[0], known_by)
    bound = withheld(pl.concat([every, divided]))
    divided = divided.filter(may_travel()) if travelling else divided
    figures = pl.concat([whole, divided])
    rules = {"known_by": known_by.isoformat() if known_by else None} | (
        {"bound": "left out"} if travelling and bound.height else {}
    )
    run, shown = _kept(store, (place, terms.order), figures, rules, now)
    spread = _spread(store, DivideRequest(place=place.code, day=latest[0], known_by=known_by, travelling=travelling, now=now) if latest[0] else None)  # fmt: skip
    now_said = newest(figures)
    return Country(
        place=place, published=now_said, picture=shown, divided=spread, run=run, bound=bound, older=superseded(whole, now_said),
    )  # fmt: skip


def _spread(store: Engine, request: DivideRequest | None) -> pl.DataFrame:
    """The newest year's division; empty where nobody was counted in any year."""
    return pl.DataFrame(schema=SCHEMA) if request is None else divide(request, store).rows


def _divided(store: Engine, place: Place, latest: date | None, known_by: date | None) -> pl.DataFrame:
    """The newest year's figures by sex and age, national ones only."""
    if latest is None:
        return store.get(Ask(run="none"))
    found = store.get(
        Ask(
            stage=Stage.PUBLISHED,
            about=place.code,
            groups=_DIVIDED,
            measure="stock",
            since=latest,
            until=latest,
            known_by=known_by,
        )
    )
    return found.filter((F.sex != "all") & F.facet.is_null())


def _kept(
    store: Engine, about: tuple[Place, Precedence], figures: pl.DataFrame, asked: dict[str, str | None], now: datetime
) -> tuple[str, pl.DataFrame]:
    """The picture's run, made where it is not kept yet, and its rows."""
    place, order = about
    inputs = tuple(sorted(figures.get_column("run").unique().to_list()))
    rules = {"precedence": order.recorded, "differs_above": DIFFERS}
    told = {"country": place.code, **asked, **rules}
    options = json.dumps(told, sort_keys=True)
    key = sha256("\n".join([PICTURE.name, options, *inputs]).encode()).hexdigest()[:10]
    identity = f"picture-{place.code}-{key}"
    kept = store.get(Ask(run=identity))
    if not kept.is_empty():
        return identity, kept
    derived = picture(figures, Picture(country=place.code, order=order.by_group))
    run = Run(
        id=identity,
        method=PICTURE.name,
        options=options,
        made=now.replace(microsecond=0),
        code=__version__,
        inputs=inputs,
    )
    store.put(Batch(run=run, figures=derived.figures, lineage=derived.lineage))
    return identity, store.get(Ask(run=identity))
