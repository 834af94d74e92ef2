"""The constants of the estimate `best`: what was learnt, on what, and how sure that is.

Learnt on what 16 European countries reported of arrivals by previous residence, 2010 to 2014 (Eurostat, double entry), added up
to five years: 404 corridors, of which 300 with all five years; and on departures reported by countries that undercount little,
82 corridors towards countries that report no arrivals. Chosen from tables of candidates by leaving out one destination at a
time, then rounded; bench/flows_accuracy.py does it again and prints what each left-out country would have chosen. The form of the
prior was found on the same corridors: only its constants are tested by leaving out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Constants of the prior; SPREAD below says how far each may be off.

    stay      how sticky a community of one half of its birthplace's people would be, relative to a move of 1000 km
    size      how much stickier smaller communities are: stay x share^(-2 size); 0 makes moves go as the square root of a
              community, 1/2 in proportion to it
    new       how much looser a new community is than an old one: exp(-new (recency - 1/2))
    distance  moves fall with distance^(-distance)
    language  and grow by exp(language) where an official language is shared
    weight    of the prior's table; the rest is pseudo-Bayes
    """

    stay: float = 8.8
    size: float = 0.33
    new: float = 4.5
    distance: float = 0.2
    language: float = 0.2
    weight: float = 0.85


LEARNED: Final = Prior()
# One standard deviation of each constant between draws (of the logarithm for stay; weight is cut to 0..1).
SPREAD: Final = Prior(stay=0.15, size=0.03, new=0.7, distance=0.07, language=0.15, weight=0.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockError:
    """How far two revisions of the UN's migrant stock (2020, 2024) differ where both give a cell, 2005 to 2020.

    often     chance that a cell was revised, per power of ten of its size above `from_`: 5 % at 30 people, 73 % at 300,000
    sd_small  root mean square of the logarithm's change of a revised cell below 10,000 people
    sd_large  and above
    tie       correlation of the change between two dates five years apart
    """

    often: float = 0.17
    from_: float = 1.2
    sd_small: float = 0.55
    sd_large: float = 0.38
    tie: float = 0.77


STOCKS: Final = StockError()


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """What reported arrivals differ from the estimate by, beyond stock error and constants: spreads of the logarithm.

    below  of reports lower than the estimate: registers that miss arrivals or count permanent ones only
    above  of higher ones
    small  added in quadrature to both for a corridor of 1000 people, falling with the square root of its size
    tails  degrees of freedom of Student's t
    """

    below: float = 0.8
    above: float = 0.3
    small: float = 0.2
    tails: float = 4.0


REPORTS: Final = Corridor()
