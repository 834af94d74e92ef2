"""OCHA Financial Tracking Service (FTS): what appeals ask for, what they were given, flow by flow, plan by plan, cluster by
cluster (USD, current).

Incoming, internal and outgoing money is never added: only incoming is an appeal's funding (facet boundary). A flow that
is shared between clusters, countries or years is told in full once, and said to be shared; it is never divided here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from qanat.figures import Document, F
from qanat.sources.cells import sifted
from qanat.sources.fts_ask import ask_clusters, ask_flows, ask_plans, following
from qanat.sources.fts_clusters import CLUSTERS, clusters
from qanat.sources.fts_tables import CLUSTER_TABLE, FTS, PLAN_TABLE, table_clusters, table_plans
from qanat.sources.hpc_answers import EXPECTED, PEOPLE, country, objects, of_number, of_type, told
from qanat.sources.record import Adapter, Reading
from qanat.sources.rows import framed, object_of, several_of, text
from qanat.sources.rules import Rule, blank, dates, day, facet, kept, on_last_day, period, reading

_API: Final = "https://api.hpc.tools/"
FLOWS: Final = replace(
    FTS, id="fts.flows", title="Financial Tracking Service: funding flows", url=f"{_API}v1/fts/flow/custom-search", needs=("country",), parts="an appeal's number, as 943",
    decimals=("amountUSD",), words={"boundary": ("incoming", "internal", "outgoing"), "status": ("paid", "commitment", "pledge")},
)  # fmt: skip
PLANS: Final = replace(
    FTS, id="fts.plans", title="Financial Tracking Service: appeals", url=f"{_API}v2/fts/flow/plan/overview/progress", decimals=("value",), codes=("place",)
)  # fmt: skip
_FLOW: Final = ("row", "at", "id", "versionId", "amountUSD", "boundary", "onBoundary", "status", "from", "to", "place", "countries", "cluster", "plan")  # fmt: skip
_PLAN: Final = ("row", "at", "code", "restricted", "place", "countries", "startDate", "endDate", "measure", "caseload", "metric", "version", "value")  # fmt: skip


def flows(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """Money by flow, for the years it is meant for: facet flow=NUMBER, boundary, status (paid, commitment, pledge), plan,
    cluster, and shared=yes where several clusters, places or years have it together.

    A flow to several countries stands at WLD with the countries in the facet. Of several versions of a flow the newest
    holds; the others are superseded. A parked flow is told with what is left of it, its parts beside it.
    """
    found = objects(data, FLOWS, "data", "flows")
    frame = framed([_flow(row, at, one) for row, (at, one) in enumerate(found, 1)], _FLOW)
    newest = pl.col("versionId").cast(pl.Int64, strict=False).fill_null(0)
    last = frame.filter(newest == newest.max().over("id")).unique("id", keep="first", maintain_order=True)
    no_year = Rule(
        column="from", word="year", broken=blank("from"), why="is the year of use; the flow is for no year of use"
    )
    unread = ~blank("from") & (day("from").is_null() | day("to").is_null())
    odd_year = Rule(column="from", word="year", broken=unread, why="is the year of use, which is no year")
    sound, aside = kept(last, FLOWS, no_year, odd_year)
    read, wrong = sifted(period(sound, "from", "to"), FLOWS, places)
    shared = pl.when(pl.col("onBoundary") == "shared").then(pl.lit("yes"))
    cells = read.rename({"status": "stage_of_flow"}).with_columns(
        measure=pl.lit("funding"), unit=pl.lit("USD"), group=pl.lit("money"), value="amountUSD",
        facet=facet(
            boundary=pl.col("boundary"), cluster=pl.col("cluster"), countries=pl.col("countries"), flow=pl.col("id"), plan=pl.col("plan"),
            shared=shared, status=pl.col("stage_of_flow"),
        ),
    )  # fmt: skip
    return reading(cells, document, FLOWS, (len(found), [aside, wrong]), replaced=frame.height - last.height)


def plans(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """What plans ask for (revised; original as facet version=original), are funded with, and the people they plan for.

    Facet plan=CODE. A plan for several countries stands at WLD, undivided, with the countries in the facet: it is in
    none of their figures. A plan has several caseloads (facet caseload), never added. People expected to be reached
    are a target (facet metric=expected-reach), not people reached. Plans under restriction are set aside.
    """
    found = objects(data, PLANS, "data", "plans")
    cells = [cell for row, (at, one) in enumerate(found, 1) for cell in _plan(row, at, one)]
    frame = framed(cells, _PLAN)
    closed = Rule(
        column="restricted", word="restricted", broken=pl.col("restricted") == "true", why="is what OCHA says of this plan; it is not published"
    )  # fmt: skip
    sound, aside = kept(frame, PLANS, closed, *dates("startDate", "endDate"))
    read, wrong = sifted(period(sound, "startDate", "endDate"), PLANS, places)
    money = F.measure.is_in(["requirement", "funding"])
    told_cells = read.with_columns(
        unit=pl.when(money).then(pl.lit("USD")).otherwise(pl.lit("people")),
        group=pl.when(money).then(pl.lit("money")).otherwise(pl.lit("people")),
        facet=facet(
            caseload=pl.col("caseload"), countries=pl.col("countries"), metric=pl.col("metric"), plan=pl.col("code"), version=pl.col("version")
        ),
    )  # fmt: skip
    return reading(on_last_day(told_cells), document, PLANS, (len(found), [aside.unique(maintain_order=True), wrong]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """A plan as FTS lists it; `number` is what fts.clusters and hpc.caseloads ask for, `code` what hpc.projects does."""

    number: str
    code: str
    name: str
    countries: tuple[str, ...]
    first: str | None
    last: str | None


def appeals(data: bytes) -> list[Appeal]:
    """The plans of an answer, in its order. Raises SourceError for an answer that is none."""
    return [
        Appeal(
            number=text(one.get("id")) or "", code=text(one.get("code")) or "", name=text(one.get("name")) or "",
            countries=tuple(code for place in several_of(one, "countries") if (code := text(place.get("iso3")))),
            first=text(one.get("startDate")), last=text(one.get("endDate")),
        )
        for _, one in objects(data, PLANS, "data", "plans")
    ]  # fmt: skip


def _flow(row: int, at: str, one: dict[str, Any]) -> dict[str, Any]:
    told(one, FLOWS, "id", "amountUSD", "boundary", "onBoundary", "status", "destinationObjects")
    there = "destinationObjects"
    years = sorted(name for year in of_type(one, there, "UsageYear") if (name := text(year.get("name"))))
    clusters_of = of_type(one, there, "Cluster") or of_type(one, there, "GlobalCluster")
    span = {"from": f"{years[0]}-01-01", "to": f"{years[-1]}-12-31"} if years else {}
    return {
        **{name: one.get(name) for name in ("id", "versionId", "amountUSD", "boundary", "onBoundary", "status")}, **span, "row": row, "at": at,
        **country(of_number(place.get("id")) or text(place.get("name")) for place in of_type(one, there, "Location")),
        "cluster": "+".join(sorted(str(c.get("name")) for c in clusters_of)), "plan": "+".join(sorted(str(p.get("id")) for p in of_type(one, there, "Plan"))),
    }  # fmt: skip


def _plan(row: int, at: str, one: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells of a plan: what it asks for, what it has, and each caseload's people."""
    told(one, PLANS, "code", "startDate", "endDate", "countries", "requirements", "funding")
    whole = {
        "row": row, **{name: one.get(name) for name in ("code", "restricted", "startDate", "endDate")},
        **country(place.get("iso3") for place in several_of(one, "countries")),
    }  # fmt: skip
    asked, given = object_of(one, "requirements"), object_of(one, "funding")
    cells: list[dict[str, Any]] = [
        {"at": f"{at}/requirements#revisedRequirements", "measure": "requirement", "value": asked.get("revisedRequirements")},
        {"at": f"{at}/requirements#origRequirements", "measure": "requirement", "version": "original", "value": asked.get("origRequirements")},
        {"at": f"{at}/funding#totalFunding", "measure": "funding", "value": given.get("totalFunding")},
    ]  # fmt: skip
    cells += [
        {
            "at": f"{at}/caseLoads/{index}/totals/{place}#value", "measure": PEOPLE[kind], "metric": EXPECTED.get(kind),
            "caseload": load.get("customReference"), "value": total.get("value"),
        }
        for index, load in enumerate(several_of(one, "caseLoads"))
        for place, total in enumerate(several_of(load, "totals"))
        if (kind := text(total.get("type")) or "") in PEOPLE
    ]  # fmt: skip
    return [{**whole, **cell} for cell in cells]


ADAPTERS: Final = (
    Adapter(source=FLOWS, read=flows, ask=ask_flows, following=following),
    Adapter(source=PLANS, read=plans, ask=ask_plans),
    Adapter(source=CLUSTERS, read=clusters, ask=ask_clusters),
    Adapter(source=PLAN_TABLE, read=table_plans, ask=ask_plans),
    Adapter(source=CLUSTER_TABLE, read=table_clusters, ask=ask_plans),
)
