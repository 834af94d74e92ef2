"""Job: the chart of a series as the notebook shows it."""

from __future__ import annotations

from typing import Any, Final

from qanat.brief.charts.pyramid import Band, Bar, Pyramid, pyramid
from qanat.brief.charts.trend import Series, Trend, trend
from qanat.brief.messages import messages
from qanat.brief.spell import Spelling
from qanat.edition.places import places
from qanat.figures.ages import label

_MOST: Final = 4
_LANGUAGE: Final = "en"


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
    series = [Series(label=name, last=spell(sorted(points)[-1][1]), points=sorted(points)) for name, points in largest]
    years = [year for one in series for year, _ in one.points] or [0]
    description = "; ".join(f"{one.label} {one.last}" for one in series)
    data = Trend(
        name=f"nb-{country}-{group}",
        title=_title(country, group),
        description=description,
        series=series,
        first=min(years),
        last=max(years),
        spell=spell,
    )
    return trend(data).svg


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

    def bar(sex: str, span: tuple[int | None, int | None]) -> Bar:
        value = sums.get((sex, *span))
        return Bar(value=value, label="" if value is None else spell(value))

    bands = [
        Band(
            label=label(*span) or ("unknown" if span[0] is None else "all"),
            women=bar("female", span),
            men=bar("male", span),
            known=span[0] is not None,
        )
        for span in spans
    ]
    unknown = sum(value for (sex, _, _), value in sums.items() if sex == "unknown")
    data = Pyramid(
        name=f"nb-{country}-{group}-p", title=_title(country, group), description=f"{len(bands)} age bands by sex", bands=bands, women="women and girls",
        men="men and boys", unknown=Bar(value=unknown, label=spell(unknown)) if unknown else None, unknown_label="sex not known",
    )  # fmt: skip
    return pyramid(data).svg
