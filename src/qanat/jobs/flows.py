"""Job: flows of a period estimated from stocks, births and deaths: from two files, or from the releases in the store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl

from qanat.errors import AskError, NothingFound, SourceError
from qanat.figures import F, Stage
from qanat.figures.words import nearest
from qanat.jobs.executors import calm
from qanat.jobs.flows_written import bound, written_to
from qanat.jobs.knowing import told_day, told_first
from qanat.jobs.passing import require_passable
from qanat.store import Ask, Engine

if TYPE_CHECKING:
    from qanat.estimate.drawn_up import Inputs
    from qanat.estimate.flows import Estimate
    from qanat.estimate.intervals import Ranged
    from qanat.estimate.releases import Release
    from qanat.estimate.ways import How
    from qanat.estimate.worlds import Rules
    from qanat.maths.moves import Split

USUAL: Final = "pseudo-bayes"
TOP: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowsRequest:
    """Which period, by which method, from what.

    start, end  years of the two stocks, 1 July each
    stocks, vital  tables of one's own (Parquet or CSV); both null: the newest releases in the store
    out       where to write the table (Parquet or CSV); null: nowhere
    others    people of unknown birthplace: aside or spread
    leave_out, unite  see estimate.worlds.Rules; unite as "SDN=SDN+SSD"
    by_sex    women and men too (from the store only)
    weight    of independence in pseudo-bayes; null: the published 0.13
    whole     native-born stay whole numbers, as migest's do
    prior     orig, dest, weight for the method prior
    draws, seed, workers  for best: how many draws its intervals are read from, from which seed, computed where (jobs.executors)
    draws_out where to write the draws (Parquet: orig, dest, samples); null: nowhere
    as_of     as known on this day (null: everything); from the store only
    keep      put the result into the store as a run
    internal  write the files where the releases may not be passed on, too: a column tells their terms
    """

    start: int
    end: int
    method: str = USUAL
    stocks: Path | None = None
    vital: Path | None = None
    out: Path | None = None
    others: Literal["aside", "spread"] = "aside"
    leave_out: tuple[str, ...] = ()
    unite: tuple[str, ...] = ()
    by_sex: bool = False
    weight: float | None = None
    whole: bool = False
    prior: Path | None = None
    draws: int = 200
    seed: int = 0
    workers: str = "serial"
    draws_out: Path | None = None
    as_of: date | None = None
    keep: bool = False
    internal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An estimate with all that doors tell of it.

    told    the tables it was drawn up from, release  where they came from; null where they were files of one's own
    sexes   women and men, where asked for
    ranged  the intervals and draws; null for a method that has none
    """

    estimate: Estimate
    told: Inputs | None
    release: Release | None
    sexes: dict[str, Split]
    assumed: tuple[str, ...]
    ranged: Ranged | None = None


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
    _sound(request)
    from qanat.estimate.flows import estimated
    from qanat.estimate.worlds import world

    how, rules = _how(request), _rules(request)
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


def require_engines() -> None:
    """Nothing where arrays can be computed with. Raises AskError telling what to install."""
    missing = [name for name in ("numpy", "scipy") if find_spec(name) is None]
    if missing:
        raise AskError(f'flows need {" and ".join(missing)}: pip install "qanat[engines]"')
    calm()


def _sound(request: FlowsRequest) -> None:
    if request.start >= request.end:
        raise AskError(f"--start {request.start} is not before --end {request.end}; give the earlier year first")
    if (request.stocks is None) != (request.vital is None):
        raise AskError("--stocks and --vital go together: a table of stocks needs its births and deaths")
    files = request.stocks is not None
    alone = {"--keep": request.keep, "--by-sex": request.by_sex, "--as-of": request.as_of is not None}
    given = [name for name, used in alone.items() if used]
    if files and given:
        raise AskError(f"{', '.join(given)}: only for flows from the store, whose figures have a source; leave out --stocks and --vital")  # fmt: skip
    if request.draws_out is not None and request.method != "best":
        raise AskError(f"--draws-out: only --method best draws; {request.method} has no draws to write")
    if request.weight is not None and not 0 <= request.weight <= 1:
        raise AskError(f"--weight {request.weight}: a share, from 0 (the fewest moves) to 1 (independence)")


def _how(request: FlowsRequest) -> How:
    from qanat.estimate.ways import WAYS, How
    from qanat.maths.accounting import Closing
    from qanat.maths.moves import WEIGHT

    if request.method not in WAYS:
        near = nearest(request.method, list(WAYS))
        raise AskError(f"--method {request.method}: there are {', '.join(WAYS)}" + (f"; did you mean {near!r}?" if near else ""))  # fmt: skip
    weight = WEIGHT if request.weight is None else request.weight
    prior = None if request.prior is None else read_table(request.prior)
    return How(method=WAYS[request.method].word, weight=weight, closing=Closing(whole=request.whole), prior=prior)


def _rules(request: FlowsRequest) -> Rules:
    from qanat.estimate.succession import unions
    from qanat.estimate.ways import WAYS
    from qanat.estimate.worlds import Rules

    closed = any(word == request.method and way.closed for word, way in WAYS.items())
    return Rules(
        start=request.start, end=request.end, others="spread" if request.method == "best" else request.others, leave_out=request.leave_out, unite=unions(request.unite), closed=closed,
    )  # fmt: skip


def read_table(path: Path) -> pl.DataFrame:
    """A table from Parquet or CSV. Raises AskError for a file that is not there, SourceError for one that cannot be read."""
    if not path.is_file():
        raise AskError(f"{path} is no file; give a table as Parquet or CSV")
    try:
        return pl.read_csv(path) if path.suffix.lower() == ".csv" else pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as cause:
        raise SourceError(f"{path} cannot be read ({str(cause).splitlines()[0]}); give a table as Parquet or CSV") from cause  # fmt: skip


def document(found: Found) -> dict[str, Any]:
    """The estimate in short, as its stable JSON."""
    from qanat.estimate.flows import contract
    from qanat.estimate.ways import WAYS

    one, way = found.estimate, WAYS[found.estimate.how.method]
    kinds = one.kinds
    whole = contract(one) if found.ranged is None else found.ranged.table
    top = whole.sort("flow", "orig", "dest", descending=[True, False, False]).head(TOP)
    return {
        "schema": "qanat.flows/1", "start": one.world.period[0], "end": one.world.period[1], "method": one.method, "says": way.says, "paper": way.paper,
        "concept": "transition", "places": len(one.world.places), "people": _whole(kinds.total.sum()),
        "kinds": {"outward": _whole(kinds.outward.sum()), "return": _whole(kinds.back.sum()), "transit": _whole(kinds.transit.sum())},
        "aside": aside(found), "assumed": list(found.assumed), "releases": list(found.release.releases) if found.release else [],
        "top": [{"origin": row["orig"], "place": row["dest"], "flow": row["flow"], "low80": row["low80"], "high80": row["high80"], "low95": row["low95"], "high95": row["high95"]} for row in top.iter_rows(named=True)],
    }  # fmt: skip


def aside(found: Found) -> list[dict[str, Any]]:
    """Who is in no table: why, which places, how many people at each end; most people first."""
    summed = left_aside(found).group_by("why", "place", "year").agg(pl.col("people").sum())
    rows = summed.sort("why", "place", "year").group_by("why", "place", maintain_order=True).agg("year", "people")
    return [
        {"why": row["why"], "place": row["place"], "people": dict(zip(map(str, row["year"]), row["people"], strict=True))}
        for row in rows.sort(pl.col("people").list.max(), "why", "place", descending=[True, False, False]).iter_rows(named=True)
    ]  # fmt: skip


def left_aside(found: Found) -> pl.DataFrame:
    """estimate.worlds.ASIDE: people of unknown birthplace, and everyone of places that cannot be accounted for."""
    own = found.estimate.world.aside
    if found.told is None:
        return own
    left = set(found.told.leave_out)
    others = own.filter(~(pl.col("place").is_in(left) & (pl.col("why") == "left aside as asked")))
    return pl.concat([found.told.left, others])


def _whole(value: float) -> float:
    return float(round(value))
