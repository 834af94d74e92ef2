"""People killed by country, month and type, from UCDP's events."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.figures import SCHEMA, F, require
from qanat.methods import LINEAGE
from qanat.reconcile.monthly_deaths import MONTHLY_DEATHS, MonthlyDeaths, monthly_deaths
from qanat.sources import ucdp
from tests.build import figure, table
from tests.reading import paper

ALL: Final = MonthlyDeaths()


def killed(event: str, value: float | None, kind: str = "1", **given: object) -> dict[str, object]:
    """People killed in one event, on 10 May 2024 in Sudan but for what is given."""
    return figure(
        group="dead", measure="flow", origin=None, place="SDN", start=date(2024, 5, 10), end=date(2024, 5, 11), known=date(2025, 6, 1),
        counter="ucdp", facet=f"event={event};type={kind}", value=value, run="a", row=0, source="ucdp.ged@2025-06-01",
        status="counted" if value is not None else "not_counted",
    ) | given  # fmt: skip


def deaths(*rows: dict[str, object]) -> pl.DataFrame:
    numbered = [row | {"row": at} for at, row in enumerate(rows)]
    return require(monthly_deaths(table(*numbered), ALL).figures)


def told(made: pl.DataFrame) -> dict[tuple[str, int, str | None], float]:
    """Values by place, month and facet."""
    rows = made.select("place", F.start.dt.month(), "facet", "value").iter_rows()
    return {(place, month, facet): value for place, month, facet, value in rows}


def test_events_of_a_country_and_month_are_added_up_in_all_and_by_type() -> None:
    made = deaths(killed("1", 7), killed("2", 5), killed("3", 2, "3"), killed("4", 1, place="TCD"))
    assert told(made) == {
        ("SDN", 5, None): 14, ("SDN", 5, "type=1"): 12, ("SDN", 5, "type=3"): 2, ("TCD", 5, None): 1, ("TCD", 5, "type=1"): 1,
    }  # fmt: skip
    assert set(made.get_column("method")) == {"reconcile.monthly_deaths@1"}
    assert set(made.select(F.start, F.end).rows()) == {(date(2024, 5, 1), date(2024, 6, 1))}


def test_an_event_over_the_end_of_a_month_is_split_by_its_days_to_the_person() -> None:
    made = deaths(killed("1", 7, start=date(2024, 5, 30), end=date(2024, 6, 3), low=5, high=12, level=1))
    assert told(made)["SDN", 5, None] == 3  # floor(2 x 7 / 4) of the first two of four days
    assert told(made)["SDN", 6, None] == 4
    bounds = made.filter(F.facet.is_null()).sort("start").select("low", "high", "level").rows()
    assert bounds == [(2, 6, 1), (3, 6, 1)]  # floor(2 x 5 / 4) = 2 and the rest; floor(2 x 12 / 4) = 6 and the rest


def test_civilians_stand_beside_everyone_killed_and_are_not_added_to_them() -> None:
    made = deaths(killed("1", 7), killed("1", 3, facet="event=1;killed=civilians;type=1"))
    assert told(made) == {
        ("SDN", 5, None): 7, ("SDN", 5, "type=1"): 7, ("SDN", 5, "killed=civilians"): 3, ("SDN", 5, "killed=civilians;type=1"): 3,
    }  # fmt: skip


def test_a_later_version_of_an_event_replaces_the_earlier_one_even_where_its_day_or_type_changed() -> None:
    later = killed(
        "1", 9, "3", known=date(2026, 6, 1), start=date(2024, 7, 1), end=date(2024, 7, 2), source="ucdp.ged@2026-06-01"
    )
    assert told(deaths(killed("1", 7), later)) == {("SDN", 7, None): 9, ("SDN", 7, "type=3"): 9}
    by_then = monthly_deaths(table(killed("1", 7), later | {"row": 1}), MonthlyDeaths(known_by=date(2025, 12, 31)))
    assert told(by_then.figures)["SDN", 5, None] == 7


def test_candidate_events_give_way_to_the_yearly_release_of_their_country_and_year() -> None:
    candidate = killed("8", 4, status="provisional", source="ucdp.candidate@2024-06-20", known=date(2024, 6, 20))
    newer = candidate | {"facet": "event=9;type=1", "start": date(2025, 2, 1), "end": date(2025, 2, 2)}
    made = deaths(killed("1", 7), candidate, newer)
    assert told(made) == {("SDN", 5, None): 7, ("SDN", 5, "type=1"): 7, ("SDN", 2, None): 4, ("SDN", 2, "type=1"): 4}
    assert made.filter(F.start == date(2025, 2, 1)).get_column("status").to_list() == ["provisional", "provisional"]


def test_bounds_are_added_where_one_event_has_them_and_null_where_none_has() -> None:
    bounded = deaths(killed("1", 7, low=5, high=12, level=1), killed("2", 5)).filter(F.facet.is_null())
    assert bounded.select("low", "value", "high").row(0) == (10, 12, 17)
    assert deaths(killed("2", 5)).get_column("low").null_count() == 2


def test_an_event_whose_number_is_not_known_gives_nothing_and_other_figures_are_left_alone() -> None:
    assert deaths(killed("1", None), killed("2", 3, group="refugees")).is_empty()
    assert deaths().is_empty()
    assert deaths().schema == SCHEMA


def test_every_figure_says_which_events_it_came_from() -> None:
    rows = [killed("1", 7) | {"row": 0}, killed("2", 5, "2") | {"row": 1}]
    derived = monthly_deaths(table(*rows), ALL)
    assert derived.lineage.schema == LINEAGE
    sizes = derived.lineage.group_by("row").len().sort("row").get_column("len").to_list()
    assert (derived.figures.get_column("facet").to_list(), sizes) == ([None, "type=1", "type=2"], [2, 1, 1])
    assert derived.figures.get_column("locator").to_list() == ["sum of 2 events", "sum of 1 events", "sum of 1 events"]


def test_neither_the_order_of_events_nor_running_twice_changes_anything() -> None:
    rows = [killed(str(at), at, start=date(2024, 5, 20), end=date(2024, 6, 1 + at), row=at) for at in range(1, 9)]
    frame = table(*rows)
    before = frame.clone()
    one, other = monthly_deaths(frame, ALL), monthly_deaths(frame.reverse(), ALL)
    assert frame.equals(before)
    assert one.figures.equals(other.figures)
    assert one.lineage.sort("row", "input_row").equals(other.lineage.sort("row", "input_row"))


@given(st.integers(0, 10_000), st.integers(1, 400), st.integers(0, 365))
def test_the_months_of_an_event_add_up_to_its_deaths(value: int, days: int, offset: int) -> None:
    start = date(2023, 1, 1) + timedelta(days=offset)
    made = deaths(
        killed("1", value, start=start, end=start + timedelta(days=days), low=value // 2, high=2 * value, level=1)
    )
    whole = made.filter(F.facet.is_null())
    assert whole.select(F.value.sum()).item() == value
    assert whole.filter(~F.value.is_between(F.low, F.high)).is_empty()


def test_the_recorded_events_of_bangladesh_add_up(shared: Path) -> None:
    data = (shared / "fixtures/ucdp/conflict_data_BGD.csv").read_bytes()
    reading = ucdp.bulk(data, paper(ucdp.BULK, data))
    run = reading.figures.with_columns(run=pl.lit("a"), row=pl.int_range(pl.len(), dtype=pl.UInt32))
    made = require(monthly_deaths(run, ALL).figures)
    march = made.filter(F.start == date(1991, 3, 1), F.facet == "type=1")
    assert march.select("value", "locator").row(0) == (3, "sum of 2 events")  # events 73641 (1) and 73665 (2)
    assert made.filter(F.facet.is_null()).select(F.value.sum()).item() == 26


def test_the_method_carries_its_card() -> None:
    assert (MONTHLY_DEATHS.name, MONTHLY_DEATHS.reads, MONTHLY_DEATHS.writes) == (
        "reconcile.monthly_deaths@1",
        "published",
        "reconciled",
    )
    assert "Sundberg" in MONTHLY_DEATHS.paper
    with pytest.raises(TypeError):
        MonthlyDeaths(date(2024, 1, 1))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
