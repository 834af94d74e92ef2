"""What people do send: cut answers, web pages, changed columns, text in numbers. Each is told with source, row, remedy."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.edition.places import places
from qanat.errors import FigureError, SourceError
from qanat.figures import Document
from qanat.sources import demographics, idmc, unhcr, unpd
from qanat.sources.known import SOURCES
from qanat.sources.record import Reading
from qanat.sources.sexes import COUNTS
from tests.reading import answer, csv, pair, paper

HEAD = "year,origin_iso3,asylum_iso3,total"
CODES = places().codes()


def unrwa(*rows: str, head: str = HEAD) -> Reading:
    return unhcr.unrwa(csv(head, *rows), paper(unhcr.UNRWA), places=CODES)


def test_a_sound_table_is_read() -> None:
    assert unrwa("2025,PSE,JOR,2398179").figures.height == 1


def test_a_web_page_in_place_of_data() -> None:
    page = b"\n<!DOCTYPE html><html><body>503 Service Unavailable</body></html>"
    with pytest.raises(SourceError, match=r"unhcr.unrwa: the answer is a web page.*try later or look at https://api"):
        unhcr.unrwa(page, paper(unhcr.UNRWA))


def test_an_answer_that_was_cut() -> None:
    whole = answer(pair("PSE", "JOR", total=2_398_179))
    with pytest.raises(SourceError, match=r"unhcr.unrwa: the answer is cut off at character \d+ of \d+.*ask again"):
        unhcr.unrwa(whole[: len(whole) // 2], paper(unhcr.UNRWA))


@settings(deadline=None)
@given(st.data())
def test_no_cut_of_an_answer_is_ever_read_as_fewer_figures(data: st.DataObject) -> None:
    whole = answer(pair("PSE", "JOR", total=2_398_179), pair("PSE", "LBN", total=500_000))
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises((SourceError, FigureError)):
        unhcr.unrwa(whole[:cut], paper(unhcr.UNRWA))


def test_a_parquet_file_that_was_cut() -> None:
    out = io.BytesIO()
    pl.DataFrame({"year": [2025], "coo_iso": ["PSE"], "coa_iso": ["JOR"], "total": [1]}).write_parquet(out)
    with pytest.raises(
        SourceError, match=r"unhcr.unrwa: the Parquet file is cut or damaged \(\d+ bytes\); fetch it again"
    ):
        unhcr.unrwa(out.getvalue()[:-9], paper(unhcr.UNRWA))


@pytest.mark.parametrize("nothing", [b"", b"  \n"])
def test_an_empty_answer(nothing: bytes) -> None:
    with pytest.raises(SourceError, match=r"unhcr.unrwa: the answer is empty; ask again"):
        unhcr.unrwa(nothing, paper(unhcr.UNRWA))


def test_a_table_without_rows() -> None:
    with pytest.raises(SourceError, match=r"unhcr.unrwa: the table has columns but no rows; ask again"):
        unrwa()


def test_an_answer_without_records() -> None:
    with pytest.raises(SourceError, match=r"unhcr.unrwa: the answer holds no records.*other years or countries"):
        unhcr.unrwa(answer(pages=0), paper(unhcr.UNRWA))


def test_an_envelope_that_changed() -> None:
    with pytest.raises(SourceError, match="neither items nor results but error, status"):
        unhcr.unrwa(json.dumps({"error": "bad request", "status": 400}).encode(), paper(unhcr.UNRWA))


def test_records_that_are_none() -> None:
    with pytest.raises(SourceError, match="records 2 of 2 are no records"):
        unhcr.unrwa(json.dumps({"items": [pair("PSE", "JOR", total=1), 7]}).encode(), paper(unhcr.UNRWA))


def test_renamed_missing_and_extra_columns_are_told_together_with_the_nearest() -> None:
    with pytest.raises(SourceError) as caught:
        unrwa("2025,PSE,JOR,1,x", head="year,coo_iso,coaiso,totals,colour")
    told = str(caught.value)
    assert told.startswith("unhcr.unrwa: the columns are not those of this table")
    assert "missing coa_iso (renamed to coaiso?)" in told
    assert "missing total (renamed to totals?)" in told
    assert "unexpected colour" in told
    assert "Expected: year, coo_iso, coa_iso, total" in told


def test_demographics_that_were_added_up_over_types_are_refused() -> None:
    record = pair("SDN", "TCD", **dict.fromkeys(COUNTS, 5))
    with pytest.raises(SourceError, match="missing pop_type"):
        demographics.demographics(answer(record), paper(demographics.DEMOGRAPHICS))


def test_every_bad_cell_is_told_at_once_with_its_row() -> None:
    with pytest.raises(FigureError) as caught:
        unrwa(
            "2025,PSE,JOR,many",
            "2025,PSE,SYR,-7",
            "20255,PSE,LBN,1",
            "2025,PSE,LEB,1",
            "2025,PSE,,1",
            "2025,PSE,PSE,1.5",
        )
    assert caught.value.problems.select("row", "column", "found").rows() == [
        (1, "total", "many"), (2, "total", "-7"), (3, "year", "20255"), (4, "coa_iso", "LEB"), (5, "coa_iso", None), (6, "total", "1.5"),
    ]  # fmt: skip
    told = str(caught.value)
    assert "unhcr.unrwa: 6 faults, nothing was kept" in told
    assert "row 1, total = 'many': is text where a number belongs; '-' or nothing means not counted" in told
    assert "row 2, total = '-7': is negative" in told


@pytest.mark.parametrize("wrong", ["NaN", "inf", "1,234", "12 000", "n/a", "*"])
def test_no_text_becomes_a_number_or_a_gap(wrong: str) -> None:
    with pytest.raises(FigureError, match="row 1, total"):
        unrwa(f'2025,PSE,JOR,"{wrong}"')


def test_a_country_that_does_not_exist_is_told_and_none_is_guessed() -> None:
    with pytest.raises(
        FigureError, match=r"unhcr.unrwa: 1 faults, .*\n  row 1, coo_iso = 'SUD': is no country; ISO 3166"
    ) as caught:
        unrwa("2025,SUD,JOR,1")
    assert caught.value.problems.get_column("nearest").to_list() == [None]


def test_a_countrys_name_is_no_code() -> None:
    with pytest.raises(FigureError, match="coa_iso = 'Jordan': is no country"):
        unhcr.unrwa(csv(HEAD, "2025,PSE,Jordan,1"), paper(unhcr.UNRWA))


def test_a_population_type_that_is_none() -> None:
    record = pair("SDN", "TCD", pop_type="REFS", **dict.fromkeys(COUNTS, 5))
    with pytest.raises(FigureError, match=r"row 1, pop_type = 'REFS': is not one of REF, .*did you mean 'REF'"):
        demographics.demographics(answer(record), paper(demographics.DEMOGRAPHICS))


def test_cases_and_people_summed_are_refused() -> None:
    mixed = pair("SYR", "USA", procedure_type="G", app_type="N", dec_level="FI", app_pc="-", applied=3)
    with pytest.raises(FigureError, match="app_pc = '-': is not one of P, C"):
        unhcr.applications(answer(mixed), paper(unhcr.APPLICATION))


@pytest.mark.parametrize(
    ("read", "source", "file", "column", "kind"),
    [
        (idmc.conflict, idmc.CONFLICT, "subnational/_global/idmc_gidd_conflict_country_year_2009_2024.csv", "total_displacement", "negative"),
        (idmc.disaster, idmc.DISASTER, "subnational/_global/idmc_gidd_disaster_country_year_hazard_2008_2024.csv", "new_displacement", "negative"),
        (idmc.sex_and_age, idmc.SEX_AGE, "subnational/_global/idmc_stocks_sex_age_gdidata.csv", "n", "negative"),
        (unpd.prospects, unpd.WPP, "population/wpp2024_annual.parquet", "births", "negative"),
        (unpd.migrants, unpd.MIGRANTS, "stocks/un_desa_ims2024_bilateral.parquet", "value", "negative"),
        (unpd.migrant_ages, unpd.MIGRANT_AGES, "stocks/un_desa_ims2024_age_sex.parquet", "value", "negative"),
    ],
)  # fmt: skip
def test_every_adapter_sets_a_record_with_a_negative_count_aside_and_tells_its_row(
    shared: Path, read: Callable[[bytes, Document], Reading], source: Any, file: str, column: str, kind: str
) -> None:
    whole = (shared / file).read_bytes()
    frame = (
        pl.read_parquet(io.BytesIO(whole))
        if whole[:4] == b"PAR1"
        else pl.read_csv(io.BytesIO(whole), infer_schema=False)
    )
    spoilt = frame.with_row_index("at", 1).with_columns(
        pl.when(pl.col("at") == 7).then(pl.lit(-3).cast(frame.schema[column])).otherwise(column).alias(column)
    )
    reading = read(spoilt.drop("at").write_csv().encode(), paper(source))
    told = reading.rejected.select("row", "column", "rule").rows()
    assert told == [(7, column, kind)]
    assert re.match(rf"{column} -3(\.0)? is {kind}", reading.rejected.item(0, "why"))
    assert (reading.rows, reading.accepted) == (frame.height, frame.height - 1)


def test_a_table_with_more_than_one_wrong_record_in_fifty_is_refused_whole() -> None:
    good = [f"2025,PSE,JOR,{n}" for n in range(98)]
    for wrong, refused in ((1, False), (2, False), (3, True)):
        rows = [*good[: 100 - wrong], *["2025,PSE,JOR,many"] * wrong]
        if refused:
            with pytest.raises(FigureError, match="3 faults, nothing was kept"):
                unhcr.unrwa(csv(HEAD, *rows), paper(unhcr.UNRWA))
        else:
            assert unhcr.unrwa(csv(HEAD, *rows), paper(unhcr.UNRWA)).accepted == len(rows) - wrong


def test_every_known_source_names_its_terms_and_its_columns() -> None:
    for source in SOURCES.values():
        assert source.terms.startswith("https://")
        assert source.credit
        assert source.every > 0
