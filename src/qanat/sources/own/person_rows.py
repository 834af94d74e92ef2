"""Whether each row of a table is one person: one sex, one age or birth a row, and nothing counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from qanat.sources.own.person_cells import Cells
from qanat.sources.own.person_heads import head_words, of_no_person, perhaps_name

_AGE: Final = frozenset(
    {"age", "ages", "edad", "idade", "عمر", "سن", "вік", "возраст", "yas", "umri", "shekaru", "wiek", "ዕድሜ", "年龄"}
)
_OF_MANY: Final = frozenset({"mean", "average", "avg", "median", "moyen", "moyenne", "promedio", "medio", "متوسط"})
_NUMBER: Final = frozenset(
    {"id", "no", "sn", "nr", "serial", "index", "ref", "reference", "case", "dossier", "رقم", "№"}
)
_SIZE: Final = frozenset(
    {"size", "taille", "tamano", "family", "household", "hh", "menage", "hogar", "members", "membres", "miembros"}
)
_FEWEST: Final = 3


def person_columns(cells: Mapping[str, Cells]) -> tuple[str, ...]:
    """The columns that show that each row is one person, by their heads; empty where the rows may be groups.

    One sex, or what may be one name, and one age in years (or a date as births are) in each row, and no column that counts: a table of counts by
    sex and single years of age has one. Running numbers, years, codes of many digits, coordinates and sizes of
    households count nothing.
    """
    single = [head for head, held in cells.items() if held.rows >= _FEWEST and (held.sexes or _named(head, held))]
    ages = [head for head, held in cells.items() if held.rows >= _FEWEST and _aged(head, held)]
    if not single or not ages:
        return ()
    counts = any(_counts(head, held) for head, held in cells.items() if head not in ages)
    return () if counts else (*single, *ages)


def row_is_a_person(cells: Mapping[str, Cells]) -> bool:
    """Whether each row may be one person, by a weaker sign: one sex and one age, and no number above 120 but long codes."""
    age = any(_aged(head, held) for head, held in cells.items())
    counts = any(
        held.numbers > 0.9 and not held.ages and not held.degrees and held.digits < 0.5 for held in cells.values()
    )
    return age and any(held.sexes for held in cells.values()) and not counts


def _aged(head: str, held: Cells) -> bool:
    """Whether a column holds one age in years, or one date as births are, a row."""
    said = frozenset(head_words(head))
    single = held.ages and not _AGE.isdisjoint(said) and _OF_MANY.isdisjoint(said)
    return single or (held.generations and not of_no_person(head))


def _named(head: str, held: Cells) -> bool:
    """Whether a column called "Name" or "Refugee" holds a different text of two to five words in nearly each row."""
    return perhaps_name(head) and held.distinct >= 0.8 and held.name_shaped >= 0.5


def _counts(head: str, held: Cells) -> bool:
    """Whether the numbers of a column may count people."""
    if held.numbers <= 0.9 or held.degrees or held.digits >= 0.5 or held.years or held.running:
        return False
    said = set(head_words(head))
    numbered = held.distinct > 0.99 and bool(said) and said <= _NUMBER
    return not numbered and not (held.ages and said and said <= _SIZE)
