"""Job: flows of a period estimated from stocks, births and deaths: from two files, or from the releases in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from qanat.errors import AskError, NothingFound
from qanat.figures import F, Stage
from qanat.jobs.flows_asked import FlowsRequest, how_of, read_table, require_engines, rules_of, sound
from qanat.jobs.flows_told import Found, document
from qanat.jobs.flows_written import bound, written_to
from qanat.jobs.knowing import told_day, told_first
from qanat.jobs.passing import require_passable
from qanat.store import Ask, Engine

if TYPE_CHECKING:
    from qanat.estimate.releases import Release
    from qanat.estimate.ways import How
    from qanat.estimate.worlds import Rules


def flows(request: FlowsRequest, store: Engine | None, now: datetime) -> dict[str, Any]:
    """The flows of a period: written where `out` says, kept where `keep` says, and told in short.

    store  may be null where the tables are files
    Raises AskError for a request that cannot be met, FigureError with every fault of the tables, NothingFound where no release
    tells both years, LicenceError where a file would rest on a release that may not be passed on.
    """
    drawn_up = found_flows(request, store)
    if request.out is not None or request.draws_out is not None:
        require_passable(bound(drawn_up), "the table of flows", internal=request.internal)
    found = with_intervals(drawn_up, request)
    written_to(found, request.out, request.draws_out)
    from qanat.jobs.flows_kept import kept

    run = kept(found, request, store, now) if request.keep and store is not None else None
    return {
        **document(found),
        "as_of": told_day(request.as_of),
        "out": None if request.out is None else str(request.out),
        "run": run,
    }


def found_flows(request: FlowsRequest, store: Engine | None) -> Found:
    """The estimate, from files or from the store."""
    require_engines()
    sound(request)
    from qanat.estimate.flows import estimated
    from qanat.estimate.worlds import world

    how, rules = how_of(request), rules_of(request)
    if request.stocks is not None and request.vital is not None:
        account = world(read_table(request.stocks), read_table(request.vital), rules)
        found = Found(estimate=estimated(account, how), told=None, release=None, sexes={}, assumed=())
        return _with_notes(found)
    if store is None:
        raise AskError("flows without --stocks and --vital come from the store; open one")
    return _with_notes(_from_store(request, store, rules, how))


def _with_notes(found: Found) -> Found:
    """The estimate with what its method assumed beside the account's own assumptions."""
    if found.estimate.how.method != "best":
        return found
    from qanat.estimate.setting import setting

    return replace(found, assumed=(*found.assumed, *setting(found.estimate.world).notes))


def with_intervals(found: Found, request: FlowsRequest) -> Found:
    """The estimate with its intervals where its method has them."""
    if found.estimate.how.method != "best":
        return found
    from qanat.estimate.intervals import Drawing, ranged
    from qanat.jobs.executors import executor

    with executor(request.workers) as workers:
        made = ranged(found.estimate, Drawing(draws=request.draws, seed=request.seed), workers)
    return replace(found, ranged=made)


def _from_store(request: FlowsRequest, store: Engine, rules: Rules, how: How) -> Found:
    from qanat.estimate.by_sex import by_sex
    from qanat.estimate.drawn_up import drawn_up
    from qanat.estimate.flows import estimated

    release = released(store, (request.start, request.end), request.as_of)
    told, account = drawn_up(release, rules)
    everyone = estimated(account, how)
    if not request.by_sex:
        return Found(estimate=everyone, told=told, release=release, sexes={}, assumed=told.assumed)
    both = by_sex(everyone, release, rules)
    return Found(
        estimate=everyone,
        told=told,
        release=release,
        sexes={"female": both.women, "male": both.men},
        assumed=both.assumed,
    )


def released(store: Engine, years: tuple[int, int], as_of: date | None = None) -> Release:
    """The newest releases of migrant stocks and population in the store that tell both years."""
    from qanat.estimate.releases import release

    asked = Ask(stage=Stage.PUBLISHED, groups=("migrants", "people"), counter="unpd", known_by=as_of)
    try:
        return release(store.get(asked), years)
    except NothingFound as cause:
        raise NothingFound(f"{cause}{told_first(asked, store)}") from cause


def stock_years(store: Engine, as_of: date | None = None) -> list[int]:
    """Years with migrant stocks by origin in the store as known on a day, ascending. Raises NothingFound where there are none."""
    asked = Ask(stage=Stage.PUBLISHED, groups=("migrants",), counter="unpd", measure="stock", known_by=as_of, undivided=True)  # fmt: skip
    years = (
        store.get(asked).filter(F.origin.is_not_null()).select(F.start.dt.year().unique().sort()).to_series().to_list()
    )
    if not years:
        if first := told_first(asked, store):
            raise NothingFound(f"no migrant stocks by origin were known on {as_of}{first}")
        raise NothingFound(
            "no migrant stocks by origin are in the store; `qanat edition restore` brings those of the edition"
        )
    return [int(year) for year in years]
