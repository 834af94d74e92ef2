"""How many people and names are matched to their p-codes, how many wrongly, and how quickly.

    python -m bench.matching SHARED

prints it as JSON. SHARED is the folder of real tables and recorded answers (its `data/subnational/_global` is read).
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

from qanat.edition.places import places
from qanat.figures.found import Unit
from qanat.figures.gazetteer import Gazetteer
from qanat.figures.matching import matched

Measure = dict[str, Any]
FILE = "subnational/_global/unhcr_demographics_admin12_pcoded.parquet"


def measured(shared: Path) -> list[Measure]:
    """Each measure with its unit, and its target and whether it is met where there is one."""
    return [*people(shared), *false_matches(), *seconds()]


def people(shared: Path) -> list[Measure]:
    """Share of the people in UNHCR's demographics whose place's name alone leads to the file's own p-code."""
    file = pl.read_parquet(shared / FILE)
    asked = file.select(
        pl.col("asylum_iso3").alias("country"),
        pl.col("admin_level").cast(pl.Int8()).alias("level"),
        pl.col("location_name").alias("text"),
        pl.lit(None, pl.String()).alias("parent"),
        "pcode",
        "total",
    )
    rows = matched(asked, places())
    coded = rows.filter(pl.col("pcode").is_not_null())
    listed = coded.filter(pl.col("pcode").is_in(places().units.get_column("code").implode()))
    uncoded = rows.filter(pl.col("pcode").is_null())
    differ = listed.filter(pl.col("code") != pl.col("pcode"))
    same = pl.col("code").eq_missing(pl.col("pcode"))
    told = [
        _measure("people matched to the file's p-code", _share(coded, same), "share", at_least=0.97),
        _measure("rows matched to the file's p-code", _rows(coded, same), "share"),
        _measure("people matched, of those whose p-code is in the list", _share(listed, same), "share"),
        _measure("people matched otherwise than the file, its p-code being in the list", _share(listed, ~same & pl.col("code").is_not_null()), "share"),
        _measure("names matched otherwise than the file, its p-code being in the list", differ.n_unique(["country", "text"]), "names"),
        _measure("people in rows without a p-code", _people(uncoded), "people"),
        _measure("people in rows without a p-code that were matched", _people(uncoded.filter(pl.col("code").is_not_null())), "people"),
    ]  # fmt: skip
    for level in (1, 2):
        of = coded.filter(pl.col("level") == level)
        told.append(_measure(f"people matched at admin {level}", _share(of, same), "share"))
        told.append(_measure(f"rows matched at admin {level}", _rows(of, same), "share"))
    return told


def false_matches() -> list[Measure]:
    """Share of names taken for another unit when their own is not in the list: each unit's own name, itself left out."""
    told: list[Measure] = []
    for level in (1, 2):
        units = places().units.filter(pl.col("level") == level)
        wrong = 0
        for (country,), own in units.group_by("country", maintain_order=True):
            rows = [Unit(*row) for row in own.select("code", "level", "parent", "name").iter_rows()]
            gazetteer = Gazetteer(rows, str(country))
            every = frozenset(gazetteer.units)
            for unit in rows:
                found = gazetteer.among(unit.name, every - {unit.code})
                wrong += found.how == "variant"
        told.append(_measure(f"unlisted names taken for another unit at admin {level}", wrong / units.height, "share"))
    return told


def seconds() -> list[Measure]:
    """Seconds for 20 thousand names of the list, and for as many with one letter changed."""
    own = places().units.sample(20_000, seed=1)
    names = own.select("country", "level", pl.col("name").alias("text"), pl.lit(None, pl.String()).alias("parent"))
    luck = random.Random(1)
    spoilt = [_spoilt(text, luck) for text in names.get_column("text")]
    return [
        _measure("20 thousand names", _taken(names), "seconds", at_most=10),
        _measure("20 thousand misspelt names", _taken(names.with_columns(text=pl.Series(spoilt))), "seconds"),
    ]


def _taken(asked: pl.DataFrame) -> float:
    started = time.perf_counter()
    matched(asked, places())
    return time.perf_counter() - started


def _spoilt(text: str, luck: random.Random) -> str:
    at = luck.randrange(len(text))
    return text[:at] + luck.choice("aeioulrst") + text[at + luck.randrange(2) :]


def _share(rows: pl.DataFrame, of: pl.Expr) -> float:
    return _people(rows.filter(of)) / _people(rows)


def _rows(rows: pl.DataFrame, of: pl.Expr) -> float:
    return rows.filter(of).height / rows.height


def _people(rows: pl.DataFrame) -> int:
    return int(rows.select(pl.col("total").cast(pl.Int64()).sum()).item())


def _measure(
    what: str, value: float, unit: str, *, at_least: float | None = None, at_most: float | None = None
) -> Measure:
    told: Measure = {"what": what, "value": round(value, 4), "unit": unit}
    if at_least is not None:
        told |= {"at_least": at_least, "met": value >= at_least}
    if at_most is not None:
        told |= {"at_most": at_most, "met": value <= at_most}
    return told


def main(shared: Path) -> int:
    """Measure, print, judge."""
    told = measured(shared / "data")
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    return 0 if all(one.get("met", True) for one in told) else 4


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
