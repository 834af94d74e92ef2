"""Declared lineage: what publishers themselves say of whose count a figure is, as data and as read from their notes.

Only a plain statement counts. A note that names two sources, hedges (generally, partly, includes) or tells a second number
beside the figure ("the government estimates that ...") declares nothing: then equality decides, or nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from qanat.reconcile.lineage import LONGEST, same_count
from qanat.reconcile.said import Figure

_CLOSE: Final = 92  # days after its day by which the original may have been counted
_WHO: Final[dict[str, str]] = {
    "idmc": r"IDMC|Internal Displacement Monitoring Centre",
    "iom": r"IOM|DTM|International Organization for Migration|Displacement Tracking Matrix",
    "government": r"(?:[A-Z][a-z]+ )?[Gg]overnments?|(?:national|state) authorities",
    "unrwa": r"UNRWA",
    "ocha": r"OCHA",
    "unhcr": r"UNHCR",
    "eurostat": r"Eurostat",
}
_ANYBODY: Final = "|".join(f"(?P<{code}>{words})" for code, words in _WHO.items())
_FIGURE: Final = r"(?i:figures?|numbers?|data|statistics|totals?)"
_PLAIN: Final = tuple(
    re.compile(form.format(who=f"(?:the )?(?:{_ANYBODY})(?![A-Za-z])", figure=_FIGURE))
    for form in (
        r"{figure}[^.;]*? (?:is|are|was|were) (?:an? |the )?{who}(?:'s|')? (?:estimates?|figures?|numbers?|counts?|data|statistics|registration)",
        r"{figure}[^.;]*? (?:is|are|was|were) (?:provided|reported|published|estimated|supplied|issued|compiled|collected) by {who}",
        r"{figure}[^.;]*? (?:is|are|was|were) (?:taken from|derived from|based on|those of) {who}",
        r"^[Ss]ources?: {who}",
    )
)
_HEDGES: Final = re.compile(
    r"\b(?:generally|usually|mostly|mainly|partly|partially|some|also|includ\w+|in addition|together with|not|except|other than|as well)\b", re.I
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A publisher's statement that its figures are another counter's.

    counter  whose figures;  original  whose count they are, by the statement
    groups   words of GROUPS;  years  first and last, both counted
    place    null: anywhere;  origin  null: people of any origin
    checked  read in the document cited; false: recalled
    """

    counter: str
    original: str
    groups: tuple[str, ...]
    years: tuple[tuple[int, int], ...]
    text: str
    cites: str
    place: str | None = None
    origin: str | None = None
    checked: bool = True

    def about(self, figure: Figure, origin: str | None) -> bool:
        """Whether it is about a figure of people from `origin` (null: of every origin together)."""
        return (
            figure.counter == self.counter
            and figure.group in self.groups
            and any(first <= figure.year <= last for first, last in self.years)
            and self.place in (None, figure.place)
            and self.origin in (None, origin)
        )


class Note(Protocol):
    """A publisher's note on some of its figures, as sources.unhcr_reference.Footnote has it."""

    @property
    def text(self) -> str:
        """Its words."""
        ...

    @property
    def groups(self) -> tuple[str, ...]:
        """Words of GROUPS it is about."""
        ...

    @property
    def years(self) -> tuple[tuple[int, int], ...]:
        """First and last year of each span it is about."""
        ...

    @property
    def place(self) -> str | None:
        """Null: any."""
        ...

    @property
    def origin(self) -> str | None:
        """Null: any."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A figure and the one it is declared to be: citations of both; original null where nobody here has that figure."""

    copy: str
    counter: str
    original: str | None
    text: str


DECLARED: Final[tuple[Stated, ...]] = (
    Stated(
        counter="unhcr", original="government", groups=("refugees",), years=((2017, 2018),), place="TUR", origin="SYR",
        text="Refugee figure for Syrians in Turkey is a Government estimate.", cites="UNHCR Refugee Population Statistics Database, footnotes",
    ),
)  # fmt: skip


def whose(text: str) -> str | None:
    """The one counter a text plainly declares figures to be from; null where it declares none, several or hedges."""
    if _HEDGES.search(text):
        return None
    named = {code for code, words in _WHO.items() if re.search(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])", text)}
    found = {code for form in _PLAIN if (match := form.search(text)) for code in _WHO if match[code]}
    return found.pop() if len(found) == 1 and named == found else None


def word_of(told: str) -> tuple[str, date | None] | None:
    """The counter, and the day where one is told, that a facet's `told-by` names: "Government", "iom@2021-09-30"; null
    where it names none or several."""
    who, _, day = told.partition("@")
    codes = [code for code, words in _WHO.items() if who.strip() == code or re.fullmatch(words, who.strip())]
    if len(codes) != 1 or (day and not re.fullmatch(r"\d{4}-\d\d-\d\d", day)):
        return None
    return codes[0], date.fromisoformat(day) if day else None


def declared(
    figures: Sequence[Figure], statements: Iterable[Stated] = DECLARED, origin: str | None = None
) -> list[Declared]:
    """What is declared of these figures, by citation of the copy.

    figures     of one group (or its family) in one place, any dates and counters, of people from `origin` (null: all)
    statements  of publishers; a figure's own facet `told-by` comes before them
    The original is the named counter's figure of the day told; else the one that is equal, else the newest up to three
    months after the copy's day, at most 800 days apart.
    """
    known = tuple(statements)
    found = [one for figure in figures if (one := _declared(figure, figures, known, origin)) is not None]
    return sorted(found, key=lambda one: one.copy)


def pairs(found: Iterable[Declared]) -> list[tuple[str, str]]:
    """Copy and original, where both are here."""
    return [(one.copy, one.original) for one in found if one.original is not None]


def _declared(
    figure: Figure, figures: Sequence[Figure], statements: Sequence[Stated], origin: str | None
) -> Declared | None:
    own = next((word for told in figure.told_by if (word := word_of(told)) is not None), None)
    if own is not None:
        counter, day = own
        text = "told-by"
    else:
        said = [one for one in statements if one.about(figure, origin)]
        if len({one.original for one in said}) != 1:
            return None
        counter, day, text = said[0].original, None, said[0].text
    if counter == figure.counter:
        return None
    original = _original(figure, [one for one in figures if one.counter == counter], day)
    return Declared(copy=figure.cite, counter=counter, original=None if original is None else original.cite, text=text)


def _original(copy: Figure, candidates: Sequence[Figure], day: date | None) -> Figure | None:
    if day is not None:
        return next((one for one in candidates if one.end == day and _same_kind(one, copy)), None)
    near = [one for one in candidates if _same_kind(one, copy) and -_CLOSE <= (copy.end - one.end).days <= LONGEST]
    equal = [one for one in near if same_count(one, copy)]
    return max(equal or near, key=lambda one: (one.end, one.known, one.cite), default=None)


def _same_kind(one: Figure, other: Figure) -> bool:
    return (one.measure, one.unit) == (other.measure, other.unit)


def statements(notes: Iterable[Note], counter: str, cites: str) -> Iterator[Stated]:
    """The statements that a counter's notes make about its own figures."""
    for note in notes:
        original = whose(note.text)
        if original is not None and original != counter:
            yield Stated(
                counter=counter, original=original, groups=note.groups, years=note.years, place=note.place, origin=note.origin,
                text=note.text, cites=cites,
            )  # fmt: skip
