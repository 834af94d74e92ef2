"""Heads of columns: several rows of them joined, their words understood in English, French, Spanish and Arabic."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from qanat.figures.ages import ALL, UNKNOWN, Band
from qanat.figures.folding import keys, words
from qanat.sources.own.grid import Grid
from qanat.sources.own.layout import Column, Role
from qanat.sources.own.people import age, group, sex

_NUMBER: Final = re.compile(r"-?[\d\u0660-\u0669\u06f0-\u06f9][\d\u0660-\u0669\u06f0-\u06f9.,'’\s\u00a0\u202f]*%?")
_SPAN: Final = re.compile(r"\d{1,2}\s*(?:-|–|_|à|to)\s*\d{1,2}|\d{1,2}\s*\+")
_SEARCHED: Final = 25  # rows in which heads are sought
_LEVELS: Final = {
    1: "adm1 admin1 admin_1 state region province governorate oblast department departement departamento provincia wilaya estado gouvernorat ولايه محافظه اقليم",
    2: "adm2 admin2 admin_2 district county lga locality cercle municipality municipio raion zone commune localidad مديريه محليه قضاء منطقه",
    3: "adm3 admin3 admin_3 payam woreda subdistrict sub-district ناحيه",
}  # fmt: skip
_LEVEL: Final = keys(_LEVELS)
_PCODE: Final = frozenset(keys({0: "pcode p-code code codigo pcod رمز كود"}))
_MEASURES: Final = {
    "need": "inneed need pin needs besoin necesitadas necesidad محتاجين المحتاجين احتياج",
    "target": "target targeted targets cible cibles ciblees meta metas المستهدفين مستهدف",
    "reached": "reached atteint atteints atteintes alcanzadas alcanzados assisted الموصول",
    "affected": "affected affectees affectes afectadas afectados متضررين المتضررين",
    "stock": "idp idps displaced deplaces desplazados returnee returnees retournes retornados refugee refugees refugies population pop individuals individuos individus نازحون نازحين النازحين عائدون عائدين العائدين لاجئون لاجئين سكان السكان",
}  # fmt: skip
_MEASURE: Final = keys(_MEASURES)
_UNITS: Final = keys({"households": "hh hhs household households menages menage hogares hogar اسر اسره الاسر"})
_SEXED: Final[dict[str, tuple[str, Band]]] = {
    "girls": ("female", (0, 18)),
    "boys": ("male", (0, 18)),
    "filles": ("female", (0, 18)),
    "garcons": ("male", (0, 18)),
}
_DATES: Final = frozenset(
    keys({0: "date dates fecha month mois mes year annee ano period periode periodo تاريخ التاريخ سنه شهر"})
)
_STARTS: Final = frozenset(keys({0: "start started debut inicio from بدايه"}))
_ENDS: Final = frozenset(keys({0: "end ended fin until نهايه"}))
_ORIGIN: Final = frozenset(keys({0: "origin origine origen coo nationality nationalite nacionalidad منشا جنسيه"}))
_KINDS: Final = frozenset(keys({0: "group groups groupe grupo type category categorie categoria فئه"}))
_BY_LETTER: Final = re.compile(
    r"([fmt])_(tl|[0-9]{1,2}_[0-9]{1,2}|[0-9]{1,2}plus)", re.IGNORECASE
)  # heads of population data (COD-PS)
_COUNTRY: Final = frozenset(keys({0: "country pays pais iso3 adm0 admin0 دوله البلد بلد"}))
_AGES: Final = frozenset(keys({0: "age ages edad عمر العمر age_range agegroup"}))
_SECTOR: Final = frozenset(keys({0: "sector cluster secteur القطاع"}))
_SEXES: Final = frozenset(keys({0: "sex sexe sexo gender genre genero الجنس جنس نوع"}))


def joined(grid: Grid, first: int, last: int) -> list[str]:
    """The head of each column from its head rows, "IDPs / Female"; a group's head stands over the columns to its right.

    A text row without merged cells (CSV) leaves the cells under a group blank, so the group's word is carried on until
    the next one. Empty text where a column has no head.
    """
    rows = [grid.row(number) for number in range(first, last + 1)]
    carried = [_carried(row) if at < len(rows) - 1 else row for at, row in enumerate(rows)]
    heads: list[str] = []
    for parts in zip(*carried, strict=True):
        told = list(dict.fromkeys(" ".join(part.split()) for part in parts if part))
        heads.append(" / ".join(told) if any(row[len(heads)] for row in rows) else "")
    return heads


def _carried(row: list[str | None]) -> list[str | None]:
    last: str | None = None
    found: list[str | None] = []
    for cell in row:
        last = cell or last
        found.append(last)
    return found


def found_heads(grid: Grid) -> tuple[int, int, int] | None:
    """The first and last head row and the first record's row, as the sheet looks; null where no record is seen.

    The first record is the first row with numbers in a third of its cells; heads are the rows right above
    it that say more than one word, or one that does not begin in the first column (a title does).
    """
    if grid.kind == "parquet":  # its heads are its own
        return (grid.top, grid.top, grid.top + 1) if grid.cells.height > 1 else None
    for number in range(grid.top + 1, grid.top + min(_SEARCHED, grid.cells.height)):
        cells = [cell for cell in grid.row(number) if cell]
        if not cells or sum(bool(_NUMBER.fullmatch(cell)) for cell in cells) * 3 < len(cells):
            continue
        above = number - 1
        while above > grid.top and sum(bool(c) for c in grid.row(above)) == 0:
            above -= 1
        first = above
        while first > grid.top and _is_heads(grid, first - 1, above):
            first -= 1
        return (first, above, number) if any(grid.row(above)) else None
    return None


def _is_heads(grid: Grid, number: int, last: int) -> bool:
    """Whether a row above the last head row is one too: of several words, or of one that stands over some columns only."""
    cells = grid.row(number)
    said = {cell for cell in cells if cell}
    first = next((at for at, cell in enumerate(grid.row(last)) if cell), 0)
    return len(said) > 1 or (len(said) == 1 and not any(cells[: first + 1]))


def guessed(at: int, head: str) -> Column:
    """What a head seems to say of its column, for a draft that a person reviews; "skip" where it says nothing."""
    if match := _BY_LETTER.fullmatch(head.strip()):
        return _by_letter(at, head, match)
    bare = words(head.replace("_", " "))
    said = set(bare) | {head.strip().casefold()}
    level = next((_LEVEL[word] for word in [*bare, *_pairs(bare)] if word in _LEVEL), None)
    if level is not None and not said & set(_MEASURE):
        coded = said & _PCODE or "pcode" in head.casefold().replace("-", "")
        return Column(at=at, head=head, role="pcode" if coded else "place", level=level)
    dated = bool(said & _DATES)
    plain: tuple[tuple[bool, Role, str | None], ...] = (
        (bool(said & _ORIGIN) and not said & set(_MEASURE), "origin", None),
        (bool(said & _COUNTRY), "country", None),
        (dated and bool(said & _STARTS), "start", None),
        (dated and bool(said & _ENDS), "end", None),
        (dated, "date", None),
        (bool(said & _KINDS) and bool(said & set(_MEASURE)), "group", None),
        ({"population", "status"} <= said, "measure", None),
        (len(bare) <= 2 and bool(said & _SEXES), "sex", None),
        (
            len(bare) <= 2 and (bool(said & _AGES) or {"age", "range"} <= said) and not said & {"min", "max"},
            "age",
            None,
        ),
        (bool(said & _SECTOR), "facet", "sector"),
    )
    for meant, role, key in plain:
        if meant:
            return Column(at=at, head=head, role=role, key=key)
    return _counted(at, head, bare)


def _by_letter(at: int, head: str, match: re.Match[str]) -> Column:
    """F_00_04, M_80PLUS, T_TL: people of a sex and an age."""
    sexed = {"f": "female", "m": "male"}.get(match[1].lower())
    band = None if match[2].lower() == "tl" else age(match[2].lower().replace("_", "-").replace("plus", "+"))
    return Column(at=at, head=head, role="count", measure="stock", group="people", sex=sexed, age=band)


def _pairs(bare: list[str]) -> list[str]:
    return [f"{one}{two}" for one, two in pairwise(bare)]


def _counted(at: int, head: str, bare: list[str]) -> Column:
    measures = [_MEASURE[word] for word in [*bare, *_pairs(bare)] if word in _MEASURE]
    if not measures:
        return Column(at=at, head=head, role="skip")
    measure = next((one for one in measures if one != "stock"), "stock")
    unit = next((_UNITS[word] for word in bare if word in _UNITS), "people")
    whom = group(head)
    sexed, band = _divided(head, bare)
    cut = {"group": _short(whom)} if measure != "stock" and whom not in (None, "people") else {}
    return Column(
        at=at, head=head, role="count", measure=measure, unit=unit, group=(whom or "people") if measure == "stock" else "people",
        sex=sexed, age=band, facet=cut,
    )  # fmt: skip


def _divided(head: str, bare: list[str]) -> tuple[str | None, Band | None]:
    """The sex and the ages a head names; null where it names none."""
    for word in bare:
        if word in _SEXED:
            return _SEXED[word]
    sexes = [sex(word) for word in bare if len(word) > 1]
    spans = [match[0] for match in _SPAN.finditer(head)]
    bands = [age(part) for part in [*spans, *re.split(r"[/,]", head)]]
    named = next((one for one in sexes if one in ("female", "male")), None)
    return named, next((one for one in bands if one is not None and one not in (ALL, UNKNOWN)), None)


def _short(whom: str | None) -> str:
    return {"idps-any": "IDP", "returnees": "RRI", "refugees": "REF"}.get(whom or "", whom or "")
