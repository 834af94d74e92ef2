"""Monthly tables of people found at borders, in transit or sent back."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from qanat.edition.places import places
from qanat.errors import AskError, FigureError, SourceError
from qanat.figures import F
from qanat.figures.words import LICENCES
from qanat.sources import detections
from qanat.sources.record import Adapter, Reading
from qanat.sources.request import Question
from tests.reading import asked, csv, only, paper

RECORDED: Final[dict[str, str]] = {
    "frontex.detections": "monthly/frontex_detections.parquet",
    "us-cbp.encounters": "monthly/us_southwest_border_encounters.parquet",
    "mx-segob.irregular": "monthly/mexico_irregular_situation.parquet",
    "mx-segob.irregular-sex-age": "monthly/irreg_mexico_dmg.parquet",
    "mx-segob.returns": "monthly/mexico_expulsions.parquet",
    "hn-inm.arrivals": "monthly/honduras_irregular_arrivals.parquet",
    "hn-inm.arrivals-sex-age": "monthly/irreg_honduras_dmg.parquet",
    "hn-inm.arrivals-total": "monthly/irreg_honduras.parquet",
    "pa-snm.transits": "monthly/darien_transits.parquet",
    "pa-snm.transits-sex-age": "monthly/irreg_darien_dmg.parquet",
    "gt-igm.returns": "monthly/irreg_guatemala.parquet",
}
READERS: Final = {adapter.source.id: adapter for adapter in detections.ADAPTERS}
BORDER: Final = "location=external border of the European Union"


@cache
def recorded(folder: Path, source: str) -> Reading:
    data = (folder / RECORDED[source]).read_bytes()
    return READERS[source].read(data, paper(READERS[source].source, data), places=places().codes())


def read(source: str, *rows: str) -> Reading:
    adapter = READERS[source]
    data = csv(",".join(adapter.source.columns), *rows)
    return adapter.read(data, paper(adapter.source, data), places=places().codes())


def year(reading: Reading, year: int, method: str = "published") -> float:
    """All acts of a calendar year."""
    return float(asked(reading, method=method).filter(F.start.dt.year() == year).get_column("value").sum())


@pytest.mark.parametrize("source", list(RECORDED))
def test_every_record_of_the_recorded_tables_becomes_one_figure_and_none_is_lost(shared: Path, source: str) -> None:
    reading = recorded(shared, source)
    own = asked(reading, method="published")
    assert (own.height, reading.accepted, reading.empty) == (reading.rows, reading.rows, 0)
    assert own.get_column("unit").unique().to_list() in (["detections"], ["movements"])
    assert own.filter(F.end != F.start.dt.offset_by("1mo")).is_empty()


@pytest.mark.parametrize(
    ("source", "in_year", "published"),
    [
        ("frontex.detections", 2015, 1_822_102),  # Frontex, Risk Analysis for 2016: 1,822,337 with later reports
        ("pa-snm.transits", 2023, 520_085),  # Servicio Nacional de Migración, 2023
        ("pa-snm.transits-sex-age", 2023, 520_085),
        ("hn-inm.arrivals", 2023, 545_043),  # Instituto Nacional de Migración, 2023
        ("hn-inm.arrivals-sex-age", 2023, 545_043),
        ("hn-inm.arrivals-total", 2023, 545_043),
    ],
)
def test_the_year_adds_up_to_what_the_office_published(shared: Path, source: str, in_year: int, published: int) -> None:
    assert year(recorded(shared, source), in_year) == published


def test_2_475_669_encounters_at_the_south_west_border_in_the_fiscal_year_2023(shared: Path) -> None:
    reading = recorded(shared, "us-cbp.encounters")
    for method in ("published", detections.SUM):
        fiscal = asked(reading, method=method).filter(F.start.is_between(date(2022, 10, 1), date(2023, 9, 1)))
        assert fiscal.get_column("value").sum() == 2_475_669  # U.S. Customs and Border Protection, October 2023


def test_109_671_detections_of_syrians_by_sea_in_october_2015_and_111_348_on_all_routes(shared: Path) -> None:
    reading = recorded(shared, "frontex.detections")
    where = {"origin": "SYR", "start": date(2015, 10, 1)}
    sea = only(reading, **where, facet=f"border=Sea;{BORDER};route=Eastern Mediterranean Route")
    assert (sea["value"], sea["unit"], sea["place"], sea["group"]) == (
        109_671,
        "detections",
        "WLD",
        "border-detections",
    )
    whole = only(reading, **where, facet=BORDER)
    assert whole["value"] == 160 + 2 + 862 + 109_671 + 2 + 651
    assert whole["method"] == "cuts@1"
    assert str(whole["locator"]).count("row ") == 6


def test_a_sum_names_twenty_rows_and_counts_the_rest(shared: Path) -> None:
    sums = asked(recorded(shared, "us-cbp.encounters"), origin="MEX", method=detections.SUM, start=date(2023, 5, 1))
    locator = sums.get_column("locator").item()
    assert locator.count("row ") == 20
    assert locator.endswith("more")


def test_a_whole_that_the_table_tells_itself_is_not_made_beside_it() -> None:
    """Cells without a cut are the whole of their nationality and month; a sum beside them would say it twice."""
    adapter = next(one for one in detections.ADAPTERS if one.source.id == "mx-segob.returns")
    data = csv("month,nationality,type,n", "2023-01,HND,deportado,5", "2023-01,HND,,7", "2023-01,GTM,deportado,2")
    reading = adapter.read(data, paper(adapter.source, data))
    undivided = asked(reading, facet=None)
    assert undivided.select("origin", "value", "method").rows() == [("HND", 7, "published"), ("GTM", 2, "cuts@1")]


def test_encounters_before_october_2019_are_not_divided_by_nationality(shared: Path) -> None:
    whole = asked(recorded(shared, "us-cbp.encounters"), origin=None, method=detections.SUM)
    assert (whole.get_column("start").min(), whole.get_column("start").max()) == (date(2017, 10, 1), date(2019, 9, 1))


def test_other_unknown_and_stateless_people_are_nobodys_nationals(shared: Path) -> None:
    reading = recorded(shared, "frontex.detections")
    origins = (
        asked(reading, method="published")
        .filter(F.origin.is_in(["XXX", "XXA"]))
        .group_by("origin")
        .len()
        .sort("origin")
    )
    assert origins.rows() == [("XXA", 203), ("XXX", 122 + 385)]
    africans = asked(reading, origin="XXX").filter(F.facet.str.contains("nationality=unspecified sub-Saharan"))
    assert africans.height == 122


def test_men_women_boys_and_girls_are_sexes_and_ages(shared: Path) -> None:
    reading = recorded(shared, "pa-snm.transits-sex-age")
    december = asked(reading, start=date(2023, 12, 1)).select("sex", "age_from", "age_to").sort("sex", "age_from")
    assert december.rows() == [("female", 0, 18), ("female", 18, None), ("male", 0, 18), ("male", 18, None)]
    assert asked(reading, age_to=18, sex="female").get_column("value").sum() == 52_820


def test_where_a_month_tells_no_boys_and_girls_men_and_women_are_of_all_ages(shared: Path) -> None:
    reading = recorded(shared, "pa-snm.transits-sex-age")
    january = asked(reading, start=date(2021, 1, 1)).select("sex", "age_from", "age_to", "value").sort("sex")
    assert january.rows() == [("female", 0, None, 384), ("male", 0, None, 687)]
    # in 2021 and 2022 men and women add up to everyone whom the table by nationality counts
    assert year(reading, 2021) == year(recorded(shared, "pa-snm.transits"), 2021) == 133_726
    assert reading.notes == ("in 24 months boys and girls are not told: they are among its men and women",)


def test_children_of_mexicos_table_are_with_or_without_company() -> None:
    reading = read(
        "mx-segob.irregular-sex-age", '2020-01-01,female,"under 12, unaccompanied",7', "2020-01-01,female,12-17,8"
    )
    told = {(row["age_from"], row["age_to"], row["facet"]): row["value"] for row in asked(reading).to_dicts()}
    assert told == {(0, 12, "accompanied=no"): 7, (12, 18, None): 8}


def test_guatemalans_are_counted_at_home_and_the_country_that_sent_them_back_is_a_cut(shared: Path) -> None:
    reading = recorded(shared, "gt-igm.returns")
    men = only(reading, start=date(2020, 1, 1), sex="male", age_from=18, facet="from=USA")
    assert (men["value"], men["origin"], men["place"], men["group"], men["unit"]) == (
        2997,
        "GTM",
        "GTM",
        "deported",
        "movements",
    )
    assert year(reading, 2023, detections.SUM) == year(reading, 2023) == 24_395 + 55_302


def test_names_are_read_as_codes_are_exactly_and_in_any_of_the_six_languages() -> None:
    reading = read(
        "pa-snm.transits",
        "2023-05,Venezuela,1",
        "2023-05,Haití,2",
        "2023-05,China,3",
        "2023-05,COL,4",
        "2023-05,Otros,5",
    )
    assert {row["origin"]: row["value"] for row in asked(reading).to_dicts()} == {
        "VEN": 1,
        "HTI": 2,
        "CHN": 3,
        "COL": 4,
        "XXX": 5,
    }


@pytest.mark.parametrize("name", ["Venezuelan", "Guinea Ecuatorial y Bissau", "Korea", "World", ""])
def test_a_name_that_fits_no_place_or_several_is_set_aside_by_name(name: str) -> None:
    reading = read("pa-snm.transits", "2023-05,VEN,1", f"2023-05,{name},2")
    assert reading.rejected.select("row", "column", "rule").rows() == [(2, "nationality", "country")]
    assert reading.rejected.item(0, "found") == (name or None)
    assert (reading.rows, reading.accepted, reading.figures.height) == (2, 1, 1)


@pytest.mark.parametrize("month", ["2023-13", "May 2023", "2023", "2023-05-17", ""])
def test_a_row_whose_month_is_none_is_set_aside(month: str) -> None:
    reading = read("hn-inm.arrivals-total", "2023-04,1", f"{month},2")
    assert reading.rejected.select("row", "column", "rule").rows() == [(2, "month", "date")]


def test_one_nationality_told_twice_under_two_names_is_set_aside_and_not_added() -> None:
    reading = read("pa-snm.transits", "2023-05,VEN,1", "2023-05,Venezuela,2", "2023-05,COL,3")
    assert reading.rejected.select("row", "rule").rows() == [(1, "twice"), (2, "twice")]
    assert asked(reading).get_column("origin").to_list() == ["COL"]


def test_a_dash_is_empty_and_a_zero_is_a_zero() -> None:
    reading = read("hn-inm.arrivals-total", "2014-01,-", "2014-02,0")
    assert (reading.empty, only(reading)["value"], only(reading)["start"]) == (1, 0, date(2014, 2, 1))


@pytest.mark.parametrize("adapter", detections.ADAPTERS, ids=lambda one: one.source.id)
def test_the_csv_of_a_table_reads_as_its_parquet(shared: Path, adapter: Adapter) -> None:
    frame = pl.read_parquet(shared / RECORDED[adapter.source.id])
    box = io.BytesIO()
    frame.write_csv(box)
    data = box.getvalue()
    there = adapter.read(data, paper(adapter.source))
    here = adapter.read((shared / RECORDED[adapter.source.id]).read_bytes(), paper(adapter.source))
    assert there.figures.equals(here.figures)


@pytest.mark.parametrize("adapter", detections.ADAPTERS, ids=lambda one: one.source.id)
def test_a_table_of_other_columns_a_negative_count_or_text_is_refused(adapter: Adapter) -> None:
    columns = adapter.source.columns
    cells = {"month": "2023-05", "nationality": "VEN", adapter.source.counts[0]: "-4"}
    cells |= {name: words[0] for name, words in adapter.source.words.items()}
    row = ",".join(f'"{cells.get(name, "x")}"' for name in columns)
    with pytest.raises(FigureError, match="negative"):
        adapter.read(csv(",".join(columns), row), paper(adapter.source))
    with pytest.raises(FigureError, match="text where a number belongs"):
        adapter.read(csv(",".join(columns), row.replace("-4", "many")), paper(adapter.source))
    with pytest.raises(SourceError, match="missing month"):
        adapter.read(csv(",".join(columns).replace("month", "mes"), row), paper(adapter.source))


def test_the_tables_come_as_files_with_a_licence_and_a_caution() -> None:
    for adapter in detections.ADAPTERS:
        assert adapter.source.licence in LICENCES
        assert "Acts, not persons" in (adapter.source.caution or "")
        with pytest.raises(AskError, match="as a file only"):
            adapter.ask(adapter.source, Question(first=2023, last=2023))
