"""UNHCR demographics: people by population type, sex and age, nationally and by place, with what is not known.

Reads the API's JSON, the CSV handed to HDX and the tidy tables (national, by location, by p-code).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from qanat.figures import Document, F
from qanat.sources.record import Reading, Source
from qanat.sources.shape import dated, ends, figures, rounded
from qanat.sources.tables import numbers, table

BANDS: Final[dict[str, tuple[int | None, int | None]]] = {
    "0_4": (0, 5), "5_11": (5, 12), "12_17": (12, 18), "18_59": (18, 60), "60": (60, None), "other": (None, None),
}  # fmt: skip
TYPES: Final[dict[str, tuple[str, str]]] = {
    "REF": ("refugees", "stock"), "ASY": ("asylum-seekers", "stock"), "IDP": ("idps", "stock"), "OIP": ("other-in-need", "stock"),
    "STA": ("stateless", "stock"), "OOC": ("others-of-concern", "stock"), "HST": ("host-community", "stock"),
    "RET": ("returned-refugees", "flow"), "RDP": ("returned-idps", "flow"),
}  # fmt: skip
_CELLS: Final = tuple(f"{sex}_{band}" for sex in "fm" for band in (*BANDS, "total"))
_NUMBERS: Final = (*_CELLS, "total")
_PLACED: Final = ("location", "loc_type", "acc_type", "admin_level", "location_name", "pcode", "match")

DEMOGRAPHICS: Final = Source(
    id="unhcr.demographics", counter="unhcr", publisher="UNHCR", title="Refugee Population Statistics: demographics by sex, age and location",
    licence="CC-BY-4.0", credit="UNHCR Refugee Population Statistics Database, demographics",
    url="https://api.unhcr.org/population/v1/demographics/", terms="https://www.unhcr.org/refugee-statistics/insights/explainers/terms-of-use.html",
    every=365, columns=("year", "coo_iso", "coa_iso", "pop_type", *_NUMBERS),
    optional=("coo_id", "coo_name", "coo", "coa_id", "coa_name", "coa", *_PLACED),
)  # fmt: skip
RENAMED: Final = {
    "Year": "year", "ISO3CoO": "coo_iso", "ISO3CoA": "coa_iso", "origin_iso3": "coo_iso", "asylum_iso3": "coa_iso", "PT": "pop_type",
    "urbanRural": "loc_type", "accommodationType": "acc_type", "Total": "total",
    **{f"{long}_{theirs}": f"{short}_{ours}" for long, short in (("Female", "f"), ("Male", "m")) for theirs, ours in (*((b, b) for b in BANDS), ("Unknown", "other"), ("total", "total"))},
}  # fmt: skip
PCODE: Final = "^[A-Z]{2,3}[0-9]"  # other identifiers of boundary files are no p-codes: the location keeps its name
_KEEP: Final = ("origin", "place", "facet", "group", "measure", "year", "key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitted:
    """One kind of row: which cells it comes from, for whom."""

    value: pl.Expr
    sex: str
    age: tuple[int | None, int | None]
    cell: str
    derived: bool = False


def demographics(data: bytes, document: Document, *, since: int | None = None) -> Reading:
    """People by sex and age. For each published record:

    the total (sex all); women and men of all ages where sex is recorded; the five age bands where they are broken
    down; unknown ages within a sex (`other` and what the bands leave, method unknown-age@1 where it was subtracted);
    and people whose sex is not recorded (sex unknown, method unknown-sex@1: total less both sexes).
    A record with zeros in all its bands was not broken down: those zeros are no figures and are only counted.
    A record by location carries the p-code as `place` where it has one, else the country with the location's name in
    `facet`, so that it is never mistaken for the country's total. A sum of parts above its total is noted.
    """
    found = table(data, DEMOGRAPHICS, RENAMED)
    known = numbers(found, ("year", *_NUMBERS), DEMOGRAPHICS)
    placed = _located(ends(known if since is None else known.filter(pl.col("year") >= since), "coo_iso", "coa_iso"))
    grouped = _grouped(_merged(placed))
    pieces = [_rows(grouped, one) for one in _emitted()]
    cells = rounded(dated(pl.concat(pieces)), "five")
    over = grouped.filter(_left("total", "f_total", "m_total") < 0).height
    notes = (f"in {over} records the sexes add up to more than the total; both are kept as published",) if over else ()
    return Reading(
        figures=figures(cells.with_columns(unit=pl.lit("people")), document, "unhcr"), rows=found.height,
        not_broken_down=_unbroken(grouped), notes=notes,
    )  # fmt: skip


def _located(frame: pl.DataFrame) -> pl.DataFrame:
    """`place`, `facet` and the locator's key for records by location; national records stay as they are."""
    texts = frame.with_columns(pl.col(name).cast(pl.String).replace("", None) for name in _PLACED)
    name = pl.coalesce("location_name", "location")
    texts = texts.with_columns(pl.when(pl.col("pcode").str.contains(PCODE)).then("pcode"))
    coded = texts.with_columns(
        _name=name.str.replace_all(r"[=;]", " "),
        place=pl.coalesce("pcode", "place"),
        key=pl.format("{}/{}/{}/{}", pl.col("year").cast(pl.Int32), "coo_iso", "coa_iso", "pop_type"),
    )
    facet = pl.concat_str(
        _part("accommodation", pl.col("acc_type")), _part("location", _needed_name(coded)), _part("settlement", pl.col("loc_type")),
        separator=";", ignore_nulls=True,
    )  # fmt: skip
    suffix = pl.when(pl.col("match") == "fuzzy").then(pl.lit(" (name matched nearly)")).otherwise(pl.lit(""))
    located = pl.when(name.is_not_null()).then(pl.format("{} @ {}{}", "key", name, suffix)).otherwise("key")
    return coded.with_columns(facet=facet.replace("", None), key=located)


def _merged(frame: pl.DataFrame) -> pl.DataFrame:
    """Records that differ only in a column the table does not carry (urban or rural) as one, added up, disjoint as they are."""
    same = ("year", "origin", "place", "facet", "pop_type")
    return frame.group_by(same, maintain_order=True).agg(
        pl.col(_NUMBERS).sum(), pl.col("coo_iso", "coa_iso", "key").first(), pl.len().alias("records")
    )


def _needed_name(frame: pl.DataFrame) -> pl.Expr:
    """The location's name where no p-code tells it, or where two names share one p-code."""
    same = ["year", "origin", "place", "pop_type", "acc_type", "loc_type"]
    twice = pl.struct(same).is_duplicated()
    assert "_name" in frame.columns
    return pl.when(pl.col("pcode").is_null() | twice).then(pl.col("_name"))


def _part(key: str, word: pl.Expr) -> pl.Expr:
    return pl.when(word.is_not_null()).then(pl.concat_str(pl.lit(f"{key}="), word))


def _grouped(frame: pl.DataFrame) -> pl.DataFrame:
    groups = pl.DataFrame(
        {"pop_type": list(TYPES), "group": [g for g, _ in TYPES.values()], "measure": [m for _, m in TYPES.values()]}
    )
    return frame.with_columns(pl.col("pop_type").cast(pl.String)).join(
        groups, on="pop_type", how="left", maintain_order="left"
    )


def _emitted() -> list[Emitted]:
    out = [Emitted(value=pl.col("total"), sex="all", age=(0, None), cell="total")]
    left = _left("total", "f_total", "m_total")
    out.append(
        Emitted(
            value=pl.when((left > 0) & _sexed()).then(left),
            sex="unknown",
            age=(0, None),
            cell="total-f-m",
            derived=True,
        )
    )
    for letter, sex in (("f", "female"), ("m", "male")):
        out.append(
            Emitted(
                value=pl.when(_sexed()).then(pl.col(f"{letter}_total")), sex=sex, age=(0, None), cell=f"{letter}_total"
            )
        )
        bands = [(name, span) for name, span in BANDS.items() if name != "other"]
        out += [
            Emitted(value=pl.when(_aged()).then(pl.col(f"{letter}_{name}")), sex=sex, age=span, cell=f"{letter}_{name}")
            for name, span in bands
        ]
        other, rest = pl.col(f"{letter}_other"), _left(f"{letter}_total", *(f"{letter}_{name}" for name in BANDS))
        unknown = pl.when(_aged() & (rest > 0)).then(other + rest)
        plain = pl.when(_aged() & (rest <= 0) & (other > 0)).then(other)
        out.append(Emitted(value=unknown, sex=sex, age=(None, None), cell=f"{letter}_other+rest", derived=True))
        out.append(Emitted(value=plain, sex=sex, age=(None, None), cell=f"{letter}_other"))
    return out


def _sexed() -> pl.Expr:
    return (pl.col("f_total") + pl.col("m_total")) > 0


def _aged() -> pl.Expr:
    """Whether a record is broken down by age: some band of either sex is above zero."""
    return pl.sum_horizontal(f"{sex}_{name}" for sex in "fm" for name in BANDS if name != "other") > 0


def _left(whole: str, *parts: str) -> pl.Expr:
    return pl.col(whole) - pl.sum_horizontal(parts)


def _rows(frame: pl.DataFrame, one: Emitted) -> pl.DataFrame:
    derived = "unknown-sex@1" if one.sex == "unknown" else "unknown-age@1"
    method = (
        pl.lit(derived)
        if one.derived
        else pl.when(pl.col("records") > 1).then(pl.lit("records@1")).otherwise(pl.lit("published"))
    )
    start, end = one.age
    return (
        frame.with_columns(
            value=one.value, sex=pl.lit(one.sex), age_from=pl.lit(start, dtype=pl.Int16), age_to=pl.lit(end, dtype=pl.Int16),
            locator=pl.format("{}/{}", "key", pl.lit(one.cell)), method=method,
        )
        .filter(F.value.is_not_null())
        .select(*_KEEP, "value", "sex", "age_from", "age_to", "locator", "method")
    )  # fmt: skip


def _unbroken(frame: pl.DataFrame) -> int:
    sexes = frame.filter(~_sexed()).height * 2
    ages = frame.filter(~_aged()).height * 2 * len(BANDS)
    return sexes + ages
