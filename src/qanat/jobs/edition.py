"""Jobs: build the embedded edition from the published tables, and load it into a store."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

import polars as pl

from qanat import __version__
from qanat.edition import embedded
from qanat.edition.places import places
from qanat.errors import SourceError, StoreError
from qanat.figures import ordered, require
from qanat.figures.licensing import require_open
from qanat.jobs.edition_parts import PARTS, RETRIEVED, Part
from qanat.jobs.pairs import write_pairs
from qanat.jobs.places import write_places
from qanat.jobs.pulled import aside
from qanat.jobs.unlisted import write_unlisted
from qanat.register.tree import tiles_from
from qanat.sources.record import Reading
from qanat.store import Batch, Disk, Run
from qanat.store.seal import Sealed, opened, seal

Progress = Callable[[str], None]
LIMIT: Final = 20_000_000  # bytes; what a wheel may carry
INDEX: Final = "runs.json"
ASIDE: Final = "aside.parquet"  # ends the name of the file of records a run set aside, where it has any


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of one table: rows = accepted + rejected + superseded, its figures and cells that are none, the size of its run."""

    run: str
    rows: int
    accepted: int
    rejected: int
    superseded: int
    figures: int
    empty: int
    not_broken_down: int
    size: int
    notes: tuple[str, ...]


def build(tables: Path, out: Path, say: Progress) -> list[Account]:
    """Write the edition's runs below `out` from the published tables below `tables`; gives an account of each.

    The same tables give the same bytes. Raises SourceError for a table that is absent or not what its adapter reads,
    FigureError with every fault of one, LicenceError for a source that may not be passed on freely, StoreError when the edition would pass its limit of size.
    """
    require_open({(part.source.id, part.source.licence) for part in PARTS}, "the edition")
    missing = sorted({part.file for part in PARTS if not (tables / part.file).is_file()})
    if missing:
        raise SourceError(f"the edition's tables are not all below {tables}; missing: {', '.join(missing)}")
    made = [(part, *_sealed(part, tables, say)) for part in PARTS]
    size = sum(len(sealed.figures) for _, _, sealed in made)
    if size > LIMIT:
        raise StoreError(
            f"the edition would be {size:,} bytes, above its limit of {LIMIT:,}; leave out years or columns"
        )
    out.mkdir(parents=True, exist_ok=True)
    _remove_earlier(out)
    for _, _, sealed in made:
        (out / f"{sealed.run.id}.parquet").write_bytes(sealed.figures)
        (out / f"{sealed.run.id}.json").write_bytes(sealed.manifest)
        (out / f"{sealed.run.id}.tiles").write_bytes(_hashes(sealed))
        if sealed.aside is not None:
            (out / f"{sealed.run.id}.{ASIDE}").write_bytes(sealed.aside)
    (out / INDEX).write_text(json.dumps(sorted(sealed.run.id for _, _, sealed in made), indent=1) + "\n")
    return [_account(reading, sealed) for _, reading, sealed in made]


def _remove_earlier(out: Path) -> None:
    """Take away the runs an earlier build left in the folder."""
    earlier: list[str] = json.loads((out / INDEX).read_bytes()) if (out / INDEX).is_file() else []
    for run in earlier:
        for ending in ("json", "parquet", "tiles", ASIDE):
            (out / f"{run}.{ending}").unlink(missing_ok=True)


def _hashes(sealed: Sealed) -> bytes:
    """A run's tiles without a mark for every row, which would double the edition's size."""
    tree = tiles_from(sealed.tiles or b"", opened(sealed.manifest).rows)
    return b"" if tree is None else b"".join(tree.hashes)


def _sealed(part: Part, tables: Path, say: Progress) -> tuple[Reading, Sealed]:
    say(f"reading {part.file}")
    content = part.bytes_in(tables)
    document = part.document(content)
    reading = part.read(content, document)
    figures = require(reading.figures.with_columns(run=pl.lit(part.name)), part.name, places().codes())
    options = {
        "rows": reading.rows,
        "accepted": reading.accepted,
        "rejected": reading.set_aside,
        "superseded": reading.superseded,
        "empty": reading.empty,
        "not_broken_down": reading.not_broken_down,
        "notes": reading.notes,
    }
    run = Run(
        id=f"{part.name}.{part.published:%Y%m%d}.{_tag(figures)}", method="published", options=json.dumps(options, sort_keys=True),
        made=datetime.combine(RETRIEVED, time(), UTC), code=__version__, documents=(document.id,),
    )  # fmt: skip
    left = aside([reading], [document])
    return reading, seal(Batch(run=run, figures=figures, documents=(document,), aside=left))


def _tag(figures: pl.DataFrame) -> str:
    """A short digest of the figures themselves: another reading of the same document is another run."""
    stream = io.BytesIO()
    ordered(figures.with_columns(run=pl.lit(""))).write_ipc(stream)
    return sha256(stream.getvalue()).hexdigest()[:8]


def _account(reading: Reading, sealed: Sealed) -> Account:
    return Account(
        run=sealed.run.id, rows=reading.rows, accepted=reading.accepted, rejected=reading.set_aside,
        superseded=reading.superseded, figures=reading.figures.height, empty=reading.empty,
        not_broken_down=reading.not_broken_down, size=len(sealed.figures), notes=reading.notes,
    )  # fmt: skip


def _loaded(store: Disk) -> list[str]:
    """The runs of the edition the store has; none where it says so in another version's words."""
    try:
        told = json.loads(store.ledger.setting("edition") or "[]")
    except json.JSONDecodeError:
        return []
    return cast("list[str]", told) if isinstance(told, list) else []


def load(store: Disk, *, again: bool = False) -> list[str]:
    """Bring the embedded edition into a store, once; gives the runs that were new.

    A store that has this edition is left alone; the runs of an earlier edition stay citable but answer no more
    questions. `again` brings every file of it in anew, which mends damaged ones. Raises StoreError where an embedded file was altered.
    """
    wanted: list[str] = json.loads(embedded(INDEX).read_bytes())
    store.enlist(lambda run: tiles(run) if run in wanted else None)
    before = _loaded(store)
    if before == wanted and not again:
        return []
    new = [run for run in wanted if again or store.ledger.manifest_of(run) is None]
    for run in new:
        left = embedded(f"{run}.{ASIDE}")
        store.adopt(
            embedded(f"{run}.json").read_bytes(), embedded(f"{run}.parquet").read_bytes(), tiles=tiles(run),
            aside=left.read_bytes() if left.is_file() else None,
        )  # fmt: skip
    store.ledger.supersede([run for run in before if run not in wanted])
    store.ledger.set("edition", json.dumps(wanted))
    return new


def tiles(run: str) -> bytes:
    """The tree of an embedded run in short, as it was made with the edition."""
    return embedded(f"{run}.tiles").read_bytes()


def contents() -> dict[str, Any]:
    """The documents of the embedded edition: citation, licence, digest, how many figures came from each."""
    told = [opened(embedded(f"{run}.json").read_bytes()) for run in json.loads(embedded(INDEX).read_bytes())]
    documents = [
        {**asdict(document), "run": manifest.run.id, "figures": manifest.rows} for manifest in told for document in manifest.documents
    ]  # fmt: skip
    return {"schema": "qanat.edition/1", "documents": sorted(documents, key=lambda one: str(one["id"]))}


def make(tables: Path, out: Path | None, atlas: Path | None, taxonomy: Path | None, say: Progress) -> dict[str, Any]:
    """Places (where a taxonomy is given), boundaries (where an atlas is given) and all runs, written below `out`."""
    folder = out or Path(str(embedded("")))
    folder.mkdir(parents=True, exist_ok=True)
    if taxonomy is not None:
        say("reading places")
        write_places(tables, taxonomy, folder)
    if atlas is not None:
        say("redrawing boundaries")
        from qanat.jobs.boundaries import build as redrawn

        (folder / "boundaries.json.gz").write_bytes(redrawn(atlas, places()))
    accounts = build(tables, folder, say)
    say("measuring pairs of places")
    write_pairs(tables, folder, places())
    write_unlisted(tables, folder)
    beside = [one for file in sorted(folder.glob("*.documents.json")) for one in json.loads(file.read_bytes())]
    require_open([(one["id"], one["licence"]) for one in beside], "the edition")
    return {
        "schema": "qanat.edition-built/1",
        "runs": [asdict(one) for one in accounts],
        "size": sum(one.size for one in accounts),
    }


def restore(store: Disk) -> dict[str, Any]:
    """Bring every file of the embedded edition into the store anew: damaged or missing ones are mended."""
    return {"schema": "qanat.edition-restored/1", "runs": load(store, again=True)}
