"""A million UCDP events, made on the spot: read and stored from the bulk CSV and from pages of JSON, each in its own process."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

EVENTS: Final = 1_000_000
PAGE: Final = 1000
_DAY: Final = date(2026, 6, 1)
# a line of the real table is about as long: names, places and the source's headline beside what is read
_REST: Final = {
    "relid": "AFG-2017-1-524-322", "active_year": True, "code_status": "Clear", "conflict_name": "Afghanistan: Government",
    "dyad_name": "Government of Afghanistan - Taleban", "side_a": "Government of Afghanistan", "side_b": "Taleban", "number_of_sources": 1,
    "source_article": "An agency, 2017-07-31: forces and fighters clash in an invented village of the province", "source_office": "An agency",
    "source_headline": "Attack on an invented village: security source", "where_prec": 1, "where_coordinates": "Invented village",
    "adm_1": "Invented province", "adm_2": "Invented district", "latitude": 34.531094, "longitude": 69.162796,
    "geom_wkt": "POINT (69.162796 34.531094)", "priogrid_gid": 179779, "country": "Afghanistan", "region": "Asia", "event_clarity": 1,
    "date_prec": 1, "deaths_a": 0, "deaths_b": 4, "deaths_unknown": 2,
}  # fmt: skip


def frame(first: int, count: int) -> pl.DataFrame:
    """Invented events with the columns of the published table."""
    number = pl.int_range(first, first + count, eager=True).alias("id")
    states = [700, 625, 490, 530, 369]
    day = (pl.lit(date(1989, 1, 1)) + pl.duration(days=pl.col("id") % 13_000)).cast(pl.Date).cast(pl.String)
    return number.to_frame().with_columns(
        type_of_violence=pl.col("id") % 3 + 1, country_id=(pl.col("id") % 5).replace_strict(range(5), states), date_start=day, date_end=day,
        best=pl.col("id") % 7 + 1, low=pl.col("id") % 7, high=pl.col("id") % 7 + 3, deaths_civilians=pl.col("id") % 2,
        **{name: pl.lit(value) for name, value in _REST.items()},
    )  # fmt: skip


def csv() -> bytes:
    """All events as one CSV."""
    box = io.BytesIO()
    frame(1, EVENTS).write_csv(box)
    return box.getvalue()


def pages() -> Iterator[bytes]:
    """All events as the service would page them."""
    count = EVENTS // PAGE
    for at in range(count):
        told = {
            "TotalCount": EVENTS,
            "TotalPages": count,
            "PreviousPageUrl": "",
            "NextPageUrl": "next" if at + 1 < count else "",
        }
        yield json.dumps(told | {"Result": frame(at * PAGE + 1, PAGE).to_dicts()}).encode()


def measured(kind: str) -> dict[str, float]:
    """Seconds to read and to store (by the clock and of the processors), seconds of Polars alone over the same bytes, and
    the peak of this process in MB, the bytes held from before the start in it."""
    held = [csv()] if kind == "csv" else list(pages())
    before, busy = _peak(), time.process_time()
    read_in, figures = _read(held, kind)
    with TemporaryDirectory() as name:
        started = time.perf_counter()
        _store(figures, Path(name))
        stored_in = time.perf_counter() - started
    peak, busy = _peak(), time.process_time() - busy
    height = figures.height
    del figures
    polars = _polars(held, kind)
    return {
        "events": EVENTS, "figures": height, "megabytes_of_bytes": sum(map(len, held)) // 1_000_000, "read_seconds": round(read_in, 2),
        "store_seconds": round(stored_in, 2), "seconds": round(read_in + stored_in, 2), "processor_seconds": round(busy, 2), "polars_read_seconds": round(polars, 2),
        "ratio_to_polars": round(read_in / polars, 2), "peak_megabytes": peak, "peak_megabytes_before": before,
    }  # fmt: skip


def _read(held: list[bytes], kind: str) -> tuple[float, pl.DataFrame]:
    from qanat.jobs.pulled import read_each
    from qanat.sources import ucdp
    from qanat.sources.known import ADAPTERS
    from qanat.sources.request import Answer

    adapter = ADAPTERS[(ucdp.BULK if kind == "csv" else ucdp.EVENTS).id]
    started = time.perf_counter()
    made = read_each(
        adapter, [(Answer(address="", data=data, retrieved=_DAY), adapter.source.document(data, _DAY, _DAY)) for data in held]
    )  # fmt: skip
    figures = pl.concat(one.reading.figures for one in made)
    return time.perf_counter() - started, figures


def _store(figures: pl.DataFrame, folder: Path) -> None:
    from qanat.figures import require
    from qanat.store import Batch, Disk, Run

    run = Run(id="events", method="published", options="{}", made=datetime(2026, 6, 1, tzinfo=UTC), code="0")
    sound = require(figures.with_columns(run=pl.lit(run.id)))
    Disk(folder).put(Batch(run=run, figures=sound))


def _polars(held: list[bytes], kind: str) -> float:
    """What Polars alone needs to have the same columns as a frame."""
    from qanat.sources import ucdp

    names = list(ucdp.EVENTS.columns)
    wanted: Any = {"Result": pl.List(pl.Struct(dict.fromkeys(names, pl.String())))}
    started = time.perf_counter()
    if kind == "csv":
        pl.read_csv(io.BytesIO(held[0]), columns=names, infer_schema=False)
    else:
        pl.concat(
            pl.read_json(io.BytesIO(page), schema=wanted).get_column("Result").explode().struct.unnest()
            for page in held
        )
    return time.perf_counter() - started


def _peak() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def events() -> dict[str, Any]:
    """Both ways of reading a million events, each in a process of its own; under 20 s each is the target."""
    told: dict[str, Any] = {}
    for kind in ("csv", "json"):
        done = subprocess.run([sys.executable, "-m", "bench.events", kind], capture_output=True, text=True, check=True)
        told[kind] = json.loads(done.stdout)
    return told


def main(arguments: list[str]) -> int:
    """Measure one kind in this process, or both in processes of their own, print, judge."""
    if arguments and arguments[0] in ("csv", "json"):
        sys.stdout.write(json.dumps(measured(arguments[0])) + "\n")
        return 0
    told = events()
    told["targets"] = {f"a million events as {kind} under 20 s": told[kind]["seconds"] < 20 for kind in ("csv", "json")}
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    return 0 if all(told["targets"].values()) else 4


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
