"""Small worlds for tests of flows: three places whose account can be followed with pencil and paper."""

from __future__ import annotations

from datetime import date

import polars as pl

from qanat.store import Batch
from tests.build import batch, document, figure

STOCKS = {  # born in, living in: people in 2015, people in 2020
    ("AAA", "AAA"): (900, 950), ("BBB", "AAA"): (60, 40), ("CCC", "AAA"): (40, 60),
    ("AAA", "BBB"): (50, 80), ("BBB", "BBB"): (400, 430), ("CCC", "BBB"): (10, 10),
    ("AAA", "CCC"): (20, 20), ("BBB", "CCC"): (30, 40), ("CCC", "CCC"): (700, 740),
}  # fmt: skip
VITAL = {"AAA": (120, 70), "BBB": (60, 30), "CCC": (90, 50)}  # births, deaths


def stocks(
    *changes: tuple[int, str, str, float | None], without: tuple[tuple[int, str, str], ...] = ()
) -> pl.DataFrame:
    """The stocks as a table of one's own; changes: year, birth, residence, people (a new pair is added)."""
    told: dict[tuple[int, str, str], float | None] = {
        (year, birth, residence): float(people[at]) for (birth, residence), people in STOCKS.items() for at, year in enumerate((2015, 2020))
    }  # fmt: skip
    told |= {(year, birth, residence): people for year, birth, residence, people in changes}
    rows = [(*key, value) for key, value in told.items() if key not in without]
    return pl.DataFrame(rows, schema={"year": pl.Int64, "birth": pl.String, "residence": pl.String, "stock": pl.Float64}, orient="row")  # fmt: skip


def vital(**changes: tuple[float | None, float | None]) -> pl.DataFrame:
    """Births and deaths of 2015-2020 as a table of one's own."""
    told: dict[str, tuple[float | None, float | None]] = {**VITAL, **changes}
    rows = [(place, births, deaths, "2015-2020") for place, (births, deaths) in told.items()]
    return pl.DataFrame(rows, schema={"iso3": pl.String, "births": pl.Float64, "deaths": pl.Float64, "period": pl.String}, orient="row")  # fmt: skip


REAL = {"AAA": "COL", "BBB": "PER", "CCC": "VEN"}  # codes the store knows


def migrants(known: date, factor: float = 1.0) -> Batch:
    """The foreign-born of the small world as the migrant stocks of a release, both sexes and each; women are half."""
    source = f"unpd.migrant-stock@{known}"
    rows = [
        figure(
            group="migrants", counter="unpd", basis="mixed", origin=REAL[birth], place=REAL[residence], start=date(year, 7, 1), end=date(year, 7, 1),
            known=known, source=source, status="estimated", sex=sex, value=people[at] * share * (factor if at else 1.0),
        )
        for (birth, residence), people in STOCKS.items() if birth != residence for at, year in enumerate((2015, 2020))
        for sex, share in (("all", 1.0), ("female", 0.5), ("male", 0.5))
    ]  # fmt: skip
    return batch(f"stocks-{known}", *rows, documents=(document(id=source, published=known),))


def people(known: date) -> Batch:
    """The population of the small world with its births and deaths a year: a fifth of the period's in each."""
    source = f"unpd.wpp@{known}"
    base = {"group": "people", "counter": "unpd", "basis": "model", "origin": None, "known": known, "source": source, "status": "estimated"}  # fmt: skip
    rows: list[dict[str, object]] = []
    for place, code in REAL.items():
        many = [sum(told[at] for (_, residence), told in STOCKS.items() if residence == place) for at in (0, 1)]
        for at, year in enumerate((2015, 2020)):
            rows.append(figure(**base, place=code, start=date(year, 7, 1), end=date(year, 7, 1), value=float(many[at])))
        day = date(2020, 12, 31)
        for sex, share in (("all", 1.0), ("female", 0.5), ("male", 0.5)):
            rows.append(figure(**base, place=code, start=day, end=day, sex=sex, value=many[1] * share))
        for year in range(2015, 2021):
            for name, value in zip(("births", "deaths"), VITAL[place], strict=True):
                rows.append(figure(**base, measure=name, place=code, start=date(year, 1, 1), end=date(year + 1, 1, 1), value=value / 5))  # fmt: skip
    return batch(f"people-{known}", *rows, documents=(document(id=source, published=known),))
