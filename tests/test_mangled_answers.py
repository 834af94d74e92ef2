"""Whatever becomes of an answer on its way, it is read soundly or refused with an error that a person can act on."""

from __future__ import annotations

import copy
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qanat.errors import QanatError
from qanat.figures import require
from qanat.sources import (
    detections,
    eurostat,
    fts,
    gdacs,
    hapi,
    hdx,
    hpc,
    inform,
    ipc,
    reliefweb,
    remittances,
    ucdp,
    unpd_csv,
    unpd_stock,
    worldbank,
    worldbank_table,
)
from qanat.sources.record import Adapter
from tests import (
    test_detections,
    test_eurostat,
    test_fts,
    test_gdacs,
    test_hapi,
    test_hpc,
    test_inform,
    test_ipc,
    test_reliefweb,
    test_remittances,
    test_ucdp,
    test_unpd_files,
    test_worldbank,
)
from tests.reading import paper

Step = str | int
RECORDED = {
    **test_detections.RECORDED, **test_remittances.RECORDED, **test_ucdp.RECORDED, **test_worldbank.RECORDED,
    **test_fts.RECORDED, **test_gdacs.RECORDED, **test_hapi.RECORDED, **test_hpc.RECORDED, **test_inform.RECORDED, **test_ipc.RECORDED,
    "hdx.catalogue": "fixtures/hdx_ckan/package_show_dtm.json",
}  # fmt: skip
SYNTHETIC = {
    **test_hapi.SYNTHETIC, **test_gdacs.SYNTHETIC, **test_reliefweb.SYNTHETIC, **test_eurostat.SYNTHETIC, **test_ucdp.SYNTHETIC,
    **test_unpd_files.SYNTHETIC,
}  # fmt: skip
MODULES = (
    detections, eurostat, fts, gdacs, hapi, hdx, hpc, inform, ipc, reliefweb, remittances, ucdp, unpd_csv, unpd_stock, worldbank, worldbank_table,
)  # fmt: skip
ADAPTERS = {adapter.source.id: adapter for module in MODULES for adapter in module.ADAPTERS}
HALF = "cut here \ud83d"  # the first half of a character that takes two, as a service that cuts texts sends it
ODD: tuple[Any, ...] = (None, "", "-", -1, 0.5, "x", [], {}, [1], True, "12", {"a": 1}, HALF, 10**400, float("inf"))
_FEW = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def answer(shared: Path, name: str) -> bytes:
    return SYNTHETIC[name] if name in SYNTHETIC else (shared / RECORDED[name]).read_bytes()


def sound(adapter: Adapter, data: bytes) -> None:
    """Reads the bytes to figures that keep the house's rules, every record accounted for, or raises a QanatError."""
    try:
        reading = adapter.read(data, paper(adapter.source, data))
    except QanatError as refused:
        assert adapter.source.id in str(refused)  # noqa: PT017 - sound or refused, both will do
        return
    require(reading.figures)
    assert 0 <= reading.accepted <= reading.rows


@pytest.mark.parametrize("name", sorted(RECORDED | dict.fromkeys(SYNTHETIC, "")))
@_FEW
@given(share=st.floats(0, 1))
def test_an_answer_cut_anywhere_is_sound_or_refused(shared: Path, name: str, share: float) -> None:
    data = answer(shared, name)
    sound(ADAPTERS[name], data[: int(share * len(data))])


@pytest.mark.parametrize("name", sorted(RECORDED | dict.fromkeys(SYNTHETIC, "")))
@_FEW
@given(choice=st.data())
def test_an_answer_with_an_odd_value_is_sound_or_refused(shared: Path, name: str, choice: st.DataObject) -> None:
    data = answer(shared, name)
    if data.lstrip()[:1] not in (b"{", b"["):
        return
    content = copy.deepcopy(json.loads(data))
    path = choice.draw(st.sampled_from(_paths(content)))
    holder = content
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = choice.draw(st.sampled_from(ODD))
    sound(ADAPTERS[name], json.dumps(content).encode())


@pytest.mark.parametrize("name", sorted(RECORDED | dict.fromkeys(SYNTHETIC, "")))
def test_texts_that_end_in_half_a_character_are_sound_or_refused(shared: Path, name: str) -> None:
    data = answer(shared, name)
    if data.lstrip()[:1] in (b"{", b"["):
        sound(ADAPTERS[name], json.dumps(_halved(json.loads(data))).encode())


KINDS: tuple[pl.Series, ...] = (
    pl.Series([None]), pl.Series([[1]]), pl.Series([True]), pl.Series([date(2024, 1, 1)]), pl.Series([Decimal("1.5")]), pl.Series([-1]), pl.Series(["x"]),
)  # fmt: skip


@pytest.mark.parametrize("name", sorted(name for name, file in RECORDED.items() if file.endswith(".parquet")))
def test_a_table_with_a_column_of_another_kind_is_sound_or_refused(shared: Path, name: str) -> None:
    table = pl.read_parquet(io.BytesIO(answer(shared, name))).head(3)
    for column in table.columns:
        for kind in KINDS:
            file = io.BytesIO()
            table.with_columns(kind.new_from_index(0, table.height).alias(column)).write_parquet(file)
            sound(ADAPTERS[name], file.getvalue())


def _halved(content: object) -> object:
    """The same with every name of something (not a code, date or word of a list) ending in half a character."""
    if isinstance(content, dict):
        told = cast("dict[str, object]", content)
        return {
            key: f"{one}\ud83d" if "name" in key.lower() and isinstance(one, str) else _halved(one)
            for key, one in told.items()
        }
    return [_halved(one) for one in cast("list[object]", content)] if isinstance(content, list) else content


def _paths(content: object, lead: tuple[Step, ...] = ()) -> list[tuple[Step, ...]]:
    """The way to every value of parsed JSON."""
    inside: list[tuple[Step, object]] = []
    if isinstance(content, dict):
        inside = list(cast("dict[Step, object]", content).items())
    elif isinstance(content, list):
        inside = list(enumerate(cast("list[object]", content)))
    return [way for step, value in inside for way in ((*lead, step), *_paths(value, (*lead, step)))]
