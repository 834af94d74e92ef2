"""How the name of an admin unit may be spelt: with or without its kind of unit, in other letters, in another language.

Three forms of a name, each coarser than the one before, so that two spellings are compared by equality: folded
(figures.folding); bare, without words for the kind of unit, directions in English; sound, with one letter for those
that the usual romanisations of Arabic, Persian and Cyrillic (BGN/PCGN, UN, French) exchange.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from qanat.figures.folding import words

Kind = Literal["city", "area"]


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CITY: Final = _listed("city town ciudad cidade ville urban gorod misto shahri kota")
_AREA: Final = _listed(
    "province provinces provincia provincial region regions regione regiao state states estado etat county counties "
    "oblast oblasti oblys raion rayon rajon district districts distrito wilaya wilayat wilayah velayat viloyat viloyati "
    "governorate governorates gouvernorat muhafazah muhafazat muhafaza mohafazat departamento departement department "
    "prefecture prefectures canton cercle division zone zona woreda territory territoire territorio krai okrug "
    "voivodeship judet emirate parish township upazila zila tehsil taluk locality mahalia liwa lga commune comuna "
    "comarca subcounty nahia qada caza municipality municipalities municipal municipio municipios municipalite "
    "metropolitan metropolitano"
)
_LABEL: Final = _listed(
    "council councils community special administrative autonomous autonomo autonoma autonome republic republica "
    "republique republika respublika admin adm adm1 adm2 admin1 admin2 area local government planification planning"
)
_ARTICLES: Final = _listed("al el ad as ash an ar at ath az adh aj ed es esh en er et ez ul")
_TURNS: Final[dict[str, str]] = {
    word: turn
    for turn, said in {
        "north": "northern nord norte septentrional severo shamal shamali waqooyi woqooyi",
        "south": "southern sud sur sul meridional janub janubi ganub janoub koonfur",
        "east": "eastern est este leste oriental sharq sharqi sharg",
        "west": "western ouest oeste occidental gharb gharbi galbeed",
        "upper": "haut haute alto alta superior",
        "lower": "bas basse bajo baja baixo inferior hoose",
        "central": "centre center centro centrale middle moyen moyenne medio dhexe wasat",
        "north east": "northeast noreste nordeste",
        "north west": "northwest noroeste",
        "south east": "southeast sureste sudeste",
        "south west": "southwest suroeste sudoeste",
    }.items()
    for word in said.split()
}
_ALONE: Final = _listed("sur est este sul bas basse alto medio baja")  # names of their own when alone
_SHORT: Final = {
    "gral": "general", "gnral": "general", "gen": "general", "cnel": "coronel", "crnel": "coronel", "mt": "mount", "sta": "santa",
    "sto": "santo", "pto": "puerto",
}  # fmt: skip
_NUMBER: Final = re.compile(r"[0-9]+|x{0,3}(?:ix|iv|v?i{1,3})|x{0,3}v|x{1,3}")
_DIRECTIONS: Final = _listed("north south east west upper lower central")
_APOSTROPHES: Final = re.compile("['’‘`´ʼʻʿʾ′]")
# Ukraine's own romanisation (Cabinet resolution 55 of 2010); other languages' letters beside it
_CYRILLIC: Final = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "y", "і": "i", "ї": "i",
    "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "iu", "я": "ia", "ь": "", "ъ": "", "ы": "y", "э": "e", "ё": "e", "ғ": "g",
    "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "ә": "a", "ҳ": "h", "ҷ": "j", "ў": "o", "ӯ": "u", "ӣ": "i",
}  # fmt: skip
_IN_CYRILLIC: Final = re.compile("[Ѐ-ӿ]")
_SOUNDS: Final = {  # longer groups first
    "shch": "c", "tch": "c", "sch": "c", "dzh": "j", "dj": "j", "zh": "j", "ch": "c", "sh": "c", "kh": "k", "gh": "g", "dh": "d",
    "th": "t", "ph": "f", "ck": "k", "ou": "u", "oo": "u", "ee": "i", "ow": "u", "aw": "u", "au": "u", "ay": "i", "ai": "i",
    "ey": "i", "ei": "i", "oy": "ui", "oi": "ui", "iy": "i", "yi": "i", "x": "ks", "q": "k", "w": "u", "v": "u", "o": "u", "e": "i",
    "y": "i",
}  # fmt: skip
_SOUND: Final = re.compile("|".join(_SOUNDS))
_HARD_C: Final = re.compile("c(?![hei])")
_SILENT: Final = re.compile("(?<=[aeiouy])h$")
_DOUBLED: Final = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """The forms of one name.

    folded  equal for what a reader in a hurry takes for the same name
    bare    its words but for those that say the kind of unit, by the alphabet, directions in English
    sound   bare in the order written, directions first, one letter for those that romanisations exchange, no blanks
    turns   the directions and numbers in it: names that differ in these are never the same unit
    kind    whether it says to be a city or an area; null where it says neither
    empty   whether it has no other words than those for a kind of unit
    """

    folded: str
    bare: str
    sound: str
    turns: frozenset[str]
    kind: Kind | None
    empty: bool


@lru_cache(maxsize=65_536)
def spelt(name: str) -> Spelling:
    """The forms of a name; all empty where it has neither letters nor digits."""
    plain = words(name)
    latin = _latin(_APOSTROPHES.sub("", name))
    said = [_SHORT.get(word, word) for word in (plain if latin == name else words(latin))]
    own = [word for word in said if word not in _CITY and word not in _AREA and word not in _LABEL]
    core = _turned([word for word in own if word not in _ARTICLES] or own or said)
    turns = sorted(word for word in core if word in _DIRECTIONS or _NUMBER.fullmatch(word))
    sound = "".join([*turns, *(_sound(word) for word in core if word not in turns)])
    return Spelling(" ".join(sorted(plain)), " ".join(sorted(core)), sound, frozenset(turns), _kind(said), not own)


def _turned(core: list[str]) -> list[str]:
    """The words with directions in English; words that are also names of places stay when they stand alone."""
    if len(core) == 1 and core[0] in _ALONE:
        return core
    return [turn for word in core for turn in _TURNS.get(word, word).split()]


def _kind(said: list[str]) -> Kind | None:
    if any(word in _CITY for word in said):
        return "city"
    return "area" if any(word in _AREA for word in said) else None


def _latin(name: str) -> str:
    if not _IN_CYRILLIC.search(name):
        return name
    return "".join(_CYRILLIC.get(letter, letter) for letter in unicodedata.normalize("NFC", name).casefold())


def _sound(word: str) -> str:
    if any(letter.isdigit() for letter in word):
        return word
    hard = _HARD_C.sub("k", _SILENT.sub("", _DOUBLED.sub(r"\1", word)))
    return _DOUBLED.sub(r"\1", _SOUND.sub(lambda group: _SOUNDS[group[0]], hard))
