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
_UNDERIVED: Final = tuple(code for code, one in LICENCES.items() if not one.may_derive)


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

    `private` where one of them may not be derived from; the conditioned licence where one has a condition; else the
    first. Two different conditions together are private: nobody can keep to both.
    """
    conditions = F.licence.filter(F.licence.is_in(_CONDITIONED))
    bound = F.licence.is_in(_UNDERIVED).any() | (conditions.n_unique() > 1)
    return (
        pl.when(bound).then(pl.lit("private"))
        .when(conditions.len() > 0).then(conditions.first())
        .otherwise(F.licence.first())
        .alias("licence")
    )  # fmt: skip


def withheld(figures: pl.DataFrame) -> pl.DataFrame:
    """What of these may not be passed on: source, licence and how many figures, by source; empty where all may."""
    bound = figures.filter(~may_travel())
    return bound.group_by("source", "licence").agg(figures=pl.len()).sort("source", "licence")
