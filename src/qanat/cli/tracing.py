"""The commands that lead to what was published: figures, trace."""

from __future__ import annotations

from datetime import date
from json import loads
from typing import Any, Final, cast

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, app, known_by, store_of

_MOST: Final = 600  # characters of a record that are shown


@app.command
def figures(
    source: str,
    /,
    *,
    country: str | None = None,
    year: int | None = None,
    about: str | None = None,
    most: int = 50,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show the figures of one source as published, whatever they count: money, events, detections, people by phase.

    Parameters
    ----------
    source
        A source's id (fts.plans) or the end of it, or a file of your own (own.NAME, as `qanat import` names it).
    country
        Only figures about this country, as place or origin, and about its units.
    year
        Only figures whose days touch this year.
    about
        Only figures with this text in their measure, group or cuts, as "phase=5" or "drowning".
    most
        How many at most, the newest first.
    """
    from qanat.jobs.published import PublishedRequest, published

    asked = PublishedRequest(source=source, country=country, year=year, about=about, most=most, as_of=known_by(as_of))
    found = published(asked, store_of(home))
    if json:
        output.document(found)
        return
    output.line(f"{found['source']}: {len(found['rows'])} of {found['of']:,} figures")
    rows = [
        [
            r["cite"], _from_to(r["first"], r["last"]), _where(r),
            f"{r['measure']}, {r['group']}", "; ".join(filter(None, (*_who(r), r["facet"]))), output.amount(r["value"], r["low"], r["high"]), r["unit"],
            "" if r["status"] in ("counted", "not_counted") else r["status"],
        ]
        for r in found["rows"]
    ]  # fmt: skip
    output.table(["figure", "days", "where", "what", "cuts", "value", "unit", "status"], rows, frozenset({5}))


@app.command
def trace(figure: str, /, *, as_of: AsOf = None, home: Home = None, json: Json = False) -> None:
    """Show how a figure came to be: its run, the figures it was made from, the documents and their digests.

    Parameters
    ----------
    figure
        RUN:ROW, as in figures.csv and brief.json.
    """
    from qanat.jobs.tracing import trace as traced

    found = traced(figure, store_of(home), known_by(as_of))
    if json:
        output.document(found)
        return
    for line in _traced(found, 0):
        output.line(line)


def told(figure: dict[str, Any]) -> str:
    """Who, where, when and how many, with every cut a figure has: half of it would be another figure."""
    from qanat.figures.periods import dated

    where = " from ".join(part for part in (figure["place"], figure["origin"]) if part)
    parts = (
        "" if figure["measure"] in ("stock", "flow") else figure["measure"], figure["group"], where, figure["via"] and f"via {figure['via']}",
        *_who(figure), figure["facet"] and f"[{figure['facet']}]", dated(figure["start"], figure["end"]),
    )  # fmt: skip
    unit = "" if figure["unit"] == "people" else f" {figure['unit']}"
    return f"{' '.join(filter(None, parts))}: {output.amount(figure['value'], figure['low'], figure['high'])}{unit}"


def _who(figure: dict[str, Any]) -> tuple[str, ...]:
    """Sex and age of a figure that is not of everyone; blank where it is."""
    from qanat.figures.ages import label

    age = label(figure["age_from"], figure["age_to"]) or ("unknown age" if figure["age_from"] is None else "")
    return "" if figure["sex"] == "all" else figure["sex"], age


def _traced(found: dict[str, Any], depth: int) -> list[str]:
    figure, pad = found["figure"], "  " * depth
    lines = [f"{pad}{found['cite']}  {told(figure)} ({figure['counter']}, {figure['method']})"]
    if not found["inputs"]:
        lines += [f"{pad}  {figure['source']}, at {figure['locator']}"]
        lines += [
            f"{pad}  {d['publisher']}: {d['title']}, {d['published']}; {d['licence']}; sha256 {d['sha256']}{'' if d['held'] else ' (bytes not held here: fetch them and compare the digest)'}"
            for d in found["documents"]
        ]
        cell = (figure["locator"] or "").partition("#")[2]
        lines += [f"{pad}  as published: {_cell(words, cell)}" for d in found["documents"] for words in d["passages"]]
        lines += [f"{pad}  correction {words}" for words in _corrected(found)]
        if d_note := next((d["note"] for d in found["documents"] if d["note"]), None):
            lines.append(f"{pad}  note: {d_note}")
        return lines
    lines.append(
        f"{pad}  made by run {found['run']['id']} of {found['run']['made']} from {found['of']} figure{'' if found['of'] == 1 else 's'}:"
    )
    lines += [line for one in found["inputs"] for line in _traced(one, depth + 2)]
    if found["of"] > len(found["inputs"]):
        lines.append(f"{pad}    ... and {found['of'] - len(found['inputs'])} more")
    return lines


def _corrected(found: dict[str, Any]) -> list[str]:
    """What the run says of the correction that made the figure; nothing for one as published."""
    kind, _, name = found["figure"]["method"].rpartition("@")[0].partition(".")
    made: list[str] = loads(found["run"]["options"]).get("corrections", []) if kind == "corrected" else []
    return [words for words in made if words.startswith(f"{name}:")]


def _cell(words: str, cell: str) -> str:
    """A record as published, first the cell that was read where the locator names it, then as much of the record as fits."""
    found = cast("object", loads(words))
    record = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    own = {name: value for name, value in record.items() if cell and (name == cell or name.startswith(f"{cell}@"))}
    told = ", ".join(f"{name} = {value}"[:_MOST] for name, value in own.items())
    return f"{told} of {words[:_MOST]}" if told else words[:_MOST]


def _where(row: dict[str, Any]) -> str:
    """The place by its code and, of a unit of a country, its name; and whence."""
    unit = len(row["place"]) > 3 and row["name"] != row["place"]
    return " from ".join(
        part for part in (f"{row['name']} ({row['place']})" if unit else row["place"], row["origin"]) if part
    )


def _from_to(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"
