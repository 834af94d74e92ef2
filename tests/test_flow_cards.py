"""Every method of flows behaves as methods of the house do: pure, ordered, adding up, exact in what it keeps."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from qanat.errors import FigureError
from qanat.estimate.cards import FLOWS
from qanat.estimate.worlds import Rules
from qanat.figures import F, Stage, problems
from qanat.methods import Method
from qanat.store import Ask, Memory
from tests.worlds import migrants, people

RULES = Rules(start=2015, end=2020)


@pytest.fixture(scope="module")
def published() -> pl.DataFrame:
    store = Memory()
    store.put(people(date(2024, 7, 11)))
    store.put(migrants(date(2024, 8, 1)))
    return store.get(Ask(stage=Stage.PUBLISHED))


@pytest.mark.parametrize("method", FLOWS, ids=lambda method: method.name)
def test_a_method_of_flows_is_a_good_guest(method: Method[Rules], published: pl.DataFrame) -> None:
    before = published.clone()
    made = method.compute(published, RULES)
    assert published.equals(before)
    assert problems(made.figures.with_columns(run=pl.lit("here"))).is_empty()
    assert set(made.figures.get_column("method")) == {method.name}
    whole = made.figures.filter(F.facet == "concept=transition")
    assert whole.height == 6
    parts = made.figures.filter(F.facet != "concept=transition").get_column("value").sum()
    assert parts == pytest.approx(whole.get_column("value").sum())
    turned = method.compute(published.reverse(), RULES)
    assert turned.figures.equals(made.figures)
    assert turned.lineage.equals(made.lineage)


@pytest.mark.parametrize("method", [one for one in FLOWS if one.id != "flows.best"], ids=lambda method: method.name)
def test_twice_the_people_make_twice_the_flow(method: Method[Rules], published: pl.DataFrame) -> None:
    once = method.compute(published, RULES).figures.get_column("value")
    twice = method.compute(published.with_columns(F.value * 2), RULES).figures.get_column("value")
    np.testing.assert_allclose(twice, 2 * once, rtol=1e-6, atol=1e-6)


def test_a_stock_above_its_population_is_refused_by_place_and_year(published: pl.DataFrame) -> None:
    many = pl.when((F.origin == "VEN") & (F.place == "COL") & (F.start.dt.year() == 2020)).then(5_000.0).otherwise(F.value)  # fmt: skip
    with pytest.raises(
        FigureError, match="fewer than no native-born in COL in 2020: its foreign-born exceed its population"
    ):
        FLOWS[0].compute(published.with_columns(value=many), RULES)


def test_a_year_of_births_that_is_missing_is_named_not_guessed(published: pl.DataFrame) -> None:
    without = published.filter(~((F.measure == "births") & (F.place == "PER") & (F.start.dt.year() == 2017)))
    with pytest.raises(FigureError, match="births of PER in 2015-2020 are missing"):
        FLOWS[0].compute(without, RULES)
