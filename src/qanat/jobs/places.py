"""Job: the edition's table of places, from the UN's names and codes, UNHCR's codes and the list of p-codes."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import polars as pl

from qanat.errors import SourceError
from qanat.figures.folding import folded
from qanat.figures.places import COUNTRIES, LANGUAGES
from qanat.jobs.place_checks import countries_checked, units_checked
from qanat.jobs.place_documents import CODES, NODES, PCODES, UNHCR, documents, installed_taxonomy, read_columns
from qanat.jobs.place_words import ALSO, ARTICLE, NAMES, OWN, SHORT, UNHCR_LEFT_OUT
from qanat.jobs.units import units

_M49: Final = {"en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic", "ru": "Russian", "zh": "Chinese"}
_TAXONOMY: Final = {
    "code": "ISO 3166-1 Alpha 3-Codes", "iso2": "ISO 3166-1 Alpha 2-Codes", "m49": "m49 numerical code", "kind": "Independent",
    "formal": "English Formal", "region": "Region Name", "subregion": "Sub-region Name", "lat": "Latitude", "lon": "Longitude",
    "valid_from": "Reference Period Start",
    **{f"long_{code}": f"M49 {word}" for code, word in _M49.items()}, **{f"name_{code}": f"{word} Short" for code, word in _M49.items()},
    "also_1": "Preferred Term", "also_2": "ISO Alt Term", "also_3": "DGACM Alt Term", "also_4": "HPC Tools Alt Term",
    "also_5": "RW Short Name", "also_6": "RW API Alt Term",
}  # fmt: skip
_BEGINNING: Final = "1974-01-01"  # the taxonomy's date for what the list has always had
_BRACKET: Final = re.compile(r"\s*[(（][^()（）]*[)）]\s*")


def build_places(shared: Path, taxonomy: Path | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The countries (COUNTRIES' columns) and the units below (UNITS' columns), both by code, checked.

    shared    the folder of published tables
    taxonomy  OCHA's countries and territories taxonomy (CSV); null takes it from the package hdx-python-country
    Raises SourceError where a table is absent or has other columns, FigureError with every fault of one.
    """
    named = countries(taxonomy or installed_taxonomy(), shared / CODES, shared / UNHCR)
    below = units(shared / PCODES, shared / NODES)
    return named, units_checked(below, frozenset(named.get_column("code")))


def write_places(shared: Path, taxonomy: Path | None, folder: Path) -> None:
    """Write places.json, admin.parquet and places.documents.json into the edition's folder; the same tables, the same bytes."""
    named, below = build_places(shared, taxonomy)
    cited = [asdict(document) for document in documents(shared, taxonomy or installed_taxonomy())]
    texts = {"places.json": _json(named.to_dicts()), "places.documents.json": _json(cited)}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    below.write_parquet(folder / "admin.parquet", compression="zstd", compression_level=12)


def _json(content: list[dict[str, Any]]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=0, default=str) + "\n"


def countries(taxonomy: Path, codes: Path, unhcr: Path) -> pl.DataFrame:
    """Countries and territories with COUNTRIES' columns, by code, and what figures name besides: see place_words.OWN.

    taxonomy  OCHA's countries and territories taxonomy (CSV): UN names in six languages, M49, regions, centres
    codes     M49 and ISO codes with the UN's development groups (Parquet)
    unhcr     UNHCR's own codes and regions (CSV)
    Raises SourceError for a file that is absent or lacks a column, FigureError with every fault.
    """
    groups = read_columns(
        codes, {"code": "iso3", "also_7": "name", "also_8": "name_text", "ldc": "ldc", "lldc": "lldc", "sids": "sids"}
    )
    agency = _agency(
        read_columns(
            unhcr, {"code": "iso3", "unhcr_code": "unhcr_code", "unhcr_region": "unhcr_region", "also_9": "name"}
        )
    )
    named = _named(read_columns(taxonomy, _TAXONOMY))
    listed = named.join(groups, on="code", how="left").join(agency, on="code", how="left")
    own = _own().join(agency.select("code", "unhcr_region").drop_nulls(), on="code", how="left")
    frame = pl.concat([_shaped(listed), _shaped(own)]).sort("code")
    return countries_checked(frame, frozenset(groups.get_column("code")), frozenset(agency.get_column("code")))


def _agency(unhcr: pl.DataFrame) -> pl.DataFrame:
    """UNHCR's codes without those declared to be left out."""
    gone = sorted(set(UNHCR_LEFT_OUT) - set(unhcr.get_column("unhcr_code")))
    if gone:
        raise SourceError(
            f"places: UNHCR's list no longer has {', '.join(gone)}; strike them from place_words.UNHCR_LEFT_OUT"
        )
    return unhcr.filter(~pl.col("unhcr_code").is_in(list(UNHCR_LEFT_OUT)))


def _named(taxonomy: pl.DataFrame) -> pl.DataFrame:
    """One row an ISO country; the M49 name where there is one, else the UN's short name."""
    listed = taxonomy.filter(pl.col("code").is_not_null())
    given = pl.DataFrame(
        [(code, *names) for code, names in NAMES.items()],
        schema=["code", *(f"given_{one}" for one in LANGUAGES)],
        orient="row",
    )
    kind = pl.when(pl.col("kind") == "Y").then(pl.lit("country")).otherwise(pl.lit("territory")).alias("kind")
    told = [
        pl.coalesce(f"given_{one}", f"long_{one}", f"name_{one}")
        .str.replace_all("’", "'")
        .str.strip_chars()
        .alias(f"name_{one}")
        for one in LANGUAGES
    ]
    since = pl.when(pl.col("valid_from") != _BEGINNING).then("valid_from").alias("valid_from")
    others = [pl.col(f"name_{one}").alias(f"also_{one}") for one in LANGUAGES]
    return listed.join(given, on="code", how="left").with_columns(*others, *told, kind, since)


def _own() -> pl.DataFrame:
    names = ["code", "kind", *(f"name_{language}" for language in LANGUAGES), "unhcr_code"]
    return pl.DataFrame(list(OWN), schema=dict.fromkeys(names, pl.String()), orient="row")


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    rows = frame.to_dicts()
    words: dict[str, list[Any]] = {
        "short": [SHORT.get(row["code"], row["name_en"]) for row in rows],
        "article": [row["code"] in ARTICLE for row in rows],
        "also": [_also(row) for row in rows],
    }
    told = frame.with_columns(pl.Series(name, values, dtype=COUNTRIES[name]) for name, values in words.items())
    absent = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in COUNTRIES.items() if name not in told.columns]
    return told.with_columns(absent).select(pl.col(name).cast(dtype) for name, dtype in COUNTRIES.items())


def _also(row: dict[str, Any]) -> list[str]:
    """Other spellings: those of the sources, those of place_words, and the names without what stands in brackets."""
    names = [str(row[f"name_{language}"]) for language in LANGUAGES]
    known = {folded(name) for name in (*names, row.get("formal"), SHORT.get(row["code"])) if name}
    bare = [_BRACKET.sub(" ", name).strip() for name in names]
    found: dict[str, str] = {}
    for spelling in [value for name, value in row.items() if name.startswith("also_")] + [
        *ALSO.get(row["code"], ()),
        *bare,
    ]:
        if spelling and folded(spelling) not in known:
            found.setdefault(folded(spelling), spelling)
    return list(found.values())
