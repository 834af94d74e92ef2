"""A figure's canonical row: the same bytes for ever, and other bytes for any other figure."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.errors import FigureError
from qanat.figures import SCHEMA
from qanat.register.rows import LARGEST, canonical, leaves
from qanat.verify import FIELDS, Unsound
from qanat.verify import figure as told_of
from tests.build import figure, table


def row(**given: object) -> str:
    (one,) = canonical(table(figure(**given)))
    return str(one)


def test_a_row_is_written_down_as_the_house_says() -> None:
    assert row(value=0.25, low=-3.5, facet="é=1") == (
        "14:qanat.figure/1,9:published,5:stock,6:people,8:refugees,3:VEN,3:COL,-,10:2025-12-31,10:2025-12-31,10:2026-06-01,5:unhcr,"
        "-,3:all,1:0,-,4:é=1,8:0.250000,9:-3.500000,-,-,7:counted,27:unhcr.population@2026-06-01,-,9:CC-BY-4.0,9:published,"
    )


def test_every_column_but_run_and_row_is_in_it_in_the_order_of_the_house() -> None:
    assert (*FIELDS, "run", "row") == tuple(SCHEMA)
    assert leaves(table(figure(run="a", row=1))) == leaves(table(figure(run="b", row=2)))


VALUES: dict[str, object] = {
    "stage": "reconciled", "measure": "flow", "unit": "cases", "group": "idps", "origin": None, "place": "PER", "via": "ECU",
    "start": date(2024, 1, 1), "end": date(2026, 1, 1), "known": date(2026, 6, 2), "counter": "iom", "basis": "survey", "sex": "female",
    "age_from": 5, "age_to": 12, "facet": "x=1", "value": 100.000001, "low": 1.0, "high": 101.0, "level": 0.9, "status": "estimated",
    "source": "other", "locator": "A1", "licence": "MIT", "method": "other@1",
}  # fmt: skip


@pytest.mark.parametrize("column", FIELDS)
def test_another_value_in_any_column_is_another_leaf(column: str) -> None:
    assert leaves(table(figure())) != leaves(table(figure(**{column: VALUES[column]})))


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, "0"), (-0.0, "0"), (7.0, "7"), (0.000001, "0.000001"), (-12.5, "-12.500000"), (8.5e12, "8500000000000"), (9.007e15, "9007000000000000"), (None, None)],
)  # fmt: skip
def test_numbers_are_decimal_and_null_is_not_zero(value: float | None, written: str | None) -> None:
    assert told_of(row(value=value, status="provisional").encode())["value"] == written


@given(st.floats(-1e15, 1e15).map(lambda number: round(number, 6)))
def test_a_number_comes_back_as_it_was(number: float) -> None:
    written = told_of(row(measure="net-flow", value=number).encode())["value"]
    assert written is not None
    assert float(written) == pytest.approx(number, abs=5e-7, rel=0)


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, -0.0, 5.0, 0.25, -3.5, 7e12]), st.sampled_from([None, "a=1", "é=1"]), st.booleans()),
        max_size=6,
    )
)  # fmt: skip
def test_a_row_is_the_same_alone_and_among_others(told: list[tuple[float, str | None, bool]]) -> None:
    """What all rows of a table share is written once; the bytes must not show it."""
    rows = [
        figure(measure="net-flow", value=value, low=value if same else None, level=1.0 if same else None, facet=cut, via=None if same else "PER")
        for value, cut, same in told
    ]  # fmt: skip
    alone = [text for one in rows for text in canonical(table(one))]
    assert canonical(table(*rows)).to_list() == alone if rows else canonical(table().clear()).is_empty()


@given(st.text(min_size=1), st.text())
def test_no_text_can_pretend_to_be_two_columns(source: str, locator: str) -> None:
    told = told_of(row(source=source, locator=locator).encode())
    assert (told["source"], told["locator"]) == (source, locator)


def test_a_file_written_by_any_writer_gives_the_same_leaves() -> None:
    figures = table(
        figure(), figure(place="PER", value=None, status="not_counted"), figure(sex="unknown", age_from=None)
    )
    words = figures.with_columns(pl.col(n).cast(pl.String) for n, dtype in SCHEMA.items() if isinstance(dtype, pl.Enum))
    ways: tuple[Callable[[io.BytesIO], object], ...] = (
        lambda stream: words.write_parquet(stream, compression="snappy", row_group_size=1),
        lambda stream: words.write_parquet(stream, compression="zstd", statistics=False),
    )
    for write in ways:
        stream = io.BytesIO()
        write(stream)
        assert leaves(pl.read_parquet(stream.getvalue())) == leaves(figures)


def test_a_number_too_large_to_be_written_is_refused() -> None:
    with pytest.raises(FigureError, match="largest number the register can write"):
        canonical(table(figure(value=LARGEST * 10)))


@pytest.mark.parametrize(
    "bad", ["", "14:qanat.figure/1,", row() + "1:a,", row()[:-1], row().replace("5:stock", "05:stock"), row().replace("5:stock", "6:stock")]
)  # fmt: skip
def test_other_bytes_are_no_canonical_row(bad: str) -> None:
    with pytest.raises(Unsound, match="no canonical row"):
        told_of(bad.encode())
