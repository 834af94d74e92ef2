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


def drawn(country: str, group: str, rows: list[dict[str, Any]], estimates: list[dict[str, Any]] | None) -> str:
    """The series as SVG: lines over years by view and counter, or a pyramid where it is divided by sex and age.

    estimates  as show's `divided`, of the view and counter with most people; null = the series is not divided
    """
    if estimates is None:
        return _trend(country, group, rows)
    largest = max(estimates, key=lambda one: one["total"], default=None)
    if largest is None:
        return _pyramid(country, group, rows, {})
    mine = [row for row in rows if (row["view"], row["counter"]) == (largest["view"], largest["counter"])]
    guessed: list[dict[str, Any]] = largest["rows"] if largest["status"] == "estimated" else []
    return _pyramid(
        country, group, mine, {(row["sex"], row["age_from"], row["age_to"]): row["value"] for row in guessed}
    )


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


Span = tuple[int | None, int | None]
Cells = dict[tuple[str, int | None, int | None], float]


def _pyramid(country: str, group: str, rows: list[dict[str, Any]], guessed: Cells) -> str:
    """What is counted solid, what an estimate adds hatched; without one, the unknown as bars of their own."""
    spell, sums = Spelling(_LANGUAGE).short, _sums(rows)
    spans = sorted(
        {
            (start, end)
            for sex, start, end in (*sums, *guessed)
            if sex in ("female", "male") and not (guessed and start is None)
        },
        key=lambda span: -1 if span[0] is None else span[0],
        reverse=True,
    )
    bands = [
        Band(
            label=label(*span) or ("unknown" if span[0] is None else "all"), women=_half("female", span, sums, guessed),
            men=_half("male", span, sums, guessed), age_known=span[0] is not None,
        )
        for span in spans
    ]  # fmt: skip
    unknown = 0.0 if guessed else sum(value for (sex, _, _), value in sums.items() if sex == "unknown")
    heading = Heading(title=_title(country, group), description=f"{len(bands)} age bands by sex")
    words = PyramidWords(
        heading=heading, women="women and girls", men="men and boys", sex_unknown=f"sex not known: {spell(unknown)}",
        counted="counted", estimated="estimate for those whose sex or age is not known; each number is both together",
    )  # fmt: skip
    people = People(bands=tuple(bands), sex_unknown=unknown or None)
    return pyramid(people, words, Look(name=f"nb-{country}-{group}-p", width=_WIDTH)).svg


def _sums(rows: list[dict[str, Any]]) -> Cells:
    sums: Cells = {}
    for row in rows:
        if row["value"] is not None:
            key = (row["sex"], row["age_from"], row["age_to"])
            sums[key] = sums.get(key, 0.0) + row["value"]
    return sums


def _half(sex: str, span: Span, sums: Cells, guessed: Cells) -> Half:
    counted, everyone = sums.get((sex, *span)), guessed.get((sex, *span))
    told = counted if everyone is None else everyone
    return Half(value=counted, told="" if told is None else Spelling(_LANGUAGE).short(told), estimate=everyone)
