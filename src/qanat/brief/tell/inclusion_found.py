"""A return of inclusion as it is handed to a teller: its figures, its evidence, what was given and what is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from qanat.brief.numbers import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A finding that is used: as an effect (found here) or an assumption (carried), unverified or not, how wide.

    differs  in what (place, income, status), there and here;  own: given by whoever asks
    """

    word: str
    unverified: bool
    own: bool
    says: str
    citation: str
    differs: tuple[tuple[str, str, str], ...]
    factor: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """A finding that stands beside: positive, negative or none."""

    direction: str
    says: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A quantity somebody assumed, from low to high; of which sex ("all": both); whose: asked, assumed, or a citation."""

    name: str
    sex: str
    low: float
    high: float
    whose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """A return as figures, with all it rests on.

    adults    people of working age, by sex;  worth, above, even  by side: present value, share of draws above zero, year
              by which half of the draws have earned back the cost (absent where they have not)
    so_far    by side: the present value up to each year;  sexes  what women and men earn more
    sent      what reaches the origin in the last year;  poverty  change of its number of poor people, a share
    assumed, unknown  sentences
    """

    host: str
    origin: str
    measure: str
    horizon: int
    day: date
    adults: tuple[Row, ...]
    worth: Mapping[str, Row]
    above: Mapping[str, Row]
    even: Mapping[str, Row]
    so_far: Mapping[str, tuple[Row, ...]]
    sexes: tuple[Row, ...]
    sent: Row | None
    poverty: Row | None
    used: tuple[Used, ...]
    beside: tuple[Stood, ...]
    given: tuple[Given, ...]
    assumed: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def unverified(self) -> bool:
        """Whether some finding used is unverified."""
        return any(one.unverified for one in self.used)

    @property
    def carried(self) -> bool:
        """Whether every effect is an assumption."""
        return all(one.word == "assumption" for one in self.used)
