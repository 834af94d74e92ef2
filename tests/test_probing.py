"""A probe tells which services still answer in the shape that is read here, and keeps nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qanat.cli import main
from qanat.errors import AskError, Unreachable
from qanat.jobs.probing import ProbeRequest, failure, probe
from qanat.sources.known import ADAPTERS
from qanat.sources.request import Answer, Key, Request
from qanat.sources.samples import SAMPLES, question
from tests.serving import Play, Service, says, serving
from tests.test_every_source import NO_FIGURES, answer_of

DAY = date(2026, 11, 24)
SERVED = sorted(name for name, adapter in ADAPTERS.items() if adapter.source.service)


class Recorded:
    """Whatever is asked, one recorded answer; the addresses asked are kept."""

    def __init__(self, data: bytes) -> None:
        self.data, self.asked = data, list[str]()

    def fetch(self, request: Request) -> Answer:
        self.asked.append(request.address)
        return Answer(address=request.address, data=self.data, retrieved=DAY)


class Near:
    """Every request goes to a server on this machine instead."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def fetch(self, request: Request) -> Answer:
        return self.service.live(limit=1_000_000).fetch(replace(request, url=f"http://{self.service.host}/"))


def every_key(_: Key) -> bool:
    return True


def no_key(_: Key) -> bool:
    return False


def silent(_: str) -> None:
    pass


def only(found: dict[str, Any]) -> dict[str, Any]:
    schema = json.loads((files("qanat.cli") / "schemas" / "probe.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, schema)
    one: dict[str, Any]
    (one,) = found["sources"]
    return one


def test_every_service_has_a_question_it_can_be_asked() -> None:
    assert set(SAMPLES) <= set(SERVED)
    for name in SERVED:
        adapter = ADAPTERS[name]
        asked = question(adapter.source)
        assert adapter.ask(adapter.source, asked), name
        assert all(getattr(asked, need.split("-")[0]) for need in adapter.source.needs), name


@pytest.mark.parametrize("name", SERVED)
def test_a_service_that_answers_as_recorded_is_said_to_answer(name: str, shared: Path) -> None:
    recorded = Recorded(answer_of(name, shared))
    one = only(probe(ProbeRequest(source=name), recorded, every_key, silent))
    assert (one["source"], one["outcome"], one["says"]) == (name, "answers", None)
    assert one["records"] == one["accepted"] + one["set_aside"] + one["superseded"] > 0
    assert (one["figures"] > 0) == (name not in NO_FIGURES)
    assert (one["bytes"], one["address"]) == (len(recorded.data), recorded.asked[0])
    assert len(recorded.asked) == 1, "only the first page of the first request is asked for"


@pytest.mark.parametrize(
    ("play", "outcome", "told", "code"),
    [
        (says(b"<html><body>moved</body></html>", content_type="text/html"), "changed", "web page", 1),
        (says(b'{"page": 1, "maxPages": 1, "items": [{"jahr": 2024}]}'), "changed", "columns", 1),
        (says(b'{"page": 1, "maxPages": 0, "items": []}'), "nothing", "another --country", 0),
        (says(b"busy", 503), "unreachable", "gives no answer", 5),
    ],
    ids=["a web page", "other columns", "no record", "busy"],
)
def test_what_a_service_does_is_told_with_its_remedy_and_exit_code(
    play: Play, outcome: str, told: str, code: int
) -> None:
    with serving(play) as service:
        found = probe(ProbeRequest(source="unhcr.population"), Near(service), every_key, silent)
    one = only(found)
    assert one["outcome"] == outcome
    assert told in one["says"]
    assert one["records"] is None
    assert failure(found) == code


def test_a_host_without_an_answer_is_asked_once() -> None:
    class Down:
        asked = 0

        def fetch(self, request: Request) -> Answer:
            self.asked += 1
            raise Unreachable(f"{request.url} gives no answer")

    down = Down()
    found = probe(ProbeRequest(source="fts"), down, every_key, silent)
    assert [one["outcome"] for one in found["sources"]] == ["unreachable"] * 3 + ["file"] * 2
    assert down.asked == 1
    assert "gave no answer for fts.flows" in found["sources"][2]["says"]
    assert failure(found) == 5


def test_services_without_a_key_whole_tables_and_files_are_not_asked() -> None:
    recorded = Recorded(b"")
    found = probe(ProbeRequest(), recorded, no_key, silent)
    told = {one["source"]: one for one in found["sources"]}
    assert set(told) == set(ADAPTERS)
    assert told["iom.dtm-admin1"]["outcome"] == "key missing"
    assert "QANAT_KEY_DTM" in told["iom.dtm-admin1"]["says"]
    assert told["unpd.wpp-ages"]["outcome"] == "heavy"
    assert told["unhcr.prmn-somalia"]["outcome"] == "file"
    assert not any("wpp" in address or "dtm" in address.lower() for address in recorded.asked)
    named = probe(ProbeRequest(source="unpd.wpp-ages"), recorded, no_key, silent)
    assert only(named)["outcome"] == "changed"  # asked, and nothing came


def test_another_country_and_part_can_be_asked_of_one_source(shared: Path) -> None:
    recorded = Recorded(answer_of("unhcr.population", shared))
    probe(ProbeRequest(source="unhcr.population", country="Colombia"), recorded, every_key, silent)
    assert "coo=COL" in recorded.asked[0]
    with pytest.raises(AskError, match="no source 'unhrc'"):
        probe(ProbeRequest(source="unhrc"), recorded, every_key, silent)


def test_the_command_tells_what_wants_a_key_and_leaves_no_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QANAT_KEY_IPC", raising=False)
    assert main(["probe", "ipc", "--home", str(tmp_path / "none")]) == 0
    said = capsys.readouterr().out
    assert "ipc.population" in said
    assert "QANAT_KEY_IPC" in said
    assert said.splitlines()[-1] == "key missing 2; file 2"
    assert not (tmp_path / "none").exists()
    assert main(["probe", "ipc", "--home", str(tmp_path / "none"), "--json"]) == 0
    assert {one["outcome"] for one in json.loads(capsys.readouterr().out)["sources"]} == {"key missing", "file"}
