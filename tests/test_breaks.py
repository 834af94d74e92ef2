"""Method breaks, revisions and movements kept apart: what enters the picture and what a trend may be drawn through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.brief.charts.trend import Year, runs
from qanat.figures import F
from qanat.jobs.brief import BriefRequest, brief
from qanat.jobs.compare import CompareRequest, compare_year, document
from qanat.reconcile.breaks import Moved, steps
from qanat.reconcile.compared import Beside, Compared, compared
from qanat.reconcile.eras import Eras, eras, revised, unbroken
from qanat.reconcile.newest import newest, superseded
from qanat.reconcile.one_picture import LEARNT, one_picture
from qanat.reconcile.said import Figure, spoken
from qanat.store import Ask, Disk
from tests.build import figure, table
from tests.test_lineage import idps

# invented: a counter doubles its figure in 2024 while 5,000 people are newly displaced
OLD = [idps("idmc", year, 100_000 + year) for year in (2021, 2022, 2023)]
NEW = [idps("idmc", year, 200_000 + year) for year in (2024, 2025)]
QUIET = {year: Moved(new=5_000, returned=1_000) for year in range(2020, 2026)}


def vintage(year: int, value: float, known: date) -> Figure:
    return idps("idmc", year, value, known=known, run=f"idmc-{known}", source=f"idmc@{known}")


# the same year by the old method: twice 102,024 is what the new method says
BY_THE_OLD_METHOD = vintage(2024, 202_024 / 2, date(2025, 6, 1))


def at(figures: Sequence[Figure], year: int, **beside: object) -> Compared:
    found = compared(figures, "idps", year, beside=Beside(**{"moved": QUIET, **beside}))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert found is not None
    return found


def test_figures_before_a_break_are_no_evidence_after_it() -> None:
    also = [idps("unhcr", 2024, 180_001), idps("unhcr", 2025, 190_001)]
    found = at([*OLD, *NEW, *also], 2025)
    assert {cluster.name for cluster in found.one.used} == {"idmc@2024-12-31", "idmc@2025-12-31", "unhcr@2024-12-31", "unhcr@2025-12-31"}  # fmt: skip
    assert found.one == one_picture([*NEW, *also], date(2025, 12, 31), "idps")
    assert found.one != one_picture([*OLD, *NEW, *also], date(2025, 12, 31), "idps")


def test_the_picture_of_a_day_before_the_break_knows_nothing_of_it() -> None:
    found = at([*OLD, *NEW], 2023)
    assert found.one.lone is None or found.one.lone.value == 102_023
    assert found.breaks == ()
    assert found.one == one_picture(OLD, date(2023, 12, 31), "idps")


def test_a_number_that_comes_back_after_two_breaks_still_speaks_for_its_day() -> None:
    # Abyei Area (IDMC): 20,000, 82,000 and 20,000 at the ends of 2014 to 2016
    series = [idps("idmc", year, value) for year, value in ((2014, 20_000), (2015, 82_000), (2016, 20_000))]
    found = at(series, 2016, moved={2015: Moved(new=0), 2016: Moved(returned=0)})
    assert len(found.breaks) == 2
    assert found.one.lone is not None
    assert (found.one.basis, found.one.lone.end) == ("one count", date(2016, 12, 31))


def test_an_overlap_of_both_methods_bridges_the_break() -> None:
    spans = eras([*OLD, *NEW], QUIET, [BY_THE_OLD_METHOD])
    (one,) = spans.breaks
    assert (one.factor, one.old) == (2.0, BY_THE_OLD_METHOD)
    assert [now.value for now in unbroken([*OLD, *NEW], spans)] == [
        204_042,
        204_044,
        204_046,
        202_024 + 2_000 - 2_000,
        202_025,
    ]
    assert [now.bridged for now in unbroken([*OLD, *NEW], spans)] == [True, True, True, False, False]
    assert [now.value for now in unbroken([*OLD, *NEW], eras([*OLD, *NEW], QUIET))] == [202_024, 202_025]


def test_a_bridged_count_is_heard_with_a_wider_error_than_the_same_number_counted() -> None:
    series = [*OLD, idps("idmc", 2024, 202_024)]
    spans = eras(series, QUIET, [BY_THE_OLD_METHOD])
    day, beside = date(2024, 12, 31), [idps("unhcr", 2023, 210_001)]
    bridged = one_picture([*series[:-1], *beside], day, "idps", found=spans)
    counted = one_picture([*(idps("idmc", one.year, 2 * one.value) for one in OLD), *beside], day, "idps")
    assert {cluster.root.value for cluster in bridged.used} >= {204_046}
    assert bridged.low80 is not None
    assert bridged.high80 is not None
    assert counted.low80 is not None
    assert counted.high80 is not None
    assert bridged.high80 / bridged.low80 > counted.high80 / counted.low80


def test_what_lies_before_two_breaks_is_carried_over_both_or_over_neither() -> None:
    series = [idps("idmc", 2021, 30_001), idps("idmc", 2022, 60_002), idps("idmc", 2023, 180_006)]
    none = {year: Moved(new=0) for year in (2022, 2023)}
    first = vintage(2022, 30_001, date(2023, 6, 1))  # 2022 by the first method: times 2
    second = vintage(2023, 60_002, date(2024, 6, 1))  # 2023 by the second: times 3
    stood = vintage(2022, 60_002, date(2024, 6, 1))  # and 2022 as it was told then
    assert [one.value for one in unbroken(series, eras(series, none, [first, stood, second]))] == [
        180_006,
        180_006,
        180_006,
    ]
    assert [one.value for one in unbroken(series, eras(series, none, [second]))] == [180_006, 180_006]
    assert [one.value for one in unbroken(series, eras(series, none, [first]))] == [180_006]


@pytest.mark.parametrize(
    "earlier",
    [
        [vintage(2024, 150_001, date(2025, 6, 1))],  # ln(150,001 / 102,023) = 0.39: it does not continue the old series
        [vintage(2024, 101_012, date(2026, 6, 1))],  # published the same day: no older vintage
        [BY_THE_OLD_METHOD, vintage(2023, 80_001, date(2025, 6, 1))],  # the year before was told otherwise then, too
        [idps("unhcr", 2024, 101_012, known=date(2025, 6, 1))],  # another counter
    ],
    ids=["far off", "not older", "year before revised", "another counter"],
)
def test_only_an_older_vintage_that_continues_the_old_series_is_an_overlap(earlier: list[Figure]) -> None:
    (one,) = eras([*OLD, *NEW], QUIET, earlier).breaks
    assert one.factor is None


def test_a_revision_is_the_same_year_told_otherwise_and_a_movement_is_neither() -> None:
    was, slight = vintage(2024, 150_001, date(2025, 6, 1)), vintage(2025, 199_001, date(2025, 12, 1))
    assert revised(NEW, [was, slight]) == [(was, NEW[0])]  # ln(202,025 / 199,001) = 0.015: below 5 %
    moved = {2024: Moved(new=90_000)}
    assert [step.kind for step in steps([*OLD, *NEW], moved)] == ["quiet", "quiet", "movement", "quiet"]
    assert eras([*OLD, *NEW], moved).breaks == ()
    told = at([*OLD, *NEW], 2024, earlier=(was,))
    assert ([old.value for old, _ in told.revised], len(told.breaks)) == ([150_001], 1)


def test_returns_that_were_not_taken_off_explain_next_years_decline() -> None:
    # Lebanon (IDMC, UNHCR): 74,000 and 985,000 and 64,000 at the ends of 2023 to 2025; 1,100,000 movements and 860,740
    # returns in 2024, so that 985,000 cannot have had the returns taken off; 60,365 returns in 2025: 921,105 of 921,000
    series = [idps("idmc", 2023, 74_000), idps("idmc", 2024, 985_000), idps("idmc", 2025, 64_000)]
    known = {2024: Moved(new=1_100_000, returned=860_740), 2025: Moved(returned=60_365)}
    last = steps(series, known)[-1]
    assert last.kind == "movement"
    assert last.explained == pytest.approx(921_105 / 921_000)
    taken_off = {2024: Moved(new=1_900_000, returned=860_740), 2025: Moved(returned=60_365)}
    assert (
        steps(series, taken_off)[-1].kind == "method break"
    )  # 911,000 + 860,740 < 1,900,000: they may have been taken off
    assert steps(series[1:], known)[-1].kind == "method break"  # nothing is known of the rise


def test_a_step_that_two_counters_make_alike_by_counts_of_their_own_is_no_break() -> None:
    # Chad, ends of 2019 and 2020: IDMC 176,000 and 342,000, UNHCR 170,278 and 336,124; 79,124 movements
    idmc = [idps("idmc", 2019, 176_000), idps("idmc", 2020, 342_000)]
    unhcr = [idps("unhcr", 2019, 170_278), idps("unhcr", 2020, 336_124)]
    moved = {2020: Moved(new=79_124)}
    assert {step.kind for step in steps([*idmc, *unhcr], moved)} == {"method break"}  # 79,124 of 166,000 is 48 %
    assert eras([*idmc, *unhcr], moved).breaks == ()
    copy = [unhcr[0], idps("unhcr", 2020, 342_111)]  # the same count, published twice: nobody confirms it
    assert len(eras([*idmc, *copy], moved).breaks) == 2
    less = [unhcr[0], idps("unhcr", 2020, 260_001)]  # ln 0.42 against 0.66
    assert [one.step.counter for one in eras([*idmc, *less], moved).breaks] == [
        "idmc"
    ]  # 88 % of UNHCR's step is explained


def test_no_line_of_a_trend_leads_across_a_break() -> None:
    years = [
        Year(year=2022, value=5.0),
        Year(year=2023, value=5.1),
        Year(year=2024, value=7.3, broken=True),
        Year(year=2025, value=7.2),
    ]
    assert [[one.year for one in run] for run in runs(years)] == [[2022, 2023], [2024, 2025]]


@given(
    st.lists(st.tuples(st.sampled_from(("unhcr", "idmc")), st.integers(2015, 2025), st.integers(1_000, 90_000_000)), max_size=12, unique_by=lambda one: one[:2]),
    st.integers(0, 1_000_000),
)  # fmt: skip
def test_a_counters_newest_figure_always_stands_as_published(counts: list[tuple[str, int, int]], new: int) -> None:
    series = [idps(counter, year, value) for counter, year, value in counts]
    spans = eras(series, {year: Moved(new=new, returned=new) for year in range(2014, 2026)})
    kept = unbroken(series, spans)
    for counter in {one.counter for one in series}:
        last = max((one for one in series if one.counter == counter), key=lambda one: one.end)
        assert last in kept
    assert all(one in series for one in kept)  # nothing is rescaled without an overlap
    assert unbroken(series, Eras()) == series


def test_colombias_new_method_of_2024_is_left_out_of_the_years_before(edition: Disk) -> None:
    # IDMC: 5,077,000 at the end of 2023, 7,265,000 a year later; 387,952 movements in 2024 (18 % of the step)
    answer = compare_year(CompareRequest(country="COL", group="idps", year=2024), edition)
    (one,) = answer.found.breaks
    assert (one.step.before.value, one.step.after.value, one.factor) == (5_077_000, 7_265_000, None)
    assert one.step.explained == pytest.approx(387_952 / 2_188_000)
    assert not [
        cluster for cluster in answer.found.one.used if cluster.root.counter == "idmc" and cluster.day < one.day
    ]
    assert "left out of the picture" in answer.why
    before = compare_year(CompareRequest(country="COL", group="idps", year=2023), edition)
    assert before.found.breaks == ()
    assert [cluster.name for cluster in before.found.one.used if cluster.root.counter == "idmc"][
        -1
    ] == "idmc@2023-12-31"


def test_guatemala_2023_is_known_by_both_methods_and_bridged(edition: Disk) -> None:
    # IDMC published 242,000 for the end of 2023 until June 2025 and 573,000 in June 2026; 242,000 for 2022 throughout
    told = document(compare_year(CompareRequest(country="GTM", group="idps", year=2023), edition))
    (one,), (revision,) = told["breaks"], told["revisions"]
    assert (one["before"], one["after"], one["from"]) == (242_000, 573_000, "2022-12-31")
    assert one["bridged_by"] == pytest.approx(573 / 242)
    assert (revision["before"], revision["after"], revision["known_before"]) == (242_000, 573_000, "2025-06-12")
    assert "multiplied by 2.37" in told["why"]
    then = document(compare_year(CompareRequest(country="GTM", group="idps", year=2023, as_of=date(2025, 12, 31)), edition))  # fmt: skip
    assert (then["breaks"], then["revisions"], then["picture"]["headline"]) == ([], [], 242_000)


def test_older_vintages_are_those_published_before_the_newest(edition: Disk) -> None:
    rows = edition.get(Ask(place="GTM", groups=("idps",), undivided=True)).filter(F.origin == "GTM")
    now = newest(rows)
    older = superseded(rows, now)
    assert older.join(now, on=["run", "row"], how="semi").is_empty()
    said = {(one.end.year, one.value) for one in spoken(older) if one.source.startswith("unhcr.vintages")}
    assert {(2023, 242_000.0), (2022, 242_000.0)} <= said
    assert superseded(table(figure(run="r", row=0)), table(figure(run="r", row=0))).is_empty()


def test_the_window_decides_how_long_a_break_is_told(edition: Disk) -> None:
    years = (2024, 2025)
    assert all(
        compare_year(CompareRequest(country="COL", group="idps", year=year), edition).found.breaks for year in years
    )
    spans = eras([*OLD, *NEW], QUIET)
    assert [bool(spans.touching(date(year, 12, 31), LEARNT.window)) for year in (2023, 2024, 2025, 2026)] == [False, True, True, False]  # fmt: skip


def test_a_brief_tells_no_rise_where_the_method_changed(edition: Disk) -> None:
    told = brief(BriefRequest(country="COL", as_of=date(2025, 12, 1)), edition, datetime(2026, 11, 24, tzinfo=UTC))
    lede = " ".join(sentence.text for sentence in told.brief.lede)
    assert "5.08 million at the end of 2023 and at 7.26 million at the end of 2024" in lede
    assert "rose by" not in lede
    later = brief(BriefRequest(country="COL"), edition, datetime(2026, 11, 24, tzinfo=UTC))
    assert "method changed" not in " ".join(sentence.text for sentence in later.brief.lede)
    (sources,) = (section for section in later.brief.sections if section.name == "sources")
    assert "IDMC from 5.08 million (2023) to 7.26 million (2024)" in " ".join(one.text for one in sources.sentences)
