"""OCHA's Financial Tracking Service: flows, plans, clusters, and HDX's tables of them (USD)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qanat.errors import AskError, FigureError, SourceError
from qanat.figures import F, require
from qanat.sources.fts import ADAPTERS, FLOWS, PLANS, flows, plans
from qanat.sources.fts_ask import ask_clusters, ask_flows, ask_plans, following
from qanat.sources.fts_clusters import CLUSTERS, clusters
from qanat.sources.fts_tables import CLUSTER_TABLE, PLAN_TABLE, table_clusters, table_plans
from qanat.sources.pages import joined
from qanat.sources.record import Reading
from qanat.sources.request import Question
from tests.reading import asked, only, paper

RECORDED: dict[str, str] = {
    "fts.flows": "fixtures/fts/v1_flow_custom-search_location-1_year-2020_p1.json",
    "fts.plans": "fixtures/fts/v2_plan_overview_progress_2020.json",
    "fts.plan-table": "subnational/afghanistan/fts_requirements_funding_hxl.csv",
    "fts.cluster-table": "fixtures/fts/fts_requirements_funding_cluster_global.csv",
}


def recorded(shared: Path, name: str) -> Reading:
    adapter = next(one for one in ADAPTERS if one.source.id == name)
    data = (shared / RECORDED[name]).read_bytes()
    return adapter.read(data, paper(adapter.source, data))


def flow(**cells: object) -> dict[str, Any]:
    """A flow in the shape of the service, invented: 100 dollars paid for Jordan in 2024."""
    there = [
        {"type": "Location", "id": "114", "name": "Jordan"},
        {"type": "UsageYear", "id": "45", "name": "2024"},
        {"type": "Plan", "id": "7", "name": "A plan"},
        {"type": "GlobalCluster", "id": "3", "name": "Education"},
    ]
    return {
        "id": "1", "versionId": 1, "amountUSD": 100, "boundary": "incoming", "onBoundary": "single", "status": "paid", "destinationObjects": there,
    } | cells  # fmt: skip


def places(*numbers: str) -> list[dict[str, str]]:
    return [{"type": "Location", "id": n, "name": f"Place {n}"} for n in numbers] + [
        {"type": "UsageYear", "id": "45", "name": "2024"}
    ]


def read(*found: dict[str, Any]) -> Reading:
    return flows(page(*found), paper(FLOWS))


def page(*found: dict[str, Any], link: str | None = None) -> bytes:
    meta = {"nextLink": link} if link else {}
    return json.dumps({"status": "ok", "data": {"flows": found}, "meta": meta}).encode()


@pytest.mark.parametrize("name", list(RECORDED))
def test_every_record_is_accepted(shared: Path, name: str) -> None:
    reading = recorded(shared, name)
    require(reading.figures)
    assert (reading.accepted, reading.superseded) == (reading.rows, 0)


# flows


def test_switzerland_gave_afghanistan_a_school_year_in_2020(shared: Path) -> None:
    found = asked(recorded(shared, "fts.flows"), value=250_250.0)
    assert found.select("measure", "unit", "place", "start", "end", "facet", "locator").rows() == [
        ("funding", "USD", "AFG", date(2020, 1, 1), date(2021, 1, 1),
         "boundary=incoming;cluster=Education;flow=168515;status=commitment", "/data/flows/3"),
    ]  # fmt: skip


def test_a_flow_shared_by_years_is_told_once_for_all_of_them(shared: Path) -> None:
    parked = asked(recorded(shared, "fts.flows")).filter(F.facet.str.contains("flow=166266"))
    assert parked.select("start", "end", "value").rows() == [(date(2018, 1, 1), date(2021, 1, 1), 0.0)]
    assert "shared=yes" in parked.item(0, "facet")


def test_incoming_and_internal_money_stand_apart() -> None:
    reading = read(flow(), flow(id="2", boundary="internal"))
    cuts = reading.figures.get_column("facet").to_list()
    assert [cut.split(";")[0] for cut in cuts] == ["boundary=incoming", "boundary=internal"]
    assert reading.figures.get_column("value").to_list() == [100.0, 100.0]  # nobody added them


def test_pledges_commitments_and_payments_stand_apart() -> None:
    reading = read(*(flow(id=word, status=word) for word in ("pledge", "commitment", "paid")))
    assert [cut.split("status=")[1] for cut in reading.figures.get_column("facet")] == ["pledge", "commitment", "paid"]


def test_a_country_goes_by_ochas_number_and_one_that_is_not_listed_is_set_aside() -> None:
    reading = read(flow(), flow(id="2", destinationObjects=places("99999")))
    assert reading.figures.get_column("place").to_list() == ["JOR"]
    assert reading.rejected.select("row", "column", "found").rows() == [(2, "place", "Place 99999")]


def test_a_flow_to_several_countries_is_in_none_of_their_figures() -> None:
    reading = read(flow(destinationObjects=places("114", "1")))
    assert reading.figures.select("place", "facet").rows() == [
        ("WLD", "boundary=incoming;countries=AFG+JOR;flow=1;status=paid")
    ]


def test_the_newest_version_of_a_flow_holds() -> None:
    reading = read(flow(versionId=2, amountUSD="70"), flow(versionId=10, amountUSD="60"))
    assert reading.figures.get_column("value").to_list() == [60.0]
    assert (reading.rows, reading.accepted, reading.superseded) == (2, 1, 1)


def test_a_flow_for_no_year_is_set_aside() -> None:
    reading = read(flow(), flow(id="2", destinationObjects=places("114")[:1]))
    assert reading.rejected.select("row", "rule").rows() == [(2, "year")]


def test_two_pages_joined_are_one_document() -> None:
    both = flows(joined([page(flow()), page(flow(id="2"))]), paper(FLOWS))
    assert both.figures.get_column("locator").to_list() == ["/0/data/flows/0", "/1/data/flows/0"]


# plans


def test_palestines_plan_asked_for_420_million_and_was_given_295(shared: Path) -> None:
    reading = recorded(shared, "fts.plans")
    plan = {"place": "PSE", "facet": "plan=HPSE20"}
    asked_for = only(reading, measure="requirement", **plan)
    assert (asked_for["value"], asked_for["locator"]) == (420_381_684, "/data/plans/0/requirements#revisedRequirements")
    assert only(reading, measure="funding", **plan)["value"] == 295_077_912
    assert only(reading, facet="plan=HPSE20;version=original")["value"] == 347_976_074


def test_caseloads_of_a_plan_stand_apart(shared: Path) -> None:
    reading = recorded(shared, "fts.plans")
    need = asked(reading, place="AFG", measure="need").select("facet", "value").rows()
    assert need == [
        ("caseload=2;plan=HAFG20", 10_373_398),
        ("caseload=1;plan=HAFG20", 14_000_000),
        ("caseload=4;plan=HAFG20", 7_596_823),
    ]


def test_people_expected_to_be_reached_are_a_target_and_not_people_reached(shared: Path) -> None:
    reading = recorded(shared, "fts.plans")
    expected = only(reading, place="PSE", facet="caseload=1;metric=expected-reach;plan=HPSE20")
    assert (expected["measure"], expected["value"], expected["unit"]) == ("target", 1_200_000, "people")
    assert asked(reading, place="PSE", measure="reached").is_empty()


def test_a_number_that_is_null_is_not_counted(shared: Path) -> None:
    assert recorded(shared, "fts.plans").empty == 4  # population and affected of two caseloads


def plan(**cells: object) -> dict[str, Any]:
    return {
        "code": "RXXX24", "startDate": "2024-01-01", "endDate": "2025-12-31", "restricted": False, "countries": [{"iso3": "JOR"}, {"iso3": "LBN"}],
        "requirements": {"revisedRequirements": "500"}, "funding": {"totalFunding": 5}, "caseLoads": None,
    } | cells  # fmt: skip


def of_plans(*found: dict[str, Any]) -> Reading:
    return plans(json.dumps({"status": "ok", "data": {"plans": found}}).encode(), paper(PLANS))


def test_a_regional_plan_is_the_requirement_of_none_of_its_countries() -> None:
    figure = only(of_plans(plan()), measure="requirement")
    assert (figure["place"], figure["facet"], figure["value"]) == ("WLD", "countries=JOR+LBN;plan=RXXX24", 500)
    assert (figure["start"], figure["end"]) == (date(2024, 1, 1), date(2026, 1, 1))


def test_a_plan_under_restriction_is_set_aside() -> None:
    reading = of_plans(plan(), plan(code="RYYY24", restricted=True))
    assert reading.rejected.select("row", "rule").unique().rows() == [(2, "restricted")]
    assert (reading.rows, reading.accepted) == (2, 1)


# clusters


def test_what_clusters_share_is_told_once_under_all_their_names(shared: Path) -> None:
    data = (shared / "fixtures/fts/v1_flow_groupby-cluster_plan-943.json").read_bytes()
    document = replace(
        paper(CLUSTERS, data),
        url="https://api.hpc.tools/v1/fts/flow/custom-search?groupby=cluster&planid=943&year=2020",
    )
    reading = clusters(data, document)
    wash = only(reading, facet="cluster=WASH COVID-19;countries=not told;plan-id=943")
    assert (wash["value"], wash["measure"], wash["start"]) == (1_700_600, "funding", date(2020, 1, 1))
    both = "cluster=Health and Nutrition COVID-19+WASH COVID-19;countries=not told;plan-id=943;shared=yes"
    assert only(reading, facet=both)["value"] == 12_194_800
    shared_money = (
        asked(reading, measure="funding").filter(F.facet.str.contains("shared=yes")).get_column("value").sum()
    )
    assert shared_money == 43_885_727  # the service's own total


def test_clusters_that_do_not_add_up_to_the_services_own_total_are_told(shared: Path) -> None:
    reading = clusters((shared / "fixtures/fts/v1_flow_groupby-cluster_plan-943.json").read_bytes(), replace(paper(CLUSTERS), url="https://api.hpc.tools/?planid=943&year=2020"))  # fmt: skip
    assert reading.notes == (  # whoever recorded the answer kept six clusters of many
        "clusters listed have 519,278,638 USD to themselves, the service's own total is 2,175,627,631",
    )


def test_an_answer_that_names_no_plan_is_refused_unless_its_address_does(shared: Path) -> None:
    data = (shared / "fixtures/fts/v1_flow_groupby-cluster_plan-943.json").read_bytes()
    with pytest.raises(SourceError, match="names neither its plan nor its year"):
        clusters(data, paper(CLUSTERS, data))


# HDX's tables


def test_the_table_with_hxl_tags_and_the_one_without_read_alike(shared: Path) -> None:
    tagged = recorded(shared, "fts.plan-table")
    figure = only(tagged, measure="requirement", facet="plan=HAFG24")
    assert (figure["value"], figure["locator"], tagged.rows) == (
        3_059_587_797,
        "row 6#requirements",
        55,
    )  # tags are row 1
    data = (shared / "fixtures/fts/fts_requirements_funding_global.csv").read_bytes()
    plain = table_plans(data, paper(PLAN_TABLE, data))
    assert only(plain, measure="funding", facet="plan=RSYR20")["value"] == 597_249_843


def test_a_plan_of_part_of_a_year_has_its_own_period_and_money_outside_of_plans_the_whole_year(shared: Path) -> None:
    data = (shared / "subnational/ukraine/fts_requirements_funding_hxl.csv").read_bytes()
    reading = table_plans(data, paper(PLAN_TABLE, data))
    flash = only(reading, measure="funding", facet="plan=FUKR22")
    assert (flash["value"], flash["start"], flash["end"]) == (3_778_429_100, date(2022, 3, 1), date(2023, 1, 1))
    outside = only(reading, facet="plan=Not specified", start=date(2022, 1, 1))
    assert (outside["value"], outside["end"]) == (752_433_111, date(2023, 1, 1))


def test_clusters_of_a_plan_add_up_to_what_it_was_given(shared: Path) -> None:
    found = asked(recorded(shared, "fts.cluster-table"), measure="funding", place="AFG")
    assert found.filter(F.facet == "cluster=Education in Emergencies;plan=HAFG20").item(0, "value") == 7_281_473
    assert found.get_column("value").sum() == 564_467_765  # FTS's own total of HAFG20
    assert CLUSTER_TABLE.service is False


# answers and questions


def test_the_cluster_table_wants_its_columns() -> None:
    with pytest.raises(SourceError, match=r"missing cluster \(renamed to Cluster\?\)"):
        table_clusters(
            b"countryCode,id,name,code,startDate,endDate,year,requirements,funding,clusterCode,Cluster\nAFG,1,A,B,,,2020,1,1,2,C\n",
            paper(CLUSTER_TABLE),
        )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (page(flow())[:-25], "is cut off"),
        (b"<html>", "is a web page"),
        (b'{"status": "error", "code": "BadRequest", "message": "unknown plan"}', "status 'error' instead of 'ok': unknown plan"),
        (b'{"status": "ok", "data": {"flow": []}}', "has no 'flows' but the fields flow"),
        (page({"id": "1", "amount": 5}), "has no amountUSD, no boundary"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        flows(data, paper(FLOWS))


@pytest.mark.parametrize("cells", [{"amountUSD": -5}, {"amountUSD": "much"}, {"boundary": "inbound"}])
def test_wrong_cells_are_named(cells: dict[str, object]) -> None:
    with pytest.raises(FigureError, match=r"is negative|is text where|is not one of incoming"):
        read(flow(**cells))


def test_a_blank_amount_is_not_counted() -> None:
    reading = read(flow(amountUSD="-"), flow(id="2", amountUSD=None))
    assert (reading.figures.height, reading.empty, reading.accepted) == (0, 2, 2)


def test_flows_are_asked_for_by_ochas_number_year_by_year() -> None:
    first, second = ask_flows(FLOWS, Question(first=2019, last=2020, country="AFG"))
    assert first.address == "https://api.hpc.tools/v1/fts/flow/custom-search?locationid=1&year=2019"
    assert second.params["year"] == "2020"
    (one,) = ask_flows(FLOWS, Question(first=2020, last=2020, country="JOR", part="943"))
    assert one.params == {"locationid": "114", "year": "2020", "planid": "943"}
    with pytest.raises(AskError, match="one country of OCHA's list"):
        ask_flows(FLOWS, Question(first=2020, last=2020))


def test_plans_are_asked_for_by_year_and_clusters_by_plan() -> None:
    (one,) = ask_plans(PLANS, Question(first=2024, last=2024))
    assert one.address == "https://api.hpc.tools/v2/fts/flow/plan/overview/progress/2024"
    (two,) = ask_clusters(CLUSTERS, Question(first=2020, last=2020, part="943"))
    assert two.params == {"planid": "943", "year": "2020", "groupby": "cluster"}
    with pytest.raises(AskError, match="give its number"):
        ask_clusters(CLUSTERS, Question(first=2020, last=2020, part="HAFG20"))


def test_the_next_link_is_followed_to_the_same_host_only(shared: Path) -> None:
    (first,) = ask_flows(FLOWS, Question(first=2020, last=2020, country="AFG"))
    second = following(
        first, page(link="https://api.hpc.tools/v1/fts/flow/custom-search?locationid=1&year=2020&page=2")
    )
    assert second is not None
    assert second.params == {"locationid": "1", "year": "2020", "page": "2"}
    assert following(first, page()) is None
    with pytest.raises(SourceError, match=r"at github.com, which is not api.hpc.tools"):
        following(first, (shared / RECORDED["fts.flows"]).read_bytes())  # its link was changed by whoever recorded it
