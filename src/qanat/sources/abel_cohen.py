"""Abel and Cohen: published estimates of flows between countries over five years, made from migrant stocks.

Abel, Cohen 2019, Bilateral international migration flow estimates for 200 countries, Scientific Data 6:82; by sex 2022, 9:173.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from qanat.figures import Document, F
from qanat.sources.answers import aside
from qanat.sources.asking import by_file
from qanat.sources.cells import sifted
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.shape import figures
from qanat.sources.wide import rows_of

_BEST: Final = "da_pb_closed"
_OTHERS: Final = ("da_min_closed", "da_min_open", "mig_rate", "sd_rev_neg", "sd_drop_neg")
_SEX: Final = {"b": "all", "m": "male", "f": "female"}
_ALIASES: Final = {"CHI": "XCX"}  # the Channel Islands (M49 830), for which ISO has no code
_OLD: Final = ("SUD", "SCG")  # Sudan before July 2011, Serbia and Montenegro
_SPAN: Final = 5  # years of a period of the release by sex
_CAUTION: Final = (
    "Transitions: whoever lived in one country at the start and in another at the end, once; never added to yearly moves. Of six "
    "estimates the one its authors prefer is read (demographic accounting, closed, pseudo-Bayes). Made from migrant stocks, so no "
    "evidence independent of them. The releases differ by two fifths of all flows at the level of corridors: each stands for itself."
)


def _source(name: str, title: str, url: str, **columns: tuple[str, ...]) -> Source:
    return Source(
        id=f"abel-cohen.{name}", counter="abel-cohen", publisher="Abel and Cohen", title=title, licence="CC-BY-4.0",
        credit="Abel, G. J. and Cohen, J. E., Bilateral international migration flow estimates (2019, 2022), figshare",
        url=url, terms="https://creativecommons.org/licenses/by/4.0/", every=730, columns=(*columns["keys"], _BEST), optional=_OTHERS,
        decimals=(_BEST,), codes=("orig", "dest"), aliases=_ALIASES, words={"sex": tuple(_SEX)} if "sex" in columns["keys"] else {},
        year="year0" if "year0" in columns["keys"] else "", service=False, caution=_CAUTION, key=columns["keys"],
    )  # fmt: skip


FLOWS: Final = _source(
    "flows", "Bilateral international migration flow estimates", "https://doi.org/10.6084/m9.figshare.7731233",
    keys=("orig", "dest", "period"),
)  # fmt: skip
BY_SEX: Final = _source(
    "flows-by-sex", "Bilateral international migration flow estimates by sex", "https://doi.org/10.6084/m9.figshare.12845711",
    keys=("orig", "dest", "year0", "sex"),
)  # fmt: skip


def flows(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """People who lived in `origin` at the start of a period (1 July) and in `place` at its end, both sexes.

    A pair without a row has nobody and gives no figure.
    """
    found, rejected, rows = _sound(data, FLOWS, places)
    span = pl.col("period").str.extract_groups(r"^(\d{4})-(\d{4})$").struct
    dated, faults = aside(
        found.with_columns(first=span.field("1").cast(pl.Int32), last=span.field("2").cast(pl.Int32)),
        pl.col("first").is_null() | (pl.col("last") <= pl.col("first")), "period", ("date", "is no period; 2015-2020 was expected"),
    )  # fmt: skip
    told = dated.with_columns(sex=pl.lit("all"), locator=pl.format("{}/{}/{}", "orig", "dest", "period"))
    return _reading(told, document, pl.concat([rejected, faults]), rows)


def by_sex(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """As `flows`, of both sexes, women and men; `year0` is the year a period of five years begins in."""
    found, rejected, rows = _sound(data, BY_SEX, places)
    told = found.with_columns(
        pl.col("sex").replace(_SEX), first=pl.col("year0"), last=pl.col("year0") + _SPAN,
        locator=pl.format("{}/{}/{}/{}", "orig", "dest", "year0", "sex"),
    )  # fmt: skip
    return _reading(told, document, rejected, rows)


def _sound(data: bytes, source: Source, places: frozenset[str] | None) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Records of countries that are, those set aside, and how many there were."""
    whole = rows_of(data, source)
    kept, faults = whole, list[pl.DataFrame]()
    for name in source.codes:
        kept, old = aside(kept, pl.col(name).is_in(_OLD), name, ("former", "is a State that no longer is; its people are not shared out among successors"))  # fmt: skip
        faults.append(old)
    found, rejected = sifted(kept, source, places)
    return found, pl.concat([*faults, rejected]), whole.height


def _reading(told: pl.DataFrame, document: Document, rejected: pl.DataFrame, rows: int) -> Reading:
    cells = told.with_columns(
        measure=pl.lit("flow"), unit=pl.lit("people"), group=pl.lit("migrants"), origin=pl.col("orig").replace(_ALIASES),
        place=pl.col("dest").replace(_ALIASES), start=pl.date("first", 7, 1), end=pl.date("last", 7, 1), value=pl.col(_BEST),
        basis=pl.lit("model"), status=pl.lit("estimated"),
    )  # fmt: skip
    counted = cells.filter(F.value.is_not_null())
    return Reading(
        figures=figures(counted, document, "abel-cohen"), rows=rows, empty=cells.height - counted.height, rejected=rejected.sort("row", maintain_order=True),
    )  # fmt: skip


ADAPTERS: Final = (
    Adapter(source=FLOWS, read=flows, ask=by_file),
    Adapter(source=BY_SEX, read=by_sex, ask=by_file),
)
