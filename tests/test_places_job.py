"""The tables of places are built from published lists, checked at the door, and the same each time."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from qanat.edition import embedded
from qanat.edition.places import places
from qanat.errors import FigureError, SourceError
from qanat.figures.place import COUNTRIES, UNITS
from qanat.jobs.place_checks import countries_checked, units_checked
from qanat.jobs.place_documents import CODES, NODES, PCODES, UNHCR, documents, installed_taxonomy, read_columns
from qanat.jobs.places import build_places, countries, write_places
from qanat.jobs.units import units

TABLES = (CODES, UNHCR, PCODES, NODES)


@pytest.fixture(scope="module")
def built(shared: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    return build_places(shared)


def test_the_committed_tables_are_what_the_job_builds(
    built: tuple[pl.DataFrame, pl.DataFrame], shared: Path, tmp_path: Path
) -> None:
    write_places(shared, None, tmp_path)
    for name in ("places.json", "places.documents.json"):
        assert (tmp_path / name).read_bytes() == embedded(name).read_bytes(), name
    assert built[1].equals(places().units)
    assert (tmp_path / "admin.parquet").stat().st_size < 700_000


def test_the_tables_have_the_columns_they_promise(built: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    assert built[0].schema == COUNTRIES
    assert built[1].schema == UNITS
    left_out = 2 + 2 + 1  # ECISLA and ECNO APLICA at both levels, Unspecified
    assert built[1].height == 33_453 - left_out


def test_documents_carry_the_digest_of_the_bytes_read(shared: Path) -> None:
    taxonomy = installed_taxonomy()
    told = {document.id: document for document in documents(shared, taxonomy)}
    assert told["ocha.taxonomy"].sha256 == sha256(taxonomy.read_bytes()).hexdigest()
    assert told["unsd.m49"].sha256 == "ebd9e4cce8813451207995fca4aadcc22367da9c9f4077102703bb2d6d791ac7"  # SOURCE.md


def test_embedded_documents_name_publisher_licence_and_digest() -> None:
    for document in json.loads(embedded("places.documents.json").read_bytes()):
        assert document["publisher"]
        assert document["licence"] in {"MIT", "CC-BY-4.0", "CC-BY-3.0-IGO"}
        assert len(document["sha256"]) == 64


def test_an_absent_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="countries\\.csv is not there"):
        read_columns(tmp_path / "countries.csv", {"code": "iso3"})


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("iso,name\nSDN,Sudan\n")
    with pytest.raises(SourceError, match="no column iso3, unhcr_code"):
        read_columns(tmp_path / "list.csv", {"code": "iso3", "unhcr_code": "unhcr_code", "name": "name"})


def test_a_repair_that_no_longer_fits_fails(shared: Path, tmp_path: Path) -> None:
    listed = pl.read_csv(shared / PCODES, infer_schema=False)
    listed.filter(pl.col("P-Code") != "Unspecified").write_csv(tmp_path / "list.csv")
    with pytest.raises(SourceError, match=r"0 rows 'Unspecified' in SOM, where 1 were to be left out"):
        units(tmp_path / "list.csv", shared / NODES)


def test_unhcr_rows_left_out_must_be_there(shared: Path, tmp_path: Path) -> None:
    pl.read_csv(shared / UNHCR, infer_schema=False).filter(pl.col("unhcr_code") != "CRB").write_csv(
        tmp_path / "countries.csv"
    )
    with pytest.raises(SourceError, match="no longer has CRB"):
        countries(installed_taxonomy(), shared / CODES, tmp_path / "countries.csv")


def test_all_faults_of_countries_are_told_at_once(built: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    frame = built[0]
    codes = frozenset(frame.get_column("code"))
    broken = pl.concat([frame, frame.filter(pl.col("code") == "SDN")]).with_columns(
        name_fr=pl.when(pl.col("code") != "TCD").then("name_fr")
    )
    with pytest.raises(FigureError) as told:
        countries_checked(broken, codes, codes | {"SDNX"})
    faults = told.value.problems
    assert set(faults.filter(pl.col("fault") == "is there twice").get_column("column")) == {
        "code",
        "iso2",
        "m49",
        "unhcr_code",
    }
    assert faults.filter(pl.col("fault") == "has no name").get_column("found").to_list() == ["TCD"]
    assert faults.filter(pl.col("found") == "SDNX").get_column("nearest").to_list() == ["SDN"]


def test_all_faults_of_units_are_told_at_once(built: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    sudan = built[1].filter(pl.col("country") == "SDN")
    broken = sudan.with_columns(
        parent=pl.when(pl.col("code") == "SD01007").then(pl.lit("SD77")).otherwise("parent"),
        name=pl.when(pl.col("code") == "SD12").then(pl.lit(" ")).otherwise("name"),
    )
    with pytest.raises(FigureError) as told:
        units_checked(broken, frozenset({"SDN"}))
    assert told.value.problems.select("column", "found").rows() == [
        ("parent", "SD01007: SD77"),
        ("name", "SD12:  "),
    ]


def test_every_parent_exists_one_level_up(built: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    assert units_checked(built[1], frozenset(built[0].get_column("code"))) is built[1]
    assert built[1].filter(pl.col("parent") == "EC01").height == 15  # Azuay has 15 cantons
