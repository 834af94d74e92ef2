"""The command that tries services: probe."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import Home, Json, app


@app.command
def probe(
    source: str | None = None,
    /,
    *,
    country: str | None = None,
    part: str | None = None,
    heavy: Annotated[bool, Parameter(negative="")] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Ask each service one small question and say whether its answer can still be read; nothing is stored.

    Parameters
    ----------
    source
        A source's id (unhcr.population) or the end of it (population), or a publisher (unhcr); every source where none is
        given.
    country
        Ask about this country instead of the usual one, where one source is named.
    part
        Ask for this part of the service, by its own word, where one source is named.
    heavy
        Try those too that give whole tables of many megabytes only.
    """
    from qanat.jobs.fetching import keys, service_of
    from qanat.jobs.opening import located
    from qanat.jobs.probing import ProbeRequest, failure
    from qanat.jobs.probing import probe as probed

    folder, say = located(home).folder, output.progress()
    request = ProbeRequest(source=source, heavy=heavy, country=country, part=part)
    found = probed(request, service_of(folder, say), keys(folder).has, say)
    if json:
        output.document(found)
    else:
        _told(found["sources"])
    if code := failure(found):
        raise SystemExit(code)


def _told(sources: list[dict[str, Any]]) -> None:
    """A line a source, then a sentence for each that gave no answer to read."""
    rows = [
        [s["source"], s["outcome"], *("" if s[count] is None else f"{s[count]:,}" for count in ("records", "set_aside", "figures", "bytes"))]
        for s in sources
    ]  # fmt: skip
    output.table(["source", "outcome", "records", "set aside", "figures", "bytes"], rows, frozenset({2, 3, 4, 5}))
    for says in dict.fromkeys(s["says"] for s in sources if s["says"]):
        names = ", ".join(s["source"] for s in sources if s["says"] == says)
        output.line(f"{names}: {says}")
    counts = {
        outcome: sum(s["outcome"] == outcome for s in sources)
        for outcome in dict.fromkeys(s["outcome"] for s in sources)
    }
    output.line("; ".join(f"{outcome} {count}" for outcome, count in counts.items()))
