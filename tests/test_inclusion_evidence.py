"""Which findings speak for a country, and how a finding carried from elsewhere is held more loosely."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qanat.estimate.evidence_held import Context, evidence, income_groups
from qanat.estimate.transfer import OTHER_INCOME, applied, cell_of, penalty
from qanat.jobs.invest import invest
from qanat.jobs.invest_given import InvestRequest
from qanat.store import Disk
from tests.effects import COLOMBIA, NOW, effect


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
