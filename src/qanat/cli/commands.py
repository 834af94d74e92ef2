"""The commands, each a thin door to a job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from qanat import __version__
from qanat.cli import output

app = App(
    name="qanat", version=__version__, version_flags=["--version"],
    help="One shared, traceable picture of people on the move: what agencies publish, side by side, each number with its source.",
)  # fmt: skip
edition_app = App(
    name="edition", help="The embedded edition: figures, places and boundaries a fresh machine starts from."
)
app.command(edition_app)

Home = Annotated[
    Path | None,
    Parameter(name="--home", help="The store's folder (else QANAT_HOME, qanat.toml, the user's data folder)."),
]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON document.")]
AsOf = Annotated[str | None, Parameter(name="--as-of", help="Answer with what was known on this day, as 2025-12-31.")]


def _day(text: str | None) -> Any:
    from qanat.figures.periods import day

    return None if text is None else day(text)


def _store(home: Path | None) -> Any:
    from qanat.jobs.opening import open_store

    return open_store(home, output.progress())


@app.command
def brief(
    country: str,
    *,
    out: Path | None = None,
    lang: str = "en",
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Write a situation brief: brief.html, brief.pdf, brief.json and figures.csv.

    Parameters
    ----------
    country
        A name in any UN language or an ISO code: Sudan, sdn, السودان.
    out
        The folder to write to; out/CODE where none is given.
    lang
        The brief's language.
    """
    from datetime import UTC, datetime

    from qanat.jobs.brief import BriefRequest, write
    from qanat.jobs.brief import brief as told

    say = output.progress()
    say("opening the store")
    store = _store(home)
    say("putting the picture together")
    made = told(BriefRequest(country=country, language=lang, as_of=_day(as_of)), store, datetime.now(UTC))
    files = write(made, out or Path("out") / made.brief.country, say)
    if json:
        output.document(
            {
                "schema": "qanat.written/1",
                "country": made.brief.country,
                "headline": made.brief.headline.text,
                "run": made.brief.run,
                "files": [str(file) for file in files],
            }
        )
        return
    output.line(made.brief.headline.text)
    for file in files:
        output.line(str(file))


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
        sex or sex,age.
    """
    from qanat.jobs.show import ShowRequest
    from qanat.jobs.show import show as shown

    request = ShowRequest(
        country=country,
        group=group,
        year=year,
        as_of=_day(as_of),
        by=tuple(part.strip() for part in by.split(",")) if by else (),
    )
    found = shown(request, _store(home))
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


def _division(row: dict[str, Any], by: str | None) -> list[str]:
    from qanat.figures.ages import label

    if not by:
        return []
    age = label(row["age_from"], row["age_to"]) or ("unknown" if row["age_from"] is None else "all")
    return [row["sex"], age]


def _cites(row: dict[str, Any]) -> str:
    return row["cites"][0] if row["figures"] == 1 else f"{row['figures']} figures, {row['cites'][0]} ..."


@app.command
def compare(
    country: str,
    group: str = "idps",
    /,
    *,
    year: int | None = None,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show what every agency says of a group inside a country, side by side; more than 25 % apart is flagged.

    Parameters
    ----------
    country
        A name in any UN language or an ISO code.
    group
        The group to compare.
    year
        One year; all years where none is given.
    """
    from qanat.jobs.show import ShowRequest
    from qanat.jobs.show import compare as compared

    found = compared(ShowRequest(country=country, group=group, year=year, as_of=_day(as_of)), _store(home))
    if json:
        output.document(found)
        return
    output.line(f"{found['place']['name']} ({found['place']['code']}): {found['group']}")
    rows: list[list[str]] = []
    for one in found["years"]:
        apart = "" if one["spread"] is None else f"{one['spread']:.1%}"
        mark = "DIFFERS" if one["differs"] else "same count" if one["copied"] else ""
        said = "; ".join(f"{s['counter']} {output.amount(s['value'])}" for s in one["figures"])
        rows.append([str(one["year"]), said, apart if len(one["figures"]) > 1 else "", mark])
    output.table(["year", "said by (shown first)", "apart", ""], rows, frozenset({2}))


@app.command
def trace(figure: str, *, home: Home = None, json: Json = False) -> None:
    """Show how a figure came to be: its run, the figures it was made from, the documents and their digests.

    Parameters
    ----------
    figure
        RUN:ROW, as in figures.csv and brief.json.
    """
    from qanat.jobs.tracing import trace as traced

    found = traced(figure, _store(home))
    if json:
        output.document(found)
        return
    for told in _traced(found, 0):
        output.line(told)


def _traced(found: dict[str, Any], depth: int) -> list[str]:
    figure, pad = found["figure"], "  " * depth
    ends = " from ".join(part for part in (figure["place"], figure["origin"]) if part)
    told = [
        f"{pad}{found['cite']}  {figure['group']} {ends} {figure['end']}: {output.amount(figure['value'], figure['low'], figure['high'])} ({figure['counter']}, {figure['method']})"
    ]
    if not found["inputs"]:
        told += [f"{pad}  {figure['source']}, at {figure['locator']}"]
        told += [
            f"{pad}  {d['publisher']}: {d['title']}, {d['published']}; {d['licence']}; sha256 {d['sha256']}{'' if d['held'] else ' (bytes not held here: fetch them and compare the digest)'}"
            for d in found["documents"]
        ]
        if d_note := next((d["note"] for d in found["documents"] if d["note"]), None):
            told.append(f"{pad}  note: {d_note}")
        return told
    told.append(f"{pad}  made by run {found['run']['id']} of {found['run']['made']} from {found['of']} figures:")
    told += [line for one in found["inputs"] for line in _traced(one, depth + 2)]
    if found["of"] > len(found["inputs"]):
        told.append(f"{pad}    ... and {found['of'] - len(found['inputs'])} more")
    return told


@app.command
def status(*, home: Home = None, json: Json = False) -> None:
    """Show what the store holds and how fresh each source is."""
    from datetime import UTC, datetime

    from qanat.jobs.status import status as found_status

    found = found_status(_store(home), datetime.now(UTC).date())
    if json:
        output.document(found)
        return
    rows = [
        [s["source"], s["publisher"], s["published"], f"{s['age_days']} days", s["state"], s["licence"]]
        for s in found["sources"]
    ]
    output.table(["source", "publisher", "published", "age", "state", "licence"], rows, frozenset({3}))


@app.command
def pull(
    source: str | None = None,
    /,
    *,
    country: str | None = None,
    years: str | None = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Fetch a source's figures from its service into the store; what is stored stays as it was where that fails.

    Parameters
    ----------
    source
        population, solutions, asylum-applications, asylum-decisions, unrwa, idmc or demographics; all of them where none is given.
    country
        Only figures about this country (as origin and as asylum).
    years
        One year or a span: 2024 or 2020-2025; the two newest where none is given.
    """
    from datetime import UTC, datetime

    from qanat.jobs.pull import PullRequest
    from qanat.jobs.pull import pull as pulled
    from qanat.sources.fetch import Live

    request = PullRequest(source=source, country=country, years=years)
    found = pulled(request, _store(home), Live(), datetime.now(UTC), output.progress())
    if json:
        output.document(found)
        return
    for one in found["runs"]:
        output.line(
            f"{one['run']}: {one['rows']:,} records, {one['figures']:,} figures, {one['empty']:,} empty cells{' (known already)' if one['known'] else ''}"
        )


@app.command
def config(*, home: Home = None, json: Json = False) -> None:
    """Show where the store is and what decided it."""
    from qanat.jobs.opening import located

    where = located(home)
    found = {
        "schema": "qanat.config/1",
        "home": str(where.folder),
        "decided_by": where.decided,
        "file": str(where.file) if where.file else None,
    }
    if json:
        output.document(found)
        return
    output.line(f"store: {where.folder}  (by {where.decided}{f', {where.file}' if where.file else ''})")


@edition_app.command(name="show")
def edition_show(*, json: Json = False) -> None:
    """List the documents of the embedded edition with their citations, licences and digests."""
    from qanat.jobs.edition import contents

    found = contents()
    if json:
        output.document(found)
        return
    for one in found["documents"]:
        output.line(
            f"{one['id']}: {one['citation']}. {one['licence']}. {one['figures']:,} figures. sha256 {one['sha256']}"
        )


@edition_app.command(name="build")
def edition_build(
    *,
    tables: Path,
    out: Path | None = None,
    atlas: Path | None = None,
    taxonomy: Path | None = None,
    json: Json = False,
) -> None:
    """Make the edition anew from the published tables.

    Parameters
    ----------
    tables
        The folder with the published tables (unhcr, population, stocks, subnational/_global, geo).
    out
        Where to write; the package's own data folder where none is given.
    atlas
        The unpacked npm package world-atlas; boundaries are left as they are where none is given.
    taxonomy
        OCHA's countries and territories taxonomy (CSV); places are left as they are where none is given.
    """
    from qanat.jobs.edition import make

    found = make(tables, out, atlas, taxonomy, output.progress())
    if json:
        output.document(found)
        return
    for one in found["runs"]:
        output.line(f"{one['run']}: {one['rows']:,} records, {one['figures']:,} figures, {one['size']:,} bytes")
    output.line(f"total {found['size']:,} bytes")
