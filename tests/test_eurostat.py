"""Eurostat's cubes: asylum applicants and decisions, temporary protection, permits, migration and population."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.edition.places import places
from qanat.errors import AskError, FigureError, SourceError
from qanat.sources import eurostat
from qanat.sources.eurostat_tables import age, ask
from qanat.sources.jsonstat import cube
from qanat.sources.record import Reading
from qanat.sources.request import Question
from tests.reading import asked, bounds, only, paper

RECORDED: Final[
    dict[str, str]
] = {}  # no answer has been recorded: the cubes below are invented, in the documented shape
READERS: Final = {adapter.source.id.removeprefix("eurostat."): adapter for adapter in eurostat.ADAPTERS}
WHOLE: Final[dict[str, list[str]]] = {
    "freq": ["M"], "unit": ["PER"], "citizen": ["SY"], "sex": ["T"], "age": ["TOTAL"], "applicant": ["ASY_APP"], "geo": ["DE"],
    "time": ["2024-05"],
}  # fmt: skip
LACKS: Final = {"applicant"}


def answer(values: object, status: object = None, **codes: list[str]) -> dict[str, Any]:
    """A cube of applicants, all but the dimensions named of one category."""
    have = WHOLE | codes
    told: dict[str, Any] = {
        "version": "2.0", "class": "dataset", "label": "invented", "updated": "2026-10-20T23:00:00+0200",
        "id": list(have), "size": [len(one) for one in have.values()], "value": values,
        "dimension": {
            name: {"label": name, "category": {"index": {code: at for at, code in enumerate(one)}, "label": dict.fromkeys(one, "x")}}
            for name, one in have.items()
        },
    }  # fmt: skip
    return told | ({"status": status} if status is not None else {})


def other(table: str, cut: dict[str, list[str]], time: str, values: object, **codes: list[str]) -> dict[str, Any]:
    """A cube of another table: its own cuts in the place of applicants."""
    have = {name: one for name, one in (WHOLE | codes | cut | {"time": [time]}).items() if name not in LACKS - set(cut)}
    told = answer(values)
    return told | {
        "id": list(have), "size": [len(one) for one in have.values()], "label": table,
        "dimension": {name: {"category": {"index": one}} for name, one in have.items()},
    }  # fmt: skip


def read(content: object, table: str = "migr_asyappctzm") -> Reading:
    adapter = READERS[table]
    data = json.dumps(content).encode()
    return adapter.read(data, paper(adapter.source, data), places=places().codes())


ONE_EACH: Final[dict[str, dict[str, Any]]] = {
    "migr_asyappctzm": answer([1235]),
    "migr_asyappctza": other("migr_asyappctza", {"applicant": ["ASY_APP"]}, "2024", [1235]),
    "migr_asydcfstq": other("migr_asydcfstq", {"decision": ["TOTAL"]}, "2024-Q2", [1235]),
    "migr_asytpsm": other("migr_asytpsm", {}, "2024-02", [1235]),
    "migr_resfirst": other("migr_resfirst", {"reason": ["TOTAL"], "duration": ["TOTAL"]}, "2024", [1233]),
    "migr_imm1ctz": other("migr_imm1ctz", {"agedef": ["COMPLET"]}, "2024", [1233]),
    "migr_emi1ctz": other("migr_emi1ctz", {"agedef": ["COMPLET"]}, "2024", [1233]),
    "migr_pop1ctz": other("migr_pop1ctz", {}, "2024", [1233]),
}
SYNTHETIC: Final[dict[str, bytes]] = {f"eurostat.{name}": json.dumps(one).encode() for name, one in ONE_EACH.items()}


def test_a_number_of_applicants_stands_for_two_more_or_less() -> None:
    found = only(read(answer([1235])))
    assert (found["value"], *bounds(found)) == (1235, 1233, 1237, 1)
    assert (found["group"], found["measure"], found["unit"], found["counter"]) == (
        "asylum-applicants",
        "flow",
        "people",
        "eurostat",
    )
    assert (found["origin"], found["place"], found["start"], found["end"]) == (
        "SYR",
        "DEU",
        date(2024, 5, 1),
        date(2024, 6, 1),
    )
    assert (found["facet"], found["sex"], found["age_from"], found["age_to"], found["locator"]) == (
        None,
        "all",
        0,
        None,
        "/value/0",
    )


def test_a_zero_may_be_two() -> None:
    zero = only(read(answer([0])))
    assert (zero["value"], *bounds(zero)) == (0, 0, 2, 1)


def test_every_number_of_asylum_that_eurostat_published_is_a_multiple_of_five(shared: Path) -> None:
    frame = pl.read_parquet(shared / "monthly/eurostat_first_time_asylum_yearly_by_sex.parquet")
    counts = frame.get_column("first_time_applications")
    assert (counts.len(), counts.filter(counts % 5 != 0).len()) == (40_403, 0)


@given(st.integers(min_value=0, max_value=10**6))
def test_the_number_that_was_rounded_lies_within_the_bounds(people: int) -> None:
    found = only(read(answer([5 * round(people / 5)])))
    low, high, _ = bounds(found)
    assert isinstance(low, float)
    assert isinstance(high, float)
    assert low <= people <= high


def test_a_number_that_is_no_multiple_of_five_carries_no_bounds_and_is_noted() -> None:
    reading = read(answer([1236]))
    assert bounds(only(reading)) == (None, None, None)
    assert "1 numbers are no multiples of five and carry no bounds" in reading.notes


def test_permits_and_migrants_are_not_rounded() -> None:
    for table in ("migr_resfirst", "migr_imm1ctz", "migr_emi1ctz", "migr_pop1ctz"):
        assert bounds(only(read(ONE_EACH[table], table))) == (None, None, None)


@pytest.mark.parametrize(
    ("table", "group", "measure", "start", "end"),
    [
        ("migr_asyappctza", "asylum-applicants", "flow", date(2024, 1, 1), date(2025, 1, 1)),
        ("migr_asydcfstq", "asylum-decided", "flow", date(2024, 4, 1), date(2024, 7, 1)),
        ("migr_asytpsm", "temporary-protection", "stock", date(2024, 2, 29), date(2024, 2, 29)),
        ("migr_resfirst", "first-permits", "flow", date(2024, 1, 1), date(2025, 1, 1)),
        ("migr_imm1ctz", "immigrants", "flow", date(2024, 1, 1), date(2025, 1, 1)),
        ("migr_emi1ctz", "emigrants", "flow", date(2024, 1, 1), date(2025, 1, 1)),
        ("migr_pop1ctz", "people", "stock", date(2024, 1, 1), date(2024, 1, 1)),
    ],
)
def test_each_table_counts_its_own_people_over_its_own_time(
    table: str, group: str, measure: str, start: date, end: date
) -> None:
    found = only(read(ONE_EACH[table], table))
    assert (found["group"], found["measure"], found["start"], found["end"], found["facet"]) == (
        group,
        measure,
        start,
        end,
        None,
    )


def test_cells_fill_a_cube_from_the_last_dimension_on() -> None:
    reading = read(answer([5, 10, 15, 20, 25, 30], geo=["DE", "FR"], time=["2024-05", "2024-06", "2024-07"]))
    told = {(row["place"], row["start"].month): row["value"] for row in asked(reading).to_dicts()}
    assert told == {("DEU", 5): 5, ("DEU", 6): 10, ("DEU", 7): 15, ("FRA", 5): 20, ("FRA", 6): 25, ("FRA", 7): 30}


def test_sparse_values_and_listed_categories_and_a_category_with_a_label_only_read_alike() -> None:
    dense = answer([5, None, 15], time=["2024-05", "2024-06", "2024-07"])
    sparse = answer({"0": 5, "2": "15"}, time=["2024-05", "2024-06", "2024-07"])
    sparse["dimension"]["time"]["category"] = {"index": ["2024-05", "2024-06", "2024-07"]}
    sparse["dimension"]["geo"]["category"] = {"label": {"DE": "Germany"}}
    assert read(dense).figures.equals(read(sparse).figures)


def test_flags_become_status_and_what_is_not_available_is_no_zero() -> None:
    times = [f"2024-{month:02}" for month in range(1, 8)]
    flags = {"0": "p", "1": "e", "2": "c", "3": ":", "4": "z", "5": "b"}
    reading = read(answer({"0": 5, "1": 10, "5": 15, "6": 20}, flags, time=times))
    told = {row["start"].month: (row["value"], row["status"]) for row in asked(reading).to_dicts()}
    assert told == {
        1: (5, "provisional"),
        2: (10, "estimated"),
        3: (None, "suppressed"),
        6: (15, "counted"),
        7: (20, "counted"),
    }
    assert (reading.rows, reading.accepted, reading.empty) == (7, 7, 2)
    assert "1 numbers are marked as a break in the series" in reading.notes
    assert reading.notes[-1] == "Eurostat says it was last updated 2026-10-20T23:00:00+0200"


def test_one_flag_for_all_cells_holds_for_each() -> None:
    reading = read(answer([5, 10], "p", time=["2024-05", "2024-06"]))
    assert set(asked(reading).get_column("status")) == {"provisional"}


def test_greece_the_united_kingdom_kosovo_stateless_and_unknown_have_codes_of_eurostats_own() -> None:
    codes = ["XK", "STLS", "UNK", "RNC", "UK"]
    reading = read(answer([5, 10, 15, 20, 25], citizen=codes, geo=["EL"]))
    told = {(row["origin"], row["facet"]): row["value"] for row in asked(reading, place="GRC").to_dicts()}
    assert told == {
        ("XKX", None): 5,
        ("XXA", None): 10,
        ("XXX", None): 15,
        ("XXX", "citizen=RNC"): 20,
        ("GBR", None): 25,
    }


def test_the_total_over_citizens_has_no_origin_and_groups_of_countries_are_left_out_and_counted() -> None:
    citizens = read(answer([5, 10, 15, 20], citizen=["TOTAL", "SY", "EXT_EU27_2020", "EU27_2020"]))
    assert asked(citizens).get_column("origin").to_list() == [None, "SYR"]
    assert citizens.notes[0] == "2 cells speak of groups of countries, which are no places here"
    assert (citizens.rows, citizens.accepted) == (4, 4)
    places_too = read(answer([5, 10, 15], geo=["EU27_2020", "DE", "TOTAL"]))
    assert asked(places_too).get_column("place").to_list() == ["DEU"]


def test_first_time_applicants_are_a_cut_of_all_applicants_by_sex_and_age() -> None:
    content = answer([5, 10], applicant=["ASY_APP", "FRST"], sex=["UNK"], age=["Y_LT14"])
    facets = {row["facet"]: (row["sex"], row["age_from"], row["age_to"]) for row in asked(read(content)).to_dicts()}
    assert facets == {None: ("unknown", 0, 14), "applicant=FRST": ("unknown", 0, 14)}


def test_decisions_are_grouped_by_what_they_grant() -> None:
    codes = ["TOTAL", "TOTAL_POS", "GENCONV", "SUB_PROT", "HUMSTAT", "REJECTED"]
    content = other("migr_asydcfstq", {"decision": codes}, "2024-Q1", [5, 10, 15, 20, 25, 30])
    told = {(row["group"], row["facet"]) for row in asked(read(content, "migr_asydcfstq")).to_dicts()}
    assert told == {
        ("asylum-decided", None), ("asylum-decided", "decision=TOTAL_POS"), ("asylum-recognised", None), ("asylum-rejected", None),
        ("asylum-complementary", "decision=SUB_PROT"), ("asylum-complementary", "decision=HUMSTAT"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "band"),
    [
        ("TOTAL", (0, None)), ("UNK", (None, None)), ("Y_LT14", (0, 14)), ("Y14-17", (14, 18)), ("Y18-34", (18, 35)),
        ("Y_GE65", (65, None)), ("Y7", (7, 8)), ("Y_OPEN", None), ("18-34", None),
    ],
)  # fmt: skip
def test_ages_are_bands_open_to_the_right(code: str, band: tuple[int | None, int | None] | None) -> None:
    assert age(code) == band


@pytest.mark.parametrize(
    ("codes", "column", "rule"),
    [
        ({"citizen": ["SY", "QQ"]}, "citizen", "country"),
        ({"geo": ["DE", "QQ"]}, "geo", "country"),
        ({"time": ["2024-05", "2024-13"]}, "time", "date"),
        ({"age": ["TOTAL", "Y_OLD"]}, "age", "age"),
    ],
)
def test_a_code_that_is_not_known_sets_its_cell_aside(codes: dict[str, list[str]], column: str, rule: str) -> None:
    reading = read(answer([5, 10], **codes))
    assert reading.rejected.select("row", "column", "rule").rows() == [(2, column, rule)]
    assert (reading.rows, reading.accepted, reading.figures.height) == (2, 1, 1)


@pytest.mark.parametrize("content", [answer(["many"]), answer([-5]), answer([5], sex=["X"]), answer([5], unit=["PC"])])
def test_text_a_negative_count_and_a_sex_or_unit_of_another_kind_are_faults(content: dict[str, Any]) -> None:
    with pytest.raises(FigureError):
        read(content)


def test_errors_and_postponed_answers_are_told_in_eurostats_words() -> None:
    refused = {"error": [{"status": 400, "id": 100, "label": "Dimension geo has no code QQ"}]}
    late = {"warning": {"status": 413, "label": "ASYNCHRONOUS_RESPONSE. Your request will be treated asynchronously."}}
    for content, words in (
        (refused, r"refuses the question \(400 Dimension geo"),
        (late, r"too large .* ask for fewer years"),
    ):
        with pytest.raises(SourceError, match=words):
            read(content)


def test_a_cube_whose_parts_do_not_fit_is_refused_with_every_misfit() -> None:
    wrong = answer([5, 10, 15], time=["2024-05", "2024-06"])
    wrong["size"][-2] = 3
    with pytest.raises(SourceError, match=r"geo has 1 categories, its size is 3"):
        read(wrong)
    with pytest.raises(SourceError, match=r"3 values fill a cube of 2 cells"):
        read(answer([5, 10, 15], time=["2024-05", "2024-06"]))
    with pytest.raises(SourceError, match="cells 7 lie outside the cube of 1 cells"):
        read(answer({"7": 5}))
    with pytest.raises(SourceError, match="lie outside"):
        read(answer("5"))
    with pytest.raises(SourceError, match="of another kind"):
        read(answer([5]) | {"size": ["many"] * 8})
    with pytest.raises(SourceError, match="no applicant, reason, which is not known here"):
        read(other("x", {"reason": ["TOTAL"]}, "2024-05", [5]))
    with pytest.raises(SourceError, match="no JSON-stat data set: it has no id, no size"):
        read({"class": "collection", "link": {}})
    for data, words in ((b"<html>", "web page"), (json.dumps(answer([5])).encode()[:-20], "cut off")):
        with pytest.raises(SourceError, match=words):
            cube(data, READERS["migr_asyappctzm"].source)


def test_a_question_that_no_cell_answers_is_an_answer_without_figures() -> None:
    empty: dict[str, object] = {"version": "2.0", "class": "dataset", "id": ["citizen", "sex", "age", "applicant", "unit", "geo", "time"], "size": [1, 1, 1, 1, 1, 1, 0], "value": {}}  # fmt: skip
    codes = {
        "citizen": ["SY"],
        "sex": ["T"],
        "age": ["TOTAL"],
        "applicant": ["ASY_APP"],
        "unit": ["PER"],
        "geo": ["UK"],
        "time": [],
    }
    dimension = {name: {"category": {"index": told}} for name, told in codes.items()}
    adapter = READERS["migr_asyappctzm"]
    reading = adapter.read(json.dumps({**empty, "dimension": dimension}).encode(), paper(adapter.source))
    assert (reading.rows, reading.figures.height) == (0, 0)


def test_montenegro_is_asked_for_applicants_as_a_country_that_reports_them() -> None:
    ends = {table: [next(iter({"geo", "citizen"} & set(one.params))) for one in ask(READERS[table].source, Question(first=2024, last=2024, country="MNE"))] for table in ("migr_asyappctza", "migr_imm1ctz")}  # fmt: skip
    assert ends == {"migr_asyappctza": ["geo", "citizen"], "migr_imm1ctz": ["citizen"]}


def test_the_united_kingdom_is_asked_for_the_years_in_which_it_reported() -> None:
    asked_of = ask(READERS["migr_asyappctzm"].source, Question(first=2020, last=2021))
    assert [one.params["sinceTimePeriod"] for one in asked_of if one.params["geo"] == "UK"] == ["2020-01"]


def test_a_country_is_asked_for_as_reporting_and_as_citizenship_year_by_year() -> None:
    source = READERS["migr_asyappctzm"].source
    requests = ask(source, Question(first=2023, last=2024, country="GRC"))
    assert requests[0].url == "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/migr_asyappctzm"
    assert requests[0].params == {
        "format": "JSON", "lang": "EN", "geo": "EL", "sinceTimePeriod": "2023-01", "untilTimePeriod": "2023-12",
    }  # fmt: skip
    assert [(*one.params,)[2] for one in requests] == ["geo", "geo", "citizen", "citizen"]
    (only_citizens,) = ask(source, Question(first=2024, last=2024, country="SYR"))
    assert only_citizens.params["citizen"] == "SY"
    (quarter, _) = ask(READERS["migr_asydcfstq"].source, Question(first=2019, last=2019, country="GBR"))
    assert (quarter.params["geo"], quarter.params["sinceTimePeriod"], quarter.params["untilTimePeriod"]) == (
        "UK",
        "2019-Q1",
        "2019-Q4",
    )
    yearly = ask(READERS["migr_imm1ctz"].source, Question(first=2015, last=2024))
    assert len(yearly) == 32
    assert (yearly[0].params["sinceTimePeriod"], yearly[0].params["untilTimePeriod"]) == ("2015", "2024")
    with pytest.raises(AskError):
        ask(source, Question(first=2024, last=2024, country="XTB"))


@given(st.permutations(["citizen", "geo", "time"]))
def test_no_order_of_dimensions_changes_what_a_cube_says(order: list[str]) -> None:
    codes = {"citizen": ["SY", "AF", "UA"], "geo": ["DE", "FR"], "time": ["2024-01", "2024-02"]}
    worth = {"SY": 5, "AF": 10, "UA": 15, "DE": 100, "FR": 200, "2024-01": 1000, "2024-02": 2000}
    cells = [0]
    for name in order:
        cells = [cell + worth[code] for cell in cells for code in codes[name]]
    content = answer(cells, **codes)
    have = [name for name in WHOLE if name not in codes] + order
    content |= {"id": have, "size": [len((WHOLE | codes)[name]) for name in have]}
    afghans = only(read(content), origin="AFG", place="FRA", start=date(2024, 2, 1))
    assert afghans["value"] == 2210
