"""Four ways to an answer: from the service, from what is held while it is young, only from what is held, from a mirror."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from qanat.errors import SourceError, Unreachable
from qanat.sources.holdings import Holdings
from qanat.sources.lockfile import Entry
from qanat.sources.pages import envelope
from qanat.sources.record import Source
from qanat.sources.request import Answer, Fetcher, Request
from qanat.sources.snapshots import Snapshots

Mode = Literal["live", "cached", "offline"]
MOST: Final = 3  # answered questions that are told where another one is not
CARRIED: Final = (
    "on a machine with a line run the same `qanat pull`, then `qanat mirror export FILE`; carry FILE here, `qanat mirror import FILE`, and pull "
    "again; or name a folder that holds it with --mirror"
)
MODES: Final[tuple[Mode, ...]] = ("live", "cached", "offline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A source's way to its answers; every answer of the service is kept as a snapshot.

    held     what is held: a folder, which keeps what the service answers, or a mirror
    service  null where there is no line at all (offline)
    young    how old a held answer may be to be taken instead of asking (cached)
    """

    source: Source
    held: Holdings
    service: Fetcher | None
    now: datetime
    young: timedelta | None = None
    say: Callable[[str], None] = lambda _: None

    def fetch(self, request: Request) -> Answer:
        """The answer.

        Raises Unreachable where there is none, telling how to come by it; SourceError as the service's line does.
        """
        entry = self.held.latest(request.address)
        if self.service is None:
            if entry is None:
                raise Unreachable(self._missing(request), CARRIED)
            return entry.answer(self.held.bytes_of(entry))
        if entry is not None and not self.held.sound(entry):
            self.say(f"what is held of {request.url} is damaged and is asked for anew")
            entry = None
        if entry is not None and self.young is not None and timedelta(0) <= self._age(entry) <= self.young:
            return entry.answer(self.held.bytes_of(entry))
        try:
            return self._asked(self.service, request, entry)
        except Unreachable as cause:
            if entry is None or self.young is None:
                raise
            self.say(f"{cause}; the answer of {entry.checked[:10]}, {self._age(entry).days} days old, is used instead")
            return entry.answer(self.held.bytes_of(entry))

    def handed(self) -> tuple[Answer, ...]:
        """The published files of this source that a mirror holds, newest of each; none where a service is asked."""
        if self.service is not None:
            return ()
        return tuple(entry.answer(self.held.bytes_of(entry)) for entry in self.held.handed(self.source.id))

    def _asked(self, service: Fetcher, request: Request, entry: Entry | None) -> Answer:
        wanted = request if entry is None else replace(request, held=(entry.etag, entry.modified))
        answer = service.fetch(wanted)
        _whole(request, answer)
        assert isinstance(self.held, Snapshots), "a line to a service keeps its answers in a folder"
        kept, new = self.held.keep(request, answer, (self.source.id, self.source.licence), self.now)
        if new:
            return answer
        self.say(f"{request.url}: nothing new since {kept.retrieved[:10]}")
        return kept.answer(self.held.bytes_of(kept))

    def _age(self, entry: Entry) -> timedelta:
        return self.now - datetime.fromisoformat(entry.checked).astimezone(UTC)

    def _missing(self, request: Request) -> str:
        """What is not held, and which other questions of the source are answered there."""
        asked = [
            " ".join(f"{name}={word}" for name, word in sorted(one.params.items())) or one.address
            for one in self.held.of(self.source.id)
        ]
        others = (
            f" (held of it are the answers to {'; '.join(asked[:MOST])}{' ...' if len(asked) > MOST else ''}: ask for the same)"
            if asked
            else ""
        )
        return f"{request.address} is not held in {self.held.where}{others}"


def _whole(request: Request, answer: Answer) -> None:
    """Nothing for an answer that may be held. Raises SourceError for one that is empty or JSON that breaks off: held, it
    would stand in the way of a sound one for as long as it is young."""
    begin = answer.data[:200].lstrip()
    if not begin and not answer.unchanged:
        raise SourceError(f"{request.address}: the answer is empty; nothing was kept, try again later")
    if begin[:1] in (b"{", b"["):
        envelope(answer.data, request.address)
