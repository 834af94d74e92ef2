"""HDX HAPI v2 (Humanitarian API, OCHA Centre for Humanitarian Data): needs, presence, funding, food security, population.

Reads the service's JSON pages and the CSV copies that HDX publishes of them. A CSV row with an error is one that OCHA
itself leaves out of the service; it is set aside with OCHA's sentence. "all" is the undivided figure and is never added
to its parts. A stock told for a period stands on the period's last day (method last-day@1).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import Document
from qanat.sources.admin import located, nowhere, with_country
from qanat.sources.cells import SUMMED, code, sifted
from qanat.sources.hapi_ask import ask, following
from qanat.sources.hapi_people import baseline, grouped, idps, people, sexes_and_ages
from qanat.sources.hapi_tables import (
    FOOD,
    FUNDING,
    IDPS,
    NEEDS,
    PHASES,
    POPULATION,
    PRESENCE,
    REFUGEES,
    RETURNEES,
    RISK,
    TERMS,
)
from qanat.sources.ipc_widest import widest
from qanat.sources.locators import several
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.rows import rows
from qanat.sources.rules import Rule, blank, dates, facet, kept, on_last_day, period, reading, words

_STATUS: Final = {"AFF": "affected", "INN": "need", "TGT": "target", "REA": "reached", "all": "stock"}
_SEXES: Final = {"female": "female", "male": "male"}
_WHOLE: Final = ("", "all", "total")
_RISKS: Final = {
    "overall_risk": None, "hazard_exposure_risk": "hazard and exposure", "vulnerability_risk": "vulnerability",
    "coping_capacity_risk": "lack of coping capacity",
}  # fmt: skip
_PHASES: Final = {word: word for word in PHASES} | {"3+": "3plus", "all": ""}
_TERMS: Final[dict[str, str]] = dict(zip(TERMS, ("", "projected", "second-projected"), strict=True))


def needs(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """People affected, in need, targeted and reached, and the population planned for, by sector and category.

    The intersectoral row has no sector in its facet: it counts a person once, so sectors are never added up to it.
    Category: "Female" and "Male" become sexes; every other label stays in the facet as the plan words it, since the
    ages of "Children", "Adult" and "Elderly" are each plan's own.
    """
    found, aside, count, notes = _checked(data, NEEDS, places)
    category = pl.col("category").fill_null("")
    lower = category.str.to_lowercase()
    sector = pl.when(~pl.col("sector_code").is_in(["Intersectoral", "ALL"])).then("sector_code")
    whole = lower.is_in(list(_WHOLE))
    cells = people(found).with_columns(
        measure=words(_STATUS, "population_status"), unit=pl.lit("people"), group=pl.lit("people"), value="population",
        sex=pl.coalesce(lower.replace_strict(_SEXES, default=None, return_dtype=pl.String), "sex"),
        facet=facet(
            category=pl.when(~whole & ~lower.is_in(list(_SEXES))).then(category), location=pl.col("location"), sector=sector,
            group=_unless_all("population_group"), disabled=_unless_all("disabled_marker"), gender=pl.col("unspecified"),
        ),
    )  # fmt: skip
    return reading(on_last_day(cells), document, NEEDS, (count, aside), notes)


def presence(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """Organisations at work (3W): one row an organisation, place and sector (value 1, facet org and sector), and how many
    different ones a place and sector have (method presence@1).

    An organisation is told by its acronym, by its name where it has none; spellings of a name under one acronym are
    one organisation. Counts hold for this document: the pages of one answer are to be joined before they are read.
    """
    found, aside, count, notes = _checked(data, PRESENCE, places)
    org = pl.coalesce(pl.when(~blank("org_acronym")).then("org_acronym"), "org_name")
    same = {"measure": pl.lit("presence"), "unit": pl.lit("organisations"), "group": pl.lit("presence")}
    cells = found.with_columns(
        **same, value=pl.lit(1.0), method=pl.lit("published"), org=facet(org=org),
        facet=facet(location=pl.col("location"), org=org, sector=pl.col("sector_code")),
    )  # fmt: skip
    by = facet(location=pl.col("location"), sector=pl.col("sector_code")).alias("cut")
    counts = (
        cells.with_columns(by)
        .group_by("place", "start", "end", "cut", maintain_order=True)
        .agg(
            pl.col("row").first(), pl.col("org").n_unique().cast(pl.Float64).alias("value"), several().alias("locators")
        )
        .with_columns(**same, method=pl.lit("presence@1"))
        .rename({"cut": "facet", "locators": "at"})
    )
    both = pl.concat([cells.select(counts.columns), counts])
    return reading(both, document, PRESENCE, (count, aside), notes)


def funding(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """What appeals ask for and have been given (USD, current), by country and appeal (facet plan=CODE).

    Money given outside of every appeal stands under plan=Not specified; it is funding and no requirement.
    """
    found, aside, count, notes = _checked(data, FUNDING, places)
    told = found.with_columns(place=pl.col("location_code"), facet=facet(plan=pl.col("appeal_code")))
    cells = [
        told.with_columns(
            measure=pl.lit(measure), unit=pl.lit("USD"), group=pl.lit("money"), value=pl.col(name), at=pl.format("{}#{}", "at", pl.lit(name))
        )
        for name, measure in (("requirements_usd", "requirement"), ("funding_usd", "funding"))
    ]  # fmt: skip
    return reading(pl.concat(cells), document, FUNDING, (count, aside), notes)


def food_security(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """People by IPC phase (acute food insecurity), now and projected; see `qanat.sources.ipc`, whose figures these are.

    Facet phase=1 to 5 and 3plus (phases 3 to 5 together, never added to them); no phase: everyone analysed. A
    projection has period=projected or second-projected. Where a place is in two analyses of one period, the one of more
    people holds and the other's rows are superseded.
    """
    found, aside, count, notes = _checked(data, FOOD, places)
    found, replaced = widest(
        found, ("place", "location", "ipc_type", "start", "end"), "ipc_phase", "population_in_phase"
    )
    cells = found.with_columns(
        measure=pl.lit("classified"), unit=pl.lit("people"), group=pl.lit("people"), value="population_in_phase", status=pl.lit("estimated"),
        facet=facet(
            location=pl.col("location"), period=words(_TERMS, "ipc_type"), phase=words(_PHASES, "ipc_phase")
        ),
    )  # fmt: skip
    return reading(cells, document, FOOD, (count, aside), notes, replaced)


def population(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """Everyone living in a place (common operational data, COD-PS), by sex and age."""
    found, aside, count, notes = _checked(data, POPULATION, places)
    return reading(baseline(found), document, POPULATION, (count, aside), notes)


def displaced(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """IDPs as IOM's DTM counts them, by operation, assessment and round (facet): never added over any of the three.

    IOM's terms go with them: for use here, not to be passed on.
    """
    found, aside, count, notes = _checked(data, IDPS, places)
    return reading(idps(found), document, IDPS, (count, aside), notes)


def refugees(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """UNHCR's people of concern by origin, country of asylum, population group, sex and age."""
    return _by_origin(data, document, REFUGEES, places)


def returnees(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """UNHCR's returns of the year by origin, country of asylum, sex and age."""
    return _by_origin(data, document, RETURNEES, places)


def risk(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """INFORM risk index of countries, 0 to 10: the whole (no facet) and its three dimensions; no numbers of people."""
    found, aside, count, notes = _checked(data, RISK, places)
    cells = [
        found.with_columns(
            place=pl.col("location_code"), measure=pl.lit("index"), unit=pl.lit("points"), group=pl.lit("risk"), value=pl.col(name),
            facet=facet(dimension=pl.lit(dimension, dtype=pl.String)), at=pl.format("{}#{}", "at", pl.lit(name)),
        )
        for name, dimension in _RISKS.items()
    ]  # fmt: skip
    return reading(pl.concat(cells), document, RISK, (count, aside), notes)


def _by_origin(data: bytes, document: Document, source: Source, places: frozenset[str] | None) -> Reading:
    found, aside, count, notes = _checked(data, source, places)
    origin, place = code(found, "origin_location_code", source), code(found, "asylum_location_code", source)
    ends = found.with_columns(origin=pl.when(origin != SUMMED).then(origin), place=place)
    return reading(grouped(ends), document, source, (count, aside), notes)


def _checked(
    data: bytes, source: Source, places: frozenset[str] | None
) -> tuple[pl.DataFrame, list[pl.DataFrame], int, tuple[str, ...]]:
    """The sound records with their place and period, those set aside, how many there are, and notes."""
    told = rows(data, source, ("data",))
    frame, notes = told.records, told.notes
    if "location_code" in source.optional:
        frame, more = with_country(frame, source)
        notes += more
    flagged, errors = kept(frame, source, Rule(column="error", word="publisher", broken=~blank("error"), told="error"))
    rules = list(dates("reference_period_start", "reference_period_end"))
    if "admin_level" in source.optional:
        flagged = located(flagged)
        rules.append(nowhere())
    if "gender" in (*source.columns, *source.optional):
        rules += sexes_and_ages()
    if "population_group" in source.words:
        rules.append(Rule(column="population_group", word="sum", broken=pl.col("population_group") == "all", why="is all groups together, which overlap; the groups themselves are read"))  # fmt: skip
    sound, aside = kept(flagged, source, *rules)
    found, wrong = sifted(period(sound, "reference_period_start", "reference_period_end"), source, places)
    warned = frame.filter(~blank("warning")).height
    if warned:
        notes += (f"{warned} records carry a warning of OCHA's and are read",)
    return found, [errors, aside, wrong], frame.height, notes


def _unless_all(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "all").then(name)


ADAPTERS: Final = tuple(
    Adapter(source=source, read=read, ask=ask, following=following, together=source is PRESENCE, until_short=True)
    for source, read in (
        (NEEDS, needs), (PRESENCE, presence), (FUNDING, funding), (FOOD, food_security), (POPULATION, population),
        (IDPS, displaced), (REFUGEES, refugees), (RETURNEES, returnees), (RISK, risk),
    )
)  # fmt: skip
