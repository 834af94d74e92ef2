"""The command about revisions: diff."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import Home, Json, app, day_of, known_by, store_of


@app.command
def diff(
    *,
    first: Annotated[str, Parameter(name="--from")],
    last: Annotated[str, Parameter(name=("--to", "--as-of"))],
    country: str | None = None,
    group: str | None = None,
    counter: str | None = None,
    divided: bool = False,
    stage: Literal["published", "estimated"] = "published",
    home: Home = None,
    json: Json = False,
) -> None:
    """Show what was revised between two days (the same period told otherwise) and what changed (a newer period told), with sizes.

    Parameters
    ----------
    first
        The earlier day, as 2024-12-31.
    last
        The later day: the answer is as of it.
    country
        Only figures about this country.
    group
        Only this group.
    counter
        Only this counter: unhcr, idmc, ...
    divided
        Figures by sex, age and finer cuts too.
    stage
        published figures, or those estimated from them: what a new release of inputs changes, corridor by corridor.
    """
    from qanat.figures import Stage
    from qanat.jobs.diff import DiffRequest
    from qanat.jobs.diff import diff as compared

    earlier, later = day_of(first), known_by(last)
    assert earlier is not None
    assert later is not None
    request = DiffRequest(
        first=earlier, last=later, country=country, group=group, counter=counter, divided=divided, stage=Stage(stage)
    )
    found = compared(request, store_of(home))
    if json:
        output.document(found)
        return
    output.line(
        f"{first} to {last}: {found['revised']:,} figures revised ({found['recorded']:,} by more than 5 %), {found['new']:,} new, {found['same']:,} as they were"
    )
    _told(found)


def _told(found: dict[str, Any]) -> None:
    """Years with revisions, the newest figures then and now, the largest revisions."""
    output.table(
        ["year", "group", "counter", "revised", "they summed to", "and now to", "new"],
        [_year(row) for row in found["by_year"] if row["revised"]], frozenset({3, 4, 5, 6}),
    )  # fmt: skip
    if found["movements"]:
        output.line("the newest figures then and now, told apart in revision and change:")
    output.table(
        ["group", "where", "counter", "then", "revised by", "changed by", "now"],
        [_movement(row) for row in found["movements"][:20]], frozenset({3, 4, 5, 6}),
    )  # fmt: skip
    if found["revisions"]:
        output.line("the largest revisions:")
    output.table(
        ["date", "group", "where", "counter", "before", "after", "change", "cite"],
        [_revision(row) for row in found["revisions"][:20]], frozenset({4, 5, 6}),
    )  # fmt: skip


def _movement(row: dict[str, Any]) -> list[str]:
    where = " from ".join(part for part in (row["place"], row["origin"]) if part)
    parts = ["" if row[name] is None else f"{row[name]:+,.0f}" for name in ("revision", "change")]
    sides = [
        f"{output.amount(row[name])} ({_last(row[end], row['measure'])})" if row[end] else ""
        for name, end in (("then", "end_then"), ("now", "end_now"))
    ]
    return [row["group"], row["view"] or where, row["counter"], sides[0], *parts, sides[1]]


def _last(end: str, measure: str) -> str:
    """The day of a stock; of a flow the year it ends with, or its last day."""
    if measure == "stock":
        return end
    last = date.fromisoformat(end) - timedelta(days=1)
    return str(last.year) if (last.month, last.day) == (12, 31) else f"until {last}"


def _year(row: dict[str, Any]) -> list[str]:
    sums = [output.amount(row["before"]), output.amount(row["after"])] if row["revised"] else ["", ""]
    return [str(row["year"]), row["group"], row["counter"], f"{row['revised']:,}", *sums, f"{row['new']:,}"]


def _revision(row: dict[str, Any]) -> list[str]:
    from qanat.figures.periods import dated

    where = " from ".join(part for part in (row["place"], row["origin"]) if part)
    change = "" if row["change"] is None else f"{row['change']:+,.0f}"
    when = dated(date.fromisoformat(row["start"]), date.fromisoformat(row["end"]))
    return [
        when, row["group"], where, row["counter"], output.amount(row["before"]), output.amount(row["after"]), change, row["cite_after"],
    ]  # fmt: skip
