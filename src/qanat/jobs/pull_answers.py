"""What sources answer to a pull: pages of a service, or what was handed over, as the documents that are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qanat.jobs.pull_asked import Means, answerable
from qanat.jobs.pulled import Pulled
from qanat.sources.asking import every_page, require_together
from qanat.sources.begin import begin
from qanat.sources.modes import Line
from qanat.sources.pages import joined
from qanat.sources.record import Adapter
from qanat.sources.request import Answer, Fetcher
from qanat.sources.weight import require_light


def answers(pulled: Pulled, fetcher: Fetcher, means: Means) -> tuple[Answer, ...]:
    """All a source answers to the question, every request with all its pages.

    Raises AskError for a source that cannot be asked this, what the fetcher raises, SourceError for more than is read at once.
    """
    adapter, source = pulled.adapter, pulled.adapter.source
    held = isinstance(fetcher, Line) and fetcher.service is None
    if isinstance(fetcher, Line) and (carried := fetcher.handed()):
        means.say(f"reading {source.id}")
        return as_one(adapter, carried)
    answerable(source, pulled.question)
    means.say(f"looking for {source.id}" if held else f"asking {source.publisher} for {source.title}")
    found: list[Answer] = []
    for first in adapter.ask(source, pulled.question):
        pages = every_page(fetcher, first, means.say, adapter.following)
        if len(pages) == 1 or adapter.until_short:
            pages[-1] = replace(pages[-1], whole=True)
        found += [_joined(pages)] if adapter.together else pages
        require_together(sum(len(answer.data) for answer in found), source.url)
    return tuple(found)


def as_one(adapter: Adapter, handed: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """Pages of a service that were handed over as files, one document where the source's pages are read together."""
    if not adapter.together or len(handed) < 2 or any(begin(one.data, 1) != b"{" for one in handed):
        return handed
    return (_joined(handed),)


def _joined(pages: Sequence[Answer]) -> Answer:
    """Pages as one answer. Raises SourceError where they are too many values together."""
    data = joined([page.data for page in pages])
    require_light(data, pages[0].address)
    return replace(pages[0], data=data)
