"""The figures a division rests on: its own records, and those of every donor that lent to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from qanat.figures import SCHEMA, F
from qanat.figures.ages import ALL, Band
from qanat.methods import LINEAGE
from qanat.reconcile.donors import COUNTS, Donor
from qanat.reconcile.spreading import Filled

_PAIR: Final = ("measure", "group", "origin", "place", "end")
_KEYS: Final = pl.Schema({name: SCHEMA[name] for name in _PAIR})


def lineage_of(now: pl.DataFrame, parts: Sequence[Filled], cells: Sequence[tuple[str, int | None, int | None]], first: int) -> pl.DataFrame:  # fmt: skip
    """Rows of methods.LINEAGE for a division whose rows begin at `first`.

    now    the figures it was made from;  cells  sex and ages of its rows, in order
    A row rests on its records' undivided figures, on their cells of unknown sex or age, and on the records' and the
    donors' figures of its own sex whose ages lie within its own, or that are of all ages.
    """
    here = now.filter(F.facet.is_null())
    mine = here.join(_keys([_pair(one) for one in parts]), on=list(_PAIR), how="semi", nulls_equal=True)
    mine = mine.filter(F.counter.is_in({one.record.key.counter for one in parts}))
    lent = pl.concat([_lent(here, parts), mine.clear()]).unique(subset=["run", "row"], maintain_order=True)
    out = [_linked(mine, lent, cell, first + at) for at, cell in enumerate(cells)]
    return pl.concat(out).cast(LINEAGE)


def _linked(mine: pl.DataFrame, lent: pl.DataFrame, cell: tuple[str, int | None, int | None], row: int) -> pl.DataFrame:
    sex, ages = cell[0], cell[1:]
    whole = (F.sex == "all") & (F.age_from == 0) & F.age_to.is_null()
    own = mine.filter(whole | (F.sex == "unknown") | _of(sex, ages) | ((F.sex == sex) & F.age_from.is_null()))
    both = pl.concat([own, lent.filter(_of(sex, ages))]).unique(subset=["run", "row"], maintain_order=True)
    return both.select(row=pl.lit(row), input_run="run", input_row="row")


def _of(sex: str, ages: Band) -> pl.Expr:
    """Rows of a sex whose ages lie within a step, or of all ages."""
    all_ages = (F.age_from == 0) & F.age_to.is_null()
    within = F.age_from >= ages[0] if ages[1] is None else (F.age_from >= ages[0]) & (F.age_to <= ages[1])
    return (F.sex == sex) & (all_ages | (within if ages != ALL else pl.lit(value=True))).fill_null(value=False)


def _lent(here: pl.DataFrame, parts: Sequence[Filled]) -> pl.DataFrame:
    """Figures of every donor: by pair and day for other years and agencies, by place or origin for pools."""
    counted = here.filter(F.counter.is_in(COUNTS))
    found = [here.clear()]
    lenders = [(one, donor) for one in parts for donor in one.used if donor.kind != "own"]
    for kind in sorted({donor.kind for _, donor in lenders}):
        some = [(one, donor) for one, donor in lenders if donor.kind == kind]
        pool = here if kind == "population" else counted
        columns, keys = _asked(kind, some)
        found.append(pool.join(keys, on=columns, how="semi", nulls_equal=True))
    return pl.concat(found)


def _asked(kind: str, some: Sequence[tuple[Filled, Donor]]) -> tuple[list[str], pl.DataFrame]:
    if kind in ("beside", "year"):
        pairs = [(*_pair(one)[:-1], end) for one, donor in some for end in (donor.ends or (one.record.key.end,))]
        return list(_PAIR), _keys(pairs)
    if kind == "population":
        people = [
            ("people", one.record.key.origin or one.record.key.place, end) for one, donor in some for end in donor.ends
        ]
        columns = ["group", "place", "end"]
        return columns, pl.DataFrame(people, schema={name: SCHEMA[name] for name in columns}, orient="row").unique()
    end = {"host": ["place"], "origin": ["origin"], "anywhere": list[str]()}[kind]
    columns = ["measure", "group", "end", *end]
    return columns, _keys([_pair(one) for one, _ in some]).select(columns).unique()


def _pair(one: Filled) -> tuple[object, ...]:
    return tuple(getattr(one.record.key, name) for name in _PAIR)


def _keys(pairs: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(list(dict.fromkeys(pairs)), schema=_KEYS, orient="row")
