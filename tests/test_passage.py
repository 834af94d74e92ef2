"""A figure led back to the record it was read from, in the publisher's own names."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest

from qanat.jobs.pull import pull
from qanat.jobs.pull_asked import Means, PullRequest
from qanat.jobs.tracing import trace
from qanat.sources import demographics, idmc, ucdp, unhcr, unpd, unpd_csv, unpd_stock
from qanat.sources.passage import passages
from qanat.sources.record import Source
from qanat.store import Ask, Memory
from tests.test_pull import NOW, silent
from tests.test_unpd_files import SYNTHETIC


@pytest.mark.parametrize(
    ("locator", "found"),
    [
        ("/data/1#idps", ['{"idps": 2}']),
        ("/data/0+/data/1", ['{"idps": 1}', '{"idps": 2}']),
        ("/data/0+/data/1+7 more#idps", ['{"idps": 1}', '{"idps": 2}']),
        ("/a~1b/0", ['"x"']),
        ("/data/9", []),
        ("Sheet!C12", []),
    ],
)
def test_a_pointer_leads_to_its_records(locator: str, found: list[str]) -> None:
    data = json.dumps({"data": [{"idps": 1}, {"idps": 2}], "a/b": ["x"]}).encode()
    assert list(passages(data, locator)) == found


def test_a_row_of_a_table_is_found_by_its_number(tmp_path: Path) -> None:
    frame = pl.DataFrame({"place": ["SDN", "TCD"], "idps": [1, 2]})
    frame.write_parquet(tmp_path / "x.parquet")
    assert passages((tmp_path / "x.parquet").read_bytes(), "row 2#idps") == ('{"place": "TCD", "idps": 2}',)
    assert passages(frame.write_csv().encode(), "row 1") == ('{"place": "SDN", "idps": "1"}',)
    assert passages(b"place,idps\nSDN,1\n", "row 9") == ()


@pytest.mark.parametrize(
    ("source", "file", "locator", "holds"),
    [
        (
            unhcr.POPULATION,
            "fixtures/unhcr_population_api/population.json",
            "2024/SYR/DEU/refugees",
            '"refugees": "725102"',
        ),
        (idmc.CONFLICT, "fixtures/idmc/gidd_conflicts_page0.json", None, '"iso3"'),
        (demographics.DEMOGRAPHICS, "fixtures/unhcr_population_api/demographics.json", None, '"pop_type"'),
    ],
)
def test_a_keyed_record_is_found_again(
    shared: Path, source: Source, file: str, locator: str | None, holds: str
) -> None:
    store = Memory()
    pull(
        PullRequest(source=source.id, files=(shared / file,)),
        store,
        Means(lines=lambda _: pytest.fail("no service is asked"), now=NOW, say=silent),
    )
    every = store.get(Ask())
    rows = every if locator is None else every.filter(pl.col("locator") == locator)
    row = rows.row(0, named=True)
    (document,) = trace(f"{row['run']}:{row['row']}", store)["documents"]
    assert document["held"]
    (record,) = document["passages"]
    assert holds in record


def test_bytes_of_another_document_lead_nowhere() -> None:
    assert passages(b"<html>", "2024/SYR/DEU/refugees", unhcr.POPULATION) == ()
    assert passages(b"\xff\xfe", "/a/1") == ()


def test_a_packed_table_leads_back_as_the_plain_one_does() -> None:
    packed = SYNTHETIC["unpd.wpp-indicators"]
    (world,) = passages(packed, "row 1#Births", unpd_csv.INDICATORS)
    assert '"LocID": "900"' in world
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        archive.writestr("events.csv", "id,best\n7,3\n8,4\n")
    assert passages(box.getvalue(), "row 2#best", ucdp.BULK) == ('{"id": "8", "best": "4"}',)


def test_a_workbook_leads_back_to_the_row_of_its_sheet() -> None:
    (row,) = passages(SYNTHETIC["unpd.migrant-stock-workbook"], "Table 1!K12", unpd_stock.STOCK)
    assert '"D": "276"' in row
    assert passages(SYNTHETIC["unpd.migrant-stock-workbook"], "Notes!K12", unpd_stock.STOCK) == ()


def test_a_place_that_the_publisher_writes_otherwise_is_found_by_its_own_code() -> None:
    table = b"dest,sex,age,year,value\nCHI,b,0-4,1990,631\n"
    assert '"dest": "CHI"' in passages(table, "all/XCX/1990/0-4", unpd.MIGRANT_AGES)[0]


def test_of_the_asylum_records_of_one_pair_the_one_with_the_figures_cuts_is_shown(shared: Path) -> None:
    data = (shared / "fixtures/unhcr_population_api/asylum-applications.json").read_bytes()
    cases = {"unit": "cases", "level": "IN", "procedure": "G", "type": "N"}
    (record,) = passages(data, "2015/-/USA/applied", unhcr.APPLICATION, cases)
    assert json.loads(record)["applied"] == "90582"
    (record,) = passages(data, "2015/-/USA/applied", unhcr.APPLICATION, cases | {"unit": "people", "level": "EO"})
    assert json.loads(record)["applied"] == "45394"


def test_every_figure_by_location_leads_to_the_record_of_its_location(shared: Path) -> None:
    data = (shared / "subnational/_global/unhcr_demographics_admin12_pcoded.parquet").read_bytes()
    table = pl.read_parquet(data).filter(origin_iso3="SYR", asylum_iso3="LBN", year=2025, pop_type="REF")
    assert table.height == 148  # Syrian refugees in Lebanon
    box = io.BytesIO()
    table.write_parquet(box)
    found = demographics.demographics(box.getvalue(), demographics.DEMOGRAPHICS.document(b"", NOW.date(), NOW.date()))
    totals = found.figures.filter(pl.col("locator").str.ends_with("/total"))
    assert totals.height == 101  # 47 of them of several records, which urban and rural set apart
    for locator, value, facet in totals.select("locator", "value", "facet").iter_rows():
        cuts = (part.partition("=") for part in str(facet or "").split(";"))
        said = {name: word for name, mark, word in cuts if mark}
        told = passages(box.getvalue(), locator, demographics.DEMOGRAPHICS, said)
        assert sum(json.loads(one)["total"] for one in told) == value, locator


def test_a_hazards_sum_leads_to_the_records_of_that_hazard() -> None:
    table = (
        b"iso3,year,hazard_type_name,new_displacement,total_displacement\nTCD,2024,Flood,900,120\nTCD,2024,Storm,3,0\n"
    )
    (storm,) = passages(table, "TCD/2024/new_displacement", idmc.DISASTER, {"hazard": "Storm"})
    assert json.loads(storm)["new_displacement"] == "3"
    assert len(passages(table, "TCD/2024/new_displacement", idmc.DISASTER, {"events": "year"})) == 2
