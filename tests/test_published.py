"""The figures of one source as published, whatever they count, with citations and days."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from qanat.cli import main
from qanat.errors import AskError, NothingFound
from qanat.jobs.published import PublishedRequest, published
from qanat.jobs.pull import pull
from qanat.jobs.pull_asked import Means, PullRequest
from qanat.sources.fetch import Recorded
from qanat.store import Memory
from tests.build import batch, document, figure
from tests.test_every_source import answer_of

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Memory:
    """A store that was handed appeals, people by IPC phase and Missing Migrants' incidents."""
    found, folder = Memory(), tmp_path_factory.mktemp("published")
    for source in ("fts.plans", "ipc.population", "iom.missing-migrants"):
        (folder / source).write_bytes(answer_of(source, shared))
        asked = PullRequest(source=source, files=(folder / source,))
        pull(asked, found, Means(lines=lambda _: Recorded({}, NOW.date()), now=NOW, say=lambda _: None))
    return found


def test_afghanistan_s_appeal_of_2020_is_told_in_dollars_and_in_people(store: Memory) -> None:
    rows = published(PublishedRequest(source="fts.plans", country="Afghanistan", about="plan=HAFG20"), store)["rows"]
    told = {(one["measure"], one["facet"], one["unit"]): one["value"] for one in rows}
    assert told["requirement", "plan=HAFG20", "USD"] == 1_131_050_820
    assert told["funding", "plan=HAFG20", "USD"] == 564_467_765
    assert {(one["first"], one["last"]) for one in rows if one["measure"] != "stock"} == {
        (date(2020, 1, 1), date(2020, 12, 31))
    }


def test_text_and_number_narrow_and_the_newest_comes_first(store: Memory) -> None:
    famine = published(PublishedRequest(source="ipc.population", about="PHASE=5", most=3), store)
    assert (famine["of"], len(famine["rows"])) == (22, 3)
    assert famine["rows"][0]["last"] == date(2021, 9, 30)
    assert all("phase=5" in one["facet"] for one in famine["rows"])


def test_a_year_is_touched_by_the_days_of_a_figure_and_not_by_its_half_open_end(store: Memory) -> None:
    asked = PublishedRequest(source="fts.plans", country="AFG", year=2020)
    assert published(asked, store)["of"] == 17
    with pytest.raises(NothingFound, match=r"fts\.plans: no figure that is held here fits"):
        published(PublishedRequest(source="fts.plans", country="AFG", year=2021), store)


def test_a_figure_that_was_revised_is_told_as_it_is_now_and_as_it_was_then() -> None:
    kept = Memory()
    for name, value, known in (("early", 100.0, date(2025, 6, 1)), ("late", 130.0, date(2026, 6, 1))):
        paper = document(id=f"unhcr.population@{known}", published=known, sha256=name.ljust(64, "0"))
        kept.put(batch(name, figure(value=value, known=known, source=paper.id), documents=(paper,)))
    asked = PublishedRequest(source="unhcr.population")
    assert [one["value"] for one in published(asked, kept)["rows"]] == [130]
    then = PublishedRequest(source="unhcr.population", as_of=date(2025, 12, 31))
    assert [one["value"] for one in published(then, kept)["rows"]] == [100]


def test_a_source_must_be_one(store: Memory) -> None:
    with pytest.raises(AskError, match=r"ipc means ipc\.analyses, ipc\.population, .*; name one of them"):
        published(PublishedRequest(source="ipc"), store)


def test_the_answer_keeps_its_schema_and_a_person_reads_days_cuts_and_units(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path)]
    assert main(["pull", "gdacs.feed", "--from", str(shared / "fixtures/gdacs/rss.xml"), *home]) == 0
    capsys.readouterr()
    assert main(["figures", "gdacs.feed", "--about", "exposed", "--most", "1", *home, "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    schema = json.loads(files("qanat.cli").joinpath("schemas", "figures.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, schema)
    assert main(["figures", "gdacs.feed", "--about", "exposed", "--most", "1", *home]) == 0
    head, _, row = capsys.readouterr().out.splitlines()
    assert head == "gdacs.feed: 1 of 2 figures"
    assert row.split()[1:] == ["2024-12-10", "USA", "exposed,", "people", "alert=Green;band=in", "MMI≥III;event=EQ1457082;hazard=EQ", "204", "people", "estimated"]  # fmt: skip


def test_an_imported_file_is_told_by_its_name_and_a_country_with_its_units() -> None:
    kept, paper = Memory(), document(id="own.survey@2025-06-01.0a1b2c3d")
    rows = [figure(place=place, origin=None, value=value, source=paper.id) for place, value in (("CO05", 7.0), ("COL", 9.0), ("VE01", 3.0))]  # fmt: skip
    kept.put(batch("import-survey-1", *rows, documents=(paper,)))
    told = published(PublishedRequest(source="own.survey", country="Colombia"), kept)["rows"]
    assert [(one["place"], one["name"], one["value"]) for one in told] == [
        ("CO05", "Antioquia", 7),
        ("COL", "Colombia", 9),
    ]
    with pytest.raises(AskError, match=r"no imported file 'own\.servey'; there are: own\.survey"):
        published(PublishedRequest(source="own.servey"), kept)


def test_a_figure_of_a_unit_that_also_names_the_country_as_origin_is_told_once() -> None:
    kept, paper = Memory(), document(id="own.camps@2025-06-01.0a1b2c3d")
    kept.put(
        batch("import-camps-1", figure(place="CO05", origin="COL", group="idps", source=paper.id), documents=(paper,))
    )
    assert published(PublishedRequest(source="own.camps", country="Colombia"), kept)["of"] == 1
