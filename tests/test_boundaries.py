"""Boundaries as the United Nations draws them: the thirteen places, and lines that are not solid."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qanat.edition.boundaries import boundaries, disclaimers
from qanat.edition.places import places

PLACES = {
    "Crimea (Simferopol)": (34.10, 44.95, "UKR"), "El Aaiún": (-13.20, 27.15, "ESH"), "Hargeisa": (44.06, 9.56, "SOM"),
    "northern Nicosia": (33.36, 35.25, "CYP"), "Golan (Quneitra)": (35.80, 33.00, "SYR"), "Stanley": (-57.90, -51.70, "FLK"),
    "Gaza": (34.40, 31.42, "PSE"), "Abyei": (28.43, 9.70, "AB9"), "Hala'ib": (36.50, 22.30, "XHT"), "Aksai Chin": (79.50, 35.00, "XAC"),
    "Srinagar": (74.80, 34.10, "XJK"), "Pristina": (21.16, 42.66, "SRB"), "Taipei": (121.50, 25.05, "CHN"),
}  # fmt: skip
NEIGHBOURS = {
    "Gilgit": (74.30, 35.90, "XJK"), "Muzaffarabad": (73.47, 34.37, "XJK"), "Leh": (77.58, 34.16, "XJK"), "Amritsar": (74.87, 31.63, "IND"),
    "Sialkot": (74.52, 32.49, "PAK"), "Rawalpindi": (73.05, 33.60, "PAK"), "Krasnodar": (38.97, 45.03, "RUS"), "Kerch": (36.47, 45.35, "UKR"),
    "Tiberias": (35.53, 32.79, "ISR"), "Ramallah": (35.20, 31.90, "PSE"), "Cayenne": (-52.30, 4.90, "GUF"), "Juba": (31.58, 4.85, "SSD"),
}  # fmt: skip


@pytest.mark.parametrize("name", [*PLACES, *NEIGHBOURS])
def test_a_place_lies_where_the_united_nations_shows_it(name: str) -> None:
    lon, lat, code = (PLACES | NEIGHBOURS)[name]
    area = boundaries().at(lon, lat)
    assert area is not None
    assert area.code == code


@pytest.mark.parametrize("code", ["AB9", "XHT", "XAC", "XJK"])
def test_abyei_halaib_aksai_chin_and_kashmir_are_marked_unsettled(code: str) -> None:
    assert boundaries().areas[code].kind == "unsettled"


def test_the_falklands_are_shown_with_both_names() -> None:
    assert places().name("FLK") == "Falkland Islands (Malvinas)"


def kind_between(one: str, other: str) -> set[str]:
    return {line.kind for line in boundaries().lines if set(line.between) == {one, other}}


def test_lines_that_are_not_final_are_not_solid() -> None:
    assert kind_between("SDN", "SSD") == {"dashed"}
    assert kind_between("ESH", "MAR") == {"dashed"}
    assert kind_between("ISR", "PSE") == {"dashed"}
    assert "dotted" in {line.kind for line in boundaries().lines if set(line.between) == {"XJK"}}  # the Line of Control
    assert {line.kind for line in boundaries().lines if set(line.between) == {"SRB"}} == {"dashed"}  # Kosovo's line
    assert kind_between("FRA", "DEU") == {"solid"}


def test_every_country_has_an_area_but_taiwan_which_is_drawn_in_china() -> None:
    absent = {place.code for place in places().countries() if place.code not in boundaries().areas}
    assert absent == {"ATA", "TWN"}


def test_no_ring_jumps_across_the_map() -> None:
    for area in boundaries().areas.values():
        for ring in area.rings:
            assert all(abs(b[0] - a[0]) < 90 for a, b in zip(ring, ring[1:], strict=False)), area.code


def test_areas_do_not_overlap() -> None:
    shapely = pytest.importorskip("shapely")
    shapes = [
        shapely.unary_union([shapely.make_valid(shapely.Polygon(ring)) for ring in area.rings if len(ring) > 3])
        for area in boundaries().areas.values()
    ]
    first, second = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    shared = [shapes[a].intersection(shapes[b]).area for a, b in zip(first, second, strict=True) if a < b]
    assert max(shared, default=0.0) < 0.5  # square degrees: enclaves are drawn as rings of both, nothing else is


def test_a_map_says_what_it_must_of_what_it_shows() -> None:
    assert disclaimers({"SDN", "SSD", "AB9"}) == (
        "disclaimer.general",
        "disclaimer.sudan_south_sudan",
        "disclaimer.abyei",
    )
    assert disclaimers({"FLK", "ARG"}) == ("disclaimer.general", "disclaimer.falklands")
    assert disclaimers({"FRA"}) == ("disclaimer.general",)


def test_the_job_makes_the_same_bytes_again() -> None:
    atlas = os.environ.get("QANAT_WORLD_ATLAS")
    if atlas is None:
        pytest.skip("needs the unpacked npm package world-atlas (set QANAT_WORLD_ATLAS)")
    from qanat.edition import data
    from qanat.jobs.boundaries import build

    assert build(Path(atlas), places()) == data("boundaries.json.gz").read_bytes()
