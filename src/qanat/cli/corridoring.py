"""The command that writes the page of a corridor: flows page."""

from __future__ import annotations

from pathlib import Path

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, flows_app, known_by, store_of
from qanat.cli.driving import tables_of, words_of


@flows_app.command(name="page")
def flows_page(
    origin: str,
    place: str,
    /,
    *,
    out: Path = Path("out"),
    lang: str = "en",
    flows: Path | None = None,
    column: str | None = None,
    ties: Path | None = None,
    countries: Path | None = None,
    deaths: Path | None = None,
    stocks: Path | None = None,
    without: str | None = None,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Write the page of a corridor: how many moved in each period with the interval, beside what others publish, the stocks, and why it changed.

    Of what the store holds: estimates (`flows estimate --keep`) and published flows (`pull abel-cohen --from FILE`). One HTML
    file without a script.

    Parameters
    ----------
    origin
        Where people left.
    place
        Where they went.
    out
        The folder.
    lang
        The language of the page: en or ar.
    flows
        For the why, as in `flows why`; the store's estimates where a table is named but no flows.
    column
        Which column of it.
    ties
        Distance and ties between countries.
    countries
        Income and population.
    deaths
        Conflict deaths.
    stocks
        People already there.
    without
        Drivers to leave out of the why, as income.
    """
    from datetime import UTC, datetime

    from qanat.jobs.corridor import CorridorRequest, corridor, document, write_page

    given = any(table is not None for table in (flows, ties, countries, deaths, stocks))
    tables = tables_of(flows, column, ties, countries, deaths, stocks) if given else None
    request = CorridorRequest(
        origin=origin, place=place, language=lang, tables=tables, without=words_of(without), as_of=known_by(as_of)
    )
    told = corridor(request, store_of(home), datetime.now(UTC))
    file = write_page(told, out)
    if json:
        output.document(document(told, file))
        return
    output.line(told.page.headline.text)
    output.line(" ".join(one.text for one in told.page.lede))
    for one in told.page.bound:
        output.line(f"LICENCE_RESTRICTED: {one.source} (figures: {one.figures:,}; terms: {one.licence}) left out")
    output.line(str(file))
