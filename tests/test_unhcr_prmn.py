"""Movements between Somalia's districts, month by month."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qanat.edition.places import places
from qanat.errors import FigureError, SourceError
from qanat.figures import F, require
from qanat.sources.record import Reading
from qanat.sources.unhcr_prmn import PRMN, movements
from tests.reading import asked, csv, only, paper

RECORDED: dict[str, str] = {PRMN.id: "subnational/somalia/prmn_monthly_district_od_2016-01_2023-03.parquet"}
HEAD = (
    "month,origin_adm2_pcode,origin_district,origin_region,dest_adm2_pcode,dest_district,dest_region,reason,individuals"
)
WEEKLY = "Month End,Year Week,Current (Arrival) Region,Current (Arrival) District,Previous (Departure) Region,Previous (Departure) District,Reason,Current Priority Need,Number of Individuals"


@pytest.fixture(scope="module")
def recorded(shared: Path) -> Reading:
    return movements((shared / RECORDED[PRMN.id]).read_bytes(), paper(PRMN), places=places().codes())


def test_every_movement_of_the_published_table_is_kept(recorded: Reading) -> None:
    assert require(recorded.figures).get_column("value").sum() == 7_904_052
    assert (recorded.rows, recorded.accepted, recorded.empty) == (19_997, 19_997, 0)


def test_the_first_row_is_from_borama_to_hargeysa_in_january_2016(recorded: Reading) -> None:
    one = only(recorded, origin="SO1101", place="SO1201", start=date(2016, 1, 1))
    assert (one["value"], one["end"], one["facet"], one["locator"]) == (5, date(2016, 2, 1), "reason=Other", "row 1")
    assert (one["group"], one["measure"], one["unit"]) == ("idps-other-new", "flow", "movements")


def test_drought_and_flood_are_disasters_and_conflict_is_not(recorded: Reading) -> None:
    kinds = require(recorded.figures).select("group", reason=F.facet.str.extract("reason=(.*)$")).unique().rows()
    assert sorted(kinds) == [
        ("idps-disaster-new", "Drought related"), ("idps-disaster-new", "Flood"), ("idps-new", "Conflict/Insecurity"), ("idps-other-new", "Other"),
    ]  # fmt: skip


def test_a_district_without_a_p_code_stays_at_the_country_with_its_name(recorded: Reading) -> None:
    badhan = {"origin": "SOM", "place": "SOM", "start": date(2018, 5, 1), "group": "idps-disaster-new"}
    assert only(recorded, **badhan, facet="departure=Badhan;destination=Dhahar;reason=Drought related")["value"] == 84


def test_weekly_rows_of_the_file_on_hdx_are_added_by_month_and_districts_found_by_name() -> None:
    data = csv(
        WEEKLY,
        "2016-01-31,2016-W03,Awdal,Borama,Woqooyi Galbeed,Hargeysa,Drought related,Food,5",
        "2016-01-31,2016-W04,Awdal,Borama,Woqooyi Galbeed,Hargeysa,Drought related,Water,7",
        "2016-01-31,2016-W04,Awdal,Nowhere,Woqooyi Galbeed,Hargeysa,Flood,Food,-",
    )
    reading = movements(data, paper(PRMN))
    one = only(reading)
    assert (one["origin"], one["place"], one["value"], one["method"], one["locator"]) == (
        "SO1201", "SO1101", 12, "records@1", "row 1+row 2",
    )  # fmt: skip
    assert (reading.rows, reading.empty) == (3, 1)


def test_a_month_of_which_a_week_is_not_told_has_no_number() -> None:
    way = "2016-01-31,2016-W0{},Awdal,Borama,Woqooyi Galbeed,Hargeysa,Flood,Food,{}"
    reading = movements(
        csv(WEEKLY, way.format(3, 5), way.format(4, "-"), way.format(5, 7).replace("Flood", "Other")), paper(PRMN)
    )
    assert asked(reading).select("facet", "value").rows() == [("reason=Other", 7)]
    assert (reading.rows, reading.accepted, reading.empty) == (3, 3, 1)


def test_a_workbook_is_not_read_and_says_what_to_do() -> None:
    with pytest.raises(SourceError, match="this is a workbook; save its sheet"):
        movements(b"PK\x03\x04", paper(PRMN))


def test_bad_rows_are_told() -> None:
    row = "2016-01,SO1101,Borama,Awdal,SO1201,Hargeysa,Woqooyi Galbeed,{},{}"
    with pytest.raises(FigureError, match="individuals = '-5': is negative"):
        movements(csv(HEAD, row.format("Flood", -5)), paper(PRMN))
    with pytest.raises(FigureError, match=r"reason = 'Floods': is not one of .*did you mean 'Flood'"):
        movements(csv(HEAD, row.format("Floods", 5)), paper(PRMN))
    good = row.format("Flood", 5)
    reading = movements(csv(HEAD, good, good.replace("2016-01", "Jan 2016")), paper(PRMN))
    assert reading.rejected.select("row", "rule").rows() == [(2, "date")]
    assert asked(reading).height == 1
    with pytest.raises(SourceError, match="missing individuals"):
        movements(csv(HEAD.replace("individuals", "people"), good), paper(PRMN))
