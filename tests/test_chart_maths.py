"""The arithmetic under every drawing: projection, round numbers, things kept apart, lettering, clipped shapes."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.brief.charts.boxes import Box, apart
from qanat.brief.charts.clipping import clipped_line, clipped_ring
from qanat.brief.charts.equal_earth import equal_earth
from qanat.brief.charts.labels import spread_along_edges, spread_around
from qanat.brief.charts.land import outline
from qanat.brief.charts.lettering import breadth, number, plain, safe, shortened, wrapped
from qanat.brief.charts.thinning import sleeve
from qanat.brief.charts.ticks import ARROWS_BELOW, RAMP_BELOW, class_bounds, class_of, round_number, ticks
from tests.drawings import (
    people,
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
