"""Who copied whom: figures that are one count, published more than once, as one piece of evidence dated at its root."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from qanat.reconcile.intervals import grain
from qanat.reconcile.said import Figure

SHARE: Final = 0.0006  # of a figure in thousands: what revisions and rounding leave between an original and its copy
LEAST: Final = 1000.0  # people; smaller figures of different dates are equal by chance too often
COARSE: Final = 0.05  # a rounding coarser than this share of the figure proves nothing
LONGEST: Final = 800  # days between an original and its copy
_CLOSE: Final = 92  # days: one date, for the question of who counts first
# who counts first where two publish one number for one date: those who go and count, then those who collect
ORIGINALS: Final = ("government", "iom", "ocha", "unrwa", "unpd", "idmc", "unhcr")


# alone: nobody else publishes the count; root: its first publication; equal: a copy by its digits; declared: a copy by its
# publisher's own word; repeated: the same counter's number of before
Evidence = Literal["alone", "root", "equal", "declared", "repeated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Figures that are one count; the root is the earliest, by whoever counts first.

    members   the root first, then by date
    declared  citations of the members whose own publisher says that they are another member's count
    """

    root: Figure
    members: tuple[Figure, ...]
    declared: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Counter and day of the root: "idmc@2023-12-31"."""
        return f"{self.root.counter}@{self.root.end}"

    @property
    def day(self) -> date:
        """The day the people were counted, as far as the figures show."""
        return self.root.end

    @property
    def counters(self) -> tuple[str, ...]:
        """Everyone who publishes it, the root's counter first."""
        return tuple(dict.fromkeys(one.counter for one in self.members))

    @property
    def shared(self) -> bool:
        """Whether more than one counter publishes it: re-publications, not confirmations."""
        return len(self.counters) > 1

    def evidence(self, figure: Figure) -> Evidence:
        """How a member belongs to it."""
        if figure.cite in self.declared:
            return "declared"
        if figure.cite == self.root.cite:
            return "root" if self.shared else "alone"
        return "repeated" if figure.counter == self.root.counter else "equal"


def clusters(figures: Sequence[Figure], declared: Iterable[tuple[str, str]] = ()) -> list[Cluster]:
    """The figures' clusters by date of root; every figure is in exactly one.

    figures   of one group (or its family) in one place, any dates and counters
    declared  pairs of citations (copy, original) that a source text states
    Two figures are one count where that is declared; where they are equal after rounding to the coarser one's grain (for
    figures in thousands, or within 0.06 %) on one date or at most 800 days apart; a figure repeated to the digit by its own counter
    in the next year is carried forward and belongs with it.
    """
    parent = list(range(len(figures)))

    def top(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    copied = list(declared)
    stated, copies = {frozenset(pair) for pair in copied}, frozenset(copy for copy, _ in copied)
    for at, one in enumerate(figures):
        for before in range(at):
            if frozenset((one.cite, figures[before].cite)) in stated or same_count(figures[before], one):
                parent[top(at)] = top(before)
    groups: dict[int, list[Figure]] = {}
    for at, one in enumerate(figures):
        groups.setdefault(top(at), []).append(one)
    return sorted((_cluster(group, copies) for group in groups.values()), key=lambda one: (one.day, one.name))


def same_count(one: Figure, other: Figure) -> bool:
    """Whether two figures are likely one count: equal after rounding, at the same or a lagged date."""
    if one.unit != other.unit or one.measure != other.measure or abs((one.end - other.end).days) > LONGEST:
        return False
    if one.counter == other.counter:
        return one.value == other.value and one.value >= LEAST and one.group == other.group
    largest = max(one.value, other.value)
    lagged = abs((one.end - other.end).days) > _CLOSE
    return abs(one.value - other.value) <= tolerance(one, other) and (largest >= LEAST or not lagged)


def tolerance(one: Figure, other: Figure) -> float:
    """How far two figures may be apart and still be one count, in people; below one where nothing is rounded.

    Half of the coarser grain, and 0.06 % where that grain is thousands; nothing where the grain is coarser than 5 % of
    the figure, since almost anything is equal then.
    """
    largest = max(one.value, other.value)
    size = max(grain(one.value, one.counter), grain(other.value, other.counter))
    if size > COARSE * largest:
        return 0.0
    return max(size / 2, SHARE * largest) if size >= 1000 else size / 2


def _cluster(group: list[Figure], copies: frozenset[str]) -> Cluster:
    own = [one for one in group if one.cite not in copies] or group  # a declared copy is nobody's root
    first = min(one.end for one in own)
    early = [one for one in own if (one.end - first).days <= _CLOSE]
    root = min(early, key=lambda one: (_order(one.counter), one.end, one.known, one.cite))
    rest = sorted((one for one in group if one is not root), key=lambda one: (one.end, one.counter, one.cite))
    return Cluster(root=root, members=(root, *rest), declared=copies & {one.cite for one in group})


def _order(counter: str) -> int:
    return ORIGINALS.index(counter) if counter in ORIGINALS else len(ORIGINALS)
