"""Drawings to test with: a small invented land, its flows, a trend, a pyramid, ranges and bars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

from hypothesis import strategies as st

from qanat.brief.charts import (
    Area,
    Band,
    Bar,
    BarsWords,
    Border,
    Chart,
    Count,
    Counted,
    Flows,
    Focus,
    Half,
    Heading,
    Land,
    Look,
    MapWords,
    Partner,
    People,
    PyramidWords,
    RangesWords,
    Series,
    TrendWords,
    Year,
    bars,
    flow_map,
    pyramid,
    ranges,
    trend,
)  # fmt: skip
from qanat.brief.charts.lint import text_boxes

HEADING = Heading(title="A title & more", description="What <the drawing> says")


SVG = "{http://www.w3.org/2000/svg}"


people = st.floats(0, 1e15)


def thousands(value: float) -> str:
    return f"{value:,.0f}"


def square(code: str, west: float, south: float, side: float = 10) -> Area:
    ring = ((west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south))
    return Area(code=code, rings=(ring,))


# a continent of squares around HOM, one country far to the west, one astride the antimeridian, one unsettled patch
LAND = Land(
    areas=(
        square("HOM", 20, 10), square("EST", 30, 10), square("WST", 10, 10), square("NRT", 20, 20), square("STH", 20, 0),
        square("FAR", -100, 35), square("PAC", 175, -10), replace(square("XXU", 30, 20), kind="unsettled"),
        Area(code="DOT", rings=(((41.0, 5.0), (41.01, 5.0), (41.0, 5.01)),)),
    ),
    borders=(
        Border(line=((30, 10), (30, 20))), Border(line=((20, 10), (20, 20)), kind="dashed"),
        Border(line=((30, 20), (30, 30)), kind="dotted"),
    ),
)  # fmt: skip


def partner(code: str, value: float | None, name: str = "", at: tuple[float, float] | None = None) -> Partner:
    return Partner(
        code=code, name=name or f"Land of {code}", value=value, told="" if value is None else thousands(value), at=at
    )


NEIGHBOURS = (partner("EST", 900_000), partner("WST", 400_000), partner("NRT", 60_000), partner("STH", 9_000))


OUTWARD = Flows(
    focus=Focus(code="HOM", name="Homeland"), partners=(*NEIGHBOURS, partner("FAR", 30_000), partner("XXX", 1_000)),
)  # fmt: skip


def map_words(rest: Callable[[tuple[Partner, ...]], str] = lambda rest: f"{len(rest)} more") -> MapWords:
    return MapWords(
        heading=HEADING, colours="People by country of asylum", arrows="Width of an arrow", focus="Country of origin",
        beyond="Beyond the map", none="No figure", unsettled="Sovereignty unsettled", spell=thousands,
        span=lambda low, high: f"{low or 0:,.0f} to {high or 0:,.0f}", rest=rest,
    )  # fmt: skip


def the_map(flows: Flows = OUTWARD, *, width: int = 760, rtl: bool = False) -> Chart:
    return flow_map(flows, LAND, map_words(), Look(name="map", width=width, rtl=rtl))


def the_trend(width: int = 760, rtl: bool = False) -> Chart:
    counted = tuple(Year(year=year, value=1e6 + 40_000 * (year - 2000)) for year in range(2000, 2026) if year != 2010)
    ranged = tuple(Year(year=y, value=2e6, low=1.5e6, high=3e6, core=(1.8e6, 2.3e6)) for y in range(2020, 2027))
    series = [
        Series(name="Internally displaced (IDMC)", readings=counted, told="2.0 million"),
        Series(name="Internally displaced (UNHCR)", readings=ranged, told="2 million", projected=True, tone=0),
        Series(name="Abroad", readings=(Year(year=2004, value=5e4),), told="50,000"),
    ]
    return trend(
        series, TrendWords(heading=HEADING, unit="people", spell=thousands), Look(name="trend", width=width, rtl=rtl)
    )


BANDS = (
    Band(label="60+", women=Half(value=70, told="70"), men=Half(value=60, told="60")),
    Band(label="18–59", women=Half(value=700, told="700"), men=Half(value=500, told="500")),
    Band(
        label="age not known", women=Half(value=90, told="90"), men=Half(value=None, told="not known"), age_known=False
    ),
)


def the_pyramid(width: int = 760, rtl: bool = False, sex_unknown: float | None = 300) -> Chart:
    words = PyramidWords(heading=HEADING, women="women and girls", men="men and boys", sex_unknown="sex not known: 300")
    return pyramid(People(bands=BANDS, sex_unknown=sex_unknown), words, Look(name="ages", width=width, rtl=rtl))


def the_estimate(width: int = 760, rtl: bool = False) -> Chart:
    half = (Half(value=300, told="450", estimate=450), Half(value=None, told="300", estimate=300))
    words = PyramidWords(
        heading=HEADING, women="women and girls", men="men and boys", counted="counted",
        estimated="estimate for the 450 of unrecorded sex or age; each number is counted and estimated together",
    )  # fmt: skip
    people = People(
        bands=(Band(label="60+", women=half[1], men=half[1]), Band(label="18–59", women=half[0], men=half[0]))
    )
    return pyramid(people, words, Look(name="guess", width=width, rtl=rtl))


AGREED = Counted(
    group="Internally displaced",
    counts=(
        Count(counter="IDMC", value=100, told="100", low=90, high=120, chosen=True),
        Count(counter="UNHCR", value=110, told="110"),
    ),
)


TORN = Counted(
    group="Refugees",
    counts=(Count(counter="UNHCR", value=100, told="100"), Count(counter="Hosts", value=126, told="126"), Count(counter="UNRWA", value=None, told="–")),
)  # fmt: skip


def the_ranges(width: int = 760, rtl: bool = False) -> Chart:
    words = RangesWords(
        heading=HEADING, unit="people", spell=thousands, flag=lambda share: f"they differ by {share:.0%}"
    )
    return ranges([AGREED, TORN], words, Look(name="ranges", width=width, rtl=rtl))


def the_bars(width: int = 760, rtl: bool = False) -> Chart:
    rows = [
        Bar(label="South", value=5, told="5", share="10 %"), Bar(label="Others", value=99, told="99", rest=True),
        Bar(label="North", value=20, told="20", share="40 %"), Bar(label="Nobody asked", value=None, told="not known"),
    ]  # fmt: skip
    return bars(
        rows, BarsWords(heading=HEADING, value="people", share="share"), Look(name="bars", width=width, rtl=rtl)
    )


def texts(chart: Chart) -> list[str]:
    return [text for text, _ in text_boxes(chart.svg)]


def marks(chart: Chart, kind: str) -> list[dict[str, str]]:
    return [dict(part.attrib) for part in ElementTree.fromstring(chart.svg).iter(f"{SVG}{kind}")]
