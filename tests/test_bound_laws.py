"""A law of every method that adds up or compares: what it gives out as open is the same without the figures that are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.estimate.remittances import Allocation, remittances
from qanat.figures import F
from qanat.figures.licensing import may_travel
from qanat.methods import Derived
from qanat.reconcile.balance import Balancing
from qanat.reconcile.balanced import balanced
from qanat.reconcile.compared import compared
from qanat.reconcile.divided import Divided, divided
from qanat.reconcile.picture import Picture, picture
from qanat.reconcile.pictures import Pictures, pictures
from qanat.reconcile.said import spoken
from qanat.reconcile.world import world
from tests.build import figure, table

DAY: Final = date(2024, 12, 31)
TELLS: Final = ("group", "origin", "place", "start", "end", "sex", "age_from", "age_to", "counter", "facet", "method", "value", "low", "high")  # fmt: skip
WAYS: Final[dict[str, Callable[[pl.DataFrame], Derived]]] = {
    "balanced": lambda rows: balanced(rows, Balancing()),
    "divided": lambda rows: divided(rows, Divided(country="COL", day=DAY)),
    "picture": lambda rows: picture(rows, Picture(country="COL")),
    "pictures": lambda rows: pictures(rows, Pictures()),
}


@st.composite
def tables(draw: st.DrawFn) -> pl.DataFrame:
    """Displaced people in Colombia by up to three counters in up to three years, some by sex; hosted people by origin; the
    population: each document open or bound."""
    rows: list[dict[str, object]] = []
    for counter in ("unhcr", "idmc", "iom"):
        for year in (2022, 2023, 2024):
            if draw(st.booleans()):
                rows += _stock(draw, counter, year, {"group": "idps", "origin": "COL"})
    for origin in ("VEN", "ECU"):
        if draw(st.booleans()):
            rows += _stock(draw, "unhcr", 2024, {"group": "refugees", "origin": origin})
    if draw(st.booleans()):
        rows += _stock(draw, "unpd", 2024, {"group": "people", "origin": None})
    return table(*(row | {"run": "r", "row": at} for at, row in enumerate(rows)))


def _stock(draw: st.DrawFn, counter: str, year: int, who: dict[str, Any]) -> list[dict[str, object]]:
    """A total and, maybe, its women and men, on one day and on terms of one document."""
    many = draw(st.integers(10, 5_000))
    day, bound = date(year, 12, 31), draw(st.booleans())
    same = {"counter": counter, "start": day, "end": day, "licence": "IOM-DTM" if bound else "CC-BY-4.0", "source": f"{counter}.x@2026-06-01", **who}  # fmt: skip
    rows = [figure(**same, value=float(many))]
    if draw(st.booleans()):
        women = draw(st.integers(1, many))
        rows += [figure(**same, sex="female", value=float(women)), figure(**same, sex="male", value=float(many - women + draw(st.sampled_from([0, 0, 7]))))]  # fmt: skip
    return rows


def told(found: Derived) -> set[tuple[object, ...]]:
    """What is open of the figures that were computed: whom and when they are about, and the numbers."""
    computed = F.locator.fill_null("") != "as published"  # a figure that a balance leaves as it was is its publisher's
    rows = found.figures.filter(may_travel() & computed).with_columns(pl.col("value", "low", "high").round(6))
    return set(rows.select(TELLS).rows())


@pytest.mark.parametrize("method", WAYS)
@given(rows=tables())
@settings(max_examples=25)
def test_what_is_open_is_the_same_without_what_is_bound(method: str, rows: pl.DataFrame) -> None:
    way = WAYS[method]
    assert told(way(rows)) <= told(way(rows.filter(may_travel())))


def test_the_world_s_sum_of_a_counter_keeps_the_condition_of_any_country_s_figure() -> None:
    day, shared = {"start": DAY, "end": DAY, "group": "idps"}, "CC-BY-NC-SA-3.0-IGO"
    rows = table(
        figure(**day, origin="COL", value=10.0, run="r", row=0), figure(**day, origin="PER", place="PER", value=20.0, licence=shared, run="r", row=1)
    )  # fmt: skip
    countries = [compared(spoken(part), "idps", 2024) for part in rows.partition_by("place")]
    found = world([one for one in countries if one is not None])
    assert found is not None
    assert [(one.value, one.licence) for one in found.figures] == [(30.0, shared)]


def test_money_spread_over_corridors_travels_as_far_as_the_strictest_stock_or_income() -> None:
    year = {"start": date(2021, 1, 1), "end": date(2022, 1, 1)}
    money = {"group": "money", "counter": "worldbank", "origin": None, **year}
    rows = table(
        figure(**money, measure="remittances", unit="USD", place="COL", value=1000.0, source="z@2026-06-01", run="r", row=0),
        figure(group="migrants", counter="unpd", origin="COL", place="PER", start=date(2020, 7, 1), end=date(2020, 7, 1), value=50.0, licence="private", run="r", row=1),
        figure(**money, measure="income", unit="intl-USD-2017", place="PER", value=3000.0, run="r", row=2),
    )  # fmt: skip
    made = remittances(rows, Allocation(year=2021)).figures
    assert made.height
    assert set(made.get_column("licence")) == {"private"}
