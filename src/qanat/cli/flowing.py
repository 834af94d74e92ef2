"""The commands of flows: estimate, show, explain."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, flows_app, known_by, store_of

Start = Annotated[int | None, Parameter(name="--start", help="First year of the period.")]
Method = Annotated[str | None, Parameter(name="--method", help="min, independence, pseudo-bayes, open, drop, reverse, rate or best.")]  # fmt: skip


@flows_app.command
def estimate(
    *,
    start: int,
    end: int,
    method: str = "pseudo-bayes",
    stocks: Path | None = None,
    vital: Path | None = None,
    out: Path | None = None,
    others: Literal["aside", "spread"] = "aside",
    leave_out: tuple[str, ...] = (),
    unite: tuple[str, ...] = (),
    by_sex: Annotated[bool, Parameter(negative="")] = False,
    weight: float | None = None,
    whole: Annotated[bool, Parameter(negative="")] = False,
    prior: Path | None = None,
    draws: int = 200,
    seed: int = 0,
    workers: str = "serial",
    draws_out: Path | None = None,
    keep: Annotated[bool, Parameter(negative="")] = False,
    internal: Annotated[bool, Parameter(negative="")] = False,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Estimate who moved from where to where between 1 July of two years, from stocks by birthplace, births and deaths.

    Flows are transitions: people by where they lived at both ends, not acts of moving. Without --stocks and --vital they come
    from the newest releases in the store.

    Parameters
    ----------
    start
        Year of the first stock.
    end
        Year of the second stock.
    method
        min, independence, pseudo-bayes, open, drop, reverse, rate, prior or best; only best has intervals.
    stocks
        Table (Parquet or CSV) with year, birth, residence, stock; the native-born where birth is residence.
    vital
        Table with iso3, births, deaths, period (2015-2020).
    out
        Write orig, dest, flow, low80, high80, low95, high95 here, one row a pair, as Parquet or (by its name) CSV.
    others
        People of unknown birthplace: kept aside and reported, or spread over the birthplaces known in the same place;
        best always lays them on birthplaces listed by an earlier release.
    leave_out
        Places to leave aside, with everyone born or living there; may be given several times.
    unite
        A place and its parts to count as one, as SDN=SDN+SSD; may be given several times.
    by_sex
        Women and men too.
    weight
        Share of independence in pseudo-bayes; 0.13 where none is given.
    whole
        Keep the native-born whole numbers, as the R package migest does.
    prior
        Table with orig, dest, weight of every pair, for the method prior.
    draws
        How many draws the intervals of best are read from.
    seed
        Where they begin; the same seed gives the same intervals on any machine.
    workers
        Where draws are computed: serial, processes, processes:4 or a Dask scheduler's address as tcp://host:8786.
    draws_out
        Write the draws here as Parquet: orig, dest, samples.
    keep
        Keep the result in the store as a run.
    internal
        Write the files where the releases may not be passed on, too; a column tells their terms.
    """
    from datetime import UTC, datetime

    from qanat.jobs.flows import flows
    from qanat.jobs.flows_asked import FlowsRequest

    request = FlowsRequest(
        start=start, end=end, method=method, stocks=stocks, vital=vital, out=out, others=others, leave_out=leave_out, unite=unite, by_sex=by_sex,
        weight=weight, whole=whole, prior=prior, draws=draws, seed=seed, workers=workers, draws_out=draws_out, as_of=known_by(as_of), keep=keep, internal=internal,
    )  # fmt: skip
    store = None if stocks is not None and vital is not None else store_of(home)
    found = flows(request, store, datetime.now(UTC))
    if json:
        output.document(found)
        return
    _estimated(found)


@flows_app.command
def show(
    place: str,
    /,
    *,
    origin: Annotated[str | None, Parameter(name="--from", help="Only people who came from this place.")] = None,
    to: Annotated[str | None, Parameter(name="--to", help="Only people who went to this place.")] = None,
    start: Start = None,
    year: Annotated[int | None, Parameter(name="--year", help="Any year of the period.")] = None,
    method: Method = None,
    top: int = 10,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show a place's largest corridors in and out, its totals and net, in one period.

    Parameters
    ----------
    place
        A name in any UN language or an ISO code.
    top
        How many corridors each way.
    """
    from qanat.jobs.flows_shown import CorridorsRequest, corridors

    request = CorridorsRequest(
        place=place, origin=origin, to=to, start=start, year=year, method=method, top=top, as_of=known_by(as_of)
    )
    found = corridors(request, store_of(home))
    if json:
        output.document(found)
        return
    _shown(found)


@flows_app.command
def explain(
    origin: str,
    place: str,
    /,
    *,
    start: Start = None,
    method: Method = None,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Show how a corridor's figure came to be: stocks at both ends by birthplace, births, deaths, and who moved.

    Parameters
    ----------
    origin
        Where people lived at the start.
    place
        Where they lived at the end.
    """
    from qanat.jobs.flows_shown import CorridorsRequest, corridor

    request = CorridorsRequest(place=origin, to=place, start=start, method=method, as_of=known_by(as_of))
    found = corridor(request, store_of(home))
    if json:
        output.document(found)
        return
    _explained(found)


def _estimated(found: dict[str, Any]) -> None:
    kinds = found["kinds"]
    output.line(
        f"{found['start']} to {found['end']}: {output.amount(found['people'])} people live in another of {found['places']} places than at the start"
    )
    output.line(f"{output.amount(kinds['outward'])} left their birthplace, {output.amount(kinds['return'])} returned to it, {output.amount(kinds['transit'])} moved between others")  # fmt: skip
    output.line(f"{found['method']}: {found['says']} ({found['paper']})")
    for assumed in found["assumed"]:
        output.line(f"assumed: {assumed}")
    for why in dict.fromkeys(one["why"] for one in found["aside"]):
        alike = [one for one in found["aside"] if one["why"] == why]
        sums = {
            str(year): sum(one["people"].get(str(year), 0.0) for one in alike)
            for year in (found["start"], found["end"])
        }
        named = ", ".join(one["place"] for one in alike[:8]) + (", ..." if len(alike) > 8 else "")
        output.line(f"aside ({why}): {_people(sums)}; {named}")
    output.table(["from", "to", "people"], [[one["origin"], one["place"], output.amount(one["flow"], one["low80"], one["high80"])] for one in found["top"]], frozenset({2}))  # fmt: skip
    for word, name in (("releases", "from"), ("out", "written to"), ("run", "kept as")):
        if found[word]:
            output.line(f"{name}: {', '.join(found[word]) if isinstance(found[word], list) else found[word]}")


def _people(told: Mapping[str, float]) -> str:
    return ", ".join(f"{year}: {output.amount(people)}" for year, people in told.items())


def _shown(found: dict[str, Any]) -> None:
    place = found["place"]
    output.line(
        f"{place['name']} ({place['code']}), {found['start']} to {found['end']}, {found['method']}; people by where they lived at both ends"
    )
    net = "" if found["net"] is None else f", net {found['net']:+,}"
    output.line(f"came {output.amount(found['arrived'])}, left {output.amount(found['departed'])}{net}")
    for title, rows in (("from", found["into"]), ("to", found["out_of"])):
        told = [[f"{one['name']} ({one['code']})", output.amount(one["flow"], one["low"], one["high"]), *(output.amount(one[kind]) for kind in ("outward", "return", "transit"))] for one in rows]  # fmt: skip
        output.table([title, "people", "outward", "returning", "transit"], told, frozenset({1, 2, 3, 4}))
    if found["run"]:
        output.line(f"run: {found['run']}")


def _explained(found: dict[str, Any]) -> None:
    origin, place, kinds = found["origin"], found["place"], found["kinds"]
    output.line(f"{origin['name']} to {place['name']}, {found['start']} to {found['end']}: {output.amount(found['flow'])} people ({found['method']})")  # fmt: skip
    output.line(f"born in {origin['name']} {output.amount(kinds['outward'])}, returning to {place['name']} {output.amount(kinds['return'])}, born elsewhere {output.amount(kinds['transit'])}")  # fmt: skip
    output.line(f"{found['says']} ({found['paper']})")
    ends = [[one["place"], *(output.amount(one[name]) for name in ("people_start", "people_end", "births", "deaths", "net"))] for one in found["ends"]]  # fmt: skip
    output.table(["place", f"people {found['start']}", f"people {found['end']}", "births", "deaths", "growth beyond them"], ends, frozenset(range(1, 6)))  # fmt: skip
    columns = ("moved", "at_origin_start", "at_origin_end", "at_place_start", "at_place_end")
    heads = [f"in {code} {year}" for code in (origin["code"], place["code"]) for year in (found["start"], found["end"])]
    born = [[one["birth"], one["kind"], *(output.amount(one[name]) for name in columns)] for one in found["born"]]
    output.table(["born in", "kind", "moved", *heads], born, frozenset(range(2, 7)))
    if found["birthplaces"] > len(found["born"]):
        output.line(f"{found['birthplaces']} birthplaces took part")
    for assumed in found["assumed"]:
        output.line(f"assumed: {assumed}")
    output.line(f"from: {', '.join(found['releases'])}, known {found['known']}")
