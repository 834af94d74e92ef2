"""IDMC Internal Displacement Updates (IDU): single reports of people who fled, within days, before they are validated.

The reports count movements, not people, and are never a year's total: see `reconcile.spread` for sums by month.
"""

from __future__ import annotations

import html
import re
from typing import Final
from urllib.parse import urlsplit

import polars as pl

from qanat.figures import Document
from qanat.sources.answers import aside, none_left, of_one_country, told
from qanat.sources.asking import CLIENT
from qanat.sources.cells import sifted
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.request import Question, Request
from qanat.sources.shape import figures

RECOMMENDED: Final = "Recommended figure"
_ROLES: Final = (RECOMMENDED.lower(), "triangulation")
_GROUPS: Final = {"Conflict": "idps-new", "Disaster": "idps-disaster-new", "Other": "idps-other-new"}
_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "more than": (1.0, 1.25), "approximately": (0.9, 1.1), "less than": (0.0, 1.0),
}  # fmt: skip
_STARTS: Final = ("displacement_start_date", "displacement_date", "displacement_end_date")
_ENDS: Final = ("displacement_end_date", "displacement_date", "displacement_start_date")
_SAME: Final = ("iso3", "displacement_type", "_event", "_where")
_WANTED: Final = ("role", "event_id", "latitude", "longitude", "locations_coordinates", "centroid")
_MIDNIGHT: Final = "13h"  # IDMC's clock: days begin at 11:00 or 12:00 UTC, which is midnight in New Zealand
_LINK: Final = re.compile(r"""href=["'](https://[^\s"'<>]{4,2000})["']""")
IDU: Final = Source(
    id="idmc.idu", counter="idmc", publisher="IDMC", title="Internal Displacement Updates", licence="CC-BY-3.0-IGO",
    credit="Internal Displacement Monitoring Centre (IDMC), Internal Displacement Updates", every=1, keys=(CLIENT,),
    url="https://helix-tools-api.idmcdb.org/external-api/idus/all/", terms="https://www.internal-displacement.org/terms-and-conditions",
    columns=("id", "iso3", "displacement_type", "qualifier", "figure", *_STARTS, "year", "event_name", "created_at"),
    optional=(
        "role", "event_id", "latitude", "longitude", "locations_coordinates", "country", "centroid", "event_start_date", "event_end_date", "category", "subcategory",
        "type", "subtype", "standard_popup_text", "standard_info_text", "old_id", "locations_name", "locations_accuracy", "locations_type",
        "sources", "source_url", "displacement_occurred", "event_codes", "event_code_types",
    ),
    counts=("figure",), codes=("iso3",), words={"displacement_type": tuple(_GROUPS)},
    caution="provisional movements of single events; no total of a year, and not every event is reported",
)  # fmt: skip


def idu(source: Source, _question: Question) -> list[Request]:
    """Every report there is: the service takes neither country nor year."""
    return [Request(url=source.url, keys=source.keys)]


def events(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """Movements of each reported event over its days (half-open), by country and cause; facet event=ID.

    Only recommended figures are read; where some records tell a role, one that tells none or another word is set aside,
    since nobody can say whether it counts beside them. Where an answer tells no role, the newest report (created_at) of an event and
    location stands for all of it; what it replaces is superseded. Days are IDMC's own: its times of 11:00 and 12:00
    UTC are midnight in New Zealand, so 2023-08-02T12:00Z is 3 August, as its own text says.
    Bounds (level 1) by the qualifier: "more than" x is [x, 1.25 x], "approximately" x within 10 %, "less than" x is
    [0, x]; "total" has none. Text in HTML is never kept (see `links`); coordinates are not read.
    Source: IDMC, IDU methodology; bounds are the house's reading of the qualifiers.
    """
    answer = told(data, IDU, wanted=_WANTED)
    found, wrong = sifted(answer.records, IDU, places)
    single, no_country = of_one_country(found, "iso3")
    spanned = single.with_columns(start=_day(_STARTS), end=_day(_ENDS).dt.offset_by("1d"))
    late = pl.col("start") >= pl.col("end")
    kept, no_span = aside(
        spanned, late, "displacement_start_date", ("date", "is no day, or after displacement_end_date")
    )
    role = pl.col("role").replace("", None).str.to_lowercase()
    unclear = role.is_not_null().any() & ~role.is_in(_ROLES).fill_null(value=False)
    kept, no_role = aside(kept, unclear, "role", ("word", f"is neither {RECOMMENDED!r} nor 'Triangulation'"))
    rejected = pl.concat([wrong, no_country, no_span, no_role])
    none_left(kept, rejected, IDU)
    used = _standing(kept)
    counted = used.filter(pl.col("figure").is_not_null())
    unknown = sorted(
        set(counted.get_column("qualifier").drop_nulls().str.to_lowercase()) - set(_BOUNDS) - {"total", ""}
    )
    notes = (f"qualifiers without bounds: {', '.join(unknown)}",) if unknown else ()
    return Reading(
        figures=figures(_cells(counted), document, "idmc"), rows=answer.records.height, empty=used.height - counted.height,
        rejected=rejected, superseded=kept.height - used.height, notes=(*answer.notes, *notes),
    )  # fmt: skip


def links(data: bytes) -> dict[str, str]:
    """The address of the source each report names, by the report's id: https only, without a user or a port in it.

    Reports whose text names none, or one that is not safe to follow, are left out.
    """
    records = told(data, IDU, wanted=("standard_popup_text",)).records
    found: dict[str, str] = {}
    for name, text in records.select("id", "standard_popup_text").iter_rows():
        match = _LINK.search(text or "")
        address = html.unescape(match[1]) if match else ""
        if address and _safe(address):
            found[name] = address
    return found


def _safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        plain = parts.username is None and parts.port is None and "." in (parts.hostname or "")
    except ValueError:
        return False
    return plain and address.isprintable() and not re.search(r"[\s<>\"'\\]", address)


def _day(columns: tuple[str, ...]) -> pl.Expr:
    """The first of these times that is told, as a day of IDMC's clock."""
    time = pl.coalesce(pl.col(name).replace("", None) for name in columns)
    return (
        time.str.slice(0, 19)
        .str.replace("T", " ")
        .str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
        .dt.offset_by(_MIDNIGHT)
        .dt.date()
        .fill_null(time.str.slice(0, 10).str.to_date(strict=False))
    )


def _standing(kept: pl.DataFrame) -> pl.DataFrame:
    """The recommended reports, each once; where no role is told, the newest of each event and location."""
    newest = kept.sort("created_at", "row", descending=True, nulls_last=True).unique(
        "id", keep="first", maintain_order=True
    )
    if kept.get_column("role").is_not_null().any():
        return newest.filter(pl.col("role").str.to_lowercase() == RECOMMENDED.lower()).sort("row")
    point = pl.concat_str("latitude", "longitude", separator=",")
    placed = newest.with_columns(
        _event=pl.coalesce("event_id", "event_name", "id"),
        _where=pl.coalesce(point, "locations_coordinates", "centroid", pl.lit("")),
    )
    return placed.unique(list(_SAME), keep="first", maintain_order=True).sort("row")


def _cells(counted: pl.DataFrame) -> pl.DataFrame:
    qualifier = pl.col("qualifier").str.to_lowercase()
    least, most = (
        qualifier.replace_strict(
            {word: span[end] for word, span in _BOUNDS.items()}, default=None, return_dtype=pl.Float64
        )
        for end in (0, 1)
    )
    value = pl.col("figure")
    return counted.select(
        "start", "end", group=pl.col("displacement_type").replace_strict(_GROUPS), measure=pl.lit("flow"), unit=pl.lit("movements"),
        origin="iso3", place="iso3", value=value, low=value * least, high=value * most, level=pl.when(least.is_not_null()).then(pl.lit(1.0)),
        facet=pl.format("event={}", pl.col("id").str.replace_all("[=;]", " ")), status=pl.lit("provisional"),
        locator=pl.format("{}#figure", "at"),
    )  # fmt: skip


ADAPTERS: Final = (Adapter(source=IDU, read=events, ask=idu),)
