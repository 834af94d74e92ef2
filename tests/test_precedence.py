"""Whose figure is shown first can be set in qanat.toml; every answer follows it and records it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import qanat
from qanat.cli import main
from qanat.errors import AskError
from qanat.jobs.ordering import ordered, precedence
from qanat.store import Disk
from tests.test_cli import answered

USUAL = ["idmc", "unhcr", "unrwa", "unpd", "iom"]
OTHER = ["unhcr", "idmc", "unrwa", "unpd", "iom"]


@pytest.fixture
def here(edition: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose qanat.toml puts UNHCR first for internal displacement, with the edition's store."""
    monkeypatch.setenv("QANAT_HOME", str(edition.home))
    (tmp_path / "qanat.toml").write_text('[precedence]\nidps = ["unhcr"]\n', encoding="utf-8")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    return tmp_path


def test_without_a_file_the_houses_order_holds(edition: Disk, tmp_path: Path) -> None:
    assert list(precedence(tmp_path).order("idps")) == USUAL
    assert edition.runs()


@pytest.mark.usefixtures("here")
def test_compare_shows_the_counter_that_was_put_first_and_the_same_picture(capsys: pytest.CaptureFixture[str]) -> None:
    """Colombia 2021: IDMC 5,235,000, UNHCR 6,766,002."""
    one = answered(capsys, "compare", "COL", "idps", "--year", "2021")
    assert (one["picture"]["headline"], one["precedence"]) == (6_766_002, OTHER)
    asked = answered(capsys, "compare", "COL", "idps", "--year", "2021", "--prefer", "idmc")
    assert (asked["picture"]["headline"], asked["precedence"]) == (5_235_000, USUAL)
    assert one["picture"]["median"] == asked["picture"]["median"]
    years = answered(capsys, "compare", "COL")
    assert years["precedence"] == OTHER
    assert {year["shown"] for year in years["years"] if len(year["figures"]) > 1} == {"unhcr"}


@pytest.mark.usefixtures("here")
def test_show_puts_it_first_and_marks_it(capsys: pytest.CaptureFixture[str]) -> None:
    rows = answered(capsys, "show", "SDN", "idps", "--year", "2025")["rows"]
    assert [(row["counter"], row["shown"]) for row in rows] == [("unhcr", True), ("idmc", False)]


def test_the_brief_tells_its_figure_and_the_run_records_the_order(
    here: Path, edition: Disk, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sudan 2025: UNHCR 9,139,309, IDMC 9,117,000."""
    written = answered(capsys, "brief", "SDN", "--out", str(here / "SDN"))
    told = json.loads((here / "SDN" / "brief.json").read_text(encoding="utf-8"))
    assert told["headline"]["numbers"][0]["value"] == 9_139_309
    assert any("recorded order (UNHCR for internal displacement" in note for note in told["notes"])
    options = next(json.loads(run.options) for run in edition.runs() if run.id == written["run"])
    assert options["precedence"]["idps"] == ["unhcr", "idmc"]
    sources = next(section for section in told["sections"] if section["name"] == "sources")
    assert [row[0] for row in sources["figures"][0]["table"]["rows"]][:2] == ["UNHCR", "IDMC"]


@pytest.mark.usefixtures("here")
def test_config_tells_the_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert answered(capsys, "config")["precedence"]["idps"] == ["unhcr", "idmc"]


@pytest.mark.usefixtures("here")
def test_python_follows_the_file_and_its_own_word_goes_before() -> None:
    with qanat.open() as by_file, qanat.open(prefer={"idps": ["idmc"]}) as by_word:
        assert by_file["SDN"].idps.where(year=2025, shown=True).rows[0]["counter"] == "unhcr"
        assert by_word["SDN"].idps.where(year=2025, shown=True).rows[0]["counter"] == "idmc"
        assert set(by_word["SDN"].idps.sources().filter(year=2025, shown=True)["counter"]) == {"idmc"}


def test_every_fault_of_the_file_is_told_with_the_nearest_word(
    here: Path, edition: Disk, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "qanat.toml").write_text(
        'hmoe = "x"\n[precedence]\nidps = ["unchr"]\nrefugeees = ["unhcr", "unhcr"]\nstateless = "unhcr"\n',
        encoding="utf-8",
    )
    before = [run.id for run in edition.runs()]
    assert main(["brief", "SDN", "--out", str(here / "SDN")]) == 2
    told = capsys.readouterr().err.replace("\n", " ")
    for words in (
        "unknown keys hmoe", "no counter 'unchr' (precedence of idps), did you mean 'unhcr'?",
        "no group 'refugeees', did you mean 'refugees'?", "the precedence of refugeees names a counter twice",
        "precedence of stateless must be a list of counters",
    ):  # fmt: skip
        assert words in told
    assert [run.id for run in edition.runs()] == before
    with pytest.raises(AskError, match="nearest: unhcr"):
        ordered({"idps": ("unchr",)})
