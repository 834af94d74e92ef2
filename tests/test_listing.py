"""What sources list beside figures: data sets, appeals, analyses, operations, notes, and reports with links."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from qanat.cli import main
from qanat.errors import AskError, NothingFound
from qanat.jobs.listing import listed
from qanat.jobs.pull import pull
from qanat.jobs.pull_asked import Means, PullRequest
from qanat.sources.fetch import Recorded
from qanat.sources.listing import LISTS
from qanat.store import Memory
from tests.test_every_source import answer_of
from tests.test_reliefweb import page, report

NOW = datetime(2026, 11, 24, tzinfo=UTC)
# how many rows the recorded answers have
ROWS = {
    "fts.plans": 2, "hdx.catalogue": 1, "iom.dtm-country-list": 53, "iom.dtm-operation-list": 106, "unhcr.countries": 23, "unhcr.footnotes": 5,
    "unhcr.regions": 6, "ipc.analyses": 6, "reliefweb.reports": 2,
}  # fmt: skip


def means() -> Means:
    return Means(lines=lambda _: Recorded({}, NOW.date()), now=NOW, say=lambda _: None)


def kept(folder: Path, shared: Path, source: str) -> Memory:
    """A store that was handed a source's answer."""
    store, file = Memory(), folder / "answer"
    file.write_bytes(
        page(report(1, "KEN"), report(2, "KEN", "SOM")) if source.startswith("reliefweb") else answer_of(source, shared)
    )
    pull(PullRequest(source=source, files=(file,)), store, means())
    return store


@pytest.mark.parametrize("source", sorted(LISTS))
def test_what_a_source_lists_is_shown_whole_and_in_its_order(source: str, shared: Path, tmp_path: Path) -> None:
    found = listed(source, kept(tmp_path, shared, source))
    assert (found["source"], found["of"], len(found["rows"])) == (source, ROWS[source], ROWS[source])
    schema = json.loads(files("qanat.cli").joinpath("schemas", "listed.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(found, default=str)), schema)


def test_a_data_set_is_told_with_its_terms_its_lateness_and_its_files(shared: Path, tmp_path: Path) -> None:
    (one,) = listed("hdx.catalogue", kept(tmp_path, shared, "hdx.catalogue"))["rows"]
    assert (one["licence"], one["may_redistribute"], one["late"]) == ("IOM-DTM", False, True)
    assert one["files"][0].startswith("CSV https://data.humdata.org/dataset/32d0365c-")


def test_an_appeal_is_told_with_the_number_other_sources_ask_for(shared: Path, tmp_path: Path) -> None:
    (one,) = listed("fts.plans", kept(tmp_path, shared, "fts.plans"), "hafg")["rows"]
    assert (one["number"], one["code"], one["countries"]) == ("929", "HAFG20", ("AFG",))


def test_a_report_is_told_by_who_when_and_a_link_and_never_by_its_text(shared: Path, tmp_path: Path) -> None:
    rows = listed("reliefweb", kept(tmp_path, shared, "reliefweb.reports"), "SOM")["rows"]
    assert [(one["title"], one["link"], one["countries"]) for one in rows] == [
        ("Report 2", "https://reliefweb.int/report/2", ("KEN", "SOM"))
    ]
    assert "Never kept" not in str(rows)


def test_what_is_not_held_or_no_list_is_told_with_the_way_to_it(shared: Path, tmp_path: Path) -> None:
    with pytest.raises(NothingFound, match=r"nothing is held; ask for it: qanat pull hdx.catalogue --country \.\.\."):
        listed("hdx.catalogue", Memory())
    with pytest.raises(NothingFound, match="no row of 2 is about 'ukr'"):
        listed("fts.plans", kept(tmp_path, shared, "fts.plans"), "ukr")
    with pytest.raises(AskError, match=r"gdacs names no one list; there are fts\.plans, hdx\.catalogue"):
        listed("gdacs", Memory())


def test_a_list_is_a_table_for_people(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(tmp_path / "home")]
    assert (
        main(["pull", "fts.plans", "--from", str(shared / "fixtures/fts/v2_plan_overview_progress_2020.json"), *home])
        == 0
    )
    capsys.readouterr()
    assert main(["listed", "fts.plans", *home]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[1].split() == ["number", "code", "name", "countries", "first", "last"]
    assert told[3].split() == ["929", "HAFG20", "Afghanistan", "2020", "AFG", "2020-01-01", "2020-12-31"]
