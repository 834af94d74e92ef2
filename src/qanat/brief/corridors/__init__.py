"""What a corridor page says, in the languages it is written in; the words of the page around it too.

A table of its own beside brief/messages, as brief/flagged is: it is there in a language a whole brief is not written in yet.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from qanat.brief.messages import Messages
from qanat.errors import AskError

LANGUAGES: Final = ("en", "ar")


@cache
def corridor_words(language: str) -> Messages:
    """The texts of a language. Raises AskError naming the languages there are."""
    from babel.messages.pofile import read_po

    if language not in LANGUAGES:
        raise AskError(f"no corridor page in language {language!r}; there are: {', '.join(LANGUAGES)}")
    with files("qanat.brief.corridors").joinpath(f"{language}.po").open("rb") as stream:
        catalogue = read_po(stream, locale=language, domain="qanat")
    return Messages(language, {str(one.id): str(one.string) for one in catalogue if one.id and one.string})
