"""The UN Population Division's own files: projections as packed CSV, the migrant stock as a workbook."""

from __future__ import annotations

import gzip
import io
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from qanat.edition.places import places
from qanat.errors import AskError, FigureError, SourceError
from qanat.figures import F
from qanat.sources import unpd, unpd_csv, unpd_stock
from qanat.sources.record import Reading
from qanat.sources.request import Question
from tests.reading import asked, csv, only, paper

RECORDED: Final[dict[str, str]] = {
    "unpd.wpp": "population/wpp2024_annual.parquet",
    "unpd.migrant-stock": "stocks/un_desa_ims2024_bilateral.parquet",
    "unpd.migrant-ages": "stocks/un_desa_ims2024_age_sex.parquet",
}
# the published layout; the numbers of Sudan are those of WPP 2024, all others are invented
HEAD: Final = (
    "SortOrder,LocID,Notes,ISO3_code,ISO2_code,LocTypeName,Location,VarID,Variant,Time,TPopulation1Jan,TPopulation1July,"
    "TPopulationMale1July,TPopulationFemale1July,Births,Deaths,DeathsMale,DeathsFemale,NetMigrations"
)
SUDAN: Final = '150,729,,SDN,SD,Country/Area,"Sudan",2,Medium,2023,50020.5,50042.791,25000.291,25042.5,1600.1,330.2,180.2,150,-1349.998'
WORLD: Final = "1,900,,,,World,World,2,Medium,2023,8061876.001,8091734.9,4000000,4091734.9,132000,61000,33000,28000,0"
AFRICA: Final = "2,903,,,,Region,Africa,2,Medium,2023,1,1,1,1,1,1,1,1,1"
AGES_HEAD: Final = "SortOrder,LocID,ISO3_code,Location,VarID,Variant,Time,MidPeriod,AgeGrp,AgeGrpStart,AgeGrpSpan,PopMale,PopFemale,PopTotal"
YOUNG: Final = "150,729,SDN,Sudan,2,Medium,2023,2023.5,0-4,0,5,3900.5,3700.25,7600.75"
OLD: Final = "150,729,SDN,Sudan,2,Medium,2023,2023.5,100+,100,-1,0.1,,0.3"


def workbook(*rows: tuple[object, ...], head: tuple[str, ...] | None = None) -> bytes:
    """A workbook in the layout of the 2024 release, years 2020 and 2024 only."""
    book: Any = import_module("openpyxl").Workbook()  # it comes without types
    book.active.title = "Contents"
    sheet = book.create_sheet("Table 1")
    sheet["A1"] = "United Nations"
    blocks = (
        "International migrant stock at mid-year (both sexes)",
        None,
        "International migrant stock (males)",
        None,
        "… (females)",
        None,
    )
    titles: tuple[str, ...] = head or (
        "Index", "Region, development group, country or area of destination", "Notes of destination", "Location code of destination",
        "Type of data of destination", "Region, development group, country or area of origin", "Location code of origin",
    )  # fmt: skip
    above: list[object] = [*([None] * 7), *blocks]
    below: list[object] = [*titles, 2020, 2024, 2020, 2024, 2020, 2024]
    for down, named in enumerate((above, below), 10):
        for at, title in enumerate(named, 1):
            sheet.cell(down, at, title)
    for down, row in enumerate(rows, 12):
        for at, value in enumerate(row, 1):
            sheet.cell(down, at, value)
    box = io.BytesIO()
    book.save(box)
    return box.getvalue()


def row(destination: object, origin: object, *cells: object) -> tuple[object, ...]:
    return (1, "there", None, destination, "B R", "here", origin, *cells)


SYNTHETIC: Final[dict[str, bytes]] = {
    "unpd.wpp-indicators": gzip.compress(csv(HEAD, WORLD, AFRICA, SUDAN)),
    "unpd.wpp-ages": gzip.compress(csv(AGES_HEAD, YOUNG, OLD)),
    "unpd.migrant-stock-workbook": workbook(row(276, 760, 9, 10, 5, 6, 4, 4)),
}


def read(*rows: str) -> Reading:
    data = gzip.compress(csv(HEAD, *rows))
    return unpd_csv.indicators(data, paper(unpd_csv.INDICATORS, data), places=places().codes())


def stock(*rows: tuple[object, ...]) -> Reading:
    return unpd_stock.stock(workbook(*rows), paper(unpd_stock.STOCK), places=places().codes())


def test_the_packed_csv_says_the_same_of_sudan_as_the_tidy_table(shared: Path) -> None:
    tidy = unpd.prospects((shared / RECORDED["unpd.wpp"]).read_bytes(), paper(unpd.WPP), since=2023, until=2023)
    ours, theirs = (only(one, place="SDN", measure="net-flow") for one in (read(WORLD, SUDAN), tidy))
    assert ours["value"] == theirs["value"] == -1_349_998
    assert [ours[name] for name in ("unit", "start", "end", "status", "basis")] == [
        theirs[name] for name in ("unit", "start", "end", "status", "basis")
    ]


def test_thousands_become_persons_by_sex_on_1_january_and_1_july() -> None:
    reading = read(SUDAN)
    july = only(reading, measure="stock", sex="all", end=date(2023, 7, 1))
    assert (july["value"], july["locator"]) == (50_042_791, "row 1#TPopulation1July")
    assert only(reading, measure="stock", sex="all", end=date(2023, 1, 1))["value"] == 50_020_500
    women, men = (only(reading, measure="stock", sex=sex)["value"] for sex in ("female", "male"))
    assert (women, men) == (25_042_500, 25_000_291)
    assert [only(reading, measure="deaths", sex=sex)["value"] for sex in ("all", "female", "male")] == [
        330_200,
        150_000,
        180_200,
    ]


def test_regions_are_no_places_and_the_world_is_one() -> None:
    reading = read(WORLD, AFRICA, SUDAN)
    assert set(asked(reading).get_column("place")) == {"WLD", "SDN"}
    assert reading.notes == ("1 records speak of regions and groups of countries, which are no places here",)
    assert (reading.rows, reading.accepted) == (3, 3)


def test_a_variant_is_a_facet_and_the_medium_one_is_none() -> None:
    reading = read(SUDAN, SUDAN.replace("Medium", "High"))
    assert asked(reading, measure="births").get_column("facet").to_list() == [None, "variant=High"]


def test_a_blank_is_no_figure_and_years_not_asked_for_are_left_out() -> None:
    assert read(SUDAN.replace("1600.1", "")).empty == 1
    assert read(SUDAN.replace("2023", "1989")).figures.is_empty()


def test_children_under_five_and_people_of_a_hundred_and_more() -> None:
    data = SYNTHETIC["unpd.wpp-ages"]
    reading = unpd_csv.ages(data, paper(unpd_csv.AGES, data))
    assert only(reading, sex="all", age_from=0, age_to=5)["value"] == 7_600_750
    assert only(reading, sex="male", age_from=100, age_to=None)["value"] == 100
    assert (reading.empty, reading.rows) == (1, 2)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (csv(HEAD.replace("NetMigrations", "NetMigration"), SUDAN), r"no NetMigrations \(renamed to NetMigration\?\)"),
        (csv(HEAD), "no rows"),
        (b"", "empty"),
        (b"<html>", "web page"),
        (gzip.compress(csv(HEAD, SUDAN))[:-12], "cut or damaged"),
    ],
)
def test_a_file_that_is_not_the_published_one_is_refused(broken: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        unpd_csv.indicators(broken, paper(unpd_csv.INDICATORS))


@pytest.mark.parametrize(
    "broken", [SUDAN.replace("1600.1", "many"), SUDAN.replace("330.2", "-1"), SUDAN.replace("SDN", "SUD")]
)
def test_text_for_a_number_a_negative_count_and_no_country_are_faults(broken: str) -> None:
    with pytest.raises(FigureError):
        read(broken)


def test_the_whole_file_of_a_variant_is_asked_for() -> None:
    (medium,) = unpd_csv.ask(unpd_csv.INDICATORS, Question(first=2020, last=2025, country="SDN"))
    assert medium.address == (
        "https://population.un.org/wpp/assets/Excel%20Files/1_Indicator%20(Standard)/CSV_FILES/WPP2024_Demographic_Indicators_Medium.csv.gz"
    )
    (others,) = unpd_csv.ask(unpd_csv.AGES, Question(first=2020, last=2025, part="OtherVariants"))
    assert others.address.endswith("WPP2024_PopulationByAge5GroupSex_OtherVariants.csv.gz")
    with pytest.raises(AskError):
        unpd_csv.ask(unpd_csv.INDICATORS, Question(first=2020, last=2025, part="High"))


def test_the_workbook_says_the_same_of_syrians_in_germany_as_the_tidy_table(shared: Path) -> None:
    tidy = unpd.migrants((shared / RECORDED["unpd.migrant-stock"]).read_bytes(), paper(unpd.MIGRANTS))
    pair = asked(tidy, origin="SYR", place="DEU").filter(F.end.dt.year().is_in([2020, 2024])).sort("sex", "end")
    told = {(sex, end.year): value for sex, end, value in pair.select("sex", "end", "value").iter_rows()}
    cells = [told[sex, year] for sex in ("all", "male", "female") for year in (2020, 2024)]
    ours = asked(stock(row(276, 760, *cells)), origin="SYR", place="DEU").sort("sex", "end")
    same = ["sex", "start", "end", "value", "group", "measure", "unit", "status", "basis", "age_from", "age_to"]
    assert ours.select(same).equals(pair.select(same))


def test_a_cell_is_cited_by_sheet_and_cell() -> None:
    found = only(stock(row(276, 760, 9, 10, 5, 6, 4, 4)), sex="male", end=date(2024, 7, 1))
    assert (found["value"], found["locator"], found["origin"], found["place"]) == (6, "Table 1!K12", "SYR", "DEU")


def test_regions_on_either_side_are_left_out_and_others_are_unknown_origins() -> None:
    reading = stock(
        row(900, 760, *range(6)), row(276, 947, *range(6)), row(276, 2003, *range(6)), row(412, 830, *range(6))
    )
    ends = asked(reading, sex="all", end=date(2024, 7, 1)).select("origin", "place").sort("origin").rows()
    assert ends == [("XCX", "XKX"), ("XXX", "DEU")]
    assert reading.notes == ("2 rows speak of regions and groups of countries, which are no places here",)
    assert (reading.rows, reading.accepted) == (4, 4)


def test_two_points_are_not_available_text_numbers_are_numbers_and_notes_below_are_no_rows() -> None:
    reading = stock(row("276", "760.0", "..", "10", 5, 6.0, 0, None), (None, "Note: a footnote", *([None] * 11)))
    assert (reading.rows, reading.empty) == (1, 2)
    assert only(reading, sex="female", end=date(2020, 7, 1))["value"] == 0


def test_a_number_below_900_that_no_country_has_is_set_aside() -> None:
    reading = stock(row(276, 760, *range(6)), row(276, 899, *range(6)))
    assert reading.rejected.select("row", "column", "found", "rule").rows() == [(13, "origin", "899", "country")]
    assert (reading.rows, reading.accepted) == (2, 1)


def test_a_workbook_of_another_kind_is_refused_with_the_reason() -> None:
    other = workbook(head=("Index", "Country", "Notes", "Location code", "Type", "Origin", "Code"))
    whole = workbook(row(276, 760, *range(6)))
    answers = [
        (other, "no sheet has the columns"),
        (whole[:2000], "cut or damaged"),
        (b"<html>", "cut or damaged"),
    ]
    for data, words in answers:
        with pytest.raises(SourceError, match=words):
            unpd_stock.stock(data, paper(unpd_stock.STOCK))
    with pytest.raises(FigureError):
        stock(row(276, 760, "many", *range(5)))


def test_the_tidy_tables_and_the_workbook_come_as_files() -> None:
    for adapter in (*unpd.ADAPTERS, *unpd_stock.ADAPTERS):
        assert not adapter.source.service
        with pytest.raises(AskError, match="as a file only"):
            adapter.ask(adapter.source, Question(first=2020, last=2024))
