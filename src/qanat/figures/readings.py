"""What a cell that names a place may mean: the name with or without what stands in brackets or after a colon."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from qanat.figures.folding import folded
from qanat.figures.spelling import spelt

# Words agencies write for people who are in no one unit. UNHCR, Refugee Data Finder: "Various", "Unknown", "Dispersed in
# the country / territory"; OCHA, templates of the 3W and of humanitarian needs: "Countrywide", "National", "Multiple".
NO_UNIT: Final = (
    "Various", "Various / unknown", "Unknown", "Unknown location", "Not known", "Unspecified", "Not specified", "Not stated", "Undefined",
    "Undetermined", "Dispersed", "Dispersed in the country", "Dispersed in the country / territory", "Countrywide", "Country wide",
    "Country level", "Nationwide", "Nation wide", "National", "National level", "Whole country", "Entire country", "Multiple",
    "Multiple locations", "All provinces", "All regions", "All states", "All districts", "All", "Other", "Others", "Other locations",
    "Elsewhere", "None", "N/A", "NA", "n.a.", "Not applicable", "No data", "TBD",
    "Inconnu", "Inconnue", "Non spécifié", "Non précisé", "Divers", "Tout le pays", "Ensemble du pays", "Niveau national", "Autres",
    "Desconocido", "No especificado", "Sin especificar", "Varios", "Todo el país", "Nacional", "Nivel nacional", "Otros",
    "غير معروف", "غير محدد", "متعدد", "على مستوى البلاد", "Невідомо", "Не визначено", "Вся країна", "Загальнодержавний", "Неизвестно",
)  # fmt: skip
_WITHIN: Final = re.compile(r"\(\s*within\s+admin\s*[0-9]\s*:\s*([^)]*)\)", re.IGNORECASE)
_TAG: Final = re.compile(r"[\[(]\s*adm(?:in)?\s*[0-9]\s*[\])]", re.IGNORECASE)
_BRACKET: Final = re.compile(r"[(\[]([^)\]]*)[)\]]?")
_READ: Final = re.compile("[A-Za-zÀ-ɏͰ-ӿ0-9]")  # letters that are compared; Arabic has no vowels to compare


class Readings(NamedTuple):
    """A cell that names a place.

    whole    the name as it stands, less the publisher's tags
    outside  the name without what stands in brackets or after a colon; null where that is the whole name
    inside   what stands in brackets: another name, or the unit above; null where nothing does
    halves   the names on both sides of a stroke, those in Latin or Cyrillic letters
    parent   the unit above where the cell says "(within Admin 1: ...)"
    """

    whole: str
    outside: str | None = None
    inside: str | None = None
    halves: tuple[str, ...] = ()
    parent: str | None = None


@lru_cache(maxsize=65_536)
def readings(cell: str) -> Readings:
    """What a cell may mean: "Northern (Oro) Province" is itself, Northern Province and Oro.

    Brackets that tell two units apart by a direction or a number, as in "Bago (East)", are never left out.
    """
    within = _WITHIN.search(cell)
    whole = _single(_TAG.sub(" ", _WITHIN.sub(" ", cell)))
    inside = _single(" ".join(_BRACKET.findall(whole)))
    bound = bool(inside) and (bool(spelt(inside).turns) or spelt(inside).empty)
    outside = None if bound else _single(_BRACKET.sub(" ", whole).split(" : ")[0])
    halves = tuple(half for half in map(_single, whole.split("/")) if _READ.search(half)) if "/" in whole else ()
    return Readings(
        whole,
        outside if outside != whole else None,
        inside if inside and not bound else None,
        halves,
        _single(within[1]) or None if within else None,
    )


def _single(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=1)
def _no_unit() -> frozenset[str]:
    return frozenset(folded(said) for said in NO_UNIT)


def no_unit(text: str) -> bool:
    """Whether a cell says that people are in no one unit, in the words agencies use for it (NO_UNIT), or names nothing."""
    key = folded(_TAG.sub(" ", text))
    return not key or key in _no_unit()
