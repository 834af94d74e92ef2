"""A small question for each service: enough of an answer to see whether it still has the shape that is read here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qanat.sources.record import Source
from qanat.sources.request import Question

YEAR: Final = 2024  # a year that every service has closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is asked of a service to try it.

    country  ISO 3166 alpha-3; a country about which every agency publishes
    part     the service's own word, where it wants one (see Source.needs)
    heavy    the service gives a whole table of many megabytes only: tried when it is named
    """

    country: str | None = "SDN"
    part: str | None = None
    heavy: bool = False


_UKRAINE: Final = "sv_id=54;population_group=5478"  # the Ukraine refugee situation
_PLAN: Final = "1188"  # Sudan's needs and response plan of 2024
_RELEASE: Final = "493"  # INFORM Risk, mid 2024
SAMPLES: Final[dict[str, Sample]] = {
    "unhcr.unrwa": Sample(country="PSE"),
    "unhcr.odp-origin": Sample(part="geo_id=220;population_collection=4,29"),
    "unhcr.odp-timeseries": Sample(part=_UKRAINE),
    "unhcr.odp-sublocation": Sample(part=_UKRAINE),
    "unhcr.odp-population": Sample(part="population_collection=4;geo_id=220"),
    "idmc.idu": Sample(heavy=True),
    "fts.clusters": Sample(part=_PLAN),
    "hpc.caseloads": Sample(part=_PLAN),
    "hpc.projects": Sample(part="RSYR22"),
    "inform.trends": Sample(part=_RELEASE),
    "inform.scores": Sample(part=_RELEASE),
    "ucdp.ged-bulk": Sample(heavy=True),
    "unpd.wpp-indicators": Sample(heavy=True),
    "unpd.wpp-ages": Sample(heavy=True),
}  # fmt: skip


def sample(source: Source) -> Sample:
    """What is asked of a source to try it: its own sample, or Sudan in 2024."""
    return SAMPLES.get(source.id, Sample())


def question(source: Source) -> Question:
    """The sample as a question."""
    one = sample(source)
    return Question(first=YEAR, last=YEAR, country=one.country, part=one.part)
