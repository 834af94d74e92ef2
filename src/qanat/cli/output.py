"""What a command prints: one JSON document, or a table for people."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

# what a terminal would obey instead of showing, and halves of characters; line ends and tabs are left
_ORDERS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def harmless(words: str) -> str:
    """Words of others, as a file's or a service's, with control characters written out (\\x1b): none moves the cursor,
    paints over what was said, or renames the window."""
    return _ORDERS.sub(lambda found: found[0].encode("unicode_escape").decode(), words)


def document(content: dict[str, Any]) -> None:
    """Exactly one JSON document on standard output, keys sorted."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n")


def line(words: str = "") -> None:
    """A line for people on standard output."""
    sys.stdout.write(harmless(words) + "\n")


def complain(words: str) -> None:
    """A line for people on standard error."""
    sys.stderr.write(harmless(words) + "\n")


def progress(clock: Callable[[], float] = time.monotonic) -> Callable[[str], None]:
    """Steps of a job on standard error, once it has taken more than a second: then the step it was at is told too."""
    started, unsaid = clock(), list[str]()

    def say(words: str) -> None:
        if clock() - started <= 1 and not sys.stderr.isatty():
            unsaid[:] = [words]
            return
        for step in (*unsaid, words):
            sys.stderr.write(harmless(f"{step} ...") + "\n")
        unsaid.clear()
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
