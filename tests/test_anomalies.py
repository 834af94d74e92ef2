"""Stocks that can hardly be right: jumps in time, contradictions between releases, and what is left alone."""

from __future__ import annotations

import json
from importlib.resources import files
from math import log
from pathlib import Path

import jsonschema
import numpy as np
import polars as pl
import pytest
from bench.anomalies import KNOWN, measured, stocks
from hypothesis import given
from hypothesis import strategies as st

from qanat.cli import main
from qanat.errors import AskError, FigureError, NothingFound, SourceError
from qanat.estimate.anomalies import Watch, checked
from qanat.jobs.corridor_tables import STOCKS, table
from qanat.jobs.stock_check import StockCheckRequest, check_stocks
from qanat.maths.jumps import apart, usual
from qanat.store import Memory

YEARS = (1990, 1995, 2000, 2005, 2010, 2015, 2020)


def series(*values: float | None, origin: str = "VNM", place: str = "MYS") -> pl.DataFrame:
    rows = [(origin, place, year, value) for year, value in zip(YEARS, values, strict=False)]
    schema = {"origin": pl.String, "place": pl.String, "year": pl.Int32, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def flagged(values: pl.DataFrame, mirror: pl.DataFrame | None = None) -> list[int]:
    return sorted(checked(values, mirror, Watch()).flagged.get_column("year").to_list())


def file(folder: Path, text: str, name: str = "stocks.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_cell_between_its_neighbours_does_not_stand_apart() -> None:
    assert apart(np.log(np.array([[100.0, 200.0, 400.0]])), 1).jump[0, 1] == 0


def test_a_peak_is_measured_from_the_higher_of_its_neighbours() -> None:
    found = apart(np.log(np.array([[100.0, 8_000.0, 400.0]])), 1)
    assert found.jump[0, 1] == pytest.approx(log(20))  # 8,000 / 400
    assert found.within[0, 1] == pytest.approx(log(400))


def test_the_first_cell_is_measured_against_the_two_after_it() -> None:
    found = apart(np.log(np.array([[9_000.0, 100.0, 300.0, 300.0]])), 1)
    assert found.jump[0, 0] == pytest.approx(log(30))  # 9,000 / 300, not / 100
    assert found.edge[0].tolist() == [True, False, False, True]


def test_gaps_are_stepped_over_and_short_series_tell_nothing() -> None:
    found = apart(np.log(np.array([[100.0, np.nan, 8_000.0, 400.0], [5.0, np.nan, np.nan, 900.0]])), 1)
    assert found.jump[0, 2] == pytest.approx(log(20))
    assert np.isnan(found.jump[0, 1])
    assert np.isnan(found.jump[1]).all()


def test_two_wrong_years_in_a_row_are_found_as_a_pair() -> None:
    found = apart(np.log(np.array([[460.0, 46_000.0, 23_000.0, 100.0, 120.0]])), 2)
    assert found.jump[0, 1] == pytest.approx(log(50))  # 23,000 / 460


def test_a_class_of_few_cells_takes_the_spread_of_the_whole_table() -> None:
    off = np.concatenate([np.full(60, 0.1), np.full(60, 0.3), [2.0]])
    people = np.concatenate([np.full(60, 5.0), np.full(60, 50.0), [1e6]])
    found = usual(off, people)
    assert (found[0], found[60]) == pytest.approx((0.1, 0.3))
    assert found[-1] == pytest.approx(0.3)  # the 95th percentile of all 121
    assert usual(off[:49], people[:49]).max() == 0  # too few to know what is usual


def test_a_stock_fifty_times_its_neighbours_is_flagged_with_ratio_and_neighbours() -> None:
    row = checked(series(900, 1_000, 1_100, 60_000, 1_200, 1_300, 1_400), None, Watch()).flagged.to_dicts()
    assert [(one["year"], one["before"], one["after"], one["evidence"]) for one in row] == [
        (2005, 1_100, 1_200, "time")
    ]
    assert row[0]["ratio"] == pytest.approx(50)
    assert row[0]["people"] == 58_800


def test_a_steady_rise_and_a_wave_that_stays_small_are_not_flagged() -> None:
    assert flagged(series(100, 300, 900, 2_700, 8_100, 24_300, 72_900)) == []
    assert flagged(series(1_000, 1_000, 3_500, 1_000, 1_000, 1_000, 1_000)) == []


def test_few_people_may_jump_more() -> None:
    assert flagged(series(1, 1, 12, 1, 1, 1, 1)) == []
    assert flagged(series(100, 100, 1_200, 100, 100, 100, 100)) == [2000]


def test_viet_nam_to_malaysia_is_wrong_all_along_and_only_the_other_release_shows_it() -> None:
    """International Migrant Stock, revisions 2024 and 2020: 7 and 95,517 people in 2015."""
    newer, older = series(36, 17, 7, 5), series(68_238, 78_326, 95_517, 101_220)
    assert flagged(newer) == []
    assert flagged(newer, older) == [1990, 1995, 2000, 2005]


def test_north_macedonia_to_hungary_is_wrong_in_both_releases_and_time_shows_it() -> None:
    """International Migrant Stock, both revisions: 46,027 in 1990, 23,063 in 1995, then 98 to 301."""
    same = series(46_027, 23_063, 98, 121, 144, 149, 301)
    assert flagged(same, same) == [1990, 1995]


def test_neighbours_and_release_together_need_less() -> None:
    year = series(100, 100, 100, 100, 100, 100, 1_100)
    assert flagged(year) == []
    assert flagged(year, series(100, 100, 100, 100, 100, 100, 100)) == [2020]


def test_missing_years_are_not_zero_and_are_not_flagged() -> None:
    assert flagged(series(50_000, None, 51_000, None, 52_000, 52_500, 53_000)) == []


def test_nothing_is_flagged_of_a_table_without_rows() -> None:
    found = checked(series(), None, Watch())
    assert (found.flagged.height, found.cells, found.alone) == (0, 0, 0)


@given(
    level=st.floats(200, 1e6), growth=st.floats(0.7, 1.5), at=st.integers(0, 6), factor=st.floats(51, 1_000), up=st.booleans()
)  # fmt: skip
def test_one_planted_error_over_fifty_in_a_smooth_series_is_always_found(
    level: float, growth: float, at: int, factor: float, up: bool
) -> None:
    values = [level * growth**year for year in range(7)]
    sound = series(*values)
    assert flagged(sound) == []
    values[at] *= factor if up else 1 / factor
    found = flagged(series(*values), sound)
    assert YEARS[at] in found
    assert len(found) <= 2  # a neighbour may be drawn in, no more


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e7)), min_size=1, max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(values: list[float | None], random: object) -> None:
    both = pl.concat([series(*values), series(10, 20, 3_000, 20, origin="MKD")])
    at = list(range(both.height))
    random.shuffle(at)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    assert checked(both, None, Watch()).flagged.equals(checked(both[at], None, Watch()).flagged)


def test_four_in_five_planted_errors_are_found_at_under_one_false_alarm_in_a_hundred(shared: Path) -> None:
    newer, older = (stocks(shared / f"stocks/un_desa_ims{year}_bilateral.parquet") for year in (2024, 2020))
    for mirror in (older, None):
        found = measured(newer, mirror, 1, (50.0, 500.0))
        assert found["recall"] >= 0.95
        assert found["false_alarms"] < 0.01


def test_the_labelled_errors_of_the_two_revisions_are_found(shared: Path) -> None:
    newer, older = (stocks(shared / f"stocks/un_desa_ims{year}_bilateral.parquet") for year in (2024, 2020))
    found = set(checked(newer, older, Watch()).flagged.select("origin", "place", "year").rows())
    assert set(KNOWN) <= found


def test_faulty_cells_are_told_all_at_once_with_pair_and_year(tmp_path: Path) -> None:
    bad = file(
        tmp_path,
        "orig,dest,year,value\nVNM,MYS,2015,-7\nSUD,EGY,2010,5\nVNN,MYS,2020,7\nVNM,MYS,abc,7\nVNM,MYS,2000,x\n",
    )
    with pytest.raises(FigureError) as caught:
        table(bad, STOCKS)
    told = {(row["row"], row["column"]): row for row in caught.value.problems.to_dicts()}
    assert told[1, "value"]["fault"] == "is negative (VNM to MYS, 2015)"
    assert told[2, "origin"]["fault"].startswith("is a State that no longer is")
    assert told[3, "origin"]["nearest"] == "VNM"
    assert {(4, "year"), (5, "value")} <= set(told)


def test_a_row_given_twice_and_a_column_that_lacks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FigureError, match="stands twice for the same place"):
        table(file(tmp_path, "birth,residence,year,stock\nVNM,MYS,2015,7\nVNM,MYS,2015,8\n"), STOCKS)
    with pytest.raises(SourceError, match="no column for value"):
        table(file(tmp_path, "orig,dest,year\nVNM,MYS,2015\n"), STOCKS)
    with pytest.raises(SourceError, match="cannot be read"):
        table(tmp_path / "absent.csv", STOCKS)


def test_an_empty_cell_is_not_counted_and_no_fault(tmp_path: Path) -> None:
    read = table(file(tmp_path, "orig,dest,year,value\nVNM,MYS,2015,\nCHI,FRA,2015,4\n"), STOCKS)
    assert read.get_column("value").to_list() == [None, 4]
    assert read.get_column("origin").to_list() == ["VNM", "XCX"]


def test_the_command_prints_a_document_with_its_schema_and_leaves_with_four(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(
        f"VNM,MYS,{year},{value}\n"
        for year, value in zip(YEARS, (900, 1000, 1100, 60_000, 1200, 1300, 1400), strict=True)
    )
    path = file(tmp_path, f"orig,dest,year,value\n{rows}XXX,MYS,2015,4\nMYS,MYS,2015,30000000\n")
    assert main(["flows", "check", "--stocks", str(path), "--json"]) == 4
    found = json.loads(capsys.readouterr().out)
    schema = json.loads(files("qanat.cli").joinpath("schemas", "flows-check.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, schema)
    assert (found["cells"], found["flagged"], found["left_out"]) == (7, 1, 2)
    assert found["cells_flagged"][0]["told"] == (
        "People born in Viet Nam and living in Malaysia, 2005: 60,000; its neighbours in time are 1,100 in 2000 and 1,200 in 2010; "
        "no other release has this cell. It is 50 times the years around it: a true wave, or an error; ask who counted."
    )


def test_sound_stocks_leave_with_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file(tmp_path, "orig,dest,year,value\nVNM,MYS,2010,70\nVNM,MYS,2015,80\nVNM,MYS,2020,90\n")
    assert main(["flows", "check", "--stocks", str(path), "--mirror", str(path)]) == 0
    assert "0 flagged (0.00%)" in capsys.readouterr().out


def test_a_store_without_migrant_stocks_says_what_brings_them() -> None:
    with pytest.raises(NothingFound, match="edition restore"):
        check_stocks(StockCheckRequest(), Memory)
    with pytest.raises(AskError, match="--stocks too"):
        check_stocks(StockCheckRequest(mirror=Path("other.csv")), Memory)
