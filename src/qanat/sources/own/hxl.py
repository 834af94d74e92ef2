"""HXL tags (hxlstandard.org): the tag row found and read, its tags turned into a plan of the sheet."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from qanat.figures.ages import Band
from qanat.sources.own.grid import Grid, letters
from qanat.sources.own.heads import joined
from qanat.sources.own.layout import Column, Layout, Role

_TAG: Final = re.compile(r"#\s*([a-zA-Z][a-zA-Z0-9_]*)((?:\s*\+\s*[a-zA-Z][a-zA-Z0-9_]*)*)\s*")
_SEARCHED: Final = 25
_MEASURES: Final = {
    "affected": "affected", "inneed": "need", "targeted": "target", "target": "target", "reached": "reached", "population": "stock",
    "value": "funding",
}  # fmt: skip
_AGED: Final = re.compile(r"age_?(\d{1,3})(?:_(\d{1,3}))?(?:_?(?:plus|up))?")
_BANDS: Final[dict[str, Band]] = {"children": (0, 18), "child": (0, 18)}
_SEXES: Final = {"f": "female", "m": "male", "female": "female", "male": "male", "women": "female", "men": "male"}
_GROUPS: Final = {
    "idps": ("idps-any", "IDP"), "idp": ("idps-any", "IDP"), "displaced": ("idps-any", "IDP"), "returnees": ("returnees", "RRI"),
    "returned": ("returnees", "RRI"), "refugees": ("refugees", "REF"), "host": (None, "HST"), "hosts": (None, "HST"), "nondisplaced": (None, "HST"),
}  # fmt: skip
_SECTORS: Final[dict[tuple[str, ...], str]] = {
    ("food",): "FSC", ("nutrition",): "NUT", ("education",): "EDU", ("health",): "HEA", ("protection",): "PRO", ("wash",): "WSH", ("shelter",): "SHL",
    ("cccm",): "CCM", ("child", "protection"): "PRO-CPN", ("gbv", "protection"): "PRO-GBV", ("mine", "protection"): "PRO-MIN",
}  # fmt: skip
_ROLES: Final[dict[str, Role]] = {"country": "country", "origin": "origin", "sex": "sex", "gender": "sex", "age": "age"}
_PLAIN: Final = frozenset({"total", "ind", "people", "num", "all", "hh", "usd", "required", "funding"})


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: its name and attributes, small letters, blanks taken out."""

    name: str
    attributes: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """As it is written: #adm1+code."""
        return "".join((f"#{self.name}", *(f"+{one}" for one in sorted(self.attributes))))


def tag(text: str | None) -> Tag | None:
    """A cell as a tag, blanks and capitals tolerated ("#inneed +idps", "#adm1+Name"); null where it is none."""
    match = _TAG.fullmatch(text or "")
    if match is None:
        return None
    return Tag(match[1].lower(), frozenset(re.findall(r"\w+", match[2].lower())))


def tag_row(grid: Grid) -> int | None:
    """The number of the row of tags, within the first 25: at least half of its filled cells are tags; null where none is."""
    for number in range(grid.top, grid.top + min(_SEARCHED, grid.cells.height)):
        filled = [cell for cell in grid.row(number) if cell]
        if filled and 2 * sum(tag(cell) is not None for cell in filled) >= len(filled):
            return number
    return None


def tags(grid: Grid, number: int) -> dict[int, Tag]:
    """The tag of each column that has one."""
    return {at: found for at, cell in enumerate(grid.row(number)) if (found := tag(cell)) is not None}


def tagged(grid: Grid, number: int) -> Layout:
    """The plan the tags give. Its notes name the tags that are not read, and columns that say the same.

    Columns of counts that nothing tells apart (#inneed twice) are left out together: each may mean another sector.
    """
    found = tags(grid, number)
    heads = joined(grid, number - 1, number - 1) if number > grid.top else [""] * grid.width
    columns = [_column(at, heads[at] or str(one), one) for at, one in found.items()]
    twice = _alike(columns, found)
    unread = [str(found[column.at]) for column in columns if column.role == "skip"]
    notes: list[str] = []
    if unread:
        notes.append(f"tags that are not read: {', '.join(dict.fromkeys(unread))}")
    if twice:
        told = ", ".join(f"{letters(column.at)} ({found[column.at]})" for column in twice)
        notes.append(
            f"columns that carry the same tags and are not told apart, so none is read: {told}; a mapping file can say what each counts"
        )
    kept = tuple(column for column in columns if column not in twice)
    return Layout(
        sheet=grid.name, heads=(max(number - 1, grid.top), number), first=number + 1, columns=kept, notes=tuple(notes)
    )


def _alike(columns: list[Column], found: dict[int, Tag]) -> list[Column]:
    """Columns of counts that nothing tells apart; the only one of them tagged +total is told apart by that."""
    alike: list[Column] = []
    counts = [column for column in columns if column.role == "count"]
    for told, times in Counter(column.counts for column in counts).items():
        same = [column for column in counts if column.counts == told]
        whole = [column for column in same if "total" in found[column.at].attributes]
        alike += [column for column in same if times > 1 and (len(whole) != 1 or column not in whole)]
    return alike


def _column(at: int, head: str, one: Tag) -> Column:
    name, said = one.name, one.attributes
    if match := re.fullmatch(r"adm([1-5])", name):
        role: Role = "pcode" if said & {"code", "pcode", "v_pcode"} else "place"
        return Column(at=at, head=head, role=role, level=int(match[1]))
    if name == "date":
        return Column(at=at, head=head, role="start" if "start" in said else "end" if "end" in said else "date")
    if name in _ROLES:
        return Column(at=at, head=head, role=_ROLES[name])
    key = _cut(name, said)
    if key is not None:
        return Column(
            at=at, head=head, role="facet", key=key, whole=("ALL", "Intersectoral") if key == "sector" else ()
        )
    if name in _MEASURES and not (name == "value" and not said & {"required", "total"}):
        return _counted(at, head, one)
    return Column(at=at, head=head, role="skip")


def _cut(name: str, said: frozenset[str]) -> str | None:
    """The key of a finer cut a tag stands for; null for none."""
    if name in ("sector", "subsector", "cluster"):
        return "sector"
    if name == "org" and not said & {"type", "id"}:
        return "org"
    appeal = name == "activity" and "appeal" in said and (said == frozenset(("appeal", "name")) or "external" in said)
    return "plan" if appeal else None


def _counted(at: int, head: str, one: Tag) -> Column:
    measure, said = _MEASURES[one.name], one.attributes
    if one.name == "value":
        measure = "requirement" if "required" in said else "funding"
        return Column(at=at, head=head, role="count", measure=measure, unit="USD", group="money")
    rest = said - _PLAIN - set(_SEXES) - set(_GROUPS)
    sector = _SECTORS.get(tuple(sorted(rest)))
    sexes = {_SEXES[word] for word in said if word in _SEXES}
    bands = [band for word in rest if not sector and (band := _band(word)) is not None]
    groups = [_GROUPS[word] for word in said if word in _GROUPS]
    facet: dict[str, str] = {}
    group = "people"
    if groups and measure in ("affected", "stock") and groups[0][0] is not None:
        measure, group = "stock", groups[0][0]  # "#affected+idps" is how many IDPs there are
    elif groups:
        facet["group"] = groups[0][1]
    kind = " ".join(sorted(word for word in rest if _band(word) is None))
    if sector:
        facet["sector"] = sector
    elif kind:
        facet["kind"] = kind
    return Column(
        at=at, head=head, role="count", measure=measure, unit="households" if "hh" in said else "people", group=group, facet=facet,
        sex=sexes.pop() if len(sexes) == 1 else None, age=bands[0] if len(bands) == 1 else None,
    )  # fmt: skip


def _band(word: str) -> Band | None:
    if word in _BANDS:
        return _BANDS[word]
    match = _AGED.fullmatch(word)
    if match is None:
        return None
    return int(match[1]), int(match[2]) + 1 if match[2] else None
