"""What to ask of UCDP's service, and what to ask for next."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final, cast

from qanat.errors import AskError, SourceError
from qanat.sources.gleditsch_ward import numbers
from qanat.sources.pages import envelope
from qanat.sources.record import Source
from qanat.sources.request import Key, Question, Request

TOKEN: Final = Key(
    name="ucdp", sent="header", as_name="x-ucdp-access-token",
    how="UCDP gives a token by e-mail to whoever says what it is for (see the API page at ucdp.uu.se); 5,000 requests a day, errors counted",
)  # fmt: skip
PAGE: Final = 1000  # events of a page, the most the service gives
_YEARLY: Final = re.compile(r"\d\d\.1")
_CANDIDATE: Final = re.compile(r"\d\d\.0\.(?:[1-9]|1[0-2])|\d\d\.01\.\d\d\.\d\d")


def ask(source: Source, question: Question) -> list[Request]:
    """The first page of one release.

    The part of a question is the release: "25.1" for a yearly one, "25.0.10" for October 2025's candidate events,
    "25.01.25.09" for those of January to September. Where none is named it is the yearly release that has the last year asked for
    (YY.1 holds all years before 20YY), or the candidate events of that year's December.
    Raises AskError for a word that is no release of this kind, and for a country that is no state of UCDP's list.
    """
    params = {
        "pagesize": str(PAGE), "page": "0", "StartDate": f"{question.first}-01-01", "EndDate": f"{question.last}-12-31",
    }  # fmt: skip
    if question.country is not None:
        states = numbers(question.country)
        if not states:
            raise AskError(
                f"{source.id}: {question.country} is no state of Gleditsch and Ward's list, by which UCDP counts; "
                "its events stand under another country (those in Gaza and the West Bank under ISR)"
            )
        params["Country"] = ",".join(map(str, states))
    release = _release(source, question)
    return [Request(url=f"{source.url}{release}", params=params, keys=source.keys, refusals=_refusals(release))]


def ask_bulk(source: Source, question: Question) -> list[Request]:
    """The file of a yearly release, all countries and years: "25.1" is ged251-csv.zip."""
    release = _release(source, question)
    return [Request(url=f"{source.url}ged{release.replace('.', '')}-csv.zip", refusals=_refusals(release))]


def _refusals(release: str) -> dict[int, str]:
    """What UCDP means by its refusals of a release."""
    missing = f"UCDP has no release {release}, or not yet: name one that is out with --part"
    return {401: f"the token is not accepted: {TOKEN.how}", 404: missing}


def following(asked: Request, answer: bytes) -> Request | None:
    """The request for the next page by its number; null after the last. The address in NextPageUrl is never followed.

    Raises SourceError where the answer is cut or says neither whether a page follows nor how many there are.
    """
    content = envelope(answer, asked.url)
    page = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    if not isinstance(page.get("TotalPages"), int) or "NextPageUrl" not in page:
        raise SourceError(
            f"{asked.url}: the answer has no TotalPages and NextPageUrl but {', '.join(list(page)[:6]) or 'nothing'}; "
            "UCDP refused the question or changed the service: nothing was kept, errors count against the day's 5,000 requests"
        )
    current = int(asked.params["page"])
    if not page["NextPageUrl"] or current + 1 >= page["TotalPages"]:
        return None
    return replace(asked, params={**asked.params, "page": str(current + 1)})


def _release(source: Source, question: Question) -> str:
    candidate = source.id.endswith("candidate")
    short = question.last % 100
    usual = f"{short:02}.0.12" if candidate else f"{(short + 1) % 100:02}.1"
    release = question.part or usual
    if not (_CANDIDATE if candidate else _YEARLY).fullmatch(release):
        kind = "25.0.10 (a month) or 25.01.25.09 (January to September)" if candidate else "25.1"
        raise AskError(f"{source.id}: {release!r} is no release; write it as {kind}")
    return release
