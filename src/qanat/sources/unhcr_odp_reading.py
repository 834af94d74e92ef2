"""UNHCR Operational Data Portal: its answers read into figures."""

from __future__ import annotations

import json
from typing import Any, Final, cast

import polars as pl

from qanat.edition.places import places as known_places
from qanat.errors import AskError, SourceError
from qanat.figures import Document, F
from qanat.figures.words import CROSS_BORDER
from qanat.sources.answers import Told, aside, none_left, told
from qanat.sources.cells import sifted
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import NO_COUNTRY, WORLD, figures
from qanat.sources.unhcr_odp import BANDS, ORIGIN, PARTS, POPULATION, SUBLOCATION, TIMESERIES, odp

_GROUPS: Final = {
    "REF": "refugees", "ASY": "asylum-seekers", "OIP": "other-in-need", "IDP": "idps", "STA": "stateless", "OOC": "others-of-concern",
    "HST": "host-community", "RET": "returnees", "RDP": "returnees",
}  # fmt: skip
_BASIS: Final = {"REG": "registration"}
_KEEP: Final = ("row", "at", "place", "origin", "group", "facet", "day", "pop_data_type_code", "broken_down")
_SAME: Final = ("place", "origin", "day", "ids")  # records that speak of the same people


def by_origin(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """People in a country by country of origin on a day; women, men and ages where they are broken down.

    A record that covers several population groups names the type of one of them only: its people are displaced-abroad
    where every group's name speaks of refugees or asylum-seekers, else assisted. Of records about the same groups, place,
    origin and day the one with a breakdown stays, then the one with an id; the others are superseded. "0" in every cell
    of a record with people is no breakdown. Heads of households and children without parents are not read.
    """
    answer = told(data, ORIGIN, ("data",))
    return _reading(answer, ORIGIN, _typed(answer.records), document, places)


def by_place(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """People of a situation by country on a day, as `sublocation` gives them; origin null where the groups' differ."""
    answer = told(data, SUBLOCATION, ("data",))
    return _reading(answer, SUBLOCATION, _grouped(answer.records, SUBLOCATION), document, places)


def population(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """People in a place or situation on a day; a record of nothing but nulls is no figure."""
    answer = told(data, POPULATION, ("data",))
    return _reading(answer, POPULATION, _grouped(answer.records, POPULATION), document, places)


def timeseries(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:  # noqa: ARG001
    """People of a situation, all its countries together (place WLD), day by day.

    The answer tells neither population type nor origin, nor whether people were ever or are still there: group
    assisted, facet series=not-told with the situation's number. Of two records of one day the later stays.
    """
    answer = told(data, TIMESERIES, ("data", "timeseries"))
    found, wrong = sifted(answer.records, TIMESERIES)
    day = pl.col("data_date").str.to_date(strict=False)
    kept, no_day = aside(found, day.is_null(), "data_date", ("date", "is no day (2022-08-03)"))
    rejected = pl.concat([wrong, no_day])
    none_left(kept, rejected, TIMESERIES)
    situation = json.loads(data).get("situation_view_id")
    facet = "series=not-told" + (f";situation={situation}" if str(situation or "").isdigit() else "")
    newest = kept.unique("data_date", keep="last", maintain_order=True)
    counted = newest.filter(pl.col("individuals").is_not_null()).select(
        group=pl.lit("assisted"), measure=pl.lit("stock"), unit=pl.lit("people"), place=pl.lit(WORLD), start=day, end=day,
        value="individuals", facet=pl.lit(facet), status=pl.lit("provisional"), locator=pl.format("{}#individuals", "at"),
    )  # fmt: skip
    return Reading(
        figures=figures(counted, document, "unhcr"), rows=answer.records.height, empty=newest.height - counted.height, rejected=rejected,
        notes=answer.notes, superseded=kept.height - newest.height,
    )  # fmt: skip


def _typed(records: pl.DataFrame) -> pl.DataFrame:
    """`group`, `ids` and the facet of records that tell one type; several groups are one only by their names."""
    ids = pl.col("population_group_id").str.split(",").list.eval(pl.element().str.strip_chars()).list.sort()
    names = pl.col("population_groups").str.split(", ")
    abroad = names.list.eval(pl.element().str.contains("(?i)refugee|asylum")).list.all() & (
        names.list.len() == ids.list.len()
    )
    one = pl.col("pop_type_code").replace_strict(_GROUPS, default="assisted")
    return records.with_columns(
        ids=ids.list.join("+"),
        group=pl.when(ids.list.len() == 1).then(one).when(abroad).then(pl.lit("displaced-abroad")).otherwise(pl.lit("assisted")),
        series=pl.col("pop_frequency_cumulative"),
    )  # fmt: skip


def _grouped(records: pl.DataFrame, source: Source) -> pl.DataFrame:
    """The same of records that list their population groups: what all of them share, null where they differ."""
    shared = [_shared(_listed(groups or "[]", source)) for groups in records.get_column("population_groups")]
    names = ("pop_data_type_code", "pop_accommodation_code", "pop_origin_code", "series", "group", "ids")
    absent = [pl.lit(None, dtype=pl.Float64).alias(name) for name in (*PARTS, "children_total")]
    columns = [pl.Series(name, [one[name] for one in shared], dtype=pl.String) for name in names]
    return records.with_columns(*columns, *absent, id=pl.lit(None, dtype=pl.String))


def _listed(groups: str, source: Source) -> list[dict[str, Any]]:
    """The groups of a record; SourceError where they are none any more."""
    try:
        found: Any = json.loads(groups)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in cast("list[object]", found)):
        raise SourceError(
            f"{source.id}: population_groups is {groups!r:.60}, no list of groups; the portal changed its answer: look at https://data.unhcr.org"
        )
    return cast("list[dict[str, Any]]", found)


def _shared(groups: list[dict[str, Any]]) -> dict[str, str | None]:
    def same(name: str) -> str | None:
        words = {str(group.get(name) or "") for group in groups}
        return (words.pop() or None) if len(words) == 1 else None

    kinds = {_GROUPS.get(str(group.get("pop_type_code")), "assisted") for group in groups}
    several = "displaced-abroad" if kinds and kinds <= set(CROSS_BORDER) else "assisted"
    codes = {name: same(name) for name in ("pop_data_type_code", "pop_accommodation_code", "pop_origin_code")}
    return codes | {
        "series": same("pop_frequency_cumulative"), "group": kinds.pop() if len(kinds) == 1 else several,
        "ids": "+".join(sorted(str(group.get("id")) for group in groups)) or None,
    }  # fmt: skip


def _reading(
    answer: Told, source: Source, records: pl.DataFrame, document: Document, places: frozenset[str] | None
) -> Reading:
    nothing = records.filter(pl.col("geomaster_name").is_null() & pl.col("individuals").is_null())
    found, wrong = sifted(records.join(nothing, on="row", how="anti"), source)
    placed, elsewhere = _placed(found, places)
    rejected = pl.concat([wrong, elsewhere])
    none_left(placed, rejected, source)
    broken_down = pl.sum_horizontal(pl.col(PARTS).fill_null(0.0)) > 0
    ranked = placed.with_columns(broken_down=broken_down).sort(
        "broken_down", pl.col("id").is_not_null(), "row", descending=[True, True, False]
    )
    kept = ranked.unique(subset=list(_SAME), keep="first", maintain_order=True).sort("row").with_columns(facet=_facet())
    cells = _cells(kept)
    numbers = list(source.counts)
    return Reading(
        figures=figures(cells, document, "unhcr"), rows=records.height, rejected=rejected, superseded=placed.height - kept.height,
        empty=sum(kept.select(numbers).null_count().row(0)) + nothing.height * len(numbers),
        not_broken_down=sum(kept.filter(~pl.col("broken_down")).select((pl.col(PARTS) == 0).sum()).row(0)),
        notes=answer.notes + (("the portal has nothing for this question",) if nothing.height else ()),
    )  # fmt: skip


def _placed(found: pl.DataFrame, places: frozenset[str] | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`place`, `origin` and `day`; records of a place that is no country, without a day or of an unknown origin aside."""
    country = pl.col("geomaster_name").replace_strict(_named(found), default=None, return_dtype=pl.String)
    code = pl.col("pop_origin_code").replace("", None)
    coded = found.with_columns(
        place=pl.when(pl.col("admin_level") == "Country").then(country),
        origin=code.replace_strict(_coded(found), default=None, return_dtype=pl.String),
        day=pl.col("date").str.to_date(strict=False),
    )
    known = pl.lit(value=True) if places is None else pl.col("place").is_in(sorted(places))
    rules = (
        ("geomaster_name", pl.col("place").is_null() | ~known, "place", "is no country, and its country is not told"),
        ("date", pl.col("day").is_null(), "date", "is no day (2022-08-03)"),
        ("pop_origin_code", code.is_not_null() & pl.col("origin").is_null(), "country", "is no code of UNHCR's for a country"),
    )  # fmt: skip
    rejected: list[pl.DataFrame] = []
    for column, broken, word, fault in rules:
        coded, wrong = aside(coded, broken, column, (word, fault))
        rejected.append(wrong)
    return coded, pl.concat(rejected)


def _named(found: pl.DataFrame) -> dict[str, str]:
    """Country codes by the names UNHCR writes; a name that fits no country exactly is left out."""
    codes: dict[str, str] = {}
    for name in found.get_column("geomaster_name").unique().drop_nulls():
        try:
            codes[name] = known_places().country(name).code
        except AskError:
            continue
    return codes


def _coded(found: pl.DataFrame) -> dict[str, str]:
    """Country codes by UNHCR's own (its SUD is Sudan)."""
    codes = dict(NO_COUNTRY)
    for code in found.get_column("pop_origin_code").unique().drop_nulls():
        try:
            codes.setdefault(code, known_places().from_unhcr(code).code)
        except AskError:
            continue
    return codes


def _facet() -> pl.Expr:
    parts = {
        "accommodation": pl.col("pop_accommodation_code"), "groups": pl.col("ids"),
        "series": pl.col("series").replace("", None).str.to_lowercase().str.replace_all("[=;]", " ").fill_null("not-told"),
    }  # fmt: skip
    cuts = [pl.concat_str(pl.lit(f"{key}="), word) for key, word in parts.items()]
    return pl.concat_str(cuts, separator=";", ignore_nulls=True)


def _kinds() -> pl.DataFrame:
    """What each column counts: everyone, households, children, each sex, each sex's ages."""
    rows: list[tuple[str, str, str, int, int | None]] = [
        ("individuals", "people", "all", 0, None), ("households", "households", "all", 0, None), ("children_total", "people", "all", 0, 18),
    ]  # fmt: skip
    for sex in ("female", "male"):
        rows.append((f"{sex}_total", "people", sex, 0, None))
        rows += [(f"{sex}_{band}", "people", sex, start, end) for band, (start, end) in BANDS.items()]
    columns = {"name": pl.String(), "unit": pl.String(), "sex": pl.String(), "age_from": pl.Int16(), "age_to": pl.Int16()}  # fmt: skip
    return pl.DataFrame(rows, schema=columns, orient="row")


def _cells(kept: pl.DataFrame) -> pl.DataFrame:
    """One row a number: those of a sex or its ages only where the record breaks people down by them."""
    numbers = ["individuals", "households", "children_total", *PARTS]
    cells = kept.unpivot(numbers, index=list(_KEEP), variable_name="name", value_name="value").join(
        _kinds(), on="name", how="left", maintain_order="left"
    )
    sex_told = (F.value.filter(F.sex != "all").sum().over("row", "sex") > 0) & pl.col("broken_down")
    told_of = (F.sex == "all") & ((pl.col("name") == "individuals") | (F.value > 0)) | (F.sex != "all") & sex_told
    aged = F.value.filter(F.age_to.is_not_null() | (F.age_from > 0)).sum().over("row", "sex") > 0
    whole = F.age_to.is_null() & (F.age_from == 0)
    return cells.filter(F.value.is_not_null() & told_of & (whole | (F.sex == "all") | aged)).with_columns(
        measure=pl.lit("stock"), start="day", end="day", locator=pl.format("{}#{}", "at", "name"),
        basis=pl.col("pop_data_type_code").replace_strict(_BASIS, default=None, return_dtype=pl.String),
        status=pl.when(pl.col("pop_data_type_code") == "EST").then(pl.lit("estimated")).otherwise(pl.lit("provisional")),
    )  # fmt: skip


ADAPTERS: Final = (
    Adapter(source=ORIGIN, read=by_origin, ask=odp),
    Adapter(source=TIMESERIES, read=timeseries, ask=odp),
    Adapter(source=SUBLOCATION, read=by_place, ask=odp),
    Adapter(source=POPULATION, read=population, ask=odp),
)
