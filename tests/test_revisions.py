"""Revisions: the same figure told otherwise by a later release, and what a diff makes of them."""

from __future__ import annotations

from datetime import date
from math import log

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.errors import AskError, NothingFound
from qanat.jobs.diff import DiffRequest, diff
from qanat.reconcile.movements import movements
from qanat.reconcile.revisions import largest, revisions, summed
from qanat.store import Memory
from tests.build import batch, figure, table

THEN, LATER = date(2025, 5, 13), date(2026, 5, 12)
END = date(2021, 12, 31)


def congo(value: float | None, known: date, **given: object) -> dict[str, object]:
    """IDMC's count of people displaced inside Congo at the end of 2021: 57,072 in one release, 134,430 in a later one."""
    status = "counted" if value is not None else "not_counted"
    base = {
        "group": "idps",
        "origin": "COG",
        "place": "COG",
        "start": END,
        "end": END,
        "counter": "idmc",
        "source": f"idmc.gidd@{known}",
    }
    return figure(value=value, known=known, status=status, **(base | given))


def test_a_figure_told_otherwise_is_a_revision_with_its_size() -> None:
    found = revisions(table(congo(57_072, THEN)), table(congo(134_430, LATER)))
    assert found.select("kind", "before", "after", "change").rows() == [("revised", 57_072, 134_430, 77_358)]
    assert found.item(0, "log_change") == pytest.approx(log(134_430 / 57_072))


def test_another_year_is_new_and_no_revision() -> None:
    next_year = date(2022, 12, 31)
    found = revisions(
        table(congo(1.0, THEN)), table(congo(1.0, LATER), congo(2.0, LATER, start=next_year, end=next_year))
    )
    assert sorted(found.get_column("kind").cast(pl.String)) == ["new", "same"]


def test_a_count_that_was_none_before_is_a_revision_without_a_size() -> None:
    found = revisions(table(congo(None, THEN)), table(congo(5.0, LATER)))
    assert found.select("kind", "before", "after", "change", "log_change").rows() == [
        ("revised", None, 5.0, None, None)
    ]


def test_a_figure_that_is_there_no_longer_is_gone() -> None:
    found = revisions(table(congo(57_072, THEN)), table(congo(1.0, LATER, place="COD", origin="COD")))
    assert sorted(found.get_column("kind").cast(pl.String)) == ["gone", "new"]


def test_the_largest_change_either_way_comes_first() -> None:
    before = table(*(congo(100.0, THEN, place=code, origin=code) for code in ("AGO", "BDI", "CMR")))
    after = table(
        congo(150.0, LATER, place="AGO", origin="AGO"),
        congo(20.0, LATER, place="BDI", origin="BDI"),
        congo(100.0, LATER, place="CMR", origin="CMR"),
    )
    found = revisions(before, after)
    assert largest(found, 5).get_column("place").to_list() == ["BDI", "AGO"]
    assert summed(found).select("revised", "same", "before", "after").rows() == [(2, 1, 200.0, 170.0)]


def store() -> Memory:
    kept = Memory()
    kept.put(batch("then", congo(57_072, THEN)))
    kept.put(batch("later", congo(134_430, LATER), congo(9.0, LATER, start=date(2025, 12, 31), end=date(2025, 12, 31))))
    return kept


def test_a_diff_between_two_days_cites_both_vintages() -> None:
    found = diff(
        DiffRequest(first=date(2025, 12, 31), last=date(2026, 12, 31), country="Congo (COG)", group="idps"), store()
    )
    assert (found["revised"], found["recorded"], found["new"], found["same"]) == (1, 1, 1, 0)
    (one,) = found["revisions"]
    assert (one["before"], one["after"], one["cite_before"], one["cite_after"]) == (
        57_072,
        134_430,
        "then:0",
        "later:0",
    )
    assert found["by_year"][0]["year"] == 2021


def test_between_two_days_without_a_release_nothing_was_revised() -> None:
    found = diff(DiffRequest(first=date(2025, 6, 1), last=date(2025, 12, 31)), store())
    assert (found["revised"], found["new"], found["same"]) == (0, 0, 1)


def test_days_in_the_wrong_order_and_days_before_everything() -> None:
    with pytest.raises(AskError, match="--from 2026-01-01 is not before --to 2025-01-01"):
        diff(DiffRequest(first=date(2026, 1, 1), last=date(2025, 1, 1)), store())
    with pytest.raises(NothingFound, match="nothing that fits was known by 2001-01-01"):
        diff(DiffRequest(first=date(2000, 1, 1), last=date(2001, 1, 1)), store())


def test_revision_and_change_between_two_days_are_told_apart_and_add_up() -> None:
    """IDMC on Congo, by hand: 57,072 at the end of 2021 as known then, 134,430 as known now, 9 at the end of 2025."""
    (one,) = diff(
        DiffRequest(first=date(2025, 12, 31), last=date(2026, 12, 31), country="Congo (COG)", group="idps"), store()
    )["movements"]
    assert (one["end_then"], one["then"]) == ("2021-12-31", 57_072)
    assert (one["revision"], one["change"]) == (134_430 - 57_072, 9 - 134_430)
    assert (one["end_now"], one["now"], one["view"]) == ("2025-12-31", 9, "inside")
    assert one["then"] + one["revision"] + one["change"] == one["now"]


def test_a_revision_alone_is_no_change_and_a_new_year_alone_no_revision() -> None:
    year = {"start": date(2022, 12, 31), "end": date(2022, 12, 31)}
    revised = movements(table(congo(5.0, THEN)), table(congo(7.0, LATER)))
    changed = movements(table(congo(5.0, THEN)), table(congo(5.0, THEN), congo(7.0, LATER, **year)))
    assert revised.select("revision", "change").rows() == [(2.0, 0.0)]
    assert changed.select("revision", "change").rows() == [(0.0, 2.0)]


def test_a_series_known_on_one_day_only_has_no_size() -> None:
    new = movements(table(), table(congo(5.0, THEN)))
    gone = movements(table(congo(5.0, THEN)), table())
    taken_back = movements(table(congo(5.0, THEN)), table(congo(None, LATER)))
    told = ["then", "revision", "change", "now"]
    assert new.select(told).rows() == [(None, None, None, 5.0)]
    assert gone.select(told).rows() == taken_back.select(told).rows() == [(5.0, None, None, None)]


@given(values=st.lists(st.tuples(*[st.integers(0, 10**9)] * 3), min_size=1, max_size=5))
def test_then_revision_and_change_always_make_now(values: list[tuple[int, int, int]]) -> None:
    year = {"start": date(2022, 12, 31), "end": date(2022, 12, 31)}
    codes = ["AGO", "BDI", "CMR", "COD", "TCD"]
    then, now = list[dict[str, object]](), list[dict[str, object]]()
    for code, (first, again, last) in zip(codes, values, strict=False):
        then.append(congo(float(first), THEN, place=code, origin=code))
        now.append(congo(float(again), LATER, place=code, origin=code))
        now.append(congo(float(last), LATER, place=code, origin=code, **year))
    found = movements(table(*then), table(*now))
    assert found.select((pl.col("then") + pl.col("revision") + pl.col("change") == pl.col("now")).all()).item()
