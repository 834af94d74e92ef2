"""The command line as a script meets it: documents with published schemas, exit codes, errors for people."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qanat.cli import main
from qanat.cli.output import progress
from qanat.store import Disk
from tests.build import batch, figure


@pytest.fixture
def home(edition: Disk, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QANAT_HOME", str(edition.home))
    return edition.home


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The one JSON document a command prints, checked against its published schema."""
    assert main([*arguments, "--json"]) == 0
    content: dict[str, Any] = json.loads(capsys.readouterr().out)
    name = content["schema"].removeprefix("qanat.").split("/")[0]
    schema = json.loads(files("qanat.cli").joinpath("schemas", f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, schema, format_checker=jsonschema.FormatChecker())
    return content


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("country", ["SDN", "sdn", "Sudan", "السودان", "Soudan", "729"])
def test_a_country_is_found_by_any_name_and_answered_by_its_code(
    capsys: pytest.CaptureFixture[str], country: str
) -> None:
    found = answered(capsys, "show", country, "idps", "--year", "2025")
    assert found["place"] == {"code": "SDN", "name": "Sudan"}
    assert {(row["counter"], row["value"]) for row in found["rows"]} == {("idmc", 9_117_000.0), ("unhcr", 9_139_309.0)}


@pytest.mark.usefixtures("home")
def test_show_divides_by_sex_and_age_and_keeps_the_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "show", "SDN", "refugees", "--by", "sex", "--year", "2025")
    abroad = {row["sex"]: row["value"] for row in found["rows"] if row["view"] == "origin"}
    assert set(abroad) == {"female", "male", "unknown"}
    (total,) = (
        row["value"]
        for row in answered(capsys, "show", "SDN", "refugees", "--year", "2025")["rows"]
        if row["view"] == "origin"
    )
    assert sum(abroad.values()) == total  # 2,896 people are in no table by sex; they are unknown too


@pytest.mark.usefixtures("home")
def test_show_as_of_a_day_answers_with_what_was_known_then(capsys: pytest.CaptureFixture[str]) -> None:
    rows = answered(capsys, "show", "SDN", "idps", "--as-of", "2025-06-30")["rows"]
    assert max(row["year"] for row in rows) == 2024
    assert all(row["known"] <= "2025-06-30" for row in rows)


@pytest.mark.usefixtures("home")
def test_compare_shows_both_agencies_and_flags_a_quarter(capsys: pytest.CaptureFixture[str]) -> None:
    years = {one["year"]: one for one in answered(capsys, "compare", "SDN")["years"]}
    assert years[2025]["shown"] == "idmc"
    assert years[2024]["copied"]
    assert not years[2024]["differs"]
    assert years[2012]["differs"]  # IDMC 3,000,000, UNHCR 1,873,300


@pytest.mark.usefixtures("home")
def test_trace_leads_to_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    cite = answered(capsys, "show", "SDN", "idps", "--year", "2025")["rows"][0]["cites"][0]
    found = answered(capsys, "trace", cite)
    assert found["documents"][0]["publisher"] == "IDMC, carried by UNHCR"
    assert not found["documents"][0]["held"]
    assert main(["trace", cite]) == 0
    assert "sha256" in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_status_config_and_edition_answer(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert {s["state"] for s in answered(capsys, "status")["sources"]} >= {"fresh", "earlier release"}
    assert answered(capsys, "config")["decided_by"] == "QANAT_HOME"
    assert answered(capsys, "config")["home"] == str(home)
    documents = answered(capsys, "edition", "show")["documents"]
    assert all(one["citation"] and one["licence"] for one in documents)


@pytest.mark.usefixtures("home")
def test_brief_writes_four_files_and_its_json_keeps_its_schema(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    written = answered(capsys, "brief", "Colombia", "--out", str(tmp_path / "COL"))
    assert sorted(Path(file).name for file in written["files"]) == [
        "brief.html",
        "brief.json",
        "brief.pdf",
        "figures.csv",
    ]
    schema = json.loads(files("qanat.cli").joinpath("schemas", "brief.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads((tmp_path / "COL" / "brief.json").read_text(encoding="utf-8")), schema)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["show", "Sudn"], 2, "nearest: Sudan (SDN)"),
        (["show", "SDN", "refugeees"], 2, "did you mean refugees?"),
        (["show", "SDN", "idps", "--year", "1999"], 3, "there are figures for"),
        (["show", "SDN", "--by", "height"], 2, "divided by sex and age"),
        (["show", "SDN", "--as-of", "yesterday"], 2, "year-month-day"),
        (["trace", "nonsense"], 2, "RUN:ROW"),
        (["trace", "no-run:1"], 3, "no run"),
        (["compare", "NRU"], 3, "no idps figure"),
        (["pull", "unhrc"], 2, "no source"),
        (["brief", "SDN", "--lang", "xx"], 2, "there are:"),
        (["brief", "Congo"], 2, "several places"),
    ],
)
def test_what_goes_wrong_is_said_with_a_remedy_and_its_exit_code(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, says: str
) -> None:
    assert main(arguments) == code
    told = capsys.readouterr()
    assert says in told.err.replace("\n", " ")
    assert told.out == ""


@pytest.mark.parametrize(
    "arguments",
    [["unknown-command"], ["show"], ["show", "SDN", "--yeer", "2025"], ["show", "SDN", "idps", "--year", "soon"]],
)
def test_a_command_written_wrongly_is_usage(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().out == ""


def test_words_of_others_give_a_terminal_no_orders(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A column's name that clears the screen and renames the window."""
    (tmp_path / "x.csv").write_bytes(b"year,\x1b[2J\x1b]0;owned\x07\x9b\n2024,1\n".replace(b"\x9b", "\x9b".encode()))
    main(["pull", "unhcr.unrwa", "--from", str(tmp_path / "x.csv"), "--home", str(tmp_path / "home")])
    said = capsys.readouterr()
    assert "unexpected \\x1b[2J\\x1b]0;owned\\x07\\x9b" in said.err
    assert not [mark for mark in "\x1b\x07\x9b" if mark in said.err + said.out]


def test_progress_is_told_after_a_second_with_the_step_it_was_at(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = iter([0.0, 0.2, 0.4, 6.0, 7.0])
    say = progress(lambda: next(seconds))
    for words in ("opening", "asking UNHCR", "0.6 MB came", "1.1 MB came"):
        say(words)
    assert capsys.readouterr().err == "asking UNHCR ...\n0.6 MB came ...\n1.1 MB came ...\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert all(
        command in told for command in ("brief", "compare", "config", "edition", "pull", "show", "status", "trace")
    )


def test_a_store_that_cannot_be_opened_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert main(["status", "--home", str(tmp_path / "file" / "x")]) == 1
    assert "choose another with --home" in capsys.readouterr().err


def test_a_damaged_object_stops_the_answer_and_names_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from qanat.jobs.opening import open_store

    store = open_store(tmp_path)
    store.put(batch("mine", figure(group="stateless", place="COL", origin="XXA")))
    store.close()
    for file in sorted((tmp_path / "objects").glob("??/*")):
        whole = file.read_bytes()
        if whole[:4] == b"PAR1" and len(whole) < 20_000:
            file.write_bytes(whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:])
    assert main(["show", "COL", "stateless", "--home", str(tmp_path)]) == 1
    assert "altered or damaged" in capsys.readouterr().err


def test_restoring_the_edition_mends_what_was_damaged(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from qanat.jobs.opening import open_store

    open_store(tmp_path).close()
    for file in sorted((tmp_path / "objects").glob("[0-7]*/*")):
        file.unlink()
    assert main(["show", "SDN", "--home", str(tmp_path)]) == 1
    assert "qanat edition restore" in capsys.readouterr().err
    assert main(["edition", "restore", "--home", str(tmp_path)]) == 0
    assert main(["show", "SDN", "--home", str(tmp_path)]) == 0
    assert "Sudan (SDN)" in capsys.readouterr().out


def test_a_brief_is_about_a_country_and_is_written_only_where_one_can(
    capsys: pytest.CaptureFixture[str], edition: Disk, tmp_path: Path
) -> None:
    home = str(edition.home)
    for word in ("World", "XXX", "Stateless"):
        assert main(["brief", word, "--home", home]) == 2
    (tmp_path / "file").write_text("")
    capsys.readouterr()
    assert main(["brief", "SDN", "--home", home, "--out", str(tmp_path / "file")]) == 1
    assert "choose another folder with --out" in capsys.readouterr().err


def test_a_place_without_boundaries_has_a_brief_without_a_map(edition: Disk, tmp_path: Path) -> None:
    assert main(["brief", "Kosovo", "--home", str(edition.home), "--out", str(tmp_path)]) == 0
    assert "map760" not in (tmp_path / "brief.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("home")
def test_sources_lists_every_source_with_its_terms_and_freshness(capsys: pytest.CaptureFixture[str]) -> None:
    found = {one["id"]: one for one in answered(capsys, "sources")["sources"]}
    population = found["unhcr.population"]
    assert (population["newest"], population["may_redistribute"], population["ask"]) == ("2025-12-31", True, "open")
    assert population["figures"] > 500_000
    assert found["idmc.gidd-conflict"]["keys"][0]["variable"] == "QANAT_KEY_IDMC"


@pytest.mark.usefixtures("home")
def test_diff_tells_that_returns_from_germany_to_ukraine_were_revised(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--from", "2025-01-01", "--to", "2026-11-01", "--country", "DEU", "--group", "returned-refugees")
    found = answered(capsys, "diff", *asked)
    assert found["revised"] == 2
    told = {(one["start"][:4], one["before"], one["after"]) for one in found["revisions"]}
    assert told == {("2022", 76_000, 65_000), ("2023", 75_175, 52_000)}
    assert all(one["known_before"] < one["known_after"] for one in found["revisions"])
