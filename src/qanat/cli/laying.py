"""The command that lays flows out over their years."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, flows_app, known_by, store_of


@flows_app.command
def years(
    *,
    start: int,
    end: int,
    method: str = "best",
    origin: Annotated[str | None, Parameter(name="--from", help="Where people lived.")] = None,
    to: Annotated[str | None, Parameter(name="--to", help="Where they went.")] = None,
    dated: Path | None = None,
    back: float = 0.08,
    out: Path | None = None,
    internal: Annotated[bool, Parameter(negative="")] = False,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Lay a period's flows out over its years, each from 1 July to 30 June: transitions, and the moves behind them.

    Transitions (people by where they lived at both ends) add up to the period's flow and, by year, to net migration. Moves are
    acts: going and coming back within the period is two moves and no transition. The two are never added.

    Parameters
    ----------
    start
        Year of the first stock.
    end
        Year of the second stock.
    method
        How the period's flows are estimated; see `qanat flows estimate`.
    dated
        Table (Parquet or CSV) with orig, dest, year, people: arrivals known by calendar year, asylum applications for example;
        so much of a corridor as they are lies in time as they do, the rest evenly.
    back
        Yearly rate at which arrivals leave again, assumed, behind moves that no two dates show.
    out
        Write year, orig, dest, concept, flow of every corridor here, as Parquet or (by its name) CSV.
    internal
        Write it where the releases may not be passed on, too; a column tells their terms.
    """
    from qanat.jobs.flows_years import YearsRequest
    from qanat.jobs.flows_years import years as laid_out

    request = YearsRequest(
        start=start, end=end, method=method, origin=origin, to=to, dated=dated, back=back, out=out, as_of=known_by(as_of),
        internal=internal,
    )  # fmt: skip
    found = laid_out(request, store_of(home))
    if json:
        output.document(found)
        return
    _told(found)


def _told(found: dict[str, Any]) -> None:
    named = f"{found['origin']} to {found['place']}" if found["origin"] else "all corridors"
    output.line(f"{named}, {found['start']} to {found['end']}, {found['method']}")
    rows = [[one["from"], output.amount(one["transition"]), output.amount(one["move"])] for one in found["years"]]
    output.table(["from", "people (transitions)", "moves"], rows, frozenset({1, 2}))
    for assumed in found["assumed"]:
        output.line(f"assumed: {assumed}")
    if found["releases"]:
        output.line(f"from: {', '.join(found['releases'])}")
    if found["out"]:
        output.line(f"written to: {found['out']}")
