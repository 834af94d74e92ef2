"""Declared lineage: what publishers' own words make one count, what they leave open, and how it is told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qanat.jobs.compare import CompareRequest, compare_year, document
from qanat.jobs.edition import load
from qanat.jobs.noting import stated
from qanat.reconcile.compared import Beside, compared
from qanat.reconcile.declared import DECLARED, Stated, declared, pairs, statements, whose, word_of
from qanat.reconcile.lineage import clusters
from qanat.sources.unhcr_reference import footnotes
from qanat.store import Batch, Disk, Memory, Run
from tests.build import batch, figure
from tests.build import document as paper
from tests.test_lineage import idps

END = date(2021, 12, 31)
ROUND = date(2021, 9, 30)


def by_dtm(**more: object) -> Stated:
    base: dict[str, object] = {"counter": "unhcr", "original": "iom", "groups": ("idps",), "years": ((2020, 2022),), "place": "SOM", "text": "IDP figures are based on IOM.", "cites": "invented"}  # fmt: skip
    return Stated(**(base | more))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("text", "counter"),
    [
        (
            "Refugee figure for Syrians in Turkey is a Government estimate.",
            "government",
        ),  # UNHCR's footnote, 2017 - 2018
        ("IDP figures are based on IOM DTM round 11.", "iom"),  # invented from here on
        ("Data were reported by the Internal Displacement Monitoring Centre.", "idmc"),
        ("The number is taken from OCHA.", "ocha"),
        ("Source: IDMC", "idmc"),
    ],
)
def test_a_plain_statement_names_one_counter(text: str, counter: str) -> None:
    assert whose(text) == counter


@pytest.mark.parametrize(
    "text",
    [
        # UNHCR's footnotes, word for word
        "The Lebanese government estimates that 1.5 million Syrians are in Lebanon.",
        "The data are generally provided by governments, based on their own definitions and methods of data collection.",
        "Refers to Palestinian refugees under the UNHCR mandate only.",
        "Since 2022, the total figure of refugees from Ukraine in Germany has included individuals still waiting for a decision on Temporary Protection.",
        # invented
        "Source: IDMC and OCHA",
        "The figure is partly based on IOM.",
        "The figure is not based on IOM.",
        "The figure is an IOMega estimate.",
        "IDMC",
        "",
    ],
)
def test_a_second_number_a_hedge_or_two_sources_declare_nothing(text: str) -> None:
    assert whose(text) is None


def test_a_facet_names_a_counter_and_may_name_the_day() -> None:
    assert [word_of(one) for one in ("Government", "IDMC", "iom", "iom@2021-09-30")] == [("government", None), ("idmc", None), ("iom", None), ("iom", ROUND)]  # fmt: skip
    assert [word_of(one) for one in ("Various", "UNHCR, Government", "iom@last year", "")] == [None] * 4


def test_the_footnotes_that_were_read_declare_the_governments_estimate_and_nothing_else(shared: Path) -> None:
    notes, _ = footnotes((shared / "fixtures" / "unhcr_population_api" / "footnotes.json").read_bytes())
    (one,) = statements(notes, "unhcr", "unhcr.footnotes@2026-09-26")
    assert (one.original, one.place, one.origin, one.years, one.groups) == ("government", "TUR", "SYR", ((2017, 2018),), ("refugees",))  # fmt: skip
    assert (DECLARED[0].text, DECLARED[0].years, DECLARED[0].checked) == (one.text, one.years, True)


def test_a_declared_copy_is_the_originals_count_though_its_number_differs() -> None:
    unhcr, iom = idps("unhcr", 2021, 90_001), idps("iom", 2021, 100_001, start=ROUND, end=ROUND)
    assert len(clusters([unhcr, iom])) == 2
    (one,) = clusters([unhcr, iom], pairs(declared([unhcr, iom], [by_dtm()])))
    assert (one.name, one.counters, one.evidence(unhcr), one.evidence(iom)) == ("iom@2021-09-30", ("iom", "unhcr"), "declared", "root")  # fmt: skip


def test_the_original_is_the_equal_figure_else_the_newest_that_could_have_been_copied() -> None:
    unhcr = idps("unhcr", 2021, 80_001)
    rounds = [idps("iom", year, value, start=day, end=day, row=at) for at, (year, value, day) in enumerate(((2020, 80_001, date(2020, 12, 31)), (2021, 90_001, ROUND), (2022, 95_001, date(2022, 6, 30))))]  # fmt: skip
    assert pairs(declared([unhcr, *rounds], [by_dtm()])) == [(unhcr.cite, rounds[0].cite)]
    assert pairs(declared([unhcr, *rounds[1:]], [by_dtm()])) == [(unhcr.cite, rounds[1].cite)]  # June 2022 is too late
    old = idps("iom", 2018, 70_001, start=date(2018, 6, 30), end=date(2018, 6, 30))
    (lost,) = declared([unhcr, old], [by_dtm()])
    assert (lost.counter, lost.original) == ("iom", None)  # 1,280 days before: the figure meant is not here


def test_a_figures_own_word_comes_before_a_general_statement_and_its_day_is_kept_to() -> None:
    unhcr = idps("unhcr", 2021, 80_001, facet=f"told-by=iom@{ROUND}")
    rounds = [idps("iom", 2021, 90_001, start=ROUND, end=ROUND, row=1), idps("iom", 2021, 80_001, row=2)]
    idmc = idps("idmc", 2021, 85_001)
    said = by_dtm(original="idmc")
    assert pairs(declared([unhcr, idmc, *rounds], [said])) == [(unhcr.cite, rounds[0].cite)]
    assert pairs(declared([unhcr, rounds[1]], [])) == []


@pytest.mark.parametrize(
    "change",
    [{"place": "SSD"}, {"groups": ("refugees",)}, {"years": ((2010, 2020),)}, {"counter": "idmc"}, {"origin": "SOM"}],
    ids=["place", "group", "year", "counter", "origin"],
)
def test_a_statement_is_about_its_own_figures_only(change: dict[str, object]) -> None:
    unhcr, iom = idps("unhcr", 2021, 90_001), idps("iom", 2021, 100_001)
    assert declared([unhcr, iom], [by_dtm(**change)]) == []


def test_statements_that_contradict_each_other_declare_nothing() -> None:
    unhcr, iom, idmc = (idps(counter, 2021, value) for counter, value in (("unhcr", 90_001), ("iom", 100_001), ("idmc", 95_001)))  # fmt: skip
    assert declared([unhcr, iom, idmc], [by_dtm(), by_dtm(original="idmc")]) == []


def test_a_declared_copy_confirms_nothing_and_is_flagged_with_its_own_sentence() -> None:
    unhcr, iom, idmc = idps("unhcr", 2021, 150_001), idps("iom", 2021, 100_001), idps("idmc", 2021, 105_001)
    found = compared([unhcr, iom, idmc], "idps", 2021, beside=Beside(stated=(by_dtm(),)))
    apart = compared([iom, idmc], "idps", 2021)
    assert found is not None
    assert apart is not None
    assert found.one.median == pytest.approx(apart.one.median, rel=0.05)  # 150,001 is no third count
    assert [(flag.code, flag.counters, flag.how) for flag in found.flags if flag.code == "SAME_LINEAGE"] == [("SAME_LINEAGE", ("iom", "unhcr"), "declared")]  # fmt: skip


def with_footnotes(store: Memory | Disk, data: bytes, known: date) -> None:
    from hashlib import sha256

    told = paper(id=f"unhcr.footnotes@{known}", published=known, sha256=sha256(data).hexdigest(), size=len(data))
    run = Run(
        id=f"notes-{known}",
        method="published",
        options="{}",
        made=datetime(2026, 6, 2, tzinfo=UTC),
        code="0",
        documents=(told.id,),
    )
    store.put(Batch(run=run, figures=batch("x").figures, sources=(data,), documents=(told,)))


def test_footnotes_in_the_store_speak_as_known_by_the_day_asked(shared: Path) -> None:
    store = Memory()
    assert stated(store) == DECLARED
    with_footnotes(
        store, (shared / "fixtures" / "unhcr_population_api" / "footnotes.json").read_bytes(), date(2026, 9, 26)
    )
    assert [one.cites for one in stated(store)[len(DECLARED) :]] == ["unhcr.footnotes@2026-09-26"]
    assert stated(store, date(2026, 9, 25)) == DECLARED


def test_compare_tells_whose_count_a_figure_is_said_to_be(tmp_path: Path, edition: Disk) -> None:
    # UNHCR, end of 2018: 3,622,366 Syrian refugees in Türkiye, by its footnote the government's estimate
    asked = CompareRequest(country="TUR", group="refugees", year=2018, origin="SYR")
    alone = document(compare_year(asked, edition))
    assert [(one["declared_from"], one["evidence"]) for one in alone["figures"]] == [("government", "alone")]
    assert "UNHCR states that its figure is that of the government." in alone["why"]
    store = Disk(tmp_path)
    load(store)
    day = date(2018, 12, 31)
    own = figure(origin="SYR", place="TUR", counter="government", value=3_610_001.0, start=day, end=day, source="invented@2019-01-01", licence="CC-BY-4.0")  # fmt: skip
    store.put(batch("gov", own))
    both = document(compare_year(asked, store))
    told = {one["counter"]: (one["evidence"], one["cluster"]) for one in both["figures"]}
    assert told == {"government": ("root", "government@2018-12-31"), "unhcr": ("declared", "government@2018-12-31")}
    assert "SAME_LINEAGE" in both["flags"]
    assert "UNHCR states that its figure is that of the government: it is one piece of evidence" in both["why"]
    whole = document(compare_year(CompareRequest(country="TUR", group="refugees", year=2018), edition))
    assert {one["declared_from"] for one in whole["figures"]} == {
        None
    }  # the note is about Syrians, not about everybody
