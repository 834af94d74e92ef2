"""The best estimate and flows by year, as people meet them on the command line and from a store."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import jsonschema
import polars as pl
import pytest

from qanat.cli import main
from qanat.errors import AskError, FigureError
from qanat.estimate.flows import CONTRACT
from qanat.figures import F
from qanat.jobs.flows import flows
from qanat.jobs.flows_asked import FlowsRequest
from qanat.jobs.flows_years import YearsRequest, years
from qanat.store import Ask, Memory
from tests.worlds import migrants, people, stocks, vital

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def store() -> Memory:
    """The small world in one release of stocks and one of population."""
    store = Memory()
    store.put(people(date(2024, 7, 11)))
    store.put(migrants(date(2024, 8, 1)))
    return store


def valid(content: dict[str, object]) -> None:
    name = str(content["schema"]).removeprefix("qanat.").split("/")[0]
    jsonschema.validate(content, json.loads(files("qanat.cli").joinpath("schemas", f"{name}.json").read_text("utf-8")))


def test_the_command_writes_intervals_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stocks().write_parquet(tmp_path / "S.parquet")
    vital().write_csv(tmp_path / "V.csv")
    given = [
        "--stocks",
        str(tmp_path / "S.parquet"),
        "--vital",
        str(tmp_path / "V.csv"),
        "--start",
        "2015",
        "--end",
        "2020",
    ]
    wanted = [
        "--method",
        "best",
        "--draws",
        "20",
        "--out",
        str(tmp_path / "F.parquet"),
        "--draws-out",
        str(tmp_path / "D.parquet"),
    ]
    assert main(["flows", "estimate", *given, *wanted, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    valid(told)
    found = pl.read_parquet(tmp_path / "F.parquet")
    assert found.schema == CONTRACT
    assert found.null_count().row(0) == (0,) * 7
    assert told["top"][0]["low80"] <= told["top"][0]["flow"] <= told["top"][0]["high80"]
    assert any("distance taken as 8,000 km" in one for one in told["assumed"])  # AAA, BBB and CCC lie nowhere
    assert pl.read_parquet(tmp_path / "D.parquet").get_column("samples").arr.len().to_list() == [20] * 6


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--method", "best", "--draws", "3"), "at least 20"),
        (("--method", "min", "--draws-out", "D.parquet"), "only --method best draws"),
        (("--method", "best", "--workers", "many"), "--workers many"),
    ],
)
def test_a_request_for_draws_that_cannot_be_met_says_what_to_do(
    arguments: tuple[str, ...], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stocks().write_parquet(tmp_path / "S.parquet")
    vital().write_parquet(tmp_path / "V.parquet")
    given = [
        "--stocks",
        str(tmp_path / "S.parquet"),
        "--vital",
        str(tmp_path / "V.parquet"),
        "--start",
        "2015",
        "--end",
        "2020",
    ]
    assert main(["flows", "estimate", *given, *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_kept_best_estimate_carries_its_interval_in_every_undivided_row(store: Memory) -> None:
    run = flows(FlowsRequest(start=2015, end=2020, method="best", draws=20, keep=True), store, NOW)["run"]
    rows = store.get(Ask(run=run)).filter(F.facet == "concept=transition")
    assert rows.filter(F.low.is_null() | F.high.is_null() | (F.level != 0.8)).is_empty()
    assert rows.filter((F.low > F.value) | (F.value > F.high)).is_empty()
    kinds = store.get(Ask(run=run)).filter(F.facet != "concept=transition")
    assert kinds.filter(F.low.is_not_null()).is_empty()


def test_years_of_the_store_add_up_to_the_period_and_keep_the_two_concepts_apart(store: Memory, tmp_path: Path) -> None:
    told = years(YearsRequest(start=2015, end=2020, out=tmp_path / "Y.parquet"), store)
    valid(told)
    whole = flows(FlowsRequest(start=2015, end=2020, method="best", draws=20), store, NOW)["people"]
    assert sum(one["transition"] for one in told["years"]) == pytest.approx(whole, abs=1)
    assert all(one["move"] > one["transition"] for one in told["years"])
    table = pl.read_parquet(tmp_path / "Y.parquet")
    assert set(table.get_column("concept")) == {"transition", "move"}
    assert [one["from"] for one in told["years"]] == [f"{year}-07-01" for year in range(2015, 2020)]
    one = years(YearsRequest(start=2015, end=2020, origin="COL", to="VEN", back=0.0), store)
    assert all(row["move"] == row["transition"] for row in one["years"])


def test_dated_arrivals_with_faults_are_refused_row_by_row(store: Memory, tmp_path: Path) -> None:
    file = tmp_path / "dated.csv"
    file.write_text("orig,dest,year,people\nVEN,COL,2016,100\nVEN,COL,2017,-5\nVEN,COL,,7\n")
    with pytest.raises(FigureError) as refused:
        years(YearsRequest(start=2015, end=2020, dated=file), store)
    assert refused.value.problems.get_column("row").to_list() == [1, 2]
    file.write_text("orig,dest,year\nVEN,COL,2016\n")
    with pytest.raises(AskError, match="no column people"):
        years(YearsRequest(start=2015, end=2020, dated=file), store)
    with pytest.raises(AskError, match="two ends"):
        years(YearsRequest(start=2015, end=2020, origin="VEN"), store)
    with pytest.raises(AskError, match="yearly rate"):
        years(YearsRequest(start=2015, end=2020, back=1.5), store)
