"""The method: one picture of every group, place and year, as figures of stage reconciled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from qanat.figures import SCHEMA, F, Stage
from qanat.figures.licensing import strictest_of
from qanat.methods import LINEAGE, Derived, Method
from qanat.reconcile.compared import Beside, current, day_of, moved
from qanat.reconcile.concepts import FAMILIES
from qanat.reconcile.declared import DECLARED, Stated, declared, pairs
from qanat.reconcile.eras import eras
from qanat.reconcile.lineage import clusters
from qanat.reconcile.newest import newest, superseded
from qanat.reconcile.one_picture import LEARNT, Constants, One, pictured
from qanat.reconcile.said import Figure, spoken

_OF_FAMILY: Final = {member: group for group, members in FAMILIES.items() for member in members}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """From which year on, with which constants of the model, and what publishers state of whose count their figures are."""

    since: int = 2009
    constants: Constants = LEARNT
    stated: tuple[Stated, ...] = DECLARED


def pictures(figures: pl.DataFrame, options: Pictures) -> Derived:
    """One picture of every group, place and year: the median of a measurement-error model over clusters of copies, in people.

    figures  published figures, undivided; origin null or the place itself (people inside a country); stocks, and beside
             them the movements and returns of IDPs that tell a method break from a movement, all vintages
    Gives    value = the median, low and high = the 80 % interval in which a further sound count would lie, level 0.8,
             status estimated; where one cluster stands alone, its figure and the default interval (the locator says which).
             Figures of other causes, partial coverage or cumulative registers give no evidence, nor do a counter's figures
             from before a method break that no overlap bridges (reconcile/eras.py). Nothing said, no row.
    """
    inside = figures.filter((F.stage == "published") & (F.origin.is_null() | (F.origin == F.place)))
    now = newest(inside)
    flows, older = (
        _by_place(now.filter(F.measure == "flow")),
        _by_place(superseded(inside.filter(F.measure == "stock"), now)),
    )
    rows: list[dict[str, Any]] = []
    inputs: list[tuple[int, str, int]] = []
    families = now.filter(F.measure == "stock").with_columns(_family=F.group.replace(_OF_FAMILY))
    for key, part in families.group_by("place", "_family", maintain_order=True):
        place, group = str(key[0]), str(key[1])
        beside = Beside(
            moved=moved(flows[place]) if place in flows and group == "idps" else {},
            earlier=tuple(spoken(older[place])) if place in older else (),
        )
        around = {figure.licence for figure in beside.earlier}
        around |= set(flows[place].get_column("licence")) if beside.moved else set[str]()
        for one, said, licences in _years(spoken(part), group, options, beside):
            cited = dict.fromkeys(figure.cite for cluster in one.used for figure in cluster.members)
            inputs += [(len(rows), *_cited(cite)) for cite in cited]
            rows.append(_row(one, said, group) | {"licence": strictest_of(licences | around)})
    blank = pl.DataFrame(rows, schema={**SCHEMA}, orient="row") if rows else pl.DataFrame(schema=SCHEMA)
    return Derived(figures=blank, lineage=pl.DataFrame(inputs, schema=LINEAGE, orient="row"))


def _by_place(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {str(key[0]): part for key, part in rows.group_by("place", maintain_order=True)}


def _years(
    said: list[Figure], group: str, options: Pictures, beside: Beside
) -> Iterator[tuple[One, tuple[Figure, ...], set[str]]]:
    """Each year's picture, what was said for it, and the licences of all that was said up to its day."""
    for year in sorted({one.year for one in said if one.year >= options.since and one.group == group}):
        now = current(said, year)
        day = day_of(now, year)
        known = [figure for figure in said if figure.end <= day]
        spans = eras([figure for figure in known if figure.group == group], beside.moved, beside.earlier)
        one = pictured(clusters(known, pairs(declared(known, options.stated))), day, group, options.constants, spans)
        if one.median is not None:
            yield one, now, {figure.licence for figure in known}


def _row(one: One, now: tuple[Figure, ...], group: str) -> dict[str, Any]:
    newest_known = max((figure for figure in now), key=lambda figure: (figure.known, figure.source))
    told = {
        "stage": "reconciled", "measure": "stock", "unit": newest_known.unit, "group": group, "place": newest_known.place, "start": one.day,
        "end": one.day, "known": newest_known.known, "counter": "qanat", "sex": "all", "age_from": 0, "value": one.median, "low": one.low80,
        "high": one.high80, "level": 0.8, "status": "estimated", "source": newest_known.source,
        "locator": f"{one.basis}: {', '.join(cluster.name for cluster in one.used)}", "method": PICTURES.name,
    }  # fmt: skip
    return {**dict.fromkeys(SCHEMA), **told}


def _cited(cite: str) -> tuple[str, int]:
    run, row = cite.rsplit(":", 1)
    return run, int(row)


PICTURES: Final = Method(
    id="reconcile.pictures", version=2, reads=Stage.PUBLISHED, writes=Stage.RECONCILED,
    paper="Carroll and others, Measurement Error in Nonlinear Models (2006), chapter 1; Lange, Little and Taylor, JASA 84 (1989); EGRISS, IRIS (2020), chapter 3",
    options=Pictures, compute=pictures,
)  # fmt: skip
