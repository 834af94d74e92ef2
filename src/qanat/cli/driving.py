"""Commands about the soundness of stocks and about what drives flows: flows check, flows drivers, flows why, flows page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import Home, Json, flows_app, store_of

if TYPE_CHECKING:
    from qanat.jobs.driver_tables import TablesRequest

_SHOWN = 20


@flows_app.command(name="check")
def flows_check(
    *,
    stocks: Path | None = None,
    mirror: Path | None = None,
    sex: Literal["all", "female", "male"] = "all",
    limit: int = _SHOWN,
    home: Home = None,
    json: Json = False,
) -> int:
    """Find stocks by origin and destination that can hardly be right: they jump against their neighbours in time or another release.

    Exit code 4 when some were found. Nothing is changed.

    Parameters
    ----------
    stocks
        A Parquet or CSV file with orig, dest, year, value (or birth, residence, year, stock); the store's newest migrant
        stock where none is given.
    mirror
        The same table of another release. Without one, errors that fill a whole series cannot be seen.
    sex
        Which rows of a table divided by sex.
    limit
        How many to print, the most people misplaced first; --json has all.
    """
    from qanat.jobs.stock_check import StockCheckRequest, check_stocks

    found = check_stocks(StockCheckRequest(stocks=stocks, mirror=mirror, sex=sex), lambda: store_of(home))
    if json:
        output.document(found)
    else:
        _checked(found, limit)
    return 4 if found["flagged"] else 0


def _checked(found: dict[str, Any], limit: int) -> None:
    beside = f"against {found['mirror']}" if found["mirror"] else "with no other release beside it"
    output.line(
        f"{found['stocks']} {beside}: {found['cells']:,} cells, {found['flagged']:,} flagged ({found['share']:.2%})"
    )
    if found["left_out"]:
        output.line(f"{found['left_out']:,} rows are no pair of two countries (others, natives) and were not checked")
    if found["alone"]:
        output.line(
            f"{found['alone']:,} cells have too few neighbours and no other release: nothing can be said of them"
        )
    for row in found["cells_flagged"][:limit]:
        output.line(f"- {row['told']}")
    if found["flagged"] > limit:
        output.line(f"... and {found['flagged'] - limit:,} more; --limit or --json shows them")


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

    tables = _tables(flows, column, ties, countries, deaths, stocks)
    request = DriversRequest(tables=tables, effects=effects, without=_words(without), reported=reported)
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
        tables=_tables(flows, column, ties, countries, deaths, stocks), origin=origin or from_, place=place or to, start=start, end=end,
        effects=effects, without=_words(without),
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
    tables = _tables(flows, column, ties, countries, deaths, stocks) if given else None
    request = CorridorRequest(origin=origin, place=place, language=lang, tables=tables, without=_words(without))
    told = corridor(request, store_of(home), datetime.now(UTC))
    file = write_page(told, out)
    if json:
        output.document(document(told, file))
        return
    output.line(told.page.headline.text)
    output.line(" ".join(one.text for one in told.page.lede))
    output.line(str(file))


def _tables(
    flows: Path | None, column: str | None, ties: Path | None, countries: Path | None, deaths: Path | None, stocks: Path | None
) -> TablesRequest:  # fmt: skip
    from qanat.jobs.driver_tables import TablesRequest

    return TablesRequest(flows=flows, column=column, ties=ties, countries=countries, deaths=deaths, stocks=stocks)


def _words(text: str | None) -> tuple[str, ...]:
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
