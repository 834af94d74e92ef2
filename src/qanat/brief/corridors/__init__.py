"""What a corridor page says, in the languages it is written in; the words of the page around it too.

A table of its own beside brief/messages, as brief/flagged is: it is there in a language a whole brief is not written in yet.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from qanat.brief.messages import Messages, read
from qanat.errors import AskError

LANGUAGES: Final = ("en", "ar")


@cache
def corridor_words(language: str) -> Messages:
    """The texts of a language. Raises AskError naming the languages there are."""
    if language not in LANGUAGES:
        raise AskError(f"no corridor page in language {language!r}; there are: {', '.join(LANGUAGES)}")
    return read("qanat.brief.corridors", language)
