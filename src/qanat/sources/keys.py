"""Secrets of services: where they come from, and how they stay out of everything that is kept or said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from qanat.errors import SourceError
from qanat.sources.request import Key, Request

HIDDEN = b"(key)"
_SHORTEST = 4  # characters from which a secret is looked for in an answer; a shorter one would be found everywhere


class Keys:
    """The secrets a person has set, by Key.variable or by name; never shown by repr, never written.

    environment  usually os.environ
    file         name = secret, as a key file holds them;  told  where that file is, for messages
    """

    def __init__(
        self, environment: Mapping[str, str], file: Mapping[str, str] | None = None, told: str = "the key file"
    ) -> None:
        self._environment, self._file, self._told = environment, dict(file or {}), told

    def __repr__(self) -> str:
        return "Keys(...)"

    def has(self, key: Key) -> bool:
        """Whether the secret is set."""
        return bool(self._found(key))

    def _found(self, key: Key) -> str:
        return self._environment.get(key.variable, "").strip() or self._file.get(key.name, "").strip()

    def of(self, request: Request) -> dict[Key, str]:
        """The secrets a request wants. Raises SourceError naming every one that is not set and how it is got."""
        absent = [key for key in request.keys if not self.has(key)]
        if absent:
            wanted = "; ".join(f"set {key.variable}, or {key.name} in {self._told} ({key.how})" for key in absent)
            raise SourceError(f"{request.url} wants a key that is not set: {wanted}")
        return {key: self._found(key) for key in request.keys}


def without(data: bytes, secrets: Iterable[str]) -> tuple[bytes, int]:
    """An answer without the secrets it repeats (IDMC's does, in the address of the next page), and how often it did."""
    times = 0
    forms = {form.encode() for secret in secrets if len(secret) >= _SHORTEST for form in (secret, quote(secret), quote_plus(secret))}  # fmt: skip
    for form in sorted(forms, key=len, reverse=True):
        times += data.count(form)
        data = data.replace(form, HIDDEN)
    return data, times


def said_without(words: str, secrets: Iterable[str]) -> str:
    """A message without secrets."""
    return without(words.encode(), secrets)[0].decode(errors="replace")
