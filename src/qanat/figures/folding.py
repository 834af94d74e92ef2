"""One spelling for every way a person may type a name, in the six languages of the United Nations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, TypeVar

K = TypeVar("K")

_INITIALS: Final = re.compile(r"(?<=\b\w)\.(?=\w\b)")  # U.S.A.
_WORD: Final = re.compile(r"[^\W_]+")
_ARTICLE: Final = re.compile(r"^ال(?=...)")
_LETTERS: Final = str.maketrans(
    {
        "ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th",
        "ة": "ه", "ى": "ي", "ٱ": "ا", "ی": "ي", "ک": "ك", "ە": "ه", "ء": "", "ـ": "",
    }
)  # fmt: skip
_SMALL: Final = frozenset({
    "the", "of", "and", "a", "an", "la", "le", "les", "l", "d", "de", "du", "des", "da", "et", "el", "los", "las", "del", "y", "e",
})  # fmt: skip
_LONG: Final = {
    "st": "saint", "ste": "sainte", "rep": "republic", "dem": "democratic", "fed": "federated", "is": "islands",
    "isl": "islands", "prov": "province", "terr": "territory",
}  # fmt: skip


def words(text: str) -> list[str]:
    """The words of a name as they are compared: no case, accents, points, articles or prepositions; short forms spelt out.

    Arabic loses vowel signs, tatweel, hamza and the article; presentation forms become plain letters. A name made of
    small words only keeps them. Empty where the text has neither letters nor digits.
    """
    plain = "".join(
        mark for mark in unicodedata.normalize("NFKD", text) if unicodedata.category(mark) not in ("Mn", "Cf")
    )
    # casefold can bring marks back (İ), so they are taken out once more
    lower = unicodedata.normalize("NFKD", plain.casefold()).translate(_LETTERS)
    bare = "".join(mark for mark in lower if unicodedata.category(mark) != "Mn")
    found = [_ARTICLE.sub("", word) for word in _WORD.findall(_INITIALS.sub("", bare))]
    return [_LONG.get(word, word) for word in found if word not in _SMALL] or found


def keys(lists: Mapping[K, str]) -> dict[str, K]:
    """What each word of some lists stands for, by the word as `words` gives it; a list is words with blanks between."""
    return {"_".join(words(word)): meant for meant, line in lists.items() for word in line.split()}


def folded(text: str) -> str:
    """The key a name is found by: its words in alphabetical order, so that "Korea, Republic of" is "Republic of Korea".

    Two texts with the same key are the same name to a reader in a hurry. Empty where nothing is left to compare.
    """
    return " ".join(sorted(words(text)))
