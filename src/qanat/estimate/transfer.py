"""Which effects apply to a host and how far they are trusted to travel there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Final, Literal

from qanat.estimate.evidence_held import Cell, Context, Effect

Match = Literal["strong", "weak"]

SAME_INCOME: Final = 1.5  # another region, the same income group
OTHER_INCOME: Final = 2.5
_REACH: Final = 1.96  # standard deviations within which a carried effect must reach 0
PROTECTION: Final = frozenset({"refugees", "asylum-seekers", "other-in-need", "displaced-abroad"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """An effect as it is used: its sd widened by `factor` for the way it came.

    word    effect where it was found in this place on people of this status, else assumption;  why  what differs
    weight  how often a draw takes the study, before the weights are made to add up to 1
    """

    effect: Effect
    sd: float
    factor: float
    word: Literal["effect", "assumption"]
    why: str
    weight: float


def cell_of(group: str, match: Match | None) -> Cell | None:
    """The Match-Motive cell of people in a group (World Development Report 2023, chapter 1); null where it can't be told.

    People in need of protection stand in the cell "protection" unless their match is strong; of others the match must be
    known. Without a match told, protection is the cautious reading.
    """
    if match == "strong":
        return "strong-match"
    if group in PROTECTION:
        return "protection"
    return "distressed" if match == "weak" else None


def penalty(found: Context, host: Context) -> float:
    """By how much an effect's sd is widened: 1 in its own country or region and income group, 1.5 in another region of
    the same income group, 2.5 in another income group or where a group is not known."""
    if found.country and found.country == host.country:
        return 1.0
    if found.income is None or host.income is None or found.income != host.income:
        return OTHER_INCOME
    return 1.0 if found.region == host.region else SAME_INCOME


def applied(effects: Iterable[Effect], host: Context, cell: Cell) -> tuple[Applied, ...]:
    """The effects that apply in a host and cell, each carried there; none where no effect does.

    A carried effect always reaches 0: its sd is at least its mean over 1.96. Dollars apply in their own country alone.
    """
    return tuple(
        _carried(one, host)
        for one in effects
        if cell in one.cells and (one.parameter != "earnings-usd" or one.context.country == host.country)
    )


def _carried(effect: Effect, host: Context) -> Applied:
    if effect.mark == "own":
        return Applied(effect=effect, sd=effect.sd, factor=1.0, word="assumption", why="given by whoever asks", weight=1.0)  # fmt: skip
    factor = penalty(effect.context, host)
    at_home = effect.context.country == host.country and bool(host.country)
    same = at_home and effect.context.status == host.status
    sd = effect.sd if at_home else max(effect.sd * factor, abs(effect.mean) / _REACH)
    return Applied(
        effect=effect, sd=sd, factor=factor, word="effect" if same else "assumption", why=_why(effect.context, host),
        weight=1.0 / factor**2 if factor < inf else 0.0,
    )  # fmt: skip


def _why(found: Context, host: Context) -> str:
    """What differs between where it was found and where it is used; "" where nothing does."""
    differs: list[str] = []
    if found.country != host.country:
        differs.append(f"found in {found.country or found.region}, used in {host.country}")
    if found.income != host.income:
        differs.append(f"{found.income or 'unknown'} against {host.income or 'unknown'} income")
    if found.status != host.status:
        differs.append(f"found on {found.status}, used on {host.status}")
    return "; ".join(differs)
