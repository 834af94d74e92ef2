"""UNHCR's Protection and Return Monitoring Network (PRMN) in Somalia: movements between districts, month by month."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from qanat.edition.places import places as known_places
from qanat.errors import AskError, SourceError
from qanat.figures import Document, F
from qanat.figures.check import PLACE
from qanat.sources.answers import aside, none_left
from qanat.sources.asking import by_file
from qanat.sources.cells import sifted
from qanat.sources.locators import several
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import figures
from qanat.sources.tables import table

_WORKBOOK: Final = b"PK\x03\x04"
_COUNTRY: Final = "SOM"
# the reasons partners report, by the group they are of
_GROUPS: Final = {
    "Conflict/Insecurity": "idps-new", "Drought related": "idps-disaster-new", "Flood": "idps-disaster-new", "Other": "idps-other-new",
}  # fmt: skip
_SAME: Final = ("start", "origin", "place", "group", "facet")
PRMN: Final = Source(
    id="unhcr.prmn-somalia", counter="unhcr", publisher="UNHCR, Norwegian Refugee Council and partners", licence="CC-BY-4.0",
    title="Somalia Protection and Return Monitoring Network: displacement between districts",
    credit="UNHCR Somalia, Protection and Return Monitoring Network (PRMN)", url="https://data.humdata.org/dataset/somalia-internally-displaced-persons-idps",
    terms="https://data.humdata.org/faqs/licenses", every=30, year="", service=False, counts=("individuals",), words={"reason": tuple(_GROUPS)},
    columns=("month", "origin_district", "origin_region", "dest_district", "dest_region", "reason", "individuals"),
    optional=("origin_adm2_pcode", "dest_adm2_pcode", "Year Week", "Current Priority Need"),
    renamed={
        "Month End": "month", "Current (Arrival) Region": "dest_region", "Current (Arrival) District": "dest_district", "Reason": "reason",
        "Previous (Departure) Region": "origin_region", "Previous (Departure) District": "origin_district", "Number of Individuals": "individuals",
    },
    caution="movements reported by partners where they are, not people and not stocks; coverage changes over the years",
)  # fmt: skip


def movements(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:  # noqa: ARG001
    """Movements in a month from a district (origin) to a district (place), the same one for moves within it, by reason.

    Reads the table by month, and the file on HDX with a row a week (its sheet saved as CSV), whose rows of one month, way
    and reason are added (method records@1); a month of which a week has no number has none. A district without a p-code stays at the country, its name in facet departure
    or destination. Group by reason: conflict idps-new, drought and flood idps-disaster-new, others idps-other-new.
    Raises SourceError for a workbook and for bytes that are not this table.
    """
    if data[:4] == _WORKBOOK:
        raise SourceError(
            f"{PRMN.id}: this is a workbook; save its sheet of movements as CSV (UTF-8) and hand that over"
        )
    frame = table(data, PRMN).with_columns(pl.all().cast(pl.String).str.strip_chars())
    found, wrong = sifted(frame.with_row_index("row", 1), PRMN)
    month = pl.col("month").str.slice(0, 7).str.strip_suffix("-")
    dated = found.with_columns(start=pl.concat_str(month, pl.lit("-01")).str.to_date(strict=False))
    kept, no_month = aside(dated, pl.col("start").is_null(), "month", ("date", "is no month (2016-01)"))
    rejected = pl.concat([wrong, no_month])
    none_left(kept, rejected, PRMN)
    cells = _cells(kept)
    return Reading(
        figures=figures(cells.filter(F.value.is_not_null()), document, "unhcr"), rows=frame.height, rejected=rejected,
        empty=kept.get_column("individuals").null_count(),
    )  # fmt: skip


def _cells(kept: pl.DataFrame) -> pl.DataFrame:
    ways = {"origin": ("origin", "departure"), "place": ("dest", "destination")}
    coded = kept.with_columns(_district(kept, prefix).alias(column) for column, (prefix, _) in ways.items())
    names = [
        pl.when(pl.col(column).is_null()).then(pl.concat_str(pl.lit(f"{word}="), pl.col(f"{prefix}_district").str.replace_all("[=;]", " ")))
        for column, (prefix, word) in ways.items()
    ]  # fmt: skip
    reason = pl.concat_str(pl.lit("reason="), "reason")
    told = coded.with_columns(
        facet=pl.concat_str([*names, reason], separator=";", ignore_nulls=True), group=pl.col("reason").replace_strict(_GROUPS),
        at=pl.format("row {}", "row"),
    )  # fmt: skip
    filled = told.with_columns(pl.col("origin", "place").fill_null(_COUNTRY))
    added = filled.group_by(_SAME, maintain_order=True).agg(
        value=pl.when(pl.col("individuals").is_not_null().all()).then(pl.col("individuals").sum()), locator=several(), parts=pl.len()
    )  # fmt: skip
    return added.with_columns(
        measure=pl.lit("flow"), unit=pl.lit("movements"), end=pl.col("start").dt.offset_by("1mo"), basis=pl.lit("key_informant"),
        method=pl.when(pl.col("parts") > 1).then(pl.lit("records@1")).otherwise(pl.lit("published")),
    ).drop("parts")  # fmt: skip


def _district(kept: pl.DataFrame, prefix: str) -> pl.Expr:
    """A district's p-code: the table's own, else by its name among Somalia's districts; null where neither is there."""
    own = pl.col(f"{prefix}_adm2_pcode")
    if kept.get_column(f"{prefix}_adm2_pcode").is_not_null().any():
        return pl.when(own.str.contains(PLACE)).then(own)
    names = kept.get_column(f"{prefix}_district").unique().drop_nulls()
    return pl.col(f"{prefix}_district").replace_strict(
        {name: _code(name) for name in names}, default=None, return_dtype=pl.String
    )


@cache
def _code(name: str) -> str | None:
    try:
        return known_places().unit(name, _COUNTRY, 2).code
    except AskError:
        return None


ADAPTERS: Final = (Adapter(source=PRMN, read=movements, ask=by_file),)
