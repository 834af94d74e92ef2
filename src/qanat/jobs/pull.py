"""Job: ask sources for their figures, keep answers and figures of each whole or not at all, and say what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from qanat.edition.places import places
from qanat.errors import (
    AskError,
    CorrectionError,
    FigureError,
    NothingFound,
    QanatError,
    SourceError,
    StoreError,
    Unreachable,
)
from qanat.figures.periods import year as year_from
from qanat.jobs.correcting import declared
from qanat.jobs.fetching import Way, held_of, lines
from qanat.jobs.handing import handed
from qanat.jobs.pulled import Pulled, account, changes, last_alike, pieces, read_all
from qanat.jobs.renaming import as_named, otherwise
from qanat.sources.asking import every_page, require_together
from qanat.sources.corrections import Correction, idle
from qanat.sources.known import ADAPTERS, USUAL, chosen
from qanat.sources.lockfile import HANDED
from qanat.sources.modes import CARRIED, Line
from qanat.sources.pages import joined
from qanat.sources.record import Adapter, Source
from qanat.sources.request import Answer, Fetcher, Question
from qanat.sources.weight import require_light
from qanat.store import Disk, Engine, Run

_WHOLE: Final = "a published file is read whole: --country, --years and --part narrow what a service is asked"
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
    """What a pull works with: the lines to the sources, the clock, where steps are told, the declared corrections.

    usual  the sources that are meant where a request names none
    """

    lines: Lines
    now: datetime
    say: Progress
    corrections: tuple[Correction, ...] = ()
    usual: tuple[str, ...] = USUAL


def pull_from(request: PullRequest, store: Disk, way: Way, now: datetime, say: Progress) -> dict[str, Any]:
    """`pull` by a way (live, cached, offline, a mirror), every further try told, with the house's and the store's
    corrections."""
    if way.young < 0:
        raise AskError(f"--young {way.young} is no age; give a number of days, 0 or more")
    means = Means(
        lines=lines(way, store.home, now, say), now=now, say=say, corrections=declared(store.home),
        usual=USUAL if request.source else _meant(way, store.home, say),
    )  # fmt: skip
    return pull(request, store, means)


def _meant(way: Way, home: Path, say: Progress) -> tuple[str, ...]:
    """Where no source is named: the usual ones of a service, and all that is held where no service is asked.

    Raises Unreachable where nothing is held.
    """
    held = held_of(way, home, say)
    if held is None:
        return USUAL
    there = {entry.source for entry in held.entries()}
    found = tuple(name for name in ADAPTERS if name in there)
    if not found:
        raise Unreachable(f"no source is held in {held.where}", CARRIED)
    return found


def pull(request: PullRequest, store: Engine, means: Means) -> dict[str, Any]:
    """One run a source: records = accepted + set aside + superseded, figures, empty cells, corrections, whether it was
    known already, and what changed since the last run that asked the same (`changes`; null for the first).

    A source's answers are all fetched and read before any of it is kept, so one that fails leaves what was stored of it
    as it was; `failed` tells which and why, `empty` which had nothing to say, `not_asked` which of several cannot be asked
    this way, and how they can. Raises AskError for a source, country or years that are none, the first failure where every
    source failed, NothingFound where none has anything.
    """
    named = chosen(request.source) if request.source else tuple(ADAPTERS[name] for name in means.usual)
    adapters = _with_parts(named, request.part)
    question = _question(request, means.now)
    handed = _handed(request, adapters, means.now)
    runs: list[dict[str, Any]] = []  # of a source with many answers several: each holds at most PIECE bytes of them
    failed: list[tuple[str, QanatError]] = []
    empty: list[str] = []
    other: list[tuple[str, QanatError]] = []
    for adapter in adapters:
        try:
            found = _one(Pulled(adapter=adapter, question=question, answers=handed), store, means)
        except QanatError as cause:
            (other if _otherwise(adapter, adapters, question, cause) else failed).append((adapter.source.id, cause))
            continue
        runs += found
        if not found:
            empty.append(adapter.source.id)
    if not runs:
        raise _none(failed, empty, other)
    return {"schema": "qanat.pull/1", "runs": runs, "empty": empty, **_missed(failed, other)}


def _missed(failed: list[tuple[str, QanatError]], other: list[tuple[str, QanatError]]) -> dict[str, Any]:
    """What failed, with what would bring it where that is the same for all, and what is asked in another way."""
    return {
        "not_asked": [{"source": name, "why": str(cause)} for name, cause in other],
        "failed": [
            {"source": name, "error": str(cause), "remedy": cause.remedy if isinstance(cause, Unreachable) else None, "exit_code": cause.exit_code}
            for name, cause in failed
        ],
    }  # fmt: skip


def _none(failed: list[tuple[str, QanatError]], empty: list[str], other: list[tuple[str, QanatError]]) -> QanatError:
    """Why a pull brought nothing at all."""
    if failed:
        return failed[0][1]
    if empty:
        return NothingFound(f"{', '.join(empty)}: no figures for this question")
    return AskError("\n".join(str(cause) for _, cause in other))


def _otherwise(adapter: Adapter, adapters: tuple[Adapter, ...], question: Question, cause: QanatError) -> bool:
    """Whether one of several sources failed only since it is asked in another way: as a file, or for one country or part."""
    if len(adapters) == 1:
        return False
    try:
        _answerable(adapter.source, question)
    except AskError as wanting:
        return str(wanting) == str(cause)
    return False


def _with_parts(adapters: tuple[Adapter, ...], part: str | None) -> tuple[Adapter, ...]:
    """Of several sources those that have parts, where one is named; a source named alone stays, to be told that it has none."""
    having = tuple(adapter for adapter in adapters if adapter.source.parts)
    return adapters if part is None or len(adapters) == 1 or not having else having


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
    day, today = request.published, now.date()
    if day is not None and day > today:
        raise AskError(f"--published {day} lies ahead (FUTURE_VINTAGE); give the day the files were published")
    return tuple(handed(file, day, today) for file in sorted(request.files))


def _one(pulled: Pulled, store: Engine, means: Means) -> list[dict[str, Any]]:
    """A source's runs, kept together or not at all; empty where the source has nothing for the question.

    What a service sent and nobody can read is forgotten again. Where the line breaks, what came stays, and the same pull
    goes on from there.
    """
    if pulled.answers:
        return _kept(replace(pulled, answers=_as_one(pulled.adapter, pulled.answers)), store, means, by_hand=True)
    fetcher, question = means.lines(pulled.adapter.source), pulled.question
    line = fetcher.going_on(question) if isinstance(fetcher, Line) else None
    try:
        told = _kept(replace(pulled, answers=_answers(pulled, line or fetcher, means)), store, means)
    except (Unreachable, StoreError, CorrectionError):
        if line is not None and not line.came:
            line.ended(question)
        elif line is not None:
            means.say(f"what came of {pulled.adapter.source.id} is held; the same command goes on with it within hours")
        raise
    except QanatError as cause:
        if line is not None:
            if isinstance(cause, SourceError | FigureError):
                line.withdraw()
            line.ended(question)
        raise
    if line is not None:
        line.ended(question)
    return told


def _kept(answered: Pulled, store: Engine, means: Means, *, by_hand: bool = False) -> list[dict[str, Any]]:
    """The runs of a source's answers. All are read before the first is kept, one after the other, so that memory holds
    the figures of one at a time. What changed is told with the last."""
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
        found = changes(before, [one["run"] for one in told], store)
        other = by_hand and not found["same"] + found["revised"]  # a file about other people, not a newer one
        told[-1]["changes"] = None if other else found
    if told and _narrowed(answered, files=by_hand, now=means.now):
        told[-1]["notes"] = [*told[-1]["notes"], _WHOLE]
    return told


def _narrowed(answered: Pulled, *, files: bool, now: datetime) -> bool:
    """Whether published files were read although only a part of what they hold was asked for."""
    question = answered.question
    asked = question.country or question.part or (question.first, question.last) != _span(None, now)
    return bool(asked) and (files or answered.answers[0].address.startswith(HANDED))


def _answers(pulled: Pulled, fetcher: Fetcher, means: Means) -> tuple[Answer, ...]:
    adapter, source = pulled.adapter, pulled.adapter.source
    held = isinstance(fetcher, Line) and fetcher.service is None
    if isinstance(fetcher, Line) and (carried := fetcher.handed()):
        means.say(f"reading {source.id}")
        return _as_one(adapter, carried)
    _answerable(source, pulled.question)
    means.say(f"looking for {source.id}" if held else f"asking {source.publisher} for {source.title}")
    answers: list[Answer] = []
    for first in adapter.ask(source, pulled.question):
        pages = every_page(fetcher, first, means.say, adapter.following)
        if len(pages) == 1 or adapter.until_short:
            pages[-1] = replace(pages[-1], whole=True)
        answers += [_joined(pages)] if adapter.together else pages
        require_together(sum(len(answer.data) for answer in answers), source.url)
    return tuple(answers)


def _as_one(adapter: Adapter, handed: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """Pages of a service that were handed over as files, one document where the source's pages are read together."""
    if not adapter.together or len(handed) < 2 or any(one.data.lstrip()[:1] != b"{" for one in handed):
        return handed
    return (_joined(handed),)


def _joined(pages: Sequence[Answer]) -> Answer:
    """Pages as one answer. Raises SourceError where they are too many values together."""
    data = joined([page.data for page in pages])
    require_light(data, pages[0].address)
    return replace(pages[0], data=data)


def _answerable(source: Source, question: Question) -> None:
    """Nothing where the source can be asked this. Raises AskError telling what is missing."""
    if not source.service:
        raise AskError(
            f"{source.id} has no service: it is published as files; get one from {source.url} and hand it over: qanat pull {source.id} --from FILE"
        )
    if question.part is not None and not source.parts:
        raise AskError(f"{source.id} has no parts; leave --part {question.part} out, and ask for years or a country")
    for need in source.needs:
        ways = need.split("-or-")
        if all(getattr(question, way) is None for way in ways):
            part = f" (a part is {source.parts})" if "part" in ways and source.parts else ""
            raise AskError(
                f"{source.id} answers for one {' or '.join(ways)} at a time; name it with --{' or --'.join(ways)}{part}"
            )
