"""Flows of women and men: each from an account of their own, brought to the flows of everyone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from qanat.estimate.drawn_up import drawn_up
from qanat.estimate.drawn_up import everyone as common_of
from qanat.estimate.flows import Estimate, estimated
from qanat.estimate.releases import Release
from qanat.estimate.worlds import Rules
from qanat.maths.moves import Split
from qanat.maths.sexes import raked

SEXES: tuple[Literal["female", "male"], ...] = ("female", "male")


@dataclass(frozen=True, slots=True, kw_only=True)
class BySex:
    """Everyone's flows with those of women and men, cell by cell adding up to them, in each of the three kinds.

    assumed  what was assumed about women and men, in sentences
    """

    everyone: Estimate
    women: Split
    men: Split
    assumed: tuple[str, ...]


def by_sex(everyone: Estimate, found: Release, rules: Rules) -> BySex:
    """The flows of women and men.

    Where zeros of a sex's stocks leave no way to its totals, a few people are put into cells without stock (see
    maths.accounting.Closing.room), and `assumed` tells how many. Source: Abel and Cohen 2022, Scientific Data 9:173.
    """
    how = replace(everyone.how, closing=replace(everyone.how.closing, room=True))
    tables: list[Split] = []
    assumed: list[str] = []
    common = common_of(found)
    for sex in SEXES:
        told, own = drawn_up(found, rules, sex, common)
        one = estimated(own, how)
        tables.append(one.kinds)
        assumed += [said for said in told.assumed if said not in assumed]
        if one.kinds.placed >= 1:
            assumed.append(
                f"{one.kinds.placed:,.0f} people ({sex}) live, by the totals, where the stocks count nobody born where they were born"
            )
    women, men = _raked(tables[0], tables[1], everyone.kinds)
    return BySex(everyone=everyone, women=women, men=men, assumed=tuple(assumed))


def _raked(women: Split, men: Split, both: Split) -> tuple[Split, Split]:
    out = raked(women.outward, men.outward, both.outward)
    back = raked(women.back, men.back, both.back)
    transit = raked(women.transit, men.transit, both.transit)
    hers, his = (Split(outward=out[at], back=back[at], transit=transit[at]) for at in (0, 1))
    return hers, his
