"""The commands about what must add up: check, balance."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, app, known_by, store_of

_LISTED = 25
_VERDICT = {"real": "BROKEN", "part_missing": "part missing", "within_intervals": "within"}
Hold = Annotated[list[str] | None, Parameter(name="--hold", negative="", help="A figure (RUN:ROW) that must not move; may be given again.")]  # fmt: skip


@app.command
def check(
    country: str | None = None,
    /,
    *,
    all: bool = False,
    group: str | None = None,
    year: int | None = None,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> int:
    """Check that figures add up: parts and totals, who is within whom, the account of a stock; what does not, by how many people.

    Exit code 0: everything holds, or the figures' intervals leave room for what does not; 4: something is broken;
    3: there is nothing to check.

    Parameters
    ----------
    country
        A name in any UN language or an ISO code.
    all
        Every country at once.
    group
        Only what concerns this group.
    year
        The newest year anyone counted for where none is given.
    """
    from qanat.errors import AskError
    from qanat.jobs.check import FOUND, CheckRequest, failed
    from qanat.jobs.check import check as checked

    if (country is None) is not all:
        raise AskError("name one country to check, or all of them with --all")
    found = checked(CheckRequest(country=country, group=group, year=year, as_of=known_by(as_of)), store_of(home))
    if json:
        output.document(found)
    else:
        _checked(found)
    return FOUND if failed(found) else 0


def _checked(found: dict[str, Any]) -> None:
    where = f"{found['place']['name']} ({found['place']['code']})" if found["place"] else "all countries"
    many = sum(found["constraints"].values())
    output.line(f"{where}, {found['year']}: {many:,} constraints looked at")
    listed = found["violations"][:_LISTED]
    rows = [[_VERDICT[one["verdict"]], f"{one['size']:+,.0f}", f"{one['beyond']:,.0f}", f"{one['left']:,.0f}", "=" if one["must_be"] == "equal" else "≤", f"{one['right']:,.0f}", one["name"]] for one in listed]  # fmt: skip
    output.table(["", "off by", "beyond", "have", "", "must", "of what"], rows, frozenset({1, 2, 3, 5}))
    counts = found["found"]
    if len(found["violations"]) > _LISTED:
        output.line(f"... and {len(found['violations']) - _LISTED:,} more (--json tells all, with every figure)")
    output.line(f"{counts['real']:,} broken, {counts['part_missing']:,} fall short since a part is not published, {counts['within_intervals']:,} within the figures' intervals")  # fmt: skip
    if found["overlapping_bands"]:
        output.line(f"{found['overlapping_bands']:,} divisions into ages not looked at: their bands overlap")
    for one in found["residuals"][:5]:
        output.line(f"unexplained {-one['size']:+,.0f}: {one['name']} (breaks nothing: movements are not people)")


@app.command
def balance(
    country: str | None = None,
    /,
    *,
    world: bool = False,
    year: int,
    as_of: AsOf = None,
    bounds: Literal["people", "rounding"] = "people",
    hold: Hold = None,
    keep: bool = False,
    every: bool = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Adjust figures as little as can be so that they add up: each adjustment is shown, nobody's figure is changed.

    Parameters
    ----------
    country
        A name in any UN language or an ISO code.
    world
        Every country at once.
    year
        Of which year.
    bounds
        people: nothing falls below zero; rounding: figures stay within what their rounding allows, too.
    keep
        Keep the balance in the store as a run, to be cited and traced.
    every
        List the figures that stay as they were, too (JSON).
    """
    from datetime import UTC, datetime

    from qanat.errors import AskError
    from qanat.jobs.balance import BalanceRequest
    from qanat.jobs.balance import balance as balanced

    if (country is None) is not world:
        raise AskError("name one country to balance, or all of them with --world")
    request = BalanceRequest(
        country=country, year=year, as_of=known_by(as_of), bounds=bounds, hold=tuple(hold or ()), keep=keep, every=every
    )
    found = balanced(request, store_of(home), datetime.now(UTC))
    if json:
        output.document(found)
    else:
        _balanced(found)


def _balanced(found: dict[str, Any]) -> None:
    where = f"{found['place']['name']} ({found['place']['code']})" if found["place"] else "the world"
    output.line(f"{where}, {found['year']}: {found['figures']:,} figures under {found['constraints']:,} constraints, {found['broken_before']:,} of them off by more than a person before")  # fmt: skip
    changed = [one for one in found["adjustments"] if one["difference"] is None or one["difference"]]
    rows = [
        [
            output.amount(one["before"]), output.amount(one["after"]), "" if one["difference"] is None else f"{one['difference']:+,.0f}",
            "" if one["low"] is None else f"{one['low']:,.0f}–{one['high']:,.0f}", "leaves it" if one["leaves"] else "", " ".join(one["flags"]), one["of"],
        ]
        for one in changed[:_LISTED]
    ]  # fmt: skip
    output.table(
        ["published", "balanced", "difference", "its own interval", "", "flags", "of what"],
        rows,
        frozenset({0, 1, 2, 3}),
    )
    if len(changed) > _LISTED:
        output.line(f"... and {len(changed) - _LISTED:,} more (--json tells all)")
    output.line(f"{found['adjusted']:,} adjusted, {found['leaving']:,} of them beyond their own interval; {found['filled']:,} filled in; no constraint is off by more than {found['most_off']:.3f} people")  # fmt: skip
    if found["rests"]:
        output.line(f"{len(found['rests']):,} totals have people whose sex or age nobody told, {sum(one['value'] for one in found['rests']):,.0f} in all")  # fmt: skip
    if found["run"]:
        output.line(f"kept as {found['run']}")
