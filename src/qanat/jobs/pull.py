"""Job: ask sources for their figures, keep answers and figures of each whole or not at all, and say what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from qanat.edition.places import places
from qanat.errors import AskError, NothingFound, QanatError
from qanat.figures.periods import year as year_from
from qanat.jobs.correcting import declared
from qanat.jobs.fetching import Way, lines
from qanat.jobs.pulled import Pulled, account, changes, last_alike, pieces, read_all
from qanat.jobs.renaming import as_named, otherwise
from qanat.sources.asking import every_page
from qanat.sources.corrections import Correction, idle
from qanat.sources.known import chosen
from qanat.sources.modes import Line
from qanat.sources.pages import joined
from qanat.sources.record import Adapter, Source
from qanat.sources.request import Answer, Fetcher, Question
from qanat.store import Disk, Engine, Run

Progress = Callable[[str], None]
Lines = Callable[[Source], Fetcher]  # the fetcher of a source: live, cached, offline, mirror or recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """Which source (an id, a publisher, null: the usual ones), about which country (null: all), which years ("2024",
    "2020-2025"; null: the two newest), which part of the service (an appeal, a data set, a situation; null: its usual).

    files      the publisher's own files to read instead of asking its service
    published  the day they were published; null: the day they are brought in
    """

    source: str | None = None
    country: str | None = None
    years: str | None = None
    part: str | None = None
    files: tuple[Path, ...] = ()
    published: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a pull works with: the lines to the sources, the clock, where steps are told, the declared corrections."""

    lines: Lines
    now: datetime
    say: Progress
    corrections: tuple[Correction, ...] = ()


def pull_from(request: PullRequest, store: Disk, way: Way, now: datetime, say: Progress) -> dict[str, Any]:
    """`pull` by a way (live, cached, offline, a mirror), every further try told, with the house's and the store's
    corrections."""
    means = Means(lines=lines(way, store.home, now, say), now=now, say=say, corrections=declared(store.home))
    return pull(request, store, means)


def pull(request: PullRequest, store: Engine, means: Means) -> dict[str, Any]:
    """One run a source: records = accepted + set aside + superseded, figures, empty cells, corrections, whether it was
    known already, and what changed since the last run that asked the same (`changes`; null for the first).

    A source's answers are all fetched and read before any of it is kept, so one that fails leaves what was stored of it
    as it was; `failed` tells which and why, `empty` which had nothing to say. Raises AskError for a source, country or
    years that are none, the first failure where every source failed, NothingFound where none has anything.
    """
    adapters = chosen(request.source)
    question = _question(request, means.now)
    handed = _handed(request, adapters, means.now)
    runs: list[dict[str, Any]] = []  # of a source with many answers several: each holds at most PIECE bytes of them
    failed: list[tuple[str, QanatError]] = []
    empty: list[str] = []
    for adapter in adapters:
        try:
            found = _one(Pulled(adapter=adapter, question=question, answers=handed), store, means)
        except QanatError as cause:
            failed.append((adapter.source.id, cause))
            continue
        runs += found
        if not found:
            empty.append(adapter.source.id)
    if not runs:
        raise failed[0][1] if failed else NothingFound(f"{', '.join(empty)}: no figures for this question")
    return {
        "schema": "qanat.pull/1", "runs": runs, "empty": empty,
        "failed": [{"source": name, "error": str(cause), "exit_code": cause.exit_code} for name, cause in failed],
    }  # fmt: skip


def _question(request: PullRequest, now: datetime) -> Question:
    first, last = _span(request.years, now)
    code = places().find(request.country).code if request.country else None
    return Question(first=first, last=last, country=code, part=request.part)


def _span(text: str | None, now: datetime) -> tuple[int, int]:
    if text is None:
        return now.year - 2, now.year - 1
    first, _, last = text.partition("-")
    span = year_from(first), year_from(last or first)
    if span[0] > span[1]:
        raise AskError(f"{text!r} ends before it begins; write years as 2020-2025")
    return span


def _handed(request: PullRequest, adapters: tuple[Adapter, ...], now: datetime) -> tuple[Answer, ...]:
    """The files handed over, as answers. Raises AskError for several sources or a file that cannot be read."""
    if not request.files:
        return ()
    if len(adapters) != 1:
        raise AskError("--from hands over the files of one source; name it by its whole id")
    day = request.published or now.date()
    if day > now.date():
        raise AskError(f"--published {day} lies ahead (FUTURE_VINTAGE); give the day the files were published")
    try:
        return tuple(Answer(address=file.name, data=file.read_bytes(), retrieved=day) for file in sorted(request.files))
    except OSError as cause:
        raise AskError(
            f"{cause.filename} cannot be read ({cause.strerror}); name the publisher's file with --from"
        ) from cause


def _one(pulled: Pulled, store: Engine, means: Means) -> list[dict[str, Any]]:
    """A source's runs, kept together or not at all; empty where the source has nothing for the question.

    All are read before the first is kept, one after the other, so that memory holds the figures of one at a time.
    What changed is told with the last.
    """
    answered = pulled if pulled.answers else replace(pulled, answers=_answers(pulled, means))
    ready: list[tuple[dict[str, Any], Callable[[], Run] | None]] = []
    for piece in pieces(answered):
        read = read_all(piece, means.now, means.corrections)
        if read is not None:
            batch, known = as_named(read, store)
            ready.append((account(batch, known=known), None if known else store.prepare(batch)))
    before = last_alike(answered, store)
    for _, keep in ready:
        if keep is not None:
            keep()
    store.supersede(otherwise([found["run"] for found, _ in ready], store))
    told: list[dict[str, Any]] = [{**found, "changes": None} for found, _ in ready]
    if told:
        made = {word.split(":")[0] for found in told for word in found["corrections"]}
        told[-1]["notes"] = [*told[-1]["notes"], *idle(means.corrections, answered.adapter.source.id, made)]
    if before and any(keep is not None for _, keep in ready):
        told[-1]["changes"] = changes(before, [one["run"] for one in told], store)
    return told


def _answers(pulled: Pulled, means: Means) -> tuple[Answer, ...]:
    adapter, source = pulled.adapter, pulled.adapter.source
    fetcher = means.lines(source)
    if isinstance(fetcher, Line) and (handed := fetcher.handed()):
        return handed
    _answerable(source, pulled.question)
    means.say(f"asking {source.publisher} for {source.title}")
    answers: list[Answer] = []
    for first in adapter.ask(source, pulled.question):
        pages = every_page(fetcher, first, means.say, adapter.following)
        answers += [replace(pages[0], data=joined([page.data for page in pages]))] if adapter.together else pages
    return tuple(answers)


def _answerable(source: Source, question: Question) -> None:
    """Nothing where the source can be asked this. Raises AskError telling what is missing."""
    if not source.service:
        raise AskError(
            f"{source.id} has no service: it is published as files; get one from {source.url} and hand it over: qanat pull {source.id} --from FILE"
        )
    for need in source.needs:
        if getattr(question, need) is None:
            raise AskError(f"{source.id} answers for one {need} at a time; name it with --{need}")
