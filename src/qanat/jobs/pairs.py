"""Job: the edition's table of pairs of places, from CEPII's GeoDist and, where that has none, from centres of places."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from itertools import combinations
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Final, TypeAlias

import polars as pl

from qanat.errors import SourceError
from qanat.figures import Document
from qanat.figures.places import Places

GEODIST: Final = "drivers/cepii_geodist_bilateral.parquet"
NEAREST: Final = 30  # km: two places are never nearer to each other than the people within one
EARTH: Final = 6371.0088  # km, mean radius
_RENAMED: Final = {"YUG": "SRB"}  # CEPII's last Yugoslavia is Serbia and Montenegro
_COLUMNS: Final = ("iso_o", "iso_d", "contig", "comlang_off", "dist", "distw")

# What CEPII lacks. Who shares a border with a place CEPII does not know:
BORDERS: Final = {
    "LIE": ("AUT", "CHE"),
    "MAF": ("SXM",),
    "MCO": ("FRA",),
    "MNE": ("ALB", "BIH", "HRV", "SRB", "XKX"),
    "SSD": ("CAF", "COD", "ETH", "KEN", "SDN", "UGA"),
    "VAT": ("ITA",),
    "XKX": ("ALB", "MKD", "SRB"),
}
# ... and a place CEPII knows that has the same official languages.
SPEAKS_LIKE: Final = {
    "ASM": "USA", "BES": "ABW", "BLM": "FRA", "CUW": "ABW", "GGY": "GBR", "GUM": "USA", "IMN": "GBR", "JEY": "GBR", "LIE": "AUT",
    "MAF": "FRA", "MCO": "FRA", "MNE": "SRB", "MYT": "FRA", "SSD": "GBR", "SXM": "ABW", "VAT": "ITA", "VIR": "USA", "XCX": "GBR", "XKX": "ALB",
}  # fmt: skip
STANDS_IN: Final = {"XCX": "JEY"}  # a place of several parts has the centre of its largest


def write_pairs(tables: Path, folder: Path, places: Places) -> None:
    """Write pairs.parquet and pairs.documents.json into the edition's folder; the same tables, the same bytes."""
    content = _bytes(tables)
    frame = build_pairs(pl.read_parquet(content, columns=list(_COLUMNS)), places)
    frame.write_parquet(folder / "pairs.parquet", compression="zstd", compression_level=19)
    told = json.dumps([asdict(_document(content))], ensure_ascii=False, indent=0, default=str) + "\n"
    (folder / "pairs.documents.json").write_text(told, encoding="utf-8")


def build_pairs(geodist: pl.DataFrame, places: Places) -> pl.DataFrame:
    """The table `qanat.edition.pairs` gives, from GeoDist's columns; see there."""
    centres = _centres(places)
    known = _known(geodist)
    codes = sorted(code for code in centres if code in known or code in SPEAKS_LIKE)
    rows = [_pair(a, b, known, centres) for a, b in combinations(codes, 2)]
    return pl.DataFrame(
        rows,
        orient="row",
        schema={
            "a": pl.String,
            "b": pl.String,
            "km": pl.UInt16,
            "language": pl.Boolean,
            "border": pl.Boolean,
            "computed": pl.Boolean,
        },
    )


_Known: TypeAlias = dict[str, dict[str, tuple[float, bool, bool]]]


def _known(geodist: pl.DataFrame) -> _Known:
    """GeoDist by origin and destination: km, language, border. distw (weighted by cities) where it is known, else dist."""
    out: _Known = {}
    named = geodist.with_columns(pl.col("iso_o", "iso_d").replace(_RENAMED))
    km = pl.coalesce(pl.col("distw").fill_nan(None), "dist")
    for a, b, far, spoken, contiguous in named.select(
        "iso_o", "iso_d", km, pl.col("comlang_off") > 0, pl.col("contig") > 0
    ).iter_rows():
        out.setdefault(a, {})[b] = (far, spoken, contiguous)
    return out


def _pair(
    a: str, b: str, known: _Known, centres: dict[str, tuple[float, float]]
) -> tuple[str, str, int, bool, bool, bool]:
    found = known.get(a, {}).get(b)
    if found is not None:
        return a, b, max(round(found[0]), NEAREST), found[1], found[2], False
    like_a, like_b = SPEAKS_LIKE.get(a, a), SPEAKS_LIKE.get(b, b)
    spoken = like_a == like_b or known.get(like_a, {}).get(like_b, (0.0, False, False))[1]
    contiguous = b in BORDERS.get(a, ()) or a in BORDERS.get(b, ())
    return a, b, max(round(great_circle(centres[a], centres[b])), NEAREST), spoken, contiguous, True


def great_circle(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two points (latitude, longitude in degrees) along the surface of a sphere: the haversine formula."""
    (north, east), (north_2, east_2) = ((radians(x), radians(y)) for x, y in (one, other))
    half = sin((north_2 - north) / 2) ** 2 + cos(north) * cos(north_2) * sin((east_2 - east) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def _centres(places: Places) -> dict[str, tuple[float, float]]:
    own = {
        place.code: (place.lat, place.lon)
        for place in places.countries()
        if place.lat is not None and place.lon is not None
    }
    return own | {code: own[part] for code, part in STANDS_IN.items()}


def _bytes(tables: Path) -> bytes:
    file = tables / GEODIST
    if not file.is_file():
        raise SourceError(
            f"pairs: {file} is not there; give the folder of published tables, with CEPII's GeoDist in it"
        )
    return file.read_bytes()


def _document(content: bytes) -> Document:
    return Document(
        id="cepii.geodist", publisher="CEPII", title="GeoDist: distances, languages and borders of pairs of countries",
        url="https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=6", licence="Etalab-2.0",
        citation="Mayer, T. and Zignago, S. (2011), Notes on CEPII's distances measures: the GeoDist database, CEPII Working Paper 2011-25",
        published=date(2011, 12, 1), retrieved=date(2026, 11, 23), sha256=sha256(content).hexdigest(), size=len(content),
        note="Serbia carries the values of CEPII's Yugoslavia. Places CEPII lacks (Montenegro, South Sudan, Kosovo and small territories) are marked computed.",
    )  # fmt: skip
