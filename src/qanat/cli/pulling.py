"""The commands about sources: sources, pull, aside, listed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, cast

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, app, day_of, known_by, store_of


@app.command
def sources(*, as_of: AsOf = None, home: Home = None, json: Json = False) -> None:
    """List every source: its licence, what is held, how fresh that is against its own rhythm, and the key it wants."""
    from datetime import UTC, datetime

    from qanat.jobs.fetching import keys
    from qanat.jobs.sources import sources as listed

    store = store_of(home)
    found = listed(store, datetime.now(UTC).date(), keys(store.home).has, known_by(as_of))
    if json:
        output.document(found)
        return
    rows = [
        [s["id"], s["licence"], _travels(s), f"{s['figures']:,}" if s["figures"] else "", s["newest"] or "",
         f"{s['every_days']} day{'' if s['every_days'] == 1 else 's'}", s["state"], s["ask"] + _named(s)]
        for s in found["sources"]
    ]  # fmt: skip
    output.table(
        ["source", "licence", "travels", "figures", "newest", "renewed", "state", "to ask"],
        rows,
        frozenset({3}),
    )
    for licence, condition in sorted({(s["licence"], s["condition"]) for s in found["sources"] if s["condition"]}):
        output.line(f"on terms ({licence}): {condition}")
    for variable, how in sorted(
        {(key["variable"], key["how"]) for s in found["sources"] for key in s["keys"] if not key["set"]}
    ):
        output.line(f"{variable}: {how}")


def _travels(source: dict[str, Any]) -> str:
    """Whether figures may be passed on: without more, on terms, or not at all."""
    if not source["may_redistribute"]:
        return "NO"
    return "on terms" if source["condition"] else "yes"


def _named(source: dict[str, Any]) -> str:
    """What a question must name (", --country/--part"), or may (", [--part]")."""
    must = "".join(f", --{need.replace('-or-', '/--')}" for need in source["needs"])
    return must + (", [--part]" if source["parts"] and "part" not in must else "")


@app.command
def pull(
    source: str | None = None,
    /,
    *,
    country: str | None = None,
    years: str | None = None,
    part: str | None = None,
    mode: Literal["live", "cached", "offline"] = "live",
    young: int = 7,
    offline: Annotated[bool, Parameter(negative="")] = False,
    mirror: str | None = None,
    files: Annotated[tuple[Path, ...], Parameter(name="--from")] = (),
    published: str | None = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Fetch a source's figures from its service into the store; what is stored stays as it was where that fails.

    Parameters
    ----------
    source
        A source's id (unhcr.population), the end of it where no other ends so (nowcasting), or a publisher (unhcr) for all of
        its; UNHCR's where none is given, and all that is held where no service is asked. `qanat sources` lists them.
    country
        Only figures about this country (as origin and as asylum).
    years
        One year or a span: 2024 or 2020-2025; the two newest where none is given.
    part
        A part of the service by its own word, for sources that want one: an appeal, a data set, a situation; for which,
        docs/reference/sources.md says.
    mode
        live asks the service; cached takes an answer that is held while it is young; offline takes only what is held.
    young
        Days a held answer may be old in the mode cached.
    offline
        Short for --mode offline.
    mirror
        A folder of held answers (as HOME/snapshots), or the https address of one, to read from; no service is asked then.
    files
        The publisher's own files, downloaded by hand, to be read instead of asking the service.
    published
        The day those files were published, as 2026-06-25; today where it is not given.
    """
    from datetime import UTC, datetime

    from qanat.jobs.fetching import Way
    from qanat.jobs.pull import pull_from
    from qanat.jobs.pull_asked import PullRequest

    request = PullRequest(
        source=source, country=country, years=years, part=part, files=files, published=day_of(published)
    )
    way = Way(mode="offline" if offline else mode, mirror=mirror, young=young)
    found = pull_from(request, store_of(home), way, datetime.now(UTC), output.progress())
    if json:
        output.document(found)
        return
    for one in found["runs"]:
        for told in _pulled(one):
            output.line(told)
    if traced := next((one["run"] for one in found["runs"] if one["figures"]), None):
        output.line(f"`qanat trace {traced}:0` leads from a figure to the record it was read from")
    for name in found["empty"]:
        output.line(f"{name}: nothing for this question")
    for one in found["not_asked"]:
        output.line(f"not asked: {one['why']}")
    for one in found["failed"]:
        output.complain(f"{one['source']}: {one['error'].removesuffix('; ' + (one['remedy'] or ''))}")
    for remedy in dict.fromkeys(one["remedy"] for one in found["failed"] if one["remedy"]):
        output.complain(remedy)
    if found["failed"]:
        raise SystemExit(max(one["exit_code"] for one in found["failed"]))


def _pulled(one: dict[str, Any]) -> list[str]:
    """A run as a person reads it: the account of its records, what changed, what was assumed."""
    told = [
        f"{one['run']}: {one['rows']:,} records = {one['accepted']:,} accepted + {one['rejected']:,} set aside + {one['superseded']:,} superseded; "
        f"{one['figures']:,} figures, {one['empty']:,} empty cells{' (known already)' if one['known'] else ''}"
    ]
    changes = one["changes"]
    if changes and not one["known"]:
        moved = "" if not changes["revised"] else f" ({changes['before']:,.0f} before, {changes['after']:,.0f} now)"
        told.append(
            f"  since {changes['since'][:10]}: {changes['revised']:,} revised{moved}, {changes['new']:,} new, {changes['gone']:,} gone, {changes['same']:,} the same"
        )
    if one["rejected"]:
        told.append(f"  `qanat aside {one['run']}` shows what was set aside and why")
    return told + [f"  correction {word}" for word in one["corrections"]] + [f"  note: {word}" for word in one["notes"]]


@app.command
def aside(run: str, /, *, home: Home = None, json: Json = False) -> None:
    """Show the records that were set aside when a run was read: where they stand, the rule they broke, in a sentence.

    Parameters
    ----------
    run
        The run's name, as `qanat pull` prints it.
    """
    from qanat.jobs.setaside import setaside

    found = setaside(run, store_of(home))
    if json:
        output.document(found)
        return
    output.line(f"{found['run']}: {found['records']:,} records set aside")
    rows = [
        [
            "" if r["row"] is None else str(r["row"]),
            r["column"] or "",
            r["found"] or "",
            r["rule"],
            r["why"],
            r["source"],
        ]
        for r in found["rows"]
    ]
    output.table(["record", "column", "found", "rule", "why", "document"], rows, frozenset({0}))


@app.command
def listed(source: str, /, *, about: str | None = None, home: Home = None, json: Json = False) -> None:
    """Show what a source lists beside figures, or instead of them, as it was pulled last: data sets, reports, appeals, notes.

    Parameters
    ----------
    source
        hdx.catalogue (data sets with terms and files), reliefweb.reports (with links), fts.plans (appeals with their numbers),
        ipc.analyses, iom.dtm-operation-list, iom.dtm-country-list, unhcr.footnotes, unhcr.countries or unhcr.regions.
    about
        Only rows with this text in them.
    """
    from qanat.jobs.listing import listed as told

    found = told(source, store_of(home), about)
    if json:
        output.document(found)
        return
    output.line(f"{found['source']}, asked on {found['retrieved']}: {len(found['rows'])} of {found['of']}")
    heads = list(dict.fromkeys(name for row in found["rows"] for name in row))
    output.table(
        [name.replace("_", " ") for name in heads], [[_told(row.get(name)) for name in heads] for row in found["rows"]]
    )


def _told(cell: object) -> str:
    """A cell of a list for people: texts side by side, yes and no, nothing where nothing is known."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, (list, tuple)):
        return "; ".join(str(one) for one in cast("tuple[object, ...]", cell))
    return "" if cell is None else str(cell)
