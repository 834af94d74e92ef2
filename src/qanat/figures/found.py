"""What the place of a cell was found to be, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, get_args

How = Literal["pcode", "name", "variant", "remembered", "several", "none"]
HOW: Final[tuple[How, ...]] = get_args(How)


class Unit(NamedTuple):
    """One unit of the list."""

    code: str
    level: int
    parent: str
    name: str


class Near(NamedTuple):
    """A unit with a name like the one sought; score is the likeness of letters, 0 to 1."""

    code: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: the unit's code or null, how, how alike (null where no name was compared), what else was near."""

    code: str | None
    how: How
    score: float | None
    near: tuple[Near, ...] = ()
