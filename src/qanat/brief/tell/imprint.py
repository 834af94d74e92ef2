"""When, by what and on which terms a page is made, and how it says that it must not be passed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from qanat.brief.blocks import Bound, Spoken, Standing
from qanat.brief.prose import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """When, by what and as of when a page is made; `first` is the counter shown first for internal displacement.

    internal  it may hold figures whose licence does not let them be passed on, so that it must stay
    bound     whose figures those are: used where it is internal, else left out
    """

    made: datetime
    code: str
    run: str
    as_of: date | None
    internal: bool = False
    bound: tuple[Bound, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    standing: tuple[Standing, ...] = ()
    first: str = "idmc"


def kicked(voice: Voice, line: str, imprint: Imprint) -> str:
    """The line above a page's headline; it begins with the word that the page must stay, where it must."""
    return f"{voice.label('page.internal')} · {line}" if imprint.internal else line


def bound_notes(voice: Voice, imprint: Imprint) -> tuple[str, ...]:
    """What may not be passed on, by name: left out, or used in a page that must not travel."""
    key = "notes.bound_used" if imprint.internal else "notes.bound_left_out"
    return tuple(
        voice.label(key, source=one.source, licence=one.licence, figures=f"{one.figures:,}") for one in imprint.bound
    )
