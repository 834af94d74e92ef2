"""Job: open a store where the user keeps it, with the embedded edition in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qanat.jobs.edition import load
from qanat.store import Disk
from qanat.store.where import Home, home

Progress = Callable[[str], None]
Store = Disk  # the doors' word for what they hand from one job to the next


def open_store(given: Path | None = None, say: Progress = lambda _: None) -> Disk:
    """The store of --home, QANAT_HOME, qanat.toml or the user's data folder; the edition is loaded on first use.

    Raises StoreError where the folder cannot be written, AskError for a qanat.toml that cannot be read.
    """
    where = located(given)
    store = Disk(where.folder)
    if store.ledger.setting("edition") is None:
        say(f"first use of {where.folder}: loading the embedded edition")
    load(store)
    return store


def located(given: Path | None = None) -> Home:
    """Where the store is and what decided it."""
    return home(given)
