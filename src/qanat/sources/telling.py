"""What goes wrong with somebody else's bytes, told as such and not as a fault of the program."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import polars as pl

from qanat.errors import SourceError

_ODD = (
    ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError, pl.exceptions.PolarsError, pl.exceptions.PanicException,
)  # fmt: skip


@contextmanager
def telling(source: str) -> Generator[None]:
    """An answer being read. Raises SourceError for one of a form that nobody has seen yet, so that one such answer
    neither stops the pull of other sources nor is kept; its cause says where."""
    try:
        yield
    except _ODD as cause:
        raise SourceError(
            f"{source}: the answer has a form its adapter does not know ({type(cause).__name__}: {str(cause)[:160]}); nothing was kept: "
            "report it with the answer, if it stays so"
        ) from cause
