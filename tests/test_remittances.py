"""Money sent home: by corridor, by country, and what sending it costs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from qanat.edition.places import places
from qanat.errors import AskError, FigureError, SourceError
from qanat.figures import F
from qanat.sources import remittances, worldbank_table
from qanat.sources.record import Adapter, Reading
from qanat.sources.request import Question
from tests.reading import asked, csv, only, paper

RECORDED: Final[dict[str, str]] = {
    "worldbank.remittances-bilateral": "remittances/wb_knomad_bilateral.parquet",
    "worldbank.remittances": "remittances/knomad_remittance_flows_2023.parquet",
    "worldbank.remittance-prices": "remittances/rpw_corridor_costs_2011_2020.parquet",
    "worldbank.indicators-table": "drivers/gdi_indicators.parquet",
}
READERS: Final = {adapter.source.id: adapter for adapter in (*remittances.ADAPTERS, *worldbank_table.ADAPTERS)}


def recorded(shared: Path, source: str) -> Reading:
    data = (shared / RECORDED[source]).read_bytes()
    return READERS[source].read(data, paper(READERS[source].source, data), places=places().codes())


@pytest.fixture(scope="module")
def bilateral(shared: Path) -> Reading:
    return recorded(shared, "worldbank.remittances-bilateral")


@pytest.fixture(scope="module")
def prices(shared: Path) -> Reading:
    return recorded(shared, "worldbank.remittance-prices")


def test_52_595_million_dollars_went_from_the_united_states_to_mexico_in_2021(bilateral: Reading) -> None:
    money = only(bilateral, origin="USA", place="MEX", start=date(2021, 1, 1))
    assert money["value"] == pytest.approx(52_595.342546e6)  # World Bank matrix of December 2022
    assert (money["measure"], money["unit"], money["group"], money["status"]) == (
        "remittances",
        "USD",
        "money",
        "estimated",
    )


def test_the_world_is_a_total_without_an_origin_and_to_anywhere(bilateral: Reading) -> None:
    world = only(bilateral, origin=None, place="WLD", start=date(2021, 1, 1))
    assert world["value"] == pytest.approx(781_075.70651e6)
    corridors = asked(bilateral, start=date(2021, 1, 1)).filter(F.origin.is_not_null(), F.place != "WLD")
    assert corridors.get_column("value").sum() == pytest.approx(world["value"], rel=1e-3)


def test_money_from_the_channel_islands_keeps_its_place(bilateral: Reading) -> None:
    assert asked(bilateral, origin="XCX").height == 10
    assert bilateral.rejected.is_empty()


def test_nepal_received_9_293_million_dollars_in_2022_and_sent_40(shared: Path) -> None:
    reading = recorded(shared, "worldbank.remittances")
    received, sent = (only(reading, **ends, start=date(2022, 1, 1)) for ends in ({"place": "NPL"}, {"origin": "NPL"}))
    assert received["value"] == pytest.approx(9_292.850971e6)
    assert (sent["value"], sent["place"]) == (pytest.approx(39.973483e6), "WLD")
    assert reading.empty == 119 + 309  # blanks in the two columns
    assert asked(reading, origin="NPL", start=date(2023, 1, 1)).is_empty()


def test_sending_200_dollars_to_mexico_cost_4_percent_in_the_third_quarter_of_2020(prices: Reading) -> None:
    price = only(prices, origin="USA", place="MEX", start=date(2020, 7, 1))
    assert price["value"] == pytest.approx(0.0418037, abs=1e-7)
    assert (price["end"], price["measure"], price["unit"], price["facet"]) == (
        date(2020, 10, 1), "price", "share", "series=ATCR.CORR",
    )  # fmt: skip


def test_prices_below_zero_and_to_countries_that_are_gone_are_set_aside(prices: Reading) -> None:
    rules = prices.rejected.group_by("rule").len().sort("rule").rows()
    assert rules == [
        ("country", 15),
        ("negative", 5),
    ]  # the Netherlands Antilles; an exchange rate better than the market's
    assert (prices.rows, prices.accepted) == (10_417, 10_397)
    assert asked(prices, place="XKX").height == 80  # written KSV there


def test_a_quarter_that_is_none_is_set_aside() -> None:
    head = "sender,receiver,series,series_code,quarter,pct"
    made = csv(head, "USA,MEX,Average,ATCR.CORR,2020Q5,4", "USA,MEX,Average,ATCR.CORR,2020Q2,4.5")
    reading = remittances.prices(made, paper(remittances.PRICES))
    assert reading.rejected.get_column("rule").to_list() == ["date"]
    assert (reading.rows, reading.accepted) == (2, 1)
    assert only(reading)["value"] == pytest.approx(0.045)


@pytest.mark.parametrize("adapter", remittances.ADAPTERS, ids=lambda one: one.source.id)
def test_a_table_with_other_columns_text_for_money_or_no_country_is_refused(adapter: Adapter) -> None:
    columns = adapter.source.columns
    good = {
        name: {"year": "2021", "quarter": "2020Q1"}.get(name, "MEX" if name in adapter.source.codes else "7")
        for name in columns
    }
    with pytest.raises(SourceError, match="missing"):
        adapter.read(csv(",".join(columns[1:]), ",".join(list(good.values())[1:])), paper(adapter.source))
    for broken in ({adapter.source.decimals[0]: "much"}, {adapter.source.codes[0]: "Mexico"}):
        with pytest.raises(FigureError):
            adapter.read(csv(",".join(columns), ",".join((good | broken).values())), paper(adapter.source))
    reading = adapter.read(csv(",".join(columns), ",".join(good.values())), paper(adapter.source))
    assert asked(reading).select(pl.len()).item() >= 1


def test_they_come_as_files() -> None:
    for adapter in remittances.ADAPTERS:
        assert not adapter.source.service
        with pytest.raises(AskError, match="as a file only"):
            adapter.ask(adapter.source, Question(first=2020, last=2021))


def test_a_matrix_of_one_year_is_read_alone(shared: Path) -> None:
    data = (shared / RECORDED["worldbank.remittances-bilateral"]).read_bytes()
    reading = remittances.bilateral(data, paper(remittances.BILATERAL, data), places=places().codes(), year=2017)
    assert reading.rows == 12_293
    assert asked(reading, start=date(2021, 1, 1)).is_empty()
    assert only(reading, origin="USA", place="MEX", start=date(2017, 1, 1))["value"] == pytest.approx(
        30_019e6, rel=1e-4
    )


def test_colombia_produced_15_617_dollars_of_2017_a_person_in_2022_and_a_tenth_was_unemployed(shared: Path) -> None:
    reading = recorded(shared, "worldbank.indicators-table")
    income = only(reading, place="COL", start=date(2022, 1, 1), measure="income")
    assert (income["value"], income["unit"], income["group"]) == (
        pytest.approx(15_616.747834),
        "intl-USD-2017",
        "money",
    )
    idle = only(reading, place="COL", start=date(2019, 1, 1), measure="share")
    assert (idle["value"], idle["facet"]) == (pytest.approx(0.1028), "of=labour-force;part=unemployed")
    assert reading.notes == ("53476 records of other indicators are not read",)
