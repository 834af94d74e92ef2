"""Job: flows between countries that the store holds, estimated here and published, as tellers take them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

import polars as pl

from qanat.brief.numbers import Row
from qanat.brief.tell.corridor import Moved
from qanat.figures import Document, F
from qanat.figures.licensing import may_travel
from qanat.store import Ask, Engine

JOINED: Final = " + "  # between the releases an estimate rests on, in its source
MAKERS: Final = ("qanat", "abel-cohen")
PREFERRED: Final = ("best", "pseudo-bayes", "prior", "min", "open", "independence", "rate", "reverse", "drop")
ROW: Final = (
    "group", "measure", "origin", "place", "end", "counter", "source", "sex", "age_from", "age_to", "value", "low", "high", "locator",
)  # fmt: skip


def held_flows(store: Engine, country: str, *, known_by: date | None = None, travelling: bool = True) -> pl.DataFrame:
    """Transitions from and to a country, one row a pair, period, sex, kind and maker, as known last.

    known_by  as known by a day (null: everything);  travelling  only figures whose licence lets them be passed on
    Columns of figures, with maker (qanat, or the source's id) and kind (outward, return, transit; null = all).
    """
    every = _every(store, country, known_by)
    rows = every.filter(may_travel()) if travelling else every
    if rows.is_empty():
        return rows.with_columns(maker=pl.lit("", dtype=pl.String), kind=pl.lit(None, dtype=pl.String))
    made = F.method.str.extract(r"^flows\.([a-z-]+)@")
    rank = made.replace_strict(
        {name: at for at, name in enumerate(PREFERRED)}, default=len(PREFERRED), return_dtype=pl.Int32
    )
    told = rows.with_columns(
        maker=pl.when(F.counter == "qanat").then(pl.lit("qanat")).otherwise(F.source.str.split("@").list.first()),
        kind=F.facet.str.extract(r"kind=([a-z]+)"), rank=rank,
    )  # fmt: skip
    newest = told.sort("rank", "known", "run", descending=[False, True, True])
    return newest.unique(["maker", "origin", "place", "start", "end", "sex", "kind"], keep="first", maintain_order=True).drop("rank").sort("start", "maker", "origin", "place", "sex", "kind")  # fmt: skip


def bound_flows(store: Engine, country: str, *, known_by: date | None = None) -> pl.DataFrame:
    """The transitions from and to a country that may not be passed on, every vintage of them."""
    return _every(store, country, known_by).filter(~may_travel())


def _every(store: Engine, country: str, known_by: date | None) -> pl.DataFrame:
    return store.get(Ask(measure="flow", groups=("migrants",), about=country, known_by=known_by)).filter(
        F.counter.is_in(MAKERS)
        & (F.unit == "people") & F.origin.is_not_null() & F.value.is_not_null() & (F.age_from == 0) & F.age_to.is_null()
        & (F.facet.is_null() | F.facet.str.starts_with("concept=transition"))
    )  # fmt: skip


def moved(rows: pl.DataFrame) -> tuple[Moved, ...]:
    """The flows of `held_flows` as a teller takes them."""
    told = rows.select(
        pl.format("{}:{}", "run", "row").alias("cite"), *ROW, "start", "level", "maker", "method", "kind"
    )
    return tuple(
        Moved(
            row=row_of(row), start=row["start"], maker=row["maker"], method=row["method"],
            level=row["level"], kind=row["kind"],
        )
        for row in told.iter_rows(named=True)
    )  # fmt: skip


def row_of(row: dict[str, Any]) -> Row:
    """A figure as a teller takes it, of a record with cite and ROW's columns."""
    return Row(**{name: row[name] for name in ("cite", *ROW)})


def documents_of(store: Engine, flows: pl.DataFrame, now: datetime) -> Iterable[Document]:
    """The documents figures cite; an estimate that rests on several releases is one of its own, whose digest is theirs together."""
    held = {document.id: document for document in store.documents()}
    made: list[Document] = []
    for source, licence, known in (
        flows.filter(F.source.str.contains(JOINED, literal=True))
        .select("source", "licence", "known")
        .unique()
        .sort("source")
        .iter_rows()
    ):
        parts = [held[name] for name in source.split(JOINED) if name in held]
        digest = sha256("".join(part.sha256 for part in parts).encode()).hexdigest()
        told = "; ".join(part.citation for part in parts)
        made.append(
            Document(
                id=source, publisher="qanat", title=f"Flows estimated from: {told}", url=None, licence=licence, citation=told, published=known,
                retrieved=now.date(), sha256=digest, size=0, note="The digest is that of the digests of its inputs, in this order.",
            )
        )  # fmt: skip
    return [*held.values(), *made]
