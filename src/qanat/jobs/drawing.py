"""Job: the chart of a series as the notebook shows it."""

from __future__ import annotations

from typing import Any, Final

from qanat.brief.charts import Band, Half, Heading, Look, People, PyramidWords, Series, TrendWords, Year, pyramid, trend
from qanat.brief.messages import messages
from qanat.brief.spell import Spelling
from qanat.edition.places import places
from qanat.figures.ages import label

_MOST: Final = 4
_LANGUAGE: Final = "en"
_WIDTH: Final = 560


def drawn(country: str, group: str, rows: list[dict[str, Any]], divided: tuple[str, ...]) -> str:
    """The series as SVG: lines over years by view and counter, or a pyramid where it is divided by sex and age."""
    return _pyramid(country, group, rows) if divided else _trend(country, group, rows)


def _title(country: str, group: str) -> str:
    return f"{places().name(country)}: {messages(_LANGUAGE).texts.get(f'group.{group}', group)}"


def _trend(country: str, group: str, rows: list[dict[str, Any]]) -> str:
    spell = Spelling(_LANGUAGE).short
    told: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        if row["value"] is not None:
            told.setdefault(f"{row['view']} ({row['counter']})", []).append((row["year"], row["value"]))
    largest = sorted(told.items(), key=lambda item: -max(value for _, value in item[1]))[:_MOST]
    series = [
        Series(name=name, told=spell(sorted(points)[-1][1]), readings=tuple(Year(year=year, value=value) for year, value in sorted(points)))
        for name, points in largest
    ]  # fmt: skip
    heading = Heading(title=_title(country, group), description="; ".join(f"{one.name} {one.told}" for one in series))
    return trend(
        series, TrendWords(heading=heading, unit="", spell=spell), Look(name=f"nb-{country}-{group}", width=_WIDTH)
    ).svg


def _pyramid(country: str, group: str, rows: list[dict[str, Any]]) -> str:
    spell = Spelling(_LANGUAGE).short
    sums: dict[tuple[str, int | None, int | None], float] = {}
    for row in rows:
        if row["value"] is not None:
            key = (row["sex"], row["age_from"], row["age_to"])
            sums[key] = sums.get(key, 0.0) + row["value"]
    spans = sorted(
        {(start, end) for sex, start, end in sums if sex in ("female", "male")},
        key=lambda span: -1 if span[0] is None else span[0],
        reverse=True,
    )

    def half(sex: str, span: tuple[int | None, int | None]) -> Half:
        value = sums.get((sex, *span))
        return Half(value=value, told="" if value is None else spell(value))

    bands = [
        Band(
            label=label(*span) or ("unknown" if span[0] is None else "all"),
            women=half("female", span),
            men=half("male", span),
            age_known=span[0] is not None,
        )
        for span in spans
    ]
    unknown = sum(value for (sex, _, _), value in sums.items() if sex == "unknown")
    heading = Heading(title=_title(country, group), description=f"{len(bands)} age bands by sex")
    words = PyramidWords(
        heading=heading, women="women and girls", men="men and boys", sex_unknown=f"sex not known: {spell(unknown)}"
    )
    people = People(bands=tuple(bands), sex_unknown=unknown or None)
    return pyramid(people, words, Look(name=f"nb-{country}-{group}-p", width=_WIDTH)).svg
