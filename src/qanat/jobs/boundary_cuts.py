"""How Natural Earth's de-facto map becomes one that follows United Nations practice: merges, cuts and line kinds.

Each cut is a polygon in longitude and latitude that is laid over Natural Earth's land; only where its edge falls inside
the land does its own shape matter, elsewhere coast and border are Natural Earth's. Vertices are approximate (about ten
kilometres) and drawn from the descriptions named beside each; they serve maps of whole countries, nothing finer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Land inside `ring` that belongs to `sources` on Natural Earth's map and to `code` on ours."""

    code: str
    sources: tuple[str, ...]
    ring: Ring
    why: str


# features without a country code of their own -> where they belong (XKS stays apart until its line is drawn)
NAMED: Final = {
    "Akrotiri": "CYP",
    "Baikonur": "KAZ",
    "Cyprus U.N. Buffer Zone": "CYP",
    "Dhekelia": "CYP",
    "Somaliland": "SOM",
    "N. Cyprus": "CYP",
    "Kosovo": "XKS",
    "Siachen Glacier": "XJK",
    "Taiwan": "CHN",
    "Indian Ocean Ter.": "CXR",
    "USNB Guantanamo Bay": "CUB",
}
# features that are not drawn: Antarctica, and reefs too small for any of our maps, some of them claimed by several states
LEFT_OUT: Final = frozenset(
    {
        "Antarctica",
        "Bajo Nuevo Bank",
        "Clipperton I.",
        "Coral Sea Is.",
        "Scarborough Reef",
        "Serranilla Bank",
        "Spratly Is.",
    }
)
MERGED: Final = {"XKS": "SRB", "XJI": "XJK", "XJP": "XJK"}  # parts kept apart only to draw a line between them


def box(west: float, south: float, east: float, north: float) -> Ring:
    """A rectangle."""
    return ((west, south), (east, south), (east, north), (west, north))


CUTS: Final = (
    Cut(code="UKR", sources=("RUS",), why="Crimea is Ukraine: General Assembly resolution 68/262; eastern edge in the middle of the Kerch Strait",
        ring=((32.0, 44.0), (36.52, 44.0), (36.52, 45.22), (36.68, 45.36), (36.68, 46.35), (32.0, 46.35))),
    Cut(code="ESH", sources=("MAR",), ring=box(-18.0, 20.0, -8.66, 27.667), why="Western Sahara, non-self-governing territory: north of it 27 degrees 40 minutes"),
    Cut(code="SYR", sources=("ISR",), why="Golan: Security Council resolution 497; lake shore and Jordan valley as its western edge (Natural Earth 5.1, +-2 km)",
        ring=((35.64, 32.66), (35.66, 32.78), (35.63, 32.88), (35.62, 32.97), (35.64, 33.05), (35.66, 33.15), (35.67, 33.25), (35.64, 33.3), (35.7, 33.45), (36.0, 33.45), (36.0, 32.66))),
    Cut(code="XJI", sources=("IND",), why="Jammu and Kashmir, side of India's administration: 1947 princely state without Aksai Chin",
        ring=((74.0, 32.9), (74.4, 32.75), (74.7, 32.45), (75.05, 32.45), (75.4, 32.25), (75.75, 32.45), (75.95, 32.85), (76.4, 33.15), (76.8, 33.2),
              (77.3, 32.9), (77.8, 32.85), (78.35, 32.55), (78.7, 32.3), (79.8, 32.2), (80.5, 36.0), (76.0, 37.2), (73.0, 36.0), (73.0, 33.0))),
    Cut(code="XJP", sources=("PAK",), why="Jammu and Kashmir, side of Pakistan's administration: Gilgit-Baltistan and Azad Kashmir",
        ring=((74.75, 32.6), (74.45, 32.72), (74.1, 32.9), (73.75, 33.05), (73.6, 33.2), (73.62, 33.6), (73.55, 34.0), (73.42, 34.3), (73.6, 34.6), (73.95, 34.85),
              (73.75, 35.15), (73.2, 35.45), (72.75, 35.75), (72.5, 36.1), (72.9, 36.5), (73.4, 36.85), (74.5, 37.3), (78.0, 37.0), (78.5, 35.0), (76.5, 32.5))),
    Cut(code="XAC", sources=("CHN",), why="Aksai Chin", ring=((77.5, 35.4), (78.05, 34.4), (78.6, 33.9), (78.6, 33.3), (79.0, 33.1), (79.4, 33.6), (79.7, 34.4), (80.25, 34.75),
                                                           (80.25, 35.4), (79.6, 35.85), (78.9, 35.9), (78.2, 35.75))),
    Cut(code="AB9", sources=("SDN",), ring=box(27.833, 9.0, 29.0, 10.167), why="Abyei: Permanent Court of Arbitration, award of 22 July 2009; its southern edge is the border as drawn"),
    Cut(code="XHT", sources=("EGY", "SDN"), why="Hala'ib triangle, north of the 22nd parallel, east of the line of 1902",
        ring=((34.1, 22.0), (34.6, 22.35), (35.0, 22.75), (35.4, 22.95), (35.65, 23.2), (37.6, 23.2), (37.6, 22.0))),
    Cut(code="XBT", sources=("SDN", "EGY"), ring=((33.18, 22.0), (33.57, 21.73), (33.95, 21.77), (34.1, 22.0)), why="Bir Tawil, south of the 22nd parallel"),
    Cut(code="GUF", sources=("FRA",), ring=box(-55.0, 2.0, -51.0, 6.2), why="French Guiana has a code of its own"),
    Cut(code="GLP", sources=("FRA",), ring=box(-62.0, 15.7, -60.9, 16.6), why="Guadeloupe has a code of its own"),
    Cut(code="MTQ", sources=("FRA",), ring=box(-61.4, 14.2, -60.7, 15.0), why="Martinique has a code of its own"),
    Cut(code="REU", sources=("FRA",), ring=box(55.0, -21.6, 56.0, -20.7), why="Réunion has a code of its own"),
    Cut(code="MYT", sources=("FRA",), ring=box(44.9, -13.2, 45.5, -12.5), why="Mayotte has a code of its own"),
    Cut(code="SJM", sources=("NOR",), ring=((-10.0, 70.5), (10.0, 70.5), (10.0, 74.0), (35.0, 74.0), (35.0, 82.0), (-10.0, 82.0)), why="Svalbard and Jan Mayen have a code of their own"),
    Cut(code="BVT", sources=("NOR",), ring=box(2.0, -56.0, 5.0, -53.0), why="Bouvet Island has a code of its own"),
    Cut(code="TKL", sources=("NZL",), ring=box(-173.0, -10.0, -170.0, -8.0), why="Tokelau has a code of its own"),
    Cut(code="CCK", sources=("CXR",), ring=box(96.0, -13.0, 98.0, -11.0), why="the Cocos (Keeling) Islands have a code of their own"),
    Cut(code="VAT", sources=("ITA",), ring=box(12.43, 41.88, 12.47, 41.92), why="the Holy See is too small for the package's grid: a square of four kilometres stands for it"),
    Cut(code="BES", sources=("NLD",), ring=box(-69.0, 11.5, -62.0, 18.0), why="Bonaire, Sint Eustatius and Saba have a code of their own"),
)  # fmt: skip
# borders within one state, which are no international boundaries and get no line
WITHIN: Final = frozenset({frozenset({"CHN", "HKG"}), frozenset({"CHN", "MAC"})})

# lines that are not solid, by the two areas they part (UN Geospatial practice)
LINES: Final[dict[frozenset[str], str]] = {
    frozenset({"SRB", "XKS"}): "dashed",
    frozenset({"SDN", "SSD"}): "dashed",
    frozenset({"AB9", "SDN"}): "dotted",
    frozenset({"AB9", "SSD"}): "dotted",
    frozenset({"ESH", "MAR"}): "dashed",
    frozenset({"XJI", "XJP"}): "dotted",
    frozenset({"XJI", "IND"}): "dashed",
    frozenset({"XJP", "PAK"}): "dashed",
    frozenset({"XJI", "PAK"}): "dashed",
    frozenset({"XJK", "XAC"}): "dashed",
    frozenset({"XJI", "XAC"}): "dashed",
    frozenset({"XAC", "CHN"}): "dashed",
    frozenset({"XJK", "XJI"}): "dotted",
    frozenset({"XJK", "XJP"}): "dotted",
    frozenset({"XJK", "CHN"}): "dashed",
    frozenset({"XJI", "CHN"}): "dashed",
    frozenset({"XJP", "CHN"}): "dashed",
    frozenset({"IND", "CHN"}): "dashed",
    frozenset({"XHT", "SDN"}): "dashed",
    frozenset({"XHT", "EGY"}): "dashed",
    frozenset({"XBT", "SDN"}): "dashed",
    frozenset({"XBT", "EGY"}): "dashed",
    frozenset({"ISR", "PSE"}): "dashed",
    frozenset({"ISR", "SYR"}): "dashed",
    frozenset({"PRK", "KOR"}): "dashed",
    frozenset({"KEN", "SSD"}): "dashed",
}
UNSETTLED: Final = {
    "XJK": "Jammu and Kashmir",
    "XAC": "Aksai Chin",
    "AB9": "Abyei",
    "XHT": "Hala'ib triangle",
    "XBT": "Bir Tawil",
}
# where an arrow should end, when the middle of the largest part is a poor place
POINTS: Final = {
    "RUS": (40.0, 56.0), "USA": (-97.0, 39.5), "CAN": (-100.0, 54.0), "CHN": (108.0, 33.0), "IDN": (107.0, -6.7), "MYS": (102.2, 4.0), "CHL": (-71.0, -34.0),
    "AUS": (146.0, -32.5), "NOR": (10.0, 61.5), "SWE": (15.5, 60.0), "FRA": (2.5, 46.8), "GBR": (-1.6, 52.6), "VNM": (105.7, 18.6), "HRV": (16.0, 45.5), "JPN": (138.3, 36.2),
    "NZL": (175.5, -39.2), "EGY": (30.5, 27.0), "SDN": (30.0, 15.6), "GRL": (-42.0, 68.0), "KIR": (173.0, 1.4), "FJI": (178.0, -17.8),
}  # fmt: skip
# the frame of a country's main part, when its largest polygon and what lies near is a poor one
FRAMES: Final = {
    "USA": (-125.0, 24.5, -66.5, 49.5), "RUS": (27.0, 41.2, 140.0, 72.0), "FJI": (176.5, -19.5, 180.0, -16.0), "KIR": (172.0, -3.0, 177.5, 3.5), "CAN": (-141.0, 42.0, -52.5, 72.0),
    "NZL": (166.3, -47.5, 178.7, -34.3), "CHL": (-76.0, -55.5, -66.5, -17.5), "NOR": (4.5, 57.8, 31.2, 71.2), "MYS": (99.6, 0.8, 119.3, 7.4),
}  # fmt: skip
