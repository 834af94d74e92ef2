"""The command about the soundness of stocks: flows check."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from qanat.cli import output
from qanat.cli.app import AsOf, Home, Json, flows_app, known_by, store_of

_SHOWN = 20


@flows_app.command(name="check")
def flows_check(
    *,
    stocks: Path | None = None,
    mirror: Path | None = None,
    sex: Literal["all", "female", "male"] = "all",
    limit: int = _SHOWN,
    as_of: AsOf = None,
    home: Home = None,
    json: Json = False,
) -> int:
    """Find stocks by origin and destination that can hardly be right: they jump against their neighbours in time or another release.

    Exit code 4 when some were found. Nothing is changed.

    Parameters
    ----------
    stocks
        A Parquet or CSV file with orig, dest, year, value (or birth, residence, year, stock); the store's newest migrant
        stock where none is given.
    mirror
        The same table of another release. Without one, errors that fill a whole series cannot be seen.
    sex
        Which rows of a table divided by sex.
    limit
        How many to print, the most people misplaced first; --json has all.
    """
    from qanat.jobs.stock_check import StockCheckRequest, check_stocks

    request = StockCheckRequest(stocks=stocks, mirror=mirror, sex=sex, as_of=known_by(as_of))
    found = check_stocks(request, lambda: store_of(home))
    if json:
        output.document(found)
    else:
        _checked(found, limit)
    return 4 if found["flagged"] else 0


def _checked(found: dict[str, Any], limit: int) -> None:
    beside = f"against {found['mirror']}" if found["mirror"] else "with no other release beside it"
    output.line(
        f"{found['stocks']} {beside}: {found['cells']:,} cells, {found['flagged']:,} flagged ({found['share']:.2%})"
    )
    if found["left_out"]:
        output.line(f"{found['left_out']:,} rows are no pair of two countries (others, natives) and were not checked")
    if found["alone"]:
        output.line(
            f"{found['alone']:,} cells have too few neighbours and no other release: nothing can be said of them"
        )
    for row in found["cells_flagged"][:limit]:
        output.line(f"- {row['told']}")
    if found["flagged"] > limit:
        output.line(f"... and {found['flagged'] - limit:,} more; --limit or --json shows them")
