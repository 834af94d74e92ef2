"""Estimates of flows in files: the tables scripts rely on, marked where they may not be passed on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from qanat.figures.licensing import withheld

if TYPE_CHECKING:
    from qanat.jobs.flows_told import Found


def written_to(found: Found, out: Path | None, draws_out: Path | None) -> None:
    """The flows in the file `out` and their draws in `draws_out`, where they are named."""
    if out is not None:
        written(marked(table(found), bound(found)), out)
    if draws_out is not None and found.ranged is not None:
        from qanat.estimate.intervals import draws_frame

        marked(draws_frame(found.ranged), bound(found)).write_parquet(draws_out)


def table(found: Found) -> pl.DataFrame:
    """The flows in the columns scripts rely on (estimate.flows.CONTRACT); with `sex` (all, female, male) where sexes were asked for."""
    from qanat.estimate.flows import contract, pairs

    whole = contract(found.estimate) if found.ranged is None else found.ranged.table
    if not found.sexes:
        return whole
    places = found.estimate.world.places
    parts = [pairs(places, ("flow", kinds.total)).with_columns(sex=pl.lit(sex)) for sex, kinds in found.sexes.items()]
    return pl.concat([whole.with_columns(sex=pl.lit("all")), *parts], how="diagonal")


def bound(found: Found) -> pl.DataFrame:
    """The releases behind an estimate where they may not be passed on, as licensing.withheld; empty for files of one's own,
    whose terms whoever has them knows."""
    told = found.release
    rows = [] if told is None else [{"source": " + ".join(told.releases), "licence": told.licence}]
    return withheld(pl.DataFrame(rows, schema={"source": pl.String(), "licence": pl.String()}))


def marked(frame: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """The table with a column `licence` where it may not be passed on (`terms`, as licensing.withheld), as it is where it may."""
    return frame if terms.is_empty() else frame.with_columns(licence=pl.lit(terms.item(0, "licence")))


def written(frame: pl.DataFrame, out: Path) -> None:
    """The table in a file, Parquet or (by its name) CSV."""
    if out.suffix.lower() == ".csv":
        frame.write_csv(out)
    else:
        frame.write_parquet(out)
