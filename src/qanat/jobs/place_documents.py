"""The published tables the places come from: where they lie, who publishes them, under which terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

import polars as pl

from qanat.errors import SourceError
from qanat.figures import Document

CODES: Final = "population/country_codes_m49_iso.parquet"
UNHCR: Final = "unhcr/countries.csv"
PCODES: Final = "geo/hdx_global_pcodes_adm_1_2.csv"
NODES: Final = "geo/admin_nodes_l0_l1.csv"
TAXONOMY: Final = "hdx/location/Countries & Territories Taxonomy MVP - C&T Taxonomy.csv"
RETRIEVED: Final = date(2026, 11, 23)
_UNDATED: Final = "The table bears no date of publication; the day it was retrieved stands in its place."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    id: str
    publisher: str
    title: str
    url: str | None
    licence: str
    citation: str
    note: str
    published: date = RETRIEVED


_TABLES: Final = {
    "taxonomy": _Table(
        id="ocha.taxonomy", publisher="OCHA", title="Countries & Territories Taxonomy", licence="MIT",
        url="https://github.com/OCHA-DAP/hdx-python-country",
        citation="OCHA Countries & Territories Taxonomy, as in hdx-python-country 4.2.5 (Centre for Humanitarian Data)",
        note=f"{_UNDATED} Nauru is named as in M49; the taxonomy's newer name Naoero is kept as another spelling. The names of "
        "Taiwan Province of China in languages other than English are qanat's.",
    ),
    CODES: _Table(
        id="unsd.m49", publisher="UN Statistics Division", title="Standard country or area codes (M49) with development groups", licence="MIT",
        url="https://github.com/ksreyes/gdiviz", citation="UN M49 with LDC, LLDC and SIDS groups, by ksreyes/gdiviz, commit 89f0034",
        note=f"{_UNDATED} The group of least developed countries is of 2024, before Sao Tome and Principe left it, and so before the "
        "graduations planned for November 2026 (Bangladesh, Lao PDR, Nepal).",
    ),
    UNHCR: _Table(
        id="unhcr.countries", publisher="UNHCR", title="Refugee Population Statistics: countries, UNHCR codes and regions", licence="CC-BY-4.0",
        url="https://github.com/PopulationStatistics/refugees", published=date(2026, 6, 25),
        citation="UNHCR Refugee Population Statistics Database, via PopulationStatistics/refugees, commit 0c16a6d",
        note="Two rows are left out: CRB, which has no country, and CUR, a second code for Curaçao. Serbia stands for Serbia and Kosovo (S/RES/1244 (1999)).",
    ),
    PCODES: _Table(
        id="hdx.pcodes", publisher="OCHA Centre for Humanitarian Data", title="Global list of p-codes, admin 1 and 2", licence="CC-BY-4.0",
        url="https://data.humdata.org/dataset/global-pcodes", citation="Global P-Code List, HDX, OCHA, from the COD-AB data sets of OCHA field offices",
        note=f"{_UNDATED} 5 rows that name no place are left out (3 codes of Ecuador and Somalia); the parents of Ecuador's 223 level-2 "
        "units, named as the country, are read from their codes. The licence is stated as CC BY without a version.",
    ),
    NODES: _Table(
        id="ocha.centres", publisher="OCHA", title="Centroids and spellings of admin 1 units", licence="CC-BY-3.0-IGO",
        url=None, citation="OCHA COD-AB, centroids by starsim-data 2.0.0",
        note=f"{_UNDATED} Only units whose p-codes are OCHA's own; none of countries divided anew since the list of p-codes "
        "(Burkina Faso, Central African Republic, Mali, Chad, Viet Nam). Accents of names are from here where the list leaves them out.",
    ),
}  # fmt: skip


def read_columns(file: Path, columns: Mapping[str, str]) -> pl.DataFrame:
    """The columns of a published table (CSV as text, or Parquet) under new names: {new: published}.

    Raises SourceError where the file is absent or lacks a column.
    """
    if not file.is_file():
        raise SourceError(f"places: {file} is not there; give the folder of published tables, or the taxonomy's path")
    frame = pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(file, infer_schema=False)
    absent = [column for column in columns.values() if column not in frame.columns]
    if absent:
        raise SourceError(
            f"places: {file.name} has no column {', '.join(absent)}; it is another file, or a newer form of it"
        )
    return frame.select(pl.col(column).alias(name) for name, column in columns.items())


def documents(shared: Path, taxonomy: Path) -> tuple[Document, ...]:
    """The five tables with the digests of their bytes. Raises SourceError where one is absent."""
    files = {name: taxonomy if name == "taxonomy" else shared / name for name in _TABLES}
    absent = [str(file) for file in files.values() if not file.is_file()]
    if absent:
        raise SourceError(f"places: not there: {', '.join(absent)}; give the folder of published tables")
    return tuple(_document(table, files[name].read_bytes()) for name, table in _TABLES.items())


def _document(table: _Table, content: bytes) -> Document:
    return Document(
        id=table.id, publisher=table.publisher, title=table.title, url=table.url, licence=table.licence, citation=table.citation,
        published=table.published, retrieved=RETRIEVED, sha256=sha256(content).hexdigest(), size=len(content), note=table.note,
    )  # fmt: skip


def installed_taxonomy() -> Path:
    """The taxonomy's file in the installed package hdx-python-country (extra `edition`); nothing of the package is run.

    Raises SourceError where the package, or the file in it, is not there.
    """
    try:
        file = Path(str(distribution("hdx-python-country").locate_file(TAXONOMY)))
    except PackageNotFoundError as cause:
        raise SourceError(
            "places: hdx-python-country is not installed; install qanat[edition] or give the taxonomy's path"
        ) from cause
    if not file.is_file():
        raise SourceError(f"places: {file.name} is not in hdx-python-country any more; give the taxonomy's path")
    return file
