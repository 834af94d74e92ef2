"""Commands about what drives flows: flows drivers, flows why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, flows_app, known_by, store_of

if TYPE_CHECKING:
    from qanat.jobs.driver_tables import TablesRequest


@flows_app.command(name="drivers")
def flows_drivers(
    *,
    effects: Literal["two-way", "pair", "year"] = "two-way",
    flows: Path | None = None,
    column: str | None = None,
    ties: Path | None = None,
    countries: Path | None = None,
    deaths: Path | None = None,
    stocks: Path | None = None,
    reported: Path | None = None,
    without: str | None = None,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show what goes with larger flows between countries: distance, ties, income, people, conflict, in words with their intervals.

    Poisson regression with fixed effects, errors clustered by corridor. It describes; it proves no cause.

    Parameters
    ----------
    effects
        What is taken up beforehand: two-way (each origin and each destination in each period), pair (each corridor, each
        period) or year (each period).
    flows
        A file with orig, dest, a period and a column of people; the flows estimated into the store where none is given.
    column
        Which column of it; flow, value or da_pb_closed where none is named.
    ties
        A file with orig, dest, dist, contig, comlang_off, colony; the edition's pairs of places where none is given.
    countries
        A file with iso3, year, income, population (or iso3, var, year, value).
    deaths
        A file with iso3, year, conflict_deaths.
    stocks
        A file with orig, dest, year, value; the store's migrant stock where none is given.
    reported
        A file of flows as countries reported them, fitted beside: orig, dest, year, reported_by_destination (or flow).
    without
        Drivers to leave out, as income,diaspora.
    """
    from qanat.jobs.driving import DriversRequest, drivers

    tables = tables_of(flows, column, ties, countries, deaths, stocks)
    request = DriversRequest(tables=tables, effects=effects, without=words_of(without), reported=reported, as_of=known_by(as_of))  # fmt: skip
    found = drivers(request, lambda: store_of(home))
    if json:
        output.document(found)
        return
    _fitted(found["fit"], f"{found['rows']:,} corridors and periods, {found['people']:,.0f} people")
    _short(found["left_out"])
    if found["reported"] is not None:
        output.line()
        _fitted(
            found["reported"]["fit"],
            f"beside it, flows as reported ({found['reported']['flows']}): {found['reported']['rows']:,} rows",
        )
        _short(found["reported"]["left_out"])
    for words in found["warnings"]:
        output.line(words)


@flows_app.command(name="why")
def flows_why(
    origin: str | None = None,
    place: str | None = None,
    /,
    *,
    start: int,
    end: int,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    to: str | None = None,
    effects: Literal["pair", "year"] = "pair",
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
    """Take the change of a flow between two periods apart: population, income, conflict, diaspora, and what none of them tells.

    The parts add up to the change. Their intervals come from the coefficients' errors alone.

    Parameters
    ----------
    origin
        Where people left.
    place
        Where they went.
    start
        The year the first period begins in.
    end
        The year the second period begins in.
    from_
        Everyone who left this country, in place of a corridor.
    to
        Everyone who came to this country, in place of a corridor.
    effects
        What the coefficients are learnt from: pair (changes within corridors) or year (differences between corridors too).
    flows
        As in `flows drivers`, with the five options that follow.
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
        Drivers to leave out, as income where a country has none published.
    """
    from qanat.errors import AskError
    from qanat.jobs.driving import WhyRequest, why

    if (origin is None) != (place is None) or (origin is not None and (from_ or to)):
        raise AskError("name both ends of a corridor, as SYR TUR; or one end, as --from UKR or --to DEU")
    request = WhyRequest(
        tables=tables_of(flows, column, ties, countries, deaths, stocks), origin=origin or from_, place=place or to, start=start, end=end,
        effects=effects, without=words_of(without), as_of=known_by(as_of),
    )  # fmt: skip
    found = why(request, lambda: store_of(home))
    if json:
        output.document(found)
        return
    output.line(found["told"])
    rows = [[row["driver"], f"{row['people']:+,.0f}", _range(row["low95"], row["high95"])] for row in found["drivers"]]
    output.table(["driver", "people", "95 %"], [*rows, ["together", f"{found['change']:+,.0f}", ""]], frozenset({1, 2}))
    for words in found["warnings"]:
        output.line(words)


def tables_of(
    flows: Path | None, column: str | None, ties: Path | None, countries: Path | None, deaths: Path | None, stocks: Path | None
) -> TablesRequest:  # fmt: skip
    """Where the tables are, as the options name them."""
    from qanat.jobs.driver_tables import TablesRequest

    return TablesRequest(flows=flows, column=column, ties=ties, countries=countries, deaths=deaths, stocks=stocks)


def words_of(text: str | None) -> tuple[str, ...]:
    """The words of an option, as income,diaspora."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _range(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:+,.0f} to {high:+,.0f}"


def _fitted(fit: dict[str, Any], head: str) -> None:
    output.line(f"{head}; {fit['formula']}")
    rows = [
        [
            row["said"],
            f"{row['change']:+.1%}",
            f"{row['change_low95']:+.1%} to {row['change_high95']:+.1%}",
            f"{row['estimate']:.4f}",
            f"{row['error']:.4f}",
        ]
        for row in fit["coefficients"]
    ]
    output.table(["where there is", "people who move", "95 %", "coefficient", "error"], rows, frozenset({1, 2, 3, 4}))
    apart = f"; {fit['separated']:,} rows left out whose group moved nobody at all" if fit["separated"] else ""
    output.line(f"{fit['rows']:,} rows, {fit['corridors']:,} corridors (errors clustered by corridor){apart}")


def _short(left_out: list[dict[str, Any]]) -> None:
    told: set[tuple[str, int]] = set()
    for row in left_out:
        if (row["driver"], row["rows"]) in told:
            continue  # two terms of one driver, lacking in the same rows
        told.add((row["driver"], row["rows"]))
        most = ", ".join(row["places"])
        output.line(
            f"no {row['driver']} known: {row['rows']:,} rows with {row['flow']:,.0f} people left out, most of {most}"
        )
