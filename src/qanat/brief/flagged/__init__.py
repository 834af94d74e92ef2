"""What a comparison says in words: the fourteen flags, the picture and why counters differ, in four languages.

A table of its own beside brief/messages: these sentences are there in languages a whole brief is not written in yet.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from qanat.brief.messages import Messages, read
from qanat.errors import AskError

LANGUAGES: Final = ("en", "fr", "es", "ar")


@cache
def sentences(language: str) -> Messages:
    """The sentences of a language. Raises AskError naming the languages there are."""
    if language not in LANGUAGES:
        raise AskError(f"no sentences for comparisons in {language!r}; there are: {', '.join(LANGUAGES)}")
    return read("qanat.brief.flagged", language)
