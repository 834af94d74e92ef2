"""Every flag, each from figures, with its sentence in four languages; and the groups that may hold the same person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from qanat.brief.flagged import LANGUAGES
from qanat.brief.tell.why import Telling
from qanat.jobs.brief import BriefRequest, brief
from qanat.jobs.compare import CompareRequest, compare_year, document
from qanat.jobs.edition import load
from qanat.reconcile.alongside import Alongside, alongside
from qanat.reconcile.breaks import Moved
from qanat.reconcile.compared import Beside, Compared, compared
from qanat.reconcile.flags import CODES, Code, Parts
from qanat.reconcile.said import Figure
from qanat.reconcile.said import figure as said
from qanat.sources.hpc import caseloads
from qanat.store import Disk
from tests.build import batch, figure, table
from tests.build import document as paper
from tests.test_lineage import idps

END = date(2025, 12, 31)


def found(*figures: Figure, year: int = 2025, **beside: object) -> Compared:
    told = compared(figures, figures[0].group, year, beside=Beside(**beside))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert told is not None
    return told


def refugees(counter: str, value: float, **more: object) -> Figure:
    return said(figure(counter=counter, value=value, run=counter, row=1) | more)


def leap(*earlier: Figure) -> Compared:
    return found(idps("idmc", 2024, 100_001), idps("idmc", 2025, 200_001), moved={2025: Moved(new=5_000)}, earlier=earlier)  # fmt: skip


OLD = idps("idmc", 2025, 100_001, known=date(2026, 1, 1), run="old")
MOVES = {
    "unit": "movements",
    "group": "idps-new",
    "measure": "flow",
    "start": date(2025, 1, 1),
    "end": date(2026, 1, 1),
}
# invented, but for what a comment cites; each yields its flag and says by whom
FROM_FIGURES: dict[Code, tuple[Callable[[], Compared], tuple[str, ...]]] = {
    # Haiti, end of 2024: UNHCR 1,037,463, IDMC 1,037,000
    "SAME_LINEAGE": (lambda: found(idps("unhcr", 2025, 1_037_463), idps("idmc", 2025, 1_037_000)), ("idmc", "unhcr")),
    # Somalia: IDMC's 3,862,000 of 2023 is UNHCR's 3,861,643 of 2024
    "STALE_COPY": (lambda: found(idps("unhcr", 2025, 3_861_643), idps("idmc", 2024, 3_862_000)), ("unhcr", "idmc")),
    # Mexico: UNHCR's 262,411 year after year
    "CARRIED_FORWARD": (lambda: found(idps("unhcr", 2024, 262_411), idps("unhcr", 2025, 262_411)), ("unhcr",)),
    # Afghanistan 2022: 6,557,855 of every cause, IDMC 4,513,000 of conflict
    "CAUSE_MISMATCH": (lambda: found(idps("idmc", 2025, 4_513_000), idps("iom", 2025, 6_557_855, group="idps-any")), ("iom", "idmc")),
    # Lebanon 2024: 755,426 registered, 1,500,000 by the government's estimate
    "COVERAGE_PARTIAL": (lambda: found(refugees("unhcr", 755_426), refugees("government", 1_500_000, status="estimated")), ("unhcr",)),
    # Lebanon 2024: 984,514 less 860,740 returned is 123,774
    "DATE_MISMATCH": (lambda: found(idps("idmc", 2025, 984_514), idps("unhcr", 2025, 123_774), moved={2025: Moved(returned=860_740)}), ("unhcr", "idmc")),
    # Colombia 2021: the register's 8,219,403 beside IDMC's 5,235,064
    "REGISTER_CUMULATIVE": (lambda: found(idps("idmc", 2025, 5_235_064), idps("government", 2025, 8_219_403, facet="register=cumulative")), ("government",)),
    "METHOD_BREAK": (leap, ("idmc",)),
    "ROUNDING_DOMINATES": (lambda: found(refugees("unhcr", 5)), ("unhcr",)),
    "UNIT_MIX": (lambda: found(idps("unhcr", 2025, 100_001), idps("idmc", 2025, 70_001, **MOVES)), ("idmc", "unhcr")),
    "SUM_MISMATCH": (lambda: found(idps("unhcr", 2025, 100_001), parts={"unhcr": Parts(known=90_000, all=95_000)}), ("unhcr",)),
    "BOUND_VIOLATION": (lambda: found(idps("unhcr", 2025, 100_001), population=90_000.0), ("unhcr",)),
    "SEX_AGE_MISSING": (lambda: found(idps("unhcr", 2025, 100_001), parts={"unhcr": Parts(known=40_000, all=100_001)}), ("unhcr",)),
    "LICENCE_RESTRICTED": (lambda: found(idps("idmc", 2025, 100_001), idps("government", 2025, 90_001, licence="publisher-terms")), ("government",)),
}  # fmt: skip


def test_there_is_a_case_for_each_of_the_fourteen() -> None:
    assert set(FROM_FIGURES) == set(CODES)
    assert len(CODES) == 14


@pytest.mark.parametrize("code", CODES)
def test_figures_yield_the_flag_and_four_languages_say_it_by_name(code: Code) -> None:
    made, counters = FROM_FIGURES[code]
    (flag,) = (one for one in made().flags if one.code == code)
    assert flag.counters == counters
    told = [Telling.of(language).flag(flag) for language in LANGUAGES]
    assert len(set(told)) == len(LANGUAGES)
    for language, sentence in zip(LANGUAGES, told, strict=True):
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert code == "SEX_AGE_MISSING" or Telling.of(language).counter(counters[0]) in sentence
        assert sentence in Telling.of(language).why(made())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_break_that_is_bridged_and_one_that_is_not_are_told_apart(language: str) -> None:
    telling = Telling.of(language)
    bridged, out = (telling.why(one) for one in (leap(OLD), leap()))
    factor = telling.spell.times(2.0)
    assert factor in bridged
    assert factor not in out
    assert bridged != out


def test_one_flag_each_where_figures_raise_it_twice() -> None:
    twice = found(idps("unhcr", 2023, 262_411), idps("unhcr", 2024, 262_411), idps("unhcr", 2025, 262_411))
    assert [flag.code for flag in twice.flags].count("CARRIED_FORWARD") == 1


def beside(
    group: str, place: str, year: int, *rows: dict[str, object], origin: str | None = None
) -> dict[str, Alongside]:
    told = table(*({"run": "r", "row": at} | {k: v for k, v in row.items() if k not in ("run", "row")} for at, row in enumerate(rows)))  # fmt: skip
    return {one.kind: one for one in alongside(told, group, place, year, origin)}


def test_unrwas_refugees_stand_beside_unhcrs_and_are_disjoint() -> None:
    unrwa = figure(
        group="palestine-refugees", origin="PSE", place="JOR", counter="unrwa", value=2_398_179.0
    )  # end of 2025
    one = beside("refugees", "JOR", 2025, unrwa)["palestine"]
    assert (one.relation, one.value, one.counter, one.cites) == ("disjoint", 2_398_179, "unrwa", ("r:0",))
    assert "palestine" not in beside("idps", "JOR", 2025, unrwa)
    assert "palestine" not in beside("refugees", "JOR", 2025, unrwa, origin="SYR")
    assert "palestine" not in beside("refugees", "JOR", 2024, unrwa)


def test_other_statuses_are_summed_and_disjoint() -> None:
    others = [figure(group=group, origin=origin, value=value) for group, origin, value in (("asylum-seekers", "VEN", 40.0), ("other-in-need", "VEN", 2_000.0), ("asylum-seekers", "CUB", 7.0))]  # fmt: skip
    one = beside("refugees", "COL", 2025, figure(value=1_306.0), *others)["status"]
    assert (one.groups, one.relation, one.value) == (("asylum-seekers", "other-in-need"), "disjoint", 2_047)
    assert beside("refugees", "COL", 2025, *others, origin="CUB")["status"].value == 7
    assert beside("other-in-need", "COL", 2025, *others)["status"].value == 47


def test_returned_refugees_may_be_displaced_again() -> None:
    year = {"measure": "flow", "start": date(2025, 1, 1), "end": date(2026, 1, 1), "group": "returned-refugees"}
    back = [figure(origin="SSD", place=place, value=value, **year) for place, value in (("UGA", 300.0), ("SDN", 200.0))]
    elsewhere = figure(origin="COD", place="SSD", value=50.0, **year)
    one = beside("idps", "SSD", 2025, *back, elsewhere)["returned"]
    assert (one.relation, one.value, one.share) == ("overlap", 500, None)


def test_of_south_sudans_displaced_people_seven_per_cent_had_come_back_from_abroad(shared: Path) -> None:
    # IOM, DTM South Sudan, round 11 (CC BY): 142,848 of 2,017,236 by county
    counties = pl.read_csv(shared / "subnational" / "south_sudan" / "dtm_r11_2021q3_county.csv")
    day = date(2021, 9, 30)
    rows = [
        figure(group="idps-any", origin="SSD", place=row["adm2_pcode"], counter="iom", value=float(row[column]), start=day, end=day, facet=f"abroad_before={said_so}")
        for row in counties.iter_rows(named=True)
        for column, said_so in (("idp_prev_abroad_ind", "yes"), ("idp_not_prev_abroad_ind", "no"))
    ]  # fmt: skip
    one = beside("idps", "SSD", 2021, *rows)["abroad"]
    assert (one.value, one.counter, one.relation) == (142_848, "iom", "overlap")
    assert one.share == pytest.approx(142_848 / 2_017_236)
    assert len(one.cites) == sum(value > 0 for value in counties.get_column("idp_prev_abroad_ind"))


def test_a_humanitarian_plan_and_its_refugee_response_stand_beside_refugees(shared: Path, tmp_path: Path) -> None:
    # OCHA, Sudan 2024: population 50,990,034; Refugee Response 963,410 in need
    data = (shared / "fixtures" / "hpc" / "v2_plan_1188_responseMonitoring.json").read_bytes()
    plan = paper(id="hpc.caseloads@2024-02-07", published=date(2024, 2, 7), licence="CC-BY-3.0-IGO")
    store = Disk(tmp_path)
    load(store)
    store.put(replace(batch("plan", documents=(plan,)), figures=caseloads(data, plan).figures))
    asked = document(compare_year(CompareRequest(country="SDN", group="refugees", year=2024), store))
    told = {one["kind"]: (one["relation"], one["value"]) for one in asked["overlaps"] if one["counter"] == "ocha"}
    assert told == {"plan": ("overlap", 50_990_034), "response": ("overlap", 963_410)}
    assert "50,990,034 people (OCHA), and may hold these people too" in asked["why"]
    page = brief(BriefRequest(country="SDN"), store, datetime(2026, 11, 24, tzinfo=UTC)).brief
    text = " ".join(sentence.text for section in page.sections for sentence in section.sentences)
    assert "The humanitarian plan counts 50.99 million people in Sudan (2024)" in text


def test_a_brief_tells_that_returned_refugees_may_be_among_the_displaced(edition: Disk) -> None:
    page = brief(BriefRequest(country="SDN"), edition, datetime(2026, 11, 24, tzinfo=UTC)).brief
    text = " ".join(sentence.text for section in page.sections for sentence in section.sentences)
    assert "those who returned into displacement are among the internally displaced too" in text
    unrwa = brief(BriefRequest(country="LBN"), edition, datetime(2026, 11, 24, tzinfo=UTC)).brief
    assert "UNRWA registers" in " ".join(s.text for part in unrwa.sections for s in part.sentences)
    nobody = brief(BriefRequest(country="DEU"), edition, datetime(2026, 11, 24, tzinfo=UTC)).brief
    assert "returned into displacement" not in " ".join(s.text for part in nobody.sections for s in part.sentences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_beside_is_one_sentence_of_its_language(language: str, edition: Disk) -> None:
    answer = compare_year(CompareRequest(country="LBN", group="refugees", year=2024, language=language), edition)
    assert [one.kind for one in answer.found.along] == ["palestine", "status"]
    assert answer.telling.spell.full(486_269) in answer.why  # UNRWA, Lebanon, end of 2024
    assert "{" not in answer.why
    kinds: tuple[str, ...] = ("palestine", "status", "returned", "abroad", "plan", "response")
    assert {f"overlap.{kind}" for kind in kinds} <= set(answer.telling.words.texts)
