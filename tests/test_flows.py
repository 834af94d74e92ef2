"""Flows as people meet them: the command's contract, the store's releases, by sex, kept, shown, explained, revised, spread over workers."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import polars as pl
import pytest

from qanat.cli import main
from qanat.errors import AskError, NothingFound
from qanat.estimate.draws import StockError, draws
from qanat.estimate.flows import CONTRACT
from qanat.estimate.parts import Serial, done, seed
from qanat.estimate.ways import How
from qanat.estimate.worlds import Rules, world
from qanat.figures import Stage
from qanat.jobs.diff import DiffRequest, diff
from qanat.jobs.executors import executor
from qanat.jobs.flows import flows, found_flows
from qanat.jobs.flows_asked import FlowsRequest
from qanat.jobs.flows_shown import CorridorsRequest, corridor, corridors
from qanat.jobs.flows_written import table
from qanat.store import Ask, Disk, Memory
from qanat.store.trace import trace
from tests.worlds import STOCKS, VITAL, migrants, people, stocks, vital

NOW = datetime(2026, 11, 1, tzinfo=UTC)
OLD, NEW = date(2024, 8, 1), date(2025, 8, 1)


@pytest.fixture
def store() -> Memory:
    """The small world in one release of stocks and one of population."""
    store = Memory()
    store.put(people(date(2024, 7, 11)))
    store.put(migrants(OLD))
    return store


def asked(**given: Any) -> FlowsRequest:
    return FlowsRequest(start=2015, end=2020, **given)


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The one JSON document a command prints, checked against its published schema."""
    assert main([*arguments, "--json"]) == 0
    content: dict[str, Any] = json.loads(capsys.readouterr().out)
    name = content["schema"].removeprefix("qanat.").split("/")[0]
    jsonschema.validate(content, json.loads(files("qanat.cli").joinpath("schemas", f"{name}.json").read_text(encoding="utf-8")))  # fmt: skip
    return content


def test_scripts_get_one_row_a_pair_in_columns_that_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stocks().write_parquet(tmp_path / "S.parquet")
    vital().write_csv(tmp_path / "V.csv")
    given = ("--stocks", str(tmp_path / "S.parquet"), "--vital", str(tmp_path / "V.csv"), "--start", "2015", "--end", "2020")  # fmt: skip
    out = tmp_path / "F.parquet"
    told = answered(capsys, "flows", "estimate", *given, "--method", "min", "--out", str(out))
    found = pl.read_parquet(out)
    assert found.schema == CONTRACT
    assert found.select("orig", "dest").rows() == [(a, b) for a in ("AAA", "BBB", "CCC") for b in ("AAA", "BBB", "CCC") if a != b]  # fmt: skip
    assert told["people"] == round(found.get_column("flow").sum())
    assert told["method"] == "flows.min@1"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--method", "minimum"), "did you mean 'min'"),
        (("--stocks", "S.parquet"), "--stocks and --vital go together"),
        (("--weight", "1.5"), "from 0"),
        (("--start", "2020", "--end", "2015"), "earlier year first"),
        (("--unite", "SDN"), "WHOLE=PART"),
    ],
)
def test_a_request_that_cannot_be_met_says_what_to_do(
    arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str], edition: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setenv("QANAT_HOME", str(edition.home))
    years = () if "--start" in arguments else ("--start", "2015", "--end", "2020")
    assert main(["flows", "estimate", *years, *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_file_that_is_no_table_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "S.parquet").write_text("no table")
    vital().write_parquet(tmp_path / "V.parquet")
    with pytest.raises(Exception, match=r"S\.parquet cannot be read"):
        flows(asked(stocks=tmp_path / "S.parquet", vital=tmp_path / "V.parquet"), None, NOW)
    stocks().write_parquet(tmp_path / "S.parquet")
    with pytest.raises(AskError, match=r"W\.parquet is no file"):
        flows(asked(stocks=tmp_path / "S.parquet", vital=tmp_path / "W.parquet"), None, NOW)


def test_the_store_s_releases_make_the_same_account_as_tables_of_one_s_own(store: Memory) -> None:
    own = found_flows(asked(), store).estimate.world
    assert own.places == ("COL", "PER", "VEN")
    given = world(stocks(), vital(), Rules(start=2015, end=2020))
    np.testing.assert_allclose(own.start, given.start)
    np.testing.assert_allclose(own.end, given.end)
    np.testing.assert_allclose(
        own.births, given.births
    )  # half of 2015, 2016 to 2019, half of 2020: a fifth of the sum each
    np.testing.assert_allclose(own.deaths, given.deaths)


def test_women_and_men_add_up_to_everyone_corridor_by_corridor(store: Memory) -> None:
    found = found_flows(asked(by_sex=True, method="min"), store)
    whole = table(found)
    by_sex = whole.filter(pl.col("sex") != "all").group_by("orig", "dest").agg(pl.col("flow").sum())
    both = whole.filter(pl.col("sex") == "all").join(by_sex, on=["orig", "dest"], suffix="_sexes")
    np.testing.assert_allclose(both["flow"], both["flow_sexes"], rtol=1e-12)
    assert (whole["flow"] >= 0).all()
    assert any("same rate" in said for said in found.assumed)
    # women are half of all stocks and natives; only 1.05 boys a girl tell the sexes apart
    women = float(whole.filter(pl.col("sex") == "female").get_column("flow").sum())
    assert women / float(both["flow"].sum()) == pytest.approx(0.5, abs=0.03)


def test_a_kept_estimate_is_cited_traced_and_made_once(store: Memory) -> None:
    run = flows(asked(keep=True, by_sex=True), store, NOW)["run"]
    assert flows(asked(keep=True, by_sex=True), store, NOW)["run"] == run
    rows = store.get(Ask(run=run))
    assert set(rows.get_column("stage")) == {"estimated"}
    assert set(rows.get_column("unit")) == {"people"}
    assert rows.filter(pl.col("facet") == "concept=transition").height == 6 * 3
    assert set(rows.get_column("source")) == {f"unpd.migrant-stock@{OLD} + unpd.wpp@2024-07-11"}
    assert set(rows.get_column("known")) == {OLD}
    kinds = rows.filter(pl.col("facet").str.contains("kind=")).get_column("value").sum()
    whole = rows.filter((pl.col("facet") == "concept=transition") & (pl.col("sex") == "all")).get_column("value").sum()
    assert kinds == pytest.approx(whole, abs=1e-4)
    one = rows.filter((pl.col("origin") == "VEN") & (pl.col("place") == "COL") & (pl.col("sex") == "all")).row(0, named=True)  # fmt: skip
    told = trace(store, f"{run}:{one['row']}")
    made_from = {(part.figure["origin"], part.figure["place"], part.figure["start"].year) for part in told.inputs}
    assert made_from == {
        ("VEN", "COL", 2015), ("VEN", "COL", 2020), ("COL", "VEN", 2015), ("COL", "VEN", 2020),
        (None, "COL", 2015), (None, "COL", 2020), (None, "VEN", 2015), (None, "VEN", 2020),
    }  # fmt: skip


def test_a_new_release_of_stocks_shows_corridor_by_corridor_what_it_changes(store: Memory) -> None:
    first = flows(asked(keep=True), store, NOW)["run"]
    store.put(migrants(NEW, factor=1.1))
    second = flows(asked(keep=True), store, NOW)["run"]
    flows(asked(keep=True, method="min"), store, NOW)  # another method is no revision
    assert flows(asked(keep=True, as_of=OLD), store, NOW)["run"] == first
    told = diff(DiffRequest(first=OLD, last=NEW, stage=Stage.ESTIMATED), store)
    assert told["revised"] == 6
    assert {row["method"] for row in told["revisions"]} == {"flows.pseudo-bayes@1"}
    one = told["revisions"][0]
    assert one["cite_before"].startswith(first)
    assert one["cite_after"].startswith(second)
    assert one["change"] == pytest.approx(one["after"] - one["before"])
    with pytest.raises(NothingFound, match="--keep"):
        diff(DiffRequest(first=OLD, last=NEW, stage=Stage.ESTIMATED), Memory())


def test_a_place_s_corridors_add_up_to_its_net(store: Memory) -> None:
    told = corridors(CorridorsRequest(place="Colombia", method="min"), store)
    assert told["start"] == 2015
    assert told["run"] is None
    assert told["arrived"] - told["departed"] == pytest.approx(told["net"], abs=1)
    assert {one["code"] for one in told["into"]} <= {"PER", "VEN"}
    for one in told["into"]:
        assert one["outward"] + one["return"] + one["transit"] == pytest.approx(one["flow"], abs=1.5)
    kept = flows(asked(keep=True, method="min"), store, NOW)["run"]
    again = corridors(CorridorsRequest(place="COL", start=2015, method="min"), store)
    assert again["run"] == kept
    assert again["into"][0]["cite"].startswith(kept)
    assert again["net"] == told["net"]


def test_one_way_of_a_place_s_corridors_is_shown_without_a_net(store: Memory) -> None:
    told = corridors(CorridorsRequest(place="COL", origin="VEN"), store)
    assert [one["code"] for one in told["into"]] == ["VEN"]
    assert told["out_of"] == []
    assert told["net"] is None
    with pytest.raises(AskError, match="one of them"):
        corridors(CorridorsRequest(place="COL", origin="VEN", to="PER"), store)


def test_a_period_or_place_that_is_not_there_is_told_with_those_that_are(store: Memory) -> None:
    with pytest.raises(NothingFound, match="there are 2015-2020"):
        corridors(CorridorsRequest(place="COL", year=1997), store)
    with pytest.raises(NothingFound, match="in no flows"):
        corridors(CorridorsRequest(place="France"), store)
    with pytest.raises(NothingFound, match=r"1 July of both 2010 and 2015.*2015, 2020"):
        flows(FlowsRequest(start=2010, end=2015), store, NOW)


def test_a_corridor_is_explained_by_birthplace(store: Memory) -> None:
    told = corridor(CorridorsRequest(place="VEN", to="COL", method="min"), store)
    assert sum(one["moved"] for one in told["born"]) == pytest.approx(told["flow"], abs=0.3)
    assert sum(told["kinds"].values()) == pytest.approx(told["flow"], abs=0.3)
    venezuelans = next(one for one in told["born"] if one["birth"] == "VEN")
    assert (venezuelans["at_place_start"], venezuelans["at_place_end"]) == STOCKS["CCC", "AAA"]
    ends = {one["place"]: one for one in told["ends"]}
    assert (ends["COL"]["births"], ends["COL"]["deaths"]) == VITAL["AAA"]
    assert ends["COL"]["net"] == pytest.approx(1050 - 1000 - 120 + 70)
    with pytest.raises(AskError, match="two ends"):
        corridor(CorridorsRequest(place="COL", to="COL"), store)


def test_places_of_the_edition_that_cannot_be_accounted_for_are_told(
    edition: Disk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QANAT_HOME", str(edition.home))
    told = answered(capsys, "flows", "estimate", "--start", "2020", "--end", "2024", "--method", "min", "--others", "spread")  # fmt: skip
    assert told["places"] == 231
    assert told["people"] == pytest.approx(44.29e6, rel=1e-3)  # as on the shared full-scale inputs, BES and XCX apart
    why = {one["place"]: one["why"] for one in told["aside"] if one["why"] != "born in a place left aside"}
    assert set(why) >= {"VAT", "XKX", "BES"}
    assert "unknown birthplace" in why["BES"]
    shown = answered(capsys, "flows", "show", "Poland", "--from", "Ukraine", "--start", "2020")
    assert shown["into"][0]["flow"] > 500_000
    explained = answered(capsys, "flows", "explain", "UKR", "POL", "--start", "2020")
    assert explained["born"][0]["birth"] == "UKR"
    assert main(["flows", "explain", "VAT", "ITA", "--start", "2020"]) == 3
    assert "no population figures of the place" in capsys.readouterr().err


def test_a_seed_is_the_hash_of_its_key() -> None:
    assert seed("2015-2020", 7) == 0xF55709DB979E8B4A  # printf '2015-2020\x1f7' | sha256sum
    assert seed("2015-2020", 7) != seed("2015-2020", 8)
    assert 0 <= seed("a") < 2**64


def test_a_part_s_fault_reaches_whoever_asked() -> None:
    with pytest.raises(ZeroDivisionError), Serial() as one:
        done((10).__floordiv__, [5, 0], one)


def serial() -> AbstractContextManager[Executor]:
    return Serial()


def processes() -> AbstractContextManager[Executor]:
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


def dask() -> AbstractContextManager[Executor]:
    from distributed import Client

    client = Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None)  # type: ignore[no-untyped-call]
    return client.get_executor()  # type: ignore[no-any-return, no-untyped-call]  # pyright: ignore[reportUnknownMemberType]


@pytest.mark.parametrize("workers", [serial, pytest.param(processes, marks=pytest.mark.slow), pytest.param(dask, marks=pytest.mark.slow)])  # fmt: skip
def test_draws_are_the_same_whoever_does_them_and_however_they_are_cut(workers: Any) -> None:
    account = world(stocks(), vital(), Rules(start=2015, end=2020))
    accounts = {"2015-2020": (account, How()), "again": (account, How(method="min"))}
    with Serial() as one:
        alone = draws(accounts, StockError(), one, many=12, each=5)
    with workers() as several:
        found = draws(accounts, StockError(), several, many=12, each=3)
    for key in accounts:
        assert found[key].shape == (12, 3, 3)
        np.testing.assert_array_equal(found[key], alone[key])
    assert np.ptp(found["2015-2020"][:, 2, 0]) > 0


def test_shaken_stocks_keep_every_place_s_people() -> None:
    account = world(stocks(), vital(), Rules(start=2015, end=2020))
    for number in range(20):
        drawn = StockError(shared=1.5)(account, np.random.default_rng(seed("shake", number)))
        np.testing.assert_allclose(drawn.start.sum(0), account.start.sum(0))
        assert (np.diag(drawn.end) >= 0.5 * np.diag(account.end) - 1e-9).all()


def test_workers_are_named_by_a_word_or_an_address() -> None:
    with executor("serial") as one:
        assert isinstance(one, Serial)
    for word, says in (("many", "serial, processes"), ("processes:0", "from 1 on")):
        with pytest.raises(AskError, match=says), executor(word):
            pass


def test_a_machine_without_the_engines_can_still_be_told_what_to_install() -> None:
    loaded = "import sys, qanat.jobs.flows, qanat.jobs.flows_shown, qanat.jobs.diff, qanat.cli.commands; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_two_releases_of_stocks_are_never_mixed(store: Memory) -> None:
    store.put(migrants(NEW, factor=1.1))
    newer = found_flows(asked(), store)
    assert newer.release is not None
    assert newer.release.releases == (f"unpd.migrant-stock@{NEW}", "unpd.wpp@2024-07-11")
    assert newer.estimate.world.end[0, 1] == pytest.approx(STOCKS["AAA", "BBB"][1] * 1.1)
    older = found_flows(asked(as_of=OLD), store)
    assert older.estimate.world.end[0, 1] == pytest.approx(STOCKS["AAA", "BBB"][1])
