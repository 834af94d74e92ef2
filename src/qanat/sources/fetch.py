"""Answers recorded earlier, and what is told while services are asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from qanat.errors import Unreachable
from qanat.sources.request import Answer, Request


class Recorded:
    """Answers recorded earlier, by address; for tests."""

    def __init__(self, answers: Mapping[str, bytes], retrieved: date) -> None:
        self._answers, self._retrieved = dict(answers), retrieved
        self.asked: list[str] = []

    def fetch(self, request: Request) -> Answer:
        """The recorded answer; Unreachable for one that was never recorded."""
        self.asked.append(request.address)
        if request.address not in self._answers:
            raise Unreachable(f"no answer was recorded for {request.address}")
        return Answer(address=request.address, data=self._answers[request.address], retrieved=self._retrieved)


def pages_of(data: bytes) -> int | None:
    """How many pages an answer says there are; null where it does not say."""
    try:
        told: Any = json.loads(data)
        most: Any = told["maxPages"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return most if isinstance(most, int) else None


def told_of_retries(say: Callable[[str], None]) -> None:
    """Have every further try told to `say` instead of the log."""
    from stamina.instrumentation import RetryDetails, set_on_retry_hooks

    def hook(details: RetryDetails) -> None:
        say(f"no answer yet, try {details.retry_num + 1} in {details.wait_for:.0f} s")

    set_on_retry_hooks([hook])
