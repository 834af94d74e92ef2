"""One picture: copies counted once, the interval, the headline, breaks, the nowcast, and what is foretold of hidden figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.figures import F, require
from qanat.reconcile.breaks import Moved, recorded_revisions, steps
from qanat.reconcile.compared import Compared, compared, parts
from qanat.reconcile.flags import CODES
from qanat.reconcile.hidden import Hidden, hidden, judged, learnt, lone_crossed, lone_misses, lone_reach, tried
from qanat.reconcile.intervals import LONE_CASES, LONE_HELD, LONE_REACH
from qanat.reconcile.nowcast import nowcast
from qanat.reconcile.one_picture import One, influence, one_picture, weights
from qanat.reconcile.pictures import PICTURES, Pictures, pictures
from qanat.reconcile.precedence import Precedence, headline, preferring
from qanat.reconcile.revisions import revisions
from qanat.reconcile.said import Figure
from qanat.store import Ask, Disk
from tests.build import figure, table
from tests.test_lineage import idps

END = date(2025, 12, 31)


def seen(*figures: Figure) -> One:
    return one_picture(figures, END, "idps")


def sides(*figures: Figure, year: int = 2025, **beside: float) -> Compared:
    from qanat.reconcile.compared import Beside

    found = compared(figures, "idps", year, beside=Beside(population=beside.get("population")))
    assert found is not None
    return found


def test_a_lone_count_is_told_with_its_default_interval() -> None:
    found = seen(idps("idmc", 2025, 100_000))
    assert (found.basis, found.median) == ("one count", 100_000)
    assert (found.low80, found.high80) == pytest.approx((80_423, 124_343), abs=1)


def test_two_independent_counts_meet_between_them() -> None:
    found = seen(idps("idmc", 2025, 100_000), idps("unhcr", 2025, 121_000))
    assert found.basis == "model"
    assert found.median == pytest.approx(110_000, rel=0.002)  # their geometric mean; the grid is 0.2 % fine


def test_a_copy_adds_nothing_to_the_count_it_copies() -> None:
    history = [idps("idmc", 2024, 90_000), idps("unhcr", 2024, 110_000)]
    once = seen(*history, idps("idmc", 2025, 100_000))
    twice = seen(*history, idps("idmc", 2025, 100_000), idps("unhcr", 2025, 100_321))
    assert len(twice.used) == len(once.used)
    assert twice.median == pytest.approx(once.median, rel=0.06)  # it leans no longer one way, and no surer
    assert twice.high80 is not None
    assert once.high80 is not None
    assert twice.high80 == pytest.approx(once.high80, rel=0.08)


def test_other_causes_and_parts_of_the_place_are_no_evidence() -> None:
    any_cause = idps("iom", 2025, 300_000, group="idps-any")
    part = idps("government", 2025, 10_000, facet="coverage=north")
    register = idps("government", 2025, 900_000, facet="register=cumulative", row=1)
    found = seen(idps("idmc", 2025, 100_000), any_cause, part, register)
    assert (found.basis, found.median) == ("one count", 100_000)


def test_nothing_comparable_gives_no_picture() -> None:
    assert seen(idps("iom", 2025, 300_000, group="idps-any")).basis == "nothing"
    assert seen(idps("idmc", 2019, 300_000)).median is None


def test_one_source_ten_times_off_moves_the_picture_little_and_is_weighed_least() -> None:
    steady = [idps("idmc", year, 100_000 + 100 * year, row=year) for year in (2023, 2024, 2025)]
    also = [idps("unhcr", year, 98_123 + 90 * year, row=year) for year in (2023, 2024)]
    found = seen(*steady, *also, idps("unhcr", 2025, 3_000_000))
    share = weights(found)
    assert sum(share.values()) == pytest.approx(1)
    assert share["unhcr@2025-12-31"] < 0.1
    assert found.median == pytest.approx(300_000, rel=0.15)
    assert abs(influence(found)["unhcr@2025-12-31"]) < 0.15


@given(
    st.lists(
        st.tuples(st.sampled_from(("unhcr", "idmc")), st.integers(2023, 2025), st.integers(2_000, 900_000)),
        min_size=1,
        max_size=6,
        unique_by=lambda one: one[:2],
    ),
    st.sampled_from((2.0, 10.0)),
)
def test_the_median_lies_in_its_interval_and_twice_the_people_is_twice_the_picture(
    counts: list[tuple[str, int, int]], times: float
) -> None:
    # odd numbers: no rounding, so that no pair becomes or ceases to be a copy
    here = seen(*(idps(counter, year, 2.0 * value + 1) for counter, year, value in counts))
    there = seen(*(idps(counter, year, (2.0 * value + 1) * times) for counter, year, value in counts))
    if here.median is None or here.low80 is None or here.high80 is None:
        assert there.median is None
        return
    assert here.low80 <= here.median <= here.high80
    if len(here.used) == len(there.used):
        assert there.median == pytest.approx(here.median * times, rel=0.01)  # rounds and grid


def test_the_headline_goes_by_a_recorded_precedence_that_can_be_set_otherwise() -> None:
    said = [idps("unhcr", 2025, 90_000), idps("idmc", 2025, 100_000), idps("iom", 2025, 95_000)]
    assert _from(headline(said, "idps", END)) == "idmc"
    assert _from(headline(said, "idps", END, preferring(("iom",), "idps"))) == "iom"
    assert _from(headline(said, "idps", END, Precedence(official=frozenset({said[0].cite})))) == "unhcr"
    assert Precedence().order("idps")[:2] == ("idmc", "unhcr")
    assert Precedence().recorded["idps"] == ("idmc", "unhcr")
    with pytest.raises(ValueError, match="nearest: idmc"):
        preferring(("idcm",), "idps")


def test_an_operational_round_older_than_three_months_is_not_shown() -> None:
    june = idps("iom", 2025, 95_000, start=date(2025, 6, 30), end=date(2025, 6, 30))
    assert headline([june], "idps", END) is None
    assert _from(headline([june], "idps", date(2025, 9, 1))) == "iom"


def _from(found: Figure | None) -> str | None:
    return None if found is None else found.counter


def test_a_step_is_movement_where_movements_match_it_and_a_break_where_they_do_not() -> None:
    series = [idps("idmc", 2023, 5_077_000), idps("idmc", 2024, 7_265_000)]

    def kind(moved: Mapping[int, Moved]) -> str:
        return steps(series, moved)[0].kind

    assert kind({2024: Moved(new=387_952)}) == "method break"
    assert kind({2024: Moved(new=2_500_000)}) == "movement"
    assert kind({}) == "unexplained"
    assert steps([series[0], idps("idmc", 2024, 5_500_000)], {})[0].kind == "quiet"
    decline = [idps("idmc", 2023, 5_000_000), idps("idmc", 2024, 2_000_000)]
    assert steps(decline, {2024: Moved(returned=2_900_000)})[0].kind == "movement"


def test_a_new_vintage_of_the_same_year_is_a_revision_and_no_step() -> None:
    before, after = (table(figure(group="idps", value=value, run="r", row=0)) for value in (57_072.0, 134_430.0))
    assert recorded_revisions(revisions(before, after)).height == 1
    slight = table(figure(group="idps", value=58_000.0, run="r", row=0))
    assert recorded_revisions(revisions(before, slight)).is_empty()


def test_the_nowcast_adds_what_moved_since_and_widens_with_time() -> None:
    one = seen(idps("idmc", 2025, 100_000))
    ahead = nowcast(one, {2025: Moved(new=9e9), 2026: Moved(new=30_000, returned=10_000)}, date(2027, 1, 1))
    assert ahead is not None
    assert ahead.median == 120_000
    assert ahead.low80 < 90_000 / 1.24
    assert ahead.high80 > 120_000 * 1.24
    still = nowcast(one, {}, date(2027, 1, 1))
    assert still is not None
    assert (still.median, still.new) == (100_000, None)
    assert nowcast(one, {}, END) is None


def test_returns_never_leave_fewer_than_nobody() -> None:
    ahead = nowcast(seen(idps("idmc", 2025, 1_000)), {2026: Moved(returned=5_000)}, date(2027, 6, 1))
    assert ahead is not None
    assert ahead.low80 > 0


def test_more_displaced_people_than_inhabitants_breaks_a_bound() -> None:
    codes = {flag.code for flag in sides(idps("idmc", 2025, 100_000), population=90_000).flags}
    assert "BOUND_VIOLATION" in codes
    assert codes <= set(CODES)


def test_movements_beside_people_are_another_unit() -> None:
    moves = idps("government", 2025, 70_000, unit="movements", group="idps-new", measure="flow", start=date(2025, 1, 1), end=date(2026, 1, 1))  # fmt: skip
    mixed = sides(idps("idmc", 2025, 100_000), moves)
    assert "UNIT_MIX" not in {flag.code for flag in mixed.flags}  # nobody has said what a government's movements are
    known = idps("idmc", 2025, 70_000, unit="movements", group="idps-new", measure="flow", start=date(2025, 1, 1), end=date(2026, 1, 1), row=3)  # fmt: skip
    assert ("UNIT_MIX", ("idmc", "unhcr")) in {(flag.code, flag.counters) for flag in sides(idps("unhcr", 2025, 100_000), known).flags}  # fmt: skip


def test_parts_by_sex_that_do_not_add_up_are_flagged_and_unknown_sex_is_counted_with_them() -> None:
    from qanat.reconcile.compared import Beside

    rows = [figure(group="idps", sex=sex, value=value) for sex, value in (("female", 40_000.0), ("male", 30_000.0), ("unknown", 20_000.0))]  # fmt: skip
    found = parts(table(*rows))
    assert (found["unhcr"].known, found["unhcr"].all) == (70_000, 90_000)
    whole = compared([idps("unhcr", 2025, 90_000)], "idps", 2025, beside=Beside(parts=found))
    short = compared([idps("unhcr", 2025, 150_111)], "idps", 2025, beside=Beside(parts=found))
    assert whole is not None
    assert short is not None
    assert {flag.code for flag in whole.flags} == set()
    assert {flag.code for flag in short.flags} == {"SUM_MISMATCH", "SEX_AGE_MISSING"}


@pytest.fixture(scope="module")
def displaced(edition: Disk) -> pl.DataFrame:
    return edition.get(Ask(groups=("idps",), undivided=True))


@pytest.fixture(scope="module")
def by_place(edition: Disk) -> dict[str, list[Hidden]]:
    from bench.picture import by_place

    told = by_place(edition.get(Ask(groups=("idps", "idps-new", "returned-idps"), undivided=True)))
    cases = {place: hidden(one.figures, moved=one.moved, earlier=one.earlier) for place, one in told.items()}
    kept = {place: [case for case in some if not case.copied] for place, some in cases.items()}
    return {place: some for place, some in kept.items() if some}


@pytest.fixture(scope="module")
def counted(by_place: dict[str, list[Hidden]]) -> list[Hidden]:
    return [case for some in by_place.values() for case in some]


def test_what_is_stated_of_lone_counts_is_what_was_measured(by_place: dict[str, list[Hidden]]) -> None:
    made = tried([case for some in by_place.values() for case in some], "idps")
    lone = [pair for pair in made if pair[1].lone is not None]
    assert (len(lone), round(judged(lone).coverage * len(lone))) == (LONE_CASES, LONE_HELD)
    assert lone_reach(lone_misses(made)) == pytest.approx(LONE_REACH, abs=0.0005)
    assert 0.76 <= lone_crossed(by_place, "idps") <= 0.84


def test_the_wider_range_of_a_lone_count_is_told_of_displaced_people_only() -> None:
    found = seen(idps("idmc", 2025, 100_000))
    assert found.held is not None
    assert (found.held.low, found.held.high) == pytest.approx((53_794, 185_893), rel=1e-4)  # exp(0.62) = 1.85893
    other = one_picture([idps("unhcr", 2025, 100_000, group="refugees")], END, "refugees")
    assert (other.basis, other.held) == ("one count", None)


def test_four_in_five_hidden_figures_lie_in_the_picture_and_its_median_beats_newest_and_mean(
    counted: list[Hidden],
) -> None:
    assert len(counted) > 600
    told = judged(tried(counted, "idps"))
    assert 0.76 <= told.coverage <= 0.84
    assert told.error < 0.95 * told.newest
    assert told.error < 0.95 * told.mean


def test_constants_learnt_on_some_countries_are_near_those_shipped(counted: list[Hidden]) -> None:
    from qanat.reconcile.one_picture import LEARNT

    some = [case for case in counted if case.figure.place in ("AFG", "COL", "COD", "IRQ", "NGA", "SSD", "SYR", "YEM", "UKR", "CAF")]  # fmt: skip
    found = learnt(some, "idps")
    assert 0.6 < found.reach < 1.5
    assert found.window == LEARNT.window


def test_the_method_gives_sound_figures_whatever_the_order_of_rows(displaced: pl.DataFrame) -> None:
    some = displaced.filter(F.place.is_in(["SSD", "TCD"]))
    made = pictures(some, Pictures(since=2020))
    sound = require(made.figures.with_columns(run=pl.lit("r"), row=pl.int_range(pl.len(), dtype=pl.UInt32)))
    assert sound.filter((F.low > F.value) | (F.high < F.value)).is_empty()
    assert set(sound.get_column("method").unique()) == {PICTURES.name}
    turned = pictures(some.reverse(), Pictures(since=2020))
    assert made.figures.sort("place", "end").equals(turned.figures.sort("place", "end"))
    assert made.lineage.get_column("row").n_unique() == made.figures.height
    assert pictures(some.clear(), Pictures()).figures.is_empty()
