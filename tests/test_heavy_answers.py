"""Small answers that would fill a machine's memory or hold it for minutes are refused before they are taken apart.

Each was read before it was refused: the first took 5.5 GB and 68 seconds, the others ended the program.
"""

from __future__ import annotations

import gzip
import io
import json

import polars as pl
import pytest

from qanat.errors import FigureError, SourceError
from qanat.sources import unhcr
from qanat.sources.begin import begin
from qanat.sources.known import ADAPTERS
from qanat.sources.pages import envelope
from qanat.sources.weight import require_light, require_table
from tests.reading import answer, csv, pair, paper
from tests.sheets import SHEET, replaced, sheet_xml, workbook

BULK = ADAPTERS["ucdp.ged-bulk"]


def read(data: bytes) -> None:
    unhcr.unrwa(data, paper(unhcr.UNRWA, data))


def fields(count: int, first: int = 0) -> dict[str, object]:
    return {f"k{at}": 1 for at in range(first, first + count)}


_HEAVY = {
    "every record has a field of its own": (
        answer(*(fields(1, at) for at in range(10_000))),
        "10,000 different fields",
    ),
    "one record has very many fields": (answer(fields(10_000)), "10,000 different fields"),
    "many records and one that is wide": (
        answer(fields(1_900), *([fields(1)] * 30_000)),
        "30,001 rows of 1,900 columns may take 1.4 GB",
    ),
    "a head of commas": (b"year," * 100_000 + b"total\n1\n", "hold no whole head of a table"),
    "a head of names": (b"a," * 2_001 + b"total\n1\n", "2,002 different fields"),
    "short lines under a wide head": (b"a," * 1_900 + b"total\n" + b"1\n" * 20_000, "20,002 rows of 1,901 columns"),
    "a head that never ends": (b'year,"' + b"x\n" * 200_000, "no whole head of a table"),
    "UTF-16": (("[" + "[]," * 99 + "[]]").encode("utf-16"), "no text in UTF-8"),
    "packed bytes": (gzip.compress(b"year,total\n", mtime=0), "no text in UTF-8"),
}


@pytest.mark.parametrize("name", _HEAVY)
def test_a_small_answer_that_grows_when_it_is_read_is_refused(name: str) -> None:
    data, told = _HEAVY[name]
    require_light(data, "https://x")  # its bytes alone do not tell
    with pytest.raises(SourceError, match=told):
        read(data)


def test_blanks_before_an_answer_hide_nothing() -> None:
    lists = b"[" + b"[]," * 9_000_000 + b"[]]"
    for blanks in (b"", b" " * 300, b"\xef\xbb\xbf" + b"\n" * 100_000):
        with pytest.raises(SourceError, match="holds so many values"):
            require_light(blanks + lists, "https://x")
    assert begin(b" " * 5_000 + b"[1]") == b"[1]"
    with pytest.raises(SourceError, match="neither items nor results"):
        read(b" " * 5_000 + b'{"a": 1}')


def test_elements_are_weighed_too() -> None:
    """55 million empty elements took 5.4 GB."""
    with pytest.raises(SourceError, match="holds so many values"):
        require_light(b"<rss>" + b"<a/>" * 8_000_000 + b"</rss>", "https://x")


def test_a_packed_file_of_very_many_parts_is_refused_at_once() -> None:
    """Two million parts in 40 MB were copied for more than two minutes."""
    data = gzip.compress(b"", mtime=0) * 60_000
    with pytest.raises(SourceError, match=r"cut or damaged \(more than 50,000 parts\)"):
        BULK.read(data, paper(BULK.source, data))


def test_a_packed_file_with_far_too_many_rows_is_refused_before_they_are_read() -> None:
    head = ",".join(BULK.source.columns)
    data = gzip.compress(f"{head}\n".encode() + b"1\n" * 3_000_000, 1)
    with pytest.raises(SourceError, match=r"3,000,002 rows of 9 columns may take 1\.3 GB"):
        BULK.read(data, paper(BULK.source, data))


def test_a_million_events_are_not_too_many() -> None:
    """The issue's benchmark: UCDP's table of a million rows in 453 MB of CSV; UNHCR's of all years and ages."""
    require_table(1_000_000, 9, "ucdp.ged-bulk", 453_000_000)
    require_table(250_000, 40, "unhcr.demographics")


def test_of_very_many_faults_the_first_are_told_and_all_are_counted() -> None:
    head, rows = "year,coo_iso,coa_iso,total", ["2025,PSE,JOR,many"] * 12_000
    with pytest.raises(FigureError, match="10001 faults, nothing was kept") as caught:
        read(csv(head, *rows))
    last = caught.value.problems.row(-1, named=True)
    assert (last["row"], last["fault"]) == (None, "of 12,000 wrong records the faults of the first 10,000 are told")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (b"9" * 5000, "cannot be read for certain .*4300 digits"),
        (b'5, "\\ud800": 1', "unexpected \N{REPLACEMENT CHARACTER}"),
        (b'5, "total": 7', "two fields called 'total'"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deep"),
    ],
    ids=["digits", "half a name", "a field twice", "brackets"],
)
def test_json_that_readers_understand_differently_is_refused(cell: bytes, told: str) -> None:
    whole = json.dumps([pair("PSE", "JOR", total=5)]).encode().replace(b'"total": 5', b'"total": ' + cell)
    with pytest.raises(SourceError, match=told):
        read(whole)


@pytest.mark.parametrize("cell", [b'"\\ud800"', b'"\\udfff\\ud83d"'], ids=["half a character", "two halves"])
def test_half_a_character_is_no_number(cell: bytes) -> None:
    whole = json.dumps([pair("PSE", "JOR", total=5)]).encode().replace(b'"total": 5', b'"total": ' + cell)
    with pytest.raises(FigureError, match=r"total = '\ufffd+': is text where a number belongs"):
        read(whole)


@pytest.mark.parametrize("cell", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_numbers_that_are_none_are_faults(cell: str) -> None:
    whole = json.dumps([pair("PSE", "JOR", total=5)]).replace('"total": 5', f'"total": {cell}')
    with pytest.raises(FigureError, match=r"row 1, total = '-?(nan|inf)': is no number"):
        read(whole.encode())


def test_a_character_of_two_halves_is_one() -> None:
    assert envelope(b'["\\ud83d\\ude00 C\\u00f4te"]', "x") == ["\U0001f600 C\u00f4te"]
    assert envelope(b'\xef\xbb\xbf["a"]', "x") == ["a"]


def test_names_that_somebody_else_wrote_are_told_in_bounds() -> None:
    head = ",".join(f"column-{at:04}-{'x' * 100}" for at in range(700))
    with pytest.raises(SourceError) as caught:
        read(f"{head}\n1\n".encode())
    assert "680 more that are not expected" in str(caught.value)
    assert len(str(caught.value)) < 4_000


@pytest.mark.parametrize("source", ["unhcr.unrwa", "ipc.national", "idmc.idu", "ucdp.ged-bulk"])
def test_a_text_that_is_no_cell_is_refused_before_it_is_copied(source: str) -> None:
    """Fourteen records with texts of five million characters took more than 6 GB."""
    adapter = ADAPTERS[source]
    long = "x" * 200_001
    cells = dict.fromkeys((*adapter.source.columns, *adapter.source.optional), "1") | {adapter.source.columns[-1]: long}
    data = (
        f"{','.join(cells)}\n{','.join(cells.values())}\n".encode()
        if source == "ucdp.ged-bulk"
        else json.dumps([cells]).encode()
    )
    with pytest.raises(SourceError, match=r"holds 200,001 bytes, more than the 200,000 a text may have"):
        adapter.read(data, paper(adapter.source, data))


def test_a_fault_tells_no_more_of_a_text_than_a_person_reads() -> None:
    with pytest.raises(FigureError) as caught:
        read(answer(pair("PSE", "JOR", total="x" * 100_000)))
    assert len(str(caught.value)) < 1_000
    assert caught.value.problems.item(0, "found") == "x" * 100_000


def test_a_few_bytes_of_parquet_that_say_very_many_rows_are_refused() -> None:
    out = io.BytesIO()
    names = (*unhcr.UNRWA.columns, *unhcr.UNRWA.optional)
    pl.DataFrame({name: pl.Series([1]).new_from_index(0, 6_000_000) for name in names}).write_parquet(out)
    assert len(out.getvalue()) < 200_000
    with pytest.raises(SourceError, match="6,000,000 rows of 10 columns may take"):
        read(out.getvalue())


def test_one_far_cell_of_a_workbook_does_not_make_a_sheet_of_billions() -> None:
    """A workbook of 5 kB ended the program."""
    far = sheet_xml(
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    data = replaced(workbook([["State", "IDPs"], ["Mopti", 5]]), SHEET, far)
    adapter = ADAPTERS["unpd.migrant-stock-workbook"]
    with pytest.raises(SourceError, match=r"unpd.migrant-stock-workbook: .* claims 16,384 columns"):
        adapter.read(data, paper(adapter.source, data))
