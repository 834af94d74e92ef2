"""Sexes, ages and population groups as people write them, in English, French, Spanish and Arabic."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from qanat.errors import AskError
from qanat.figures import ages
from qanat.figures.ages import ALL, UNKNOWN, Band
from qanat.figures.folding import keys, words

_SEXES: Final = {
    "female": "female f femme femmes women woman feminin feminine mujer mujeres femenino femenina انثى اناث انثي نساء امراه femeninas females",
    "male": "male m homme hommes men man masculin masculine hombre hombres masculino masculina ذكر ذكور رجال رجل males",
    "all": "all a total t both both_sexes everyone tous tout todos ensemble ambos كلا جميع مجموع مجموعه",
    "unknown": "unknown u unspecified inconnu desconocido مجهول",
    "other": "other o autre autres otro otros اخر اخري",
}  # fmt: skip
_SEX: Final = keys(_SEXES)
_CHILDREN: Final = frozenset(
    keys({0: "children child kids minors enfants enfant mineurs ninos nino menores اطفال طفل قصر"})
)
_ELDERLY: Final = re.compile(
    r"(\d{1,3})\s*(?:years?|ans|anos|سنه|y)?\s*(?:and (?:over|above|older)|or (?:over|more|older)|plus|et plus|ou plus|y mas|o mas|فاكثر|فما فوق|وما فوق|\+)"
)
_UNDER: Final = re.compile(r"(?:under|below|less than|moins de|menores? de|اقل من|دون|<)\s*(\d{1,3})")
_BETWEEN: Final = re.compile(r"(\d{1,3})\s*(?:-|–|_|to|a|à|الى)\s*(\d{1,3})")
_YEARS: Final = re.compile(r"\b(?:years?(?: old)?|yrs?|ans|anos|ages?|aged|edad)\b|سنه|سنوات|عاما")
_AGE: Final[dict[str, Band]] = {
    **dict.fromkeys(("", "all", "a", "total", "tous", "todos", "all ages", "مجموع"), ALL),
    **dict.fromkeys(("unknown", "inconnu", "desconocido", "مجهول"), UNKNOWN),
}
_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
GROUPS: Final = {
    "idps-any": "idp idps displaced deplaces desplazados نازحون نازحين النازحين pdi",
    "returnees": "returnee returnees rri retournes retornados عائدون عائدين العائدين",
    "refugees": "refugee refugees refugies refugiados لاجئون لاجئين اللاجئين ref",
    "people": "population people pop poblacion سكان السكان",
}  # fmt: skip
_GROUP: Final = keys(GROUPS)


def sex(text: str) -> str | None:
    """female, male, other, unknown or all; null for a word that is none (girls and boys say an age too: they are none)."""
    plain = "_".join(words(text))
    return _SEX.get(plain)


def age(text: str) -> Band | None:
    """A band from "0-4", "18+", "60 and over", "under 5", "5 à 11 ans", "children" (under 18), "all", "unknown".

    Null for anything else: "adults" and "elderly" begin and end where each publisher says.
    """
    plain = _plain(text)
    if plain in _AGE:
        return _AGE[plain]
    if set(plain.split()) <= _CHILDREN:
        return 0, ages.ADULT
    try:
        return _spanned(plain) or ages.band(plain)
    except AskError:
        return None


def _spanned(plain: str) -> Band | None:
    """A band by its ends in words; null where they are none."""
    if match := _UNDER.fullmatch(plain):
        return 0, int(match[1])
    if match := _ELDERLY.fullmatch(plain):
        return int(match[1]), None
    match = _BETWEEN.fullmatch(plain)
    return (int(match[1]), int(match[2]) + 1) if match and int(match[1]) <= int(match[2]) else None


def _plain(text: str) -> str:
    bare = "".join(
        mark
        for mark in unicodedata.normalize("NFKD", text.translate(_DIGITS).casefold())
        if unicodedata.category(mark) != "Mn"
    )
    bare = bare.replace("ة", "ه").replace("ى", "ي").replace("أ", "ا").replace("إ", "ا")
    return " ".join(_YEARS.sub(" ", bare).replace("(", " ").replace(")", " ").split())


def group(text: str) -> str | None:
    """A population group's code by a word a head or cell has; null where none is meant."""
    for word in words(text):
        if word in _GROUP:
            return _GROUP[word]
    return None
