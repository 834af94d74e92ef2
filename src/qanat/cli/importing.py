"""The command that imports a person's own file: import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import Home, Json, app, day_of, store_of

_WAYS = {
    "pcode": "by p-code", "name": "by name", "variant": "by a safe difference of spelling", "remembered": "as accepted earlier",
    "country": "the country itself", "kept": "kept at the country with their name beside", "below": "by the p-code of a deeper level than the list has",
}  # fmt: skip


@app.command(name="import")
def import_(
    file: Path,
    /,
    *,
    mapping: Path | None = None,
    draft: Path | None = None,
    sheet: str | None = None,
    country: str | None = None,
    date: str | None = None,
    counter: str | None = None,
    licence: str | None = None,
    publisher: str | None = None,
    title: str | None = None,
    published: str | None = None,
    unmatched: Literal["stop", "keep", "reject"] = "stop",
    hidden: Annotated[bool, Parameter(negative="")] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Bring a file of your own figures into the store: CSV, XLSX, ODS or Parquet, with HXL tags or a mapping file.

    A list of persons is refused. What is missing is asked for, one question at a time, where you sit at a terminal.

    Parameters
    ----------
    file
        The table.
    mapping
        A file that says what each column is (docs/recipes/import.md); not needed for a table with HXL tags.
    draft
        Write such a file from what the heads seem to say, for you to review; nothing is imported.
    sheet
        The sheet to read; the first with tags, or the first visible one, where none is given.
    country
        The country all rows are in, where no column and no p-code says it.
    date
        The day or period all rows speak of: 2024-06-30, 2024, "Q3 2021", "2022-10-01 to 2022-12-31".
    counter
        Who counted, a word of the code list (`own` where none is given).
    licence
        On what terms it may travel; `private` where none is given: used here, not passed on.
    publisher
        Whose document it is.
    title
        Its title; the file's name where none is given.
    published
        The day it was published, as 2024-06-30; today where none is given.
    unmatched
        What to do with places that the list does not have: stop and ask (matches.toml in the store), keep them at the
        country with their name beside, or reject them (set aside).
    hidden
        Read hidden sheets too.
    """
    from datetime import UTC, datetime

    from qanat.cli.guiding import asked, person
    from qanat.jobs.guided import draft as written
    from qanat.jobs.importing import imported
    from qanat.jobs.looking import ImportRequest, looked

    request = ImportRequest(
        file=file, mapping=mapping, sheet=sheet, country=country, date=date, counter=counter, licence=licence, publisher=publisher, title=title,
        published=day_of(published), unmatched=unmatched, hidden=hidden,
    )  # fmt: skip
    say = output.progress()
    say(f"looking at {file.name}")
    look = looked(request)
    if draft is not None:
        made = written(look, draft)
        if json:
            output.document({"schema": "qanat.drafted/1", "file": str(made), "columns": look.seen})
            return
        output.line(f"{made}: review it, then: qanat import {file} --mapping {made}")
        return
    if (look.missing or look.doubts) and sys.stdin.isatty() and not json:
        look = asked(look, person, Path())
    say("opening the store")
    store = store_of(home)
    say("reading the rows")
    found = imported(look, store, datetime.now(UTC))
    if json:
        output.document(found)
        return
    for told in _told(found):
        output.line(told)


def _totals(found: dict[str, Any]) -> str:
    many = len(found["totals"])
    checked = f"{many:,} number{'' if many == 1 else 's'} checked" if many else "not checked"
    return f" (totals, never added: {checked})" if found["superseded"] else ""


def _told(found: dict[str, Any]) -> list[str]:
    """A run as a person reads it: the account of its rows, how places were found, the terms, what was assumed."""
    sheet = f", sheet {found['sheet']}" if found["sheet"] else ""
    lines = [
        f"{found['run']}{' (known already)' if found['known'] else ''}",
        f"  {found['file']}{sheet}: {found['rows']:,} row{'' if found['rows'] == 1 else 's'} = {found['accepted']:,} accepted + {found['rejected']:,} set aside + {found['superseded']:,} superseded"
        f"{_totals(found)}; {found['figures']:,} figures, {found['empty']:,} of them not counted",
        f"  rows placed: {', '.join(f'{count:,} {_WAYS[way]}' for way, count in found['places'].items())}",
    ]
    lines += [
        f"  taken for: {one['text']}{' in ' + one['parent'] if one['parent'] else ''} = {one['name']} ({one['code']}), {_WAYS[one['how']]}"
        for one in found["assumed"][:12]
    ]
    lines += [f"  ... and {len(found['assumed']) - 12} more (--json lists them)"] if len(found["assumed"]) > 12 else []
    lines += [
        f"  replaces {run}, an earlier reading of the same cells: it stays citable and answers no more questions"
        for run in found["replaces"]
    ]
    lines.append(
        f"  licence {found['licence']}: {found['terms']}"
        + ("" if found["may_redistribute"] or found["licence"] != "private" else " (--licence says otherwise)")
    )
    lines += [f"  note: {note}" for note in found["notes"]]
    lines += [f"  `qanat aside {found['run']}` shows what was set aside and why"] if found["rejected"] else []
    name = found["source"].split("@", maxsplit=1)[0]
    return [
        *lines,
        f"  `qanat figures {name}` shows them; `qanat trace {found['run']}:0` leads from a figure to its cell",
    ]
