"""World Population Prospects as the UN Population Division publishes it: the bulk CSV files (gzip) by variant."""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.errors import AskError
from qanat.figures import Document, F
from qanat.figures.ages import band, five_year_bands, label
from qanat.figures.periods import flow_of, mid_year
from qanat.sources.cells import sifted
from qanat.sources.facets import facet
from qanat.sources.packed import unpacked
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.request import Question, Request
from qanat.sources.shape import figures
from qanat.sources.unpd import WPP
from qanat.sources.wide import picked

_FILES: Final = "https://population.un.org/wpp/assets/Excel%20Files/1_Indicator%20(Standard)/CSV_FILES/"
_PLACED: Final = ("LocID", "ISO3_code", "Variant", "Time")
_WORLD: Final = "900"  # the Division's number of the world, which has no ISO code
_VARIANTS: Final = ("Medium", "OtherVariants")
_COUNTED: Final = (
    "TPopulation1Jan", "TPopulation1July", "TPopulationMale1July", "TPopulationFemale1July", "Births", "Deaths", "DeathsMale", "DeathsFemale",
)  # fmt: skip
_SEXES: Final = {"PopTotal": "all", "PopMale": "male", "PopFemale": "female"}
_AGES: Final = (*(str(label(*one)).replace("–", "-") for one in five_year_bands(100)),)
_THOUSAND: Final = 1000


def _source(name: str, title: str, columns: tuple[str, ...], *, ages: bool = False) -> Source:
    file = "PopulationByAge5GroupSex" if ages else "Demographic_Indicators"
    return Source(
        id=f"unpd.{name}", counter="unpd", publisher=WPP.publisher, title=f"{WPP.title}: {title}", licence=WPP.licence, credit=WPP.credit,
        url=f"{_FILES}WPP2024_{file}_", terms=WPP.terms, every=WPP.every, columns=(*_PLACED, *columns), year="Time", codes=("iso3",),
        decimals=tuple(name for name in columns if name not in ("NetMigrations", "AgeGrp")),
        signed=() if ages else ("NetMigrations",), words={"AgeGrp": _AGES} if ages else {}, parts="a file of variants: Medium or OtherVariants",
        caution="Model estimates and projections, revised as a whole every second year; a projection is no forecast of a crisis.",
    )  # fmt: skip


INDICATORS: Final = _source("wpp-indicators", "demographic indicators", (*_COUNTED, "NetMigrations"))
AGES: Final = _source("wpp-ages", "population by five-year age group and sex", ("AgeGrp", *_SEXES), ages=True)


def indicators(
    data: bytes, document: Document, *, since: int = 1990, until: int = 2050, places: frozenset[str] | None = None
) -> Reading:
    """Population on 1 January and 1 July (by sex), births, deaths (by sex) and net migration of each year, in persons.

    Published in thousands with three decimals, here times 1000. Variants other than the medium one have it in `facet`.
    Regions and groups of countries give no figures, the world does (WLD); how many records they are, the notes say.
    """
    frame, rejected, rows, notes = _countries(data, INDICATORS, places)
    year = pl.col("Time")
    first = pl.date(year, 1, 1)
    asked = frame.filter(year.is_between(since, until))
    parts = [
        _series(asked, "stock", "TPopulation1Jan", (first, first)),
        _series(asked, "stock", "TPopulation1July", mid_year(year)),
        _series(asked, "stock", "TPopulationFemale1July", mid_year(year), sex="female"),
        _series(asked, "stock", "TPopulationMale1July", mid_year(year), sex="male"),
        _series(asked, "births", "Births", flow_of(year)),
        _series(asked, "deaths", "Deaths", flow_of(year)),
        _series(asked, "deaths", "DeathsFemale", flow_of(year), sex="female"),
        _series(asked, "deaths", "DeathsMale", flow_of(year), sex="male"),
        _series(asked, "net-flow", "NetMigrations", flow_of(year)),
    ]
    return _reading(pl.concat(parts), document, rejected, rows, notes)


def ages(
    data: bytes, document: Document, *, since: int = 1990, until: int = 2050, places: frozenset[str] | None = None
) -> Reading:
    """Population on 1 July by five-year age group, for each sex and both, in persons; otherwise as `indicators`."""
    frame, rejected, rows, notes = _countries(data, AGES, places)
    bands = pl.DataFrame(
        [(text, *band(text)) for text in _AGES], schema={"AgeGrp": pl.String(), "age_from": pl.Int16(), "age_to": pl.Int16()}, orient="row"
    )  # fmt: skip
    aged = frame.filter(pl.col("Time").is_between(since, until)).join(bands, on="AgeGrp", maintain_order="left")
    span = mid_year(pl.col("Time"))
    parts = [_series(aged, "stock", column, span, sex=sex, aged=True) for column, sex in _SEXES.items()]
    return _reading(pl.concat(parts), document, rejected, rows, notes)


def ask(source: Source, question: Question) -> list[Request]:
    """The whole file, which has all countries and years: of the medium variant, or of OtherVariants as the question's part."""
    variant = question.part or "Medium"
    if variant not in _VARIANTS:
        raise AskError(f"{source.id}: {variant!r} is no file of variants; there are {', '.join(_VARIANTS)}")
    return [Request(url=f"{source.url}{variant}.csv.gz")]


def _countries(
    data: bytes, source: Source, places: frozenset[str] | None
) -> tuple[pl.DataFrame, pl.DataFrame, int, tuple[str, ...]]:
    """Sound records of countries and of the world, those set aside, how many there were, and what was left out."""
    found = picked(unpacked(data, source), source)
    blank = pl.col("ISO3_code").is_null() | (pl.col("ISO3_code") == "")
    code = pl.when(pl.col("LocID").is_in([_WORLD, f"{_WORLD}.0"])).then(pl.lit("WLD")).when(~blank).then("ISO3_code")
    coded = found.with_columns(iso3=code)
    placed = coded.filter(pl.col("iso3").is_not_null())
    kept, rejected = sifted(placed, source, places)
    groups = found.height - placed.height
    notes = (f"{groups} records speak of regions and groups of countries, which are no places here",) if groups else ()
    return kept, rejected, found.height, notes


def _series(
    frame: pl.DataFrame, measure: str, column: str, span: tuple[pl.Expr, pl.Expr], *, sex: str = "all", aged: bool = False
) -> pl.DataFrame:  # fmt: skip
    variant = pl.col("Variant")
    none = pl.lit(None, dtype=pl.Int16)
    return frame.select(
        group=pl.lit("people"), measure=pl.lit(measure), unit=pl.lit("movements" if measure == "net-flow" else "people"), place="iso3",
        start=span[0], end=span[1], value=(pl.col(column) * _THOUSAND).round(0), status=pl.lit("estimated"), basis=pl.lit("model"),
        sex=pl.lit(sex), age_from="age_from" if aged else pl.lit(0, dtype=pl.Int16), age_to="age_to" if aged else none,
        facet=facet(variant=pl.when(variant != "Medium").then(variant)), locator=pl.format("row {}#{}", "row", pl.lit(column)),
    )  # fmt: skip


def _reading(
    cells: pl.DataFrame, document: Document, rejected: pl.DataFrame, rows: int, notes: tuple[str, ...]
) -> Reading:
    counted = cells.filter(F.value.is_not_null())
    return Reading(
        figures=figures(counted, document, "unpd"),
        rows=rows,
        empty=cells.height - counted.height,
        notes=notes,
        rejected=rejected,
    )


ADAPTERS: Final = (
    Adapter(source=INDICATORS, read=indicators, ask=ask),
    Adapter(source=AGES, read=ages, ask=ask),
)
