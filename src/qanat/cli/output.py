"""What a command prints: one JSON document, or a table for people."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any, Final, TextIO

# what a terminal would obey instead of showing, what turns the direction of writing over, and halves of characters; line
# ends and tabs are left
_ORDERS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_FIXED: Final = "\N{NO-BREAK SPACE}"  # a blank at which no line is broken


def harmless(words: str) -> str:
    """Words of others, as a file's or a service's, with control characters written out (\\x1b): none moves the cursor,
    paints over what was said, or renames the window."""
    return _ORDERS.sub(lambda found: found[0].encode("unicode_escape").decode(), words)


def document(content: dict[str, Any]) -> None:
    """Exactly one JSON document on standard output, keys sorted."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n")


def line(words: str = "") -> None:
    """A line for people on standard output, broken between words where a terminal's line ends."""
    sys.stdout.write(_fitted(words, sys.stdout) + "\n")


def complain(words: str) -> None:
    """A line for people on standard error, broken between words where a terminal's line ends."""
    sys.stderr.write(_fitted(words, sys.stderr) + "\n")


def _fitted(words: str, stream: TextIO) -> str:
    """Lines as they fit a terminal, what follows on set in; as they are where they go elsewhere, so that scripts find them whole."""
    room = columns(stream)
    if room is None:
        return harmless(words)
    return "\n".join(part for one in harmless(words).split("\n") for part in broken(one, room))


def broken(line: str, room: int) -> list[str]:
    """One line as lines of at most so many columns, broken at blanks only: an address or a citation stays whole."""
    indent = " " * (len(line) - len(line.lstrip()))
    whole = wrap(
        line.strip(),
        room,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return whole or [line]


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
    """Columns of text, numbers to the right; on a terminal too narrow for them each row as a few short lines."""
    if not rows:
        return
    wide = [max(len(head[at]), *(len(row[at]) for row in rows)) for at in range(len(head))]
    room = columns(sys.stdout)
    if room is not None and sum(wide) + 2 * (len(wide) - 1) > room:
        for row in rows:
            for told in stacked(head, row, room):
                line(told)
        return
    for row in (head, *rows):
        cells = [cell.rjust(wide[at]) if at in numeric else cell.ljust(wide[at]) for at, cell in enumerate(row)]
        line("  ".join(cells).rstrip())


def columns(stream: TextIO) -> int | None:
    """How many columns the terminal has that a stream goes to; null where it goes to none."""
    return get_terminal_size().columns if stream.isatty() else None


def stacked(head: Sequence[str], row: Sequence[str], room: int) -> list[str]:
    """A row as lines of at most so many columns: its first cell, then "head cell" pairs below it; blank cells left out."""
    pairs = [f"{name} {cell}" for name, cell in zip(head[1:], row[1:], strict=True) if cell.strip()]
    ended = [f"{pair} ·" for pair in pairs[:-1]] + pairs[-1:]
    told = wrap(
        " ".join(pair.replace(" ", _FIXED) for pair in ended), room, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False,
        break_long_words=False,
    )  # fmt: skip
    return [row[0], *(one.replace(_FIXED, " ") for one in told)]


def amount(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """A number with every digit, its bounds where it has some; "not counted" where there is none."""
    if value is None:
        return "not counted"
    told = f"{value:,.0f}" if abs(value) >= 1 or value == 0 else f"{value:.3f}"
    return told if low is None or high is None or low == high else f"{told} ({low:,.0f}\u2013{high:,.0f})"
