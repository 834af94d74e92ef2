"""Where in a document a figure stands: pointers into JSON answers, alone or several added up."""

from __future__ import annotations

from typing import Final

import polars as pl

NAMED: Final = 20  # records a sum names; the rest are counted


def pointers(path: tuple[str, ...], index: str = "index") -> pl.Expr:
    """JSON pointers (RFC 6901) to the records of a list, by the column of their places in it, from 0.

    path  the names that lead to the list; empty for a plain one
    """
    lead = "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in path)
    return pl.format("{}/{}", pl.lit(lead), pl.col(index))


def several(at: str = "at") -> pl.Expr:
    """The pointers of a group as one locator: "/3+/7+/9", at most twenty of them named, then "+5 more"."""
    own = pl.col(at).drop_nulls()
    count = own.len().cast(pl.Int64)
    more = pl.when(count > NAMED).then(pl.format("+{} more", count - NAMED)).otherwise(pl.lit(""))
    return pl.concat_str(own.head(NAMED).str.join("+"), more)
