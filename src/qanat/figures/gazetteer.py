"""The admin units of one country, found by name: exactly, by a safe difference of spelling, or not at all."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from qanat.figures.found import Found, Near, Unit
from qanat.figures.likeness import likeness, one_vowel_off
from qanat.figures.other_names import OTHER_NAMES
from qanat.figures.readings import readings
from qanat.figures.spelling import Kind, Spelling, spelt

Codes = frozenset[str]

_MOST: Final = 5  # near misses told
_NEAR: Final = 0.55  # likeness below which a name is no near miss
_RIVALS: Final = 10  # units whose likeness is computed: those that share most of the sounds
_RARER: Final = 8  # triples of sounds by which those are sought; the commonest tell little
_FEW: Final = 60  # units among which a name may differ by a vowel: provinces, or the districts of one
_ALIKE: Final = {True: 0.6, False: 0.8}  # likeness of letters that equal sounds must have besides, among few or many
_LETTERS: Final = {True: 5, False: 7}  # letters a name must have to be matched by sound, among few or many
# spelt by their own authorities in Latin letters: there a vowel more is another place, not another romanisation
_OWN_LETTERS: Final = frozenset({
    "ARG", "BOL", "BRA", "CHL", "COL", "CRI", "CUB", "DOM", "ECU", "GTM", "HND", "MEX", "NIC", "PAN", "PER", "POL", "PRY", "SLV", "URY", "VEN", "VNM",
})  # fmt: skip
_SLIP: Final = 7  # sounds of a name that may differ by a vowel
_MARGIN: Final = 0.1  # by which the second must then be less alike


class Gazetteer:
    """The units of one country that may be given back.

    country  its code;  names  its names: "South Lebanon" is South, in Lebanon
    """

    def __init__(self, units: Iterable[Unit], country: str, names: Iterable[str] = ()) -> None:
        self.units = {unit.code: unit for unit in units}
        self._every = frozenset(self.units)
        self._own_letters = country in _OWN_LETTERS
        self._country = frozenset(word for name in names for word in spelt(name).bare.split())
        self._forms = {code: _forms(unit) for code, unit in self.units.items()}
        self._by_name, self._by_bare, self._by_sound, self._by_triple = _index(), _index(), _index(), _index()
        self._below = _index()
        for code, unit in self.units.items():
            self._below[unit.parent].add(code)
            self._by_name[spelt(unit.name).folded].add(code)
            for form in self._forms[code]:
                self._by_bare[form.bare].add(code)
                self._by_sound[form.sound].add(code)
                for triple in _triples(form.sound):
                    self._by_triple[triple].add(code)
        self._told_apart = self._contrasts()

    def find(self, text: str, within: Codes | None = None) -> Found:
        """The unit of this name, directly below one of the parents where they are given."""
        pool = self._every if within is None else frozenset(code for one in within for code in self._below[one])
        return self.among(text, pool)

    def among(self, text: str, pool: Codes) -> Found:
        """The unit of this name among those of the codes."""
        return self._named(text, pool) or self._varied(text, pool) or self._missed(text, pool)

    def _named(self, text: str, pool: Codes) -> Found | None:
        """By the name as it stands in the list, but for case, accents and the order of words."""
        form = spelt(readings(text).whole)
        found = self._by_name.get(form.folded, set()) & pool
        if not found:
            return None
        exact = {code for code in found if _plain(self.units[code].name) == _plain(text)}
        found = exact if len(exact) == 1 else found
        near = self._likenesses(
            [form], (self._by_bare.get(form.bare, set()) & pool) - (found if len(found) == 1 else set())
        )
        if len(found) > 1:
            return Found(None, "several", 1.0, near[:_MOST])
        return Found(found.pop(), "name", 1.0, near[:_MOST])

    def _varied(self, text: str, pool: Codes) -> Found | None:
        """By a safe difference of spelling of the whole name, then of the name outside brackets, then of the one inside."""
        read = readings(text)
        for one in filter(None, (read.whole, read.outside, read.inside)):
            found = self._spelt(self._asked(one), pool)
            if found is not None:
                return found
        halves = [self._spelt(self._asked(half), pool) for half in read.halves]
        same = {half and half.code for half in halves}
        return halves[0] if len(same) == 1 else None

    def _spelt(self, asked: list[Spelling], pool: Codes) -> Found | None:
        bare = {
            code
            for form in asked
            for code in self._by_bare.get(form.bare, set()) & pool
            if any(form.bare == other.bare and not self._apart(form, other, code) for other in self._forms[code])
        }
        if bare:
            return self._one(asked, bare, pool)
        few = len(pool) <= _FEW
        sound = {code for form in asked for code in self._sounding(form, few=few) & pool}
        if sound:
            return self._one(asked, sound, pool)
        return self._slipped(asked, pool) if few else None

    def _sounding(self, form: Spelling, *, few: bool) -> Codes:
        """The units whose name sounds the same and looks alike."""
        if len(form.bare) < _LETTERS[few] or (self._own_letters and not few):
            return frozenset()
        return frozenset(
            code
            for code in self._by_sound.get(form.sound, set())
            if any(
                form.sound == other.sound
                and _likeness(form, other) >= _ALIKE[few]
                and not self._apart(form, other, code)
                for other in self._forms[code]
            )
        )

    def _one(self, asked: list[Spelling], found: set[str], pool: Codes) -> Found | None:
        """The only one found, unless another unit's letters are more alike."""
        rivals = self._rivals(asked, pool)
        best = self._likenesses(asked, found)
        others = tuple(one for one in rivals if one.code not in found)
        if len(found) > 1 or (others and others[0].score > best[0].score):
            return Found(None, "several", best[0].score, tuple(sorted({*best, *others}, key=_order))[:_MOST])
        return Found(best[0].code, "variant", best[0].score, others[:_MOST])

    def _slipped(self, asked: list[Spelling], pool: Codes) -> Found | None:
        """By one vowel that differs, where no other name is near."""
        rivals = self._rivals(asked, pool)
        if not rivals:
            return None
        best, others = rivals[0], rivals[1 : _MOST + 1]
        if others and others[0].score > best.score - _MARGIN:
            return None
        off = any(
            len(form.sound) >= _SLIP
            and form.turns == other.turns
            and one_vowel_off(form.sound, other.sound)
            and not self._apart(form, other, best.code)
            for form in asked
            for other in self._forms[best.code]
        )
        return Found(best.code, "variant", best.score, others) if off else None

    def _missed(self, text: str, pool: Codes) -> Found:
        """Nothing, with the nearest names: below the parents, then of the country where it bears the very name."""
        read = readings(text)
        asked = [
            form
            for one in filter(None, (read.whole, read.outside, read.inside, *read.halves))
            for form in self._asked(one)
        ]
        elsewhere = {code for form in asked for code in self._by_bare.get(form.bare, set()) - pool}
        near = {*self._rivals(asked, pool), *self._likenesses(asked, elsewhere)} or {
            *self._rivals(asked, frozenset(self.units))
        }
        ranked = tuple(sorted(near, key=_order))[:_MOST]
        return Found(None, "none", ranked[0].score if ranked else 0.0, ranked)

    def _asked(self, text: str) -> list[Spelling]:
        """The forms of a name; also without the country's name where only a direction is left, as South (Lebanon)."""
        form = spelt(text)
        left = [word for word in form.bare.split() if word not in self._country]
        short = left and len(left) < len(form.bare.split()) and form.turns.issuperset(left)
        return [form, replace(form, bare=" ".join(left), sound="".join(left))] if short else [form]

    def _contrasts(self) -> set[tuple[int, bool]]:
        """(level, city): where two units are told apart by only one being called a city, or (level, not city) an area."""
        seen: defaultdict[tuple[int, str], set[Kind | None]] = defaultdict(set)
        for code, unit in self.units.items():
            seen[unit.level, self._forms[code][0].bare].add(self._forms[code][0].kind)
        cities = {(level, True) for (level, _), kinds in seen.items() if "city" in kinds and len(kinds) > 1}
        return cities | {(level, False) for (level, _), kinds in seen.items() if kinds >= {"area", None}}

    def _apart(self, form: Spelling, other: Spelling, code: str) -> bool:
        """Whether a name and a unit's are told apart by their kinds: a city is not the province it gives its name to."""
        if form.kind == other.kind:
            return False
        city = "city" in (form.kind, other.kind)
        return form.kind == "city" or (self.units[code].level, city) in self._told_apart

    def _alike(self, form: Spelling, code: str) -> float:
        return max(_likeness(form, other) for other in self._forms[code])

    def _likenesses(self, asked: list[Spelling], codes: Iterable[str]) -> tuple[Near, ...]:
        scored = (
            Near(code, self.units[code].name, round(max(self._alike(form, code) for form in asked), 3))
            for code in codes
        )
        return tuple(sorted(scored, key=_order))

    def _rivals(self, asked: list[Spelling], pool: Codes) -> tuple[Near, ...]:
        """The names most like the one sought, of those that share most of its rarer triples of sounds."""
        triples = {triple for form in asked for triple in _triples(form.sound)} & self._by_triple.keys()
        rarer = sorted(triples, key=lambda triple: (len(self._by_triple[triple]), triple))[:_RARER]
        shared = Counter(code for triple in rarer for code in self._by_triple[triple] if code in pool)
        most = max(shared.values(), default=0)
        close = [code for code, count in shared.items() if 2 * count >= most]
        best = sorted(close, key=lambda code: (-shared[code] / (3 + len(self._forms[code][0].sound)), code))[:_RIVALS]
        return tuple(one for one in self._likenesses(asked, best) if one.score >= _NEAR)


def _forms(unit: Unit) -> tuple[Spelling, ...]:
    """The forms a unit is found by: its name, outside and inside brackets, and its other names."""
    read = readings(unit.name)
    names = (read.whole, read.outside, read.inside, *OTHER_NAMES.get(unit.code, ()))
    return tuple(dict.fromkeys(spelt(name) for name in names if name))


def _index() -> defaultdict[str, set[str]]:
    return defaultdict(set)


def _order(one: Near) -> tuple[float, str]:
    return (-one.score, one.code)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _triples(sound: str) -> set[str]:
    edged = f"^{sound}$"
    return {edged[at : at + 3] for at in range(max(1, len(edged) - 2))}


def _likeness(one: Spelling, other: Spelling) -> float:
    """Likeness of the bare names, a fifth less where they differ in a direction or number."""
    score = likeness(one.bare.replace(" ", ""), other.bare.replace(" ", ""))
    return score if one.turns == other.turns else score * 0.8
