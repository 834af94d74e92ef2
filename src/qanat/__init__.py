"""qanat: one shared, traceable picture of people on the move.

`qanat.open()` gives the picture of a store; see `qanat.picture`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from qanat.picture import Picture

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(
    home: str | Path | None = None, *, as_of: date | None = None, prefer: Mapping[str, Sequence[str]] | None = None
) -> Picture:
    """The picture of a store: of `home`, else of QANAT_HOME, qanat.toml or the user's data folder.

    as_of   answer with what was known on this day; null = everything
    prefer  by group the counters whose figure is shown first, before the order of the nearest qanat.toml and the house's
    """
    from qanat.picture import open_picture

    return open_picture(home, as_of=as_of, prefer=prefer)
