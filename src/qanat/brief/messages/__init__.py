"""Every word a reader sees, by language, from gettext message files (`LANGUAGE.po` beside this file).

Message ids are short names ("headline.inside"); English is a language like the others. A new language is one more
.po file with the same ids: a test compares them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from qanat.errors import AskError, BriefError

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Messages:
    """The texts of one language by id; a plural text is a tuple in the order of the language's plural forms."""

    language: str
    texts: dict[str, str | tuple[str, ...]]

    @property
    def right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return self.language in RIGHT_TO_LEFT

    def __contains__(self, key: str) -> bool:
        return key in self.texts

    def text(self, key: str) -> str:
        """The text of an id, its placeholders still in braces. Raises BriefError for an id no file has."""
        found = self.texts.get(key)
        if found is None:
            raise BriefError(f"no text {key!r} in messages/{self.language}.po; add it to every language's file")
        return found if isinstance(found, str) else found[-1]

    def fill(self, key: str, **words: str) -> str:
        """The text of an id with plain words in its places (labels and captions; prose with numbers goes by `say`)."""
        return PLACEHOLDER.sub(lambda match: words[match.group(1)], self.text(key))


def languages() -> tuple[str, ...]:
    """The languages there are message files for."""
    return tuple(
        sorted(
            entry.name.removesuffix(".po")
            for entry in files("qanat.brief.messages").iterdir()
            if entry.name.endswith(".po")
        )
    )


@cache
def messages(language: str) -> Messages:
    """The message file of a language. Raises AskError naming the languages there are."""
    if language not in languages():
        raise AskError(f"no texts in language {language!r}; there are: {', '.join(languages())}")
    return read("qanat.brief.messages", language)


def read(folder: str, language: str) -> Messages:
    """The texts of LANGUAGE.po in a package."""
    from babel.messages.pofile import read_po

    with files(folder).joinpath(f"{language}.po").open("rb") as stream:
        catalogue = read_po(stream, locale=language, domain="qanat")
    texts = {str(entry.id): entry.string for entry in catalogue if entry.id and entry.string}
    return Messages(language, {key: text if isinstance(text, str) else tuple(text) for key, text in texts.items()})
