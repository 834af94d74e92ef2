"""The R package migest 2.0.5 on its documented examples: the same to 1e-9 where it is right, and how far and why not elsewhere."""

from __future__ import annotations

import json
import re
from math import fsum
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pytest

from qanat.errors import MarginError
from qanat.maths.accounting import Closing, Margins, balanced_world, closed, opened, without_births, without_deaths
from qanat.maths.differences import dropped, spread, transitions, turned
from qanat.maths.moves import Moves, independence, minimum, split, with_prior
from qanat.maths.netting import with_net
from qanat.maths.transport import Line, Table, scaled

SAME: Final = ("e0_demres2013_nobd", "e0_independence", "e0_open", "e1_imr2018_nobd", "e1_imr2018_nobd_indep", "e3_demres2013_bd_open_dr", "e7_scidata2019", "e7_scidata2019_indep")  # fmt: skip
# rounds after which migest's step c stops, for the table at the start and at the end; the last letter tells which margin
# the moves then meet (its two margins differ)
STOPS: Final = {
    "e5_science2014_bd": (20, 20, "start"),
    "e5_science2014_bd_after": (20, 20, "start"),
    "e5_science2014_bd_prop_births": (15, 24, "start"),
    "e5_science2014_bd_indep": (20, 20, "end"),
    "e6_imr2018_bd": (12, 8, "start"),
    "e6_imr2018_bd_indep": (12, 8, "end"),
}
Example = dict[str, Any]


@pytest.fixture(scope="module")
def examples(shared: Path) -> dict[str, Example]:
    return dict(json.loads((shared / "flows/reference/migest_examples.json").read_text()))


def test_every_documented_example_is_met_or_told_in_the_documents(examples: dict[str, Example]) -> None:
    told = (Path(__file__).parent.parent / "docs" / "explanation" / "flows.md").read_text(encoding="utf-8")
    differs = set(re.findall(r"`((?:e\d|ipf|net|cm)[a-z_0-9]+)`", told))
    met = {
        *SAME,
        "diff_zero",
        "diff_return",
        "diff_return_native",
        "rates_dennett",
        "rates_rvr",
        "ipf3",
        "ipf3_qi",
    }
    assert differs == set(examples) - met
    assert len(examples) == 29


def array(told: Example) -> Table:
    """An array as R prints it, column by column."""
    return np.asarray(told["data"], dtype=np.float64).reshape(told["dim"], order="F")


def stocks(one: Example) -> tuple[Table, Table, Line, Line]:
    given = one["inputs"]
    births, deaths = (np.array(list(given[name].values()), dtype=np.float64) for name in ("births", "deaths"))
    return array(given["stock_start"]), array(given["stock_end"]), births, deaths


def printed(one: Example) -> Table:
    """[from, to, birthplace] as migest has it, without its sums."""
    n = len(one["inputs"]["births"])
    return array(one["output"]["flow"])[:n, :n]


def laid_out(moves: Moves) -> Table:
    return np.stack([moves.born(k) for k in range(len(moves.left))], axis=2)


def how(one: Example) -> Closing:
    return Closing(
        births="proportional" if "birth_method=proportion" in one["call"] else "native",
        world="after" if "after-demo-adjust" in one["call"] else "before",
    )


def moves_of(one: Example) -> Moves:
    account = opened if "=open" in one["call"] else closed
    margins = account(*stocks(one), how(one))
    return independence(margins) if "stayer_assumption=FALSE" in one["call"] else minimum(margins)


@pytest.mark.parametrize("name", SAME)
def test_the_documented_example_comes_out_to_1e_9(name: str, examples: dict[str, Example]) -> None:
    moves = moves_of(examples[name])
    np.testing.assert_allclose(laid_out(moves), printed(examples[name]), atol=1e-9)
    sums = array(examples[name]["output"]["sum_od"])
    np.testing.assert_allclose(split(moves).total, sums[:-1, :-1], atol=1e-9)


@pytest.mark.parametrize("name", STOPS)
def test_the_example_comes_out_to_1e_9_once_step_c_stops_as_early_as_migest(
    name: str, examples: dict[str, Example]
) -> None:
    one = examples[name]
    first, last, kept = STOPS[name]
    margins = stopped_early(*stocks(one), how(one), (first, last))
    stay = np.zeros_like(margins.start) if "indep" in name else np.minimum(margins.start, margins.end)
    leave, arrive = margins.start - stay, margins.end - stay
    total = (arrive if kept == "start" else leave).sum(1)
    moves = Moves(left=leave / total[:, None], right=arrive, stay=stay)
    np.testing.assert_allclose(laid_out(moves), printed(one), atol=1e-9)


@pytest.mark.parametrize("name", STOPS)
def test_where_migest_stops_short_ours_meets_both_margins_and_stays_near(
    name: str, examples: dict[str, Example]
) -> None:
    one = examples[name]
    margins, moves = closed(*stocks(one), how(one)), laid_out(moves_of(one))
    np.testing.assert_allclose(moves.sum(1).T, margins.start, atol=1e-6)
    np.testing.assert_allclose(moves.sum(0).T, margins.end, atol=1e-6)
    theirs = printed(one)
    missed = max(np.abs(theirs.sum(1).T - margins.start).max(), np.abs(theirs.sum(0).T - margins.end).max())
    assert 3e-4 < missed < 3e-3
    assert np.abs(moves - theirs).max() <= 2 * missed


def stopped_early(
    start: Table, end: Table, births: Line, deaths: Line, rule: Closing, rounds: tuple[int, int]
) -> Margins:
    """Steps a to c with alternating scaling, rows then columns, left after a number of rounds."""
    start, end = balanced_world(start, end, float(births.sum() - deaths.sum()))
    alive, grown = without_deaths(start, deaths), without_births(end, births, rule)
    gap = alive.sum(1) - grown.sum(1)
    none = np.zeros_like(alive)
    return Margins(
        start=swept(alive, alive.sum(1) - gap / 2, alive.sum(0), rounds[0]), end=swept(grown, grown.sum(1) + gap / 2, grown.sum(0), rounds[1]),
        left=none, entered=none,
    )  # fmt: skip


def swept(seed: Table, rows: Line, columns: Line, rounds: int, first: str = "rows") -> Table:
    table = seed.astype(np.float64)
    for _ in range(rounds):
        for line in ("rows", "columns") if first == "rows" else ("columns", "rows"):
            table = table * ((rows / table.sum(1))[:, None] if line == "rows" else columns / table.sum(0))
    return table


def test_a_seed_is_not_ignored_where_stayers_are_kept(examples: dict[str, Example]) -> None:
    one, plain = examples["e2_imr2018_distance_seed"], examples["e1_imr2018_nobd"]
    np.testing.assert_array_equal(printed(one), printed(plain))  # migest's table is that without distances
    distances = array(one["inputs"]["seed"])
    ours = laid_out(with_prior(closed(*stocks(one)), distances, stayers=True))
    assert np.abs(ours - printed(one)).max() > 0.1


def test_totals_no_table_has_are_refused_where_migest_leaves_115_people_out(examples: dict[str, Example]) -> None:
    one = examples[
        "e2_imr2018_distance_seed_indep"
    ]  # nobody may stay, yet most of those born in D live in D at both ends
    margins = closed(*stocks(one))
    assert np.abs(printed(one).sum(1).T - margins.start).max() == pytest.approx(115)
    with pytest.raises(MarginError):
        with_prior(margins, array(one["inputs"]["seed"]))


def test_the_open_account_is_migests_open_dr_and_its_open_has_the_tables_swapped(examples: dict[str, Example]) -> None:
    one = examples["e4_demres2013_bd_open"]
    np.testing.assert_allclose(laid_out(minimum(swapped(*stocks(one)))), printed(one), atol=1e-9)
    ours = laid_out(minimum(opened(*stocks(one))))
    np.testing.assert_allclose(ours, printed(examples["e3_demres2013_bd_open_dr"]), atol=1e-9)
    assert np.abs(ours - printed(one)).max() > 1


def swapped(start: Table, end: Table, births: Line, deaths: Line) -> Margins:
    """migest's open account: who leaves the world is taken from where people will live, who enters from where they lived."""
    alive, grown = without_deaths(start, deaths), without_births(end, births)
    gap = alive.sum(1) - grown.sum(1)
    left = np.maximum(gap, 0)[:, None] * (grown / grown.sum(1, keepdims=True))
    entered = np.maximum(-gap, 0)[:, None] * (alive / alive.sum(1, keepdims=True))
    return Margins(start=alive - left, end=grown - entered, left=left, entered=entered)


def test_the_swapped_tables_leave_fewer_than_nobody_in_the_world_of_231_countries(
    world: tuple[list[str], Table, Table, Line, Line],
) -> None:
    theirs, ours = swapped(*world[1:]), opened(*world[1:])
    assert min(theirs.start.min(), theirs.end.min()) < -400
    assert min(ours.start.min(), ours.end.min(), split(minimum(ours)).total.min()) >= 0


@pytest.mark.parametrize(("name", "method", "natives"), [("diff_zero", dropped, False), ("diff_return", turned, False), ("diff_return_native", turned, True)])  # fmt: skip
def test_differences_come_out_to_1e_9(name: str, method: Any, natives: bool, examples: dict[str, Example]) -> None:
    given = examples[name]["inputs"]
    found = method(array(given["stock_start"]), array(given["stock_end"]), natives=natives)
    np.testing.assert_allclose(found, array(examples[name]["output"]["flow"]), atol=1e-9)


def test_rates_come_out_to_1e_9(examples: dict[str, Example]) -> None:
    given = examples["rates_dennett"]["inputs"]
    found = spread(array(given["stock_start"]), given["M"])
    np.testing.assert_allclose(found, array(examples["rates_dennett"]["output"]["flow"]), atol=1e-9)
    given = examples["rates_rvr"]["inputs"]
    found = transitions(array(given["stock_start"]), array(given["stock_end"]))
    np.testing.assert_allclose(found, array(examples["rates_rvr"]["output"]["flow"]), atol=1e-9)


@pytest.mark.parametrize(("name", "method"), [("ipf3", independence), ("ipf3_qi", minimum)])
def test_three_dimensional_fits_without_a_prior_have_a_closed_form(
    name: str, method: Any, examples: dict[str, Example]
) -> None:
    np.testing.assert_allclose(laid_out(method(given_margins(examples[name]))), array(examples[name]["output"]["mu"]), atol=1e-9)  # fmt: skip


def given_margins(one: Example) -> Margins:
    rows, columns = array(one["inputs"]["row_tot"]).T, array(one["inputs"]["col_tot"])
    return Margins(start=rows, end=columns, left=np.zeros_like(rows), entered=np.zeros_like(rows))


@pytest.mark.parametrize(("name", "stayers"), [("ipf3_offset", False), ("ipf3_qi_offset", True)])
def test_three_dimensional_fits_with_a_prior_agree_as_far_as_migest_goes(
    name: str, stayers: bool, examples: dict[str, Example]
) -> None:
    one = examples[name]
    margins, prior = given_margins(one), array(one["inputs"]["m"])[:, :, 0]
    ours, theirs = laid_out(with_prior(margins, prior, stayers=stayers, tolerance=1e-9)), array(one["output"]["mu"])
    np.testing.assert_allclose(ours.sum(1).T, margins.start, atol=1e-8)
    for k in range(4):
        missed = max(
            np.abs(theirs[:, :, k].sum(1) - margins.start[k]).max(),
            np.abs(theirs[:, :, k].sum(0) - margins.end[k]).max(),
        )
        assert missed < 1e-6
        np.testing.assert_allclose(ours[:, :, k], theirs[:, :, k], atol=1e-9 + 2 * missed)


def test_a_scaled_table_agrees_as_far_as_migest_goes(examples: dict[str, Example]) -> None:
    one = examples["ipf2"]
    seed, theirs = array(one["inputs"]["m"]), array(one["output"]["mu"])
    rows, columns = (np.array(one["inputs"][name], dtype=np.float64) for name in ("row_tot", "col_tot"))
    np.testing.assert_allclose(swept(seed, rows, columns, 10, "columns"), theirs, atol=1e-9)
    np.testing.assert_allclose(scaled(seed, rows, columns, 1e-12), theirs, atol=1e-6)


@pytest.mark.parametrize("name", ["net_matrix_ipf", "cm_net"])
def test_a_table_met_to_net_migration_agrees_as_far_as_migest_goes(name: str, examples: dict[str, Example]) -> None:
    given, theirs = examples[name]["inputs"], array(examples[name]["output"]["mu"])
    wanted = np.array(list(given["net_tot"].values()), dtype=np.float64)
    ours = with_net(array(given["m"]), wanted, 1e-11)
    np.testing.assert_allclose(ours.sum(0) - ours.sum(1), wanted, atol=1e-9)
    missed = np.abs(theirs.sum(0) - theirs.sum(1) - wanted).max()
    np.testing.assert_allclose(ours, theirs, atol=max(1e-9, 2 * float(missed)))


@pytest.fixture(scope="module")
def world(shared: Path) -> tuple[list[str], Table, Table, Line, Line]:
    """231 countries 2015 and 2020: codes, stocks, births, deaths."""
    folder = shared / "flows/reference"
    vital = pl.read_parquet(folder / "migest_full231_inputs_births_deaths.parquet").filter(pl.col("period") == "2015-2020").sort("iso3")  # fmt: skip
    codes = vital.get_column("iso3").to_list()
    told = pl.read_parquet(folder / "migest_full231_inputs_stocks.parquet")
    tables = [square(told.filter(pl.col("year") == year), codes, ("birth", "residence", "stock")) for year in (2015, 2020)]  # fmt: skip
    births, deaths = (vital.get_column(name).cast(pl.Float64).to_numpy() for name in ("births", "deaths"))
    return codes, tables[0], tables[1], births, deaths


def square(rows: pl.DataFrame, codes: list[str], columns: tuple[str, str, str]) -> Table:
    at = {code: place for place, code in enumerate(codes)}
    out = np.zeros((len(codes), len(codes)))
    first, second = ([at[code] for code in rows.get_column(name)] for name in columns[:2])
    out[first, second] = rows.get_column(columns[2]).to_numpy()
    return out


@pytest.mark.parametrize(("run", "method", "people"), [("min_closed", minimum, 55_798_694.6), ("ind_closed", independence, 483_639_759.6)])  # fmt: skip
def test_231_countries_agree_to_1e_6_of_all_movers(
    run: str, method: Any, people: float, world: tuple[list[str], Table, Table, Line, Line], shared: Path
) -> None:
    codes, start, end, births, deaths = world
    told = pl.read_parquet(shared / "flows/reference/migest_full231_outputs_2015_2020.parquet")
    theirs = square(told.filter(pl.col("run") == run), codes, ("orig", "dest", "flow"))
    assert theirs.sum() == pytest.approx(people, abs=0.1)
    rounded = split(method(closed(start, end, births, deaths, Closing(whole=True)))).total
    plain = split(method(closed(start, end, births, deaths))).total
    assert np.abs(rounded - theirs).sum() <= 1e-6 * people  # every cell's difference added up
    assert np.abs(rounded - theirs).max() < 0.5  # the half person by which migest's step c stops short
    assert np.abs(plain - theirs).max() < 0.6  # and what its rounding of the native-born moves
    assert plain.sum() == pytest.approx(people, rel=1e-6)


def test_231_countries_split_as_printed(world: tuple[list[str], Table, Table, Line, Line]) -> None:
    kinds = split(minimum(closed(*world[1:])))
    assert [round(float(part.sum()) / 1e6, 2) for part in (kinds.outward, kinds.back, kinds.transit)] == [38.6, 3.81, 13.4]  # fmt: skip
    assert min(part.min() for part in (kinds.outward, kinds.back, kinds.transit)) >= 0


def test_231_countries_keep_every_margin_to_a_millionth_of_a_person(
    world: tuple[list[str], Table, Table, Line, Line],
) -> None:
    margins = closed(*world[1:])
    lived, live = ([fsum(row) for row in table] for table in (margins.start, margins.end))
    assert max(abs(one - other) for one, other in zip(lived, live, strict=True)) < 1e-6
    for moves in (minimum(margins), independence(margins)):
        flows = split(moves).total
        for i in range(len(flows)):  # summed without rounding: 1.4 billion people leave few digits after the point
            net = fsum([*flows[:, i], *-flows[i]])
            assert abs(net - fsum([*margins.end[:, i], *-margins.start[:, i]])) < 1e-6
