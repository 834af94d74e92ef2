"""Charts say what they were given, to every reader, in either direction of reading, at any width."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
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
    lands_shown,
    pyramid,
    ranges,
    spread,
    trend,
)  # fmt: skip
from qanat.brief.charts.arrows import WIDTHS, arrow, leaving
from qanat.brief.charts.boxes import Box, apart
from qanat.brief.charts.clipping import clipped_line, clipped_ring
from qanat.brief.charts.equal_earth import equal_earth
from qanat.brief.charts.labels import spread_along_edges, spread_around
from qanat.brief.charts.land import View, base, outline
from qanat.brief.charts.lettering import breadth, number, plain, safe, shortened, wrapped
from qanat.brief.charts.lint import faults, text_boxes
from qanat.brief.charts.staging import Stage
from qanat.brief.charts.thinning import sleeve
from qanat.brief.charts.ticks import ARROWS_BELOW, RAMP_BELOW, class_bounds, class_of, round_number, ticks
from qanat.brief.charts.trend import runs
from qanat.brief.charts.window import heart, heartland, in_view
from qanat.errors import BriefError

HEADING = Heading(title="A title & more", description="What <the drawing> says")
SVG = "{http://www.w3.org/2000/svg}"
people = st.floats(0, 1e15)
maybe = st.none() | people


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


DRAWINGS: dict[str, Callable[[int, bool], Chart]] = {
    "map": lambda width, rtl: the_map(width=width, rtl=rtl),
    "inward map": lambda width, rtl: the_map(replace(OUTWARD, direction="inward"), width=width, rtl=rtl),
    "empty map": lambda width, rtl: the_map(Flows(focus=Focus(code="HOM", name="Homeland")), width=width, rtl=rtl),
    "trend": the_trend,
    "pyramid": the_pyramid,
    "estimated pyramid": the_estimate,
    "ranges": the_ranges,
    "bars": the_bars,
}


def texts(chart: Chart) -> list[str]:
    return [text for text, _ in text_boxes(chart.svg)]


def marks(chart: Chart, kind: str) -> list[dict[str, str]]:
    return [dict(part.attrib) for part in ElementTree.fromstring(chart.svg).iter(f"{SVG}{kind}")]


@pytest.mark.parametrize("rtl", [False, True], ids=["ltr", "rtl"])
@pytest.mark.parametrize("width", [280, 360, 760, 1200])
@pytest.mark.parametrize("kind", DRAWINGS)
def test_every_drawing_keeps_the_house_rules(kind: str, width: int, rtl: bool) -> None:
    chart = DRAWINGS[kind](width, rtl)
    assert faults(chart.svg) == []
    assert (chart.width, chart.title, chart.description) == (width, HEADING.title, HEADING.description)


@pytest.mark.parametrize("kind", DRAWINGS)
def test_the_same_figure_gives_the_same_bytes(kind: str) -> None:
    assert DRAWINGS[kind](760, False).svg == DRAWINGS[kind](760, False).svg


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("<svg", "not well-formed"),
        (the_bars().svg.replace("<rect ", '<rect style="fill:red" ', 1), "attribute style"),
        (the_bars().svg.replace("</svg>", "<script/></svg>"), "script: not a plain element"),
        (the_bars().svg.replace('x="0"', 'x="0.25"', 1), "more than one decimal"),
        (the_bars().svg.replace('id="bars-desc"', 'id="other-desc"'), "does not begin with the drawing's name"),
        (the_bars().svg.replace("</svg>", '<text x="0" y="42" font-size="12">over</text></svg>'), "overlaps"),
        (
            the_bars().svg.replace("</svg>", '<text x="755" y="90" font-size="12">out of it</text></svg>'),
            "leaves the canvas",
        ),
        (the_bars().svg.replace('role="img"', ""), "role is None"),
    ],
)
def test_the_lint_names_what_is_wrong(broken: str, said: str) -> None:
    assert any(said in fault for fault in faults(broken)), faults(broken)


def test_drawing_needs_no_frames_or_arrays() -> None:
    asked = "import qanat.brief.charts, sys; print(sorted({'polars', 'numpy', 'shapely', 'babel'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


class TestEqualEarth:
    def test_its_size_is_as_published(self) -> None:
        # Savric, Patterson, Jenny 2018: width to height 2.05458, pole line 0.59247 of the equator
        equator, pole, top = equal_earth(180, 0)[0], equal_earth(180, 90)[0], equal_earth(0, 90)[1]
        assert equator == pytest.approx(2.70663, abs=5e-6)
        assert equator / top == pytest.approx(2.05458, abs=5e-6)
        assert pole / equator == pytest.approx(0.59247, abs=5e-6)

    def test_it_agrees_with_proj_on_a_sphere_of_6378137_m(self) -> None:
        # PROJ's own test file for eqearth, +R=6378137, metres to the centimetre
        for (lon, lat), (x, y) in {(-180, 90): (-10227908.09, 8402320.16), (-180, 45): (-14795421.79, 5486671.72), (-180, 0): (-17263256.84, 0)}.items():  # fmt: skip
            got = equal_earth(lon, lat)
            assert got[0] * 6378137 == pytest.approx(x, abs=0.01)
            assert got[1] * 6378137 == pytest.approx(y, abs=0.01)

    @given(st.floats(-89, 89), st.floats(-180, 180))
    def test_areas_are_true(self, latitude: float, longitude: float) -> None:
        # area of a small cell over its area on the globe is 1; steps of 1e-4 degrees leave an error near 1e-6
        step = 1e-4
        wide = equal_earth(longitude + step, latitude)[0] - equal_earth(longitude - step, latitude)[0]
        high = equal_earth(longitude, latitude + step)[1] - equal_earth(longitude, latitude - step)[1]
        true = (2 * math.radians(step)) ** 2 * math.cos(math.radians(latitude))
        assert wide * high == pytest.approx(true, rel=1e-5)


class TestRoundNumbers:
    @given(people, st.integers(2, 8))
    def test_ticks_start_at_zero_and_just_reach_the_top(self, top: float, most: int) -> None:
        found = ticks(top, most)
        step = found[1]
        assert found[0] == 0
        assert found[-1] >= top > found[-1] - step or found == (0, 1)
        assert len(found) <= most + 1
        assert all(tick == step * n for n, tick in enumerate(found))
        assert step in {round_number(i) for i in range(50)}

    def test_ticks_as_a_hand_would_set_them(self) -> None:
        assert ticks(11_600_000) == (0, 5e6, 10e6, 15e6)
        assert ticks(9, 5) == (0, 2, 4, 6, 8, 10)
        assert ticks(0) == (0, 1)

    @given(people, people)
    def test_more_people_never_get_a_lower_class(self, one: float, other: float) -> None:
        for below in (RAMP_BELOW, ARROWS_BELOW):
            bounds = class_bounds(max(one, other), below)
            low, high = sorted((one, other))
            assert list(bounds) == sorted(set(bounds))
            assert class_of(low, bounds) <= class_of(high, bounds) == len(bounds)

    def test_classes_of_a_large_and_of_a_tiny_country(self) -> None:
        assert class_bounds(1_334_595, RAMP_BELOW) == (5_000, 50_000, 200_000, 500_000, 1_000_000)
        assert class_bounds(1_334_595, ARROWS_BELOW) == (50_000, 200_000, 1_000_000)
        assert class_bounds(27, RAMP_BELOW) == (5, 10, 20)
        assert class_bounds(0, RAMP_BELOW) == ()


class TestBoxes:
    @given(st.lists(st.floats(-500, 500), max_size=12), st.floats(0, 60))
    def test_things_kept_apart_keep_their_order_and_their_gap(self, wanted: list[float], gap: float) -> None:
        places = apart(wanted, gap, -400, 400)
        room = min(gap, 800 / max(1, len(wanted) - 1))
        ranked = [place for _, place in sorted(zip(wanted, places, strict=True))]
        assert all(after - before >= room - 1e-6 for before, after in pairwise(ranked))
        assert all(-400 - 1e-6 <= place <= 400 + 1e-6 for place in places)

    def test_things_already_apart_stay(self) -> None:
        assert apart([30, 10, 90], 15, 0, 100) == (30, 10, 90)
        assert apart([50, 50], 10, 0, 100) == (45, 55)

    @given(st.lists(st.floats(-10, 10), min_size=1, max_size=9))
    def test_angles_are_spread_around_the_circle(self, angles: list[float]) -> None:
        found = sorted(angle % math.tau for angle in spread_around(angles, 0.3))
        gaps = [(after - before) % math.tau for before, after in zip(found, [*found[1:], found[0]], strict=True)]
        assert len(found) == 1 or min(gaps) >= 0.3 - 1e-6

    def test_arrows_that_leave_on_one_side_are_spread_along_it(self) -> None:
        canvas = Box(0, 0, 100, 100)
        assert spread_along_edges([(0, 50), (0, 50), (100, 50)], canvas, (40, 20)) == ((0, 40), (0, 60), (100, 50))


class TestLettering:
    @given(st.text())
    def test_any_text_is_legal_xml(self, text: str) -> None:
        assert ElementTree.fromstring(f'<a b="{safe(text)}">{safe(text)}</a>').text in (plain(text), None)

    @given(st.text(), st.floats(20, 300), st.floats(8, 20), st.integers(1, 4))
    def test_wrapped_text_fits(self, text: str, room: float, size: float, most: int) -> None:
        lines = wrapped(text, room, size, most=most)
        assert len(lines) <= most
        assert all(breadth(line, size) <= room + 1e-9 for line in lines)

    def test_a_long_name_is_broken_before_it_is_cut(self) -> None:
        assert wrapped("Central African Republic", 130, 12.5, 600) == ("Central African", "Republic")
        assert shortened("Democratic Republic of the Congo", 90, 12.5).endswith("…")

    def test_widths_are_those_of_the_font(self) -> None:
        assert breadth("Sudan", 1000) == 549 + 618 + 615 + 561 + 618  # S u d a n in Noto Sans
        assert breadth("é", 10) == breadth("e", 10)

    @given(st.floats(-1e6, 1e6))
    def test_coordinates_have_one_decimal_at_most(self, value: float) -> None:
        assert re.fullmatch(r"-?\d+(\.[1-9])?", number(value))
        assert float(number(value)) == pytest.approx(value, abs=0.0501)


class TestShapes:
    @given(st.lists(st.tuples(st.floats(-50, 150), st.floats(-50, 150)), min_size=3, max_size=30))
    def test_a_clipped_ring_stays_in_the_box(self, ring: list[tuple[float, float]]) -> None:
        assert all(-1e-6 <= v <= 100 + 1e-6 for point in clipped_ring(ring, Box(0, 0, 100, 100)) for v in point)

    def test_a_ring_around_the_box_becomes_the_box(self) -> None:
        ring = [(-10.0, -10.0), (20.0, -10.0), (20.0, 20.0), (-10.0, 20.0)]
        assert set(clipped_ring(ring, Box(0, 0, 10, 10))) == {(0, 0), (10, 0), (10, 10), (0, 10)}

    def test_a_line_is_cut_into_the_runs_that_are_seen(self) -> None:
        line = [(-5.0, 5.0), (5.0, 5.0), (15.0, 5.0), (15.0, 50.0), (5.0, 50.0), (5.0, 8.0)]
        assert clipped_line(line, Box(0, 0, 10, 10)) == [[(-5, 5), (5, 5), (15, 5)], [(5, 50), (5, 8)]]

    @given(st.lists(st.tuples(st.floats(0, 99), st.floats(0, 99)), min_size=2, max_size=60))
    def test_a_thinned_line_stays_within_its_tolerance(self, run: list[tuple[float, float]]) -> None:
        kept = sleeve(run, 0.5)
        assert (kept[0], kept[-1]) == (run[0], run[-1])
        for x, y in run:
            assert (
                min(_distance(x, y, *pair) for pair in zip(kept, kept[1:] or kept, strict=False))
                <= 0.5 * math.sqrt(2) + 1e-6
            )

    def test_a_straight_line_keeps_its_ends_only(self) -> None:
        assert sleeve([(float(i), 2.0 * i) for i in range(50)], 0.1) == [(0, 0), (49, 98)]

    def test_an_outline_over_the_antimeridian_is_not_torn(self) -> None:
        ring = outline([(175, -5), (-175, -5), (-175, 5), (175, 5)])
        assert (ring.west, ring.east) == (175, 185)


def _distance(x: float, y: float, start: tuple[float, float], end: tuple[float, float]) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    share = ((x - start[0]) * dx + (y - start[1]) * dy) / ((dx * dx + dy * dy) or 1.0)
    share = min(max(share, 0), 1)
    return math.hypot(x - start[0] - share * dx, y - start[1] - share * dy)


class TestFlowMap:
    def test_wider_arrows_are_for_more_people(self) -> None:
        marked = Stage(OUTWARD, LAND, Look(name="map")).marked
        by_people = sorted(marked, key=lambda mark: mark.partner.value or 0)
        widths = [mark.arrow.width for mark in by_people]
        assert widths == sorted(widths)
        assert set(widths) <= set(WIDTHS)

    def test_the_neighbours_with_most_people_are_in_the_frame(self) -> None:
        stage = Stage(OUTWARD, LAND, Look(name="map"))
        assert {m.partner.code for m in stage.marked if not m.outside} >= {"EST", "WST", "NRT"}

    def test_a_far_country_gets_an_arrow_to_the_edge_in_its_true_direction(self) -> None:
        stage = Stage(OUTWARD, LAND, Look(name="map"))
        far = next(mark for mark in stage.marked if mark.partner.code == "FAR")
        assert far.outside
        assert far.arrow.tip[0] == pytest.approx(9)  # px from the western edge
        place = stage.view.at((-95, 40))
        true = math.atan2(place[1] - stage.origin[1], place[0] - stage.origin[0])
        drawn = math.atan2(far.arrow.tip[1] - stage.origin[1], far.arrow.tip[0] - stage.origin[0])
        assert math.remainder(drawn - true, math.tau) == pytest.approx(0, abs=0.02)
        assert "Land of FAR" in texts(the_map())

    def test_the_frame_holds_three_quarters_of_the_people(self) -> None:
        flows = replace(OUTWARD, partners=(partner("EST", 100), partner("FAR", 300)))
        stage = Stage(flows, LAND, Look(name="map"))
        assert in_view(stage.view, stage.places["FAR"])

    def test_whoever_gets_no_arrow_is_handed_to_the_rest(self) -> None:
        seen: list[str] = []

        def rest(partners: tuple[Partner, ...]) -> str:
            seen.extend(partner.code for partner in partners)
            return "and others"

        flows = replace(OUTWARD, partners=(*OUTWARD.partners, partner("DOT", 1), partner("PAC", None)))
        chart = flow_map(flows, LAND, map_words(rest), Look(name="map"))
        assert seen == ["XXX", "DOT", "PAC"]  # no known place; too few people; not known
        assert "and others" in texts(chart)

    @given(st.lists(people, min_size=0, max_size=8))
    @settings(max_examples=25, deadline=None)
    def test_everybody_is_named_or_in_the_rest(self, values: list[float]) -> None:
        rest: list[str] = []

        def told(partners: tuple[Partner, ...]) -> str:
            rest.extend(partner.name for partner in partners)
            return ""

        codes = ["EST", "WST", "NRT", "STH", "FAR", "PAC", "DOT", "XXX"]
        flows = replace(
            OUTWARD, partners=tuple(partner(c, v, name=f"N{c}") for c, v in zip(codes, values, strict=False))
        )
        chart = flow_map(flows, LAND, map_words(told), Look(name="map", width=360))
        assert {p.name for p in flows.partners} == set(rest) | {
            t for t in texts(chart) if t in {f"N{c}" for c in codes}
        }

    def test_a_value_is_told_on_its_land(self) -> None:
        titles = [part.text for part in ElementTree.fromstring(the_map().svg).iter(f"{SVG}title")]
        assert "Land of EST: 900,000" in titles

    def test_a_map_says_which_lands_it_shows(self) -> None:
        shown = lands_shown(OUTWARD, LAND, Look(name="map"))
        assert {"HOM", "EST", "WST", "XXU"} <= shown
        assert "FAR" not in shown

    def test_borders_keep_their_kind(self) -> None:
        dashes = [mark.get("stroke-dasharray") for mark in marks(the_map(), "path")]
        assert {"4 3", "1 2"} <= set(dashes)

    def test_inward_arrows_end_at_the_focus(self) -> None:
        stage = Stage(replace(OUTWARD, direction="inward"), LAND, Look(name="map"))
        assert all(math.dist(mark.arrow.tip, stage.origin) == pytest.approx(8) for mark in stage.marked)

    def test_the_pacific_is_shown_whole(self) -> None:
        flows = Flows(focus=Focus(code="PAC", name="Ocean"), partners=(partner("NIU", 30, at=(-170.0, -12.0)),))
        stage = Stage(flows, LAND, Look(name="map"))
        assert in_view(stage.view, (-170.0, -12.0))
        assert in_view(stage.view, (180.0, -5.0))
        assert stage.base.sizes["PAC"] > 100  # px: one piece, not two slivers at the edges

    def test_without_any_flow_the_country_alone_is_shown(self) -> None:
        chart = the_map(Flows(focus=Focus(code="HOM", name="Homeland")))
        assert "Homeland" in texts(chart)
        assert "Width of an arrow" not in texts(chart)

    def test_a_country_the_land_does_not_have_must_say_where_it_lies(self) -> None:
        with pytest.raises(BriefError, match=r"NIU has neither land nor a place; give Focus\.at"):
            the_map(Flows(focus=Focus(code="NIU", name="Niue")))
        assert "Niue" in texts(the_map(Flows(focus=Focus(code="NIU", name="Niue", at=(-170, -19)))))

    def test_heartland_leaves_out_islands_across_an_ocean(self) -> None:
        rings = (*square("X", 0, 40).rings, *square("X", 12, 40, 2).rings, *square("X", 150, -20, 2).rings)
        land = Land(areas=(Area(code="X", rings=rings),))
        found = heartland(land, "X")
        assert found is not None
        assert (found.west, found.east) == (0, 14)
        assert heart(land, "X") == pytest.approx((5, 45))
        assert heart(land, "Y") is None

    def test_land_beyond_the_maps_edge_is_cut_not_smeared(self) -> None:
        whole = View(meridian=0, scale=100, x=271, y=132, width=542, height=264)
        land = Land(areas=(square("PAC", 175, -10),))
        drawn = base(land, whole).areas[("PAC", "country")]
        assert drawn.count("M") == 2  # a sliver at either edge

    def test_an_arrow_that_leaves_stops_at_the_edge(self) -> None:
        assert leaving((50, 50), (250, 50), Box(0, 0, 100, 100)) == (100, 50)
        assert leaving((50, 50), (50, -50), Box(0, 0, 100, 100)) == (50, 0)

    def test_an_arrows_head_points_to_its_end(self) -> None:
        straight = arrow((0, 0), (100, 0), 4, 0)
        assert straight.heading == (1, 0)
        assert straight.head_box() == Box(92.5, -4.2, 100, 4.2)


class TestTrend:
    def test_a_missing_year_interrupts_the_line(self) -> None:
        readings = tuple(Year(year=y, value=v) for y, v in [(2000, 1), (2001, 2), (2003, 3), (2004, None), (2005, 5)])
        assert [[r.year for r in run] for run in runs(readings)] == [[2000, 2001], [2003], [2005]]

    def test_a_line_is_never_drawn_across_a_gap_and_a_lone_year_is_a_dot(self) -> None:
        readings = tuple(Year(year=y, value=float(v)) for y, v in [(2000, 1), (2001, 2), (2003, 3)])
        words = TrendWords(heading=HEADING, unit="people", spell=thousands)
        chart = trend([Series(name="A", readings=readings, told="3")], words, Look(name="t"))
        lines = [mark["d"] for mark in marks(chart, "path") if mark["fill"] == "none"]
        assert [line.count("L") for line in lines] == [1]
        assert len(marks(chart, "circle")) == 4  # one a year, and the last one again, bigger

    def test_the_value_is_told_at_the_end_of_its_line(self) -> None:
        boxes = dict(text_boxes(the_trend().svg))
        rightmost = max(float(mark["cx"]) for mark in marks(the_trend(), "circle"))
        assert boxes["2.0 million"].left > rightmost

    def test_more_than_four_lines_are_refused(self) -> None:
        one = Series(name="A", readings=(), told="")
        with pytest.raises(BriefError, match="5 lines can't be told apart"):
            trend([one] * 5, TrendWords(heading=HEADING, unit="", spell=thousands), Look(name="t"))

    def test_no_year_at_all_is_an_empty_frame(self) -> None:
        chart = trend([], TrendWords(heading=HEADING, unit="people", spell=thousands), Look(name="t"))
        assert faults(chart.svg) == []


class TestPyramid:
    def test_bars_are_to_one_scale_and_unknown_ages_lie_at_the_bottom(self) -> None:
        rects = marks(the_pyramid(), "rect")
        women = [float(mark["width"]) for mark in rects if mark["fill"] == "#0d566e"]
        assert women[0] / women[1] == pytest.approx(70 / 700, rel=0.01)
        unknown = next(mark for mark in rects if mark["fill"] == "#a9c6d0")
        assert float(unknown["y"]) > max(float(mark["y"]) for mark in rects if mark["fill"] == "#0d566e")

    def test_a_value_not_known_has_words_but_no_bar(self) -> None:
        chart = the_pyramid()
        assert "not known" in texts(chart)
        assert not [mark for mark in marks(chart, "rect") if mark["fill"] == "#ecd2ae"]

    def test_people_of_unknown_sex_are_to_scale_or_broken(self) -> None:
        whole, broken = the_pyramid(sex_unknown=350), the_pyramid(sex_unknown=1e9)
        bar = next(mark for mark in marks(whole, "rect") if mark["fill"] == "#8d999c")
        women = max(float(mark["width"]) for mark in marks(whole, "rect") if mark["fill"] == "#0d566e")
        assert float(bar["width"]) == pytest.approx(women / 2, abs=0.2)
        assert not marks(whole, "path")
        assert len(marks(broken, "path")) == 2  # the break

    def test_what_is_estimated_is_hatched_beyond_the_counted_to_the_same_scale(self) -> None:
        chart = the_estimate()
        solid = [
            float(mark["width"])
            for mark in marks(chart, "rect")
            if mark["fill"] == "#0d566e" and float(mark["height"]) > 20
        ]
        assert len(solid) == 1  # 300 women are counted, of the women of 60 and over nobody is
        drawn = [mark for mark in marks(chart, "path") if mark["stroke"] == "#0d566e"]
        wide = [float(re.search(r"h([\d.]+)v", mark["d"]).group(1)) for mark in drawn]  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
        assert wide[1] / solid[0] == pytest.approx(150 / 300, rel=0.02)  # 450 less the counted 300
        assert wide[0] / solid[0] == pytest.approx(300 / 300, rel=0.02)
        assert {"counted", "450", "300"} <= set(texts(chart))
        assert all(mark["fill"] == "none" for mark in drawn)

    def test_without_an_estimate_there_is_no_hatch_and_no_key(self) -> None:
        assert not marks(the_pyramid(), "path")
        assert "counted" not in texts(the_pyramid())

    def test_nobody_of_unknown_sex_has_no_strip(self) -> None:
        assert "sex not known: 300" not in texts(the_pyramid(sex_unknown=None))


class TestRanges:
    def test_spread_is_the_largest_over_the_smallest(self) -> None:
        assert spread(TORN.counts) == pytest.approx(0.26)
        assert spread(TORN.counts[2:]) is None
        assert spread([Count(counter="a", value=0, told=""), Count(counter="b", value=1, told="")]) == math.inf
        assert spread([Count(counter="a", value=0, told=""), Count(counter="b", value=0, told="")]) == 0

    def test_sources_more_than_a_quarter_apart_are_flagged(self) -> None:
        assert [text for text in texts(the_ranges()) if "differ" in text] == ["they differ by 26%"]

    def test_the_chosen_value_is_filled_and_the_others_are_rings(self) -> None:
        assert [mark["fill"] for mark in marks(the_ranges(), "circle")] == ["#0d566e", "#ffffff", "#ffffff", "#ffffff"]

    def test_the_axis_is_mirrored_in_arabic(self) -> None:
        left, right = (marks(the_ranges(rtl=rtl), "circle")[0] for rtl in (False, True))
        assert float(left["cx"]) + float(right["cx"]) == pytest.approx(760, abs=0.2)


class TestBars:
    def test_the_largest_comes_first_unknown_late_and_the_rest_last(self) -> None:
        shown = [text for text in texts(the_bars()) if text in ("North", "South", "Others", "Nobody asked")]
        assert shown == ["North", "South", "Nobody asked", "Others"]

    def test_bars_grow_from_the_right_in_arabic(self) -> None:
        ends = [float(mark["x"]) + float(mark["width"]) for mark in marks(the_bars(rtl=True), "rect")]
        starts = [float(mark["x"]) for mark in marks(the_bars(), "rect")]
        assert ends == pytest.approx([760 - start for start in starts], abs=0.11)
        assert len(set(starts)) == 1

    def test_a_value_not_known_has_no_bar(self) -> None:
        assert len(marks(the_bars(), "rect")) == 3


class TestAnythingAtAll:
    """Names of any letters and length and numbers of any size break neither XML nor the rules."""

    @given(st.text(), st.text(), maybe, maybe, st.booleans(), st.sampled_from([280, 360, 760]))
    @settings(max_examples=40, deadline=None)
    def test_maps(self, name: str, told: str, one: float | None, other: float | None, rtl: bool, width: int) -> None:
        partners = (
            Partner(code="EST", name=name, value=one, told=told),
            Partner(code="FAR", name=told, value=other, told=name),
        )
        flows = Flows(focus=Focus(code="HOM", name=name), partners=partners)
        assert faults(the_map(flows, width=width, rtl=rtl).svg) == []

    @given(st.text(), st.lists(st.tuples(st.integers(1951, 2030), maybe), max_size=12, unique_by=lambda row: row[0]), st.booleans(), st.sampled_from([280, 760]))  # fmt: skip
    @settings(max_examples=60, deadline=None)
    def test_trends(self, name: str, rows: list[tuple[int, float | None]], rtl: bool, width: int) -> None:
        one = Series(name=name, told=name, readings=tuple(Year(year=y, value=v, low=v, high=v) for y, v in rows))
        words = TrendWords(heading=HEADING, unit=name, spell=thousands)
        assert faults(trend([one, one, one, one], words, Look(name="t", width=width, rtl=rtl)).svg) == []

    @given(st.text(), st.text(), st.tuples(maybe, maybe, maybe), st.booleans(), st.sampled_from([280, 760]))
    @settings(max_examples=60, deadline=None)
    def test_pyramids(
        self, name: str, told: str, values: tuple[float | None, float | None, float | None], rtl: bool, width: int
    ) -> None:
        bands = [
            Band(
                label=name,
                women=Half(value=values[0], told=told, estimate=values[2]),
                men=Half(value=values[1], told=name),
                age_known=known,
            )
            for known in (True, False)
        ]
        words = PyramidWords(heading=HEADING, women=name, men=told, sex_unknown=told, counted=name, estimated=told)
        shown = People(bands=tuple(bands), sex_unknown=values[2])
        assert faults(pyramid(shown, words, Look(name="p", width=width, rtl=rtl)).svg) == []

    @given(st.text(), st.text(), st.tuples(maybe, maybe, maybe), st.booleans(), st.sampled_from([280, 760]))
    @settings(max_examples=60, deadline=None)
    def test_ranges(
        self, name: str, told: str, values: tuple[float | None, float | None, float | None], rtl: bool, width: int
    ) -> None:
        counts = tuple(
            Count(counter=name, value=v, low=v, high=values[0], told=told, chosen=v == values[0]) for v in values
        )
        words = RangesWords(heading=HEADING, unit=name, spell=thousands, flag=lambda _: told)
        groups = [Counted(group=told, counts=counts), Counted(group=name, counts=())]
        assert faults(ranges(groups, words, Look(name="r", width=width, rtl=rtl)).svg) == []

    @given(st.text(), st.text(), st.lists(maybe, max_size=8), st.booleans(), st.sampled_from([280, 760]))
    @settings(max_examples=60, deadline=None)
    def test_bars(self, name: str, told: str, values: list[float | None], rtl: bool, width: int) -> None:
        rows = [Bar(label=name, value=value, told=told, share=name) for value in values]
        words = BarsWords(heading=HEADING, value=told, share=name)
        assert faults(bars(rows, words, Look(name="b", width=width, rtl=rtl)).svg) == []


class TestRefusals:
    @pytest.mark.parametrize("value", [-1.0, math.nan, math.inf, 2e15])
    def test_what_no_count_of_people_can_be_is_refused(self, value: float) -> None:
        rows = [Bar(label="Chad", value=value, told=""), Bar(label="Egypt", value=-2, told="")]
        with pytest.raises(BriefError, match=r"chart b: .*Chad = .*; Egypt = -2"):
            bars(rows, BarsWords(heading=HEADING), Look(name="b"))

    @pytest.mark.parametrize("name", ["", "1a", "a b", 'a"', "é"])
    def test_a_name_that_is_no_id_is_refused(self, name: str) -> None:
        with pytest.raises(BriefError, match="it becomes an id"):
            Look(name=name)

    def test_a_drawing_too_narrow_to_read_is_refused(self) -> None:
        with pytest.raises(BriefError, match="the least is 280"):
            Look(name="a", width=200)
