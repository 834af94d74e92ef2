"""IOM Displacement Tracking Matrix (DTM), API v3: rounds of assessment read into figures."""

from __future__ import annotations

from functools import partial
from typing import Final

import polars as pl

from qanat.figures import Document, F
from qanat.figures.check import PLACE
from qanat.sources.answers import aside, none_left, of_one_country, told
from qanat.sources.cells import sifted
from qanat.sources.iom_dtm import (
    ADMIN0,
    ADMIN1,
    ADMIN2,
    COUNTRY_LIST,
    HNA,
    OPERATION_LIST,
    dtm,
    fields_of,
    hna,
    hna_following,
    read_countries,
    read_hna,
    read_operations,
    whole_list,
)
from qanat.sources.locators import several
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import figures

# reasons by cause, as DTM writes them (in any case, several divided by semicolons)
_CONFLICT: Final = ("conflict", "insecurity", "violence", "armed conflict", "generalized violence", "communal clashes", "intercommunal violence")  # fmt: skip
_DISASTER: Final = ("natural disaster", "natural disasters", "disaster", "disasters", "flood", "floods", "drought", "climate", "earthquake", "cyclone", "hurricane")  # fmt: skip
_UNKNOWN: Final = ("", "not available", "unknown", "n/a", "na", "none")
_NOT_TOLD: Final = "not-told"  # a word in a facet, so that such a record is never taken for the sum
_SEXES: Final = {"numPresentIdpInd": "all", "numberMales": "male", "numberFemales": "female"}
_OF_ROUND: Final = ("operation", "roundNumber", "assessmentType")  # as they stand in a record
_ROUND: Final = ("country", "place", "location", "operation", "assessment", "round", "day")
_CUT: Final = (*_ROUND, "reason", "unit_of_origin")


def _read(
    source: Source, level: int, data: bytes, document: Document, *, places: frozenset[str] | None = None
) -> Reading:
    """People present at assessed places on the day of a round, by place, reason and unit of origin where told.

    Every record is a figure: facet assessment, operation, origin-unit (p-code), reason and round, group idps, idps-disaster
    or, where reasons of both causes are told together or none, idps-any. Records that only the spelling of their reasons
    sets apart are added (method records@1). Where origins are told, so is each reason's sum over them (method origins@1).
    A round's sum over reasons and origins is a figure of its own (idps-any, method reasons@1), and so is its sum by cause
    where every record of the place and round tells one cause. Nothing is added over types of assessment (BA baseline, SA
    site: both count the same people), rounds or operations. Key informants tell the numbers: status estimated. Sexes only
    where told; a sum has them where all its parts do.
    """
    promised = fields_of(data, source).get("totalRecordsCount")
    answer = told(data, source, ("result",))
    found, wrong = sifted(answer.records, source, places)
    single, no_country = of_one_country(found, "admin0Pcode")
    kept, no_day = aside(_named(single, level), pl.col("day").is_null(), "reportingDate", ("date", "is no day"))
    rejected = pl.concat([wrong, no_country, no_day])
    none_left(kept, rejected, source)
    once = _once(kept, source)
    lacking = answer.records.join(rejected.select("row").unique(), on="row", how="semi").select(_OF_ROUND).unique()
    cells = _cells(pl.concat(_sums(once, lacking), how="diagonal_relaxed"))
    empty = cells.filter(F.value.is_null())
    return Reading(
        figures=figures(cells.filter(F.value.is_not_null()), document, "iom"), rows=answer.records.height, rejected=rejected,
        superseded=kept.height - once.height, empty=empty.filter(F.method.is_in(["published", "records@1"])).height,
        notes=(*answer.notes, *_short(promised, answer.records.height), *_unsummed(lacking), *_over(once)),
    )  # fmt: skip


def newest_rounds(rows: pl.DataFrame) -> pl.DataFrame:
    """The figures of the newest round of each operation and type of assessment in a country: what counts now.

    rows  figures of this module; of one operation two types of assessment stay side by side and are never added
    """
    operation, kind = F.facet.str.extract("operation=([^;]*)"), F.facet.str.extract("assessment=([^;]*)")
    number = F.facet.str.extract("round=([0-9]+)").cast(pl.Int64)
    same = ["_country", "_operation", "_kind"]
    ranked = rows.with_columns(_operation=operation, _kind=kind, _country=pl.coalesce("origin", "place"), _round=number)
    dated = ranked.with_columns(_day=F.end.max().over(*same, "_round"))  # a round may take several days
    newest = dated.filter(pl.col("_day") == pl.col("_day").max().over(same))
    return newest.filter(pl.col("_round").eq_missing(pl.col("_round").max().over(same))).select(rows.columns)


def _named(found: pl.DataFrame, level: int) -> pl.DataFrame:
    """Records with the columns of _CUT, `cause` and their counts."""
    code = pl.col(f"admin{level}Pcode") if level else pl.col("admin0Pcode")
    coded = pl.when(code.str.contains(PLACE)).then(code)
    unit = pl.col("idpOriginAdmin1Pcode").str.strip_chars()
    plain = found.with_columns(
        _reasons=pl.col("displacementReason").fill_null("").str.split(";").list.eval(
            pl.element().str.strip_chars().str.to_lowercase()
        ).list.unique().list.sort()
    ).with_columns(_reasons=pl.col("_reasons").list.set_difference(list(_UNKNOWN)).list.sort())  # fmt: skip
    name = pl.col(f"admin{level}Name")
    return plain.with_columns(
        country="admin0Pcode", place=pl.coalesce(coded, "admin0Pcode"), location=pl.when(coded.is_null()).then(name),
        operation=_plain("operation").fill_null(_NOT_TOLD), assessment=_plain("assessmentType").fill_null(_NOT_TOLD),
        round=_plain("roundNumber").str.replace(r"\.0$", "").fill_null(_NOT_TOLD),
        day=pl.col("reportingDate").str.slice(0, 10).str.to_date(strict=False), cause=_cause(),
        reason=pl.col("_reasons").list.eval(_capital(pl.element())).list.join("+").replace("", _NOT_TOLD),
        unit_of_origin=pl.when(unit.str.contains(PLACE)).then(unit),
    )  # fmt: skip


def _capital(word: pl.Expr) -> pl.Expr:
    plain = word.str.replace_all("=", " ")
    return plain.str.slice(0, 1).str.to_uppercase() + plain.str.slice(1)


def _plain(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all("[=;]", " ").replace("", None)


def _cause() -> pl.Expr:
    """The group all the reasons of a record are of; idps-any for both causes, others, or none."""
    reasons = pl.col("_reasons")

    def all_in(words: tuple[str, ...]) -> pl.Expr:
        return (reasons.list.len() > 0) & reasons.list.eval(pl.element().is_in(list(words))).list.all()

    return (
        pl.when(all_in(_CONFLICT)).then(pl.lit("idps"))
        .when(all_in(_DISASTER)).then(pl.lit("idps-disaster"))
        .otherwise(pl.lit("idps-any"))
    )  # fmt: skip


def _added(records: pl.DataFrame, same: tuple[str, ...]) -> pl.DataFrame:
    """Records alike in these columns and in cause, added up; a number that one of them lacks is null."""
    counts = [pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name) for name in _SEXES]
    return records.group_by(*same, "cause", maintain_order=True).agg(*counts, at=several(), parts=pl.len())


def _once(kept: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Each record once; where other records of its reason tell a unit of origin, one that tells none says so."""
    some_told = pl.col("unit_of_origin").is_not_null().any().over(*_ROUND, "reason")
    new = pl.when(pl.col("id").is_null()).then(pl.struct(*source.columns, *source.optional).is_first_distinct()).otherwise(pl.col("id").is_first_distinct())  # fmt: skip
    return kept.filter(new).with_columns(
        unit_of_origin=pl.coalesce("unit_of_origin", pl.when(some_told).then(pl.lit(_NOT_TOLD)))
    )


def _sums(once: pl.DataFrame, lacking: pl.DataFrame) -> list[pl.DataFrame]:
    """The records; each reason's sum over origins; a round's sums in a place, of everyone and by cause.

    lacking  rounds of which a record was set aside: no sums of theirs
    """
    several_parts = pl.when(pl.col("parts") > 1).then(pl.lit("records@1")).otherwise(pl.lit("published"))
    summed = once.join(lacking, on=list(_OF_ROUND), how="anti", nulls_equal=True)
    with_origin = summed.filter(pl.col("unit_of_origin").is_not_null())
    everyone = summed.with_columns(cause=pl.lit("idps-any"))
    parted = summed.filter((pl.col("cause") != "idps-any").all().over(*_ROUND))
    return [
        _added(once, _CUT).with_columns(method=several_parts),
        _added(with_origin, (*_ROUND, "reason")).with_columns(method=pl.lit("origins@1")),
        *(_added(part, _ROUND).with_columns(method=pl.lit("reasons@1")) for part in (everyone, parted)),
    ]


def _cells(parts: pl.DataFrame) -> pl.DataFrame:
    """One row a number; who is of neither or unknown sex is not told."""
    names = {"assessment": "assessment", "location": "location", "operation": "operation", "origin-unit": "unit_of_origin", "reason": "reason", "round": "round"}  # fmt: skip
    cuts = [pl.concat_str(pl.lit(f"{key}="), pl.col(column)) for key, column in names.items()]
    cells = parts.with_columns(facet=pl.concat_str(cuts, separator=";", ignore_nulls=True)).unpivot(
        list(_SEXES), index=["country", "place", "day", "cause", "facet", "at", "method"], variable_name="name", value_name="value"
    )  # fmt: skip
    return cells.select(
        "place", "facet", "method", "value", origin="country", group="cause", measure=pl.lit("stock"), unit=pl.lit("people"), start="day", end="day",
        sex=pl.col("name").replace_strict(_SEXES), basis=pl.lit("key_informant"), locator=pl.format("{}#{}", "at", "name"),
        status=pl.lit("estimated"),
    )  # fmt: skip


def _short(promised: object, rows: int) -> tuple[str, ...]:
    """A note where the answer says that it has another number of records than it holds."""
    if not isinstance(promised, int) or promised == rows:
        return ()
    return (f"the answer says it has {promised:,} records and holds {rows:,}: figures may be missing, ask again",)


def _unsummed(lacking: pl.DataFrame) -> tuple[str, ...]:
    """A note that names the rounds whose sums were left out."""
    rounds = sorted(f"{operation or _NOT_TOLD} round {number or _NOT_TOLD}" for operation, number, _ in lacking.iter_rows())  # fmt: skip
    return (f"records were set aside, so nothing is added up of {'; '.join(rounds)}",) if rounds else ()


def _over(records: pl.DataFrame) -> tuple[str, ...]:
    apart = pl.col("numberMales") + pl.col("numberFemales") != pl.col("numPresentIdpInd")
    count = records.filter(apart).height
    return (f"in {count} records women and men do not add up to everyone; all are kept as published",) if count else ()


by_country = partial(_read, ADMIN0, 0)
by_admin1 = partial(_read, ADMIN1, 1)
by_admin2 = partial(_read, ADMIN2, 2)
ADAPTERS: Final = (
    Adapter(source=ADMIN0, read=by_country, ask=dtm),
    Adapter(source=ADMIN1, read=by_admin1, ask=dtm),
    Adapter(source=ADMIN2, read=by_admin2, ask=dtm),
    Adapter(source=COUNTRY_LIST, read=read_countries, ask=whole_list),
    Adapter(source=OPERATION_LIST, read=read_operations, ask=whole_list),
    Adapter(source=HNA, read=read_hna, ask=hna, following=hna_following),
)
