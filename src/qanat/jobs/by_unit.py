"""A country and its units: their figures together, and what a message says where only units have some."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from qanat.edition.places import places
from qanat.figures import UNDIVIDED, F
from qanat.figures.places import Place
from qanat.jobs.knowing import told_first
from qanat.store import Ask, Engine


def with_units(code: str, ask: Ask, store: Engine) -> pl.DataFrame:
    """The figures a question asks for about a country (origin or place) and about the units it is listed with, each once."""
    prefixes = places().pcode_prefixes(code)
    asks = [replace(ask, about=code), *([replace(ask, pcodes=prefixes)] if prefixes else [])]
    return pl.concat([store.get(one) for one in asks]).unique(["run", "row"], keep="first", maintain_order=True)


def elsewhere(place: Place, ask: Ask, store: Engine) -> str:
    """For a message that a country has no figure: since when one is known, else who tells it for units; empty where neither is so."""
    return told_first(ask, store) or told_by_unit(place, ask, store)


def told_by_unit(place: Place, ask: Ask, store: Engine) -> str:
    """How many units of a country have what the question asks of the whole of it, of their newest day, by whom, and one to trace.

    Empty where none has.
    """
    units = replace(ask, about=None, place=None, pcodes=place.prefixes)
    found = store.get(units).filter(UNDIVIDED & (F.unit == "people") & F.value.is_not_null())
    if found.is_empty():
        return ""
    last = found.filter(F.end == F.end.max()).sort("place", "run", "row")
    first = last.row(0, named=True)
    who = ", ".join(sorted(set(last.get_column("counter"))))
    return (
        f"; {last.get_column('place').n_unique()} of its units have figures ({who}, {first['end']}), which are not added up: they may not cover "
        f"the country; see `qanat trace {first['run']}:{first['row']}`"
    )
