"""A map of flows names or counts everybody, in true directions, at any width."""

from __future__ import annotations

import math
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.brief.charts import (
    Area,
    Flows,
    Focus,
    Land,
    Look,
    Partner,
    flow_map,
    lands_shown,
)  # fmt: skip
from qanat.brief.charts.arrows import WIDTHS, arrow, leaving
from qanat.brief.charts.boxes import Box
from qanat.brief.charts.land import View, base
from qanat.brief.charts.staging import Stage
from qanat.brief.charts.window import heart, heartland, in_view
from qanat.errors import BriefError
from tests.drawings import (
    LAND,
    OUTWARD,
    SVG,
    map_words,
    marks,
    partner,
    people,
    square,
    texts,
    the_map,
)


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
