"""Job: the records a run set aside, with the rules they broke."""

from __future__ import annotations

from typing import Any

from qanat.errors import NothingFound
from qanat.store import Engine


def setaside(run: str, store: Engine) -> dict[str, Any]:
    """The records: document, number (from 1), column, what was found, the rule and a sentence.

    Raises NothingFound for a run this store does not have; a run without any gives an empty list.
    """
    if run not in {one.id for one in store.runs()}:
        raise NothingFound(f"this store has no run {run!r}; `qanat pull` prints the names of its runs")
    found = store.aside(run)
    return {
        "schema": "qanat.aside/1",
        "run": run,
        "records": found.select("source", "row").n_unique(),
        "rows": found.to_dicts(),
    }
