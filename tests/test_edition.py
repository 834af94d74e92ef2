"""The embedded edition: what became of every record of its tables, and that it is what its tables make."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from qanat.cli import main
from qanat.edition import embedded
from qanat.jobs.edition import INDEX
from qanat.jobs.setaside import setaside
from qanat.store import Disk

RUNS: list[str] = json.loads(embedded(INDEX).read_bytes())


@pytest.mark.parametrize("run", RUNS)
def test_every_record_of_the_edition_is_accepted_set_aside_or_superseded(edition: Disk, run: str) -> None:
    told = json.loads(next(one for one in edition.runs() if one.id == run).options)
    assert told["rows"] == told["accepted"] + told["rejected"] + told["superseded"]
    assert setaside(run, edition)["records"] == told["rejected"]


def test_what_the_edition_sets_aside_is_kept_with_rule_place_and_a_sentence(edition: Disk) -> None:
    """Fifteen prices of sending money to the Netherlands Antilles, which are no more, and five below zero."""
    (run,) = (name for name in RUNS if name.startswith("worldbank-remittance-prices."))
    rows = setaside(run, edition)["rows"]
    assert sorted((row["rule"], row["found"] == "ANT") for row in rows).count(("country", True)) == 15
    assert len({row["row"] for row in rows}) == 20
    assert all(row["why"] and row["column"] and row["row"] > 0 for row in rows)


@pytest.mark.slow
def test_the_tables_make_the_edition_byte_for_byte(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["edition", "build", "--tables", str(shared), "--out", str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    schema = files("qanat.cli").joinpath("schemas", "edition-built.json").read_text(encoding="utf-8")
    jsonschema.validate(told, json.loads(schema))
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert {name for name, content in made.items() if embedded(name).read_bytes() != content} == set()
    assert {name for name in made if name.endswith("aside.parquet")} == {
        file.name for file in Path(str(embedded(""))).iterdir() if file.name.endswith("aside.parquet")
    }
