"""What each agency's column counts: the concept map, as data with citations. Only like is compared with like.

Terms: EGRISS, International Recommendations on Refugee Statistics (IRRS, 2018), on Internally Displaced Persons Statistics
(IRIS, 2020), on Statelessness Statistics (IROSS, 2023).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Cause = Literal["conflict", "disaster", "any", "none"]
Kind = Literal["stock", "flow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """What a counter's figures of a group are.

    concept   the population in EGRISS's words, the same word where two agencies mean the same people
    cause     what displaced them; any: causes are counted together; none: no displacement is meant
    base      who can be in it at all, in plain words
    narrower  the base leaves out, by definition, people whom the concept names
    cites     where that is written
    checked   the document cited was read for this list; false: it is cited from memory, look it up before quoting it
    """

    counter: str
    group: str
    concept: str
    cause: Cause
    kind: Kind
    unit: str
    base: str
    cites: str
    narrower: bool = False
    checked: bool = False


_UNHCR: Final = "UNHCR, Refugee Data Finder, Methodology"
_IDMC: Final = "IDMC, GIDD, Methodology; IRIS (2020), chapter 3"
_DTM: Final = "IOM, DTM Methodological Framework; IRIS (2020), chapter 3"
_IRRS: Final = "IRRS (2018), chapter 3"

CONCEPTS: Final[tuple[Concept, ...]] = (
    Concept(counter="unhcr", group="idps", concept="internally displaced persons", cause="conflict", kind="stock", unit="people", narrower=True, base="people displaced by conflict whom UNHCR protects or assists, at the year's end", cites=f"{_UNHCR}; IRIS (2020), chapter 3"),
    Concept(counter="idmc", group="idps", concept="internally displaced persons", cause="conflict", kind="stock", unit="people", base="everyone displaced by conflict or violence, at the year's end", cites=_IDMC),
    Concept(counter="government", group="idps", concept="internally displaced persons", cause="conflict", kind="stock", unit="people", base="people in a national register or survey", cites="IRIS (2020), on administrative registers and surveys"),
    Concept(counter="iom", group="idps", concept="internally displaced persons", cause="conflict", kind="stock", unit="people", base="people present at assessed places on the day of a round, displaced by conflict", cites=_DTM),
    Concept(counter="iom", group="idps-any", concept="internally displaced persons", cause="any", kind="stock", unit="people", base="people present at assessed places on the day of a round, for any reason, since the operation's start", cites=_DTM),
    Concept(counter="iom", group="idps-disaster", concept="internally displaced persons", cause="disaster", kind="stock", unit="people", base="people present at assessed places on the day of a round, displaced by disaster", cites=_DTM),
    Concept(counter="idmc", group="idps-disaster", concept="internally displaced persons", cause="disaster", kind="stock", unit="people", base="everyone displaced by disaster, at the year's end", cites=_IDMC),
    Concept(counter="idmc", group="idps-new", concept="new internal displacement", cause="conflict", kind="flow", unit="movements", base="acts of being displaced within the year; one person may be displaced more than once", cites=_IDMC),
    Concept(counter="idmc", group="idps-disaster-new", concept="new internal displacement", cause="disaster", kind="flow", unit="movements", base="acts of being displaced within the year; one person may be displaced more than once", cites=_IDMC),
    Concept(counter="unhcr", group="returned-idps", concept="returned internally displaced persons", cause="conflict", kind="flow", unit="people", base="people who returned during the year", cites=_UNHCR),
    Concept(counter="iom", group="returnees", concept="returnees", cause="any", kind="stock", unit="people", base="people present in their place of origin again, from within or abroad, since the operation's start", cites=_DTM),
    Concept(counter="unhcr", group="refugees", concept="refugees", cause="none", kind="stock", unit="people", base="people registered or estimated under UNHCR's mandate, people in refugee-like situations with them", cites=f"{_UNHCR}; {_IRRS}"),
    Concept(counter="government", group="refugees", concept="refugees", cause="none", kind="stock", unit="people", base="people a government registers or estimates", cites=_IRRS),
    Concept(counter="unhcr", group="asylum-seekers", concept="prospective asylum-seekers and asylum-seekers", cause="none", kind="stock", unit="people", base="people whose claim is pending", cites=f"{_UNHCR}; {_IRRS}"),
    Concept(counter="unhcr", group="other-in-need", concept="others in need of international protection", cause="none", kind="stock", unit="people", base="people outside their country who likely need protection and are reported under no other status", cites=f"{_UNHCR}; {_IRRS}"),
    Concept(counter="unhcr", group="returned-refugees", concept="returned refugees", cause="none", kind="flow", unit="people", base="refugees who returned during the year", cites=f"{_UNHCR}; {_IRRS}"),
    Concept(counter="unhcr", group="stateless", concept="stateless persons", cause="none", kind="stock", unit="people", base="people known or estimated to be nationals of no State", cites=f"{_UNHCR}; IROSS (2023)"),
    Concept(counter="unhcr", group="others-of-concern", concept="none", cause="none", kind="stock", unit="people", base="others whom UNHCR protects or assists", cites=_UNHCR),
    Concept(counter="unhcr", group="host-community", concept="none", cause="none", kind="stock", unit="people", base="host community members whom UNHCR supports", cites=_UNHCR),
    Concept(counter="unrwa", group="palestine-refugees", concept="Palestine refugees", cause="none", kind="stock", unit="people", base="people registered with UNRWA in its five fields", cites="UNRWA, Consolidated Eligibility and Registration Instructions; IRRS (2018), chapter 3"),
    Concept(counter="unpd", group="migrants", concept="international migrants", cause="none", kind="stock", unit="people", base="people born in, or citizens of, another country, refugees among them", cites="UN DESA, International Migrant Stock, Documentation"),
    Concept(counter="unpd", group="people", concept="resident population", cause="none", kind="stock", unit="people", base="everyone living in the place", cites="UN DESA, World Population Prospects, Methodology"),
    Concept(counter="ocha", group="people", concept="resident population", cause="none", kind="stock", unit="people", base="baseline population of a plan, displaced people and refugees among them", cites="IASC, Humanitarian Profile Support Guidance (2016)"),
)  # fmt: skip
_MAP: Final = {(one.counter, one.group): one for one in CONCEPTS}

# groups one compares side by side: the asked one first, then those that hold the same people under another cause
FAMILIES: Final[dict[str, tuple[str, ...]]] = {"idps": ("idps", "idps-any")}


def concept(counter: str, group: str) -> Concept | None:
    """What a counter's figures of a group are; null where nobody has written it down."""
    return _MAP.get((counter, group))


def comparable(one: Concept, other: Concept) -> bool:
    """Whether two concepts count the same kind of people for the same cause, as stock or as flow, in the same unit.

    A base may be narrower than another: that is a difference between figures, told by a flag, not between concepts.
    """
    return _key(one) == _key(other)


def _key(one: Concept) -> tuple[str, Cause, Kind, str]:
    return one.concept, one.cause, one.kind, one.unit


def family(group: str) -> tuple[str, ...]:
    """The groups whose figures stand side by side when one is asked for."""
    return FAMILIES.get(group, (group,))
