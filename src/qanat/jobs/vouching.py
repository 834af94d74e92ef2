"""What was said of the figures behind a country's brief, ready to be told."""

from __future__ import annotations

from datetime import date

import polars as pl

from qanat.brief.blocks import Spoken, Standing
from qanat.brief.numbers import Row
from qanat.brief.situation import rows_of
from qanat.jobs.country import Country, Terms
from qanat.jobs.endorsing import all_policies
from qanat.jobs.passing import bound_behind
from qanat.register.policy import judged
from qanat.register.statements import Figure, Statement
from qanat.store import Ask, Disk, Engine


def vouching(
    store: Engine, found: Country, today: date, terms: Terms
) -> tuple[tuple[Spoken, ...], tuple[Standing, ...]]:
    """Every statement about a figure the country's picture rests on, in order, and what each policy finds of that figure.

    today  statements of a later day are not told
    terms  a figure of the agency's own that may not be passed on is not told where the picture is to travel
    """
    said = [one for one in store.statements() if one.made <= today]
    if not said or not isinstance(store, Disk):
        return (), ()
    behind = {cite: _behind(store, found, cite) for cite in dict.fromkeys(one.figure.cite for one in said)}
    told = [(one, row) for one in said if behind[one.figure.cite] and (row := _row(store, one.figure)) is not None]
    spoken = tuple(
        Spoken(
            says=one.says, agency=one.agency, about=row, cites=behind[one.figure.cite], made=one.made,
            own=_own(store, one.by, terms) if one.by else None,
        )
        for one, row in told
    )  # fmt: skip
    about = {row.cite: row for _, row in told}
    return spoken, tuple(one for row in about.values() for one in _standing(store, row, said, behind[row.cite]))


def _own(store: Engine, figure: Figure, terms: Terms) -> Row | None:
    """The figure an agency counts instead; null where it may not be told, or nobody counted."""
    untold = terms.travelling and bound_behind(store, [figure.cite]).height
    return None if untold else _row(store, figure)


def _standing(store: Disk, row: Row, said: list[Statement], cites: frozenset[str]) -> list[Standing]:
    found = [judged(rule, [one for one in said if one.figure.cite == row.cite]) for rule in all_policies(store)]
    return [
        Standing(
            policy=one.policy.name, rule=one.policy.rule, met=one.met, about=row, cites=cites,
            missing=tuple((term.least, term.of) for term in one.missing),
        )
        for one in found
    ]  # fmt: skip


def _behind(store: Engine, found: Country, cite: str) -> frozenset[str]:
    """The figure's own citation and those of the picture's figures made from it; empty where the picture has nothing of it."""
    run, _, row = cite.rpartition(":")
    made = store.lineage(found.run).filter((pl.col("input_run") == run) & (pl.col("input_row") == int(row)))
    here = found.published.filter((pl.col("run") == run) & (pl.col("row") == int(row))).height
    if made.is_empty() and not here:
        return frozenset()
    return frozenset({cite, *(f"{found.run}:{at}" for at in made.get_column("row"))})


def _row(store: Engine, figure: Figure) -> Row | None:
    """The figure as a line to be told; null where nobody counted."""
    found = rows_of(store.get(Ask(run=figure.run, rows=(figure.row,))))
    return found[0] if found else None
