"""The commands that keep: status, config, edition."""

from __future__ import annotations

from pathlib import Path

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, app, edition_app, known_by, order, store_of


@app.command
def status(*, as_of: AsOf = None, home: Home = None, json: Json = False) -> None:
    """Show what the store holds and how fresh each source is."""
    from datetime import UTC, datetime

    from qanat.jobs.status import status as found_status

    found = found_status(store_of(home), datetime.now(UTC).date(), known_by(as_of))
    if json:
        output.document(found)
        return
    rows = [
        [s["source"], s["publisher"], s["published"], f"{s['age_days']} days", s["state"], s["licence"]]
        for s in found["sources"]
    ]
    output.table(["source", "publisher", "published", "age", "state", "licence"], rows, frozenset({3}))


@app.command
def config(*, home: Home = None, json: Json = False) -> None:
    """Show where the store is and what decided it, and whose figure is shown first."""
    from qanat.jobs.opening import located

    where, orders = located(home), order().recorded
    found = {
        "schema": "qanat.config/1",
        "home": str(where.folder),
        "decided_by": where.decided,
        "file": str(where.file) if where.file else None,
        "precedence": {group: list(counters) for group, counters in orders.items()},
    }
    if json:
        output.document(found)
        return
    output.line(f"store: {where.folder}  (by {where.decided}{f', {where.file}' if where.file else ''})")
    output.line("shown first:")
    output.table(["group", "counters"], [[group, ", ".join(counters)] for group, counters in orders.items()])


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


@edition_app.command(name="restore")
def edition_restore(*, home: Home = None, json: Json = False) -> None:
    """Bring every file of the embedded edition into the store anew; damaged or missing ones are mended."""
    from qanat.jobs.edition import restore

    found = restore(store_of(home))
    if json:
        output.document(found)
        return
    output.line(f"{len(found['runs'])} runs brought in anew")


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
        The folder with the published tables (unhcr, population, stocks, subnational/_global, geo, drivers).
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
        account = f"{one['accepted']:,} accepted + {one['rejected']:,} set aside + {one['superseded']:,} superseded"
        output.line(
            f"{one['run']}: {one['rows']:,} records = {account}; {one['figures']:,} figures, {one['size']:,} bytes"
        )
    output.line(f"total {found['size']:,} bytes")
