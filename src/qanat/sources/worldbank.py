"""World Bank, World Development Indicators: migration, remittances, population and income by country and year.

Much of it is carried from others (UN Population Division, UNHCR with UNRWA, IDMC); the World Bank stands as counter, so
that a copy is never taken for the original's newest word. Definitions: World Bank, WDI metadata of each indicator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

import polars as pl

from qanat.errors import NoRecords, SourceError
from qanat.figures import Document, F
from qanat.figures.periods import flow_of, mid_year, stock_of
from qanat.sources.answers import text
from qanat.sources.cells import sifted
from qanat.sources.pages import envelope
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import figures
from qanat.sources.worldbank_ask import AGGREGATES, INDICATORS, ask, following

_VALUES: Final = {"count": "count of people", "amount": "amount", "net": "net value"}
SOURCE: Final = Source(
    id="worldbank.indicators", counter="worldbank", publisher="World Bank", title="World Development Indicators", licence="CC-BY-4.0",
    dated="/0/lastupdated", credit="World Bank, World Development Indicators", url="https://api.worldbank.org/v2/en/country/",
    terms="https://www.worldbank.org/en/about/legal/terms-of-use-for-datasets", every=90,
    parts="an indicator, as SM.POP.NETM", columns=("indicator", "iso3", "year", *_VALUES.values()), counts=(_VALUES["count"],), decimals=(_VALUES["amount"],),
    signed=(_VALUES["net"],), codes=("iso3",), aliases={"CHI": "XCX"}, words={"indicator": tuple(INDICATORS)},
    caution="Refugees (SM.POP.REFG) include Palestine refugees registered with UNRWA, unlike UNHCR's own figures. Figures carried from UN "
    "DESA, UNHCR and IDMC are copies, no second count. Editions before 2022 gave net migration as five-year totals.",
)  # fmt: skip


def indicators(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """Each indicator of worldbank_ask.INDICATORS by country and year, percentages as shares.

    Stocks of people are of mid-year (population, migrants) or of year-end (refugees, IDPs); flows and money of the
    calendar year. Refugees by origin stand at WLD, counted anywhere. A value that is null gives no figure.
    Records of regions and groups of countries give none either: how many, the notes say.
    """
    records, updated = _records(data)
    told = records.filter(~pl.col("iso3").is_in(sorted(AGGREGATES)))
    kept, rejected = sifted(told, SOURCE, places)
    made = pl.concat([_series(kept, name) for name in INDICATORS])
    counted = made.filter(F.value.is_not_null())
    return Reading(
        figures=figures(counted, document, SOURCE.counter), rows=records.height, empty=made.height - counted.height, rejected=rejected,
        notes=(*_notes(records.height - told.height), *(f"the World Bank says it was last updated {day}" for day in updated)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of an answer: where its records stand, what the service says of it."""

    pointer: str
    facts: dict[str, Any]
    records: list[dict[str, Any]]


def pages(content: object, pointer: str = "") -> list[Page]:
    """The pages in a parsed answer [facts, records]; several where they were made one list, or one stands in another.

    Raises SourceError for the service's own errors (which come with status 200), and for any other envelope.
    """
    whole = content
    parts = cast("list[object]", content) if isinstance(content, list) else []
    if not parts:
        raise _not_read(whole)
    if all(isinstance(part, list) for part in parts):
        return [page for at, part in enumerate(parts) for page in pages(part, f"{pointer}/{at}")]
    if not isinstance(parts[0], dict) or "message" in parts[0] or len(parts) != 2:
        raise _not_read(parts)
    inside: object = [] if parts[1] is None else parts[1]  # null: nothing for this question
    if not isinstance(inside, list):
        raise _not_read(parts)
    records = cast("list[object]", inside)
    if records and isinstance(records[0], dict) and "page" in records[0]:
        return pages(records, f"{pointer}/1")
    if not all(isinstance(one, dict) for one in records):
        raise _not_read(parts)
    return [
        Page(
            pointer=f"{pointer}/1",
            facts=cast("dict[str, Any]", parts[0]),
            records=cast("list[dict[str, Any]]", records),
        )
    ]


def _records(data: bytes) -> tuple[pl.DataFrame, list[str]]:
    """The records as texts with `row`, `at` and the country as ISO alpha-3, and the days of the last update."""
    found = _pages(data)
    rows = [(f"{page.pointer}/{at}", record) for page in found for at, record in enumerate(page.records)]
    if not rows:
        raise NoRecords(
            f"{SOURCE.id}: the answer holds no records; the World Bank has nothing for this question, so ask for other years or countries"
        )
    _whole([record for _, record in rows])
    fields = [_fields(record) | {"at": at, "row": number} for number, (at, record) in enumerate(rows, 1)]
    schema = {name: pl.String() for name in ("indicator", "iso3", "year", "value", "at", "obs_status")} | {
        "row": pl.Int64()
    }
    frame = pl.DataFrame(fields, schema=schema).with_columns(pl.col(pl.String).str.strip_chars())
    kinds = pl.col("indicator").replace_strict({name: one.kind for name, one in INDICATORS.items()}, default=None)
    values = [pl.when(kinds == kind).then("value").alias(name) for kind, name in _VALUES.items()]
    days = sorted({str(page.facts["lastupdated"]) for page in found if page.facts.get("lastupdated")})
    return frame.with_columns(values), days


def _pages(data: bytes) -> list[Page]:
    head = data.removeprefix(b"\xef\xbb\xbf")[:400].lstrip()
    if head.startswith(b"<"):
        kind = "an error in XML" if b"wb:error" in head else "XML or a web page"
        raise SourceError(
            f"{SOURCE.id}: the answer is {kind}, not data (it begins {head[:120]!r}); the World Bank did not understand the question "
            "or is not answering: ask again later, for an indicator and country of its lists"
        )
    return pages(envelope(data.removeprefix(b"\xef\xbb\xbf"), SOURCE.id))


def _fields(record: dict[str, Any]) -> dict[str, str | None]:
    country = cast("dict[str, Any]", record["country"])
    own = text(record["countryiso3code"]) or ""
    return {
        "indicator": text(cast("dict[str, Any]", record["indicator"]).get("id")), "year": text(record["date"]),
        "iso3": own if len(own.strip()) == 3 else _from_two(str(country.get("id") or "")), "value": text(record["value"]),
        "obs_status": text(record.get("obs_status")),
    }  # fmt: skip


def _from_two(code: str) -> str | None:
    """The alpha-3 code where a record has the country's own code only: two letters in most sources, three in some."""
    from qanat.edition.places import places

    if len(code) == 3:
        return code
    known = {place.iso2: place.code for place in places().countries() if place.iso2}
    return known.get(code, code or None)


def _whole(records: list[dict[str, Any]]) -> None:
    """Raises SourceError with every field that a record lacks."""
    needed = ("indicator", "country", "countryiso3code", "date", "value")
    missing = [name for name in needed if any(name not in record for record in records)]
    shaped = [
        name for name in needed[:2] if name not in missing and not all(isinstance(r[name], dict) for r in records)
    ]
    if missing or shaped:
        raise SourceError(
            f"{SOURCE.id}: the records have no {', no '.join([*missing, *(f'{name} with an id' for name in shaped)])} "
            f"but {', '.join(list(records[0])[:8])}; the World Bank changed the service or answered another question: nothing was kept"
        )


def _series(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The figures of one indicator."""
    one = INDICATORS[name]
    code = pl.col("iso3").replace(dict(SOURCE.aliases))
    spans = {"mid-year": mid_year, "year-end": stock_of, "year": flow_of}
    start, end = spans[one.when](pl.col("year"))
    none = pl.lit(None, dtype=pl.String)
    estimated = pl.lit(one.estimated) | (pl.col("obs_status") == "E").fill_null(value=False)
    return frame.filter(pl.col("indicator") == name).select(
        group=pl.lit(one.group), measure=pl.lit(one.measure), unit=pl.lit(one.unit), start=start, end=end,
        origin=code if one.origin != "none" else none, place=pl.lit("WLD") if one.origin == "only" else code,
        value=pl.col(_VALUES[one.kind]) / one.per, facet=pl.lit(one.facet, dtype=pl.String), locator="at",
        status=pl.when(estimated).then(pl.lit("estimated")).otherwise(pl.lit("counted")),
    )  # fmt: skip


def _notes(groups: int) -> tuple[str, ...]:
    return (f"{groups} records speak of regions and groups of countries, which are no places here",) if groups else ()


def _not_read(content: object) -> SourceError:
    told = f"{content!r:.300}"
    return SourceError(
        f"{SOURCE.id}: the answer is no [facts, records] but {told}; the World Bank refused the question or changed the service: "
        "check the indicator and the country against its lists"
    )


ADAPTERS: Final = (Adapter(source=SOURCE, read=indicators, ask=ask, following=following),)
