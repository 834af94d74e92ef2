"""Job: a person's own file into the store, each figure traced to its cell, or nothing at all."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from qanat import __version__
from qanat.edition.places import places
from qanat.errors import AskError
from qanat.figures import Document, require
from qanat.figures.words import LICENCES
from qanat.jobs.looking import Look
from qanat.jobs.matches import asked_for, matches_file, remembered
from qanat.jobs.renaming import as_named
from qanat.jobs.rereading import IMPORTED, Earlier, earlier, replaced
from qanat.sources.own.drafting import short
from qanat.sources.own.grid import letters
from qanat.sources.own.placing import Placed, near_misses
from qanat.sources.own.reading import How, Own, located, read
from qanat.store import ASIDE, Batch, Disk, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A look, read: its document, its figures, how its places were found."""

    document: Document
    own: Own
    found: Placed


def imported(look: Look, store: Disk, now: datetime) -> dict[str, Any]:
    """One run of a file's figures: rows = accepted + rejected + superseded (totals), how places were found, what was
    assumed, on which terms it may travel, whether it was known already, and which earlier readings it replaces.

    The file's bytes are kept beside the figures. Where some of its cells were read before, by another mapping or under
    other terms, the earlier runs stay citable and answer no more questions. Raises AskError for what the look still lacks, and for places that were
    not matched (they are then in the store's matches.toml with what is near), FigureError for totals that disagree and
    where no row can be read. Nothing is kept then.
    """
    if look.missing:
        raise AskError(look.refusal)
    review = matches_file(store.home)
    before = earlier(store, sha256(look.data).hexdigest())
    made = _read(look, review, now.date(), before)
    batch, known = as_named(_batch(look, made, now), store)
    if not known:
        store.put(batch)
    return {**_told(made, batch, known=known), "replaces": replaced(store, batch.run.id, batch.figures, before)}


def _read(look: Look, review: Path, today: date, before: Earlier) -> _Read:
    document = _document(look, today, before)
    found = located(look.grid, look.layout, places(), remembered(review))
    if look.unmatched == "stop" and found.unmatched.height:
        added = asked_for(review, found.unmatched)
        where = f"Written to {review}" if added else f"They stand in {review}"
        raise AskError(
            f"{look.name}: {near_misses(found.unmatched)}\n{where}: fill in the codes and import again. Or say --unmatched keep "
            "(counted for the country, the name kept beside) or --unmatched reject (set aside). Nothing was kept"
        )
    how = How(places=places(), counter=look.paper.counter or "own", unmatched=look.unmatched)
    own = read(look.grid, look.layout, document, found, how)
    return _Read(document=document, own=own, found=found)


def _document(look: Look, today: date, before: Earlier) -> Document:
    paper, digest = look.paper, sha256(look.data).hexdigest()
    published = paper.published or before.known or today
    if published > today:
        raise AskError(f"--published {published} lies ahead; give the day the figures were published")
    publisher, title = paper.publisher or "not stated", paper.title or look.name
    note = None if paper.published else "No day of publication was given; the day of the first import is taken."
    return Document(
        id=f"own.{slug(look.name)}@{published}.{digest[:8]}", publisher=publisher, title=title, url=None, licence=paper.licence or "private",
        citation=f"{publisher}: {title} ({published.year})" if paper.publisher else title, published=published, retrieved=today, sha256=digest,
        size=len(look.data), note=note,
    )  # fmt: skip


def slug(name: str) -> str:
    """A file's name as a short word of plain letters and digits, for names of runs; "table" where none are left."""
    return re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-")[:40].strip("-") or "table"


def _batch(look: Look, made: _Read, now: datetime) -> Batch:
    document, reading = made.document, made.own.reading
    plan = {
        "layout": repr(look.layout),
        "document": repr(replace(document, retrieved=document.published)),
        "unmatched": look.unmatched,
        "assumed": made.found.assumed.rows(),
        **({"counter": look.paper.counter} if look.paper.counter else {}),
    }
    digest = sha256(json.dumps(plan, default=str, ensure_ascii=False).encode()).hexdigest()
    identity = f"{IMPORTED}{slug(look.name)}-{digest[:10]}"
    figures = require(reading.figures.with_columns(run=pl.lit(identity)), identity, places().codes())
    options = {
        "file": look.name, "sheet": look.grid.name, "by": look.by, "unmatched": look.unmatched, "columns": _columns(look),
        "rows": reading.rows, "accepted": reading.accepted, "rejected": reading.set_aside,
        "superseded": reading.superseded, "empty": reading.empty, "figures": figures.height, "notes": list(reading.notes),
    }  # fmt: skip
    run = Run(
        id=identity, method="published", options=json.dumps(options, sort_keys=True, ensure_ascii=False), made=now.replace(microsecond=0),
        code=__version__, documents=(document.id,),
    )  # fmt: skip
    aside = reading.rejected.with_columns(source=pl.lit(document.id)).select(list(ASIDE))
    return Batch(run=run, figures=figures, documents=(document,), sources=(look.data,), aside=aside)


def _columns(look: Look) -> dict[str, str]:
    return {
        f"{letters(column.at)} {column.head}": short(column) for column in look.layout.columns if column.role != "skip"
    }


def _told(made: _Read, batch: Batch, *, known: bool) -> dict[str, Any]:
    licence = LICENCES[made.document.licence]
    options = json.loads(batch.run.options)
    names = places().units.select("code", "name")
    assumed = made.found.assumed.join(names, on="code", how="left").select("text", "parent", "code", "name", "how")
    first = batch.figures.row(0, named=True)
    return {
        "schema": "qanat.import/1", "run": batch.run.id, "known": known, "source": made.document.id, "sha256": made.document.sha256,
        **{key: options[key] for key in ("file", "sheet", "by", "columns", "rows", "accepted", "rejected", "superseded", "empty", "figures", "notes")},
        "blank": made.own.blank, "places": made.own.ways, "assumed": assumed.to_dicts(), "counter": first["counter"],
        "totals": [{"row": one.row, "column": letters(one.at), "said": one.said, "summed": one.summed, "agrees": one.agrees} for one in made.own.totals],
        "licence": licence.code, "may_redistribute": licence.may_redistribute, "terms": licence.meaning,
    }  # fmt: skip
