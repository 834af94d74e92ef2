"""The command that tells what is sent home: remittances."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, app, known_by, store_of

_SHOWN = 15


@app.command
def remittances(
    country: str,
    /,
    *,
    to: Annotated[bool, Parameter(name="--to", negative="")] = False,
    from_: Annotated[bool, Parameter(name="--from", negative="")] = False,
    year: int | None = None,
    target_cost: float = 3.0,
    model: Literal["ratha-shaw", "stock"] = "ratha-shaw",
    decree: Annotated[bool, Parameter(negative="--no-decree")] = True,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show money sent to a country (or from it) by corridor: recorded, spread over corridors with an interval, what sending it costs.

    Parameters
    ----------
    country
        A name in any UN language or an ISO code.
    to
        Money its people abroad send to it (so where neither is given).
    from_
        Money sent from it.
    year
        A calendar year; the newest with inflows and incomes where none is given.
    target_cost
        What sending should cost, in per cent of the sum (SDG 10.c: 3): senders are spared so much, and send so much more.
    model
        How recorded inflows are spread: by migrants and incomes, or by migrants alone.
    decree
        Keep the World Bank's zeros between India and Pakistan, Israel and Lebanon, Armenia and Azerbaijan.
    """
    from datetime import UTC, datetime

    from qanat.errors import AskError
    from qanat.jobs.remittances import RemittancesRequest
    from qanat.jobs.remittances import remittances as told

    if to and from_:
        raise AskError("--to and --from cannot both be given: money is shown one way at a time")
    request = RemittancesRequest(
        country=country, direction="from" if from_ else "to", year=year, target=target_cost / 100, model=model, decree=decree,
        as_of=known_by(as_of),
    )  # fmt: skip
    found = told(request, store_of(home), datetime.now(UTC))
    if json:
        output.document(found)
        return
    _corridors(found)


def _corridors(found: dict[str, Any]) -> None:
    way = "to" if found["direction"] == "to" else "from"
    output.line(f"Money sent {way} {found['place']['name']} ({found['place']['code']}) in {found['year']}, US dollars")
    recorded, spread = found["recorded"], found["allocated"]
    output.line(f"  recorded: {output.amount(recorded['value'])} ({recorded['source']}, {recorded['cite']})" if recorded else "  recorded: not known")  # fmt: skip
    output.line(f"  on the corridors below: {output.amount(spread['value'], spread['low'], spread['high'])}")
    output.line()
    rows = [
        [
            row["origin"] if way == "to" else row["place"], output.amount(row["value"], row["low"], row["high"]),
            output.amount(row["published"]["value"]) if row["published"] else "", f"{row['price']['value']:.1%}" if row["price"] else "not surveyed",
            output.amount(row["saving"]) if row["saving"] is not None else "", output.amount(row["more"]["value"]) if row["more"] else "", row["cite"],
        ]
        for row in found["corridors"][:_SHOWN]
    ]  # fmt: skip
    head = [
        "from" if way == "to" else "to",
        "spread (80 %)",
        "World Bank's matrix",
        "price",
        "spared",
        "sent more",
        "figure",
    ]
    output.table(head, rows, frozenset({1, 2, 3, 4, 5}))
    if len(found["corridors"]) > _SHOWN:
        output.line(f"... and {len(found['corridors']) - _SHOWN} more corridors (--json has them all)")
    output.line()
    for line in _cost(found["cost"]):
        output.line(line)
    output.line()
    for assumed in found["assumptions"]:
        output.line(f"assumed: {assumed}")


def _cost(cost: dict[str, Any]) -> list[str]:
    if not cost["corridors"]:
        return ["No price is surveyed on these corridors."]
    by, more = cost["response"], cost["more"]
    return [
        f"Prices are surveyed on {cost['corridors']} corridors with {cost['share']:.0%} of the money: {cost['price']:.1%} on average.",
        f"At {cost['target']:.0%} (SDG 10.c) senders would be spared {output.amount(cost['saving'])} a year on what they send already.",
        f"Apart from it, and never added: {output.amount(more['value'], more['low'], more['high'])} would be sent more ({by['citation']}).",
    ]
