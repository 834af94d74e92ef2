"""The commands that tell what movement is worth: remittances, invest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, app, day_of, store_of

_SHOWN = 15
_FROM = {"asked": "by whoever asks", "assumed": "assumed, nobody said otherwise"}


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
    decree: bool = True,
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
        as_of=day_of(as_of),
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


@app.command
def invest(
    country: str,
    /,
    *,
    group: str,
    origin: str,
    measure: str = "work-permit",
    people: float | None = None,
    adults: str | None = None,
    wage: str | None = None,
    employment: str | None = None,
    cost: str | None = None,
    adoption: str | None = None,
    tax: str | None = None,
    benefit: str | None = None,
    remitted: str | None = None,
    transfer_price: str | None = None,
    effect: str | None = None,
    match: str | None = None,
    horizon: int = 10,
    discount: float = 0.05,
    unverified: bool = False,
    draws: int = 4000,
    seed: int = 1,
    out: Path | None = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Tell what including people is worth: for them, for the state, for both; as a distribution, with every assumption.

    A number may be one (2400) or from low to high (2000..3000); wage and employment may differ by sex
    (female=2000..2600,male=2400..3600).

    Parameters
    ----------
    country
        The host: a name in any UN language or an ISO code.
    group
        refugees, asylum-seekers, other-in-need, abroad (the three together) or migrants.
    origin
        The country they are from.
    measure
        work-permit, language or citizenship; any word with an --effect of your own.
    people
        How many; the newest count where none is given.
    adults
        The share of working age; by UNHCR's division by sex and age where none is given.
    wage
        US dollars a worker of the group earns a year before the measure. Must be given.
    employment
        The share of its working-age people in work before the measure. Must be given.
    cost
        US dollars for each person taking part, once. Must be given; 0 says that it costs nothing.
    adoption
        The share that takes part; everybody where none is given.
    tax
        The share of what is earned more that is paid in taxes and contributions.
    benefit
        US dollars of support a year that end for each person who finds work.
    remitted
        The share of what is earned more that is sent to the origin.
    transfer_price
        What sending costs, a share of the sum; the newest survey of the corridor where none is given.
    effect
        Your own effect instead of the studies', as employment-points=0.05,0.02 (mean, standard deviation).
    match
        strong or weak: whether the host needs what these people can do (World Development Report 2023).
    horizon
        Years that are followed.
    discount
        The discount rate a year.
    unverified
        Use effects that are recalled from memory too.
    draws
        How many draws the distribution is made of.
    seed
        The same seed gives the same answer.
    out
        A folder for a page (invest.html) and its numbers (invest.json).
    """
    from datetime import UTC, datetime

    from qanat.jobs.invest import invest as told
    from qanat.jobs.invest_given import InvestRequest

    request = InvestRequest(
        country=country, group=group, origin=origin, measure=measure, people=people, adults=adults, wage=wage, employment=employment, cost=cost,
        adoption=adoption, tax=tax, saved=benefit, remitted=remitted, price=transfer_price, effect=effect, match=match, horizon=horizon,
        discount=discount, unverified=unverified, draws=draws, seed=seed,
    )  # fmt: skip
    store, now = store_of(home), datetime.now(UTC)
    found = told(request, store, now)
    written: list[Path] = []
    if out is not None:
        from qanat.jobs.invest_page import write

        written = write(found, store, out, now)
    if json:
        output.document(found.document)
        return
    for line in _return(found.document):
        output.line(line)
    for file in written:
        output.line(str(file))


def _return(found: dict[str, Any]) -> list[str]:
    """A return in lines: the answer, the evidence, what was given, what is assumed, what is not known."""
    adults = sum(one["value"] for one in found["people"]["adults"])
    head = [
        f"{found['measure']} for {found['group']} from {found['origin']['name']} in {found['place']['name']}: {output.amount(found['people']['value'])} people, {output.amount(adults)} of working age",
        f"{found['cell']['says']} (World Development Report 2023)",
        f"present value over {found['horizon']} years at {found['discount']:.1%} a year, US dollars, median (80 %):",
    ]  # fmt: skip
    return [
        *head, *(line for side in ("together", "state", "people") for line in _side(side, found["returns"][side])), *_sexes(found), *_poverty(found), "",
        "Evidence used:", *(line for one in found["evidence"] for line in _study(one)), "",
        "Found elsewhere, never added:", *(f"  {one['direction']:8}  {one['says']} ({one['citation']})" for one in found["beside"]), *([f"  output    {found['output']['says']} ({found['output']['citation']})"] if found["output"] else []), "",
        "Given:", *(f"  {one['name']}: {_ends(one)} {one['what']} ({_FROM.get(one['from'], one['from'])})" for one in found["given"]), "",
        "Assumed:", *(f"  {one['says']}" for one in found["assumptions"]),
        *(f"Not known: {one['why']}" + (f" Give {one['remedy']}." if one["remedy"] else "") for one in found["unknown"]),
    ]  # fmt: skip


def _side(name: str, found: dict[str, Any] | None) -> list[str]:
    whose = {"together": "people and state together", "state": "the state alone", "people": "the people alone"}[name]
    if found is None:
        return [f"  {whose}: not known"]
    even = found["break_even"]
    year = "in less than half of the draws" if even["median"] is None else f"by year {even['median']:.0f} in half of the draws"  # fmt: skip
    return [
        f"  {whose}: {output.amount(found['median'], found['low'], found['high'])}; above zero in {found['probability']:.0%} of the draws; earned back {year}"
    ]


def _sexes(found: dict[str, Any]) -> list[str]:
    named = [one for one in found["by_sex"] if one["sex"] != "all"]
    words = {"female": "women", "male": "men"}
    return [
        f"  earned more by {words[one['sex']]}: {output.amount(one['median'], one['low'], one['high'])}"
        for one in named
    ]


def _poverty(found: dict[str, Any]) -> list[str]:
    told = found["poverty"]
    if told is None:
        return []
    return [f"  people in poverty at the origin in the last year: {told['median']:+.1%} ({told['low']:+.1%} to {told['high']:+.1%}; {told['citation']})"]  # fmt: skip


def _study(one: dict[str, Any]) -> list[str]:
    mark = ", UNVERIFIED" if one["mark"] == "unverified" else ""
    return [
        f"  {one['word']}{mark}: {one['says']}",
        f"    {one['parameter']} {one['mean']:g}, standard deviation {one['sd_used']:.3g} (widened {one['factor']:g} times; {one['why'] or 'found here'}); in {one['weight']:.0%} of the draws; {one['citation']}",
    ]


def _ends(one: dict[str, Any]) -> str:
    return f"{one['low']:g}" if one["low"] == one["high"] else f"{one['low']:g} to {one['high']:g}"
