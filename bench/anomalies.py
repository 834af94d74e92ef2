"""How many planted errors the detector of stocks finds, and how many sound cells it flags; JSON, exit 4 where a target is missed.

python -m bench.anomalies SHARED     # ten seconds; errors are planted at random cells of the 2024 revision, seed 2024
"""

from __future__ import annotations

import json
import sys
import time
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from qanat.estimate.anomalies import Watch, checked

KNOWN = (("VNM", "MYS", 2015), ("MKD", "HUN", 1990), ("TKM", "GRC", 1990), ("SYR", "LBN", 2010))
PLANTED = 600


def stocks(file: Path) -> pl.DataFrame:
    """Both sexes, pairs of two places, without the residual "Others"."""
    pairs = (pl.col("sex") == "b") & (pl.col("orig") != pl.col("dest")) & (pl.col("orig") != "XXX")
    return pl.read_parquet(file).filter(pairs).select(
        origin="orig", place="dest", year=pl.col("year").cast(pl.Int32), value=pl.col("value").cast(pl.Float64)
    )  # fmt: skip


def planted(
    table: pl.DataFrame, least: float, factors: tuple[float, float], seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table with errors in PLANTED cells of at least `least` people, and those cells.

    Half are multiplied, half divided (a cell that would fall below one person is multiplied); factors are spread evenly on the log scale.
    """
    rng = np.random.default_rng(seed)
    rows = table.with_row_index("at")
    at = rng.choice(rows.filter(pl.col("value") >= least).get_column("at").to_numpy(), PLANTED, replace=False)
    factor = np.exp(rng.uniform(log(factors[0]), log(factors[1]), PLANTED))
    up = rng.random(PLANTED) < 0.5
    change = pl.DataFrame({"at": at, "factor": factor, "up": up}, schema_overrides={"at": pl.UInt32})
    raised = pl.col("up") | (pl.col("value") < pl.col("factor"))
    wrong = pl.when(raised).then(pl.col("value") * pl.col("factor")).otherwise(pl.col("value") / pl.col("factor"))
    told = rows.join(change, on="at", how="left").with_columns(
        value=pl.when(pl.col("factor").is_null()).then("value").otherwise(wrong).round()
    )
    return told.select(table.columns), told.filter(pl.col("factor").is_not_null()).select("origin", "place", "year")


def measured(
    table: pl.DataFrame, mirror: pl.DataFrame | None, least: float, factors: tuple[float, float]
) -> dict[str, float]:
    """Recall among the planted cells, and the share of all other cells that are flagged."""
    wrong, cells = planted(table, least, factors, 2024)
    found = checked(wrong, mirror, Watch())
    hit = found.flagged.join(cells, on=["origin", "place", "year"], how="semi").height
    return {
        "recall": round(hit / PLANTED, 4),
        "false_alarms": round((found.flagged.height - hit) / (found.cells - PLANTED), 5),
    }


def main(shared: Path) -> int:
    """Measure, print, judge."""
    newer, older = (stocks(shared / f"data/stocks/un_desa_ims{year}_bilateral.parquet") for year in (2024, 2020))
    started = time.process_time()
    real = checked(newer, older, Watch())
    seconds = time.process_time() - started
    out: dict[str, Any] = {
        "cpu_seconds": round(seconds, 3),
        "cells": real.cells,
        "flagged_unplanted": real.flagged.height,
        "planted": PLANTED,
    }
    for name, mirror in (("two_releases", older), ("one_release", None)):
        out[name] = {
            f"{label}, cells of {least}+": measured(newer, mirror, least, factors)
            for label, factors in (("factor 50-500", (50.0, 500.0)), ("factor 10", (10.0, 10.0)))
            for least in (1, 100)
        }
    flagged = set(real.flagged.select("origin", "place", "year").rows())
    out["known_errors"] = {" ".join(map(str, one)): one in flagged for one in KNOWN}
    aim = [out[name]["factor 50-500, cells of 1+"] for name in ("two_releases", "one_release")]
    out["met"] = all(one["recall"] >= 0.8 and one["false_alarms"] < 0.01 for one in aim)
    sys.stdout.write(json.dumps(out, indent=1) + "\n")
    return 0 if out["met"] else 4


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
