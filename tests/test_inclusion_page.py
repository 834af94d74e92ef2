"""The page of a return of inclusion and the block in a brief: every number cited, every assumption in plain sight, no script."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.brief.charts import Heading, Look
from qanat.brief.charts.lint import faults
from qanat.brief.charts.worth import SoFar, WorthWords, signed_ticks, worth
from qanat.brief.html import html
from qanat.brief.print import pdf
from qanat.brief.tell.imprint import Imprint
from qanat.brief.tell.inclusion import page
from qanat.cli import main
from qanat.errors import AskError, BriefError, NothingFound
from qanat.jobs.brief import BriefRequest, brief
from qanat.jobs.invest import Invested, invest
from qanat.jobs.invest_given import InvestRequest
from qanat.jobs.invest_page import included, telling, write
from qanat.store import Disk

NOW: Final = datetime(2026, 11, 29, tzinfo=UTC)
ASKED: Final = InvestRequest(
    country="COL", group="other-in-need", origin="VEN", wage="2400..3600", employment="female=0.4..0.55,male=0.7..0.85", cost="150..400",
    tax="0.05..0.15", saved="0..100", draws=400,
)  # fmt: skip


@pytest.fixture(scope="module")
def made(edition: Disk) -> Invested:
    return invest(ASKED, edition, NOW)


@pytest.fixture(scope="module")
def told(made: Invested, edition: Disk) -> str:
    found = telling(made)
    whole = page(found, edition.documents(), Imprint(made=NOW, code="0", run=str(made.document["run"]), as_of=None))
    return html(whole, found.voice, "invest.html.j2")


def test_the_page_says_that_effects_are_assumed_before_it_says_a_number(told: str) -> None:
    heading = re.search(r"<h1>(.*?)</h1>", told, re.S)
    assert heading is not None
    assert heading[1].startswith("If what was found elsewhere holds here, the right to work for 1.85 million people from Venezuela")  # fmt: skip
    assert "each is an assumption" in told
    assert ">assumption<" in told


def test_every_assumption_and_what_is_not_known_stands_on_the_page(told: str, made: Invested) -> None:
    for one in made.document["assumptions"]:
        assert one["says"].replace("'", "&#39;") in told
    for one in made.document["unknown"]:
        assert one["why"].replace("'", "&#39;") in told


def test_evidence_for_and_against_stands_on_the_page(told: str) -> None:
    assert "123.8 billion" in told
    assert "60,000 US dollars" in told
    assert "never added to it" in told


def test_the_page_is_one_file_without_a_script_or_a_request(told: str) -> None:
    assert "<script" not in told
    assert not re.search(r'(src|href)="(?!#|https?://)', told)
    assert not re.search(r"(?:src=|url\()", told)


def test_every_number_on_the_page_cites_the_run_of_the_return(made: Invested, edition: Disk) -> None:
    whole = page(
        telling(made), edition.documents(), Imprint(made=NOW, code="0", run=str(made.document["run"]), as_of=None)
    )
    assert whole.numbers
    assert all(cite.startswith(f"{made.document['run']}:") for number in whole.numbers for cite in number.cites)
    assert edition.lineage(str(made.document["run"])).height > 0


def test_an_unverified_finding_is_told_in_the_headline_and_marked(edition: Disk) -> None:
    found = telling(invest(replace(ASKED, unverified=True), edition, NOW))
    assert found.headline().text.startswith("If findings that are not verified hold")
    assert any("unverified" in (row[0].text or "") for row in found.evidence().rows)
    assert "must be checked" in found.lede()[-1].text


def test_a_measure_that_costs_more_than_it_brings_says_so(edition: Disk) -> None:
    found = telling(invest(replace(ASKED, cost="9000"), edition, NOW))
    assert "costs" in found.headline().text
    assert "more than it brings" in found.headline().text
    assert any("earned back within 10 years" in one.text for one in found.lede())


def test_a_budget_that_is_not_known_is_no_number(edition: Disk) -> None:
    found = telling(invest(replace(ASKED, tax=None), edition, NOW))
    assert any(one.text == "The state's own balance is not known." for one in found.lede())
    assert "state" not in found.found.worth
    assert len(found.keys()) == 3


def test_what_reaches_the_origin_and_its_poverty_are_told_where_its_inflow_is_recorded(edition: Disk) -> None:
    asked = InvestRequest(
        country="Uganda", group="refugees", origin="COD", wage="600..1200", employment="0.4", cost="100", remitted="0.1", price="0.08", draws=300,
    )  # fmt: skip
    made = invest(asked, edition, NOW)
    told = " ".join(one.text for one in telling(made).lede())
    assert "US dollars reach the DR Congo" in told
    assert "The number of people in poverty in the DR Congo hardly changes." in told
    assert made.document["poverty"]["median"] < 0  # more sent home, fewer in poverty there
    better_paid = invest(replace(asked, wage="60000"), edition, NOW)
    assert any("in the DR Congo changes by -" in one.text for one in telling(better_paid).lede())


def test_a_brief_ends_with_the_block_and_its_print_too(made: Invested, edition: Disk, tmp_path: Path) -> None:
    files = write(made, edition, tmp_path, NOW)
    assert [file.name for file in files] == ["invest.html", "invest.json"]
    plain = brief(BriefRequest(country="COL"), edition, NOW)
    whole = included(plain, tmp_path / "invest.json", edition)
    assert whole.brief.sections[-1].name == "invest"
    assert "What if we invest" in html(whole.brief, whole.voice)
    assert "What if we invest" not in html(plain.brief, plain.voice)
    assert len(pdf(whole.brief, whole.voice)) > len(pdf(plain.brief, plain.voice))
    assert main(["brief", "COL", "--invest", str(tmp_path / "invest.json"), "--out", str(tmp_path), "--home", str(edition.home)]) == 0  # fmt: skip
    cited = (tmp_path / "figures.csv").read_text(encoding="utf-8")
    assert str(made.document["run"]) in cited


def test_a_block_of_another_country_or_of_no_run_is_refused(made: Invested, edition: Disk, tmp_path: Path) -> None:
    write(made, edition, tmp_path, NOW)
    sudan, colombia = (brief(BriefRequest(country=code), edition, NOW) for code in ("SDN", "COL"))
    with pytest.raises(AskError, match="is about Colombia"):
        included(sudan, tmp_path / "invest.json", edition)
    content = json.loads((tmp_path / "invest.json").read_text(encoding="utf-8"))
    for change, error, words in (({"run": "invest-none"}, NothingFound, "not kept here"), ({"schema": "x"}, AskError, "no return"), ({"run": None}, AskError, "no return")):  # fmt: skip
        (tmp_path / "other.json").write_text(json.dumps(content | change), encoding="utf-8")
        with pytest.raises(error, match=words):
            included(colombia, tmp_path / "other.json", edition)
    with pytest.raises(AskError, match="cannot be read"):
        included(colombia, tmp_path / "absent.json", edition)


def test_a_page_is_refused_where_no_count_stands_behind_it_and_where_it_cannot_be_written(
    made: Invested, edition: Disk, tmp_path: Path
) -> None:
    with pytest.raises(AskError, match="leave out --out"):
        telling(Invested(document=made.document, figures=made.figures.clear()))
    (tmp_path / "file").write_text("")
    with pytest.raises(BriefError, match="choose another folder"):
        write(made, edition, tmp_path / "file", NOW)


def drawn(low: float, middle: float, high: float, years: int, width: int, rtl: bool = False) -> str:
    one = SoFar(name="people and state together", medians=(middle,) * years, lows=(low,) * years, highs=(high,) * years, told="2.5B")  # fmt: skip
    words = WorthWords(heading=Heading(title="t", description="d"), unit="US dollars", spell=lambda value: f"{value:,.0f}", year=lambda year: f"year {year}")  # fmt: skip
    return worth([one, replace(one, name="the state alone")], words, Look(name="x", width=width, rtl=rtl)).svg


@settings(max_examples=40)
@given(st.floats(-1e12, 1e12), st.floats(0, 1e12), st.floats(0, 1e12), st.integers(1, 50), st.sampled_from([360, 760]), st.booleans())  # fmt: skip
def test_the_chart_keeps_the_rules_of_the_house_on_either_side_of_zero(
    low: float, up: float, more: float, years: int, width: int, rtl: bool
) -> None:
    assert faults(drawn(low, low + up, low + up + more, years, width, rtl)) == []


def test_ticks_go_through_zero_and_hold_both_ends() -> None:
    assert signed_ticks(-0.8e9, 5.6e9) == (-2e9, 0, 2e9, 4e9, 6e9)
    assert signed_ticks(-5.0, -1.0)[-1] >= 0
    with pytest.raises(BriefError, match="beyond drawing"):
        drawn(0, 1, 1e16, 2, 760)
