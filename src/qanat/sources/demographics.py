"""UNHCR demographics: people by population type, sex and age, nationally and by place, with what is not known.

Reads the API's JSON, the CSV handed to HDX and the tidy tables (national, by location, by p-code).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import Document
from qanat.sources import sexes
from qanat.sources.asking import following
from qanat.sources.asking import unhcr as asked
from qanat.sources.cells import records, set_aside
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import NO_COUNTRY, dated, ends, figures
from qanat.sources.shape import since as recent
from qanat.sources.unhcr_tables import API, LICENCE, NAMES, PUBLISHER, RENAMED, SERBIA, TERMS

TYPES: Final[dict[str, tuple[str, str]]] = {
    "REF": ("refugees", "stock"), "ASY": ("asylum-seekers", "stock"), "IDP": ("idps", "stock"), "OIP": ("other-in-need", "stock"),
    "STA": ("stateless", "stock"), "OOC": ("others-of-concern", "stock"), "HST": ("host-community", "stock"),
    "RET": ("returned-refugees", "flow"), "RDP": ("returned-idps", "flow"),
}  # fmt: skip
_PLACED: Final = ("location", "loc_type", "acc_type", "admin_level", "location_name", "pcode", "match")
_LONG: Final = {"f": "Female", "m": "Male"}
_CSV: Final = {
    f"{_LONG[sex]}_{theirs}": f"{sex}_{ours}"
    for sex in _LONG
    for theirs, ours in (*((band, band) for band in sexes.BANDS), ("Unknown", "other"), ("total", "total"))
}

DEMOGRAPHICS: Final = Source(
    id="unhcr.demographics", counter="unhcr", publisher=PUBLISHER, title="Refugee Population Statistics: demographics by sex, age and location",
    licence=LICENCE, credit="UNHCR Refugee Population Statistics Database, demographics", url=f"{API}demographics/", terms=TERMS, every=365,
    columns=("year", "coo_iso", "coa_iso", "pop_type", *sexes.COUNTS), optional=(*NAMES, *_PLACED), counts=sexes.COUNTS,
    codes=("coo_iso", "coa_iso"), aliases=NO_COUNTRY, words={"pop_type": tuple(TYPES)}, key=("year", "coo_iso", "coa_iso", "pop_type"),
    renamed={**RENAMED, "PT": "pop_type", "urbanRural": "loc_type", "accommodationType": "acc_type", "Total": "total", **_CSV},
    caution=SERBIA, cuts={"at": ("location_name", "location"), "accommodation": ("acc_type",), "settlement": ("loc_type",)},
)  # fmt: skip
PCODE: Final = "^[A-Z]{2,3}[0-9]"  # other identifiers of boundary files are no p-codes: the location keeps its name
_SAME: Final = ("year", "origin", "place", "facet", "pop_type")


def demographics(
    data: bytes,
    document: Document,
    *,
    since: int | None = None,
    nationally: bool = False,
    places: frozenset[str] | None = None,
) -> Reading:
    """People by sex and age. For each published record:

    the total (sex all); women and men of all ages where sex is recorded; the five age bands of a sex where they are
    broken down; unknown ages within a sex (`other`, and what the bands leave: method unknown-age@1, total less bands);
    and people whose sex is not recorded (sex unknown, method unknown-sex@1: total less both sexes). The two methods are
    exact arithmetic on published cells, so their rows are counted, and their bounds follow from those of the cells.
    A sex with zeros in all its bands and people in its total was not broken down: those zeros are no figures and are
    only counted, and so is an `other` that repeats that sex's total.

    A record by location carries the p-code as `place` where it has one, else the country with the location's name in
    `facet`, so that it is never mistaken for the country's total. Records of one p-code that differ in nothing the
    table still tells (urban or rural was lost) are disjoint and added up, method records@1.

    nationally  add up a country's locations (method records@1); a zero of each of k locations is then [0, 2k]
    """
    found, aside = records(data, DEMOGRAPHICS, places)
    found = recent(found, since)
    placed = _located(ends(found, DEMOGRAPHICS), nationally=nationally)
    merged = _merged(sexes.bounded(placed), everything=nationally).join(_groups(), on="pop_type", maintain_order="left")
    cells = dated(sexes.told(merged).with_columns(unit=pl.lit("people")))
    return Reading(
        figures=figures(cells, document, "unhcr"),
        rows=found.height + set_aside(aside),
        rejected=aside,
        empty=sum(found.select(sexes.COUNTS).null_count().row(0)),
        not_broken_down=sexes.not_broken_down(merged),
        notes=sexes.over(merged),
    )


def _located(frame: pl.DataFrame, *, nationally: bool) -> pl.DataFrame:
    """`place`, `facet` and the locator's `key` for records by location; national records stay as they are."""
    key = pl.format("{}/{}/{}/{}", "year", "coo_iso", "coa_iso", "pop_type")
    if nationally:
        return frame.with_columns(facet=pl.lit(None, dtype=pl.String), key=key)
    texts = frame.with_columns(pl.col(name).cast(pl.String).replace("", None) for name in _PLACED)
    texts = texts.with_columns(
        pl.when(pl.col("pcode").str.contains(PCODE)).then("pcode"), name=pl.coalesce("location_name", "location")
    )
    coded = texts.with_columns(place=pl.coalesce("pcode", "place"), key=key)
    suffix = pl.when(pl.col("match") == "fuzzy").then(pl.lit(" ~ name matched nearly")).otherwise(pl.lit(""))
    at = pl.when(pl.col("name").is_not_null()).then(pl.format("{} @ {}{}", "key", "name", suffix)).otherwise("key")
    return coded.with_columns(facet=_facet(), key=at)


def _facet() -> pl.Expr:
    """Accommodation and settlement as published; the location's name where no p-code tells it or two names share one."""
    one_code = pl.struct("year", "origin", "place", "pop_type", "acc_type", "loc_type").is_duplicated()
    name = pl.when(pl.col("pcode").is_null() | one_code).then(pl.col("name").str.replace_all(r"[=;]", " "))
    parts = {"accommodation": pl.col("acc_type"), "location": name, "settlement": pl.col("loc_type")}
    cuts = [pl.concat_str(pl.lit(f"{key}="), word) for key, word in parts.items()]
    return pl.concat_str(cuts, separator=";", ignore_nulls=True).replace("", None)


def _merged(frame: pl.DataFrame, *, everything: bool) -> pl.DataFrame:
    """Records of one p-code that the table cannot tell apart, added up, cells and bounds; all others as they are.

    A record that comes twice without an admin level is a fault of the answer and stays twice, to be found at the door.
    """
    apart = pl.lit(value=False) if everything else pl.col("admin_level").is_null()
    added = frame.filter(~apart).group_by(_SAME, maintain_order=True).agg(
        *(pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).first() for name in sexes.COUNTS),
        pl.col([*sexes.LEAST, *sexes.MOST]).sum(), pl.col("key").first(), records=pl.len(),
    )  # fmt: skip
    single = frame.filter(apart).with_columns(records=pl.lit(1, dtype=pl.get_index_type()))
    return pl.concat([single.select(added.columns), added])


def _groups() -> pl.DataFrame:
    return pl.DataFrame(
        {"pop_type": list(TYPES), "group": [g for g, _ in TYPES.values()], "measure": [m for _, m in TYPES.values()]}
    )


ADAPTERS: Final = (Adapter(source=DEMOGRAPHICS, read=demographics, ask=asked, following=following),)
