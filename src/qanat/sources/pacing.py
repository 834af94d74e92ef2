"""How quickly a service may be asked: as its owners say, or politely where they do not."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final, Protocol

# requests a second. UNHCR's are the pace of a client that probed it; HDX, FTS and the World Bank answer "too many
# requests" or "unavailable" above a few a second; others say nothing and get the usual pace
RATES: Final[dict[str, float]] = {
    "api.unhcr.org": 4.0, "data.unhcr.org": 2.0, "hapi.humdata.org": 1.0, "data.humdata.org": 2.0, "api.hpc.tools": 2.0,
    "api.worldbank.org": 2.0, "api.reliefweb.int": 1.0, "ucdpapi.pcr.uu.se": 1.0,
}  # fmt: skip
USUAL: Final = 2.0


class Daily(Protocol):
    """Whoever counts the calls of a day."""

    def spend(self, host: str) -> None:
        """Count one call. Raises Unreachable where the host grants no more today."""
        ...


class Pace:
    """A turn a request: no host is asked more often than its rate, nor more often a day than it grants.

    clock, sleep  seconds that only go forward, and waiting; tests hand in their own
    daily         counts the calls of a day; null: they are not counted
    """

    def __init__(
        self,
        rates: Mapping[str, float] = RATES,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        daily: Daily | None = None,
    ) -> None:
        self._rates, self._clock, self._sleep, self._daily = rates, clock, sleep, daily
        self._next: dict[str, float] = {}

    def turn(self, host: str) -> None:
        """Wait until it is this host's turn. Raises Unreachable where it grants no more calls today."""
        if self._daily is not None:
            self._daily.spend(host)
        now = self._clock()
        due = max(now, self._next.get(host, now))
        self._next[host] = due + 1 / self._rates.get(host, USUAL)
        if due > now:
            self._sleep(due - now)

    def rest(self, seconds: float) -> None:
        """Wait this long."""
        self._sleep(seconds)

    def now(self) -> float:
        """The clock's seconds."""
        return self._clock()
