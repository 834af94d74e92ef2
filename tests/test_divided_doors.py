"""Sex and age as a person and a script meet them: show, compare, Python and the brief, on the embedded edition."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qanat.brief.tell.sexes import Estimate, Shares, shares
from qanat.cli import main
from qanat.errors import AskError
from qanat.figures import F
from qanat.figures.ages import ALL
from qanat.jobs.brief import BriefRequest, brief, scene
from qanat.jobs.country import Terms, country
from qanat.jobs.dividing import DivideRequest, divide
from qanat.jobs.show import ShowRequest, show
from qanat.picture import Picture
from qanat.reconcile.divided import DIVIDED
from qanat.store import Ask, Disk, Memory
from tests.build import batch, document, figure
from tests.divisions import told
from tests.test_cli import answered

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = date(2025, 12, 31)


@pytest.fixture
def home(edition: Disk, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QANAT_HOME", str(edition.home))
    return edition.home


@pytest.mark.usefixtures("home")
def test_show_tells_what_is_unknown_and_the_estimate_that_agrees_to_the_person(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = answered(capsys, "show", "SDN", "refugees", "--by", "sex,age", "--year", "2025")
    (abroad,) = [one for one in found["divided"] if one["view"] == "origin"]
    (whole,) = [
        row["value"]
        for row in answered(capsys, "show", "SDN", "refugees", "--year", "2025")["rows"]
        if row["view"] == "origin"
    ]
    assert (len(abroad["rows"]), abroad["total"], sum(row["value"] for row in abroad["rows"])) == (10, whole, whole)
    assert abroad["status"] == "estimated"
    assert 0.3 < abroad["sex_unknown"] < abroad["age_unknown"] < 0.4
    counted = {(row["sex"], row["age_from"]): row["value"] for row in found["rows"] if row["view"] == "origin"}
    for row in abroad["rows"]:
        assert row["low"] <= row["value"] <= row["high"]
        assert row["value"] >= counted[row["sex"], row["age_from"]] - 1
    # who is put in place is who is not counted by sex and age
    assert sum(one["people"] for one in abroad["from"]) == pytest.approx(abroad["age_unknown"] * whole, abs=3)
    (hosted,) = [one for one in found["divided"] if one["view"] == "host"]
    assert (hosted["status"], hosted["from"], hosted["sex_unknown"]) == ("counted", [], 0)


@pytest.mark.usefixtures("home")
def test_where_nobody_counted_sex_or_age_the_flag_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "show", "MLI", "idps", "--by", "sex", "--year", "2025")
    by = {one["counter"]: one for one in found["divided"]}
    assert (by["idmc"]["flags"], by["idmc"]["sex_unknown"]) == (["SEX_AGE_MISSING"], 1)
    assert by["unhcr"]["status"] == "counted"  # its sexes are; its ages are not
    assert [row["value"] for row in found["rows"] if row["counter"] == "idmc"] == [409_000.0]  # one row, of unknown sex
    assert main(["show", "MLI", "idps", "--by", "sex", "--year", "2025"]) == 0
    said = capsys.readouterr().out
    assert "sex not known of 100.0%" in said
    assert "estimated from" in said


def test_unsound_records_are_flagged_with_their_size_and_a_remedy() -> None:
    store = Memory()
    ages = (100.0, 200.0, 100.0, 500.0, 100.0)
    rows = [*told(1500.0, ages, ages, origin="VEN", place="COL"), *told(900.0, origin="ECU", place="COL")]
    store.put(batch("r", *rows, documents=(document(),)))
    found = show(ShowRequest(country="COL", group="refugees", year=2025, by=("sex",)), store)
    (one,) = found["divided"]
    assert one["flags"] == ["SUM_MISMATCH"]
    faults = {fault["code"]: fault for fault in one["faults"]}
    assert faults["SUM_MISMATCH"]["people"] == 500.0
    assert "2,000 of 1,500" in faults["SUM_MISMATCH"]["example"]
    assert faults["SEX_AGE_MISSING"]["people"] == 900.0
    assert sum(row["value"] for row in one["rows"]) == 2400.0


@pytest.mark.usefixtures("home")
def test_the_picture_is_divided_and_agrees_with_median_and_headline(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "compare", "COL", "idps", "--year", "2024", "--by", "sex,age")
    cells, picture = found["divided"]["cells"], found["picture"]
    assert sum(one["value"] for one in cells) == picture["median"]
    assert sum(one["headline"] for one in cells) == picture["headline"] == 7_265_000
    assert (found["divided"]["of"], found["divided"]["status"], len(cells)) == ("unhcr", "estimated", 10)
    by_sex = answered(capsys, "compare", "COL", "idps", "--year", "2024", "--by", "sex")["divided"]["cells"]
    assert [one["value"] for one in by_sex] == [
        sum(one["value"] for one in cells if one["sex"] == sex) for sex in ("female", "male")
    ]
    assert "divided" not in answered(capsys, "compare", "COL", "idps", "--year", "2024")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["compare", "COL", "idps", "--by", "sex"], "--by ask about one year"),
        (["compare", "COL", "idps", "--year", "2024", "--by", "age"], "by sex, or by sex,age, not by age"),
        (["compare", "COL", "refugees", "--year", "2024", "--from", "VEN", "--by", "sex"], "leave --from out"),
        (["compare", "World", "idps", "--year", "2024", "--by", "sex"], "name a country"),
    ],
)
def test_what_cannot_be_divided_is_refused_with_the_way_round(
    capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert main(arguments) == 2
    assert says in capsys.readouterr().err.replace("\n", " ")


def test_python_has_the_counted_and_the_estimate(edition: Disk) -> None:
    series = Picture(edition)["SDN"].refugees.by("sex", "age").abroad
    assert series.estimated.get_column("value").sum() == series.estimated.get_column("total").first()
    assert set(series.estimated.get_column("status")) == {"estimated"}
    assert "estimate for those whose sex or age is not known" in series.svg
    assert Picture(edition)["SDN"].refugees.hosted.estimated.is_empty()


def test_a_division_is_kept_once_with_its_lineage(edition: Disk) -> None:
    first, again = (divide(DivideRequest(place="TCD", day=DAY), edition) for _ in range(2))
    assert first.run == again.run
    assert first.rows.equals(again.rows)
    (run,) = [one for one in edition.runs() if one.id == first.run]
    assert run.method == DIVIDED.name
    links = edition.lineage(first.run)
    assert links.get_column("row").n_unique() == first.rows.height
    assert set(links.get_column("input_run").unique()) <= set(run.inputs)
    earlier = divide(DivideRequest(place="TCD", day=date(2024, 12, 31), known_by=date(2025, 6, 30)), edition)
    assert earlier.run != first.run


def test_an_empty_store_divides_nobody() -> None:
    assert divide(DivideRequest(place="TCD", day=DAY), Memory()).rows.is_empty()


def view_shares(edition: Disk, code: str) -> dict[str, Shares]:
    from qanat.brief.messages import messages
    from qanat.brief.prose import Voice
    from qanat.brief.spell import Spelling
    from qanat.edition.places import places
    from qanat.reconcile.precedence import Precedence

    found = country(edition, places().country(code), Terms(), NOW)
    situation = scene(found, Voice(messages("en"), Spelling("en")), Precedence(), ()).situation
    said = {view: shares(situation, view) for view in ("inside", "origin", "host")}
    return {view: one for view, one in said.items() if one is not None}


def test_the_brief_estimates_for_everyone_and_says_of_how_many(edition: Disk) -> None:
    abroad = view_shares(edition, "SDN")["origin"]
    guess = abroad.estimate
    assert isinstance(guess, Estimate)
    assert guess.female.value + guess.male.value == abroad.total.value
    assert sum(number.value for number in guess.bands.values()) == abroad.total.value
    assert guess.women_low.value <= guess.women.value <= guess.women_high.value
    assert guess.donors[0] == "own"
    counted = sum(number.value for number in abroad.bands.values())
    assert guess.unrecorded.value == pytest.approx(abroad.total.value - counted)
    assert view_shares(edition, "SDN")["inside"].estimate is None  # all are counted


def test_the_brief_marks_what_is_estimated(edition: Disk) -> None:
    told_brief = brief(BriefRequest(country="SDN"), edition, NOW)
    (section,) = [one for one in told_brief.brief.sections if one.name == "sexes"]
    said = " ".join(sentence.text for sentence in section.sentences)
    assert "By estimate," in said
    assert "whose sex or age is not recorded" in said
    figures = {one.name: one for one in section.figures}
    drawn = figures["pyramid-origin"]
    assert "estimate" in drawn.subtitle
    assert drawn.table.head[-2:] == ("Female, all by estimate", "Male, all by estimate")
    assert 'fill="none"' in drawn.chart.svg
    assert "estimate" not in figures["pyramid-inside"].subtitle


def test_where_nothing_is_counted_the_brief_shows_the_estimate_alone(edition: Disk) -> None:
    counted = edition.get(Ask(about="MLI", groups=("idps",), since=DAY, until=DAY, uncut=True))
    assert counted.filter(F.age_from.is_not_null() & ~((F.age_from == ALL[0]) & F.age_to.is_null())).is_empty()
    (section,) = [one for one in brief(BriefRequest(country="MLI"), edition, NOW).brief.sections if one.name == "sexes"]
    inside = {one.name: one for one in section.figures}["pyramid-inside"]
    assert "hatched" in inside.subtitle
    ages = [row for row in inside.table.rows if row[0].text == "0–4"]
    assert ages
    assert ages[0][1].number is None
    assert ages[0][4].number is not None


def test_a_bound_figure_is_left_out_of_a_division_that_travels() -> None:
    store = Memory()
    ages = (100.0, 200.0, 100.0, 500.0, 100.0)
    store.put(
        batch(
            "r",
            *told(3000.0, ages, ages, licence="private"),
            figure(origin="ECU", value=50.0),
            documents=(document(licence="private"),),
        )
    )
    inside = divide(DivideRequest(place="COL", day=DAY), store).rows
    assert set(inside.get_column("licence")) == {"private"}
    assert divide(DivideRequest(place="COL", day=DAY, travelling=True), store).rows.is_empty()  # nobody may lend


def test_an_unknown_dimension_is_refused(edition: Disk) -> None:
    with pytest.raises(AskError, match="divided by sex and age, not by height"):
        Picture(edition)["SDN"].idps.by("height")
