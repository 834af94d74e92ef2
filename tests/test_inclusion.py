"""What inclusion is worth: the formula by hand, its laws, the evidence as it is held, and questions that cannot stand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from math import exp, log
from typing import Any, Final

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.cli import main
from qanat.errors import AskError
from qanat.estimate.evidence_held import Context, Effect, Parameter, evidence, income_groups
from qanat.estimate.inclusion import Assumed, Case, Cohort, Returns, Span, returns, summary, worth
from qanat.estimate.transfer import OTHER_INCOME, SAME_INCOME, Applied, applied, cell_of, penalty
from qanat.jobs.invest import invest
from qanat.jobs.invest_given import InvestRequest, by_sex, span
from qanat.maths.returns import break_even, discounted, grown
from qanat.store import Disk

NOW = datetime(2026, 11, 29, tzinfo=UTC)
HALVES: Final = 1 / log(
    2
)  # years of slowness by which half of an effect is there after one year, three quarters after two
COLOMBIA: Final = Context(country="COL", region="Americas", income="upper-middle", status="protection")


def point(value: float) -> Span:
    return Span(low=value, high=value)


def effect(parameter: Parameter = "employment-points", mean: float = 0.1, **given: Any) -> Effect:
    base: dict[str, Any] = {
        "id": "made", "study": "made", "measure": "work-permit", "parameter": parameter, "mean": mean, "sd": 0.0, "spread": "stated", "unit": "",
        "mark": "read", "says": "", "citation": "invented for the test", "ramp": (HALVES, HALVES), "cells": ("strong-match", "protection"), "sex": "all",
        "context": COLOMBIA,
    }  # fmt: skip
    return Effect(**(base | given))


def used(one: Effect, sd: float = 0.0, weight: float = 1.0) -> Applied:
    return Applied(effect=one, sd=sd, factor=1.0, word="effect", why="", weight=weight)


COHORT: Final = Cohort(sex="all", people=1000.0, employment=point(0.5), wage=point(2000.0))
ASSUMED: Final = Assumed(
    horizon=2, discount=0.25, cost=point(50.0), tax=point(0.1), saved=point(100.0), remitted=point(0.1), price=point(0.05), inflow=142_500.0,
)  # fmt: skip


def case(*effects: Applied, assumed: Assumed = ASSUMED, cohorts: tuple[Cohort, ...] = (COHORT,), **given: Any) -> Case:
    base: dict[str, Any] = {"poverty": (0.35, 0.0), "draws": 100}
    return Case(cohorts=cohorts, effects=effects or (used(effect()),), assumed=assumed, **(base | given))


def total(found: Returns, rate: float = 0.25) -> float:
    return float(discounted(found.together, rate).sum(axis=1)[0])


def test_the_formula_by_hand_where_nothing_is_uncertain() -> None:
    """1,000 people, half of them in work at 2,000 a year; ten points more work, half there in year 1, three quarters in year 2."""
    found = returns(case())
    assert found.gained[0] == pytest.approx([100_000, 150_000])  # 1,000 x 0.05 x 2,000 and 1,000 x 0.075 x 2,000
    assert found.costs[0] == pytest.approx([50_000, 0])
    assert found.budget is not None
    assert found.budget[0] == pytest.approx([-35_000, 22_500])  # 10,000 + 100 x 50 - 50,000; 15,000 + 100 x 75
    assert found.kept is not None
    assert found.kept[0] == pytest.approx([85_000, 127_500])
    assert total(found) == pytest.approx(136_000)  # 50,000 x 0.8 + 150,000 x 0.64
    assert float(discounted(found.budget, 0.25).sum(axis=1)[0]) == pytest.approx(-13_600)  # -28,000 + 14,400
    assert found.remittances is not None
    assert found.remittances[0] == pytest.approx([9_500, 14_250])  # a tenth, less 5 % of it
    assert found.poverty is not None
    assert found.poverty[0] == pytest.approx(1.1**-0.35 - 1)  # 14,250 is a tenth of what the origin receives


def test_pay_and_work_together_follow_the_formula() -> None:
    both = returns(case(used(effect(id="work")), used(effect("earnings-worker", 0.2, id="pay"))))
    # year 1: 1,000 x (0.5 x 2,000 x 0.1 + 0.05 x 2,000 x 1.1) = 100,000 + 110,000
    assert both.gained[0, 0] == pytest.approx(210_000)


def test_an_effect_relative_to_employment_and_one_in_dollars() -> None:
    assert returns(case(used(effect("employment-relative", 0.2)))).gained[0, 0] == pytest.approx(
        100_000
    )  # 0.5 x 0.2 x 0.5
    # 400 dollars more for each of 500 workers, half of it in year 1
    assert returns(case(used(effect("earnings-usd", 400.0)))).gained[0, 0] == pytest.approx(100_000)


def test_nobody_taking_part_gains_nothing_and_costs_nothing() -> None:
    for parameter in ("employment-points", "earnings-total", "earnings-worker"):
        found = returns(case(used(effect(parameter), sd=0.1), assumed=replace(ASSUMED, adoption=point(0.0))))
        assert not found.gained.any()
        assert not found.costs.any()


@settings(max_examples=25)
@given(st.floats(0, 1), st.floats(0, 500), st.floats(-0.2, 0.5), st.floats(0, 0.3))
def test_what_state_and_people_gain_is_what_both_gain_whatever_changes_hands(
    tax: float, saved: float, mean: float, sd: float
) -> None:
    found = returns(case(used(effect(mean=mean), sd=sd), assumed=replace(ASSUMED, tax=point(tax), saved=point(saved))))
    assert found.budget is not None
    assert found.kept is not None
    assert np.allclose(found.budget + found.kept, found.together, atol=1e-6)


def test_two_studies_are_never_added_each_draw_takes_one() -> None:
    work = used(effect(id="a", study="a"))
    income = used(effect("earnings-total", 0.3, id="b", study="b"))
    made = returns(case(work, income, draws=500)).gained[:, 0]
    # alone: 100,000 by the one; 1,000 x 0.5 x 2,000 x 0.15 = 150,000 by the other; never 250,000
    assert sorted(set(np.round(made))) == [100_000, 150_000]
    assert 0.4 < (made < 125_000).mean() < 0.6


def test_an_income_effect_and_the_work_found_in_it_never_stand_in_one_study() -> None:
    parameters: dict[str, set[str]] = {}
    for one in evidence().effects:
        parameters.setdefault(one.study, set()).add(one.parameter)
    for study, found in parameters.items():
        assert not ("earnings-total" in found and len(found) > 1), study


def test_remittances_poverty_and_output_are_no_part_of_the_return() -> None:
    silent = replace(ASSUMED, remitted=None, price=None, inflow=None)
    assert total(returns(case())) == total(returns(case(assumed=silent)))
    assert returns(case(assumed=silent)).remittances is None
    assert returns(case(assumed=silent)).poverty is None


def test_a_wider_penalty_gives_a_wider_interval() -> None:
    found = effect(
        mean=0.1, sd=0.06, context=Context(country="DEU", region="Europe", income="high", status="protection")
    )
    here = Context(country="FRA", region="Europe", income="high", status="protection")
    sds = [
        applied([found], host, "protection")[0].sd
        for host in (here, replace(here, region="Asia"), replace(here, income="low"))
    ]
    assert sds == pytest.approx([0.06, 0.06 * SAME_INCOME, 0.06 * OTHER_INCOME])
    widths = [summary(returns(case(used(found, sd=sd), draws=2000)).together.sum(axis=1)) for sd in sds]
    assert [one["high"] - one["low"] for one in widths] == sorted(one["high"] - one["low"] for one in widths)


def test_a_carried_effect_always_reaches_zero_and_is_called_an_assumption() -> None:
    sure = effect(
        mean=0.2, sd=0.01, context=Context(country="DEU", region="Europe", income="high", status="protection")
    )
    (carried,) = applied([sure], COLOMBIA, "protection")
    assert (carried.word, carried.factor) == ("assumption", OTHER_INCOME)
    assert carried.sd == pytest.approx(0.2 / 1.96)
    (at_home,) = applied([effect(sd=0.01)], COLOMBIA, "protection")
    assert (at_home.word, at_home.sd, at_home.why) == ("effect", 0.01, "")
    (others,) = applied([effect(sd=0.01)], replace(COLOMBIA, status="migrants"), "strong-match")
    assert others.word == "assumption"


def test_a_country_without_an_income_group_is_taken_to_be_another() -> None:
    assert (
        penalty(COLOMBIA, Context(country="VEN", region="Americas", income=None, status="protection")) == OTHER_INCOME
    )
    assert income_groups()["COL"] == "upper-middle"


def test_dollars_of_one_country_do_not_travel() -> None:
    swiss = [one for one in evidence().effects if one.parameter == "earnings-usd"]
    assert applied(swiss, COLOMBIA, "protection") == ()
    assert len(applied(swiss, Context(country="CHE", region="Europe", income="high", status="migrants"), "strong-match")) == 1  # fmt: skip


def test_the_cell_decides_which_effects_apply() -> None:
    assert cell_of("refugees", None) == cell_of("refugees", "weak") == "protection"
    assert cell_of("refugees", "strong") == cell_of("migrants", "strong") == "strong-match"
    assert cell_of("migrants", "weak") == "distressed"
    assert cell_of("migrants", None) is None
    assert applied(evidence().effects, COLOMBIA, "distressed") == ()


@settings(max_examples=20)
@given(st.floats(0, 2000), st.floats(0, 2000))
def test_the_probability_never_rises_with_the_cost(one: float, other: float) -> None:
    def probability(cost: float) -> float:
        found = returns(case(used(effect(), sd=0.1), assumed=replace(ASSUMED, cost=point(cost)), draws=300))
        return float(worth(found.together, 0.05)["probability"])

    low, high = sorted((one, other))
    assert probability(low) >= probability(high)


def test_the_same_seed_gives_the_same_draws_and_another_others() -> None:
    uncertain = case(used(effect(), sd=0.1))
    assert (returns(uncertain).gained == returns(uncertain).gained).all()
    assert (returns(uncertain).gained != returns(replace(uncertain, seed=2)).gained).any()


def test_an_effect_found_on_women_reaches_women_alone() -> None:
    women, men = (replace(COHORT, sex=sex, people=people) for sex, people in (("female", 600.0), ("male", 400.0)))
    found = returns(case(used(effect(sex="female")), cohorts=(women, men)))
    assert found.earnings["female"][0, 0] == pytest.approx(60_000)
    assert not found.earnings["male"].any()
    both = returns(case(cohorts=(women, men)))
    assert both.gained[0] == pytest.approx(returns(case()).gained[0])  # the sexes add up to all


def test_employment_never_passes_everybody() -> None:
    found = returns(case(used(effect(mean=3.0))))
    assert found.gained[0].max() == pytest.approx(1000 * 0.5 * 2000)  # the half without work, no more


def test_effects_grow_in() -> None:
    assert grown(2, np.array([HALVES]))[0] == pytest.approx([0.5, 0.75])
    assert grown(1, np.array([2.0]))[0, 0] == pytest.approx(1 - exp(-0.5))


def test_the_cost_is_earned_back_in_the_year_from_which_the_sum_stays_above_zero() -> None:
    flows = np.array([[-3.0, 1.0, 2.0, 1.0], [-3.0, 1.0, 1.0, 0.5], [1.0, 1.0, 1.0, 1.0], [2.0, -3.0, 2.0, 0.0]])
    assert break_even(flows) == pytest.approx([3, np.nan, 1, 3], nan_ok=True)
    told = worth(flows, 0.0)["break_even"]
    assert told["never"] == 0.25
    assert told["by_year"] == [0.25, 0.25, 0.75, 0.75]


def test_recalled_findings_are_off_by_default(edition: Disk) -> None:
    asked = InvestRequest(
        country="COL", group="other-in-need", origin="VEN", wage="2400", employment="0.6", cost="250", draws=200
    )
    usual, more = (invest(replace(asked, unverified=flag), edition, NOW).document for flag in (False, True))
    assert {one["mark"] for one in usual["evidence"]} == {"read"}
    assert {one["mark"] for one in usual["beside"]} == {"read"}
    assert {one["mark"] for one in more["evidence"]} == {"read", "unverified"}
    assert {one["id"] for one in more["evidence"] if one["word"] == "effect"} == {"ibanez-2024"}  # found there, on them
    assert sum(one["weight"] for one in more["evidence"]) == pytest.approx(1.0)


def test_positive_and_negative_evidence_stand_side_by_side(edition: Disk) -> None:
    asked = InvestRequest(
        country="COL", group="other-in-need", origin="VEN", wage="2400", employment="0.6", cost="250", draws=200
    )
    beside = {one["id"]: one["direction"] for one in invest(asked, edition, NOW).document["beside"]}
    assert (beside["hhs-2024"], beside["cis-2020"]) == ("positive", "negative")
    assert (beside["oecd-2021"], beside["oecd-2021-all"]) == ("positive", "negative")


def test_every_finding_says_whose_it_is_and_how_sure() -> None:
    held = evidence()
    marks = [*(one.mark for one in held.effects), *(one.mark for one in held.beside)]
    texts = [*((one.citation, one.says) for one in held.effects), *((one.citation, one.says) for one in held.beside)]
    assert set(marks) <= {"read", "recalled"}
    assert all(citation and says for citation, says in texts)
    assert all(
        one.spread in ("stated", "assumed") and one.sd > 0 and one.ramp[0] <= one.ramp[1] for one in held.effects
    )


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
