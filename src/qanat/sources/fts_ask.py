"""What to ask of FTS, and what to ask for next."""

from __future__ import annotations

from typing import Any, Final, cast
from urllib.parse import parse_qsl, urlsplit

from qanat.errors import AskError, SourceError
from qanat.sources.countries import HPC
from qanat.sources.pages import envelope
from qanat.sources.record import Source
from qanat.sources.request import Question, Request

HOST: Final = "api.hpc.tools"


def ask_flows(source: Source, question: Question) -> list[Request]:
    """The flows of a country (by HPC Tools' number of it) year by year; `part` narrows them to a plan by its number.

    Raises AskError without a country, and for one that HPC Tools does not list.
    """
    plan = {"planid": question.part} if question.part else {}
    return [
        Request(url=source.url, params={"locationid": _number(source, question), "year": str(year), **plan})
        for year in _years(question)
    ]


def ask_clusters(source: Source, question: Question) -> list[Request]:
    """One plan by cluster, year by year; `part` is the plan's number. Raises AskError without one."""
    if question.part is None or not question.part.isdigit():
        raise AskError(
            f"{source.id} answers for one plan: give its number as the part, for example 943 (see fts.plans)"
        )
    return [
        Request(url=source.url, params={"planid": question.part, "year": str(year), "groupby": "cluster"})
        for year in _years(question)
    ]


def ask_plans(source: Source, question: Question) -> list[Request]:
    """All plans, one request a year; the service cannot be narrowed to a country."""
    return [Request(url=f"{source.url}/{year}") for year in _years(question)]


def following(asked: Request, answer: bytes) -> Request | None:
    """The page that `meta.nextLink` leads to; null after the last.

    Raises SourceError where the link leads to another host: an answer cannot send qanat elsewhere.
    """
    content = envelope(answer, asked.url)
    meta = cast("dict[str, Any]", content).get("meta") if isinstance(content, dict) else None
    link = cast("dict[str, Any]", meta).get("nextLink") if isinstance(meta, dict) else None
    if not link:
        return None
    to = urlsplit(str(link))
    if to.scheme != "https" or to.hostname != HOST:
        raise SourceError(
            f"{asked.url}: the next page is said to be at {to.hostname}, which is not {HOST}; nothing was kept, tell OCHA"
        )
    return Request(url=f"https://{HOST}{to.path}", params=dict(parse_qsl(to.query)), keys=asked.keys)


def _years(question: Question) -> range:
    return range(question.first, question.last + 1)


def _number(source: Source, question: Question) -> str:
    found = {code: number for number, code in HPC.items()}.get(question.country or "")
    if found is None:
        raise AskError(
            f"{source.id} answers for one country of OCHA's list; {question.country or 'none'} was named: give its ISO 3166 alpha-3 code"
        )
    return found
