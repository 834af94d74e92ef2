"""Monthly detections at borders, transits and returns: Frontex, United States, Mexico, Honduras, Panama, Guatemala.

The offices publish bulletins, dashboards and spreadsheets; read here are tidy tables of them, as CSV or Parquet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import polars as pl

from qanat.errors import AskError
from qanat.figures import Document, F
from qanat.figures.folding import folded
from qanat.sources.answers import aside, none_left
from qanat.sources.asking import by_file
from qanat.sources.cells import sifted
from qanat.sources.detections_tables import MINORS, TABLES, Table, Who
from qanat.sources.facets import facet
from qanat.sources.locators import several
from qanat.sources.record import Adapter, Reading
from qanat.sources.shape import figures
from qanat.sources.wide import rows_of

SUM: Final = "cuts@1"
STATELESS: Final = "XXA"
UNKNOWN: Final = "XXX"
# words and codes of nobody's country, as the tables have them
_NOBODY: Final = {
    "OOO": UNKNOWN, "STL": STATELESS, "OOS": UNKNOWN, "other": UNKNOWN, "others": UNKNOWN, "unknown": UNKNOWN, "unspecified": UNKNOWN,
    "not specified": UNKNOWN, "otros": UNKNOWN, "otras": UNKNOWN, "no especificado": UNKNOWN, "desconocido": UNKNOWN,
    "stateless": STATELESS, "apátrida": STATELESS, "Unspecified sub-Saharan nationals": UNKNOWN,
}  # fmt: skip
_AFRICAN: Final = ("OOS", "Unspecified sub-Saharan nationals")  # Frontex tells them from other unknown nationalities
_STRANGE: Final = ("country", "is no country's code or name, or fits several; it is not guessed")
_TWICE: Final = ("twice", "is told twice for the same people; which one holds is not told")
_KEY: Final = ("origin", "start", "sex", "age_from", "age_to", "facet")


def read(table: Table, data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """One monthly table: acts in a month by nationality (`origin`) or by sex and age, cuts in `facet`.

    A nationality is read as a code or as a name in any UN language, exactly; one that fits no place or several is set
    aside by name. "Other" and "unknown" are XXX, stateless XXA. Where the table has cuts, their sum stands beside them
    without a cut (method cuts@1), by nationality and month. The number of acts is as published, a zero a zero.
    In months that tell no boys and girls, men and women are of all ages (see notes).
    """
    source = table.source
    found = rows_of(data, source).with_columns(
        pl.col(name).cast(pl.String) for name in ("month", "nationality") if name == "month" or table.by_nationality
    )
    kept, rejected = sifted(_dated(found), source)
    kept, undated = aside(
        kept, F.start.is_null(), "month", ("date", "is no month; 2023-05 or its first day was expected")
    )
    faults = [rejected, undated]
    if table.by_nationality:
        kept, strange = aside(_placed(kept), _strange(places, everyone=table.open), "nationality", _STRANGE)
        faults.append(strange)
    cells, twice = aside(_cells(kept, table), pl.struct(_KEY).is_duplicated(), "month", _TWICE)
    none_left(cells, pl.concat([*faults, twice]), source)
    counted = cells.filter(F.value.is_not_null())
    made = pl.concat([counted, _sums(counted, table)]) if table.summed else counted
    return Reading(
        figures=figures(made, document, source.counter), rows=found.height, empty=cells.height - counted.height,
        rejected=pl.concat([*faults, twice]).sort("row", maintain_order=True), notes=_notes(kept, table),
    )  # fmt: skip


def _notes(kept: pl.DataFrame, table: Table) -> tuple[str, ...]:
    if "demog" not in table.who:
        return ()
    months = kept.filter(~_tells_minors()).get_column("start").n_unique()
    return (f"in {months} months boys and girls are not told: they are among its men and women",) if months else ()


def _dated(found: pl.DataFrame) -> pl.DataFrame:
    """`start` and `end` of the month; null where it is none."""
    first = (
        pl.col("month").str.extract(r"^(\d{4}-\d{2})(?:-01(?:[ T]00:00:00.*)?)?$").str.to_date("%Y-%m", strict=False)
    )
    return found.with_columns(start=first, end=first.dt.offset_by("1mo"))


def _placed(kept: pl.DataFrame) -> pl.DataFrame:
    """`origin` from the nationality: null where it is no place's code or name, or blank."""
    words = kept.get_column("nationality").unique().drop_nulls().to_list()
    codes = {word: code for word in words if (code := _code(word)) is not None}
    origin = pl.col("nationality").replace_strict(codes, default=None, return_dtype=pl.String)
    return kept.with_columns(origin=origin)


def _code(word: str) -> str | None:
    """The code of a nationality; null where the word fits no place, several, or the world."""
    from qanat.edition.places import places

    nobody = {folded(one): code for one, code in _NOBODY.items()}.get(folded(word))
    if nobody is not None:
        return nobody
    try:
        found = places().find(word)
    except AskError:
        return None
    return None if found.kind == "world" else found.code


def _strange(places: frozenset[str] | None, *, everyone: bool) -> pl.Expr:
    """Whether a row's nationality is none; a blank one is sound where it stands for everyone."""
    blank = pl.col("nationality").is_null() | (pl.col("nationality") == "")
    unknown = F.origin.is_null() & ~blank if everyone else F.origin.is_null()
    return unknown if places is None else unknown | (F.origin.is_not_null() & ~F.origin.is_in(sorted(places)))


def _cells(kept: pl.DataFrame, table: Table) -> pl.DataFrame:
    sex, age_from, age_to, accompanied = _who(table)
    cuts = {key: pl.col(column) for column, key in table.cuts.items()}
    if table.by_nationality:
        cuts["nationality"] = pl.when(pl.col("nationality").is_in(_AFRICAN)).then(pl.lit("unspecified sub-Saharan"))
    return kept.select(
        "row", "month", "start", "end", measure=pl.lit("flow"), unit=pl.lit(table.unit), group=pl.lit(table.group), place=pl.lit(table.place),
        origin="origin" if table.by_nationality else pl.lit(table.of, dtype=pl.String), sex=sex, age_from=age_from, age_to=age_to,
        facet=facet(**cuts, accompanied=accompanied, location=pl.lit(table.where, dtype=pl.String)), value=table.count,
        basis=pl.lit("registration"), method=pl.lit("published"), locator=pl.format("row {}", "row"),
    )  # fmt: skip


def _who(table: Table) -> tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr]:
    """Sex, age and whether accompanied, as the columns of the table tell them; everyone where none does."""
    sex, first = pl.lit(None, dtype=pl.String), pl.lit(None, dtype=pl.Int16)
    last, accompanied = pl.lit(None, dtype=pl.Int16), pl.lit(None, dtype=pl.String)
    for column, words in table.who.items():
        told = pl.col(column)
        sex = pl.coalesce(sex, _through(told, words, lambda one: one[0], pl.String()))
        first = pl.coalesce(first, _through(told, words, lambda one: one[1] and one[1][0], pl.Int16()))
        last = pl.coalesce(last, _through(told, words, lambda one: one[1] and one[1][1], pl.Int16()))
        accompanied = pl.coalesce(accompanied, _through(told, words, lambda one: one[2], pl.String()))
    if "demog" in table.who:
        first = pl.when(_tells_minors()).then(first)
    return sex.fill_null("all"), first.fill_null(0), last, accompanied


def _tells_minors() -> pl.Expr:
    """Whether a month tells boys and girls apart; else they are among its men and women."""
    return pl.col("demog").is_in(MINORS).any().over("start")


def _through(
    told: pl.Expr, words: Mapping[str, Who], part: Callable[[Who], str | int | None], dtype: pl.DataType
) -> pl.Expr:
    return told.replace_strict(list(words), [part(one) for one in words.values()], default=None, return_dtype=dtype)


def _sums(cells: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The cells of a nationality and month added up over cuts, sexes and ages, but where the table tells their whole itself."""
    same = ["start", "end", "month", "measure", "unit", "group", "place", "origin", "basis"]
    added = cells.group_by(same, maintain_order=True).agg(
        pl.col("row").first(), F.value.sum(), locator=several("locator")
    )
    none = pl.lit(None, dtype=pl.Int16)
    whole = added.with_columns(
        sex=pl.lit("all"), age_from=pl.lit(0, dtype=pl.Int16), age_to=none, method=pl.lit(SUM),
        facet=facet(location=pl.lit(table.where, dtype=pl.String)),
    ).select(cells.columns)  # fmt: skip
    told = cells.select(pl.col(name).cast(whole.schema[name]) for name in _KEY)
    return whole.join(told, on=list(_KEY), how="anti", nulls_equal=True, maintain_order="left")


ADAPTERS: Final = tuple(Adapter(source=table.source, read=partial(read, table), ask=by_file) for table in TABLES)
