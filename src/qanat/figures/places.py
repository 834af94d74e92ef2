"""Places: countries and territories by ISO 3166 and UN M49 with their UN names, people without a country, admin units.

Pure: built from two tables that somebody else reads (qanat.edition.places). The designations follow the United Nations'
own lists and imply no opinion on the status of any territory.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Final

import polars as pl

from qanat.errors import AskError

LANGUAGES: Final = ("en", "fr", "es", "ar", "ru", "zh")
COUNTRIES: Final = pl.Schema(
    {
        "code": pl.String(), "kind": pl.String(), "iso2": pl.String(), "m49": pl.Int32(), "unhcr_code": pl.String(),
        **{f"name_{language}": pl.String() for language in LANGUAGES},
        "short": pl.String(), "article": pl.Boolean(), "also": pl.List(pl.String()),
        "region": pl.String(), "subregion": pl.String(), "unhcr_region": pl.String(),
        "ldc": pl.Boolean(), "lldc": pl.Boolean(), "sids": pl.Boolean(), "lat": pl.Float64(), "lon": pl.Float64(),
    }
)  # fmt: skip
UNITS: Final = pl.Schema(
    {"code": pl.String(), "country": pl.String(), "level": pl.Int8(), "name": pl.String(), "parent": pl.String(),
     "valid_from": pl.Date(), "lat": pl.Float64(), "lon": pl.Float64()}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A country or territory, the world, or people without a country (kind: country, territory, area, people, world).

    name_*       names in the six UN languages; null where the UN's list has none
    short        the English name for charts and prose
    article      whether an English sentence says "the" before it
    ldc, lldc, sids  least developed, landlocked developing, small island developing (UN lists); null = not listed as a country
    """

    code: str
    kind: str
    iso2: str | None
    m49: int | None
    unhcr_code: str | None
    name_en: str
    name_fr: str | None
    name_es: str | None
    name_ar: str | None
    name_ru: str | None
    name_zh: str | None
    short: str
    article: bool
    also: list[str]
    region: str | None
    subregion: str | None
    unhcr_region: str | None
    ldc: bool | None
    lldc: bool | None
    sids: bool | None
    lat: float | None
    lon: float | None

    def name(self, language: str = "en") -> str:
        """The name in a UN language, English where the list has none."""
        found = getattr(self, f"name_{language}", None)
        return str(found) if found else self.name_en


class Places:
    """Every place a figure may name.

    countries  one record a place with COUNTRIES' columns
    units      gives a frame of UNITS' columns (admin 1 and 2 by p-code); asked only when needed
    """

    def __init__(self, countries: Iterable[Mapping[str, Any]], units: Callable[[], pl.DataFrame]) -> None:
        self._by_code = {row["code"]: Place(**row) for row in countries}
        self._units = units

    def __getitem__(self, code: str) -> Place:
        return self._by_code[code]

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def codes(self) -> frozenset[str]:
        """Every three-letter code a figure may use."""
        return frozenset(self._by_code)

    def countries(self) -> list[Place]:
        """Countries and territories by code, without the world and people who have no country."""
        return [place for _, place in sorted(self._by_code.items()) if place.kind in ("country", "territory")]

    def name(self, code: str, language: str = "en") -> str:
        """A place's name for charts: the short English one, or the UN's in another language; a p-code gives its unit's."""
        place = self._by_code.get(code)
        if place is None:
            return self.unit_name(code)
        return place.short if language == "en" else place.name(language)

    def spoken(self, code: str, language: str = "en") -> str:
        """The name as a sentence takes it: "the Philippines"."""
        place = self._by_code.get(code)
        article = "the " if language == "en" and place is not None and place.article else ""
        return article + self.name(code, language)

    def find(self, text: str) -> Place:
        """The place a person means by a name in any UN language, or by an ISO or M49 code.

        UNHCR's own codes are not read here, since they clash with ISO's (its AUS is Austria): see `from_unhcr`.
        Raises AskError naming the nearest names where nothing fits, or the candidates where several do.
        """
        plain = fold(text)
        found = self._by_name.get(plain, [])
        if len(found) == 1:
            return self._by_code[found[0]]
        if found:
            told = "; ".join(f"{self._by_code[code].short} ({code})" for code in found)
            raise AskError(f"{text!r} can mean several places: {told}. Give the code in brackets")
        near = get_close_matches(plain, list(self._by_name), n=3, cutoff=0.7)
        codes = list(dict.fromkeys(code for name in near for code in self._by_name[name]))[:4]
        told = (
            ", ".join(f"{self._by_code[code].short} ({code})" for code in codes)
            or "write a country's name or its ISO code, as SDN"
        )
        raise AskError(f"no place {text!r}; nearest: {told}" if codes else f"no place {text!r}; {told}")

    def from_unhcr(self, code: str) -> Place:
        """The place of one of UNHCR's own three-letter codes. Raises AskError for a code UNHCR does not use."""
        found = self._by_unhcr.get(code.upper())
        if found is None:
            raise AskError(f"UNHCR has no country code {code!r}")
        return self._by_code[found]

    @cached_property
    def units(self) -> pl.DataFrame:
        """Admin 1 and 2 units by p-code."""
        return self._units()

    def admin(self, country: str, level: int = 1) -> pl.DataFrame:
        """The admin units of a country at a level; empty where no p-codes are listed."""
        return self.units.filter(pl.col("country") == country, pl.col("level") == level)

    def unit_name(self, pcode: str) -> str:
        """An admin unit's name, or the p-code itself where the list does not have it."""
        names = self.units.filter(pl.col("code") == pcode).get_column("name").to_list()
        return str(names[0]) if names else pcode

    def pcode_prefixes(self, country: str) -> tuple[str, ...]:
        """What the country's p-codes begin with before their first digit ("SD",); empty where none are listed."""
        prefix = pl.col("code").str.extract("^([A-Z]+)").unique().sort()
        found = self.units.filter(pl.col("country") == country).select(prefix).to_series().drop_nulls().to_list()
        return tuple(str(one) for one in found)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for place in self._by_code.values():
            for word in (place.code, place.iso2, place.m49 and f"{place.m49:03}", place.m49 and str(place.m49)):
                _enter(names, str(word) if word else None, place.code)
        for place in self._by_code.values():
            for word in (*(getattr(place, f"name_{language}") for language in LANGUAGES), place.short, *place.also):
                if word and fold(word) not in self._codes_folded:
                    _enter(names, word, place.code)
        return names

    @cached_property
    def _codes_folded(self) -> frozenset[str]:
        return frozenset(fold(word) for place in self._by_code.values() for word in (place.code, place.iso2) if word)

    @cached_property
    def _by_unhcr(self) -> dict[str, str]:
        return {place.unhcr_code: place.code for place in self._by_code.values() if place.unhcr_code}


def _enter(names: dict[str, list[str]], word: str | None, code: str) -> None:
    plain = fold(word) if word else ""
    if plain and code not in names.setdefault(plain, []):
        names[plain].append(code)


_ARABIC: Final = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None}
)


def fold(text: str) -> str:
    """A name without what people leave out or vary: case, accents, punctuation, a leading article, Arabic letter forms."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(_ARABIC)).translate(_ARABIC)
    bare = "".join(letter for letter in apart.casefold() if not unicodedata.combining(letter))
    words = re.sub(r"[^\w]+", " ", bare, flags=re.UNICODE).replace("_", " ").split()
    if len(words) > 1 and words[0] in ("the", "la", "le", "el", "les"):
        words = words[1:]
    return " ".join("and" if word in ("et", "y") and len(words) > 1 else word for word in words)
