"""How many calls a day a service grants, counted over every run of the program in a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from qanat.errors import Unreachable
from qanat.sources.durable import alone, write

# calls a day, as the services state them; errors count too (ReliefWeb API documentation; UCDP API documentation)
DAILY: Final[dict[str, int]] = {"api.reliefweb.int": 1000, "ucdpapi.pcr.uu.se": 5000}
_FILE: Final = "calls.json"


def today() -> str:
    """The day in UTC, as 2026-11-24."""
    return datetime.now(UTC).date().isoformat()


class Allowance:
    """The calls that were made today, kept in FOLDER/calls.json so that the next run knows of them.

    A file that cannot be read counts as none made: it is a courtesy to the service, which keeps its own count.
    """

    def __init__(
        self, folder: Path, daily: Mapping[str, int] = DAILY, *, day: Callable[[], str] = today
    ) -> None:  # fmt: skip
        self._folder, self._daily, self._day = folder, daily, day

    def spend(self, host: str) -> None:
        """Count one call. Raises Unreachable where the service grants no more today; hosts without a limit are not counted."""
        most = self._daily.get(host)
        if most is None:
            return
        with alone(self._folder):
            day, calls = self._day(), self._made()
            made = calls.get(host, 0)
            if made >= most:
                raise Unreachable(
                    f"{host} grants {most:,} calls a day and {made:,} were made today ({day}, UTC); what is stored stays usable: "
                    "come back tomorrow, or take held answers with --mode cached or --offline"
                )
            counted = json.dumps({"day": day, "calls": calls | {host: made + 1}}, sort_keys=True)
            write(self._folder / _FILE, counted.encode())

    def _made(self) -> dict[str, int]:
        """Today's calls, host by host."""
        try:
            told: dict[str, Any] = json.loads((self._folder / _FILE).read_bytes())
            calls: dict[str, Any] = told["calls"] if told["day"] == self._day() else {}
            return {host: int(made) for host, made in calls.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}
