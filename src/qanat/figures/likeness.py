"""Which names look most like one that was mistyped."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

_LONGEST: Final = 60  # letters compared; names are shorter
_SHORTEST: Final = 4  # letters of a word that may stand for its name: "sud" is near to too much
_PART: Final = 0.95  # a likeness to one word of a name counts a little less than to the whole
_VOWELS: Final = frozenset("aeiou")


def alike(key: str, keyed: Iterable[tuple[str, str]], *, most: int = 3, at_least: float = 0.75) -> tuple[str, ...]:
    """The codes whose folded names are most like a folded text, most alike first; empty where nothing is near.

    key    a text as folded by figures.folding
    keyed  folded name and code; a code may come with several names, its best counts
    Likeness is Ratcliff and Obershelp's ratio (Python's difflib), 0 to 1, to the whole name or to one of its words; a
    text whose words are all in the name, or the other way round, is as good as an equal word.
    """
    matcher = SequenceMatcher(b=key[:_LONGEST], autojunk=False)
    said = frozenset(key.split())
    best: dict[str, float] = {}
    for name, code in keyed:
        parts = name.split()
        whole = _ratio(matcher, name, at_least)
        inside = _PART if _holds(said, frozenset(parts)) else _PART * _part(matcher, parts, at_least)
        best[code] = max(whole, inside, best.get(code, 0.0))
    ranked = sorted((-score, code) for code, score in best.items() if score >= at_least)
    return tuple(code for _, code in ranked[:most])


def likeness(one: str, other: str) -> float:
    """How alike the letters of two words are, 0 to 1: Ratcliff and Obershelp's ratio, which of the two comes first being irrelevant."""
    first, second = sorted((one[:_LONGEST], other[:_LONGEST]))
    return 1.0 if first == second else SequenceMatcher(None, first, second, autojunk=False).ratio()


def one_vowel_off(one: str, other: str) -> bool:
    """Whether two words differ by one vowel only, changed, left out or put in, but not the first letter."""
    if one[:1] != other[:1] or abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    changed = a[1:] == b[1:] and {a[:1], b[:1]} <= _VOWELS
    return changed or (a[1:] == b and a[:1] in _VOWELS) or (b[1:] == a and b[:1] in _VOWELS)


def _holds(said: frozenset[str], name: frozenset[str]) -> bool:
    """Whether all words of one are among the other's."""
    return bool(said) and (said <= name or (name <= said and max(map(len, name), default=0) >= _SHORTEST))


def _part(matcher: SequenceMatcher[str], parts: list[str], at_least: float) -> float:
    return max((_ratio(matcher, part, at_least) for part in parts if len(part) >= _SHORTEST), default=0.0)


def _ratio(matcher: SequenceMatcher[str], name: str, at_least: float) -> float:
    matcher.set_seq1(name[:_LONGEST])
    if matcher.real_quick_ratio() < at_least or matcher.quick_ratio() < at_least:
        return 0.0
    return matcher.ratio()
