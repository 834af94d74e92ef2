"""A person's own files into a store: real ones, read as they were published, and the bad ones people have."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

from qanat.cli import main
from qanat.cli.guiding import asked
from qanat.errors import AskError, FigureError, QanatError, SourceError
from qanat.figures import F
from qanat.jobs.guided import draft
from qanat.jobs.importing import imported
from qanat.jobs.looking import ImportRequest, looked
from qanat.jobs.tracing import trace
from qanat.store import Ask, Disk
from tests.sheets import workbook

NOW = datetime(2026, 11, 24, tzinfo=UTC)
EXAMPLES = Path(__file__).parent.parent / "docs" / "examples" / "import"
WHOLE = (F.sex == "all") & (F.age_from == 0) & F.facet.is_null()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Disk]:
    held = Disk(tmp_path / "store")
    yield held
    held.close()


@pytest.fixture
def bring(store: Disk, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Imports a file, given as a path, as bytes or as lines of CSV."""

    def once(content: Path | bytes | list[str], *, name: str = "table.csv", **given: Any) -> dict[str, Any]:
        file = content if isinstance(content, Path) else tmp_path / name
        if not isinstance(content, Path):
            file.write_bytes(content if isinstance(content, bytes) else "\n".join(content).encode())
        mapping = given.pop("mapping", None)
        if isinstance(mapping, str):
            (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
            mapping = tmp_path / "mapping.toml"
        return imported(looked(ImportRequest(file=file, mapping=mapping, **given)), store, NOW)

    return once


def figures(store: Disk, found: dict[str, Any]) -> pl.DataFrame:
    return store.get(Ask(run=found["run"]))


def total(store: Disk, found: dict[str, Any], *where: pl.Expr) -> float:
    return float(figures(store, found).filter(*where).get_column("value").sum())


# --- real files, against the published sums


@pytest.mark.parametrize("kind", ["parquet", "xlsx"])
def test_nigerias_needs_add_up_to_the_published_number(
    kind: str, shared: Path, tmp_path: Path, store: Disk, bring: Callable[..., dict[str, Any]]
) -> None:
    file = shared / "subnational/nigeria/hno_2024.parquet"
    if kind == "xlsx":
        frame = pl.read_parquet(file)
        (tmp_path / "hno.xlsx").write_bytes(workbook([frame.columns, *frame.rows()]))
        file = tmp_path / "hno.xlsx"
    found = bring(file, mapping=EXAMPLES / "nigeria-needs-2024.toml")
    assert (found["rows"], found["accepted"], found["rejected"], found["superseded"]) == (10_011, 10_011, 0, 0)
    assert found["places"] == {"country": 205, "pcode": 9_806}
    areas = F.place != "NGA"
    assert total(store, found, WHOLE, F.measure == "need", F.place == "NGA") == 7_945_364  # the published number
    assert total(store, found, WHOLE, F.measure == "need", areas) == 7_945_364
    assert total(store, found, WHOLE, F.measure == "target", F.place == "NGA") == 4_432_872  # the published number
    assert total(store, found, WHOLE, F.measure == "target", areas) == 4_432_874  # each area was rounded by itself


def test_south_sudans_round_11_is_of_any_cause_and_placed_by_county(
    shared: Path, store: Disk, bring: Callable[..., dict[str, Any]]
) -> None:
    found = bring(
        shared / "subnational/south_sudan/dtm_r11_2021q3_county.csv", mapping=EXAMPLES / "south-sudan-dtm-r11.toml"
    )
    people = (F.unit == "people") & WHOLE
    assert total(store, found, people, F.group == "idps-any") == 2_017_236  # IOM DTM South Sudan round 11, CC BY
    assert total(store, found, people, F.group == "returnees") == 1_782_803
    assert total(store, found, F.group == "idps-any", F.unit == "households") == 369_545
    assert figures(store, found).get_column("end").unique().to_list() == [date(2021, 9, 30)]
    assert found["may_redistribute"]


def test_ukraines_needs_add_up_by_oblast_and_cluster(
    shared: Path, store: Disk, bring: Callable[..., dict[str, Any]]
) -> None:
    groups = bring(
        shared / "subnational/ukraine/hno_2023_oblast_groups_sadd.csv", mapping=EXAMPLES / "ukraine-needs-2023.toml"
    )
    clusters = bring(
        shared / "subnational/ukraine/hno_2023_oblast_cluster_pin.csv", mapping=EXAMPLES / "ukraine-clusters-2023.toml"
    )
    for found in (groups, clusters):
        assert total(store, found, WHOLE, F.measure == "need") == pytest.approx(17_569_676, abs=1)  # published
    assert (
        total(store, groups, F.measure == "need", F.sex == "female", F.age_from == 0, F.age_to.is_null()) < 17_569_676
    )
    crimea = figures(store, groups).filter(F.place == "UA01", F.group == "people", F.measure == "stock")
    assert crimea.select("value", "status").rows() == [(None, "not_counted")]


def test_somalias_phases_are_read_under_three_rows_of_heads_and_their_total_is_checked(
    shared: Path, store: Disk, bring: Callable[..., dict[str, Any]]
) -> None:
    found = bring(
        shared / "subnational/somalia/ipc_2022-10_12_projection_hxl.csv",
        mapping=EXAMPLES / "somalia-ipc-2022.toml",
        unmatched="keep",
    )
    assert (found["rows"], found["accepted"], found["superseded"]) == (75, 74, 1)
    assert [(one["said"], one["agrees"]) for one in found["totals"]][1:] == [
        (3_135_400, True),
        (4_200_310, True),
        (2_179_900, True),
        (300_560, True),
    ]
    assert any("16,384,727, its 74 rows add up to 16,384,728" in note for note in found["notes"])
    assert total(store, found, F.facet.str.contains("phase=5")) == 300_560


def test_tagged_files_need_no_mapping(shared: Path, store: Disk, bring: Callable[..., dict[str, Any]]) -> None:
    somalia = bring(shared / "subnational/somalia/drought2022_affected_targeted_reached_hxl.csv", date="2022")
    assert (somalia["rows"], somalia["places"]) == (74, {"pcode": 74})
    assert total(store, somalia, WHOLE, F.measure == "affected") == 7_846_889
    ethiopia = bring(shared / "subnational/ethiopia/drought2022_affected_targeted_reached_hxl.csv", date="2022")
    erob = figures(store, ethiopia).filter(F.place == "ET010302", F.measure == "need", F.facet == "sector=HEA")
    assert erob.get_column("value").to_list() == [80_418]  # written "80 418"
    assert any("T (#inneed), Z (#inneed)" in note for note in ethiopia["notes"])
    funding = bring(shared / "subnational/afghanistan/fts_requirements_funding_hxl.csv")
    asked_for = figures(store, funding).filter(F.measure == "requirement")
    assert (funding["rows"], asked_for.get_column("unit").unique().to_list()) == (55, ["USD"])


def test_a_figure_leads_to_its_cell(store: Disk, bring: Callable[..., dict[str, Any]]) -> None:
    found = bring(
        workbook([["#adm1+code", "#affected+idps"], ["SS01", 5], ["SS02", 7]], name="IDPs 2024"),
        name="x.xlsx",
        date="2024-03-31",
    )
    row = figures(store, found).filter(F.place == "SS02").row(0, named=True)
    assert row["locator"] == "IDPs 2024!B3"
    (paper,) = trace(f"{found['run']}:{row['row']}", store)["documents"]
    assert paper["held"]
    assert [json.loads(one) for one in paper["passages"]] == [{"cell": "7", "row": {"A": "SS02", "B": "7"}}]


# --- what is asked, what is assumed


def test_the_same_file_again_is_known_and_another_reading_of_it_is_another_run(
    bring: Callable[..., dict[str, Any]],
) -> None:
    rows = ["#adm1+code,#affected+idps", "SS01,5"]
    first, again, other = bring(rows, date="2024"), bring(rows, date="2024"), bring(rows, date="2023")
    assert (again["run"], again["known"], other["known"]) == (first["run"], True, False)
    assert other["run"] != first["run"]


def test_a_file_without_terms_is_private_and_says_so(store: Disk, bring: Callable[..., dict[str, Any]]) -> None:
    found = bring(["#adm1+code,#affected+idps", "SS01,5"], date="2024")
    assert (found["licence"], found["may_redistribute"], found["counter"]) == ("private", False, "own")
    (document,) = store.documents()
    assert document.note == "No day of publication was given; the day of the first import is taken."


NAMED = [
    "#country+name,#adm1+name,#adm2+name,#affected+idps",
    "South Sudan,Central Equatoria,Juba,5",
    "South Sudan,Central Equatoria,Jubbaa,6",
    "South Sudan,Atlantis,Nowhere,7",
]


def test_what_is_said_last_of_a_file_stands(tmp_path: Path, store: Disk) -> None:
    """An open licence given by mistake does not go on answering beside the right one; nor does a wrong counter."""
    file = tmp_path / "idps.csv"
    file.write_text("#adm1+code,#affected+idps\nSS01,5\n", encoding="utf-8")

    def told(licence: str, counter: str) -> dict[str, Any]:
        return imported(looked(ImportRequest(file=file, date="2024", licence=licence, counter=counter)), store, NOW)

    runs = [
        told("CC-BY-4.0", "iom"),
        told("IOM-DTM", "iom"),
        told("IOM-DTM", "government"),
    ]
    assert [one["replaces"] for one in runs] == [[], [runs[0]["run"]], [runs[1]["run"]]]
    asked = Ask(source=str(runs[2]["source"]))
    assert store.get(asked).select("counter", "licence").rows() == [("government", "IOM-DTM")]
    assert store.get(Ask(run=runs[0]["run"])).height == 1  # what was said before stays citable
    again = told("CC-BY-4.0", "iom")
    assert again["replaces"] == [runs[2]["run"]]
    assert again["run"] not in {one["run"] for one in runs}  # what was replaced never answers again
    assert told("CC-BY-4.0", "iom")["known"]
    same = looked(ImportRequest(file=file, date="2024", licence="CC-BY-4.0", counter="iom"))
    later = imported(same, store, datetime(2026, 12, 24, tzinfo=UTC))
    assert (later["known"], later["replaces"]) == (True, [])  # another day makes no other reading


def test_places_that_are_not_in_the_list_stop_the_import_and_wait_for_a_person(
    store: Disk, bring: Callable[..., dict[str, Any]]
) -> None:
    with pytest.raises(AskError, match=r"Nowhere in Atlantis(.|\n)*--unmatched keep"):
        bring(NAMED, date="2024")
    assert store.runs() == []
    review = store.home / "matches.toml"
    text = review.read_text(encoding="utf-8")
    assert 'text = "Nowhere"\nparent = "Atlantis"\ncode = ""' in text
    with pytest.raises(AskError):
        bring(NAMED, date="2024")
    assert review.read_text(encoding="utf-8") == text  # asked once
    review.write_text(
        text.replace('code = ""', 'code = "SS0101"', 1).replace('code = ""', 'code = "SS0102"'), encoding="utf-8"
    )
    found = bring(["#country+name,#adm1+name,#adm2+name,#affected+idps", "South Sudan,Atlantis,Nowhere,7"], date="2024")
    assert (found["places"], found["assumed"][0]["how"]) == ({"remembered": 1}, "remembered")


def test_places_may_be_kept_at_the_country_or_set_aside(store: Disk, bring: Callable[..., dict[str, Any]]) -> None:
    rows = [NAMED[0], NAMED[1], NAMED[3]]
    kept = bring(rows, date="2024", unmatched="keep")
    assert figures(store, kept).filter(F.place == "SSD").select("value", "facet").rows() == [(7, "location=Nowhere")]
    rejected = bring(rows, date="2024", unmatched="reject")
    assert (rejected["rows"], rejected["accepted"], rejected["rejected"]) == (2, 1, 1)
    assert store.aside(rejected["run"]).select("row", "rule").rows() == [(3, "place")]


@pytest.mark.parametrize("word", ["Total", "Grand total", "TOTAL GENERAL", "المجموع", "Ensemble", "Total South Sudan"])
def test_a_total_is_checked_and_never_added(word: str, store: Disk, bring: Callable[..., dict[str, Any]]) -> None:
    rows = ["#adm1+code,#adm1+name,#affected+idps", "SS01,Central Equatoria,5", "SS02,Eastern Equatoria,7"]
    found = bring([*rows, f",{word},12"], date="2024")
    assert (found["rows"], found["accepted"], found["superseded"], total(store, found)) == (3, 2, 1, 12)
    with pytest.raises(FigureError, match=r"row 4.*the total says 19, its 2 rows add up to 12, \+7 apart"):
        bring([*rows, f",{word},19"], date="2024")


def test_a_row_without_a_place_that_equals_the_sum_is_a_total_and_any_other_is_set_aside(
    bring: Callable[..., dict[str, Any]],
) -> None:
    rows = ["#adm1+code,#affected+idps", "SS01,5", "SS02,7"]
    assert bring([*rows, ",12"], date="2024")["superseded"] == 1
    assert bring([*rows, ",13"], date="2024")["rejected"] == 1


def test_subtotals_stand_for_the_rows_since_the_last_one(bring: Callable[..., dict[str, Any]]) -> None:
    rows = [
        "#adm1+name,#adm2+name,#affected+idps",
        "Central Equatoria,Juba,5",
        "Central Equatoria,Yei,7",
        "Total,,12",
        "Western Equatoria,Yambio,1",
        "Total,,1",
        "Grand total,,13",
    ]
    found = bring(rows, date="2024", country="South Sudan")
    assert (found["superseded"], [one["agrees"] for one in found["totals"]]) == (3, [True, True, True])


def test_rows_that_cannot_be_figures_are_set_aside_with_their_reasons(
    store: Disk, bring: Callable[..., dict[str, Any]]
) -> None:
    rows = [
        "#adm1+code,#date,#sex,#age,#affected+idps", "SS01,2024-01-31,f,0-4,5", "SS02,2024-01-31,f,0-4,many", "SS03,31/02/2024,f,0-4,7",
        "SS04,2024-01-31,woman-ish,0-4,8", "SS05,2024-01-31,f,old,9", "SS06,,f,0-4,10", "SS07,2024-01-31,f,0-4,-", "SS08,2024-01-31,m,5-9,12%", "SS09,2024-01-31,m,5-9,-3",
    ]  # fmt: skip
    found = bring(rows)
    assert (found["rows"], found["accepted"], found["rejected"], found["empty"]) == (9, 2, 7, 1)
    aside = store.aside(found["run"])
    assert aside.select("row", "rule").rows() == [
        (3, "number"),
        (4, "date"),
        (5, "sex"),
        (6, "age"),
        (7, "date"),
        (9, "number"),
        (10, "number"),
    ]
    assert aside.row(0, named=True)["column"] == "E (#affected+idps)"


def test_rows_that_say_the_same_are_told_the_later_or_both(store: Disk, bring: Callable[..., dict[str, Any]]) -> None:
    found = bring(["#adm1+code,#affected+idps", "SS01,5", "SS01,5", "SS02,6", "SS02,7", "SS03,8"], date="2024")
    assert store.aside(found["run"]).select("row", "rule").rows() == [(3, "twice"), (4, "twice"), (5, "twice")]
    assert total(store, found) == 13


def test_formulas_without_a_result_are_named_by_their_cell(store: Disk, bring: Callable[..., dict[str, Any]]) -> None:
    data = workbook([["#adm1+code", "#affected+idps"], ["SS01", 5], ["SS02", "=1+6"]])
    found = bring(data, name="x.xlsx", date="2024")
    assert store.aside(found["run"]).select("row", "rule").rows() == [(3, "formula")]


def test_a_list_of_persons_is_refused_before_anything_else_in_any_sheet(
    store: Disk, bring: Callable[..., dict[str, Any]]
) -> None:
    people: list[list[Any]] = [
        ["Full name", "Phone", "Age", "Sex"],
        ["Amina Deng", "+211912345678", 31, "F"],
        ["John Lado", "+211923456789", 40, "M"],
    ]
    data = workbook([["#adm1+code", "#affected+idps"], ["SS01", 5]], cases_hidden=people)
    with pytest.raises(AskError, match=r"cases_hidden: This looks like a list of persons"):
        bring(data, name="x.xlsx", date="2024")
    assert store.runs() == []


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", SourceError, "is empty"), (b"State\nGao\n", SourceError, "is it a table of counts"),
        (b"State,IDPs\n", SourceError, "is it a table of counts"), (b"<html>busy</html>", SourceError, "a web page"), (b"#adm1+code\nSS01\n", AskError, "a column of counts"),
        (b"#affected+idps\n5\n", AskError, "--country NAME"), (b"#adm1+name,#affected+idps\nGao,5\n", AskError, "--country NAME"),
        (b"State,IDPs\nGao,5\n", AskError, "--draft mapping.toml"), (b"#adm1+code,#affected+idps\nSS01,x\n", FigureError, "no row can be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_imported_is_told_with_a_remedy_and_nothing_is_kept(
    content: bytes, error: type[QanatError], says: str, store: Disk, bring: Callable[..., dict[str, Any]]
) -> None:
    with pytest.raises(error, match=says):
        bring(content, date=None if error is AskError else "2024")
    assert store.runs() == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"licence": "CC-BY"}, "--licence"),
        ({"counter": "unchr"}, "did you mean unhcr"),
        ({"date": "soon"}, "--date"),
        ({"country": "Sudn"}, "Sudan"),
        ({"published": date(2030, 1, 1)}, "lies ahead"),
    ],
)
def test_options_that_are_none_are_told_with_the_nearest(
    given: dict[str, Any], says: str, bring: Callable[..., dict[str, Any]]
) -> None:
    with pytest.raises(AskError, match=says):
        bring(["#adm1+code,#affected+idps", "SS01,5"], **({"date": "2024"} | given))


# --- the command


def answers(*lines: str) -> Callable[[str], str]:
    waiting = iter(lines)
    return lambda _: next(waiting)


def test_a_person_is_asked_one_question_at_a_time_and_may_take_what_is_offered(tmp_path: Path, store: Disk) -> None:
    file = tmp_path / "idps.csv"
    file.write_text("County,IDPs,Camps\nJuba,5,1\nYei,7,2\n")
    said = answers("", "stok", "", "skip", "Sudn", "South Sudan", "soon", "2024-06-30", "")
    look = asked(looked(ImportRequest(file=file)), said)
    found = imported(look, store, NOW)
    assert (found["by"], found["places"], total(store, found)) == ("answers", {"name": 2}, 12)


def test_a_person_may_go_back_mend_two_columns_that_say_the_same_and_keep_the_answers(
    tmp_path: Path, store: Disk, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "idps.csv"
    file.write_text("County,IDPs,Returnees,In need\nJuba,5,1,9\nYei,7,2,8\n")
    said = answers(
        "back", "?", "", "stock returnees", "", "skip", "back", "need idps-any", "2", "stock idps", "SSD",
        "back", "South Sudan", "2024-06-30", "", "idps.csv", "",
    )  # fmt: skip
    look = asked(looked(ImportRequest(file=file)), said, tmp_path)
    shown = capsys.readouterr().err
    assert "say the same; tell them apart by sex, age, group or facet" in shown
    assert "idps.csv is there already; say another name" in shown
    found = imported(look, store, NOW)
    assert total(store, found, F.group == "idps") == 12
    mapped = imported(looked(ImportRequest(file=file, mapping=tmp_path / "idps.toml")), store, NOW)
    assert (mapped["columns"], mapped["figures"]) == (found["columns"], found["figures"])


def test_a_person_says_how_numbers_and_days_are_written_where_nothing_shows_it(tmp_path: Path, store: Disk) -> None:
    file = tmp_path / "idps.csv"
    file.write_text('County,Date,IDPs\nJuba,03/04/2024,"1,100"\nYei,03/04/2024,7\nTotal,03/04/2024,"1,107"\n')
    said = answers("", "", "", "SSD", "both", ".", "year", "day", "", "")
    look = asked(looked(ImportRequest(file=file)), said, tmp_path)
    found = imported(look, store, NOW)
    assert (total(store, found), found["superseded"]) == (1107, 1)
    assert figures(store, found).get_column("start").unique().to_list() == [date(2024, 4, 3)]
    mapped = imported(looked(ImportRequest(file=file, mapping=tmp_path / "idps.toml")), store, NOW)
    assert (mapped["figures"], total(store, mapped)) == (2, 1107)


def test_a_total_that_disagrees_is_told_with_the_cells_that_may_be_why(bring: Callable[..., dict[str, Any]]) -> None:
    rows = ["#adm1+code,#affected+idps", 'SS01,"1,100"', "SS02,7", 'Total,"1,107"']
    assert "totals that hold no number that can be read: row 4" in bring(rows, date="2024")["notes"]
    with pytest.raises(FigureError, match=r"(?s)row 4.*1 row adds up to 7.*row 2.*can mean thousands"):
        bring([*rows[:3], "Total,1107"], date="2024")


@pytest.mark.parametrize("last", ["stop", None])
def test_a_person_may_stop_and_nothing_is_kept(last: str | None, tmp_path: Path) -> None:
    file = tmp_path / "idps.csv"
    file.write_text("County,IDPs\nJuba,5\nYei,7\n")

    def answer(_: str) -> str:
        if last is None:
            raise EOFError
        return last

    with pytest.raises(AskError, match="nothing was kept"):
        asked(looked(ImportRequest(file=file)), answer, tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["idps.csv"]


def test_ctrl_c_at_a_question_stops_at_once_and_nothing_is_kept(tmp_path: Path) -> None:
    pty: Any = pytest.importorskip("pty", reason="no terminals of this kind here")
    (tmp_path / "idps.csv").write_text("County,IDPs\nJuba,5\nYei,7\n")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "qanat", "import", "idps.csv", "--home", "store"]
    with subprocess.Popen(command, cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs) as asking:
        os.close(theirs)
        shown = b""
        while b"[place 2]: " not in shown:
            shown += os.read(ours, 1000)
        for _ in range(20):  # one that comes between the question and the wait for its answer is not heard
            asking.send_signal(signal.SIGINT)  # as a terminal does for Ctrl-C
            with suppress(subprocess.TimeoutExpired):
                asking.wait(timeout=2)
                break
        else:
            asking.kill()
        assert asking.returncode == 130
    assert b"nothing was kept" in os.read(ours, 1000)
    os.close(ours)
    assert [one.name for one in tmp_path.iterdir()] == ["idps.csv"]


def test_a_draft_is_written_once_and_leads_to_the_import(tmp_path: Path, store: Disk) -> None:
    file = tmp_path / "idps.csv"
    file.write_text("County,IDPs\nJuba,5\nYei,7\n")
    look = looked(ImportRequest(file=file, country="SSD", date="2024"))
    made = draft(look, tmp_path / "mapping.toml")
    with pytest.raises(AskError, match="is there already"):
        draft(look, made)
    found = imported(looked(ImportRequest(file=file, mapping=made)), store, NOW)
    assert total(store, found) == 12


def test_the_command_answers_by_its_schema(capsys: pytest.CaptureFixture[str], tmp_path: Path, edition: Disk) -> None:
    file = tmp_path / "النازحون.csv"
    file.write_text("#adm1+code,#affected+idps\nSS01,5\n", encoding="utf-8")
    assert main(["import", str(file), "--date", "2024", "--home", str(edition.home), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    schema = json.loads(files("qanat.cli").joinpath("schemas", "import.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, schema)
    assert found["run"].startswith("import-table-")
    assert main(["import", str(file), "--date", "2024", "--home", str(edition.home)]) == 0
    told = capsys.readouterr().out
    assert "النازحون.csv: 1 row = 1 accepted + 0 set aside + 0 superseded" in told
    assert "private" in told
    assert "known already" in told


def test_without_a_terminal_the_command_refuses_and_names_the_options(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, edition: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    file = tmp_path / "idps.csv"
    file.write_text("County,IDPs\nJuba,5\nYei,7\n")
    assert main(["import", str(file), "--home", str(edition.home)]) == 2
    told = capsys.readouterr().err
    assert all(word in told for word in ("--draft", "--date", "--country"))
