"""What a comparison says in words: the fourteen flags, the picture and why counters differ, in four languages.

A table of its own beside brief/messages: these sentences are there in languages a whole brief is not written in yet.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from qanat.brief.messages import Messages
from qanat.errors import AskError

LANGUAGES: Final = ("en", "fr", "es", "ar")


@cache
def sentences(language: str) -> Messages:
    """The sentences of a language. Raises AskError naming the languages there are."""
    from babel.messages.pofile import read_po

    if language not in LANGUAGES:
        raise AskError(f"no sentences for comparisons in {language!r}; there are: {', '.join(LANGUAGES)}")
    with files("qanat.brief.flagged").joinpath(f"{language}.po").open("rb") as stream:
        catalogue = read_po(stream, locale=language, domain="qanat")
    return Messages(language, {str(one.id): str(one.string) for one in catalogue if one.id and one.string})
