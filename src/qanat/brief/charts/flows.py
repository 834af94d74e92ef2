"""What a flow map says: the country, the other ends, the words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from qanat.brief.charts.land import Point
from qanat.brief.charts.sheet import Heading


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """The country the map is about. at: where its dot stands, (longitude, latitude); null = the heart of its land."""

    code: str
    name: str
    at: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A country at the other end.

    value  people; null = not known
    told   the value as it is to be printed
    at     (longitude, latitude); null = the heart of its land, and off the map where the land has no such code
    """

    code: str
    name: str
    value: float | None
    told: str
    at: Point | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Where people of a country are (outward), or where those it hosts come from (inward)."""

    focus: Focus
    partners: tuple[Partner, ...] = ()
    direction: Literal["outward", "inward"] = "outward"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapWords:
    """Every word on a flow map.

    colours    what the fills mean ("People from Sudan, by country of asylum")
    arrows     what the arrows' width means
    focus      what the sand-coloured land is ("Country of origin")
    beyond     an arrow that ends or begins at the map's edge
    none       land without a figure
    unsettled  land whose sovereignty is unsettled
    spell      a class bound as it is to be printed
    span       a class from its lower to its upper bound; null = open at that end
    rest       the partners that got no arrow, in one sentence; it is asked only if there are any
    """

    heading: Heading
    colours: str
    arrows: str
    focus: str
    beyond: str
    none: str
    unsettled: str
    spell: Callable[[float], str]
    span: Callable[[float | None, float | None], str]
    rest: Callable[[tuple[Partner, ...]], str]
