"""Sentences whose every digit comes from a figure; one that does not stops the brief."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from qanat.brief.messages import PLACEHOLDER, Messages
from qanat.brief.numbers import Number
from qanat.brief.spell import Spelling
from qanat.errors import BriefError


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name (a place, an agency): may hold digits of its own, as in S/RES/1244."""

    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a sentence: plain text, or a number as printed with what stands behind it."""

    text: str
    number: Number | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence ready for any renderer; `key` is the message it was made from."""

    key: str
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return "".join(span.text for span in self.spans)

    @property
    def numbers(self) -> tuple[Number, ...]:
        """Its numbers in order."""
        return tuple(span.number for span in self.spans if span.number is not None)


@dataclass(frozen=True, slots=True)
class Voice:
    """One language's texts and spelling together."""

    messages: Messages
    spelling: Spelling

    def say(self, key: str, **values: Number | Name | Sentence) -> Sentence:
        """The sentence of a message with its places filled, begun with a capital. Faults as in `piece`."""
        whole = self.piece(key, **values)
        return Sentence(key, tuple(_capitalised(list(whole.spans))))

    def piece(self, key: str, **values: Number | Name | Sentence) -> Sentence:
        """A part of a sentence: a message with its places filled.

        A language may leave out a name it does not need. Raises BriefError where the message itself has a digit, where
        it has a place nobody fills, and where it drops a number: that is a fault of the translation.
        """
        template = self.messages.text(key)
        places = set(PLACEHOLDER.findall(template))
        needed = {name for name, value in values.items() if not isinstance(value, Name)}
        if not needed <= places <= set(values):
            raise BriefError(
                f"message {key!r} ({self.messages.language}) has places {sorted(places)}, the brief fills {sorted(values)}"
            )
        spans: list[Span] = []
        for position, piece in enumerate(PLACEHOLDER.split(template)):
            spans += self._filled(values[piece]) if position % 2 else _plain(key, piece)
        return Sentence(key, tuple(spans))

    def _filled(self, value: Number | Name | Sentence) -> list[Span]:
        if isinstance(value, Number):
            return [Span(self.spelling.number(value), value)]
        return [Span(value.text)] if isinstance(value, Name) else list(value.spans)

    def label(self, key: str, **words: str) -> str:
        """A label or caption without numbers."""
        return self.messages.fill(key, **words)

    def listed(self, names: Iterable[str]) -> Name:
        """Names as one list in the language's way."""
        return Name(self.spelling.listed(list(names)))


def _plain(key: str, text: str) -> list[Span]:
    if any(unicodedata.category(letter) == "Nd" for letter in text):
        raise BriefError(
            f"message {key!r} holds a number of its own ({text.strip()!r}); numbers must come from figures"
        )
    return [Span(text)] if text else []


def _capitalised(spans: list[Span]) -> list[Span]:
    if spans and spans[0].number is None and spans[0].text:
        first = spans[0].text
        return [Span(first[0].upper() + first[1:]), *spans[1:]]
    return spans
