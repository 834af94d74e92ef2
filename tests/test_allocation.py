"""Remittances by corridor: the published model, its margins, zeros and intervals, and what a cheaper way yields."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.cli import main
from qanat.estimate.corridors import bracket, corridors
from qanat.estimate.remittances import Allocation, allocated, remittances
from qanat.estimate.transfer_cost import Response, cut, response
from qanat.figures import F, require
from qanat.maths.allocation import apart, drawn, sent_by_one, shares, stock_scale, whole
from qanat.store import Disk
from tests.build import figure, table

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def migrants(origin: str, place: str, value: float, year: int = 2020) -> dict[str, object]:
    day = date(year, 7, 1)
    return figure(measure="stock", group="migrants", origin=origin, place=place, start=day, end=day, value=value, counter="unpd", source="unpd.migrants@x")  # fmt: skip


def money(measure: str, unit: str, place: str, value: float) -> dict[str, object]:
    return figure(measure=measure, unit=unit, group="money", origin=None, place=place, start=date(2020, 1, 1), end=date(2021, 1, 1), value=value, counter="worldbank", source=f"worldbank.{measure}@x")  # fmt: skip


def inflow(place: str, value: float) -> dict[str, object]:
    return money("remittances", "USD", place, value)


def income(place: str, value: float) -> dict[str, object]:
    return money("income", "intl-USD-2017", place, value)


def small(*more: dict[str, object]) -> pl.DataFrame:
    """Nepal's migrants in India and Qatar, its inflow, and three incomes."""
    return table(
        migrants("NPL", "IND", 600.0), migrants("NPL", "QAT", 400.0), inflow("NPL", 1_000.0), income("NPL", 4_000.0),
        income("IND", 3_000.0), income("QAT", 14_000.0), *more,
    )  # fmt: skip


def of(frame: pl.DataFrame, origin: str, place: str) -> dict[str, Any]:
    (row,) = frame.filter((F.origin == origin) & (F.place == place)).to_dicts()
    return row


def test_a_migrant_in_a_poorer_country_sends_the_income_at_home_and_in_a_richer_one_more() -> None:
    sent = sent_by_one(np.array(4_000.0), np.array([3_000.0, 4_000.0, 14_000.0]), 0.75)
    assert sent == pytest.approx([4_000.0, 4_000.0, 5_000.0])  # (14,000 - 4,000)^0.75 = 10,000^0.75 = 1,000
    assert np.isnan(sent_by_one(np.array(4_000.0), np.array([np.nan]), 0.75)).all()


def test_money_goes_by_migrants_times_what_one_sends() -> None:
    made = remittances(small(), Allocation(year=2020)).figures
    # weights 600 x 4,000 and 400 x 5,000: 2.4 to 2.0 million, so 545.45 and 454.55 of 1,000; whole dollars, the largest remainder up
    assert of(made, "IND", "NPL")["value"] == 545.0
    assert of(made, "QAT", "NPL")["value"] == 455.0
    alone = remittances(small(), Allocation(year=2020, model="stock")).figures
    assert (of(alone, "IND", "NPL")["value"], of(alone, "QAT", "NPL")["value"]) == (600.0, 400.0)


def test_a_host_without_an_income_counts_as_the_average_migrant_and_says_so() -> None:
    made = remittances(small(migrants("NPL", "AND", 1_000.0)), Allocation(year=2020)).figures
    assert of(made, "AND", "NPL")["value"] == 500.0  # half of the migrants, the average of the others' weights
    assert of(made, "AND", "NPL")["locator"] == "1000 migrants; income not known: AND"


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=40), st.floats(0, 1e12))
def test_corridors_add_up_to_the_recorded_inflow_whatever_the_weights(weights: list[float], total: float) -> None:
    parts = shares(np.array(weights))
    spread = whole(parts, total)
    assert (spread >= 0).all()
    expected = total if parts.any() else 0.0
    assert spread.sum() == pytest.approx(expected, rel=1e-12, abs=1e-3)
    assert (np.abs(spread - parts * total) <= 2).all()  # no part strays by more than its own rounding and the rest


@settings(max_examples=12)
@given(st.permutations(range(6)))
def test_the_order_of_rows_and_the_presence_of_other_receivers_change_nothing(order: list[int]) -> None:
    frame = small()
    here = remittances(frame, Allocation(year=2020, draws=50))
    turned = remittances(frame[list(order)], Allocation(year=2020, draws=50))
    columns = [name for name in here.figures.columns if name not in ("source", "known", "licence")]
    assert turned.figures.select(columns).equals(here.figures.select(columns))
    more = small(migrants("LBN", "QAT", 10.0), inflow("LBN", 50.0), income("LBN", 9_000.0))
    beside = remittances(more, Allocation(year=2020, draws=50)).figures
    for sender in ("IND", "QAT"):
        assert [of(beside, sender, "NPL")[end] for end in ("low", "high")] == [
            of(here.figures, sender, "NPL")[end] for end in ("low", "high")
        ]


def test_the_estimate_is_figures_with_lineage_and_its_interval_holds_the_value() -> None:
    kept = small().with_columns(run=pl.lit("r"), row=pl.int_range(pl.len(), dtype=pl.UInt32))
    derived = remittances(kept, Allocation(year=2020))
    made = require(derived.figures.with_columns(run=None), "test")
    assert (made["low"] <= made["value"]).all()
    assert (made["value"] <= made["high"]).all()
    assert set(made["method"]) == {"estimate.remittances@1"}
    india = made.with_row_index("at").filter((F.origin == "IND") & (F.place == "NPL"))["at"].item()
    assert derived.lineage.filter(pl.col("row") == india).height == 4  # the stock, the inflow, both incomes
    assert of(made, "IND", "WLD")["value"] == of(made, "IND", "NPL")["value"]


def test_nothing_in_nothing_out() -> None:
    derived = remittances(table(), Allocation(year=2020))
    assert derived.figures.is_empty()
    assert derived.lineage.is_empty()


def test_a_country_whose_migrants_nobody_counts_keeps_its_inflow_unspread() -> None:
    made = remittances(small(inflow("TUV", 70.0)), Allocation(year=2020)).figures
    assert made.filter(F.place == "TUV").is_empty()


def test_zeros_by_decree_stand_as_zero_and_can_be_switched_off() -> None:
    frame = small(migrants("PAK", "IND", 900.0), migrants("PAK", "QAT", 100.0), inflow("PAK", 500.0), income("PAK", 4_000.0))  # fmt: skip
    barred = of(remittances(frame, Allocation(year=2020)).figures, "IND", "PAK")
    assert (barred["value"], barred["low"], barred["high"], barred["locator"]) == (0.0, 0.0, 0.0, "zero by decree")
    free = of(remittances(frame, Allocation(year=2020, decree=False, model="stock")).figures, "IND", "PAK")
    assert free["value"] == 450.0


def test_armenia_and_azerbaijan_have_a_zero_only_since_the_matrix_of_2021() -> None:
    frame = table(migrants("AZE", "ARM", 50.0), migrants("AZE", "RUS", 50.0), inflow("AZE", 10.0))
    assert of(remittances(frame, Allocation(year=2020)).figures, "ARM", "AZE")["value"] == 5.0
    found = corridors(frame, 2020)
    assert allocated(found, Allocation(year=2021)).value[found.codes.index("AZE"), found.codes.index("ARM")] == 0.0


def test_migrants_lie_in_a_straight_line_between_the_reference_years() -> None:
    frame = table(migrants("NPL", "IND", 100.0), migrants("NPL", "IND", 180.0, year=2024))
    assert corridors(frame, 2021).stock.max() == pytest.approx(120.0)
    assert bracket([2015, 2020, 2024], 2020) == (2020, 2020)
    assert bracket([2015, 2020], 2026) == (2020, 2020)


def test_a_wider_error_gives_a_wider_interval_and_another_seed_another() -> None:
    def width(options: Allocation) -> float:
        row = of(remittances(small(), options).figures, "QAT", "NPL")
        return float(row["high"] - row["low"])

    narrow, wide = (width(Allocation(year=2020, spread=(a, 0.0))) for a in (-2.0, -0.5))
    assert narrow < wide
    assert width(Allocation(year=2020)) == width(Allocation(year=2020))
    assert width(Allocation(year=2020)) != width(Allocation(year=2020, seed=2))


def test_the_published_matrix_of_2017_is_met_to_019_and_better_than_by_stock_alone(shared: Path) -> None:
    """World Bank matrix of April 2018 with its own stocks, WDI incomes (PPP, prices of 2017)."""
    folder = shared / "remittances"
    matrix = pl.read_parquet(folder / "wb_knomad_bilateral.parquet").filter((pl.col("year") == 2017) & (pl.col("receiver") != "WLD"))  # fmt: skip
    own = pl.read_parquet(folder / "wb_bilateral_migrant_stock_2017.parquet")
    incomes = pl.read_parquet(shared / "drivers" / "gdi_indicators.parquet").filter((pl.col("var") == "income") & (pl.col("year") == 2017))  # fmt: skip
    codes = sorted({*matrix["receiver"], *matrix["sender"], *own["destination"]} - {"WLD", "OTH"})
    at = {code: place for place, code in enumerate(codes)}
    stock, theirs = (np.zeros((len(codes), len(codes))) for _ in range(2))
    inflows = np.full(len(codes), np.nan)
    for one in own.filter(pl.col("origin").is_in(codes) & pl.col("destination").is_in(codes)).iter_rows(named=True):
        stock[at[one["origin"]], at[one["destination"]]] = one["stock"]
    np.fill_diagonal(stock, 0.0)
    for one in matrix.iter_rows(named=True):
        if one["sender"] == "WLD":
            inflows[at[one["receiver"]]] = one["usd_million"] * 1e6
        elif one["sender"] in at:
            theirs[at[one["receiver"]], at[one["sender"]]] = one["usd_million"] * 1e6
    income_of = {one["iso3"]: one["value"] for one in incomes.iter_rows(named=True)}
    from qanat.estimate.corridors import Corridors

    found = Corridors(
        codes=tuple(codes), stock=stock, income=np.array([income_of.get(code, np.nan) for code in codes]), inflow=inflows,
        cites=pl.DataFrame(),
        aged={},
    )  # fmt: skip
    model, alone = (allocated(found, Allocation(year=2017, model=kind, draws=2)) for kind in ("ratha-shaw", "stock"))
    assert apart(model.value, theirs) <= 0.19
    assert apart(alone.value, theirs) > apart(model.value, theirs) + 0.02
    for row, total in zip(model.value, inflows, strict=True):
        assert row.sum() == pytest.approx(total if row.any() else 0.0, abs=1e-3)


def test_errors_are_smaller_where_more_migrants_live() -> None:
    scale = stock_scale(np.array([0.0, 999.0, 999_999.0]), (-0.7, -0.15))
    assert scale == pytest.approx(np.exp([-0.7, -1.15, -1.6]))  # log10 of 1, 1,000 and 1,000,000


def test_draws_are_shares_and_no_migrants_get_no_money() -> None:
    rng = np.random.default_rng(3)
    made = drawn(np.array([0.0, 5.0, 10.0]), np.ones((20, 3)), np.ones(3), rng)
    assert made.sum(axis=1) == pytest.approx(np.ones(20))
    assert (made[:, 0] == 0).all()


TWICE = Response(value=2.0, low=1.0, high=3.0, level=0.8, mark="read", citation="invented for the test", says="")


def test_a_cut_from_7_to_3_per_cent_spares_4_of_100_and_twice_that_is_sent_more() -> None:
    found = cut(100.0, 0.07, 0.03, TWICE)
    assert [found.saving, found.more] == pytest.approx([4.0, 8.0])
    assert [found.more_low, found.more_high] == pytest.approx([4.0, 12.0])


def test_a_price_below_the_target_yields_nothing() -> None:
    found = cut(100.0, 0.02, 0.03)
    assert (found.saving, found.more) == (0.0, 0.0)


def test_the_response_is_what_32_billion_more_imply_in_2019() -> None:
    # Kpodar and Imam 2022; inflows of low- and middle-income countries 545.8 bn (KNOMAD), mean price of 2019 7.21 % (RPW)
    implied = 32e9 / (545.77e9 * (0.0721 - 0.03))
    assert response().low <= 1.0 <= response().value
    assert response().value == pytest.approx(implied, abs=0.02)


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    content: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = json.loads(files("qanat.cli").joinpath("schemas", "remittances.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, schema, format_checker=jsonschema.FormatChecker())
    return content


def test_the_command_spreads_what_the_edition_holds(
    capsys: pytest.CaptureFixture[str], edition: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QANAT_HOME", str(edition.home))
    found = answered(capsys, "remittances", "Nepal", "--year", "2021", "--target-cost", "3")
    assert sum(row["value"] for row in found["corridors"]) == pytest.approx(found["recorded"]["value"], abs=1e-3)
    india = next(row for row in found["corridors"] if row["origin"] == "IND")
    assert india["published"]["value"] == pytest.approx(1_583_397_052, abs=1)  # World Bank matrix of December 2022
    assert india["low"] < india["published"]["value"] < india["high"]
    assert india["price"]["value"] == pytest.approx(0.04226)  # RPW, third quarter of 2020
    assert india["saving"] == pytest.approx(india["value"] * 0.01226)
    assert main(["trace", india["cite"]]) == 0
    assert "unpd-migrants2024" in capsys.readouterr().out
    back = answered(capsys, "remittances", "IND", "--from", "--year", "2021")
    nepal = next(row for row in back["corridors"] if row["place"] == "NPL")
    assert nepal["cite"] == india["cite"]
    assert back["allocated"]["low"] < back["allocated"]["value"] < back["allocated"]["high"]
    assert main(["remittances", "NPL", "--year", "2021"]) == 0
    assert "never added" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["VEN", "--year", "2022"], 3, "records no remittances received by Venezuela in 2022"),
        (["NPL", "--year", "1999"], 2, "there are those of 2000 to 2023"),
        (["NPL", "--target-cost", "-1"], 2, "from 0 to below 100"),
        (["NPL", "--target-cost", "100"], 2, "from 0 to below 100"),
        (["NPL", "--to", "--from"], 2, "one way at a time"),
        (["Nepall"], 2, "nearest: Nepal"),
    ],
)
def test_what_cannot_be_told_is_refused_with_a_remedy(
    capsys: pytest.CaptureFixture[str], edition: Disk, arguments: list[str], code: int, says: str
) -> None:
    assert main(["remittances", *arguments, "--home", str(edition.home)]) == code
    told = capsys.readouterr()
    assert says in told.err
    assert told.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ["flows", "show", "COL"],
        ["flows", "explain", "VEN", "COL"],
        ["remittances", "NPL"],
        [
            "invest",
            "COL",
            "--group",
            "other-in-need",
            "--origin",
            "VEN",
            "--wage",
            "1",
            "--employment",
            "1",
            "--cost",
            "1",
        ],
    ],
)
def test_without_numpy_a_command_says_what_to_install(edition: Disk, words: list[str]) -> None:
    code = f"import sys; sys.modules['numpy'] = None\nfrom qanat.cli import main\nsys.exit(main({[*words, '--home', str(edition.home)]!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert 'pip install "qanat[engines]"' in done.stderr
