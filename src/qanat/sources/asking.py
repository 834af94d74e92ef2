"""What to ask of the services of UNHCR and IDMC, and what to ask for next.

Both services answer a question they do not understand with other figures instead of an error. UNHCR's ignores misspelt
names and a year bound that stands alone, and reads its own country codes unless told to read ISO's (its AUS is
Austria), so only listed names are sent, and always the same ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, cast

from qanat.errors import AskError, SourceError
from qanat.figures.words import nearest
from qanat.sources.fetch import pages_of
from qanat.sources.pages import envelope
from qanat.sources.promised import require_all
from qanat.sources.record import Source
from qanat.sources.repeats import Seen
from qanat.sources.request import Answer, Fetcher, Key, Question, Request
from qanat.sources.telling import telling

PARAMETERS: Final = ("cf_type", "yearFrom", "yearTo", "limit", "page", "coo", "coa", "coo_all", "coa_all", "ptype_show")
PAGE: Final = 10_000  # records of a page; UNHCR gives as many
MOST_PAGES: Final = 500
MOST_TOGETHER: Final = 300_000_000  # bytes of all pages: every year of UNHCR's largest table has some 230 million
_FIRST_PAGE: Final = {"cf_type": "ISO", "limit": str(PAGE), "page": "1"}
_GIDD_PAGE: Final = 1000


def unhcr(source: Source, question: Question) -> list[Request]:
    """The first page of every request the question needs: one, or two for a country (its own people, people in it)."""
    fixed = _FIRST_PAGE | {"yearFrom": str(question.first), "yearTo": str(question.last)}
    if "pop_type" in source.columns:
        fixed["ptype_show"] = "true"  # else all population types are added up, host communities included
    if question.country is None:
        return [request(source, fixed | {"coo_all": "true", "coa_all": "true"})]
    return [
        request(source, fixed | {"coo": question.country, "coa_all": "true"}),
        request(source, fixed | {"coa": question.country, "coo_all": "true"}),
    ]


def nowcasting(source: Source, question: Question) -> list[Request]:
    """UNHCR's estimate of the current month: the world's and every country's, or one country's as country of asylum.

    The service keeps the newest month only, so the years of the question are not sent.
    """
    fixed = _FIRST_PAGE
    if question.country is not None:
        return [request(source, fixed | {"coa": question.country})]
    return [request(source, dict(fixed)), request(source, fixed | {"coa_all": "true"})]


def reference(source: Source, _question: Question) -> list[Request]:
    """The first page of a reference table (countries, regions, footnotes): whole, since none of them can be narrowed."""
    return [request(source, dict(_FIRST_PAGE))]


def by_file(source: Source, _question: Question) -> list[Request]:
    """Raises AskError: the table comes as a file that a person hands over; no service gives it."""
    raise AskError(f"{source.id} comes as a file only; get it from {source.url} and hand it over with --from FILE")


def request(source: Source, params: dict[str, str]) -> Request:
    """A request to UNHCR with listed parameters. Raises AskError for a name that the service would ignore."""
    for name in params:
        if name not in PARAMETERS:
            near = nearest(name, list(PARAMETERS))
            raise AskError(
                f"{source.id}: {name!r} is no parameter of the service, which would ignore it"
                + (f"; did you mean {near!r}?" if near else f"; there are {', '.join(PARAMETERS)}")
            )
    if ("yearFrom" in params) != ("yearTo" in params):
        raise AskError(f"{source.id}: yearFrom and yearTo go together; the service ignores one that stands alone")
    return Request(url=source.url, params=params)


CLIENT: Final = Key(
    name="idmc", sent="parameter", as_name="client_id",
    how="IDMC gives a client name by e-mail (see its API page) to whoever says what it is for",
)  # fmt: skip


def gidd(source: Source, _question: Question) -> list[Request]:
    """The first page of IDMC's database (GIDD), all countries and years: it is small and cannot be narrowed."""
    params = {"format": "json", "limit": str(_GIDD_PAGE), "offset": "0"}
    return [Request(url=source.url, params=params, keys=source.keys)]


def following(asked: Request, answer: bytes) -> Request | None:
    """The request for the page after this one; null after the last.

    The address in IDMC's `next` repeats the client's name and is not used. Raises SourceError where the answer is cut,
    does not say how many pages there are, or where pages were lost on the way: the service renewed its table.
    """
    content = envelope(answer, asked.url)
    if not isinstance(content, dict):
        return None
    told = cast("dict[str, Any]", content)
    if "next" in told:
        return _after_offset(asked, told)
    page, most = int(asked.params.get("page", "1")), _pages(asked, told)
    if page > max(most, 1):
        raise SourceError(
            f"{asked.address}: this is page {page} and there are only {most} now; the table was renewed while it was read, none of "
            "it became figures: ask again"
        )
    return replace(asked, params={**asked.params, "page": str(page + 1)}) if page < most else None


def _pages(asked: Request, told: dict[str, Any]) -> int:
    """How many pages UNHCR says there are; 0 for what is no answer of its tables, which its reader tells."""
    most = told.get("maxPages")
    if isinstance(most, str) and most.strip().isdigit():
        return int(most)  # the service writes numbers as texts elsewhere
    if isinstance(most, int) and not isinstance(most, bool):
        return most
    if "items" in told:
        raise SourceError(
            f"{asked.address}: the answer does not say how many pages it has (maxPages is {most!r:.40}); one page may not be "
            "all, so nothing was kept: ask again, and if it stays so tell its owner"
        )
    return 0


def _after_offset(asked: Request, told: dict[str, Any]) -> Request | None:
    """The page of IDMC's that follows; null after the last."""
    if told["next"] is None:
        return None
    read = int(asked.params.get("offset", "0")) + len(told.get("results") or ())
    return replace(asked, params={**asked.params, "offset": str(read)})


def every_page(
    fetcher: Fetcher,
    first: Request,
    say: Callable[[str], None] = lambda _: None,
    after: Callable[[Request, bytes], Request | None] | None = None,
) -> list[Answer]:
    """All pages of a request, in order, each fetched once.

    say    is told of every page after the first
    after  the source's own way from a page to the next; null: as UNHCR and IDMC page
    Raises SourceError for a service that pages without end, sends a page twice or another number of records than it says it has, and
    what the fetcher raises.
    """
    answers: list[Answer] = []
    seen = Seen()
    wanted: Request | None = first
    whole: int | None = None
    while wanted is not None:
        if len(answers) == MOST_PAGES:
            raise SourceError(f"{first.address} has more than {MOST_PAGES} pages; ask for fewer years")
        if answers:
            say(f"page {len(answers) + 1}{f' of {whole}' if whole else ''} from {first.url}")
        answers.append(fetcher.fetch(wanted))
        whole = pages_of(answers[0].data) if len(answers) == 1 else whole
        require_together(sum(len(answer.data) for answer in answers), first.address)
        twin = seen.before(answers[-1].data)
        if twin is not None:
            raise SourceError(
                f"{first.address}: page {len(answers)} is page {twin} once more; the service repeats itself, none of it became figures: "
                "ask again (in the mode live), and if it stays so tell its owner"
            )
        with telling(first.url):
            wanted = (after or following)(wanted, answers[-1].data)
    with telling(first.url):
        require_all([answer.data for answer in answers], first.address)
    return answers


def require_together(size: int, address: str) -> None:
    """Nothing for as many bytes as one pull may hold. Raises SourceError above that."""
    if size > MOST_TOGETHER:
        raise SourceError(
            f"{address} has sent more than {MOST_TOGETHER // 1_000_000} MB, page after page; nothing was kept, ask for fewer years or one country"
        )


def last_updated(answer: bytes) -> str | None:
    """The day IDMC says its database was updated ("2025-05-13"); null where an answer does not say."""
    try:
        told: Any = json.loads(answer)
        return str(told["last_updated"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
