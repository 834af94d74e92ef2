"""Countries that split or came together: tables of two years name other places, and people would seem to have moved.

Source: ISO 3166-3, codes for formerly used names of countries; UN Statistics Division, M49, changes since 1982.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from qanat.errors import AskError

# former code: what it became, and the year
SUCCESSORS: Final[dict[str, tuple[tuple[str, ...], int]]] = {
    "SCG": (("SRB", "MNE"), 2006),
    "YUG": (("BIH", "HRV", "MKD", "MNE", "SRB", "SVN"), 1991),
    "SUN": (("ARM", "AZE", "BLR", "EST", "GEO", "KAZ", "KGZ", "LTU", "LVA", "MDA", "RUS", "TJK", "TKM", "UKR", "UZB"), 1991),
    "CSK": (("CZE", "SVK"), 1993),
    "ANT": (("BES", "CUW", "SXM"), 2010),
    "TMP": (("TLS",), 2002),
    "SDN": (("SDN", "SSD"), 2011),
    "SRB": (("SRB", "XKX"), 2008),
    "ETH": (("ETH", "ERI"), 1993),
}  # fmt: skip


def hint(place: str, others: frozenset[str]) -> str:
    """What to do about a place that one of two tables lacks, where it is known to have split; else how to leave it aside.

    others  the places of the other table
    """
    for former, (parts, year) in SUCCESSORS.items():
        split = former == place or (place in parts and (former in others or place != former))
        if split and (former in others or place == former or any(part in others for part in parts)):
            return f"{former} became {' and '.join(parts)} in {year}: count them as one with --unite {former}={'+'.join(parts)}"
    return f"give its figures for both years, or leave it aside with --leave-out {place}"


def united(frame: pl.DataFrame, columns: tuple[str, ...], unite: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """The frame with every part's code replaced by that of the whole, rows as they were."""
    codes = {part: whole for whole, parts in unite.items() for part in parts}
    return frame.with_columns(pl.col(name).replace(codes) for name in columns) if codes else frame


def unions(texts: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What "SDN=SDN+SSD" means. Raises AskError for other texts and for a part told twice."""
    told: dict[str, tuple[str, ...]] = {}
    for text in texts:
        whole, found, parts = text.partition("=")
        if not found or not parts or not whole:
            raise AskError(f"--unite {text}: write it as WHOLE=PART+PART, for example SDN=SDN+SSD")
        told[whole.strip()] = tuple(part.strip() for part in parts.split("+"))
    every = [part for parts in told.values() for part in parts]
    twice = sorted({part for part in every if every.count(part) > 1})
    if twice:
        raise AskError(f"--unite names {', '.join(twice)} twice; a place can be a part of one whole only")
    return told
