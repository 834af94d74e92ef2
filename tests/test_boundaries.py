"""The map follows the United Nations: thirteen places, the kinds of lines, and a land without gaps or overlaps."""

from __future__ import annotations

import json
import os
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely import MultiLineString, Polygon
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from qanat.edition import embedded
from qanat.edition.boundaries import boundaries, disclaimers
from qanat.edition.places import places
from qanat.errors import SourceError
from qanat.jobs.boundaries import build

# the 13 places of the issue by their coordinates (degrees east, north), with the area the United Nations' maps put them in
THIRTEEN = {
    "Simferopol, Crimea": (34.10, 44.95, "UKR"),
    "El Aaiún": (-13.20, 27.15, "ESH"),
    "Hargeisa": (44.06, 9.56, "SOM"),
    "northern Nicosia": (33.36, 35.20, "CYP"),
    "Quneitra, Golan": (35.82, 33.12, "SYR"),
    "Stanley": (-57.90, -51.71, "FLK"),
    "Gaza": (34.45, 31.50, "PSE"),
    "Abyei town": (28.43, 9.60, "AB9"),
    "Hala'ib": (36.60, 22.22, "XHT"),
    "Aksai Chin": (79.50, 35.00, "XAC"),
    "Srinagar": (74.80, 34.10, "XJK"),
    "Pristina": (21.16, 42.66, "SRB"),
    "Taipei": (121.55, 25.05, "CHN"),
}
# more that a de-facto map gets wrong, and neighbours that a cut must not take with it
BESIDE = {
    "Sevastopol": (33.55, 44.60, "UKR"),
    "Kerch": (36.47, 45.35, "UKR"),
    "Taman, over the strait": (36.80, 45.20, "RUS"),
    "Smara": (-11.67, 26.74, "ESH"),
    "Tarfaya, north of 27°40'": (-12.90, 27.90, "MAR"),
    "Berbera": (45.02, 10.42, "SOM"),
    "Kyrenia": (33.32, 35.30, "CYP"),
    "Dhekelia": (33.75, 34.99, "CYP"),
    "Katzrin, Golan": (35.69, 32.99, "SYR"),
    "Tiberias, west of the lake": (35.52, 32.79, "ISR"),
    "East Jerusalem": (35.24, 31.79, "PSE"),
    "West Jerusalem": (35.19, 31.77, "ISR"),
    "Hebron": (35.10, 31.53, "PSE"),
    "Muglad, west of Abyei": (27.74, 11.03, "SDN"),
    "Heglig, east of Abyei": (29.40, 10.00, "SDN"),
    "Aweil": (27.39, 8.77, "SSD"),
    "Shalatin": (35.60, 23.13, "XHT"),
    "Bir Tawil": (33.70, 21.88, "XBT"),
    "Wadi Halfa": (31.35, 21.80, "SDN"),
    "Gilgit": (74.30, 35.90, "XJK"),
    "Muzaffarabad": (73.47, 34.37, "XJK"),
    "Leh": (77.58, 34.16, "XJK"),
    "Siachen": (77.10, 35.40, "XJK"),
    "Amritsar": (74.87, 31.63, "IND"),
    "Chamba": (76.13, 32.55, "IND"),
    "Sialkot": (74.52, 32.49, "PAK"),
    "Mansehra": (73.20, 34.33, "PAK"),
    "Rudok": (79.70, 33.40, "CHN"),
    "Mitrovica": (20.87, 42.89, "SRB"),
    "Baikonur": (63.30, 45.95, "KAZ"),
    "Ceuta": (-5.31, 35.89, "ESP"),
    "Cayenne": (-52.30, 4.90, "GUF"),
    "Vatican City": (12.45, 41.905, "VAT"),
    "Maseru": (27.49, -29.32, "LSO"),
}
KINDS = {
    ("SRB", "XKS"): "dashed",
    ("SDN", "SSD"): "dashed",
    ("ESH", "MAR"): "dashed",
    ("XJI", "XJP"): "dotted",
    ("AB9", "SDN"): "dotted",
    ("AB9", "SSD"): "dotted",
    ("XAC", "XJK"): "dashed",
    ("CHN", "XAC"): "dashed",
    ("IND", "XJK"): "dashed",
    ("PAK", "XJK"): "dashed",
    ("CHN", "IND"): "dashed",
    ("EGY", "XHT"): "dashed",
    ("SDN", "XHT"): "dashed",
    ("ISR", "PSE"): "dashed",
    ("ISR", "SYR"): "dashed",
    ("KOR", "PRK"): "dashed",
    ("KEN", "SSD"): "dashed",
    ("ALB", "SRB"): "solid",
    ("ESH", "MRT"): "solid",
    ("EGY", "SDN"): "solid",
}
NOT_DRAWN = {"ATA": "no figures about people refer to it", "TWN": "drawn as part of China"}


@cache
def outline(code: str) -> BaseGeometry:
    """The same rings, put together by shapely: outer rings less the holes in them."""
    return shapely.build_area(MultiLineString(boundaries().areas[code].rings))


def overlap(one: BaseGeometry, other: BaseGeometry) -> float:
    return one.intersection(other).area / one.union(other).area


@pytest.mark.parametrize("place", [*THIRTEEN, *BESIDE])
def test_a_place_lies_where_the_united_nations_put_it(place: str) -> None:
    lon, lat, code = (THIRTEEN | BESIDE)[place]
    found = boundaries().at(lon, lat)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("code", ["AB9", "XAC", "XBT", "XHT", "XJK"])
def test_an_unsettled_area_says_so_and_has_a_name(code: str) -> None:
    area = boundaries().areas[code]
    assert area.kind == "unsettled"
    assert area.name


def test_nothing_else_is_unsettled() -> None:
    assert {a.code for a in boundaries().areas.values() if a.kind == "unsettled"} == {"AB9", "XAC", "XBT", "XHT", "XJK"}


def test_the_falkland_islands_carry_both_names() -> None:
    assert places().name("FLK") == "Falkland Islands (Malvinas)"
    assert "disclaimer.falklands" in disclaimers({"FLK", "ARG"})


@pytest.mark.parametrize("between", KINDS, ids="-".join)
def test_a_border_is_drawn_in_its_kind(between: tuple[str, str]) -> None:
    kinds = {line.kind for line in boundaries().lines if line.between == between}
    assert kinds == {KINDS[between]}


def test_somaliland_northern_cyprus_taiwan_and_hong_kong_have_no_line() -> None:
    beside = {
        code: {c for line in boundaries().lines if code in line.between for c in line.between}
        for code in ("SOM", "CYP", "CHN")
    }
    assert beside["SOM"] == {"SOM", "DJI", "ETH", "KEN"}
    assert beside["CYP"] == set()
    assert not beside["CHN"] & {"TWN", "HKG", "MAC"}


def test_kosovo_has_a_line_inside_serbia_and_a_note() -> None:
    (line,) = (line for line in boundaries().lines if line.between == ("SRB", "XKS"))
    assert len(line.paths) == 1
    serbia = outline("SRB")
    assert all(serbia.buffer(0.02).contains(shapely.Point(point)) for point in line.paths[0])
    assert "disclaimer.kosovo" in disclaimers({"SRB"})


def test_the_line_of_western_sahara_is_the_parallel_of_27_40() -> None:
    (line,) = (line for line in boundaries().lines if line.between == ("ESH", "MAR"))
    assert {lat for path in line.paths for _, lat in path} == {27.67}


def test_notes_follow_what_is_shown() -> None:
    assert disclaimers({"FRA"}) == ("disclaimer.general",)
    assert "disclaimer.sudan_south_sudan" not in disclaimers({"SDN", "TCD"})
    assert set(disclaimers({"SDN", "SSD", "AB9", "XJK", "ESH", "PSE"})) == {
        "disclaimer.general", "disclaimer.sudan_south_sudan", "disclaimer.abyei", "disclaimer.kashmir", "disclaimer.western_sahara", "disclaimer.palestine",
    }  # fmt: skip


def test_every_country_of_the_united_nations_list_has_an_area() -> None:
    assert {place.code for place in places().countries()} - boundaries().areas.keys() == NOT_DRAWN.keys()


def test_every_point_lies_within_its_frame_and_every_frame_within_the_box() -> None:
    for area in boundaries().areas.values():
        west, south, east, north = area.frame
        assert west <= area.point[0] <= east, area.code
        assert south <= area.point[1] <= north, area.code
        assert -180 <= area.box[0] < area.box[2] <= 180, area.code


def test_rings_are_closed_and_never_cross_themselves() -> None:
    for area in boundaries().areas.values():
        for ring in area.rings:
            assert ring[0] == ring[-1], area.code
            assert Polygon(ring).is_valid, area.code


@pytest.mark.parametrize("code", ["FJI", "RUS", "USA", "KIR", "NZL"])
def test_no_ring_jumps_over_the_180th_meridian(code: str) -> None:
    for ring in boundaries().areas[code].rings:
        assert max(abs(a[0] - b[0]) for a, b in pairwise(ring)) < 30  # the 49th parallel is the longest straight edge


def test_fiji_has_land_on_both_sides_of_the_180th_meridian() -> None:
    west, _, east, _ = boundaries().areas["FJI"].box
    assert (west, east) == (-180, 180)


def test_no_two_areas_overlap_and_neighbours_share_every_vertex_of_their_border() -> None:
    assert shapely.coverage_is_valid([outline(code) for code in boundaries().areas])  # pyright: ignore[reportUnknownMemberType]


def test_a_cut_leaves_no_gap_beside_it() -> None:
    whole = shapely.union_all(
        [
            outline(c)
            for c in (
                "SDN",
                "SSD",
                "AB9",
                "EGY",
                "XHT",
                "XBT",
                "PAK",
                "IND",
                "XJK",
                "XAC",
                "CHN",
                "RUS",
                "UKR",
                "NPL",
                "BTN",
                "AFG",
                "TJK",
            )
        ]
    )
    for code in ("AB9", "XAC", "XBT"):
        assert outline(code).buffer(0.05).difference(whole).area < 1e-6, code


@given(lon=st.floats(-180, 180), lat=st.floats(-60, 84))
def test_a_point_is_found_where_shapely_finds_it(lon: float, lat: float) -> None:
    here = shapely.Point(lon, lat)
    near = [a.code for a in boundaries().areas.values() if a.box[0] <= lon <= a.box[2] and a.box[1] <= lat <= a.box[3]]
    assume(all(outline(code).boundary.distance(here) > 1e-9 for code in near))
    found = boundaries().at(lon, lat)
    assert {code for code in near if outline(code).contains(here)} == ({found.code} if found else set())


def test_the_cuts_agree_with_the_layers_the_agencies_share(shared: Path) -> None:
    sudan, syria, ukraine = (_layer(shared, name) for name in ("sdn_adm1", "syr_adm1", "ukr_adm1"))
    assert overlap(outline("AB9"), sudan["Abyei PCA Area"]) > 0.9
    assert overlap(outline("XHT"), sudan["Red Sea"].intersection(shapely.box(30, 22, 40, 25))) > 0.85
    for country, part in (
        ("SYR", syria["Quneitra"]),
        ("UKR", ukraine["Avtonomna Respublika Krym"]),
        ("UKR", ukraine["Sevastopol"]),
    ):
        assert part.intersection(outline(country)).area / part.area > 0.95


def _layer(shared: Path, name: str) -> dict[str, BaseGeometry]:
    features = json.loads((shared / "geo" / "boundaries" / f"{name}.geojson").read_text())["features"]
    return {feature["properties"]["name"]: shape(feature["geometry"]) for feature in features}


def test_the_same_package_gives_the_file_of_the_edition() -> None:
    package = os.environ.get("QANAT_WORLD_ATLAS")
    if package is None:
        pytest.skip("needs the unpacked npm package world-atlas 2.0.2 (set QANAT_WORLD_ATLAS)")
    assert build(Path(package), places()) == embedded("boundaries.json.gz").read_bytes()


def test_the_file_stays_small() -> None:
    assert len(embedded("boundaries.json.gz").read_bytes()) < 250_000


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"countries-10m\.json is not in .*; unpack the npm package world-atlas"):
        build(tmp_path, places())


def test_land_that_nobody_knows_is_an_error_and_all_of_it_is_named(tmp_path: Path) -> None:
    square = [[0, 0], [10, 0], [0, 10], [-10, 0], [0, -10]]
    unknown = [{"type": "Polygon", "arcs": [[0]], "properties": {"name": name}} for name in ("Atlantis", "Lemuria")]
    topology = {
        "arcs": [square],
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "objects": {"countries": {"geometries": unknown}},
    }
    (tmp_path / "countries-10m.json").write_text(json.dumps(topology))
    with pytest.raises(SourceError, match="no country for Atlantis, Lemuria; say in jobs/boundary_cuts"):
        build(tmp_path, places())
