"""Job: look at a person's file before anything of it is kept: its sheet, its columns, what must still be said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date as Day  # noqa: N812  a field is called date
from pathlib import Path
from typing import Final, Literal

from qanat.edition.places import places
from qanat.errors import AskError, SourceError
from qanat.figures.words import COUNTERS, LICENCES, nearest
from qanat.sources.own import hxl
from qanat.sources.own.days import spans
from qanat.sources.own.doubts import Doubt, doubts
from qanat.sources.own.drafting import drafted, short
from qanat.sources.own.grid import MOST_BYTES, Grid, letters
from qanat.sources.own.guard import no_persons, no_persons_beside
from qanat.sources.own.laying import clashes, laid
from qanat.sources.own.layout import Column, Layout, Paper, lacking
from qanat.sources.own.mapping import Mapping, mapping
from qanat.sources.own.numbers import Mark
from qanat.sources.own.placing import Unmatched
from qanat.sources.own.sheets import chosen, grids

__all__ = ["Column", "Doubt", "ImportRequest", "Look", "looked", "missing_told"]

By = Literal["tags", "mapping", "answers", "draft"]
_OPTIONS: Final = {
    "date": "--date DAY (2024-06-30, 2024, \"Q3 2021\", \"2022-10-01 to 2022-12-31\"): no column says when",
    "country": "--country NAME: place names alone do not say in which country",
    "place": "--country NAME: no column says where",
    "count": "a column of counts: none was recognised",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """Which file, how to read it (mapping, sheet, hidden sheets too), and what holds for all of it.

    unmatched  what to do with places that are not in the list: stop, keep (at the country), reject (set aside)
    """

    file: Path
    mapping: Path | None = None
    sheet: str | None = None
    country: str | None = None
    date: str | None = None
    counter: str | None = None
    licence: str | None = None
    publisher: str | None = None
    title: str | None = None
    published: Day | None = None
    unmatched: Unmatched = "stop"
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A file as it would be read.

    by       what told the columns: HXL tags, a mapping file, a person's answers, or a draft nobody has reviewed
    missing  what must still be said: "mapping" (the draft's columns), "count", "place", "country", "date"
    """

    name: str
    data: bytes
    grid: Grid
    layout: Layout
    paper: Paper
    by: By
    unmatched: Unmatched = "stop"

    @property
    def missing(self) -> tuple[str, ...]:
        """What must still be said before it can be read."""
        return (*(("mapping",) if self.by == "draft" else ()), *lacking(self.layout))

    @property
    def seen(self) -> list[str]:
        """Each column as it is understood, a line each."""
        return [
            f"{letters(column.at):>3}  {column.head}: {'not recognised' if column.role == 'skip' else short(column)}"
            for column in self.layout.columns
        ]

    @property
    def refusal(self) -> str:
        """What is lacking and how to give it."""
        lines = [f"{self.name} cannot be imported yet. Nothing was kept."]
        if self.by == "draft":
            lines += [
                "It has no HXL tags, and no mapping file was given. Its heads seem to say:",
                *(f"  {line}" for line in self.seen),
            ]
            lines.append(
                f"Write that down, review it, and use it: qanat import {self.name!r} --draft mapping.toml, then --mapping mapping.toml"
            )
        return "\n".join([*lines, *(missing_told(word) for word in self.missing if word in _OPTIONS)])

    @property
    def doubts(self) -> dict[Doubt, str]:
        """What only a person can say of how numbers and days are written, with a spelling of each."""
        return doubts(self.grid, self.layout)

    def written(self, doubt: Doubt, said: str) -> Look:
        """The same with a doubt settled: the decimal mark, "day" or "month". Raises AskError for an answer that is none."""
        marks: dict[str, Mark] = {".": ".", ",": ","}
        if doubt == "decimal" and said in marks:
            return replace(self, layout=replace(self.layout, decimal=marks[said]))
        if doubt == "day_first" and said.casefold() in ("day", "month"):
            return replace(self, layout=replace(self.layout, day_first=said.casefold() == "day"))
        raise AskError("say . or ," if doubt == "decimal" else "say day or month")

    def answered(
        self, *, country: str | None = None, day: str | None = None, columns: tuple[Column, ...] | None = None
    ) -> Look:
        """The same with a person's answers; `columns` makes the draft theirs. Raises AskError for answers that are none."""
        faults = [*_no_date(day), *_no_country(country), *(clashes(list(columns)) if columns else ())]
        if faults:
            raise AskError("; ".join(faults))
        layout = self.layout.given(country=country, day=day)
        if columns is None:
            return replace(self, layout=layout)
        return replace(self, layout=replace(layout, columns=columns), by="answers")


def looked(request: ImportRequest) -> Look:
    """The file as it would be read, by its tags, by the mapping file, or as a draft.

    A list of persons is refused before anything else, in whichever sheet it stands. Raises SourceError for bytes that
    are no table or beyond bounds, AskError for a mapping file that does not fit and for options that are none.
    """
    _options(request)
    name, data = request.file.name, _bytes(request.file)
    said = _mapping(request.mapping)
    found = grids(data, name, said.encoding if said else None)
    no_persons_beside(data, name)
    for grid in found:
        no_persons(grid, name)
    wanted = request.sheet or (said.sheet if said else None)
    sheets = chosen(found, name, wanted=wanted, hidden=request.hidden)
    grid, layout, by = _planned(sheets, said, name)
    paper = _paper(said, request)
    left = [sheet.name or "" for sheet in sheets if sheet is not grid]
    if left:
        grid = replace(
            grid, notes=(*grid.notes, f"sheets that were not read: {', '.join(left)} (--sheet names another)")
        )
    return Look(
        name=name,
        data=data,
        grid=grid,
        layout=layout.given(country=request.country, day=request.date),
        paper=paper,
        by=by,
        unmatched=request.unmatched,
    )


def missing_told(word: str) -> str:
    """What to give where a word of `Look.missing` is lacking."""
    return f"Give {_OPTIONS[word]}"


def _options(request: ImportRequest) -> None:
    faults: list[str] = []
    for option, word, words in (("--counter", request.counter, COUNTERS), ("--licence", request.licence, LICENCES)):
        if word is not None and word not in words:
            near = nearest(word.lower(), [code.lower() for code in words])
            faults.append(
                f"{option} {word!r}: "
                + (
                    f"did you mean {next(c for c in words if c.lower() == near)}?"
                    if near
                    else f"there are {', '.join(words)}"
                )
            )
    faults += [f"--date {one}" for one in _no_date(request.date)]
    faults += [f"--country: {one}" for one in _no_country(request.country)]
    if faults:
        raise AskError("; ".join(faults))


def _no_date(text: str | None) -> Iterator[str]:
    if text is None:
        return
    found = spans([text])[text]
    if found.start is None:
        yield f"{text!r} {found.fault or 'is no date'}"


def _no_country(text: str | None) -> Iterator[str]:
    if text is None:
        return
    try:
        places().country(text)
    except AskError as cause:
        yield str(cause)


def _bytes(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > MOST_BYTES:
            raise SourceError(
                f"{file.name} has {size:,} bytes; at most {MOST_BYTES:,} are read. Split it or save it as Parquet"
            )
        return file.read_bytes()
    except OSError as cause:
        raise AskError(f"{file} cannot be read ({cause.strerror}); name a CSV, XLSX, ODS or Parquet file") from cause


def _mapping(file: Path | None) -> Mapping | None:
    if file is None:
        return None
    try:
        return mapping(file.read_text(encoding="utf-8"), file.name)
    except (OSError, UnicodeDecodeError) as cause:
        raise AskError(f"{file} cannot be read ({cause}); name a mapping file in UTF-8") from cause


def _planned(sheets: list[Grid], said: Mapping | None, name: str) -> tuple[Grid, Layout, By]:
    """The sheet that is read and its plan: by mapping, else the first with tags, else a draft of the first with records."""
    if said is not None:
        return sheets[0], laid(said, sheets[0]), "mapping"
    for grid in sheets:
        row = hxl.tag_row(grid)
        if row is not None:
            return grid, hxl.tagged(grid, row), "tags"
    for grid in sheets:
        layout = drafted(grid)
        if layout is not None:
            return grid, layout, "draft"
    raise SourceError(
        f"{name}: no row of HXL tags in the first 25 rows, and no heads with numbers below them; is it a table of counts? A list of who does what where (3W) counts nobody"
    )


def _paper(said: Mapping | None, request: ImportRequest) -> Paper:
    base = said.paper if said else Paper()
    return Paper(
        title=request.title or base.title, publisher=request.publisher or base.publisher, counter=request.counter or base.counter,
        licence=request.licence or base.licence, published=request.published or base.published,
    )  # fmt: skip
