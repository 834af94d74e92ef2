"""What was known on a day: a day that lies ahead is no answer's, and a figure cited too early is told when it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from qanat.errors import AskError, NothingFound
from qanat.store import Ask, Engine
from qanat.store.trace import cited

_FURTHEST: Final = timedelta(hours=14)  # where the day begins first, at UTC+14


def known_day(day: date | None, now: datetime) -> date | None:
    """The day asked for; null: everything that is known. Raises AskError for a day that has begun nowhere yet.

    now  UTC
    """
    if day is not None and day > (now + _FURTHEST).date():
        raise AskError(f"{day} lies ahead: what will be known then nobody can say; give today or an earlier day")
    return day


def told_day(day: date | None) -> str | None:
    """The day a document says it answers as of; null: everything that is known."""
    return None if day is None else day.isoformat()


def require_no_files(files: Iterable[str], as_of: date | None) -> None:
    """Nothing where no day is asked for or no file of figures is given: a file does not tell when its figures became known.

    files  the options that name one, as --stocks
    Raises AskError naming them.
    """
    given = list(files)
    if as_of is not None and given:
        raise AskError(
            f"--as-of {as_of} is for the store's figures only: files do not tell when theirs became known; leave out {', '.join(given)}"
        )


def require_known(cite: str, store: Engine, as_of: date | None) -> None:
    """Nothing where the figure (RUN:ROW) was known by a day, or where no day is asked for.

    Raises NothingFound telling the day it became known, AskError for a citation that is none; a figure the store does
    not have is left to who asked.
    """
    run, row = cited(cite)
    known = store.get(Ask(run=run, rows=(row,))).get_column("known") if as_of is not None else ()
    require_published(cite, max(known, default=None), as_of)


def require_published(cite: str, known: date | None, as_of: date | None) -> None:
    """Nothing where a figure published on `known` was known by a day. Raises NothingFound telling when it became so."""
    if as_of is not None and known is not None and known > as_of:
        raise NothingFound(f"{cite} was not known on {as_of}: it became known on {known}")


def first_known(ask: Ask, store: Engine) -> date | None:
    """The day anything that answers the question became known, whatever day it asks about; null: nothing ever was."""
    return min(store.get(replace(ask, known_by=None)).get_column("known"), default=None)


def told_first(ask: Ask, store: Engine) -> str:
    """For a message: since when anything that answers is known; empty where nothing is, or no day was asked about."""
    day = first_known(ask, store) if ask.known_by is not None else None
    return "" if day is None or ask.known_by is None or day <= ask.known_by else f"; the first became known on {day}"
