"""The commands that ask: show, figures, trace."""

from __future__ import annotations

from datetime import date
from json import loads
from typing import Any, Final, cast

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, app, known_by, order, store_of

_MOST: Final = 600  # characters of a record that are shown


@app.command
def show(
    country: str,
    group: str | None = None,
    /,
    *,
    year: int | None = None,
    as_of: AsOf = None,
    by: str | None = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show a country's figures: inside it, from it elsewhere, from elsewhere in it.

    Parameters
    ----------
    country
        A name in any UN language or an ISO code.
    group
        idps, refugees, asylum-seekers, abroad, migrants, people ...; the main groups of the newest year where none is given.
    year
        One year; all years where none is given.
    by
        sex or sex,age: who is counted, what share is of unknown sex and age, and an estimate for those, marked.
    """
    from datetime import UTC, datetime

    from qanat.jobs.show import ShowRequest
    from qanat.jobs.show import show as shown

    request = ShowRequest(
        country=country,
        group=group,
        year=year,
        as_of=known_by(as_of),
        order=order(),
        by=tuple(part.strip() for part in by.split(",")) if by else (),
    )
    found = shown(request, store_of(home), datetime.now(UTC).date())
    if json:
        output.document(found)
        return
    output.line(f"{found['place']['name']} ({found['place']['code']})")
    rows = [
        [
            str(r["year"]),
            r["group"],
            r["view"],
            r["counter"],
            *_division(r, by),
            output.amount(r["value"], r["low"], r["high"]),
            r["source"],
            _cites(r),
        ]
        for r in found["rows"]
    ]
    division = ["sex", "age"] if by else []
    head = ["year", "group", "view", "counter", *division, r"people", "source", "figures"]
    output.table(head, rows, frozenset({4 + len(division)}))
    for one in found.get("divided", []):
        _estimate(one, by)


def _estimate(one: dict[str, Any], by: str | None) -> None:
    """A view's division: what is unknown, from whom it is taken, the cells with their intervals."""
    known = f"sex not known of {one['sex_unknown']:.1%}, age of {one['age_unknown']:.1%}"
    output.line(f"{one['group']} {one['view']}, {one['counter']} {one['total']:,.0f}: {known}")
    for fault in one["faults"]:
        output.line(f"  {fault['code']}, {fault['records']} records, {fault['people']:,.0f} people: {fault['example']}; {fault['remedy']}")  # fmt: skip
    if one["status"] == "counted":
        return
    for donor in one["from"]:
        output.line(f"  estimated from {donor['what']}: {donor['people']:,.0f} people")
    rows = [[*_division(row, by), output.amount(row["value"], row["low"], row["high"]), row["status"], row["cite"]] for row in one["rows"]]  # fmt: skip
    output.table(["sex", "age", "people, 80 %", "", "figure"], rows, frozenset({2}))


def _division(row: dict[str, Any], by: str | None) -> list[str]:
    from qanat.figures.ages import label

    if not by:
        return []
    age = label(row["age_from"], row["age_to"]) or ("unknown" if row["age_from"] is None else "all")
    return [row["sex"], age]


def _cites(row: dict[str, Any]) -> str:
    return row["cites"][0] if row["figures"] == 1 else f"{row['figures']} figures, {row['cites'][0]} ..."


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
        A source's id (fts.plans) or the end of it.
    country
        Only figures about this country, as place or origin.
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
            r["cite"], _from_to(r["first"], r["last"]), " from ".join(p for p in (r["place"], r["origin"]) if p),
            f"{r['measure']}, {r['group']}", "".join(_cuts(r)), output.amount(r["value"], r["low"], r["high"]), r["unit"],
            "" if r["status"] == "counted" else r["status"],
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
    for told in _traced(found, 0):
        output.line(told)


def _traced(found: dict[str, Any], depth: int) -> list[str]:
    figure, pad = found["figure"], "  " * depth
    ends = " from ".join(part for part in (figure["place"], figure["origin"]) if part)
    value = output.amount(figure["value"], figure["low"], figure["high"])
    told = [
        f"{pad}{found['cite']}  {figure['measure']}, {figure['group']} {ends} {_days(figure)}: {value} {figure['unit']} ({figure['counter']}, {figure['method']})",
        *(f"{pad}  {cuts}" for cuts in _cuts(figure)),
    ]
    if not found["inputs"]:
        told += [f"{pad}  {figure['source']}, at {figure['locator']}"]
        told += [
            f"{pad}  {d['publisher']}: {d['title']}, {d['published']}; {d['licence']}; sha256 {d['sha256']}{'' if d['held'] else ' (bytes not held here: fetch them and compare the digest)'}"
            for d in found["documents"]
        ]
        cell = (figure["locator"] or "").partition("#")[2]
        told += [f"{pad}  as published: {_cell(words, cell)}" for d in found["documents"] for words in d["passages"]]
        if d_note := next((d["note"] for d in found["documents"] if d["note"]), None):
            told.append(f"{pad}  note: {d_note}")
        return told
    told.append(
        f"{pad}  made by run {found['run']['id']} of {found['run']['made']} from {found['of']} figure{'' if found['of'] == 1 else 's'}:"
    )
    told += [line for one in found["inputs"] for line in _traced(one, depth + 2)]
    if found["of"] > len(found["inputs"]):
        told.append(f"{pad}    ... and {found['of'] - len(found['inputs'])} more")
    return told


def _days(figure: dict[str, Any]) -> str:
    """The day or the days a figure speaks of, first and last both counted."""
    from qanat.figures.periods import said

    span = said(figure["start"], figure["end"])
    return _from_to(span.first, span.last)


def _from_to(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _cuts(figure: dict[str, Any]) -> list[str]:
    """Sex, age and finer cuts of a figure that is not of everyone, as one line; none where it is."""
    from qanat.figures.ages import label

    age = label(figure["age_from"], figure["age_to"]) or ("age unknown" if figure["age_from"] is None else None)
    cuts = [figure["sex"] if figure["sex"] != "all" else None, age, figure["facet"]]
    told = "; ".join(cut for cut in cuts if cut)
    return [told] if told else []


def _cell(words: str, cell: str) -> str:
    """A record as published, first the cell that was read where the locator names it, then as much of the record as fits."""
    found = cast("object", loads(words))
    record = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    own = {name: value for name, value in record.items() if cell and (name == cell or name.startswith(f"{cell}@"))}
    told = ", ".join(f"{name} = {value}"[:_MOST] for name, value in own.items())
    return f"{told} of {words[:_MOST]}" if told else words[:_MOST]
