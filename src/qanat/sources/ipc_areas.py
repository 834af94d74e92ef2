"""IPC's service: an analysis with its groups and areas as one tree, to people by phase."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import polars as pl

from qanat.figures import Document
from qanat.sources.cells import sifted
from qanat.sources.countries import by_iso2
from qanat.sources.record import Reading, Source
from qanat.sources.request import Key
from qanat.sources.rows import framed, listed, parts, rows, text
from qanat.sources.rules import Rule, blank, dates, facet, kept, period, reading

KEY: Final = Key(
    name="ipc", sent="parameter", as_name="key",
    how="IPC gives a key by e-mail after its form at www.ipcinfo.org (IPC API), in a few days",
)  # fmt: skip
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPAN: Final = re.compile(r"^([A-Za-z]{3})[a-z]* (\d{4})(?: - ([A-Za-z]{3})[a-z]* (\d{4}))?$")
_TERMS: Final = {"": "current_period_dates", "_projected": "projected_period_dates", "_second_projected": "second_projected_period_dates"}  # fmt: skip
_FIELDS: Final = {"estimated_population": "", "p3plus": "3plus", **{f"phase{p}_population": p for p in "12345"}}
_COLUMNS: Final = ("row", "at", "analysis", "country", "location", "term", "phase", "dates", "from", "to", "population")


IPC: Final = Source(  # what all tables of IPC have in common
    id="ipc", counter="ipc", publisher="IPC", title="Acute food insecurity", licence="CC-BY-NC-SA-3.0-IGO", url="https://www.ipcinfo.org", every=90,
    credit="Integrated Food Security Phase Classification (IPC), www.ipcinfo.org", decimals=("population",),
    terms="https://www.ipcinfo.org/ipcinfo-website/terms-of-use/en/",
    caution="HDX lists these figures as public domain, IPC itself asks CC BY-NC-SA 3.0 IGO; the stricter is kept. "
    "Analyses of a country may overlap and differ in coverage: never add or compare them without their everyone-analysed figure.",
)  # fmt: skip
POPULATION: Final = replace(
    IPC, id="ipc.population", title="Acute food insecurity: people by phase", url="https://api.ipcinfo.org/population", needs=("country",), keys=(KEY,),
    columns=("id", "country", "analysis_date", *_TERMS.values(), *_FIELDS),
    optional=(
        "title", "condition", "period", "view_level", "population", "population_percentage", "metadata", "groups", "areas",
        *(f"{field}{term}" for field in _FIELDS for term in list(_TERMS)[1:]),
        *(f"p{phase}_percentage{term}" for phase in ("3plus", *(f"hase{p}" for p in "12345")) for term in _TERMS),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """An analysis, a group or an area: where it stands, what it says, and the names on the way to it."""

    at: str
    record: dict[str, Any]
    names: tuple[str, ...] = ()


def population(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """People by phase of an analysis (no location in the facet), its groups and its areas (facet location=NAME).

    Facet analysis is IPC's number of it. A period that has no dates was not analysed: its zeros are no figures. Areas
    have names only, so they stay at the country; an area's name follows its group's after " / ".
    """
    told = rows(data, POPULATION)
    tree = [
        (analysis, node)
        for part in parts(data, POPULATION, ())
        for at, one in listed(part, POPULATION, ())
        for analysis in (_Node(at=at, record=one),)
        for node in _nodes(analysis)
    ]
    frame = _frame(tree)
    frame = frame.with_columns(place=pl.col("country").replace_strict(by_iso2(), default=None, return_dtype=pl.String))
    sound, aside = kept(frame, POPULATION, *_rules())
    found, wrong = sifted(period(sound, "from", "to"), POPULATION, places)
    cells = found.with_columns(
        measure=pl.lit("classified"), unit=pl.lit("people"), group=pl.lit("people"), value="population", status=pl.lit("estimated"),
        facet=facet(analysis=pl.col("analysis"), location=pl.col("location"), period=pl.col("term"), phase=pl.col("phase")),
    )  # fmt: skip
    return reading(cells, document, POPULATION, (len(tree), [aside, wrong]), told.notes)


def _rules() -> tuple[Rule, ...]:
    span = ~blank("dates") & blank("from")
    return (
        Rule(column="country", word="country", broken=pl.col("place").is_null(), why="is no two-letter code of ISO 3166"),
        Rule(column="dates", word="period", broken=span, why="is no period; Month Year - Month Year was expected"),
        *(r for r in dates("from", "to") if r.word == "period"),
    )  # fmt: skip


def _nodes(one: _Node) -> Iterator[_Node]:
    """An analysis, then the groups and areas under it, each with the names on the way."""
    yield one
    for kind in ("groups", "areas"):
        below = one.record.get(kind)
        for index, found in enumerate(cast("list[object]", below) if isinstance(below, list) else []):
            if isinstance(found, dict):
                record = cast("dict[str, Any]", found)
                names = (*one.names, text(record.get("name")) or "unnamed")
                yield from _nodes(_Node(at=f"{one.at}/{kind}/{index}", record=record, names=names))


def _frame(tree: list[tuple[_Node, _Node]]) -> pl.DataFrame:
    """One row a phase, period and node; those of a period without dates are left out."""
    return framed(
        [
            {
                "row": row, "at": f"{node.at}#{field}{term}", "analysis": analysis.record.get("id"), "country": analysis.record.get("country"),
                "location": " / ".join(node.names), "term": term.strip("_").replace("_", "-"), "phase": phase,
                "dates": analysis.record.get(told), **_span(text(analysis.record.get(told))), "population": node.record.get(f"{field}{term}"),
            }
            for row, (analysis, node) in enumerate(tree, 1)
            for term, told in _TERMS.items()
            if text(analysis.record.get(told))
            for field, phase in _FIELDS.items()
        ],
        _COLUMNS,
    )  # fmt: skip


def _span(dates: str | None) -> dict[str, str]:
    """First and last day of "May 2021 - Jun 2021"; nothing where the text is no span of months."""
    found = _SPAN.match((dates or "").strip())
    if found is None or found[1].lower() not in _MONTHS or (found[3] or found[1]).lower() not in _MONTHS:
        return {}
    first, last = _MONTHS.index(found[1].lower()) + 1, _MONTHS.index((found[3] or found[1]).lower()) + 1
    end = pl.select(pl.date(int(found[4] or found[2]), last, 1).dt.month_end()).item()
    return {"from": f"{found[2]}-{first:02d}-01", "to": str(end)}
