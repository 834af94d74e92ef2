"""What a pull is asked: which sources, which question, which files; refused with a remedy where it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from qanat.edition.places import places
from qanat.errors import AskError, QanatError
from qanat.figures.periods import year as year_from
from qanat.jobs.handing import handed
from qanat.sources.corrections import Correction
from qanat.sources.known import USUAL
from qanat.sources.record import Adapter, Source
from qanat.sources.request import Answer, Fetcher, Question

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


def with_parts(adapters: tuple[Adapter, ...], part: str | None) -> tuple[Adapter, ...]:
    """Of several sources those that have parts, where one is named; a source named alone stays, to be told that it has none."""
    having = tuple(adapter for adapter in adapters if adapter.source.parts)
    return adapters if part is None or len(adapters) == 1 or not having else having


def question_of(request: PullRequest, now: datetime) -> Question:
    """The question put to each source. Raises AskError for a country or years that are none."""
    first, last = span(request.years, now)
    code = places().find(request.country).code if request.country else None
    return Question(first=first, last=last, country=code, part=request.part)


def span(text: str | None, now: datetime) -> tuple[int, int]:
    """First and last year of "2024" or "2020-2025"; the two newest whole years for null."""
    if text is None:
        return now.year - 2, now.year - 1
    first, _, last = text.partition("-")
    ends = year_from(first), year_from(last or first)
    if ends[0] > ends[1]:
        raise AskError(f"{text!r} ends before it begins; write years as 2020-2025")
    return ends


def handed_over(request: PullRequest, adapters: tuple[Adapter, ...], now: datetime) -> tuple[Answer, ...]:
    """The files handed over, as answers. Raises AskError for several sources or a file that cannot be read."""
    if not request.files:
        return ()
    if len(adapters) != 1:
        raise AskError("--from hands over the files of one source; name it by its whole id")
    day, today = request.published, now.date()
    if day is not None and day > today:
        raise AskError(f"--published {day} lies ahead (FUTURE_VINTAGE); give the day the files were published")
    return tuple(handed(file, day, today) for file in sorted(request.files))


def answerable(source: Source, question: Question) -> None:
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


def otherwise_asked(adapter: Adapter, adapters: tuple[Adapter, ...], question: Question, cause: QanatError) -> bool:
    """Whether one of several sources failed only since it is asked in another way: as a file, or for one country or part."""
    if len(adapters) == 1:
        return False
    try:
        answerable(adapter.source, question)
    except AskError as wanting:
        return str(wanting) == str(cause)
    return False
