"""Corridors people ask about, our intervals beside both releases of Abel and Cohen: a table and drawings.

python -m bench.flows_beside SHARED OUT    # writes beside.parquet and one SVG a group; about a minute
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import polars as pl

from bench.flows_accuracy import PERIODS
from bench.flows_evidence import tables
from qanat.brief.charts import Chart, Estimate, Estimates, Heading, IntervalsWords, Look, intervals
from qanat.edition.places import places
from qanat.estimate.beside import beside
from qanat.estimate.intervals import Drawing, best
from qanat.estimate.worlds import Rules

SHOWN: dict[str, tuple[tuple[str, str], ...]] = {
    "syria": (("SYR", "TUR"), ("SYR", "LBN"), ("SYR", "JOR"), ("SYR", "DEU")),
    "venezuela": (("VEN", "COL"), ("VEN", "PER"), ("VEN", "ECU"), ("COL", "VEN")),
    "ukraine": (("UKR", "POL"), ("UKR", "DEU"), ("UKR", "RUS")),
    "mexico": (("MEX", "USA"), ("USA", "MEX")),
    "nepal": (("NPL", "QAT"), ("NPL", "ARE"), ("NPL", "SAU"), ("NPL", "MYS")),
}
RELEASES = {"release_2022": "Abel and Cohen, release of 2022", "release_2025": "Abel and Cohen, release of 2025"}


def releases(shared: Path) -> dict[str, pl.DataFrame]:
    """Pseudo-Bayes of both releases: orig, dest, start, flow."""
    newer = pl.read_parquet(shared / "data/flows/abel_cohen_2025release_bilat_mig.parquet").select(
        "orig", "dest", start=pl.col("period").str.slice(0, 4).cast(pl.Int64), flow="da_pb_closed"
    )
    older = pl.read_parquet(shared / "data/flows/abel_cohen_2022release_by_sex.parquet").filter(pl.col("sex") == "b")
    return {"release_2022": older.select("orig", "dest", start="year0", flow="da_pb_closed"), "release_2025": newer}


def compared(shared: Path, draws: int = 200) -> pl.DataFrame:
    """The table of all corridors shown."""
    ours = {
        (start, end): best(*tables(shared, start, end), Rules(start=start, end=end), Drawing(draws=draws)).table
        for start, end in PERIODS
    }
    return beside(ours, releases(shared), [pair for group in SHOWN.values() for pair in group])


def drawn(table: pl.DataFrame, name: str, look: Look) -> Chart:
    """One group of corridors."""
    groups = [Estimates(name=_named(orig, dest), rows=_rows(table, orig, dest)) for orig, dest in SHOWN[name]]
    words = IntervalsWords(
        heading=Heading(title="Flows with their intervals", description=_told(table, name)),
        unit="People by where they lived at both ends of the period; each step is ten times the last",
        ours="qanat, with 80 % and 95 % intervals", peers=tuple(RELEASES.values()), spell=lambda value: f"{value:,.0f}",
    )  # fmt: skip
    return intervals(groups, words, look)


def _named(orig: str, dest: str) -> str:
    return f"{places().at(orig).short} to {places().at(dest).short}"


def _rows(table: pl.DataFrame, orig: str, dest: str) -> tuple[Estimate, ...]:
    return tuple(
        Estimate(
            label=f"{row['start']}–{row['end']}", value=row["flow"], inner=(row["low80"], row["high80"]),
            outer=(row["low95"], row["high95"]), peers=tuple(row[name] for name in RELEASES),
        )
        for row in table.filter(orig=orig, dest=dest).iter_rows(named=True)
    )  # fmt: skip


def _told(table: pl.DataFrame, name: str) -> str:
    last = table.filter(pl.struct("orig", "dest").is_in([{"orig": o, "dest": d} for o, d in SHOWN[name]])).sort("start").group_by("orig", "dest", maintain_order=True).last()  # fmt: skip
    return "; ".join(
        f"{_named(row['orig'], row['dest'])} {row['start']}–{row['end']}: {row['flow']:,.0f} ({row['low80']:,.0f}–{row['high80']:,.0f})"
        for row in last.iter_rows(named=True)
    )


def main(shared: Path, out: Path) -> None:
    """Write the table and the drawings; print the table's rows as JSON."""
    out.mkdir(parents=True, exist_ok=True)
    table = compared(shared)
    table.write_parquet(out / "beside.parquet")
    for name in SHOWN:
        (out / f"{name}.svg").write_text(drawn(table, name, Look(name=name)).svg, encoding="utf-8")
    rows: list[dict[str, Any]] = table.with_columns(pl.col(pl.Float64).round(0)).to_dicts()
    sys.stdout.write(json.dumps(rows, indent=0) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
