"""What an estimate of flows is asked: the period, the method, the tables; refused with a remedy where it cannot be met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import polars as pl

from qanat.errors import AskError, SourceError
from qanat.figures.words import nearest
from qanat.jobs.executors import calm

if TYPE_CHECKING:
    from qanat.estimate.ways import How
    from qanat.estimate.worlds import Rules

USUAL: Final = "pseudo-bayes"


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


def require_engines() -> None:
    """Nothing where arrays can be computed with. Raises AskError telling what to install."""
    missing = [name for name in ("numpy", "scipy") if find_spec(name) is None]
    if missing:
        raise AskError(f'flows need {" and ".join(missing)}: pip install "qanat[engines]"')
    calm()


def sound(request: FlowsRequest) -> None:
    """Nothing where the parts of a request go together. Raises AskError for the first that do not."""
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


def how_of(request: FlowsRequest) -> How:
    """The method with its settings. Raises AskError for a word that names none, with the nearest one."""
    from qanat.estimate.ways import WAYS, How
    from qanat.maths.accounting import Closing
    from qanat.maths.moves import WEIGHT

    if request.method not in WAYS:
        near = nearest(request.method, list(WAYS))
        raise AskError(f"--method {request.method}: there are {', '.join(WAYS)}" + (f"; did you mean {near!r}?" if near else ""))  # fmt: skip
    weight = WEIGHT if request.weight is None else request.weight
    prior = None if request.prior is None else read_table(request.prior)
    return How(method=WAYS[request.method].word, weight=weight, closing=Closing(whole=request.whole), prior=prior)


def rules_of(request: FlowsRequest) -> Rules:
    """How the account of a period is drawn up for this method."""
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
