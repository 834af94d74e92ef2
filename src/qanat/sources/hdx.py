"""HDX (Humanitarian Data Exchange, OCHA): its catalogue of datasets, their terms, their freshness and their files.

The catalogue has no figures: it says which file to read, on what terms, and whether it is as new as it should be.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final, cast

import polars as pl

from qanat.errors import AskError, SourceError
from qanat.figures import SCHEMA, Document
from qanat.figures.words import nearest
from qanat.sources.hdx_dataset import Dataset, File, dataset_from
from qanat.sources.pages import envelope
from qanat.sources.record import Adapter, Reading, Source
from qanat.sources.request import Question, Request
from qanat.sources.rows import content

__all__ = ["ADAPTERS", "CATALOGUE", "Dataset", "File", "ask", "catalogue", "datasets", "following", "resource"]
_API: Final = "https://data.humdata.org/api/3/action/"
_ROWS: Final = 100
CATALOGUE: Final = Source(
    id="hdx.catalogue", counter="ocha", publisher="OCHA", title="Humanitarian Data Exchange: catalogue of datasets", licence="CC-BY-4.0",
    credit="Humanitarian Data Exchange (HDX), OCHA Centre for Humanitarian Data", url=f"{_API}package_search", every=1,
    terms="https://data.humdata.org/faqs/terms", needs=("country-or-part",), parts="a dataset's name, as hno-data-for-sdn",
    caution="Every dataset travels on its own terms, and HDX does not make them: read the licence of the dataset, not of the catalogue.",
)  # fmt: skip


def datasets(data: bytes) -> list[Dataset]:
    """The datasets of an answer of package_search or package_show, of several joined, or of a dataset kept as a file.

    Raises SourceError for an answer in which HDX says that it failed, and for one without datasets.
    """
    found = content(data, CATALOGUE)
    pages = cast("list[object]", found) if isinstance(found, list) else [found]
    return [dataset_from(one, CATALOGUE) for page in pages for one in _results(page)]


def catalogue(data: bytes, document: Document, *, places: frozenset[str] | None = None) -> Reading:
    """No figures: how many datasets the answer has, and notes on those that are late by HDX's own date of their next update.

    Late is told as of the day the document was retrieved.
    """
    del places  # a catalogue's countries are groups of HDX, not places of figures
    found = datasets(data)
    late = [one for one in found if one.late(document.retrieved)]
    many = "1 dataset" if len(found) == 1 else f"{len(found)} datasets"
    notes = (f"{many}, no figures; `qanat listed {CATALOGUE.id}` shows them", *(_lateness(one) for one in late[:20]))
    return Reading(figures=pl.DataFrame(schema=SCHEMA), rows=len(found), notes=notes)


def ask(source: Source, question: Question) -> list[Request]:
    """The datasets of a country, or (`part`) one dataset by its name. Raises AskError where neither is named."""
    if question.part is not None:
        return [Request(url=f"{_API}package_show", params={"id": question.part})]
    if question.country is None:
        raise AskError(f"{source.id} answers for a country, or for one dataset by its name as the part")
    group = question.country.lower()
    return [Request(url=source.url, params={"q": "", "fq": f"groups:{group}", "rows": str(_ROWS), "start": "0"})]


def following(asked: Request, answer: bytes) -> Request | None:
    """The next page of a search; null after the last."""
    if "start" not in asked.params:
        return None
    found = envelope(answer, asked.url)
    result = cast("dict[str, Any]", found).get("result") if isinstance(found, dict) else None
    told = cast("dict[str, Any]", result) if isinstance(result, dict) else {}
    reached = int(asked.params["start"]) + len(told.get("results") or [])
    if not told.get("results") or reached >= int(told.get("count") or 0):
        return None
    return replace(asked, params={**asked.params, "start": str(reached)})


def resource(dataset: Dataset, name: str | None = None, *, kind: str | None = None) -> Request:
    """The request for a file of a dataset, by its name or id, or by its format (`kind`, as "CSV").

    Raises AskError where none or several fit, naming them, and for a file that is not at an https address.
    """
    fits = [one for one in dataset.files if name in (None, one.name, one.id) and kind in (None, one.format)]
    if len(fits) != 1:
        names = [one.name for one in dataset.files]
        near = nearest(name or "", names)
        told = "; ".join(f"{one.name} ({one.format})" for one in (fits or dataset.files)[:8]) or "none"
        hint = f"; did you mean {near!r}?" if near and not fits else ""
        raise AskError(
            f"{dataset.name}: {len(fits)} files fit {name or kind or 'the question'}; there are: {told}{hint}"
        )
    if not fits[0].url.startswith("https://"):
        raise AskError(
            f"{dataset.name}: {fits[0].name} is at {fits[0].url}, no https address; it is not fetched from there"
        )
    return Request(url=fits[0].url)


def _results(page: object) -> list[dict[str, Any]]:
    """The datasets of one answer, with or without its envelope."""
    if not isinstance(page, dict):
        raise SourceError(f"{CATALOGUE.id}: the answer is {page!r:.40}, no dataset; look at {CATALOGUE.url}")
    told = cast("dict[str, Any]", page)
    if told.get("success") is False:
        error = cast("dict[str, Any]", told.get("error") or {})
        raise SourceError(
            f"{CATALOGUE.id}: HDX says it failed: {error.get('message') or error or 'no message'}; check the dataset's name"
        )
    result = cast("dict[str, Any]", told.get("result", told))
    if "results" in result:
        return cast("list[dict[str, Any]]", result["results"])
    return [result]


def _lateness(one: Dataset) -> str:
    due = cast("date", one.due)
    return f"{one.name}: was to be updated by {due}, last changed {one.updated or 'on a day not told'}"


ADAPTERS: Final = (Adapter(source=CATALOGUE, read=catalogue, ask=ask, following=following),)
