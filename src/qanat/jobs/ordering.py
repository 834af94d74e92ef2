"""Job: whose figure is shown first here: the house's order, but for the groups that the nearest qanat.toml orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from qanat.errors import AskError
from qanat.reconcile.precedence import Precedence, preferring
from qanat.store.settings import settings

Order = Precedence  # the doors' word for what they hand from one job to the next


def precedence(working: Path | None = None) -> Precedence:
    """The order in force in a folder (null: the working folder). Raises AskError with every fault of its qanat.toml."""
    return ordered(settings(working).precedence)


def ordered(orders: Mapping[str, Sequence[str]], base: Precedence | None = None) -> Precedence:
    """`base` (null: the house's order), with the counters named for a group before all others of that group.

    Raises AskError naming words that are no counters and the nearest that are.
    """
    found = base or Precedence()
    try:
        for group, counters in orders.items():
            found = preferring(counters, group, found)
    except ValueError as cause:
        raise AskError(str(cause)) from cause
    return found
