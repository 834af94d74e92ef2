"""UNHCR Operational Data Portal: what is asked of its four population services, and their facts.

The services are not documented. What a number is for, its situation, place and population groups, is known by the
portal's own numbers only; they are found on a situation's page and change, so the question names them as its part.
"""

from __future__ import annotations

import re
from typing import Final

from qanat.errors import AskError
from qanat.figures.words import nearest
from qanat.sources.record import Source
from qanat.sources.request import Question, Request

_API: Final = "https://data.unhcr.org/population/"
_IDS: Final = re.compile(r"[0-9]+(?:,[0-9]+)*")
_PLACE: Final = ("geomaster_name", "geomaster_id", "admin_level", "date")
_UNUSED: Final = (
    "centroid_lon", "centroid_lat", "lat_max", "lon_max", "lat_min", "lon_min", "month", "year", "source", "geomaster_id1",
    "min_master_depth", "numRecords", "master_record", "master_depth", "master_id",
)  # fmt: skip
BANDS: Final = {"04": (0, 5), "511": (5, 12), "1217": (12, 18), "1859": (18, 60), "60": (60, None)}
PARTS: Final = tuple(f"{sex}_{band}" for sex in ("male", "female") for band in (*BANDS, "total"))
_TOLD: Final = (
    "pop_type_code",
    "pop_data_type_code",
    "pop_accommodation_code",
    "pop_frequency_cumulative",
    "pop_origin_code",
)
_NAMED: Final = (
    "pop_type_name", "pop_data_type_name", "pop_accommodation_name", "pop_frequency_name", "pop_frequency_code",
    "pop_frequency_cumulative_code", "pop_origin_name",
)  # fmt: skip

# what each service may be told, and what it cannot do without
PARAMETERS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "origin": (("geo_id", "population_collection"), ("geo_id",)),
    "timeseries": (("widget_id", "sv_id", "population_group"), ("sv_id", "population_group")),
    "sublocation": (("widget_id", "sv_id", "population_group"), ("sv_id", "population_group")),
    "population": (("population_collection", "widget_id", "geo_id", "population_group"), ()),
}
_FIXED: Final[dict[str, dict[str, str]]] = {
    "origin": {}, "population": {}, "timeseries": {"frequency": "day", "fromDate": "1900-01-01"},
    "sublocation": {"fromDate": "1900-01-01", "forcesublocation": "0"},
}  # fmt: skip


def _source(
    name: str, title: str, columns: tuple[str, ...], counts: tuple[str, ...], optional: tuple[str, ...]
) -> Source:
    """A service of the portal; its licence is the one HDX gives its figures."""
    return Source(
        id=f"unhcr.odp-{name}", counter="unhcr", publisher="UNHCR", title=f"Operational Data Portal: {title}", licence="CC-BY-3.0-IGO",
        credit="UNHCR Operational Data Portal (data.unhcr.org)", url=f"{_API}get/{name}" if name != "population" else _API,
        terms="https://data.unhcr.org/en/terms", every=1, columns=(*columns, *counts), optional=optional, year="", counts=counts,
        needs=("part",), parts="numbers in the address of a situation's page, as geo_id=220", caution="operational: not validated, often cumulative (people ever registered), the newest date only",
    )  # fmt: skip


ORIGIN: Final = _source(
    "origin", "people by country of origin",
    (*_PLACE, *_TOLD, "population_groups", "population_group_id"), ("individuals", "households", *PARTS, "children_total"),
    ("id", "male_hhs", "female_hhs", "uac_total", *_NAMED, *_UNUSED),
)  # fmt: skip
_GROUPED: Final = ("population_group_id", "population_groups_concat", "individuals_type", "demography_type", *_UNUSED)
SUBLOCATION: Final = _source(
    "sublocation", "a situation by country", (*_PLACE, "population_groups"), ("individuals", "households"),
    (*_GROUPED, "published", "numChildren", "color"),
)  # fmt: skip
POPULATION: Final = _source(
    "population", "people in a place or situation", (*_PLACE, "population_groups"), ("individuals", "households"), _GROUPED
)  # fmt: skip
TIMESERIES: Final = _source(
    "timeseries", "a situation day by day", ("data_date",), ("individuals",), ("unix_timestamp",)
)


def odp(source: Source, question: Question) -> list[Request]:
    """The one request to a service of the portal; the question's part tells it "name=numbers;name=numbers".

    A bare number is the place's (geo_id). Raises AskError for a name the service does not take, for anything but
    numbers divided by commas, and where one it cannot do without is absent.
    """
    service = source.id.removeprefix("unhcr.odp-")
    allowed, needed = PARAMETERS[service]
    given = _pairs(source, question.part or "", allowed)
    absent = [name for name in needed if name not in given]
    if absent or not given:
        raise AskError(
            f"{source.id}: say {', '.join(absent or allowed)}, for example --part "
            f'"{";".join(f"{name}=54" for name in (needed or allowed[:1]))}"; the numbers stand in the address of the situation\'s page on data.unhcr.org'
        )
    ordered = {name: given[name] for name in allowed if name in given}
    return [Request(url=source.url, params=ordered | _FIXED[service])]


def _pairs(source: Source, part: str, allowed: tuple[str, ...]) -> dict[str, str]:
    text = f"geo_id={part}" if part.strip().isdigit() and "geo_id" in allowed else part
    given: dict[str, str] = {}
    for pair in filter(None, (piece.strip() for piece in text.split(";"))):
        name, _, numbers = (piece.strip() for piece in pair.partition("="))
        if name not in allowed:
            near = nearest(name, list(allowed))
            raise AskError(
                f"{source.id}: {name!r} is no parameter of the service"
                + (f"; did you mean {near!r}?" if near else f"; there are {', '.join(allowed)}")
            )
        if not _IDS.fullmatch(numbers):
            raise AskError(f"{source.id}: {name} is {numbers!r}; it takes numbers divided by commas, for example 4,29")
        given[name] = numbers
    return given
