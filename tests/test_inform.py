"""INFORM Risk Index: scores of countries from the service and from HDX's table of indicators."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from qanat.errors import AskError, FigureError, SourceError
from qanat.figures import require
from qanat.sources.inform import SCORES, TABLE, TRENDS, ask, scores, table, trends
from qanat.sources.record import Reading
from qanat.sources.request import Question
from tests.reading import asked, only, paper

RECORDED: dict[str, str] = {
    "inform.trends": "fixtures/inform/trends_workflowid-0.json",
    "inform.scores": "fixtures/inform/trends_workflowid-0.json",
    "inform.table": "fixtures/inform/inform_risk_index.csv",
}


def score(**cells: object) -> dict[str, object]:
    return {"IndicatorId": "INFORM", "Iso3": "SDN", "GNAYear": 2024, "IndicatorScore": 7.1} | cells


def read(*found: dict[str, object]) -> Reading:
    return trends(json.dumps(found).encode(), paper(TRENDS))


def test_singapore_had_a_risk_of_six_tenths_in_2024(shared: Path) -> None:
    data = (shared / RECORDED["inform.trends"]).read_bytes()
    for reading in (trends(data, paper(TRENDS, data)), scores(data, paper(SCORES, data))):
        risk = only(reading, place="SGP")
        assert (risk["value"], risk["unit"], risk["group"], risk["measure"]) == (0.6, "points", "risk", "index")
        assert (risk["start"], risk["end"], risk["facet"]) == (date(2024, 1, 1), date(2025, 1, 1), None)
        assert (risk["locator"], reading.accepted) == ("/0", 5)


def test_a_dimension_stands_in_the_facet() -> None:
    reading = read(score(), score(IndicatorId="VU", IndicatorScore="6.9"))
    assert only(reading, facet="indicator=VU")["value"] == 6.9
    assert only(reading, facet=None)["value"] == 7.1


def test_two_releases_in_one_answer_contradict_each_other_and_none_is_taken() -> None:
    reading = read(score(WorkflowId=1), score(WorkflowId=2, IndicatorScore=7.4), score(Iso3="TCD"))
    assert asked(reading).get_column("place").to_list() == ["TCD"]
    assert reading.rejected.select("row", "rule").rows() == [(1, "twice"), (2, "twice")]


def test_the_table_gives_indicators_with_their_scale(shared: Path) -> None:
    data = (shared / RECORDED["inform.table"]).read_bytes()
    reading = table(data, paper(TABLE, data))
    corrupt = only(reading, facet="indicator=Corruption Perception Index;scale=0-100")
    assert (corrupt["value"], corrupt["place"], corrupt["start"]) == (8.3, "AFG", date(2024, 1, 1))
    assert (
        only(reading, facet="indicator=GHSL Population Grid;scale=Number")["value"] == 44_515_794
    )  # its name breaks the line
    require(reading.figures)


def test_raw_values_and_scores_under_one_name_are_set_aside(shared: Path) -> None:
    data = (shared / RECORDED["inform.table"]).read_bytes()
    reading = table(data, paper(TABLE, data))
    rules = reading.rejected.select("row", "rule").unique().get_column("rule").value_counts(sort=True).rows()
    assert rules == [
        ("twice", 20),
        ("name", 3),
    ]  # Conflict GPI is 2.767 and 5.9, both "Number"; three rows have no name
    assert (reading.rows, reading.accepted, reading.superseded) == (40, 14, 3)  # three zeros are said twice


@pytest.mark.parametrize(
    "cells", [{"IndicatorScore": -1}, {"IndicatorScore": "high"}, {"Iso3": "Sudan"}, {"GNAYear": "next"}]
)
def test_wrong_cells_are_named(cells: dict[str, object]) -> None:
    with pytest.raises(FigureError, match=r"is negative|is text where|is no country"):
        read(score(**cells))


def test_a_score_that_is_blank_is_not_counted() -> None:
    reading = read(score(IndicatorScore="-"), score(Iso3="TCD", IndicatorScore=None))
    assert (reading.figures.height, reading.empty) == (0, 2)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'[{"IndicatorId": "INFORM"', "is cut off"),
        (b"<html>", "is a web page"),
        (b'{"Message": "An error has occurred."}', "holds the fields Message where records belong"),
        (b"[]", "holds no records"),
        (
            json.dumps([{"IndicatorId": "INFORM", "ISO3": "SDN", "GNAYear": 2024, "IndicatorScore": 1}]).encode(),
            r"no Iso3",
        ),
    ],
)
def test_what_is_no_answer_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        trends(data, paper(TRENDS))


def test_a_release_is_asked_for_by_its_workflow() -> None:
    (request,) = ask(SCORES, Question(first=2024, last=2024, part="493"))
    assert (
        request.address == "https://drmkc.jrc.ec.europa.eu/inform-index/api/informapi/countries/scores/?WorkflowId=493"
    )
    for part in (None, "mid 2024"):
        with pytest.raises(AskError, match="one release"):
            ask(TRENDS, Question(first=2024, last=2024, part=part))
