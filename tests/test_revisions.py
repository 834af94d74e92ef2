"""Revisions: the same figure told otherwise by a later release, and what a diff makes of them."""

from __future__ import annotations

from datetime import date
from math import log

import polars as pl
import pytest

from qanat.errors import AskError, NothingFound
from qanat.jobs.diff import DiffRequest, diff
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
