"""A source's answers read and kept, whole or not at all, and set beside what it said last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from qanat.errors import CorrectionError, FigureError, QanatError, SourceError, StoreError, Unreachable
from qanat.jobs.pull_answers import answers, as_one
from qanat.jobs.pull_asked import Means, span
from qanat.jobs.pulled import Pulled, account, changes, last_alike, pieces, read_all
from qanat.jobs.renaming import as_named, otherwise
from qanat.sources.corrections import idle
from qanat.sources.lockfile import HANDED
from qanat.sources.modes import Line
from qanat.store import Engine, Run

_WHOLE: Final = "a published file is read whole: --country, --years and --part narrow what a service is asked"


def pulled_from(pulled: Pulled, store: Engine, means: Means) -> list[dict[str, Any]]:
    """A source's runs, kept together or not at all; empty where the source has nothing for the question.

    What a service sent and nobody can read is forgotten again. Where the line breaks, what came stays, and the same pull
    goes on from there.
    """
    if pulled.answers:
        return _kept(replace(pulled, answers=as_one(pulled.adapter, pulled.answers)), store, means, by_hand=True)
    fetcher, question = means.lines(pulled.adapter.source), pulled.question
    line = fetcher.going_on(question) if isinstance(fetcher, Line) else None
    try:
        told = _kept(replace(pulled, answers=answers(pulled, line or fetcher, means)), store, means)
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
    asked = question.country or question.part or (question.first, question.last) != span(None, now)
    return bool(asked) and (files or answered.answers[0].address.startswith(HANDED))
