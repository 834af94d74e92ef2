"""IOM's Displacement Tracking Matrix: rounds, reasons, types of assessment. Every number here is invented."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from qanat.edition.places import places
from qanat.errors import AskError, FigureError, SourceError
from qanat.figures.words import LICENCES
from qanat.sources.iom_dtm import (
    ADMIN0,
    ADMIN1,
    ADMIN2,
    COUNTRY_LIST,
    HNA,
    OPERATION_LIST,
    countries,
    dtm,
    hna,
    hna_following,
    operations,
    read_countries,
    read_hna,
    read_operations,
    whole_list,
)
from qanat.sources.iom_dtm_rounds import by_admin1, by_admin2, by_country, newest_rounds
from qanat.sources.record import Reading
from qanat.sources.request import Question
from tests.reading import asked, only, paper

FOLDER = "fixtures/iom_dtm"
RECORDED: dict[str, str] = {
    ADMIN0.id: f"{FOLDER}/v3_admin0_tcd_synthetic.json",
    ADMIN1.id: f"{FOLDER}/v3_admin1_hti_synthetic.json",
    ADMIN2.id: f"{FOLDER}/v3_admin2_tcd_synthetic.json",
}
CODES = places().codes()
LAKE = "operation=Lake Chad Basin Crisis"


def record(people: object, **cells: object) -> dict[str, object]:
    """People counted in a round of an invented operation in Lac, Chad."""
    base: dict[str, object] = {
        "operation": "Test", "admin0Name": "Chad", "admin0Pcode": "TCD", "admin1Name": "Lac", "admin1Pcode": "TD07", "numPresentIdpInd": people,
        "reportingDate": "2024-01-31T00:00:00", "yearReportingDate": 2024, "monthReportingDate": 1, "roundNumber": 3,
        "displacementReason": "Conflict", "numberMales": None, "numberFemales": None, "idpOriginAdmin1Pcode": "Not available", "assessmentType": "BA",
    }  # fmt: skip
    return base | cells


def read(*records: dict[str, object]) -> Reading:
    data = {
        "result": list(records),
        "statusCode": 200,
        "isSuccess": True,
        "errorMessages": [],
        "totalRecordsCount": len(records),
    }
    reading = by_admin1(json.dumps(data).encode(), paper(ADMIN1), places=CODES)
    assert reading.rows == len(records) == reading.accepted + reading.superseded + len(set(reading.rejected["row"]))
    return reading


def test_reasons_of_one_round_are_figures_of_their_own_and_are_added(shared: Path) -> None:
    reading = by_country((shared / RECORDED[ADMIN0.id]).read_bytes(), paper(ADMIN0), places=CODES)
    one = {"place": "TCD", "end": date(2024, 1, 31), "sex": "all"}
    conflict = only(reading, **one, facet=f"assessment=BA;{LAKE};reason=Conflict;round=22")
    assert (conflict["value"], conflict["group"], conflict["method"], conflict["locator"]) == (
        34_875, "idps", "published", "/result/0#numPresentIdpInd",
    )  # fmt: skip
    everyone = only(reading, **one, group="idps-any", facet=f"assessment=BA;{LAKE};round=22")
    assert (everyone["value"], everyone["method"]) == (34_875 + 32_965 + 264, "reasons@1")
    assert everyone["locator"] == "/result/0+/result/1+/result/2#numPresentIdpInd"
    assert (everyone["basis"], everyone["status"]) == ("key_informant", "estimated")


def test_sums_by_cause_join_conflict_and_insecurity(shared: Path) -> None:
    reading = by_country((shared / RECORDED[ADMIN0.id]).read_bytes(), paper(ADMIN0), places=CODES)
    whole = {"end": date(2024, 1, 31), "facet": f"assessment=BA;{LAKE};round=22"}
    assert only(reading, **whole, group="idps", sex="all")["value"] == 34_875 + 32_965
    assert only(reading, **whole, group="idps", sex="female")["value"] == 20_043 + 18_910
    assert only(reading, **whole, group="idps-disaster", sex="all")["value"] == 264


def test_units_of_origin_are_told_in_the_facet_and_their_sum_beside_them(shared: Path) -> None:
    reading = by_admin1((shared / RECORDED[ADMIN1.id]).read_bytes(), paper(ADMIN1), places=CODES)
    artibonite = {"place": "HT05", "sex": "all"}
    one = only(
        reading,
        **artibonite,
        facet="assessment=BA;operation=Countrywide monitoring;origin-unit=HT06;reason=Conflict;round=10",
    )
    assert (one["value"], one["origin"]) == (38_926, "HTI")
    summed = only(
        reading, **artibonite, facet="assessment=BA;operation=Countrywide monitoring;reason=Conflict;round=10"
    )
    assert (summed["value"], summed["method"]) == (17_224 + 38_926 + 6_921, "origins@1")


def test_admin_2_units_by_p_code(shared: Path) -> None:
    reading = by_admin2((shared / RECORDED[ADMIN2.id]).read_bytes(), paper(ADMIN2), places=CODES)
    fouli = only(reading, place="TD0704", end=date(2024, 1, 31), group="idps-any", sex="all")
    assert fouli["value"] == 2_334 + 59_106 + 27_651
    assert (reading.rows, reading.accepted, reading.empty) == (16, 16, 0)


def test_baseline_and_site_assessments_of_one_round_are_never_added() -> None:
    reading = read(record(169_003), record(169_003, assessmentType="SA"))
    sums = asked(reading, method="reasons@1", group="idps-any").select("facet", "value").rows()
    assert sums == [
        ("assessment=BA;operation=Test;round=3", 169_003),
        ("assessment=SA;operation=Test;round=3", 169_003),
    ]


def test_operations_of_one_country_are_never_added() -> None:
    reading = read(record(100), record(90, operation="Test (Overview)"), record(10, operation="a=b;c"))
    sums = asked(reading, method="reasons@1", group="idps-any").select("facet", "value").rows()
    assert sums == [
        ("assessment=BA;operation=Test;round=3", 100), ("assessment=BA;operation=Test (Overview);round=3", 90),
        ("assessment=BA;operation=a b c;round=3", 10),
    ]  # fmt: skip


def test_reasons_are_the_same_in_any_case_and_order() -> None:
    reading = read(
        record(7, displacementReason="conflict"), record(5, displacementReason="Conflict"),
        record(3, displacementReason="Natural disaster; Insecurity;Conflict"), record(2, displacementReason="Conflict; insecurity; natural disaster"),
    )  # fmt: skip
    by_reason = asked(reading).filter(pl.col("method") == "records@1").select("group", "facet", "value").rows()
    assert by_reason == [
        ("idps", "assessment=BA;operation=Test;reason=Conflict;round=3", 12),
        ("idps-any", "assessment=BA;operation=Test;reason=Conflict+Insecurity+Natural disaster;round=3", 5),
    ]


def test_there_is_no_sum_by_cause_where_some_are_displaced_by_both_or_by_nobody_knows_what() -> None:
    for reason in ("Conflict; Natural disaster", "Economic", "Not available", None):
        reading = read(record(7), record(5, displacementReason=reason))
        sums = asked(reading, method="reasons@1").select("group", "value").rows()
        assert sums == [("idps-any", 12)]
    untold = asked(read(record(5, displacementReason=None)), method="published")
    assert untold.get_column("facet").to_list() == ["assessment=BA;operation=Test;reason=not-told;round=3"]


def test_sexes_are_summed_only_where_every_record_tells_them() -> None:
    told = record(10, numberMales="4", numberFemales=6, displacementReason="Conflict")
    reading = read(told, record(5, displacementReason="Insecurity"))
    assert only(reading, sex="female")["facet"] == "assessment=BA;operation=Test;reason=Conflict;round=3"
    assert only(reading, sex="female")["value"] == 6
    assert reading.empty == 2
    assert (
        read(record(10, numberMales=4, numberFemales=5))
        .notes[-1]
        .startswith("in 1 records women and men do not add up")
    )


def test_the_newest_round_of_an_operation_counts_now_and_older_ones_stay_figures() -> None:
    newer: dict[str, object] = {"reportingDate": "2024-06-30T00:00:00", "roundNumber": 4}
    earlier_day = newer | {"reportingDate": "2024-06-20T00:00:00", "admin1Pcode": "TD08"}
    reading = read(record(100), record(120, **newer), record(30, **earlier_day), record(50, operation="Other"))
    now = newest_rounds(asked(reading, method="published")).select("value", "facet").rows()
    assert [value for value, _ in now] == [120, 30, 50]
    assert asked(reading, method="published").height == 4
    assert reading.superseded == 0


def test_a_place_with_a_name_only_stays_at_the_country() -> None:
    reading = read(record(5, admin1Pcode="Not available", admin1Name="Lac"), record(6))
    named = only(reading, place="TCD", method="published")
    assert named["facet"] == "assessment=BA;location=Lac;operation=Test;reason=Conflict;round=3"


def test_a_record_sent_twice_is_counted_once_and_a_day_that_is_none_is_set_aside() -> None:
    reading = read(record(5, id=1), record(5, id=1), record(6, id=2, reportingDate="soon"))
    assert only(reading, method="published")["value"] == 5
    assert (reading.superseded, reading.rejected.select("row", "rule").rows()) == (1, [(3, "date")])


def test_a_record_repeated_in_every_field_is_counted_once_even_without_an_id() -> None:
    reading = read(record(5), record(5), record(5, displacementReason="conflict"))
    assert (only(reading, group="idps-any")["value"], reading.superseded) == (10, 1)


def test_a_round_of_which_a_record_was_set_aside_is_not_added_up_and_others_are() -> None:
    broken = record(9, displacementReason="Insecurity", reportingDate="soon")
    reading = read(
        record(5), broken, record(7, roundNumber=4), record(2, roundNumber=4, displacementReason="Insecurity")
    )
    assert asked(reading, method="reasons@1", group="idps-any").select("facet", "value").rows() == [
        ("assessment=BA;operation=Test;round=4", 9)
    ]  # fmt: skip
    assert asked(reading, method="published").height == 3
    assert reading.notes == ("records were set aside, so nothing is added up of Test round 3",)


def test_a_record_without_operation_or_round_is_never_a_countrys_undivided_figure() -> None:
    reading = read(record(4, operation=None, roundNumber=None, assessmentType=""))
    assert only(reading, group="idps-any")["facet"] == "assessment=not-told;operation=not-told;round=not-told"


def test_an_answer_that_holds_fewer_records_than_it_says_tells_so() -> None:
    told = {"result": [record(5)], "statusCode": 200, "isSuccess": True, "errorMessages": [], "totalRecordsCount": 9}
    reading = by_admin1(json.dumps(told).encode(), paper(ADMIN1), places=CODES)
    assert reading.notes == ("the answer says it has 9 records and holds 1: figures may be missing, ask again",)


def test_a_negative_number_a_name_for_a_country_and_another_shape_are_told() -> None:
    with pytest.raises(FigureError, match="numPresentIdpInd = '-5': is negative"):
        read(record(-5))
    with pytest.raises(FigureError, match="admin0Pcode = 'Chad': is no country"):
        read(record(5, admin0Pcode="Chad"))
    with pytest.raises(FigureError, match="admin0Pcode - is no country"):
        read(record(5, admin0Pcode="-"))
    renamed = record(5)
    renamed["numPresentIdp"] = renamed.pop("numPresentIdpInd")
    with pytest.raises(SourceError, match=r"no numPresentIdpInd \(renamed to numPresentIdp\?\)"):
        read(renamed)


def test_an_error_inside_a_sound_answer_is_told_in_the_services_words(shared: Path) -> None:
    with pytest.raises(SourceError, match="refused the question \\(404: No data found"):
        by_country((shared / FOLDER / "v3_error_synthetic.json").read_bytes(), paper(ADMIN0))


def test_the_lists_of_countries_and_operations_hold_no_figures(shared: Path) -> None:
    listed = (shared / FOLDER / "v3_displacement-operation-list.json").read_bytes()
    found = operations(listed)
    assert found.filter(pl.col("country") == "SDN").height == 4
    assert read_operations(listed, paper(OPERATION_LIST)).rows == 106
    data = (shared / FOLDER / "v3_displacement-country-list.json").read_bytes()
    assert countries(data).height == read_countries(data, paper(COUNTRY_LIST)).rows == 53


def test_a_country_or_an_operation_and_days_are_asked_for_with_the_key_as_a_header() -> None:
    (one,) = dtm(ADMIN2, Question(first=2023, last=2024, country="SDN"))
    assert one.url == "https://dtmapi.iom.int/v3/displacement/admin2"
    assert one.params == {"Admin0Pcode": "SDN", "FromReportingDate": "2023-01-01", "ToReportingDate": "2024-12-31"}
    assert [(key.sent, key.as_name) for key in one.keys] == [("header", "Ocp-Apim-Subscription-Key")]
    (named,) = dtm(ADMIN0, Question(first=2024, last=2024, part="Armed Clashes in Sudan"))
    assert named.params["Operation"] == "Armed Clashes in Sudan"
    with pytest.raises(AskError, match="name a country"):
        dtm(ADMIN0, Question(first=2024, last=2024))
    assert whole_list(OPERATION_LIST, Question(first=2024, last=2024))[0].params == {}


def test_its_figures_may_not_travel() -> None:
    for source in (ADMIN0, ADMIN1, ADMIN2):
        assert not LICENCES[source.licence].may_redistribute
        assert not LICENCES[source.licence].may_derive


def test_the_needs_assessment_says_in_its_inner_envelope_whether_a_page_follows(shared: Path) -> None:
    first, later = hna(HNA, Question(first=2024, last=2025, country="TCD"))
    assert later.params["Year"] == "2025"
    assert [key.variable for key in first.keys] == ["QANAT_KEY_DTM_HNA"]
    assert first.params == {"Admin0Pcode": "TCD", "Year": "2024", "Page": "1"}
    last = (shared / FOLDER / "hna_admin2_envelope_synthetic.json").read_bytes()
    assert hna_following(first, last) is None
    told = read_hna(last, paper(HNA))
    assert (told.rows, told.figures.height) == (1, 0)
    assert told.notes == ("1 units, 3 fields: what a sample of households said, no figures",)
    second = hna_following(first, last.replace(b'"hasNextPage": false', b'"hasNextPage": true'))
    assert second is not None
    assert second.params["Page"] == "2"
    with pytest.raises(SourceError, match="no 'result' in the answer of the needs assessment \\(Key is wrong\\)"):
        hna_following(first, b'{"result": null, "exception": "Key is wrong"}')
