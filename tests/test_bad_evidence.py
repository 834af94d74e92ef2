"""Bad evidence: nobody counts, one source is ten times off, a figure comes from the future; told or refused, the record untouched."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qanat.brief.flagged import LANGUAGES
from qanat.brief.tell.why import Telling
from qanat.errors import FigureError, NothingFound
from qanat.jobs.compare import CompareRequest, compare_year, document
from qanat.jobs.edition import load
from qanat.reconcile.breaks import Moved
from qanat.reconcile.compared import Beside, compared
from qanat.reconcile.one_picture import One, one_picture, weights
from qanat.reconcile.pictures import Pictures, pictures
from qanat.store import Disk, Memory
from tests.build import batch, figure, table
from tests.test_lineage import idps

DAY = date(2025, 12, 31)
STEADY = [idps("idmc", year, 300_001 + year) for year in (2022, 2023, 2024, 2025)]
ALSO = [idps("unhcr", year, 310_001 + year) for year in (2022, 2023, 2024)]
KNOWN = {year: Moved(new=5_000, returned=2_000) for year in range(2020, 2026)}


def somalia(counter: str, year: int, value: float | None, **more: object) -> dict[str, object]:
    day = date(year, 12, 31)
    return figure(group="idps", origin="SOM", place="SOM", counter=counter, start=day, end=day, value=value, known=date(year + 1, 6, 1), source=f"{counter}@{year}") | more  # fmt: skip


def record(store: Memory | Disk) -> list[tuple[str, int]]:
    return [(run.id, len(store.lineage(run.id))) for run in store.runs()]


def test_where_no_source_has_a_figure_nothing_is_made_up() -> None:
    store = Memory()
    asked = CompareRequest(country="SOM", group="idps", year=2025)
    with pytest.raises(NothingFound, match="no idps figure for Somalia"):
        compare_year(asked, store)
    with pytest.raises(NothingFound, match="no idps figure of any country"):
        compare_year(CompareRequest(country="World", group="idps", year=2025), store)
    store.put(batch("empty", somalia("idmc", 2025, None, status="not_counted")))
    before = record(store)
    with pytest.raises(NothingFound, match="no idps figure for Somalia"):
        compare_year(asked, store)  # a row without a value is nobody's zero
    assert record(store) == before
    assert one_picture([], DAY, "idps") == One(day=DAY, median=None, low80=None, high80=None, basis="nothing", used=())
    assert pictures(table(somalia("idmc", 2025, None, status="not_counted")), Pictures()).figures.is_empty()


@pytest.mark.parametrize("moved", [{}, KNOWN], ids=["movements unknown", "movements known"])
@pytest.mark.parametrize("off", [3_120_001.0, 31_201.0], ids=["a digit too many", "a digit missing"])
def test_one_source_ten_times_off_is_named_and_hardly_moves_the_picture(moved: dict[int, Moved], off: float) -> None:
    found = compared([*STEADY, *ALSO, idps("unhcr", 2025, off)], "idps", 2025, beside=Beside(moved=moved))
    assert found is not None
    assert weights(found.one)["unhcr@2025-12-31"] < 0.02
    assert found.one.median == pytest.approx(302_026, rel=0.15)
    assert [one.counter for one in found.ten_times_off] == ["unhcr"]
    assert ("METHOD_BREAK" in {flag.code for flag in found.flags}) == bool(moved)
    for language in LANGUAGES:
        telling = Telling.of(language)
        assert telling.words.fill("why.digit", counter=telling.counter("unhcr"), value=telling.spell.full(off))[1:] in telling.why(found)  # fmt: skip


@pytest.mark.parametrize("value", [310_001.0, 1_500_001.0, 9_000_001.0], ids=["near", "five times", "thirty times"])
def test_a_figure_that_is_far_off_by_no_digit_is_not_called_so(value: float) -> None:
    found = compared([*STEADY, *ALSO, idps("unhcr", 2025, value)], "idps", 2025)
    assert found is not None
    assert found.ten_times_off == ()


def test_a_figure_ten_times_off_stays_in_the_record_as_it_was_published(tmp_path: Path) -> None:
    store = Disk(tmp_path)
    load(store)
    store.put(batch("off", somalia("government", 2024, 31_400_001.0, licence="CC-BY-4.0")))
    before = record(store)
    told = document(compare_year(CompareRequest(country="SOM", group="idps", year=2024), store))
    assert {one["counter"]: one["value"] for one in told["figures"]}["government"] == 31_400_001
    assert "about ten times off" in told["why"]
    assert told["picture"]["headline_from"] == "idmc"
    assert record(store) == before


def test_what_will_only_be_published_is_refused_and_a_later_day_is_no_evidence() -> None:
    store = Memory()
    store.put(batch("now", somalia("idmc", 2024, 300_001.0), somalia("unhcr", 2024, 320_001.0)))
    store.put(batch("later", somalia("unhcr", 2030, 1_000_001.0, known=date(2026, 6, 1))))
    before = record(store)
    with pytest.raises(FigureError, match="FUTURE_VINTAGE"):
        store.put(batch("ahead", somalia("idmc", 2024, 900_001.0, known=date(2030, 1, 1))))
    told = document(compare_year(CompareRequest(country="SOM", group="idps", year=2024), store))
    assert {one["counter"]: one["value"] for one in told["figures"]} == {"idmc": 300_001, "unhcr": 320_001}
    assert told["revisions"] == []
    assert record(store) == before
