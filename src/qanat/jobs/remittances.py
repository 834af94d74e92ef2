"""Job: money sent to or from a place, by corridor: recorded, spread with its interval, its price, what a cheaper way yields."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl

from qanat import __version__
from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.estimate.transfer_cost import SDG, cut, require_target, response
from qanat.figures import F, Stage
from qanat.jobs.engines import engines
from qanat.reconcile.newest import newest
from qanat.store import Ask, Batch, Engine, Run

if TYPE_CHECKING:
    from qanat.estimate.remittances import Allocation

Direction = Literal["to", "from"]
Model = Literal["ratha-shaw", "stock"]
_WORLD: Final = "WLD"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemittancesRequest:
    """Whose money: sent to a place or from it, in a year (null: the newest with inflows and incomes).

    target  the price to which a corridor would be cut, a share;  model  how money is spread
    decree  keep the World Bank's zeros between some pairs of countries;  as_of  as known on this day
    """

    country: str
    direction: Direction = "to"
    year: int | None = None
    target: float = SDG
    model: Model = "ratha-shaw"
    decree: bool = True
    as_of: date | None = None


def remittances(request: RemittancesRequest, store: Engine, now: datetime) -> dict[str, Any]:
    """The corridors as one document, the largest first; money in US dollars a year.

    Raises AskError for a place, year or target that is none, or where the extra `engines` is not installed; NothingFound
    where nothing is recorded or no corridor can be told.
    """
    require_target(request.target)
    place = places().country(request.country)
    year = _year(request, store)
    run, spread = spread_of(request, year, store, now)
    here, there = (F.place, F.origin) if request.direction == "to" else (F.origin, F.place)
    mine = spread.filter((here == place.code) & (there != _WORLD)).sort("value", "origin", "place", descending=[True, False, False])  # fmt: skip
    recorded = _recorded(store, place.code, year, request)
    if mine.is_empty():
        raise NothingFound(_nothing(place.short, year, recorded, request))
    prices, published = _prices(store, place.code, year, request), _published(store, place.code, year, request)
    rows = [
        _corridor(row, prices, published, request)
        for row in mine.iter_rows(named=True)
    ]  # fmt: skip
    return {
        "schema": "qanat.remittances/1", "place": {"code": place.code, "name": place.short}, "direction": request.direction, "year": year,
        "as_of": request.as_of.isoformat() if request.as_of else None, "unit": "USD", "level": 0.8, "recorded": recorded,
        "allocated": _allocated(spread, place.code, request), "model": request.model, "run": run, "corridors": rows,
        "cost": _cost(rows, request.target), "assumptions": _assumptions(request, year),
    }  # fmt: skip


def spread_of(request: RemittancesRequest, year: int, store: Engine, now: datetime) -> tuple[str, pl.DataFrame]:
    """The run that spreads a year's money over all corridors, made where it is not kept yet, and its figures."""
    with engines("spreading remittances over corridors"):
        from qanat.estimate.remittances import METHOD, Allocation
        from qanat.estimate.remittances import remittances as spread

        options = Allocation(year=year, model=request.model, decree=request.decree)
    figures = _figures(store, year, request.as_of)
    inputs = tuple(sorted(figures.get_column("run").unique().to_list()))
    told = _told(options)
    known = str(max(figures.get_column("known"), default=None))  # a run may hold figures of several days
    key = sha256("\n".join([METHOD.name, told, known, *inputs]).encode()).hexdigest()[:10]
    identity = f"remittances-{year}-{key}"
    kept = store.get(Ask(run=identity))
    if not kept.is_empty():
        return identity, kept
    derived = spread(figures, options)
    if derived.figures.is_empty():
        raise NothingFound(f"no remittances can be spread over corridors in {year}: inflows or migrant stocks are not here; `qanat edition restore` brings them")  # fmt: skip
    run = Run(id=identity, method=METHOD.name, options=told, made=now.replace(microsecond=0), code=__version__, inputs=inputs, seed=options.seed)  # fmt: skip
    store.put(Batch(run=run, figures=derived.figures, lineage=derived.lineage))
    return identity, store.get(Ask(run=identity))


def _told(options: Allocation) -> str:
    from dataclasses import asdict

    return json.dumps(asdict(options), sort_keys=True)


def _figures(store: Engine, year: int, known_by: date | None) -> pl.DataFrame:
    """Inflows of the year, incomes of the last five, stocks of migrants: newest vintages."""
    first, last = date(year, 1, 1), date(year + 1, 1, 1)
    asks = (
        Ask(stage=Stage.PUBLISHED, measure="remittances", counter="worldbank", since=last, until=last, known_by=known_by, undivided=True),
        Ask(stage=Stage.PUBLISHED, measure="income", counter="worldbank", since=date(year - 5, 1, 1), until=last, known_by=known_by, undivided=True),
        Ask(stage=Stage.PUBLISHED, groups=("migrants",), counter="unpd", measure="stock", since=date(first.year - 5, 1, 1), until=date(first.year + 6, 1, 1), known_by=known_by, undivided=True),
    )  # fmt: skip
    return newest(pl.concat([store.get(ask) for ask in asks]))


def _year(request: RemittancesRequest, store: Engine) -> int:
    """The year asked for, or the newest with both inflows and incomes."""
    asks = (("remittances", "worldbank"), ("income", "worldbank"))
    found = [
        store.get(Ask(stage=Stage.PUBLISHED, measure=measure, counter=counter, known_by=request.as_of, undivided=True))
        for measure, counter in asks
    ]
    inflows = found[0].filter(F.origin.is_null() & (F.place != _WORLD)).select(F.start.dt.year()).to_series()
    incomes = found[1].filter(F.unit == "intl-USD-2017").select(F.start.dt.year()).to_series()
    years: list[int] = sorted(set(inflows.to_list()))
    if not years:
        raise NothingFound("no recorded remittances are here; `qanat edition restore` brings them")
    if request.year is None:
        known: set[int] = set(incomes.to_list())
        return ([year for year in years if year in known] or years)[-1]
    if request.year not in years:
        raise AskError(f"no inflows of {request.year} are here; there are those of {years[0]} to {years[-1]}")
    return request.year


def _recorded(store: Engine, code: str, year: int, request: RemittancesRequest) -> dict[str, Any] | None:
    """What the World Bank records for the place in the year: received, or sent to anywhere; null where it does not say."""
    day = date(year + 1, 1, 1)
    ask = Ask(stage=Stage.PUBLISHED, measure="remittances", counter="worldbank", since=day, until=day, known_by=request.as_of, undivided=True)  # fmt: skip
    ends = (
        F.origin.is_null() & (F.place == code)
        if request.direction == "to"
        else (F.origin == code) & (F.place == _WORLD)
    )
    found = newest(store.get(ask)).filter(
        ends & ~F.source.str.contains("bilateral") & F.value.is_not_null() & (F.start == date(year, 1, 1))
    )
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    return {"value": row["value"], "source": row["source"], "cite": _cite(row)}


def _nothing(name: str, year: int, recorded: dict[str, Any] | None, request: RemittancesRequest) -> str:
    if request.direction == "to" and recorded is None:
        return f"the World Bank records no remittances received by {name} in {year}, so none can be spread over corridors; ask for another --year"
    if request.direction == "to":
        return f"no migrants from {name} are counted in any country by {year}: its recorded inflow cannot be spread over corridors"
    return f"no money from {name} can be told in {year}: no migrants are counted there whose countries record an inflow"


def _prices(store: Engine, code: str, year: int, request: RemittancesRequest) -> dict[str, dict[str, Any]]:
    """The newest surveyed price of each corridor up to the end of the year, by the place at the other end."""
    to, sent = (code, None) if request.direction == "to" else (None, code)
    ask = Ask(stage=Stage.PUBLISHED, measure="price", counter="worldbank", until=date(year + 1, 1, 1), known_by=request.as_of, place=to, origin=sent)  # fmt: skip
    other = "origin" if request.direction == "to" else "place"
    found = newest(store.get(ask)).filter(F.facet == "series=ATCR.CORR").sort("start").unique(other, keep="last")
    return {
        row[other]: {"value": row["value"], "start": row["start"].isoformat(), "end": row["end"].isoformat(), "source": row["source"], "cite": _cite(row)}
        for row in found.iter_rows(named=True)
    }  # fmt: skip


def _published(store: Engine, code: str, year: int, request: RemittancesRequest) -> dict[str, dict[str, Any]]:
    """The World Bank's own matrix beside ours, by the place at the other end; empty for a year it has none of."""
    to, sent = (code, None) if request.direction == "to" else (None, code)
    other = "origin" if request.direction == "to" else "place"
    day = date(year + 1, 1, 1)
    ask = Ask(stage=Stage.PUBLISHED, measure="remittances", counter="worldbank", since=day, until=day, known_by=request.as_of, undivided=True, place=to, origin=sent)  # fmt: skip
    found = newest(store.get(ask).filter(F.source.str.contains("bilateral") & F.origin.is_not_null()))
    return {row[other]: {"value": row["value"], "cite": _cite(row)} for row in found.iter_rows(named=True)}


def _corridor(
    row: dict[str, Any], prices: dict[str, Any], published: dict[str, Any], request: RemittancesRequest
) -> dict[str, Any]:
    other = row["origin"] if request.direction == "to" else row["place"]
    price = prices.get(other)
    yields = cut(row["value"], price["value"], request.target) if price else None
    return {
        "origin": row["origin"], "place": row["place"], "value": row["value"], "low": row["low"], "high": row["high"], "cite": _cite(row),
        "told": row["locator"], "published": published.get(other), "price": price,
        "saving": yields.saving if yields else None,
        "more": {"value": yields.more, "low": yields.more_low, "high": yields.more_high} if yields else None,
    }  # fmt: skip


def _allocated(spread: pl.DataFrame, code: str, request: RemittancesRequest) -> dict[str, Any]:
    """The sum of the place's corridors; a receiver's is its recorded inflow, a sender's has an interval of its own."""
    if request.direction == "from":
        row = spread.filter((F.origin == code) & (F.place == _WORLD)).row(0, named=True)
        return {"value": row["value"], "low": row["low"], "high": row["high"], "cite": _cite(row)}
    total = float(spread.filter(F.place == code).get_column("value").sum())
    return {"value": total, "low": total, "high": total, "cite": None}


def _cost(rows: list[dict[str, Any]], target: float) -> dict[str, Any]:
    """What the cut yields over the corridors whose price is surveyed, and how much of the money they carry."""
    priced = [row for row in rows if row["price"]]
    money, every = sum(row["value"] for row in priced), sum(row["value"] for row in rows)
    by = response()
    return {
        "target": target, "corridors": len(priced), "share": money / every if every else None,
        "price": sum(row["value"] * row["price"]["value"] for row in priced) / money if money else None,
        "saving": sum(row["saving"] for row in priced) if priced else None,
        "more": {end: sum(row["more"][end] for row in priced) for end in ("value", "low", "high")} if priced else None,
        "response": {"value": by.value, "low": by.low, "high": by.high, "level": by.level, "citation": by.citation, "says": by.says},
        "never_added": "what senders are spared and what they send more are told apart: whoever passes on what is spared sends that very money",
    }  # fmt: skip


def _assumptions(request: RemittancesRequest, year: int) -> list[str]:
    from qanat.estimate.corridors import decreed_zeros

    told = [
        "nobody counts money by corridor: each recorded inflow is spread over the countries where the receiver's migrants live",
        "migrants at mid-year lie in a straight line between the UN's reference years",
        "the interval holds four in five corridors of the World Bank's own matrices of 2017 and 2021 taken together (70 % and 88 % apart): it tells how far two careful spreads differ, no counted truth",
        "prices are those of the newest survey held for the corridor; the money is the principal, the price is paid on top of it",
    ]
    if request.model == "ratha-shaw":
        told += [
            "what a migrant sends follows incomes per person (Ratha and Shaw 2007); the exponent 0.75 is recalled, draws take 0.75 to 0.80",
            "a host whose income is not known counts as the receiver's average migrant; incomes up to five years old stand for the year",
        ]
    if request.decree:
        pairs = [" and ".join(sorted(one.between)) for one in decreed_zeros()[1] if one.since <= year]
        told.append(f"no money is shown between {', '.join(pairs)} (zeros by decree: {decreed_zeros()[0]})")
    return told


def _cite(row: dict[str, Any]) -> str:
    return f"{row['run']}:{row['row']}"
