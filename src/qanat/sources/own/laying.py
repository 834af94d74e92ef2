"""A mapping laid over a sheet: its columns found by their heads, and columns as a person says them in a few words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from qanat.errors import AskError
from qanat.figures.words import GROUPS, MEASURES, UNITS, nearest
from qanat.sources.own import people
from qanat.sources.own.grid import Grid, column_at, letters
from qanat.sources.own.heads import joined
from qanat.sources.own.layout import Column, Layout
from qanat.sources.own.mapping import IS, SEXES, Mapping, column_faults, spanned


def laid(said: Mapping, grid: Grid) -> Layout:
    """The mapping laid over a sheet. Raises AskError with every column it names that the sheet does not have.

    A column is named by its head as it stands (case and blanks do not count), by the last of several heads, or as
    "column C" where heads repeat. Columns of the sheet that the mapping does not name are noted.
    """
    top = said.top
    given = top.get("head", grid.top)
    first, last = (given, given) if isinstance(given, int) else (given[0], given[1])
    heads = joined(grid, first, last)
    found = {head: _found(head, heads) for head in said.columns}
    faults = [f"{head!r}: {where}" for head, where in found.items() if isinstance(where, str)]
    at = Counter(where for where in found.values() if isinstance(where, int))
    faults += [f"column {letters(where)} is named {times} times" for where, times in at.items() if times > 1]
    columns = [
        _made(where, heads[where], said.columns[head]) for head, where in found.items() if isinstance(where, int)
    ]
    faults += [] if faults else list(clashes(columns))
    if faults:
        raise AskError(
            f"{said.name} does not fit {grid.name or 'the table'}, row {last}\n"
            + "\n".join(f"  {one}" for one in faults)
        )
    unread = [f"{letters(where)} ({head})" for where, head in enumerate(heads) if head and where not in at]
    skip = frozenset(row for one in top.get("skip", ()) for row in spanned(one) or ())
    return Layout(
        sheet=grid.name, heads=(first, last), first=top.get("first", last + 1), columns=tuple(sorted(columns, key=lambda one: one.at)), skip=skip,
        country=top.get("country"), date=str(top["date"]) if "date" in top else None, origin=top.get("origin"), blank_place="blank_place" in top,
        decimal=top.get("decimal"), day_first=top.get("day_first"), totals=top.get("totals", "check"),
        notes=(f"columns that are not read: {', '.join(unread)}",) if unread else (),
    )  # fmt: skip


def _plain(head: str) -> str:
    return " ".join(head.casefold().split())


def _found(head: str, heads: list[str]) -> int | str:
    """The column of a head, or why there is none."""
    whole = [at for at, one in enumerate(heads) if _plain(one) == _plain(head)]
    last = [at for at, one in enumerate(heads) if _plain(one.rsplit(" / ", 1)[-1]) == _plain(head)]
    for some in (whole, last):
        if len(some) == 1:
            return some[0]
        if some:
            return f"is the head of several columns; name them as {', '.join(f'column {letters(at)}' for at in some)}"
    match = re.fullmatch(r"column ([A-Za-z]{1,3})", head.strip())
    at = column_at(match[1]) if match else None
    if at is not None and at < len(heads):
        return at
    near = nearest(_plain(head), [_plain(one) for one in heads if one])
    return "there is no such column" + (
        f"; did you mean {next(one for one in heads if _plain(one) == near)!r}?" if near else ""
    )


def _made(at: int, head: str, said: dict[str, Any]) -> Column:
    if "is" in said:
        return Column(
            at=at, head=head, role=said["is"], level=said.get("level"), key=said.get("key"), whole=tuple(str(one) for one in said.get("whole", ())),
            words=said.get("words", {}),
        )  # fmt: skip
    measure = None if said["counts"] == "*" else said["counts"]
    money = measure in ("funding", "requirement")
    return Column(
        at=at, head=head, role="count", measure=measure, unit=said.get("unit", "USD" if money else "people"), sex=said.get("sex"),
        group=said.get("group", "money" if money else None if measure in ("stock", "flow") else "people"),
        age=people.age(said["age"]) if "age" in said else None, facet={key: str(value) for key, value in said.get("facet", {}).items()},
    )  # fmt: skip


def clashes(columns: list[Column]) -> Iterator[str]:
    """Where two columns of counts would say the same, or say what another column says; a sentence each, none when all is well."""
    counts = [column for column in columns if column.role == "count"]
    for told, times in Counter(column.counts for column in counts).items():
        if times > 1:
            same = [column.head for column in counts if column.counts == told]
            yield f"{', '.join(same)}: say the same; tell them apart by sex, age, group or facet"
    roles = {column.role for column in columns}
    for role in ("sex", "age", "group", "measure", "origin"):
        same = [column.head for column in columns if column.role == role]
        if len(same) > 1:
            yield f"{', '.join(same)}: are {'both' if len(same) == 2 else 'all'} the {role}; say which one is, and skip the others"
    by_rows: tuple[tuple[Literal["sex", "age", "group"], str], ...] = (
        ("sex", "sex"),
        ("age", "age"),
        ("group", "group"),
    )
    for name, what in by_rows:
        both = [column.head for column in counts if getattr(column, name) is not None]
        if name in roles and both and name != "group":
            yield f"{', '.join(both)}: the {what} is said by a column and by the count too; say it once"
    for column in counts:
        if column.measure is None and "measure" not in roles:
            yield f'{column.head}: counts = "*" needs a column that is = "measure"'
        if column.group is None and "group" not in roles:
            yield f"{column.head}: group = is missing (who is counted), and no column is the group"


def columns_of(column: Column, answer: str) -> Column:
    """A column as a person says it in a few words: "place 1", "date", "skip", "need", "stock idps-any female 0-17".

    Raises AskError for a word that is none of a role, measure, group, unit, sex, age, or key=value of a facet.
    """
    first, *rest = answer.split() or ["skip"]
    said: dict[str, Any] = {}
    faults: list[str] = []
    if first not in (*IS, *MEASURES, "*"):
        near = nearest(first, [*IS, *MEASURES])
        told = (
            "a group stands after its measure, as in stock idps"
            if first in GROUPS or near is None
            else f"did you mean {near}?"
        )
        raise AskError(
            f"{first!r} is neither what a column is (place, date ...) nor a measure (stock, need ...); {told}"
        )
    if first in IS:
        said["is"] = first
        if rest and first in ("place", "pcode"):
            said["level"] = int(rest[0]) if rest[0].isdigit() else rest[0]
        elif rest and first == "facet":
            said["key"] = rest[0]
    else:
        said["counts"] = first
        for word in rest:
            said |= _said(word, said, faults)
    faults += list(column_faults(column.head, said))
    if faults:
        raise AskError("; ".join(faults))
    return _made(column.at, column.head, said)


def _said(word: str, said: dict[str, Any], faults: list[str]) -> dict[str, Any]:
    """What one word beside a measure says."""
    if "=" in word:
        key, _, value = word.partition("=")
        return {"facet": {**said.get("facet", {}), key: value}}
    for key, words in (("group", GROUPS), ("unit", UNITS), ("sex", SEXES)):
        if word in words:
            return {key: word}
    if people.age(word) is not None:
        return {"age": word}
    near = nearest(word, [*GROUPS, *UNITS, *SEXES])
    stem = [group for group in GROUPS if group.startswith(word.split("-", maxsplit=1)[0][:5])]
    hint = f"did you mean {near}?" if near else f"there are {', '.join(stem or GROUPS)}"
    faults.append(f"{word!r} is no group, unit, sex or age; {hint}")
    return {}
