"""Job: ask each service one small question, read the answer as a pull would, keep nothing, and say what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from qanat.edition.places import places
from qanat.errors import QanatError, SourceError, Unreachable
from qanat.jobs.pulled import Pulled, account, read_all
from qanat.sources.known import ADAPTERS, chosen
from qanat.sources.record import Adapter, Source
from qanat.sources.request import Answer, Fetcher, Key, Question
from qanat.sources.samples import question, sample

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRequest:
    """Which sources are tried (an id, the end of one, a publisher; null: all), and with what question.

    heavy    those too whose service gives a whole table of many megabytes only; one named by its id is tried anyway
    country, part  instead of the sample's (ISO 3166 alpha-3; the service's own word), where one source is named
    """

    source: str | None = None
    heavy: bool = False
    country: str | None = None
    part: str | None = None


def probe(request: ProbeRequest, fetcher: Fetcher, has_key: Callable[[Key], bool], say: Progress) -> dict[str, Any]:
    """One record a source, with `outcome`:

    answers      it was read: records = accepted + set aside + superseded, figures, bytes and their SHA-256
    nothing      a sound answer without a record; another country or part may have some
    changed      an answer that cannot be read, in `says` why: the service, or this qanat, has changed
    unreachable  no answer;  key missing  in `says` how one is got;  heavy  left alone;  file  there is no service

    Only the first page of the first request is asked for, of a host without an answer once, and nothing is stored. Counts are null where nothing was read.
    Raises AskError for a word that names no source.
    """
    adapters = tuple(ADAPTERS.values()) if request.source is None else chosen(request.source)
    named = len(adapters) == 1
    told: list[dict[str, Any]] = []
    silent: dict[str, str] = {}  # hosts without an answer, and the source that was asked for: not asked again
    for adapter in adapters:
        source, host = adapter.source, urlsplit(adapter.source.url).netloc
        left = _left(source, has_key, heavy=request.heavy or named)
        if left is None and host in silent:
            left = "unreachable", f"{host} gave no answer for {silent[host]}; to try it alone: qanat probe ID"
        if left is not None:
            told.append(_told(adapter, *left))
            continue
        told.append(_tried(adapter, _question(source, request, named), fetcher, say))
        if told[-1]["outcome"] == "unreachable":
            silent[host] = source.id
    return {"schema": "qanat.probe/1", "sources": told}


def failure(found: dict[str, Any]) -> int:
    """The exit code of what `probe` found: 1 where an answer cannot be read, 5 where only lines failed, 0 otherwise."""
    outcomes = {one["outcome"] for one in found["sources"]}
    if "changed" in outcomes:
        return SourceError.exit_code
    return Unreachable.exit_code if "unreachable" in outcomes else 0


def _question(source: Source, request: ProbeRequest, named: bool) -> Question:
    usual = question(source)
    if not named:
        return usual
    code = places().find(request.country).code if request.country else usual.country
    return replace(usual, country=code, part=request.part or usual.part)


def _left(source: Source, has_key: Callable[[Key], bool], *, heavy: bool) -> tuple[str, str] | None:
    """Why a source is not tried, and what to do; null for one that is."""
    if not source.service:
        return "file", f"it comes as a file: get one from {source.url}, then qanat pull {source.id} --from FILE"
    absent = [key for key in source.keys if not has_key(key)]
    if absent:
        return "key missing", "; ".join(f"set {key.variable}: {key.how}" for key in absent)
    if sample(source).heavy and not heavy:
        return (
            "heavy",
            f"it gives a whole table of many megabytes only; try it with `qanat probe {source.id}` or --heavy",
        )
    return None


def _tried(adapter: Adapter, asked: Question, fetcher: Fetcher, say: Progress) -> dict[str, Any]:
    source = adapter.source
    say(f"asking {source.publisher} for a little of {source.title}")
    try:
        first = adapter.ask(source, asked)[0]
        answer = fetcher.fetch(first)
    except Unreachable as cause:
        return _told(adapter, "unreachable", str(cause))
    except QanatError as cause:
        return _told(adapter, "changed", str(cause))
    found = {
        "address": first.address,
        "question": asdict(asked),
        "bytes": len(answer.data),
        "sha256": sha256(answer.data).hexdigest(),
    }
    try:
        read = _read(adapter, asked, answer)
    except QanatError as cause:
        return _told(adapter, "changed", str(cause)) | found
    if not read:
        return _told(adapter, "nothing", "no record for this question; try another --country or --part") | found
    return _told(adapter, "answers", None) | found | read


def _read(adapter: Adapter, asked: Question, answer: Answer) -> dict[str, Any]:
    """The account of one page, read as a pull reads it; empty for a page without records."""
    pulled = Pulled(adapter=adapter, question=asked, answers=(replace(answer, whole=True),))
    batch = read_all(pulled, datetime.combine(answer.retrieved, time(), UTC))
    if batch is None:
        return {}
    told = account(batch, known=False)
    names = {
        "records": "rows",
        "accepted": "accepted",
        "set_aside": "rejected",
        "superseded": "superseded",
        "figures": "figures",
    }
    return {name: told[there] for name, there in names.items()}


def _told(adapter: Adapter, outcome: str, says: str | None) -> dict[str, Any]:
    nothing = dict.fromkeys(
        ("address", "question", "bytes", "sha256", "records", "accepted", "set_aside", "superseded", "figures")
    )
    return {
        "source": adapter.source.id,
        "publisher": adapter.source.publisher,
        "outcome": outcome,
        "says": says,
        **nothing,
    }
