"""The publisher's own files, handed over to be read instead of asking its service."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from qanat.errors import AskError
from qanat.sources.modes import require_whole
from qanat.sources.request import Answer
from qanat.sources.weight import require_readable

MOST: Final = 600_000_000  # bytes of a file: UCDP's bulk table of a million events has 453 million


def handed(file: Path, published: date | None, today: date) -> Answer:
    """A file as an answer that came today, published on a day; null: see the file itself.

    Raises AskError for one that is not there, no file, or too large to be read; SourceError for one that is empty, cut,
    or holds too many values.
    """
    try:
        if file.exists() and not file.is_file():
            raise AskError(f"{file} is no file; name the publisher's file with --from")
        if file.stat().st_size > MOST:
            raise AskError(
                f"{file} has more than {MOST // 1_000_000} MB, more than is read at once; hand it over in parts"
            )
        found = Answer(address=file.name, data=file.read_bytes(), retrieved=today, published=published)
    except OSError as cause:
        raise AskError(f"{file} cannot be read ({cause.strerror}); name the publisher's file with --from") from cause
    require_readable(found.data, found.address)
    require_whole(found)
    return found
