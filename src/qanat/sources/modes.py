"""Four ways to an answer: from the service, from what is held while it is young, only from what is held, from a mirror."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from qanat.errors import SourceError, Unreachable
from qanat.sources.begin import begin, is_json
from qanat.sources.holdings import Holdings
from qanat.sources.lockfile import Entry, second
from qanat.sources.pages import envelope
from qanat.sources.record import Source
from qanat.sources.request import Answer, Fetcher, Question, Request
from qanat.sources.snapshots import Snapshots
from qanat.sources.unfinished import begun, ended
from qanat.sources.weight import require_readable

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
    since    when the pull was begun that this one goes on with: what came since is not asked for again
    came     what the service said that was not held before
    """

    source: Source
    held: Holdings
    service: Fetcher | None
    now: datetime
    young: timedelta | None = None
    say: Callable[[str], None] = lambda _: None
    since: datetime | None = None
    came: list[Entry] = field(default_factory=list[Entry])

    def going_on(self, question: Question) -> Line:
        """This line; where the same pull was begun within hours and not ended, one that takes what came in it."""
        if self.service is None or not isinstance(self.held, Snapshots):
            return self
        since = begun(self.held.folder, self.source.id, question, self.now)
        if since is not None:
            self.say(
                f"going on with the pull of {since:%Y-%m-%d %H:%M} UTC, which did not end; what came then is not asked for again"
            )
        return replace(self, since=since, came=self.came)

    def ended(self, question: Question) -> None:
        """The pull came to its end: the next one asks anew."""
        if self.service is not None and isinstance(self.held, Snapshots):
            ended(self.held.folder, self.source.id, question)

    def withdraw(self) -> None:
        """Forget what came, since it cannot be read: held, it would stand in the way of what was held before."""
        if self.came and isinstance(self.held, Snapshots):
            self.held.forget(self.came)
            self.came.clear()

    def fetch(self, request: Request) -> Answer:
        """The answer.

        Raises Unreachable where there is none, telling how to come by it; SourceError as the service's line does.
        """
        entry = self.held.latest(request.address)
        if self.service is None:
            if entry is None:
                raise Unreachable(self._missing(request), CARRIED)
            return self._kept(entry)
        if entry is not None and not self.held.sound(entry):
            self.say(f"what is held of {request.url} is damaged and is asked for anew")
            entry = None
        if entry is not None and self._is_young(entry):
            if self.since is not None and entry.retrieved >= second(self.since):
                self.came.append(entry)
            return self._kept(entry)
        try:
            return self._asked(self.service, request, entry)
        except Unreachable as cause:
            if entry is None or self.young is None:
                raise
            self.say(f"{cause}; the answer of {entry.checked[:10]}, {self._age(entry).days} days old, is used instead")
            return self._kept(entry)

    def handed(self) -> tuple[Answer, ...]:
        """The published files of this source that a mirror holds, newest of each; none where a service is asked."""
        if self.service is not None:
            return ()
        return tuple(entry.answer(self.held.bytes_of(entry)) for entry in self.held.handed(self.source.id))

    def _asked(self, service: Fetcher, request: Request, entry: Entry | None) -> Answer:
        wanted = request if entry is None else replace(request, held=(entry.etag, entry.modified))
        answer = service.fetch(wanted)
        if not answer.unchanged:
            require_whole(answer)
        assert isinstance(self.held, Snapshots), "a line to a service keeps its answers in a folder"
        kept, new = self.held.keep(request, answer, (self.source.id, self.source.licence), self.now)
        if new:
            self.came.append(kept)
            return answer
        self.say(f"{request.url}: nothing new since {kept.retrieved[:10]}")
        return self._kept(kept)

    def _kept(self, entry: Entry) -> Answer:
        """A held answer. Raises SourceError for one that is too heavy to be read: a mirror may come from anywhere."""
        data = self.held.bytes_of(entry)
        require_readable(data, entry.address)
        return entry.answer(data)

    def _is_young(self, entry: Entry) -> bool:
        """Whether a held answer is taken instead of asking."""
        age = self._age(entry)
        if age < timedelta(0):
            return False
        return (self.young is not None and age <= self.young) or (
            self.since is not None and age <= self.now - self.since
        )

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


def require_whole(answer: Answer) -> None:
    """Nothing for an answer that may be held. Raises SourceError for one that is empty or JSON that breaks off or cannot
    be read for certain: held, it would stand in the way of a sound one for as long as it is young."""
    if not begin(answer.data):
        raise SourceError(f"{answer.address}: the answer is empty; nothing was kept, try again later")
    if is_json(answer.data):
        envelope(answer.data, answer.address)
