"""UNHCR's whole population table, 1951 to 2025, as its service sends it: pages parsed and stored.

Needs the shared data folder (QANAT_SHARED). Run as `python -m bench.unhcr_pages`; exit 4 where a target is missed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

PAGE: Final = 10_000
_CHILD: Final = """
import resource, sys, time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
import polars as pl
from qanat.edition.places import places
from qanat.figures import require
from qanat.sources import unhcr
from qanat.store import Batch, Disk, Run

def kept(pages, store, name):
    documents, figures = [], []
    for at, data in enumerate(pages):
        day = date(2026, 11, 24)
        document = unhcr.POPULATION.document(data, day, day)
        document = replace(document, id=f"{document.id}.{document.sha256[:8]}")
        documents.append(document)
        figures.append(unhcr.population(data, document, places=codes).figures)
    run = Run(id=name, method="published", options="{}", made=datetime(2026, 11, 24, tzinfo=UTC), code="0",
              documents=tuple(one.id for one in documents))
    store.put(Batch(run=run, figures=pl.concat(figures), documents=tuple(documents), sources=tuple(pages)))
    return sum(frame.height for frame in figures)

folder, home, together = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
files = sorted(folder.glob("*.json"))
started = time.perf_counter()
codes, store, count = places().codes(), Disk(home), 0
for at in range(0, len(files), together):
    count += kept([file.read_bytes() for file in files[at:at + together]], store, f"pages-{at}")
seconds = time.perf_counter() - started
print("measured", seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, count, len(files))
"""


def pages(table: pl.DataFrame) -> Iterator[bytes]:
    """The table's records in the service's envelope and words: numbers, "0" and "-"."""
    counts = [name for name in table.columns if name not in ("year", "origin_iso3", "asylum_iso3")]
    most = -(-table.height // PAGE)
    for at in range(most):
        items = [_item(row, counts) for row in table.slice(at * PAGE, PAGE).iter_rows(named=True)]
        envelope = {"page": at + 1, "short-url": "BENCH0", "maxPages": most, "total": [], "items": items}
        yield json.dumps(envelope).encode()


def _item(row: dict[str, Any], counts: list[str]) -> dict[str, Any]:
    ends = {"coo": str(row["origin_iso3"]), "coa": str(row["asylum_iso3"])}
    named: dict[str, Any] = {"year": row["year"]}
    for end, code in ends.items():
        named |= {f"{end}_id": 1, f"{end}_name": code, end: code, f"{end}_iso": code}
    return named | {name: "-" if row[name] is None else row[name] or "0" for name in counts}


def measured(folder: Path, home: Path, together: int) -> dict[str, float]:
    """Seconds and peak megabytes, in a process of its own, of parsing and storing so many pages a run."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(folder), str(home), str(together)],
        env=os.environ, capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    seconds, megabytes, figures, count = re.findall(r"[\d.]+", done.stdout.rpartition("measured")[2])
    return {
        "seconds": round(float(seconds), 2), "megabytes": round(float(megabytes)), "figures": int(figures), "pages": int(count),
    }  # fmt: skip


def unhcr_pages(shared: Path) -> dict[str, Any]:
    """A run a page, and all pages as one run."""
    table = pl.read_parquet(shared / "data/unhcr/population.parquet")
    with TemporaryDirectory() as name:
        folder = Path(name)
        for at, data in enumerate(pages(table)):
            (folder / f"{at:04}.json").write_bytes(data)
        return {
            "records": table.height,
            "a_run_a_page": measured(folder, folder / "by_page", 1),
            "one_run": measured(folder, folder / "whole", 10_000),
        }


def judged(told: dict[str, Any]) -> dict[str, bool]:
    """Which targets are met."""
    by_page, whole = told["a_run_a_page"], told["one_run"]
    return {
        "pages parsed and stored under 8 s": by_page["seconds"] < 8,
        "pages parsed and stored under 500 MB": by_page["megabytes"] < 500,
        "as one run under 8 s": whole["seconds"] < 8,
        "as one run under 500 MB": whole["megabytes"] < 500,
    }


def main() -> int:
    """Measure, print, judge."""
    beside = Path(__file__).parent.parent.parent / "shared"
    told = unhcr_pages(Path(os.environ.get("QANAT_SHARED", beside)))
    told["targets"] = judged(told)
    sys.stdout.write(json.dumps(told, indent=1, sort_keys=True) + "\n")
    return 0 if all(told["targets"].values()) else 4


if __name__ == "__main__":
    sys.exit(main())
