"""Code lists: the only words a figure may use for what is counted, in which unit, by whom.

Sources of the definitions: UNHCR Refugee Data Finder methodology (population types); EGRISS, International
Recommendations on Refugee Statistics (IRRS, 2018) and on Internally Displaced Persons Statistics (IRIS, 2020);
IDMC, Global Internal Displacement Database methodology; UN DESA, International Migrant Stock documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a code list: its code, what it means and where the meaning is from."""

    code: str
    meaning: str
    egriss: str | None = None
    also: tuple[str, ...] = ()


def _table(*words: Word) -> dict[str, Word]:
    return {word.code: word for word in words}


MEASURES: Final = _table(
    Word(code="stock", meaning="people in a situation on a day"),
    Word(code="flow", meaning="people or acts during a period"),
    Word(code="births", meaning="births during a period"),
    Word(code="deaths", meaning="deaths during a period"),
    Word(code="net-flow", meaning="arrivals less departures during a period; may be negative"),
    Word(code="event", meaning="counted occurrences during a period"),
    Word(code="share", meaning="one part of a whole, 0 to 1"),
    Word(code="rate", meaning="a number for each 1000 person-years"),
    Word(code="affected", meaning="people affected by a crisis (IASC Humanitarian Profile Support Guidance, 2016)"),
    Word(
        code="exposed",
        meaning="people living where a hazard struck, as a model counts them; not people affected (UNDRR terminology, 2016; GDACS)",
    ),
    Word(code="need", meaning="people in need of a stated assistance (JIAF 2.0)"),
    Word(code="target", meaning="people a plan means to assist; never more than are in need"),
    Word(code="reached", meaning="people assisted at least once during a period"),
    Word(
        code="classified",
        meaning="people in areas classified by severity of acute food insecurity, over the period the classification holds for (IPC Technical Manual 3.1, 2021)",
    ),
    Word(code="presence", meaning="organisations at work in a place"),
    Word(code="requirement", meaning="money an appeal asks for"),
    Word(code="funding", meaning="money given or promised"),
    Word(code="price", meaning="what a service costs, as a share of the sum it moves"),
    Word(
        code="remittances",
        meaning="money sent home by people abroad or earned there for a short time (IMF BPM6: personal transfers and compensation of employees)",
    ),
    Word(code="income", meaning="gross domestic product of a year for each person living in the place (SNA 2008)"),
    Word(code="return", meaning="what a measure is worth over a period less what it costs; may be negative"),
    Word(code="break-even", meaning="years until what a measure is worth has made up for what it costs"),
    Word(code="index", meaning="a composite score, in the publisher's own scale"),
    Word(code="capacity", meaning="people who can be served"),
    Word(code="cost", meaning="money"),
)

UNITS: Final = _table(
    Word(code="people", meaning="persons"),
    Word(code="cases", meaning="applications or files of one or more persons; never added to people"),
    Word(code="movements", meaning="acts of moving; one person may move more than once"),
    Word(code="households", meaning="households"),
    Word(
        code="detections",
        meaning="acts of being found by an authority; one person may be found more than once, never added to people",
    ),
    Word(code="events", meaning="occurrences"),
    Word(code="organisations", meaning="organisations, each counted once a place and sector"),
    Word(code="reports", meaning="published documents"),
    Word(code="points", meaning="points of a publisher's own scale"),
    Word(code="USD", meaning="United States dollars, current"),
    Word(
        code="intl-USD",
        meaning="current international dollars, at purchasing power parity (International Comparison Program)",
    ),
    Word(
        code="intl-USD-2017",
        meaning="international dollars at the prices of 2017, at purchasing power parity (International Comparison Program)",
    ),
    Word(code="share", meaning="a proportion, 0 to 1"),
    Word(code="years", meaning="years"),
)

GROUPS: Final = _table(
    Word(code="refugees", meaning="refugees under UNHCR's mandate, with people in refugee-like situations", egriss="refugees", also=("refugee", "ref")),
    Word(code="asylum-seekers", meaning="people whose claim for protection is not yet decided", egriss="asylum seekers", also=("asylum_seekers", "asylum", "asy")),
    Word(code="other-in-need", meaning="other people in need of international protection (outside their country, not reported as refugees or asylum-seekers)", egriss="others in need of international protection", also=("oip",)),
    Word(code="displaced-abroad", meaning="refugees, asylum-seekers and other people in need of international protection together; the three are disjoint", egriss="persons in need of international protection", also=("abroad",)),
    Word(code="idps", meaning="people internally displaced by conflict or violence", egriss="internally displaced persons (conflict)", also=("idp", "internally-displaced")),
    Word(code="idps-disaster", meaning="people internally displaced by disaster", egriss="internally displaced persons (disaster)"),
    Word(code="idps-new", meaning="new internal displacements by conflict or violence (movements)"),
    Word(code="idps-disaster-new", meaning="new internal displacements by disaster (movements)"),
    Word(code="idps-any", meaning="people internally displaced by any cause, or by a cause the publisher does not tell or mixes with others (IOM DTM counts presence for every reason)"),
    Word(code="idps-other-new", meaning="new internal displacements by neither conflict nor disaster, such as evictions and development projects, or by a cause not told apart (movements; IDMC, IDU: type Other)"),
    Word(code="returned-refugees", meaning="refugees who returned to their country during the year", egriss="returned refugees", also=("returned_refugees", "ret")),
    Word(code="returned-idps", meaning="internally displaced people who returned during the year", egriss="returned IDPs", also=("returned_idps", "rdp")),
    Word(code="resettled", meaning="refugees resettled to a third country during the year", also=("resettlement", "rst")),
    Word(code="naturalised", meaning="refugees who became citizens of their host country during the year", also=("naturalisation", "nat")),
    Word(code="stateless", meaning="people not considered as nationals by any State", egriss="stateless persons", also=("sta",)),
    Word(code="others-of-concern", meaning="others to whom UNHCR extends protection or assistance", also=("ooc",)),
    Word(code="assisted", meaning="people UNHCR protects or assists, whose population type is not told or is several (UNHCR Operational Data Portal)"),
    Word(code="host-community", meaning="host community members supported by UNHCR", also=("hst", "hosts")),
    Word(code="palestine-refugees", meaning="Palestine refugees registered with UNRWA; stands beside UNHCR's figures, never summed in", also=("unrwa",)),
    Word(code="asylum-applicants", meaning="asylum applications lodged in the year"),
    Word(code="asylum-recognised", meaning="decisions granting refugee status"),
    Word(code="asylum-complementary", meaning="decisions granting complementary or other protection"),
    Word(code="asylum-rejected", meaning="decisions refusing protection"),
    Word(code="asylum-closed", meaning="applications closed without a decision on substance"),
    Word(code="asylum-decided", meaning="all decisions and closures of the year"),
    Word(code="temporary-protection", meaning="beneficiaries of temporary protection (Directive 2001/55/EC); UNHCR counts them among refugees, never added to them", also=("tps",)),
    Word(code="first-permits", meaning="people who were given a first residence permit (Regulation (EC) 862/2007, Article 6); permits issued, not arrivals"),
    Word(code="migrants", meaning="international migrants: people living in a country other than that of their birth, or citizenship where birth is not recorded", also=("migrant-stock",)),
    Word(code="returnees", meaning="people who came back to their place of origin or habitual residence, from within the country or from abroad, as counted where they now are", also=("returnee",)),
    Word(code="dead", meaning="people killed", also=("deaths", "fatalities")),
    Word(code="dead-migrants", meaning="people who died while migrating"),
    Word(code="missing-migrants", meaning="people who went missing while migrating, presumed dead"),
    Word(code="dead-or-missing-migrants", meaning="people who died or went missing while migrating, where the two are not told apart (IOM Missing Migrants Project)"),
    Word(code="border-detections", meaning="crossings of a border found irregular by an authority", also=("detections",)),
    Word(code="transits", meaning="people counted on a route through a place", also=("transit",)),
    Word(code="deported", meaning="people sent back by a country's authorities", also=("expelled", "returned-migrants")),
    Word(code="immigrants", meaning="people who took up usual residence in the place for at least a year (UN 1998 recommendation)"),
    Word(code="emigrants", meaning="people who gave up usual residence in the place for at least a year (UN 1998 recommendation)"),
    Word(code="money", meaning="no people: money, as an appeal's requirement or a remittance"),
    Word(code="presence", meaning="no people: organisations or activities in a place"),
    Word(code="risk", meaning="no people: an index of risk, hazard or vulnerability"),
    Word(code="disasters", meaning="no people: disaster events"),
    Word(code="reports", meaning="no people: published documents"),
    Word(code="people", meaning="everyone living in the place", also=("population", "pop")),
)  # fmt: skip

COUNTERS: Final = _table(
    Word(code="unhcr", meaning="Office of the United Nations High Commissioner for Refugees"),
    Word(code="idmc", meaning="Internal Displacement Monitoring Centre"),
    Word(code="unrwa", meaning="United Nations Relief and Works Agency for Palestine Refugees in the Near East"),
    Word(code="unpd", meaning="Population Division, United Nations Department of Economic and Social Affairs"),
    Word(code="iom", meaning="International Organization for Migration"),
    Word(
        code="ocha",
        meaning="United Nations Office for the Coordination of Humanitarian Affairs, for the Humanitarian Country Team",
    ),
    Word(code="ipc", meaning="Integrated Food Security Phase Classification, its country working groups"),
    Word(code="ucdp", meaning="Uppsala Conflict Data Program"),
    Word(code="gdacs", meaning="Global Disaster Alert and Coordination System"),
    Word(code="inform", meaning="INFORM, European Commission Joint Research Centre"),
    Word(code="reliefweb", meaning="ReliefWeb, a service of OCHA"),
    Word(code="worldbank", meaning="World Bank"),
    Word(code="eurostat", meaning="Eurostat, statistical office of the European Union"),
    Word(code="abel-cohen", meaning="Guy J. Abel and Joel E. Cohen, who publish flows estimated from migrant stocks"),
    Word(code="frontex", meaning="European Border and Coast Guard Agency"),
    Word(code="us-cbp", meaning="United States Customs and Border Protection"),
    Word(code="mx-segob", meaning="Mexico, Unidad de Política Migratoria, Secretaría de Gobernación"),
    Word(code="pa-snm", meaning="Panama, Servicio Nacional de Migración"),
    Word(code="hn-inm", meaning="Honduras, Instituto Nacional de Migración"),
    Word(code="gt-igm", meaning="Guatemala, Instituto Guatemalteco de Migración"),
    Word(code="government", meaning="a government's own office; which one is told by the document"),
    Word(code="ngo", meaning="a non-governmental organisation; which one is told by the document"),
    Word(code="own", meaning="whoever brought the figures into this store; who is told by the document"),
    Word(code="qanat", meaning="computed by qanat from published figures"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence(Word):
    """The terms a document travels under.

    may_redistribute  its figures may be passed on: in a brief, an export, a mirror, the edition
    may_derive        figures computed from them may be passed on
    condition         what whoever passes them on must keep to besides naming the source; null: nothing more
    """

    may_redistribute: bool
    may_derive: bool
    condition: str | None = None


_OPEN: Final = (
    ("CC-BY-4.0", "may be shared and changed with credit"),
    ("CC-BY-3.0-IGO", "may be shared and changed with credit"),
    ("MIT", "may be shared and changed with the notice kept"),
    ("public-domain", "may be shared and changed freely"),
    ("ODC-BY-1.0", "a database that may be shared and changed with credit (Open Data Commons)"),
    ("EU-reuse", "documents of the European Union's bodies: may be reused with credit (Decision 2011/833/EU)"),
    ("Etalab-2.0", "may be shared and changed with credit (Licence Ouverte of Etalab)"),
    ("reuse-with-credit", "an office's own bulletin: may be reused with credit"),
)
_BOUND: Final = (
    Licence(code="CC-BY-NC-SA-3.0-IGO", meaning="may be shared and changed with credit, not for money, under the same terms", may_redistribute=True, may_derive=True, condition="non-commercial, share alike"),
    Licence(code="CC-BY-SA-4.0", meaning="may be shared and changed with credit, under the same terms", may_redistribute=True, may_derive=True, condition="share alike"),
    Licence(code="ODbL-1.0", meaning="a database that may be shared and changed with credit, under the same terms (Open Data Commons)", may_redistribute=True, may_derive=True, condition="share alike"),
    Licence(code="IOM-DTM", meaning="IOM DTM terms on HDX (hdx-other): non-commercial use, no right to redistribute or to create derivative works", may_redistribute=False, may_derive=False),
    Licence(code="publisher-terms", meaning="belongs to whoever published it: may be used here and linked to, not passed on", may_redistribute=False, may_derive=False),
    Licence(code="unstated", meaning="nobody has said on what terms it may travel: may be used here, not passed on until somebody does", may_redistribute=False, may_derive=False),
    Licence(code="private", meaning="may be used here, may not be passed on", may_redistribute=False, may_derive=False),
)  # fmt: skip
LICENCES: Final[dict[str, Licence]] = {
    **{code: Licence(code=code, meaning=meaning, may_redistribute=True, may_derive=True) for code, meaning in _OPEN},
    **{licence.code: licence for licence in _BOUND},
}

STATELESS: Final = "XXA"
UNKNOWN_ORIGIN: Final = "XXX"
# people who belong to no ISO 3166 country, in UNHCR's and ISO's own words
PEOPLE_WITHOUT_COUNTRY: Final = {STATELESS: "Stateless", UNKNOWN_ORIGIN: "Unknown or various origins", "XTB": "Tibetan"}

CROSS_BORDER: Final = ("refugees", "asylum-seekers", "other-in-need")  # disjoint by construction, may be summed


def group_of(word: str) -> str | None:
    """The group's code for a word a person may type ("IDPs", "oip", "returned_refugees"); null where none fits."""
    plain = word.strip().lower().replace(" ", "-").replace("_", "-")
    for code, entry in GROUPS.items():
        if plain == code or plain in {also.replace("_", "-") for also in entry.also}:
            return code
    return None


def nearest(word: str, valid: list[str]) -> str | None:
    """The valid word closest to the one given, or null where nothing is near."""
    found = get_close_matches(word, valid, n=1, cutoff=0.6)
    return found[0] if found else None
