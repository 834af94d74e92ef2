"""Places are found by whatever a person types, and never guessed."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.edition.places import places
from qanat.errors import AskError
from qanat.figures.folding import folded
from qanat.figures.likeness import alike
from qanat.figures.place import COUNTRIES, LANGUAGES, UNITS
from qanat.figures.places import Places
from qanat.figures.words import PEOPLE_WITHOUT_COUNTRY

# names that two places share: asking by one lists both
SHARED = {
    "Congo": {"COD", "COG"}, "الكونغو": {"COD", "COG"}, "Конго": {"COD", "COG"}, "刚果": {"COD", "COG"},
    "Korea": {"KOR", "PRK"}, "Corée": {"KOR", "PRK"}, "Corea": {"KOR", "PRK"}, "Корея": {"KOR", "PRK"}, "كوريا": {"KOR", "PRK"},
    "Saint Martin": {"MAF", "SXM"}, "San Martín": {"MAF", "SXM"}, "سانت مارتن": {"MAF", "SXM"}, "圣马丁": {"MAF", "SXM"},
    "Virgin Islands": {"VGB", "VIR"},
}  # fmt: skip

SIX_LANGUAGES = [
    ("SDN", "Sudan Soudan Sudán السودان Судан 苏丹"),
    ("SYR", "Syria Syrie Siria سوريا Сирия 叙利亚"),
    ("UKR", "Ukraine ukraine Ucrania أوكرانيا Украина 乌克兰"),
    ("TUR", "Turkey Turquie Turquía تركيا Турция 土耳其"),
    ("RUS", "Russia Russie Rusia روسيا Россия 俄罗斯"),
    ("IRN", "Iran iran Irán إيران Иран 伊朗"),
    ("DEU", "Germany Allemagne Alemania ألمانيا Германия 德国"),
    ("ETH", "Ethiopia Éthiopie Etiopía إثيوبيا Эфиопия 埃塞俄比亚"),
    ("LBN", "Lebanon Liban Líbano لبنان Ливан 黎巴嫩"),
    ("COL", "Colombia Colombie colombia كولومبيا Колумбия 哥伦比亚"),
    ("BGD", "Bangladesh bangladesh Bangladesh بنغلاديش Бангладеш 孟加拉国"),
    ("MDA", "Moldova Moldavie Moldavia مولدوفا Молдова 摩尔多瓦"),
    ("PSE", "Palestine palestine Palestina فلسطين Палестина 巴勒斯坦"),
]


@pytest.mark.parametrize(("code", "names"), SIX_LANGUAGES, ids=[code for code, _ in SIX_LANGUAGES])
def test_a_country_is_found_by_its_everyday_name_in_six_languages(code: str, names: str) -> None:
    assert [places().find(name).code for name in names.split()] == [code] * 6


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("sdn", "SDN"), (" SDN ", "SDN"), ("sd", "SDN"), ("729", "SDN"), ("4", "AFG"), ("004", "AFG"), ("the sudan", "SDN"), ("SUDÁN", "SDN"),
        ("Viet Nam", "VNM"), ("Vietnam", "VNM"), ("DR Congo", "COD"), ("D.R. Congo", "COD"), ("Congo, Dem. Rep.", "COD"), ("Zaire", "COD"),
        ("Congo-Brazzaville", "COG"), ("Republic of the Congo", "COG"), ("Ivory Coast", "CIV"), ("cote d’ivoire", "CIV"), ("Burma", "MMR"),
        ("Bolivia", "BOL"), ("Laos", "LAO"), ("Moldova", "MDA"), ("Swaziland", "SWZ"), ("Macedonia", "MKD"), ("Czech Republic", "CZE"),
        ("USA", "USA"), ("U.S.A.", "USA"), ("UK", "GBR"), ("Britain", "GBR"), ("Turkiye", "TUR"), ("TÜRKİYE", "TUR"), ("Korea, Republic of", "KOR"),
        ("Korea, Dem. People's Rep.", "PRK"), ("North Korea", "PRK"), ("Islamic Republic of Iran", "IRN"), ("Tanzania, United Republic of", "TZA"),
        ("St. Lucia", "LCA"), ("St Kitts & Nevis", "KNA"), ("South_Sudan", "SSD"), ("Gambia (The)", "GMB"), ("Sao Tome", "STP"), ("Curacao", "CUW"),
        ("Guinea", "GIN"), ("guinea bissau", "GNB"), ("Falklands", "FLK"), ("Taiwan", "TWN"), ("Hong Kong", "HKG"), ("stateless", "XXA"),
        ("Congo (COG)", "COG"), ("Sudan (SDN)", "SDN"), ("Unknown", "XXX"), ("Abyei", "AB9"), ("Tibetan", "XTB"), ("Serbia and Kosovo: S/RES/1244 (1999)", "SRB"),
    ],
)  # fmt: skip
def test_a_place_is_found_however_it_is_typed(text: str, code: str) -> None:
    assert places().find(text).code == code


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("السُّودان", "vowel signs"), ("ســودان", "tatweel, no article"), ("ﺍﻟﺴﻮﺩﺍﻥ", "presentation forms"),
        ("السودان\u200f", "a direction mark"),
    ],
)  # fmt: skip
def test_arabic_is_read_as_people_write_it(text: str, what: str) -> None:
    assert places().find(text).code == "SDN", what


def test_hamza_and_final_letters_may_be_left_out() -> None:
    assert [places().find(text).code for text in ("المانيا", "اثيوبيا", "اوكرانيا", "سوريه", "ليبيا")] == [
        "DEU",
        "ETH",
        "UKR",
        "SYR",
        "LBY",
    ]


def test_a_slip_of_the_pen_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(AskError) as told:
        places().find("Sudn")
    assert str(told.value) == "no place 'Sudn'; nearest: Sudan (SDN), South Sudan (SSD)"


@pytest.mark.parametrize(("text", "codes"), SHARED.items())
def test_a_name_two_places_share_lists_both(text: str, codes: set[str]) -> None:
    with pytest.raises(AskError, match="can mean several places") as told:
        places().find(text)
    assert all(f"({code})" in str(told.value) for code in codes)


def test_a_code_in_brackets_must_be_the_names_own() -> None:
    with pytest.raises(AskError, match="nearest"):
        places().find("Sudan (TCD)")


def test_no_two_places_share_a_folded_name_but_the_declared_ones() -> None:
    keys: dict[str, set[str]] = {}
    for code in places().codes():
        place = places()[code]
        for name in (*place.names.values(), place.short, place.formal, *place.also):
            keys.setdefault(folded(name or code), set()).add(code)
    assert {key: codes for key, codes in keys.items() if len(codes) > 1} == {
        folded(name): codes for name, codes in SHARED.items()
    }


def test_no_name_is_another_places_code() -> None:
    for code in places().codes():
        place = places()[code]
        for name in (*place.names.values(), place.short, *place.also):
            if folded(name) not in {folded(shared) for shared in SHARED}:
                assert places().find(name).code == code, name


def test_every_name_in_every_language_gives_its_own_code_back_however_it_is_cased() -> None:
    exceptions = {folded(shared) for shared in SHARED}
    for code in places().codes():
        for name in places()[code].names.values():
            for typed in (name, name.upper(), name.lower(), f"  {name}\n", unicodedata.normalize("NFD", name)):
                if folded(name) not in exceptions:
                    assert places().find(typed).code == code, typed


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_any_text_is_answered_with_a_place_or_an_ask_error(text: str) -> None:
    with suppress(AskError):
        assert places().find(text).code in places()


@given(st.text(alphabet="abcdeu congo-'’().,сдкуан السودان苏丹0123456789", max_size=200))
@settings(max_examples=100, deadline=None)
def test_near_words_and_codes_are_answered_too(text: str) -> None:
    for ask in (places().find, places().country, places().from_unhcr, places().at):
        with suppress(AskError):
            assert ask(text).name_en


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.lists(st.sampled_from(["Republic", "of", "Korea", "Islamic", "Iran"]), min_size=1))
def test_the_order_of_words_does_not_matter(words: list[str]) -> None:
    assert folded(" ".join(words)) == folded(", ".join(reversed(words)))


def test_unhcr_codes_are_only_read_when_asked_for() -> None:
    assert [places().from_unhcr(code).code for code in ("AUS", "ARE", "MAR", "sud")] == ["AUT", "EGY", "MTQ", "SDN"]
    assert [places().find(code).code for code in ("AUS", "ARE", "MAR")] == ["AUS", "ARE", "MAR"]
    with pytest.raises(AskError, match=r"UNHCR's own code for Sudan \(SDN\)"):
        places().find("SUD")


def test_every_unhcr_code_leads_back_to_itself() -> None:
    coded = [place for place in map(places().at, places().codes()) if place.unhcr_code]
    assert len(coded) == 230  # 232 rows of UNHCR's list less CRB and CUR
    assert all(places().from_unhcr(place.unhcr_code or "") == place for place in coded)


def test_an_unknown_unhcr_code_names_the_nearest() -> None:
    with pytest.raises(AskError, match=r"no country code 'SUDX'; the nearest is SUD, Sudan \(SDN\)"):
        places().from_unhcr("SUDX")


def test_the_world_and_people_without_a_country_are_no_countries() -> None:
    for text in ("XXA", "Unknown", "World", "Tibetan"):
        with pytest.raises(AskError, match="is no country"):
            places().country(text)
    assert places().country("Abyei Area").code == "AB9"


def test_stateless_and_unknown_origins_are_words_of_their_own() -> None:
    for code, name in PEOPLE_WITHOUT_COUNTRY.items():
        assert places()[code].name_en == name
        assert places()[code].region is None
    assert places().name("XXA", "ru") == "Лица без гражданства"


def test_every_place_has_six_names() -> None:
    for code in places().codes():
        assert set(places()[code].names) == set(LANGUAGES), code


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("TUR", "Türkiye"), ("CIV", "Côte d'Ivoire"), ("PSE", "State of Palestine"), ("TWN", "China, Taiwan Province of China"),
        ("FLK", "Falkland Islands (Malvinas)"), ("VNM", "Viet Nam"), ("SYR", "Syrian Arab Republic"), ("CZE", "Czechia"), ("SWZ", "Eswatini"),
        ("MKD", "North Macedonia"), ("CPV", "Cabo Verde"), ("XKX", "Kosovo (S/RES/1244)"),
    ],
)  # fmt: skip
def test_names_are_the_united_nations_own(code: str, name: str) -> None:
    assert places()[code].name_en == name


def test_all_of_iso_3166_is_there_with_its_numbers() -> None:
    listed = places().countries()
    assert len(listed) == 249
    assert len({place.m49 for place in listed}) == len({place.iso2 for place in listed}) == 249
    assert all(place.iso2 and place.m49 for place in listed)


def test_english_sentences_take_the_article_where_it_belongs() -> None:
    assert [places().spoken(code) for code in ("PHL", "USA", "COD", "SDN", "TZA")] == [
        "the Philippines", "the United States", "the DR Congo", "Sudan", "Tanzania",
    ]  # fmt: skip
    assert places().spoken("PHL", "fr") == "Philippines"


def test_a_language_the_lists_do_not_have_is_refused() -> None:
    with pytest.raises(AskError, match="en, fr, es, ar, ru, zh"):
        places().name("SDN", "de")


def test_regions_and_groups_are_the_united_nations_own() -> None:
    sudan = places()["SDN"]
    assert (sudan.region, sudan.subregion, sudan.unhcr_region) == (
        "Africa",
        "Northern Africa",
        "Eastern and Southern Africa",
    )
    assert (sudan.ldc, sudan.lldc, sudan.sids) == (True, False, False)
    assert sum(bool(place.lldc) for place in places().countries()) == 32  # UN-OHRLLS
    assert places()["XXX"].ldc is None


def test_units_are_found_by_p_code_or_name() -> None:
    assert places().at("SD01").name_en == "Khartoum"
    assert places().unit("GEDAREF", "SDN").code == "SD12"
    assert places().unit("sd12", "SDN").level == 1
    assert places().unit("Khartoum", "SDN", level=1).code == "SD01"
    assert places().region("SD01") == "Africa"


def test_a_unit_name_at_both_levels_lists_both() -> None:
    with pytest.raises(AskError, match=r"Khartoum \(SD01, level 1\), Khartoum \(SD01007, level 2\)"):
        places().unit("khartoum", "SDN")


def test_a_mistyped_unit_is_answered_with_the_nearest() -> None:
    with pytest.raises(AskError, match=r"no unit 'Gedarif' in Sudan \(SDN\); nearest: Gedaref \(SD12\)"):
        places().unit("Gedarif", "SDN")
    with pytest.raises(AskError, match="no p-codes are listed"):
        places().unit("Bavaria", "DEU")


def test_a_p_code_in_place_of_a_country_says_so() -> None:
    with pytest.raises(AskError, match=r"SD01 is Khartoum, a unit of Sudan \(SDN\)"):
        places().find("sd01")


def test_units_below_a_place_are_those_directly_below_or_of_one_level() -> None:
    assert places().admin("SDN").height == 19  # 18 states and Abyei
    assert set(places().admin("SDN", 2).get_column("country")) == {"SDN"}
    assert set(places().admin("SD01").get_column("parent")) == {"SD01"}
    assert places().admin("DEU").is_empty()


@pytest.mark.parametrize(
    ("country", "prefixes"),
    [
        ("SDN", ("SD",)),
        ("SOM", ("SO",)),
        ("IRQ", ("IQG",)),
        ("BDI", ("BDI",)),
        ("ECU", ("EC",)),
        ("TJK", ()),
        ("DEU", ()),
    ],
)
def test_p_code_prefixes_come_from_the_list(country: str, prefixes: tuple[str, ...]) -> None:
    assert places().pcode_prefixes(country) == prefixes


def test_no_p_code_prefix_serves_two_countries() -> None:
    owners: dict[str, str] = {}
    for country in sorted(set(places().units.get_column("country"))):
        for prefix in places().pcode_prefixes(country):
            assert owners.setdefault(prefix, country) == country


def test_unit_names_stand_in_for_codes_and_unknown_codes_for_themselves() -> None:
    assert [places().name(code) for code in ("SD01", "SD99")] == ["Khartoum", "SD99"]


def test_centres_are_taken_only_from_the_same_division() -> None:
    units = places().units.filter(pl.col("level") == 1)
    assert units.filter(pl.col("country").is_in(["MLI", "BFA", "CAF"])).get_column("lat").is_null().all()
    assert units.filter(pl.col("country") == "SDN", pl.col("code") != "SD19").get_column("lat").is_not_null().all()


def test_the_units_are_not_read_for_a_country() -> None:
    def never() -> pl.DataFrame:
        raise AssertionError("units were read")

    row: dict[str, Any] = dict.fromkeys(COUNTRIES.names())
    row |= {"code": "SDN", "kind": "country", "name_en": "Sudan", "short": "Sudan", "also": (), "article": False}
    alone = Places([row], never)
    assert alone.find("Sudan").code == "SDN"
    with pytest.raises(AskError, match="nearest: Sudan"):
        alone.find("Sudn")


def test_tables_have_the_columns_they_promise() -> None:
    assert places().units.schema == UNITS
    assert places().units.get_column("code").is_sorted()


def test_likeness_prefers_the_whole_name_to_a_part_of_it() -> None:
    assert alike("sudn", [("sudan", "SDN"), ("south sudan", "SSD"), ("sweden", "SWE")]) == ("SDN", "SSD")
    assert alike("", [("sudan", "SDN")]) == ()
