"""Every way out of a store: what may not be passed on, and what is made of it, is in no file unless it is asked for and marked."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import UnionType
from typing import Any, Final, get_args, get_type_hints

import jsonschema
import polars as pl
import pytest
import zstandard

import qanat
from qanat.brief.files import cited_csv, document_json
from qanat.cli import main
from qanat.cli.commands import app
from qanat.cli.reference import commands
from qanat.edition import embedded
from qanat.errors import LicenceError
from qanat.figures.licensing import may_travel
from qanat.jobs.brief import BriefRequest, Told, brief
from qanat.jobs.corridor import CorridorRequest, corridor, document
from qanat.jobs.edition import contents
from qanat.jobs.opening import open_store
from qanat.jobs.passing import passable
from qanat.store import Ask, Disk
from tests.bound import DTM, SECRETS, STOCKS, SURVEY, Homes, homes
from tests.registers import NOW, secret, trusted

# what is printed is for whoever asks and stays in the terminal: these write no file
PRINTED: Final = (
    "aside", "balance", "check", "config", "diff", "edition show", "endorse show", "figures", "flows check", "flows drivers", "flows explain", "flows show",
    "flows why", "listed", "probe", "remittances", "show", "sources", "status", "trace", "witness show",
)  # fmt: skip
# these write into the store, which is private
KEPT: Final = ("edition restore", "endorse take", "mirror import", "pull", "witness take")
# these write files that hold no figure of a store, and why
WITHOUT: Final = {
    "edition build": "the published tables of its list, whose licences it requires to be open (test_licensing)",
    "endorse key": "a key",
    "endorse sign": "a statement: it names figures by citation and digest (tested below)",
    "import": "a draft says what the columns of a file mean",
    "mirror assemble": "copies files that lie in a folder already, and names those that must stay (tested below)",
    "witness ask": "digests of the log (tested below)",
    "witness key": "a key",
    "witness sign": "a signature under digests of the log",
}
LEFT_OUT: Final[dict[str, list[str]]] = {
    "brief": ["URY", "--out", "{out}"],
    "flows page": ["VEN", "COL", "--out", "{out}"],
    "mirror export": ["{out}/all.qanat"],
}
_INVEST: Final = "COL --group refugees --origin VEN --wage 2400 --employment 0.5 --cost 100 --adults 0.6 --effect employment-points=0.05,0.02 --draws 200"  # fmt: skip
_PERIOD: Final = "--start 2015 --end 2020"
REFUSED: Final[dict[str, list[str]]] = {
    "compare": ["URY", "idps", "--year", "2021", "--svg", "{out}/chart.svg"],
    "flows estimate": [*_PERIOD.split(), "--method", "min", "--out", "{out}/flows.csv"],
    "flows years": [*_PERIOD.split(), "--method", "min", "--out", "{out}/years.csv"],
    "invest": [*_INVEST.split(), "--out", "{out}"],
    "verify": ["--figure", "round:0", "--out", "{out}/figure.json"],
}
MORE: Final = [
    *REFUSED.items(),
    ("compare", ["URY", "idps", "--year", "2021", "--lang", "ar", "--svg", "{out}/chart.svg"]),
    ("compare", ["World", "idps", "--year", "2021", "--svg", "{out}/chart.svg"]),
    ("flows estimate", [*_PERIOD.split(), "--method", "best", "--draws", "20", "--draws-out", "{out}/draws.parquet"]),
    ("verify", ["--figure", "{flows}:0", "--out", "{out}/figure.json"]),
]
MARKS: Final = ("INTERNAL", "LICENCE_RESTRICTED", "داخلي", "private")  # what a file that must stay says of itself
READ: Final = (
    "home",
    "keys",
    "flows",
    "ties",
    "countries",
    "deaths",
    "stocks",
    "mirror",
    "reported",
)  # files to be read


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    return homes(tmp_path_factory.mktemp("doors"))


@pytest.fixture(scope="module")
def bound(both: Homes) -> Iterator[Disk]:
    store = open_store(both.bound)
    yield store
    store.close()


@pytest.fixture(scope="module")
def free(both: Homes) -> Iterator[Disk]:
    store = open_store(both.free)
    yield store
    store.close()


@pytest.fixture(scope="module")
def uruguay(bound: Disk) -> Told:
    """Uruguay's brief of the store with what may not be passed on."""
    return brief(BriefRequest(country="URY"), bound, NOW)


@pytest.fixture(scope="module")
def inside(bound: Disk) -> Told:
    """The same as an internal brief."""
    return brief(BriefRequest(country="URY", internal=True), bound, NOW)


@dataclass(frozen=True)
class Said:
    """What a command did: its exit code, what it printed and complained, the files it wrote."""

    code: int
    told: str
    wrong: str
    out: Path

    @property
    def files(self) -> list[Path]:
        return sorted(file for file in self.out.rglob("*") if file.is_file())


def called(
    both: Homes, capsys: pytest.CaptureFixture[str], out: Path, command: str, arguments: list[str], *more: str
) -> Said:
    """A command asked of the store with figures that may not be passed on, writing below `out`."""
    words = {"{out}": str(out), "{flows}": both.flows}
    filled = [next((one.replace(hole, word) for hole, word in words.items() if hole in one), one) for one in arguments]
    out.mkdir(exist_ok=True)
    code = main([*command.split(), *filled, *more, "--home", str(both.bound)])
    printed = capsys.readouterr()
    return Said(code, printed.out, printed.err, out)


def forms(number: int) -> tuple[str, ...]:
    return (str(number), f"{number:,}", f"{number:,}".replace(",", "\u00a0"), f"{number / 1e6:.3g}\u00a0million")


def test_no_command_is_without_a_decision_on_what_it_may_write() -> None:
    assert set(commands()) == {*PRINTED, *KEPT, *WITHOUT, *LEFT_OUT, *REFUSED}


@pytest.mark.parametrize("command", PRINTED)
def test_a_command_that_only_prints_has_no_option_for_a_file_to_be_written(command: str) -> None:
    found: Any = app
    for name in command.split():
        found = found[name]
    hints = get_type_hints(found.default_command)
    written = {name for name, kind in hints.items() if name != "return" and _is_path(kind) and name not in READ}
    assert written == set()


def _is_path(kind: Any) -> bool:
    return kind is Path or (isinstance(kind, UnionType) and Path in get_args(kind))


@pytest.mark.parametrize(("command", "arguments"), MORE)
def test_a_file_that_would_rest_on_what_may_not_be_passed_on_is_refused_by_name(
    both: Homes, capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, arguments: list[str]
) -> None:
    said = called(both, capsys, tmp_path / "out", command, arguments)
    assert said.code == 1
    assert "LICENCE_RESTRICTED" in said.wrong
    assert any(source in said.wrong for source in (DTM, SURVEY, STOCKS))
    assert "--internal" in said.wrong
    assert said.files == []


@pytest.mark.parametrize(("command", "arguments"), MORE)
def test_a_file_asked_for_as_an_internal_one_says_that_it_must_stay(
    both: Homes, capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, arguments: list[str]
) -> None:
    said = called(both, capsys, tmp_path / "out", command, arguments, "--internal")
    assert said.code == 0
    assert said.files != []
    for file in said.files:
        text = str(pl.read_parquet(file)) if file.suffix == ".parquet" else file.read_text(encoding="utf-8")
        assert any(mark in text for mark in MARKS)
        if file.suffix == ".json":
            content = json.loads(text)
            name = str(content["schema"]).removeprefix("qanat.").split("/")[0]
            told = files("qanat.cli").joinpath("schemas", f"{name}.json").read_text(encoding="utf-8")
            jsonschema.validate(content, json.loads(told))


@pytest.mark.parametrize("command", LEFT_OUT)
def test_what_tells_of_everything_held_leaves_it_out_and_names_it(
    both: Homes, capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    said = called(both, capsys, tmp_path / "out", command, LEFT_OUT[command])
    assert said.code == 0
    assert "LICENCE_RESTRICTED" in said.told
    assert said.files != []
    for file in said.files:
        if file.suffix in (".html", ".json", ".csv"):
            text = file.read_text(encoding="utf-8")
            assert [form for number in SECRETS for form in forms(number) if form in text] == []


def test_a_brief_is_the_same_as_without_the_figures_it_may_not_use(uruguay: Told, free: Disk) -> None:
    assert_alike(brief(BriefRequest(country="URY"), free, NOW), uruguay)


@pytest.mark.slow
def test_so_is_a_brief_with_flows(bound: Disk, free: Disk) -> None:
    told = [brief(BriefRequest(country="COL"), store, NOW) for store in (free, bound)]
    assert_alike(*told)
    assert {one.source.split(" + ")[0] for one in told[1].brief.bound} == {SURVEY, STOCKS}


def assert_alike(*told: Told) -> None:
    """Two briefs say the same, by the same figures."""
    tables = [pl.read_csv(cited_csv(one.brief, one.figures), infer_schema=False).drop("cite") for one in told]
    assert tables[0].sort(pl.all()).equals(tables[1].sort(pl.all()))
    plain = [json.loads(document_json(one.brief, one.voice)) for one in told]
    assert [_without_runs(one["sections"]) for one in plain[:1]] == [
        _without_runs(one["sections"]) for one in plain[1:]
    ]
    assert [one["headline"]["text"] for one in plain[:1]] == [one["headline"]["text"] for one in plain[1:]]


def _without_runs(content: Any) -> Any:
    """The same without the names of runs, which hang on what was left out."""
    if isinstance(content, list):
        return [_without_runs(one) for one in content]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(content, dict):
        return {name: _without_runs(one) for name, one in content.items() if name != "figures" or not _cites(one)}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return content


def _cites(one: Any) -> bool:
    return isinstance(one, list) and all(isinstance(cite, str) for cite in one)  # pyright: ignore[reportUnknownVariableType]


def test_a_brief_names_all_it_leaves_out(uruguay: Told) -> None:
    assert {(one.source, one.figures) for one in uruguay.brief.bound} == {(DTM, 1)}


def test_a_brief_does_not_tell_the_figure_an_agency_counts_instead_where_it_may_not(
    uruguay: Told, inside: Told
) -> None:
    notes = uruguay.brief.notes
    assert any("disputes this figure" in note and "is not told here (LICENCE_RESTRICTED)" in note for note in notes)
    assert not any("7,654,321" in note for note in notes)
    assert any("It counts 7,654,321 (round:0)" in note for note in inside.brief.notes)


@pytest.mark.slow
def test_a_brief_takes_in_no_return_that_may_not_be_passed_on(
    both: Homes, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    made = called(both, capsys, tmp_path / "made", "invest", REFUSED["invest"], "--internal")
    given = ["COL", "--out", "{out}", "--invest", str(made.out / "invest.json")]
    refused = called(both, capsys, tmp_path / "brief", "brief", given)
    assert refused.code == 1
    assert SURVEY in refused.wrong
    assert refused.files == []
    assert called(both, capsys, tmp_path / "brief", "brief", given, "--internal").code == 0


def test_a_return_travels_as_far_as_the_strictest_figure_behind_it(bound: Disk, both: Homes) -> None:
    """Counted openly, but what sending money costs is nobody's to pass on."""
    price = bound.get(Ask(measure="price", origin="COL", place="VEN", counter="worldbank"))
    assert price.height
    rows = bound.get(Ask(run=both.mixed))
    assert set(rows.get_column("licence")) == {"private"}


def test_a_page_of_a_corridor_is_the_same_as_without_what_it_may_not_use(bound: Disk, free: Disk) -> None:
    request = CorridorRequest(origin="VEN", place="COL")
    told = [document(corridor(request, store, NOW), Path("x")) for store in (free, bound)]
    assert told[0]["restricted"] == []
    assert {one["source"].split(" + ")[0] for one in told[1]["restricted"]} == {STOCKS}
    assert told[0] | {"restricted": []} == told[1] | {"restricted": []}


def test_a_mirror_brings_nothing_that_may_not_be_passed_on(
    both: Homes, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = called(both, capsys, tmp_path / "out", "mirror export", LEFT_OUT["mirror export"])
    for name in ("round (IOM-DTM)", "survey (private)", both.flows):
        assert f"LICENCE_RESTRICTED: {name}" in said.told
    every = pl.concat(_figures(said.files[0]))
    assert every.height > 100_000
    assert every.filter(~may_travel()).is_empty()
    assert not {float(number) for number in SECRETS} & set(every.get_column("value").drop_nulls())


def _figures(file: Path) -> Iterator[pl.DataFrame]:
    """The value and licence of every figure in a mirror's runs."""
    with (
        file.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as stream, tarfile.open(fileobj=stream, mode="r|") as tar,
    ):  # fmt: skip
        for member in tar:
            content = tar.extractfile(member)
            data = b"" if content is None else content.read()
            if data[:4] == b"PAR1" and "licence" in pl.read_parquet_schema(io.BytesIO(data)):
                yield pl.read_parquet(io.BytesIO(data), columns=["value", "licence"])


@pytest.mark.parametrize("command", ["endorse sign", "witness ask"])
def test_a_statement_and_a_question_to_a_witness_hold_digests_and_no_number(
    both: Homes, capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    copy = tmp_path / "home"  # a statement is kept in the store's log
    shutil.copytree(both.bound, copy)
    arguments = {
        "endorse sign": ["round:0", "--key", str(secret(tmp_path, "iom")), "--keys", str(trusted(tmp_path, "iom"))],
        "witness ask": [],
    }
    file = tmp_path / "said"
    assert main([*command.split(), *arguments[command], "--out", str(file), "--home", str(copy)]) == 0
    capsys.readouterr()
    text = file.read_text(encoding="utf-8")
    assert [form for number in SECRETS for form in forms(number) if form in text] == []


@pytest.mark.parametrize("words", ["show URY idps --year 2021", "compare URY idps", "compare URY idps --year 2021"])
def test_what_is_printed_says_what_of_it_may_not_be_passed_on(
    both: Homes, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    assert main([*words.split(), "--home", str(both.bound)]) == 0
    told = capsys.readouterr().out
    assert "7,654,321" in told  # the store's own answer has it
    assert "LICENCE_RESTRICTED" in told


def test_python_says_what_of_a_series_may_not_be_passed_on(both: Homes) -> None:
    with qanat.open(both.bound) as picture:
        series = picture["URY"].idps.inside
        told = f"LICENCE_RESTRICTED: what rests on {DTM} (IOM-DTM) may be used here, not passed on"
        assert series.bound == (told,)
        notebook: Callable[[], str] = getattr(series, "_repr_html_")  # noqa: B009  what a notebook calls
        assert told in notebook()
        assert told in repr(series)
        assert set(series.to_polars().get_column("licence")) >= {"IOM-DTM", "CC-BY-4.0"}
    with qanat.open(both.free) as picture:
        assert picture["URY"].idps.inside.bound == ()


def test_an_open_chart_in_a_store_with_bound_figures_of_other_people_may_be_passed_on(
    both: Homes, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    chart = ["COL", "idps", "--year", "2021", "--svg", "{out}/chart.svg"]
    said = called(both, capsys, tmp_path / "out", "compare", chart)
    assert said.code == 0
    assert "INTERNAL" not in said.files[0].read_text(encoding="utf-8")


def test_a_proof_of_a_total_names_the_bound_figure_it_was_made_from(
    both: Homes, bound: Disk, inside: Told, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = inside.brief.run
    lineage = bound.lineage(run).filter(pl.col("input_run") == "round")
    asked = ["--figure", f"{run}:{lineage.item(0, 'row')}", "--out", "{out}/figure.json"]
    said = called(both, capsys, tmp_path / "out", "verify", asked)
    assert said.code == 1
    assert f"rests on {DTM} (IOM-DTM)" in said.wrong


def test_a_part_of_a_store_keeps_nothing(bound: Disk) -> None:
    seen = passable(bound)
    assert seen.get(Ask(run="round")).is_empty()
    with pytest.raises(AttributeError, match="not kept under the name of the whole"):
        _ = seen.put


def test_a_mirror_folder_of_one_s_own_downloads_says_whose_files_may_not_be_passed_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "round.json").write_text("{}", encoding="utf-8")
    index = tmp_path / "index.toml"
    index.write_text('[[file]]\nsource = "iom.dtm-admin0"\npath = "round.json"\npublished = 2026-06-01\n', "utf-8")
    words = ["mirror", "assemble", str(index), "--tables", str(tmp_path), "--out", str(tmp_path / "mirror")]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "LICENCE_RESTRICTED: files of iom.dtm-admin0 (IOM-DTM) are in it: the folder must not be passed on" in told


def test_every_document_in_the_package_is_open() -> None:
    from qanat.figures.licensing import require_open

    told = [(str(one["id"]), str(one["licence"])) for one in contents()["documents"]]
    for file in Path(str(embedded(""))).iterdir():
        if file.name.endswith(".documents.json"):
            told += [(one["id"], one["licence"]) for one in json.loads(file.read_text(encoding="utf-8"))]
    assert len(told) > 20
    require_open(told, "the edition")
    with pytest.raises(LicenceError):
        require_open([*told, (DTM, "IOM-DTM")], "the edition")
