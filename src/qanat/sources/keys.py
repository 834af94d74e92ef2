"""Secrets of services: where they come from, and how they stay out of everything that is kept or said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, quote_plus

from qanat.errors import SourceError
from qanat.sources.request import Key, Request

HIDDEN: Final = b"(key)"
_SHORTEST: Final = 4  # characters; a shorter secret would be found everywhere
_WORD: Final = 20  # letters alone, fewer than these, may be a word ("unicef"): looked for only where it is named


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
        """The secrets a request wants.

        Raises SourceError naming every one that is not set and how it is got, or that no service can have given out.
        """
        absent = [key for key in request.keys if not self.has(key)]
        if absent:
            wanted = "; ".join(f"set {key.variable}, or {key.name} in {self._told} ({key.how})" for key in absent)
            raise SourceError(f"{request.url} wants a key that is not set: {wanted}")
        found = {key: self._found(key) for key in request.keys}
        odd = [key for key, secret in found.items() if not (secret.isascii() and secret.isprintable())]
        if odd:
            wanted = ", ".join(f"{key.variable} (or {key.name} in {self._told})" for key in odd)
            raise SourceError(
                f"{wanted} holds line breaks or letters that no key has; copy the key again, without quotes or blanks around it"
            )
        return found


def without(data: bytes, secrets: Mapping[Key, str]) -> tuple[bytes, int]:
    """An answer without the secrets it repeats (IDMC's does, in the address of the next page), and how often it did.

    A secret that may be an ordinary word is taken out only where it stands after its name (client_id=..., "appname":
    "..."): elsewhere it is what the answer says.
    """
    times = 0
    for form, hidden in _forms(secrets):
        times += data.count(form)
        data = data.replace(form, hidden)
    return data, times


def _forms(secrets: Mapping[Key, str]) -> list[tuple[bytes, bytes]]:
    """What to look for and what to put there, the longest first."""
    found: dict[bytes, bytes] = {}
    for key, secret in secrets.items():
        written = _written(secret)
        for form in written:
            for begin in (f"{key.as_name}=", f'"{key.as_name}":"', f'"{key.as_name}": "'):
                found[f"{begin}{form}".encode()] = begin.encode() + HIDDEN
        if len(secret) >= _SHORTEST and not (secret.isalpha() and len(secret) < _WORD):
            found |= {form.encode(): HIDDEN for form in written}
    return sorted(found.items(), key=lambda pair: len(pair[0]), reverse=True)


def _written(secret: str) -> set[str]:
    """The ways a secret may stand in an address or in JSON."""
    quoted = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    lower = {_lowered(form) for form in quoted}
    inside = json.dumps(secret)[1:-1]
    return {secret, *quoted, *lower, inside, inside.replace("/", "\\/")}


def _lowered(form: str) -> str:
    """An address's percent signs with small letters (%2f), as some servers write them."""
    head, *rest = form.split("%")
    return "%".join((head, *(part[:2].lower() + part[2:] for part in rest)))


def said_without(words: str, secrets: Mapping[Key, str]) -> str:
    """A message without secrets."""
    return without(words.encode(), secrets)[0].decode(errors="replace")
