"""What a table's columns are: HXL tags, mapping files, several rows of heads, and the draft that is offered."""

from __future__ import annotations

from pathlib import Path

import pytest

from qanat.errors import AskError
from qanat.sources.own import hxl
from qanat.sources.own.drafting import drafted, mapping_text, plain
from qanat.sources.own.grid import Grid
from qanat.sources.own.heads import guessed, joined
from qanat.sources.own.laying import columns_of, laid
from qanat.sources.own.layout import Column, Paper
from qanat.sources.own.mapping import mapping
from qanat.sources.own.sheets import grids
from qanat.sources.own.text import text_grid

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples" / "import"


def grid(*rows: str) -> Grid:
    return grids("\n".join(rows).encode(), "table.csv")[0]


def tagged(*tags: str) -> list[Column]:
    """The columns these tags stand for."""
    row = ",".join(tags)
    return list(hxl.tagged(grid(row, row), 1).columns)


def counted(text: str) -> tuple[object, ...]:
    (column,) = tagged(text, "#adm1+code")[:1]
    return (column.measure, column.group, column.unit, column.sex, column.age, dict(column.facet))


TAGS: list[tuple[str, tuple[object, ...]]] = [
        ("#inneed", ("need", "people", "people", None, None, {})), ("#inneed +idps", ("need", "people", "people", None, None, {"group": "IDP"})),
        ("#affected+idps+ind", ("stock", "idps-any", "people", None, None, {})), ("#affected+idps+hh", ("stock", "idps-any", "households", None, None, {})),
        ("# Affected + Returnees", ("stock", "returnees", "people", None, None, {})), ("#population+f", ("stock", "people", "people", "female", None, {})),
        ("#population+m+age_0_4", ("stock", "people", "people", "male", (0, 5), {})), ("#inneed+children", ("need", "people", "people", None, (0, 18), {})),
        ("#targeted+wash", ("target", "people", "people", None, None, {"sector": "WSH"})), ("#reached+protection+child", ("reached", "people", "people", None, None, {"sector": "PRO-CPN"})),
        ("#inneed+age_60_plus", ("need", "people", "people", None, (60, None), {})), ("#affected+total", ("affected", "people", "people", None, None, {})),
        ("#inneed+water+trucked", ("need", "people", "people", None, None, {"kind": "trucked water"})), ("#value+funding+required+usd", ("requirement", "money", "USD", None, None, {})),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), TAGS)
def test_a_tag_says_what_its_column_counts(text: str, meant: tuple[object, ...]) -> None:
    assert counted(text) == meant


def test_a_tag_says_where_and_when() -> None:
    found = tagged(
        "#country+code",
        "#adm1+Name",
        "#adm2 +code",
        "#date+start",
        "#date+year",
        "#sector+cluster",
        "#sex",
        "#age",
        "#origin",
    )
    assert [(one.role, one.level, one.key) for one in found] == [
        ("country", None, None), ("place", 1, None), ("pcode", 2, None), ("start", None, None), ("date", None, None), ("facet", None, "sector"),
        ("sex", None, None), ("age", None, None), ("origin", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize("before", [0, 1, 24])
def test_the_row_of_tags_is_found_within_the_first_25(before: int) -> None:
    rows = ["About this table,"] * before
    assert hxl.tag_row(grid(*rows, "#adm1+code,#inneed", "SS01,5")) == before + 1
    assert hxl.tag_row(grid(*["a,b"] * 25, "#adm1+code,#inneed")) is None


def test_a_hash_in_a_cell_is_no_row_of_tags() -> None:
    assert hxl.tag_row(grid("State,IDPs,Note", "Gao,5,#urgent")) is None


def test_unknown_tags_and_tags_that_say_the_same_are_named() -> None:
    layout = hxl.tagged(grid("Code,Moon,A,B,C", "#adm1+code,#moon,#inneed,#inneed,#inneed+total", "SS01,1,2,3,4"), 2)
    assert [one.head for one in layout.columns if one.role == "count"] == ["C"]
    assert layout.notes[0] == "tags that are not read: #moon"
    assert "C (#inneed), D (#inneed)" in layout.notes[1]


HEADS = ("Needs 2024,,,,", "Area,,People in need,,", "State,District,women,men,all", "Gao,Ansongo,5,6,11")


def test_several_rows_of_heads_are_joined_under_their_groups() -> None:
    assert joined(grid(*HEADS), 2, 3) == [
        "Area / State", "Area / District", "People in need / women", "People in need / men", "People in need / all",
    ]  # fmt: skip


def test_a_draft_says_what_the_heads_say_and_leaves_the_rest() -> None:
    layout = drafted(grid(*HEADS))
    assert layout is not None
    assert (layout.heads, layout.first) == ((2, 3), 4)
    assert [plain(one) for one in layout.columns] == ["place 1", "place 2", "need female", "need male", "need"]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("Wilaya", "place 1"), ("رمز المحافظة", "pcode 1"), ("Département", "place 1"), ("adm2_pcode", "pcode 2"), ("Pays", "country"), ("Fecha", "date"),
        ("النازحون", "stock idps-any"), ("Déplacés (ménages)", "stock idps-any households"), ("PIN - girls", "need female 0-17"),
        ("Personas necesitadas", "need"), ("Retournés 0-4 ans", "stock returnees 0-4"), ("Remarques", "skip"),
    ],
)  # fmt: skip
def test_heads_are_understood_in_four_languages(head: str, said: str) -> None:
    layout = drafted(grid(f"{head},x", "5,6"))
    assert layout is not None
    assert plain(layout.columns[0]) == said


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("reference_period_start", "start"), ("Date fin", "end"), ("origin_iso3", "origin"), ("Country of origin", "origin"), ("population_group", "group"),
        ("pop_type", "group"), ("population_status", "measure"), ("individuals", "stock people"), ("F_00_04", "stock people female 0-4"),
        ("M_80PLUS", "stock people male 80+"), ("T_TL", "stock people"),
    ],
)  # fmt: skip
def test_heads_of_the_agencies_own_tables_are_understood(head: str, said: str) -> None:
    assert plain(guessed(0, head)) == said


def test_counts_leave_the_group_and_the_measure_to_the_columns_that_say_them() -> None:
    for head, said in (("population_group", "stock"), ("population_status", "*")):
        layout = drafted(text_grid(f"state,{head},individuals\nLakes,INN,5\n".encode(), "x.csv"))
        assert layout is not None
        assert plain(layout.columns[2]) == said
        assert (
            laid(
                mapping(mapping_text(layout, Paper(), "x.csv"), "x.toml"),
                grids(f"state,{head},individuals\nLakes,INN,5\n".encode(), "x")[0],
            )
            .columns[2]
            .counts
            == layout.columns[2].counts
        )


def test_two_columns_of_one_role_are_refused() -> None:
    plan = mapping('[columns]\n"a" = {is = "age"}\n"b" = {is = "age"}\n"n" = {counts = "need"}\n', "x.toml")
    with pytest.raises(AskError, match="a, b: are both the age; say which one is"):
        laid(plan, grids(b"a,b,n\n0-4,0,5\n", "x.csv")[0])


def test_a_groups_head_over_some_columns_is_a_head_and_a_title_is_none() -> None:
    lines = ["Round 5,,,", ",,IDPs,", "State,County,Female,Male", "Lakes,Cueibet,5,6", "Lakes,Wulu,7,8"]
    layout = drafted(text_grid("\n".join(lines).encode(), "x.csv"))
    assert layout is not None
    assert [plain(column) for column in layout.columns] == [
        "place 1",
        "place 2",
        "stock idps-any female",
        "stock idps-any male",
    ]


def test_a_draft_is_a_mapping_file_that_is_read_back_the_same() -> None:
    sheet = grid(*HEADS)
    layout = drafted(sheet)
    assert layout is not None
    text = mapping_text(layout, Paper(), "needs.csv")
    again = laid(mapping(text, "draft.toml"), sheet)
    assert [plain(one) for one in again.columns] == [plain(one) for one in layout.columns]
    assert again.first == layout.first


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.toml")), ids=lambda file: file.name)
def test_every_example_is_a_sound_mapping_file(file: Path) -> None:
    assert mapping(file.read_text(encoding="utf-8"), file.name).columns


BAD = """
shet = "Data"
head = [4, 2]
decimal = ";"
date = "soon"
skip = ["9-3"]
[document]
licence = "CC-BY"
published = "yesterday"
[columns]
"State" = { is = "plce", level = 1 }
"District" = { is = "place" }
"Sector" = { is = "facet" }
"IDPs" = { counts = "stok", group = "idp", age = "old" }
"Sex" = { is = "sex", words = { x = "woman" } }
"Both" = { is = "date", counts = "need" }
"""


def test_every_fault_of_a_mapping_file_is_told_at_once_with_the_nearest_word() -> None:
    with pytest.raises(AskError) as told:
        mapping(BAD, "bad.toml")
    for word in (
        "did you mean sheet?", "head = [4, 2]", "decimal = ';'", "date = 'soon'", "'9-3' is no row number", "licence = 'CC-BY'", "published = 'yesterday'",
        "did you mean 'place'?", "'District': level = 1", "'Sector': key = is missing", "did you mean 'stock'?", "age = 'old'", "words.x = 'woman'",
        "'Both': says either is =",
    ):  # fmt: skip
        assert word in str(told.value)


def test_a_mapping_that_does_not_fit_names_every_column_with_the_nearest() -> None:
    said = mapping(
        '[columns]\n"Stat" = { is = "place", level = 1 }\n"IDPs" = { counts = "need" }\n"Sum" = { counts = "target" }',
        "m.toml",
    )
    with pytest.raises(AskError) as told:
        laid(said, grid("State,IDPs,IDPs", "Gao,5,6"))
    assert "did you mean 'State'?" in str(told.value)
    assert "head of several columns; name them as column B, column C" in str(told.value)
    assert "'Sum': there is no such column" in str(told.value)


def test_columns_that_would_say_the_same_are_refused() -> None:
    said = mapping(
        '[columns]\n"State" = { is = "place", level = 1 }\n"a" = { counts = "need" }\n"b" = { counts = "need" }\n"c" = { counts = "stock" }',
        "m.toml",
    )
    with pytest.raises(AskError, match=r"a, b: say the same(.|\n)*c: group = is missing"):
        laid(said, grid("State,a,b,c", "Gao,5,6,7"))


def test_a_head_of_a_repeated_name_is_named_by_its_column() -> None:
    said = mapping('[columns]\n"column A" = { is = "place", level = 1 }\n"column C" = { counts = "need" }', "m.toml")
    layout = laid(said, grid("State,IDPs,IDPs", "Gao,5,6"))
    assert [one.at for one in layout.columns] == [0, 2]
    assert layout.notes == ("columns that are not read: B (IDPs)",)


@pytest.mark.parametrize(
    "words",
    [
        "place 1",
        "pcode 2",
        "date",
        "need female 0-17",
        "stock idps-any households",
        "need idps-any",
        "funding USD",
        "target sector=EDU",
        "facet sector",
        "skip",
    ],
)
def test_a_person_says_a_column_in_a_few_words(words: str) -> None:
    assert plain(columns_of(Column(at=0, head="x", role="skip"), words)) == words


@pytest.mark.parametrize(
    ("words", "says"), [("plase 1", "plase"), ("place", "level = 1"), ("need idp-any", "did you mean idps-any?")]
)
def test_words_that_are_none_are_told(words: str, says: str) -> None:
    with pytest.raises(AskError, match=says):
        columns_of(Column(at=0, head="x", role="skip"), words)
