"""What a lower price of sending money yields on a corridor: what senders are spared, and apart from it what they send more."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from qanat.errors import AskError

SDG: Final = 0.03  # SDG target 10.c: prices of remittances below 3 % by 2030


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """US dollars sent more for each US dollar spared, with an interval, and whose finding it is."""

    value: float
    low: float
    high: float
    level: float
    mark: str
    citation: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What a price cut yields in a year, US dollars. The two are never added: a sender who passes on what is spared has
    sent more of that very money.

    saving  what is spared on the money that is sent already, at the old volume
    more    what is sent more in response, at the new price
    """

    saving: float
    more: float
    more_low: float
    more_high: float


@cache
def response() -> Response:
    """The response that is held as evidence."""
    return Response(
        **tomllib.loads(
            files("qanat.estimate").joinpath("evidence", "transfer_response.toml").read_text(encoding="utf-8")
        )
    )


def cut(money: float, price: float, target: float, found: Response | None = None) -> Cut:
    """A price cut from `price` to `target`, shares of the sum sent, on a corridor of `money` US dollars a year.

    A price at or below the target yields nothing. Raises AskError for a target that is no share.
    """
    require_target(target)
    by = found or response()
    saving = money * max(price - target, 0.0)
    return Cut(saving=saving, more=saving * by.value, more_low=saving * by.low, more_high=saving * by.high)


def require_target(target: float) -> None:
    """Nothing, or AskError for a target price that is no share from 0 to 1."""
    if not 0 <= target < 1:
        raise AskError(
            f"a target price of {target:.0%} of the sum sent cannot be; give --target-cost in per cent, from 0 to below 100 (SDG 10.c: 3)"
        )
