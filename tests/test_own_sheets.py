"""Files of tables opened: encodings, separators, sheets, merged and hidden cells, formulas, and what is refused."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import date
from functools import cache
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.errors import SourceError
from qanat.sources.own.grid import column_at, letters
from qanat.sources.own.sheets import chosen, grids
from tests.sheets import SHEET, open_document, replaced, row_of, sheet_xml, workbook

ROWS: list[list[Any]] = [["State", "IDPs"], ["Ségou", 1200], ["Mopti", 350.5]]


def cells(data: bytes, encoding: str | None = None) -> list[tuple[str | None, ...]]:
    return grids(data, "table", encoding)[0].cells.rows()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_a_text_table_is_read_in_its_encoding(encoding: str) -> None:
    assert cells("State,IDPs\nSégou,1200\n".encode(encoding)) == [("State", "IDPs"), ("Ségou", "1200")]


def test_arabic_and_cyrillic_code_pages_are_told_by_their_letters() -> None:
    arabic = "الولاية,النازحون\nالخرطوم,1200\nشمال دارفور,350\n"
    cyrillic = "Область,ВПО\nХарківська,1200\nДонецька,350\n"
    assert cells(arabic.encode("windows-1256"))[1] == ("الخرطوم", "1200")
    assert cells(cyrillic.encode("windows-1251"))[1] == ("Харківська", "1200")
    assert grids(arabic.encode("windows-1256"), "t")[0].notes[0].startswith("read as windows-1256")


def test_bytes_that_windows_does_not_assign_are_latin_1() -> None:
    assert cells(b"State,IDPs\nS\xe9gou\x81,5\n")[1] == ("Ségou\x81", "5")


def test_a_mixture_of_encodings_is_told_with_its_rows() -> None:
    mixed = "State,IDPs\nSégou,1\n".encode() + "Kéran,2\n".encode("latin-1")
    with pytest.raises(
        SourceError, match=r"mixes encodings: 1 rows are in UTF-8 \(first row 2\), 1 are not \(rows 3\)"
    ):
        cells(mixed)
    assert cells(mixed, "latin-1")[2] == ("Kéran", "2")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_sign_between_cells_is_the_one_that_parts_the_rows(sign: str) -> None:
    rows = [["State", "IDPs, all", "Note"], ["Mopti", "1,5", "a; b"], ["Gao", "2,5", "c"]]
    text = "\n".join(sign.join(f'"{cell}"' for cell in row) for row in rows)
    assert cells(text.encode()) == [tuple(row) for row in rows]


def test_excels_own_word_for_the_sign_is_heeded() -> None:
    assert cells(b"sep=;\nState;IDPs\nMopti;1\n")[1] == ("State", "IDPs")


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=8), min_size=2, max_size=2
        ),
        min_size=2,
        max_size=6,
    )
)
@settings(deadline=None)
def test_a_quoted_table_is_read_cell_by_cell_or_refused(rows: list[list[str]]) -> None:
    import csv

    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["State", "IDPs"], *rows])
    found = cells(out.getvalue().encode())
    assert found[0] == ("State", "IDPs")
    assert len(found) == len(rows) + 1


def test_a_workbook_holds_numbers_days_and_text_as_they_are() -> None:
    grid = grids(workbook([*ROWS, [date(2024, 3, 31), True]]), "table")[0]
    assert grid.cells.rows() == [("State", "IDPs"), ("Ségou", "1200"), ("Mopti", "350.5"), ("2024-03-31", "True")]
    assert grid.numbers.rows() == [(None, None), (None, 1200.0), (None, 350.5), (None, None)]


def test_a_table_that_does_not_begin_in_the_first_cell_keeps_its_row_numbers() -> None:
    grid = grids(workbook([[], [], [None, "State"], [None, "Mopti"]]), "table")[0]
    assert grid.row(4) == [None, "Mopti"]


def test_an_open_document_is_read_too() -> None:
    data = open_document(row_of("State", "IDPs"), row_of("Mopti", 350))
    assert cells(data) == [("State", "IDPs"), ("Mopti", "350")]


def test_merged_text_stands_in_every_cell_and_a_merged_number_in_one() -> None:
    rows: list[list[Any]] = [
        ["State", "IDPs", None],
        [None, "women", "men"],
        ["Mopti", 5, 6],
        [None, 7, 8],
        ["Gao", 9, None],
    ]
    grid = grids(workbook(rows, merged=("B1:C1", "A1:A2", "A3:A4", "B5:C5")), "table")[0]
    assert grid.cells.rows() == [
        ("State", "IDPs", "IDPs"), ("State", "women", "men"), ("Mopti", "5", "6"), ("Mopti", "7", "8"), ("Gao", "9", None),
    ]  # fmt: skip


def test_hidden_sheets_are_named_and_left_out_unless_asked_for() -> None:
    found = grids(workbook(ROWS, old_hidden=[["State", "IDPs"], ["Gao", 1]]), "table")
    (visible,) = chosen(found, "table")
    assert visible.notes == ("hidden sheets that were left out: old_hidden",)
    assert [grid.name for grid in chosen(found, "table", hidden=True)] == ["Data", "old_hidden"]
    assert [grid.name for grid in chosen(found, "table", wanted="old_hidden")] == ["old_hidden"]
    with pytest.raises(SourceError, match=r"has no sheet 'Dat'; did you mean 'Data'\?"):
        chosen(found, "table", wanted="Dat")


def test_formulas_saved_without_a_result_are_known_by_their_cell() -> None:
    grid = grids(workbook([["State", "IDPs"], ["Mopti", 5], ["Total", "=B2"]]), "table")[0]
    assert grid.unvalued == {(3, 1)}
    valued = sheet_xml('<sheetData><row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><v>3</v></c></row></sheetData>')
    assert not grids(replaced(workbook(ROWS), SHEET, valued), "table")[0].unvalued


def test_a_parquet_table_is_its_heads_and_rows() -> None:
    out = io.BytesIO()
    pl.DataFrame({"place": ["SDN", None], "idps": [1, 2], "share": [0.5, None]}).write_parquet(out)
    (grid,) = grids(out.getvalue(), "table")
    assert grid.cells.rows() == [("place", "idps", "share"), ("SDN", "1", "0.5"), (None, "2", None)]
    assert grid.numbers.row(1) == (None, 1.0, 0.5)


@given(st.integers(0, 16_383))
def test_a_columns_letters_lead_back_to_it(at: int) -> None:
    assert column_at(letters(at)) == at


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"), (b"  \n", "is empty"), (b"\n,,\n,,\n", "holds no filled cell"), (b"\x7fELF\x02\x01", "a program"), (b"\x00\x01\x02abc" * 20, "bytes of zero"),
        (b"%PDF-1.7", "a PDF"), (b"\x89PNG\r\n", "a picture"), (b"<!DOCTYPE html><html>busy</html>", "a web page"), (b'{"idps": 5}', "is JSON"),
        (OLD + b"Workbook", "before 2007"), (OLD + "EncryptedPackage".encode("utf-16-le"), "locked with a password"), (b"PAR1" + b"x" * 30, "cut or damaged"),
        (b"PAR1" + b"\xff" * 40 + (40).to_bytes(4, "little") + b"PAR1", "damaged footer"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told_by_its_name(data: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        grids(data, "file.xlsx")


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_cut_workbook_is_read_as_fewer_rows(data: st.DataObject) -> None:
    whole = _kept()[0]
    cut = data.draw(st.integers(4, len(whole) - 1))
    with pytest.raises(SourceError):
        grids(whole[:cut], "table")


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_never_crashes(data: st.DataObject) -> None:
    whole = bytearray(_kept()[data.draw(st.integers(0, 2))])
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(SourceError):
        assert grids(bytes(whole), "table")


@cache
def _kept() -> tuple[bytes, bytes, bytes]:
    """A workbook, an open document and a table, made once: a workbook tells the second it was made in, which changes its length."""
    return workbook(ROWS), open_document(row_of("State", "IDPs"), row_of("Mopti", 350)), _parquet()


def _parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"place": ["SDN", "TCD"], "idps": [1, 2]}).write_parquet(out)
    return out.getvalue()


def test_a_locked_open_document_is_told() -> None:
    data = open_document(row_of("State"), manifest="<manifest:encryption-data/>")
    with pytest.raises(SourceError, match="locked with a password"):
        grids(data, "table")


def test_xml_with_entities_is_not_opened() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet/>'
    with pytest.raises(SourceError, match="declares a document type or entities"):
        grids(replaced(workbook(ROWS), SHEET, bomb), "table")


def test_an_empty_workbook_says_so() -> None:
    with pytest.raises(SourceError, match="no filled cell in any sheet"):
        grids(workbook([]), "table")
