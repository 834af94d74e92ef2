"""Text that a spreadsheet would run as a formula, made plain on the way out and as it was on the way back."""

from __future__ import annotations

from typing import Final

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_MARK: Final = "'"


def neutral(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet could run it; `restored` takes it off again.

    Text that begins with an apostrophe gets one too, so that nothing else is ever taken off.
    """
    return _MARK + text if text.startswith(_STARTS) else text


def restored(text: str) -> str:
    """The text as it was before `neutral`."""
    return text[1:] if text.startswith(_MARK) and text[1:].startswith(_STARTS) else text
