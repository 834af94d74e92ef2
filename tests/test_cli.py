"""The command line as a script meets it: documents with published schemas, exit codes, errors for people."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qanat.cli import main
from qanat.cli.output import broken, progress, stacked
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


def test_figures_of_months_are_told_by_their_month_and_unit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    months = [
        figure(
            measure="flow", unit="detections", group="border-detections", place="HND", origin="CUB", counter="hn-inm", value=value,
            start=date(2023, at, 1), end=date(2023, at + 1, 1),
        )
        for at, value in ((3, 40.0), (4, 50.0))
    ]  # fmt: skip
    with closing(Disk(tmp_path)) as store:
        store.put(batch("months", *months))
    assert main(["show", "HND", "border-detections", "--home", str(tmp_path)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told[1:]] == ["when", "2023-04", "2023-03"]
    assert "detections" in told[1]


def test_a_line_too_long_for_a_terminal_is_broken_between_words_and_an_address_stays_whole() -> None:
    assert broken("  get one from https://data.humdata.org/organization/ocha-fts and hand it over", 40) == [
        "  get one from",
        "    https://data.humdata.org/organization/ocha-fts",
        "    and hand it over",
    ]
    assert broken("", 40) == [""]
    assert broken("a    b", 40) == ["a    b"]


@pytest.mark.usefixtures("home")
def test_a_revised_flow_is_told_by_its_year(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["diff", "--from", "2025-01-01", "--to", "2026-11-01", "--country", "DEU", "--group", "returned-refugees"]
    assert main(asked) == 0
    told = capsys.readouterr().out
    assert "75,175 (2023)" in told
    assert "\n2023  returned-refugees  DEU from UKR  unhcr    75,175  52,000" in told


def test_a_group_that_is_told_for_units_only_is_not_added_up_and_says_where_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units = [
        figure(group="idps-any", origin=None, place=code, counter="iom", value=5.0) for code in ("SS0101", "SS0102")
    ]
    with closing(Disk(tmp_path)) as store:
        store.put(batch("round", *units))
    for command in ("show", "compare"):
        assert main([command, "SSD", "idps-any", "--home", str(tmp_path)]) == 3
        told = capsys.readouterr().err
        assert "2 of its units have figures (iom, 2025-12-31), which are not added up" in told
        assert "see `qanat trace round:" in told


@pytest.mark.usefixtures("home")
def test_trace_leads_to_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    cite = answered(capsys, "show", "SDN", "idps", "--year", "2025")["rows"][0]["cites"][0]
    found = answered(capsys, "trace", cite)
    assert found["documents"][0]["publisher"] == "IDMC, carried by UNHCR"
    assert not found["documents"][0]["held"]
    assert main(["trace", cite]) == 0
    assert "sha256" in capsys.readouterr().out


def test_trace_tells_the_days_the_cuts_and_the_very_cell(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The quake of 9 December 2024 lasted a day: its half-open end, the 10th, is not told as its day."""
    feed, store = str(shared / "fixtures/gdacs/rss.xml"), str(tmp_path)
    run = answered(capsys, "pull", "gdacs.feed", "--from", feed, "--home", store)["runs"][0]["run"]
    assert main(["trace", f"{run}:2", "--home", store]) == 0
    cuts = "alert=Green;band=in MMI≥VII;event=EQ1456937;hazard=EQ"
    first, *_, passage, _ = capsys.readouterr().out.splitlines()
    assert first == f"{run}:2  exposed people USA [{cuts}] 2024-12-09: 372 (gdacs, published)"
    assert "population@unit = (in MMI>=VII), population@value = 372 of {" in passage


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
    assert (found["unhcr.vintages"]["state"], found["ipc.national"]["condition"]) == (
        "earlier release",
        "non-commercial, share alike",
    )
    assert (found["hdx.catalogue"]["needs"], found["ucdp.ged"]["parts"]) == (["country-or-part"], "a release, as 25.1")


@pytest.mark.usefixtures("home")
def test_sources_says_which_figures_travel_on_terms_and_what_a_question_must_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["sources"]) == 0
    told = {row.split()[0]: " ".join(row.split()[1:]) for row in capsys.readouterr().out.splitlines()}
    assert told["ipc.national"] == "CC-BY-NC-SA-3.0-IGO on terms 90 days not held file"
    assert told["hdx.catalogue"] == "CC-BY-4.0 yes 1 day not held open, --country/--part"
    assert told["on"] == "terms (CC-BY-NC-SA-3.0-IGO): non-commercial, share alike"


def test_what_a_publisher_wrote_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan: dict[str, object] = {"id": 1, "code": "H\x1b[2J", "name": "\u202eplan", "startDate": "2024-01-01", "endDate": "2024-12-31", "countries": [], "requirements": {"revisedRequirements": 5}, "funding": {}}  # fmt: skip
    file = tmp_path / "plans.json"
    file.write_text(json.dumps({"status": "ok", "data": {"plans": [plan]}}), encoding="utf-8")
    assert main(["pull", "fts.plans", "--from", str(file), "--home", str(tmp_path)]) == 0
    assert main(["listed", "fts.plans", "--home", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "H\\x1b[2J" in told
    assert not {"\x1b", "\u202e"} & set(told)


def test_a_row_too_wide_for_a_terminal_stands_in_a_few_lines_that_break_between_its_cells() -> None:
    head, row = ("source", "licence", "figures", "to ask"), ("unhcr.population", "CC-BY-4.0", "", "open, --country")
    assert stacked(head, row, 36) == ["unhcr.population", "  licence CC-BY-4.0 ·", "  to ask open, --country"]
    assert stacked(head, row, 80) == ["unhcr.population", "  licence CC-BY-4.0 · to ask open, --country"]


@pytest.mark.usefixtures("home")
def test_diff_tells_that_returns_from_germany_to_ukraine_were_revised(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--from", "2025-01-01", "--to", "2026-11-01", "--country", "DEU", "--group", "returned-refugees")
    found = answered(capsys, "diff", *asked)
    assert found["revised"] == 2
    told = {(one["start"][:4], one["before"], one["after"]) for one in found["revisions"]}
    assert told == {("2022", 76_000, 65_000), ("2023", 75_175, 52_000)}
    assert all(one["known_before"] < one["known_after"] for one in found["revisions"])
