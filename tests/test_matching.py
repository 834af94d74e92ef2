"""Places of a table are matched to p-codes, or left to a person with the near misses; never guessed in silence."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.edition.places import places
from qanat.errors import AskError
from qanat.figures.folding import folded
from qanat.figures.likeness import likeness, one_vowel_off
from qanat.figures.matching import ASKED, MATCHED, REMEMBERED, matched
from qanat.figures.other_names import OTHER_NAMES
from qanat.figures.readings import NO_UNIT, no_unit
from tests.verdicts import FILE_IS_WRONG, VERDICTS

Ask = tuple[str | None, int | None, str | None, str | None]


def table(*rows: Ask) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=ASKED, orient="row")


def found(country: str, level: int | None, text: str, parent: str | None = None) -> tuple[str | None, str]:
    """The code and how it was found."""
    row = matched(table((country, level, text, parent)), places()).row(0, named=True)
    return row["code"], row["how"]


def near(country: str, level: int | None, text: str, parent: str | None = None) -> list[str]:
    row = matched(table((country, level, text, parent)), places()).row(0, named=True)
    return [one["name"] for one in row["near"]]


# -- by p-code


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [
        ("SDN", "SD01", "SD01"), ("SDN", " sd 01 ", "SD01"), ("NGA", "NGA008", "NG008"), ("TCD", "TCD19", "TD19"), ("BDI", "BI12", "BDI012"),
        ("BDI", "BI012", "BDI012"), ("CAF", "CAF62", "CF62"), ("SOM", "som25", "SO25"), ("TJK", "3501000.0", "3501000"), ("IRQ", "IQ10", "IQG10"),
    ],
)  # fmt: skip
def test_a_p_code_is_read_however_its_prefix_is_written(country: str, text: str, code: str) -> None:
    assert found(country, 1, text) == (code, "pcode")


def test_a_p_code_of_another_level_or_country_is_not_taken_for_the_unit() -> None:
    assert found("SDN", 1, "SD01007") == (None, "none")
    assert near("SDN", 1, "SD01007") == ["Khartoum"]
    assert found("SSD", 1, "SD01") == (None, "none")
    assert found("SDN", None, "SD01007") == ("SD01007", "pcode")


# -- by name


def test_the_lists_own_name_is_found_in_any_case_and_order() -> None:
    assert found("SDN", 1, "NORTH DARFUR") == ("SD02", "name")
    assert found("SDN", 1, "Darfur, North") == ("SD02", "name")


def test_a_name_at_both_levels_is_several_unless_the_parent_decides() -> None:
    assert found("SDN", None, "Khartoum") == (None, "several")
    assert found("SDN", None, "Khartoum", "Khartoum") == ("SD01007", "name")
    assert found("SDN", None, "Khartoum", "Sudan") == ("SD01", "name")


def test_a_name_two_units_share_is_several_and_lists_them_unless_the_parent_decides() -> None:
    assert found("ECU", 2, "Bolivar") == (None, "several")
    assert near("ECU", 2, "Bolivar")[:2] == ["Bolivar", "Bolivar"]
    assert found("ECU", 2, "Bolivar", "Carchi") == ("EC0402", "name")
    assert found("ECU", 2, "Bolivar", "EC13") == ("EC1302", "name")
    assert found("ECU", 2, "Bolivar (Manabí)") == ("EC1302", "name")


def test_a_parent_that_the_unit_is_not_below_rules_it_out_and_shows_it() -> None:
    assert found("ECU", 2, "Machala", "Carchi") == (None, "none")
    assert near("ECU", 2, "Machala", "Carchi")[0] == "Machala"


def test_a_parent_that_is_in_no_list_is_passed_over() -> None:
    assert found("ECU", 2, "Machala", "Zona 7") == ("EC0701", "name")


def test_a_department_that_bears_the_countrys_name_is_found_as_parent() -> None:
    assert found("GTM", 2, "Mixco", "Guatemala") == ("GT0108", "name")


# -- by a safe difference of spelling


@pytest.mark.parametrize(
    ("country", "level", "text", "code"),
    [
        ("NPL", 1, "Koshi Province", "NP01"), ("KWT", 1, "Jahra", "KW03"), ("HTI", 1, "Nord-Ouest", "HT09"), ("PNG", 1, "Oro", "PG06"),
        ("SDN", 1, "Khartoum State [Admin 1]", "SD01"), ("LBN", 1, "Hermel/Baalbek", "LB8"), ("UKR", 1, "Вінницька область", "UA05"),
        ("BLR", 1, "Minsk Region", "BY004"), ("KAZ", 1, "Almaty Oblast", "KAZ005"), ("UZB", 1, "Tashkent Region", "UZ27"),
        ("UKR", 1, "Донецька / Donetska", "UA14"), ("SYR", 1, "Идлиб", "SY07"), ("LBN", 1, "بيروت / Beirut", "LB1"),
    ],
)  # fmt: skip
def test_words_for_the_kind_of_unit_articles_languages_and_letters_may_differ(
    country: str, level: int, text: str, code: str | None
) -> None:
    assert found(country, level, text)[0] == code


@pytest.mark.parametrize(
    ("country", "level", "text", "why"),
    [
        ("BWA", 2, "Kweneng North", "the list has East and West"),
        ("TGO", 2, "Kpendjal Ouest", "a part cut off Kpendjal"),
        ("LSO", 2, "Mants'onyane", "Manonyane is another council"),
        ("MEX", 1, "Ciudad Juárez", "a city is not the state"),
        ("YEM", 1, "Taiz City", "the list tells cities from governorates"),
        ("MMR", 1, "Bago", "the list has Bago (East) and Bago (West)"),
        ("MMR", 1, "Shan (North) / Kachin", "two units"),
        ("AFG", 1, "Paktiya and Khost", "two units"),
        ("TUN", 1, "Kairouan", "the list has regions at this level"),
    ],
)  # fmt: skip
def test_what_is_only_probable_is_not_taken(country: str, level: int, text: str, why: str) -> None:
    code, how = found(country, level, text)
    assert code is None, why
    assert how in ("several", "none")


def test_mexico_city_is_not_the_state_of_mexico() -> None:
    assert found("MEX", 1, "Ciudad de México") == ("MX09", "variant")
    assert found("MEX", 1, "México") == ("MX15", "name")


def test_score_is_the_likeness_of_letters_and_null_where_none_were_compared() -> None:
    rows = matched(table(("SDN", 1, "Gedarif", None), ("SDN", 1, "Gedaref", None), ("SDN", 1, "SD12", None)), places())
    assert rows.get_column("score").to_list() == [
        pytest.approx(0.857, abs=0.001),  # six letters of seven
        1.0,
        None,
    ]


def test_other_names_are_of_units_in_the_list_and_mean_one_unit() -> None:
    units = places().units
    assert set(OTHER_NAMES) <= set(units.get_column("code"))
    for code, names in OTHER_NAMES.items():
        country, level = units.filter(pl.col("code") == code).select("country", "level").row(0)
        for name in names:
            assert found(country, level, name) == (code, "variant")


# -- no unit


def test_people_in_no_one_unit_are_none_without_near_misses() -> None:
    for text in ("Various", "UNKNOWN", "Dispersed in the country / territory", "Countrywide", "  ", "غير معروف"):
        rows = matched(table(("SDN", 1, text, None)), places())
        assert rows.select("code", "how", "score").row(0) == (None, "none", None)
        assert rows.get_column("near").to_list() == [[]]


def test_no_unit_of_the_list_is_called_by_a_word_for_no_unit() -> None:
    said = {folded(word) for word in NO_UNIT}
    assert not {folded(name) for name in places().units.get_column("name")} & said
    assert not no_unit("National Capital District")


def test_a_country_without_a_list_is_none() -> None:
    assert found("DEU", 1, "Bavaria") == (None, "none")


def test_a_null_names_no_place() -> None:
    rows = matched(table((None, 1, "Khartoum", None), ("SDN", 1, None, None)), places())
    assert rows.get_column("how").to_list() == ["none", "none"]


# -- remembered


def kept(*rows: tuple[str, int | None, str, str | None, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=REMEMBERED, orient="row")


def test_what_a_person_accepted_is_taken_for_that_very_place() -> None:
    memory = kept(("SOM", 2, "Baidoa", None, "SO2401"))
    rows = matched(table(("SOM", 2, " Baidoa", None), ("SOM", 2, "Baidoa", "Bay")), places(), memory)
    assert rows.select("code", "how").rows()[0] == ("SO2401", "remembered")
    assert rows.get_column("how").to_list()[1] == "none"


def test_a_p_code_is_surer_than_a_memory() -> None:
    rows = matched(table(("SDN", 1, "SD01", None)), places(), kept(("SDN", 1, "SD01", None, "SD02")))
    assert rows.select("code", "how").row(0) == ("SD01", "pcode")


def test_memories_of_units_that_are_not_in_the_list_are_told_all_at_once() -> None:
    memory = kept(
        ("SDN", 1, "Gezira", None, "SD99"), ("SDN", 1, "Kosti", None, "SD09094"), ("SDN", 1, "A", None, "SD01"),
        ("SDN", 1, "A", None, "SD02"),
    )  # fmt: skip
    with pytest.raises(AskError) as told:
        matched(table(), places(), memory)
    for part in ("'Gezira' was given 'SD99'", "'Kosti' was given 'SD09094'", "'A' in SDN was given both SD01 and SD02"):
        assert part in str(told.value)


# -- what is refused


def test_unknown_countries_and_levels_are_told_together_with_the_nearest() -> None:
    with pytest.raises(AskError) as told:
        matched(pl.DataFrame({"country": ["SUD"], "level": [3], "text": ["x"], "parent": [None]}), places())
    assert "'SUD' is no ISO 3166 alpha-3 code, the nearest is" in str(told.value)
    assert "level '3' is none of 1, 2" in str(told.value)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(AskError, match="there is no parent"):
        matched(table().drop("parent"), places())


# -- laws

UNITS = places().units
TWINS = UNITS.filter(pl.struct("country", "level", "parent", "name").is_duplicated()).get_column("code").to_list()
OWN = UNITS.filter(~pl.col("code").is_in(TWINS))
rows_of_the_list = st.lists(st.integers(0, OWN.height - 1), min_size=1, max_size=12)


@given(rows_of_the_list)
@settings(max_examples=25, deadline=None)
def test_a_units_own_name_with_its_parent_is_always_that_unit(at: list[int]) -> None:
    own = OWN[at]
    by_code = own.select("country", "level", text="name", parent="parent")
    assert matched(by_code, places()).get_column("code").to_list() == own.get_column("code").to_list()
    names = [places().name(parent) for parent in own.get_column("parent")]
    by_name = by_code.with_columns(parent=pl.Series(names, dtype=pl.String()))
    assert matched(by_name, places()).get_column("code").to_list() == own.get_column("code").to_list()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["SDN", "ECU", "UKR", "LBN", "KAZ"]), st.sampled_from([1, 2, None]),
            st.one_of(st.sampled_from(UNITS.get_column("name").to_list()), st.text(max_size=12)), st.none(),
        ),
        min_size=1, max_size=12,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_a_code_is_of_the_asked_country_and_level_and_the_order_of_rows_does_not_matter(
    asked: list[Ask], luck: object
) -> None:
    once = matched(table(*asked), places())
    assert once.schema == pl.Schema({**ASKED, **MATCHED})
    level = {code: (country, at) for code, country, at in UNITS.select("code", "country", "level").iter_rows()}
    for row in once.iter_rows(named=True):
        if row["code"] is not None:
            assert level[row["code"]][0] == row["country"]
            assert row["level"] in (None, level[row["code"]][1])
        assert (row["code"] is None) == (row["how"] in ("several", "none"))
        assert len(row["near"]) <= 5
        assert row["score"] is None or 0 <= row["score"] <= 1
    shuffled = table(*asked).sample(fraction=1, shuffle=True, seed=luck.randrange(99))  # type: ignore[attr-defined]  # pyright: ignore
    assert matched(shuffled, places()).sort(ASKED.names()).equals(once.sort(ASKED.names()))


@given(st.text("abcdeio", max_size=9), st.text("abcdeio", max_size=9))
def test_likeness_is_the_same_both_ways_and_one_only_for_equals(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert (likeness(one, other) == 1) == (one == other)
    assert one_vowel_off(one, other) == one_vowel_off(other, one)


# -- measured


def test_two_hundred_names_looked_at_by_hand_are_all_matched_right() -> None:
    asked: list[Ask] = []
    means: list[str] = []
    for (country, level, parent), entries in VERDICTS.items():
        for entry in entries.split("; "):
            text, code = entry.rsplit("=", 1)
            asked.append((country, level, text, parent))
            means.append(code)
    assert len(asked) == 200
    rows = matched(table(*asked), places()).with_columns(means=pl.Series(means))
    assert rows.filter(pl.col("code").ne_missing(pl.col("means"))).is_empty()


def test_people_of_unhcrs_demographics_are_matched_by_the_names_of_their_places(shared: Path) -> None:
    file = pl.read_parquet(shared / "subnational/_global/unhcr_demographics_admin12_pcoded.parquet")
    asked = file.select(
        pl.col("asylum_iso3").alias("country"), pl.col("admin_level").cast(pl.Int8()).alias("level"),
        pl.col("location_name").alias("text"), pl.lit(None, pl.String()).alias("parent"), "pcode", "total",
    )  # fmt: skip
    rows = matched(asked, places())
    coded = rows.filter(pl.col("pcode").is_not_null())
    right = coded.filter(pl.col("code") == pl.col("pcode"))
    assert right.select(pl.sum("total")).item() > 0.984 * coded.select(pl.sum("total")).item()
    listed = UNITS.get_column("code").implode()
    differ = coded.filter(pl.col("code") != pl.col("pcode"), pl.col("pcode").is_in(listed))
    given_otherwise = {
        (country, text): code for country, text, code in differ.select("country", "text", "pcode").iter_rows()
    }
    assert given_otherwise == {place: code for place, (code, _) in FILE_IS_WRONG.items()}


def test_ukrainian_names_in_cyrillic_lead_to_the_files_own_p_codes(shared: Path) -> None:
    file = pl.read_csv(shared / "subnational/ukraine/hno_2023_raion_severity.csv")
    asked = file.select(
        pl.lit("UKR").alias("country"), pl.lit(2, pl.Int8()).alias("level"), pl.col("adm2_name_uk").alias("text"),
        pl.col("adm1_name_uk").alias("parent"), "adm2_pcode",
    )  # fmt: skip
    rows = matched(asked, places())
    assert rows.filter(pl.col("code") == pl.col("adm2_pcode")).height == 134
    assert rows.filter(pl.col("code").is_null()).height == 5  # two renamed raions, two cities, the exclusion zone
