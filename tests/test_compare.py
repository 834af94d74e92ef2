"""The comparison of one year as a person and a script meet it: JSON, table, sentences in four languages, chart."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from qanat.brief.charts.evidence import EvidenceWords, Mark, Whole, evidence
from qanat.brief.charts.lint import faults
from qanat.brief.charts.sheet import Heading, Look
from qanat.brief.flagged import LANGUAGES, sentences
from qanat.brief.messages import PLACEHOLDER
from qanat.brief.tell.why import Telling, chart, together
from qanat.cli import main
from qanat.errors import AskError, BriefError, NothingFound
from qanat.jobs.compare import CompareRequest, compare_year, document
from qanat.reconcile.flags import CODES, Flag
from qanat.reconcile.one_picture import Basis
from qanat.store import Disk
from tests.build import batch, figure
from tests.test_cli import answered


@pytest.fixture
def home(edition: Disk, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QANAT_HOME", str(edition.home))
    return edition.home


def asked(edition: Disk, country: str = "COL", group: str = "idps", year: int = 2021, **more: Any) -> dict[str, Any]:
    return document(compare_year(CompareRequest(country=country, group=group, year=year, **more), edition))


@pytest.mark.usefixtures("home")
def test_a_year_is_answered_with_its_stable_document(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "compare", "COL", "idps", "--year", "2021")
    assert (found["group"], found["year"], found["place"]["code"]) == ("idps", 2021, "COL")
    assert [(one["counter"], one["value"]) for one in found["figures"]] == [("idmc", 5_235_000), ("unhcr", 6_766_002)]
    assert (found["picture"]["headline"], found["picture"]["headline_from"]) == (5_235_000, "idmc")
    assert found["picture"]["low80"] < found["picture"]["median"] < found["picture"]["high80"]
    assert "6,766,002 (UNHCR)" in found["why"]


@pytest.mark.usefixtures("home")
def test_a_flow_is_compared_in_the_year_it_happened_in(capsys: pytest.CaptureFixture[str]) -> None:
    years = answered(capsys, "compare", "SOM", "idps-disaster-new")["years"]
    newest = (years[0]["year"], years[0]["period"], years[0]["figures"][0]["value"])
    assert newest == (2024, "2024", 156_302)  # IDMC's table of disasters: Somalia, 2024, all hazards


@pytest.mark.usefixtures("home")
def test_births_and_deaths_are_no_count_of_people_to_set_beside_others(capsys: pytest.CaptureFixture[str]) -> None:
    every = answered(capsys, "compare", "NGA", "people")["years"]
    year = answered(capsys, "compare", "NGA", "people", "--year", "2024")
    said = [*(said for one in every for said in one["figures"]), *year["figures"]]
    assert (
        min(one["value"] for one in said) > 30_000_000
    )  # Nigeria had 37 million people in 1950, some 7.5 million births in 2024


@pytest.mark.usefixtures("home")
def test_the_table_names_counts_weights_and_flags(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["compare", "Somalia", "--year", "2024", "--svg", str(tmp_path / "who.svg")]) == 0
    told = capsys.readouterr().out
    assert "idmc@2023-12-31" in told
    assert "STALE_COPY: The figure of UNHCR is a count of 31 December 2023" in told
    assert "median without it" in told
    assert faults((tmp_path / "who.svg").read_text(encoding="utf-8")) == []


@pytest.mark.usefixtures("home")
def test_without_a_year_all_years_are_listed_and_questions_about_one_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["compare", "COL"]) == 0
    assert "DIFFERS" in capsys.readouterr().out
    assert main(["compare", "COL", "--prefer", "unhcr"]) == 2
    assert "give it, as --year 2021" in capsys.readouterr().err


def test_the_picture_is_that_of_the_day_asked_about(edition: Disk) -> None:
    from datetime import date

    then = asked(edition, "CIV", year=2017, as_of=date(2023, 12, 31))
    now = asked(edition, "CIV", year=2017)
    assert all(one["known"] <= "2023-12-31" for one in then["figures"])
    assert (then["picture"]["headline"], now["picture"]["headline"]) == (16_000, 302_000)  # IDMC revised it


def test_a_group_that_crosses_borders_is_compared_where_it_is_hosted(edition: Disk) -> None:
    whole, syrians = asked(edition, "LBN", "refugees", 2024), asked(edition, "LBN", "refugees", 2024, origin="Syria")
    assert syrians["picture"]["headline"] == 755_426
    assert whole["picture"]["headline"] > 755_426
    assert whole["figures"][0]["low"] < whole["picture"]["headline"]  # one count: its default interval, said so
    assert "one independent count" in whole["why"]


def test_another_precedence_shows_another_figure_and_the_same_picture(edition: Disk) -> None:
    usual, other = asked(edition), asked(edition, prefer=("unhcr",))
    assert (usual["picture"]["headline_from"], other["picture"]["headline_from"]) == ("idmc", "unhcr")
    assert usual["picture"]["median"] == other["picture"]["median"]
    with pytest.raises(AskError, match="nearest: unhcr"):
        asked(edition, prefer=("unchr",))


def test_the_nowcast_is_marked_as_an_estimate_and_only_there_where_asked_for(edition: Disk) -> None:
    from datetime import date

    ahead = asked(edition, "SDN", year=2024, today=date(2026, 11, 24))
    assert ahead["nowcast"]["status"] == "estimated"
    assert "not counted" in ahead["why"]
    assert "nowcast" not in asked(edition, "SDN", year=2024)


def test_a_restricted_figure_is_used_and_flagged(tmp_path: Path) -> None:
    from datetime import date

    from qanat.jobs.edition import load

    store = Disk(tmp_path)
    load(store)
    day = date(2021, 12, 31)
    own = figure(group="idps", origin="COL", counter="government", value=8_219_403.0, start=day, end=day, licence="publisher-terms", facet="register=cumulative")  # fmt: skip
    store.put(batch("ruv", own))
    assert {"REGISTER_CUMULATIVE", "LICENCE_RESTRICTED"} <= set(asked(store)["flags"])
    assert asked(store)["picture"]["headline_from"] == "idmc"


def test_what_nobody_counts_is_told_with_the_years_there_are(edition: Disk) -> None:
    with pytest.raises(NothingFound, match=r"no idps figure for Mexico .* in 1999; there are figures for"):
        asked(edition, "MEX", year=1999)
    with pytest.raises(AskError, match="en, fr, es, ar"):
        asked(edition, language="ru")
    with pytest.raises(AskError, match="name a country"):
        asked(edition, "World", "refugees", 2024)


def test_every_language_says_the_same_things_with_the_same_places() -> None:
    english = sentences("en").texts
    assert {f"flag.{code}" for code in CODES} <= set(english)
    for language in LANGUAGES:
        texts = sentences(language).texts
        assert set(texts) == set(english)
        for key, text in texts.items():
            assert set(PLACEHOLDER.findall(str(text))) == set(PLACEHOLDER.findall(str(english[key]))), (language, key)


def test_every_sentence_the_code_asks_for_is_in_the_tables() -> None:
    code = (Path(__file__).parent.parent / "src/qanat/brief/tell/why.py").read_text(encoding="utf-8")
    asked_for = re.findall(r'(?:_said|text)\(\s*"([^"]+)"', code)
    assert len(asked_for) > 8
    assert set(asked_for) | {f"picture.{basis}" for basis in get_args(Basis)} <= set(sentences("en").texts)


def test_what_holds_of_one_counter_against_several_is_one_sentence() -> None:
    apart = [Flag(code="CAUSE_MISMATCH", counters=("iom", other)) for other in ("idmc", "unhcr")]
    partial = [Flag(code="COVERAGE_PARTIAL", counters=(one,)) for one in ("iom", "unhcr")]
    assert together([*apart, *partial]) == [Flag(code="CAUSE_MISMATCH", counters=("iom", "idmc", "unhcr")), *partial]
    (told, *_) = together(apart)
    assert Telling.of("en").flag(told) == "IOM counts people displaced by other causes than IDMC and UNHCR."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_flag_is_one_sentence_of_its_language(language: str) -> None:
    from datetime import date

    telling = Telling.of(language)
    for code in CODES:
        told = telling.flag(Flag(code=code, counters=("unhcr", "idmc"), day=date(2021, 12, 31)))
        assert "{" not in told
        assert told.endswith(".")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 760])
def test_the_chart_keeps_the_rules_of_the_house_in_every_language_and_width(
    edition: Disk, language: str, width: int
) -> None:
    for place in ("SSD", "LBN", "HTI", "NGA"):
        answer = compare_year(CompareRequest(country=place, group="idps", year=2024, language=language), edition)
        drawing = chart(answer.found, place, answer.telling, width=width)
        assert faults(drawing.svg) == []
        assert drawing.svg.count("<circle") == len(answer.found.figures)


def test_copies_are_joined_and_a_number_that_cannot_be_drawn_is_refused() -> None:
    def mark(counter: str, value: float, count: str) -> Mark:
        return Mark(counter=counter, value=value, told=f"{value:.0f}", low=value, high=value, count=count)

    words = EvidenceWords(
        heading=Heading(title="t", description="d"), unit="people", spell=lambda value: f"{value:.0f}"
    )
    whole = Whole(name="picture", median=110, told="110", low=90, high=130)
    marks = [mark("A", 100, "one"), mark("B", 120, "two"), mark("C", 100, "one")]
    joined = evidence(marks, whole, words, Look(name="j")).svg
    apart = evidence([mark("A", 100, "x"), marks[1], mark("C", 100, "z")], whole, words, Look(name="j")).svg
    assert joined.count('stroke-width="3"') - apart.count('stroke-width="3"') == 1
    assert joined.index(">C<") < joined.index(">B<")  # copies stand next to each other
    with pytest.raises(BriefError, match="A = -1"):
        evidence([mark("A", -1, "one")], None, words, Look(name="j"))


def test_the_document_is_the_same_every_time(edition: Disk) -> None:
    assert json.dumps(asked(edition), sort_keys=True) == json.dumps(asked(edition), sort_keys=True)
