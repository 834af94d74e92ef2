"""The best estimate of flows: kernels against hand-worked numbers, laws of the account, and what reported arrivals say."""

from __future__ import annotations

from math import pi, sqrt
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from qanat.edition import embedded
from qanat.edition.migrants import migrants, unlisted
from qanat.edition.pairs import pairs
from qanat.edition.places import places
from qanat.errors import SourceError
from qanat.estimate.beside import beside
from qanat.estimate.best import flows, margins, net
from qanat.estimate.flows import estimated
from qanat.estimate.intervals import Drawing, best
from qanat.estimate.others import Listed, laid_out
from qanat.estimate.recency import came_since, nearest_year
from qanat.estimate.setting import setting
from qanat.estimate.ways import How, moves
from qanat.estimate.worlds import Rules, world
from qanat.jobs.pairs import EARTH, great_circle, write_pairs
from qanat.jobs.unlisted import unlisted_stocks, write_unlisted
from qanat.maths.scores import coverage, nearness
from tests.best_worlds import SHARED, needs_shared, small_rules, small_setting, small_stocks, small_vital


def test_recency_is_what_ten_years_of_deaths_do_not_leave_of_the_old() -> None:
    before, now = np.array([[100.0, 0.0, 50.0]]), np.array([[200.0, 80.0, 0.0]])
    np.testing.assert_allclose(
        came_since(before, now, 10), [[1 - 0.85 * 0.5, 1.0, 0.5]]
    )  # the last: nobody lives there now
    np.testing.assert_allclose(came_since(before, now, 5)[0, 0], 1 - 0.85 * 0.25)  # halved twice in ten years
    assert nearest_year({1990, 1995, 2000, 2005, 2010}, 2010) == 2000
    assert nearest_year({1990, 1995}, 1995) == 1990
    assert nearest_year({1990}, 1990) is None


def others_release() -> Listed:
    stocks = pl.DataFrame(
        [(2010, "POL", "DEU", 60.0), (2010, "FRA", "DEU", 40.0), (2010, "XXX", "DEU", 50.0), (2010, "DEU", "FRA", 30.0)],
        schema=["year", "birth", "residence", "stock"], orient="row",
    )  # fmt: skip
    earlier = pl.DataFrame({"year": [2010], "birth": ["NLD"], "residence": ["DEU"], "stock": [20.0]})
    return Listed(stocks=stocks, earlier=earlier)


def test_people_of_untold_birthplace_go_to_birthplaces_listed_before_and_the_rest_in_proportion() -> None:
    places = ("DEU", "FRA", "NLD", "POL")
    # 20 Dutch as listed before; 30 left over for 120 listed: each a quarter more
    np.testing.assert_allclose(others_release().filled(places, 2010)[:, 0], [0, 50, 25, 75])


def test_a_table_spread_in_proportion_is_laid_out_anew_and_another_is_left_alone() -> None:
    places = ("DEU", "FRA", "NLD", "POL")
    given = np.zeros((4, 4))
    given[:, 0] = [1000, 60, 0, 90]  # 40 and 60, each times 1.5
    given[0, 1] = 30
    out, moved = laid_out(given, others_release(), places, 2010)
    np.testing.assert_allclose(out[:, 0], [1000, 50, 25, 75])
    assert moved == pytest.approx(25)
    given[1, 0] = 70  # somebody's own figure
    kept, none = laid_out(given, others_release(), places, 2010)
    np.testing.assert_array_equal(kept, given)
    assert none == 0
    assert laid_out(given, others_release(), places, 2011)[1] == 0


def test_unlisted_are_what_the_newer_revision_leaves_out_of_a_place_it_has() -> None:
    def revision(*rows: tuple[str, str, str, int, float]) -> pl.DataFrame:
        return pl.DataFrame(rows, schema=["orig", "dest", "sex", "year", "value"], orient="row")

    old = revision(
        ("NLD", "DEU", "b", 2010, 20),
        ("POL", "DEU", "b", 2010, 55),
        ("NLD", "DEU", "f", 2010, 11),
        ("ITA", "CHE", "b", 2010, 9),
    )
    new = revision(("POL", "DEU", "b", 2010, 60), ("NLD", "DEU", "b", 2010, 0))
    assert unlisted_stocks(old, new).rows() == [(2010, "NLD", "DEU", 20.0)]


def test_places_are_as_far_apart_as_the_sphere_and_cepii_say() -> None:
    assert great_circle((0, 0), (0, 90)) == pytest.approx(EARTH * pi / 2)
    found = pairs().filter(a="DEU", b="FRA").row(0, named=True)
    assert (found["language"], found["border"], found["computed"]) == (False, True, False)
    assert 700 < found["km"] < 850  # CEPII distw 790
    sudans = pairs().filter(a="SDN", b="SSD").row(0, named=True)
    assert (sudans["border"], sudans["computed"]) == (True, True)
    assert pairs().filter(pl.col("a") >= pl.col("b")).is_empty()
    assert pairs().select("a", "b").is_duplicated().sum() == 0


def test_the_embedded_stocks_are_the_uns() -> None:
    everyone = migrants().filter(pl.col("year") == 2024, pl.col("residence") != "WLD").get_column("stock").sum()
    assert everyone == pytest.approx(304_021_813, rel=1e-3)  # IMS 2024, table 1, mid-2024
    assert unlisted().filter(year=2010, birth="NLD", residence="DEU").height == 1


def test_the_best_flows_keep_net_migration_and_are_never_negative() -> None:
    place = small_setting()
    found = flows(place).total
    np.testing.assert_allclose(found.sum(0) - found.sum(1), net(margins(place)), atol=2e-6)
    assert (found >= 0).all()
    assert found[2, 0] > 30_000  # of 35,000 more Poles in Germany
    again = estimated(world(small_stocks(), small_vital(), small_rules()), How(method="best"))
    np.testing.assert_array_equal(again.kinds.total, found)
    told = moves(again.world, again.how)
    assert sum(weight * float(one.of(2, 0).sum()) for weight, one in told) == pytest.approx(
        float(found[2, 0]), rel=1e-9
    )


def test_the_order_of_rows_changes_nothing() -> None:
    other = world(small_stocks().reverse(), small_vital().sort("deaths"), small_rules())
    np.testing.assert_array_equal(flows(setting(other)).total, flows(small_setting()).total)


def test_nearness_is_worked_by_hand() -> None:
    found = nearness(np.array([100.0, 1000.0, 50.0, 10.0]), np.array([200.0, 900.0, 5.0, 0.0]))
    # factors 2, 1.11, 10 and 10 (an estimate of nobody counts as one person)
    assert found.within_3 == 0.5
    assert found.median_factor == pytest.approx(sqrt(2 * 10))
    assert found.n == 4
    assert coverage(np.array([1.0, 5.0]), np.array([1.0, 6.0]), np.array([2.0, 9.0])) == 0.5


def test_corridors_stand_beside_releases_with_gaps_left_open() -> None:
    ours = best(small_stocks(), small_vital(), small_rules(), Drawing(draws=20)).table
    other = pl.DataFrame({"orig": ["POL"], "dest": ["DEU"], "start": [2010], "flow": [12]})
    found = beside({(2010, 2015): ours}, {"peer": other}, [("POL", "DEU"), ("FRA", "POL")])
    assert found.select("orig", "dest", "start", "end", "peer").rows() == [
        ("POL", "DEU", 2010, 2015, 12.0), ("FRA", "POL", 2010, 2015, None),
    ]  # fmt: skip


@pytest.mark.slow
@needs_shared
def test_reported_arrivals_are_met_nearer_than_by_the_published_estimate() -> None:
    from bench.flows_evidence import arrivals, published, tables

    place = setting(world(*tables(SHARED, 2010, 2015), Rules(start=2010, end=2015)))
    evidence = arrivals(SHARED, place.places)
    ours = nearness(evidence.reported, evidence.of(flows(place).total))
    peer = nearness(evidence.reported, evidence.of(published(SHARED, place.places, "da_pb_closed")))
    assert evidence.reported.size == 300
    assert (round(peer.log_r, 2), round(peer.median_factor, 1), round(peer.linear_r, 3)) == (
        0.83,
        2.4,
        0.828,
    )  # as published
    assert ours.within_3 >= 0.75
    assert ours.linear_r >= 0.90
    assert ours.median_factor < 1.7


@pytest.mark.slow
@needs_shared
def test_the_reference_inputs_give_nobody_below_zero_and_every_net_in_each_period() -> None:
    folder = SHARED / "data/flows/reference"
    stocks, vital = (
        pl.read_parquet(folder / f"migest_full231_inputs_{name}.parquet") for name in ("stocks", "births_deaths")
    )
    for start, end in ((2015, 2020), (2020, 2024)):
        place = setting(world(stocks, vital, Rules(start=start, end=end)))
        found = flows(place).total
        assert (found >= 0).all()
        np.testing.assert_allclose(found.sum(0) - found.sum(1), net(margins(place)), atol=5e-6)
        assert 80e6 < found.sum() < 140e6


@pytest.mark.slow
@needs_shared
def test_the_edition_s_pairs_and_unlisted_stocks_are_made_anew_to_the_byte(tmp_path: Path) -> None:
    write_pairs(SHARED / "data", tmp_path, places())
    write_unlisted(SHARED / "data", tmp_path)
    for name in ("pairs.parquet", "pairs.documents.json", "unlisted.parquet", "unlisted.documents.json"):
        assert (tmp_path / name).read_bytes() == embedded(name).read_bytes(), name
    with pytest.raises(SourceError, match="GeoDist"):
        write_pairs(tmp_path, tmp_path, places())
