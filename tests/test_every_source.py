"""Every source: an answer of its own read into figures, all records accounted for, rows led back to the bytes they came from."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import polars as pl
import pytest

from qanat.edition.places import places
from qanat.errors import QanatError
from qanat.figures import require
from qanat.figures.words import LICENCES
from qanat.jobs.pulled import Pulled, account, read_all
from qanat.jobs.tracing import trace
from qanat.sources.known import ADAPTERS, SOURCES
from qanat.sources.request import Answer, Question
from qanat.store import Ask, Memory

NOW = datetime(2026, 11, 24, tzinfo=UTC)
# where each publisher's tests say which recorded or invented answer a source is read from
MODULES = (
    "test_abel_cohen",
    "test_detections",
    "test_eurostat",
    "test_fts",
    "test_gdacs",
    "test_hapi",
    "test_hpc",
    "test_idmc",
    "test_idmc_events",
    "test_inform",
    "test_iom_dtm",
    "test_iom_missing",
    "test_ipc",
    "test_reliefweb",
    "test_remittances",
    "test_ucdp",
    "test_unhcr_api",
    "test_unhcr_odp",
    "test_unhcr_prmn",
    "test_unhcr_reference",
    "test_unpd_files",
    "test_worldbank",
)
# tables of words and names: kept as documents, with an account of their records and no figures
NO_FIGURES = frozenset({
    "ipc.analyses", "hdx.catalogue", "iom.dtm-country-list", "iom.dtm-operation-list", "iom.hna-admin2", "unhcr.countries", "unhcr.regions", "unhcr.footnotes",
})  # fmt: skip


def _answers(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in MODULES:
        found |= getattr(import_module(f"tests.{name}"), kind, {})
    return found


RECORDED: dict[str, str] = _answers("RECORDED") | {
    "fts.clusters": "fixtures/fts/v1_flow_groupby-cluster_plan-943.json",
    "ipc.analyses": "fixtures/ipc/analyses_type-A.json",
    "hdx.catalogue": "fixtures/hdx_ckan/package_show_dtm.json",
    "iom.dtm-country-list": "fixtures/iom_dtm/v3_displacement-country-list.json",
    "iom.hna-admin2": "fixtures/iom_dtm/hna_admin2_envelope_synthetic.json",
    "iom.dtm-operation-list": "fixtures/iom_dtm/v3_displacement-operation-list.json",
    **{f"unhcr.{name}": f"fixtures/unhcr_population_api/{name}.json" for name in ("countries", "regions", "footnotes")},
}
# what an answer does not say itself and its address does
ADDRESSES = {"fts.clusters": "https://api.hpc.tools/v1/fts/flow/custom-search?groupby=cluster&planid=943&year=2020"}
SYNTHETIC: dict[str, bytes] = _answers("SYNTHETIC")


# published as it is, in thousands, in millions, in percent
SCALES = (1, 1e3, 1e6, 0.01)


def _numbers(record: object) -> list[float]:
    """Every number of a record, those in its texts too."""
    if isinstance(record, dict):
        return [number for cell in cast("dict[str, object]", record).values() for number in _numbers(cell)]
    if isinstance(record, list):
        return [number for cell in cast("list[object]", record) for number in _numbers(cell)]
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", str(record).replace(",", ""))]


def answer_of(source: str, shared: Path) -> bytes:
    return (shared / RECORDED[source]).read_bytes() if source in RECORDED else SYNTHETIC[source]


def test_every_source_has_an_answer_to_be_tested_on() -> None:
    assert set(ADAPTERS) - set(RECORDED) - set(SYNTHETIC) == set()
    assert set(RECORDED) | set(SYNTHETIC) <= set(SOURCES)


@pytest.mark.parametrize("source", sorted(ADAPTERS))
def test_an_answer_becomes_figures_that_lead_back_to_it(source: str, shared: Path) -> None:
    answer = Answer(address=ADDRESSES.get(source, "answer"), data=answer_of(source, shared), retrieved=NOW.date())
    store = Memory()
    question = Question(first=2000, last=2025)
    batch = read_all(Pulled(adapter=ADAPTERS[source], question=question, answers=(answer,)), NOW)
    assert batch is not None
    store.put(batch)
    run = account(batch, known=False)
    assert run["rows"] == run["accepted"] + run["rejected"] + run["superseded"]
    assert run["accepted"] > 0
    figures = store.get(Ask(run=run["run"]))
    assert figures.is_empty() == (source in NO_FIGURES)
    require(figures.drop("row").with_columns(row=pl.lit(None)), source, places().codes())
    for row in {0, figures.height // 2, figures.height - 1} if figures.height else ():
        traced = trace(f"{run['run']}:{row}", store)
        figure, (document,) = traced["figure"], traced["documents"]
        assert document["held"]
        assert document["passages"], f"{source}: {figure['locator']!r} leads nowhere"
        read = figure["method"] == "published" and figure["value"] is not None
        if read and figure["unit"] not in ("organisations", "events"):  # these are counted, not read
            told = [number for passage in document["passages"] for number in _numbers(json.loads(passage))]
            assert any(
                figure["value"] == pytest.approx(number * scale, abs=1e-6) for number in told for scale in SCALES
            ), f"{figure} not in {told}"


@pytest.mark.parametrize("source", sorted(ADAPTERS))
@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"   ",
        b"<html><body>busy</body></html>",
        b"{}",
        b"[]",
        b'{"error": "quota"}',
        b"\x00\x01\x02",
        b"[" * 100_000,
    ],
)
def test_what_is_no_answer_is_refused_by_every_source(source: str, bad: bytes) -> None:
    adapter = ADAPTERS[source]
    document = adapter.source.document(bad, NOW.date(), NOW.date())
    if (source, bad) == ("hdx.catalogue", b"[]"):
        assert adapter.read(bad, document).rows == 0  # a search that found no data set
        return
    with pytest.raises(QanatError):
        adapter.read(bad, document, places=places().codes())


@pytest.mark.parametrize("source", sorted(ADAPTERS))
def test_a_cut_answer_is_refused_by_every_source_of_json(source: str, shared: Path) -> None:
    whole = answer_of(source, shared)
    if whole.lstrip()[:1] not in (b"{", b"["):
        pytest.skip("not JSON: a table that ends early cannot be told from a short one")
    document = ADAPTERS[source].source.document(whole, NOW.date(), NOW.date())
    for part in (0.25, 0.5, 0.9):
        with pytest.raises(QanatError):
            ADAPTERS[source].read(whole[: int(len(whole) * part)], document, places=places().codes())


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_source_says_whose_it_is_and_on_what_terms(source: str) -> None:
    record = SOURCES[source]
    assert record.licence in LICENCES
    assert record.publisher
    assert record.credit
    assert record.terms.startswith("https://")
    assert record.url.startswith("https://")
    assert record.every > 0
    assert all(key.how and key.variable.startswith("QANAT_KEY_") for key in record.keys)
