"""Recorded remittances spread over the corridors they came by, with the interval in which another spread would lie.

Nobody counts money by corridor: the World Bank's own matrix is such a spread. Source: Ratha and Shaw (2007),
South-South Migration and Remittances, World Bank Working Paper 102. The interval is learnt from how far the matrices of
2017 and 2021 lie from this spread of the UN's migrants (docs/explanation/remittances.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal
from zlib import crc32

import numpy as np
import polars as pl

from qanat.estimate.corridors import Corridors, corridors, decreed_zeros
from qanat.figures import SCHEMA, Stage
from qanat.figures.licensing import strictest
from qanat.maths.allocation import Floats, drawn, sent_by_one, shares, stock_scale, whole
from qanat.methods import LINEAGE, Derived, Method

LEVEL: Final = 0.8
_TAILS: Final = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """How a year's money is spread.

    model   ratha-shaw: by migrants and what one sends, given both incomes; stock: by migrants alone
    power   the exponent of the difference of incomes: the value, and the range draws are taken from. 0.75 is recalled
            from the paper, not read; 0.75 to 0.80 gives the published matrix of 2017 equally well
    decree  keep the publisher's zeros between some pairs of countries
    doubt   standard deviation of ln income: what purchasing power parities leave open (assumed)
    spread  scale of a corridor's ln error, exp(a + b log10(1 + migrants)), learnt on the matrices of 2017 and 2021
    """

    year: int
    model: Literal["ratha-shaw", "stock"] = "ratha-shaw"
    power: tuple[float, float, float] = (0.75, 0.75, 0.80)
    decree: bool = True
    doubt: float = 0.05
    spread: tuple[float, float] = (-0.7, -0.15)
    draws: int = 400
    seed: int = 1


def remittances(figures: pl.DataFrame, options: Allocation) -> Derived:
    """US dollars sent from `origin` to `place` in the year: a receiver's corridors add up to its recorded inflow exactly.

    figures  newest published figures: see corridors.corridors
    Gives    value, low and high (80 %) by corridor, and by sender to anywhere (place WLD); zeros by decree stand as 0.
             An inflow of a country from which no migrant is counted anywhere is not spread. Empty in, empty out.
    """
    found = corridors(figures, options.year)
    spread = allocated(found, options)
    rows = [*_corridor_rows(found, spread), *_sender_rows(found, spread)]
    common = _common(figures, options)
    frame = pl.DataFrame([{**dict.fromkeys(SCHEMA), **common, **row} for row in rows], schema={**SCHEMA}, orient="row")
    return Derived(figures=frame, lineage=_lineage(frame, found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Money by receiver (rows) and sender (columns): value, low, high; and what each sender sent in all, low and high.

    barred  corridors that are zero by decree
    """

    value: Floats
    low: Floats
    high: Floats
    sent_low: Floats
    sent_high: Floats
    barred: np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def allocated(found: Corridors, options: Allocation) -> Spread:
    """The spread of every recorded inflow, receivers one by one: no receiver's draws depend on who else is there."""
    size = len(found.codes)
    barred = _barred(found.codes, options)
    stock = np.where(barred, 0.0, found.stock)
    value, low, high = (np.zeros((size, size)) for _ in range(3))
    sent = np.zeros((options.draws, size))
    for at, code in enumerate(found.codes):
        hosts = np.flatnonzero(stock[at])
        inflow = found.inflow[at]
        if not len(hosts) or not inflow > 0:
            continue
        weight = sent_weights(found.income[at], found.income[hosts], stock[at, hosts], options)
        value[at, hosts] = whole(shares(stock[at, hosts] * weight), inflow)
        money = inflow * _draws(found, at, hosts, options, np.random.default_rng([options.seed, crc32(code.encode())]))
        low[at, hosts], high[at, hosts] = np.quantile(money, _TAILS, axis=0)
        sent[:, hosts] += money
    ends = np.quantile(sent, _TAILS, axis=0)
    total = value.sum(axis=0)
    return Spread(
        value=value, low=np.minimum(low, value), high=np.maximum(high, value), sent_low=np.minimum(ends[0], total),
        sent_high=np.maximum(ends[1], total), barred=barred & (found.stock > 0) & (found.inflow > 0)[:, None],
    )  # fmt: skip


def sent_weights(home: float, abroad: Floats, stock: Floats, options: Allocation, power: float | None = None) -> Floats:
    """What one migrant sends home from each host, as a weight.

    A host whose income is not known counts as the average migrant's; where home's is not known, or for the model
    "stock", all weigh the same.
    """
    if options.model == "stock" or np.isnan(home):
        return np.ones_like(abroad)
    weight = sent_by_one(np.asarray(home), abroad, options.power[0] if power is None else power)
    known = ~np.isnan(weight)
    if not known.any():
        return np.ones_like(abroad)
    return np.where(known, weight, np.average(weight[known], weights=stock[known]))


def _draws(
    found: Corridors, at: int, hosts: np.ndarray[Any, np.dtype[np.int64]], options: Allocation, rng: np.random.Generator
) -> Floats:
    """Draws of one receiver's shares, draws x hosts; incomes that are not known are drawn from the other hosts'."""
    many, stock = options.draws, found.stock[at, hosts]
    scale = stock_scale(stock, options.spread)
    home, abroad = found.income[at], found.income[hosts]
    if options.model == "stock" or np.isnan(home) or np.isnan(abroad).all():
        return drawn(stock, np.ones((many, len(hosts))), scale, rng)
    power = rng.uniform(*options.power[1:], size=(many, 1))
    guess = rng.choice(abroad[~np.isnan(abroad)], size=(many, len(hosts)))
    doubt = np.exp(rng.normal(0.0, options.doubt, size=(many, len(hosts))))
    own = home * np.exp(rng.normal(0.0, options.doubt, size=(many, 1)))
    return drawn(stock, sent_by_one(own, np.where(np.isnan(abroad), guess, abroad) * doubt, power), scale, rng)


def _barred(codes: tuple[str, ...], options: Allocation) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    out = np.zeros((len(codes), len(codes)), dtype=np.bool_)
    for pair in decreed_zeros()[1] if options.decree else ():
        if pair.since <= options.year and pair.between <= set(codes):
            one, other = (codes.index(code) for code in sorted(pair.between))
            out[one, other] = out[other, one] = True
    return out


def _corridor_rows(found: Corridors, spread: Spread) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for at, to in np.argwhere((spread.value > 0) | spread.barred).tolist():
        unknown = [found.codes[one] for one in (at, to) if np.isnan(found.income[one])]
        told = f"{found.stock[at, to]:.0f} migrants" + (f"; income not known: {', '.join(unknown)}" if unknown else "")
        rows.append(
            {
                "origin": found.codes[to], "place": found.codes[at], "value": float(spread.value[at, to]), "low": float(spread.low[at, to]),
                "high": float(spread.high[at, to]), "locator": "zero by decree" if spread.barred[at, to] else told,
            }
        )  # fmt: skip
    return rows


def _sender_rows(found: Corridors, spread: Spread) -> list[dict[str, Any]]:
    total = spread.value.sum(axis=0)
    return [
        {
            "origin": found.codes[to], "place": "WLD", "value": float(total[to]), "low": float(spread.sent_low[to]), "high": float(spread.sent_high[to]),
            "locator": f"sum of {int((spread.value[:, to] > 0).sum())} corridors",
        }
        for to in np.flatnonzero(total).tolist()
    ]  # fmt: skip


def _common(figures: pl.DataFrame, options: Allocation) -> dict[str, Any]:
    """What every row of the estimate says; it cites the newest document, all are in its lineage, and travels as far as the strictest."""
    newest = figures.sort("known", "source").tail(1).to_dicts()
    return {
        "stage": "estimated", "measure": "remittances", "unit": "USD", "group": "money", "start": date(options.year, 1, 1),
        "end": date(options.year + 1, 1, 1), "known": newest[0]["known"] if newest else None, "counter": "qanat", "basis": "model", "sex": "all", "age_from": 0,
        "level": LEVEL, "status": "estimated", "source": newest[0]["source"] if newest else None, "licence": figures.select(strictest()).item() if newest else None, "method": METHOD.name,
    }  # fmt: skip


def _lineage(frame: pl.DataFrame, found: Corridors) -> pl.DataFrame:
    """Each corridor's stocks, inflow and incomes; each sender's total, those of all its corridors."""
    numbered = frame.select(receiver="place", sender="origin").with_row_index("at")
    one = numbered.join(found.cites, on=["receiver", "sender"])
    all_of = numbered.filter(pl.col("receiver") == "WLD").join(found.cites.drop("receiver"), on="sender")
    both = pl.concat([one.select("at", "run", "row"), all_of.select("at", "run", "row").unique(maintain_order=True)])
    told = both.select(row="at", input_run="run", input_row="row").sort("row", "input_run", "input_row")
    return told.select(pl.col(name).cast(dtype) for name, dtype in LINEAGE.items())


METHOD: Final = Method(
    id="estimate.remittances", version=1, reads=Stage.PUBLISHED, writes=Stage.ESTIMATED,
    paper="Ratha and Shaw, South-South Migration and Remittances, World Bank Working Paper 102 (2007)",
    options=Allocation, compute=remittances,
)  # fmt: skip
