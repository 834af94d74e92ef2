"""Events spread over their days and added up by month: worked by hand, and what holds for any events."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.figures import F, Stage, require
from qanat.reconcile.spread import SPREAD, Spread, spread
from tests.build import figure, table


def event(name: int, value: float | None, first: date, last: date, **more: object) -> dict[str, object]:
    """An event of conflict in India that IDMC reported, from its first to its last day."""
    base: dict[str, object] = {
        "measure": "flow", "unit": "movements", "group": "idps-new", "origin": "IND", "place": "IND", "start": first,
        "end": last + timedelta(days=1), "counter": "idmc", "facet": f"event={name}", "value": value,
        "status": "not_counted" if value is None else "provisional", "source": "idmc.idu@2026-06-01", "run": "r", "row": name,
    }  # fmt: skip
    return figure(**(base | more))


def monthly(*rows: dict[str, object], by: str = "month") -> pl.DataFrame:
    made = spread(table(*rows), Spread(by="day" if by == "day" else "month"))
    return require(made.figures.with_columns(run=pl.lit("x")))


def test_an_event_of_two_months_gives_each_the_share_of_its_days() -> None:
    # 175 people from 17 May to 17 June 2023 (IDMC 115158): 32 days, 15 of them in May; floor(15 x 175 / 32) = 82
    rows = monthly(event(115158, 175.0, date(2023, 5, 17), date(2023, 6, 17)))
    assert rows.select("start", "end", "value").rows() == [
        (date(2023, 5, 1), date(2023, 6, 1), 82.0),
        (date(2023, 6, 1), date(2023, 7, 1), 93.0),
    ]


def test_days_add_up_to_the_event_to_the_person() -> None:
    rows = monthly(event(1, 10.0, date(2023, 5, 30), date(2023, 6, 1)), by="day")
    assert rows.select("start", "value").rows() == [
        (date(2023, 5, 30), 3.0), (date(2023, 5, 31), 3.0), (date(2023, 6, 1), 4.0),
    ]  # fmt: skip


def test_causes_and_countries_stay_apart_and_a_month_without_events_has_no_row() -> None:
    rows = monthly(
        event(1, 5.0, date(2023, 1, 2), date(2023, 1, 2)), event(2, 7.0, date(2023, 1, 3), date(2023, 1, 3)),
        event(3, 11.0, date(2023, 1, 3), date(2023, 1, 3), group="idps-disaster-new"),
        event(4, 13.0, date(2023, 3, 3), date(2023, 3, 3), origin="NPL", place="NPL"),
    )  # fmt: skip
    assert rows.select("group", "place", "start", "value").rows() == [
        ("idps-disaster-new", "IND", date(2023, 1, 1), 11.0), ("idps-new", "IND", date(2023, 1, 1), 12.0),
        ("idps-new", "NPL", date(2023, 3, 1), 13.0),
    ]  # fmt: skip
    assert set(rows.get_column("status")) == {"provisional"}


def test_bounds_are_added_and_an_event_without_any_counts_as_its_value() -> None:
    rows = monthly(
        event(1, 500.0, date(2023, 8, 3), date(2023, 8, 3), low=500.0, high=625.0, level=1.0),
        event(2, 41.0, date(2023, 8, 22), date(2023, 8, 22)),
    )
    assert rows.select("value", "low", "high", "level").rows() == [(541.0, 541.0, 666.0, 1.0)]
    (plain,) = monthly(event(2, 41.0, date(2023, 8, 22), date(2023, 8, 22))).to_dicts()
    assert (plain["low"], plain["high"], plain["level"]) == (None, None, None)


def test_an_event_nobody_counted_is_not_zero() -> None:
    (alone,) = monthly(event(1, None, date(2023, 8, 3), date(2023, 8, 3))).to_dicts()
    assert (alone["value"], alone["status"]) == (None, "not_counted")
    (both,) = monthly(
        event(1, None, date(2023, 8, 3), date(2023, 8, 3)), event(2, 4.0, date(2023, 8, 4), date(2023, 8, 4))
    ).to_dicts()
    assert both["value"] == 4.0


def test_an_event_that_is_not_in_the_newest_document_was_withdrawn() -> None:
    day, newer = date(2023, 8, 3), {"known": date(2026, 7, 1), "source": "idmc.idu@2026-07-01"}
    rows = (event(1, 5.0, day, day), event(2, 7.0, day, day), event(1, 6.0, day, day, **newer))
    assert monthly(*rows).get_column("value").to_list() == [6.0]
    before = spread(table(*rows), Spread(known_by=date(2026, 6, 30))).figures
    assert before.get_column("value").to_list() == [12.0]


def test_figures_of_a_year_are_no_events_and_are_left_alone() -> None:
    year = event(1, 500_000.0, date(2023, 1, 1), date(2023, 12, 31), facet=None, source="idmc.gidd-conflict@2026-05-01")
    assert monthly(year).is_empty()


def test_terms_of_the_strictest_event_bind_the_sum() -> None:
    day = date(2023, 8, 3)
    rows = monthly(event(1, 5.0, day, day), event(2, 7.0, day, day, licence="private"))
    assert rows.get_column("licence").to_list() == ["private"]
    shared = monthly(event(1, 5.0, day, day), event(2, 7.0, day, day, licence="CC-BY-NC-SA-3.0-IGO"))
    assert shared.get_column("licence").to_list() == ["CC-BY-NC-SA-3.0-IGO"]


def test_every_sum_says_which_events_it_is_made_of() -> None:
    made = spread(table(event(7, 5.0, date(2023, 5, 30), date(2023, 6, 2)), event(9, 7.0, date(2023, 6, 3), date(2023, 6, 3))), Spread())  # fmt: skip
    assert made.figures.get_column("locator").to_list() == ["sum of 1 events", "sum of 2 events"]
    assert made.lineage.rows() == [(0, "r", 7), (1, "r", 7), (1, "r", 9)]


def test_nothing_in_nothing_out() -> None:
    made = spread(table(), Spread())
    assert made.figures.is_empty()
    assert made.lineage.is_empty()


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 10**7), st.integers(0, 900), st.integers(0, 500), st.sampled_from(["idps-new", "idps-disaster-new"]),
        st.sampled_from([None, (1.0, 1.25), (0.9, 1.1)]),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(deadline=None)
@given(found=EVENTS)
def test_nobody_is_lost_or_counted_twice_whatever_the_events(
    found: list[tuple[int, int, int, str, tuple[float, float] | None]],
) -> None:
    rows: list[dict[str, object]] = []
    for at, (value, after, days, group, span) in enumerate(found):
        first = date(2022, 1, 1) + timedelta(days=after)
        bounds = {} if span is None else {"low": value * span[0], "high": value * span[1], "level": 1.0}
        rows.append(event(at, float(value), first, first + timedelta(days=days), group=group, **bounds))
    given_rows = table(*rows)
    before = given_rows.clone()
    by_month, by_day = spread(given_rows, Spread()), spread(given_rows, Spread(by="day"))
    assert given_rows.equals(before)
    for made in (by_month, by_day):
        sums = dict(made.figures.group_by("group").agg(F.value.sum()).iter_rows())
        assert sums == dict(given_rows.group_by("group").agg(F.value.sum()).iter_rows())
        sound = require(made.figures.with_columns(run=pl.lit("x")))
        assert sound.filter(~F.value.is_between(F.low, F.high)).is_empty()
    assert spread(given_rows.reverse(), Spread()).figures.equals(by_month.figures)


def test_its_card_reads_what_was_published_and_writes_what_is_reconciled() -> None:
    assert (SPREAD.name, SPREAD.reads, SPREAD.writes) == ("reconcile.spread@1", Stage.PUBLISHED, Stage.RECONCILED)
