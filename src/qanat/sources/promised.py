"""How many records a service says it has for a question, against those it sent."""

from __future__ import annotations

from typing import Any, Final, cast

from qanat.errors import SourceError
from qanat.sources.begin import is_json
from qanat.sources.pages import envelope

# where an envelope tells the number over all pages, and where its records are: IDMC's GIDD, IOM's DTM
_TOLD: Final = (("count", "results"), ("totalRecordsCount", "result"))


def require_all(pages: list[bytes], address: str) -> None:
    """Nothing where the pages of a question hold as many records as the last of them says there are.

    Raises SourceError where some were not sent, which would be read as nobody, or more, which would be counted twice: a
    table renewed while it is read page by page may do either.
    """
    if not pages or not is_json(pages[-1]) or not any(f'"{name}"'.encode() in pages[-1][:2000] for name, _ in _TOLD):
        return
    read = [cast("dict[str, Any]", one) for page in pages if isinstance(one := envelope(page, address), dict)]
    for name, where in _TOLD:
        promised = read[-1].get(name) if read else None
        if not isinstance(promised, int) or not isinstance(read[-1].get(where), list):
            continue
        came = sum(len(page.get(where) or ()) for page in read)
        if came != promised:
            raise SourceError(
                f"{address}: the service says it has {promised:,} records and sent {came:,}; nothing was kept (it may have been renewed on the way): ask again, and if it stays so tell its owner"
            )
