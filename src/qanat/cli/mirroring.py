"""The commands about mirrors: everything held as one file, for a machine without a line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import Home, Json, mirror_app, store_of


@mirror_app.command(name="export")
def mirror_export(
    file: Path,
    /,
    *,
    source: Annotated[tuple[str, ...], Parameter(name="--source")] = (),
    home: Home = None,
    json: Json = False,
) -> None:
    """Write everything held that may be passed on into one file: answers, runs, digests.

    Parameters
    ----------
    file
        The file to write, for example sudan.qanat.
    source
        Only these sources or publishers; may be given more than once.
    """
    from qanat.jobs.mirror import export

    found = export(store_of(home), file, output.progress(), source)
    if json:
        output.document(found)
        return
    output.line(f"{found['file']}: {found['runs']:,} runs, {found['snapshots']:,} answers, {found['bytes']:,} bytes")
    _left_out(found["left_out"])


@mirror_app.command(name="import")
def mirror_import(file: Path, /, *, home: Home = None, json: Json = False) -> None:
    """Bring in a file that `qanat mirror export` wrote: every digest is checked first, all of it is kept or nothing.

    Parameters
    ----------
    file
        The file.
    """
    from datetime import UTC, datetime

    from qanat.jobs.mirror import bring

    found = bring(store_of(home), file, output.progress(), datetime.now(UTC))
    if json:
        output.document(found)
        return
    output.line(f"{len(found['runs']):,} runs and {found['snapshots']:,} answers brought in that were not here")
    _left_out(found["left_out"])


@mirror_app.command(name="assemble")
def mirror_assemble(index: Path, /, *, tables: Path, out: Path, json: Json = False) -> None:
    """Make a mirror folder of published files that were downloaded by hand, for `qanat pull --mirror`.

    Parameters
    ----------
    index
        A TOML file that says which file is of which source, and when it was published.
    tables
        The folder the files lie in.
    out
        The mirror's folder.
    """
    from datetime import UTC, datetime

    from qanat.errors import AskError
    from qanat.jobs.assembling import assemble
    from qanat.jobs.assembling import index as read

    try:
        text = index.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as cause:
        why = getattr(cause, "strerror", None) or "it is not UTF-8 text"
        raise AskError(
            f"{index} cannot be read ({why}); name an index as docs/mirrors/published.toml is one"
        ) from cause
    found = assemble(read(text, str(index)), tables, out, datetime.now(UTC), output.progress())
    if json:
        output.document(found)
        return
    output.line(f"{found['folder']}: {found['files']:,} files, {found['bytes']:,} bytes, {found['new']:,} new")
    for one in found["bound"]:
        output.line(
            f"{one['code']}: files of {one['source']} ({one['licence']}) are in it: the folder must not be passed on"
        )


def _left_out(rows: list[dict[str, Any]]) -> None:
    for one in rows:
        output.line(
            f"{one['code']}: {one['what']} ({one['licence']}) left out: {one['documents']:,} documents, {one['figures']:,} figures"
        )
