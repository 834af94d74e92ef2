"""Figures that add up: each adjustment visible, nobody's figure changed, contradictions named; and the two commands."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from importlib.resources import files
from math import exp
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qanat.cli import main
from qanat.errors import AskError, ConflictError, NothingFound
from qanat.figures import SCHEMA, F, require
from qanat.jobs.balance import BalanceRequest, broken, off
from qanat.jobs.balance import balance as balance_job
from qanat.jobs.check import CheckRequest, check, failed
from qanat.jobs.tracing import trace
from qanat.methods import Derived
from qanat.reconcile.adjusting import Weights
from qanat.reconcile.balance import Balancing, balance
from qanat.reconcile.balanced import BALANCED, balanced
from qanat.store import Ask, Disk, Memory
from tests.build import batch, figure, table

NOW = datetime(2026, 7, 1, tzinfo=UTC)
SEXES = ("female", "male", "unknown")
BANDS = ((0, 18), (18, 60), (60, None), (None, None))


def rows(*given_rows: dict[str, object]) -> pl.DataFrame:
    return table(*(one | {"run": "r", "row": at} for at, one in enumerate(given_rows)))


def sexes(everyone: float | None, *parts: float | None, **more: object) -> list[dict[str, object]]:
    """A total and its women, men and people of unknown sex; null = suppressed."""
    told = zip(("all", *SEXES), (everyone, *parts), strict=False)
    return [
        figure(sex=sex, value=value, status="counted" if value is not None else "suppressed", **more)
        for sex, value in told
    ]


def made(figures: pl.DataFrame, **weights: Any) -> dict[str, float | None]:
    """The balanced values by sex, of figures of one total."""
    told = balanced(figures, Balancing(weights=Weights(**weights))).figures
    return dict(zip(told.get_column("sex").cast(pl.String).to_list(), told.get_column("value").to_list(), strict=True))


def off_at_most(figures: pl.DataFrame, options: Balancing | None = None) -> float:
    found = off(balance(figures, options or Balancing()).after)
    return float(max([0.0, *found.to_list()]))


def test_an_excess_is_shared_by_the_squares_of_the_figures() -> None:
    # 701 + 411 is 111 more than 1001; standard deviations are shares of the figures (none of which is rounded)
    squares = 701**2 + 411**2 + 1001**2
    expected = {
        "female": 701 - 111 * 701**2 / squares,
        "male": 411 - 111 * 411**2 / squares,
        "all": 1001 + 111 * 1001**2 / squares,
    }
    assert made(rows(*sexes(1001, 701, 411))) == pytest.approx(expected, abs=1e-4)


def test_a_rounded_total_gives_way_more_readily() -> None:
    # 1000 stands for 500 to 1500 as its digits show: the variance of a number anywhere in it, 1000^2 / 12, is added
    share = 0.17**2
    variances = share * 701**2, share * 411**2, share * 1000**2 + 1000**2 / 12
    assert made(rows(*sexes(1000, 701, 411)))["all"] == pytest.approx(
        1000 + 112 * variances[2] / sum(variances), abs=1e-4
    )


def test_what_adds_up_stays_as_published() -> None:
    told = balanced(rows(*sexes(1001, 501, 411, 89)), Balancing()).figures
    assert set(told.get_column("locator")) == {"as published"}
    assert set(told.get_column("status").cast(pl.String)) == {"counted"}
    assert sorted(told.get_column("value")) == [89, 411, 501, 1001]


def test_a_shortage_of_untold_sexes_is_a_row_of_its_own_and_moves_nobody() -> None:
    told = balanced(rows(*sexes(1001, 501, 411)), Balancing()).figures
    rest = told.filter(F.sex == "unknown").row(0, named=True)
    assert (rest["value"], rest["status"], rest["locator"]) == (89, "estimated", "what the sexes leave of the total")
    assert told.filter(F.sex != "unknown").get_column("locator").unique().to_list() == ["as published"]


def test_a_shortage_where_the_unknown_is_told_moves_all_of_them() -> None:
    found = made(rows(*sexes(1001, 501, 301, 101)))
    assert found["female"] is not None
    assert found["female"] > 501
    assert sum(found[sex] or 0.0 for sex in SEXES) == pytest.approx(found["all"])


def test_an_adjustment_says_what_was_published_by_how_much_it_moved_and_what_is_wrong() -> None:
    told = balanced(rows(*sexes(1001, 901, 701)), Balancing()).figures
    for row in told.iter_rows(named=True):
        assert re.match(r"published [\d.]+; adjusted by -?[\d.]+", row["locator"])
        assert "SUM_MISMATCH" in row["locator"]
        assert (row["stage"], row["counter"], row["method"], row["status"]) == (
            "reconciled",
            "unhcr",
            "reconcile.balanced@1",
            "estimated",
        )
    moved = told.filter(F.sex == "all").row(0, named=True)
    high = 1001 * exp(1.2816 * 0.17)  # 1244.7
    assert moved["value"] > high
    assert (
        f"leaves its interval {1001 / exp(1.2816 * 0.17):.1f} to {high:.1f}; SUM_MISMATCH BOUND_VIOLATION"
        in moved["locator"]
    )


def test_one_figure_ten_times_off_gives_way_and_is_flagged_and_the_record_stays() -> None:
    figures = rows(*sexes(1001, 5001, 481, 19))
    before = figures.clone()
    found = balance(figures, Balancing()).cells
    worst = found.sort((pl.col("after") - F.value).abs(), descending=True).row(0, named=True)
    assert (worst["sex"], worst["leaves"]) == ("female", True)
    assert worst["flags"] == ["SUM_MISMATCH", "BOUND_VIOLATION"]
    assert worst["after"] < 900
    assert figures.equals(before)


def test_a_total_of_zero_gives_way_to_its_parts() -> None:
    found = made(rows(*sexes(0, 501, 401)))
    assert found["all"] is not None
    assert found["all"] > 500


def test_a_contained_figure_comes_down_and_what_contains_it_goes_up() -> None:
    idps = figure(group="idps", origin="COL", value=1201)
    people = figure(group="people", origin=None, counter="unpd", source="unpd.wpp@2024", value=1001)
    found = balance(rows(idps, people), Balancing()).cells
    after = dict(zip(found.get_column("group"), found.get_column("after"), strict=True))
    assert after["idps"] == pytest.approx(after["people"])
    assert 1001 < after["people"] < 1010  # a population is known to 2 %, the displaced to 17 %
    assert found.filter(F.group == "idps").get_column("flags").to_list() == [["BOUND_VIOLATION"]]


def test_a_number_that_the_others_settle_is_filled_in_and_marked_as_estimated() -> None:
    told = balanced(rows(*sexes(1001, 601, None, 101)), Balancing()).figures
    male = told.filter(F.sex == "male").row(0, named=True)
    assert male["value"] == pytest.approx(299, abs=1e-3)
    assert (male["status"], male["locator"]) == ("estimated", "not counted; follows from the others")


def test_numbers_that_nothing_settles_stay_unknown() -> None:
    told = balanced(rows(*sexes(1001, None, None, 101)), Balancing()).figures
    assert told.filter(F.value.is_null()).height == 2
    assert told.filter(F.value.is_null()).get_column("status").cast(pl.String).unique().to_list() == ["suppressed"]


def test_a_suppressed_number_with_an_interval_is_drawn_to_its_middle_and_kept_within() -> None:
    hidden = figure(sex="male", value=None, status="suppressed", low=1, high=9, level=1.0)
    told = balanced(rows(*sexes(1001, 601), hidden, figure(sex="unknown", value=387)), Balancing()).figures
    assert told.filter(F.sex == "male").get_column("value").to_list()[0] == pytest.approx(
        5, abs=0.1
    )  # 8 more would close the gap


def test_all_unknown_stays_all_unknown_and_empty_stays_empty() -> None:
    told = balanced(rows(*sexes(None, None, None, None)), Balancing()).figures
    assert told.get_column("value").null_count() == 4
    empty = balanced(rows(), Balancing())
    assert (empty.figures.height, empty.lineage.height) == (0, 0)
    assert empty.figures.schema == SCHEMA


def test_a_held_figure_stays_and_the_others_carry_the_gap() -> None:
    found = made(rows(*sexes(1001, 701, 411)), hold=("r:0",))
    assert found["all"] == 1001
    assert (found["female"] or 0) + (found["male"] or 0) == pytest.approx(1001)


def test_held_figures_that_contradict_each_other_are_named_with_what_binds_them() -> None:
    figures = rows(*sexes(1001, 701, 411), *sexes(50, 30, 20, group="asylum-seekers"))
    before = figures.clone()
    with pytest.raises(ConflictError) as raised:
        balanced(figures, Balancing(weights=Weights(hold=("r:0", "r:1", "r:2", "r:3", "r:4"))))
    told = str(raised.value)
    assert told.startswith("these 4 cannot all hold, and without any one of them the others can")
    for part in (
        "r:0 is held at 1,001",
        "r:1 is held at 701",
        "r:2 is held at 411",
        "female, male, other and unknown sex add up to everyone",
    ):
        assert part in told
    assert "asylum-seekers" not in told
    assert raised.value.exit_code == 4
    assert figures.equals(before)


def test_a_figure_to_hold_that_is_not_there_is_refused() -> None:
    with pytest.raises(AskError, match="r:99 cannot be held"):
        balanced(rows(*sexes(1001, 701, 411)), Balancing(weights=Weights(hold=("r:99",))))


def test_rounding_bounds_bind_only_where_it_is_asked() -> None:
    five = {"low": 3.0, "high": 5.0, "level": 1.0}
    figures = rows(figure(value=6), figure(sex="female", value=5, **five), figure(sex="male", value=5, **five))
    kept = made(figures, bounds="rounding")
    assert kept["female"] is not None
    assert 3 <= kept["female"] <= 5
    with pytest.raises(ConflictError, match="at least 3 by its rounding"):
        made(rows(*sexes(3, None), figure(sex="female", value=5, **five), figure(sex="male", value=5, **five)).filter(F.value.is_not_null()), bounds="rounding", hold=("r:0",))  # fmt: skip


def test_opening_stocks_are_given_and_no_part_of_the_balance() -> None:
    opened = figure(group="idps", origin="COL", value=50, start=date(2024, 12, 31), end=date(2024, 12, 31))
    year = {"measure": "flow", "origin": "COL", "start": date(2025, 1, 1), "end": date(2026, 1, 1)}
    back = figure(group="returned-idps", value=80, **year)
    new = figure(group="idps-new", unit="movements", counter="idmc", value=10, **year)
    told = balanced(rows(opened, back, new), Balancing(opening=date(2024, 12, 31))).figures
    assert set(told.get_column("group")) == {"returned-idps", "idps-new"}
    after = dict(zip(told.get_column("group"), told.get_column("value"), strict=True))
    assert after["returned-idps"] == pytest.approx(50 + after["idps-new"])


def test_every_row_is_led_back_to_its_inputs() -> None:
    found = balanced(rows(*sexes(1001, 701, 411), *sexes(50, 30, 20, group="asylum-seekers")), Balancing())
    by_row = {row: sorted(part.get_column("input_row")) for (row,), part in found.lineage.group_by("row")}
    moved = found.figures.with_row_index("at").filter(F.group == "refugees").get_column("at").to_list()
    assert all(by_row[at] == [0, 1, 2] for at in moved)
    still = found.figures.with_row_index("at").filter(F.group != "refugees").get_column("at").to_list()
    assert sorted(by_row[at] for at in still) == [[3], [4], [5]]


def test_the_strictest_licence_of_its_inputs_binds_an_adjusted_figure() -> None:
    bound = sexes(1001, 701, 411)
    bound[2]["licence"] = "private"
    told = balanced(rows(*bound), Balancing()).figures
    assert told.get_column("licence").unique().to_list() == ["private"]


@st.composite
def tables(draw: st.DrawFn) -> pl.DataFrame:
    """Origins by sex and age as agencies publish them: sums that do not hold, cells suppressed, a population that is too small."""
    told: list[dict[str, object]] = []
    count = st.one_of(st.integers(0, 3_000_000), st.integers(0, 20))
    for origin in draw(st.lists(st.sampled_from(["VEN", "CUB", "XXX"]), min_size=1, unique=True)):
        for sex in ("all", *SEXES):
            for start, end in ((0, None), *BANDS):
                if draw(st.booleans()):
                    continue
                value = draw(st.one_of(count, st.none())) if draw(st.integers(0, 9)) == 0 else draw(count)
                status = "counted" if value is not None else "suppressed"
                told.append(figure(origin=origin, sex=sex, age_from=start, age_to=end, value=value, status=status))
    told += [figure(origin=None, value=draw(count))] if draw(st.booleans()) else []
    told += (
        [figure(group="people", origin=None, counter="unpd", source="unpd.wpp@2024", value=draw(count))]
        if draw(st.booleans())
        else []
    )
    return rows(*told)


@given(figures=tables())
@settings(max_examples=8)
def test_after_a_balance_no_hard_constraint_is_off_by_more_than_a_person(figures: pl.DataFrame) -> None:
    before = figures.clone()
    assert off_at_most(figures) <= 1.0
    found = balanced(figures, Balancing())
    assert figures.equals(before)
    sound = require(
        found.figures.with_columns(run=pl.lit("b"), row=pl.Series(range(found.figures.height), dtype=pl.UInt32))
    )
    inside = sound.filter(F.low.is_not_null() & F.value.is_not_null())
    assert inside.filter(~F.value.is_between(F.low, F.high)).is_empty()


def told(found: Derived) -> pl.DataFrame:
    """What a balance says, whatever its rows' order."""
    key = ("group", "origin", "place", "sex", "age_from", "age_to", "value", "status")
    plain = found.figures.with_columns(
        pl.col("sex").cast(pl.String), pl.col("status").cast(pl.String), F.value.round(3)
    )
    return plain.select(key).sort(key)


def test_the_order_of_rows_changes_nothing_and_the_same_figures_give_the_same_balance() -> None:
    bands = [
        figure(sex=sex, age_from=a, age_to=b, value=v) for sex, v in (("female", 301), ("male", 207)) for a, b in BANDS
    ]
    figures = rows(*sexes(1001, 701, 411), *bands, figure(origin=None, value=907))
    first = told(balanced(figures, Balancing()))
    assert first.equals(told(balanced(figures, Balancing())))
    assert first.equals(told(balanced(figures.reverse(), Balancing())))


def test_the_card_says_what_it_reads_and_writes() -> None:
    assert (BALANCED.name, BALANCED.reads, BALANCED.writes) == ("reconcile.balanced@1", "published", "reconciled")


# -- the jobs and the commands ------------------------------------------------------------------------------------------


def kept(*given_rows: dict[str, object]) -> Memory:
    store = Memory()
    store.put(batch("r", *given_rows))
    return store


def test_a_balance_is_kept_once_as_a_run_and_traced() -> None:
    store = kept(*sexes(1001, 701, 411))
    request = BalanceRequest(country="COL", year=2025, keep=True)
    first, second = (balance_job(request, store, NOW) for _ in range(2))
    assert first["run"] == second["run"]
    told = store.get(Ask(run=first["run"]))
    assert told.height == 3
    whole = told.filter(F.sex == "all").row(0, named=True)
    led = trace(f"{whole['run']}:{whole['row']}", store)
    assert sorted(one["figure"]["value"] for one in led["inputs"]) == [411, 701, 1001]
    assert sorted(store.get(Ask(run="r")).get_column("value")) == [411, 701, 1001]


def test_without_keep_the_store_is_as_it_was() -> None:
    store = kept(*sexes(1001, 701, 411))
    found = balance_job(BalanceRequest(country="COL", year=2025), store, NOW)
    assert (found["run"], found["adjusted"], found["broken_before"]) == (None, 3, 1)
    assert [run.id for run in store.runs()] == ["r"]


def test_nothing_to_check_and_nothing_to_balance_is_said() -> None:
    store = kept(figure())
    with pytest.raises(NothingFound, match="nothing to check"):
        check(CheckRequest(country="COL"), store)
    with pytest.raises(NothingFound, match="nothing to balance"):
        balance_job(BalanceRequest(country="COL", year=2025), store, NOW)
    with pytest.raises(NothingFound, match="no figure about Peru"):
        check(CheckRequest(country="PER"), store)


def test_a_check_as_of_a_day_looks_at_what_was_known_then() -> None:
    early = sexes(1001, 501, 411, 89, known=date(2026, 1, 1))
    late = sexes(1001, 701, 411, 89, known=date(2026, 6, 1), source="unhcr.population@2026-06-01")
    store = Memory()
    store.put(batch("r", *early))
    store.put(batch("s", *late))
    assert failed(check(CheckRequest(country="COL", year=2025), store))
    assert not failed(check(CheckRequest(country="COL", year=2025, as_of=date(2026, 2, 1)), store))


@pytest.fixture
def home(edition: Disk, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QANAT_HOME", str(edition.home))
    return edition.home


def document(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> dict[str, Any]:
    """A command's document, checked against its published schema."""
    assert main([*arguments, "--json"]) == code
    content: dict[str, Any] = json.loads(capsys.readouterr().out)
    schema = json.loads(files("qanat.cli").joinpath("schemas", f"{arguments[0]}.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, schema, format_checker=jsonschema.FormatChecker())
    return content


@pytest.mark.usefixtures("home")
def test_check_finds_that_idmcs_total_and_its_sexes_differ(capsys: pytest.CaptureFixture[str]) -> None:
    # GIDD of May 2025: 411,685 people by sex and age, and a total of 379,000 in UNHCR's copy of IDMC's table
    found = document(capsys, 4, "check", "Niger", "--year", "2024", "--group", "idps")
    (one,) = (violation for violation in found["violations"] if violation["verdict"] == "real")
    assert (one["kind"], one["left"], one["right"], one["size"]) == ("sexes", 411_685, 379_000, 32_685)
    assert len(one["figures"]) == 11
    assert all(re.fullmatch(r"[\w.@+-]+:\d+", term["cite"]) for term in one["figures"])


@pytest.mark.usefixtures("home")
def test_check_gives_0_where_intervals_explain_what_does_not_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, 0, "check", "HTI", "--year", "2024", "--group", "idps")
    (one,) = found["violations"]
    assert (one["verdict"], one["size"], one["beyond"]) == (
        "within_intervals",
        463,
        0,
    )  # 1,037,463 by sex and age, 1,037,000 told
    assert main(["check", "HTI", "--year", "2024", "--group", "idps"]) == 0
    assert "1 within the figures' intervals" in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_check_says_3_where_there_is_nothing_and_2_where_the_question_is_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "AFG", "--year", "1951"]) == 3
    assert main(["check"]) == 2
    assert main(["check", "AFG", "--all"]) == 2
    assert main(["check", "AFG", "--group", "idsp"]) == 2
    assert "did you mean idps?" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_balance_shows_each_adjustment_with_what_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, 0, "balance", "NER", "--year", "2024")
    (total,) = (
        one
        for one in found["adjustments"]
        if one["counter"] == "idmc" and one["group"] == "idps" and one["sex"] == "all"
    )
    assert (total["before"], total["leaves"], total["flags"]) == (379_000, False, ["SUM_MISMATCH"])
    assert 379_000 < total["after"] < 411_685
    parts = [
        one["after"]
        for one in found["adjustments"]
        if one["counter"] == "idmc" and one["group"] == "idps" and one["sex"] != "all"
    ]
    assert sum(parts) == pytest.approx(total["after"], abs=0.05)
    assert found["most_off"] <= 1
    assert main(["balance", "NER", "--year", "2024"]) == 0
    assert re.search(r"379,000 +407,079 +\+28,079 .*SUM_MISMATCH +idmc idps in Niger", capsys.readouterr().out)


@pytest.mark.usefixtures("home")
def test_balance_names_the_smallest_conflict_and_exits_4(capsys: pytest.CaptureFixture[str], edition: Disk) -> None:
    found = check(CheckRequest(country="NER", year=2024, group="idps"), edition)
    cites = [term["cite"] for one in found["violations"] for term in one["figures"]]
    assert main(["balance", "NER", "--year", "2024", *(word for cite in cites for word in ("--hold", cite))]) == 4
    told = capsys.readouterr().err
    assert "cannot all hold" in told
    assert "these 11 cannot all hold" in told
    assert told.count("is held at") == 10  # the total of 379,000, cells that pass it by themselves, and the sum


@pytest.mark.slow
@pytest.mark.parametrize("year", [2001, 2012, 2024, 2025])
def test_the_world_balances_within_a_person(edition: Disk, year: int) -> None:
    found = balance_job(BalanceRequest(country=None, year=year), edition, NOW)
    assert found["figures"] > 15_000
    assert found["most_off"] <= 1.0


def test_the_measure_of_a_balance_counts_a_shortage_only_where_all_parts_are_told() -> None:
    short = balance(rows(*sexes(1001, 501, 301)), Balancing())
    assert off(short.before).to_list() == [0.0]
    told = balance(rows(*sexes(1001, 501, 301, 101)), Balancing())
    assert (off(told.before).to_list(), broken(told.before).to_list(), broken(told.after).to_list()) == (
        [98.0],
        [True],
        [False],
    )


WITHOUT = "import sys; sys.modules['numpy'] = sys.modules['scipy'] = None; from qanat.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [("check", 4, "idmc idps in Niger"), ("balance", 2, 'pip install "qanat[engines]"')],
)
def test_checking_needs_no_numpy_and_balancing_says_how_to_get_it(
    edition: Disk, command: str, code: int, told: str
) -> None:
    asked = [sys.executable, "-c", WITHOUT, command, "NER", "--year", "2024", "--home", str(edition.home)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert told in done.stdout + done.stderr


def test_an_adjusted_figure_travels_as_far_as_the_strictest_of_all_that_moved_it() -> None:
    """Women and men make Colombia's total, which lies within its people: a bound count of these people moves women too."""
    inside = {"group": "idps", "origin": "COL"}
    told = balanced(
        rows(
            figure(**inside, value=100.0), figure(**inside, sex="female", value=70.0), figure(**inside, sex="male", value=60.0),
            figure(group="people", origin=None, counter="unpd", value=90.0, licence="IOM-DTM"),
            figure(place="PER", value=7.0), figure(place="PER", sex="female", value=3.0), figure(place="PER", sex="male", value=4.0),
        ),
        Balancing(),
    )  # fmt: skip
    found = told.figures.select("place", "sex", "licence").rows()
    assert {row[2] for row in found if row[0] == "COL"} == {"private"}
    assert {row[2] for row in found if row[0] == "PER"} == {"CC-BY-4.0"}
    women = told.figures.with_row_index("at").filter((F.group == "idps") & (F.sex == "female")).item(0, "at")
    assert 3 not in told.lineage.filter(pl.col("row") == women).get_column(
        "input_row"
    )  # no constraint of theirs names it
