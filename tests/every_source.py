"""Every source as a table: figures, one of them, the record it was read from, the digest of the answer.

`python -m tests.every_source` (or `make sources`) prints it, from the answers that tests/test_every_source.py checks.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from qanat.cli.output import amount, table
from qanat.figures.ages import label
from qanat.figures.periods import dated
from qanat.jobs.pulled import Pulled, account, read_all
from qanat.jobs.tracing import trace
from qanat.sources.known import ADAPTERS
from qanat.sources.request import Answer, Question
from qanat.store import Memory
from tests.test_every_source import ADDRESSES, NOW, RECORDED, SYNTHETIC, answer_of

_WIDE = 110  # characters of a record that are shown


def traced(source: str, shared: Path) -> tuple[str, ...]:
    """A source's row: figures, one of them, where it stands in the answer with that record, the answer's digest."""
    answer = Answer(address=ADDRESSES.get(source, "answer"), data=answer_of(source, shared), retrieved=NOW.date())
    batch = read_all(Pulled(adapter=ADAPTERS[source], question=Question(first=2000, last=2025), answers=(answer,)), NOW)
    assert batch is not None
    store = Memory()
    store.put(batch)
    run, digest = account(batch, known=False), batch.documents[0].sha256[:12]
    made_up = (source in SYNTHETIC and source not in RECORDED) or "synthetic" in RECORDED.get(source, "")
    name = f"{source} (invented)" if made_up else source
    if not run["figures"]:
        return name, "0", f"no figures: {run['accepted']} records of names", "", digest
    found = trace(f"{run['run']}:{run['figures'] // 2}", store)
    record = f"{found['figure']['locator']}: {found['documents'][0]['passages'][0]}"
    return name, f"{run['figures']:,}", told(found["figure"]), record[:_WIDE], digest


def told(figure: dict[str, Any]) -> str:
    """Who, where, when and how many, with every cut a figure has: half of it would be another figure."""
    age = label(figure["age_from"], figure["age_to"]) or ("unknown age" if figure["age_from"] is None else "")
    where = " from ".join(part for part in (figure["place"], figure["origin"]) if part)
    parts = (
        "" if figure["measure"] in ("stock", "flow") else figure["measure"], figure["group"], where, "" if figure["sex"] == "all" else figure["sex"],
        age, figure["facet"] and f"[{figure['facet']}]", dated(figure["start"], figure["end"]),
    )  # fmt: skip
    unit = "" if figure["unit"] == "people" else f" {figure['unit']}"
    return f"{' '.join(filter(None, parts))}: {amount(figure['value'], figure['low'], figure['high'])}{unit}"


if __name__ == "__main__":
    folder = Path(os.environ.get("QANAT_SHARED", "../shared")) / "data"
    head = ("source", "figures", "one of them", "the record it was read from", "sha256")
    table(head, [traced(name, folder) for name in ADAPTERS], frozenset({1}))
