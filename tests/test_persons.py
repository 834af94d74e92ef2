"""A list of persons is recognised and refused; tables of aggregates, organisations and places are not.

Every person here is invented.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.edition.places import places
from qanat.errors import AskError
from qanat.sources.own.guard import no_persons
from qanat.sources.own.person_heads import kind_of_head, perhaps_name
from qanat.sources.own.persons import Personal, personal, told
from qanat.sources.own.text import text_grid

NAMES = {
    "en": ["John Okello Odong", "Mary Nakato", "Grace Akello", "Peter Lokwang", "Samuel Otim", "Ruth Nabwire", "David Ssali", "Esther Apio"],
    "fr": ["Jean Mukendi", "Marie Kabongo", "Chantal Ilunga", "Patrick Tshibanda", "Josephine Mwamba", "Olivier Kasongo", "Claudine Ngoy", "Luc Banza"],
    "es": ["Yuliana Pérez Rojas", "Carlos Guaramato", "José Luis Colmenares", "Ana Urdaneta", "Yorman Briceño", "Luisa Quintero Gil", "Miguel Ávila", "Rosa Pirela"],
    "ar": ["محمد خالد العلي", "فاطمة حسن", "أحمد يوسف الجاسم", "مريم عبدالله", "علي الحمود", "زينب صالح", "عمر الخطيب", "ليلى محمود"],
    "uk": ["Шевчук Олена Іванівна", "Бондаренко Андрій Петрович", "Коваль Ірина", "Ткаченко Сергій", "Мельник Оксана", "Лисенко Віктор", "Гончар Тетяна", "Руденко Юлія"],
}  # fmt: skip
PHONES = [
    "+211 912 345 678",
    "0772 114 905",
    "+243 81 555 0142",
    "0599-123-456",
    "+380 67 123 45 67",
    "+57 300 555 1234",
    "0912 000 111",
    "(0)77 1234567",
]
PASSPORTS = ["R0412986", "P7730214", "B5521907", "A9084413", "K1147265", "M6602938", "C3390871", "H2815546"]
BIRTHS = [
    "1986-03-14",
    "1999-11-02",
    "2011-07-23",
    "1954-01-30",
    "2003-05-05",
    "1978-09-17",
    "2020-12-01",
    "1967-04-09",
]
LATITUDES = ["4.851643", "4.859120", "4.847733", "4.866015", "4.850021", "4.871894", "4.843308", "4.855577"]
LONGITUDES = ["31.582541", "31.571203", "31.600418", "31.590077", "31.561950", "31.577641", "31.588302", "31.609915"]
CASES = [
    "SSD-22C01834",
    "SSD-22C04410",
    "SSD-21C00967",
    "SSD-23C07715",
    "SSD-22C02082",
    "SSD-20C05531",
    "SSD-23C00319",
    "SSD-22C06648",
]
SEXES = ["M", "F", "F", "M", "M", "F", "M", "F"]

# heads of name, phone, document, birth, position twice, case
HEADS = {
    "en": ["Full name", "Phone number", "Passport No.", "Date of birth", "Latitude", "Longitude", "Registration number"],
    "fr": ["Nom et prénom", "Téléphone", "N° de passeport", "Date de naissance", "Latitude", "Longitude", "Numéro de dossier"],
    "es": ["Nombre completo", "Teléfono", "Pasaporte", "Fecha de nacimiento", "Latitud", "Longitud", "Número de caso"],
    "ar": ["الاسم الكامل", "رقم الهاتف", "جواز السفر", "تاريخ الميلاد", "خط العرض", "خط الطول", "رقم التسجيل"],
    "uk": ["ПІБ", "Телефон", "Паспорт", "Дата народження", "Широта", "Довгота", "Номер справи"],
}  # fmt: skip
KINDS = ["name", "phone", "document", "birth", "position", "position", "case"]


def facts(language: str) -> list[list[str]]:
    return [NAMES[language], PHONES, PASSPORTS, BIRTHS, LATITUDES, LONGITUDES, CASES]


def kinds(table: pl.DataFrame, tags: dict[str, str] | None = None) -> dict[str, str]:
    return {one.column: one.kind for one in personal(table, tags)}


# -- lists of persons


@pytest.mark.parametrize("language", list(HEADS))
def test_a_case_list_is_recognised_by_its_heads_in_five_languages(language: str) -> None:
    table = pl.DataFrame(dict(zip(HEADS[language], facts(language), strict=True)))
    assert kinds(table) == dict(zip(HEADS[language], KINDS, strict=True))


@pytest.mark.parametrize("language", list(HEADS))
def test_a_case_list_is_recognised_by_its_cells_when_heads_are_renamed(language: str) -> None:
    heads = [f"c{n}" for n in range(7)]
    table = pl.DataFrame(dict(zip(heads, facts(language), strict=True)))
    found = kinds(table)
    assert [found.get(head) for head in heads[:6]] == KINDS[:6]


@pytest.mark.parametrize("language", list(HEADS))
@pytest.mark.parametrize("at", range(4))
def test_one_column_of_persons_is_enough(language: str, at: int) -> None:
    honest = {"district": ["Juba", "Juba", "Yei", "Yei", "Torit", "Torit", "Bor", "Bor"], "sector": ["Health"] * 8}
    named = pl.DataFrame(honest | {HEADS[language][at]: facts(language)[at]})
    assert kinds(named) == {HEADS[language][at]: KINDS[at]}


@given(st.permutations(range(7)), st.permutations(range(8)), st.sampled_from(list(HEADS)))
@settings(max_examples=30, deadline=None)
def test_the_order_of_columns_and_rows_does_not_matter(columns: list[int], rows: list[int], language: str) -> None:
    table = pl.DataFrame(dict(zip(HEADS[language], facts(language), strict=True)))
    mixed = table.select(table.columns[at] for at in columns)[rows]
    assert kinds(mixed) == kinds(table)
    assert [one.column for one in personal(mixed)] == mixed.columns


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("First Name", "name"), ("beneficiary_name", "name"), ("NameOfHeadOfHousehold", "name"), ("Prénoms", "name"), ("Prénom", "name"),
        ("Apellidos", "name"), ("الاسم الرباعي", "name"), ("اسم رب الأسرة", "name"), ("Прізвище", "name"), ("Contact person (organisation)", "name"),
        ("Mobile", "phone"), ("N° tel.", "phone"), ("رقم الجوال", "phone"), ("Мобільний телефон", "phone"), ("WhatsApp", "phone"),
        ("National ID", "document"), ("Cédula", "document"), ("Carte d'identité", "document"), ("رقم الهوية", "document"), ("РНОКПП", "document"),
        ("DOB", "birth"), ("dateOfBirth", "birth"), ("Fecha de nacimiento", "birth"), ("Né(e) le", "birth"), ("ProGres ID", "case"),
        ("Household ID", "case"), ("رقم الملف", "case"), ("Organisation name", None), ("Site name", None), ("School name", None),
        ("Nom de l'organisation", None), ("Name of partner", None), ("Admin 1 Name", None), ("Camp address", None), ("Cases", None), ("اسم المخيم", None),
    ],
)  # fmt: skip
def test_heads_are_read_in_many_languages_and_those_of_places_and_organisations_promise_nothing(
    head: str, kind: str | None
) -> None:
    assert kind_of_head(head) == kind


def test_a_name_is_a_person_only_where_the_cells_are() -> None:
    assert perhaps_name("Name")
    assert perhaps_name("الاسم")
    assert kinds(pl.DataFrame({"Name": NAMES["en"]})) == {"Name": "name"}
    assert kinds(pl.DataFrame({"Name": ["Kalma Camp", "Abu Shouk", "Zam Zam", "El Neem", "Otash Camp"]})) == {}
    assert kinds(pl.DataFrame({"Nombre": ["12", "40", "7", "88"]})) == {}


def test_names_no_list_has_are_seen_where_each_row_is_a_person() -> None:
    strange = [
        "Xirqa Vonbel",
        "Tumo Hlengethwa",
        "Ysbrand Okwara",
        "Pelu Ngantcho",
        "Drilon Zhegu",
        "Mbali Soqinase",
        "Teuta Krasni",
        "Obi Wekesa",
    ]
    table = pl.DataFrame({"Name": strange, "Sex": SEXES, "Age": ["31", "8", "17", "70", "22", "45", "3", "58"]})
    assert kinds(table.select("Name")) == {}
    assert kinds(table) == {"Name": "name"}
    assert kinds(table.select("Name", pl.Series("Phone", PHONES))) == {"Name": "name", "Phone": "phone"}


@pytest.mark.parametrize("day", ["14/03/86", "14 mars 1986", "14-Mar-1986", "1986", "1986-03-14 00:00:00"])
def test_a_date_of_birth_may_be_written_in_many_ways(day: str) -> None:
    assert kinds(pl.DataFrame({"DOB": [day, day]})) == {"DOB": "birth"}


def test_given_names_alone_and_names_in_small_letters_are_seen() -> None:
    assert kinds(pl.DataFrame({"c1": ["Mary", "John", "Fatima", "Deng", "Omar", "Achol"]})) == {"c1": "name"}
    assert kinds(pl.DataFrame({"c1": [name.lower() for name in NAMES["es"]]})) == {"c1": "name"}


# -- contacts in a table of activities

ACTIVITIES = {
    "Organisation": ["ACF", "DRC", "NRC", "INTERSOS"], "Admin1": ["Borno", "Yobe", "Borno", "Adamawa"], "Sector": ["WASH", "Health", "WASH", "Shelter"],
    "Beneficiaries": ["1200", "340", "88", "4100"],
}  # fmt: skip


def test_a_focal_point_of_an_organisation_is_a_person_too() -> None:
    contacts = {
        "Contact name": ["Amina Bello", "Tom Krog", "Aisha Musa", "Luca Neri"], "Contact email": ["a.bello@acf.example", "t.krog@drc.example", "aisha@nrc.example", "l.neri@in.example"],
        "Tel": ["+234 803 555 0101", "+234 803 555 0102", "0803 555 0103", "0803 555 0104"],
    }  # fmt: skip
    assert kinds(pl.DataFrame(ACTIVITIES | contacts)) == {
        "Contact name": "name",
        "Contact email": "email",
        "Tel": "phone",
    }
    assert kinds(pl.DataFrame(ACTIVITIES)) == {}


def test_a_tag_of_hxl_tells_a_contact_whatever_the_head() -> None:
    table = pl.DataFrame(ACTIVITIES | {"FP": ["A. B.", "T. K.", "A. M.", "L. N."]})
    assert kinds(table, {"FP": "#contact+name"}) == {"FP": "name"}
    assert kinds(table, {"FP": "#meta+note"}) == {}


def test_an_e_mail_in_a_remark_is_seen_and_a_box_of_an_office_is_not() -> None:
    remarks = ["ongoing", "ask j.doe@ngo.example for access", "", "done"]
    (found,) = personal(pl.DataFrame(ACTIVITIES | {"Remarks": remarks}))
    assert (found.column, found.kind, found.rows) == ("Remarks", "email", 1)
    assert kinds(pl.DataFrame(ACTIVITIES | {"Source": ["info@ngo.example"] * 4})) == {}


def test_an_empty_column_for_contacts_holds_nobody() -> None:
    assert (
        kinds(pl.DataFrame(ACTIVITIES | {"Contact name": ["", " ", "", ""], "Phone": ["#contact+phone", "", "", ""]}))
        == {}
    )


# -- coordinates


def test_coordinates_of_places_are_no_facts_of_persons_and_those_of_persons_are() -> None:
    sites = {"Site": [f"Site {n}" for n in range(8)], "lat": LATITUDES, "lon": LONGITUDES}
    assert kinds(pl.DataFrame(sites | {"individuals": ["120", "3400", "56", "780", "90", "1200", "33", "4100"]})) == {}
    assert kinds(pl.DataFrame(sites)) == {}
    persons = {
        "sex": SEXES,
        "age": ["31", "8", "17", "70", "22", "45", "3", "58"],
        "gps": [f"{a},{b}" for a, b in zip(LATITUDES, LONGITUDES, strict=True)],
    }
    assert kinds(pl.DataFrame(persons)) == {"gps": "position"}


# -- tables that are no lists of persons


def test_codes_counts_dates_and_bands_are_no_documents_births_or_phones() -> None:
    days = [str(date(2024, 1, 1) + timedelta(days=9 * n)) for n in range(40)]
    table = pl.DataFrame(
        {
            "pcode": [f"SS{1 + n // 8:02}{n % 8:02}01" for n in range(40)], "reporting_date": days, "end": days,
            "people": [str(10_007 * (n + 3) ** 2) for n in range(40)], "spelt": [f"{n + 3} {n * 17 % 900 + 100} 400" for n in range(40)],
            "band": ["100000-200000"] * 40, "birth registrations": [str(n * 3) for n in range(40)], "Children born": [str(n * 31) for n in range(40)], "Number of cases": [str(n * 7) for n in range(40)],
            "Mobile clinics": [str(n % 5) for n in range(40)], "Case number": [str(n % 9) for n in range(40)],
        }
    )  # fmt: skip
    assert kinds(table) == {}


def test_large_sums_and_long_codes_of_places_are_no_documents() -> None:
    table = pl.DataFrame(
        {
            "Requirements (USD)": ["4442200000", "3227372908", "3059587797", "3107702931", "3945656687"],
            "Population": ["331002651", "273523615", "220892340", "212559417", "206139589"],
            "KOATUU code": ["0510100000", "0521410600", "0523082802", "0524587101", "0525683300"],
        }
    )
    assert kinds(table) == {}


def test_numbers_of_national_identity_cards_are_seen_under_any_head() -> None:
    assert kinds(pl.DataFrame({"c1": ["3104512077", "2987700415", "3340916628", "2756109934"]})) == {"c1": "document"}


def test_no_list_of_places_is_taken_for_persons() -> None:
    refused = [
        (head, country, level)
        for head in ("Name", "c1")
        for (country, level), units in places().units.group_by("country", "level")
        if personal(units.select(pl.col("name").alias(head), pl.col("code").alias("c2")))
    ]
    assert refused == []


def read(file: Path) -> pl.DataFrame:
    if file.suffix == ".parquet":
        table = pl.read_parquet(file)
    else:
        table = pl.read_csv(file, infer_schema=False, encoding="utf8-lossy", truncate_ragged_lines=True)
    return table.select(pl.col(name).cast(pl.String(), strict=False) for name in table.columns)


def test_no_real_table_of_the_shared_folder_is_refused(shared: Path) -> None:
    files = sorted(file for file in (shared / "subnational").rglob("*") if file.suffix in (".csv", ".parquet"))
    assert len(files) > 50
    assert {file.name: personal(read(file)) for file in files if personal(read(file))} == {}


# -- the refusal


def test_the_refusal_names_columns_and_what_to_do_and_quotes_no_cell() -> None:
    table = pl.DataFrame(dict(zip(HEADS["en"], facts("en"), strict=True)))
    said = told(personal(table))
    assert "qanat holds no personal data. Nothing of it was kept." in said
    assert "'Full name': names of persons; its head says so (8 rows)" in said
    assert "count the people first, by place, sex and age" in said
    assert "take out 'Full name', 'Phone number'" in said
    for column in table.iter_columns():
        assert not any(cell in said for cell in column.to_list())


def test_nothing_found_is_nothing_told() -> None:
    assert personal(pl.DataFrame({"a": []})) == ()
    assert told(()) == ""
    assert told((Personal(column="x", kind="email", why="e-mail addresses", rows=1),)).count("\n") == 3


# -- one person a row without a telling head


def guarded(*lines: str) -> str:
    """What the guard says of a table in CSV; empty where it lets it pass."""
    try:
        no_persons(text_grid("\n".join(lines).encode(), "list.csv"), "list.csv")
    except AskError as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize(
    "lines",
    [
        ("case,sex,age,nationality,need", "1,M,34,SSD,PWD", "2,F,21,SSD,", "3,M,56,SSD,UASC", "4,F,8,SSD,"),  # indirectly, OCHA 2021
        ("ref,naiss.,sexe", "1,02/01/1990,M", "2,06/05/2003,F", "3,30/11/1968,M", "4,01/01/2016,F"),
        ("x,y,z", "A.H.,1990-01-02,M", "F.O.,2003-05-06,F", "J.D.,1968-11-30,M", "A.Y.,2016-01-01,F"),
        ("No,Number,Age,Sex", "1,48213377,34,M", "2,51877203,21,F", "3,39005518,56,M", "4,44019826,8,F"),
        ("Refugee,Nationality,Age", "Tran Van,VNM,34", "Nguyen Minh,VNM,21", "Le Thi,VNM,56", "Pham Duc,VNM,8"),
        ("ስም,ጾታ,ዕድሜ", "አበበ ከበደ,ወ,22", "ትርንጎ ወልደ,ሴ,33", "ሀብታሙ ግርማ,ወ,44", "ሰላም ተስፋዬ,ሴ,5"),
        ("Individual,Group", "JOR-00482133,123-18C04821", "JOR-00518772,123-18C05187", "JOR-00390055,124-19C03900"),
        ("Jefe de hogar,Tamaño", "Yulimar Peñalver,5", "Wuilker Romaña,6", "Keiner Asprilla,7"),
        ("Nom du réfugié,Nationalité", "Ngarsou Djim,CAF", "Mbaïna Tolo,CAF", "Kouka Baro,CAF"),
        ("Name of village chief,IDPs", "Ahmed Ali,10", "John Deng,20", "Moses Lado,30"),
        ("State,IDPs,Remarks", "Lakes,100,call Ahmed Ali on +211912345678", "Unity,200,", "Jonglei,300,reached by road"),
        ("State,IDPs", "Lakes,100", "Jonglei,200", ",", "Name,Phone", "Ahmed Ali,+211912345678", "Fatuma Omar,+211912345679"),
    ],
)  # fmt: skip
def test_one_person_a_row_is_seen_without_a_telling_head(lines: tuple[str, ...]) -> None:
    assert "qanat holds no personal data" in guarded(*lines)


@pytest.mark.parametrize(
    "lines",
    [
        ("Age,Sex,Deaths", "0,M,1", "1,F,2", "2,M,3", "3,F,1", "4,M,0"),
        ("Age,Sex,Population", "0,M,1000", "1,F,1200", "2,M,1300", "3,F,1100"),
        ("District,Mean age,Sex of head,n", "Juba,34,M,100", "Yei,35,F,200", "Bor,36,M,300"),
        ("Municipio,n", "Juan José Mora,1", "Francisco del Carmen Carvajal,2", "José Felipe Ribas,3", "Simón Rodríguez,4"),
        ("Head of household,n", "Female,10", "Male,20", "Female,5"),
        ("State,IDPs,Remarks", "Lakes,100,call the office on +211912345678", "Unity,200,", "Jonglei,300,"),
        ("State,IDPs", "Lakes,100", "Jonglei,200", ",", "Country,IDPs", "South Sudan,300", "Sudan,400"),
    ],
)  # fmt: skip
def test_counts_by_age_and_places_with_names_of_persons_pass(lines: tuple[str, ...]) -> None:
    assert guarded(*lines) == ""


def test_a_list_without_heads_is_refused_without_repeating_its_first_person() -> None:
    said = guarded(
        "Ahmed Ali Hassan,+211912345678,M", "Fatuma Omar,+211912345679,F", "John Deng Garang,+211912345670,M"
    )
    assert "'column A': names of persons" in said
    assert "Ahmed" not in said
    assert "+211" not in said


def test_names_told_by_cells_alone_say_how_places_are_told() -> None:
    said = guarded("Name,n", "Juan José Mora,1", "Francisco del Carmen Carvajal,2", "José Felipe Ribas,3")
    assert "If 'Name' are places or organisations, let the head say so" in said
