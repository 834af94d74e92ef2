"""A batch as bytes: the Parquet file, the lineage file and the manifest that names them."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import polars as pl

from qanat.errors import FigureError, StoreError
from qanat.figures import IDENTITY, SCHEMA, UNDIVIDED, Document, F, require
from qanat.methods import LINEAGE
from qanat.register.rows import leaves
from qanat.register.tree import tiled
from qanat.store.engine import ASIDE, Batch, Run

FORMAT: Final = 1
_DECIMALS: Final = 6
_ROW_GROUP: Final = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A batch ready to be kept: `manifest` names the digests of its files, `tiles` is its rows' tree in short. Equal
    batches give equal bytes."""

    run: Run
    documents: tuple[Document, ...]
    manifest: bytes
    figures: bytes
    lineage: bytes | None
    aside: bytes | None
    tiles: bytes | None = None  # null: they are made when the run is kept
    sources: tuple[bytes, ...] = ()  # the bytes of documents, where they come along


def filed(figures: pl.DataFrame) -> pl.DataFrame:
    """The order of rows in a run and its file, total since IDENTITY is unique: undivided figures first, then by place
    and origin, so that a question about a country reads few of the file's row groups."""
    told = figures.with_columns(_divided=~UNDIVIDED)
    keys = dict.fromkeys(("_divided", "place", "origin", *IDENTITY))
    alike = told.select(pl.col(name).eq_missing(pl.col(name).first()).all() for name in keys)
    differing = [name for name, same in alike.row(0, named=True).items() if not same]  # the rest only takes memory
    return told.sort(differing or "_divided", nulls_last=True).drop("_divided")


def arranged(batch: Batch) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """The batch's figures checked, in the order of a file, values rounded, with run and row filled; and its lineage with
    the rows renumbered alike, null where the batch has none.

    Raises FigureError with every fault of the table, or for published figures of a day after the run was made.
    """
    checked = require(batch.figures.with_columns(run=pl.lit(batch.run.id)), batch.run.id)
    require_past(checked, batch.run)
    given = checked.with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32))
    placed = filed(given.with_columns(pl.col("value", "low", "high", "level").round(_DECIMALS)))
    figures = placed.with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32))
    if batch.lineage is None:
        return figures, None
    moved = pl.DataFrame({"given": placed.get_column("row"), "row": figures.get_column("row")})
    renumbered = batch.lineage.rename({"row": "given"}).join(moved, on="given", how="left")
    return figures, renumbered.select(pl.col(name).cast(dtype) for name, dtype in LINEAGE.items()).sort(list(LINEAGE))


def require_past(figures: pl.DataFrame, run: Run) -> None:
    """Nothing where every published figure was known when its run was made, or a day later: a pull may last over midnight.

    Raises FigureError naming those that were not.
    """
    made = run.made.date()
    ahead = figures.with_row_index("_at").filter((F.stage == "published") & (F.known > made + timedelta(days=1)))
    if ahead.height:
        why = f"FUTURE_VINTAGE: this day lies after the run was made ({made}); give the day it was published"
        rows = [(int(at), "known", str(known), why, None) for at, known in ahead.select("_at", "known").iter_rows()]
        raise FigureError(run.id, pl.DataFrame(rows, schema=["row", "column", "found", "fault", "nearest"], orient="row"))  # fmt: skip


def seal(batch: Batch) -> Sealed:
    """The batch as bytes; raises FigureError where its figures are none."""
    rows, lineage = arranged(batch)
    with ThreadPoolExecutor(max_workers=1) as beside:  # Polars packs while Python hashes
        packed = beside.submit(_parquet, rows)
        tiles = tiled(leaves(rows)).data
        figures = packed.result()
    lines = None if lineage is None else _plain_parquet(lineage)
    left = None if batch.aside is None or batch.aside.is_empty() else _plain_parquet(batch.aside.select(list(ASIDE)))
    content = {
        "format": FORMAT,
        "run": _plain(asdict(batch.run)),
        "documents": [_plain(asdict(document)) for document in batch.documents],
        "figures": sha256(figures).hexdigest(),
        "lineage": None if lines is None else sha256(lines).hexdigest(),
        "rows": batch.figures.height,
        "span": _span(batch.figures),
        **({} if left is None else {"aside": sha256(left).hexdigest()}),
    }
    manifest = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    return Sealed(
        run=batch.run, documents=batch.documents, manifest=manifest, figures=figures, lineage=lines, aside=left,
        tiles=tiles,
    )  # fmt: skip


def _parquet(figures: pl.DataFrame) -> bytes:
    """The rows in their order; `row` is their place in the file, so it is not written."""
    words = figures.with_columns(
        pl.col(name).cast(pl.String) for name, dtype in SCHEMA.items() if isinstance(dtype, pl.Enum)
    )
    return _plain_parquet(words.drop("row"))


def _plain_parquet(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream, compression="zstd", compression_level=12, row_group_size=_ROW_GROUP, statistics=True)
    return stream.getvalue()


def _span(figures: pl.DataFrame) -> dict[str, list[str]]:
    """The words a run holds, by column: a question opens only the runs that can answer it."""
    columns = ("stage", "measure", "group", "counter", "source")
    return {name: sorted(figures.get_column(name).cast(pl.String).unique().drop_nulls().to_list()) for name in columns}


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date | datetime) else value for key, value in record.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a manifest says of a run."""

    run: Run
    documents: tuple[Document, ...]
    figures: str
    lineage: str | None
    rows: int
    span: dict[str, Sequence[str]]
    aside: str | None = None


def opened(manifest: bytes) -> Manifest:
    """A manifest read back. Raises StoreError for one of another format."""
    content = json.loads(manifest)
    if content.get("format") != FORMAT:
        raise StoreError(
            f"a run of format {content.get('format')!r} was found, this qanat reads format {FORMAT}; upgrade qanat to open this store"
        )
    record: dict[str, Any] = content["run"]
    record |= {
        "made": datetime.fromisoformat(record["made"]),
        "inputs": tuple(record["inputs"]),
        "documents": tuple(record["documents"]),
    }
    return Manifest(
        run=Run(**record),
        documents=tuple(document_from(one) for one in content["documents"]),
        figures=content["figures"],
        lineage=content["lineage"],
        rows=content["rows"],
        span=content["span"],
        aside=content.get("aside"),
    )


def document_from(record: dict[str, Any]) -> Document:
    """A Document from its JSON form."""
    plain: dict[str, Any] = {
        **record,
        "published": date.fromisoformat(record["published"]),
        "retrieved": date.fromisoformat(record["retrieved"]),
    }
    return Document(**plain)
