"""Bombs: files that would fill the memory or never end. Each is refused by a process whose memory and time are looked at."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.sheets import SHEET, open_document, replaced, row_of, sheet_xml, workbook

BOUND = 1_000_000_000  # bytes of memory
SECONDS = 30
LOOK = r"""
import re, sys
from pathlib import Path
from qanat.errors import QanatError
from qanat.jobs.looking import ImportRequest, looked
try:
    looked(ImportRequest(file=Path(sys.argv[1])))
except QanatError as told:
    print(told)
else:
    print("read")
print(int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) * 1024)
"""
SMALL = workbook([["State", "IDPs"], ["Mopti", 5]])
FAR = sheet_xml(
    '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
)
TALL = sheet_xml(
    '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="ZZ1048576"><v>1</v></c></row></sheetData>'
)
LOOSE = sheet_xml(
    '<sheetData><row><c><v>1</v></c></row><row r="1048576">' + "<c><v>1</v></c>" * 1500 + "</row></sheetData>"
)
CLAIM = sheet_xml(
    '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>State</t></is></c></row></sheetData>'
)
MERGED = sheet_xml(
    '<sheetData><row r="1"><c r="A1"/><c r="B2000"><v>2</v></c></row></sheetData><mergeCells>'
    + '<mergeCell ref="A1:B2000"/>' * 20_000
    + "</mergeCells>"
)


def told(file: Path) -> str:
    """What is said of a file, in a process of its own whose memory and time are looked at."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(file)], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]
    *words, peak = done.stdout.strip().splitlines()
    assert int(peak) < BOUND
    return " ".join(words)


def spaced(many: int) -> bytes:
    return replaced(SMALL, SHEET, sheet_xml(f"<sheetData>{' ' * many}</sheetData>"))


def lying() -> bytes:
    """A sheet of 300 MB that declares 1 MB."""
    data = spaced(300_000_000)
    size = len(sheet_xml(f"<sheetData>{' ' * 300_000_000}</sheetData>")).to_bytes(4, "little")
    return data.replace(size, (1_000_000).to_bytes(4, "little"))


def parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def test_a_file_that_is_too_large_is_not_even_opened(tmp_path: Path) -> None:
    file = tmp_path / "huge.csv"
    with file.open("wb") as stream:
        stream.truncate(5_000_000_000)  # a hole, no bytes on the disk
    assert "5,000,000,000 bytes; at most 250,000,000 are read" in told(file)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("bomb.xlsx", lambda: spaced(140_000_000), "as a zip bomb does"),
        ("large.xlsx", lambda: spaced(300_000_000), "unpacks to more than 150 MB"),
        ("lying.xlsx", lying, "a text of more than 4,000,000 bytes"),
        ("far.xlsx", lambda: replaced(SMALL, SHEET, FAR), "claims 16,384 columns"),
        ("tall.xlsx", lambda: replaced(SMALL, SHEET, TALL), "spans 1,048,576 rows and 702 columns"),
        ("loose.xlsx", lambda: replaced(SMALL, SHEET, LOOSE), "spans 1,048,576 rows and 1,500 columns"),
        ("claim.xlsx", lambda: replaced(SMALL, SHEET, CLAIM), "no row of HXL tags"),
        ("merged.xlsx", lambda: replaced(SMALL, SHEET, MERGED), "merged ranges span more than a million cells"),
        ("repeated.ods", lambda: open_document(row_of(*[1] * 1_500, repeated=1_000_000)), "spans 1,000,000 rows and 1,500 columns"),
        ("blanks.ods", lambda: open_document('<table:table-row><table:table-cell office:value-type="string"><text:p>a<text:s text:c="2000000000"/></text:p></table:table-cell></table:table-row>'), "millions of blanks"),
        ("columns.csv", lambda: b"a" + b",a" * 10_000_000 + b"\n1\n", "claims 10,000,001 columns"),
        ("cell.csv", lambda: b"State,IDPs\n" + b"x" * 1_000_000 + b",5\n", "longer than 131,072 characters"),
        ("quote.csv", lambda: b'State,IDPs\n"Mopti,5\n' + b"Gao,6\n" * 2_000_000, "is a quotation mark open"),
        ("cell.xlsx", lambda: replaced(SMALL, SHEET, sheet_xml(f'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 1_000_000}</t></is></c></row></sheetData>')), "A1 holds 1,000,000 characters"),
        ("rows.parquet", lambda: parquet(pl.DataFrame({"idps": pl.Series([1]).new_from_index(0, 50_000_000)})), "spans 50,000,000 rows"),
        ("text.parquet", lambda: parquet(pl.DataFrame({"place": pl.Series(["x" * 1_000]).new_from_index(0, 1_000_000)})), "bytes of text"),
    ],
)  # fmt: skip
def test_a_bomb_is_refused_within_a_gigabyte_and_half_a_minute(
    name: str, data: Callable[[], bytes], says: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(data())
    assert says in told(file)
