"""qanat: one shared, traceable picture of people on the move.

`qanat.open()` gives the picture of a store; see `qanat.picture`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from qanat.picture import Picture

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(home: str | Path | None = None, *, as_of: date | None = None) -> Picture:
    """The picture of a store: of `home`, else of QANAT_HOME, qanat.toml or the user's data folder.

    as_of  answer with what was known on this day; null = everything
    """
    from qanat.picture import open_picture

    return open_picture(home, as_of=as_of)
