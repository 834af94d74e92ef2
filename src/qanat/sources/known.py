"""The visible list of sources this qanat reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from qanat.sources import demographics, idmc, unhcr, unpd, vintages
from qanat.sources.record import Source

_ALL: Final = (
    unhcr.POPULATION, unhcr.SOLUTION, unhcr.APPLICATION, unhcr.DECISION, unhcr.UNRWA, unhcr.IDMC, demographics.DEMOGRAPHICS,
    replace(demographics.DEMOGRAPHICS, id="unhcr.demographics-admin"), vintages.WIDE, idmc.CONFLICT, idmc.DISASTER, idmc.SEX_AGE, unpd.WPP,
    unpd.MIGRANTS, unpd.MIGRANT_AGES,
)  # fmt: skip
SOURCES: Final[dict[str, Source]] = {source.id: source for source in _ALL}
