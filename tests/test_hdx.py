"""HDX's catalogue: datasets with their terms, dates, freshness and files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qanat.errors import AskError, SourceError
from qanat.figures.words import LICENCES
from qanat.sources.hdx import CATALOGUE, ask, catalogue, datasets, following, resource
from qanat.sources.hdx_dataset import LICENCES as IDS
from qanat.sources.hdx_dataset import Dataset, licence
from qanat.sources.pages import joined
from qanat.sources.request import Question
from tests.reading import paper

FOLDER = "fixtures/hdx_ckan"


def recorded(shared: Path, name: str) -> Dataset:
    (found,) = datasets((shared / FOLDER / f"package_show_{name}.json").read_bytes())
    return found


def record(**cells: object) -> dict[str, Any]:
    file = {
        "id": "f1",
        "name": "data.csv",
        "format": "CSV",
        "url": "https://data.humdata.org/data.csv",
        "hash": "",
        "p_coded": "true",
    }
    return {
        "name": "a-set", "title": "A set", "license_id": "cc-by", "dataset_date": "[2020-01-01T00:00:00 TO *]", "resources": [file],
        "groups": [{"name": "sdn"}, {"name": "world"}], "tags": [], "data_update_frequency": "30",
    } | cells  # fmt: skip


def one(**cells: object) -> Dataset:
    (found,) = datasets(json.dumps(record(**cells)).encode())
    return found


def test_sudans_needs_are_of_2015_to_2024_renewed_every_year_and_cc_by(shared: Path) -> None:
    needs = recorded(shared, "sudan_hno")
    assert (needs.name, needs.title) == ("sudan-humanitarian-needs", "Sudan: Humanitarian Needs")
    assert (needs.first, needs.last, needs.every, needs.licence) == (
        date(2015, 1, 1),
        date(2024, 12, 31),
        365,
        "CC-BY-4.0",
    )
    assert (needs.publisher, needs.source) == (
        "OCHA Humanitarian Programme Cycle Tools (HPC Tools)",
        "Humanitarian partners",
    )
    assert (needs.countries, needs.updated, needs.due) == (("SDN",), date(2023, 12, 22), date(2024, 12, 21))
    assert "HPC tools API" in (needs.caveats or "")
    assert (needs.methodology or "").startswith("Cluster methodologies")


def test_ioms_other_licence_is_read_by_its_text(shared: Path) -> None:
    tracked = recorded(shared, "dtm")
    assert (tracked.licence, tracked.every) == ("IOM-DTM", 7)
    assert "non-commercial use only" in (tracked.terms or "")
    assert not LICENCES[tracked.licence].may_redistribute


def test_an_other_licence_of_somebody_else_does_not_travel_and_none_at_all_is_unstated() -> None:
    assert licence("hdx-other", "Ask the ministry before use") == "publisher-terms"
    assert licence("hdx-other", None) == licence("hdx-other", "") == "unstated"
    assert licence("hdx-multi", "CC BY, and IOM's terms for the rest") == "publisher-terms"
    assert licence("cc-by-nd", None) == licence(None, None) == "unstated"


def test_every_licence_id_is_a_word_of_the_house() -> None:
    assert set(IDS.values()) <= set(LICENCES)
    assert one(license_id="cc-by-igo").licence == "CC-BY-3.0-IGO"
    assert LICENCES[one(license_id="odc-odbl").licence].condition == "share alike"


@pytest.mark.parametrize(
    ("told", "days"), [("0", 0), ("-1", None), ("-2", None), ("365", 365), (None, None), ("", None)]
)
def test_a_frequency_is_live_never_or_days(told: str | None, days: int | None) -> None:
    assert one(data_update_frequency=told).every == days


def test_data_that_go_on_have_no_last_day() -> None:
    going = one()
    assert (going.first, going.last) == (date(2020, 1, 1), None)
    assert (one(dataset_date="").first, one(dataset_date=None).last) == (None, None)


def test_groups_are_countries_and_the_world() -> None:
    assert one().countries == ("SDN", "WLD")


def test_files_say_when_they_changed_and_whether_they_carry_p_codes(shared: Path) -> None:
    file, *_ = recorded(shared, "dtm").files
    assert file.url.startswith("https://data.humdata.org/")
    assert file.updated is not None
    made = one().files[0]
    assert (made.format, made.hash, made.p_coded, made.updated) == ("CSV", None, True, None)


def test_a_dataset_is_late_when_the_day_hdx_expected_it_has_passed() -> None:
    due = one(due_date="2025-02-09T11:26:42", last_modified="2025-02-02T11:26:42")
    assert due.late(date(2025, 2, 10))
    assert not due.late(date(2025, 2, 9))
    assert not one().late(date(2030, 1, 1))  # nobody expects anything


def test_answers_with_and_without_envelope_and_joined_read_alike() -> None:
    bare = json.dumps(record()).encode()
    shown = json.dumps({"help": "", "success": True, "result": record()}).encode()
    searched = json.dumps({"success": True, "result": {"count": 1, "results": [record()]}}).encode()
    assert datasets(bare) == datasets(shown) == datasets(searched)
    assert len(datasets(joined([searched, searched]))) == 2


def test_the_catalogue_gives_no_figures_and_tells_who_is_late(shared: Path) -> None:
    data = (shared / FOLDER / "package_show_dtm.json").read_bytes()
    reading = catalogue(data, paper(CATALOGUE, data))
    assert (reading.figures.height, reading.rows, reading.accepted) == (0, 1, 1)
    assert reading.notes == (
        "1 dataset, no figures; `qanat listed hdx.catalogue` shows them",
        "global-iom-dtm-from-api: was to be updated by 2025-02-09, last changed 2025-02-02",
    )


def test_a_file_is_asked_for_by_name_or_format() -> None:
    files = [{"id": str(n), "name": f"{n}.csv", "format": kind, "url": f"https://data.humdata.org/{n}"} for n, kind in enumerate(("csv", "CSV", "XLSX"))]  # fmt: skip
    several = one(resources=files)
    assert resource(several, "1.csv").address == "https://data.humdata.org/1"
    assert resource(several, kind="XLSX").address == "https://data.humdata.org/2"
    with pytest.raises(AskError, match=r"2 files fit CSV; there are: 0.csv \(CSV\); 1.csv \(CSV\)"):
        resource(several, kind="CSV")
    with pytest.raises(AskError, match=r"0 files fit 3.csv.*did you mean"):
        resource(several, "3.csv")


def test_a_file_at_no_https_address_is_not_fetched() -> None:
    odd = one(resources=[{"id": "1", "name": "a", "format": "CSV", "url": "file:///etc/passwd"}])
    with pytest.raises(AskError, match="no https address"):
        resource(odd)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            b'{"success": false, "error": {"message": "Not found", "__type": "Not Found Error"}}',
            "HDX says it failed: Not found",
        ),
        (
            b'{"success": true, "result": {"id": "1"}}',
            "has no name, no title, no license_id, no dataset_date, no resources",
        ),
        (b'{"success": true, "res', "is cut off"),
        (b"<html>", "is a web page"),
        (b"[1]", "no dataset"),
    ],
)
def test_what_is_no_answer_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        datasets(data)


def test_a_countrys_datasets_are_searched_by_its_group_and_paged() -> None:
    (first,) = ask(CATALOGUE, Question(first=2024, last=2024, country="SDN"))
    assert first.url == "https://data.humdata.org/api/3/action/package_search"
    assert first.params == {"q": "", "fq": "groups:sdn", "rows": "100", "start": "0"}
    second = following(first, json.dumps({"result": {"count": 3, "results": [record(), record()]}}).encode())
    assert second is not None
    assert second.params["start"] == "2"
    assert following(second, json.dumps({"result": {"count": 3, "results": [record()]}}).encode()) is None


def test_one_dataset_is_shown_by_its_name() -> None:
    (request,) = ask(CATALOGUE, Question(first=2024, last=2024, part="sudan-humanitarian-needs"))
    assert request.address == "https://data.humdata.org/api/3/action/package_show?id=sudan-humanitarian-needs"
    assert following(request, b"{}") is None
    with pytest.raises(AskError, match="a country, or for one dataset"):
        ask(CATALOGUE, Question(first=2024, last=2024))
