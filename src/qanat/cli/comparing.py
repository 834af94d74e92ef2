"""The command that compares: who counted a group, which counts are copies, the picture they make and why they differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, app, known_by, order, store_of

if TYPE_CHECKING:
    from qanat.jobs.compare import Answer

From = Annotated[
    str | None, Parameter(name="--from", help="Only people from this country, where the group crosses borders.")
]
Svg = Annotated[Path | None, Parameter(name="--svg", help="Write the chart of a year to this file too.")]


@app.command
def compare(
    country: str,
    group: str = "idps",
    /,
    *,
    year: int | None = None,
    origin: From = None,
    as_of: AsOf = None,
    prefer: str | None = None,
    nowcast: bool = False,
    by: str | None = None,
    lang: str = "en",
    svg: Svg = None,
    internal: bool = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show what every agency says of a group, side by side: copies counted once, one picture with its range, and why they differ.

    Parameters
    ----------
    country
        A name in any UN language or an ISO code; World adds up countries.
    group
        The group to compare.
    year
        One year, in full; a line for each year where none is given.
    prefer
        Counters whose figure is shown first, as unhcr,idmc; the usual precedence where none is given.
    nowcast
        Bring the picture forward to today by what is known to have moved since: an estimate.
    by
        sex or sex,age: divide the picture, to the person; what is not counted is estimated and marked.
    lang
        The language of the sentences: en, fr, es or ar.
    internal
        Draw the chart where it rests on figures that may not be passed on, too; it then says that it must not be.
    """
    if year is None:
        alone = {"--from": origin, "--prefer": prefer, "--svg": svg, "--nowcast": nowcast or None, "--by": by}
        given = [name for name, value in alone.items() if value is not None]
        if given:
            from qanat.errors import AskError

            raise AskError(f"{', '.join(given)} ask about one year; give it, as --year 2021")
        _years(country, group, as_of, home, json=json)
        return
    from datetime import UTC, datetime

    from qanat.jobs.compare import CompareRequest, chart_to_pass, compare_year, document

    request = CompareRequest(
        country=country, group=group, year=year, origin=origin, as_of=known_by(as_of), language=lang, order=order(),
        prefer=tuple(part.strip() for part in prefer.split(",")) if prefer else (), today=datetime.now(UTC).date() if nowcast else None,
        by=tuple(part.strip() for part in by.split(",")) if by else (),
    )  # fmt: skip
    store = store_of(home)
    answer = compare_year(request, store)
    if svg is not None:
        svg.write_text(chart_to_pass(answer, request, store, internal=internal).svg, encoding="utf-8")
    if json:
        output.document(document(answer))
    else:
        _told(answer)


def _told(answer: Answer) -> None:
    from qanat.figures.periods import dated
    from qanat.jobs.compare import weighed

    found, one = answer.found, answer.found.one
    output.line(f"{answer.place.short} ({answer.place.code}): {found.group}, {found.year}")
    rows = [
        [
            "shown" if found.shown is not None and figure.cite == found.shown.cite else "", answer.telling.counter(figure.counter),
            output.amount(figure.value, figure.low, figure.high), dated(figure.start, figure.end), found.cluster[figure.cite].name, figure.source,
        ]
        for figure in found.figures
    ]  # fmt: skip
    output.table(["", "counter", "people", "of", "count", "source"], rows, frozenset({2}))
    if one.median is not None:
        output.line(f"picture: {output.amount(round(one.median), one.low80, one.high80)}  80 %, {one.basis}")
    weights = [
        [name, f"{share:.0%}", "" if moved is None else f"{moved:+.1%}"] for name, share, moved in weighed(answer)
    ]
    if one.basis == "model":
        output.table(["rests on", "weight", "median without it"], weights, frozenset({1, 2}))
    for flag in found.flags:
        output.line(f"{flag.code}: {answer.telling.flag(flag)}")
    output.line(answer.why)
    if answer.by:
        _parted(answer)


def _parted(answer: Answer) -> None:
    """The picture by sex and age: what is unknown, from whom it is taken, the cells."""
    from qanat.figures.ages import label
    from qanat.jobs.compare import document

    told = document(answer)["divided"]
    if told is None:
        output.line("SEX_AGE_MISSING: nobody tells the sex or age of these people, nor of any like them")
        return
    output.line(f"by {', '.join(answer.by)} ({told['status']}), after {told['of']} on {told['day']}: sex not known of {told['sex_unknown']:.1%}, age of {told['age_unknown']:.1%}")  # fmt: skip
    for donor in told["from"]:
        output.line(f"  estimated from {donor['what']}: {donor['people']:,.0f} people")
    rows = [
        [cell["sex"], label(cell["age_from"], cell["age_to"]) or "all", output.amount(cell["value"], cell["low"], cell["high"]), "" if cell["headline"] is None else f"{cell['headline']:,.0f}"]
        for cell in told["cells"]
    ]  # fmt: skip
    output.table(["sex", "age", "picture, 80 %", "headline"], rows, frozenset({2, 3}))


def _years(country: str, group: str, as_of: str | None, home: Path | None, *, json: bool) -> None:
    from qanat.figures.licensing import restricted
    from qanat.figures.periods import by_year
    from qanat.jobs.show import ShowRequest
    from qanat.jobs.show import compare as compared

    found = compared(ShowRequest(country=country, group=group, as_of=known_by(as_of), order=order()), store_of(home))
    if json:
        output.document(found)
        return
    output.line(f"{found['place']['name']} ({found['place']['code']}): {found['group']}")
    rows: list[list[str]] = []
    for one in found["years"]:
        apart = "" if one["spread"] is None else f"{one['spread']:.1%}"
        mark = "DIFFERS" if one["differs"] else "same count" if one["copied"] else ""
        said = "; ".join(f"{s['counter']} {output.amount(s['value'], s['low'], s['high'])}" for s in one["figures"])
        rows.append([by_year(one["period"]), said, apart if len(one["figures"]) > 1 else "", mark])
    head = "year" if all(row[0].isdigit() for row in rows) else "when"
    output.table([head, "said by (shown first)", "apart", ""], rows, frozenset({2}))
    for told in restricted((said["source"], said["licence"]) for one in found["years"] for said in one["figures"]):
        output.line(told)
