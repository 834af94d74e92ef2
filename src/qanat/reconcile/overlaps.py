"""Which groups may hold the same person: what is disjoint by construction, and what overlaps and by how much is known."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

from qanat.figures.words import CROSS_BORDER

Relation = Literal["disjoint", "overlap", "within", "not stated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How two groups stand to each other; within: the first is part of the second.

    checked  the source cited was read or measured for this list; false: it is cited from memory
    """

    groups: tuple[str, str]
    relation: Relation
    why: str
    cites: str
    checked: bool = False


_IRRS: Final = "EGRISS, IRRS (2018), chapter 3"
_IRIS: Final = "EGRISS, IRIS (2020), chapter 3"
OVERLAPS: Final[tuple[Overlap, ...]] = (
    *(
        Overlap(groups=(one, other), relation="disjoint", why="UNHCR reports each person under one of these statuses only", cites=_IRRS)
        for one, other in combinations(CROSS_BORDER, 2)
    ),
    *(
        Overlap(groups=(part, "displaced-abroad"), relation="within", why="people displaced abroad are these three statuses together", cites=_IRRS)
        for part in CROSS_BORDER
    ),
    *(
        Overlap(groups=(part, "migrants"), relation="within", why="the migrant stock counts everyone born abroad, refugees with them", cites="UN DESA, International Migrant Stock, Documentation")
        for part in CROSS_BORDER
    ),
    *(
        Overlap(groups=("palestine-refugees", other), relation="disjoint", why="UNRWA's refugees are outside UNHCR's mandate; the two stand beside each other and are not summed in one figure", cites="UNHCR Refugee Population Statistics Database, footnotes: \"Refers to Palestinian refugees under the UNHCR mandate only\"", checked=True)
        for other in CROSS_BORDER
    ),
    *(
        Overlap(groups=("stateless", other), relation="overlap", why="stateless people who are also displaced are reported in both", cites="UNHCR, Refugee Data Finder, Methodology; IROSS (2023)")
        for other in (*CROSS_BORDER, "idps")
    ),
    Overlap(groups=("returned-refugees", "idps"), relation="overlap", why="a refugee may return into displacement: of South Sudan's displaced people in round 11, 7 % had come back from abroad", cites="IOM, DTM South Sudan, Mobility Tracking Round 11 (CC BY), county table", checked=True),
    Overlap(groups=("returnees", "returned-idps"), relation="overlap", why="presence since a start date holds the year's returns", cites=_IRIS),
    Overlap(groups=("returnees", "returned-refugees"), relation="overlap", why="presence since a start date holds the year's returns", cites=_IRIS),
    Overlap(groups=("idps", "idps-any"), relation="within", why="any cause holds conflict", cites=_IRIS),
    Overlap(groups=("idps-disaster", "idps-any"), relation="within", why="any cause holds disaster", cites=_IRIS),
    Overlap(groups=("idps", "idps-disaster"), relation="overlap", why="IDMC keeps two accounts by cause; a person displaced by both may be in both", cites="IDMC, GIDD, Methodology"),
    *(
        Overlap(groups=(part, "people"), relation="overlap", why="a plan's population (HNO) may hold the people a refugee plan (RRP) counts too", cites="OCHA, HPC Tools, Sudan 2024: 963,410 people of the Refugee Response beside the plan's caseload", checked=True)
        for part in CROSS_BORDER
    ),
    *(
        Overlap(groups=(part, "people"), relation="overlap", why="a plan's baseline population holds them", cites="IASC, Humanitarian Profile Support Guidance (2016)")
        for part in ("idps", "stateless", "host-community")
    ),
)  # fmt: skip
_FOUND: Final = {frozenset(one.groups): one for one in OVERLAPS}


def overlap(one: str, other: str) -> Overlap:
    """How two groups stand to each other; "not stated" where nobody has written it down: then they are not added."""
    return _FOUND.get(
        frozenset((one, other)),
        Overlap(
            groups=(one, other), relation="not stated", why="nobody has stated that no person is in both", cites=""
        ),
    )
