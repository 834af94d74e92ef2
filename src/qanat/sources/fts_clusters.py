"""FTS by cluster of one plan: requirements, money given to one cluster, money that several share."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit

import polars as pl

from qanat.errors import SourceError
from qanat.figures import Document
from qanat.sources.cells import EMPTY, sifted
from qanat.sources.fts_tables import FTS
from qanat.sources.hpc_answers import NOT_TOLD, pages
from qanat.sources.record import Reading
from qanat.sources.rows import Record, field, framed, listed, several_of, text
from qanat.sources.rules import facet, period, reading
from qanat.sources.shape import WORLD

CLUSTERS: Final = replace(
    FTS, id="fts.clusters", title="Financial Tracking Service: one appeal by cluster", url="https://api.hpc.tools/v1/fts/flow/custom-search",
    needs=("part",), parts="an appeal's number, as 943 (see fts.plans)", decimals=("value",),
)  # fmt: skip
_COLUMNS: Final = ("row", "at", "cluster", "shared", "measure", "version", "value")
_TOTALS: Final = ("data", "report3", "fundingTotals", "objects")


def clusters(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """What a plan's clusters ask for and were given, in the year asked for (facet cluster=NAME;plan-id=NUMBER).

    Money that several clusters share is told once, under all their names joined by "+" (shared=yes), and is in none of
    theirs. The answer names neither plan nor year nor country: plan and year are read from the address it came from,
    and it stands at WLD (countries=not told). Raises SourceError where the address does not tell them.
    """
    plan, year = _asked(document)
    found = [record for page in pages(data, CLUSTERS) for record in _records(page)]
    frame = framed([{"row": row, "at": at, **one} for row, (at, one) in enumerate(found, 1)], _COLUMNS)
    frame = frame.with_columns(pl.lit(f"{year}-01-01").alias("from"), pl.lit(f"{year}-12-31").alias("to"))
    read, wrong = sifted(period(frame, "from", "to"), CLUSTERS, places)
    cells = read.with_columns(
        place=pl.lit(WORLD), unit=pl.lit("USD"), group=pl.lit("money"),
        facet=facet(
            cluster=pl.col("cluster"), countries=pl.lit(NOT_TOLD), shared=pl.col("shared"), version=pl.col("version"), **{"plan-id": pl.lit(plan)}
        ),
    )  # fmt: skip
    notes = tuple(note for page in pages(data, CLUSTERS) for note in _untotalled(page))
    return reading(cells, document, CLUSTERS, (frame.height, [wrong]), notes)


def _asked(document: Document) -> tuple[str, str]:
    told = parse_qs(urlsplit(document.url or "").query)
    plan, year = (told.get(name, [""])[0] for name in ("planid", "year"))
    if not plan.isdigit() or not re.fullmatch(r"(19|20)\d\d", year):
        raise SourceError(
            f"{CLUSTERS.id}: the answer names neither its plan nor its year, and its address {document.url} does not either "
            "(planid=, year=); pull it with `--part NUMBER`, so that the address is known"
        )
    return plan, year


def _records(page: Record) -> list[Record]:
    """Requirements and funding of a page, one record each cell."""
    at, content = page
    found: list[Record] = []
    for pointer, one in listed((at, content), CLUSTERS, ("data", "requirements", "objects")):
        for name, version in (("revisedRequirements", None), ("origRequirements", "original")):
            found.append((f"{pointer}#{name}", _cell(one, "requirement", one.get(name), version)))
    field(content, CLUSTERS, *_TOTALS)
    for pointer, total in listed((at, content), CLUSTERS, _TOTALS):
        for kind in ("singleFundingObjects", "sharedFundingObjects"):
            shared = "yes" if kind.startswith("shared") else None
            found += [
                (f"{pointer}/{kind}/{index}#totalFunding", {**_cell(one, "funding", one.get("totalFunding")), "shared": shared})
                for index, one in enumerate(several_of(total, kind))
            ]  # fmt: skip
    return found


def _untotalled(page: Record) -> list[str]:
    """Where the clusters listed do not add up to the total beside them."""
    found: list[str] = []
    for _, total in listed(page, CLUSTERS, _TOTALS):
        for kind, how in (("single", "to themselves"), ("shared", "between them")):
            told = total.get(f"{kind}FundingTotal")
            added = sum(
                float(given)
                for one in several_of(total, f"{kind}FundingObjects")
                if (given := text(one.get("totalFunding"))) not in (None, *EMPTY)
            )
            if isinstance(told, (int, float)) and abs(added - told) >= 1:
                found.append(f"clusters listed have {added:,.0f} USD {how}, the service's own total is {told:,.0f}")
    return found


def _cell(one: dict[str, Any], measure: str, value: object, version: str | None = None) -> dict[str, Any]:
    name = one.get("name")
    names = cast("list[object]", name) if isinstance(name, list) else [name]
    return {
        "cluster": "+".join(sorted(text(one) or "not named" for one in names)),
        "measure": measure,
        "value": value,
        "version": version,
    }
