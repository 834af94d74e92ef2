"""UNHCR's reference tables: footnotes to its statistics, its countries and its regions. They hold no figures.

The service's list of years is not read: it names years that hold nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from qanat.edition.places import places as known_places
from qanat.errors import AskError
from qanat.figures import SCHEMA, Document
from qanat.figures.check import COUNTRY
from qanat.figures.places import Places
from qanat.sources.answers import Told, aside, none_left, told
from qanat.sources.asking import following, reference
from qanat.sources.cells import set_aside
from qanat.sources.record import REJECTED, Adapter, Reading, Source
from qanat.sources.shape import NO_COUNTRY
from qanat.sources.unhcr_tables import API, LICENCE, PUBLISHER, TERMS

# UNHCR's population types and the groups they are, with those once shown apart (ROC, IOC: in refugee- and IDP-like situations)
_TYPES: Final = {
    "REF": "refugees", "ROC": "refugees", "ASY": "asylum-seekers", "OIP": "other-in-need", "IDP": "idps", "IOC": "idps", "STA": "stateless",
    "OOC": "others-of-concern", "RET": "returned-refugees", "RDP": "returned-idps", "HST": "host-community", "RST": "resettled", "NAT": "naturalised",
}  # fmt: skip
_YEARS: Final = re.compile(r"\s*((?:19|20)\d\d)\s*(?:[-\u2013]\s*((?:19|20)\d\d)\s*)?")


def _source(name: str, title: str, columns: tuple[str, ...], optional: tuple[str, ...] = ()) -> Source:
    return Source(
        id=f"unhcr.{name}", counter="unhcr", publisher=PUBLISHER, title=f"Refugee Population Statistics: {title}", licence=LICENCE,
        credit=f"UNHCR Refugee Population Statistics Database, {title}", url=f"{API}{name}/", terms=TERMS, every=365,
        columns=columns, optional=optional, year="", caution="a reference table: it holds no figures",
    )  # fmt: skip


FOOTNOTE: Final = _source(
    "footnotes", "footnotes", ("footnote", "year", "coo_iso", "coa_iso", "population_type"), ("coo", "coo_id", "coa", "coa_id")
)  # fmt: skip
COUNTRY_LIST: Final = _source(
    "countries", "countries", ("id", "code", "iso", "iso2", "name", "majorArea", "region"),
    ("0", "nameOrigin", "nameLong", "nameShort", "nameFormal", "nationality", "nameFr", "majorAreaFr", "regionFr"),
)  # fmt: skip
REGION: Final = _source("regions", "regions", ("id", "name"), ("0", "name_fr"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Footnote:
    """What UNHCR says of some of its figures.

    years   first and last year, both counted, of each span it is about
    origin  country of origin (ISO 3166 alpha-3); null: any;  place  country of asylum; null: any
    groups  words of GROUPS it is about
    at      its pointer in the answer
    """

    text: str
    years: tuple[tuple[int, int], ...]
    origin: str | None
    place: str | None
    groups: tuple[str, ...]
    at: str


def footnotes(data: bytes, places: frozenset[str] | None = None) -> tuple[tuple[Footnote, ...], pl.DataFrame]:
    """The footnotes of an answer, in its order, and those set aside (REJECTED).

    Set aside is a note without a year that can be read, with a code that is no country, or with an unknown type.
    """
    answer = told(data, FOOTNOTE, ("items",))
    unread = pl.Series([not _readable(years or "") for years in answer.records.get_column("year")], dtype=pl.Boolean)
    kept, wrong_year = aside(
        answer.records, pl.lit(unread), "year", ("year", "is no year or span of years such as 2015 - 2018, 2020")
    )  # fmt: skip
    rejected = [wrong_year]
    for column in ("coo_iso", "coa_iso"):
        code = pl.col(column).replace(NO_COUNTRY)
        fine = code.str.contains(COUNTRY) if places is None else code.is_in(sorted(places))
        broken = code.is_not_null() & (code != "") & ~fine
        kept, wrong = aside(kept, broken, column, ("country", "is no country; ISO 3166 alpha-3 codes are read"))
        rejected.append(wrong)
    strange = pl.col("population_type").str.split(",").list.eval(~pl.element().str.strip_chars().is_in(list(_TYPES)))
    kept, wrong = aside(
        kept, strange.list.any(), "population_type", ("word", f"has a type that is not one of {', '.join(_TYPES)}")
    )
    every = pl.concat([*rejected, wrong])
    none_left(kept, every, FOOTNOTE)
    return tuple(_footnote(row) for row in kept.iter_rows(named=True)), every


def year_spans(told_years: str) -> tuple[tuple[int, int], ...]:
    """The spans in "2015 - 2018, 2020": (2015, 2018) and (2020, 2020). Raises AskError for anything else."""
    found = [_YEARS.fullmatch(part) for part in told_years.split(",")]
    spans = tuple((int(one[1]), int(one[2] or one[1])) for one in found if one is not None)
    if len(spans) != len(found) or any(first > last for first, last in spans):
        raise AskError(f"{told_years!r} are no years; write them as 2015 - 2018, 2020")
    return spans


def _readable(told_years: str) -> bool:
    try:
        return bool(year_spans(told_years))
    except AskError:
        return False


def footnotes_of(
    notes: Iterable[Footnote], *, place: str, year: int, group: str, origin: str | None = None
) -> tuple[Footnote, ...]:
    """The footnotes a figure needs, the most particular first: of its place, year and group.

    origin  null: a figure over all origins, which a note on any one of them is about
    """
    fitting = [
        note
        for note in notes
        if group in note.groups
        and any(first <= year <= last for first, last in note.years)
        and note.place in (None, place)
        and (note.origin is None or origin in (None, note.origin))
    ]
    return tuple(sorted(fitting, key=lambda note: (note.place is None) + (note.origin is None)))


def countries(data: bytes, places: Places) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """UNHCR's countries (id, code its own letters, iso3, iso2, name, area, region; null where it tells none), and a
    sentence for each whose own code means another place, or none, in the list of places.
    """
    records = told(data, COUNTRY_LIST, ("items",)).records
    blank = [pl.col(name).replace("", None) for name in ("code", "iso", "iso2", "name", "majorArea", "region")]
    frame = records.with_columns(blank).select(
        id=pl.col("id").cast(pl.Int32, strict=False), code="code", iso3=pl.col("iso").replace(NO_COUNTRY), iso2=pl.when(~pl.col("iso").is_in(list(NO_COUNTRY))).then("iso2"),
        name="name", area="majorArea", region="region",
    )  # fmt: skip
    told_of = [
        _differs(code, iso3, name, places) for code, iso3, name in frame.select("code", "iso3", "name").iter_rows()
    ]
    return frame, tuple(sentence for sentence in told_of if sentence)


def regions(data: bytes) -> pl.DataFrame:
    """UNHCR's regions: id and name."""
    records = told(data, REGION, ("items",)).records
    return records.select(id=pl.col("id").cast(pl.Int32, strict=False), name="name")


def _footnote(row: dict[str, str]) -> Footnote:
    def code(column: str) -> str | None:
        return NO_COUNTRY.get(row[column], row[column]) if row[column] else None

    types = [word.strip() for word in row["population_type"].split(",")]
    return Footnote(
        text=row["footnote"], years=year_spans(row["year"]), origin=code("coo_iso"), place=code("coa_iso"),
        groups=tuple(dict.fromkeys(_TYPES[word] for word in types)), at=row["at"],
    )  # fmt: skip


def _differs(code: str | None, iso3: str | None, name: str | None, places: Places) -> str | None:
    try:
        known = places.from_unhcr(code or "").code
    except AskError:
        known = None
    if known == iso3 and known is not None:
        return None
    return f"UNHCR's code {code} is {iso3 or 'no country'} ({name}) there and {known or 'unknown'} here"


def _without_figures(answer: Told, rejected: pl.DataFrame | None = None, notes: tuple[str, ...] = ()) -> Reading:
    broken = pl.DataFrame(schema=REJECTED) if rejected is None else rejected
    rows = answer.records.height
    kept = rows - set_aside(broken)
    return Reading(
        figures=pl.DataFrame(schema=SCHEMA),
        rows=rows,
        rejected=broken,
        notes=(f"{kept} records of a reference table, no figures", *answer.notes, *notes),
    )


def read_footnotes(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:  # noqa: ARG001
    """No figures; how many footnotes there are and which are set aside."""
    return _without_figures(told(data, FOOTNOTE, ("items",)), footnotes(data, places)[1])


def read_countries(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:  # noqa: ARG001
    """No figures; how many countries there are and which codes mean something else here."""
    return _without_figures(told(data, COUNTRY_LIST, ("items",)), notes=countries(data, known_places())[1])


def read_regions(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:  # noqa: ARG001
    """No figures: the account of UNHCR's regions, a record each. Raises SourceError for bytes that are no such list."""
    return _without_figures(told(data, REGION, ("items",)))


ADAPTERS: Final = (
    Adapter(source=FOOTNOTE, read=read_footnotes, ask=reference, following=following),
    Adapter(source=COUNTRY_LIST, read=read_countries, ask=reference, following=following),
    Adapter(source=REGION, read=read_regions, ask=reference, following=following),
)
