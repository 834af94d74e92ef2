"""The account of a period from tables: everything wrong with them is told at once, with place and period; nobody vanishes."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from qanat.errors import AskError, FigureError
from qanat.estimate.flows import CONTRACT, by_place, contract, estimated
from qanat.estimate.succession import hint, unions
from qanat.estimate.ways import WAYS, How
from qanat.estimate.worlds import Rules, world
from tests.worlds import stocks, vital

RULES = Rules(start=2015, end=2020)


def refused(stock: pl.DataFrame, events: pl.DataFrame, rules: Rules = RULES) -> list[str]:
    """Every fault as "column found: fault"."""
    with pytest.raises(FigureError) as told:
        world(stock, events, rules)
    return [f"{row['column']} {row['found']}: {row['fault']}" for row in told.value.problems.iter_rows(named=True)]


def test_two_tables_become_one_account() -> None:
    found = world(stocks(), vital(), RULES)
    assert found.places == ("AAA", "BBB", "CCC")
    assert found.start[found.at("BBB"), found.at("AAA")] == 60  # born in BBB, living in AAA
    assert found.end.sum(0).tolist() == [1050, 520, 800]
    assert found.births.tolist() == [120, 60, 90]
    assert found.aside.is_empty()


def test_a_pair_without_a_row_is_a_pair_without_anybody() -> None:
    found = world(stocks(without=((2015, "AAA", "CCC"),)), vital(), RULES)
    assert found.start[found.at("AAA"), found.at("CCC")] == 0


def test_every_fault_is_told_at_once_with_its_place_and_period() -> None:
    told = refused(
        stocks(
            (2015, "AAA", "BBB", -5), (2020, "BBB", "BBB", -20), (2020, "AAA", "CCC", None), (2015, "ZZZ", "AAA", 7), without=((2015, "CCC", "CCC"),)
        ),
        vital(AAA=(None, 70), BBB=(60, -1), CCC=(2_000, 50)),
    )  # fmt: skip
    assert told == [
        "births None: is empty: births of AAA in 2015-2020 are missing",
        "deaths -1.0: is negative (BBB, 2015-2020)",
        "births CCC: 2,000 births in 2015-2020, more than the 780 people of 2020",
        "stock -5.0: is negative (born in AAA, living in BBB, 2015)",
        "stock -20.0: fewer than no native-born in BBB in 2020: its foreign-born exceed its population; correct one of the two",
        "stock None: is empty (born in AAA, living in CCC, 2020); nobody is 0",
        "birth ZZZ: people born there are counted, nobody as living there; correct the code, write XXX where the birthplace is unknown, or --leave-out ZZZ",
        "birth CCC: its native-born (birth = residence) in 2015 are missing",
    ]


def test_columns_and_cells_that_are_no_numbers_are_told_for_both_tables() -> None:
    told = refused(stocks().rename({"birth": "births"}), vital().with_columns(deaths=pl.lit("many")))
    assert told == ["deaths many: is no number"] * 3 + ["birth None: is not a column of this table"]
    assert refused(stocks().clear(), vital()) == ["year None: the table has no rows; give one with figures"]


def test_a_year_or_period_that_is_not_there_is_told_with_those_that_are() -> None:
    told = refused(stocks(), vital(), Rules(start=2010, end=2020))
    assert "period 2010-2020: no births and deaths of that period; there are 2015-2020" in told
    assert "year 2010: no stocks of that year; there are 2015, 2020" in told


def test_a_pair_told_twice_is_refused() -> None:
    told = refused(pl.concat([stocks(), stocks().head(1)]), vital())
    assert told == ["stock 900.0: is told twice (born in AAA, living in AAA, 2015)"] * 2


def test_more_deaths_than_people_are_named() -> None:
    (told,) = refused(stocks(), vital(BBB=(60, 700)))
    assert told == "deaths BBB: 700 deaths in 2015-2020, more than the 460 people of 2015"


def test_births_and_deaths_that_are_missing_for_a_place_are_named() -> None:
    (told,) = refused(stocks(), vital().filter(pl.col("iso3") != "CCC"))
    assert told.startswith("iso3 CCC: births and deaths in 2015-2020 are missing; give them, or leave it aside")


def split_sudan() -> tuple[pl.DataFrame, pl.DataFrame]:
    """AAA is Sudan before the split and two countries after it."""
    before = stocks().filter(pl.col("year") == 2015).with_columns(pl.col("birth", "residence").replace({"AAA": "SDN", "BBB": "EGY"}))  # fmt: skip
    after = stocks().filter(pl.col("year") == 2020).with_columns(pl.col("birth", "residence").replace({"AAA": "SDN", "BBB": "EGY", "CCC": "SSD"}))  # fmt: skip
    return pl.concat(
        [before.filter((pl.col("birth") != "CCC") & (pl.col("residence") != "CCC")), after]
    ), vital().with_columns(pl.col("iso3").replace({"AAA": "SDN", "BBB": "EGY", "CCC": "SSD"}))


def test_a_country_that_split_is_named_with_what_to_do() -> None:
    tables = split_sudan()
    (told,) = refused(*tables)
    assert told == (
        "residence SSD: nobody is counted as living there in 2015 (2015-2020); "
        "SDN became SDN and SSD in 2011: count them as one with --unite SDN=SDN+SSD"
    )
    found = world(*tables, Rules(start=2015, end=2020, unite=unions(("SDN=SDN+SSD",))))
    assert found.places == ("EGY", "SDN")
    sudan = found.at("SDN")
    assert found.end[sudan, sudan] == 950 + 60 + 20 + 740  # whoever was born in either part and lives in either
    assert found.births[sudan] == 120 + 90


@pytest.mark.parametrize(
    ("place", "others", "says"),
    [
        ("SCG", frozenset({"SRB", "MNE"}), "--unite SCG=SRB+MNE"),
        ("MNE", frozenset({"SCG"}), "--unite SCG=SRB+MNE"),
        ("SSD", frozenset({"SDN"}), "--unite SDN=SDN+SSD"),
        ("CUW", frozenset({"ANT"}), "--unite ANT=BES+CUW+SXM"),
        ("AAA", frozenset({"BBB"}), "--leave-out AAA"),
    ],
)
def test_successors_of_former_countries_are_known(place: str, others: frozenset[str], says: str) -> None:
    assert says in hint(place, others)


def test_a_union_is_written_as_whole_and_parts() -> None:
    assert unions(("SDN=SDN+SSD", "SCG=SRB+MNE")) == {"SDN": ("SDN", "SSD"), "SCG": ("SRB", "MNE")}
    with pytest.raises(AskError, match="WHOLE=PART"):
        unions(("SDN",))
    with pytest.raises(AskError, match="SRB twice"):
        unions(("A=SRB+B", "C=SRB+D"))


def test_people_of_unknown_birthplace_stay_aside_and_deaths_are_theirs_too() -> None:
    found = world(stocks((2015, "XXX", "AAA", 100), (2020, "XXX", "AAA", 100)), vital(), RULES)
    assert found.aside.rows() == [
        ("AAA", "XXX", 2015, 100.0, "birthplace unknown"), ("AAA", "XXX", 2020, 100.0, "birthplace unknown")
    ]  # fmt: skip
    assert found.start[:, 0].sum() == 1000
    assert found.deaths[0] == pytest.approx(70 * 1000 / 1100)  # 70 die among the 1100 who live there


def test_people_of_unknown_birthplace_are_spread_over_the_known_only_when_asked() -> None:
    others = ((2015, "XXX", "AAA", 50), (2015, "XXX", "BBB", 0), (2020, "Others", "AAA", 25))
    found = world(stocks(*others), vital(), Rules(start=2015, end=2020, others="spread"))
    assert found.start[:, 0].tolist() == [900, 60 * 1.5, 40 * 1.5]  # 50 over the 100 born abroad
    assert found.end[:, 0].tolist() == [950, 40 * 1.25, 60 * 1.25]
    assert found.aside.is_empty()


def test_where_no_birthplace_abroad_is_known_the_unknown_stay_aside_even_then() -> None:
    bare = ((2015, "AAA", "BBB"), (2015, "CCC", "BBB"))
    found = world(stocks((2015, "XXX", "BBB", 33), without=bare), vital(), Rules(start=2015, end=2020, others="spread"))
    assert found.aside.select("place", "people").rows() == [("BBB", 33.0)]


def test_a_place_left_aside_takes_its_people_with_it_and_they_are_told() -> None:
    found = world(stocks(), vital(), Rules(start=2015, end=2020, leave_out=("CCC",)))
    assert found.places == ("AAA", "BBB")
    told = found.aside.filter(pl.col("year") == 2015).select("place", "birth", "people", "why").rows()
    assert ("AAA", "CCC", 40.0, "born in a place left aside") in told
    assert ("CCC", "CCC", 700.0, "left aside as asked") in told
    assert sum(row[2] for row in told) + found.start.sum() == stocks().filter(pl.col("year") == 2015)["stock"].sum()
    assert found.deaths[0] == pytest.approx(70 * 960 / 1000)


def test_a_place_that_nothing_can_be_said_of_is_named_by_the_method_itself() -> None:
    alone = stocks(without=tuple((y, b, r) for y in (2015, 2020) for b, r in (("AAA", "BBB"), ("CCC", "BBB"), ("BBB", "AAA"), ("BBB", "CCC"))))  # fmt: skip
    account = world(alone, vital(BBB=(60, 300)), RULES)  # 460 less 300 and 60 more are not 430
    with pytest.raises(FigureError, match=r"BBB.*without exchange.*2015-2020.*--method open"):
        estimated(account, How(method="min"))
    assert estimated(account, How(method="open")).kinds.total.sum() > 0


@pytest.mark.parametrize("word", [word for word in WAYS if word != "prior"])
def test_every_method_gives_the_contract_without_a_diagonal_and_nobody_negative(word: str) -> None:
    found = contract(estimated(world(stocks(), vital(), RULES), How(method=WAYS[word].word)))
    assert found.schema == CONTRACT
    assert found.height == 6
    assert (found.get_column("flow") >= 0).all()
    assert found.filter(pl.col("orig") == pl.col("dest")).is_empty()
    assert found.select("low80", "high95").null_count().row(0) == (6, 6)


@pytest.mark.parametrize("word", ["min", "independence", "pseudo-bayes"])
def test_net_migration_is_what_births_and_deaths_do_not_explain(word: str) -> None:
    account = world(stocks(), vital(), RULES)
    told = by_place(estimated(account, How(method=WAYS[word].word)))
    # growth 50, 60, 50; births less deaths 50, 30, 40: 0, 30, 10 by hand, and the world's gap of 40 shared by native-born
    first, last = (np.diag(table) / np.diag(table).sum() for table in (account.start, account.end))
    np.testing.assert_allclose(told.get_column("net"), np.array([0.0, 30, 10]) - 40 * (first + last) / 2, atol=1e-6)


def test_twice_the_people_make_twice_the_flow_and_the_order_of_rows_none() -> None:
    once = contract(estimated(world(stocks(), vital(), RULES), How()))
    doubled = stocks().with_columns(pl.col("stock") * 2), vital().with_columns(pl.col("births", "deaths") * 2)
    twice = contract(estimated(world(*doubled, RULES), How()))
    np.testing.assert_allclose(twice["flow"], 2 * once["flow"], rtol=1e-8)
    turned = contract(estimated(world(stocks().reverse(), vital().reverse(), RULES), How()))
    assert turned.equals(once)


def test_a_prior_needs_a_weight_for_every_pair() -> None:
    account = world(stocks(), vital(), RULES)
    pairs = [(a, b, 5.0 if a == b else 1.0) for a in account.places for b in account.places]
    prior = pl.DataFrame(pairs, schema=["orig", "dest", "weight"], orient="row")
    assert estimated(account, How(method="prior", prior=prior)).kinds.total.sum() > 0
    with pytest.raises(AskError, match="--prior"):
        estimated(account, How(method="prior"))
    with pytest.raises(FigureError, match=r"AAA to AAA: None.*one weight"):
        estimated(account, How(method="prior", prior=prior.slice(1)))


def test_a_constant_prior_is_independence() -> None:
    account = world(stocks(), vital(), RULES)
    prior = pl.DataFrame([(a, b, 2.0) for a in account.places for b in account.places], schema=["orig", "dest", "weight"], orient="row")  # fmt: skip
    by_prior = estimated(account, How(method="prior", prior=prior)).kinds.total
    np.testing.assert_allclose(by_prior, estimated(account, How(method="independence")).kinds.total, rtol=1e-6)
