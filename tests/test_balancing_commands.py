"""Check and balance as jobs and commands: kept once, traced, told with their exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qanat.cli import main
from qanat.errors import NothingFound
from qanat.figures import F
from qanat.jobs.balance import BalanceRequest
from qanat.jobs.balance import balance as balance_job
from qanat.jobs.check import CheckRequest, check, failed
from qanat.jobs.tracing import trace
from qanat.store import Ask, Disk, Memory
from tests.balances import kept, sexes
from tests.build import batch, figure

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def test_a_balance_is_kept_once_as_a_run_and_traced() -> None:
    store = kept(*sexes(1001, 701, 411))
    request = BalanceRequest(country="COL", year=2025, keep=True)
    first, second = (balance_job(request, store, NOW) for _ in range(2))
    assert first["run"] == second["run"]
    told = store.get(Ask(run=first["run"]))
    assert told.height == 3
    whole = told.filter(F.sex == "all").row(0, named=True)
    led = trace(f"{whole['run']}:{whole['row']}", store)
    assert sorted(one["figure"]["value"] for one in led["inputs"]) == [411, 701, 1001]
    assert sorted(store.get(Ask(run="r")).get_column("value")) == [411, 701, 1001]


def test_without_keep_the_store_is_as_it_was() -> None:
    store = kept(*sexes(1001, 701, 411))
    found = balance_job(BalanceRequest(country="COL", year=2025), store, NOW)
    assert (found["run"], found["adjusted"], found["broken_before"]) == (None, 3, 1)
    assert [run.id for run in store.runs()] == ["r"]


def test_nothing_to_check_and_nothing_to_balance_is_said() -> None:
    store = kept(figure())
    with pytest.raises(NothingFound, match="nothing to check"):
        check(CheckRequest(country="COL"), store)
    with pytest.raises(NothingFound, match="nothing to balance"):
        balance_job(BalanceRequest(country="COL", year=2025), store, NOW)
    with pytest.raises(NothingFound, match="no figure about Peru"):
        check(CheckRequest(country="PER"), store)


def test_a_check_as_of_a_day_looks_at_what_was_known_then() -> None:
    early = sexes(1001, 501, 411, 89, known=date(2026, 1, 1))
    late = sexes(1001, 701, 411, 89, known=date(2026, 6, 1), source="unhcr.population@2026-06-01")
    store = Memory()
    store.put(batch("r", *early))
    store.put(batch("s", *late))
    assert failed(check(CheckRequest(country="COL", year=2025), store))
    assert not failed(check(CheckRequest(country="COL", year=2025, as_of=date(2026, 2, 1)), store))


@pytest.fixture
def home(edition: Disk, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QANAT_HOME", str(edition.home))
    return edition.home


def document(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> dict[str, Any]:
    """A command's document, checked against its published schema."""
    assert main([*arguments, "--json"]) == code
    content: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = json.loads(files("qanat.cli").joinpath("schemas", f"{arguments[0]}.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, schema, format_checker=jsonschema.FormatChecker())
    return content


@pytest.mark.usefixtures("home")
def test_check_finds_that_idmcs_total_and_its_sexes_differ(capsys: pytest.CaptureFixture[str]) -> None:
    # GIDD of May 2025: 411,685 people by sex and age, and a total of 379,000 in UNHCR's copy of IDMC's table
    found = document(capsys, 4, "check", "Niger", "--year", "2024", "--group", "idps")
    (one,) = (violation for violation in found["violations"] if violation["verdict"] == "real")
    assert (one["kind"], one["left"], one["right"], one["size"]) == ("sexes", 411_685, 379_000, 32_685)
    assert len(one["figures"]) == 11
    assert all(re.fullmatch(r"[\w.@+-]+:\d+", term["cite"]) for term in one["figures"])


@pytest.mark.usefixtures("home")
def test_check_gives_0_where_intervals_explain_what_does_not_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, 0, "check", "HTI", "--year", "2024", "--group", "idps")
    (one,) = found["violations"]
    assert (one["verdict"], one["size"], one["beyond"]) == (
        "within_intervals",
        463,
        0,
    )  # 1,037,463 by sex and age, 1,037,000 told
    assert main(["check", "HTI", "--year", "2024", "--group", "idps"]) == 0
    assert "1 within the figures' intervals" in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_check_says_3_where_there_is_nothing_and_2_where_the_question_is_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "AFG", "--year", "1951"]) == 3
    assert main(["check"]) == 2
    assert main(["check", "AFG", "--all"]) == 2
    assert main(["check", "AFG", "--group", "idsp"]) == 2
    assert "did you mean idps?" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_balance_shows_each_adjustment_with_what_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, 0, "balance", "NER", "--year", "2024")
    (total,) = (
        one
        for one in found["adjustments"]
        if one["counter"] == "idmc" and one["group"] == "idps" and one["sex"] == "all"
    )
    assert (total["before"], total["leaves"], total["flags"]) == (379_000, False, ["SUM_MISMATCH"])
    assert 379_000 < total["after"] < 411_685
    parts = [
        one["after"]
        for one in found["adjustments"]
        if one["counter"] == "idmc" and one["group"] == "idps" and one["sex"] != "all"
    ]
    assert sum(parts) == pytest.approx(total["after"], abs=0.05)
    assert found["most_off"] <= 1
    assert main(["balance", "NER", "--year", "2024"]) == 0
    assert re.search(r"379,000 +407,079 +\+28,079 .*SUM_MISMATCH +idmc idps in Niger", capsys.readouterr().out)


@pytest.mark.usefixtures("home")
def test_balance_names_the_smallest_conflict_and_exits_4(capsys: pytest.CaptureFixture[str], edition: Disk) -> None:
    found = check(CheckRequest(country="NER", year=2024, group="idps"), edition)
    cites = [term["cite"] for one in found["violations"] for term in one["figures"]]
    assert main(["balance", "NER", "--year", "2024", *(word for cite in cites for word in ("--hold", cite))]) == 4
    told = capsys.readouterr().err
    assert "cannot all hold" in told
    assert "these 11 cannot all hold" in told
    assert told.count("is held at") == 10  # the total of 379,000, cells that pass it by themselves, and the sum


@pytest.mark.slow
@pytest.mark.parametrize("year", [2001, 2012, 2024, 2025])
def test_the_world_balances_within_a_person(edition: Disk, year: int) -> None:
    found = balance_job(BalanceRequest(country=None, year=year), edition, NOW)
    assert found["figures"] > 15_000
    assert found["most_off"] <= 1.0


WITHOUT = "import sys; sys.modules['numpy'] = sys.modules['scipy'] = None; from qanat.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [("check", 4, "idmc idps in Niger"), ("balance", 2, 'pip install "qanat[engines]"')],
)
def test_checking_needs_no_numpy_and_balancing_says_how_to_get_it(
    edition: Disk, command: str, code: int, told: str
) -> None:
    asked = [sys.executable, "-c", WITHOUT, command, "NER", "--year", "2024", "--home", str(edition.home)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert told in done.stdout + done.stderr
