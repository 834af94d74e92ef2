"""Places: countries and territories by ISO 3166 and UN M49 with their UN names, people without a country, admin units.

Pure: built from two tables that somebody else reads (qanat.edition.places). The designations follow the United Nations'
own lists and imply no opinion on the status of any territory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Final

import polars as pl

from qanat.errors import AskError
from qanat.figures.folding import folded
from qanat.figures.likeness import alike
from qanat.figures.place import COUNTRIES, LANGUAGES, UNITS, Language, Place, country_from, unit_from
from qanat.figures.words import nearest

__all__ = ["COUNTRIES", "LANGUAGES", "UNITS", "Language", "Place", "Places"]

_COUNTRY: Final = ("country", "territory", "area")
_CODED: Final = re.compile(r"(.+)\(([A-Z]{3}|AB9)\)")  # "Congo (COG)", as our own messages write it
_PCODE: Final = re.compile(r"[A-Z]{0,3}[0-9][0-9A-Z-]*")


class Places:
    """Every place a figure may name.

    countries  one record a place with COUNTRIES' columns
    units      gives a frame of UNITS' columns (admin 1 and 2 by p-code); asked only when needed
    """

    def __init__(self, countries: Iterable[Mapping[str, Any]], units: Callable[[], pl.DataFrame]) -> None:
        self._by_code = {row["code"]: country_from(row) for row in countries}
        self._units = units

    def __getitem__(self, code: str) -> Place:
        return self.at(code)

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def codes(self) -> frozenset[str]:
        """Every three-letter code a figure may use."""
        return frozenset(self._by_code)

    def countries(self) -> list[Place]:
        """Countries and territories by code, without the world and people who have no country."""
        return [place for _, place in sorted(self._by_code.items()) if place.kind in ("country", "territory")]

    def at(self, code: str) -> Place:
        """The place with exactly this country code or p-code. Raises AskError where there is none."""
        place = self._by_code.get(code) or self._unit_at(code)
        if place is None:
            raise AskError(self._unknown(code))
        return place

    def find(self, text: str) -> Place:
        """The place a person means by a name in any UN language, or by an ISO or M49 code; units are not sought.

        UNHCR's own codes are not read here, since they clash with ISO's (its AUS is Austria): see `from_unhcr`.
        Raises AskError naming the nearest names where nothing fits, or the candidates where several do.
        """
        codes = self._meant(text)
        if len(codes) == 1:
            return self._by_code[codes[0]]
        if codes:
            raise AskError(
                f"{_quoted(text)} can mean several places: {self._told(codes)}. Give the code, or the name with it in brackets"
            )
        raise AskError(self._unknown(text))

    def country(self, text: str) -> Place:
        """The country, territory or area a person means, as `find`; AskError for the world and for people without a country."""
        place = self.find(text)
        if place.kind not in _COUNTRY:
            raise AskError(
                f"{place.name_en} ({place.code}) is no country; give a country's name or ISO code, for example SDN"
            )
        return place

    def unit(self, text: str, country: str, level: int | None = None) -> Place:
        """The admin unit of a country with this name or p-code, at a level or (null) at either.

        Raises AskError with the candidates where several bear the name, with the nearest names where none does.
        """
        rows = self.units.filter(
            pl.col("country") == country, pl.lit(level is None) | (pl.col("level") == (level or 0))
        ).rows(named=True)
        key, code = folded(text), text.strip().upper()
        found = [row for row in rows if row["code"] == code] or [
            row for row in rows if key and folded(row["name"]) == key
        ]
        if len(found) == 1:
            return unit_from(found[0])
        if found:
            told = ", ".join(f"{row['name']} ({row['code']}, level {row['level']})" for row in found[:6])
            raise AskError(f"{_quoted(text)} in {country} can mean several units: {told}. Give the p-code")
        near = alike(key, [(folded(row["name"]), row["code"]) for row in rows])
        names = {row["code"]: row["name"] for row in rows}
        told = ", ".join(f"{names[unit]} ({unit})" for unit in near)
        hint = (
            f"nearest: {told}"
            if told
            else "see `Places.admin` for its units"
            if rows
            else "no p-codes are listed for it"
        )
        raise AskError(f"no unit {_quoted(text)} in {self.at(country).short} ({country}); {hint}")

    def from_unhcr(self, code: str) -> Place:
        """The place of one of UNHCR's own three-letter codes. Raises AskError for a code UNHCR does not use."""
        plain = code.strip().upper()
        found = self._by_unhcr.get(plain)
        if found is None:
            near = nearest(plain[:8], sorted(self._by_unhcr))
            told = f"; the nearest is {near}, {self._told((self._by_unhcr[near],))}" if near else ""
            raise AskError(f"UNHCR has no country code {_quoted(code)}{told}")
        return self._by_code[found]

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

    def region(self, code: str) -> str | None:
        """A country's or unit's UN M49 region: Africa, Americas, Asia, Europe or Oceania; null where it has none."""
        place = self.at(code)
        return place.region if place.level == 0 else self.at(place.country or "").region

    @cached_property
    def units(self) -> pl.DataFrame:
        """Admin 1 and 2 units by p-code."""
        return self._units()

    def admin(self, code: str, level: int | None = None) -> pl.DataFrame:
        """The units of a country at a level, or (null) those directly below a country or unit; empty where none are listed."""
        if level is None:
            return self.units.filter(pl.col("parent") == code)
        return self.units.filter((pl.col("country") == code) | (pl.col("parent") == code), pl.col("level") == level)

    def unit_name(self, pcode: str) -> str:
        """An admin unit's name, or the p-code itself where the list does not have it."""
        unit = self._unit_at(pcode)
        return unit.name_en if unit else pcode

    def pcode_prefixes(self, country: str) -> tuple[str, ...]:
        """What the country's p-codes begin with before their first digit ("SD",); empty where none are listed.

        Empty too for Tajikistan, whose p-codes are digits only.
        """
        prefix = pl.col("code").str.extract("^([A-Z]+)[0-9]").drop_nulls().unique().sort()
        return tuple(self.units.filter(pl.col("country") == country).select(prefix).to_series().to_list())

    @cached_property
    def _by_unhcr(self) -> dict[str, str]:
        return {place.unhcr_code: place.code for place in self._by_code.values() if place.unhcr_code}

    @cached_property
    def _by_number(self) -> dict[str, str]:
        short = {place.iso2: place.code for place in self._by_code.values() if place.iso2}
        return short | {f"{place.m49:03}": place.code for place in self._by_code.values() if place.m49 is not None}

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        keys: dict[str, set[str]] = {}
        for place in self._by_code.values():
            for spelling in {*place.names.values(), place.formal, place.short, *place.also} - {None}:
                keys.setdefault(folded(spelling or ""), set()).add(place.code)
        return {key: tuple(sorted(codes)) for key, codes in keys.items()}

    def _meant(self, text: str) -> tuple[str, ...]:
        code = text.strip().upper()
        if code in self._by_code:
            return (code,)
        coded = self._by_number.get(code.zfill(3) if re.fullmatch("[0-9]{1,3}", code) else code)
        if coded:
            return (coded,)
        named = _CODED.fullmatch(text.strip())
        if named and named[2] in self._by_name.get(folded(named[1]), ()):
            return (named[2],)
        return self._by_name.get(folded(text), ())

    def _unit_at(self, pcode: str) -> Place | None:
        found = self.units.filter(pl.col("code") == pcode)
        return unit_from(found.row(0, named=True)) if found.height else None

    def _unknown(self, text: str) -> str:
        code, key = text.strip().upper(), folded(text)
        if not key:
            return f"{_quoted(text)} names no place; write a country's name or its ISO code, for example Sudan or SDN"
        if code in self._by_unhcr:
            told = self._told((self._by_unhcr[code],))
            return f"no place {_quoted(text)}; it is UNHCR's own code for {told}: write that name or code"
        unit = self._unit_at(code) if _PCODE.fullmatch(code) else None
        if unit is not None:
            return f"{code} is {unit.name_en}, a unit of {self._told((unit.country or '',))}; write the country's name or code"
        near = self._told(alike(key, [(name, other) for name, codes in self._by_name.items() for other in codes]))
        return f"no place {_quoted(text)}; " + (
            f"nearest: {near}" if near else "write a country's name or its ISO code, for example SDN"
        )

    def _told(self, codes: Iterable[str]) -> str:
        return ", ".join(f"{self._by_code[code].short} ({code})" for code in codes)


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")
