"""The command that tells what including people is worth: invest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, app, known_by, store_of

_FROM = {"asked": "by whoever asks", "assumed": "assumed, nobody said otherwise"}


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
    internal: bool = False,
    as_of: AsOf = None,
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
    internal
        Write them where figures behind them may not be passed on, too; both then say that they must not be.
    """
    from datetime import UTC, datetime

    from qanat.jobs.invest import invest as told
    from qanat.jobs.invest_given import InvestRequest

    request = InvestRequest(
        country=country, group=group, origin=origin, measure=measure, people=people, adults=adults, wage=wage, employment=employment, cost=cost,
        adoption=adoption, tax=tax, saved=benefit, remitted=remitted, price=transfer_price, effect=effect, match=match, horizon=horizon,
        discount=discount, unverified=unverified, draws=draws, seed=seed, as_of=known_by(as_of),
    )  # fmt: skip
    store, now = store_of(home), datetime.now(UTC)
    found = told(request, store, now)
    written: list[Path] = []
    if out is not None:
        from qanat.jobs.invest_page import write

        written = write(found, store, out, now, internal=internal)
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
