"""A small world published twice, on 1 June 2022 and a year later with other numbers: what every command is asked about.

Both days lie before the edition's figures of the same counters, so that what was known then is these few figures alone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Final

from qanat.jobs.flows import flows
from qanat.jobs.flows_asked import FlowsRequest
from qanat.store import Batch, Engine
from tests.build import batch, document, figure
from tests.worlds import migrants, people

FIRST: Final = date(2022, 6, 1)
SECOND: Final = date(2023, 6, 1)
THEN: Final = "2022-06-30"  # the first release is known
LATER: Final = "2023-06-10"  # the second one too; UNHCR's figures in the edition are known from 14 June on
PLACES: Final = ("COL", "PER", "VEN", "BRA", "USA", "GBR")
_MADE: Final = datetime(2026, 6, 2, tzinfo=UTC)


def published(store: Engine, known: date) -> None:
    """The world's figures of a release put into the store, and the flows estimated from them, kept.

    The second release's estimate bears an earlier day of making: newest is what rests on the newest release.
    """
    again = known == SECOND
    for one in (people(known), migrants(known, 1.5 if again else 1.0), _counts(known), _money(known), _peopled(known), _driving(known), _moves(known)):  # fmt: skip
        store.put(one)
    asked = FlowsRequest(start=2015, end=2020, method="min", as_of=known, keep=True)
    flows(asked, store, _MADE - timedelta(days=1) if again else _MADE)


def _counts(known: date) -> Batch:
    """People displaced in Uruguay by sex, whose parts add up in the second release only; refugees from Venezuela in Colombia."""
    again, source = known == SECOND, f"unhcr.population@{known}"
    day = date(2021, 12, 31)
    common = {"known": known, "source": source, "start": day, "end": day}
    inside = {"group": "idps", "origin": "URY", "place": "URY"}
    rows = [figure(**common, **inside, sex=sex, value=value) for sex, value in (("all", 110.0 if again else 100.0), ("female", 60.0), ("male", 50.0))]  # fmt: skip
    rows.append(figure(**common, value=300.0 if again else 100.0))
    return batch(f"counts-{known}", *rows, documents=(document(id=source, published=known),))


def _money(known: date) -> Batch:
    """What Colombia received in 2019, three incomes, and what sending money from Colombia to Venezuela costs."""
    source = f"worldbank.wdi@{known}"
    common = {"group": "money", "counter": "worldbank", "origin": None, "known": known, "source": source, "start": date(2019, 1, 1), "end": date(2020, 1, 1)}  # fmt: skip
    rows = [figure(**common, measure="remittances", unit="USD", place="COL", value=2000.0 if known == SECOND else 1000.0)]  # fmt: skip
    rows += [figure(**common, measure="income", unit="intl-USD-2017", place=place, value=value) for place, value in (("COL", 4000.0), ("PER", 3000.0), ("VEN", 14000.0))]  # fmt: skip
    priced = common | {"start": date(2021, 1, 1), "end": date(2021, 4, 1)}
    rows.append(figure(**priced | {"origin": "COL"}, measure="price", unit="share", facet="series=ATCR.CORR", place="VEN", value=0.08 if known == SECOND else 0.05))  # fmt: skip
    return batch(f"money-{known}", *rows, documents=(document(id=source, published=known),))


def _peopled(known: date) -> Batch:
    """Population of six countries in two years, and the net migration of three in every year of the period."""
    source = f"unpd.wpp@{known}"
    common = {"group": "people", "counter": "unpd", "basis": "model", "origin": None, "known": known, "source": source, "status": "estimated"}  # fmt: skip
    rows = [
        figure(**common, place=place, start=date(year, 7, 1), end=date(year, 7, 1), value=1000.0 * (at + 2) * (1 + (year - 2005) * (at + 1) / 100))
        for at, place in enumerate(PLACES) for year in (2005, 2010)
    ]  # fmt: skip
    rows += [
        figure(**common, measure="net-flow", place=place, start=date(year, 1, 1), end=date(year + 1, 1, 1), value=value * (2.0 if known == SECOND else 1.0))
        for place, value in (("COL", 10.0), ("PER", -4.0), ("VEN", -6.0)) for year in range(2015, 2021)
    ]  # fmt: skip
    return batch(f"peopled-{known}", *rows)


def _driving(known: date) -> Batch:
    """What may drive the flows between six countries: incomes, people killed in conflict, people already there."""
    again = known == SECOND
    income = {
        "group": "money",
        "measure": "income",
        "unit": "intl-USD",
        "counter": "worldbank",
        "source": f"worldbank.wdi@{known}",
    }
    killed = {"group": "dead", "measure": "flow", "counter": "ucdp", "source": f"ucdp.ged@{known}"}
    settled = {
        "group": "migrants",
        "counter": "unpd",
        "basis": "mixed",
        "status": "estimated",
        "source": f"unpd.migrant-stock@{known}",
    }
    rows = [
        figure(
            **_year(known, year),
            **income,
            place=place,
            value=(3000.0 + 900 * at)
            * (1 + (year - 2005) * ((5 * at) % 7) / 40)
            * (1.5 if again and place == "COL" else 1.0),
        )
        for year in (2005, 2010)
        for at, place in enumerate(PLACES)
    ]
    rows += [
        figure(
            **_year(known, year),
            **killed,
            place=place,
            value=float((7 * at * (year - 2000)) % 11) * (3 if again else 1),
        )
        for year in range(2005, 2015)
        for at, place in enumerate(PLACES)
    ]
    rows += [
        figure(
            **settled,
            known=known,
            origin=origin,
            place=place,
            start=date(year, 7, 1),
            end=date(year, 7, 1),
            value=50.0 + 2 * _people(place, origin, year) * (2 if again and origin == "COL" else 1),
        )
        for year in (2005, 2010)
        for origin, place in permutations(PLACES, 2)
    ]
    return batch(f"driving-{known}", *rows)  # fmt: skip


def _year(known: date, year: int) -> dict[str, object]:
    return {"known": known, "start": date(year, 1, 1), "end": date(year + 1, 1, 1), "origin": None}


def _moves(known: date) -> Batch:
    """Transitions between six countries in two periods, by a method that has no other estimate here; Venezuelans' to Colombia double."""
    rows = [
        figure(
            stage="estimated", measure="flow", group="migrants", origin=origin, place=place, start=date(year, 7, 1), end=date(year + 5, 7, 1), known=known,
            counter="qanat", basis="model", facet="concept=transition", status="estimated", source=f"unpd.migrant-stock@{known}",
            method="flows.rate@1", value=_people(origin, place, year) * (2.0 if known == SECOND and (origin, place) == ("VEN", "COL") else 1.0),
        )
        for year in (2005, 2010) for origin, place in permutations(PLACES, 2)
    ]  # fmt: skip
    return batch(f"moves-{known}", *rows)


def _people(origin: str, place: str, year: int) -> float:
    a, b = PLACES.index(origin), PLACES.index(place)
    return 100.0 + 37.0 * ((3 * a + 5 * b) % 7) + (20.0 * ((a + b) % 3) if year > 2005 else 0.0)
