"""What a place is: the columns of the two tables of places, and one place as a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import polars as pl

from qanat.errors import AskError

Language = Literal["en", "fr", "es", "ar", "ru", "zh"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
COUNTRIES: Final = pl.Schema(
    {
        "code": pl.String(), "kind": pl.String(), "iso2": pl.String(), "m49": pl.Int32(), "unhcr_code": pl.String(),
        **{f"name_{language}": pl.String() for language in LANGUAGES},
        "formal": pl.String(), "short": pl.String(), "article": pl.Boolean(), "also": pl.List(pl.String()),
        "region": pl.String(), "subregion": pl.String(), "unhcr_region": pl.String(),
        "ldc": pl.Boolean(), "lldc": pl.Boolean(), "sids": pl.Boolean(), "lat": pl.Float64(), "lon": pl.Float64(),
        "valid_from": pl.String(), "valid_to": pl.String(),
    }
)  # fmt: skip
UNITS: Final = pl.Schema(
    {
        "code": pl.String(), "country": pl.String(), "level": pl.Int8(), "name": pl.String(), "parent": pl.String(),
        "valid_from": pl.Date(), "lat": pl.Float64(), "lon": pl.Float64(),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place a figure may name (kind: country, territory, area, people, world, unit); null where no list speaks of it.

    code         ISO 3166-1 alpha-3, or XXA, XXX, XTB, AB9 and the like, or a p-code
    m49          the UN's number;  unhcr_code  UNHCR's own letters, never to be read as ISO
    name_*       the UN's names in six languages; a unit has one name in Latin letters, as name_en
    formal       the formal English name
    short        the English name for charts and prose;  article  whether an English sentence says "the" before it
    also         other spellings and old names, in any language
    region       UN M49; null for Antarctica and people without a country
    ldc, lldc, sids  least developed, landlocked developing, small island developing
    lat, lon     a point to stand for the place, degrees
    valid_from   ISO day since when the list has it in this form, null = since the list began; no date of independence
    level        0, or 1 and 2 for units;  parent  the place above a unit;  country  the unit's country
    """

    code: str
    kind: str
    name_en: str
    short: str
    iso2: str | None = None
    m49: int | None = None
    unhcr_code: str | None = None
    name_fr: str | None = None
    name_es: str | None = None
    name_ar: str | None = None
    name_ru: str | None = None
    name_zh: str | None = None
    formal: str | None = None
    article: bool = False
    also: tuple[str, ...] = ()
    region: str | None = None
    subregion: str | None = None
    unhcr_region: str | None = None
    ldc: bool | None = None
    lldc: bool | None = None
    sids: bool | None = None
    lat: float | None = None
    lon: float | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    level: int = 0
    parent: str | None = None
    country: str | None = None

    @property
    def names(self) -> dict[Language, str]:
        """The UN's names by language; a unit has one only, under "en"."""
        every: dict[Language, str | None] = {
            "en": self.name_en, "fr": self.name_fr, "es": self.name_es, "ar": self.name_ar, "ru": self.name_ru, "zh": self.name_zh,
        }  # fmt: skip
        return {language: name for language, name in every.items() if name is not None}

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What p-codes of a country's units may begin with: its ISO letters, two and three, listed or not."""
        return tuple(part for part in (self.iso2, self.code) if part)

    def name(self, language: str = "en") -> str:
        """The name in a UN language, English where the list has none. Raises AskError for any other language."""
        for known in LANGUAGES:
            if language == known:
                return self.names.get(known, self.name_en)
        raise AskError(f"places have no names in {language!r}; there are {', '.join(LANGUAGES)}")


def country_from(row: Mapping[str, Any]) -> Place:
    """The place a row of COUNTRIES' columns holds."""
    own: dict[str, Any] = dict(row)
    own["also"] = tuple(row["also"])
    own["country"] = row["code"] if row["kind"] in ("country", "territory", "area") else None
    return Place(**own)


def unit_from(row: Mapping[str, Any]) -> Place:
    """The place a row of UNITS' columns holds."""
    return Place(
        code=row["code"], kind="unit", name_en=row["name"], short=row["name"], level=row["level"], parent=row["parent"],
        country=row["country"], lat=row["lat"], lon=row["lon"], valid_from=row["valid_from"] and row["valid_from"].isoformat(),
    )  # fmt: skip
