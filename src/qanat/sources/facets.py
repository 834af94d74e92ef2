"""Finer cuts as one text: key=value;key=value."""

from __future__ import annotations

import polars as pl


def facet(**cuts: pl.Expr) -> pl.Expr:
    """The cuts by key; a null one is left out, null where all are. Signs that part the text become blanks in a value."""
    parts = [
        pl.concat_str(pl.lit(f"{key}="), cut.cast(pl.String).str.replace_all("[=;]", " ").replace("", None))
        for key, cut in sorted(cuts.items())
    ]
    return pl.concat_str(parts, separator=";", ignore_nulls=True).replace("", None)
