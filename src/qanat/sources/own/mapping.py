"""A mapping file (TOML) for tables without tags: read, checked whole, laid over a sheet."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, cast

from qanat.errors import AskError
from qanat.figures.words import COUNTERS, GROUPS, LICENCES, MEASURES, UNITS, nearest
from qanat.sources.own import people
from qanat.sources.own.days import spans
from qanat.sources.own.layout import ROLES, Paper
from qanat.sources.own.text import ENCODINGS

_TOP: Final[dict[str, type | tuple[type, ...]]] = {
    "sheet": str, "head": (int, list), "first": int, "skip": list, "country": str, "date": (str, date), "origin": str, "blank_place": str,
    "decimal": str, "day_first": bool, "encoding": str, "totals": str, "document": dict, "columns": dict,
}  # fmt: skip
_DOCUMENT: Final = ("title", "publisher", "counter", "licence", "published")
_COLUMN: Final[dict[str, type | tuple[type, ...]]] = {
    "is": str, "counts": str, "level": int, "key": str, "whole": list, "words": dict, "unit": str, "group": str, "sex": str, "age": str, "facet": dict,
}  # fmt: skip
IS: Final = tuple(role for role in ROLES if role != "count")
SEXES: Final[tuple[str, ...]] = ("female", "male", "other", "unknown", "all")
_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A mapping file, checked; `columns` by head as the file writes it."""

    name: str
    top: dict[str, Any]
    columns: dict[str, dict[str, Any]]
    paper: Paper = field(default_factory=Paper)

    @property
    def sheet(self) -> str | None:
        """The sheet it is for; null: the first."""
        return self.top.get("sheet")

    @property
    def encoding(self) -> str | None:
        """The encoding of a text file; null: told by the bytes."""
        return self.top.get("encoding")


def mapping(text: str, name: str) -> Mapping:
    """A mapping file's text. Raises AskError with every fault of it, each with the nearest word that is allowed."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as cause:
        raise AskError(f"{name} is no TOML: {cause}") from cause
    columns: dict[str, Any] = content.get("columns", {}) if isinstance(content.get("columns"), dict) else {}
    faults = [
        *_top(content),
        *_document(content.get("document")),
        *(f for head, said in columns.items() for f in column_faults(head, said)),
    ]
    if not columns:
        faults.append('[columns] says nothing: one line a column, as "State" = { is = "place", level = 1 }')
    if faults:
        raise AskError(
            f"{name}: {len(faults)} fault{'s' if len(faults) > 1 else ''}\n" + "\n".join(f"  {one}" for one in faults)
        )
    paper = dict(content.get("document", {}))
    if isinstance(paper.get("published"), str):
        paper["published"] = date.fromisoformat(paper["published"])
    return Mapping(
        name=name,
        top={key: value for key, value in content.items() if key not in ("document", "columns")},
        columns=columns,
        paper=Paper(**paper),
    )


def _typed(said: dict[str, Any], allowed: dict[str, type | tuple[type, ...]], where: str) -> Iterator[str]:
    for key, value in said.items():
        if key not in allowed:
            near = nearest(key, list(allowed))
            yield f"{where}{key}: is no key" + (
                f"; did you mean {near}?" if near else f"; there are {', '.join(allowed)}"
            )
        elif not isinstance(value, allowed[key]) or (isinstance(value, bool) and allowed[key] is not bool):
            wanted = allowed[key] if isinstance(allowed[key], tuple) else (allowed[key],)
            yield f"{where}{key} = {value!r}: must be {' or '.join(_KINDS[kind] for kind in cast('tuple[type, ...]', wanted))}"


_KINDS: Final = {
    str: "text",
    int: "a whole number",
    list: "a list in [ ]",
    dict: "a table in { }",
    bool: "true or false",
    date: "a day",
}


def _top(content: dict[str, Any]) -> Iterator[str]:
    yield from _typed(content, _TOP, "")
    yield from _one_of(content, "blank_place", ["country"], "")
    yield from _one_of(content, "decimal", [".", ","], "")
    yield from _one_of(content, "totals", ["check", "told"], "")
    yield from _one_of(content, "encoding", list(ENCODINGS), "")
    said = content.get("date")
    if said is not None and (fault := spans([str(said)], day_first=content.get("day_first"))[str(said)].fault):
        yield f"date = {str(said)!r}: {fault}"
    head = content.get("head")
    if isinstance(head, list) and not (
        len(cast("list[object]", head)) == 2
        and all(isinstance(one, int) for one in cast("list[object]", head))
        and head[0] <= head[1]
    ):
        yield f"head = {head!r}: one row number, or the first and the last in [ ]"
    if isinstance(content.get("skip"), list):
        yield from (
            f'skip: {one!r} is no row number and no span of them, as 12 or "12-20"'
            for one in content["skip"]
            if spanned(one) is None
        )


def _document(said: object) -> Iterator[str]:
    if not isinstance(said, dict):
        return
    paper = cast("dict[str, Any]", said)
    yield from _typed(paper, {name: (str, date) if name == "published" else str for name in _DOCUMENT}, "document.")
    yield from _one_of(paper, "counter", list(COUNTERS), "document.")
    yield from _one_of(paper, "licence", list(LICENCES), "document.")
    if isinstance(paper.get("published"), str):
        try:
            date.fromisoformat(paper["published"])
        except ValueError:
            yield f"document.published = {paper['published']!r}: must be a day, as 2024-06-30"


def column_faults(head: str, said: object) -> Iterator[str]:
    """What is wrong with what is said of a column, a sentence each; none when all is well."""
    where = f"columns.{head!r}: "
    if not isinstance(said, dict):
        yield f'{where}must be a table, as {{ is = "place", level = 1 }} or {{ counts = "need" }}'
        return
    told = cast("dict[str, Any]", said)
    yield from _typed(told, _COLUMN, where)
    if ("is" in told) == ("counts" in told):
        yield f"{where}says either is = (one of {', '.join(IS)}) or counts = (a measure)"
    yield from _one_of(told, "is", list(IS), where)
    yield from _one_of(told, "counts", [*MEASURES, "*"], where)
    yield from _one_of(told, "unit", list(UNITS), where)
    yield from _one_of(told, "group", list(GROUPS), where)
    yield from _one_of(told, "sex", list(SEXES), where)
    if isinstance(told.get("age"), str) and people.age(told["age"]) is None:
        yield f"{where}age = {told['age']!r}: no band of ages; write 0-17, 60+, children or all"
    if told.get("is") in ("place", "pcode") and told.get("level") not in (1, 2, 3, 4, 5):
        yield f"{where}level = 1 for the units below the country, 2 for those below them, and so on"
    if told.get("is") == "facet" and not _KEY.fullmatch(str(told.get("key", ""))):
        yield f'{where}key = is missing: one word in small letters, as key = "sector"'
    cuts = cast("dict[str, object]", told.get("facet") if isinstance(told.get("facet"), dict) else {})
    yield from (f"{where}facet {key!r}: one word in small letters" for key in cuts if not _KEY.fullmatch(key))
    yield from _words(told, where)


def _words(told: dict[str, Any], where: str) -> Iterator[str]:
    """Faults of `words`: what the file's words stand for must be words of the code list of their column."""
    said = told.get("words")
    if not isinstance(said, dict):
        return
    lists: dict[str, list[str]] = {"group": list(GROUPS), "measure": list(MEASURES), "sex": list(SEXES)}
    for word, meant in cast("dict[str, object]", said).items():
        allowed = lists.get(str(told.get("is")))
        if not isinstance(meant, str):
            yield f"{where}words.{word} must be text"
        elif allowed is not None and meant not in allowed:
            near = nearest(meant, allowed)
            yield f"{where}words.{word} = {meant!r}: " + (
                f"did you mean {near}?" if near else f"there are {', '.join(allowed)}"
            )
        elif told.get("is") == "age" and people.age(meant) is None:
            yield f"{where}words.{word} = {meant!r}: no band of ages; write 0-17, 60+, all or unknown"


def _one_of(said: dict[str, Any], key: str, allowed: list[str], where: str) -> Iterator[str]:
    found = said.get(key)
    if isinstance(found, str) and found not in allowed:
        near = nearest(found, allowed)
        yield f"{where}{key} = {found!r}: " + (f"did you mean {near!r}?" if near else f"there are {', '.join(allowed)}")


def spanned(said: object) -> range | None:
    """The row numbers of 12 or "12-20", both ends included; null for anything else."""
    if isinstance(said, int) and not isinstance(said, bool):
        return range(said, said + 1)
    match = re.fullmatch(r"(\d+)\s*-\s*(\d+)", said) if isinstance(said, str) else None
    return range(int(match[1]), int(match[2]) + 1) if match and int(match[1]) <= int(match[2]) else None
