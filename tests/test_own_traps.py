"""Tables that would give a wrong number unnoticed: cells, totals, codes and rows that are not what they seem."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from qanat.cli import main
from qanat.errors import AskError, FigureError, SourceError
from qanat.jobs.importing import imported
from qanat.jobs.looking import ImportRequest, looked
from qanat.store import Ask, Disk
from tests.sheets import open_document, row_of, workbook

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HEADS = ["#adm1+code", "#affected+idps"]


class Desk:
    """A store and what is brought into it."""

    def __init__(self, folder: Path) -> None:
        self.store = Disk(folder / "store")
        self.folder = folder

    def bring(self, content: bytes | list[str], name: str = "table.csv", **given: Any) -> dict[str, Any]:
        """One file imported, as bytes or lines of CSV."""
        file = self.folder / name
        file.write_bytes(content if isinstance(content, bytes) else "\n".join(content).encode())
        if "mapping" in given:
            (self.folder / "mapping.toml").write_text(given.pop("mapping"), encoding="utf-8")
            given["mapping"] = self.folder / "mapping.toml"
        return imported(looked(ImportRequest(file=file, **given)), self.store, NOW)

    def values(self, found: dict[str, Any]) -> dict[str, float | None]:
        """The values of a run by place."""
        rows = self.store.get(Ask(run=found["run"])).select("place", "value").rows()
        assert len({place for place, _ in rows}) == len(rows)
        return dict(rows)

    def aside(self, found: dict[str, Any]) -> list[tuple[int, str, str]]:
        """Row, column and rule of what was set aside."""
        return self.store.aside(found["run"]).select("row", "column", "rule").rows()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def sheet(change: Callable[[Any], None]) -> bytes:
    """A workbook of three states with 10, 20 and 30 people, changed."""
    openpyxl: Any = import_module("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(workbook([HEADS, ["SS01", 10], ["SS02", 20], ["SS03", 30]])))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# -- cells


def test_an_error_of_a_spreadsheet_is_no_missing_count(desk: Desk) -> None:
    def broken(book: Any) -> None:
        for row, error in ((2, "#REF!"), (3, "#N/A")):
            book.active.cell(row, 2).value = error
            book.active.cell(row, 2).data_type = "e"

    found = desk.bring(sheet(broken), "t.xlsx", date="2024")
    assert desk.values(found) == {"SS02": None, "SS03": 30}  # #N/A is "no value available"
    assert desk.aside(found) == [(2, "B (#affected+idps)", "error")]
    bad = '<table:table-row><table:table-cell office:value-type="string"><text:p>SS01</text:p></table:table-cell><table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""><text:p>#DIV/0!</text:p></table:table-cell></table:table-row>'
    found = desk.bring(open_document(row_of(*HEADS), bad, row_of("SS02", 5)), "t.ods", date="2024")
    assert (desk.values(found), desk.aside(found)) == ({"SS02": 5}, [(2, "B (#affected+idps)", "error")])


@pytest.mark.parametrize("shown", ["0%", "0.00%", '0.0" of all "%'])
def test_a_percentage_is_no_quarter_of_a_person(shown: str, desk: Desk) -> None:
    def quarter(book: Any) -> None:
        book.active.cell(2, 2).value, book.active.cell(2, 2).number_format = 0.25, shown

    found = desk.bring(sheet(quarter), "t.xlsx", date="2024")
    assert (desk.values(found), desk.aside(found)) == (
        {"SS02": 20, "SS03": 30},
        [(2, "B (#affected+idps)", "number")],
    )


def test_a_percent_sign_in_quotes_is_no_percentage(desk: Desk) -> None:
    def told(book: Any) -> None:
        book.active.cell(2, 2).number_format = '0" (100% sample)"'

    assert desk.values(desk.bring(sheet(told), "t.xlsx", date="2024"))["SS01"] == 10


def test_an_open_documents_percentage_is_one_too(desk: Desk) -> None:
    share = '<table:table-row><table:table-cell office:value-type="string"><text:p>SS01</text:p></table:table-cell><table:table-cell office:value-type="percentage" office:value="0.25"><text:p>25%</text:p></table:table-cell></table:table-row>'
    found = desk.bring(open_document(row_of(*HEADS), share, row_of("SS02", 5)), "t.ods", date="2024")
    assert desk.values(found) == {"SS02": 5}


def test_days_counted_from_1904_are_not_four_years_early(desk: Desk) -> None:
    def old(book: Any) -> None:
        book.epoch = import_module("openpyxl.utils.datetime").CALENDAR_MAC_1904
        book.active["C1"], book.active["C2"], book.active["C3"] = "#date", 43860, date(2024, 1, 31)
        book.active["C4"] = "2024-01-31"

    found = desk.bring(sheet(old), "t.xlsx")
    days = desk.store.get(Ask(run=found["run"])).get_column("start").unique().to_list()
    assert days == [date(2024, 1, 31)]  # 43 860 days after 1 January 1904


def test_what_a_sheet_hides_is_read_and_told(desk: Desk) -> None:
    def hiding(book: Any) -> None:
        book.active.row_dimensions[3].hidden = True
        book.active.column_dimensions["B"].hidden = True

    found = desk.bring(sheet(hiding), "t.xlsx", date="2024")
    assert desk.values(found)["SS02"] == 20
    assert "rows that the sheet hides or filters out are read too: 3" in found["notes"]
    assert "columns that the sheet hides are read too: B" in found["notes"]


# -- totals


def test_a_total_in_a_table_by_sex_is_compared_with_the_rows_of_its_sex(desk: Desk) -> None:
    rows = ["#adm1+code,#sex,#affected+idps", "SS01,f,5", "SS01,m,6", "SS02,f,1", "SS02,m,2"]
    found = desk.bring([*rows, "Total,f,6", "Total,m,8", "Total,,14"], date="2024")
    assert (found["superseded"], [one["summed"] for one in found["totals"]]) == (3, [6, 8, 14])
    with pytest.raises(FigureError, match=r"row 6.*the total says 9, its 2 rows add up to 6, \+3 apart"):
        desk.bring([*rows, "Total,f,9"], date="2024")


def test_a_total_that_nothing_can_be_compared_with_is_told(desk: Desk) -> None:
    rows = ["#adm1+code,#sector,#inneed", "SS01,EDU,5", "SS01,HEA,6", "Total,ALL,8"]
    found = desk.bring(rows, date="2024")  # people in need of either are fewer than the sum
    assert "totals that were left out unchecked, for nothing tells which rows they add: row 4" in found["notes"]


def test_ten_thousand_totals_are_compared_in_one_go(desk: Desk) -> None:
    rows = [f"{place},camp {at},{at}" for at in range(10_000) for place in ("SS01", "Total")]
    assert desk.bring(["#adm1+code,#sector,#affected+idps", *rows], date="2024")["superseded"] == 10_000


# -- places


def test_a_p_code_and_a_name_of_two_units_are_set_aside(desk: Desk) -> None:
    rows = ["#adm1+code,#adm1+name,#affected+idps", "SS01,Lakes,5", "SS02,Eastern Equatoria State,6", "SS03,Jongley,7"]
    found = desk.bring(rows, date="2024")
    assert desk.values(found) == {"SS02": 6, "SS03": 7}
    told = desk.store.aside(found["run"]).row(0, named=True)
    assert told["row"] == 2
    assert "has the p-code SS01, and its name is that of Lakes (SS04)" in told["why"]


def test_a_p_code_in_another_state_than_the_row_says_is_taken_and_told(desk: Desk) -> None:
    found = desk.bring(["#adm1+code,#adm2+code,#affected+idps", "SS04,SS0101,5", "SS01,SS0102,6"], date="2024")
    assert desk.values(found) == {"SS0101": 5, "SS0102": 6}
    assert (
        "the p-code was taken where the one above it is of another unit than the list has it in: row 2"
        in found["notes"]
    )


def test_p_codes_lead_to_several_countries(desk: Desk) -> None:
    found = desk.bring(["#adm1+code,#affected+idps", "SS01,5", "sd01,6", "XX99,7"], date="2024")
    assert (desk.values(found), desk.aside(found)) == ({"SS01": 5, "SD01": 6}, [(4, "A (place)", "place")])
    assert not (desk.folder / "store" / "matches.toml").exists()


def test_a_p_code_of_another_country_is_told_by_its_country(desk: Desk) -> None:
    found = desk.bring(["#adm1+code,#affected+idps", "SS01,5", "SD01,6"], date="2024", country="South Sudan")
    assert desk.store.aside(found["run"]).get_column("why").to_list() == [
        "has the p-code SD01 of SDN, and the row is in SSD"
    ]


# -- text


def test_a_comma_that_parts_thousands_outside_quotes_costs_no_digit(desk: Desk) -> None:
    found = desk.bring(["#adm1+code,#affected+idps", "SS01,1,234", "SS02,950"], date="2024")
    assert (desk.values(found), desk.aside(found)) == ({"SS02": 950}, [(2, "C (no head)", "beyond")])


def test_a_quotation_mark_left_open_swallows_no_rows(desk: Desk) -> None:
    with pytest.raises(SourceError, match=r"row 2 .*quotation mark"):
        desk.bring(["#adm1+code,#affected+idps,#meta", 'SS01,5,"left open', "SS02,6,x"], date="2024")


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_told_without_its_mark(order: str, desk: Desk) -> None:
    data = "#adm1+code\t#affected+idps\r\nSS01\t5\r\n".encode(order)
    assert desk.values(desk.bring(data, date="2024")) == {"SS01": 5}
    plan = 'encoding = "utf-16"\ndate = "2024"\n[columns]\n"p" = {is = "pcode", level = 1}\n"n" = {counts = "need"}\n'
    assert desk.values(desk.bring("p,n\nSS01,5\n".encode(order), mapping=plan)) == {"SS01": 5}


@pytest.mark.parametrize("text", ["inf", "1e400", "nan", "-inf", "1_000"])
def test_what_is_no_finite_number_is_a_fault_of_its_cell(text: str, desk: Desk) -> None:
    found = desk.bring(["#adm1+code,#affected+idps", f"SS01,{text}", "SS02,6"], date="2024")
    assert desk.values(found) in ({"SS02": 6}, {"SS01": None, "SS02": 6})  # "nan" is a word for "not counted"


def test_a_parquet_table_of_text_alone_is_read(desk: Desk) -> None:
    out = io.BytesIO()
    pl.DataFrame({"p": ["#adm1+code", "SS01"], "n": ["#affected+idps", "1,234.5"]}).write_parquet(out)
    assert desk.values(desk.bring(out.getvalue(), "t.parquet", date="2024")) == {"SS01": 1234.5}


def test_a_parquet_number_that_is_not_finite_is_a_fault_of_its_cell(desk: Desk) -> None:
    out = io.BytesIO()
    pl.DataFrame({"p": ["SS01", "SS02", "SS03"], "n": [float("nan"), float("inf"), 3.0]}).write_parquet(out)
    plan = 'date = "2024"\n[columns]\n"p" = {is = "pcode", level = 1}\n"n" = {counts = "need"}\n'
    found = desk.bring(out.getvalue(), "t.parquet", mapping=plan)
    assert (desk.values(found), desk.aside(found)) == ({"SS01": None, "SS03": 3}, [(3, "B (n)", "number")])


def test_a_table_of_heads_alone_says_so(desk: Desk) -> None:
    with pytest.raises(AskError, match="no rows below its heads"):
        desk.bring(["#adm1+code,#affected+idps"], date="2024")


# -- one file read twice


def test_a_cell_read_anew_replaces_its_earlier_reading_and_other_columns_stay(desk: Desk) -> None:
    plan = 'date = "2024"\n[columns]\n"p" = {is = "pcode", level = 1}\n'
    table = ["p,a,b", "SS01,5,7", "SS02,6,8"]
    wrong = desk.bring(table, mapping=f'{plan}"a" = {{counts = "stock", group = "returnees"}}\n')
    beside = desk.bring(table, mapping=f'{plan}"b" = {{counts = "need"}}\n')
    right = desk.bring(table, mapping=f'{plan}"a" = {{counts = "stock", group = "idps-any"}}\n')
    assert (beside["replaces"], right["replaces"]) == ([], [wrong["run"]])
    assert desk.store.get(Ask()).get_column("group").unique().sort().to_list() == ["idps-any", "people"]
    assert desk.store.get(Ask(run=wrong["run"])).height == 2  # citable for ever
    again = desk.bring(table, mapping=f'{plan}"a" = {{counts = "stock", group = "returnees"}}\n')
    assert (again["known"], again["replaces"]) == (False, [right["run"]])
    assert desk.store.get(Ask(groups=("returnees",))).get_column("run").unique().to_list() == [again["run"]]


def test_the_same_file_on_another_day_is_the_same_reading(desk: Desk) -> None:
    table = ["#adm1+code,#affected+idps", "SS01,5"]
    first = desk.bring(table, date="2024")
    look = looked(ImportRequest(file=desk.folder / "table.csv", date="2024"))
    later = imported(look, desk.store, datetime(2026, 12, 24, tzinfo=UTC))
    assert (later["run"], later["known"], later["replaces"]) == (first["run"], True, [])


# -- more than is read


def test_more_places_than_any_country_has_are_refused_before_they_are_matched(desk: Desk) -> None:
    rows = [f"Camp {at},{at}" for at in range(20_001)]
    with pytest.raises(AskError, match="names 20,001 different places; at most 20,000"):
        desk.bring(["#adm2+name,#affected+idps", *rows], date="2024", country="SSD")


def test_a_table_of_totals_alone_says_so(desk: Desk) -> None:
    with pytest.raises(AskError, match="all its rows say that they are totals"):
        desk.bring(["#adm1+name,#affected+idps", "Total,5"], date="2024", country="SSD")


# -- signs that are no letters


@pytest.mark.parametrize("text", ["Pla\x7fce", 'Pl"a\\ce', "Pl\u2028ace", "Pl\x1b[31mace", "Pl\u202eace"])
def test_any_name_is_written_to_the_matches_so_that_it_is_read_again(text: str, desk: Desk) -> None:
    quoted = text.replace('"', '""')
    rows = ["#adm1+name,#affected+idps", f'"{quoted}",5']
    for _ in range(2):
        with pytest.raises(AskError, match="not in the list of p-codes"):
            desk.bring(rows, date="2024", country="SSD")
    file = desk.folder / "store" / "matches.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('code = ""', 'code = "SS01"'), encoding="utf-8")
    assert desk.values(desk.bring(rows, date="2024", country="SSD")) == {"SS01": 5}


def test_a_cell_cannot_command_the_terminal_that_shows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "t.csv"
    file.write_text("State,\x1b]0;owned\x07IDPs\nLakes,5\n", encoding="utf-8")
    assert main(["import", str(file), "--home", str(tmp_path / "store")]) != 0
    shown = capsys.readouterr().err
    assert "\\x1b]0;owned\\x07IDPs" in shown
    assert not {"\x1b", "\x07"} & set(shown)


@pytest.mark.parametrize("remark", ["Ask Ahmed Ali, +211 912 345 678", "from a.hassan@example.org"])
def test_comments_that_tell_how_persons_are_reached_are_refused(remark: str, desk: Desk) -> None:
    def remarked(book: Any) -> None:
        book.active["B2"].comment = import_module("openpyxl.comments").Comment(remark, "Desk")

    with pytest.raises(AskError, match="its comments tell how persons are reached"):
        desk.bring(sheet(remarked), "t.xlsx", date="2024")


def test_comments_about_figures_pass(desk: Desk) -> None:
    def remarked(book: Any) -> None:
        book.active["B2"].comment = import_module("openpyxl.comments").Comment(
            "Revised on 2024-03-01: 10, was 12", "Desk"
        )

    assert desk.values(desk.bring(sheet(remarked), "t.xlsx", date="2024"))["SS01"] == 10
