"""Job: rooms that need numpy, imported where they are used; a core install says what to install."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from qanat.errors import AskError

_OURS = ("numpy", "scipy")


@contextmanager
def engines(what: str) -> Generator[None]:
    """Imports inside need the extra `engines`. Raises AskError with the command that installs it where it is absent."""
    try:
        yield
    except ModuleNotFoundError as cause:
        if (cause.name or "").split(".")[0] not in _OURS:
            raise
        raise AskError(f'{what} needs {cause.name}; install it with: pip install "qanat[engines]"') from cause
