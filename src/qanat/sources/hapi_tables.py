"""The tables of HDX HAPI v2: what each has, whose figures they are and on what terms they travel."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from qanat.sources.admin import BEYOND, UNITS
from qanat.sources.record import Source
from qanat.sources.request import Key
from qanat.sources.shape import NO_COUNTRY

APP: Final = Key(
    name="hapi", sent="parameter", as_name="app_identifier",
    how="made by anyone at once: base64 of NAME:EMAIL, as the page `encode_app_identifier` of hapi.humdata.org gives it",
)  # fmt: skip
_API: Final = "https://hapi.humdata.org/api/v2/"
_PERIOD: Final = ("reference_period_start", "reference_period_end")
_COPY: Final = ("dataset_hdx_id", "resource_hdx_id", "warning", "error")
_SEXED: Final = ("gender", "age_range", "min_age", "max_age")
GROUPS: Final = {
    "REF": "refugees", "ROC": "refugees", "ASY": "asylum-seekers", "OIP": "other-in-need", "IDP": "idps", "IOC": "idps", "STA": "stateless",
    "OOC": "others-of-concern", "HST": "host-community", "RET": "returned-refugees", "RST": "resettled", "NAT": "naturalised",
    "RDP": "returned-idps", "RRI": "returnees",
}  # fmt: skip
FLOWS: Final = ("RET", "RST", "NAT", "RDP", "RRI")
PHASES: Final[tuple[str, ...]] = ("1", "2", "3", "4", "5", "3+", "all")
TERMS: Final[tuple[str, ...]] = ("current", "first projection", "second projection")

_BASE: Final = Source(
    id="hapi", counter="ocha", publisher="OCHA", title="HDX HAPI", licence="CC-BY-3.0-IGO", credit="", url=_API,
    terms="https://data.humdata.org/faqs/licenses", every=1, keys=(APP,), codes=("location_code",),
)  # fmt: skip


def _table(path: str, columns: tuple[str, ...], optional: tuple[str, ...] = (), *, units: bool = True) -> Source:
    """A table of HAPI with the columns every one has beside its own."""
    place = () if units and path.endswith("food-security") else ("location_code",)
    rest = ("location_code",) if not place else ()
    beside = (*rest, *(UNITS if units else ()), *BEYOND, *_COPY, *optional)
    return replace(_BASE, url=_API + path, columns=(*place, *columns, *_PERIOD), optional=beside)


NEEDS: Final = replace(
    _table(
        "affected-people/humanitarian-needs", ("sector_code", "population_status", "population"),
        ("sector_name", "category", "population_group", "disabled_marker", *_SEXED),
    ),
    id="hapi.needs", title="Humanitarian needs (HAPI)", decimals=("population",), every=365,
    credit="OCHA, Humanitarian Needs Overviews, through HDX HAPI", words={"population_status": ("AFF", "INN", "TGT", "REA", "all")},
    caution="Sectors overlap: one person is in need in several, so sectors are never added; the intersectoral figure counts each once.",
)  # fmt: skip
PRESENCE: Final = replace(
    _table(
        "coordination-context/operational-presence", ("org_acronym", "org_name", "sector_code"),
        ("sector_name", "org_type_code", "org_type_description"),
    ),
    id="hapi.presence", title="Who does what where, 3W (HAPI)", licence="CC-BY-4.0", every=90,
    credit="OCHA and partners, Who is Doing What Where (3W), through HDX HAPI",
    caution="An organisation named in a place says that it works there, neither how much nor for how many.",
)  # fmt: skip
FUNDING: Final = replace(
    _table(
        "coordination-context/funding", ("appeal_code", "requirements_usd", "funding_usd"), ("appeal_name", "appeal_type", "funding_pct"), units=False
    ),
    id="hapi.funding", title="Requirements and funding of appeals (HAPI)", decimals=("requirements_usd", "funding_usd"),
    credit="OCHA Financial Tracking Service (FTS), through HDX HAPI",
)  # fmt: skip
FOOD: Final = replace(
    _table(
        "food-security-nutrition-poverty/food-security", ("ipc_phase", "ipc_type", "population_in_phase"), ("population_fraction_in_phase",)
    ),
    id="hapi.food-security", counter="ipc", publisher="IPC", title="People by IPC phase (HAPI)", licence="CC-BY-NC-SA-3.0-IGO", every=90,
    decimals=("population_in_phase",), words={"ipc_phase": PHASES, "ipc_type": TERMS}, terms="https://www.ipcinfo.org/ipcinfo-website/terms-of-use/en/",
    credit="Integrated Food Security Phase Classification (IPC), through HDX HAPI",
    caution="HDX lists these figures as public domain, IPC itself asks CC BY-NC-SA 3.0 IGO; the stricter is kept.",
)  # fmt: skip
POPULATION: Final = replace(
    _table("geography-infrastructure/baseline-population", (*_SEXED, "population")),
    id="hapi.population", title="Baseline population, COD-PS (HAPI)", every=365, decimals=("population", "min_age", "max_age"),
    credit="OCHA and UNFPA, Common Operational Datasets: population statistics, through HDX HAPI",
)  # fmt: skip
IDPS: Final = replace(
    _table("affected-people/idps", ("operation", "assessment_type", "reporting_round", "population")),
    id="hapi.idps", counter="iom", publisher="International Organization for Migration (IOM)", title="Internally displaced people, DTM (HAPI)", licence="IOM-DTM", every=7,
    counts=("population",), terms="https://dtm.iom.int/terms-and-conditions",
    credit='Source: "International Organization for Migration (IOM), Displacement Tracking Matrix (DTM)"',
    caution="Only the newest round of an operation says who is displaced now; operations of a country may overlap, so none is added to another.",
)  # fmt: skip
REFUGEES: Final = replace(
    _BASE, id="hapi.refugees", counter="unhcr", publisher="UNHCR", title="Refugees and persons of concern (HAPI)", licence="CC-BY-4.0",
    url=f"{_API}affected-people/refugees-persons-of-concern", every=182, terms="https://www.unhcr.org/what-we-do/data-and-publications/data-and-statistics",
    columns=("origin_location_code", "asylum_location_code", "population_group", *_SEXED, "population", *_PERIOD),
    optional=("origin_location_name", "asylum_location_name", "origin_location_ref", "asylum_location_ref", "origin_has_hrp", "origin_in_gho", "asylum_has_hrp", "asylum_in_gho", *_COPY),
    counts=("population",), decimals=("min_age", "max_age"), codes=("origin_location_code", "asylum_location_code"), aliases=NO_COUNTRY,
    words={"population_group": tuple(GROUPS)}, credit="UNHCR Refugee Population Statistics Database, through HDX HAPI",
)  # fmt: skip
RETURNEES: Final = replace(
    REFUGEES, id="hapi.returnees", title="Returned refugees and IDPs (HAPI)", url=f"{_API}affected-people/returnees"
)
RISK: Final = replace(
    _table(
        "coordination-context/national-risk",
        ("overall_risk", "hazard_exposure_risk", "vulnerability_risk", "coping_capacity_risk"),
        ("risk_class", "global_rank", "meta_missing_indicators_pct", "meta_avg_recentness_years", "meta_missing_indicators_percentage"), units=False,
    ),
    id="hapi.risk", counter="inform", publisher="INFORM", title="National risk, INFORM (HAPI)", licence="CC-BY-4.0", every=182,
    decimals=("overall_risk", "hazard_exposure_risk", "vulnerability_risk", "coping_capacity_risk"),
    terms="https://drmkc.jrc.ec.europa.eu/inform-index", credit="INFORM Risk Index, European Commission Joint Research Centre, through HDX HAPI",
)  # fmt: skip
