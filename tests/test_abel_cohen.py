"""Abel and Cohen's published flows: periods, sexes, States that no longer are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import pytest

from qanat.edition.places import places
from qanat.errors import AskError, FigureError, SourceError
from qanat.figures import F, require
from qanat.sources import abel_cohen
from qanat.sources.request import Question
from tests.reading import asked, csv, only, paper

_METHODS: Final = "sd_drop_neg,sd_rev_neg,mig_rate,da_min_open,da_min_closed,da_pb_closed"
HEAD: Final = f"orig,dest,period,{_METHODS}"
# invented values: the published tables are too large to be read for every test of every source
SYNTHETIC: Final[dict[str, bytes]] = {
    "abel-cohen.flows": csv(HEAD, "SYR,TUR,2010-2015,1,1,2,3,4,2046036.5", "SYR,TUR,2015-2020,1,1,2,3,4,312446", "NPL,QAT,2020-2024,0,0,0,0,0,7"),
    "abel-cohen.flows-by-sex": csv(
        "year0,orig,dest,sex,da_min_closed,da_min_open,da_pb_closed,mig_rate,sd_drop_neg,sd_rev_neg",
        "2010,SYR,TUR,b,5,5,12,5,5,5", "2010,SYR,TUR,f,5,5,7,5,5,5", "2010,SYR,TUR,m,5,5,5,5,5,5",
    ),
}  # fmt: skip


def test_a_period_runs_from_july_to_july_and_counts_people() -> None:
    reading = abel_cohen.flows(SYNTHETIC["abel-cohen.flows"], paper(abel_cohen.FLOWS), places=places().codes())
    found = only(reading, origin="SYR", start=date(2010, 7, 1))
    assert (found["end"], found["value"], found["unit"], found["measure"]) == (
        date(2015, 7, 1),
        2_046_036.5,
        "people",
        "flow",
    )
    assert only(reading, origin="NPL")["end"] == date(2024, 7, 1)


def test_women_and_men_stand_beside_both() -> None:
    reading = abel_cohen.by_sex(SYNTHETIC["abel-cohen.flows-by-sex"], paper(abel_cohen.BY_SEX), places=places().codes())
    assert dict(asked(reading).select("sex", "value").rows()) == {"all": 12, "female": 7, "male": 5}


def test_a_state_that_no_longer_is_and_no_period_are_set_aside() -> None:
    rows = [
        "SYR,TUR,2010-2015,1,1,2,3,4,5",
        "SUD,EGY,2005-2010,1,1,2,3,4,5",
        "CHI,SCG,2000-2005,1,1,2,3,4,5",
        "CHI,FRA,later,1,1,2,3,4,5",
    ]
    reading = abel_cohen.flows(
        csv(HEAD, *rows, "CHI,FRA,2000-2005,1,1,2,3,4,9"), paper(abel_cohen.FLOWS), places=places().codes()
    )
    assert reading.rejected.get_column("rule").to_list() == ["former", "former", "date"]
    assert (reading.rows, reading.accepted) == (5, 2)
    assert only(reading, origin="XCX")["value"] == 9


def test_other_columns_and_text_for_people_are_refused() -> None:
    with pytest.raises(SourceError, match="missing"):
        abel_cohen.flows(csv("orig,dest,period", "SYR,TUR,2010-2015"), paper(abel_cohen.FLOWS))
    with pytest.raises(FigureError):
        abel_cohen.flows(csv(HEAD, "SYR,TUR,2010-2015,1,1,2,3,4,many"), paper(abel_cohen.FLOWS))


def test_they_come_as_files() -> None:
    for adapter in abel_cohen.ADAPTERS:
        with pytest.raises(AskError, match="as a file only"):
            adapter.ask(adapter.source, Question(first=2015, last=2020))


def test_102_9_million_people_moved_in_2020_to_2024(shared: Path) -> None:
    """The release's own world total of the closed pseudo-Bayes estimate."""
    reading = abel_cohen.flows(
        (shared / "flows/abel_cohen_2025release_bilat_mig.parquet").read_bytes(),
        paper(abel_cohen.FLOWS),
        places=places().codes(),
    )
    assert reading.rejected.is_empty()
    world = asked(reading, start=date(2020, 7, 1)).get_column("value").sum()
    assert world == pytest.approx(102.9e6, rel=5e-4)
    require(reading.figures.head(2_000), "flows", places().codes())


@pytest.mark.slow
def test_women_and_men_add_up_in_the_published_table(shared: Path) -> None:
    reading = abel_cohen.by_sex(
        (shared / "flows/abel_cohen_2022release_by_sex.parquet").read_bytes(),
        paper(abel_cohen.BY_SEX),
        places=places().codes(),
    )
    assert set(reading.rejected.get_column("rule")) == {"former"}
    sums = dict(asked(reading, start=date(2015, 7, 1)).group_by("sex").agg(F.value.sum()).iter_rows())
    assert sums["female"] + sums["male"] == pytest.approx(sums["all"], rel=0.02)
