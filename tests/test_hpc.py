"""OCHA's HPC Tools: caseloads of a plan and projects of an appeal."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qanat.errors import AskError, FigureError, SourceError
from qanat.figures import require
from qanat.sources.hpc import CASELOADS, PROJECTS, ask_caseloads, ask_projects, caseloads, following, projects
from qanat.sources.record import Reading
from qanat.sources.request import Question
from tests.reading import asked, only, paper

RECORDED: dict[str, str] = {
    "hpc.caseloads": "fixtures/hpc/v2_plan_1188_responseMonitoring.json",
    "hpc.projects": "fixtures/hpc/v2_project_search_rsyr22.json",
}
DAY = date(2024, 12, 17)


@pytest.fixture(scope="module")
def sudan(shared: Path) -> Reading:
    data = (shared / RECORDED["hpc.caseloads"]).read_bytes()
    return caseloads(data, paper(CASELOADS, data))


def plan(**cells: object) -> bytes:
    """An answer in the shape of the service, invented: one caseload of a place without a p-code."""
    cut = {"locationId": 2, "categoryLabel": "IDPs", "dataMatrix": [{"metricType": "inNeed", "value": "5"}]}
    load = {
        "caseloadType": "plan",
        "caseloadDescription": "All",
        "inNeed": 10,
        "target": "-",
        "disaggregatedAttachments": [cut],
    }
    places = [
        {"id": 1, "name": "Sudan", "adminLevel": 0, "pcode": "SD"},
        {"id": 2, "name": "Camp Two", "adminLevel": 2, "pcode": None},
    ]
    whole = {
        "lastPublishedVersion": "1",
        "lastPublishedDate": "05/01/2024",
        "planGlobalClusters": [],
        "locations": places,
        "caseloads": [load],
    }
    return json.dumps({"data": whole | cells}).encode()


def test_of_fifty_one_million_people_in_sudan_twenty_five_are_in_need(sudan: Reading) -> None:
    whole = {"place": "SDN", "facet": None, "sex": "all"}
    need = only(sudan, measure="need", **whole)
    assert (need["value"], need["locator"]) == (24_786_370, "/data/caseloads/0#inNeed")
    assert only(sudan, measure="stock", **whole)["value"] == 50_990_034
    assert only(sudan, measure="target", **whole)["value"] == 14_657_114


def test_figures_stand_on_the_day_they_were_published_since_no_period_is_told(sudan: Reading) -> None:
    assert sudan.figures.select(pl.col("start").unique()).item() == DAY
    assert sudan.figures.select(pl.col("end").unique()).item() == DAY


def test_people_expected_to_be_reached_are_a_target(sudan: Reading) -> None:
    assert only(sudan, facet="metric=expected-reach")["value"] == 14_000_000
    assert asked(sudan, measure="reached").is_empty()


def test_clusters_go_by_their_global_code_where_they_share_an_entity(sudan: Reading) -> None:
    for code, people in (("PRO", 7_740_348), ("PRO-GBV", 6_700_250), ("PRO-CPN", 6_187_751), ("CCM", 3_177_463)):
        assert only(sudan, place="SDN", measure="need", facet=f"sector={code}")["value"] == people


def test_a_cluster_whose_own_code_is_not_global_goes_by_its_entity(sudan: Reading) -> None:
    assert only(sudan, place="SDN", measure="need", facet="sector=MS")["value"] == 1_698_000  # MPC: entity 7577


def test_a_caseload_that_fits_no_global_cluster_keeps_its_name(sudan: Reading) -> None:
    assert only(sudan, place="SDN", measure="need", facet="cluster=Refugee Response")["value"] == 963_410


def test_women_stand_in_the_column_of_sex_and_total_is_undivided(sudan: Reading) -> None:
    assert only(sudan, place="SD01001", sex="female", facet="sector=EDU", measure="need")["value"] == 173_962
    assert only(sudan, place="SD01001", sex="all", facet="sector=PRO-MIN", measure="need")["value"] == 448_723


def test_the_figures_of_jebel_awlia_are_those_of_ochas_own_table(shared: Path, sudan: Reading) -> None:
    table = pl.read_csv(shared / "fixtures/hpc/hpc_hno_2024.csv", infer_schema=False).filter(pl.col("Admin 2 PCode") == "SD01001", pl.col("Category") == "IDPs", pl.col("Cluster") != "ALL")  # fmt: skip
    assert table.height >= 3
    for cluster, need, target in table.select("Cluster", "In Need", "Targeted").rows():
        cut = {"place": "SD01001", "facet": f"category=IDPs;sector={cluster}"}
        assert only(sudan, measure="need", **cut)["value"] == float(need)
        assert only(sudan, measure="target", **cut)["value"] == float(target)


def test_fractions_of_a_plan_are_kept_as_published(sudan: Reading) -> None:
    assert only(sudan, place="SD01001", measure="target", facet="category=IDPs;sector=WSH")["value"] == 2114.982659


def test_every_record_is_accepted(sudan: Reading) -> None:
    require(sudan.figures)
    assert (sudan.rows, sudan.accepted, sudan.figures.height) == (63, 63, 136)  # 14 caseloads and 49 cuts of them


def test_what_ocha_has_not_published_is_set_aside() -> None:
    reading = caseloads(plan(lastPublishedVersion="0.9"), paper(CASELOADS))
    assert reading.figures.is_empty()
    assert reading.rejected.select("row", "rule").unique(maintain_order=True).rows() == [
        (1, "unpublished"),
        (2, "unpublished"),
    ]
    assert reading.accepted == 0


def test_a_place_without_a_p_code_stays_at_the_country_with_its_name() -> None:
    reading = caseloads(plan(), paper(CASELOADS))
    camp = only(reading, facet="category=IDPs;location=Camp Two")
    assert (camp["place"], camp["value"]) == ("SDN", 5)
    assert reading.empty == 1  # the target "-"


def test_a_location_that_is_not_listed_is_set_aside() -> None:
    answer = json.loads(plan())
    answer["data"]["locations"] = answer["data"]["locations"][:1]
    reading = caseloads(json.dumps(answer).encode(), paper(CASELOADS))
    assert reading.rejected.select("row", "rule").rows() == [(2, "place")]


def test_a_negative_number_is_named() -> None:
    answer = json.loads(plan())
    answer["data"]["caseloads"][0]["inNeed"] = -1
    with pytest.raises(FigureError, match="is negative"):
        caseloads(json.dumps(answer).encode(), paper(CASELOADS))


def test_projects_ask_for_money_by_country_and_cluster(shared: Path) -> None:
    data = (shared / RECORDED["hpc.projects"]).read_bytes()
    reading = projects(data, paper(PROJECTS, data))
    acted = only(reading, facet="cluster=FSC;plan=RSYR22;project=194845")
    assert (acted["value"], acted["place"], acted["measure"], acted["unit"]) == (699_812, "LBN", "requirement", "USD")
    assert (acted["start"], acted["end"]) == (date(2022, 1, 1), date(2023, 1, 1))


def project(**cells: object) -> dict[str, Any]:
    return {
        "id": 1, "version": 1, "currentPublishedVersionId": 5, "currentRequestedFunds": "7", "startDate": "2024-01-01", "endDate": "2024-12-31",
        "locations": [{"iso3": "LBN", "adminLevel": 0}], "plans": [{"code": "A"}],
    } | cells  # fmt: skip


def test_an_unpublished_project_is_set_aside_and_the_newest_version_holds() -> None:
    found = [project(), project(version=2, currentRequestedFunds="8"), project(id=2, currentPublishedVersionId=None)]
    reading = projects(json.dumps({"status": "ok", "data": {"results": found}}).encode(), paper(PROJECTS))
    assert reading.figures.get_column("value").to_list() == [8.0]
    assert (reading.rows, reading.accepted, reading.superseded) == (3, 1, 1)
    assert reading.rejected.item(0, "rule") == "unpublished"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (plan()[:-9], "is cut off"),
        (b"<html>", "is a web page"),
        (b'{"code": "AuthorizationError"}', "has no 'data' but the fields code"),
        (plan(caseloads=None), "holds None where records belong"),
        (plan(caseloads=[{"caseloadType": "plan"}]), "has no caseloadDescription, no inNeed, no target"),
    ],
)
def test_what_is_no_answer_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        caseloads(data, paper(CASELOADS))


def test_caseloads_are_asked_for_by_plan_with_a_token() -> None:
    (request,) = ask_caseloads(CASELOADS, Question(first=2024, last=2024, part="1188"))
    assert request.address == "https://api.hpc.tools/v2/plan/1188/responseMonitoring?includeCaseloadDisaggregation=true"
    assert [(key.sent, key.as_name) for key in request.keys] == [("header", "Authorization")]
    for part in (None, "HSDN24"):
        with pytest.raises(AskError, match="give its number"):
            ask_caseloads(CASELOADS, Question(first=2024, last=2024, part=part))


def test_projects_are_asked_for_by_appeal_and_paged(shared: Path) -> None:
    (first,) = ask_projects(PROJECTS, Question(first=2022, last=2022, part="RSYR22"))
    assert first.params == {"plancodes": "RSYR22", "limit": "100", "page": "1"}
    second = following(first, (shared / RECORDED["hpc.projects"]).read_bytes())
    assert second is not None
    assert second.params["page"] == "2"
    last = json.dumps({"data": {"pagination": {"currentPage": 8, "pages": 8}}}).encode()
    assert following(second, last) is None
    with pytest.raises(AskError, match="give its code"):
        ask_projects(PROJECTS, Question(first=2022, last=2022))
