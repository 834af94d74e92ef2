"""Places of a table matched to the p-codes of the list, in bulk: certain, or left to a person with the near misses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from qanat.errors import AskError
from qanat.figures.folding import folded
from qanat.figures.found import HOW, Found, Near, Unit
from qanat.figures.gazetteer import Codes, Gazetteer
from qanat.figures.pcodes import Pcodes
from qanat.figures.places import Places
from qanat.figures.readings import no_unit, readings
from qanat.figures.words import nearest

ASKED: Final = pl.Schema({"country": pl.String(), "level": pl.Int8(), "text": pl.String(), "parent": pl.String()})
REMEMBERED: Final = pl.Schema({**ASKED, "code": pl.String()})
NEAR: Final = pl.List(pl.Struct({"code": pl.String(), "name": pl.String(), "score": pl.Float64()}))
MATCHED: Final = pl.Schema({"code": pl.String(), "how": pl.Enum(HOW), "score": pl.Float64(), "near": NEAR})
_LEVELS: Final = {None: frozenset({1, 2}), 1: frozenset({1}), 2: frozenset({2})}
_NO_UNIT: Final = Found(None, "none", None)
_Key = tuple[str | None, int | None, str | None, str | None]


def matched(asked: pl.DataFrame, places: Places, remembered: pl.DataFrame | None = None) -> pl.DataFrame:
    """The rows of `asked`, in order, each with the p-code its place has in the list.

    asked       columns of ASKED: country (ISO 3166 alpha-3), level (1, 2; null = either), text (a p-code or a name as
                published; null names no place), parent (name or p-code of the unit above; null where not known)
    remembered  columns of REMEMBERED: what a person accepted earlier, by the same four
    Gives       besides the columns of `asked` those of MATCHED:
                code   of the asked country and level; null where the place was not matched
                how    "pcode"       the text is a code of the list, or can be no other
                       "remembered"  a person said so
                       "name"        the list's own name, but for case, accents and the order of words; the only one of
                                     the level, or below the parent
                       "variant"     a difference of spelling that leads to one unit only, see figures.gazetteer
                       "several"     two units or more fit and nothing decides
                       "none"        no unit fits, or the words say that people are in no one unit
                score  likeness of the name's letters to the unit's, or to the nearest's where none fits, 0 to 1; null
                       where no name was compared
                near   at most five units that it was not, or might be, best first
    A parent that is in the list rules out units that are not below it; one that is not is passed over.
    Raises AskError for unknown countries, levels, columns, and for remembered codes that are no unit of theirs.
    """
    wanted = _checked(asked, ASKED, places, "the places asked for")
    kept = {} if remembered is None else _kept(remembered, places)
    countries = _Countries(places, kept)
    keys = wanted.unique(maintain_order=True)
    found = [countries.find(key) for key in _keys(keys)]
    told = pl.DataFrame(
        {
            "code": [one.code for one in found],
            "how": [one.how for one in found],
            "score": [one.score for one in found],
            "near": [[near._asdict() for near in one.near] for one in found],
        },
        schema=MATCHED,
    )
    joined = wanted.join(keys.hstack(told), on=ASKED.names(), how="left", nulls_equal=True, maintain_order="left")
    return asked.with_columns(joined.select(MATCHED.names()))


def _keys(wanted: pl.DataFrame) -> Iterator[_Key]:
    """Country, level, text and parent of each row, without blanks around them."""
    for country, level, text, parent in wanted.select(ASKED.names()).iter_rows():
        yield country, level, text and text.strip(), parent and parent.strip()


def _checked(table: pl.DataFrame, schema: pl.Schema, places: Places, what: str) -> pl.DataFrame:
    """The columns of the schema. Raises AskError with all faults."""
    lacking = [name for name in schema if name not in table.columns]
    if lacking:
        raise AskError(f"{what} need the columns {', '.join(schema)}; there is no {', '.join(lacking)}")
    typed = table.select(pl.col(name).cast(dtype, strict=False) for name, dtype in schema.items())
    faults = [*_strangers(typed, places), *_levels(table, typed)]
    if faults:
        raise AskError(f"{what}: " + "; ".join(faults))
    return typed


def _strangers(typed: pl.DataFrame, places: Places) -> Iterator[str]:
    known = frozenset(place.code for place in places.countries()) | {"AB9"}
    for code in typed.get_column("country").drop_nulls().unique().sort():
        if code not in known:
            near = nearest(code[:8].upper(), sorted(known))
            yield f"{code[:20]!r} is no ISO 3166 alpha-3 code" + (f", the nearest is {near}" if near else "")


def _levels(table: pl.DataFrame, typed: pl.DataFrame) -> Iterator[str]:
    level = typed.get_column("level")
    wrong = table.filter(table.get_column("level").is_not_null() & ~level.is_in([1, 2]).fill_null(value=False))
    for found in wrong.get_column("level").unique().sort().head(5):
        yield f"level {str(found)[:20]!r} is none of 1, 2 and null (either)"


def _kept(remembered: pl.DataFrame, places: Places) -> dict[_Key, Found]:
    """What a person accepted earlier, by what was asked. Raises AskError for codes that are no such unit, and for two answers."""
    typed = _checked(remembered, REMEMBERED, places, "the remembered matches")
    units = {
        code: (country, level) for code, country, level in places.units.select("code", "country", "level").iter_rows()
    }
    kept: dict[_Key, Found] = {}
    faults: list[str] = []
    for key, code in zip(_keys(typed), typed.get_column("code"), strict=True):
        country, level, text, _ = key
        own, at = units.get(code, (None, None))
        if own != country or at not in _LEVELS[level]:
            wanted = "1 or 2" if level is None else level
            faults.append(f"{text!r} was given {code!r}, which is no unit of {country} at level {wanted}")
        elif key in kept and kept[key].code != code:
            faults.append(f"{text!r} in {country} was given both {kept[key].code} and {code}")
        kept[key] = Found(code, "remembered", None)
    if faults:
        raise AskError("the remembered matches: " + "; ".join(faults) + ". Correct these lines or take them out")
    return kept


class _Countries:
    """The countries asked for, each read when its first place is.

    kept  what a person accepted earlier
    """

    def __init__(self, places: Places, kept: dict[_Key, Found]) -> None:
        self._places = places
        self._kept = kept
        self._read: dict[str, _Country] = {}

    def find(self, key: _Key) -> Found:
        """By code, as a person said, by name: in this order."""
        country, level, text, parent = key
        if country is None or text is None:
            return _NO_UNIT
        if country not in self._read:
            self._read[country] = _Country(country, self._places)
        coded = self._read[country].coded(level, text)
        if coded is not None and coded.code is not None:
            return coded
        if key in self._kept:
            return self._kept[key]
        return coded or (_NO_UNIT if no_unit(text) else self._read[country].named(level, text, parent))


class _Country:
    """One country's units, found by code or name."""

    def __init__(self, code: str, places: Places) -> None:
        place = places.at(code)
        rows = places.units.filter(pl.col("country") == code).select("code", "level", "parent", "name").rows()
        self._code = code
        self._units = [Unit(*row) for row in rows]
        self._names = (place.short, place.name_en, *place.also)
        self._pcodes = Pcodes(self._units, {code, place.iso2 or code})
        self._gazetteers: dict[int | None, Gazetteer] = {}
        self._parents: dict[str, Codes | None] = {}

    def coded(self, level: int | None, text: str) -> Found | None:
        """The unit of a p-code; none, with the unit as near miss, where it is of the other level; null where it is no code."""
        code = self._pcodes.find(text)
        if code is None:
            return None
        unit = self._pcodes.units[code]
        if unit.level in _LEVELS[level]:
            return Found(code, "pcode", None)
        return Found(None, "none", None, (Near(code, unit.name, 1.0),))

    def named(self, level: int | None, text: str, parent: str | None) -> Found:
        """The unit of a name, below its parent where the list has it."""
        read, units = readings(text), self._gazetteer(level)
        above = read.parent or parent
        within = self._within(above) if above and level != 1 else None
        found = units.find(text, within)
        if found.how == "name" or within or not (read.inside and read.outside) or level == 1:
            return found
        inside = self._within(read.inside)  # "Bolivar (Carchi)" may name the unit above in brackets
        return units.find(read.outside, inside) if inside else found

    def _gazetteer(self, level: int | None) -> Gazetteer:
        if level not in self._gazetteers:
            units = [unit for unit in self._units if unit.level in _LEVELS[level]]
            self._gazetteers[level] = Gazetteer(units, self._code, self._names)
        return self._gazetteers[level]

    def _within(self, parent: str) -> Codes | None:
        """The units above that a text may mean; null where it means none of the list."""
        if parent not in self._parents:
            self._parents[parent] = self._above(parent)
        return self._parents[parent]

    def _above(self, parent: str) -> Codes | None:
        own = folded(parent) in {folded(name) for name in (self._code, *self._names)}
        country = frozenset({self._code}) if own else frozenset[str]()
        found = self.coded(1, parent) or self.named(1, parent, None)
        if found.code is not None:
            return country | {found.code}  # Guatemala is a country, and a department
        several = frozenset(near.code for near in found.near) if found.how == "several" else frozenset[str]()
        return (country | several) or None
