"""What figures were read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qanat.figures.words import LICENCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A published thing figures were read from: who, what, under which terms, and the digest of its bytes."""

    id: str  # the `source` of its figures
    publisher: str
    title: str
    url: str | None
    licence: str  # a word of figures.words.LICENCES
    citation: str
    published: date  # becomes `known` of its figures
    retrieved: date
    sha256: str  # of the bytes as retrieved
    size: int  # bytes
    note: str | None = None  # known defects and what was assumed in reading it

    @property
    def series(self) -> str:
        """What its id names before the release: the source, or "own.NAME" of an imported file."""
        return self.id.split("@", maxsplit=1)[0]

    @property
    def may_redistribute(self) -> bool:
        """Whether its figures may be passed on; false for a licence that is not listed."""
        return self.licence in LICENCES and LICENCES[self.licence].may_redistribute

    @property
    def may_derive(self) -> bool:
        """Whether figures computed from it may be passed on; false for a licence that is not listed."""
        return self.licence in LICENCES and LICENCES[self.licence].may_derive
