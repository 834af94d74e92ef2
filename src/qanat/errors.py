"""Every error qanat raises, in one tree, each with the exit code a script can rely on.

QanatError
├── FigureError      rows that are not figures; all faults at once, as a table
├── AskError         a question that cannot be put as asked (unknown word, place, year)
├── NothingFound     a sound question without an answer in this store
├── SourceError      an agency's answer that cannot be read: truncated, HTML, changed columns
│   ├── NoRecords    an answer that is sound and holds nothing
│   └── Unreachable  no answer at all
├── LicenceError     figures that may not be passed on, where they would be
├── CorrectionError  a declared correction that is faulty, or that the source has made needless
├── StoreError       the record cannot be written or is damaged
├── RegisterError    a key, proof or statement that does not hold: forged, replayed, altered, unknown
├── MixError         figures that must not be combined (stock with flow, cases with persons)
├── ConflictError    constraints on figures that cannot all hold; names the smallest set that cannot
├── MarginError      totals that no table of counts can have; says at which places of the table
└── BriefError       a brief that would say a number without a figure
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import polars as pl


class QanatError(Exception):
    """Root of the tree: a message a desk officer can act on."""

    exit_code: ClassVar[int] = 1


class FigureError(QanatError):
    """Rows that are not figures.

    `problems` has one row a fault: row (null where a fault is of no single row), column, found, fault,
    nearest (the closest valid word, or null).
    """

    def __init__(self, origin: str, problems: pl.DataFrame) -> None:
        self.origin = origin
        self.problems = problems
        lines = [_told(row) for row in problems.head(8).iter_rows(named=True)]
        more = f"\n  ... and {problems.height - 8} more faults" if problems.height > 8 else ""
        super().__init__(f"{origin}: {problems.height} faults, nothing was kept\n" + "\n".join(lines) + more)


def _told(row: dict[str, object]) -> str:
    nearest = f"; did you mean {row['nearest']!r}?" if row.get("nearest") else ""
    where = "" if row["row"] is None else f"row {row['row']}, "
    return f"  {where}{row['column']} = {_short(repr(row['found']))}: {_short(str(row['fault']))}{nearest}"


def _short(words: str, most: int = 400) -> str:
    """Words that somebody else may have written, as a message may hold them; the table has them whole."""
    return words if len(words) <= most else f"{words[: most - 3]}..."


class AskError(QanatError):
    """A question that cannot be put as asked; the message names the nearest valid word."""

    exit_code = 2


class NothingFound(QanatError):
    """A sound question without an answer in this store; the message says what would bring one."""

    exit_code = 3


class SourceError(QanatError):
    """An agency's answer that cannot be read; says source, place in the answer and remedy."""


class NoRecords(SourceError):
    """An answer without records: the service has nothing for the question. Nothing is lost where it was the whole answer."""


class Unreachable(SourceError):
    """No answer from a source; what is stored stays usable. `remedy` is what would bring one, where that is the same for all."""

    exit_code = 5

    def __init__(self, what: str, remedy: str | None = None) -> None:
        self.remedy = remedy
        super().__init__(f"{what}; {remedy}" if remedy else what)


class LicenceError(QanatError):
    """Figures whose terms do not let them go where they would go; names each document. Code LICENCE_RESTRICTED."""


class CorrectionError(QanatError):
    """A declared correction that cannot be made; says which, in which file, what the source says now."""


class StoreError(QanatError):
    """The record cannot be written or does not match its own digest."""


class RegisterError(QanatError):
    """A key, proof or statement that does not hold: forged, replayed, altered, by nobody known; nothing was changed."""

    exit_code = 4


class MixError(QanatError):
    """Figures that must not be combined; says which and why."""

    exit_code = 2


class ConflictError(QanatError):
    """Constraints that cannot all hold: the message names the smallest set of them, each of which is needed for it."""

    exit_code = 4


class MarginError(QanatError):
    """Totals that no table of counts can have.

    `lines` are the places of the table concerned (index from 0, ascending); whoever knows their names tells them.
    """

    exit_code = 2

    def __init__(self, fault: str, lines: tuple[int, ...]) -> None:
        self.fault = fault
        self.lines = lines
        super().__init__(f"{fault} (lines {', '.join(str(line) for line in lines[:12])})")


class BriefError(QanatError):
    """A brief that would print a number no figure answers for."""
