"""UNHCR's whole population table, 1951 to 2025, as its service sends it: pages parsed and stored.

Needs the shared data folder (QANAT_SHARED). Run as `python -m bench.unhcr_pages`; exit 4 where a target is missed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

PAGE: Final = 10_000
_CHILD: Final = """
import resource, sys, time
from datetime import UTC, date, datetime
from pathlib import Path
from qanat.edition.places import places
from qanat.jobs.pull import pull
from qanat.jobs.pull_asked import Means, PullRequest
from qanat.sources import unhcr
from qanat.sources.asking import unhcr as asked
from qanat.sources.fetch import Recorded
from qanat.sources.request import Question
from qanat.store import Disk

folder, home = Path(sys.argv[1]), Path(sys.argv[2])
(first,) = asked(unhcr.POPULATION, Question(first=1951, last=2025))
answers = {
    first.address.replace("page=1&", f"page={at}&"): file.read_bytes()
    for at, file in enumerate(sorted(folder.glob("*.json")), 1)
}
line, now = Recorded(answers, date(2026, 11, 24)), datetime(2026, 11, 24, tzinfo=UTC)
places().codes()
store = Disk(home)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.perf_counter()
found = pull(
    PullRequest(source="unhcr.population", years="1951-2025"), store, Means(lines=lambda _: line, now=now, say=lambda _: None)
)
seconds = time.perf_counter() - started
figures = sum(run["figures"] for run in found["runs"])
print("measured", seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, figures, len(found["runs"]))
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


def measured(folder: Path, home: Path) -> dict[str, float]:
    """Seconds and peak megabytes, in a process of its own, of pulling these pages: read, checked, kept."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(folder), str(home)], capture_output=True, text=True, check=True, timeout=300
    )
    seconds, megabytes, figures, runs = re.findall(r"[\d.]+", done.stdout.rpartition("measured")[2])
    return {
        "seconds": round(float(seconds), 2),
        "megabytes": round(float(megabytes)),
        "figures": int(figures),
        "runs": int(runs),
    }


def peer(folder: Path) -> float:
    """Seconds of Python's own JSON reader on the same bytes, nothing checked and nothing kept."""
    pages = [file.read_bytes() for file in sorted(folder.glob("*.json"))]
    started = time.perf_counter()
    for page in pages:
        json.loads(page)
    return round(time.perf_counter() - started, 2)


def unhcr_pages(shared: Path) -> dict[str, Any]:
    """UNHCR's whole population table in its service's pages, pulled into a new store."""
    table = pl.read_parquet(shared / "data/unhcr/population.parquet")
    with TemporaryDirectory() as name:
        folder = Path(name)
        for at, data in enumerate(pages(table)):
            (folder / f"{at:04}.json").write_bytes(data)
        ours = measured(folder, folder / "store")
        reading = peer(folder)
    return {
        "records": table.height,
        "pull": ours,
        "json_reading_only_seconds": reading,
        "ratio": round(ours["seconds"] / reading, 2),
    }


def judged(told: dict[str, Any]) -> dict[str, bool]:
    """Which targets are met."""
    return {"parsed and stored under 8 s": told["pull"]["seconds"] < 8, "under 500 MB": told["pull"]["megabytes"] < 500}


def main() -> int:
    """Measure, print, judge."""
    beside = Path(__file__).parent.parent.parent / "shared"
    told = unhcr_pages(Path(os.environ.get("QANAT_SHARED", beside)))
    told["targets"] = judged(told)
    sys.stdout.write(json.dumps(told, indent=1, sort_keys=True) + "\n")
    return 0 if all(told["targets"].values()) else 4


if __name__ == "__main__":
    sys.exit(main())
