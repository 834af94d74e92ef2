"""What to ask of HDX HAPI, and what to ask for next: the answer is paged by offset until a page is not full."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, cast

from qanat.errors import AskError
from qanat.sources.pages import envelope
from qanat.sources.record import Source
from qanat.sources.request import Question, Request

LIMIT: Final = 10_000  # the most records HAPI gives at once
_ROUND: Final = 1000


def ask(source: Source, question: Question) -> list[Request]:
    """The first page of what the question needs: one request, or two for a country's refugees (from it, in it).

    The service may answer 202 while it makes the answer ready, so it is asked again until it is.
    Raises AskError for a part, since a table of HAPI has none.
    """
    if question.part is not None:
        raise AskError(f"{source.id} has no parts ({question.part!r}); ask for years and a country")
    fixed = {
        "output_format": "json", "limit": str(LIMIT), "offset": "0", "start_date": f"{question.first}-01-01", "end_date": f"{question.last}-12-31",
    }  # fmt: skip
    if question.country is None:
        return [_request(source, fixed)]
    return [_request(source, {**fixed, name: question.country}) for name in source.codes]


def following(asked: Request, answer: bytes) -> Request | None:
    """The request for the page after this one; null after a page that is not full.

    A page of a round thousand of records may be full although more were asked for: the service may have lowered the most it
    gives at once, and what lay beyond would be lost without a word.
    """
    content = envelope(answer, asked.url)
    found = cast("dict[str, object]", content).get("data") if isinstance(content, dict) else None
    came = len(cast("list[object]", found)) if isinstance(found, list) else 0
    if came == 0 or came % _ROUND:
        return None
    return replace(asked, params={**asked.params, "offset": str(int(asked.params["offset"]) + came)})


def _request(source: Source, params: dict[str, str]) -> Request:
    return Request(url=source.url, params=params, keys=source.keys, polled=True)
