"""What goes with larger flows, and why a flow changed: the fit against pyfixest itself, shares that add up, words."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from dataclasses import replace
from importlib import import_module
from importlib.resources import files
from math import exp, log
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qanat.cli import main
from qanat.errors import AskError, FigureError, NothingFound, SourceError
from qanat.estimate.contributions import Change, why
from qanat.estimate.drivers import EFFECTS, Drivers, Effects, Fitted, fitted, moving, terms_of
from qanat.estimate.panel import NATIONAL, TERMS, Evidence, Panel, panel
from qanat.jobs.driver_tables import TablesRequest, flows_of, gathered
from qanat.maths.log_mean import logarithmic_mean
from qanat.store import Memory

CODES = ("AUT", "BEL", "CHE", "DEU", "ESP", "FRA", "GBR", "ITA", "NLD", "POL", "PRT", "SWE")
PERIODS = ((2000, 2005), (2005, 2010), (2010, 2015))


def made(seed: int = 5) -> tuple[pl.DataFrame, Evidence]:
    """Flows between twelve countries over three periods, drawn around a gravity law with known coefficients."""
    rng = np.random.default_rng(seed)
    pairs = [(a, b) for a in CODES for b in CODES if a != b]
    ties = pl.DataFrame(
        {
            "origin": [a for a, _ in pairs], "place": [b for _, b in pairs], "distance": rng.uniform(200, 3_000, len(pairs)),
            "contig": rng.integers(0, 2, len(pairs)), "language": rng.integers(0, 2, len(pairs)), "colony": rng.integers(0, 2, len(pairs)),
        }
    )  # fmt: skip
    years = [(code, year) for code in CODES for year in range(2000, 2015)]
    countries = pl.DataFrame(
        {
            "place": [code for code, _ in years], "year": [year for _, year in years],
            "income": rng.uniform(5e3, 6e4, len(years)), "population": rng.uniform(5e6, 8e7, len(years)),
        }
    )  # fmt: skip
    deaths = pl.DataFrame(
        {"place": [c for c, _ in years], "year": [y for _, y in years], "deaths": rng.integers(0, 300, len(years))}
    )
    stocks = pl.concat(
        [
            ties.select("origin", "place", value=pl.Series(rng.integers(0, 90_000, len(pairs)))).with_columns(
                year=pl.lit(start)
            )
            for start, _ in PERIODS
        ]
    )
    evidence = Evidence(ties=ties, countries=countries, deaths=deaths, stocks=stocks)
    blank = pl.concat(
        [ties.select("origin", "place", start=pl.lit(a), end=pl.lit(b), flow=pl.lit(1.0)) for a, b in PERIODS]
    )
    law = panel(blank, evidence, tuple(TERMS), zeros=False).rows
    mean = np.exp(
        14
        - law.get_column("ldist").to_numpy()
        + 0.5 * law.get_column("contig").to_numpy()
        + 0.3 * law.get_column("lstock").to_numpy()
        - 3
    )
    return law.select("origin", "place", "start", "end", flow=pl.Series(rng.poisson(mean).astype(float))), evidence


@pytest.fixture(scope="module")
def world() -> tuple[pl.DataFrame, Evidence]:
    return made()


@pytest.mark.parametrize("effects", ["two-way", "pair", "year"])
def test_coefficients_and_errors_are_those_of_pyfixest_called_directly(
    effects: Effects, world: tuple[pl.DataFrame, Evidence]
) -> None:
    data = panel(*world, terms_of(effects, diaspora=True), zeros=False)
    ours = fitted(data, Drivers(effects=effects))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs: Any = import_module("pyfixest").fepois(
            f"flow ~ {' + '.join(ours.terms)} | {' + '.join(EFFECTS[effects])}",
            data.rows.to_pandas(),
            vcov={"CRV1": "pair"},
        )
    for row in ours.coefficients.to_dicts():
        assert row["estimate"] == pytest.approx(theirs.coef()[row["term"]], abs=1e-6)
        assert row["error"] == pytest.approx(theirs.se()[row["term"]], abs=1e-6)


def test_the_law_that_drew_the_flows_is_found_again(world: tuple[pl.DataFrame, Evidence]) -> None:
    fit = fitted(panel(*world, terms_of("two-way", diaspora=True), zeros=False), Drivers())
    told = {row["term"]: (row["estimate"], row["error"]) for row in fit.coefficients.to_dicts()}
    for term, truth in (("ldist", -1.0), ("contig", 0.5), ("lstock", 0.3), ("language", 0.0)):
        assert abs(told[term][0] - truth) < 3 * told[term][1]
        assert told[term][1] < 0.01


def test_two_way_effects_leave_only_what_lies_between_two_countries() -> None:
    assert not set(terms_of("two-way", diaspora=False)) & set(NATIONAL)
    assert terms_of("pair", diaspora=False) == NATIONAL


def test_ten_percent_farther_is_told_as_a_share_of_people(world: tuple[pl.DataFrame, Evidence]) -> None:
    fit = fitted(panel(*world, ("ldist",), zeros=False), Drivers())
    row = fit.coefficients.row(0, named=True)
    assert row["said"] == "10 % farther"
    assert row["change"] == pytest.approx(1.1 ** row["estimate"] - 1)
    assert row["change_low95"] == pytest.approx(1.1 ** row["low95"] - 1)


def test_groups_that_moved_nobody_are_left_out_until_none_is_left() -> None:
    rows = pl.DataFrame({"oy": ["a", "a", "b", "b"], "dy": ["x", "y", "x", "z"], "flow": [0.0, 0.0, 5.0, 0.0]})
    kept, left_out = moving(rows, ("oy", "dy"))
    assert kept.rows() == [("b", "x", 5.0)]  # a moved nobody; then y and z received nobody
    assert left_out == 3


def test_separated_corridors_are_counted(world: tuple[pl.DataFrame, Evidence]) -> None:
    flows, evidence = world
    silent = flows.with_columns(
        flow=pl.when((pl.col("origin") == "AUT") & (pl.col("place") == "BEL")).then(0.0).otherwise("flow")
    )
    fit = fitted(panel(silent, evidence, terms_of("pair", diaspora=False), zeros=False), Drivers(effects="pair"))
    assert (fit.separated, fit.corridors, fit.rows) == (3, 131, 393)  # 12 x 11 corridors, less one


def test_too_little_to_learn_from_is_refused(world: tuple[pl.DataFrame, Evidence]) -> None:
    flows, evidence = world
    with pytest.raises(AskError, match="too little to learn from"):
        fitted(panel(flows.head(3), evidence, terms_of("two-way", diaspora=True), zeros=False), Drivers())


def test_a_term_that_is_another_one_over_again_is_refused_by_name(world: tuple[pl.DataFrame, Evidence]) -> None:
    flows, evidence = world
    assert evidence.ties is not None
    neighbours = replace(evidence, ties=evidence.ties.with_columns(language="contig"))
    with pytest.raises(AskError, match=r"language cannot be told apart .*--without ties"):
        fitted(panel(flows, neighbours, terms_of("two-way", diaspora=True), zeros=False), Drivers())


def test_a_table_that_leaves_zeros_out_is_filled_only_when_told_so() -> None:
    flows = pl.DataFrame(
        [("AUT", "BEL", 2000, 2005, 9.0)],
        schema={"origin": pl.String, "place": pl.String, "start": pl.Int32, "end": pl.Int32, "flow": pl.Float64},
        orient="row",
    )
    assert panel(flows, Evidence(), (), zeros=True).rows.select("origin", "place", "flow").rows() == [
        ("AUT", "BEL", 9.0),
        ("BEL", "AUT", 0.0),
    ]
    assert panel(flows, Evidence(), (), zeros=False).rows.height == 1


def test_conflict_deaths_of_a_period_are_summed_and_a_missing_year_is_not_zero(
    world: tuple[pl.DataFrame, Evidence],
) -> None:
    flows, _ = world
    deaths = pl.DataFrame(
        {
            "place": ["AUT"] * 5 + ["BEL"] * 4,
            "year": [2000, 2001, 2002, 2003, 2004, 2000, 2001, 2002, 2003],
            "deaths": [10, 0, 0, 5, 4, 1, 1, 1, 1],
        }
    )
    found = panel(flows.filter(pl.col("start") == 2000), Evidence(deaths=deaths), ("lconf",), zeros=False)
    assert found.rows.get_column("lconf").unique().to_list() == [pytest.approx(log(20))]
    assert found.rows.get_column("origin").unique().to_list() == ["AUT"]
    assert found.short.row(0, named=True)["rows"] == 121  # eleven origins without a full record


def by_hand(before: float, after: float, population: tuple[float, float] = (1e6, 1.1e6)) -> tuple[Panel, Fitted]:
    """One corridor, a coefficient of 1 for population at the origin with variance 0.01, and a common rise of 0.2."""
    rows = pl.DataFrame(
        {
            "origin": ["AUT"] * 2, "place": ["BEL"] * 2, "start": [2000, 2005], "end": [2005, 2010], "flow": [before, after],
            "lpop_orig": [log(one) for one in population],
        },
        schema_overrides={"start": pl.Int32, "end": pl.Int32},
    )  # fmt: skip
    none = (
        rows.clear()
        .select("origin", "place", "start", "end", "flow")
        .with_columns(lacks=pl.lit(None, dtype=pl.List(pl.String)))
    )
    data = Panel(rows=rows, lacking=none, terms=("lpop_orig",), short=pl.DataFrame(), whole=2, people=before + after)
    fit = Fitted(
        effects="pair", formula="", terms=("lpop_orig",), coefficients=pl.DataFrame({"term": ["lpop_orig"], "estimate": [1.0]}),
        covariance=np.array([[0.01]]), years={2000: 0.0, 2005: 0.2}, rows=2, corridors=1, separated=0, likeness=None,
    )  # fmt: skip
    return data, fit


def test_a_doubling_taken_apart_by_hand() -> None:
    """L = (200 - 100) / ln 2 = 144.27; population L ln 1.1 = 13.75; everywhere 0.2 L = 28.85; the rest is 57.40."""
    told = {
        row["driver"]: row
        for row in why(*by_hand(100, 200), Change(origin="AUT", place="BEL", start=2000, end=2005)).rows.to_dicts()
    }
    assert told["population"]["people"] == pytest.approx(13.7504, abs=1e-4)
    assert told["everywhere"]["people"] == pytest.approx(28.8539, abs=1e-4)
    assert told["unexplained"]["people"] == pytest.approx(57.3957, abs=1e-4)
    assert told["population"]["high95"] == pytest.approx(13.7504 * (1 + 0.1 * 1.959964), abs=1e-3)
    assert told["distance"]["people"] == 0
    assert told["population"]["log"] == pytest.approx(log(1.1))
    assert sum(row["log"] for row in told.values()) == pytest.approx(log(2))


@given(
    st.one_of(st.just(0.0), st.floats(1e-3, 1e7)), st.one_of(st.just(0.0), st.floats(1e-3, 1e7)), st.floats(1e4, 1e9), st.floats(1e4, 1e9)
)  # fmt: skip
def test_the_parts_add_up_to_the_change(before: float, after: float, first: float, last: float) -> None:
    found = why(*by_hand(before, after, (first, last)), Change(origin="AUT", place=None, start=2000, end=2005))
    assert found.rows.get_column("people").sum() == pytest.approx(after - before, rel=1e-9, abs=1e-6)


@given(st.floats(1e-3, 1e8), st.floats(1e-3, 1e8))
def test_the_logarithmic_mean_lies_between_the_two_and_is_symmetric(one: float, other: float) -> None:
    found = float(logarithmic_mean(np.array([one]), np.array([other]))[0])
    assert min(one, other) * (1 - 1e-9) <= found <= max(one, other) * (1 + 1e-9)
    assert found == pytest.approx(float(logarithmic_mean(np.array([other]), np.array([one]))[0]), rel=1e-9)


def test_a_corridor_that_began_is_told_apart() -> None:
    found = why(*by_hand(0, 40), Change(origin="AUT", place="BEL", start=2000, end=2005))
    told = dict(found.rows.select("driver", "people").iter_rows())
    assert told["began or ended"] == 40
    assert found.largest == [{"driver": "began or ended", "people": 40.0}]


def test_a_country_s_change_is_the_sum_over_its_corridors_and_those_not_known(
    world: tuple[pl.DataFrame, Evidence],
) -> None:
    flows, evidence = world
    assert evidence.countries is not None
    gap = Evidence(countries=evidence.countries.filter(pl.col("place") != "POL"), deaths=evidence.deaths)
    data = panel(flows, gap, terms_of("pair", diaspora=False), zeros=False)
    found = why(data, fitted(data, Drivers(effects="pair")), Change(origin="AUT", place=None, start=2000, end=2010))
    left = flows.filter(pl.col("origin") == "AUT").group_by("start").agg(pl.col("flow").sum())
    sums = dict(left.iter_rows())
    assert (found.before, found.after) == (sums[2000], sums[2010])
    assert found.rows.get_column("people").sum() == pytest.approx(sums[2010] - sums[2000])
    poland = dict(
        flows.filter((pl.col("origin") == "AUT") & (pl.col("place") == "POL")).select("start", "flow").iter_rows()
    )
    assert dict(found.rows.select("driver", "people").iter_rows())["not known"] == poland[2010] - poland[2000]


def test_a_corridor_without_income_is_refused_with_the_term_and_the_year(world: tuple[pl.DataFrame, Evidence]) -> None:
    flows, evidence = world
    assert evidence.countries is not None
    gap = Evidence(
        countries=evidence.countries.with_columns(income=pl.when(pl.col("place") != "POL").then("income")),
        deaths=evidence.deaths,
    )
    data = panel(flows, gap, terms_of("pair", diaspora=False), zeros=False)
    fit = fitted(data, Drivers(effects="pair"))
    with pytest.raises(
        NothingFound, match=r"POL to AUT: not known are income \(lgdp_orig\) in 2000, 2010.*--without income"
    ):
        why(data, fit, Change(origin="POL", place="AUT", start=2000, end=2010))


# the tables in files


def saved(folder: Path, world: tuple[pl.DataFrame, Evidence]) -> list[str]:
    """The made world as files, and the options that name them."""
    flows, evidence = world
    assert evidence.ties is not None
    assert evidence.countries is not None
    assert evidence.deaths is not None
    assert evidence.stocks is not None
    period = pl.format("{}-{}", "start", "end").alias("period")
    tables = {
        "flows": flows.select(pl.col("origin").alias("orig"), pl.col("place").alias("dest"), period, pl.col("flow").alias("da_pb_closed")),
        "ties": evidence.ties.rename({"origin": "iso_o", "place": "iso_d", "distance": "dist", "language": "comlang_off"}),
        "countries": evidence.countries.rename({"place": "iso3"}), "deaths": evidence.deaths.rename({"place": "iso3", "deaths": "conflict_deaths"}),
        "stocks": evidence.stocks.rename({"origin": "orig", "place": "dest"}),
    }  # fmt: skip
    options: list[str] = []
    for name, table in tables.items():
        table.write_parquet(folder / f"{name}.parquet")
        options += [f"--{name}", str(folder / f"{name}.parquet")]
    return options


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        files("qanat.cli").joinpath("schemas", f"{name}.json").read_text(encoding="utf-8")
    )
    return found


def test_the_drivers_are_told_with_their_schema_a_warning_and_a_fit_on_reported_flows(
    tmp_path: Path, world: tuple[pl.DataFrame, Evidence], capsys: pytest.CaptureFixture[str]
) -> None:
    options = saved(tmp_path, world)
    yearly = world[0].select(orig="origin", dest="place", year="start", reported_by_destination="flow")
    yearly.write_parquet(tmp_path / "reported.parquet")
    assert main(["flows", "drivers", *options, "--reported", str(tmp_path / "reported.parquet"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, schema("flows-drivers"))
    assert found["built_from_stocks"] is True
    assert "computed from stocks" in found["warnings"][0]
    assert found["reported"]["column"] == "reported_by_destination"
    ours, beside = (one["coefficients"] for one in (found["fit"], found["reported"]["fit"]))
    assert [row["estimate"] for row in ours] == pytest.approx(
        [row["estimate"] for row in beside]
    )  # the same flows, so the same fit


def test_a_person_reads_the_drivers_in_words(
    tmp_path: Path, world: tuple[pl.DataFrame, Evidence], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["flows", "drivers", *saved(tmp_path, world), "--effects", "year"]) == 0
    told = capsys.readouterr().out
    assert "10 % farther" in told
    assert "They are no proof of cause." in told


def test_why_is_told_with_its_schema_and_adds_up(
    tmp_path: Path, world: tuple[pl.DataFrame, Evidence], capsys: pytest.CaptureFixture[str]
) -> None:
    options = saved(tmp_path, world)
    for ends in (["AUT", "BEL"], ["--from", "Austria"], ["--to", "DEU"]):
        assert main(["flows", "why", *ends, "--start", "2000", "--end", "2010", *options, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        jsonschema.validate(found, schema("flows-why"))
        assert sum(row["people"] for row in found["drivers"]) == pytest.approx(found["change"])
    assert main(["flows", "why", "AUT", "BEL", "--start", "2000", "--end", "2010", *options]) == 0
    assert capsys.readouterr().out.startswith("People who moved from Austria to Belgium: ")


def test_questions_that_cannot_be_put_are_refused_with_a_remedy(
    tmp_path: Path, world: tuple[pl.DataFrame, Evidence], capsys: pytest.CaptureFixture[str]
) -> None:
    options = saved(tmp_path, world)
    for ask, remedy in (
        (["why", "AUT", "--start", "2000", "--end", "2005"], "name both ends"),
        (["why", "AUT", "AUT", "--start", "2000", "--end", "2005"], "name two"),
        (["why", "AUT", "BEL", "--start", "2000", "--end", "2020"], "periods begin in 2000, 2005, 2010"),
        (["drivers", "--without", "wealth"], "there are distance, ties"),
        (["drivers", "--column", "da_pb"], "has no column da_pb"),
    ):
        assert main(["flows", *ask, *options]) in (1, 2, 3)
        assert remedy in capsys.readouterr().err


def test_faulty_flows_are_told_with_pair_and_year(tmp_path: Path) -> None:
    path = tmp_path / "flows.csv"
    path.write_text(
        "orig,dest,period,flow\nAUT,BEL,2000-2005,-4\nAUT,SCG,2000-2005,4\nAUT,BEL,soon,3\nAUT,AUT,2000-2005,7\n",
        encoding="utf-8",
    )
    with pytest.raises(FigureError) as caught:
        flows_of(path, None)
    told = {(row["row"], row["column"]): row["fault"] for row in caught.value.problems.to_dicts()}
    assert told[1, "flow"] == "is negative (AUT to BEL, 2000)"
    assert told[2, "place"].startswith("is a State that no longer is")
    assert told[3, "year"].startswith("is no year")
    path.write_text("orig,dest,flow\nAUT,BEL,4\n", encoding="utf-8")
    with pytest.raises(SourceError, match="tells no period"):
        flows_of(path, None)


def test_incomes_that_are_not_above_zero_are_faults(tmp_path: Path, world: tuple[pl.DataFrame, Evidence]) -> None:
    saved(tmp_path, world)
    bad = tmp_path / "bad.csv"
    bad.write_text("iso3,var,year,value\nAUT,income,2000,0\nAUT,pop,2000,8000000\nANT,pop,2000,5\n", encoding="utf-8")
    with pytest.raises(FigureError, match=r"row 1, income = '0': is not above 0 \(AUT, 2000\)"):
        gathered(TablesRequest(flows=tmp_path / "flows.parquet", countries=bad), Memory)


WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("numpy", "pyfixest"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
from qanat.cli import main
print([main(["flows", "check", "--stocks", "x.csv"]), main(["flows", "drivers", "--flows", "x.csv"])])
"""


def test_without_the_extras_the_commands_say_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, timeout=120, check=True, cwd=tmp_path
    )
    assert done.stdout.strip() == "[2, 2]"
    assert 'pip install "qanat[engines]"' in done.stderr
    assert 'pip install "qanat[drivers]"' in done.stderr


def test_a_store_without_flows_says_what_brings_them() -> None:
    with pytest.raises(NothingFound, match="flows estimate --keep"):
        gathered(TablesRequest(), Memory)


def test_a_driver_no_table_tells_is_named_with_the_option_that_brings_it(
    tmp_path: Path, world: tuple[pl.DataFrame, Evidence], capsys: pytest.CaptureFixture[str]
) -> None:
    options = saved(tmp_path, world)
    bare = [
        option
        for at in range(0, len(options), 2)
        if options[at] in ("--flows", "--countries")
        for option in options[at : at + 2]
    ]
    pl.read_parquet(tmp_path / "countries.parquet").drop("income").write_parquet(tmp_path / "countries.parquet")
    home = ["--home", str(tmp_path / "store")]
    assert (
        main(["flows", "why", "AUT", "BEL", "--start", "2000", "--end", "2010", *bare, *home, "--without", "diaspora"])
        == 0
    )
    told = capsys.readouterr().out
    assert "Not in the model, since no table tells it: income (--countries), conflict (--deaths)." in told


@pytest.mark.slow
def test_the_published_flows_give_the_reference_coefficients(shared: Path) -> None:
    """Reference: 292,340 rows; ours has every pair CEPII knows (331,142), so they agree to 0.2 of a standard error, not to 1e-6."""
    reference = json.loads((shared / "flows/reference/ppml_gravity_pyfixest.json").read_text(encoding="utf-8"))
    tables = TablesRequest(
        flows=shared / "flows/abel_cohen_2025release_bilat_mig.parquet", ties=shared / "drivers/cepii_geodist_bilateral.parquet",
        stocks=shared / "stocks/un_desa_ims2024_bilateral.parquet", countries=shared / "drivers/gdi_indicators.parquet",
        deaths=shared / "drivers/ucdp_conflict_deaths_eu.parquet",
    )  # fmt: skip
    found = gathered(tables, Memory)
    names = {"ldist": "ldist", "contig": "contig", "language": "comlang_off", "colony": "colony", "lstock": "lstock"}
    for diaspora, key in ((False, "struct_oy_dy"), (True, "struct_oy_dy_stock")):
        fit = fitted(panel(found.flows, found.evidence, terms_of("two-way", diaspora=diaspora), zeros=True), Drivers())
        theirs = reference[f"da_pb_closed__{key}"]
        for row in fit.coefficients.to_dicts():
            name = names[row["term"]]
            assert abs(row["estimate"] - theirs["coef"][name]) < 0.2 * theirs["se"][name]


def test_the_change_in_words_is_the_exponent_of_the_step() -> None:
    assert exp(TERMS["lconf"].step) == pytest.approx(2)
    assert exp(TERMS["ldist"].step) == pytest.approx(1.1)
