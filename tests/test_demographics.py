"""Demographics by sex and age: what is counted, what is left unknown, and never a zero that nobody published."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.errors import FigureError
from qanat.figures import F, require
from qanat.sources.demographics import DEMOGRAPHICS, demographics
from qanat.sources.record import Reading
from qanat.sources.sexes import COUNTS
from tests.reading import answer, asked, bounds, only, pair, paper

BANDS = ("0_4", "5_11", "12_17", "18_59", "60")


def cells(women: tuple[int, ...], men: tuple[int, ...], total: int) -> dict[str, object]:
    """Five bands, other and total of women and of men, and the total of all."""
    return dict(zip(COUNTS, (*women, *men, total), strict=True))


def read(*records: dict[str, object]) -> Reading:
    return demographics(answer(*records), paper(DEMOGRAPHICS))


def api(shared: Path) -> Reading:
    return demographics((shared / "fixtures/unhcr_population_api/demographics.json").read_bytes(), paper(DEMOGRAPHICS))


def test_women_and_men_by_age_as_published(shared: Path) -> None:
    jordan = {"origin": "SYR", "place": "JOR", "group": "refugees"}
    assert only(api(shared), **jordan, sex="all")["value"] == 420_835
    assert only(api(shared), **jordan, sex="female", age_from=0, age_to=None)["value"] == 214_140
    girls = only(api(shared), **jordan, sex="female", age_from=5, age_to=12)
    assert (girls["value"], girls["method"], girls["locator"]) == (43_803, "published", "2025/SYR/JOR/REF/f_5_11")


def test_a_record_that_is_not_broken_down_gives_its_total_and_no_zeros(shared: Path) -> None:
    found = asked(api(shared), group="idps", place="SYR")
    assert found.select("sex", "value").rows() == [("all", 5_542_227)]


def test_people_whose_age_nobody_recorded_are_not_spread_over_bands(shared: Path) -> None:
    found = asked(api(shared), group="asylum-seekers", place="GBR")  # all in f_other and m_other
    assert set(found.select("sex", "age_from", "value").rows()) == {
        ("all", 0, 7501),
        ("female", 0, 1132),
        ("male", 0, 6369),
        ("female", None, 1132),
        ("male", None, 6369),
    }


def test_a_published_count_of_unknown_age_stays_a_word_of_its_own(shared: Path) -> None:
    found = only(api(shared), group="refugees", place="DEU", sex="female", age_from=None)
    assert (found["value"], found["age_to"], found["method"]) == (5, None, "published")
    assert bounds(found) == (3, 5, 1)


def test_people_whose_sex_is_not_recorded_are_the_total_less_both_sexes(shared: Path) -> None:
    found = only(api(shared), group="stateless", place="WLD", sex="unknown")
    assert found["value"] == 2_875_412 - 994_995 - 928_478  # 951,939
    assert (found["method"], found["status"], found["age_from"]) == ("unknown-sex@1", "counted", 0)


def test_what_the_bands_leave_is_of_unknown_age_with_what_was_published_so() -> None:
    reading = read(
        pair("SDN", "TCD", pop_type="REF", **cells((10, 20, 30, 40, 50, 7, 200), (0, 0, 0, 0, 0, 0, 0), 200))
    )
    found = only(reading, sex="female", age_from=None)
    assert (found["value"], found["method"]) == (50, "unknown-age@1")  # 200 - (10 + 20 + 30 + 40 + 50)
    assert bounds(found) == (None, None, None)


def test_bounds_of_what_is_left_follow_from_those_of_the_cells() -> None:
    reading = read(pair("SDN", "TCD", pop_type="REF", **cells((5, 0, 0, 40, 50, 0, 105), (0, 0, 0, 0, 0, 0, 0), 105)))
    left = only(reading, sex="female", age_from=None)
    assert left["value"] == 10  # 105 - 95
    assert bounds(left) == (6, 12, 1)  # 105 - (5 + 2 + 2 + 40 + 50) to 105 - (3 + 0 + 0 + 40 + 50)


def test_one_sex_may_be_broken_down_and_the_other_not() -> None:
    reading = read(
        pair("SDN", "TCD", pop_type="REF", **cells((10, 20, 30, 40, 50, 0, 150), (0, 0, 0, 0, 0, 0, 90), 240))
    )
    assert asked(reading, sex="male").select("age_from", "age_to", "value").rows() == [(0, None, 90), (None, None, 90)]
    assert asked(reading, sex="female").height == 6
    assert reading.not_broken_down == 6  # five bands and `other` of the men


def test_a_sex_without_people_has_true_zeros_where_the_other_is_broken_down() -> None:
    reading = read(
        pair("SDN", "TCD", pop_type="REF", **cells((10, 20, 30, 40, 50, 0, 150), (0, 0, 0, 0, 0, 0, 0), 150))
    )
    boys = only(reading, sex="male", age_from=0, age_to=5)
    assert (boys["value"], bounds(boys)) == (0, (0, 2, 1))


def test_returns_are_flows_and_types_have_their_groups() -> None:
    none = cells((0,) * 7, (0,) * 7, 40)
    types = ("REF", "ASY", "IDP", "OIP", "STA", "OOC", "HST", "RET", "RDP")
    reading = read(*(pair("SDN", "SDN", pop_type=word, **none) for word in types))
    flows = asked(reading, measure="flow")
    assert set(flows.get_column("group")) == {"returned-refugees", "returned-idps"}
    assert set(flows.get_column("start")) == {date(2025, 1, 1)}
    assert reading.figures.get_column("group").n_unique() == 9


def test_the_same_record_twice_is_a_fault_and_never_added_up() -> None:
    record = pair("SDN", "TCD", pop_type="REF", **cells((0,) * 7, (0,) * 7, 40))
    with pytest.raises(FigureError, match="says the same thing twice"):
        require(read(record, record).figures)


def test_parts_above_their_whole_are_kept_and_noted() -> None:
    reading = read(pair("SDN", "TCD", pop_type="REF", **cells((10, 0, 0, 90, 0, 0, 60), (0,) * 7, 50)))
    assert reading.notes == (
        "in 1 records the sexes add up to more than the total; both are kept as published",
        "in 1 records the ages add up to more than their sex; both are kept as published",
    )
    assert asked(reading, sex="unknown").is_empty()


ages = st.tuples(*[st.integers(0, 40)] * 6)


@settings(deadline=None, max_examples=40)
@given(ages, ages, st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_sexes_and_ages_always_add_up_to_what_was_published(
    women: tuple[int, ...], men: tuple[int, ...], more_women: int, more_men: int, more: int
) -> None:
    f, m = sum(women) + more_women, sum(men) + more_men
    record = pair("SDN", "TCD", pop_type="REF", **cells((*women, f), (*men, m), f + m + more))
    figures = require(read(record).figures)
    assert figures.filter(~F.value.is_between(F.low, F.high)).is_empty()
    whole = figures.filter((F.age_from == 0) & F.age_to.is_null())
    by_sex = whole.filter(F.sex != "all").get_column("value").sum()
    assert by_sex in (0, f + m + more)
    for sex, total in (("female", f), ("male", m)):
        by_age = figures.filter(~((F.age_from == 0) & F.age_to.is_null()).fill_null(value=False) & (F.sex == sex))
        assert by_age.is_empty() or by_age.get_column("value").sum() == total


def test_locations_added_up_give_the_national_table_with_honest_bounds(shared: Path) -> None:
    by_place = demographics(
        (shared / "unhcr/demographics.parquet").read_bytes(), paper(DEMOGRAPHICS), since=2025, nationally=True
    ).figures
    national = demographics(
        (shared / "unhcr/demographics_national.parquet").read_bytes(), paper(DEMOGRAPHICS), since=2025
    ).figures
    same = ["group", "origin", "place", "sex", "age_from", "age_to", "value"]
    assert by_place.select(same).sort(same).equals(national.select(same).sort(same))
    added = by_place.filter((F.method == "records@1") & (F.value == 0))
    assert added.filter((F.low == 0) & (F.high > 2) & (F.high % 2 == 0)).height > 0  # k zeros: [0, 2k]
    assert by_place.filter(~F.value.is_between(F.low, F.high)).is_empty()


def test_locations_carry_their_p_code_or_their_name(shared: Path) -> None:
    data = (shared / "subnational/_global/unhcr_demographics_admin12_pcoded.parquet").read_bytes()
    reading = demographics(data, paper(DEMOGRAPHICS))
    figures = require(reading.figures)
    ukraine = figures.filter((F.place == "UA71") & (F.end == date(2023, 12, 31)) & (F.sex == "all"))
    assert ukraine.select("value", "facet").rows() == [(110_000, "accommodation=I")]
    unplaced = figures.filter(F.place.str.contains("^[A-Z]{3}$"))
    assert unplaced.height > 0
    assert unplaced.filter(~F.facet.str.contains("location=")).is_empty()


def test_the_csv_handed_to_hdx_is_read(shared: Path) -> None:
    data = (shared / "fixtures/unhcr_hdx_csv/HDX_Demographics.csv").read_bytes()
    reading = demographics(data, paper(DEMOGRAPHICS))
    afghans = {"origin": "AFG", "place": "IRN", "group": "refugees", "end": date(2001, 12, 31)}
    assert only(reading, **afghans, sex="female", age_from=0, age_to=None)["value"] == 569_533
    assert only(reading, **afghans, sex="female", age_from=None, age_to=None)["value"] == 235_926


def test_locations_of_one_country_are_told_apart(shared: Path) -> None:
    data = (shared / "unhcr/demographics.parquet").read_bytes()
    figures = require(demographics(data, paper(DEMOGRAPHICS), since=2025).figures)
    chad = figures.filter((F.origin == "SDN") & (F.place == "TCD") & (F.group == "refugees") & (F.sex == "all"))
    assert chad.get_column("value").sum() == 1_330_950
    assert chad.filter(~F.facet.str.contains("location=")).is_empty()
    assert pl.Series(chad.get_column("facet")).n_unique() == chad.height
