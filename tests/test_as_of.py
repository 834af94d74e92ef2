"""Every command that answers with figures answers with what was known on a day, and says when what it lacks became known."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any, Final, cast

import jsonschema
import pytest

import qanat
from qanat.cli import main
from qanat.cli.reference import commands
from qanat.errors import AskError, NothingFound
from qanat.jobs.endorsing import EndorseRequest, endorse
from qanat.jobs.opening import open_store
from qanat.store import Ask
from tests.build import batch, document, figure
from tests.registers import NOW, secret, trusted
from tests.vintages import FIRST, LATER, SECOND, THEN, published

DAY: Final = "2025-06-30"
END: Final = {
    "start": date(2024, 12, 31),
    "end": date(2024, 12, 31),
    "group": "idps",
    "origin": "BOL",
    "place": "BOL",
}
# commands that take no --as-of, and why they need none; a command that is in neither table fails the test below
NO_FIGURES: Final = {
    "aside": "records that became no figures, of a run named by its name", "listed": "what a publisher lists that is no figure",
    "config": "where the store is",
    "edition build": "makes the edition", "edition restore": "mends the store", "edition show": "what the package holds",
    "endorse key": "makes a key", "endorse sign": "says something today", "endorse take": "takes in what was said",
    "witness key": "makes a key", "witness ask": "about the log", "witness sign": "about a log", "witness take": "about the log",
    "witness show": "about the log, which holds figures and is none",
    "import": "brings figures in", "pull": "brings figures in", "probe": "tries services, keeps nothing",
    "mirror assemble": "carries runs", "mirror export": "carries runs", "mirror import": "carries runs",
}  # fmt: skip
ASKED: Final[dict[str, list[str]]] = {
    "brief": ["BOL", "--out", "{out}"],
    "compare": ["BOL", "idps"],
    "diff": ["--from", "2025-01-01", "--country", "BOL"],
    "endorse show": [],
    "figures": ["unhcr.population", "--country", "BOL"],
    "show": ["BOL", "idps"],
    "sources": [],
    "status": [],
    "trace": ["early:0"],
    "verify": ["--figure", "early:0"],
}
# commands asked of a world published twice (tests/vintages.py)
TWICE: Final[dict[str, list[str]]] = {
    "balance": ["URY", "--year", "2021"],
    "check": ["URY", "--year", "2021"],
    "flows check": [],
    "flows drivers": ["--without", "population,income,conflict,diaspora"],
    "flows estimate": ["--start", "2015", "--end", "2020", "--method", "min"],
    "flows explain": ["VEN", "COL", "--method", "min"],
    "flows page": ["VEN", "COL", "--out", "{out}"],
    "flows show": ["COL"],
    "flows why": ["VEN", "COL", "--start", "2005", "--end", "2010", "--effects", "year"],
    "flows years": ["--start", "2015", "--end", "2020", "--method", "min"],
    "invest": ["COL", "--group", "refugees", "--origin", "VEN", "--wage", "2400", "--employment", "0.5", "--cost", "100", "--adults", "0.6", "--remitted", "0.1", "--effect", "employment-points=0.05,0.02", "--draws", "200"],
    "remittances": ["COL", "--year", "2019"],
}  # fmt: skip
MORE: Final = [("compare", ["BOL", "idps", "--year", "2024"])]  # further ways to ask the same command
CASES: Final = [*ASKED.items(), *MORE]
WRONG: Final = {"check": 4}  # exit codes of commands that found something
LATE: Final = [("trace", ["late:0"]), ("verify", ["--figure", "late:0"]), ("endorse show", ["late:0"])]


@dataclass(frozen=True)
class Kept:
    """A store in which a figure of 100 became 130 on 1 June 2026, endorsed on 24 November of that year."""

    home: Path
    out: Path
    said: dict[str, str]  # what each command of TWICE answered before the second release


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("as-of")
    store = open_store(folder / "home")
    published(store, FIRST)
    said = {command: answer(Kept(folder / "home", folder / "out", {}), command, THEN) for command in TWICE}
    published(store, SECOND)
    for name, value, known in (("early", 100.0, date(2025, 6, 1)), ("late", 130.0, date(2026, 6, 1))):
        paper = document(id=f"unhcr.population@{known}", published=known, sha256=name.ljust(64, "0"))
        store.put(batch(name, figure(value=value, known=known, source=paper.id, **END), documents=(paper,)))
    asked = EndorseRequest(
        figure="late:0", says="endorse", secret=secret(folder, "unhcr"), trusted=trusted(folder, "unhcr")
    )
    endorse(asked, store, NOW)
    store.close()
    return Kept(folder / "home", folder / "out", said)


def answer(kept: Kept, command: str, day: str) -> str:
    """What a command of TWICE prints, as known on a day; its exit code is the one it must have."""
    told = StringIO()
    with redirect_stdout(told):
        code = main([*call(kept, command, TWICE[command], day), "--home", str(kept.home)])
    assert code in (0, WRONG.get(command, 0))
    return told.getvalue()


@pytest.fixture(autouse=True)
def home(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QANAT_HOME", str(kept.home))


def call(kept: Kept, command: str, arguments: list[str], day: str) -> list[str]:
    return [*command.split(), *(one.replace("{out}", str(kept.out)) for one in arguments), "--as-of", day, "--json"]


def test_no_command_with_figures_forgets_the_day() -> None:
    assert set(commands()) == set(ASKED) | set(TWICE) | set(NO_FIGURES)


@pytest.mark.parametrize(("command", "arguments"), CASES)
def test_a_command_answers_with_what_was_known_on_the_day(
    kept: Kept, capsys: pytest.CaptureFixture[str], command: str, arguments: list[str]
) -> None:
    assert main(call(kept, command, arguments, DAY)) == 0
    content = json.loads(capsys.readouterr().out)
    if command == "brief":
        content = json.loads((kept.out / "brief.json").read_text(encoding="utf-8"))
    assert content["to" if command == "diff" else "as_of"] == DAY
    assert [day for day in days(content) if day > DAY] == []
    assert 130 not in [value for name, value in leaves(content) if name in ("value", "now", "after")]
    assert content.get("statements", []) == []


@pytest.mark.parametrize("command", TWICE)
def test_a_later_release_changes_nothing_of_what_was_known_before_it(kept: Kept, command: str) -> None:
    then, later = answer(kept, command, THEN), answer(kept, command, LATER)
    content = json.loads(then)
    name = str(content["schema"]).removeprefix("qanat.").split("/")[0]
    jsonschema.validate(content, json.loads(files("qanat.cli").joinpath("schemas", f"{name}.json").read_text("utf-8")))
    assert content["as_of"] == THEN
    assert [day for day in days(content) if day > THEN] == []
    assert [day for day in re.findall(r"@(\d{4}-\d\d-\d\d)", then) if day > THEN] == []  # releases it rests on
    assert then == kept.said[command]
    assert json.loads(later) | {"as_of": THEN} != content  # the second release tells something else


def test_a_corridor_s_page_is_made_of_what_was_known(kept: Kept) -> None:
    told = json.loads(answer(kept, "flows page", THEN))
    page = Path(told["file"]).read_text(encoding="utf-8")
    assert "30 June 2022" in page
    assert "migrant-stock@2024" not in page
    # beside the edition's stocks of later years this small world's would stand far apart
    assert (told["stocks_checked"], told["odd_stocks"]) == (True, [])


def test_money_is_spread_by_the_inflow_that_was_known(kept: Kept) -> None:
    allocated = [json.loads(answer(kept, "remittances", day))["allocated"]["value"] for day in (THEN, LATER)]
    assert allocated == [1000.0, 2000.0]  # the edition's inflow of 2019 became known at the end of 2023


def test_a_kept_estimate_answers_for_the_days_its_releases_were_known(kept: Kept) -> None:
    runs = [json.loads(answer(kept, "flows show", day))["run"] for day in (THEN, LATER)]
    assert None not in runs
    assert runs[0] != runs[1]
    nothing = [*call(kept, "flows show", ["COL"], "2022-05-31"), "--home", str(kept.home)]
    assert main(nothing) == 3  # neither kept nor to be computed


def leaves(content: dict[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    """Every value of a document with its name."""
    pairs: list[tuple[str, Any]] = (
        list(content.items()) if isinstance(content, dict) else [("", one) for one in content]
    )
    for name, value in pairs:
        if isinstance(value, dict | list):
            yield from leaves(cast("dict[str, Any] | list[Any]", value))
        else:
            yield name, value


def days(content: Any) -> list[str]:
    """Every day on which something became known."""
    return [str(value) for name, value in leaves(content) if name in ("known", "known_after", "published") and value]


@pytest.mark.parametrize(("command", "arguments"), [*CASES, *TWICE.items()])
def test_a_day_that_lies_ahead_is_refused(
    kept: Kept, capsys: pytest.CaptureFixture[str], command: str, arguments: list[str]
) -> None:
    assert main(call(kept, command, arguments, "2999-01-01")) == 2
    assert "2999-01-01 lies ahead" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "arguments"), LATE)
def test_a_figure_cited_before_it_was_known_is_not_found_and_told_since_when_it_is(
    kept: Kept, capsys: pytest.CaptureFixture[str], command: str, arguments: list[str]
) -> None:
    assert main(call(kept, command, arguments, DAY)) == 3
    assert "late:0 was not known on 2025-06-30: it became known on 2026-06-01" in capsys.readouterr().err
    assert main(call(kept, command, arguments, "2026-06-01")) == 0


@pytest.mark.parametrize(("command", "arguments"), [("show", ["BOL", "idps"]), MORE[0], ("compare", ["BOL", "idps"])])
def test_where_nothing_was_known_yet_it_is_told_since_when_something_is(
    kept: Kept, capsys: pytest.CaptureFixture[str], command: str, arguments: list[str]
) -> None:
    assert main(call(kept, command, arguments, "1999-01-01")) == 3
    assert "the first became known on 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["flows show", "flows explain", "flows estimate", "flows years", "flows check", "flows page", "invest"]
)
def test_an_answer_made_of_what_came_later_is_told_since_when(
    kept: Kept, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main(call(kept, command, TWICE[command], "2001-01-01")) == 3
    assert "the first became known on 20" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["flows", "drivers", "--flows", "F.csv", "--ties", "T.csv"], "--flows"),
        (["flows", "drivers", "--reported", "R.csv"], "--reported"),
        (["flows", "why", "VEN", "COL", "--start", "2005", "--end", "2010", "--stocks", "S.csv"], "--stocks"),
        (["flows", "check", "--stocks", "S.csv"], "--stocks"),
        (["flows", "years", "--start", "2015", "--end", "2020", "--dated", "D.csv"], "--dated"),
        (["flows", "estimate", "--start", "2015", "--end", "2020", "--stocks", "S.csv", "--vital", "V.csv"], "--as-of"),
    ],
)
def test_a_file_does_not_tell_when_its_figures_became_known(
    capsys: pytest.CaptureFixture[str], words: list[str], named: str
) -> None:
    assert main([*words, "--as-of", THEN]) == 2
    told = capsys.readouterr().err
    assert "from the store" in told or "store's figures only" in told
    assert named in told


def test_a_brief_takes_in_no_return_that_was_not_known_yet(
    kept: Kept, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["invest", *TWICE["invest"], "--as-of", LATER, "--out", str(tmp_path)]) == 0
    page = (tmp_path / "invest.html").read_text(encoding="utf-8")
    assert "10 June 2023" in page
    given = ["brief", "COL", "--invest", str(tmp_path / "invest.json"), "--out", str(kept.out)]
    assert main([*given, "--as-of", THEN]) == 3
    assert "it became known on 2023-06-01" in capsys.readouterr().err


def test_an_endorsement_counts_from_the_day_it_was_made(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    said: dict[str, list[dict[str, Any]]] = {}
    for day in ("2026-11-23", "2026-11-24"):
        assert main(["endorse", "show", "--as-of", day, "--json"]) == 0
        said[day] = json.loads(capsys.readouterr().out)["statements"]
        assert main(["brief", "BOL", "--as-of", day, "--out", str(kept.out)]) == 0
        capsys.readouterr()
        told = json.loads((kept.out / "brief.json").read_text(encoding="utf-8"))["notes"]
        assert any("late:0" in note for note in told) == (day == "2026-11-24")
    assert [len(one) for one in said.values()] == [0, 1]


def test_a_derived_figure_is_known_since_the_last_of_its_parts(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["brief", "BOL", "--as-of", DAY, "--out", str(kept.out)]) == 0  # its picture is kept
    capsys.readouterr()
    store = open_store()
    run = next(run.id for run in store.runs() if run.id.startswith("picture-BOL") and DAY in run.options)
    known = store.get(Ask(run=run)).get_column("known").max()
    store.close()
    assert isinstance(known, date)
    assert known <= date.fromisoformat(DAY)
    assert main(["trace", f"{run}:0", "--as-of", "2001-01-01"]) == 3
    assert "it became known on 20" in capsys.readouterr().err


def test_a_whole_store_has_no_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--as-of", DAY]) == 2
    assert "name it with --figure RUN:ROW" in capsys.readouterr().err


def test_python_answers_with_what_was_known_too(kept: Kept) -> None:
    with qanat.open(kept.home, as_of=date.fromisoformat(DAY)) as then, qanat.open(kept.home) as now:
        assert {row["value"] for row in then["BOL"].idps.inside.where(year=2024).rows} == {100}
        assert {row["value"] for row in now["BOL"].idps.inside.where(year=2024).rows} == {130}
        assert then["BOL"].idps.explain()["as_of"] == DAY
    with pytest.raises(AskError, match="lies ahead"):
        qanat.open(kept.home, as_of=date(2999, 1, 1))
    with (
        qanat.open(kept.home, as_of=date(1999, 1, 1)) as never,
        pytest.raises(NothingFound, match="the first became known on"),
    ):
        never["BOL"].group("idps")
