"""Corridor pages and the block of a brief on who moved: made of figures in the store, told in two languages."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qanat.brief.charts.trend import Year, runs
from qanat.brief.html import html
from qanat.brief.tell.corridor import Moved
from qanat.brief.tell.moving import newest
from qanat.cli import main
from qanat.errors import AskError, NothingFound
from qanat.jobs.brief import moving
from qanat.jobs.corridor import CorridorRequest, corridor, document, write_page
from qanat.jobs.held_flows import held_flows, moved
from qanat.store import Disk, Memory
from tests.build import batch, figure
from tests.build import document as paper
from tests.test_brief import voice

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
STOCKS, WPP = "unpd.migrant-stock@2024-12-31", "unpd.wpp@2024-07-11"
PAPERS = tuple(
    paper(id=name, publisher=publisher, title=name)
    for name, publisher in ((STOCKS, "UN DESA"), (WPP, "UN DESA"), ("abel-cohen.flows@2025-05-01", "Abel and Cohen"))
)


def flow(origin: str, place: str, value: float, start: int = 2015, **given: object) -> dict[str, object]:
    """An estimate of qanat's of a five-year period, but for what is given."""
    base: dict[str, object] = {
        "stage": "estimated", "measure": "flow", "group": "migrants", "origin": origin, "place": place, "start": date(start, 7, 1), "end": date(start + 5, 7, 1),
        "known": date(2024, 12, 31), "counter": "qanat", "basis": "model", "facet": "concept=transition", "value": value, "status": "estimated",
        "source": f"{STOCKS} + {WPP}", "licence": "CC-BY-3.0-IGO", "method": "flows.best@1",
    }  # fmt: skip
    return figure(**(base | given))


def published(origin: str, place: str, value: float, start: int = 2015) -> dict[str, object]:
    return flow(
        origin,
        place,
        value,
        start,
        stage="published",
        counter="abel-cohen",
        facet=None,
        source="abel-cohen.flows@2025-05-01",
        licence="CC-BY-4.0",
        method="published",
    )


def stock(year: int, value: float, origin: str = "NPL", place: str = "QAT") -> dict[str, object]:
    day = date(year, 7, 1)
    return figure(
        group="migrants", origin=origin, place=place, start=day, end=day, known=date(2024, 12, 31), counter="unpd", basis="mixed", value=value,
        status="estimated", source=STOCKS, licence="CC-BY-3.0-IGO",
    )  # fmt: skip


ROWS = (
    flow("NPL", "QAT", 102_000, low=80_000.0, high=130_000.0, level=0.8), flow("QAT", "NPL", 30_000), flow("NPL", "QAT", 90_000, 2010), flow("NPL", "IND", 400_000), flow("IND", "NPL", 50_000),
    flow("NPL", "QAT", 12_000, sex="female"), flow("NPL", "QAT", 90_000, sex="male"), flow("QAT", "NPL", 3_000, sex="female"), flow("QAT", "NPL", 27_000, sex="male"),
    flow("NPL", "QAT", 98_000, facet="concept=transition;kind=outward"), flow("NPL", "QAT", 4_000, facet="concept=transition;kind=transit"),
)  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Memory:
    held = Memory()
    held.put(batch("flows-best-2015-2020-x", *ROWS, documents=PAPERS[:2]))
    held.put(
        batch(
            "pull-abel-cohen-x",
            published("NPL", "QAT", 140_000),
            published("NPL", "QAT", 60_000, 2005),
            documents=PAPERS[2:],
        )
    )
    held.put(
        batch(
            "unpd-x",
            *(
                stock(year, value)
                for year, value in (
                    (1990, 400),
                    (1995, 900),
                    (2000, 90_000),
                    (2005, 1_200),
                    (2010, 1_500),
                    (2015, 1_900),
                    (2020, 2_400),
                )
            ),
            documents=PAPERS[:1],
        )
    )
    return held


def test_the_headline_tells_the_newest_estimate_and_the_lede_its_interval(store: Memory) -> None:
    page = corridor(CorridorRequest(origin="Nepal", place="QAT"), store, NOW).page
    assert (
        page.headline.text
        == "102,000 people moved from Nepal to Qatar between the middle of 2015 and the middle of 2020"
    )
    assert [one.text for one in page.lede] == [
        "The number lies between 80,000 and 130,000 with a probability of 80%.",
        "In the period before, from 2010 to 2015, it was 90,000.",
        "30,000 moved the other way.",
    ]  # fmt: skip
    assert [key.number.value for key in page.keys] == [102_000, 30_000, 72_000, 2_400]


def test_less_than_one_person_is_nobody_and_no_range() -> None:
    held = Memory()
    held.put(batch("flows-x", flow("ABW", "NRU", 0.2, low=0.0, high=0.4, level=0.8), documents=PAPERS[:2]))
    assert corridor(CorridorRequest(origin="ABW", place="NRU"), held, NOW).page.headline.text.startswith(
        "0 people moved from Aruba to Nauru"
    )


def test_every_number_rests_on_a_figure_of_a_cited_document(store: Memory) -> None:
    page = corridor(CorridorRequest(origin="NPL", place="QAT"), store, NOW).page
    sources = {source for number in page.numbers for source in number.sources}
    assert sources <= {one.id for one in page.documents}
    joined = next(one for one in page.documents if one.id == f"{STOCKS} + {WPP}")
    assert joined.publisher == "qanat"
    assert re.fullmatch("[0-9a-f]{64}", joined.sha256)


def test_who_moved_is_told_by_sex_and_by_birthplace(store: Memory) -> None:
    page = corridor(CorridorRequest(origin="NPL", place="QAT"), store, NOW).page
    told = [one.text for section in page.sections if section.name == "sexes" for one in section.sentences]
    assert told == [
        "From 2015 to 2020, women and girls were 12% of those who moved from Nepal to Qatar.",
        "Both ways taken together, Qatar gained 9,000 women and girls and 63,000 men and boys.",
        "Born where they came from: 96%; returning to the country of their birth: 0%; born in a third country: 4%.",
    ]  # fmt: skip


def test_a_stock_that_stands_apart_is_told_beside_the_flows(store: Memory) -> None:
    told = corridor(CorridorRequest(origin="NPL", place="QAT"), store, NOW)
    sentences = [one.text for section in told.page.sections if section.name == "inside" for one in section.sentences]
    assert len(sentences) == 1
    assert sentences[0].startswith("The stock of 2000, 90,000, stands far apart")


def test_published_releases_stand_beside_in_every_period(store: Memory) -> None:
    page = corridor(CorridorRequest(origin="NPL", place="QAT"), store, NOW).page
    figure_of = next(section for section in page.sections if section.name == "trend").figures[0]
    assert [[cell.text for cell in row] for row in figure_of.table.rows] == [
        ["2005–2010", "Abel and Cohen, 2025", "60,000", ""],
        ["2010–2015", "qanat (best)", "90,000", ""],
        ["2015–2020", "qanat (best)", "102,000", "80,000–130,000 (80%)"],
        ["2015–2020", "Abel and Cohen, 2025", "140,000", ""],
    ]  # fmt: skip


def test_without_an_estimate_the_published_flow_is_told_and_what_makes_one() -> None:
    held = Memory()
    held.put(batch("pull-abel-cohen-x", published("NPL", "QAT", 140_000), documents=PAPERS[2:]))
    told = [one.text for one in corridor(CorridorRequest(origin="NPL", place="QAT"), held, NOW).page.lede]
    assert told[0] == "No interval is known for it."
    assert "qanat flows estimate --keep makes one" in told[-1]


def test_what_cannot_be_told_is_refused_with_a_remedy(store: Memory) -> None:
    for origin, place, error, remedy in (
        ("NPL", "NPL", AskError, "name two"), ("NPL", "Narnia", AskError, "no place"), ("NPL", "FRA", NothingFound, "flows estimate --keep"),
    ):  # fmt: skip
        with pytest.raises(error, match=remedy):
            corridor(CorridorRequest(origin=origin, place=place), store, NOW)
    with pytest.raises(AskError, match="there are: en, ar"):
        corridor(CorridorRequest(origin="NPL", place="QAT", language="tlh"), store, NOW)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_is_one_small_file_without_a_script_or_a_request(store: Memory, tmp_path: Path, language: str) -> None:
    told = corridor(CorridorRequest(origin="NPL", place="QAT", language=language), store, NOW)
    text = write_page(told, tmp_path).read_text(encoding="utf-8")
    assert len(gzip.compress(text.encode())) < 80_000
    assert "<script" not in text
    assert not re.search(r'(?:src|href)="(?!#|https?://|data:)', text)
    assert ('dir="rtl"' in text) == (language == "ar")
    assert html(told.page, told.voice) == text


def test_the_same_store_gives_the_same_page(store: Memory) -> None:
    pages = [
        html(told.page, told.voice)
        for _ in range(2)
        if (told := corridor(CorridorRequest(origin="NPL", place="QAT"), store, NOW))
    ]
    assert pages[0] == pages[1]


def test_the_document_of_a_page_fits_its_schema(store: Memory, tmp_path: Path) -> None:
    told = corridor(CorridorRequest(origin="NPL", place="QAT"), store, NOW)
    found: dict[str, Any] = json.loads(json.dumps(document(told, tmp_path / "x.html")))
    schema = json.loads(files("qanat.cli").joinpath("schemas", "flows-page.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, schema)
    assert found["odd_stocks"] == ["unpd-x:2"]


def test_the_preferred_method_and_the_newest_run_stand_for_qanat() -> None:
    held = Memory()
    held.put(batch("flows-min", flow("NPL", "QAT", 1.0, method="flows.min@1"), documents=PAPERS[:2]))
    held.put(batch("flows-old", flow("NPL", "QAT", 2.0, known=date(2020, 12, 31)), documents=PAPERS[:2]))
    held.put(batch("flows-new", flow("NPL", "QAT", 3.0), documents=PAPERS[:2]))
    assert held_flows(held, "NPL").get_column("value").to_list() == [3.0]


def test_yearly_movements_and_figures_that_may_not_travel_are_no_part_of_it() -> None:
    held = Memory()
    moves = flow("NPL", "QAT", 9.0, unit="movements")
    bound = flow("NPL", "IND", 9.0, licence="private")
    held.put(batch("flows-x", moves, bound, flow("NPL", "USA", 7.0), documents=PAPERS[:2]))
    assert held_flows(held, "NPL").get_column("place").to_list() == ["USA"]
    assert held_flows(held, "NPL", travelling=False).get_column("place").to_list() == ["IND", "USA"]


def test_the_block_of_a_brief_tells_both_ways_and_the_net_by_sex(store: Memory) -> None:
    flows = held_flows(store, "QAT")
    sections = moving(flows, "QAT", voice())
    assert [one.name for one in sections] == ["flows", "flows-table"]
    assert [one.text for one in sections[0].sentences][:2] == [
        "Between the middle of 2015 and the middle of 2020, 30,000 people moved from Qatar to other countries and 102,000 moved to it.",
        "Arrivals less departures: women and girls 9,000, men and boys 63,000.",
    ]  # fmt: skip
    assert [cell.text for cell in sections[1].tables[0].rows[0]] == ["Nepal", "102,000", "80,000–130,000 (80%)"]


def test_published_flows_alone_make_no_block() -> None:
    held = Memory()
    held.put(batch("pull-abel-cohen-x", published("NPL", "QAT", 140_000), documents=PAPERS[2:]))
    assert moving(held_flows(held, "NPL"), "NPL", voice()) == ()
    assert newest(moved(held_flows(held, "NPL"))) == ()


def test_the_block_is_of_the_newest_period_only(store: Memory) -> None:
    found: tuple[Moved, ...] = newest(moved(held_flows(store, "NPL")))
    assert {one.start.year for one in found} == {2015}


def test_a_line_of_a_table_of_every_fifth_year_is_not_interrupted() -> None:
    readings = [Year(year=year, value=1.0) for year in (1990, 1995, 2000, 2010, 2015)]
    assert [[one.year for one in run] for run in runs(readings, 5)] == [[1990, 1995, 2000], [2010, 2015]]
    assert len(runs(readings)) == 5


def test_the_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, own = tmp_path / "store", paper(id="made.up@2024-12-31", publisher="nobody", title="made up")
    rows = [row | {"source": own.id} for row in ROWS]
    Disk(home).put(batch("flows-best-2015-2020-x", *rows, documents=(own,)))
    assert main(["flows", "page", "NPL", "QAT", "--out", str(tmp_path), "--home", str(home)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("102,000 people moved from Nepal to Qatar")
    assert Path(told[-1]) == tmp_path / "NPL-QAT.html"
    assert main(["flows", "page", "NPL", "FRA", "--home", str(home)]) == 3
    assert "flows estimate --keep" in capsys.readouterr().err


def test_a_file_of_one_s_own_is_no_published_release() -> None:
    held = Memory()
    held.put(
        batch(
            "import-x",
            flow("NPL", "QAT", 9.0, stage="published", counter="own", facet=None),
            flow("NPL", "USA", 7.0),
            documents=PAPERS[:2],
        )
    )
    assert held_flows(held, "NPL").get_column("place").to_list() == ["USA"]
