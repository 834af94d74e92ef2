"""What may be passed on: the terms of a document follow its figures, and those computed from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from qanat.errors import LicenceError
from qanat.figures.columns import F
from qanat.figures.words import LICENCES

RESTRICTED: Final = "LICENCE_RESTRICTED"
_FREE: Final = tuple(code for code, one in LICENCES.items() if one.may_redistribute and not one.condition)
_CONDITIONED: Final = tuple(code for code, one in LICENCES.items() if one.may_redistribute and one.condition)
_DERIVED: Final = tuple(code for code, one in LICENCES.items() if one.may_redistribute and one.may_derive)


def require_open(licences: Iterable[tuple[str, str]], where: str) -> None:
    """Nothing where every document (id, licence) may stand in something published under an open licence.

    Raises LicenceError naming every one that may not.
    """
    bound = [f"{name} ({licence})" for name, licence in licences if licence not in _FREE]
    if bound:
        raise LicenceError(
            f"{RESTRICTED}: {', '.join(bound)} may not stand in {where}, which anyone may pass on; leave them out"
        )


def may_travel() -> pl.Expr:
    """Whether a figure may be passed on; a licence that is not listed may not."""
    return F.licence.is_in([*_FREE, *_CONDITIONED])


def may_be_open() -> pl.Expr:
    """Whether a figure may be published under an open licence: it may travel, and without any further condition."""
    return F.licence.is_in(_FREE)


def strictest() -> pl.Expr:
    """The licence of a figure computed from a group's figures.

    Where all have one licence, that one. `private` where what is made of one of them may not be passed on, or its licence is
    not listed; the conditioned licence where one has a condition; else the first. Two different conditions together are private: nobody can keep to both.
    """
    conditions = F.licence.filter(F.licence.is_in(_CONDITIONED))
    bound = ~F.licence.is_in(_DERIVED).fill_null(value=False).all() | (conditions.n_unique() > 1)
    return (
        pl.when(F.licence.n_unique() == 1).then(F.licence.first())
        .when(bound).then(pl.lit("private"))
        .when(conditions.len() > 0).then(conditions.first())
        .otherwise(F.licence.first())
        .alias("licence")
    )  # fmt: skip


def stricter(one: str, other: str) -> pl.Expr:
    """The licence of a figure computed from two, of columns with theirs; `other` may be null, where there is no second."""
    first, second = pl.col(one), pl.col(other)
    return (
        pl.when(second.is_null() | second.is_in(_FREE)).then(first)
        .when(first.is_in(_FREE) | (first == second)).then(second)
        .otherwise(pl.lit("private"))
    )  # fmt: skip


def strictest_of(licences: Iterable[str]) -> str:
    """The licence of a figure computed from figures with these, as `strictest`; `private` where there are none."""
    named = pl.DataFrame({"licence": list(licences)}, schema={"licence": pl.String()})
    return "private" if named.is_empty() else str(named.select(strictest()).item())


def restricted(said: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """A line for each source (with the licence of what rests on it) that may be used here and not passed on."""
    return tuple(
        f"{RESTRICTED}: what rests on {source} ({licence}) may be used here, not passed on"
        for source, licence in sorted(set(said))
        if licence not in (*_FREE, *_CONDITIONED)
    )


def withheld(figures: pl.DataFrame) -> pl.DataFrame:
    """What of these may not be passed on: source, licence and how many figures, by source; empty where all may."""
    bound = figures.filter(~may_travel())
    return bound.group_by("source", "licence").agg(figures=pl.len()).sort("source", "licence")
