"""The command that asks: show."""

from __future__ import annotations

from typing import Any

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, app, known_by, order, store_of


@app.command
def show(
    country: str,
    group: str | None = None,
    /,
    *,
    year: int | None = None,
    as_of: AsOf = None,
    by: str | None = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show a country's figures: inside it, from it elsewhere, from elsewhere in it.

    Parameters
    ----------
    country
        A name in any UN language or an ISO code.
    group
        idps, refugees, asylum-seekers, abroad, migrants, people ...; the main groups of the newest year where none is given.
    year
        One year; all years where none is given.
    by
        sex or sex,age: who is counted, what share is of unknown sex and age, and an estimate for those, marked.
    """
    from datetime import UTC, datetime

    from qanat.jobs.show import ShowRequest
    from qanat.jobs.show import show as shown

    request = ShowRequest(
        country=country,
        group=group,
        year=year,
        as_of=known_by(as_of),
        order=order(),
        by=tuple(part.strip() for part in by.split(",")) if by else (),
    )
    found = shown(request, store_of(home), datetime.now(UTC).date())
    if json:
        output.document(found)
        return
    _shown(found, by)


def _shown(found: dict[str, Any], by: str | None) -> None:
    """The country's rows as a table, then what was estimated of their division, and whose terms bind."""
    from qanat.figures.licensing import restricted

    output.line(f"{found['place']['name']} ({found['place']['code']})")
    rows = [
        [_period(r), r["group"], r["view"], r["counter"], *_division(r, by), output.amount(r["value"], r["low"], r["high"]), r["source"], _cites(r)]
        for r in found["rows"]
    ]  # fmt: skip
    division = ["sex", "age"] if by else []
    units = {r["unit"] for r in found["rows"]}
    when = "year" if all(row[0].isdigit() for row in rows) else "when"
    counted = units.pop() if len(units) == 1 else "people"
    head = [when, "group", "view", "counter", *division, counted, "source", "figures"]
    output.table(head, rows, frozenset({4 + len(division)}))
    for one in found.get("divided", []):
        _estimate(one, by)
    for told in restricted((row["source"], row["licence"]) for row in found["rows"]):
        output.line(told)


def _period(row: dict[str, Any]) -> str:
    """The year of a count at its end or over the whole of it, else the very day or span."""
    from qanat.figures.periods import by_year

    return by_year(row["period"]) if row["measure"] == "stock" else str(row["period"])


def _estimate(one: dict[str, Any], by: str | None) -> None:
    """A view's division: what is unknown, from whom it is taken, the cells with their intervals."""
    known = f"sex not known of {one['sex_unknown']:.1%}, age of {one['age_unknown']:.1%}"
    output.line(f"{one['group']} {one['view']}, {one['counter']} {one['total']:,.0f}: {known}")
    for fault in one["faults"]:
        output.line(f"  {fault['code']}, {fault['records']} records, {fault['people']:,.0f} people: {fault['example']}; {fault['remedy']}")  # fmt: skip
    if one["status"] == "counted":
        return
    for donor in one["from"]:
        output.line(f"  estimated from {donor['what']}: {donor['people']:,.0f} people")
    rows = [[*_division(row, by), output.amount(row["value"], row["low"], row["high"]), row["status"], row["cite"]] for row in one["rows"]]  # fmt: skip
    output.table(["sex", "age", "people, 80 %", "", "figure"], rows, frozenset({2}))


def _division(row: dict[str, Any], by: str | None) -> list[str]:
    from qanat.figures.ages import label

    if not by:
        return []
    age = label(row["age_from"], row["age_to"]) or ("unknown" if row["age_from"] is None else "all")
    return [row["sex"], age]


def _cites(row: dict[str, Any]) -> str:
    return row["cites"][0] if row["figures"] == 1 else f"{row['figures']} figures, {row['cites'][0]} ..."
