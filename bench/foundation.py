"""What the foundation must reach, measured on this machine and printed as JSON; exit 4 where a target is missed."""

from __future__ import annotations

import gzip
import json
import os
import platform
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl


def cold(home: Path, *arguments: str) -> dict[str, float]:
    """Seconds and peak megabytes of a command in a process of its own; the best of three."""
    best = {"seconds": 1e9, "megabytes": 0.0}
    for _ in range(3):
        child = [
            "-c",
            f"import resource, sys\nfrom qanat.cli import main\ncode = main({list(arguments)!r})\nsys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))\nsys.exit(code)",
        ]
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, *child],
            env={**os.environ, "QANAT_HOME": str(home)},
            capture_output=True,
            text=True,
            check=True,
        )
        seconds = time.perf_counter() - started
        best = {
            "seconds": min(best["seconds"], seconds),
            "megabytes": float(re.findall(r"\d+", done.stderr)[-1]) / 1024,
        }
    return {name: round(value, 3) for name, value in best.items()}


def taken(work: Callable[[], object], times: int = 1) -> float:
    """Seconds of the quickest of several runs."""
    best = 1e9
    for _ in range(times):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return round(best, 3)


def loading(folder: Path) -> float:
    """Seconds to bring the embedded edition into a new store."""
    from qanat.jobs.edition import load
    from qanat.store import Disk

    return taken(lambda: load(Disk(folder / "new")))


def peer(home: Path) -> dict[str, float]:
    """The same question asked of the same Parquet files by Polars alone, in this run: seconds of each and their ratio."""
    from qanat.jobs.opening import open_store
    from qanat.store import Ask

    store = open_store(home)
    files = [str(store.record.checked(name)) for name in store.ledger.answering(Ask(about="SDN"))]
    asked = (pl.col("origin") == "SDN") | (pl.col("place") == "SDN")
    ours = taken(lambda: store.get(Ask(about="SDN")), 3)
    polars = taken(lambda: pl.scan_parquet(files).filter(asked).collect(), 3)
    return {"qanat_seconds": ours, "polars_seconds": polars, "ratio": round(ours / polars, 2)}


def warm(home: Path, out: Path) -> float:
    """Seconds of a second brief in one process, files written."""
    from qanat.jobs.brief import BriefRequest, brief, write
    from qanat.jobs.opening import open_store

    store = open_store(home)

    def once() -> None:
        write(brief(BriefRequest(country="SDN"), store, datetime.now(UTC)), out, lambda _: None)

    once()
    return taken(once, 3)


def sizes(folder: Path) -> dict[str, Any]:
    """The sizes of a brief's page and print, and the print's pages."""
    page, sheet = (folder / "brief.html").read_bytes(), (folder / "brief.pdf").read_bytes()
    return {
        "html_gzip_kb": round(len(gzip.compress(page, 9)) / 1000, 1),
        "pdf_kb": round(len(sheet) / 1000, 1),
        "pages": len(re.findall(rb"/Type\s*/Page\b", sheet)),
    }


def main() -> int:
    """Measure, print, judge."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "new"
        told: dict[str, Any] = {
            "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
        }
        told["edition_load_seconds"] = loading(folder)
        told["brief_cold"] = cold(home, "brief", "SDN", "--out", str(folder / "SDN"))
        told["show_cold"] = cold(home, "show", "SDN", "idps", "--json")
        told["brief_warm_seconds"] = warm(home, folder / "SDN")
        told["query_against_polars"] = peer(home)
        told["briefs"] = {}
        for code in ("SDN", "COL", "UKR", "BGD", "DEU", "NRU"):
            cold_out = folder / code
            subprocess.run(
                [sys.executable, "-m", "qanat", "brief", code, "--out", str(cold_out)],
                env={**os.environ, "QANAT_HOME": str(home)},
                capture_output=True,
                check=True,
            )
            told["briefs"][code] = sizes(cold_out)
    told["peak_megabytes_of_this_process"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    told["targets"] = judged(told)
    sys.stdout.write(json.dumps(told, indent=1, sort_keys=True) + "\n")
    return 0 if all(told["targets"].values()) else 4


def judged(told: dict[str, Any]) -> dict[str, bool]:
    """Which targets of the foundation are met in this run."""
    briefs = told["briefs"].values()
    return {
        "edition loads under 10 s": told["edition_load_seconds"] < 10,
        "brief cold under 6 s": told["brief_cold"]["seconds"] < 6,
        "brief cold under 600 MB": told["brief_cold"]["megabytes"] < 600,
        "brief warm under 0.5 s": told["brief_warm_seconds"] < 0.5,
        "show cold under 1 s": told["show_cold"]["seconds"] < 1,
        "pages under 80 KB gzipped": all(one["html_gzip_kb"] < 80 for one in briefs),
        "prints of 2 to 4 pages": all(2 <= one["pages"] <= 4 for one in briefs),
        "prints under 300 KB": all(one["pdf_kb"] < 300 for one in briefs),
    }


if __name__ == "__main__":
    sys.exit(main())
