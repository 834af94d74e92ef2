"""IOM Displacement Tracking Matrix (DTM), API v3: what is asked, and the lists of countries and operations.

Its terms forbid passing figures on or making others of them; a single round may be published under other terms, which
its document then says.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, cast

import polars as pl

from qanat.errors import AskError, SourceError
from qanat.figures import SCHEMA, Document
from qanat.sources.answers import told
from qanat.sources.pages import envelope
from qanat.sources.record import Reading, Source
from qanat.sources.request import Key, Question, Request

API: Final = "https://dtmapi.iom.int/v3/displacement/"
HNA_API: Final = "https://dtmapi.iom.int/HNA/v1/"
KEY: Final = Key(
    name="dtm", sent="header", as_name="Ocp-Apim-Subscription-Key",
    how="free registration on the DTM API portal, product API-V3",
)  # fmt: skip
HNA_KEY: Final = replace(KEY, name="dtm-hna", how="free registration on the DTM API portal, product HNA")
_COMMON: Final = (
    "operation", "admin0Name", "admin0Pcode", "numPresentIdpInd", "reportingDate", "yearReportingDate", "roundNumber", "displacementReason",
    "numberMales", "numberFemales", "assessmentType",
)  # fmt: skip
_ORIGIN: Final = ("id", "monthReportingDate", "idpOriginAdmin1Name", "idpOriginAdmin1Pcode")
COUNTS: Final = ("numPresentIdpInd", "numberMales", "numberFemales")


def _source(
    name: str, title: str, columns: tuple[str, ...], optional: tuple[str, ...] = (), *, counting: bool = True
) -> Source:
    return Source(
        id=f"iom.dtm-{name}", counter="iom", publisher="International Organization for Migration (IOM)",
        title=f"Displacement Tracking Matrix: {title}", licence="IOM-DTM", credit="International Organization for Migration (IOM), Displacement Tracking Matrix (DTM)",
        url=f"{API}{name}", terms="https://dtm.iom.int/terms-and-conditions", every=30, columns=columns, optional=optional,
        year="yearReportingDate" if counting else "", counts=COUNTS if counting else (), codes=("admin0Pcode",), keys=(KEY,),
        needs=("country-or-part",) if counting else (), parts="an operation's name, as in iom.dtm-operation-list" if counting else "",
        caution="people present at assessed places for any reason since a start date that differs by operation; operations and types of assessment overlap and are never added",
    )  # fmt: skip


ADMIN0: Final = _source("admin0", "internally displaced people by country", _COMMON, _ORIGIN)
ADMIN1: Final = _source("admin1", "internally displaced people by admin 1 unit", (*_COMMON, "admin1Name", "admin1Pcode"), _ORIGIN)  # fmt: skip
ADMIN2: Final = _source(
    "admin2", "internally displaced people by admin 2 unit", (*_COMMON, "admin1Name", "admin1Pcode", "admin2Name", "admin2Pcode"), _ORIGIN
)  # fmt: skip
COUNTRY_LIST: Final = _source("country-list", "countries", ("admin0Name", "admin0Pcode"), counting=False)
OPERATION_LIST: Final = _source(
    "operation-list", "operations", ("operation", "operationStatus", "admin0Name", "admin0Pcode"), counting=False
)  # fmt: skip
HNA: Final = replace(
    COUNTRY_LIST, id="iom.hna-admin2", title="Household needs assessments by admin 2 unit", url=f"{HNA_API}admin2", columns=(), codes=(),
    keys=(HNA_KEY,), needs=("country",), every=365, caution="shares of a sample of households, by indicators that differ by country and year; no figures are made of them",
)  # fmt: skip


def dtm(source: Source, question: Question) -> list[Request]:
    """The whole answer for a country or (part) an operation, and the days of the question's years; there are no pages.

    Raises AskError where neither is named: the service answers nothing then.
    """
    named = {"Admin0Pcode": question.country, "Operation": question.part}
    given = {name: value for name, value in named.items() if value}
    if not given:
        raise AskError(
            f"{source.id}: name a country (SDN), or an operation as its part; the service answers nothing else"
        )
    dates = {"FromReportingDate": f"{question.first}-01-01", "ToReportingDate": f"{question.last}-12-31"}
    return [Request(url=source.url, params=given | dates, keys=source.keys)]


def whole_list(source: Source, _question: Question) -> list[Request]:
    """The request for a list of countries or operations: whole, for every question."""
    return [Request(url=source.url, keys=source.keys)]


def fields_of(data: bytes, source: Source) -> dict[str, Any]:
    """The fields of an answer's envelope. Raises SourceError where it says that it failed, with the service's own words."""
    content = envelope(data, source.id)
    fields = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    if fields.get("isSuccess") is False:
        said = "; ".join(str(word) for word in fields.get("errorMessages") or ()) or "no reason"
        raise SourceError(
            f"{source.id}: the service refused the question ({fields.get('statusCode')}: {said}); ask for another country, operation or years"
        )
    return fields


def operations(data: bytes) -> pl.DataFrame:
    """DTM's operations: operation, active (null where another word is told), country. Several of one country overlap."""
    fields_of(data, OPERATION_LIST)
    records = told(data, OPERATION_LIST, ("result",)).records
    active = (
        pl.col("operationStatus").str.to_lowercase().replace_strict({"active": True, "inactive": False}, default=None)
    )
    return records.select("operation", active=active.cast(pl.Boolean), country="admin0Pcode")


def countries(data: bytes) -> pl.DataFrame:
    """The countries DTM has figures for: country (ISO 3166 alpha-3) and DTM's name for it."""
    fields_of(data, COUNTRY_LIST)
    return told(data, COUNTRY_LIST, ("result",)).records.select(country="admin0Pcode", name="admin0Name")


def read_operations(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:  # noqa: ARG001
    """No figures; how many operations there are and how many of them are active."""
    found = operations(data)
    note = f"{found.height} operations, {found.get_column('active').sum()} of them active; a list, no figures"
    return Reading(figures=pl.DataFrame(schema=SCHEMA), rows=found.height, notes=(note,))


def read_countries(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:  # noqa: ARG001
    """No figures: the account of the countries DTM works in, a record each. Raises SourceError for bytes that are no such list."""
    found = countries(data)
    return Reading(figures=pl.DataFrame(schema=SCHEMA), rows=found.height, notes=(f"{found.height} countries; a list, no figures",))  # fmt: skip


def hna(source: Source, question: Question) -> list[Request]:
    """The first page of each year's household needs assessment (HNA) of a country, which has a key and an address of its own."""
    if question.country is None:
        raise AskError(f"{source.id}: name a country (TCD); the service answers for one at a time")
    return [
        Request(url=source.url, params={"Admin0Pcode": question.country, "Year": str(year), "Page": "1"}, keys=source.keys)
        for year in range(question.first, question.last + 1)
    ]  # fmt: skip


def read_hna(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:  # noqa: ARG001
    """No figures; how many units there are and how many indicators they have, which differ by country and year."""
    outer = _within(envelope(data, HNA.id), "result", HNA.url)
    units = _within(outer, "result", HNA.url).get("data")
    if not isinstance(units, list):
        raise SourceError(f"{HNA.id}: the answer holds no list of units but {units!r:.40}; tell its owner")
    named = {
        name for unit in cast("list[object]", units) if isinstance(unit, dict) for name in cast("dict[str, Any]", unit)
    }
    note = (
        f"{len(cast('list[object]', units))} units, {len(named)} fields: what a sample of households said, no figures"
    )
    return Reading(figures=pl.DataFrame(schema=SCHEMA), rows=len(cast("list[object]", units)), notes=(note,))


def hna_following(asked: Request, answer: bytes) -> Request | None:
    """The page after an answer of the household needs assessment; null after the last.

    Raises SourceError where the answer says it failed or its double envelope changed.
    """
    outer = _within(envelope(answer, asked.url), "result", asked.address)
    pages = _within(_within(outer, "result", asked.address), "pagination", asked.address)
    if outer.get("isSuccess") is False:
        raise SourceError(f"{asked.address}: the service refused the question ({outer.get('errorMessages')})")
    page = int(asked.params.get("Page", "1"))
    return replace(asked, params={**asked.params, "Page": str(page + 1)}) if pages.get("hasNextPage") is True else None


def _within(content: object, name: str, asked: str) -> dict[str, Any]:
    fields = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    if not isinstance(fields.get(name), dict):
        said = (
            fields.get("exception")
            or fields.get("errorMessages")
            or f"fields {', '.join(list(fields)[:6]) or '(none)'}"
        )
        raise SourceError(f"{asked}: no {name!r} in the answer of the needs assessment ({said})")
    return cast("dict[str, Any]", fields[name])
