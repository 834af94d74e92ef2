"""`invest` as it is asked: ranges as people type them, people as UNHCR counts them, every fault at once."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

import jsonschema
import pytest

from qanat.cli import main
from qanat.errors import AskError
from qanat.jobs.invest import invest
from qanat.jobs.invest_given import InvestRequest, by_sex, span
from qanat.store import Disk
from tests.effects import NOW


def test_ranges_are_read_as_people_type_them() -> None:
    assert (span("2_400"), span("2400..3600"), span("0.5..0.7")) == ((2400, 2400), (2400, 3600), (0.5, 0.7))
    assert [span(text) for text in ("", "much", "3..2", "1..2..3", "nan")] == [None] * 5
    assert by_sex("female=1,male=2..3") == {"female": (1, 1), "male": (2, 3)}
    assert [by_sex(text) for text in ("female=1", "female=1,men=2", "female=1,male=x", "female=1,male=2,other=3")] == [None] * 4  # fmt: skip


GOOD: Final[tuple[str, ...]] = ("COL", "--group", "other-in-need", "--origin", "VEN", "--wage", "2400..3600", "--employment", "female=0.45,male=0.7", "--cost", "150..400", "--draws", "300")  # fmt: skip


def answered(capsys: pytest.CaptureFixture[str], edition: Disk, *arguments: str) -> dict[str, Any]:
    assert main(["invest", *arguments, "--json", "--home", str(edition.home)]) == 0
    content: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = json.loads(files("qanat.cli").joinpath("schemas", "invest.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, schema, format_checker=jsonschema.FormatChecker())
    return content


def test_the_command_counts_people_by_sex_and_age_as_unhcr_does(
    capsys: pytest.CaptureFixture[str], edition: Disk
) -> None:
    found = answered(
        capsys, edition, *GOOD, "--tax", "0.1", "--benefit", "0", "--remitted", "0.05", "--transfer-price", "0.06"
    )
    assert found["people"]["value"] == 2_810_778  # UNHCR, end of 2025
    assert {one["sex"]: one["value"] for one in found["people"]["adults"]} == pytest.approx({"female": 1_009_339, "male": 835_859})  # fmt: skip
    assert found["returns"]["state"]["median"] < found["returns"]["together"]["median"]
    assert found["evidence"][0]["word"] == "assumption"
    assert [one["what"] for one in found["unknown"]] == ["poverty"]  # no inflow of Venezuela is recorded since 2017
    assert main(["trace", f"{found['run']}:0", "--home", str(edition.home)]) == 0
    assert "unhcr-demographics" in capsys.readouterr().out
    again = answered(
        capsys, edition, *GOOD, "--tax", "0.1", "--benefit", "0", "--remitted", "0.05", "--transfer-price", "0.06"
    )
    assert again == found


def test_an_effect_of_ones_own_replaces_the_studies(capsys: pytest.CaptureFixture[str], edition: Disk) -> None:
    found = answered(capsys, edition, *GOOD, "--measure", "childcare", "--effect", "employment-points=0.05,0.02")
    (one,) = found["evidence"]
    assert (one["mark"], one["word"], one["why"]) == ("own", "assumption", "given by whoever asks")


def test_people_nobody_counted_need_a_number_and_a_share_of_working_age(
    capsys: pytest.CaptureFixture[str], edition: Disk
) -> None:
    words = ("NRU", "--group", "refugees", "--origin", "FJI", "--people", "1000", "--wage", "9000", "--employment", "0.5", "--cost", "10", "--draws", "100")  # fmt: skip
    assert main(["invest", *words, "--home", str(edition.home)]) == 2
    assert "--adults" in capsys.readouterr().err
    assert main(["invest", *words[:5], *words[7:], "--home", str(edition.home)]) == 3
    assert "give --people" in capsys.readouterr().err
    found = answered(capsys, edition, *words, "--adults", "0.6")
    assert found["people"]["adults"] == [{"sex": "all", "value": 600.0}]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (("--people", "-5"), "is no number of people"),
        (("--measure", "work-permits"), "did you mean work-permit?"),
        (("--discount", "-1"), "a rate a year above -1"),
        (("--horizon", "0"), "years from 1 to 50"),
        (("--origin", "Colombia"), "is the host itself"),
        (("--employment", "1.2"), "give a share from 0 to 1"),
        (("--wage", "0"), "US dollars a year above 0"),
        (("--wage", "3600..2400"), "is no wage"),
        (("--cost", "-1"), "0 or more"),
        (("--tax", "2"), "give a share from 0 to 1"),
        (("--effect", "happiness=1"), "give PARAMETER=MEAN,SD"),
        (("--match", "perfect"), "give strong or weak"),
        (("--group", "refugeees"), "did you mean refugees?"),
        (("--origin", "Venezuelaa"), "nearest: Venezuela"),
        (("--adults", "0.5..0.7"), "give one share from 0 to 1"),
        (("--adults", "0.6"), "give one wage and one employment for all"),
    ],
)
def test_what_cannot_stand_is_named_with_its_remedy(
    capsys: pytest.CaptureFixture[str], edition: Disk, changed: tuple[str, str], says: str
) -> None:
    words: list[str] = list(GOOD)
    if changed[0] in words:
        words[words.index(changed[0]) + 1] = changed[1]
    else:
        words += changed
    assert main(["invest", *words, "--home", str(edition.home)]) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert changed[0] in told.err
    assert told.out == ""


def test_all_faults_are_told_at_once(edition: Disk) -> None:
    asked = InvestRequest(
        country="COL", group="other-in-need", origin="COL", measure="x", people=-1, horizon=0, discount=-2
    )
    with pytest.raises(AskError) as caught:
        invest(asked, edition, NOW)
    told = str(caught.value)
    for option in ("--origin", "--wage", "--employment", "--cost", "--measure", "--people", "--horizon", "--discount"):
        assert option in told
    assert "15,617 international dollars" in told  # what is held of incomes helps whoever must say a wage


def test_a_measure_without_a_verified_size_says_what_would_bring_one(
    capsys: pytest.CaptureFixture[str], edition: Disk
) -> None:
    assert main(["invest", *GOOD, "--measure", "language", "--home", str(edition.home)]) == 3
    assert "2 recalled ones are used with --unverified" in capsys.readouterr().err
    assert main(["invest", *GOOD, "--measure", "citizenship", "--home", str(edition.home)]) == 3
    assert "--effect employment-points=0.05,0.02" in capsys.readouterr().err


def test_migrants_of_a_weak_match_have_their_remedies_elsewhere(
    capsys: pytest.CaptureFixture[str], edition: Disk
) -> None:
    words = [word if word != "other-in-need" else "migrants" for word in GOOD]
    words[words.index("female=0.45,male=0.7")] = "0.6"
    assert main(["invest", *words, "--adults", "0.6", "--match", "weak", "--home", str(edition.home)]) == 3
    assert "the remedies lie at the origin" in capsys.readouterr().err


def test_the_terminal_tells_the_answer_and_its_assumptions(capsys: pytest.CaptureFixture[str], edition: Disk) -> None:
    assert main(["invest", *GOOD, "--home", str(edition.home)]) == 0
    told = capsys.readouterr().out
    for words in ("people and state together", "assumption: A ban on work", "never added", "negative", "Not known: The state's balance"):  # fmt: skip
        assert words in told
