"""qanat holds no personal data: a list of persons is recognised by its heads and by what its cells look like, and refused.

The signs are those of OCHA's Data Responsibility Guidelines (2021) and ICRC's Handbook on Data Protection in Humanitarian
Action (2020): whatever singles out a living person, alone or with the other columns. Aggregates by place, sex and age,
names of organisations and places, and coordinates of places stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from qanat.sources.own.person_cells import Cells, cells_of
from qanat.sources.own.person_heads import Kind, kind_of_head, of_no_person, perhaps_name
from qanat.sources.own.person_rows import person_columns, row_is_a_person

_TAGGED: Final[tuple[tuple[str, Kind], ...]] = (("+name", "name"), ("+phone", "phone"), ("+email", "email"))
_MANY: Final = 0.6  # share of cells that must look alike
_WHY: Final[dict[Kind, str]] = {
    "name": "names of persons",
    "phone": "phone numbers of persons",
    "document": "numbers of identity documents",
    "birth": "dates of birth",
    "position": "coordinates in a table of one row a person",
    "email": "e-mail addresses of persons",
    "address": "addresses in a table of one row a person",
    "case": "numbers of cases or registrations, one a person or family",
    "person": "one person a row, by sex and age, and nothing that counts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """One column that singles out persons.

    column  its head;  kind  what it holds;  why  a sentence for people that quotes no cell
    rows    how many cells have it
    """

    column: str
    kind: Kind
    why: str
    rows: int


def personal(table: pl.DataFrame, tags: Mapping[str, str] | None = None) -> tuple[Personal, ...]:
    """The columns of a table that hold facts of persons, in the table's order; empty for a table of aggregates.

    table  columns of text by their heads; other types are read as text
    tags   the HXL tag of a head where there is one
    Coordinates and addresses count only where another column, or an age and a sex in each row, shows that a row is a
    person: those of camps and districts are no facts of persons.
    """
    cells = {head: cells_of(table.get_column(head)) for head in table.columns}
    found: dict[str, Kind] = {}
    for head, held in cells.items():
        kind = _kind(head, held, (tags or {}).get(head, ""))
        if kind is not None:
            found[head] = kind
    one_each = person_columns(cells)
    if set(found.values()) - {"email"} or one_each or row_is_a_person(cells):
        for head, held in cells.items():
            kind = None if head in found else _beside(head, held)
            if kind is not None:
                found[head] = kind
    if not found:
        found = dict.fromkeys(one_each, "person")
    return tuple(
        Personal(column=head, kind=found[head], why=_sentence(head, found[head]), rows=_rows(cells[head], found[head]))
        for head in table.columns
        if head in found
    )


def told(found: tuple[Personal, ...]) -> str:
    """The refusal for people: which columns and why, that nothing was kept, what to do; no cell of the table is quoted.

    Empty where nothing was found.
    """
    if not found:
        return ""
    lines = [f"  {one.column!r}: {one.why} ({one.rows} row{'' if one.rows == 1 else 's'})" for one in found]
    columns = ", ".join(repr(one.column) for one in found)
    by_cells = [one.column for one in found if one.kind == "name" and kind_of_head(one.column) != "name"]
    places = f"If {', '.join(map(repr, by_cells))} are places or organisations, let the head say so, as in Site, Municipality, Partner."
    return "\n".join(
        [
            "This looks like a list of persons, and qanat holds no personal data. Nothing of it was kept.",
            *lines,
            "What to do: count the people first, by place, sex and age, and import the counts;",
            f"or take out {columns} and keep this file where only those who need it can read it.",
            *([places] if by_cells else []),
        ]
    )


def _kind(head: str, held: Cells, tag: str) -> Kind | None:
    """What facts of persons a column holds by its own head and cells; null for none."""
    if held.rows == 0:
        return None
    if held.emails:
        return "email"
    if held.contacts:
        return "phone"
    promised = _tagged(tag) or kind_of_head(head)
    if promised and _kept_promise(promised, held):
        return promised
    return next(_shown(head, held), None)


def _tagged(tag: str) -> Kind | None:
    """What a HXL tag promises: "#contact+phone"; coordinates are no fact of persons by themselves."""
    if not tag.startswith("#contact"):
        return None
    for attribute, kind in _TAGGED:
        if attribute in tag:
            return kind
    return "name"


def _kept_promise(kind: Kind, held: Cells) -> bool:
    """Whether the cells are what the head says: "Mobile" may be a clinic, "Case number" a count of cases."""
    match kind:
        case "name":
            return held.numbers < 0.5 and held.dates < 0.5 and not held.sexes
        case "phone":
            return held.digits >= 0.5 and held.share(r"[.][0-9]$") < 0.5
        case "birth":
            return held.days >= _MANY
        case "document":
            return held.share(r"[0-9]{4}") >= 0.5 and held.distinct >= 0.5
        case "case":
            return (
                held.distinct >= 0.3 and held.share(r"[0-9]{2}") >= 0.5 and (held.numbers < 0.5 or held.digits >= 0.5)
            )
        case "email" | "position" | "address" | "person":
            return False  # e-mails are seen in the cells; the others count only beside facts of persons


def _shown(head: str, held: Cells) -> Iterator[Kind]:
    """What the cells show, whatever the head says; codes and names of places and organisations look like those of persons."""
    other = of_no_person(head)
    if held.registrations >= 0.5:
        yield "case"
    if held.rows >= 2 and held.distinct >= 0.5 and held.phones >= _MANY and (not other or held.share("^[+]") >= 0.3):
        yield "phone"
    if other:
        return
    if held.documents:
        yield "document"
    sure = 0.15 if perhaps_name(head) else 0.3
    if held.given >= _MANY or (held.rows >= 2 and held.names >= sure and held.name_shaped >= 0.5):
        yield "name"


def _beside(head: str, held: Cells) -> Kind | None:
    """What a column holds in a table of one row a person."""
    if held.rows == 0:
        return None
    if held.degrees:
        return "position"
    if held.generations and held.distinct >= 0.7 and not of_no_person(head):
        return "birth"
    if kind_of_head(head) == "address" and held.numbers < 0.5:
        return "address"
    if perhaps_name(head) and held.distinct >= 0.8 and held.name_shaped >= 0.5:
        return "name"
    return None


def _sentence(head: str, kind: Kind) -> str:
    by = "its head says so" if kind_of_head(head) == kind else "its cells look like it"
    return f"{_WHY[kind]}; {by}"


def _rows(held: Cells, kind: Kind) -> int:
    if kind == "email":
        return held.emails
    return held.contacts if kind == "phone" and held.contacts else held.rows
