"""Job: ask sources for their figures, keep answers and figures of each whole or not at all, and say what changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from qanat.errors import AskError, NothingFound, QanatError, Unreachable
from qanat.jobs.correcting import declared
from qanat.jobs.fetching import Way, held_of, lines
from qanat.jobs.pull_asked import (
    Means,
    Progress,
    PullRequest,
    handed_over,
    otherwise_asked,
    question_of,
    with_parts,
)
from qanat.jobs.pull_kept import pulled_from
from qanat.jobs.pulled import Pulled
from qanat.sources.known import ADAPTERS, USUAL, chosen
from qanat.sources.modes import CARRIED
from qanat.store import Disk, Engine


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
    adapters = with_parts(named, request.part)
    question = question_of(request, means.now)
    handed = handed_over(request, adapters, means.now)
    runs: list[dict[str, Any]] = []  # of a source with many answers several: each holds at most PIECE bytes of them
    failed: list[tuple[str, QanatError]] = []
    empty: list[str] = []
    other: list[tuple[str, QanatError]] = []
    for adapter in adapters:
        try:
            found = pulled_from(Pulled(adapter=adapter, question=question, answers=handed), store, means)
        except QanatError as cause:
            (other if otherwise_asked(adapter, adapters, question, cause) else failed).append(
                (adapter.source.id, cause)
            )
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
