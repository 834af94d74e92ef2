"""OCHA's HPC Tools: the caseloads of a plan (who is affected, in need, targeted) and the projects of an appeal.

A caseload is told for the whole plan and cut by place and category: "total" is the undivided figure of a place, its
categories overlap (women are also IDPs) and are never added. Clusters overlap too. Only what OCHA has published
(lastPublishedVersion 1 or later) becomes figures.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final, cast

import polars as pl

from qanat.errors import AskError
from qanat.figures import Document
from qanat.sources.cells import sifted
from qanat.sources.countries import by_iso2
from qanat.sources.fts_tables import FTS
from qanat.sources.hpc_answers import EXPECTED, PEOPLE, country, objects, pages, told
from qanat.sources.pages import envelope
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.request import Key, Question, Request
from qanat.sources.rows import Record, field, framed, listed, several_of, text
from qanat.sources.rules import Rule, blank, dates, facet, kept, period, reading

TOKEN: Final = Key(
    name="hpc", sent="header", as_name="Authorization",
    how='OCHA gives a token to humanitarian partners (hpc.tools, by e-mail to its service desk); write it as "Bearer TOKEN"',
)  # fmt: skip
_API: Final = "https://api.hpc.tools/v2/"
CASELOADS: Final = replace(
    FTS, id="hpc.caseloads", title="Humanitarian Programme Cycle: people in need and targeted, by cluster, place and category", every=365,
    url=f"{_API}plan", needs=("part",), parts="an appeal's number, as 1188 (see fts.plans)", keys=(TOKEN,), decimals=("value",), terms="https://data.humdata.org/faqs/licenses",
    credit="OCHA, Humanitarian Programme Cycle Tools, for the Humanitarian Country Team",
    caution="Clusters and categories overlap and are never added; the plan's own caseload counts everyone once. The answer names no period: "
    "figures stand on the day the caseloads were last published.",
)  # fmt: skip
PROJECTS: Final = replace(
    FTS, id="hpc.projects", title="Humanitarian Programme Cycle: projects of an appeal", url=f"{_API}project/search", needs=("part",), parts="an appeal's code, as RSYR22",
    decimals=("currentRequestedFunds",), codes=("place",),
    caution="Requests of projects make up an appeal's requirement only where the appeal is costed by project; never added to it.",
)  # fmt: skip
_CASELOAD: Final = (
    "row",
    "at",
    "place",
    "location",
    "sector",
    "cluster",
    "category",
    "measure",
    "metric",
    "value",
    "day",
)
_PROJECT: Final = ("row", "at", "id", "version", "published", "currentRequestedFunds", "startDate", "endDate", "place", "countries", "cluster", "plan")  # fmt: skip
_DAY: Final = re.compile(r"^(\d{2})/(\d{2})/(\d{4})$")
_SEXES: Final = {"female": "female", "male": "male"}


def caseloads(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """People a plan counts, by sector (facet sector=CODE; none for the plan's own caseload), place and category.

    A caseload that fits no global cluster keeps its name (facet cluster=NAME), as "Refugee Response"; where several
    plan clusters share an entity, the caseload's own code decides. People expected to be reached are a target (facet
    metric=expected-reach). Figures stand on the day of publication, since the answer names no period.
    """
    found = [(page, *one) for page in pages(data, CASELOADS) for one in _cells(page)]
    frame = framed([{"row": row, **cell} for row, (_, _, cells) in enumerate(found, 1) for cell in cells], _CASELOAD)
    version = pl.col("day").is_null()
    sound, aside = kept(
        frame, CASELOADS,
        Rule(column="day", word="unpublished", broken=version, why="is the day of publication: OCHA has not published these caseloads"),
        Rule(column="place", word="place", broken=blank("place"), why="is the place: the answer lists no such location with a p-code"),
    )  # fmt: skip
    read, wrong = sifted(period(sound, "day", "day"), CASELOADS, places)
    lower = pl.col("category").str.to_lowercase()
    sex = lower.replace_strict(_SEXES, default=None, return_dtype=pl.String)
    cells = read.with_columns(
        end=pl.col("start"), unit=pl.lit("people"), group=pl.lit("people"), sex=sex.fill_null("all"),
        facet=facet(
            category=pl.when(sex.is_null() & (lower != "total")).then("category"), cluster=pl.col("cluster"), location=pl.col("location"),
            metric=pl.col("metric"), sector=pl.col("sector"),
        ),
    )  # fmt: skip
    return reading(cells, document, CASELOADS, (len(found), [aside.unique(maintain_order=True), wrong]))


def projects(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """What each project of an appeal asks for (facet project=NUMBER, plan, cluster), in the project's own period.

    A project in several countries stands at WLD, undivided. Unpublished projects are set aside; of several versions of
    a project the newest holds.
    """
    found = objects(data, PROJECTS, "data", "results")
    frame = framed([_project(row, at, one) for row, (at, one) in enumerate(found, 1)], _PROJECT)
    newest = pl.col("version").cast(pl.Int64, strict=False).fill_null(0)
    last = frame.filter(newest == newest.max().over("id")).unique("id", keep="first", maintain_order=True)
    unpublished = Rule(column="published", word="unpublished", broken=blank("published"), why="is the published version: the project has none")  # fmt: skip
    sound, aside = kept(last, PROJECTS, unpublished, *dates("startDate", "endDate"))
    read, wrong = sifted(period(sound, "startDate", "endDate"), PROJECTS, places)
    cells = read.with_columns(
        measure=pl.lit("requirement"), unit=pl.lit("USD"), group=pl.lit("money"), value="currentRequestedFunds",
        facet=facet(cluster=pl.col("cluster"), countries=pl.col("countries"), plan=pl.col("plan"), project=pl.col("id")),
    )  # fmt: skip
    return reading(cells, document, PROJECTS, (len(found), [aside, wrong]), replaced=frame.height - last.height)


def ask_caseloads(source: Source, question: Question) -> list[Request]:
    """The caseloads of one plan; `part` is its number. Raises AskError without one."""
    if question.part is None or not question.part.isdigit():
        raise AskError(
            f"{source.id} answers for one plan: give its number as the part, for example 1188 (see fts.plans)"
        )
    url = f"{source.url}/{question.part}/responseMonitoring"
    return [Request(url=url, params={"includeCaseloadDisaggregation": "true"}, keys=source.keys)]


def ask_projects(source: Source, question: Question) -> list[Request]:
    """The projects of one appeal; `part` is its code. Raises AskError without one."""
    if question.part is None:
        raise AskError(f"{source.id} answers for one appeal: give its code as the part, for example RSYR22")
    return [Request(url=source.url, params={"plancodes": question.part, "limit": "100", "page": "1"})]


def following(asked: Request, answer: bytes) -> Request | None:
    """The next page of projects; null after the last."""
    content = envelope(answer, asked.url)
    told_pages = field(content, PROJECTS, "data", "pagination")
    page, most = (field(told_pages, PROJECTS, name) for name in ("currentPage", "pages"))
    if not isinstance(page, int) or not isinstance(most, int) or page >= most:
        return None
    return replace(asked, params={**asked.params, "page": str(page + 1)})


def _cells(page: Record) -> list[tuple[str, list[dict[str, Any]]]]:
    """The caseloads of an answer and their cuts, each a record with its cells."""
    at, content = page
    places = {text(one.get("id")): one for _, one in listed((at, content), CASELOADS, ("data", "locations"))}
    clusters = [one for _, one in listed((at, content), CASELOADS, ("data", "planGlobalClusters"))]
    whole = [one for one in places.values() if text(one.get("adminLevel")) == "0"]
    nation = by_iso2().get(text(whole[0].get("pcode")) or "") if len(whole) == 1 else None
    data = cast("dict[str, Any]", content["data"])
    published = _published(data.get("lastPublishedVersion"), data.get("lastPublishedDate"))
    found: list[tuple[str, list[dict[str, Any]]]] = []
    for pointer, load in listed((at, content), CASELOADS, ("data", "caseloads")):
        told(load, CASELOADS, "caseloadType", "caseloadDescription", "inNeed", "target")
        lead = {**_sector(load, clusters), "day": published}
        own = [{"at": f"{pointer}#{name}", "measure": PEOPLE[name], "metric": EXPECTED.get(name), "place": nation, "category": "total", "value": load[name], **lead} for name in PEOPLE if name in load]  # fmt: skip
        found.append((pointer, own))
        for index, cut in enumerate(several_of(load, "disaggregatedAttachments")):
            where = f"{pointer}/disaggregatedAttachments/{index}"
            found.append((where, _cut(cut, where, {**lead, **_place(places.get(text(cut.get("locationId"))), nation)})))
    return found


def _cut(cut: dict[str, Any], at: str, lead: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "at": f"{at}/dataMatrix/{index}#value", "measure": PEOPLE[kind], "metric": EXPECTED.get(kind),
            "category": cut.get("categoryLabel"), "value": one.get("value"), **lead,
        }
        for index, one in enumerate(several_of(cut, "dataMatrix"))
        if (kind := text(one.get("metricType")) or "") in PEOPLE
    ]  # fmt: skip


def _place(found: dict[str, Any] | None, nation: str | None) -> dict[str, Any]:
    """P-code of a location, or the country with the location's name; nothing for a location that is not listed."""
    if found is None:
        return {}
    if text(found.get("adminLevel")) == "0":
        return {"place": nation}
    code = text(found.get("pcode"))
    return {"place": code} if code else {"place": nation, "location": found.get("name")}


def _sector(load: dict[str, Any], clusters: list[dict[str, Any]]) -> dict[str, Any]:
    """The global cluster of a caseload, or its own name where none is told; nothing for the plan's own."""
    if load["caseloadType"] == "plan":
        return {}
    own, entity = text(load.get("availableGlobalClusterCode")), text(load.get("entityId"))
    codes = [text(one.get("globalClusterCode")) for one in clusters if entity in _texts(one.get("planClusters"))]
    if own in codes or (len(codes) != 1 and own not in (None, "", "n/a")):
        return {"sector": own}
    return {"sector": codes[0]} if len(codes) == 1 else {"cluster": load["caseloadDescription"]}


def _texts(found: object) -> set[str | None]:
    return {text(one) for one in cast("list[object]", found)} if isinstance(found, list) else set()


def _published(version: object, day: object) -> str | None:
    """The day of a published version as year-month-day; null where version 1 has not been reached."""
    found = _DAY.match(text(day) or "")
    number = re.match(r"\d+", text(version) or "")
    if found is None or number is None or int(number[0]) < 1:
        return None
    return f"{found[3]}-{found[2]}-{found[1]}"


def _project(row: int, at: str, one: dict[str, Any]) -> dict[str, Any]:
    told(one, PROJECTS, "id", "currentRequestedFunds", "startDate", "endDate", "locations", "plans")
    located = several_of(one, "locations")
    national = [place for place in located if text(place.get("adminLevel")) == "0"]
    return {
        **{name: one.get(name) for name in ("id", "version", "currentRequestedFunds", "startDate", "endDate")}, "row": row, "at": at,
        "published": one.get("currentPublishedVersionId"), **country(place.get("iso3") for place in national or located),
        "cluster": "+".join(sorted({str(c.get("code")) for c in several_of(one, "globalClusters")})),
        "plan": "+".join(sorted({str(plan.get("code")) for plan in several_of(one, "plans")})),
    }  # fmt: skip


ADAPTERS: Final = (
    Adapter(source=CASELOADS, read=caseloads, ask=ask_caseloads),
    Adapter(source=PROJECTS, read=projects, ask=ask_projects, following=following),
)
