"""International Migrant Stock 2024: by origin and destination, by sex and age."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qanat.edition.places import places
from qanat.figures import F, require
from qanat.sources import unpd
from qanat.sources.record import Reading
from tests.reading import asked, csv, only, paper

JULY = date(2024, 7, 1)


@pytest.fixture(scope="module")
def pairs(shared: Path) -> Reading:
    return unpd.migrants((shared / "stocks/un_desa_ims2024_bilateral.parquet").read_bytes(), paper(unpd.MIGRANTS))


@pytest.fixture(scope="module")
def ages(shared: Path) -> Reading:
    return unpd.migrant_ages((shared / "stocks/un_desa_ims2024_age_sex.parquet").read_bytes(), paper(unpd.MIGRANT_AGES))


def test_people_from_mexico_in_the_united_states_in_2024(pairs: Reading) -> None:
    by_sex = asked(pairs, origin="MEX", place="USA", end=JULY).select("sex", "value").rows()
    assert dict(by_sex) == {"all": 11_279_561, "female": 5_496_877, "male": 5_782_684}


def test_women_and_men_add_up_to_all(pairs: Reading) -> None:
    sums = dict(pairs.figures.filter(F.end == JULY).group_by("sex").agg(F.value.sum()).iter_rows())
    assert sums["all"] == 304_021_813
    assert abs(sums["female"] + sums["male"] - sums["all"]) <= 10_000  # each cell was rounded by itself


def test_destinations_by_age_add_up_to_the_pairs(pairs: Reading, ages: Reading) -> None:
    total = ages.figures.filter((F.end == JULY) & (F.sex == "all") & (F.age_from == 0) & F.age_to.is_null())
    assert total.get_column("value").sum() == 304_021_813
    germany = pairs.figures.filter((F.end == JULY) & (F.sex == "all") & (F.place == "DEU")).get_column("value").sum()
    assert total.filter(F.place == "DEU").get_column("value").item() == germany


def test_girls_under_five_in_germany_with_no_origin_told(ages: Reading) -> None:
    found = only(ages, place="DEU", end=JULY, sex="female", age_from=0, age_to=5)
    assert (found["value"], found["origin"], found["group"], found["status"]) == (79_945, None, "migrants", "estimated")


def test_an_earlier_revision_is_told_from_the_one_that_is_cited(shared: Path, pairs: Reading) -> None:
    earlier = unpd.migrants((shared / "stocks/un_desa_ims2020_bilateral.parquet").read_bytes(), paper(unpd.MIGRANTS))
    assert earlier.notes[0].startswith("the table ends in 2020, the 2024 revision in 2024")
    assert pairs.notes == ()


def test_every_place_exists_and_the_channel_islands_have_a_code_of_their_own(pairs: Reading) -> None:
    require(pairs.figures, "migrants", places().codes())
    one = unpd.migrants(csv("orig,dest,sex,year,value", "FRA,CHI,b,2024,7"), paper(unpd.MIGRANTS))
    assert only(one)["place"] == "XCX"
