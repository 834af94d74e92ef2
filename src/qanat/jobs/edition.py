"""Jobs: build the embedded edition from the published tables, and load it into a store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Final

import polars as pl

from qanat import __version__
from qanat.edition import data
from qanat.edition.places import places
from qanat.errors import SourceError, StoreError
from qanat.figures import require
from qanat.jobs.edition_parts import PARTS, RETRIEVED, Part
from qanat.jobs.places import countries, units
from qanat.sources.record import Reading
from qanat.store import Batch, Disk, Run
from qanat.store.seal import Sealed, opened, seal

Progress = Callable[[str], None]
LIMIT: Final = 20_000_000  # bytes; what a wheel may carry
INDEX: Final = "runs.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of one table: rows read = figures and cells that are none, and the size of its run."""

    run: str
    rows: int
    figures: int
    empty: int
    not_broken_down: int
    size: int
    notes: tuple[str, ...]


def build(tables: Path, out: Path, say: Progress) -> list[Account]:
    """Write the edition's runs below `out` from the published tables below `tables`; gives an account of each.

    The same tables give the same bytes. Raises SourceError for a table that is absent or not what its adapter reads,
    FigureError with every fault of one, StoreError when the edition would pass its limit of size.
    """
    missing = [part.file for part in PARTS if not (tables / part.file).is_file()]
    if missing:
        raise SourceError(f"the edition's tables are not all below {tables}; missing: {', '.join(missing)}")
    made = [(part, *_sealed(part, tables, say)) for part in PARTS]
    size = sum(len(sealed.figures) for _, _, sealed in made)
    if size > LIMIT:
        raise StoreError(
            f"the edition would be {size:,} bytes, above its limit of {LIMIT:,}; leave out years or columns"
        )
    out.mkdir(parents=True, exist_ok=True)
    for _, _, sealed in made:
        (out / f"{sealed.run.id}.parquet").write_bytes(sealed.figures)
        (out / f"{sealed.run.id}.json").write_bytes(sealed.manifest)
    (out / INDEX).write_text(json.dumps(sorted(sealed.run.id for _, _, sealed in made), indent=1) + "\n")
    return [_account(reading, sealed) for _, reading, sealed in made]


def _sealed(part: Part, tables: Path, say: Progress) -> tuple[Reading, Sealed]:
    say(f"reading {part.file}")
    content = part.bytes_in(tables)
    document = part.document(content)
    reading = part.read(content, document)
    figures = require(reading.figures.with_columns(run=pl.lit(part.name)), part.name, places().codes())
    options = {
        "rows": reading.rows,
        "empty": reading.empty,
        "not_broken_down": reading.not_broken_down,
        "notes": reading.notes,
    }
    run = Run(
        id=f"{part.name}.{part.published:%Y%m%d}", method="published", options=json.dumps(options, sort_keys=True),
        made=datetime.combine(RETRIEVED, time(), UTC), code=__version__, documents=(document.id,),
    )  # fmt: skip
    return reading, seal(Batch(run=run, figures=figures, documents=(document,)))


def _account(reading: Reading, sealed: Sealed) -> Account:
    return Account(
        run=sealed.run.id, rows=reading.rows, figures=reading.figures.height, empty=reading.empty,
        not_broken_down=reading.not_broken_down, size=len(sealed.figures), notes=reading.notes,
    )  # fmt: skip


def embedded() -> Iterator[tuple[str, bytes, bytes]]:
    """The runs that came with this qanat: id, manifest, figures."""
    for run in json.loads(data(INDEX).read_bytes()):
        yield run, data(f"{run}.json").read_bytes(), data(f"{run}.parquet").read_bytes()


def load(store: Disk) -> list[str]:
    """Bring the embedded edition into a store, once; gives the runs that were new.

    A store that has this edition is left alone. Raises StoreError where an embedded file was altered.
    """
    wanted = json.loads(data(INDEX).read_bytes())
    mark = f"{__version__} {' '.join(wanted)}"
    if store.ledger.setting("edition") == mark:
        return []
    there = {run for run in wanted if store.ledger.manifest_of(run) is not None}
    new = [run for run in wanted if run not in there]
    for run in new:
        store.adopt(data(f"{run}.json").read_bytes(), data(f"{run}.parquet").read_bytes())
    store.ledger.set("edition", mark)
    return new


def contents() -> dict[str, Any]:
    """The documents of the embedded edition: citation, licence, digest, how many figures came from each."""
    told = [opened(data(f"{run}.json").read_bytes()) for run in json.loads(data(INDEX).read_bytes())]
    documents = [
        {**asdict(document), "run": manifest.run.id, "figures": manifest.rows} for manifest in told for document in manifest.documents
    ]  # fmt: skip
    return {"schema": "qanat.edition/1", "documents": sorted(documents, key=lambda one: str(one["id"]))}


def make(tables: Path, out: Path | None, atlas: Path | None, taxonomy: Path | None, say: Progress) -> dict[str, Any]:
    """Places (where a taxonomy is given), boundaries (where an atlas is given) and all runs, written below `out`."""
    folder = out or Path(str(data("")))
    folder.mkdir(parents=True, exist_ok=True)
    if taxonomy is not None:
        say("reading places")
        listed = countries(
            taxonomy, tables / "population/country_codes_m49_iso.parquet", tables / "unhcr/countries.csv"
        )
        (folder / "places.json").write_text(
            json.dumps(listed.to_dicts(), ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
        )
        units(tables / "geo/hdx_global_pcodes_adm_1_2.csv", tables / "geo/admin_nodes_l0_l1.csv").write_parquet(
            folder / "admin.parquet", compression="zstd", compression_level=12
        )
    if atlas is not None:
        say("redrawing boundaries")
        from qanat.jobs.boundaries import build as redrawn

        (folder / "boundaries.json.gz").write_bytes(redrawn(atlas, places()))
    accounts = build(tables, folder, say)
    return {
        "schema": "qanat.edition-built/1",
        "runs": [asdict(one) for one in accounts],
        "size": sum(one.size for one in accounts),
    }
