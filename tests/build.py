"""Figures made by hand for tests: a valid one by default, any column as given."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from qanat.figures import SCHEMA, Document, typed
from qanat.store import Batch, Run

DAY = date(2025, 12, 31)


def figure(**given: object) -> dict[str, object]:
    """100 refugees from Venezuela in Colombia at the end of 2025 by UNHCR, but for what is given."""
    blank: dict[str, object] = {name: None for name in SCHEMA}
    base = blank | {
        "stage": "published", "measure": "stock", "unit": "people", "group": "refugees", "origin": "VEN", "place": "COL", "start": DAY,
        "end": DAY, "known": date(2026, 6, 1), "counter": "unhcr", "sex": "all", "age_from": 0, "value": 100.0, "status": "counted",
        "source": "unhcr.population@2026-06-01", "licence": "CC-BY-4.0", "method": "published",
    }  # fmt: skip
    return base | given


def table(*rows: dict[str, object]) -> pl.DataFrame:
    """Figures as a typed table."""
    return typed(
        pl.DataFrame(
            list(rows),
            schema={name: dtype if not isinstance(dtype, pl.Enum) else pl.String() for name, dtype in SCHEMA.items()},
        )
    )


def document(**given: object) -> Document:
    """A document of UNHCR's, but for what is given."""
    base: dict[str, object] = {
        "id": "unhcr.population@2026-06-01", "publisher": "UNHCR", "title": "Population", "url": None, "licence": "CC-BY-4.0",
        "citation": "UNHCR Refugee Population Statistics Database", "published": date(2026, 6, 1), "retrieved": date(2026, 6, 2),
        "sha256": "0" * 64, "size": 1,
    }  # fmt: skip
    return Document(**(base | given))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def batch(
    name: str,
    *rows: dict[str, object],
    lineage: pl.DataFrame | None = None,
    sources: tuple[bytes, ...] = (),
    documents: tuple[Document, ...] = (),
) -> Batch:
    """A run of that name with these figures."""
    run = Run(
        id=name,
        method="published",
        options="{}",
        made=datetime(2026, 6, 2, tzinfo=UTC),
        code="0",
        documents=tuple(d.id for d in documents),
    )
    return Batch(run=run, figures=table(*rows), lineage=lineage, sources=sources, documents=documents)
