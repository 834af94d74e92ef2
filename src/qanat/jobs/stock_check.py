"""Job: stocks by origin and destination that can hardly be right, each with what speaks against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl

from qanat.edition.places import places
from qanat.errors import AskError, NothingFound
from qanat.figures import UNDIVIDED, F, Stage
from qanat.jobs.corridor_tables import OTHERS, STOCKS, table
from qanat.jobs.knowing import require_no_files, told_day, told_first
from qanat.store import Ask, Engine

Sex = Literal["all", "female", "male"]
_COLUMNS: Final = ("origin", "place", "year", "value")


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCheckRequest:
    """Which stocks to check.

    stocks  a file (orig, dest, year, value; or birth, residence, year, stock; with or without sex); null: the newest
            release of the International Migrant Stock in the store
    mirror  the same table of another release; null: the store's second newest where `stocks` is null too, else none
    sex     which rows of a file divided by sex
    as_of   as known on this day (null: everything); from the store only
    """

    stocks: Path | None = None
    mirror: Path | None = None
    sex: Sex = "all"
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tables:
    stocks: pl.DataFrame
    mirror: pl.DataFrame | None
    names: tuple[str, str | None]


def check_stocks(request: StockCheckRequest, opened: Callable[[], Engine]) -> dict[str, Any]:
    """The check as a document: cells, what could not be checked and why, each flagged cell with a sentence.

    opened  gives the store; called only where no file is named
    Raises FigureError, SourceError for a file that cannot be read, NothingFound where the store has no such stocks,
    AskError where the extra `engines` is not installed.
    """
    files = {"--stocks": request.stocks, "--mirror": request.mirror}
    require_no_files([name for name, file in files.items() if file is not None], request.as_of)
    anomalies = _anomalies()
    found = _of_files(request) if request.stocks is not None else _of_store(request, opened())
    corridors = found.stocks.filter((pl.col("origin") != OTHERS) & (pl.col("origin") != pl.col("place")))
    if corridors.is_empty():
        raise NothingFound(
            f"{found.names[0]} has no pair of two countries for sex {request.sex}; nothing can be checked"
        )
    options = anomalies.Watch()
    result = anomalies.checked(
        corridors.select(_COLUMNS), None if found.mirror is None else found.mirror.select(_COLUMNS), options
    )
    flagged = result.flagged.to_dicts()
    return {
        "schema": "qanat.flows-check/1", "stocks": found.names[0], "mirror": found.names[1], "sex": request.sex, "as_of": told_day(request.as_of),
        "cells": result.cells, "flagged": len(flagged), "share": round(len(flagged) / result.cells, 6) if result.cells else None,
        "mirrored": result.mirrored, "alone": result.alone, "left_out": found.stocks.height - corridors.height,
        "limits": asdict(options), "cells_flagged": [row | {"told": told(row)} for row in flagged],
    }  # fmt: skip


def _anomalies() -> Any:
    try:
        from qanat.estimate import anomalies
    except ImportError as cause:
        raise AskError('this check needs numpy; install it with: pip install "qanat[engines]"') from cause
    return anomalies


def _of_files(request: StockCheckRequest) -> _Tables:
    assert request.stocks is not None
    mine = pl.col("sex") == request.sex
    stocks = table(request.stocks, STOCKS).filter(mine)
    mirror = None if request.mirror is None else table(request.mirror, STOCKS).filter(mine)
    return _Tables(
        stocks=stocks, mirror=mirror, names=(request.stocks.name, request.mirror.name if request.mirror else None)
    )


def _of_store(request: StockCheckRequest, store: Engine) -> _Tables:
    if request.mirror is not None:
        raise AskError("--mirror names another release of a file; give that file with --stocks too")
    divided = UNDIVIDED if request.sex == "all" else (F.sex == request.sex) & (F.age_from == 0) & F.age_to.is_null()
    ask = Ask(stage=Stage.PUBLISHED, measure="stock", groups=("migrants",), counter="unpd", known_by=request.as_of)
    rows = store.get(ask).filter(divided & F.origin.is_not_null() & F.facet.is_null())
    if rows.is_empty():
        if first := told_first(ask, store):
            raise NothingFound(f"no migrant stock by origin and destination was known on {request.as_of}{first}")
        raise NothingFound(
            "the store has no migrant stock by origin and destination; `qanat edition restore` brings it, or name a file with --stocks"
        )
    releases = rows.select("known", "source").unique().sort("known", "source", descending=True).rows()
    parts = [rows.filter((F.known == known) & (F.source == source)) for known, source in releases[:2]]
    tables = [part.select("origin", "place", F.end.dt.year().alias("year"), "value") for part in parts]
    return _Tables(
        stocks=tables[0], mirror=tables[1] if len(tables) > 1 else None, names=(releases[0][1], releases[1][1] if len(releases) > 1 else None)
    )  # fmt: skip


def told(row: dict[str, Any]) -> str:
    """What speaks against a cell, in a sentence."""
    name = places().spoken
    where = (
        f"People born in {name(row['origin'])} and living in {name(row['place'])}, {row['year']}: {row['value']:,.0f}"
    )
    beside = [f"{row[at]:,.0f} in {row[f'{at}_year']}" for at in ("before", "after") if row[at] is not None]
    around = f"; its neighbours in time are {' and '.join(beside)}" if beside else ""
    return f"{where}{around}{_release(row)}. {_verdict(row)}"


def _release(row: dict[str, Any]) -> str:
    if row["other"] is None:
        return "; no other release has this cell"
    same = row["other"] == row["value"]
    return "; the other release says the same" if same else f"; the other release says {row['other']:,.0f}"


def _verdict(row: dict[str, Any]) -> str:
    ratio = row["ratio"]
    size = "out of proportion to" if not ratio else f"{ratio:,.0f} times" if ratio >= 1 else f"1/{1 / ratio:,.0f} of"
    if row["against"] == "release":
        shared = " and does not fit its own series" if row["evidence"] == "both" else ""
        return f"It is {size} the other release{shared}: one of the two is in error, or counts other people."
    stands = (
        f"It is {size} the years around it"
        if row["run"] == 1
        else f"Two years in a row are {size} the years around them"
    )
    if row["evidence"] == "both":
        return f"{stands}, and the other release does not share the jump: most likely an error."
    agreed = row["other"] is not None and 0.5 <= (row["value"] + 1) / (row["other"] + 1) <= 2
    why = "a true wave, or an error that both releases share" if agreed else "a true wave, or an error"
    return f"{stands}: {why}; ask who counted."
