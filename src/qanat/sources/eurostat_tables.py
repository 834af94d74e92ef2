"""Eurostat's tables of asylum and migration: what each counts, its codes, and what to ask of the service.

Definitions: Regulation (EC) 862/2007 and Eurostat's reference metadata of each table (migr_asyapp, migr_asydec,
migr_asytp, migr_res, migr_immi, migr_pop).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from qanat.errors import AskError
from qanat.figures.ages import ALL, UNKNOWN, Band
from qanat.sources.record import Source
from qanat.sources.request import Question, Request

_API: Final = "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/"
# the service's own codes where they are not ISO 3166 alpha-2
OWN: Final = {"EL": "GRC", "UK": "GBR", "XK": "XKX", "STLS": "XXA", "UNK": "XXX"}
# people under another heading of one country: the heading stays in the facet
PARTS: Final = {
    "RNC": "XXX",
    "UK_OCT": "GBR",
    "CN_X_HK": "CHN",
}  # recognised non-citizens; overseas territories; China without Hong Kong
GROUP: Final = re.compile(
    r"(?:EU|EXT_|EA\d|EA$|EEA|EFTA|NEU|CC\d|CPC|ENP|AFR|AME|ASI|EUR|OCE|NAT$|FOR|[HML]DC|DE_TOT$|FX$)\w*"
)
REPORTING: Final = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL",
    "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO", "CH", "UK",
)  # fmt: skip
_UNITED_KINGDOM: Final = 2020  # the last year it reported to Eurostat
# what stands for everything in a dimension, so that it is no cut
WHOLE: Final = {
    "applicant": "ASY_APP", "decision": "TOTAL", "reason": "TOTAL", "duration": "TOTAL", "agedef": "COMPLET",
}  # fmt: skip
DECISIONS: Final = {
    "TOTAL": "asylum-decided", "GENCONV": "asylum-recognised", "HUMSTAT": "asylum-complementary", "SUB_PROT": "asylum-complementary",
    "TMP_PROT": "asylum-complementary", "REJECTED": "asylum-rejected",
}  # fmt: skip
TOLD_BY_GROUP: Final = ("TOTAL", "GENCONV", "REJECTED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What one of Eurostat's tables counts.

    cuts   dimensions beside citizen, geo, time, unit, sex and age: they go into the facet
    five   whether its numbers are rounded to the nearest multiple of five
    """

    code: str
    title: str
    group: str
    measure: Literal["flow", "stock"]
    every: Literal["month", "quarter", "year"]
    cuts: tuple[str, ...] = ()
    five: bool = False

    @property
    def source(self) -> Source:
        """The table as a source."""
        return Source(
            id=f"eurostat.{self.code}", counter="eurostat", publisher="Eurostat", title=self.title, licence="CC-BY-4.0", dated="/updated",
            credit=f"Eurostat, {self.title} (online data code {self.code})", url=f"{_API}{self.code}", year="", decimals=("value",),
            terms="https://ec.europa.eu/eurostat/help/copyright-notice", every={"month": 30, "quarter": 91, "year": 365}[self.every],
            words={"sex": tuple(SEXES), "unit": ("PER", "NR")}, caution=_CAUTIONS.get(self.group, _CITIZENS),
        )  # fmt: skip


SEXES: Final = {"T": "all", "F": "female", "M": "male", "UNK": "unknown"}
_CITIZENS: Final = "By citizenship, not by the country people came from; countries differ in whom they count."
_CAUTIONS: Final = {
    "asylum-applicants": "All applicants and first-time applicants are two counts of which the second is part of the first. Never added "
    "to UNHCR's applications, which have the same source. Rounded to the nearest multiple of five.",
    "asylum-decided": "First-instance decisions only; a person may get one in several countries. Rounded to the nearest multiple of five.",
    "temporary-protection": "UNHCR counts these people among refugees: never added. Rounded to the nearest multiple of five.",
    "first-permits": "Permits, not arrivals; people under temporary protection need none in most countries.",
}
TABLES: Final = (
    Table(code="migr_asyappctzm", title="Asylum applicants by type, citizenship, age and sex: monthly data", group="asylum-applicants", measure="flow", every="month", cuts=("applicant",), five=True),
    Table(code="migr_asyappctza", title="Asylum applicants by type, citizenship, age and sex: annual data", group="asylum-applicants", measure="flow", every="year", cuts=("applicant",), five=True),
    Table(code="migr_asydcfstq", title="First-instance decisions on asylum applications by citizenship, age and sex: quarterly data", group="asylum-decided", measure="flow", every="quarter", cuts=("decision",), five=True),
    Table(code="migr_asytpsm", title="Beneficiaries of temporary protection at the end of the month by citizenship, age and sex", group="temporary-protection", measure="stock", every="month", five=True),
    Table(code="migr_resfirst", title="First permits by reason, length of validity and citizenship", group="first-permits", measure="flow", every="year", cuts=("reason", "duration")),
    Table(code="migr_imm1ctz", title="Immigration by age group, sex and citizenship", group="immigrants", measure="flow", every="year", cuts=("agedef",)),
    Table(code="migr_emi1ctz", title="Emigration by age group, sex and citizenship", group="emigrants", measure="flow", every="year", cuts=("agedef",)),
    Table(code="migr_pop1ctz", title="Population on 1 January by age group, sex and citizenship", group="people", measure="stock", every="year"),
)  # fmt: skip
OPTIONAL: Final = ("freq", "sex", "age")  # dimensions a table may lack: then it is undivided


def age(code: str) -> Band | None:
    """The band of an age code: "Y_LT14", "Y14-17", "Y18", "Y_GE65", "TOTAL", "UNK"; null for any other."""
    if code in ("TOTAL", "UNK"):
        return ALL if code == "TOTAL" else UNKNOWN
    found = re.fullmatch(r"Y(?:_LT(\d{1,3})|_GE(\d{1,3})|(\d{1,3})(?:-(\d{1,3}))?)", code)
    if found is None:
        return None
    below, over, first, last = (int(part) if part else None for part in found.groups())
    if below is not None or over is not None:
        return (0, below) if over is None else (over, None)
    return first, (last if last is not None else first or 0) + 1


def ask(source: Source, question: Question) -> list[Request]:
    """What a country asks for: itself as the country that reports (where it reports to Eurostat), and its citizens
    elsewhere; without a country each country that reports. Months and quarters are asked for year by year, since the
    service puts off questions of more than about half a million cells.
    """
    table = next(one for one in TABLES if source.id == f"eurostat.{one.code}")
    reporting = (*REPORTING, "ME") if table.group == "asylum-applicants" else REPORTING  # Montenegro reports applicants
    if question.country is None:
        ends = [("geo", code) for code in reporting]
    else:
        code = _code(question.country, source)
        ends = [*([("geo", code)] if code in reporting else []), ("citizen", code)]
    return [
        Request(url=source.url, params={"format": "JSON", "lang": "EN", end: code, "sinceTimePeriod": first, "untilTimePeriod": last})
        for end, code in ends
        for first, last in _spans(question, table.every)
        if not (end == "geo" and code == "UK" and int(first[:4]) > _UNITED_KINGDOM)
    ]  # fmt: skip


def _spans(question: Question, every: str) -> list[tuple[str, str]]:
    if every == "year":
        return [(str(question.first), str(question.last))]
    first, last = ("-01", "-12") if every == "month" else ("-Q1", "-Q4")
    return [(f"{year}{first}", f"{year}{last}") for year in range(question.first, question.last + 1)]


def _code(country: str, source: Source) -> str:
    from qanat.edition.places import places

    own = next((code for code, iso in OWN.items() if iso == country), None)
    code = own or (places().at(country).iso2 if country in places() else None)
    if code is None:
        raise AskError(f"{source.id}: Eurostat has no code for {country}; ask for a country by its ISO 3166 code")
    return code
