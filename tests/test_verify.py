"""What somebody sent is checked offline: a figure with its proof, a brief; by the command, and by the module alone."""

from __future__ import annotations

import ast
import copy
import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qanat import verify, verify_store
from qanat.cli import main
from qanat.edition import embedded
from qanat.jobs.brief import BriefRequest, brief, write
from qanat.jobs.edition import INDEX, tiles
from qanat.jobs.endorsing import EndorseRequest, endorse
from qanat.register.notes import signer
from qanat.sources.packing import packed
from qanat.sources.request import Answer, Request
from qanat.sources.snapshots import Snapshots
from qanat.store import Disk
from qanat.verify import LOG, Report, figure_file, key
from qanat.verify import brief as checked_brief
from tests.build import batch, figure
from tests.registers import SECRETS, figure_files, furnished, rewritten, secret, trusted

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MODULE = Path(verify.__file__)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnished(tmp_path_factory.mktemp("store") / "home", tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def endorsed(edition: Disk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A brief of Sudan after the government endorsed IDMC's figure of internally displaced people at the end of 2025."""
    folder = tmp_path_factory.mktemp("brief")
    told = brief(BriefRequest(country="SDN"), edition, NOW)
    cite = next(
        row["run"] + ":" + str(row["row"])
        for row in told.figures.iter_rows(named=True)
        if (row["group"], row["counter"], str(row["end"]), row["sex"]) == ("idps", "idmc", "2025-12-31", "all")
    )
    keys = trusted(folder, *SECRETS)
    endorse(
        EndorseRequest(figure=cite, says="endorse", secret=secret(folder, "government"), trusted=keys), edition, NOW
    )
    write(brief(BriefRequest(country="SDN"), edition, NOW), folder, lambda _: None)
    return folder / "brief.json"


@pytest.fixture
def sent(endorsed: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(endorsed.read_bytes())
    return content


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True, check=False)


def faults(report: Report) -> set[tuple[str, str]]:
    return {(one["what"], one["fault"]) for one in report.faults}


def test_the_verifier_is_under_five_hundred_lines_and_needs_nothing_but_python_and_cryptography() -> None:
    text = MODULE.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 500
    found = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names] if isinstance(node, ast.Import) else [])
    }  # fmt: skip
    assert found - set(sys.stdlib_module_names) == {"cryptography"}


def test_a_figure_travels_with_its_proof_in_under_two_kilobytes(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "figure.json"
    assert main(["verify", "--figure", "long:300", "--home", str(small), "--out", str(out)]) == 0
    assert "sound: 1 checkpoints, 1 figures checked" in capsys.readouterr().out
    content = json.loads(out.read_bytes())
    jsonschema.validate(content, schema("figure-proof"))
    assert content["proof"].startswith("c2sp.org/tlog-proof@v1\nextra ")
    assert len(content["proof"].encode()) < 2000
    assert verify.figure(content["figure"].encode())["place"] == "SD0300"


def test_a_figure_of_the_edition_is_proved_in_under_two_kilobytes(edition: Disk) -> None:
    longest = max(edition.ledger.listed(one.id).rows if edition.ledger.listed(one.id) else 0 for one in edition.runs())  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    name = next(one.id for one in edition.runs() if (found := edition.ledger.listed(one.id)) and found.rows == longest)
    assert longest > 1_000_000
    for row in (0, 1, 255, 256, longest // 2, longest - 1):
        proof = edition.register.proof(name, row)
        assert len(proof["proof"].encode()) < 2000
        assert faults(figure_file(proof)) == set()


def test_the_file_alone_checks_a_figure_and_a_brief_without_qanat(small: Path, endorsed: Path, tmp_path: Path) -> None:
    alone = tmp_path / "verify.py"
    alone.write_bytes(MODULE.read_bytes())
    out = tmp_path / "figure.json"
    main(["verify", "--figure", "long:300", "--home", str(small), "--out", str(out)])
    for file in (out, endorsed):
        done = run("-I", alone, file)
        assert (done.returncode, done.stderr) == (0, "")
        assert "sound: " in done.stdout
    out.write_text(out.read_text(encoding="utf-8").replace("3:300", "3:301"), encoding="utf-8")
    done = run("-I", alone, out)
    assert done.returncode == 4
    assert "ALTERED: row 300 of run long is not this figure" in done.stdout
    assert run("-I", alone, tmp_path / "none").returncode == 2
    assert run("-m", "qanat.verify", small).returncode == 2  # a folder is no file somebody sent
    assert run("-m", "qanat.verify_store", small).returncode == 0


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [("figure", "6:SD0300", "6:SD0301"), ("cite", "long:300", "long:301"), ("proof", "index 0", "index 1"), ("proof", "\n\n", "\n"), ("proof", "extra ", "extra AAAA")],
)  # fmt: skip
def test_a_figure_or_proof_that_was_altered_is_told(small: Path, part: str, before: str, after: str) -> None:
    disk = Disk(small)
    content = disk.register.proof("long", 300)
    disk.close()
    assert before in content[part]
    assert faults(figure_file(content)) == set()
    (fault,) = figure_file(content | {part: content[part].replace(before, after)}).faults
    assert fault["what"] == "figure"


def test_a_proof_is_of_the_log_one_trusts_or_it_is_told(small: Path) -> None:
    disk = Disk(small)
    content = disk.register.proof("long", 300)
    disk.close()
    own, other = key(content["key"]), signer("other", LOG, bytes(32)).public
    assert figure_file(content, [own]).log == {**(figure_file(content).log or {}), "trusted": True}
    assert faults(figure_file(content, [other])) == {("checkpoint", "unknown key")}
    assert faults(figure_file(content | {"key": other.text})) == {("checkpoint", "forged")}


def test_a_brief_carries_all_that_is_needed_to_check_it(sent: dict[str, Any]) -> None:
    report = checked_brief(sent)
    assert report.faults == []
    assert report.checked["figures"] > 250
    assert report.checked["numbers"] > 250
    (said,) = report.statements
    assert (said["agency"], said["says"], said["key"]) == ("government", "endorse", SECRETS["government"].public.text)
    assert not said["trusted"]
    assert checked_brief(sent, [SECRETS["government"].public, key(sent["register"]["key"])]).statements[0]["trusted"]


def test_a_brief_tells_who_endorses_its_figures_and_what_is_missing(sent: dict[str, Any]) -> None:
    first, second = sent["notes"][:2]
    assert first.startswith(
        "The government endorses this figure of IDMC: 9,117,000 internally displaced by conflict, Sudan, 31 December 2025 ("
    )
    assert second.endswith("is not yet official: it misses 2 of IOM, UNHCR and OCHA.")


def another_status(row: str) -> str:
    """A canonical row that says estimated where it said counted, or the other way round."""
    counted, estimated = "7:counted", "9:estimated"
    return row.replace(counted, estimated) if counted in row else row.replace(estimated, counted)


def test_every_kind_of_change_to_a_brief_is_named(sent: dict[str, Any]) -> None:
    def altered(change: Callable[[Any], object]) -> set[tuple[str, str, str | None]]:
        content = copy.deepcopy(sent)
        change(content)
        return {(one["what"], one["fault"], one["run"]) for one in checked_brief(content).faults}

    run_name, part = next(iter(sent["register"]["figures"].items()))
    first = part["rows"][0]

    def other_figure(content: dict[str, Any]) -> None:
        content["register"]["figures"][run_name]["rows"][0][2] = another_status(first[2])

    assert ("figure", "changed", run_name) in altered(other_figure)
    assert altered(lambda c: c["headline"].update(text="Nobody is displaced")) == {("brief", "changed", None)}
    assert ("brief", "changed", None) in altered(lambda c: c["key_figures"][0]["number"].update(value=1.0))
    assert ("brief", "dropped", None) in altered(lambda c: c.update(register=None))
    assert ("register", "changed", None) in altered(lambda c: c["register"]["figures"][run_name]["hashes"].pop())
    assert ("figure", "dropped", run_name) in altered(lambda c: c["register"]["figures"].pop(run_name))
    assert ("checkpoint", "forged", None) in altered(
        lambda c: c["register"].update(key=signer("other", LOG, bytes(32)).public.text)
    )
    assert ("log", "changed", None) in altered(lambda c: c["register"]["entries"][0].update(index=1))
    assert altered(lambda c: c["register"].update(checkpoint="x")) == {("register", "changed", None)}


def test_the_wrong_row_of_a_brief_is_named(sent: dict[str, Any]) -> None:
    run_name, part = next(iter(sent["register"]["figures"].items()))
    row = part["rows"][0][0]
    part["rows"][0][2] = another_status(part["rows"][0][2])
    assert {
        "what": "figure",
        "fault": "changed",
        "run": run_name,
        "row": row,
        "why": "it is not the figure in the register",
    } in checked_brief(sent).faults


def test_a_statement_that_was_altered_in_a_brief_is_told(sent: dict[str, Any]) -> None:
    entry = next(one for one in sent["register"]["entries"] if one["entry"].startswith("qanat.statement"))
    entry["entry"] = entry["entry"].replace(SECRETS["government"].public.text, SECRETS["iom"].public.text)
    told = " ".join(one["why"] for one in checked_brief(sent).faults)
    assert "is not in the log" in told
    assert "forged" in told


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        files("qanat.cli").joinpath("schemas", f"{name}.json").read_text(encoding="utf-8")
    )
    return found


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == code
    content: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(content, schema(content["schema"].removeprefix("qanat.").split("/")[0]))
    return content


def test_the_command_answers_with_its_schema_and_its_exit_code(
    capsys: pytest.CaptureFixture[str], endorsed: Path, tmp_path: Path
) -> None:
    home = furnished(tmp_path / "home", tmp_path)
    assert told(capsys, "verify", "--home", str(home))["sound"]
    assert told(capsys, "verify", "--brief", str(endorsed))["checked"] == "file"
    assert told(capsys, "verify", "--home", str(home), "--figure", "long:7")["figure"]["value"] == "7"
    done = rewritten(figure_files(home)["long"], random.Random(3))
    found = told(capsys, "verify", "--home", str(home), code=4)
    assert done is not None
    assert ("long", done[1], done[0]) in [(one["run"], one["row"], one["fault"]) for one in found["faults"]]
    assert told(capsys, "verify", "--home", str(home), "--figure", "long:7", code=4)["faults"][0]["run"] == "long"


def test_the_commands_that_endorse_answer_with_their_schema(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home, secret_file = furnished(tmp_path / "home", tmp_path), tmp_path / "new.key"
    made = told(capsys, "endorse", "key", "ocha.example/new", "--out", str(secret_file))
    assert secret_file.stat().st_mode & 0o077 == 0
    (home / "agencies.toml").write_text(f'[[key]]\nagency = "ocha"\npublic = "{made["public"]}"\n', encoding="utf-8")
    out = tmp_path / "statement.json"
    at = ("--home", str(home))
    found = told(capsys, "endorse", "sign", "pulled:0", "--key", str(secret_file), "--out", str(out), *at)
    assert found["statements"][0]["agency"] == "ocha"
    jsonschema.validate(json.loads(out.read_bytes()), schema("statement"))
    assert len(told(capsys, "endorse", "show", *at)["statements"]) == 3
    assert main(["endorse", "take", str(out), *at]) == 4
    assert "replayed" in capsys.readouterr().err
    assert main(["endorse", "key", "again", "--out", str(secret_file)]) == 2
    assert main(["endorse", "show", *at]) == 0
    assert "ocha endorses pulled:0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--home", "{}/nowhere"), 3, "there is no store in"), (("--brief", "{}/none.json"), 2, "cannot be read"),
        (("--brief", "{}/text"), 2, "is not JSON"), (("--brief", "{}/list"), 2, "neither a brief.json nor"),
        (("--home", "{}/home", "--figure", "long:9999"), 3, "has no row 9999"), (("--home", "{}/home", "--figure", "x:1"), 3, "no run 'x'"),
        (("--home", "{}/home", "--figure", "x"), 2, "no citation"), (("--home", "{}/home", "--since", "{}/text"), 2, "holds no checkpoint"),
        (("--home", "{}/home", "--keys", "{}/text"), 2, "is not TOML"),
    ],
)  # fmt: skip
def test_what_cannot_be_checked_is_told_with_what_to_do(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    furnished(tmp_path / "home", tmp_path)
    (tmp_path / "text").write_text("not [[ JSON")
    (tmp_path / "list").write_text("[]")
    assert main(["verify", *(one.format(tmp_path) for one in arguments)]) == code
    assert words in capsys.readouterr().err


def test_a_store_is_held_against_a_brief_it_once_made(
    capsys: pytest.CaptureFixture[str], endorsed: Path, tmp_path: Path
) -> None:
    other = furnished(tmp_path / "home", tmp_path)
    found = told(capsys, "verify", "--home", str(other), "--since", str(endorsed), code=4)
    assert [(one["what"], one["fault"]) for one in found["faults"]] == [("checkpoint", "forged")], (
        "another store's brief"
    )


def test_an_altered_row_of_the_edition_is_named_from_the_copy_that_came_with_qanat(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    disk, name = Disk(tmp_path), "idmc-gidd-conflict.20250513.dda57e54"
    disk.adopt(embedded(f"{name}.json").read_bytes(), embedded(f"{name}.parquet").read_bytes(), tiles(name))
    disk.close()
    assert told(capsys, "verify", "--home", str(tmp_path))["counts"]["figures"] == 1922
    done = rewritten(figure_files(tmp_path)[name], random.Random(5))
    found = told(capsys, "verify", "--home", str(tmp_path), code=4)["faults"]
    assert done is not None
    assert (name, done[1], done[0]) in [(one["run"], one["row"], one["fault"]) for one in found]


def test_a_file_that_is_no_longer_readable_is_told_and_does_not_stop_the_check(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    home = furnished(tmp_path / "home", tmp_path)
    figure_files(home)["long"].write_bytes(b"PAR1 nothing PAR1")
    found = told(capsys, "verify", "--home", str(home), code=4)
    assert {(one["what"], one["run"]) for one in found["faults"]} == {("object", None), ("object", "long")}
    assert found["counts"]["runs"] == 5


def test_an_answer_kept_beside_the_record_that_was_altered_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    home = furnished(tmp_path / "home", tmp_path)
    answered = Answer(address="https://example.org/x", data=b"{}", retrieved=NOW.date())
    held = Snapshots(home / "snapshots")
    entry, _ = held.keep(Request(url=answered.address), answered, ("unhcr.unrwa", "CC-BY-4.0"), NOW)
    assert told(capsys, "verify", "--home", str(home))["counts"]["snapshots"] == 1
    held.path(entry).write_bytes(packed(b"[]"))
    (fault,) = told(capsys, "verify", "--home", str(home), code=4)["faults"]
    assert (fault["what"], "was altered" in fault["why"]) == ("snapshot", True)


def test_a_log_written_anew_is_given_away_by_the_edition_in_the_package(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who has the key can sign any history; not one in which the embedded figures are other ones."""
    run_name = sorted(json.loads(embedded(INDEX).read_bytes()))[0]
    disk = Disk(tmp_path)
    disk.put(batch(run_name, figure()))
    disk.put(batch("mine", figure(place="PER")))
    disk.close()
    assert verify_store.store(tmp_path).faults == []
    assert main(["verify", "--home", str(tmp_path), "--json"]) == 4
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert (fault["what"], fault["fault"], fault["run"]) == ("run", "changed", run_name)
    assert "the log was written anew" in fault["why"]
