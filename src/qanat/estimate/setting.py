"""All that the estimate `best` is computed from, as arrays: the account of a period, how far apart places are, how new communities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from qanat.edition.migrants import migrants, unlisted
from qanat.edition.pairs import pairs
from qanat.estimate.others import Listed, laid_out
from qanat.estimate.recency import UNKNOWN, came_since, nearest_year
from qanat.estimate.worlds import World
from qanat.maths.transport import Line, Table

FAR: Final = 8000.0  # km, taken between places whose distance is not known: about the middle of all pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One period, ready to be estimated; nothing in it but arrays and words, so that it travels to any worker.

    start, end     (n, n) stocks, [birthplace, place], those without a told birthplace laid out
    births, deaths (n,)
    km             (n, n), above zero off the diagonal
    language       (n, n), 1 where an official language is shared, else 0
    recent         (n, n) [birthplace, place]: share of the community at the start that came within ten years before
    notes          what was assumed, in words
    """

    places: tuple[str, ...]
    period: tuple[int, int]
    start: Table
    end: Table
    births: Line
    deaths: Line
    km: Table
    language: Table
    recent: Table
    notes: tuple[str, ...]


def embedded() -> Listed:
    """The UN's stocks as the edition carries them: the revision of 2024, and what only that of 2020 lists."""
    return Listed(stocks=migrants(), earlier=unlisted())


def setting(world: World, listed: Listed | None = None) -> Setting:
    """The account with people of untold birthplace laid out, distances and recency joined.

    listed  a release of stocks with its history; the embedded one where none is given
    """
    release = embedded() if listed is None else listed
    first, last = world.period
    (start, moved), (end, moved_end) = (
        laid_out(table, release, world.places, year) for table, year in ((world.start, first), (world.end, last))
    )
    km, language, strangers = _between(world.places)
    recent, told = _recent(release, world, start)
    laid = f"{moved:,.0f} people in {first} and {moved_end:,.0f} in {last} whose birthplace was spread in proportion were laid on birthplaces listed in 2020"
    distance = f"distance taken as {FAR:,.0f} km for {', '.join(strangers)}"
    return Setting(
        places=world.places, period=world.period, start=start, end=end, births=world.births, deaths=world.deaths, km=km,
        language=language, recent=recent,
        notes=(*((laid,) if moved + moved_end > 0 else ()), told, *((distance,) if strangers else ())),
    )  # fmt: skip


def _recent(release: Listed, world: World, start: Table) -> tuple[Table, str]:
    """Shares that came within ten years, and from which table they were read."""
    first, places = world.period[0], world.places
    year = nearest_year(release.years(), first)
    if year is None:
        told = f"no stocks before {first}: half of every community is taken to have come within ten years"
        return np.full((len(places),) * 2, UNKNOWN), told
    now = release.filled(places, first) if first in release.years() else start
    told = f"recency of communities from the stocks of {year} and {first}"
    return came_since(release.filled(places, year), now, first - year), told


def _between(places: tuple[str, ...]) -> tuple[Table, Table, list[str]]:
    """Distances and shared languages, both ways, and the places the edition has none for."""
    at = {place: index for index, place in enumerate(places)}
    known = pairs().filter(pl.col("a").is_in(places) & pl.col("b").is_in(places))
    first, second = (known.get_column(end).replace_strict(at, return_dtype=pl.Int64).to_numpy() for end in ("a", "b"))
    km, language = np.full((len(places),) * 2, FAR), np.zeros((len(places),) * 2)
    for one, other in ((first, second), (second, first)):
        km[one, other] = known.get_column("km").cast(pl.Float64).to_numpy()
        language[one, other] = known.get_column("language").cast(pl.Float64).to_numpy()
    met = {*known.get_column("a"), *known.get_column("b")}
    return km, language, [place for place in places if place not in met]
