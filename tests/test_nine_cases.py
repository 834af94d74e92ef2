"""The documented divergences: what was published, typed as citations where the edition has it not, and how each is read.

Figures of UNHCR and IDMC are the edition's. IOM DTM and government figures are single numbers cited from their reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl
import pytest

from qanat.figures import F
from qanat.jobs.compare import CompareRequest, compare_year
from qanat.reconcile.compared import Beside, Compared, compared, moved
from qanat.reconcile.newest import newest
from qanat.reconcile.said import spoken
from qanat.store import Ask, Disk
from tests.build import figure, table


def dtm(place: str, number: int, day: date, value: float, group: str = "idps-any") -> dict[str, object]:
    """A round of IOM's Displacement Tracking Matrix, as its report gives it."""
    return figure(
        group=group, origin=place, place=place, counter="iom", value=value, start=day, end=day, known=day, facet=f"round={number}",
        status="estimated", source=f"iom.dtm.R{number}", licence="CC-BY-4.0", run="cited", row=number,
    )  # fmt: skip


@dataclass(frozen=True)
class Case:
    found: Compared

    def cluster(self, counter: str) -> str:
        (one,) = (one for one in self.found.figures if one.counter == counter)
        return self.found.cluster[one.cite].name

    @property
    def flags(self) -> set[tuple[str, str]]:
        """Code and the counter it is chiefly about."""
        return {(flag.code, flag.counters[0]) for flag in self.found.flags}


def case(edition: Disk, place: str, year: int, *cited: dict[str, object]) -> Case:
    rows = edition.get(Ask(place=place, groups=("idps", "idps-new", "returned-idps"), undivided=True))
    now = newest(pl.concat([rows.filter((F.stage == "published") & (F.origin == place)), table(*cited)]))
    found = compared(spoken(now.filter(F.measure == "stock")), "idps", year, beside=Beside(moved=moved(now)))
    assert found is not None
    return Case(found)


def test_south_sudan_2021_unhcr_republishes_round_11_and_is_no_second_confirmation(edition: Disk) -> None:
    found = case(edition, "SSD", 2021, dtm("SSD", 11, date(2021, 9, 30), 2_017_236))
    assert found.cluster("unhcr") == found.cluster("iom") == "iom@2021-09-30"
    assert found.cluster("idmc") == "idmc@2021-12-31"
    assert ("SAME_LINEAGE", "iom") in found.flags
    assert ("STALE_COPY", "unhcr") not in found.flags  # three months old
    assert found.found.one.low80 is not None
    assert found.found.one.high80 is not None
    assert found.found.one.low80 < 1_368_635
    assert found.found.one.high80 > 2_017_236


@pytest.mark.parametrize(
    ("year", "number", "day", "value", "stale"),
    [
        (2020, 13, date(2020, 10, 31), 336_124, False),
        (2022, 17, date(2021, 12, 31), 381_289, True),
        (2024, 23, date(2024, 6, 30), 220_610, True),
    ],
)
def test_chad_unhcr_carries_rounds_of_the_lake_province_on(
    edition: Disk, year: int, number: int, day: date, value: float, stale: bool
) -> None:
    found = case(edition, "TCD", year, dtm("TCD", number, day, value))
    assert found.cluster("unhcr") == f"iom@{day}"
    assert ("SAME_LINEAGE", "iom") in found.flags
    assert ("COVERAGE_PARTIAL", "unhcr") in found.flags
    assert (("STALE_COPY", "unhcr") in found.flags) == stale


def test_chad_each_year_of_unhcr_is_its_own_earlier_round_where_all_rounds_are_at_hand(edition: Disk) -> None:
    rounds = [dtm("TCD", 13, date(2020, 10, 31), 336_124), dtm("TCD", 17, date(2021, 12, 31), 381_289), dtm("TCD", 23, date(2024, 6, 30), 220_610)]  # fmt: skip
    for year, day in ((2020, date(2020, 10, 31)), (2022, date(2021, 12, 31)), (2024, date(2024, 6, 30))):
        found = case(edition, "TCD", year, *rounds)
        (unhcr,) = (one for one in found.found.figures if one.counter == "unhcr")
        cluster = found.found.cluster[unhcr.cite]
        assert (cluster.name, cluster.evidence(unhcr), cluster.evidence(cluster.root)) == (
            f"iom@{day}",
            "equal",
            "root",
        )
        assert found.cluster("idmc") == f"idmc@{year}-12-31"
        # the round covers Lac only: its number is evidence as UNHCR's own, of the day the people were counted
        assert [one.day for one in found.found.one.used if one.root.cite == unhcr.cite] == [day]


def test_somalia_2024_unhcr_gives_idmcs_figure_of_the_year_before(edition: Disk) -> None:
    found = case(edition, "SOM", 2024)
    assert (found.cluster("unhcr"), found.cluster("idmc")) == ("idmc@2023-12-31", "idmc@2024-12-31")
    assert {("SAME_LINEAGE", "idmc"), ("STALE_COPY", "unhcr")} <= found.flags


def test_colombia_2021_a_cumulative_register_is_no_count_of_today(edition: Disk) -> None:
    register = figure(
        group="idps", origin="COL", place="COL", counter="government", value=8_219_403, start=date(2021, 12, 31), end=date(2021, 12, 31),
        known=date(2022, 1, 31), basis="registration", source="uariv.ruv@2022-01-31", licence="publisher-terms", run="cited", row=1,
    )  # fmt: skip
    found = case(edition, "COL", 2021, register)
    assert {("REGISTER_CUMULATIVE", "government"), ("LICENCE_RESTRICTED", "government")} <= found.flags
    assert len({found.cluster(counter) for counter in ("government", "idmc", "unhcr")}) == 3
    assert "government" not in {one.root.counter for one in found.found.one.used}


def test_colombia_2024_idmc_changed_its_method_not_a_people_of_two_million(edition: Disk) -> None:
    assert ("METHOD_BREAK", "idmc") in case(edition, "COL", 2024).flags  # 5,077,000 to 7,265,000; 387,952 movements
    assert ("METHOD_BREAK", "idmc") not in case(edition, "COL", 2023).flags


def test_afghanistan_2022_a_round_counts_every_cause_since_2012(edition: Disk) -> None:
    found = case(edition, "AFG", 2022, dtm("AFG", 16, date(2022, 12, 31), 6_557_855))
    assert {("CAUSE_MISMATCH", "iom"), ("REGISTER_CUMULATIVE", "iom"), ("COVERAGE_PARTIAL", "unhcr")} <= found.flags
    assert len({found.cluster(counter) for counter in ("iom", "idmc", "unhcr")}) == 3
    assert found.found.one.high80 is not None
    assert found.found.one.high80 < 6_557_855


def test_lebanon_2024_the_day_within_the_year_decides(edition: Disk) -> None:
    found = case(edition, "LBN", 2024)
    assert ("DATE_MISMATCH", "idmc") in found.flags or ("DATE_MISMATCH", "unhcr") in found.flags
    assert ("METHOD_BREAK", "idmc") not in found.flags  # a million movements explain the growth
    assert found.cluster("unhcr") != found.cluster("idmc")  # 984,514 less 860,740 returned is 123,774 to the person


def test_lebanon_2024_half_the_syrians_are_registered(edition: Disk) -> None:
    rows = edition.get(Ask(place="LBN", origin="SYR", groups=("refugees",), undivided=True))
    estimate = figure(
        group="refugees", origin="SYR", place="LBN", counter="government", value=1_500_000, start=date(2024, 12, 31), end=date(2024, 12, 31),
        known=date(2025, 6, 1), status="estimated", source="unhcr.footnotes@2025", run="cited", row=1,
    )  # fmt: skip
    found = compared(spoken(newest(pl.concat([rows, table(estimate)]))), "refugees", 2024)
    assert found is not None
    assert {one.counter: one.value for one in found.figures} == {"unhcr": 755_426, "government": 1_500_000}
    assert ("COVERAGE_PARTIAL", "unhcr") in Case(found).flags
    assert found.shown is not None
    assert found.shown.counter == "unhcr"


def test_haiti_2024_idmc_and_unhcr_are_one_count_and_iom_counts_other_causes(edition: Disk) -> None:
    found = case(edition, "HTI", 2024, dtm("HTI", 9, date(2024, 12, 31), 1_041_229))
    assert found.cluster("unhcr") == found.cluster("idmc") == "idmc@2024-12-31"
    assert found.cluster("iom") == "iom@2024-12-31"
    assert {("SAME_LINEAGE", "idmc"), ("CAUSE_MISMATCH", "iom")} <= found.flags


def test_mexico_unhcr_has_repeated_one_number_since_2022(edition: Disk) -> None:
    for year in (2023, 2024, 2025):
        found = case(edition, "MEX", year)
        assert ("CARRIED_FORWARD", "unhcr") in found.flags
        assert ("COVERAGE_PARTIAL", "unhcr") in found.flags
        assert found.cluster("unhcr") == "unhcr@2022-12-31"
        assert found.found.one.basis == "model"  # however old, both are still published for the day
    assert ("CARRIED_FORWARD", "unhcr") not in case(edition, "MEX", 2022).flags


RUV = figure(
    group="idps", origin="COL", place="COL", counter="government", value=8_219_403, start=date(2021, 12, 31), end=date(2021, 12, 31),
    known=date(2022, 1, 31), basis="registration", source="uariv.ruv@2022-01-31", licence="publisher-terms", run="cited", row=1,
)  # fmt: skip
R13, R17, R23 = dtm("TCD", 13, date(2020, 10, 31), 336_124), dtm("TCD", 17, date(2021, 12, 31), 381_289), dtm("TCD", 23, date(2024, 6, 30), 220_610)  # fmt: skip
# every case whole: what each counter says (the edition carries IDMC in thousands), and the flags by chief counter
WHOLE: list[tuple[str, int, tuple[dict[str, object], ...], dict[str, float], str]] = [
    ("SSD", 2021, (dtm("SSD", 11, date(2021, 9, 30), 2_017_236),), {"iom": 2_017_236, "unhcr": 2_017_236, "idmc": 1_369_000}, "SAME_LINEAGE iom, CAUSE_MISMATCH iom"),
    ("TCD", 2020, (R13,), {"iom": 336_124, "unhcr": 336_124, "idmc": 342_000}, "SAME_LINEAGE iom, CAUSE_MISMATCH iom, COVERAGE_PARTIAL iom, COVERAGE_PARTIAL unhcr"),
    ("TCD", 2022, (R17,), {"unhcr": 381_289, "idmc": 300_000}, "SAME_LINEAGE iom, STALE_COPY unhcr, COVERAGE_PARTIAL unhcr"),
    ("TCD", 2024, (R23,), {"iom": 220_610, "unhcr": 220_610, "idmc": 383_000}, "SAME_LINEAGE iom, STALE_COPY unhcr, CAUSE_MISMATCH iom, COVERAGE_PARTIAL iom, COVERAGE_PARTIAL unhcr, DATE_MISMATCH iom"),
    ("SOM", 2024, (), {"unhcr": 3_861_643, "idmc": 3_136_000}, "SAME_LINEAGE idmc, STALE_COPY unhcr"),
    ("COL", 2021, (RUV,), {"government": 8_219_403, "unhcr": 6_766_002, "idmc": 5_235_000}, "REGISTER_CUMULATIVE government, LICENCE_RESTRICTED government"),
    ("COL", 2024, (), {"unhcr": 7_031_498, "idmc": 7_265_000}, "METHOD_BREAK idmc"),
    ("AFG", 2022, (dtm("AFG", 16, date(2022, 12, 31), 6_557_855),), {"iom": 6_557_855, "idmc": 4_513_000, "unhcr": 3_254_002}, "CAUSE_MISMATCH iom, REGISTER_CUMULATIVE iom, COVERAGE_PARTIAL unhcr"),
    ("LBN", 2024, (), {"idmc": 985_000, "unhcr": 123_774}, "DATE_MISMATCH unhcr, COVERAGE_PARTIAL unhcr"),
    ("HTI", 2024, (dtm("HTI", 9, date(2024, 12, 31), 1_041_229),), {"iom": 1_041_229, "unhcr": 1_037_463, "idmc": 1_037_000}, "SAME_LINEAGE idmc, CAUSE_MISMATCH iom"),
    ("MEX", 2022, (), {"idmc": 386_000, "unhcr": 262_411}, "COVERAGE_PARTIAL unhcr"),
    ("MEX", 2023, (), {"idmc": 390_000, "unhcr": 262_411}, "CARRIED_FORWARD unhcr, STALE_COPY unhcr, COVERAGE_PARTIAL unhcr"),
    ("MEX", 2024, (), {"idmc": 390_000, "unhcr": 262_411}, "CARRIED_FORWARD idmc, CARRIED_FORWARD unhcr, STALE_COPY idmc, STALE_COPY unhcr, COVERAGE_PARTIAL unhcr"),
    ("MEX", 2025, (), {"idmc": 390_000, "unhcr": 262_411}, "CARRIED_FORWARD idmc, CARRIED_FORWARD unhcr, STALE_COPY idmc, STALE_COPY unhcr, COVERAGE_PARTIAL unhcr"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "year", "cited", "values", "flags"), WHOLE, ids=[f"{one[0]} {one[1]}" for one in WHOLE]
)
def test_the_documented_cases_have_these_figures_and_these_flags_and_no_others(
    edition: Disk, place: str, year: int, cited: tuple[dict[str, object], ...], values: dict[str, float], flags: str
) -> None:
    found = case(edition, place, year, *cited)
    assert {one.counter: one.value for one in found.found.figures} == values
    parts_were_not_given = {("SEX_AGE_MISSING", counter) for counter in values}
    assert found.flags - parts_were_not_given == {(code, counter) for code, counter in (one.split() for one in flags.split(", "))}  # fmt: skip
    assert found.found.shown is not None
    assert found.found.shown.counter == "idmc"


def test_haitis_displaced_by_disaster_are_another_account(edition: Disk) -> None:
    # IDMC, end of 2024: 3,766 displaced by disaster beside 1,037,000 by conflict
    disaster = compare_year(CompareRequest(country="HTI", group="idps-disaster", year=2024), edition).found
    conflict = compare_year(CompareRequest(country="HTI", group="idps", year=2024), edition).found
    assert [(one.counter, one.value) for one in disaster.figures] == [("idmc", 3_766)]
    assert {one.group for one in conflict.figures} == {"idps"}
    assert not {one.cite for one in disaster.figures} & {one.cite for one in conflict.figures}


def test_the_world_in_2025_differs_by_whom_unhcr_is_asked_to_protect(edition: Disk) -> None:
    answer = compare_year(CompareRequest(country="World", group="idps", year=2025), edition)
    assert {one.counter: one.value for one in answer.found.figures} == {"unhcr": 64_239_352, "idmc": 68_653_080}
    assert ("COVERAGE_PARTIAL", "unhcr") in Case(answer.found).flags
