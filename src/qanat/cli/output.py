"""What a command prints: one JSON document, or a table for people."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

# what a file may hold to command a terminal that only shows it: colours, titles, a cursor that goes back
_COMMANDS: Final = {code: "\ufffd" for code in (*range(9), *range(11, 32), *range(127, 160))}


def plain(words: str) -> str:
    """The words without signs that command a terminal; lines and tabs stay."""
    return words.translate(_COMMANDS)


def document(content: dict[str, Any]) -> None:
    """Exactly one JSON document on standard output, keys sorted."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n")


def line(words: str = "") -> None:
    """A line for people on standard output."""
    sys.stdout.write(plain(words) + "\n")


def complain(words: str) -> None:
    """A line for people on standard error."""
    sys.stderr.write(plain(words) + "\n")


def progress() -> Callable[[str], None]:
    """Steps of a job on standard error, once it has taken more than a second."""
    started = time.monotonic()

    def say(words: str) -> None:
        if time.monotonic() - started > 1 or sys.stderr.isatty():
            sys.stderr.write(f"{plain(words)} ...\n")
            sys.stderr.flush()

    return say


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numeric: frozenset[int] = frozenset()) -> None:
    """Columns of text, numbers to the right."""
    if not rows:
        return
    wide = [max(len(head[at]), *(len(row[at]) for row in rows)) for at in range(len(head))]
    for row in (head, *rows):
        cells = [cell.rjust(wide[at]) if at in numeric else cell.ljust(wide[at]) for at, cell in enumerate(row)]
        line("  ".join(cells).rstrip())


def amount(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """A number with every digit, its bounds where it has some; "not counted" where there is none."""
    if value is None:
        return "not counted"
    told = f"{value:,.0f}" if abs(value) >= 1 or value == 0 else f"{value:.3f}"
    return told if low is None or high is None or low == high else f"{told} ({low:,.0f}\u2013{high:,.0f})"
