"""The command that tells: brief."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, app, known_by, order, store_of

if TYPE_CHECKING:
    from qanat.jobs.brief import Told


@app.command
def brief(
    country: str,
    /,
    *,
    out: Path | None = None,
    lang: str = "en",
    as_of: AsOf = None,
    internal: bool = False,
    invest: Path | None = None,
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
    internal
        Use figures whose licence does not let them be passed on too; the brief then says that it must not be.
    invest
        An invest.json of `qanat invest --out` about the country: the brief ends with what it is worth.
    """
    from dataclasses import asdict
    from datetime import UTC, datetime

    from qanat.jobs.brief import BriefRequest, write
    from qanat.jobs.brief import brief as told

    say = output.progress()
    say("opening the store")
    store = store_of(home)
    say("putting the picture together")
    made = told(
        BriefRequest(country=country, language=lang, as_of=known_by(as_of), internal=internal, order=order()),
        store,
        datetime.now(UTC),
    )
    if invest is not None:
        from qanat.jobs.invest_page import included

        made = included(made, invest, store, known_by(as_of))
    files = write(made, out or Path("out") / made.brief.country, say)
    if json:
        output.document(
            {
                "schema": "qanat.written/1",
                "country": made.brief.country,
                "headline": made.brief.headline.text,
                "run": made.brief.run,
                "files": [str(file) for file in files],
                "restricted": [{"code": "LICENCE_RESTRICTED", **asdict(one)} for one in made.brief.bound],
            }
        )
        return
    _told(made, files, internal)


def _told(made: Told, files: list[Path], internal: bool) -> None:
    """The headline, what licences bound, the files."""
    output.line(made.brief.headline.text)
    for one in made.brief.bound:
        used = (
            "used, so this brief must not be passed on"
            if internal
            else "left out; --internal uses them in a brief that stays here"
        )
        output.line(f"LICENCE_RESTRICTED: {one.source} (figures: {one.figures:,}; terms: {one.licence}) {used}")
    for file in files:
        output.line(str(file))
