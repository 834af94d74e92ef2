"""UNHCR's tables: their columns, what each column counts, the words they use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from qanat.sources.record import Source
from qanat.sources.shape import NO_COUNTRY, Column

PUBLISHER: Final = "UNHCR"
LICENCE: Final = "CC-BY-4.0"
TERMS: Final = "https://www.unhcr.org/refugee-statistics/insights/explainers/terms-of-use.html"
API: Final = "https://api.unhcr.org/population/v1/"
NAMES: Final = ("coo_id", "coo_name", "coo", "coa_id", "coa_name", "coa")

# the names of the same columns in UNHCR's CSV files and in the tidy tables of its R package
RENAMED: Final = {
    "Year": "year", "ISO3CoO": "coo_iso", "ISO3CoA": "coa_iso", "origin_iso3": "coo_iso", "asylum_iso3": "coa_iso", "REF": "refugees",
    "IDP": "idps", "ASY": "asylum_seekers", "OOC": "ooc", "STA": "stateless", "OIP": "oip", "HST": "hst", "RET": "returned_refugees",
    "RDP": "returned_idps", "RST": "resettlement", "NAT": "naturalisation", "ProcedureType": "procedure_type",
    "ApplicationType": "app_type", "ApplicationDataType": "app_pc", "Applications": "applied", "DecisionType": "dec_level",
    "DecisionDataType": "dec_pc", "Recognized": "dec_recognized", "RecognizedOther": "dec_other", "OtherwiseClosed": "dec_closed",
    "Rejected": "dec_rejected", "TotalDecided": "dec_total",
}  # fmt: skip

STOCKS: Final = (
    Column(name="refugees", group="refugees"),
    Column(name="asylum_seekers", group="asylum-seekers"),
    Column(name="returned_refugees", group="returned-refugees", measure="flow"),
    Column(name="idps", group="idps"),
    Column(name="returned_idps", group="returned-idps", measure="flow"),
    Column(name="stateless", group="stateless"),
    Column(name="ooc", group="others-of-concern"),
    Column(name="oip", group="other-in-need"),
    Column(name="hst", group="host-community"),
)
SOLUTIONS: Final = (
    Column(name="returned_refugees", group="returned-refugees", measure="flow"),
    Column(name="resettlement", group="resettled", measure="flow"),
    Column(name="naturalisation", group="naturalised", measure="flow"),
    Column(name="returned_idps", group="returned-idps", measure="flow"),
)
DECISIONS: Final = (
    Column(name="dec_recognized", group="asylum-recognised", measure="flow"),
    Column(name="dec_other", group="asylum-complementary", measure="flow"),
    Column(name="dec_rejected", group="asylum-rejected", measure="flow"),
    Column(name="dec_closed", group="asylum-closed", measure="flow"),
    Column(name="dec_total", group="asylum-decided", measure="flow"),
)

SERBIA: Final = (
    "under SRB stand Serbia and Kosovo (S/RES/1244 (1999)) together, as one entry of UNHCR's list of countries"
)
# persons or cases; a row summed over both ("-") mixes them and is refused
_UNIT: Final = ("P", "C")
_PROCEDURES: Final = ("G", "J", "U", "-")
# stages of procedure and types of application, as UNHCR's methodology and its API list them; "-" is summed over
_LEVELS: Final = ("NA", "FI", "AR", "EO", "IN", "RA", "JR", "SP", "FA", "TP", "TA", "BL", "TR", "CA", "-")
_TYPES: Final = ("N", "R", "A", "NA", "NR", "FA", "J", "BL", "SP", "V", "RA", "-")
# the facet's words, and the unit, by the column that tells them
_CUTS: Final = (("level", "dec_level"), ("procedure", "procedure_type"), ("type", "app_type"), ("unit", "app_pc"), ("unit", "dec_pc"))  # fmt: skip
_OWNED: Final = "UNHCR carries this series of {0} under its own terms (CC BY 4.0), which say that the owner's conditions hold too; ask {0} before a large reuse."


def _source(
    name: str,
    title: str,
    counts: tuple[str, ...],
    *,
    owner: str | None = None,
    optional: tuple[str, ...] = (),
    words: Mapping[str, tuple[str, ...]] | None = None,
) -> Source:
    return Source(
        id=f"unhcr.{name}", counter=(owner or PUBLISHER).lower(), publisher=f"{owner}, carried by {PUBLISHER}" if owner else PUBLISHER, title=f"Refugee Population Statistics: {title}", licence=LICENCE,
        credit=f"{f'{owner}, by ' if owner else ''}UNHCR Refugee Population Statistics Database, {title}", url=f"{API}{name}/", terms=TERMS, every=365,
        columns=("year", "coo_iso", "coa_iso", *(words or ()), *counts), optional=(*NAMES, *optional), counts=counts,
        codes=("coo_iso", "coa_iso"), aliases=NO_COUNTRY, words=words or {}, renamed=RENAMED, caution=_OWNED.format(owner) if owner else SERBIA, key=("year", "coo_iso", "coa_iso"),
        cuts={word: (name,) for word, name in _CUTS if name in (words or {})},
    )  # fmt: skip


POPULATION: Final = _source("population", "population", tuple(c.name for c in STOCKS))
SOLUTION: Final = _source("solutions", "solutions", tuple(c.name for c in SOLUTIONS))
APPLICATION: Final = _source(
    "asylum-applications", "asylum applications", ("applied",), optional=("ApplicationAveragePersonsPerCase",),
    words={"procedure_type": _PROCEDURES, "app_type": _TYPES, "dec_level": _LEVELS, "app_pc": _UNIT},
)  # fmt: skip
DECISION: Final = _source(
    "asylum-decisions", "asylum decisions", tuple(c.name for c in DECISIONS), optional=("DecisionsAveragePersonsPerCase",),
    words={"procedure_type": _PROCEDURES, "dec_level": _LEVELS, "dec_pc": _UNIT},
)  # fmt: skip
UNRWA: Final = _source("unrwa", "Palestine refugees registered with UNRWA", ("total",), owner="UNRWA")
IDMC: Final = _source("idmc", "internally displaced people by IDMC", ("total",), owner="IDMC")
