"""A world of open figures, and the same world with figures that may not be passed on, for tests of what leaves a store."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from qanat.jobs.endorsing import EndorseRequest, endorse
from qanat.jobs.flows import flows
from qanat.jobs.flows_asked import FlowsRequest
from qanat.jobs.invest import invest
from qanat.jobs.invest_given import InvestRequest
from qanat.jobs.opening import open_store
from qanat.store import Ask, Batch
from tests.build import batch, document, figure
from tests.registers import NOW, secret, trusted
from tests.vintages import SECOND, published
from tests.worlds import migrants, people

OPEN: Final = date(2026, 5, 1)
KNOWN: Final = date(2026, 6, 1)
DAY: Final = date(2021, 12, 31)
SECRETS: Final = (7_654_321, 2_345_678, 1_234_567)
DTM: Final = "iom.dtm-admin0@2026-06-01"
SURVEY: Final = "own.survey@2026-06-01"
STOCKS: Final = f"unpd.migrant-stock@{KNOWN}"


@dataclass(frozen=True)
class Homes:
    """Two stores: of open figures only, and the same with what may not be passed on.

    flows  the run of flows estimated from the stocks nobody may pass on
    mixed  the run of a return whose people are counted openly, and whose price of sending money nobody may pass on
    """

    free: Path
    bound: Path
    flows: str
    mixed: str


def homes(folder: Path) -> Homes:
    """Both stores below a folder.

    The second has a DTM round in Uruguay (7,654,321 people, and 1,234,567 women), a survey of Venezuelans in Colombia
    (2,345,678), migrant stocks nobody may pass on with flows estimated from them, and the DTM round's agency disputing the open
    figure of Uruguay with its own; a price of sending money, and a return of openly counted people that rests on it.
    """
    free, bound = folder / "free", folder / "bound"
    store = open_store(free)
    published(store, SECOND)
    for one in (people(OPEN), migrants(OPEN), _net()):
        store.put(one)
    flows(FlowsRequest(start=2015, end=2020, method="min", keep=True), store, NOW)
    store.close()
    shutil.copytree(free, bound)
    store = open_store(bound)
    for one in (_round(), _survey(), _stocks(), _price()):
        store.put(one)
    made = flows(FlowsRequest(start=2015, end=2020, method="min", keep=True), store, NOW)
    mixed = invest(InvestRequest(country="COL", group="asylum-seekers", origin="VEN", wage="2400", employment="0.5", cost="100", adults="0.6", remitted="0.1", effect="employment-points=0.05,0.02", draws=100), store, NOW)  # fmt: skip
    uruguay = store.get(Ask(run=f"counts-{SECOND}", place="URY", undivided=True))
    said = EndorseRequest(
        figure=f"counts-{SECOND}:{uruguay.item(0, 'row')}", says="dispute", by="round:0", secret=secret(folder, "iom"),
        trusted=trusted(folder, "iom"),
    )  # fmt: skip
    endorse(said, store, NOW)
    store.close()
    return Homes(free=free, bound=bound, flows=str(made["run"]), mixed=str(mixed.document["run"]))


def _price() -> Batch:
    """What sending money from Colombia to Venezuela costs, by a survey of its makers' own."""
    day = {"start": date(2026, 1, 1), "end": date(2026, 4, 1), "known": KNOWN, "source": SURVEY, "licence": "private"}
    row = figure(**day, group="money", counter="worldbank", measure="price", unit="share", facet="series=ATCR.CORR", origin="COL", place="VEN", value=0.0625)  # fmt: skip
    return batch("price", row)


def _net() -> Batch:
    """Net migration of the small world, so that its flows can be laid out over the years."""
    base = {"group": "people", "measure": "net-flow", "counter": "unpd", "basis": "model", "origin": None, "known": OPEN, "status": "estimated"}  # fmt: skip
    rows = [
        figure(**base, source=f"unpd.wpp@{OPEN}", place=place, start=date(year, 1, 1), end=date(year + 1, 1, 1), value=value)
        for place, value in (("COL", -4.0), ("PER", 6.0), ("VEN", -2.0)) for year in range(2015, 2021)
    ]  # fmt: skip
    return batch("net", *rows)


def _round() -> Batch:
    """An IOM DTM round, undivided and its women."""
    base = {"group": "idps", "origin": "URY", "place": "URY", "start": DAY, "end": DAY, "known": KNOWN, "counter": "iom", "source": DTM, "licence": "IOM-DTM"}  # fmt: skip
    return batch("round", figure(**base, value=7_654_321.0), figure(**base, sex="female", value=1_234_567.0), documents=(document(id=DTM, licence="IOM-DTM", publisher="IOM", published=KNOWN, sha256="1" * 64),))  # fmt: skip


def _survey() -> Batch:
    """A count of Venezuelans in Colombia of its makers' own, newer than any other."""
    day = date(2026, 5, 31)
    row = figure(
        start=day, end=day, known=KNOWN, counter="government", source=SURVEY, licence="private", value=2_345_678.0
    )
    return batch("survey", row, documents=(document(id=SURVEY, licence="private", published=KNOWN, sha256="2" * 64),))


def _stocks() -> Batch:
    """The small world's migrant stocks a quarter larger, in a release that may not be passed on."""
    open_ones = migrants(KNOWN, 1.25)
    rows = open_ones.figures.with_columns(licence=pl.lit("private"))
    paper = document(id=STOCKS, licence="private", published=KNOWN, sha256="3" * 64)
    return Batch(run=open_ones.run, figures=rows, documents=(paper,))
