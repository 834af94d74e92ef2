"""The World Bank's indicators that are read, what each counts, and what to ask of its service."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast

from qanat.errors import AskError, SourceError
from qanat.figures.words import nearest
from qanat.sources.pages import envelope
from qanat.sources.record import Source
from qanat.sources.request import Question, Request

PAGE: Final = 1000
# groups of countries, of which the service's list of countries says region "Aggregates" (NA), read as of 2024
AGGREGATES: Final = frozenset({
    "AFE", "AFR", "AFW", "ARB", "BEA", "BEC", "BHI", "BLA", "BMN", "BSS", "CAA", "CEA", "CEB", "CEU", "CLA", "CME", "CSA", "CSS", "DEA",
    "DEC", "DLA", "DMN", "DNS", "DSA", "DSF", "DSS", "EAP", "EAR", "EAS", "ECA", "ECS", "EMU", "EUU", "FCS", "FXS", "HIC", "HPC", "IBB",
    "IBD", "IBT", "IDA", "IDB", "IDX", "INX", "LAC", "LCN", "LDC", "LIC", "LMC", "LMY", "LTE", "MCA", "MDE", "MEA", "MIC", "MNA", "NAC",
    "NAF", "NRS", "NXS", "OED", "OSS", "PRE", "PSS", "PST", "RRS", "SAS", "SSA", "SSF", "SST", "SXZ", "TEA", "TEC", "TLA", "TMN", "TSA",
    "TSS", "UMC", "WLD", "XZN",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What one indicator counts.

    kind    count of people (whole, zero or more), amount (zero or more), net (any sign)
    origin  whether the country is where people are from: none (origin not told), same (origin and place), only (place
            is the world)
    per     what the published number is divided by
    """

    measure: str
    unit: str
    group: str
    kind: Literal["count", "amount", "net"]
    when: Literal["mid-year", "year-end", "year"]
    origin: Literal["none", "same", "only"] = "none"
    facet: str | None = None
    per: float = 1
    estimated: bool = False


_WITH_UNRWA: Final = "with=palestine-refugees"
INDICATORS: Final[dict[str, Indicator]] = {
    "SM.POP.NETM": Indicator(measure="net-flow", unit="movements", group="people", kind="net", when="year", estimated=True),
    "SM.POP.TOTL": Indicator(measure="stock", unit="people", group="migrants", kind="count", when="mid-year", estimated=True),
    "SM.POP.REFG": Indicator(measure="stock", unit="people", group="refugees", kind="count", when="year-end", facet=_WITH_UNRWA),
    "SM.POP.REFG.OR": Indicator(
        measure="stock", unit="people", group="refugees", kind="count", when="year-end", origin="only", facet=_WITH_UNRWA
    ),
    "VC.IDP.NWCV": Indicator(measure="flow", unit="movements", group="idps-new", kind="count", when="year", origin="same"),
    "VC.IDP.TOCV": Indicator(measure="stock", unit="people", group="idps", kind="count", when="year-end", origin="same"),
    "BX.TRF.PWKR.CD.DT": Indicator(
        measure="remittances", unit="USD", group="money", kind="amount", when="year", estimated=True
    ),
    "BX.TRF.PWKR.DT.GD.ZS": Indicator(
        measure="share", unit="share", group="money", kind="amount", when="year", facet="of=gdp;part=remittances received",
        per=100, estimated=True,
    ),
    "SP.POP.TOTL": Indicator(measure="stock", unit="people", group="people", kind="count", when="mid-year", estimated=True),
    "NY.GDP.PCAP.PP.CD": Indicator(measure="income", unit="intl-USD", group="money", kind="amount", when="year", estimated=True),
    "NY.GDP.PCAP.CD": Indicator(measure="income", unit="USD", group="money", kind="amount", when="year", estimated=True),
}  # fmt: skip


def ask(source: Source, question: Question) -> list[Request]:
    """The first page of each indicator, or of the one the question names as its part; all countries, or one.

    Raises AskError for an indicator that is not read here, naming the nearest.
    """
    if question.part is not None and question.part not in INDICATORS:
        near = nearest(question.part, list(INDICATORS))
        raise AskError(
            f"{source.id}: {question.part!r} is no indicator that is read here; "
            + (f"did you mean {near}?" if near else f"there are {', '.join(INDICATORS)}")
        )
    theirs = {"XCX": "CHI"}  # the Channel Islands
    country = theirs.get(question.country, question.country) if question.country else "all"
    params = {
        "format": "json", "source": "2", "date": f"{question.first}:{question.last}", "per_page": str(PAGE), "page": "1",
    }  # fmt: skip
    wanted = [question.part] if question.part else list(INDICATORS)
    return [Request(url=f"{source.url}{country}/indicator/{name}", params=params) for name in wanted]


def following(asked: Request, answer: bytes) -> Request | None:
    """The request for the next page; null after the last. Raises SourceError where the answer has no page count."""
    content = envelope(answer.removeprefix(b"\xef\xbb\xbf"), asked.url)
    parts = cast("list[object]", content) if isinstance(content, list) else []
    facts = cast("dict[str, Any]", parts[0]) if parts and isinstance(parts[0], dict) else {}
    if "pages" not in facts:
        raise SourceError(
            f"{asked.url}: the answer does not say how many pages there are but {content!r:.200}; "
            "the World Bank refused the question or changed the service"
        )
    current = int(asked.params["page"])
    return replace(asked, params={**asked.params, "page": str(current + 1)}) if current < int(facts["pages"]) else None


def last_updated(answer: bytes) -> str | None:
    """The day the World Bank says an indicator was last updated ("2025-10-07"); null where an answer does not say."""
    content = envelope(answer.removeprefix(b"\xef\xbb\xbf"), "worldbank")
    first = cast("list[object]", content)[0] if isinstance(content, list) and content else None
    told = cast("dict[str, Any]", first).get("lastupdated") if isinstance(first, dict) else None
    return str(told) if told else None
